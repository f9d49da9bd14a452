//! At the end of an epoch: who was absent, and what follows.
//!
//! Where the quorum is missing, each seat held through the epoch without a
//! fresh reading, nor one since the epoch was over, is taken away and its bond
//! lost, and the lot refills it. All by the rules that were in force: what was
//! decided meanwhile takes nothing from who kept them. Where
//! it is there, a seat may be silent for one epoch; after two in a row it is
//! free for others, and its bond goes back.

use super::seats;
use super::state::{self, Ended};
use super::value::Status;
use crate::call::Call;
use crate::cap;
use crate::error::ContractError;

/// After so many silent epochs in a row a seat is free.
const SILENT: u8 = 2;

/// An epoch of a commons ends, or the first one begins.
///
/// # Errors
/// Only for unreadable state.
pub fn close(call: &mut Call<'_>, commons: u64) -> Result<(), ContractError> {
    let mut watch = seats::watch(call, commons)?;
    let rules = super::rules(call.storage, commons)?;
    let (now, window) = (call.now, rules.window.0);
    let missing = watch.value(now, &rules).status == Status::Stale;
    // who read when the epoch was over was there, however short the window
    let over = cap::latest(call.storage, commons)?.map_or(now, |last| last.closes);
    let began = watch.closed;
    watch.closed = now;
    for held in watch.held.clone() {
        let mut own = seats::seat(call, commons, held.seat)?;
        let fresh = watch
            .reading(held.seat)
            .is_some_and(|one| watch.is_fresh(one, now, window));
        let all_through = began > 0 && own.since <= began;
        if own.last > began || fresh {
            own.silent = 0;
        } else if all_through {
            own.silent = own.silent.saturating_add(1);
        }
        let silent = own.silent;
        state::seat(commons, held.seat).save(call.storage, &own);
        if missing && all_through && !fresh && own.last < over {
            seats::end(call, commons, &mut watch, held.seat, Ended::Absent)?;
        } else if silent >= SILENT {
            seats::end(call, commons, &mut watch, held.seat, Ended::Silent)?;
        }
    }
    watch.prune(now, window);
    state::watch(commons).save(call.storage, &watch);
    if missing {
        call.event(
            "quorum_missing",
            &[("commons", &commons), ("held", &watch.held.len())],
        );
    }
    Ok(())
}
