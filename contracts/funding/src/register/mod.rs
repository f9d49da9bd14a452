//! The innovation register: what a community's members invent, what uses of it
//! owe to the commons, and what a community wants inside its boundary.
//!
//! # The model
//! An **entry** is `essential` and everybody's at once, or `proprietary` and
//! everybody's after seven years, a clock that nobody can set back ([`entries`]).
//! Until then its author reports revenue and owes a share of it to the commons
//! fund ([`dues`]). Who used a technology to a commons' harm owes restoration,
//! where a jury says so ([`restoration`]). A published design pays its author
//! when others report that they built it, from a pool that a decision funds
//! ([`rewards`]). A community refuses a technology inside its boundary by vote,
//! or step by step after an impact review by a jury ([`boundary`], [`reviews`]).
//!
//! Money comes as holds and goes to credit's commons: a payment is noted when
//! its hold is placed and taken when its turn comes ([`payments`]), so that no
//! contract is called back within one transaction. Nobody tells an outcome: a
//! case is opened at sortition and read there when it is final ([`cases`]).
//!
//! # Invariants
//! 1. Dues owed = paid + still owed; restoration likewise.
//! 2. Rewards paid ≤ rewards earned, and the pool's holds paid them all.
//! 3. An entry's evidence is that entry's alone; a person reports building an
//!    entry once, and an author's designs once a year.
//! 4. Each case acts once.
//!
//! # Map
//! [`entries`] · [`dues`] · [`payments`] · [`cases`] · [`restoration`] ·
//! [`rewards`] · [`boundary`], [`reviews`] · [`record`], [`state`] · [`msg`],
//! [`ask`], [`export`] · [`error`] · [`invariants`].

pub mod ask;
pub mod boundary;
pub mod cases;
pub mod dues;
pub mod entries;
pub mod error;
pub mod export;
pub mod invariants;
pub mod msg;
pub mod payments;
pub mod record;
pub mod restoration;
pub mod reviews;
pub mod rewards;
pub mod state;

use crate::agenda::Worked;
use crate::call::Call;
use crate::error::ContractError;
pub use error::RegisterError;
use record::{Entry, Matter, Totals};

/// The share of 1/10,000 that is owed, rounded up: in the commons' favour.
#[must_use]
pub fn share_up(amount: u64, bps: u32) -> u64 {
    let due = (u128::from(amount) * u128::from(bps)).div_ceil(10_000);
    u64::try_from(due).unwrap_or(u64::MAX) // bps is at most 10,000
}

fn sum(a: u128, b: u128) -> Result<u128, ContractError> {
    a.checked_add(b)
        .ok_or(ContractError::Overflow { what: "register" })
}

fn totals(call: &Call<'_>) -> Result<Totals, ContractError> {
    Ok(state::totals().may_load(call.storage)?.unwrap_or_default())
}

/// An entry that must exist.
///
/// # Errors
/// [`RegisterError::UnknownEntry`].
pub fn entry(storage: &dyn cosmwasm_std::Storage, number: u64) -> Result<Entry, ContractError> {
    let found = state::entry(number).may_load(storage)?;
    Ok(found.ok_or(RegisterError::UnknownEntry { entry: number })?)
}

/// The next number of a matter: a payment or a case.
fn matter(call: &mut Call<'_>, matter: &Matter) -> Result<u64, ContractError> {
    let mut totals = totals(call)?;
    totals.matters += 1;
    state::totals().save(call.storage, &totals);
    state::matter(totals.matters).save(call.storage, matter);
    Ok(totals.matters)
}

/// What is due of a matter.
///
/// # Errors
/// No answer from a peer; unreadable state.
pub fn work(call: &mut Call<'_>, number: u64, left: u32) -> Result<Worked, ContractError> {
    match state::matter(number).may_load(call.storage)? {
        None => Ok(Worked::Done {
            units: 0,
            next: None,
        }),
        Some(Matter::Payment(payment)) => payments::work(call, number, &payment, left),
        Some(Matter::Case(case)) => cases::work(call, number, case, left),
    }
}
