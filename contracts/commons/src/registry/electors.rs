//! Who has a say in a commons: the persons enrolled at a height, exact, for
//! ever. Shapes and meaning are those of members' `eligible` and `electors`:
//! "at height h" is before the transactions of block h.

use cosmwasm_std::{Deps, Order, Storage};
use mycel_bindings::MycelQuery;
use mycel_kit::key::StateError;
use mycel_kit::peers::members::{Elector, Electors, Eligible, MembersQuery};
use mycel_kit::peers::pull;
use mycel_kit::{Id, Key, Seconds};

use super::state::{self, Enrolment};
use crate::error::ContractError;
use crate::state::last_number;

/// Most persons that one page looks at.
pub const MAX_ELECTORS: u32 = 200;

/// Whether a person had a say at a height.
///
/// # Errors
/// Only for unreadable state.
pub fn had_say(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
    at: u64,
) -> Result<bool, StateError> {
    let (start, end) = (
        state::say_after(commons, person, 0),
        state::say_after(commons, person, at),
    );
    storage
        .range(Some(start.bytes()), Some(end.bytes()), Order::Descending)
        .next()
        .map_or(Ok(false), |(_, value)| start.decode(&value))
}

/// Answer to `elector`: enrolled at that height, and members say that it had a
/// say in the community. A stranger has none; that is no error.
///
/// # Errors
/// No such commons; members do not answer.
pub fn elector(
    deps: Deps<'_, MycelQuery>,
    commons: u64,
    address: &str,
    at: Id,
) -> Result<Eligible, ContractError> {
    super::commons(deps.storage, commons)?;
    let members = crate::state::peers().load(deps.storage)?.members;
    let question = MembersQuery::Eligible {
        address: address.to_owned(),
        at,
        residency: Seconds(0),
    };
    let known: Eligible = pull(deps.querier, "members", &members, &question)?;
    let Some(Id(person)) = known.person else {
        return Ok(Eligible {
            eligible: false,
            number: None,
            person: None,
        });
    };
    let place = state::enrolment(commons, person)
        .may_load(deps.storage)?
        .and_then(|one| one.place);
    Ok(Eligible {
        eligible: known.eligible && had_say(deps.storage, commons, person, at.0)?,
        number: place,
        person: Some(Id(person)),
    })
}

/// Answer to `electors`: a walk along the enrolled by person number.
///
/// # Errors
/// No such commons.
pub fn electors(
    storage: &dyn Storage,
    commons: u64,
    at: Id,
    still_at: Option<Id>,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<Electors, ContractError> {
    super::commons(storage, commons)?;
    let still_at = still_at.unwrap_or(at).0;
    let limit = limit.unwrap_or(MAX_ELECTORS).clamp(1, MAX_ELECTORS) as usize;
    let first = after.map_or(0, |Id(after)| after.saturating_add(1));
    let (start, end) = (
        state::enrolment(commons, first),
        state::enrolment(commons.saturating_add(1), 0),
    );
    let mut electors = vec![];
    let (mut looked, mut last, mut more) = (0, 0, false);
    for (raw, value) in storage.range(Some(start.bytes()), Some(end.bytes()), Order::Ascending) {
        if looked == limit {
            more = true;
            break;
        }
        looked += 1;
        last = last_number(&raw);
        let one: Enrolment = Key::<Enrolment>::new(b'r', &raw[1..]).decode(&value)?;
        if one.place.is_some() && had_say(storage, commons, last, at.0)? {
            electors.push(Elector {
                person: Id(last),
                still: had_say(storage, commons, last, still_at)?,
            });
        }
    }
    Ok(Electors {
        electors,
        next: more.then_some(Id(last)),
    })
}
