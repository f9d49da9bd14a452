//! What must always hold, written once. [`judge`] needs the kept sums only.

use cosmwasm_std::Storage;
use mycel_kit::standard::Invariant;

use crate::error::ContractError;
use crate::{dividend, register, rounds};

/// Judges what the kept sums can show.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let mut all = vec![];
    // ---- rounds
    all.extend(rounds::invariants::judge(storage)?);
    // ---- dividend
    all.extend(dividend::invariants::judge(storage)?);
    // ---- register
    all.extend(register::invariants::judge(storage)?);
    Ok(all)
}
