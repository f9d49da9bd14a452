//! What becomes due: draws and cases move on, beacons are asked. Each task lies
//! under its time; `advance` takes the earliest.
//!
//! A task is a reminder, not an order: whoever carries it out looks at the
//! record first, so a task whose matter was settled does nothing. A draw or a
//! case has at most one task at a time and says itself when it wants the next.
//! Where a peer does not answer, the task waits a few minutes: no matter holds
//! up another.

use cosmwasm_std::Order;
use mycel_kit::Key;

use crate::call::Call;
use crate::error::ContractError;
use crate::state::{self, Task};
use crate::{bounds, draws, juries};

/// Most units of work in one `advance`, and the default.
pub const MAX_WORK: u32 = 1_000;
/// Units of work at the end of a block.
pub const BLOCK_WORK: u32 = 50;
/// Seconds until a task is tried again that a peer did not let happen.
pub const RETRY_SECONDS: u64 = 300;

/// What came of working on a draw or a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worked {
    /// Units of work it took; 0: there is nothing to do now.
    pub units: u32,
    /// When it wants to be looked at again: now, if there is more to do.
    pub next: Option<u64>,
}

/// When a matter is looked at again: the one task it has, replaced; `None`: never.
///
/// # Errors
/// Only for unreadable state.
pub fn set(call: &mut Call<'_>, task: Task, due: Option<u64>) -> Result<(), ContractError> {
    let place = state::place(task);
    if let Some((due, serial)) = place.may_load(call.storage)? {
        call.storage.remove(state::task(due, serial).bytes());
    }
    let Some(due) = due else {
        call.storage.remove(place.bytes());
        return Ok(());
    };
    let next = state::serial();
    let serial = next.may_load(call.storage)?.unwrap_or(0);
    next.save(call.storage, &serial.saturating_add(1));
    state::task(due, serial).save(call.storage, &task);
    place.save(call.storage, &(due, serial));
    Ok(())
}

/// Works on one matter alone, whether it is due or not.
///
/// # Errors
/// What the matter says; nothing to do now is said, too.
pub fn only(call: &mut Call<'_>, task: Task, limit: u32) -> Result<(), ContractError> {
    bounds::within("limit", limit.into(), 1, MAX_WORK.into())?;
    let mut left = limit;
    while left > 0 {
        let worked = work(call, task, left)?;
        set(call, task, worked.next)?;
        left = left.saturating_sub(worked.units);
        if worked.units == 0 || worked.next.is_none_or(|next| next > call.now) {
            break;
        }
    }
    if left == limit {
        return Err(ContractError::NothingToDo {
            task: task.to_string(),
        });
    }
    call.event("advance", &[("task", &task), ("work", &(limit - left))]);
    Ok(())
}

fn work(call: &mut Call<'_>, task: Task, left: u32) -> Result<Worked, ContractError> {
    match task {
        Task::Draw(number) => draws::work(call, number, left),
        Task::Case(number) => juries::work(call, number, left),
    }
}

/// Does up to `limit` units of work that is due. Gives how many it did.
///
/// # Errors
/// More than [`MAX_WORK`], or unreadable state.
pub fn advance(call: &mut Call<'_>, limit: u32) -> Result<u32, ContractError> {
    bounds::within("limit", limit.into(), 1, MAX_WORK.into())?;
    let mut left = limit;
    while left > 0 {
        let end = [&b"z"[..], &call.now.saturating_add(1).to_be_bytes()].concat();
        let first = call
            .storage
            .range_keys(Some(b"z"), Some(&end), Order::Ascending)
            .next();
        let Some(raw) = first else { break };
        let key: Key<Task> = Key::new(b'z', &raw[1..]);
        let task = key.load(call.storage)?;
        let worked = match work(call, task, left) {
            Ok(worked) => worked,
            // pulls come before writes in every step, so nothing is half done
            Err(ContractError::Peer(why)) => {
                call.event("waits", &[("task", &task), ("why", &why)]);
                Worked {
                    units: 1,
                    next: Some(call.now.saturating_add(RETRY_SECONDS)),
                }
            }
            Err(error) => return Err(error),
        };
        set(call, task, worked.next)?;
        left = left.saturating_sub(worked.units.max(1));
    }
    let done = limit - left;
    call.event("advance", &[("work", &done)]);
    Ok(done)
}
