//! Cases before juries drawn by lot.

use cosmwasm_std::Storage;
use mycel_kit::peers::sortition::{Case, Drawn};
use mycel_kit::standard::Invariant;

use crate::agenda::Worked;
use crate::call::Call;
use crate::error::ContractError;
use crate::msg::OpenCase;

/// A client opens a case; the answer is `mycel_kit::peers::sortition::CaseOpened`.
///
/// # Errors
/// Not a client.
pub fn open(call: &mut Call<'_>, asked: OpenCase) -> Result<(), ContractError> {
    call.client(&asked.r#ref)?;
    Err(ContractError::NotYet { what: "juries" })
}

/// Moves a case on by at most `left` units of work.
///
/// # Errors
/// A peer does not answer.
pub fn work(_call: &mut Call<'_>, _number: u64, _left: u32) -> Result<Worked, ContractError> {
    Err(ContractError::NotYet { what: "juries" })
}

/// How a case stands.
///
/// # Errors
/// There is none.
pub fn case(_storage: &dyn Storage, _number: u64) -> Result<Case, ContractError> {
    Err(ContractError::NotYet { what: "juries" })
}

/// Who was drawn under a name that is a case's.
///
/// # Errors
/// Only for unreadable state.
pub fn drawn(_storage: &dyn Storage, _reference: &str) -> Result<Option<Drawn>, ContractError> {
    Ok(None)
}

/// What must always hold here.
///
/// # Errors
/// Only for unreadable state.
pub fn invariants(_storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    Ok(Vec::new())
}
