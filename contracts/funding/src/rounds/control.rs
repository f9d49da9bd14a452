//! Who controls a project is matched by nobody: neither the payee nor whoever
//! controls it, now or at any time that was looked at. That is when it is
//! submitted, at each contribution, when anyone asks for it, and when the round
//! ends: who gave before taking control loses the match, who gave control away
//! does not get it back.

use mycel_kit::Id;
use mycel_kit::peers::members::{Controllers, MembersQuery, PersonAddress};

use super::record::{Project, Round, Tally};
use super::{give, state};
use crate::call::Call;
use crate::error::ContractError;

/// Where a person or organisation is reached now.
///
/// # Errors
/// No members.
pub fn address(call: &Call<'_>, person: u64) -> Result<String, ContractError> {
    let found: PersonAddress = call.members(&MembersQuery::Person { person: Id(person) })?;
    Ok(found.address)
}

/// Who controls an organisation now, ascending.
///
/// # Errors
/// No members, or no organisation.
pub fn controllers(call: &Call<'_>, address: &str) -> Result<Vec<u64>, ContractError> {
    let found: Controllers = call.members(&MembersQuery::Controllers {
        org: address.to_owned(),
    })?;
    let mut persons: Vec<u64> = found.persons.iter().map(|one| one.person.0).collect();
    persons.sort_unstable();
    Ok(persons)
}

/// Asks who controls the payee now, and notes whoever is new. Whether anybody
/// was.
///
/// # Errors
/// No members.
pub fn note(
    call: &mut Call<'_>,
    round: u64,
    number: u16,
    project: &mut Project,
    tally: &mut Tally,
) -> Result<bool, ContractError> {
    let Some(now) = passed(call, project)? else {
        return Ok(false);
    };
    pass(call, round, number, project, tally, now)?;
    Ok(true)
}

/// Who controls the payee now, if it is others than were seen last.
///
/// # Errors
/// No members.
pub fn passed(call: &Call<'_>, project: &Project) -> Result<Option<Vec<u64>>, ContractError> {
    if !project.org {
        return Ok(None); // a person is its own controller for good
    }
    let now = controllers(call, &address(call, project.payee)?)?;
    Ok((now != project.controllers).then_some(now))
}

/// These control the payee now; whoever did before does not get its match back.
///
/// # Errors
/// Only for unreadable state.
pub fn pass(
    call: &mut Call<'_>,
    round: u64,
    number: u16,
    project: &mut Project,
    tally: &mut Tally,
    now: Vec<u64>,
) -> Result<(), ContractError> {
    let found = super::round(call.storage, round)?;
    for &person in &now {
        bar(call, round, number, person, &found, tally)?;
    }
    project.controllers = now;
    Ok(())
}

/// From now on a person's contributions to a project earn no match, and those
/// that it made do not either.
///
/// # Errors
/// Only for unreadable state.
pub fn bar(
    call: &mut Call<'_>,
    round: u64,
    number: u16,
    person: u64,
    found: &Round,
    tally: &mut Tally,
) -> Result<(), ContractError> {
    let key = state::barred(round, number, person);
    if key.exists(call.storage) {
        return Ok(());
    }
    key.save(call.storage, &1);
    // as whom the person gives; 0: not at all
    let giver = state::part(person, round)
        .may_load(call.storage)?
        .unwrap_or(0);
    let gift = state::gift(round, giver, number);
    let Some(mut given) = gift.may_load(call.storage)? else {
        return Ok(());
    };
    if given.matched {
        let group = give::group(call, round, found, person)?;
        give::replace(call, round, number, group, given.amount, 0, tally)?;
        tally.matched -= u128::from(given.amount);
        tally.unmatched += u128::from(given.amount);
        given.matched = false;
        gift.save(call.storage, &given);
        call.event(
            "unmatched",
            &[
                ("round", &round),
                ("project", &number),
                ("person", &person),
                ("amount", &given.amount),
            ],
        );
    }
    Ok(())
}
