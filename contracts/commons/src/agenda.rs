//! What becomes due: epochs open and close, auctions clear, readings expire,
//! measures take effect. Each task lies under its time; `advance` takes the
//! earliest of a rank.
//!
//! A task is a reminder, not an order: whoever carries it out looks at the
//! record first, so a task whose matter was settled does nothing. Ranks: what
//! nature asks for (cap, monitors) is always first, as nobody can flood it; the
//! others take turns, and who begins changes with each block, so that no part's
//! flood delays another's. Where a peer does not answer, a task waits a few
//! minutes; where it fails otherwise, an hour. What a failed task wrote is gone
//! ([`mycel_kit::staged`]). What is only too dear for what is left of a block
//! keeps its place; what is too dear for the end of any block is laid aside for
//! anyone's `advance`, is first in it, and holds up nothing meanwhile. Only
//! broken storage stops everything.
//!
//! One unit of work is about one account read and written: at most 30,000 gas.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::{Order, Response, Storage};
use mycel_kit::Key;
use mycel_kit::staged::{self, Staged};

use crate::call::Call;
use crate::error::ContractError;
use crate::{bounds, cap, market, monitors, order, regeneration, registry, rights};

/// Most units of work in one `advance`, and the default.
pub const MAX_WORK: u32 = 400;
/// Units of work at the end of a block.
pub const END_OF_BLOCK: u32 = 40;
/// Seconds until a task is tried again that a peer did not let happen.
pub const RETRY_SECONDS: u64 = 300;
/// Seconds until a task is tried again that failed for a reason of its own.
pub const FAILED_SECONDS: u64 = 3_600;
/// Most characters of why a task failed.
const MAX_WHY: usize = 256;
/// Most tasks looked at in one call, whatever they cost.
const MAX_LOOKS: u32 = 100;

/// The part of the contract that a task belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Part {
    /// Epochs.
    Cap,
    /// Seats and readings.
    Monitors,
    /// Claims.
    Regeneration,
    /// Accounts.
    Rights,
    /// Auctions.
    Market,
    /// Measures.
    Order,
    /// Enrolment.
    Registry,
}

/// Something that becomes due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Task {
    /// Whose it is.
    pub part: Part,
    /// What it is, in the part's own table.
    pub kind: u8,
    /// The commons.
    pub commons: u64,
    /// What it is about, as the kind says.
    pub argument: u64,
}

/// What came of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worked {
    /// Nothing more to do.
    Done,
    /// It wants to be looked at again then; at once, if that is now or past.
    Again(u64),
    /// The next step needs at least so many units and has not begun: nothing was written.
    Waiting {
        /// Units.
        needs: u32,
    },
}

/// The first rank is nature's; the others take turns.
const TURNS: u8 = 5;
/// Added to a rank: laid aside, too dear for the end of a block.
const DEAR: u8 = 0x80;

const fn rank(part: Part) -> u8 {
    match part {
        Part::Cap | Part::Monitors => 0,
        Part::Regeneration => 1,
        Part::Rights => 2,
        Part::Market => 3,
        Part::Order => 4,
        Part::Registry => 5,
    }
}

/// Puts a task down for a time.
pub fn at(call: &mut Call<'_>, due: u64, task: Task) {
    let serial = call.totals.tasks;
    call.totals.tasks = serial.saturating_add(1);
    place(rank(task.part), due, serial).save(call.storage, &task);
}

fn place(rank: u8, due: u64, serial: u64) -> Key<Task> {
    crate::state::key(b'z', rank, &[due, serial])
}

/// The raw key of the earliest task of a rank that is due, after another.
fn first(storage: &dyn Storage, rank: u8, now: u64, skip: &[Vec<u8>]) -> Option<Vec<u8>> {
    let (start, end) = (place(rank, 0, 0), place(rank, now.saturating_add(1), 0));
    storage
        .range_keys(Some(start.bytes()), Some(end.bytes()), Order::Ascending)
        .find(|raw| !skip.contains(raw))
}

fn work(call: &mut Call<'_>, task: Task, units: &mut u32) -> Result<Worked, ContractError> {
    match task.part {
        Part::Cap => cap::work(call, task, units),
        Part::Monitors => monitors::work(call, task, units),
        Part::Regeneration => regeneration::work(call, task, units),
        Part::Rights => rights::work(call, task, units),
        Part::Market => market::work(call, task, units),
        Part::Order => order::work(call, task, units),
        Part::Registry => registry::work(call, task, units),
    }
}

/// As [`work`]; what fails leaves neither records nor events nor messages.
fn attempt(call: &mut Call<'_>, task: Task, units: &mut u32) -> Result<Worked, ContractError> {
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
        peers: call.peers.clone(),
        totals: call.totals,
        response: Response::new(),
    };
    let worked = work(&mut apart, task, units)?;
    let (said, totals) = (apart.response, apart.totals);
    let changes = staged.changes();
    staged::write(call.storage, changes);
    call.totals = totals;
    call.response.messages.extend(said.messages);
    call.response.events.extend(said.events);
    Ok(worked)
}

/// Does up to `limit` units of work that is due; `limit` ≤ [`MAX_WORK`].
///
/// # Errors
/// A limit out of bounds, or unreadable state.
pub fn advance(call: &mut Call<'_>, limit: u32) -> Result<(), ContractError> {
    bounds::within("limit", limit, 1u32, MAX_WORK)?;
    let mut units = limit;
    let mut skip: Vec<Vec<u8>> = vec![];
    let mut turn = (call.env.block.height % u64::from(TURNS)) as u8;
    for _ in 0..MAX_LOOKS {
        if units == 0 {
            break;
        }
        let ranks = std::iter::once(0).chain((0..TURNS).map(|n| 1 + (turn + n) % TURNS));
        let dear = (limit > END_OF_BLOCK).then_some(DEAR);
        let storage = &*call.storage;
        let found = ranks
            .flat_map(|rank| dear.map(|dear| dear | rank).into_iter().chain([rank]))
            .find_map(|rank| Some((rank, first(storage, rank, call.now, &skip)?)));
        let Some((rank, raw)) = found else { break };
        if rank & !DEAR > 0 {
            turn = (rank & !DEAR) % TURNS;
        }
        let task = Key::<Task>::new(b'z', &raw[1..]).load(call.storage)?;
        let before = units;
        match attempt(call, task, &mut units) {
            Ok(Worked::Done) => call.storage.remove(&raw),
            Ok(Worked::Again(due)) => {
                call.storage.remove(&raw);
                at(call, due.max(call.now), task);
            }
            Ok(Worked::Waiting { needs }) => {
                units = before;
                if needs > END_OF_BLOCK && rank & DEAR == 0 && limit <= END_OF_BLOCK {
                    lay_aside(call, &raw, task);
                } else {
                    skip.push(raw);
                }
            }
            Err(why) => postpone(call, &raw, task, &why, before, &mut units)?,
        }
        // to look costs work, too
        if units == before {
            units = before.saturating_sub(1);
        }
    }
    call.event("advance", &[("work", &(limit - units))]);
    Ok(())
}

/// The same place in the queue of what is too dear for the end of a block.
fn lay_aside(call: &mut Call<'_>, raw: &[u8], task: Task) {
    call.storage.remove(raw);
    let mut key = raw.to_vec();
    if let Some(rank) = key.get_mut(1) {
        *rank |= DEAR;
    }
    Key::<Task>::new(b'z', &key[1..]).save(call.storage, &task);
    let part = format!("{:?}", task.part).to_lowercase();
    call.event("too_dear", &[("part", &part), ("commons", &task.commons)]);
}

/// Carries out one task at once, whether it is due or not; what lies under its
/// time stays and finds nothing to do.
///
/// # Errors
/// What the task says.
pub fn only(call: &mut Call<'_>, task: Task, limit: u32) -> Result<(), ContractError> {
    bounds::within("limit", limit, 1u32, MAX_WORK)?;
    let mut units = limit;
    match work(call, task, &mut units)? {
        Worked::Waiting { needs } => Err(ContractError::NothingToDo {
            what: format!("limit={limit} needs={needs}; advance with a larger limit"),
        }),
        // it lies in the agenda already, under its own time
        Worked::Done | Worked::Again(_) => Ok(()),
    }
}

fn postpone(
    call: &mut Call<'_>,
    raw: &[u8],
    task: Task,
    why: &ContractError,
    before: u32,
    units: &mut u32,
) -> Result<(), ContractError> {
    let (name, seconds) = match why {
        ContractError::State(error) => return Err(error.clone().into()),
        ContractError::Peer(_) => ("waits", RETRY_SECONDS),
        _ => ("failed", FAILED_SECONDS),
    };
    *units = before.saturating_sub(1);
    call.storage.remove(raw);
    at(call, call.now.saturating_add(seconds), task);
    let told: String = why.to_string().chars().take(MAX_WHY).collect();
    let part = format!("{:?}", task.part).to_lowercase();
    call.event(
        name,
        &[
            ("part", &part),
            ("kind", &task.kind),
            ("commons", &task.commons),
            ("argument", &task.argument),
            ("why", &told),
        ],
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use cosmwasm_std::testing::{MockApi, MockQuerier, MockStorage, mock_env};
    use cosmwasm_std::{QuerierWrapper, Storage};
    use mycel_bindings::MycelQuery;

    use super::*;
    use crate::order;
    use crate::parameters::{ParameterChanges, begin};
    use crate::state::{Peers, Totals};

    fn call<'a>(
        storage: &'a mut dyn Storage,
        api: &'a MockApi,
        querier: &'a MockQuerier<MycelQuery>,
    ) -> Call<'a> {
        let env = mock_env();
        Call {
            now: env.block.time.seconds(),
            sender: String::new(),
            policies: &crate::policies::Standard,
            parameters: begin(true, &ParameterChanges::default()).expect("parameters"),
            peers: Peers::default(),
            totals: Totals::default(),
            storage,
            api,
            querier: QuerierWrapper::new(querier),
            env,
            response: Response::new(),
        }
    }

    /// Nothing to do.
    const IDLE: Task = Task {
        part: Part::Registry,
        kind: 1,
        commons: 1,
        argument: 1,
    };

    fn tasks(storage: &dyn Storage) -> Vec<(u8, u64)> {
        let all = storage.range_keys(Some(b"z"), Some(b"{"), Order::Ascending);
        all.map(|raw| {
            let due: [u8; 8] = raw[2..10].try_into().expect("a time");
            (raw[1], u64::from_be_bytes(due))
        })
        .collect()
    }

    #[test]
    fn a_task_that_fails_is_put_off_an_hour_and_the_next_ones_go_on() {
        let (mut storage, api) = (MockStorage::new(), MockApi::default());
        let querier = MockQuerier::new(&[]);
        let mut call = call(&mut storage, &api, &querier);
        // there is no measure 7
        at(&mut call, 1, order::task(order::OVER, 1, 7));
        at(&mut call, 2, IDLE);
        advance(&mut call, 10).expect("one bad task stops nothing");
        let names: Vec<&str> = call.response.events.iter().map(|e| e.ty.as_str()).collect();
        assert_eq!(names, ["failed", "advance"]);
        let why = &call.response.events[0].attributes[4].value;
        assert!(why.contains("unknown measure: measure=7"), "{why}");
        let now = call.now;
        assert_eq!(tasks(&storage), [(4, now + FAILED_SECONDS)]);
    }

    #[test]
    fn a_flood_of_one_part_leaves_the_others_their_turn() {
        let (mut storage, api) = (MockStorage::new(), MockApi::default());
        let querier = MockQuerier::new(&[]);
        let mut call = call(&mut storage, &api, &querier);
        for _ in 0..100 {
            at(&mut call, 1, IDLE);
        }
        at(&mut call, 2, order::task(99, 1, 1));
        advance(&mut call, 2).expect("two units");
        let left = tasks(&storage);
        assert_eq!(left.len(), 99);
        assert!(
            left.iter().all(|(rank, _)| *rank == 5),
            "order had its turn"
        );
    }

    #[test]
    fn what_is_not_due_waits() {
        let (mut storage, api) = (MockStorage::new(), MockApi::default());
        let querier = MockQuerier::new(&[]);
        let mut call = call(&mut storage, &api, &querier);
        let then = call.now + 1;
        at(&mut call, then, IDLE);
        advance(&mut call, 10).expect("nothing is due");
        assert_eq!(tasks(call.storage), [(5, then)]);
        call.now = then;
        advance(&mut call, 10).expect("it is due");
        assert_eq!(tasks(call.storage), []);
    }

    #[test]
    fn what_is_too_dear_for_a_block_is_laid_aside_and_first_in_an_advance() {
        let (mut storage, api) = (MockStorage::new(), MockApi::default());
        let querier = MockQuerier::new(&[]);
        let mut call = call(&mut storage, &api, &querier);
        at(&mut call, 1, IDLE);
        let raw = first(call.storage, 5, call.now, &[]).expect("a task");
        lay_aside(&mut call, &raw, IDLE);
        assert_eq!(tasks(call.storage), [(5 | DEAR, 1)]);
        advance(&mut call, END_OF_BLOCK).expect("an end of a block");
        assert_eq!(tasks(call.storage), [(5 | DEAR, 1)], "not its matter");
        advance(&mut call, MAX_WORK).expect("anyone's");
        assert_eq!(tasks(call.storage), []);
    }

    #[test]
    fn broken_storage_stops_everything() {
        let (mut storage, api) = (MockStorage::new(), MockApi::default());
        let querier = MockQuerier::new(&[]);
        storage.set(order::state::measure(7).bytes(), &[0xff]);
        let mut call = call(&mut storage, &api, &querier);
        at(&mut call, 1, order::task(order::OVER, 1, 7));
        let error = advance(&mut call, 10).expect_err("unreadable");
        assert!(matches!(error, ContractError::State(_)), "{error}");
    }

    #[test]
    fn a_limit_is_bounded() {
        let (mut storage, api) = (MockStorage::new(), MockApi::default());
        let querier = MockQuerier::new(&[]);
        let mut call = call(&mut storage, &api, &querier);
        for limit in [0, MAX_WORK + 1] {
            let error = advance(&mut call, limit).expect_err("out of bounds");
            assert_eq!(error.code(), 7);
        }
    }
}
