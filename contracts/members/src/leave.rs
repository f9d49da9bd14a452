//! Leaving: `leave` begins it; whoever sees that nothing is open any more,
//! completes it. Every peer is asked at that moment, and credit closes the
//! account in the same transaction or nothing happens.
//!
//! An expelled person is out at once. Others may close the account only after
//! `appeal_seconds`, so that an appeal still finds it; the person may ask at once.
//! Who controls an organisation together with others steps down alone, who
//! controls it alone closes it or hands it over ([`crate::orgs`]). The way back
//! is [`crate::returning`]'s.

use cosmwasm_std::Storage;
use mycel_kit::peers::credit::{CreditQuery, Kind, Position};
use mycel_kit::peers::items::{ItemsQuery, OpenItems};
use mycel_kit::peers::members::Status;
use mycel_kit::peers::pull;

use crate::call::Call;
use crate::error::ContractError;
use crate::export;
use crate::handles;
use crate::ladder;
use crate::orgs;
use crate::snapshot;
use crate::standing;
use crate::state::{self, ACCUSATION, APPEAL, Person, RECOVER};
use crate::tell;
use crate::vouch;

/// The sender leaves.
///
/// # Errors
/// Leaving already, or an organisation (its controllers decide).
pub fn leave(call: &mut Call<'_>) -> Result<(), ContractError> {
    let acting = call.acting(RECOVER)?;
    if acting.person.kind != Kind::Person {
        return Err(ContractError::WrongKind { needs: "person" });
    }
    if acting.person.leaves {
        return Err(ContractError::Already { what: "leaving" });
    }
    begin(call, acting.number)
}

/// Someone begins to leave.
///
/// # Errors
/// Only for unreadable state.
pub fn begin(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    vouch::end_given(call, number)?;
    let mut person = standing::person(call.storage, number)?;
    let had_say = standing::has_say(&person);
    person.leaves = true;
    if person.status == Status::Active {
        person.status = Status::Leaving;
        if person.kind == Kind::Person {
            call.totals.active = call.totals.active.saturating_sub(1);
            call.totals.leaving = call.totals.leaving.saturating_add(1);
        }
    }
    state::person(number).save(call.storage, &person);
    snapshot::keep_say(call, number, had_say, &person);
    snapshot::keep_barred(call, number, &person);
    tell::leaving(call, &person);
    if had_say {
        tell::leaf(call, number, &person);
    }
    call.event("leaving", &[("person", &number)]);
    Ok(())
}

/// What keeps someone here, in words; empty when nothing does.
///
/// # Errors
/// Only for unreadable state.
pub fn own_items(storage: &dyn Storage, number: u64) -> Result<Vec<String>, ContractError> {
    let mut items = Vec::new();
    for kind in [ACCUSATION, APPEAL] {
        if let Some(measure) = ladder::open(storage, number, kind)? {
            items.push(format!("a jury judges measure {measure}"));
        }
    }
    let usage = state::usage(number).may_load(storage)?.unwrap_or_default();
    for org in usage.orgs {
        items.push(format!("controls organisation {org}"));
    }
    items.truncate(10);
    Ok(items)
}

/// Completes a leave; anyone may call it.
///
/// # Errors
/// Not leaving, too early after an expulsion, something open anywhere, or a
/// peer that does not answer.
pub fn advance(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let person = standing::person(call.storage, number)?;
    match person.status {
        Status::Leaving => {}
        Status::Expelled if person.leaves => {}
        Status::Expelled => {
            let since = ladder::sanction(call, number)?.rung.since;
            let from = since.saturating_add(call.parameters.numbers.appeal_seconds.into());
            if call.now < from {
                return Err(ContractError::TooEarly {
                    what: "closing an expelled person's account",
                    from,
                });
            }
        }
        Status::Active | Status::Left => return Err(crate::call::refused(number, &person)),
    }
    let own = own_items(call.storage, number)?;
    if let Some(first) = own.first() {
        return Err(ContractError::OpenItems {
            what: first.clone(),
        });
    }
    nothing_open(call, &person)?;
    finish(call, number)
}

/// Asks every peer that may hold something: credit, trust of whoever is enrolled
/// there, and the further ones.
fn nothing_open(call: &Call<'_>, person: &Person) -> Result<(), ContractError> {
    let address = person.address.as_str();
    let question = CreditQuery::Position {
        member: address.to_owned(),
        at: None,
    };
    let position: Position = pull(call.querier, "credit", &call.peers.credit, &question)?;
    if !position.position.is_zero() {
        return Err(ContractError::OpenItems {
            what: format!("position={}", position.position),
        });
    }
    if !position.held.is_zero() {
        return Err(ContractError::OpenItems {
            what: format!("held={}", position.held),
        });
    }
    let trust = tell::trust_knows(call, person).then_some(("trust", &call.peers.trust));
    let peers = std::iter::once(("credit", &call.peers.credit))
        .chain(trust)
        .chain(call.peers.items.iter().map(|peer| ("items", peer)));
    for (name, peer) in peers {
        let question = ItemsQuery::OpenItems {
            member: address.to_owned(),
        };
        let answer: OpenItems = pull(call.querier, name, peer, &question)?;
        if answer.open != 0 {
            return Err(ContractError::OpenItems {
                what: format!(
                    "{} at {peer}: {}",
                    answer.open,
                    answer.items.first().map_or("", String::as_str)
                ),
            });
        }
    }
    Ok(())
}

fn finish(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    vouch::end_given(call, number)?;
    vouch::end_received(call, number)?;
    let mut person = standing::person(call.storage, number)?;
    if person.kind == Kind::Person {
        let count = if person.status == Status::Expelled {
            &mut call.totals.expelled
        } else {
            &mut call.totals.leaving
        };
        *count = count.saturating_sub(1);
        call.totals.left = call.totals.left.saturating_add(1);
    } else {
        call.totals.orgs_left = call.totals.orgs_left.saturating_add(1);
        orgs::dissolve(call, number)?;
    }
    if person.told.class {
        tell::count_class(call, person.kind, false);
    } else {
        call.totals.unclassed = call.totals.unclassed.saturating_sub(1);
    }
    person.status = Status::Left;
    person.ended = Some(call.moment());
    handles::give_up(call, &person.handle.clone(), Some(number));
    tell::gone(call, number, &mut person);
    state::person(number).save(call.storage, &person);
    snapshot::keep_barred(call, number, &person);
    export::write(call, number)?;
    call.event("left", &[("person", &number), ("address", &person.address)]);
    Ok(())
}
