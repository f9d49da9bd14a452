//! Whose matter a case is: parties, who stands behind them, and how many cases
//! a client may have open about one of them.
//!
//! # How many open cases one person can cause
//! What each client lets a person bring, and here `cases_per_party` (16) of each
//! client, counted for every party until the first verdict or lapse; of kind `rating` for
//! the first alone, who brings it: whoever was rated by many is kept by none of
//! them from disputing a rating of its own:
//!
//! | client | a person brings at a time |
//! |---|---|
//! | members | one accusation, and one appeal of the measure in force on it; about it there is one accusation at most. Flags open no case; who entered is looked at once, by lot |
//! | credit | one assessment of itself, again after 180 days; nobody votes on it, and its places are counted apart. A default comes by the assembly's decision only |
//! | clearing | a dispute of each obligation that both sides signed: nothing but `cases_per_party` bounds them, for both sides alike |
//! | trust | disputes of ratings of itself, few at a time (`open_disputes`), each counted for itself alone |
//! | the assembly | nothing: each case is a decision |
//!
//! So two who sign obligations with each other hold 16 juries of 5 at a time. A
//! case that is appealed, once, before 23, is not counted any more: who appeals
//! many holds more, for as long again as each case had. Against both, who is
//! busy is called all the same where too few are free ([`super::draw::STRETCH`]);
//! it takes twice the places to leave others without a jury, not for ever more.

use mycel_kit::Id;
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::{Controllers, MembersQuery, PersonAddress, Standing};

use super::error::JuryError;
use super::record::{self, Case};
use super::size::{APPEAL, ASSESS, RATING};
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;

/// Most persons with an interest: parties and the controllers of those that
/// are organisations.
pub const MAX_INTERESTS: usize = 200;
/// How many decided cases about a person are remembered for its appeals.
const REMEMBERED: usize = 4;

/// The parties and, of organisations, who controls them: neither they nor
/// their related are jurors.
///
/// # Errors
/// An unknown party, too many, or members does not answer.
pub fn interests(call: &Call<'_>, parties: &[u64]) -> Result<Vec<u64>, ContractError> {
    let mut interests = parties.to_vec();
    interests.sort_unstable();
    interests.dedup();
    for party in interests.clone() {
        let known: PersonAddress = call.members(&MembersQuery::Person { person: Id(party) })?;
        if known.kind == Kind::Org {
            let controllers: Controllers =
                call.members(&MembersQuery::Controllers { org: known.address })?;
            let persons = controllers.persons.into_iter();
            interests.extend(persons.map(|controller| controller.person.0));
            bounds::count("persons with an interest", interests.len(), MAX_INTERESTS)?;
        }
    }
    interests.sort_unstable();
    interests.dedup();
    Ok(interests)
}

fn each_once(case: &Case) -> Vec<u64> {
    let mut parties = case.parties.clone();
    parties.sort_unstable();
    parties.dedup();
    parties
}

/// For whom an open case counts.
fn counted(case: &Case) -> Vec<u64> {
    let mut counted = each_once(case);
    if case.kind == RATING {
        counted.retain(|party| case.parties.first() == Some(party));
    }
    counted
}

/// One more open case of this client for whom it counts: bounded, so that who
/// brings many cases does not take all jurors from others.
///
/// # Errors
/// [`JuryError::CasesPending`].
pub fn opened(call: &mut Call<'_>, case: &Case) -> Result<(), ContractError> {
    let most = call.parameters.numbers.cases_per_party;
    for person in counted(case) {
        let key = record::pending(person, &case.client);
        let open = key.may_load(call.storage)?.unwrap_or(0);
        if open >= most {
            return Err(JuryError::CasesPending { person, open, most }.into());
        }
        key.save(call.storage, &open.saturating_add(1));
    }
    Ok(())
}

/// The case is decided for the first time, or lapsed.
///
/// # Errors
/// Only for unreadable state.
pub fn closed(call: &mut Call<'_>, case: &Case) -> Result<(), ContractError> {
    for person in counted(case) {
        let key = record::pending(person, &case.client);
        match key.may_load(call.storage)?.unwrap_or(0) {
            0 | 1 => call.storage.remove(key.bytes()),
            open => key.save(call.storage, &(open - 1)),
        }
    }
    Ok(())
}

/// Remembers a decided case about its first party.
///
/// # Errors
/// Only for unreadable state.
pub fn remember(call: &mut Call<'_>, number: u64, case: &Case) -> Result<(), ContractError> {
    let Some(first) = case.parties.first() else {
        return Ok(());
    };
    let key = record::last(*first, &case.client);
    let mut last = key.may_load(call.storage)?.unwrap_or_default();
    if !last.contains(&number) {
        last.push(number);
        let from = last.len().saturating_sub(REMEMBERED);
        key.save(call.storage, &last[from..].to_vec());
    }
    Ok(())
}

/// Who may appeal a verdict: the parties that lost by it, so that nobody who won
/// spends the one appeal there is. Where a kind is about its first party, that is
/// the first party where it was said to be so, else all others: who accused it,
/// also maliciously, or owns what it owes. Of other kinds nobody can tell from
/// the outcome (either side of an obligation disputes it; who entered and who
/// vouched for it stand together), so all parties may.
#[must_use]
pub fn lost(case: &Case, outcome: &str) -> Vec<u64> {
    let mut parties = each_once(case);
    let first_lost = match (case.kind.as_str(), outcome) {
        (ASSESS | APPEAL, _) => return Vec::new(),
        ("sanction" | "expulsion" | "flags", "uphold") | ("default", "default") => true,
        ("sanction" | "expulsion" | "flags" | "default", _) => false,
        _ => return parties,
    };
    parties.retain(|party| (case.parties.first() == Some(party)) == first_lost);
    parties
}

/// The sender as a party, whatever its standing: who was suspended may still
/// strike and appeal. Gives the person and whether it is the first party.
///
/// # Errors
/// Not a party, or a key without the role.
pub fn sender(call: &Call<'_>, number: u64, case: &Case) -> Result<(u64, bool), ContractError> {
    let standing: Standing = call.members(&MembersQuery::Standing {
        address: call.sender.clone(),
    })?;
    let may = |role: &String| role == "vote" || role == "recover";
    let Id(person) = standing.person;
    if !case.parties.contains(&person) || !standing.roles.iter().any(may) {
        return Err(JuryError::NoParty {
            case: number,
            person,
        }
        .into());
    }
    Ok((person, case.parties.first() == Some(&person)))
}
