//! Verifying keys that stand in genesis.
use mycel_store::Delta;
use mycel_types::{GenesisVerifyingKey, Halt, Params, StoreId};
use std::collections::BTreeSet;

use super::wrong;
use crate::proofs::{self, Candidate};

/// Writes them, checked as registered ones are.
pub(super) fn write(
    keys: &[GenesisVerifyingKey],
    params: &Params,
    delta: &mut Delta,
) -> Result<(), Halt> {
    let mut seen = BTreeSet::new();
    for key in keys {
        let candidate = Candidate {
            id: &key.id,
            vk: &key.vk.0,
            ceremony: key.ceremony.as_ref().map(|c| &c.0[..]),
            development: key.development,
        };
        let record = proofs::check(&candidate, None, params).map_err(wrong)?;
        if !seen.insert(&key.id) {
            return Err(wrong(format_args!("verifying key={} comes twice", key.id)));
        }
        for (at, value) in proofs::write(&key.id, &record, &key.vk.0) {
            delta.set(StoreId::Mycel, at, Some(value));
        }
    }
    Ok(())
}
