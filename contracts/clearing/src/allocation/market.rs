//! Markets and what is posted in them. While a round of a market is being
//! frozen, solved and settled, nothing in it changes.

use cosmwasm_std::{DepsMut, Response, Storage};
use mycel_kit::{Id, Seconds};

use super::room::{self, Posted};
use super::{
    CLASSES, Grant, MAX_PENALTY, MAX_POSTED, MAX_PRICE, MAX_QUANTITY, Market, Need, Offer,
    choices_key, grant_key, market_key, need_key, offer_key, used_key,
};
use crate::error::ContractError;
use crate::msg::{MarketMsg, NeedMsg, OfferMsg, ShockMsg};
use crate::people;
use crate::round::{self, Kind, Stage};
use crate::state;

/// Most persons in one `upward` or one shock.
pub const MAX_PERSONS: usize = 50;
/// Most scales above each other.
pub const MAX_SCALES: usize = 8;

/// A market by its number.
///
/// # Errors
/// There is none.
pub fn load(storage: &dyn Storage, market: u32) -> Result<Market, ContractError> {
    market_key(market)
        .may_load(storage)?
        .ok_or(ContractError::UnknownInMarket {
            what: "market",
            market,
        })
}

/// A market in which something may change now.
///
/// # Errors
/// There is none, or its round is past its freeze.
pub fn unfrozen(storage: &dyn Storage, market: u32) -> Result<Market, ContractError> {
    let found = load(storage, market)?;
    if let Some(number) = found.active {
        let stage = round::load(storage, Id(number))?.stage;
        if !matches!(stage, Stage::Open | Stage::Closing { .. } | Stage::Done) {
            return Err(ContractError::MarketFrozen {
                market,
                round: number,
            });
        }
    }
    Ok(found)
}

/// A number within its bounds.
///
/// # Errors
/// It is not.
pub fn within(what: &'static str, value: u64, least: u64, most: u64) -> Result<(), ContractError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(ContractError::OutOfBounds {
        what,
        value: value.to_string(),
        least: least.to_string(),
        most: most.to_string(),
    })
}

fn text(what: &'static str, text: &str) -> Result<(), ContractError> {
    if (1..=64).contains(&text.len()) {
        return Ok(());
    }
    Err(ContractError::TooLong {
        what,
        bytes: text.len(),
        most: 64,
    })
}

/// The authority defines a market, or changes one that it names.
///
/// # Errors
/// Out of bounds, or frozen.
pub fn define(
    storage: &mut dyn Storage,
    number: Option<u32>,
    terms: MarketMsg,
) -> Result<Response, ContractError> {
    text("scale", &terms.scale)?;
    text("resource", &terms.resource)?;
    within("friction", terms.friction.into(), 0, MAX_PRICE.into())?;
    within("resistance", terms.resistance.into(), 0, MAX_PRICE.into())?;
    within("share_bps", terms.share_bps.into(), 1, 10_000)?;
    within("need_cap", terms.need_cap.0, 0, MAX_QUANTITY)?;
    let year = 366 * 86_400;
    within("epoch_seconds", terms.epoch_seconds.0, 1, year)?;
    within("accept_seconds", terms.accept_seconds.0, 1, year)?;
    within("deliver_seconds", terms.deliver_seconds.0, 1, year)?;
    let mut penalties = [0; CLASSES];
    if terms.penalties.len() != CLASSES {
        return Err(ContractError::TooMany {
            what: "penalties",
            count: terms.penalties.len(),
            most: CLASSES,
        });
    }
    let mut before = 1;
    for (penalty, given) in penalties.iter_mut().zip(&terms.penalties) {
        // a higher class never counts less
        within("penalty", u64::from(*given), before, MAX_PENALTY.into())?;
        before = u64::from(*given);
        *penalty = *given;
    }
    if let Some(parent) = terms.parent {
        let above = load(storage, parent)?;
        let same = above.resource == terms.resource && above.kind == terms.kind;
        if !same || number.is_some_and(|number| number <= parent) {
            return Err(ContractError::Market {
                why: "the parent has another resource or kind, or is no older market".to_owned(),
            });
        }
        let (_, _, above) = topmost(storage, parent, &above)?;
        within("scales", above as u64 + 2, 1, MAX_SCALES as u64)?;
    }
    let mut counters = state::counters().load(storage)?;
    let (number, before) = match number {
        Some(number) => (number, Some(unfrozen(storage, number)?)),
        None => {
            let number = counters.market;
            counters.market += 1;
            state::counters().save(storage, &counters);
            (number, None)
        }
    };
    if before
        .as_ref()
        .is_some_and(|market| market.kind != terms.kind)
    {
        return Err(ContractError::Market {
            why: "a market keeps its kind; define another".to_owned(),
        });
    }
    let market = Market {
        scale: terms.scale,
        resource: terms.resource,
        parent: terms.parent,
        price_unit: terms.price_unit,
        friction: terms.friction,
        resistance: terms.resistance,
        penalties,
        share_bps: terms.share_bps,
        need_cap: terms.need_cap.0,
        epoch_seconds: terms.epoch_seconds.0,
        accept_seconds: terms.accept_seconds.0,
        deliver_seconds: terms.deliver_seconds.0,
        shock_until: before.as_ref().map_or(0, |market| market.shock_until),
        active: before.as_ref().and_then(|market| market.active),
        last: before.as_ref().and_then(|market| market.last),
        offers: before.as_ref().map_or(0, |market| market.offers),
        needs: before.as_ref().map_or(0, |market| market.needs),
        links: before.as_ref().map_or(0, |market| market.links),
        kind: terms.kind,
    };
    market_key(number).save(storage, &market);
    Ok(Response::new()
        .add_attribute("action", "define_market")
        .add_attribute("market", number.to_string())
        .add_attribute("resource", market.resource))
}

/// The topmost scale over a market, and how many scales above it that is. What
/// a person asks for in all scales of a resource is counted there together:
/// else posting the same need in every one would multiply the cap.
fn topmost(
    storage: &dyn Storage,
    number: u32,
    market: &Market,
) -> Result<(u32, u64, usize), ContractError> {
    let (mut top, mut epoch, mut next) = (number, market.epoch_seconds, market.parent);
    let mut above = 0;
    while let Some(parent) = next.filter(|_| above < MAX_SCALES) {
        let found = load(storage, parent)?;
        (top, epoch, next) = (parent, found.epoch_seconds, found.parent);
        above += 1;
    }
    Ok((top, epoch, above))
}

/// The authority attests a shock: links open as wide as they can, and some
/// needs get a class.
///
/// # Errors
/// Out of bounds, or frozen.
pub fn shock(storage: &mut dyn Storage, shock: &ShockMsg) -> Result<Response, ContractError> {
    let mut market = unfrozen(storage, shock.market)?;
    market.shock_until = shock.until.0;
    market_key(shock.market).save(storage, &market);
    few("grants", shock.grants.len())?;
    for grant in &shock.grants {
        within("class", grant.class.into(), 0, CLASSES as u64 - 1)?;
        within("quantity", grant.quantity.0, 0, MAX_QUANTITY)?;
        let person = people::number(grant.person)?;
        grant_key(shock.market, person).save(
            storage,
            &Grant {
                class: grant.class,
                quantity: grant.quantity.0,
                until: shock.until.0,
            },
        );
    }
    Ok(Response::new()
        .add_attribute("action", "attest_shock")
        .add_attribute("market", shock.market.to_string())
        .add_attribute("until", shock.until.to_string()))
}

/// Posts or replaces what the sender can spare. A node has one sign: whoever
/// needs does not offer.
///
/// # Errors
/// Not in standing, frozen, out of bounds, in need.
pub fn offer(
    deps: DepsMut,
    now: u64,
    sender: &str,
    terms: &OfferMsg,
) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let person = people::dealer(deps.querier, &parameters, sender)?;
    within("price", terms.price.into(), 0, MAX_PRICE.into())?;
    future(now, terms.expires)?;
    if terms.gift && terms.price != 0 {
        return Err(ContractError::Market {
            why: "a gift has no price".to_owned(),
        });
    }
    put_offer(
        deps.storage,
        now,
        terms.market,
        person,
        &Offer {
            quantity: terms.quantity.0,
            price: terms.price,
            gift: terms.gift,
            expires: terms.expires.0,
            upward: terms.upward,
        },
    )?;
    Ok(posted("offer", terms.market, person))
}

fn put_offer(
    storage: &mut dyn Storage,
    now: u64,
    number: u32,
    person: u32,
    offer: &Offer,
) -> Result<(), ContractError> {
    let before = unfrozen(storage, number)?;
    let mut market = before.clone();
    // whoever has no unit passes nothing on
    let least = u64::from(market.kind.is_of_units());
    within("quantity", offer.quantity, least, market.kind.most())?;
    room::void(storage, now, number, &mut market, Posted::Need, person)?;
    if need_key(number, person).exists(storage) {
        return Err(ContractError::Market {
            why: format!("person {person} is in need; withdraw the need first"),
        });
    }
    let key = offer_key(number, person);
    if !key.exists(storage) {
        room::make(storage, now, number, &mut market, Posted::Offer)?;
        market.offers += 1;
        within("offers", market.offers.into(), 0, MAX_POSTED.into())?;
    }
    if market != before {
        market_key(number).save(storage, &market);
    }
    key.save(storage, offer);
    Ok(())
}

/// Posts or replaces what the sender lacks.
///
/// # Errors
/// Not in standing, frozen, out of bounds, past the cap of the epoch, a class
/// without grant, an offer stands.
pub fn need(
    deps: DepsMut,
    now: u64,
    sender: &str,
    terms: &NeedMsg,
) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let person = people::dealer(deps.querier, &parameters, sender)?;
    within("price", terms.price.into(), 0, MAX_PRICE.into())?;
    future(now, terms.expires)?;
    let need = Need {
        quantity: terms.quantity.0,
        price: terms.price,
        class: terms.class,
        expires: terms.expires.0,
        upward: terms.upward,
    };
    ask(deps.storage, now, terms.market, person, &need)?;
    put_need(deps.storage, now, terms.market, person, &need)?;
    Ok(posted("need", terms.market, person))
}

/// The class and the quantity that somebody may ask for in a market now.
fn allowed(
    storage: &dyn Storage,
    now: u64,
    number: u32,
    market: &Market,
    person: u32,
) -> Result<(u8, u64), ContractError> {
    let grant = grant_key(number, person).may_load(storage)?;
    Ok(match grant.filter(|grant| now < grant.until) {
        Some(grant) => (grant.class, grant.quantity.max(market.need_cap)),
        None => (0, market.need_cap),
    })
}

/// What is asked for anew counts against the cap of the epoch, over all
/// scales; what is taken back does not return.
fn ask(
    storage: &mut dyn Storage,
    now: u64,
    number: u32,
    person: u32,
    need: &Need,
) -> Result<(), ContractError> {
    let market = unfrozen(storage, number)?;
    let (class, cap) = allowed(storage, now, number, &market, person)?;
    within("class", need.class.into(), 0, class.into())?;
    let before = need_key(number, person).may_load(storage)?;
    let more = before.map_or(need.quantity, |before| {
        need.quantity.saturating_sub(before.quantity)
    });
    let (top, epoch_seconds, _) = topmost(storage, number, &market)?;
    let epoch = now / epoch_seconds;
    let used_at = used_key(top, person);
    let mut used = used_at
        .may_load(storage)?
        .filter(|used| used.epoch == epoch)
        .unwrap_or_default();
    used.epoch = epoch;
    used.quantity = used.quantity.saturating_add(more);
    within("quantity in this epoch", used.quantity, 0, cap)?;
    used_at.save(storage, &used);
    Ok(())
}

fn put_need(
    storage: &mut dyn Storage,
    now: u64,
    number: u32,
    person: u32,
    need: &Need,
) -> Result<(), ContractError> {
    let before = unfrozen(storage, number)?;
    let mut market = before.clone();
    within("quantity", need.quantity, 1, market.kind.most())?;
    room::void(storage, now, number, &mut market, Posted::Offer, person)?;
    if offer_key(number, person).exists(storage) {
        return Err(ContractError::Market {
            why: format!("person {person} offers; withdraw the offer first"),
        });
    }
    let key = need_key(number, person);
    if !key.exists(storage) {
        room::make(storage, now, number, &mut market, Posted::Need)?;
        market.needs += 1;
        within("needs", market.needs.into(), 0, MAX_POSTED.into())?;
    }
    if market != before {
        market_key(number).save(storage, &market);
    }
    key.save(storage, need);
    Ok(())
}

/// Takes the sender's offer or need back, and whom it would have.
///
/// # Errors
/// Frozen, or neither is there.
pub fn withdraw(deps: DepsMut, sender: &str, number: u32) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let person = people::person(deps.querier, &parameters, sender)?;
    let mut market = unfrozen(deps.storage, number)?;
    let (offer, need) = (offer_key(number, person), need_key(number, person));
    if offer.exists(deps.storage) {
        deps.storage.remove(offer.bytes());
        market.offers -= 1;
    } else if need.exists(deps.storage) {
        deps.storage.remove(need.bytes());
        market.needs -= 1;
    } else {
        return Err(ContractError::UnknownInMarket {
            what: "offer or need",
            market: number,
        });
    }
    let choices = choices_key(number, person);
    if market.kind.is_of_units() && choices.exists(deps.storage) {
        deps.storage.remove(choices.bytes());
    }
    market_key(number).save(deps.storage, &market);
    Ok(posted("withdraw", number, person))
}

/// Opens a round of a market. While it is solved nothing in the market
/// changes, so there is a pause between rounds; a shock needs none.
///
/// # Errors
/// One runs, or the last ended a moment ago.
pub fn open(deps: DepsMut, now: u64, number: u32) -> Result<Response, ContractError> {
    let mut market = load(deps.storage, number)?;
    if let Some(running) = market.active {
        return Err(ContractError::RoundRuns { round: running });
    }
    if let Some(last) = market.last
        && now >= market.shock_until
    {
        let pause = state::parameters().load(deps.storage)?.pause_seconds;
        let ended = round::load(deps.storage, Id(last))?.ended;
        let from = ended.saturating_add(pause);
        if now < from {
            return Err(ContractError::TooEarly { now, from });
        }
    }
    let of = market.kind;
    let kind = Kind::Allocation { market: number, of };
    let (id, begun) = round::begin(deps.storage, kind, now, 0)?;
    market.active = Some(id);
    market_key(number).save(deps.storage, &market);
    round::round(id).save(deps.storage, &begun);
    Ok(Response::new()
        .add_attribute("action", "open_allocation")
        .add_attribute("market", number.to_string())
        .add_attribute("round", id.to_string()))
}

/// The market's round is done.
///
/// # Errors
/// Unreadable state.
pub fn round_done(storage: &mut dyn Storage, round: u64, number: u32) -> Result<(), ContractError> {
    let mut market = load(storage, number)?;
    market.active = None;
    market.last = Some(round);
    market_key(number).save(storage, &market);
    Ok(())
}

/// Moves what a solved market could not match up to its parent, for those who
/// said so. Anyone may do it, so it can harm nobody: what is void below stays,
/// what somebody posted above keeps its own terms, and nothing moves to terms
/// that are worse for its owner than those below.
///
/// # Errors
/// No parent, no round solved yet, frozen, too many.
pub fn upward(
    deps: DepsMut,
    now: u64,
    number: u32,
    persons: &[Id],
) -> Result<Response, ContractError> {
    let market = unfrozen(deps.storage, number)?;
    let (Some(parent), Some(_)) = (market.parent, market.last) else {
        return Err(ContractError::Market {
            why: "there is no scale above, or no round has been solved".to_owned(),
        });
    };
    few("persons", persons.len())?;
    let mut moved = 0u32;
    for person in persons {
        let person = people::number(*person)?;
        let lifted = lift_offer(deps.storage, now, number, parent, person)?
            || lift_need(deps.storage, now, number, parent, person)?;
        moved += u32::from(lifted);
    }
    Ok(Response::new()
        .add_attribute("action", "upward")
        .add_attribute("market", number.to_string())
        .add_attribute("parent", parent.to_string())
        .add_attribute("moved", moved.to_string()))
}

fn lift_offer(
    storage: &mut dyn Storage,
    now: u64,
    number: u32,
    parent: u32,
    person: u32,
) -> Result<bool, ContractError> {
    let below = offer_key(number, person);
    let Some(mut rest) = below.may_load(storage)? else {
        return Ok(false);
    };
    let own = offer_key(parent, person).may_load(storage)?;
    let own = own.filter(|own| now < own.expires);
    let kept = own.as_ref().map_or(0, |own| own.quantity);
    let most = load(storage, parent)?.kind.most();
    let moved = rest.quantity.min(most.saturating_sub(kept));
    let cheaper = own
        .as_ref()
        .is_some_and(|own| own.price < rest.price || (own.gift && !rest.gift));
    if !rest.upward || now >= rest.expires || moved == 0 || cheaper {
        return Ok(false);
    }
    let lifted = Offer {
        quantity: kept + moved,
        ..own.unwrap_or_else(|| rest.clone())
    };
    put_offer(storage, now, parent, person, &lifted)?;
    rest.quantity -= moved;
    below.save(storage, &rest);
    Ok(true)
}

/// A need was counted where it was posted; above it stays within the cap there.
fn lift_need(
    storage: &mut dyn Storage,
    now: u64,
    number: u32,
    parent: u32,
    person: u32,
) -> Result<bool, ContractError> {
    let below = need_key(number, person);
    let Some(mut rest) = below.may_load(storage)? else {
        return Ok(false);
    };
    let own = need_key(parent, person).may_load(storage)?;
    let own = own.filter(|own| now < own.expires);
    let kept = own.as_ref().map_or(0, |own| own.quantity);
    let above = load(storage, parent)?;
    let (class, cap) = allowed(storage, now, parent, &above, person)?;
    let most = above.kind.most().min(cap);
    let moved = rest.quantity.min(most.saturating_sub(kept));
    let dearer = own.as_ref().is_some_and(|own| own.price > rest.price);
    if !rest.upward || now >= rest.expires || moved == 0 || dearer {
        return Ok(false);
    }
    let mut lifted = Need {
        quantity: kept + moved,
        ..own.unwrap_or_else(|| rest.clone())
    };
    lifted.class = lifted.class.min(class);
    put_need(storage, now, parent, person, &lifted)?;
    rest.quantity -= moved;
    below.save(storage, &rest);
    Ok(true)
}

/// No more than [`MAX_PERSONS`].
pub(super) fn few(what: &'static str, count: usize) -> Result<(), ContractError> {
    if count <= MAX_PERSONS {
        return Ok(());
    }
    Err(ContractError::TooMany {
        what,
        count,
        most: MAX_PERSONS,
    })
}

fn future(now: u64, Seconds(expires): Seconds) -> Result<(), ContractError> {
    within("expires", expires, now + 1, u64::MAX)
}

/// What happened to whom in which market.
pub(super) fn posted(action: &str, market: u32, person: u32) -> Response {
    Response::new()
        .add_attribute("action", action)
        .add_attribute("market", market.to_string())
        .add_attribute("person", person.to_string())
}
