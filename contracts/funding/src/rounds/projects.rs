//! Projects.

use crate::call::Call;
use crate::error::ContractError;
use crate::rounds::msg::ProjectInput;

const NOT_YET: ContractError = ContractError::NotYet { what: "rounds" };

/// A member submits.
///
/// # Errors
/// Not yet.
pub fn submit(_call: &mut Call<'_>, _input: &ProjectInput) -> Result<(), ContractError> {
    Err(NOT_YET)
}

/// A member supports.
///
/// # Errors
/// Not yet.
pub fn support(_call: &mut Call<'_>, _round: u64, _project: u64) -> Result<(), ContractError> {
    Err(NOT_YET)
}

/// Taken back.
///
/// # Errors
/// Not yet.
pub fn withdraw(_call: &mut Call<'_>, _round: u64, _project: u64) -> Result<(), ContractError> {
    Err(NOT_YET)
}

/// Controllers are noted.
///
/// # Errors
/// Not yet.
pub fn recheck(_call: &mut Call<'_>, _round: u64, _project: u64) -> Result<(), ContractError> {
    Err(NOT_YET)
}

/// Decided.
///
/// # Errors
/// Not yet.
pub fn admit_decided(
    _call: &mut Call<'_>,
    _round: u64,
    _project: u64,
) -> Result<(), ContractError> {
    Err(NOT_YET)
}
