//! What becomes due: steps and vouches end, entrants are looked at, cases are
//! asked about. Each task lies under its time; `advance` takes the earliest.
//!
//! A task is a reminder, not an order: whoever carries it out looks at the
//! record first, so that a task whose matter was settled does nothing. What
//! people can change at will (a vouch) has one task and takes it along.

use cosmwasm_std::Order;

use crate::admit;
use crate::bounds;
use crate::call::Call;
use crate::cases;
use crate::error::ContractError;
use crate::ladder;
use crate::recheck;
use crate::state::{self, Task};
use crate::vouch;

/// Most pieces of work in a message.
pub const MAX_WORK: u32 = 50;

/// Puts a task down; gives its serial number.
pub fn at(call: &mut Call<'_>, due: u64, task: Task) -> u64 {
    let serial = call.totals.tasks;
    call.totals.tasks = serial.saturating_add(1);
    state::task(due, serial).save(call.storage, &task);
    serial
}

/// Takes a task back, if it is still there.
pub fn take_back(call: &mut Call<'_>, due: u64, serial: u64) {
    call.storage.remove(state::task(due, serial).bytes());
}

/// Does up to `limit` pieces of work that is due: tasks first, then the queue.
///
/// # Errors
/// More than 50 at a time; what a peer refuses undoes this message, but for an
/// entry of the queue, which then stays where it is ([`admit`]).
pub fn advance(call: &mut Call<'_>, limit: u32) -> Result<(), ContractError> {
    bounds::count("pieces of work", limit as usize, MAX_WORK as usize)?;
    let end = [&b"z"[..], &call.now.saturating_add(1).to_be_bytes()].concat();
    let due: Vec<Vec<u8>> = call
        .storage
        .range_keys(Some(b"z"), Some(&end), Order::Ascending)
        .take(limit as usize)
        .collect();
    let mut done = 0;
    for raw in due {
        let key: mycel_kit::Key<Task> = mycel_kit::Key::new(b'z', &raw[1..]);
        // an earlier one may have taken it back
        let Some(task) = key.may_load(call.storage)? else {
            continue;
        };
        call.storage.remove(&raw);
        match task {
            Task::Step(number) => ladder::step_ends(call, number)?,
            Task::Vouch(to, from) => vouch::runs_out(call, to, from)?,
            Task::Recheck(number) => recheck::draw(call, number)?,
            Task::Measure(number) => cases::look(call, number)?,
        }
        done += 1;
    }
    done += admit::admit(call, limit - done, admit::Way::Apart)?;
    call.event("advance", &[("done", &done)]);
    Ok(())
}
