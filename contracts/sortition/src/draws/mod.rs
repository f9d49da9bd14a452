//! Draws of panels from pools of volunteers.

use cosmwasm_std::Storage;
use mycel_kit::peers::sortition::Drawn;

use crate::agenda::Worked;
use crate::call::Call;
use crate::error::ContractError;

/// Moves a draw on by at most `left` units of work.
///
/// # Errors
/// A peer does not answer.
pub fn work(_call: &mut Call<'_>, _number: u64, _left: u32) -> Result<Worked, ContractError> {
    Err(ContractError::NotYet { what: "draws" })
}

/// Who was drawn under a name that is a draw's.
///
/// # Errors
/// Only for unreadable state.
pub fn drawn(_storage: &dyn Storage, _reference: &str) -> Result<Option<Drawn>, ContractError> {
    Ok(None)
}
