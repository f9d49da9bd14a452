//! What was restored: claims with evidence, attested like a reading, that give
//! entitlement first and never twice.
//!
//! # The model
//! Who restored land claims cells of the boundary's grid for a period, and how
//! much came of it ([`claims`]). Monitors attest it like a reading
//! ([`attested`], [`attesting`]); a jury hears of those that lie too far apart
//! ([`jury`]). A part is kept as a buffer; the rest becomes
//! entitlement at later openings ([`minting`]): before shares, within half the
//! cap, in the order attested. It is **part of** the cap: what was restored also
//! raises the stock that monitors read, so an entitlement beside it would count
//! it twice; the restorer's gain is to be first. What is lost again is attested
//! likewise and taken from the buffer first ([`reversing`]). What all monitors
//! attested a member may challenge before a jury, once ([`contesting`]).
//!
//! # Invariants
//! 1. Proof of healing: minted + buffer ≤ attested, of each claim and in all.
//! 2. attested = minted + waiting + parked + buffer + cancelled + waived, to the unit.
//! 3. Lost again = cancelled + owed.
//! 4. No cell is claimed twice for the same time, no evidence used twice.

pub mod ask;
pub mod attested;
pub mod attesting;
pub mod claims;
pub mod contesting;
pub mod error;
pub mod invariants;
pub mod jury;
pub mod minting;
pub mod msg;
pub mod record;
pub mod reversing;
pub mod rules;
pub mod show;
pub mod state;

pub use attesting::attest;
pub use claims::{claim, withdraw};
pub use contesting::challenge;
pub use error::RegenerationError;
pub use minting::{epoch_closed, epoch_opened, resume, waiting};
pub use reversing::reverse;
pub use rules::Rules;
pub use show::{export, open_items, restored};

use crate::agenda::{Task, Worked};
use crate::call::Call;
use crate::error::ContractError;

/// What is due of this part.
///
/// # Errors
/// As the task says.
pub fn work(call: &mut Call<'_>, task: Task, units: &mut u32) -> Result<Worked, ContractError> {
    if task.kind == attesting::MINT {
        return minting::work(call, task.commons, task.argument, units);
    }
    if *units < attesting::UNITS {
        return Ok(Worked::Waiting {
            needs: attesting::UNITS,
        });
    }
    *units -= attesting::UNITS;
    match task.kind {
        attesting::ATTEST => attesting::over(call, task.argument),
        attesting::REVERSE => reversing::over(call, task.argument),
        attesting::DISPUTE => attesting::verdict(call, task.argument),
        attesting::LOSS => reversing::verdict(call, task.argument),
        _ => Ok(Worked::Done),
    }
}

/// A commons was founded: nothing was restored yet.
///
/// # Errors
/// None.
pub fn found(call: &mut Call<'_>, commons: u64) -> Result<(), ContractError> {
    let _ = (call, commons);
    Ok(())
}
