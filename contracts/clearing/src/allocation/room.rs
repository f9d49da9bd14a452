//! Room in a market: what is void goes, as soon as its place is needed or
//! anyone says so.

use cosmwasm_std::{DepsMut, Response, Storage};
use mycel_kit::Id;

use super::{
    MAX_POSTED, Market, choices_key, freeze, links, market, market_key, need_key, offer_key,
};
use crate::error::ContractError;
use crate::{people, state};

/// Most void posts that a new one removes.
const MAX_VOID: usize = 32;
/// Most links, signed or waiting, that one `prune_market` removes.
const MAX_REMOVED: usize = 100;

/// What is posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    /// What somebody can spare.
    Offer,
    /// What somebody lacks.
    Need,
}

/// Makes room for one more in a market that is full: expired ones go.
///
/// # Errors
/// Unreadable state.
pub fn make(
    storage: &mut dyn Storage,
    now: u64,
    number: u32,
    found: &mut Market,
    what: Posted,
) -> Result<(), ContractError> {
    let persons: Vec<u32> = match what {
        Posted::Offer if found.offers >= MAX_POSTED => {
            let all = freeze::posted(storage, b'O', number, |person, bytes| {
                offer_key(number, person).decode(bytes)
            })?;
            let void = all.iter().filter(|(_, offer)| offer.expires <= now);
            void.map(|(person, _)| *person).take(MAX_VOID).collect()
        }
        Posted::Need if found.needs >= MAX_POSTED => {
            let all = freeze::posted(storage, b'D', number, |person, bytes| {
                need_key(number, person).decode(bytes)
            })?;
            let void = all.iter().filter(|(_, need)| need.expires <= now);
            void.map(|(person, _)| *person).take(MAX_VOID).collect()
        }
        _ => return Ok(()),
    };
    for person in persons {
        remove(storage, number, found, what, person)?;
    }
    Ok(())
}

/// What a person posted goes if it has expired; whether it did.
///
/// # Errors
/// Unreadable state.
pub fn void(
    storage: &mut dyn Storage,
    now: u64,
    number: u32,
    found: &mut Market,
    what: Posted,
    person: u32,
) -> Result<bool, ContractError> {
    let expires = match what {
        Posted::Offer => offer_key(number, person)
            .may_load(storage)?
            .map(|offer| offer.expires),
        Posted::Need => need_key(number, person)
            .may_load(storage)?
            .map(|need| need.expires),
    };
    if expires.is_none_or(|expires| now < expires) {
        return Ok(false);
    }
    remove(storage, number, found, what, person)
}

/// What a person posted goes, and whom it would have; whether there was any.
fn remove(
    storage: &mut dyn Storage,
    number: u32,
    found: &mut Market,
    what: Posted,
    person: u32,
) -> Result<bool, ContractError> {
    let (key, count) = match what {
        Posted::Offer => (
            offer_key(number, person).bytes().to_vec(),
            &mut found.offers,
        ),
        Posted::Need => (need_key(number, person).bytes().to_vec(), &mut found.needs),
    };
    if storage.get(&key).is_none() {
        return Ok(false);
    }
    *count -= 1;
    storage.remove(&key);
    let choices = choices_key(number, person);
    if found.kind.is_of_units() && choices.exists(storage) {
        storage.remove(choices.bytes());
    }
    Ok(true)
}

/// Removes what these persons posted and has expired; of those who are no
/// longer members all that they posted, and their links out, signed or
/// waiting (links to them: [`links::unlink`]). Anyone may do it, again where
/// there was more than fits into one message.
///
/// # Errors
/// Frozen, too many, members does not know one.
pub fn prune(
    deps: DepsMut,
    now: u64,
    number: u32,
    persons: &[Id],
) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    market::few("persons", persons.len())?;
    let before = market::unfrozen(deps.storage, number)?;
    let mut found = before.clone();
    let (mut posts, mut removed) = (0u32, 0);
    for person in persons {
        let person = people::number(*person)?;
        let is_member = people::is_member(deps.querier, &parameters, person)?;
        for what in [Posted::Offer, Posted::Need] {
            let gone = match is_member {
                true => void(deps.storage, now, number, &mut found, what, person)?,
                false => remove(deps.storage, number, &mut found, what, person)?,
            };
            posts += u32::from(gone);
        }
        if !is_member {
            let most = MAX_REMOVED - removed;
            removed += links::forget_person(deps.storage, number, &mut found, person, most)?;
        }
    }
    if found != before {
        market_key(number).save(deps.storage, &found);
    }
    Ok(Response::new()
        .add_attribute("action", "prune_market")
        .add_attribute("market", number.to_string())
        .add_attribute("posts", posts.to_string())
        .add_attribute("links", removed.to_string()))
}
