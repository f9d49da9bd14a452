//! What must always hold, written once. [`judge`] needs the kept sums only.

use cosmwasm_std::Storage;
use mycel_kit::standard::Invariant;

use crate::error::ContractError;
use crate::{draws, juries};

/// Judges what the kept sums can show.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let mut all = draws::invariants::judge(storage)?;
    all.extend(juries::invariants::judge(storage)?);
    Ok(all)
}
