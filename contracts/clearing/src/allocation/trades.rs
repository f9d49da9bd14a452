//! Promises of delivery: accepted by both within a time or returned, reported
//! by both, and remembered by the link.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::{DepsMut, Response, Storage};
use mycel_kit::{Amount, Id, Key};

use super::{Link, link_key, links, market, need_key, offer_key};
use crate::book::Entry;
use crate::error::ContractError;
use crate::round::{self, Stage};
use crate::{obligations, people, state};

/// What is delivered falls due after this time.
pub const PAYMENT_TERM: u64 = 30 * 86_400;
/// Greatest trust resistance.
pub const MAX_RESISTANCE: u32 = 1 << 17;

/// One supplier's part of one need.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Promise {
    /// The market.
    pub market: u32,
    /// The round that made it.
    pub round: u64,
    /// Who delivers.
    pub from: u32,
    /// To whom.
    pub to: u32,
    /// How much.
    pub quantity: u64,
    /// Price a unit, in the market's units of cost.
    pub price: u32,
    /// Returns if not accepted by both before.
    pub accept_by: u64,
    /// When it is judged; 0 until it binds.
    pub deliver_by: u64,
    /// Whether the sender accepted.
    pub accepted_from: bool,
    /// Whether the receiver accepted.
    pub accepted_to: bool,
    /// What the sender says was delivered.
    pub reported_from: Option<u64>,
    /// What the receiver says arrived.
    pub reported_to: Option<u64>,
}

impl Promise {
    /// Whether both sides are bound.
    #[must_use]
    pub fn binds(&self) -> bool {
        self.accepted_from && self.accepted_to
    }
}

/// A promise.
#[must_use]
pub fn key(number: u64) -> Key<Promise> {
    Key::new(b'P', &number.to_be_bytes())
}

/// That a promise concerns a person.
#[must_use]
pub fn of(person: u32, number: u64) -> Key<u8> {
    let mut rest = person.to_be_bytes().to_vec();
    rest.extend_from_slice(&number.to_be_bytes());
    Key::new(b'R', &rest)
}

/// Writes a new promise.
///
/// # Errors
/// Unreadable state.
pub fn write(storage: &mut dyn Storage, promise: Promise) -> Result<(), ContractError> {
    let mut counters = state::counters().load(storage)?;
    let number = counters.promise;
    counters.promise += 1;
    state::counters().save(storage, &counters);
    of(promise.from, number).save(storage, &1);
    of(promise.to, number).save(storage, &1);
    key(number).save(storage, &promise);
    Ok(())
}

fn load(storage: &dyn Storage, Id(number): Id) -> Result<Promise, ContractError> {
    key(number)
        .may_load(storage)?
        .ok_or(ContractError::UnknownPromise { promise: number })
}

fn forget(storage: &mut dyn Storage, number: u64, promise: &Promise) {
    storage.remove(key(number).bytes());
    storage.remove(of(promise.from, number).bytes());
    storage.remove(of(promise.to, number).bytes());
}

/// A side accepts; both: the promise binds. Until its round is settled more
/// of the same link's flow may still come to it.
///
/// # Errors
/// Not a side, not in standing, too late, the round still settles.
pub fn accept(
    deps: DepsMut,
    now: u64,
    sender: &str,
    number: Id,
) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let person = people::dealer(deps.querier, &parameters, sender)?;
    let mut promise = load(deps.storage, number)?;
    if now >= promise.accept_by {
        return Err(ContractError::TooLate {
            now,
            until: promise.accept_by,
        });
    }
    let stage = round::load(deps.storage, Id(promise.round))?.stage;
    if !matches!(stage, Stage::Closing { .. } | Stage::Done) {
        return Err(ContractError::WrongStage {
            round: promise.round,
            stage: stage.name(),
            needs: "settled: advance it",
        });
    }
    match side(&promise, person)? {
        Side::From => promise.accepted_from = true,
        Side::To => promise.accepted_to = true,
    }
    if promise.binds() && promise.deliver_by == 0 {
        let terms = market::load(deps.storage, promise.market)?;
        promise.deliver_by = now.saturating_add(terms.deliver_seconds);
    }
    key(number.0).save(deps.storage, &promise);
    Ok(event("accept", number, person).add_attribute("binds", promise.binds().to_string()))
}

/// A promise that does not bind returns: a side declines, or its time is over
/// and anyone says so.
///
/// # Errors
/// It binds; it is not time; the market is frozen.
pub fn give_back(
    deps: DepsMut,
    now: u64,
    sender: &str,
    number: Id,
) -> Result<Response, ContractError> {
    let promise = load(deps.storage, number)?;
    if promise.binds() {
        return Err(ContractError::Promise {
            why: "both sides have accepted: it binds",
        });
    }
    let mut who = 0;
    if now < promise.accept_by {
        let parameters = state::parameters().load(deps.storage)?;
        who = people::person(deps.querier, &parameters, sender)?;
        side(&promise, who)?;
    }
    let most = market::unfrozen(deps.storage, promise.market)?.kind.most();
    let offer = offer_key(promise.market, promise.from);
    if let Some(mut back) = offer.may_load(deps.storage)? {
        back.quantity = back.quantity.saturating_add(promise.quantity).min(most);
        offer.save(deps.storage, &back);
    }
    lack_again(deps.storage, &promise, promise.quantity, most)?;
    forget(deps.storage, number.0, &promise);
    Ok(event("return", number, who))
}

/// What was not delivered is lacking again.
fn lack_again(
    storage: &mut dyn Storage,
    promise: &Promise,
    quantity: u64,
    most: u64,
) -> Result<(), ContractError> {
    let need = need_key(promise.market, promise.to);
    if let Some(mut lacking) = need.may_load(storage)? {
        lacking.quantity = lacking.quantity.saturating_add(quantity).min(most);
        need.save(storage, &lacking);
    }
    Ok(())
}

/// A side reports what was delivered; when both have, or its time is over, it
/// is judged: the lesser of the two reports counts, a missing one is 0.
///
/// # Errors
/// Not a side, does not bind, more than promised, reported before.
pub fn report(
    deps: DepsMut,
    now: u64,
    sender: &str,
    number: Id,
    quantity: u64,
) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let person = people::person(deps.querier, &parameters, sender)?;
    let mut promise = load(deps.storage, number)?;
    if !promise.binds() {
        return Err(ContractError::Promise {
            why: "not accepted by both yet",
        });
    }
    if quantity > promise.quantity {
        return Err(ContractError::Promise {
            why: "more than was promised",
        });
    }
    let report = match side(&promise, person)? {
        Side::From => &mut promise.reported_from,
        Side::To => &mut promise.reported_to,
    };
    if report.is_some() {
        return Err(ContractError::Promise {
            why: "reported before",
        });
    }
    *report = Some(quantity);
    let response = event("report", number, person);
    if promise.reported_from.is_some() && promise.reported_to.is_some() {
        return judge(deps.storage, now, number, &promise, response);
    }
    key(number.0).save(deps.storage, &promise);
    Ok(response)
}

/// Judges a promise whose time is over by what was reported. Anyone may.
///
/// # Errors
/// It does not bind, or there is time left.
pub fn close(deps: DepsMut, now: u64, number: Id) -> Result<Response, ContractError> {
    let promise = load(deps.storage, number)?;
    if !promise.binds() || now < promise.deliver_by {
        return Err(ContractError::TooEarly {
            now,
            from: promise.deliver_by,
        });
    }
    let response = event("close_promise", number, 0);
    judge(deps.storage, now, number, &promise, response)
}

fn judge(
    storage: &mut dyn Storage,
    now: u64,
    number: Id,
    promise: &Promise,
    response: Response,
) -> Result<Response, ContractError> {
    let mut terms = market::unfrozen(storage, promise.market)?;
    let said = |report: Option<u64>| report.unwrap_or(0);
    let fulfilled = said(promise.reported_from).min(said(promise.reported_to));
    let missing = promise.quantity - fulfilled;
    let way = link_key(promise.market, promise.from, promise.to);
    let mut known = way.may_load(storage)?;
    let (from, to) = (promise.from, promise.to);
    if known.is_none()
        && terms.kind.is_of_units()
        && links::fits(storage, promise.market, &terms, from, to)?
    {
        // there are no links where each has one unit: trust begins with a promise
        links::count(storage, promise.market, &mut terms, from, to)?;
        known = Some(Link {
            distance: 0,
            capacity: 1,
            open: 1,
            resistance: terms.resistance,
        });
    }
    if let Some(mut link) = known {
        link.resistance = resistance(link.resistance, promise.quantity, missing);
        way.save(storage, &link);
    }
    lack_again(storage, promise, missing, terms.kind.most())?;
    forget(storage, number.0, promise);
    let mut response = response.add_attribute("fulfilled", fulfilled.to_string());
    let price = u128::from(promise.price) * u128::from(terms.price_unit.pico());
    let owed = price.saturating_mul(u128::from(fulfilled));
    if owed > 0 {
        // past the bound of all amounts nothing more is owed
        let amount = i128::try_from(owed).ok().and_then(Amount::from_i128);
        let amount = amount.unwrap_or(Amount::MAX);
        let entry = Entry {
            place: 0,
            debtor: promise.to,
            creditor: promise.from,
            due: u32::try_from(now + PAYMENT_TERM).unwrap_or(u32::MAX),
            flags: 0,
        };
        let obligation = obligations::add(storage, entry, amount)?;
        response = response
            .add_attribute("obligation", obligation.to_string())
            .add_attribute("amount", amount.to_string());
    }
    Ok(response)
}

/// A delivery kept takes a quarter of the resistance away; one that was not
/// adds up to half of it and 100, by the part that is missing.
#[must_use]
pub fn resistance(before: u32, quantity: u64, missing: u64) -> u32 {
    if missing == 0 || quantity == 0 {
        return before - before / 4;
    }
    let most = u128::from(before / 2 + 100);
    let more = (most * u128::from(missing)).div_ceil(u128::from(quantity));
    before
        .saturating_add(u32::try_from(more).unwrap_or(u32::MAX))
        .min(MAX_RESISTANCE)
}

enum Side {
    From,
    To,
}

fn side(promise: &Promise, person: u32) -> Result<Side, ContractError> {
    if person == promise.from {
        Ok(Side::From)
    } else if person == promise.to {
        Ok(Side::To)
    } else {
        Err(ContractError::NotAParty {
            person,
            needs: "a side of the promise",
        })
    }
}

fn event(action: &str, Id(number): Id, person: u32) -> Response {
    Response::new()
        .add_attribute("action", action)
        .add_attribute("promise", number.to_string())
        .add_attribute("person", person.to_string())
}
