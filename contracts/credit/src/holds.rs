//! Holds: money that its owner put aside for a named contract.
//!
//! The owner starts a hold, so consent needs no allowance; the holder captures
//! from it or releases it; after its longest age anyone may release it. A
//! member's hold decays like a position whenever it is touched, so nothing can
//! be parked out of decay; what is the commons' own does not. Invariant 11: a
//! holder's pot is the sum of its open holds.
//!
//! Order: check, write, then tell the holder ([`HolderMsg::ReceiveHold`]); if
//! the holder refuses, everything is undone.

use cosmwasm_std::{Binary, DepsMut, Env, Event, Response, Storage};
use mycel_kit::peers::credit::HolderMsg;
use mycel_kit::peers::must;
use mycel_kit::{Amount, Id};

use crate::accounts::number;
use crate::error::ContractError;
use crate::fold::{Batch, Entry};
use crate::msg::{MAX_HOLD_MSG, MAX_RESOLVE, Resolution};
use crate::pay::{may_pay, within_limit};
use crate::peers;
use crate::policies::{DecayPolicy, Policies};
use crate::state::{self, Hold, Item, Owner, Status};
use crate::volume;

/// A member puts money aside for a holder, who is told.
///
/// # Errors
/// No such holder, a message too long, a payer who may not pay, or the limit.
pub fn place<P: Policies>(
    deps: DepsMut,
    now: u64,
    sender: &str,
    holder: &str,
    amount: Amount,
    msg: Binary,
) -> Result<Response, ContractError> {
    let max_age = holder_age(deps.storage, holder, &msg)?;
    let mut batch = Batch::open(deps.storage, now)?;
    let owner = number(deps.storage, sender)?;
    debit::<P>(deps.storage, &mut batch, owner, sender, amount)?;
    let hold = Hold {
        owner: Owner::Account(owner),
        holder: holder.to_owned(),
        amount: amount.signed(),
        snap: batch.lambda,
        expires: now.saturating_add(max_age),
        pool: None,
    };
    let id = enter(deps.storage, &mut batch, &hold)?;
    batch.close(deps.storage)?;
    let told = receive(id, sender, amount, msg);
    let response = Response::new()
        .add_attribute("action", "hold")
        .add_attribute("hold", id.to_string())
        .add_attribute("owner", sender)
        .add_attribute("for", holder)
        .add_attribute("amount", amount.to_string());
    Ok(response.add_submessages(must(holder, &told)))
}

/// What a holder is told.
#[must_use]
pub fn receive(id: u64, owner: &str, amount: Amount, msg: Binary) -> HolderMsg {
    HolderMsg::ReceiveHold {
        hold: Id(id),
        owner: owner.to_owned(),
        amount,
        msg,
    }
}

/// The longest age at a named holder; refuses others and long messages.
///
/// # Errors
/// [`ContractError::UnknownHolder`], [`ContractError::TooLong`].
pub fn holder_age(storage: &dyn Storage, holder: &str, msg: &Binary) -> Result<u64, ContractError> {
    if msg.len() > MAX_HOLD_MSG {
        return Err(ContractError::TooLong {
            what: "msg",
            bytes: msg.len(),
            most: MAX_HOLD_MSG,
        });
    }
    peers::load(storage)?
        .max_age(holder)
        .ok_or_else(|| ContractError::UnknownHolder {
            address: holder.to_owned(),
        })
}

/// Takes money off a member's position to be held.
///
/// # Errors
/// As for a payment.
pub fn debit<P: Policies>(
    storage: &mut dyn Storage,
    batch: &mut Batch,
    owner: u32,
    address: &str,
    amount: Amount,
) -> Result<(), ContractError> {
    if amount.is_zero() {
        return Err(ContractError::ZeroAmount);
    }
    let (terms, now) = (batch.terms.clone(), batch.now);
    let account = batch.account::<P>(storage, owner)?;
    may_pay(account, address)?;
    within_limit::<P>(account, amount, &terms, now)?;
    batch.shift(owner, -amount.signed(), Entry::Move)
}

/// Writes a new hold, its pot and its mark.
///
/// # Errors
/// Only for unreadable state.
pub fn enter(
    storage: &mut dyn Storage,
    batch: &mut Batch,
    hold: &Hold,
) -> Result<u64, ContractError> {
    let mut counters = state::counters().may_load(storage)?.unwrap_or_default();
    counters.hold += 1;
    let id = counters.hold;
    state::counters().save(storage, &counters);
    state::hold(id).save(storage, hold);
    let pot_key = state::pot(&hold.holder);
    let mut pot = pot_key.may_load(storage)?.unwrap_or_default();
    pot.amount += hold.amount;
    pot.open += 1;
    pot_key.save(storage, &pot);
    batch.totals.held += hold.amount;
    match hold.owner {
        Owner::Account(owner) => state::item(owner, Item::Hold(id)).save(storage, &1),
        Owner::Commons => batch.totals.reserved += hold.amount,
    }
    Ok(id)
}

/// What is left of a hold at Λ = `lambda`.
#[must_use]
pub fn left<P: Policies>(hold: &Hold, lambda: u128) -> i128 {
    match hold.owner {
        Owner::Commons => hold.amount,
        Owner::Account(_) => {
            let elapsed = lambda.saturating_sub(hold.snap);
            P::Decay::remaining(hold.amount, elapsed).clamp(0, hold.amount)
        }
    }
}

/// A hold, settled: what it lost is the commons'. The caller writes or removes
/// it.
///
/// # Errors
/// No such hold.
pub fn open<P: Policies>(
    storage: &mut dyn Storage,
    batch: &mut Batch,
    id: u64,
) -> Result<Hold, ContractError> {
    let mut hold = state::hold(id)
        .may_load(storage)?
        .ok_or(ContractError::UnknownItem { what: "hold", id })?;
    let left = left::<P>(&hold, batch.lambda);
    let lost = hold.amount - left;
    if lost > 0 {
        let key = state::pot(&hold.holder);
        let mut pot = key.load(storage)?;
        pot.amount -= lost;
        key.save(storage, &pot);
        batch.totals.held -= lost;
        batch.totals.commons += lost;
    }
    (hold.amount, hold.snap) = (left, batch.lambda);
    Ok(hold)
}

/// Takes at most `amount` out of an opened hold; what is left is written, an
/// empty hold is removed. Answers how much it was; the caller gives it to
/// somebody.
///
/// # Errors
/// Only for unreadable state.
pub fn take(
    storage: &mut dyn Storage,
    batch: &mut Batch,
    id: u64,
    hold: &mut Hold,
    amount: i128,
) -> Result<i128, ContractError> {
    let taken = amount.min(hold.amount);
    hold.amount -= taken;
    let empty = hold.amount == 0;
    let key = state::pot(&hold.holder);
    let mut pot = key.load(storage)?;
    pot.amount -= taken;
    pot.open -= u32::from(empty);
    if pot.open == 0 {
        storage.remove(key.bytes());
    } else {
        key.save(storage, &pot);
    }
    batch.totals.held -= taken;
    if hold.owner == Owner::Commons {
        batch.totals.reserved -= taken;
    }
    if empty {
        storage.remove(state::hold(id).bytes());
        if let Owner::Account(owner) = hold.owner {
            storage.remove(state::item(owner, Item::Hold(id)).bytes());
        }
    } else {
        state::hold(id).save(storage, hold);
    }
    Ok(taken)
}

/// Gives all that is left back to whose it is.
///
/// # Errors
/// Only for unreadable state.
pub fn release<P: Policies>(
    storage: &mut dyn Storage,
    batch: &mut Batch,
    id: u64,
    mut hold: Hold,
) -> Result<i128, ContractError> {
    let all = hold.amount;
    let taken = take(storage, batch, id, &mut hold, all)?;
    match hold.owner {
        Owner::Commons => batch.totals.commons += taken,
        Owner::Account(owner) => {
            batch.account::<P>(storage, owner)?;
            batch.shift(owner, taken, Entry::Move)?;
        }
    }
    Ok(taken)
}

/// Pays what was taken out of a hold: a closed account's part is the commons',
/// so that no item of a holder can fail on it.
///
/// # Errors
/// A position out of bounds.
pub fn credit<P: Policies>(
    storage: &mut dyn Storage,
    batch: &mut Batch,
    owner: Owner,
    to: Option<u32>,
    amount: i128,
) -> Result<(), ContractError> {
    let Some(to) = to else {
        batch.totals.commons += amount;
        return Ok(());
    };
    if batch.account::<P>(storage, to)?.status == Status::Closed {
        batch.totals.commons += amount;
        return Ok(());
    }
    match owner {
        Owner::Account(owner) if owner == to => batch.shift(to, amount, Entry::Move),
        Owner::Account(owner) => {
            batch.shift(to, amount, Entry::Payment)?;
            batch.totals.volume = batch.totals.volume.saturating_add(amount);
            volume::count(storage, owner, to, amount, batch.terms.period)
        }
        Owner::Commons => batch.shift(to, amount, Entry::Payment),
    }
}

/// A holder captures from its holds or releases them, all or none.
///
/// # Errors
/// More than 50, another's hold, an unknown payee.
pub fn resolve<P: Policies>(
    deps: DepsMut,
    env: &Env,
    sender: &str,
    items: &[Resolution],
) -> Result<Response, ContractError> {
    if items.len() > MAX_RESOLVE {
        return Err(ContractError::TooMany {
            what: "items",
            count: items.len(),
            most: MAX_RESOLVE,
        });
    }
    let storage = deps.storage;
    let mut batch = Batch::open(storage, env.block.time.seconds())?;
    let mut response = Response::new().add_attribute("action", "resolve");
    for item in items {
        let (Resolution::Capture { hold: Id(id), .. } | Resolution::Release { hold: Id(id) }) =
            *item;
        let mut hold = open::<P>(storage, &mut batch, id)?;
        if hold.holder != sender {
            return Err(ContractError::NotYours { what: "hold", id });
        }
        let event = match item {
            Resolution::Release { .. } => {
                let amount = release::<P>(storage, &mut batch, id, hold)?;
                told("release_hold", id, amount)
            }
            Resolution::Capture { amount, to, .. } => {
                // this contract's own address stands for the commons
                let payee = match to == env.contract.address.as_str() {
                    true => None,
                    false => Some(number(storage, to)?),
                };
                let owner = hold.owner;
                let taken = take(storage, &mut batch, id, &mut hold, amount.signed())?;
                credit::<P>(storage, &mut batch, owner, payee, taken)?;
                told("capture_hold", id, taken).add_attribute("to", to)
            }
        };
        response = response.add_event(event);
    }
    batch.close(storage)?;
    Ok(response)
}

/// Anyone releases a hold past its longest age.
///
/// # Errors
/// No such hold, or not yet expired.
pub fn expire<P: Policies>(deps: DepsMut, now: u64, id: u64) -> Result<Response, ContractError> {
    let mut batch = Batch::open(deps.storage, now)?;
    let hold = open::<P>(deps.storage, &mut batch, id)?;
    if now < hold.expires {
        return Err(ContractError::NotExpired {
            what: "hold",
            id,
            expires: hold.expires,
        });
    }
    if let Some(pool) = hold.pool {
        crate::pledges::forget(deps.storage, pool, id)?;
    }
    let amount = release::<P>(deps.storage, &mut batch, id, hold)?;
    batch.close(deps.storage)?;
    Ok(Response::new()
        .add_attribute("action", "expire_hold")
        .add_event(told("release_hold", id, amount)))
}

fn told(what: &'static str, id: u64, amount: i128) -> Event {
    Event::new(what)
        .add_attribute("hold", id.to_string())
        .add_attribute("amount", amount.to_string())
}
