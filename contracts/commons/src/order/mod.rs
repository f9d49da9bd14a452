//! Sanctions that climb one step at a time, each with an end and an appeal.
//!
//! ```text
//! notice ─→ reduced (next entitlements) ─→ suspended (no dealing; mediation) ─→ excluded
//!    each expires to the one below; an exclusion ends the enrolment, and the
//!    shares are sold for the holder once nobody can appeal any more
//! ```
//!
//! # Rules
//! 1. Overuse of an epoch beyond tolerance climbs one step, once an epoch,
//!    computed from what was harvested; nobody accuses.
//! 2. An enrolled member may accuse another before a jury: upheld, one step, or
//!    the harvest it found is recorded; malicious, the accuser climbs.
//! 3. Only a large jury skips a step, and no jury goes above what its size is for.
//! 4. Every measure has a number and may be appealed once, until its time, before
//!    another jury; upheld or lapsed, it is lifted.
//! 5. Outcomes are read at sortition, acted on once.
//!
//! # Map
//! [`ladder`] climbing and what follows · [`accusations`] · [`appeals`] appeals
//! and mediation · [`show`] answers.

pub mod accusations;
pub mod appeals;
pub mod ask;
pub mod error;
pub mod invariants;
pub mod ladder;
pub mod msg;
pub mod rules;
pub mod show;
pub mod state;

use cosmwasm_std::Storage;

pub use accusations::{accuse, gravely_accused};
pub use appeals::{appeal, lower};
pub use error::OrderError;
pub use ladder::{malicious, may_be_reinstated, may_deal, may_return, overused, scale_bps, step};
pub use rules::Rules;
pub use show::{export, open_items};

use crate::agenda::{Part, Task, Worked};
use crate::call::Call;
use crate::error::ContractError;

/// Kinds of tasks: the time to appeal a measure is over; argument: the measure.
pub const OVER: u8 = 1;
/// A jury was asked about an accusation; argument: the accusation.
pub const JUDGED: u8 = 2;
/// A jury was asked about an appeal; argument: the measure.
pub const HEARD: u8 = 3;
/// Harvest that a jury found waits for an epoch; argument: the accusation.
pub const FOUND: u8 = 4;

/// A task of this part.
#[must_use]
pub const fn task(kind: u8, commons: u64, argument: u64) -> Task {
    Task {
        part: Part::Order,
        kind,
        commons,
        argument,
    }
}

/// What is due of this part.
///
/// # Errors
/// As the task says.
pub fn work(call: &mut Call<'_>, task: Task, units: &mut u32) -> Result<Worked, ContractError> {
    *units = units.saturating_sub(1);
    match task.kind {
        OVER => ladder::over(call, task.argument),
        JUDGED => accusations::judged(call, task.argument),
        HEARD => appeals::heard(call, task.argument),
        FOUND => accusations::found(call, task.argument),
        _ => Ok(Worked::Done),
    }
}

/// A commons was founded: nobody is sanctioned.
///
/// # Errors
/// None.
pub fn found(call: &mut Call<'_>, commons: u64) -> Result<(), ContractError> {
    let _ = (call, commons);
    Ok(())
}

/// A measure that must exist.
///
/// # Errors
/// [`OrderError::UnknownMeasure`].
pub fn measure(storage: &dyn Storage, number: u64) -> Result<state::Measure, ContractError> {
    Ok(state::measure(number)
        .may_load(storage)?
        .ok_or(OrderError::UnknownMeasure { measure: number })?)
}
