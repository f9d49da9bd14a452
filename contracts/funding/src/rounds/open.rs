//! Opening and cancelling.

use crate::call::Call;
use crate::error::ContractError;
use crate::rounds::msg::RoundInput;

const NOT_YET: ContractError = ContractError::NotYet { what: "rounds" };

/// A member opens its own sponsored round.
///
/// # Errors
/// Not yet.
pub fn by_member(_call: &mut Call<'_>, _input: &RoundInput) -> Result<(), ContractError> {
    Err(NOT_YET)
}

/// A decision opens a round.
///
/// # Errors
/// Not yet.
pub fn by_decision(_call: &mut Call<'_>, _input: &RoundInput) -> Result<(), ContractError> {
    Err(NOT_YET)
}

/// The opener cancels.
///
/// # Errors
/// Not yet.
pub fn cancel_own(_call: &mut Call<'_>, _round: u64) -> Result<(), ContractError> {
    Err(NOT_YET)
}

/// A decision cancels.
///
/// # Errors
/// Not yet.
pub fn cancel_decided(_call: &mut Call<'_>, _round: u64) -> Result<(), ContractError> {
    Err(NOT_YET)
}
