//! Requests: one member asks another for a payment, or for one back.
//!
//! A request moves nothing; only its payer can pay it, so none is made to who
//! may not pay any more, and closing an account declines what it was asked. At
//! most 20 are open between two members, each for 30 days; an expired one no
//! longer counts: the next request clears it away, or anyone.

use cosmwasm_std::{DepsMut, Response, Storage};
use mycel_kit::{Amount, Id};

use crate::accounts::number;
use crate::error::ContractError;
use crate::items;
use crate::msg::{MAX_MEMO, MAX_REF, MAX_REQUESTS};
use crate::pay::{Payment, active, at_most_bytes, may_receive, pay};
use crate::policies::Policies;
use crate::state::{self, Item, Request};

/// How long a request is open: 30 days.
const OPEN: u64 = 30 * 86_400;
/// Requests that the closing of an account declines at most.
const DECLINED: usize = 50;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Who shall pay.
    pub from: &'a str,
    /// How much.
    pub amount: Amount,
    /// The reference that the payment will carry.
    pub reference: Option<&'a str>,
    /// Kept in the transaction only.
    pub memo: Option<&'a str>,
    /// Whether it asks for a payment back.
    pub refund: bool,
}

/// Asks for a payment.
///
/// # Errors
/// Unknown or closed accounts, a payer who leaves, no amount, or 20 open
/// requests.
pub fn ask(
    deps: DepsMut,
    now: u64,
    sender: &str,
    asked: Asked<'_>,
) -> Result<Response, ContractError> {
    at_most_bytes("memo", asked.memo, MAX_MEMO)?;
    at_most_bytes("ref", asked.reference, MAX_REF)?;
    if asked.amount.is_zero() {
        return Err(ContractError::ZeroAmount);
    }
    let storage = deps.storage;
    let (payee, payer) = (number(storage, sender)?, number(storage, asked.from)?);
    if payee == payer {
        return Err(ContractError::SelfPayment {
            address: sender.to_owned(),
        });
    }
    may_receive(&state::account(payee).load(storage)?, sender)?;
    active(&state::account(payer).load(storage)?, asked.from)?;
    let key = state::requests_between(payee, payer);
    let mut between = key.may_load(storage)?.unwrap_or_default();
    if between.len() >= MAX_REQUESTS {
        for id in std::mem::take(&mut between) {
            let request = load(storage, id)?;
            if now < request.expires {
                between.push(id);
            } else {
                erase(storage, id, &request);
            }
        }
    }
    if between.len() >= MAX_REQUESTS {
        return Err(ContractError::TooMany {
            what: "open requests",
            count: MAX_REQUESTS + 1,
            most: MAX_REQUESTS,
        });
    }
    let mut counters = state::counters().may_load(storage)?.unwrap_or_default();
    counters.request += 1;
    state::counters().save(storage, &counters);
    let id = counters.request;
    between.push(id);
    key.save(storage, &between);
    let request = Request {
        payer,
        payee,
        amount: asked.amount,
        reference: asked.reference.map(str::to_owned),
        refund: asked.refund,
        expires: now.saturating_add(OPEN),
    };
    state::request(id).save(storage, &request);
    state::item(payer, Item::Request(id)).save(storage, &1);
    state::item(payee, Item::Request(id)).save(storage, &1);
    let action = if asked.refund {
        "ask_refund"
    } else {
        "request"
    };
    Ok(Response::new()
        .add_attribute("action", action)
        .add_attribute("request", id.to_string())
        .add_attribute("payer", asked.from)
        .add_attribute("payee", sender)
        .add_attribute("amount", asked.amount.to_string()))
}

/// Asks for a payment back: at most what the sender paid under the reference
/// and has not got back.
///
/// # Errors
/// Nothing (left) of such a payment, or as [`ask`].
pub fn ask_refund(
    deps: DepsMut,
    now: u64,
    sender: &str,
    mut asked: Asked<'_>,
    amount: Option<Amount>,
) -> Result<Response, ContractError> {
    let (me, other) = (
        number(deps.storage, sender)?,
        number(deps.storage, asked.from)?,
    );
    let reference = asked.reference.unwrap_or_default();
    let paid = state::settled(me, other, reference).may_load(deps.storage)?;
    let back = state::settled(other, me, reference).may_load(deps.storage)?;
    let left = paid.unwrap_or(0).saturating_sub(back.unwrap_or(0));
    if left == 0 {
        return Err(ContractError::NothingDue { what: "refund" });
    }
    let most = u64::try_from(left)
        .ok()
        .and_then(Amount::new)
        .unwrap_or(Amount::MAX);
    asked.amount = amount.unwrap_or(most);
    if asked.amount > most {
        return Err(ContractError::OutOfBounds {
            what: "refund",
            value: asked.amount.to_string(),
            least: "1".to_owned(),
            most: most.to_string(),
        });
    }
    ask(deps, now, sender, asked)
}

/// Pays a request.
///
/// # Errors
/// No such request, another's, an expired one, or as for a payment.
pub fn accept<P: Policies>(
    deps: DepsMut,
    now: u64,
    sender: &str,
    Id(id): Id,
) -> Result<Response, ContractError> {
    let storage = deps.storage;
    let request = load(storage, id)?;
    if number(storage, sender)? != request.payer {
        return Err(ContractError::NotYours {
            what: "request",
            id,
        });
    }
    if now >= request.expires {
        return Err(ContractError::Expired {
            what: "request",
            id,
            expires: request.expires,
        });
    }
    close(storage, id, &request)?;
    let payee = state::identity(request.payee).load(storage)?.address;
    let payment = Payment {
        reference: request.reference.as_deref(),
        ..Payment::plain("pay", sender, &payee, request.amount)
    };
    Ok(pay::<P>(storage, now, payment)?.add_attribute("request", id.to_string()))
}

/// The payer declines, the payee takes back, or anyone clears an expired one.
///
/// # Errors
/// No such request, or another's that is still open.
pub fn end(
    deps: DepsMut,
    now: u64,
    sender: &str,
    Id(id): Id,
    action: &'static str,
) -> Result<Response, ContractError> {
    let storage = deps.storage;
    let request = load(storage, id)?;
    let me = state::number_of(sender).may_load(storage)?;
    let side = if action == "decline" {
        request.payer
    } else {
        request.payee
    };
    if now < request.expires && me != Some(side) {
        return Err(ContractError::NotYours {
            what: "request",
            id,
        });
    }
    close(storage, id, &request)?;
    Ok(Response::new()
        .add_attribute("action", action)
        .add_attribute("request", id.to_string()))
}

fn load(storage: &dyn Storage, id: u64) -> Result<Request, ContractError> {
    state::request(id)
        .may_load(storage)?
        .ok_or(ContractError::UnknownItem {
            what: "request",
            id,
        })
}

fn close(storage: &mut dyn Storage, id: u64, request: &Request) -> Result<(), ContractError> {
    erase(storage, id, request);
    let key = state::requests_between(request.payer, request.payee);
    let mut between = key.load(storage)?;
    between.retain(|other| *other != id);
    if between.is_empty() {
        storage.remove(key.bytes());
    } else {
        key.save(storage, &between);
    }
    Ok(())
}

fn erase(storage: &mut dyn Storage, id: u64, request: &Request) {
    storage.remove(state::request(id).bytes());
    for number in [request.payer, request.payee] {
        storage.remove(state::item(number, Item::Request(id)).bytes());
    }
}

/// An account closes: what it was asked, and what has expired, is gone.
/// Answers how many were; at most [`DECLINED`] are, and nobody can pay the rest
/// any more: their payees or time clear them away.
///
/// # Errors
/// Only for unreadable state.
pub fn forget(storage: &mut dyn Storage, number: u32) -> Result<usize, ContractError> {
    let mut forgotten = 0;
    for item in items::list(storage, number, None, DECLINED) {
        if let Item::Request(id) = item {
            let request = load(storage, id)?;
            close(storage, id, &request)?;
            forgotten += 1;
        }
    }
    Ok(forgotten)
}
