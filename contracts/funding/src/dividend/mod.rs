//! The commons dividend.

use mycel_kit::Amount;

use crate::agenda::Worked;
use crate::call::Call;
use crate::error::ContractError;

/// A deposit of the commons.
///
/// # Errors
/// Not yet.
pub fn receive(
    _call: &mut Call<'_>,
    _hold: u64,
    _owner: &str,
    _amount: Amount,
    _epoch: u64,
) -> Result<(), ContractError> {
    Err(ContractError::NotYet { what: "dividends" })
}

/// What is due of a deposit.
///
/// # Errors
/// None.
pub fn work(_call: &mut Call<'_>, _number: u64, _left: u32) -> Result<Worked, ContractError> {
    Ok(Worked::Done {
        units: 0,
        next: None,
    })
}
