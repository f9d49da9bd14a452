//! Pooled purchases: members pledge to a target; if it is reached in time the
//! payee receives, else everyone has theirs back.
//!
//! A pledge is a hold in this contract's own pot, so it decays like all money
//! held. The target counts pledges as they were made; the payee receives what
//! decay has left of them. A pool takes at most 500 pledges, so that paying
//! them out stays bounded, and a pledge is at least a 500th of the target: so
//! nobody fills a pool with dust. The one that completes it may be smaller.

use cosmwasm_std::{DepsMut, Env, Response, Storage};
use mycel_kit::{Amount, Id, Seconds};

use crate::accounts::number;
use crate::error::ContractError;
use crate::fold::Batch;
use crate::holds;
use crate::msg::{MAX_REF, MAX_RESOLVE};
use crate::pay::{at_most_bytes, may_receive, note_reference};
use crate::policies::Policies;
use crate::state::{self, Hold, Owner, Pool, PoolStatus, Status};

/// Longest time to collect pledges: 90 days.
const MAX_DEADLINE: u64 = 90 * 86_400;
/// After the deadline a pledge that nobody advanced may be released alone.
const GRACE: u64 = 30 * 86_400;
/// Most pledges to one pool.
pub const MAX_PLEDGES: usize = 500;

/// Opens a pool.
///
/// # Errors
/// An unknown or closed account, no target, a deadline out of bounds.
pub fn open_pool(
    deps: DepsMut,
    now: u64,
    sender: &str,
    to: &str,
    target: Amount,
    Seconds(deadline): Seconds,
    reference: Option<String>,
) -> Result<Response, ContractError> {
    at_most_bytes("ref", reference.as_deref(), MAX_REF)?;
    let storage = deps.storage;
    let opener = number(storage, sender)?;
    may_receive(&state::account(opener).load(storage)?, sender)?;
    let payee = number(storage, to)?;
    may_receive(&state::account(payee).load(storage)?, to)?;
    if target.is_zero() {
        return Err(ContractError::ZeroAmount);
    }
    let latest = now.saturating_add(MAX_DEADLINE);
    if deadline <= now || deadline > latest {
        return Err(ContractError::OutOfBounds {
            what: "deadline",
            value: deadline.to_string(),
            least: now.saturating_add(1).to_string(),
            most: latest.to_string(),
        });
    }
    let mut counters = state::counters().may_load(storage)?.unwrap_or_default();
    counters.pool += 1;
    state::counters().save(storage, &counters);
    let pool = Pool {
        opener,
        to: payee,
        target,
        pledged: 0,
        open: Vec::new(),
        deadline,
        status: PoolStatus::Open,
        reference,
    };
    state::pool(counters.pool).save(storage, &pool);
    Ok(Response::new()
        .add_attribute("action", "open_pool")
        .add_attribute("pool", counters.pool.to_string())
        .add_attribute("to", to)
        .add_attribute("target", target.to_string()))
}

/// Pledges to a pool.
///
/// # Errors
/// A pool that takes none any more, less than the least, or as for a payment.
pub fn pledge<P: Policies>(
    deps: DepsMut,
    env: &Env,
    sender: &str,
    Id(id): Id,
    amount: Amount,
) -> Result<Response, ContractError> {
    let (storage, now) = (deps.storage, env.block.time.seconds());
    let mut pool = load(storage, id)?;
    if pool.status != PoolStatus::Open || now >= pool.deadline {
        return Err(ContractError::PoolClosed { pool: id });
    }
    let owner = number(storage, sender)?;
    if owner == pool.to {
        return Err(ContractError::SelfPayment {
            address: sender.to_owned(),
        });
    }
    let mut batch = Batch::open(storage, now)?;
    holds::debit::<P>(storage, &mut batch, owner, sender, amount)?;
    let least = least(&pool);
    if amount.signed() < least {
        return Err(ContractError::OutOfBounds {
            what: "pledge",
            value: amount.to_string(),
            least: least.to_string(),
            most: Amount::MAX.to_string(),
        });
    }
    let hold = Hold {
        owner: Owner::Account(owner),
        holder: env.contract.address.to_string(),
        amount: amount.signed(),
        snap: batch.lambda,
        expires: pool.deadline.saturating_add(GRACE),
        pool: Some(id),
    };
    let hold = holds::enter(storage, &mut batch, &hold)?;
    pool.open.push(hold);
    pool.pledged += amount.signed();
    if pool.pledged >= pool.target.signed() {
        pool.status = PoolStatus::Reached;
    }
    state::pool(id).save(storage, &pool);
    batch.close(storage)?;
    Ok(Response::new()
        .add_attribute("action", "pledge")
        .add_attribute("pool", id.to_string())
        .add_attribute("hold", hold.to_string())
        .add_attribute("owner", sender)
        .add_attribute("amount", amount.to_string())
        .add_attribute("reached", (pool.status == PoolStatus::Reached).to_string()))
}

/// The least that a pledge may be: a part of the target, rounded up so that
/// [`MAX_PLEDGES`] such parts reach it, or what is missing if that is less.
fn least(pool: &Pool) -> i128 {
    let target = pool.target.signed();
    let parts = i128::try_from(MAX_PLEDGES).unwrap_or(1);
    let part = (target + parts - 1) / parts;
    part.min(target - pool.pledged)
}

/// Pays or returns the next pledges of a pool whose fate is known.
///
/// # Errors
/// A pool that is still open, or has nothing left to do.
pub fn advance<P: Policies>(
    deps: DepsMut,
    now: u64,
    Id(id): Id,
    limit: u32,
) -> Result<Response, ContractError> {
    let storage = deps.storage;
    let mut pool = load(storage, id)?;
    if pool.status == PoolStatus::Open {
        if now < pool.deadline {
            return Err(ContractError::PoolNotDue {
                pool: id,
                deadline: pool.deadline,
            });
        }
        pool.status = PoolStatus::Missed;
    }
    if pool.open.is_empty() && pool.pledged > 0 {
        return Err(ContractError::NothingDue { what: "pool" });
    }
    let mut batch = Batch::open(storage, now)?;
    // a payee who has left receives nothing: the pledges go back
    let gone = batch.account::<P>(storage, pool.to)?.status == Status::Closed;
    let (mut paid, mut returned) = (0i128, 0i128);
    let count = usize::try_from(limit)
        .unwrap_or(MAX_RESOLVE)
        .clamp(1, MAX_RESOLVE);
    for _ in 0..count {
        let Some(hold_id) = pool.open.pop() else {
            break;
        };
        let mut hold = holds::open::<P>(storage, &mut batch, hold_id)?;
        if pool.status == PoolStatus::Missed || gone {
            returned += holds::release::<P>(storage, &mut batch, hold_id, hold)?;
            continue;
        }
        let (owner, all) = (hold.owner, hold.amount);
        let taken = holds::take(storage, &mut batch, hold_id, &mut hold, all)?;
        holds::credit::<P>(storage, &mut batch, owner, Some(pool.to), taken)?;
        if let (Owner::Account(payer), Some(reference)) = (owner, &pool.reference) {
            let amount = Amount::from_i128(taken).unwrap_or(Amount::MAX);
            note_reference(storage, payer, pool.to, reference, amount)?;
        }
        paid += taken;
    }
    state::pool(id).save(storage, &pool);
    batch.close(storage)?;
    Ok(Response::new()
        .add_attribute("action", "advance_pool")
        .add_attribute("pool", id.to_string())
        .add_attribute("paid", paid.to_string())
        .add_attribute("returned", returned.to_string())
        .add_attribute("left", pool.open.len().to_string()))
}

/// A pledge was released alone.
///
/// # Errors
/// Only for unreadable state.
pub fn forget(storage: &mut dyn Storage, pool: u64, hold: u64) -> Result<(), ContractError> {
    let key = state::pool(pool);
    let mut record = key.load(storage)?;
    record.open.retain(|other| *other != hold);
    key.save(storage, &record);
    Ok(())
}

/// A pool that must exist.
///
/// # Errors
/// [`ContractError::UnknownItem`].
pub fn load(storage: &dyn Storage, id: u64) -> Result<Pool, ContractError> {
    state::pool(id)
        .may_load(storage)?
        .ok_or(ContractError::UnknownItem { what: "pool", id })
}
