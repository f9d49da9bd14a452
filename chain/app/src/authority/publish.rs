//! What contracts show to other chains.
use bytes::Bytes;
use mycel_types::{AccountAddress, StoreId, codes, key, record::Contract};

use super::invalid;
use crate::{
    error::{Failure, Run},
    session::Session,
};

/// Bytes of an entry's name and of its value at most.
const KEY: usize = 64;
const VALUE: usize = 256;

/// Writes an entry under the contract's own address, or removes it: a write's price, and its bytes count in the
/// contract's quota.
pub(super) fn publish(
    session: &mut Session,
    contract: &AccountAddress,
    name: &[u8],
    value: &[u8],
) -> Run<()> {
    if name.is_empty() || name.len() > KEY || value.len() > VALUE {
        return Err(invalid(format_args!(
            "publish: key bytes={} value bytes={}: a key has 1 to {KEY} bytes, a value at most {VALUE}",
            name.len(),
            value.len()
        ))
        .into());
    }
    if session
        .record::<Contract>(&key::contract(contract))?
        .is_none()
    {
        return Err(Failure::new(
            codes::UNAUTHORIZED,
            format_args!("publish: sender={contract} is no contract"),
        )
        .into());
    }
    let at = key::published(contract, name);
    let prices = session.scene().params.gas;
    match value {
        [] => session.meter.charge(prices.delete, "Delete")?,
        value => {
            let bytes = at.len().saturating_add(value.len()) as u64;
            let each = prices.write_byte.saturating_mul(bytes);
            session
                .meter
                .charge(prices.write.saturating_add(each), "WriteFlat")?;
        }
    }
    let world = session.world();
    let old = world.view.get(StoreId::Ibc, &at)?;
    let live = |bytes: usize| match bytes {
        0 => 0,
        n => i64::try_from(at.len().saturating_add(n)).unwrap_or(i64::MAX),
    };
    let change = live(value.len()).saturating_sub(live(old.map_or(0, |old| old.len())));
    if let Err(quota) = world.count_bytes(contract, change)? {
        return Err(Failure::new(
            codes::mycel::QUOTA,
            format_args!(
                "publish: storage quota of {quota} bytes is used up: remove or shrink entries"
            ),
        )
        .into());
    }
    let value = (!value.is_empty()).then(|| Bytes::copy_from_slice(value));
    Ok(world.view.set(StoreId::Ibc, at.into(), value)?)
}
