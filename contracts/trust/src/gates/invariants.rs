//! What gates promise, judged by the kept sums alone.

use cosmwasm_std::{Order, Storage};
use mycel_kit::standard::{Invariant, Number};

use super::state;
use crate::error::ContractError;

/// Judges the kept sums.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let totals = state::totals().may_load(storage)?.unwrap_or_default();
    Ok(vec![Invariant {
        id: "TRUST-G1".to_owned(),
        sentence: "each proof that a gate took spent a nullifier, and no gate is closed twice"
            .to_owned(),
        holds: totals.shown == totals.spent && totals.closed <= totals.opened,
        numbers: vec![
            Number::new("shown", totals.shown),
            Number::new("spent", totals.spent),
            Number::new("opened", totals.opened),
            Number::new("closed", totals.closed),
        ],
    }])
}

/// Counts the nullifiers. Gives what does not hold.
///
/// # Errors
/// Only for unreadable state.
pub fn audit(storage: &dyn Storage) -> Result<Vec<String>, ContractError> {
    let spent = storage
        .range_keys(Some(b"gs"), Some(b"gt"), Order::Ascending)
        .count() as u64;
    let kept = state::totals().may_load(storage)?.unwrap_or_default().spent;
    if spent == kept {
        return Ok(vec![]);
    }
    Ok(vec![format!("nullifiers: kept {kept}, counted {spent}")])
}
