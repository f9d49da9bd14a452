//! Coming back: who left joins again by the ordinary ways (an invitation, the
//! assembly's admission, another community's record) as the same person.
//!
//! Number, identity commitment, keys, guardians and credentials are the same,
//! and so is the handle if it still rests. The sender must hold an address of
//! the person with the role recover: keys can be added, rotated and recovered
//! after leaving, too. The person waits in the queue as all do, and counts for
//! its new sponsor's tree.
//!
//! Leaving launders nothing. A measure before a jury must be finished first, an
//! expulsion must have run out or been lifted, and any lower step goes on: the
//! account comes back scaled or frozen. Penalties, quotas and the number's used
//! cases stay. Earlier sponsors stay related. The founders' residency does not
//! come back, and residency begins anew; but what was true at a height stays so
//! ([`crate::snapshot`]).

use cosmwasm_std::{Order, Storage};
use mycel_kit::ladder::Step;
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::Status;

use crate::agenda;
use crate::call::{Acting, Call};
use crate::error::ContractError;
use crate::handles;
use crate::keys;
use crate::ladder;
use crate::snapshot;
use crate::standing;
use crate::state::{self, Entry, Held, Holder, RECOVER, Stay, Task};
use crate::tell;

/// Earlier stays whose sponsors are looked at: the latest.
const STAYS: usize = 4;

/// Whether an address may bring its person back: of one who left, with the role
/// recover.
///
/// # Errors
/// Only for unreadable state.
pub fn is_former(storage: &dyn Storage, held: Held) -> Result<bool, ContractError> {
    if held.roles & RECOVER == 0 {
        return Ok(false);
    }
    let person = standing::person(storage, held.number)?;
    Ok(person.kind == Kind::Person && person.status == Status::Left)
}

/// Why a person who is on the way out cannot be invited back yet, if it is one.
///
/// # Errors
/// Only for unreadable state.
pub fn still_here(call: &Call<'_>, held: Held) -> Result<Option<ContractError>, ContractError> {
    let person = held.number;
    Ok(match standing::person(call.storage, person)?.status {
        Status::Leaving => Some(ContractError::StillLeaving { person }),
        Status::Expelled => Some(ContractError::StillExpelled {
            person,
            until: ladder::sanction(call, person)?.rung.until,
        }),
        Status::Active | Status::Left => None,
    })
}

/// Whether a person who left may join again now.
///
/// # Errors
/// A jury judges, an expulsion lasts, it waits already, or it left in this
/// block.
pub fn may_join(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    if state::returning(number).exists(call.storage) {
        return Err(ContractError::Already {
            what: "waiting to come back",
        });
    }
    open_to(call, number)
}

fn open_to(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    ladder::step_ends(call, number)?;
    if let Some(measure) = ladder::open_measure(call.storage, number)? {
        return Err(ContractError::StillJudged {
            person: number,
            measure,
        });
    }
    let person = standing::person(call.storage, number)?;
    if person.step == Step::Expelled {
        let until = ladder::sanction(call, number)?.rung.until;
        return Err(ContractError::StillExpelled {
            person: number,
            until,
        });
    }
    if person
        .ended
        .is_some_and(|ended| ended.height >= call.env.block.height)
    {
        return Err(ContractError::TooEarly {
            what: "coming back in the block of leaving",
            from: call.now.saturating_add(1),
        });
    }
    Ok(())
}

/// Whether who waits to come back still can: nothing happened that forbids it,
/// and the address is still the person's. A no must not stop the queue.
///
/// # Errors
/// Only for unreadable state.
pub fn is_ready(call: &mut Call<'_>, number: u64, address: &str) -> Result<bool, ContractError> {
    let held = state::held(address).may_load(call.storage)?;
    let own = match held {
        Some(held) => held.number == number && is_former(call.storage, held)?,
        None => false,
    };
    if !own {
        return Ok(false);
    }
    match open_to(call, number) {
        Ok(()) => Ok(true),
        Err(
            ContractError::StillJudged { .. }
            | ContractError::StillExpelled { .. }
            | ContractError::TooEarly { .. },
        ) => Ok(false),
        Err(other) => Err(other),
    }
}

/// Refuses an identity commitment that is not the entrant's: a newcomer's is
/// nobody's yet, who comes back has the one of before, if there was any.
///
/// # Errors
/// [`ContractError::IdentitySeen`], [`ContractError::LeftBefore`],
/// [`ContractError::IdentityAnother`].
pub fn own_identity(
    storage: &dyn Storage,
    former: Option<u64>,
    idc: &[u8; 32],
) -> Result<(), ContractError> {
    let bound = state::identity(idc).may_load(storage)?;
    if let Some(number) = former {
        let own = standing::person(storage, number)?.idc;
        return match (own, bound) {
            (Some(own), _) if own == *idc => Ok(()),
            (Some(_), _) => Err(ContractError::IdentityAnother { person: number }),
            (None, None) => Ok(()),
            (None, Some(_)) => Err(ContractError::IdentitySeen),
        };
    }
    match bound {
        None => Ok(()),
        Some(0) => Err(ContractError::IdentitySeen),
        Some(number) => match standing::person(storage, number)?.status {
            Status::Left => Err(ContractError::LeftBefore { person: number }),
            _ => Err(ContractError::IdentitySeen),
        },
    }
}

/// The person is a member again.
///
/// # Errors
/// Only for unreadable state; peers may refuse later and undo all.
pub fn come_back(call: &mut Call<'_>, number: u64, entry: Entry) -> Result<(), ContractError> {
    call.storage.remove(state::returning(number).bytes());
    let mut person = standing::person(call.storage, number)?;
    if entry.address != person.address {
        let known = state::key_set(number).load(call.storage)?;
        let rest = known.addresses.into_iter();
        let rest = rest
            .filter(|address| *address != person.address && *address != entry.address)
            .collect();
        let acting = Acting { number, person };
        let (passkeys, asked) = (known.passkeys, known.asked);
        keys::move_to(call, acting, &entry.address, rest, passkeys, asked)?;
        person = standing::person(call.storage, number)?;
    }
    if !entry.passkeys.is_empty() {
        let key = state::key_set(number);
        let mut keys = key.load(call.storage)?;
        keys.passkeys = entry.passkeys;
        key.save(call.storage, &keys);
    }
    if let Some(ended) = person.ended.take() {
        let stay = Stay {
            joined: person.joined,
            ended,
            sponsor: person.sponsor,
            founder: person.founder,
        };
        state::stay(number, ended.height).save(call.storage, &stay);
    }
    if person.idc.is_none() {
        person.idc = Some(entry.idc);
        state::identity(&entry.idc).save(call.storage, &number);
    }
    handles::pass_on(call, &entry.handle, Holder::Number(number));
    person.handle = entry.handle;
    person.status = Status::Active;
    person.joined = call.moment();
    person.sponsor = entry.sponsor;
    person.founder = false;
    person.leaves = false;
    call.totals.left = call.totals.left.saturating_sub(1);
    call.totals.active = call.totals.active.saturating_add(1);
    call.totals.unclassed = call.totals.unclassed.saturating_add(1);
    tell::returned(call, number, &mut person)?;
    snapshot::keep_say(call, number, false, &person);
    snapshot::keep_barred(call, number, &person);
    state::person(number).save(call.storage, &person);
    agenda::at(call, call.now.saturating_add(1), Task::Recheck(number));
    call.event(
        "returned",
        &[
            ("person", &number),
            ("address", &person.address),
            ("handle", &person.handle),
            ("sponsor", &person.sponsor.unwrap_or(0)),
            ("step", &person.step.name()),
        ],
    );
    Ok(())
}

/// The stays of a person that have ended, the latest first.
pub fn stays<'s>(
    storage: &'s dyn Storage,
    number: u64,
) -> impl Iterator<Item = Result<Stay, ContractError>> + 's {
    let (start, end) = (state::stay(number, 0), state::stay(number, u64::MAX));
    storage
        .range(Some(start.bytes()), Some(end.bytes()), Order::Descending)
        .map(move |(_, value)| Ok(start.decode(&value)?))
}

/// The stay that a height lies in, if it has ended and the person came back:
/// the first that ended at or after it.
///
/// # Errors
/// Only for unreadable state.
pub fn stay_at(
    storage: &dyn Storage,
    number: u64,
    height: u64,
) -> Result<Option<Stay>, ContractError> {
    let (start, end) = (state::stay(number, height), state::stay(number, u64::MAX));
    let mut range = storage.range(Some(start.bytes()), Some(end.bytes()), Order::Ascending);
    let stay = range.next().map(|(_, value)| start.decode(&value));
    Ok(stay.transpose()?)
}

/// Who sponsored a person: now, and in the latest earlier stays.
///
/// # Errors
/// Only for unreadable state.
pub fn sponsors(storage: &dyn Storage, number: u64) -> Result<Vec<u64>, ContractError> {
    let Some(person) = state::person(number).may_load(storage)? else {
        return Ok(vec![]);
    };
    let mut found: Vec<u64> = person.sponsor.into_iter().collect();
    for stay in stays(storage, number).take(STAYS) {
        found.extend(stay?.sponsor);
    }
    found.dedup();
    Ok(found)
}
