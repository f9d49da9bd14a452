//! How the commons flow back: once an epoch, losses first (at most a third),
//! then the genesis account (at most a sixth), then services and projects,
//! then a dividend of what is above a reserve.
//!
//! Losses, services and dividends are set aside within the commons until they
//! are used; only genesis is repaid at once. A dividend leaves as a hold of the
//! commons for the funding contract, where that exists; else it stays. An
//! epoch is never missed: whoever calls late advances all that have ended.

use cosmwasm_std::{Binary, DepsMut, Response, Storage, to_json_binary};
use mycel_kit::peers::must;
use mycel_kit::{Amount, Id};

use crate::accounts::number;
use crate::error::ContractError;
use crate::fold::{Batch, Entry};
use crate::holds;
use crate::invariants;
use crate::pay::may_receive;
use crate::peers::{self, PPM};
use crate::policies::Policies;
use crate::state::{self, Hold, Owner, Waterfall};

/// Most epochs that one message advances.
const MAX_EPOCHS: u64 = 12;

/// A dividend, as the funding contract is told.
#[cosmwasm_schema::cw_serde]
pub enum DividendMsg {
    /// The commons pay a dividend.
    Dividend {
        /// The epoch of the waterfall.
        epoch: Id,
    },
}

/// What the commons hold, as counted.
///
/// # Errors
/// Only for unreadable state.
pub fn commons(storage: &dyn Storage) -> Result<i128, ContractError> {
    Ok(invariants::read(storage)?.totals.commons)
}

/// The waterfall, which begins when the contract does.
///
/// # Errors
/// Only for unreadable state.
pub fn load(storage: &dyn Storage) -> Result<Waterfall, ContractError> {
    Ok(state::waterfall().may_load(storage)?.unwrap_or_default())
}

/// Anyone: advances the epochs that have ended.
///
/// # Errors
/// None has ended.
pub fn distribute(deps: DepsMut, now: u64) -> Result<Response, ContractError> {
    let storage = deps.storage;
    let peers = peers::load(storage)?;
    let terms = peers.waterfall;
    let mut fall = load(storage)?;
    let length = terms.epoch.0.max(1);
    let ended = (now.saturating_sub(fall.since) / length).min(MAX_EPOCHS);
    if ended == 0 {
        return Err(ContractError::NothingDue { what: "epoch" });
    }
    let mut batch = Batch::open(storage, now)?;
    let mut genesis = state::genesis().load(storage)?;
    let mut commons = commons(storage)?;
    let mut repaid = 0;
    for _ in 0..ended {
        fall.since += length;
        fall.epochs += 1;
        let share = |ppm: u32, of: i128| of * i128::from(ppm) / i128::from(PPM);
        // what is set aside for losses or waits as dividend is not shared again
        let free = (commons - fall.losses - fall.dividend).max(0);
        // never more than that share of what the commons hold: the excess is free again
        let losses = share(terms.losses_ppm, free);
        let before = fall.losses;
        fall.losses = (before + losses).min(share(terms.losses_ppm, commons));
        let losses = fall.losses - before;
        let back = share(terms.genesis_ppm, free).min(-genesis);
        genesis += back;
        commons -= back;
        repaid += back;
        fall.services = share(terms.services_ppm, free);
        let rest = free - losses - back - fall.services;
        if !peers.funding.is_empty() {
            fall.dividend += (rest - terms.reserve.signed()).max(0);
        }
    }
    state::genesis().save(storage, &genesis);
    batch.totals.commons -= repaid;
    let mut response = Response::new()
        .add_attribute("action", "distribute")
        .add_attribute("epochs", ended.to_string())
        .add_attribute("losses", fall.losses.to_string())
        .add_attribute("genesis", repaid.to_string())
        .add_attribute("services", fall.services.to_string());
    let dividend = Amount::from_i128(fall.dividend).unwrap_or(Amount::MAX);
    if !dividend.is_zero() && !peers.funding.is_empty() {
        fall.dividend -= dividend.signed();
        let msg = to_json_binary(&DividendMsg::Dividend {
            epoch: Id(fall.epochs),
        })
        .map_err(|error| ContractError::Answer(error.to_string()))?;
        response = reserve(
            storage,
            &mut batch,
            now,
            &peers.funding,
            dividend,
            msg,
            response,
        )?;
        response = response.add_attribute("dividend", dividend.to_string());
    }
    state::waterfall().save(storage, &fall);
    batch.close(storage)?;
    Ok(response)
}

/// Puts commons into a holder's pot and tells the holder.
fn reserve(
    storage: &mut dyn Storage,
    batch: &mut Batch,
    now: u64,
    holder: &str,
    amount: Amount,
    msg: Binary,
    response: Response,
) -> Result<Response, ContractError> {
    let max_age = holds::holder_age(storage, holder, &msg)?;
    let hold = Hold {
        owner: Owner::Commons,
        holder: holder.to_owned(),
        amount: amount.signed(),
        snap: batch.lambda,
        expires: now.saturating_add(max_age),
        pool: None,
    };
    batch.totals.commons -= amount.signed();
    let id = holds::enter(storage, batch, &hold)?;
    let told = holds::receive(id, "commons", amount, msg);
    Ok(response
        .add_attribute("hold", id.to_string())
        .add_submessages(must(holder, &told)))
}

/// Decided: pays from the commons, to a member or into a holder's pot. What is
/// set aside for losses is not spent.
///
/// # Errors
/// Neither or both targets, too little in the commons, an unknown or closed
/// payee, an unknown holder.
pub fn spend<P: Policies>(
    deps: DepsMut,
    now: u64,
    to: Option<&str>,
    amount: Amount,
    hold_for: Option<&str>,
    msg: Option<Binary>,
) -> Result<Response, ContractError> {
    if amount.is_zero() {
        return Err(ContractError::ZeroAmount);
    }
    let storage = deps.storage;
    let mut fall = load(storage)?;
    let free = commons(storage)? - fall.losses - fall.dividend;
    if free < amount.signed() {
        return Err(ContractError::CommonsShort {
            commons: free.max(0),
            amount: amount.signed(),
        });
    }
    fall.services = (fall.services - amount.signed()).max(0);
    state::waterfall().save(storage, &fall);
    let mut batch = Batch::open(storage, now)?;
    let response = Response::new()
        .add_attribute("action", "spend_commons")
        .add_attribute("amount", amount.to_string());
    let response = match (to, hold_for) {
        (Some(to), None) => {
            let payee = number(storage, to)?;
            may_receive(batch.account::<P>(storage, payee)?, to)?;
            batch.totals.commons -= amount.signed();
            batch.shift(payee, amount.signed(), Entry::Payment)?;
            response.add_attribute("to", to)
        }
        (None, Some(holder)) => {
            let msg = msg.unwrap_or_default();
            let response = response.add_attribute("for", holder);
            reserve(storage, &mut batch, now, holder, amount, msg, response)?
        }
        _ => return Err(ContractError::AmbiguousTarget),
    };
    batch.close(storage)?;
    Ok(response)
}

/// Takes a loss out of the commons, at most what is set aside for losses.
/// Answers how much that was; the caller gives it to the debtor.
///
/// # Errors
/// Only for unreadable state.
pub fn cover(
    storage: &mut dyn Storage,
    batch: &mut Batch,
    loss: i128,
) -> Result<i128, ContractError> {
    let mut fall = load(storage)?;
    let covered = loss.min(fall.losses).min(commons(storage)?).max(0);
    fall.losses -= covered;
    fall.written_off += covered;
    state::waterfall().save(storage, &fall);
    batch.totals.commons -= covered;
    Ok(covered)
}
