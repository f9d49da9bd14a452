//! Who reads how nature does: bonded monitors of different organisations, and
//! lay persons drawn by lot; their readings and the disputes about them.
//!
//! # Rules
//! 1. Seats are of different accredited organisations, each with a bond, and of
//!    non-users drawn by lot. Nobody who holds a seat, or controls a quarter of
//!    an organisation that does, uses what it watches.
//! 2. One reading counts of each seat, with evidence used nowhere else; at any
//!    time, a lower one cuts at once. What counts of them: [`value`].
//! 3. Readings too far apart, or beyond what can have grown, are a jury's
//!    matter, and the lowest counts meanwhile. Any enrolled member may
//!    challenge a reading.
//! 4. Refuted: the bond is lost, the seat empty. So with who is absent when the
//!    quorum is missing; the lot refills it.
//! 5. Nothing stale, unheard or unanswered loosens anything: a peer that does
//!    not answer delays its matter by ten minutes and nothing else.
//!
//! # Invariants
//! Seats are held by different persons, 15 at most; evidence was used as often
//! as there are readings and claims; a seat has as many open disputes as name
//! it; a hold is one seat's bond ([`invariants`]).
//!
//! # Map
//! [`value`] from readings to a value, pure · [`rules`] a commons' own ·
//! [`seats`] taken, looked at, given up · [`fitness`] who may · [`bonds`] ·
//! [`lot`] lay seats · [`readings`] · [`evidence`] · [`prediction`] what can
//! have grown · [`disputes`] · [`closing`] an epoch's end · [`show`] answers.

pub mod ask;
pub mod bonds;
pub mod closing;
pub mod disputes;
pub mod error;
pub mod evidence;
pub mod fitness;
pub mod invariants;
pub mod lot;
pub mod msg;
pub mod prediction;
pub mod readings;
pub mod record;
pub mod rules;
pub mod seats;
pub mod show;
pub mod state;
pub mod value;

use cosmwasm_std::Storage;

pub use closing::close;
pub use disputes::challenge;
pub use error::MonitorError;
pub use lot::{accept, decline};
pub use readings::read;
pub use rules::Rules;
pub use seats::{bond, check, leave};
pub use show::{export, open_items, readings};
pub use value::Status;

use crate::agenda::{Task, Worked};
use crate::call::Call;
use crate::cap;
use crate::error::ContractError;
use crate::quantity::Quantity;
use crate::registry;

/// What monitors say of a commons now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// The lowest reading that is neither refuted nor overruled.
    pub low: Quantity,
    /// The lower median of the fresh ones.
    pub median: Quantity,
    /// What counts: the median of five or more, else the lowest; while disputed
    /// the lowest, at most what it was when the dispute was opened.
    pub counts: Quantity,
    /// How far the readings lie apart.
    pub range: value::Range,
    /// What it is worth.
    pub status: Status,
    /// How many are fresh.
    pub readings: u32,
}

/// What counts now; `None` where no reading is left.
///
/// # Errors
/// Only for unreadable state.
pub fn value(
    storage: &dyn Storage,
    commons: u64,
    now: u64,
) -> Result<Option<Value>, ContractError> {
    let Some(watch) = state::watch(commons).may_load(storage)? else {
        return Ok(None);
    };
    let rules = rules(storage, commons)?;
    let window = rules.window.0;
    if watch.parts(now, window).is_empty() {
        return Ok(None);
    }
    let said = watch.value(now, &rules);
    Ok(Some(Value {
        low: Quantity::at_most(said.low),
        median: Quantity::at_most(said.median),
        counts: Quantity::at_most(said.counts),
        range: said.range,
        status: said.status,
        readings: said.readings,
    }))
}

/// A commons' rules for its monitors.
///
/// # Errors
/// No such commons.
pub fn rules(storage: &dyn Storage, commons: u64) -> Result<Rules, ContractError> {
    Ok(registry::rules(storage, commons)?.monitors)
}

/// Whether nothing is read there any more.
///
/// # Errors
/// No such commons.
pub fn is_closed(storage: &dyn Storage, commons: u64) -> Result<bool, ContractError> {
    Ok(registry::commons(storage, commons)?.status == registry::Status::Closed)
}

/// The rules of a commons where something is read.
fn open_rules(storage: &dyn Storage, commons: u64) -> Result<Rules, ContractError> {
    if is_closed(storage, commons)? {
        return Err(MonitorError::Closed { commons }.into());
    }
    rules(storage, commons)
}

/// What the readings say may be lower now: the cap follows at once.
fn changed(call: &mut Call<'_>, commons: u64) -> Result<(), ContractError> {
    if is_closed(call.storage, commons)? {
        return Ok(());
    }
    cap::heard(call, commons)
}

/// Whether a person or organisation holds a seat, or controls a quarter of an
/// organisation that does, as last seen: who does acquires no rights there.
///
/// # Errors
/// Only for unreadable state.
pub fn is_monitor(storage: &dyn Storage, commons: u64, person: u64) -> Result<bool, ContractError> {
    let Some(watch) = state::watch(commons).may_load(storage)? else {
        return Ok(false);
    };
    let mut held = watch.held.iter();
    Ok(held.any(|held| held.person == person || held.controllers.contains(&person)))
}

/// What is due of this part.
///
/// # Errors
/// As the task says.
pub fn work(call: &mut Call<'_>, task: Task, units: &mut u32) -> Result<Worked, ContractError> {
    if is_idle(call.storage, &task)? {
        return Ok(Worked::Done);
    }
    let needs = match task.kind {
        state::LOOK => seats::LOOK_UNITS,
        state::LOT => lot::UNITS,
        state::BOND => bonds::UNITS,
        _ => disputes::UNITS,
    };
    if *units < needs {
        return Ok(Worked::Waiting { needs });
    }
    *units -= needs;
    match task.kind {
        state::LOOK => seats::look(call, task.commons, task.argument),
        state::LOT => lot::work(call, task.commons, task.argument),
        state::BOND => {
            let window = rules(call.storage, task.commons)?.window.0;
            bonds::settle(call, task.commons, task.argument, window)
        }
        kind => disputes::work(call, kind, task.argument),
    }
}

/// Whether a task's matter is settled: that costs a look, not the work, so that
/// who takes and leaves a seat all day holds up nobody.
fn is_idle(storage: &dyn Storage, task: &Task) -> Result<bool, ContractError> {
    let commons = task.commons;
    Ok(match task.kind {
        state::LOOK | state::BOND => {
            let seat = state::seat(commons, task.argument).may_load(storage)?;
            let ended = seat.as_ref().is_none_or(|seat| seat.ended.is_some());
            let bonds = seat.is_some_and(|seat| !seat.bonds.is_empty());
            (task.kind == state::LOOK && ended) || (task.kind == state::BOND && !(ended && bonds))
        }
        state::LOT => {
            let watch = state::watch(commons).may_load(storage)?.unwrap_or_default();
            match watch.lot {
                Some(lot) => lot.case != task.argument,
                None => {
                    let rules = rules(storage, commons)?;
                    task.argument != 0 || lot::wanted(&watch, &rules) == 0
                }
            }
        }
        _ => disputes::is_idle(storage, task.argument)?,
    })
}

/// Rules are in force from now on: seats that they add to the lot's are drawn.
///
/// # Errors
/// Only for unreadable state.
pub fn lot_wanted(call: &mut Call<'_>, commons: u64) -> Result<(), ContractError> {
    let watch = seats::watch(call, commons)?;
    let rules = rules(call.storage, commons)?;
    if watch.seats > 0 {
        lot::wanted_soon(call, commons, &watch, &rules);
    }
    Ok(())
}

/// A commons was founded: its seats are empty.
///
/// # Errors
/// None.
pub fn found(call: &mut Call<'_>, commons: u64) -> Result<(), ContractError> {
    state::watch(commons).save(call.storage, &state::Watch::default());
    Ok(())
}
