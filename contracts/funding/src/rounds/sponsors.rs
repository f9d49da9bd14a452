//! Sponsors.

use crate::call::Call;
use crate::error::ContractError;
use crate::rounds::give::Given;

/// Gives to the pool.
///
/// # Errors
/// Not yet.
pub fn sponsor(_call: &mut Call<'_>, _given: &Given<'_>, _round: u64) -> Result<(), ContractError> {
    Err(ContractError::NotYet { what: "rounds" })
}
