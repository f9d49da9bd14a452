//! What becomes due: each proposal that is not final lies under the time at
//! which its phase ends; `advance` takes the earliest.
//!
//! A task is a reminder, not an order: whoever looks at the proposal sees
//! whether anything is due. A peer that does not answer holds up its proposal
//! for ten minutes and nothing else. Nothing here runs a decision's actions: a
//! message that burns all gas must not stop other proposals.

use cosmwasm_std::Order;

use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::phases::{self, Step};
use crate::state;

/// Most pieces of work in a message.
pub const MAX_WORK: u32 = 50;
/// Seconds until a proposal that a peer held up is looked at again.
pub const AGAIN: u64 = 600;

/// Puts a proposal down for a time.
pub fn at(call: &mut Call<'_>, due: u64, proposal: u64) {
    let serial = call.totals.tasks;
    call.totals.tasks = serial.saturating_add(1);
    state::task(due, serial).save(call.storage, &proposal);
}

/// Does up to `limit` pieces of work that is due.
///
/// # Errors
/// More than 50 at a time; unreadable state.
pub fn advance(call: &mut Call<'_>, limit: u32) -> Result<(), ContractError> {
    bounds::within("limit", limit, 1u32, MAX_WORK)?;
    let mut work = limit;
    while work > 0 {
        let end = [&b"z"[..], &call.now.saturating_add(1).to_be_bytes()].concat();
        let Some((raw, _)) = call
            .storage
            .range(Some(b"z"), Some(&end), Order::Ascending)
            .next()
        else {
            break;
        };
        let number = mycel_kit::Key::<u64>::new(b'z', &raw[1..]).load(call.storage)?;
        call.storage.remove(&raw);
        match phases::step(call, number, &mut work) {
            Ok(Step::Done | Step::Nothing) => {}
            // it goes on where it was, behind what is due as long
            Ok(Step::Working) => at(call, call.now, number),
            Err(why @ ContractError::State(_)) => return Err(why),
            Err(why) => {
                // a question that fails is work, too
                work = work.saturating_sub(1);
                at(call, call.now.saturating_add(AGAIN), number);
                call.event("waits", &[("proposal", &number), ("why", &why)]);
            }
        }
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
            Step::Nothing => break,
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
