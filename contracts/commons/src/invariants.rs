//! What must always hold, written once. [`judge`] needs the kept sums only.

use cosmwasm_std::Storage;
use mycel_kit::standard::Invariant;

use crate::error::ContractError;
use crate::{cap, market, monitors, order, regeneration, registry, rights};

/// Judges what the kept sums can show.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let mut all = registry::invariants::judge(storage)?;
    all.extend(order::invariants::judge(storage)?);
    all.extend(monitors::invariants::judge(storage)?);
    all.extend(cap::invariants::judge(storage)?);
    all.extend(regeneration::invariants::judge(storage)?);
    all.extend(rights::invariants::judge(storage)?);
    all.extend(market::invariants::judge(storage)?);
    Ok(all)
}
