//! The innovation register.

use mycel_kit::Amount;

use crate::agenda::Worked;
use crate::call::Call;
use crate::error::ContractError;

/// Dues of an entry.
///
/// # Errors
/// Not yet.
pub fn receive(
    _call: &mut Call<'_>,
    _hold: u64,
    _owner: &str,
    _amount: Amount,
    _entry: u64,
) -> Result<(), ContractError> {
    Err(ContractError::NotYet { what: "dues" })
}

/// What is due of the register.
///
/// # Errors
/// None.
pub fn work(_call: &mut Call<'_>, _number: u64, _left: u32) -> Result<Worked, ContractError> {
    Ok(Worked::Done {
        units: 0,
        next: None,
    })
}
