//! What becomes due: deposits of the dividend, rounds, the register. Each task
//! lies under its rank and its time; `advance` takes a rank after the other, the
//! earliest of each first. Which rank is first changes from block to block, so
//! that none waits for ever behind another's work.
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

use crate::call::Call;
use crate::error::ContractError;
use crate::state::{self, RANKS, Task};
use crate::{bounds, dividend, register, rounds};
use mycel_kit::staged::{self, Staged};

/// Most units of work in one `advance`, and the default. A unit is about
/// 15,000 gas: the dearest message stays well below 20 million.
pub const MAX_WORK: u32 = 500;
/// Units of work at the end of a block, which has 2 million gas for this contract.
pub const BLOCK_WORK: u32 = 40;
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
        Task::Round(number) => rounds::work(call, number, left),
        Task::Dividend(number) => dividend::work(call, number, left),
        Task::Register(number) => register::work(call, number, left),
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
        policies: call.policies,
        parameters: call.parameters.clone(),
        taken: call.taken.clone(),
        response: Response::new(),
    };
    let worked = work(&mut apart, task, left)?;
    let (said, taken) = (apart.response, apart.taken);
    let changes = staged.changes();
    staged::write(call.storage, changes);
    call.taken = taken;
    call.response.messages.extend(said.messages);
    call.response.events.extend(said.events);
    Ok(worked)
}

/// When a task is looked at again that failed; `Err`: nothing can be relied on.
fn postponed(call: &mut Call<'_>, task: Task, error: ContractError) -> Result<u64, ContractError> {
    let (name, seconds) = match &error {
        ContractError::State(_) => return Err(error),
        ContractError::Peer(_) => ("waits", RETRY_SECONDS),
        _ => ("failed", FAILED_SECONDS),
    };
    let why: String = error.to_string().chars().take(MAX_WHY).collect();
    call.event(name, &[("task", &task), ("why", &why)]);
    Ok(call.now.saturating_add(seconds))
}

/// Where to look for each rank's next task: behind those that were left out
/// because too little work was left for them, so that each is looked at once.
type From = [Vec<u8>; RANKS as usize];

/// The task that is taken next, and its key.
fn next(
    storage: &dyn Storage,
    now: u64,
    first: u8,
    from: &From,
) -> Result<Option<(Task, Vec<u8>)>, ContractError> {
    for rank in (first..RANKS).chain(0..first) {
        let start = &from[usize::from(rank)];
        let end = [&[b'z', rank][..], &now.saturating_add(1).to_be_bytes()].concat();
        let raw = storage
            .range_keys(Some(start), Some(&end), Order::Ascending)
            .next();
        if let Some(raw) = raw {
            let task = Key::<Task>::new(b'z', &raw[1..]).load(storage)?;
            return Ok(Some((task, raw)));
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
    let mut from: From = std::array::from_fn(|rank| vec![b'z', rank as u8]);
    // below RANKS
    let first = (call.env.block.height % u64::from(RANKS)) as u8;
    while left > 0 {
        let Some((task, raw)) = next(call.storage, call.now, first, &from)? else {
            break;
        };
        match attempt(call, task, left) {
            Ok(Worked::Done { units, next }) => {
                set(call, task, next)?;
                left = left.saturating_sub(units.max(1));
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
    call.event("advance", &[("work", &done)]);
    Ok(done)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use cosmwasm_std::QuerierWrapper;
    use cosmwasm_std::testing::{MockApi, MockQuerier, MockStorage, mock_env};
    use mycel_bindings::MycelQuery;

    use super::*;
    use crate::parameters::{ParameterChanges, begin};
    use crate::rounds::msg::Admission;
    use crate::rounds::record::{Course, Identity, Round, Stage};
    use crate::rounds::state as rounds_state;

    fn call<'a>(
        storage: &'a mut dyn Storage,
        api: &'a MockApi,
        querier: &'a MockQuerier<MycelQuery>,
    ) -> Call<'a> {
        let authority = api.addr_make("assembly");
        let parameters = begin(api, authority.as_str(), true, &ParameterChanges::default());
        let env = mock_env();
        Call {
            now: env.block.time.seconds(),
            sender: String::new(),
            policies: &crate::policies::Standard,
            parameters: parameters.expect("parameters"),
            storage,
            api,
            querier: QuerierWrapper::new(querier),
            env,
            taken: BTreeMap::new(),
            response: Response::new(),
        }
    }

    /// A round at a stage, with nothing in it.
    fn at(call: &mut Call<'_>, number: u64, stage: Stage) {
        let round = Round {
            opener: 0,
            title: String::new(),
            identity: Identity::Addresses,
            rule: crate::rules::Rule::Quadratic {},
            saturation: crate::rules::Saturation::Return,
            cap_bps: 1,
            admission: Admission::Members,
            opened: 0,
            begins: 1,
            ends: 2,
            min_pool: 0,
            max_projects: 1,
        };
        rounds_state::round(number).save(call.storage, &round);
        let course = Course {
            stage,
            ..Course::begin()
        };
        rounds_state::course(number).save(call.storage, &course);
        set(call, Task::Round(number), Some(1)).expect("a task");
    }

    fn due(call: &Call<'_>, number: u64) -> Option<u64> {
        let place = state::place(Task::Round(number));
        place
            .may_load(call.storage)
            .expect("readable")
            .map(|(due, _)| due)
    }

    #[test]
    fn a_task_that_fails_is_put_off_and_the_next_ones_go_on() {
        let (mut storage, api) = (MockStorage::new(), MockApi::default());
        let querier = MockQuerier::new(&[]);
        let mut call = call(&mut storage, &api, &querier);
        // there is no round 7
        set(&mut call, Task::Round(7), Some(1)).expect("a task");
        at(&mut call, 8, Stage::Open);
        advance(&mut call, 4).expect("one bad task stops nothing");
        let why = &call.response.events[0];
        assert_eq!(why.ty, "failed");
        assert_eq!(due(&call, 7), Some(call.now + FAILED_SECONDS));
        let course = rounds_state::course(8).load(call.storage).expect("a round");
        assert_eq!(course.stage, Stage::Giving);
    }

    #[test]
    fn what_is_too_dear_for_the_end_of_a_block_is_left_to_whoever_gives_more() {
        let (mut storage, api) = (MockStorage::new(), MockApi::default());
        let querier = MockQuerier::new(&[]);
        let mut call = call(&mut storage, &api, &querier);
        at(&mut call, 7, Stage::Packing(None));
        at(&mut call, 8, Stage::Open);
        // too little is left of this block: it keeps its place, and the next goes on
        advance(&mut call, 5).expect("advances");
        assert_eq!(due(&call, 7), Some(1));
        let course = rounds_state::course(8).load(call.storage).expect("a round");
        assert!(course.stage != Stage::Open, "{:?}", course.stage);
        // with a whole block it is first
        rounds_state::parts(7).save(call.storage, &vec![]);
        rounds_state::totals().save(call.storage, &Default::default());
        advance(&mut call, BLOCK_WORK).expect("advances");
        let course = rounds_state::course(7).load(call.storage).expect("a round");
        assert!(course.stage != Stage::Packing(None), "{:?}", course.stage);
        // pages that no end of a block can read: it waits, and looks cost others little
        let course = Course {
            stage: Stage::Weighing,
            pages: 30,
            ..Course::begin()
        };
        rounds_state::course(7).save(call.storage, &course);
        set(&mut call, Task::Round(7), Some(1)).expect("a task");
        advance(&mut call, BLOCK_WORK).expect("advances");
        assert_eq!(due(&call, 7), Some(call.now + RETRY_SECONDS));
        // who gives too little puts nothing off for others
        set(&mut call, Task::Round(7), Some(1)).expect("a task");
        call.sender = "anyone".to_owned();
        advance(&mut call, 1).expect("advances");
        advance(&mut call, MAX_WORK / 10).expect("advances");
        assert_eq!(due(&call, 7), Some(1));
    }

    #[test]
    fn no_rank_waits_for_ever_behind_anothers_work() {
        let (mut storage, api) = (MockStorage::new(), MockApi::default());
        let querier = MockQuerier::new(&[]);
        let mut call = call(&mut storage, &api, &querier);
        // rounds that always want more, and a matter of each other rank
        for number in 1..=60 {
            at(&mut call, number, Stage::Open);
        }
        for task in [Task::Dividend(9), Task::Register(9)] {
            set(&mut call, task, Some(1)).expect("a task");
        }
        for _ in 0..RANKS {
            call.env.block.height += 1;
            advance(&mut call, 4).expect("advances");
        }
        // there are none such: looked at, and gone
        for task in [Task::Dividend(9), Task::Register(9)] {
            let place = state::place(task).may_load(call.storage);
            assert_eq!(place.expect("readable"), None, "{task}");
        }
    }

    #[test]
    fn failures_cost_what_they_may_have_used() {
        let (mut storage, api) = (MockStorage::new(), MockApi::default());
        let querier = MockQuerier::new(&[]);
        let mut call = call(&mut storage, &api, &querier);
        // there are no such rounds
        for number in 1..=60 {
            set(&mut call, Task::Round(number), Some(1)).expect("a task");
        }
        advance(&mut call, BLOCK_WORK).expect("advances");
        let failed = call.response.events.iter().filter(|one| one.ty == "failed");
        assert_eq!(failed.count(), 6, "40, 20, 10, 5, 2, 1");
        assert_eq!(due(&call, 60), Some(1));
    }

    #[test]
    fn a_task_that_is_left_out_is_looked_at_once() {
        let (mut storage, api) = (MockStorage::new(), MockApi::default());
        let querier = MockQuerier::new(&[]);
        let mut call = call(&mut storage, &api, &querier);
        for number in 1..=12 {
            at(&mut call, number, Stage::Packing(None));
        }
        at(&mut call, 13, Stage::Open);
        // each lies behind the one before, none is found twice
        let mut from: From = std::array::from_fn(|rank| vec![b'z', rank as u8]);
        for number in 1..=13 {
            let found = next(call.storage, call.now, 1, &from).expect("readable");
            let (task, raw) = found.expect("a task");
            assert_eq!(task, Task::Round(number));
            from[1] = [&raw[..], &[0]].concat();
        }
        assert_eq!(next(call.storage, call.now, 1, &from), Ok(None));
        // … and the last is done, with what the looks left over
        advance(&mut call, 14).expect("advances");
        let course = rounds_state::course(13)
            .load(call.storage)
            .expect("a round");
        assert!(course.stage != Stage::Open, "{:?}", course.stage);
    }

    #[test]
    fn broken_storage_stops_everything() {
        let (mut storage, api) = (MockStorage::new(), MockApi::default());
        let querier = MockQuerier::new(&[]);
        let mut call = call(&mut storage, &api, &querier);
        at(&mut call, 7, Stage::Open);
        call.storage.set(rounds_state::course(7).bytes(), &[0xff]);
        let error = advance(&mut call, 10).expect_err("unreadable");
        assert!(matches!(error, ContractError::State(_)), "{error}");
    }
}
