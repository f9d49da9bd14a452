//! Who stands where, how two are related, and what it means to take part.

use cosmwasm_std::{Order, Storage};
use mycel_kit::ladder::Step;
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::{
    Barred, Controller, Controllers, PersonAddress, Related, Standing, Status,
};
use mycel_kit::{Id, Seconds};

use crate::error::ContractError;
use crate::returning;
use crate::state::{self, PAY, Person, RECOVER, VOTE};

/// Most persons in one answer to `barred`.
pub const MAX_BARRED: u32 = 1_000;

/// A record that must exist.
///
/// # Errors
/// [`ContractError::UnknownMember`].
pub fn person(storage: &dyn Storage, number: u64) -> Result<Person, ContractError> {
    state::person(number)
        .may_load(storage)?
        .ok_or_else(|| ContractError::UnknownMember {
            what: "person",
            id: number.to_string(),
        })
}

/// The number of an address in use.
///
/// # Errors
/// [`ContractError::UnknownMember`], also for an address of the past.
pub fn number_of(storage: &dyn Storage, address: &str) -> Result<u64, ContractError> {
    match state::held(address).may_load(storage)? {
        Some(held) if held.roles != 0 => Ok(held.number),
        _ => Err(ContractError::UnknownMember {
            what: "address",
            id: address.chars().take(128).collect(),
        }),
    }
}

/// Active, and neither suspended nor expelled.
#[must_use]
pub fn takes_part(person: &Person) -> bool {
    person.status == Status::Active && !person.step.is_frozen()
}

/// A person with a say.
#[must_use]
pub fn has_say(person: &Person) -> bool {
    person.kind == Kind::Person && takes_part(person)
}

/// The name of a status on the wire.
#[must_use]
pub fn status_name(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Leaving => "leaving",
        Status::Left => "left",
        Status::Expelled => "expelled",
    }
}

/// The names of roles.
#[must_use]
pub fn role_names(roles: u8) -> Vec<String> {
    [(PAY, "pay"), (VOTE, "vote"), (RECOVER, "recover")]
        .iter()
        .filter(|(bit, _)| roles & bit != 0)
        .map(|(_, name)| (*name).to_owned())
        .collect()
}

/// Answer to `standing`.
///
/// # Errors
/// An address that is no member's.
pub fn standing(storage: &dyn Storage, address: &str) -> Result<Standing, ContractError> {
    let number = number_of(storage, address)?;
    let roles = state::held(address).load(storage)?.roles;
    let person = person(storage, number)?;
    Ok(Standing {
        person: Id(number),
        status: person.status,
        step: person.step.name().to_owned(),
        since: Seconds(person.joined.time),
        kind: person.kind,
        roles: role_names(roles),
    })
}

/// Answer to `person`.
///
/// # Errors
/// [`ContractError::UnknownMember`].
pub fn address_of(storage: &dyn Storage, number: u64) -> Result<PersonAddress, ContractError> {
    let person = person(storage, number)?;
    Ok(PersonAddress {
        address: person.address,
        kind: person.kind,
    })
}

/// Answer to `controllers`.
///
/// # Errors
/// Unknown, or no organisation.
pub fn controllers(storage: &dyn Storage, address: &str) -> Result<Controllers, ContractError> {
    let number = number_of(storage, address)?;
    let org = state::org(number)
        .may_load(storage)?
        .ok_or(ContractError::WrongKind {
            needs: "organisation",
        })?;
    Ok(Controllers {
        persons: org
            .controllers
            .iter()
            .map(|(person, bps)| Controller {
                person: Id(*person),
                bps: *bps,
            })
            .collect(),
    })
}

/// Answer to `related`.
///
/// # Errors
/// [`ContractError::UnknownMember`].
pub fn related(storage: &dyn Storage, a: u64, b: u64) -> Result<Related, ContractError> {
    person(storage, a)?;
    person(storage, b)?;
    let (first, second) = (
        returning::sponsors(storage, a)?,
        returning::sponsors(storage, b)?,
    );
    let sponsor = first.contains(&b)
        || second.contains(&a)
        || first.iter().any(|sponsor| second.contains(sponsor));
    let orgs = |number| -> Result<Vec<u64>, ContractError> {
        Ok(state::usage(number)
            .may_load(storage)?
            .unwrap_or_default()
            .orgs)
    };
    let (mine, theirs) = (orgs(a)?, orgs(b)?);
    Ok(Related {
        sponsor,
        org: mine.iter().any(|org| theirs.contains(org)),
        vouch: state::vouch(a, b).exists(storage) || state::vouch(b, a).exists(storage),
    })
}

/// The person and two generations of sponsors above it, its own first: who would
/// have to be several for flags to be independent. Who came back has sponsors of
/// before, too.
///
/// # Errors
/// Only for unreadable state.
pub fn ancestors(storage: &dyn Storage, number: u64) -> Result<Vec<u64>, ContractError> {
    let mut line = vec![number];
    let mut first = 0;
    for _ in 0..2 {
        let last = line.len();
        for at in first..last {
            for sponsor in returning::sponsors(storage, line[at])? {
                if !line.contains(&sponsor) {
                    line.push(sponsor);
                }
            }
        }
        first = last;
    }
    Ok(line)
}

/// Whether a person may sponsor: active, no step in force, long enough a member.
#[must_use]
pub fn may_sponsor(person: &Person, now: u64, residency: u32) -> bool {
    has_say(person)
        && person.step == Step::None
        && (person.founder || now.saturating_sub(person.joined.time) >= u64::from(residency))
}

/// Answer to `barred`.
///
/// # Errors
/// Only for unreadable state.
pub fn barred(
    storage: &dyn Storage,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<Barred, ContractError> {
    let limit = limit.unwrap_or(MAX_BARRED).clamp(1, MAX_BARRED) as usize;
    let first = after.map_or(0, |Id(after)| after.saturating_add(1));
    let mut persons = numbers_from(storage, b'B', first, limit + 1);
    let more = persons.len() > limit;
    persons.truncate(limit);
    Ok(Barred {
        next: if more {
            persons.last().copied().map(Id)
        } else {
            None
        },
        persons: persons.into_iter().map(Id).collect(),
    })
}

/// The first numbers under a tag whose key is the tag and the number alone.
#[must_use]
pub fn numbers_from(storage: &dyn Storage, tag: u8, first: u64, limit: usize) -> Vec<u64> {
    let start = [&[tag][..], &first.to_be_bytes()].concat();
    storage
        .range_keys(Some(&start), Some(&[tag + 1]), Order::Ascending)
        .take(limit)
        .filter_map(|key| key.get(1..9)?.try_into().ok().map(u64::from_be_bytes))
        .collect()
}
