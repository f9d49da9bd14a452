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
//! ([`mycel_kit::staged`]). What is too dear for the end of a block waits there
//! for anyone's `advance`, and is first in it. Only broken storage stops
//! everything.
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
        let storage = &*call.storage;
        let found =
            ranks.into_iter().find_map(|rank| Some((rank, first(storage, rank, call.now, &skip)?)));
        let Some((rank, raw)) = found else { break };
        if rank > 0 {
            turn = rank % TURNS;
        }
        let task = Key::<Task>::new(b'z', &raw[1..]).load(call.storage)?;
        let before = units;
        match attempt(call, task, &mut units) {
            Ok(Worked::Done) => call.storage.remove(&raw),
            Ok(Worked::Again(due)) => {
                call.storage.remove(&raw);
                at(call, due.max(call.now), task);
            }
            // too little was left: it keeps its place and is first next time
            Ok(Worked::Waiting { .. }) => {
                units = before.saturating_sub(1);
                skip.push(raw);
                continue;
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
