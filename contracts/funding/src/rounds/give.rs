//! Contributions.

use mycel_kit::Amount;

use crate::call::Call;
use crate::error::ContractError;

/// A hold that was placed.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// Its number at credit.
    pub hold: u64,
    /// Whose money.
    pub owner: &'a str,
    /// How much now.
    pub amount: Amount,
}

/// Gives to a project.
///
/// # Errors
/// Not yet.
pub fn contribute(
    _call: &mut Call<'_>,
    _given: &Given<'_>,
    _round: u64,
    _project: u64,
    _showing: Option<&str>,
) -> Result<(), ContractError> {
    Err(ContractError::NotYet { what: "rounds" })
}
