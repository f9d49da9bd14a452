//! Epochs and their caps: computed from what monitors read, cut at once,
//! raised slowly.
//!
//! # The model
//! An epoch opens when monitors' value is fresh or disputed; without one it
//! waits for a grace and then opens with nine tenths of the last cap
//! ([`plan`]). The cap is for children's budgets, what was banked, restoration
//! and shares, in this order, and for nothing beside it. While the epoch is
//! open a lower value cuts it at once ([`cut`]); nothing raises it.
//!
//! Children have their parent's calendar: a child's epoch opens after the
//! parent's and closes with it, and its cap is at most its budget.
//!
//! Work does not depend on how many hold rights: an opening reads the value,
//! the rules and at most 32 budgets. What shares yield is asked for lazily
//! ([`crate::rights`]).
//!
//! # Invariants
//! 1. What is issued (shares, restoration, banked, budgets) is at most
//!    floor(B_low · F), and with what is kept back it is the cap exactly.
//! 2. A cap without a fresh or disputed value is below the one before.
//! 3. Caps of children are at most their budgets, Σ budgets is at most the cap.
//! 4. After a cut, what was taken and what is outstanding are at most the new
//!    cap, or nothing is outstanding.
//! 5. A stabiliser's reserve is what was kept back less what was released or
//!    became invalid, and at most its limit.
//!
//! # Map
//! Pure: [`production`], [`rule`], [`bound`], [`stabiliser`], [`plan`], [`cut`].
//! Kept: [`rules`], [`record`], [`state`]. Done: [`opening`], [`lowering`].
//! Asked: [`ask`], [`shown`]. [`error`], [`invariants`].

pub mod ask;
pub mod bound;
pub mod cut;
pub mod error;
pub mod invariants;
pub mod lowering;
pub mod opening;
pub mod plan;
pub mod production;
pub mod record;
pub mod rule;
pub mod rules;
pub mod shown;
pub mod stabiliser;
pub mod state;

use cosmwasm_std::Storage;

pub use error::CapError;
pub use lowering::{heard, judged};
pub use opening::schedule;
pub use production::{Model, Production};
pub use record::{Basis, Cut, Epoch};
pub use rule::{HarvestRule, Rule};
pub use rules::Rules;

use crate::agenda::{Task, Worked};
use crate::call::Call;
use crate::error::ContractError;

/// The latest epoch of a commons, open or over; `None` before the first.
///
/// # Errors
/// Only for unreadable state.
pub fn latest(storage: &dyn Storage, commons: u64) -> Result<Option<Epoch>, ContractError> {
    state::last_epoch(storage, commons)
}

/// The epoch of a commons that is open, if one is.
///
/// # Errors
/// Only for unreadable state.
pub fn current(storage: &dyn Storage, commons: u64) -> Result<Option<Epoch>, ContractError> {
    Ok(latest(storage, commons)?.filter(Epoch::is_open))
}

/// The epoch of a commons that is open, which must be.
///
/// # Errors
/// [`CapError::NoEpoch`] says when there may be one.
pub fn open(storage: &dyn Storage, commons: u64) -> Result<Epoch, ContractError> {
    current(storage, commons)?.ok_or_else(|| CapError::NoEpoch { commons }.into())
}

/// An epoch by number.
///
/// # Errors
/// Only for unreadable state.
pub fn epoch(
    storage: &dyn Storage,
    commons: u64,
    number: u64,
) -> Result<Option<Epoch>, ContractError> {
    Ok(state::epoch(commons, number).may_load(storage)?)
}

/// A parent's budget for a child changed; it counts from the parent's next
/// epoch on, when that reads it.
///
/// # Errors
/// None.
pub fn budget_changed(call: &mut Call<'_>, child: u64) -> Result<(), ContractError> {
    call.event("budget_from_next_epoch", &[("commons", &child)]);
    Ok(())
}

/// A commons was founded: its first epoch opens as soon as there is a value.
///
/// # Errors
/// Only for unreadable state.
pub fn found(call: &mut Call<'_>, commons: u64) -> Result<(), ContractError> {
    schedule(call, commons, call.now);
    Ok(())
}

/// What keeps a person from leaving a commons: nothing of this part, which
/// keeps nothing of persons.
///
/// # Errors
/// None.
pub fn open_items(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
) -> Result<Vec<String>, ContractError> {
    let _ = (storage, commons, person);
    Ok(vec![])
}

/// What is kept about a person: nothing of this part.
///
/// # Errors
/// None.
pub fn export(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
    after: Option<u64>,
) -> Result<(Vec<ask::Kept>, Option<u64>), ContractError> {
    let _ = (storage, commons, person, after);
    Ok((vec![], None))
}

/// What is due of this part.
///
/// # Errors
/// As the task says.
pub fn work(call: &mut Call<'_>, task: Task, units: &mut u32) -> Result<Worked, ContractError> {
    match task.kind {
        opening::LOOK => opening::look(call, task.commons, units),
        lowering::BUDGET => lowering::budget(call, task.commons, task.argument, units),
        _ => Ok(Worked::Done),
    }
}
