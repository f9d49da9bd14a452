//! Identity: addresses or proofs, never both.

use crate::call::Call;
use crate::error::ContractError;
use crate::rounds::msg::Shown;

/// trust: a proof was shown.
///
/// # Errors
/// Not yet.
pub fn shown(_call: &mut Call<'_>, _shown: &Shown) -> Result<(), ContractError> {
    Err(ContractError::NotYet {
        what: "trust gates",
    })
}
