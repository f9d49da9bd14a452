//! What becomes due: each proposal that is not final lies under the time at
//! which its phase ends; `advance` takes the earliest, and what all members
//! decide before anything else. So a flood of proposals in some organisation
//! never delays the whole community; and what waits there anyone may advance
//! by naming it.
//!
//! A task is a reminder, not an order: whoever looks at the proposal sees
//! whether anything is due. A peer that does not answer holds up its proposal
//! for ten minutes and nothing else; so does a step that is too dear for the end
//! of a block. One that is only too dear for what is left of it is first in the
//! next. Nothing here runs a decision's actions: a
//! message that burns all gas must not stop other proposals.

use cosmwasm_std::{Order, Storage};
use mycel_kit::Key;
use mycel_kit::roles::Electorate;

use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::phases::{self, Step};
use crate::state::{self, Proposal};

/// Most pieces of work in a message.
pub const MAX_WORK: u32 = 50;
/// Pieces of work at the end of a block.
pub const END_OF_BLOCK: u32 = 5;
/// Seconds until a proposal is looked at again that a peer held up, or whose
/// next step is too dear for the end of a block.
pub const AGAIN: u64 = 600;

/// Ranks, the first taken first.
const RANKS: [u8; 2] = [ALL, OTHERS];
/// All members decide it.
const ALL: u8 = 0;
/// A commons or an organisation does.
const OTHERS: u8 = 1;

const fn rank(electorate: &Electorate) -> u8 {
    match electorate {
        Electorate::All => ALL,
        _ => OTHERS,
    }
}

/// Puts a proposal down for a time.
pub fn at(call: &mut Call<'_>, due: u64, number: u64, proposal: &Proposal) {
    put(call, rank(&proposal.electorate), due, number);
}

fn put(call: &mut Call<'_>, rank: u8, due: u64, number: u64) {
    let serial = call.totals.tasks;
    call.totals.tasks = serial.saturating_add(1);
    state::task(rank, due, serial).save(call.storage, &number);
}

/// Nothing is to be done at that time any more: whoever makes drafts and takes
/// them back leaves no work behind.
///
/// # Errors
/// Unreadable state.
pub fn forget(
    call: &mut Call<'_>,
    due: u64,
    number: u64,
    proposal: &Proposal,
) -> Result<(), ContractError> {
    let rank = rank(&proposal.electorate);
    let (start, end) = (head(rank, due), head(rank, due.saturating_add(1)));
    let mut found = vec![];
    for (raw, _) in call
        .storage
        .range(Some(&start), Some(&end), Order::Ascending)
    {
        if Key::<u64>::new(b'z', &raw[1..]).load(call.storage)? == number {
            found.push(raw);
        }
    }
    for raw in found {
        call.storage.remove(&raw);
    }
    Ok(())
}

fn head(rank: u8, due: u64) -> Vec<u8> {
    [&[b'z', rank][..], &due.to_be_bytes()].concat()
}

/// The rank and the key of what is taken next.
fn next(storage: &dyn Storage, now: u64) -> Option<(u8, Vec<u8>)> {
    RANKS.into_iter().find_map(|rank| {
        let (start, end) = (head(rank, 0), head(rank, now.saturating_add(1)));
        let mut due = storage.range_keys(Some(&start), Some(&end), Order::Ascending);
        due.next().map(|raw| (rank, raw))
    })
}

/// Does up to `limit` pieces of work that is due.
///
/// # Errors
/// More than 50 at a time; unreadable state.
pub fn advance(call: &mut Call<'_>, limit: u32) -> Result<(), ContractError> {
    bounds::within("limit", limit, 1u32, MAX_WORK)?;
    let mut work = limit;
    let mut left = vec![];
    while work > 0 {
        let Some((rank, raw)) = next(call.storage, call.now) else {
            break;
        };
        let number = Key::<u64>::new(b'z', &raw[1..]).load(call.storage)?;
        call.storage.remove(&raw);
        match phases::step(call, number, &mut work) {
            Ok(Step::Done | Step::Nothing) => {}
            // it goes on where it was, behind what is due as long
            Ok(Step::Working) => put(call, rank, call.now, number),
            // too little was left: it keeps its place, and is not looked at twice
            Ok(Step::Waiting { needs }) if needs <= END_OF_BLOCK => left.push((raw, number)),
            // left to whoever gives more: to look costs work, at every block it would be others'
            Ok(Step::Waiting { .. }) => put(call, rank, call.now.saturating_add(AGAIN), number),
            Err(why @ ContractError::State(_)) => return Err(why),
            Err(why) => {
                // a question that fails is work, too
                work = work.saturating_sub(1);
                put(call, rank, call.now.saturating_add(AGAIN), number);
                call.event("waits", &[("proposal", &number), ("why", &why)]);
            }
        }
    }
    for (raw, number) in left {
        Key::<u64>::new(b'z', &raw[1..]).save(call.storage, &number);
    }
    call.event("advance", &[("done", &(limit - work))]);
    Ok(())
}

/// The next steps of one proposal, as far as they are due and `limit` reaches.
/// What is put down for it stays and finds nothing to do.
///
/// # Errors
/// More than 50 at a time; what a peer refuses.
pub fn advance_one(call: &mut Call<'_>, number: u64, limit: u32) -> Result<(), ContractError> {
    bounds::within("limit", limit, 1u32, MAX_WORK)?;
    let mut work = limit;
    let mut moved = false;
    while work > 0 {
        match phases::step(call, number, &mut work)? {
            Step::Done => moved = true,
            Step::Working => {
                moved = true;
                break;
            }
            Step::Waiting { needs } if !moved => {
                return Err(ContractError::TooLittleWork { limit, needs });
            }
            Step::Waiting { .. } | Step::Nothing => break,
        }
    }
    if !moved {
        let proposal = call.proposal(number)?;
        if proposal.phase == state::Phase::Execution {
            return crate::execute::execute(call, number, None);
        }
        return Err(ContractError::WrongPhase {
            proposal: number,
            phase: proposal.phase.name(),
            until: proposal.until,
            needs: "one whose time is over",
        });
    }
    call.event("advance", &[("done", &(limit - work))]);
    Ok(())
}
