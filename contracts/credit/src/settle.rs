//! `settle {accounts}` by anyone, and the sweep at the end of blocks: decay is
//! realised and what is pending is folded without the owner acting.

use cosmwasm_std::{DepsMut, Event, Response, Storage};

use crate::accounts::number;
use crate::decay::view;
use crate::error::ContractError;
use crate::fold::Batch;
use crate::msg::MAX_SETTLE;
use crate::policies::Policies;
use crate::state::{self, Rounds};

/// Accounts that the end of a block settles in turn.
pub const SWEEP: u32 = 32;
/// What it may cost, in thousands of gas: an account costs about 10, each flow
/// that volume counts about 18.
const SWEEP_COST: u32 = 600;
const ACCOUNT_COST: u32 = 10;
const FLOW_COST: u32 = 18;

/// Settles each account now; an account named twice is settled twice, which
/// changes nothing.
///
/// # Errors
/// More than 64, or an unknown account; nothing is written then.
pub fn settle<P: Policies>(
    deps: DepsMut,
    now: u64,
    accounts: &[String],
) -> Result<Response, ContractError> {
    if accounts.len() > MAX_SETTLE {
        return Err(ContractError::TooMany {
            what: "accounts",
            count: accounts.len(),
            most: MAX_SETTLE,
        });
    }
    let mut batch = Batch::open(deps.storage, now)?;
    let mut response = Response::new().add_attribute("action", "settle");
    let mut collected = 0;
    for address in accounts {
        let number = number(deps.storage, address)?;
        let taken = batch.collect::<P>(deps.storage, number)?;
        collected += taken;
        if taken > 0 {
            response = response.add_event(
                Event::new("settle")
                    .add_attribute("owner", address)
                    .add_attribute("to_commons", taken.to_string()),
            );
        }
    }
    batch.close(deps.storage)?;
    Ok(response.add_attribute("to_commons", collected.to_string()))
}

/// Settles the next [`SWEEP`] accounts, by number and round again. Accounts
/// of which nothing is due are passed over without a write.
///
/// # Errors
/// Only for unreadable state.
pub fn sweep<P: Policies>(storage: &mut dyn Storage, now: u64) -> Result<u32, ContractError> {
    let count = state::account_count().load(storage)?;
    if count == 0 {
        return Ok(0);
    }
    let first = state::cursor().may_load(storage)?.unwrap_or(0);
    let mut batch = Batch::open(storage, now)?;
    let (mut settled, mut passed, mut cost) = (0, 0, 0);
    while passed < SWEEP.min(count) && cost < SWEEP_COST {
        let number = after(first, passed, count);
        let account = state::account(number).load(storage)?;
        passed += 1;
        cost += 1;
        // an account with nothing due is settled all the same under a new floor
        let floors = batch.terms.floors.last();
        if !account.pending.is_empty()
            || floors.is_some_and(|last| account.snap < last.until)
            || view::<P>(&account, batch.lambda, &batch.terms)? != account.position
        {
            let flows = u32::try_from(account.pending.flows.len()).unwrap_or(0);
            cost += ACCOUNT_COST + FLOW_COST * flows;
            batch.collect::<P>(storage, number)?;
            settled += 1;
        }
    }
    let (lambda, floors) = (batch.lambda, !batch.terms.floors.is_empty());
    batch.close(storage)?;
    state::cursor().save(storage, &after(first, passed, count));
    if floors && first.saturating_add(passed) >= count {
        note_round(storage, lambda)?;
    }
    Ok(settled)
}

/// The sweep is at the first account again, or past it: a round has ended and
/// another one begins with the next accounts.
fn note_round(storage: &mut dyn Storage, lambda: u128) -> Result<(), ContractError> {
    let rounds = state::rounds().may_load(storage)?.unwrap_or_default();
    let rounds = Rounds {
        began: lambda,
        settled: rounds.began,
    };
    state::rounds().save(storage, &rounds);
    Ok(())
}

/// The account so many places on, round again after the last.
fn after(first: u32, steps: u32, count: u32) -> u32 {
    let place = (u64::from(first) + u64::from(steps)) % u64::from(count.max(1));
    u32::try_from(place).unwrap_or(0)
}
