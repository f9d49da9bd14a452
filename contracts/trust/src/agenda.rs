//! What becomes due: entries that are appended, deals, entries that are old.
//! Each task lies under its rank and its time; `advance` takes a rank after the
//! other, the earliest of each first. Which rank is first changes from block to
//! block, so that none waits for ever behind another's work.
//!
//! A task is a reminder, not an order: whoever carries it out looks at the
//! record first, so a task whose matter was settled does nothing. A matter has
//! at most one task at a time and says itself when it wants the next. Where a
//! peer does not answer, the task waits a few minutes; where it fails
//! otherwise, an hour: no matter holds up another. What a failed task wrote is
//! gone ([`staged`](mycel_kit::staged)), but not the work it cost: each failure counts half
//! of what was left, so that many do not make a block's end too dear. A task for
//! which too little is left keeps its place, and the next go on. What is too dear
//! for any end of a block is left to whoever advances with more; only the end of
//! a block puts it off, so that nobody hides it from others by advancing with
//! little. Only broken storage stops everything.

use cosmwasm_std::{Order, Response, Storage};
use mycel_kit::Key;
use mycel_kit::staged::{self, Staged};

use crate::call::Call;
use crate::error::ContractError;
use crate::state::{self, RANKS, Task};
use crate::{bounds, deals, mailbox};

/// Most units of work in one `advance`, and the default. A unit is about
/// 15,000 gas: the dearest message stays well below 20 million.
pub const MAX_WORK: u32 = 500;
/// Units of work at the end of a block, which has 2 million gas for this contract.
pub const BLOCK_WORK: u32 = 100;
/// Seconds until a task is tried again that a peer did not let happen, or that
/// was too dear for the end of a block.
pub const RETRY_SECONDS: u64 = 300;
/// Seconds until a task is tried again that failed for a reason of its own.
pub const FAILED_SECONDS: u64 = 3_600;
/// Most characters of why a task failed.
const MAX_WHY: usize = 256;

/// What came of working on a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worked {
    /// So many units were used; when it wants to be looked at again: now, if
    /// there is more to do; never, if `None`.
    Done {
        /// Units of work; 0 where there was nothing to do.
        units: u32,
        /// The next time.
        next: Option<u64>,
    },
    /// The next piece needs so many units, more than were left; nothing was done.
    Needs(u32),
}

/// When a matter is looked at again: the one task it has, replaced; `None`: never.
///
/// # Errors
/// Only for unreadable state.
pub fn set(call: &mut Call<'_>, task: Task, due: Option<u64>) -> Result<(), ContractError> {
    let place = state::place(task);
    if let Some((due, serial)) = place.may_load(call.storage)? {
        call.storage
            .remove(state::task(task.rank(), due, serial).bytes());
    }
    let Some(due) = due else {
        call.storage.remove(place.bytes());
        return Ok(());
    };
    let next = state::serial();
    let serial = next.may_load(call.storage)?.unwrap_or(0);
    next.save(call.storage, &serial.saturating_add(1));
    state::task(task.rank(), due, serial).save(call.storage, &task);
    place.save(call.storage, &(due, serial));
    Ok(())
}

/// As [`set`], but never later than it is now.
///
/// # Errors
/// Only for unreadable state.
pub fn sooner(call: &mut Call<'_>, task: Task, due: u64) -> Result<(), ContractError> {
    match state::place(task).may_load(call.storage)? {
        Some((set, _)) if set <= due => Ok(()),
        _ => set(call, task, Some(due)),
    }
}

/// Works on one matter alone.
///
/// # Errors
/// What the matter says; nothing to do now is said, too.
pub fn only(call: &mut Call<'_>, task: Task, limit: u32) -> Result<(), ContractError> {
    bounds::within("limit", limit, 1u32, MAX_WORK)?;
    let mut left = limit;
    let mut moved = false;
    while left > 0 {
        match work(call, task, left)? {
            Worked::Done { units, next } => {
                set(call, task, next)?;
                moved |= units > 0;
                left = left.saturating_sub(units);
                if units == 0 || next.is_none_or(|next| next > call.now) {
                    break;
                }
            }
            Worked::Needs(needs) if !moved => {
                return Err(ContractError::TooLittleWork { limit, needs });
            }
            Worked::Needs(_) => break,
        }
    }
    if !moved {
        return Err(ContractError::NothingToDo {
            task: task.to_string(),
        });
    }
    call.event("advance", &[("task", &task), ("work", &(limit - left))]);
    Ok(())
}

fn work(call: &mut Call<'_>, task: Task, left: u32) -> Result<Worked, ContractError> {
    match task {
        Task::Append => mailbox::append::work(call, left),
        Task::Clean(index) => mailbox::clean::work(call, index, left),
        // ---- deals
        Task::Deal(number) => deals::work(call, number, left),
        Task::Dispute(number) => deals::dispute::work(call, number),
    }
}

/// As [`work`]; what fails leaves neither records nor events nor messages.
fn attempt(call: &mut Call<'_>, task: Task, left: u32) -> Result<Worked, ContractError> {
    let mut staged = Staged::over(&*call.storage);
    let mut apart = Call {
        storage: &mut staged,
        api: call.api,
        querier: call.querier,
        env: call.env.clone(),
        now: call.now,
        sender: call.sender.clone(),
        parameters: call.parameters.clone(),
        fixed: call.fixed.clone(),
        response: Response::new(),
    };
    let worked = work(&mut apart, task, left)?;
    let said = apart.response;
    let changes = staged.changes();
    staged::write(call.storage, changes);
    call.response.messages.extend(said.messages);
    call.response.events.extend(said.events);
    Ok(worked)
}

/// When a task is looked at again that failed; `Err`: nothing can be relied on.
fn postponed(call: &mut Call<'_>, task: Task, error: ContractError) -> Result<u64, ContractError> {
    let (name, seconds) = match &error {
        ContractError::State(_) => return Err(error),
        ContractError::Peer(_) | ContractError::Chain { .. } => ("waits", RETRY_SECONDS),
        _ => ("failed", FAILED_SECONDS),
    };
    let why: String = error.to_string().chars().take(MAX_WHY).collect();
    call.event(name, &[("task", &task), ("why", &why)]);
    Ok(call.now.saturating_add(seconds))
}

/// Where to look for each rank's next task: behind those that were left out
/// because too little work was left for them, so that each is looked at once;
/// at the end where nothing more was due. What becomes due meanwhile waits for
/// the next block.
type From = [Vec<u8>; RANKS as usize];

/// The task that is taken next, and its key.
fn next(
    storage: &dyn Storage,
    now: u64,
    first: u8,
    from: &mut From,
) -> Result<Option<(Task, Vec<u8>)>, ContractError> {
    for rank in (first..RANKS).chain(0..first) {
        let start = &mut from[usize::from(rank)];
        let end = [&state::rank(rank)[..], &now.saturating_add(1).to_be_bytes()].concat();
        if *start >= end {
            continue;
        }
        let raw = storage
            .range_keys(Some(start), Some(&end), Order::Ascending)
            .next();
        match raw {
            Some(raw) => {
                let task = Key::<Task>::new(b'z', &raw[1..]).load(storage)?;
                return Ok(Some((task, raw)));
            }
            // looked through: a call may look a thousand times, not four thousand
            None => *start = end,
        }
    }
    Ok(None)
}

/// Does up to `limit` units of work that is due. Gives how many it did.
///
/// # Errors
/// More than [`MAX_WORK`], or unreadable state.
pub fn advance(call: &mut Call<'_>, limit: u32) -> Result<u32, ContractError> {
    bounds::within("limit", limit, 1u32, MAX_WORK)?;
    let mut left = limit;
    let mut from: From = std::array::from_fn(|rank| state::rank(rank as u8));
    // below RANKS
    let first = (call.env.block.height % u64::from(RANKS)) as u8;
    while left > 0 {
        let Some((task, raw)) = next(call.storage, call.now, first, &mut from)? else {
            break;
        };
        match attempt(call, task, left) {
            Ok(Worked::Done { units, next }) => {
                set(call, task, next)?;
                left = left.saturating_sub(units.max(1));
                if task == Task::Append && call.sender.is_empty() {
                    // once at the end of a block, whatever is left
                    from[usize::from(task.rank())] = state::rank(task.rank() + 1);
                }
            }
            // it keeps its place and is first in the next block
            Ok(Worked::Needs(needs)) if needs <= BLOCK_WORK || !call.sender.is_empty() => {
                from[usize::from(task.rank())] = [&raw[..], &[0]].concat();
                left -= 1; // to look costs work
            }
            // left to whoever gives more: to look at it in every block would be others' work
            Ok(Worked::Needs(_)) => {
                set(call, task, Some(call.now.saturating_add(RETRY_SECONDS)))?;
                left -= 1;
            }
            Err(error) => {
                let due = postponed(call, task, error)?;
                set(call, task, Some(due))?;
                // nobody knows how far it came
                left -= left.div_ceil(2);
            }
        }
    }
    let done = limit - left;
    if done > 0 || !call.sender.is_empty() {
        call.event("advance", &[("work", &done)]);
    }
    Ok(done)
}
