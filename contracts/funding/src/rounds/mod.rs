//! Rounds: a pool, projects, contributions, and a finish that anyone advances.

use crate::agenda::Worked;
use crate::call::Call;
use crate::error::ContractError;

pub mod error;
pub mod give;
pub mod identity;
pub mod invariants;
pub mod msg;
pub mod open;
pub mod projects;
pub mod sponsors;

pub use error::RoundError;

/// Works on a round.
///
/// # Errors
/// Not yet.
pub fn work(_call: &mut Call<'_>, _number: u64, _units: u32) -> Result<Worked, ContractError> {
    Err(ContractError::NotYet { what: "rounds" })
}
