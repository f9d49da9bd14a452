//! What becomes due: draws and cases move on, beacons are asked. Each task lies
//! under its time; `advance` takes the earliest.
//!
//! A task is a reminder, not an order: whoever carries it out looks at the
//! record first, so a task whose matter was settled does nothing. A draw or a
//! case has at most one task at a time and says itself when it wants the next.
//! Where a peer does not answer, the task waits a few minutes; where it fails
//! otherwise, an hour: no matter holds up another. What a failed task wrote is
//! gone ([`staged`]). Only broken storage stops everything.

use cosmwasm_std::{Order, Response};
use mycel_kit::Key;

use crate::beacon::BeaconError;
use crate::call::Call;
use crate::error::ContractError;
use crate::staged::{self, Staged};
use crate::state::{self, Task};
use crate::{bounds, draws, juries};

/// Most units of work in one `advance`, and the default.
pub const MAX_WORK: u32 = 1_000;
/// Units of work at the end of a block.
pub const BLOCK_WORK: u32 = 50;
/// Seconds until a task is tried again that a peer did not let happen.
pub const RETRY_SECONDS: u64 = 300;
/// Seconds until a task is tried again that failed for a reason of its own.
pub const FAILED_SECONDS: u64 = 3_600;
/// Most characters of why a task failed.
const MAX_WHY: usize = 256;

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
fn postponed(
    call: &mut Call<'_>,
    task: Task,
    error: ContractError,
) -> Result<Worked, ContractError> {
    let (name, seconds) = match &error {
        ContractError::State(_) | ContractError::Beacon(BeaconError::State(_)) => {
            return Err(error);
        }
        ContractError::Peer(_) => ("waits", RETRY_SECONDS),
        _ => ("failed", FAILED_SECONDS),
    };
    let why: String = error.to_string().chars().take(MAX_WHY).collect();
    call.event(name, &[("task", &task), ("why", &why)]);
    Ok(Worked {
        units: 1,
        next: Some(call.now.saturating_add(seconds)),
    })
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
        let worked = match attempt(call, task, left) {
            Ok(worked) => worked,
            Err(error) => postponed(call, task, error)?,
        };
        set(call, task, worked.next)?;
        left = left.saturating_sub(worked.units.max(1));
    }
    let done = limit - left;
    call.event("advance", &[("work", &done)]);
    Ok(done)
}

#[cfg(test)]
mod tests {
    use cosmwasm_std::testing::{MockApi, MockQuerier, MockStorage, mock_env};
    use cosmwasm_std::{QuerierWrapper, Storage};
    use mycel_bindings::MycelQuery;

    use super::*;
    use crate::draws::state::{Draw, Stage, Terms};
    use crate::parameters::{ParameterChanges, begin};

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
            parameters: parameters.expect("parameters"),
            storage,
            api,
            querier: QuerierWrapper::new(querier),
            env,
            response: Response::new(),
        }
    }

    /// A draw without volunteers whose registration is over.
    fn waiting(storage: &mut dyn Storage, number: u64, stage: Stage) {
        let terms = Terms {
            reference: format!("assembly/{number}"),
            client: "assembly".into(),
            size: 1,
            features: vec![],
            quotas: vec![],
            opened: 0,
            until: 1,
            gate: None,
            give_up: u64::MAX,
        };
        draws::state::terms(number).save(storage, &terms);
        let draw = Draw {
            stage,
            ..Draw::default()
        };
        draws::state::draw(number).save(storage, &draw);
    }

    fn names(call: &Call<'_>) -> Vec<String> {
        let events = call.response.events.iter();
        events.map(|event| event.ty.clone()).collect()
    }

    #[test]
    fn a_task_that_fails_is_put_off_and_the_next_ones_go_on() {
        let (mut storage, api) = (MockStorage::new(), MockApi::default());
        let querier = MockQuerier::new(&[]);
        waiting(&mut storage, 8, Stage::Open);
        let mut call = call(&mut storage, &api, &querier);
        // there is no draw 7
        for (number, due) in [(7, 1), (8, 2)] {
            set(&mut call, Task::Draw(number), Some(due)).expect("a task");
        }
        advance(&mut call, 10).expect("one bad task stops nothing");
        assert_eq!(names(&call), ["failed", "fell_short", "advance"]);
        let why = &call.response.events[0].attributes[1].value;
        assert!(why.contains("unknown draw: draw=7"), "{why}");
        for number in [7, 8] {
            let (due, _) = state::place(Task::Draw(number))
                .load(call.storage)
                .expect("a place");
            assert_eq!(due, call.now + FAILED_SECONDS);
        }
    }

    #[test]
    fn a_task_that_fails_leaves_nothing_half_done() {
        let (mut storage, api) = (MockStorage::new(), MockApi::default());
        let querier = MockQuerier::new(&[]);
        // removes what solvers committed to, and finds one of two gone
        let then = draws::state::Then::Lapse;
        waiting(&mut storage, 7, Stage::Closing { post: 0, then });
        let key = draws::state::draw(7);
        let draw = Draw {
            posts: 2,
            ..key.load(&storage).expect("a draw")
        };
        key.save(&mut storage, &draw);
        let first = draws::posts::post(7, 0);
        first.save(
            &mut storage,
            &draws::posts::Post::awaited("solver", 1, [0; 32], 1),
        );
        let mut call = call(&mut storage, &api, &querier);
        set(&mut call, Task::Draw(7), Some(1)).expect("a task");
        advance(&mut call, 10).expect("one bad task stops nothing");
        assert_eq!(names(&call), ["failed", "advance"]);
        assert!(first.exists(call.storage), "half of it was done");
    }

    #[test]
    fn broken_storage_stops_everything() {
        let (mut storage, api) = (MockStorage::new(), MockApi::default());
        let querier = MockQuerier::new(&[]);
        waiting(&mut storage, 7, Stage::Open);
        storage.set(draws::state::draw(7).bytes(), &[0xff]);
        let mut call = call(&mut storage, &api, &querier);
        set(&mut call, Task::Draw(7), Some(1)).expect("a task");
        let error = advance(&mut call, 10).expect_err("unreadable");
        assert!(matches!(error, ContractError::State(_)), "{error}");
    }
}
