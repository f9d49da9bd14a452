//! How many live bytes a contract may keep.
use mycel_types::{Event, key, record::Contract};

use super::invalid;
use crate::{error::Run, msg, session::Session};

/// No quota is larger, so that one contract cannot be allowed to fill every disk.
pub(crate) const MOST: u64 = 1 << 40;

/// Sets a contract's quota; `None` is the parameters' again. A quota below what is kept lets only shrinking writes
/// through. The assembly has [`MOST`] while it is the assembly: one that is shut in could never let itself out.
pub(super) fn set(session: &mut Session, contract: &str, bytes: Option<u64>) -> Run<()> {
    let contract = msg::address("contract", contract)?;
    if session
        .record::<Contract>(&key::contract(&contract))?
        .is_none()
    {
        return Err(invalid(format_args!("{contract} is no contract")).into());
    }
    let key = key::contract_quota(&contract);
    match bytes {
        Some(bytes) if bytes > MOST => {
            return Err(invalid(format_args!("quota={bytes} is above limit={MOST}")).into());
        }
        Some(bytes) => session.write(key, &bytes)?,
        None => session.delete(key)?,
    }
    let shown = bytes.map_or_else(|| "default".to_string(), |b| b.to_string());
    session.emit(Event::new(
        "set_contract_quota",
        [("contract", contract.to_string()), ("bytes", shown)],
    ))
}
