//! Links: ways between two persons, that both have signed.
//!
//! What one end has signed waits apart and is in no round; it counts only
//! against that end, so nobody can use up what a market has room for. A link
//! counts against the market and both its ends. A change of terms waits as a
//! new link does, and what stands meanwhile stands; either end can take it
//! back, and anyone one whose end is no longer a member.

use cosmwasm_std::{DepsMut, Order, Response, Storage};
use mycel_kit::Id;

use super::{
    Ends, Link, MAX_LINKS, MAX_LINKS_EACH, MAX_PRICE, MAX_QUANTITY, MAX_WAITING, Market, Wish,
    ends_key, freeze, link_key, market, market_key, wish_key,
};
use crate::error::ContractError;
use crate::msg::{LinkMsg, MarketKind};
use crate::{people, state};

/// One end of a link signs it; it exists once both have signed the same.
///
/// # Errors
/// Not an end, the other is no member, frozen, out of bounds.
pub fn link(deps: DepsMut, sender: &str, terms: &LinkMsg) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let person = people::dealer(deps.querier, &parameters, sender)?;
    let (from, to) = (people::number(terms.from)?, people::number(terms.to)?);
    if from == to {
        return Err(ContractError::WithOneself { person });
    }
    let other = match person {
        _ if person == from => to,
        _ if person == to => from,
        _ => {
            return Err(ContractError::NotAParty {
                person,
                needs: "an end of the link",
            });
        }
    };
    market::within("capacity", terms.capacity.0, 1, MAX_QUANTITY)?;
    market::within("distance", terms.distance.into(), 0, MAX_PRICE.into())?;
    let number = terms.market;
    let mut found = market::unfrozen(deps.storage, number)?;
    if found.kind != MarketKind::Flow {
        return Err(ContractError::Market {
            why: "each has one unit here: choose persons instead of linking".to_owned(),
        });
    }
    if !people::is_member(deps.querier, &parameters, other)? {
        return Err(ContractError::NoMember { person: other });
    }
    let wish = Wish {
        distance: terms.distance,
        capacity: terms.capacity.0,
    };
    let key = link_key(number, from, to);
    let before = key.may_load(deps.storage)?;
    let stands = before
        .as_ref()
        .is_some_and(|link| (link.distance, link.capacity) == (wish.distance, wish.capacity));
    let theirs = wish_key(number, other, person, other == from);
    let agreed = theirs.may_load(deps.storage)? == Some(wish);
    if agreed || stands {
        forget_wish(deps.storage, number, person, other, person == from)?;
    } else {
        wait(deps.storage, number, person, other, person == from, &wish)?;
    }
    if agreed {
        forget_wish(deps.storage, number, other, person, other == from)?;
        if before.is_none() {
            count(deps.storage, number, &mut found, from, to)?;
        }
        let link = Link {
            distance: wish.distance,
            capacity: wish.capacity,
            open: wish.capacity,
            // what trust has learnt outlives a change of terms
            resistance: before.map_or(found.resistance, |link| link.resistance),
        };
        key.save(deps.storage, &link);
    }
    Ok(said("link", number, from, to)
        .add_attribute("person", person.to_string())
        .add_attribute("signed", (agreed || stands).to_string()))
}

/// An end takes a link back, and whatever waits between the two in that
/// direction, its own or the other's; anyone, where an end is no longer a
/// member. Where each has one unit there is trust only, and it stays.
///
/// # Errors
/// Neither, nothing is there, frozen.
pub fn unlink(
    deps: DepsMut,
    sender: &str,
    number: u32,
    from: Id,
    to: Id,
) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let (from, to) = (people::number(from)?, people::number(to)?);
    let mut found = market::unfrozen(deps.storage, number)?;
    let is_end = match people::person(deps.querier, &parameters, sender) {
        Ok(person) => person == from || person == to,
        Err(_) => false,
    };
    if !is_end || found.kind.is_of_units() {
        let is_member = |person| people::is_member(deps.querier, &parameters, person);
        if is_member(from)? && is_member(to)? {
            return Err(ContractError::Market {
                why:
                    "an end takes a link back, where links are; others only one whose end has left"
                        .to_owned(),
            });
        }
    }
    let waited = forget_wish(deps.storage, number, from, to, true)?
        | forget_wish(deps.storage, number, to, from, false)?;
    let stood = remove(deps.storage, number, &mut found, from, to)?;
    if !waited && !stood {
        return Err(ContractError::UnknownInMarket {
            what: "link",
            market: number,
        });
    }
    Ok(said("unlink", number, from, to))
}

/// Removes what a person who is gone has signed here, at most so many records.
///
/// # Errors
/// Unreadable state.
pub(super) fn forget_person(
    storage: &mut dyn Storage,
    number: u32,
    found: &mut Market,
    person: u32,
    most: usize,
) -> Result<usize, ContractError> {
    let start = [&b"W"[..], &super::join(number, person)].concat();
    let wishes = following(storage, &start, most)?;
    for key in &wishes {
        let other = freeze::word(key, 9)?;
        let outward = key.get(13) == Some(&1);
        forget_wish(storage, number, person, other, outward)?;
    }
    let start = [&b"L"[..], &super::join(number, person)].concat();
    let links = following(storage, &start, most - wishes.len())?;
    for key in &links {
        remove(storage, number, found, person, freeze::word(key, 9)?)?;
    }
    Ok(wishes.len() + links.len())
}

/// The first keys that begin so.
fn following(
    storage: &dyn Storage,
    start: &[u8],
    most: usize,
) -> Result<Vec<Vec<u8>>, ContractError> {
    let range = storage.range_keys(Some(start), None, Order::Ascending);
    Ok(range
        .take_while(|key| key.starts_with(start))
        .take(most)
        .collect())
}

/// Whether one more link between two fits.
///
/// # Errors
/// Unreadable state.
pub(super) fn fits(
    storage: &dyn Storage,
    number: u32,
    found: &Market,
    from: u32,
    to: u32,
) -> Result<bool, ContractError> {
    let mut fits = found.links < MAX_LINKS;
    for person in [from, to] {
        let ends = ends_key(number, person).may_load(storage)?;
        fits &= ends.is_none_or(|ends| ends.links < MAX_LINKS_EACH);
    }
    Ok(fits)
}

/// One more link, against the market and both ends.
///
/// # Errors
/// There is no room.
pub(super) fn count(
    storage: &mut dyn Storage,
    number: u32,
    found: &mut Market,
    from: u32,
    to: u32,
) -> Result<(), ContractError> {
    found.links += 1;
    market::within("links", found.links.into(), 0, MAX_LINKS.into())?;
    market_key(number).save(storage, found);
    for person in [from, to] {
        let mut ends = ends_key(number, person)
            .may_load(storage)?
            .unwrap_or_default();
        ends.links += 1;
        let most = u64::from(MAX_LINKS_EACH);
        market::within("links of a person", ends.links.into(), 0, most)?;
        ends_key(number, person).save(storage, &ends);
    }
    Ok(())
}

/// A link goes; whether there was one.
fn remove(
    storage: &mut dyn Storage,
    number: u32,
    found: &mut Market,
    from: u32,
    to: u32,
) -> Result<bool, ContractError> {
    let key = link_key(number, from, to);
    if !key.exists(storage) {
        return Ok(false);
    }
    storage.remove(key.bytes());
    found.links -= 1;
    market_key(number).save(storage, found);
    for person in [from, to] {
        let mut ends = ends_key(number, person).load(storage)?;
        ends.links -= 1;
        keep(storage, number, person, ends);
    }
    Ok(true)
}

fn wait(
    storage: &mut dyn Storage,
    number: u32,
    person: u32,
    other: u32,
    outward: bool,
    wish: &Wish,
) -> Result<(), ContractError> {
    let key = wish_key(number, person, other, outward);
    if !key.exists(storage) {
        let mut ends = ends_key(number, person)
            .may_load(storage)?
            .unwrap_or_default();
        ends.waiting += 1;
        let most = u64::from(MAX_WAITING);
        market::within("links that wait", ends.waiting.into(), 0, most)?;
        ends_key(number, person).save(storage, &ends);
    }
    key.save(storage, wish);
    Ok(())
}

/// What one end has signed goes; whether there was anything.
fn forget_wish(
    storage: &mut dyn Storage,
    number: u32,
    person: u32,
    other: u32,
    outward: bool,
) -> Result<bool, ContractError> {
    let key = wish_key(number, person, other, outward);
    if !key.exists(storage) {
        return Ok(false);
    }
    storage.remove(key.bytes());
    let mut ends = ends_key(number, person).load(storage)?;
    ends.waiting -= 1;
    keep(storage, number, person, ends);
    Ok(true)
}

fn keep(storage: &mut dyn Storage, number: u32, person: u32, ends: Ends) {
    let key = ends_key(number, person);
    if ends == Ends::default() {
        storage.remove(key.bytes());
    } else {
        key.save(storage, &ends);
    }
}

fn said(action: &str, market: u32, from: u32, to: u32) -> Response {
    Response::new()
        .add_attribute("action", action)
        .add_attribute("market", market.to_string())
        .add_attribute("from", from.to_string())
        .add_attribute("to", to.to_string())
}
