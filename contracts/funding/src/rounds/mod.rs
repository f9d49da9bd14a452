//! Rounds: a pool, projects, contributions, and a finish that anyone advances.
//!
//! # The model
//! A round is opened by a decision or by a member of its own ([`open`]). Before
//! its contributions begin, sponsors fill the pool ([`sponsors`]), members
//! submit projects, and members or a decision admit them ([`projects`]). While
//! they last, each contribution is a hold of credit that updates the sums of
//! one project ([`give`]). Who gives is told by its address or by a proof,
//! never by both ([`identity`]). Whoever controls a project is paid like others
//! but matched by nobody ([`control`]).
//!
//! Afterwards the round moves through its stages, piece by piece ([`course`]):
//!
//! | stage | what a piece does |
//! |---|---|
//! | checking | asks who controls a project's payee now |
//! | gathering | asks what is left of the pool's holds: they decay |
//! | packing | a page of contributions by person, for a rule that meets pairs ([`weigh`]) |
//! | weighing | pairs; at last the pool is divided |
//! | matching | captures from the pool's holds for projects ([`pay`]) |
//! | returning | what is left of the pool goes back to its sponsors |
//! | settling | contributions go to their projects, or back where a project was taken back |
//! | cancelling | as returning and settling, everything back |
//!
//! # Invariants
//! 1. What came in is open, paid, back, decayed or expired, to the unit.
//! 2. Matching is at most the pool, and with what is returned the pool exactly.
//! 3. A hold is settled once: its record goes before credit is told.

use cosmwasm_std::Storage;

use crate::error::ContractError;

pub mod ask;
pub mod control;
pub mod course;
pub mod error;
pub mod export;
pub mod give;
pub mod groups;
pub mod identity;
pub mod invariants;
pub mod msg;
pub mod open;
pub mod pay;
pub mod projects;
pub mod record;
pub mod show;
pub mod sponsors;
pub mod state;
pub mod weigh;

pub use course::work;
pub use error::RoundError;

use record::{Course, Project, Round};

/// A round that must exist.
///
/// # Errors
/// [`RoundError::UnknownRound`].
pub fn round(storage: &dyn Storage, number: u64) -> Result<Round, ContractError> {
    let found = state::round(number).may_load(storage)?;
    Ok(found.ok_or(RoundError::UnknownRound { round: number })?)
}

/// Where a round stands.
///
/// # Errors
/// [`RoundError::UnknownRound`].
pub fn course_of(storage: &dyn Storage, number: u64) -> Result<Course, ContractError> {
    let found = state::course(number).may_load(storage)?;
    Ok(found.ok_or(RoundError::UnknownRound { round: number })?)
}

/// A person has something in a round, so that its export tells of it.
fn mention(storage: &mut dyn Storage, person: u64, round: u64) {
    let part = state::part(person, round);
    if !part.exists(storage) {
        part.save(storage, &0);
    }
}

/// A project that must exist.
///
/// # Errors
/// [`RoundError::UnknownProject`].
pub fn project(storage: &dyn Storage, round: u64, number: u64) -> Result<Project, ContractError> {
    let unknown = RoundError::UnknownProject {
        round,
        project: number,
    };
    let Ok(place) = u16::try_from(number) else {
        return Err(unknown.into());
    };
    Ok(state::project(round, place)
        .may_load(storage)?
        .ok_or(unknown)?)
}
