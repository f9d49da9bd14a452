//! Markets and what is posted in them. While a round of a market is being
//! frozen, solved and settled, nothing in it changes.

use cosmwasm_std::{DepsMut, Response, Storage};
use mycel_kit::{Id, Seconds};

use super::{
    CLASSES, Grant, Link, MAX_LINKS, MAX_PENALTY, MAX_POSTED, MAX_PRICE, MAX_QUANTITY, Market,
    Need, Offer, choices_key, grant_key, link_key, market_key, need_key, offer_key, used_key,
};
use crate::error::ContractError;
use crate::msg::{LinkMsg, MarketKind, MarketMsg, NeedMsg, OfferMsg, ShockMsg};
use crate::people;
use crate::round::{self, Kind, Stage};
use crate::state;

/// Most persons in one `upward` or one shock.
pub const MAX_PERSONS: usize = 50;

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

/// The authority attests a shock: links open as wide as they can, and some
/// needs get a class.
///
/// # Errors
/// Out of bounds, or frozen.
pub fn shock(storage: &mut dyn Storage, shock: &ShockMsg) -> Result<Response, ContractError> {
    let mut market = unfrozen(storage, shock.market)?;
    market.shock_until = shock.until.0;
    market_key(shock.market).save(storage, &market);
    if shock.grants.len() > MAX_PERSONS {
        return Err(ContractError::TooMany {
            what: "grants",
            count: shock.grants.len(),
            most: MAX_PERSONS,
        });
    }
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
    number: u32,
    person: u32,
    offer: &Offer,
) -> Result<(), ContractError> {
    let mut market = unfrozen(storage, number)?;
    // whoever has no unit passes nothing on
    let least = u64::from(market.kind.is_of_units());
    within("quantity", offer.quantity, least, market.kind.most())?;
    if need_key(number, person).exists(storage) {
        return Err(ContractError::Market {
            why: format!("person {person} is in need; withdraw the need first"),
        });
    }
    let key = offer_key(number, person);
    if !key.exists(storage) {
        market.offers += 1;
        within("offers", market.offers.into(), 0, MAX_POSTED.into())?;
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
    put_need(
        deps.storage,
        now,
        terms.market,
        person,
        &Need {
            quantity: terms.quantity.0,
            price: terms.price,
            class: terms.class,
            expires: terms.expires.0,
            upward: terms.upward,
        },
    )?;
    Ok(posted("need", terms.market, person))
}

fn put_need(
    storage: &mut dyn Storage,
    now: u64,
    number: u32,
    person: u32,
    need: &Need,
) -> Result<(), ContractError> {
    let mut market = unfrozen(storage, number)?;
    within("quantity", need.quantity, 1, market.kind.most())?;
    if offer_key(number, person).exists(storage) {
        return Err(ContractError::Market {
            why: format!("person {person} offers; withdraw the offer first"),
        });
    }
    let grant = grant_key(number, person)
        .may_load(storage)?
        .filter(|grant| now < grant.until);
    let (class, cap) = match grant {
        Some(grant) => (grant.class, grant.quantity.max(market.need_cap)),
        None => (0, market.need_cap),
    };
    within("class", need.class.into(), 0, class.into())?;
    let key = need_key(number, person);
    let before = key.may_load(storage)?.map_or(0, |before| before.quantity);
    // what is asked for anew counts, what is taken back does not return
    let more = need.quantity.saturating_sub(before);
    let epoch = now / market.epoch_seconds;
    let used_at = used_key(number, person);
    let mut used = used_at
        .may_load(storage)?
        .filter(|used| used.epoch == epoch)
        .unwrap_or_default();
    used.epoch = epoch;
    used.quantity = used.quantity.saturating_add(more);
    within("quantity in this epoch", used.quantity, 0, cap)?;
    used_at.save(storage, &used);
    if before == 0 && !key.exists(storage) {
        market.needs += 1;
        within("needs", market.needs.into(), 0, MAX_POSTED.into())?;
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

/// One end of a link signs it; it exists once both have signed the same.
///
/// # Errors
/// Not an end, frozen, out of bounds.
pub fn link(deps: DepsMut, sender: &str, terms: &LinkMsg) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let person = people::dealer(deps.querier, &parameters, sender)?;
    let (from, to) = (people::number(terms.from)?, people::number(terms.to)?);
    if from == to {
        return Err(ContractError::WithOneself { person });
    }
    if person != from && person != to {
        return Err(ContractError::NotAParty {
            person,
            needs: "an end of the link",
        });
    }
    within("capacity", terms.capacity.0, 1, MAX_QUANTITY)?;
    within("distance", terms.distance.into(), 0, MAX_PRICE.into())?;
    let mut market = unfrozen(deps.storage, terms.market)?;
    if market.kind != MarketKind::Flow {
        return Err(ContractError::Market {
            why: "each has one unit here: choose persons instead of linking".to_owned(),
        });
    }
    let key = link_key(terms.market, from, to);
    let before = key.may_load(deps.storage)?;
    if before.is_none() {
        market.links += 1;
        within("links", market.links.into(), 0, MAX_LINKS.into())?;
        market_key(terms.market).save(deps.storage, &market);
    }
    let same = before
        .clone()
        .filter(|link| link.distance == terms.distance && link.capacity == terms.capacity.0);
    let mut signed = same.unwrap_or(Link {
        distance: terms.distance,
        capacity: terms.capacity.0,
        open: terms.capacity.0,
        // what trust has learnt outlives a change of terms
        resistance: before.map_or(market.resistance, |link| link.resistance),
        by_from: false,
        by_to: false,
    });
    signed.by_from |= person == from;
    signed.by_to |= person == to;
    key.save(deps.storage, &signed);
    Ok(posted("link", terms.market, person)
        .add_attribute("from", from.to_string())
        .add_attribute("to", to.to_string())
        .add_attribute("signed", (signed.by_from && signed.by_to).to_string()))
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
/// said so. Anyone may do it.
///
/// # Errors
/// No parent, no round solved yet, frozen.
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
    if persons.len() > MAX_PERSONS {
        return Err(ContractError::TooMany {
            what: "persons",
            count: persons.len(),
            most: MAX_PERSONS,
        });
    }
    let mut moved = 0u32;
    for person in persons {
        let person = people::number(*person)?;
        let (offer, need) = (offer_key(number, person), need_key(number, person));
        if let Some(mut rest) = offer.may_load(deps.storage)?
            && rest.upward
            && rest.quantity > 0
        {
            let above = offer_key(parent, person).may_load(deps.storage)?;
            let kept = above.map_or(0, |above| above.quantity);
            let sum = kept.saturating_add(rest.quantity).min(market.kind.most());
            let lifted = Offer {
                quantity: sum,
                ..rest.clone()
            };
            put_offer(deps.storage, parent, person, &lifted)?;
            rest.quantity = 0;
            offer.save(deps.storage, &rest);
            moved += 1;
        } else if let Some(mut rest) = need.may_load(deps.storage)?
            && rest.upward
            && rest.quantity > 0
        {
            let above = need_key(parent, person).may_load(deps.storage)?;
            let kept = above.map_or(0, |above| above.quantity);
            let sum = kept.saturating_add(rest.quantity).min(market.kind.most());
            let lifted = Need {
                quantity: sum,
                ..rest.clone()
            };
            put_need(deps.storage, now, parent, person, &lifted)?;
            rest.quantity = 0;
            need.save(deps.storage, &rest);
            moved += 1;
        }
    }
    Ok(Response::new()
        .add_attribute("action", "upward")
        .add_attribute("market", number.to_string())
        .add_attribute("parent", parent.to_string())
        .add_attribute("moved", moved.to_string()))
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
