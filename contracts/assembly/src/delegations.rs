//! Who speaks for whom, in which matters.
//!
//! A delegation holds in a scope: all that an electorate decides, what it
//! decides in an area, or one proposal. The narrowest that is in force wins. It
//! ends after `delegation_seconds`, a year. Who names itself speaks for itself
//! in that scope, whatever a wider delegation says. Delegations may go round;
//! the tally finds out.
//!
//! # Read as of a close
//! "As of second t" means: made before t, and not ended before it. Each scope
//! of a person keeps its newest version, and of the older ones those that a
//! closed vote which is not counted yet reads; so a change while votes are
//! counted changes none of them. There are at most [`MAX_UNCOUNTED`] such votes:
//! beyond, delegations wait until somebody advances them.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Order, Storage};
use mycel_kit::peers::credit;
use mycel_kit::peers::members::{MembersQuery, PersonAddress, Standing};
use mycel_kit::peers::pull;
use mycel_kit::roles::Electorate;
use mycel_kit::{Id, Key};

use crate::call::Call;
use crate::electorate;
use crate::error::ContractError;
use crate::state::{Phase, Proposal};

pub mod asked;

pub use asked::export;

/// Most scopes in which a person delegates, ended ones included until they are taken back.
pub const MAX_DELEGATIONS: usize = 100;
/// Most closed votes that are not counted yet while delegations can change.
pub const MAX_UNCOUNTED: usize = 64;

const DELEGATION: u8 = b'D';
const DELEGATOR: u8 = b'T';
const OPEN: u8 = b'O';

/// Matters in which one may let another speak; the narrowest that fits wins.
#[cw_serde]
#[derive(Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Scope {
    /// All that an electorate decides.
    Unit(Electorate),
    /// What it decides in an area.
    Area {
        /// The electorate.
        unit: Electorate,
        /// The area.
        area: String,
    },
    /// One proposal.
    Issue(Id),
}

/// What somebody said about a scope at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Version {
    /// Since when.
    pub since: u64,
    /// Who speaks; 0: taken back.
    pub to: u64,
    /// Until when.
    pub until: u64,
}

impl Version {
    fn holds(&self, as_of: u64) -> bool {
        self.to != 0 && as_of <= self.until
    }
}

impl Scope {
    fn bytes(&self) -> Vec<u8> {
        let unit = |unit: &Electorate| match unit {
            Electorate::All => vec![0],
            Electorate::Commons(id) => [&[1][..], &id.0.to_be_bytes()].concat(),
            Electorate::Organisation(id) => [&[2][..], &id.0.to_be_bytes()].concat(),
        };
        match self {
            Scope::Unit(of) => [vec![0], unit(of)].concat(),
            Scope::Area { unit: of, area } => [&[1][..], &unit(of), area.as_bytes()].concat(),
            Scope::Issue(id) => [&[2][..], &id.0.to_be_bytes()].concat(),
        }
    }

    fn parse(bytes: &[u8]) -> Option<Scope> {
        let id = |bytes: &[u8]| Some(Id(u64::from_be_bytes(bytes.try_into().ok()?)));
        let unit = |bytes: &[u8]| -> Option<(Electorate, usize)> {
            match bytes.first()? {
                0 => Some((Electorate::All, 1)),
                1 => Some((Electorate::Commons(id(bytes.get(1..9)?)?), 9)),
                2 => Some((Electorate::Organisation(id(bytes.get(1..9)?)?), 9)),
                _ => None,
            }
        };
        let (kind, rest) = bytes.split_first()?;
        match kind {
            0 => Some(Scope::Unit(unit(rest)?.0)),
            1 => {
                let (of, width) = unit(rest)?;
                let area = String::from_utf8(rest.get(width..)?.to_vec()).ok()?;
                Some(Scope::Area { unit: of, area })
            }
            2 => Some(Scope::Issue(id(rest)?)),
            _ => None,
        }
    }
}

/// What a person said about a scope: versions by time.
#[must_use]
pub fn versions(person: u64, scope: &Scope) -> Key<Vec<Version>> {
    let rest = [&person.to_be_bytes()[..], &scope.bytes()].concat();
    Key::new(DELEGATION, &rest)
}

/// That somebody's newest delegation in a scope names a person.
fn delegator(to: u64, person: u64, scope: &Scope) -> Key<u8> {
    let rest = [&to.to_be_bytes()[..], &person.to_be_bytes(), &scope.bytes()].concat();
    Key::new(DELEGATOR, &rest)
}

/// That a vote which closes then is not counted yet.
fn uncounted(closes: u64, proposal: u64) -> Key<u8> {
    Key::new(OPEN, &crate::state::two(closes, proposal))
}

/// A vote opens: what is delegated at its close will be read.
pub fn vote_opens(storage: &mut dyn Storage, proposal: u64, closes: u64) {
    uncounted(closes, proposal).save(storage, &1);
}

/// A vote is counted: nothing reads delegations as of its close any more.
pub fn vote_counted(storage: &mut dyn Storage, proposal: u64, closes: u64) {
    storage.remove(uncounted(closes, proposal).bytes());
}

/// Closes, up to now, of votes that are not counted.
fn uncounted_closes(storage: &dyn Storage, now: u64) -> Result<Vec<u64>, ContractError> {
    let end = [&[OPEN][..], &now.saturating_add(1).to_be_bytes()].concat();
    let closes: Vec<u64> = storage
        .range_keys(Some(&[OPEN]), Some(&end), Order::Ascending)
        .take(MAX_UNCOUNTED + 1)
        .filter_map(|key| Some(u64::from_be_bytes(key.get(1..9)?.try_into().ok()?)))
        .collect();
    crate::bounds::count("votes to be counted first", closes.len(), MAX_UNCOUNTED)?;
    Ok(closes)
}

/// The version that is read as of a second.
fn as_of(versions: &[Version], second: u64) -> Option<&Version> {
    versions.iter().rev().find(|version| version.since < second)
}

/// Adds a version, and lets go of those that nothing reads: all but the newest
/// and what each of `closes` reads.
fn add(versions: &mut Vec<Version>, version: Version, closes: &[u64]) {
    if versions
        .last()
        .is_some_and(|last| last.since == version.since)
    {
        versions.pop();
    }
    versions.push(version);
    let read: Vec<u64> = closes
        .iter()
        .filter_map(|close| as_of(versions, *close).map(|version| version.since))
        .collect();
    let newest = version.since;
    versions.retain(|version| version.since == newest || read.contains(&version.since));
}

/// The scopes that a matter lies in, the narrowest first.
fn scopes(proposal: u64, unit: &Electorate, area: Option<&str>) -> Vec<Scope> {
    let area = area.map(|area| Scope::Area {
        unit: unit.clone(),
        area: area.to_owned(),
    });
    let mut scopes = vec![Scope::Issue(Id(proposal))];
    scopes.extend(area);
    scopes.push(Scope::Unit(unit.clone()));
    scopes
}

/// Who speaks for a person in the matter of a proposal, as of a second, and
/// the delegation that says so. The person itself, if it said so.
///
/// # Errors
/// Only for unreadable state.
pub fn speaker(
    storage: &dyn Storage,
    number: u64,
    proposal: &Proposal,
    person: u64,
    second: u64,
) -> Result<Option<(Scope, Version)>, ContractError> {
    for scope in scopes(number, &proposal.electorate, proposal.area.as_deref()) {
        let Some(versions) = versions(person, &scope).may_load(storage)? else {
            continue;
        };
        if let Some(version) = as_of(&versions, second)
            && version.holds(second)
        {
            return Ok(Some((scope, *version)));
        }
    }
    Ok(None)
}

/// Lets another speak.
///
/// # Errors
/// Who has no say in the scope; a person who is no member in good standing; a
/// scope that there is not, or a vote that is over; too many.
pub fn delegate(call: &mut Call<'_>, scope: &Scope, to: u64) -> Result<(), ContractError> {
    let person = sender(call, scope)?;
    if to != person {
        must_stand(call, to)?;
    }
    let closes = uncounted_closes(call.storage, call.now)?;
    let key = versions(person, scope);
    let mut kept = match key.may_load(call.storage)? {
        Some(kept) => kept,
        None => {
            let own = [&[DELEGATION][..], &person.to_be_bytes()].concat();
            let end = [&[DELEGATION][..], &person.saturating_add(1).to_be_bytes()].concat();
            let others = call
                .storage
                .range_keys(Some(&own), Some(&end), Order::Ascending)
                .take(MAX_DELEGATIONS)
                .count();
            crate::bounds::count("delegations", others + 1, MAX_DELEGATIONS)?;
            vec![]
        }
    };
    let seconds = call.parameters.numbers.delegation_seconds;
    let until = call.now.saturating_add(seconds.into());
    if let Some(last) = kept.last() {
        let old = delegator(last.to, person, scope);
        call.storage.remove(old.bytes());
    }
    let version = Version {
        since: call.now,
        to,
        until,
    };
    add(&mut kept, version, &closes);
    key.save(call.storage, &kept);
    delegator(to, person, scope).save(call.storage, &1);
    call.event(
        "delegate",
        &[("person", &person), ("to", &to), ("until", &until)],
    );
    Ok(())
}

/// Takes a delegation back; a wider one speaks again.
///
/// # Errors
/// There is none in this scope; a stranger.
pub fn undelegate(call: &mut Call<'_>, scope: &Scope) -> Result<(), ContractError> {
    let standing: Standing = members(
        call,
        &MembersQuery::Standing {
            address: call.sender.clone(),
        },
    )?;
    if !standing.roles.iter().any(|role| role == "vote") {
        return Err(ContractError::NoElector {
            why: "this address may not vote for its person",
        });
    }
    let person = standing.person.0;
    let key = versions(person, scope);
    let mut kept = key.may_load(call.storage)?.unwrap_or_default();
    let Some(last) = kept.last().copied().filter(|last| last.to != 0) else {
        return Err(ContractError::Already {
            what: "no delegation in this scope",
        });
    };
    let closes = uncounted_closes(call.storage, call.now)?;
    call.storage
        .remove(delegator(last.to, person, scope).bytes());
    let version = Version {
        since: call.now,
        to: 0,
        until: call.now,
    };
    add(&mut kept, version, &closes);
    if kept.iter().all(|version| version.to == 0) {
        call.storage.remove(key.bytes());
    } else {
        key.save(call.storage, &kept);
    }
    call.event("undelegate", &[("person", &person)]);
    Ok(())
}

/// The sender, who must have a say in a scope where something is still open.
fn sender(call: &Call<'_>, scope: &Scope) -> Result<u64, ContractError> {
    match scope {
        Scope::Unit(unit) => electorate::now(call, unit),
        Scope::Area { unit, area } => {
            if !call.parameters.areas.contains(area) {
                return Err(ContractError::UnknownArea {
                    area: area.chars().take(64).collect(),
                });
            }
            electorate::now(call, unit)
        }
        Scope::Issue(Id(number)) => {
            let proposal = call.proposal(*number)?;
            let over = proposal.phase > Phase::Vote
                || proposal.phase == Phase::Vote && call.now >= proposal.until;
            if over {
                return Err(ContractError::WrongPhase {
                    proposal: *number,
                    phase: proposal.phase.name(),
                    until: proposal.until,
                    needs: "before the vote closes",
                });
            }
            match proposal.phase {
                Phase::Vote => electorate::at_opening(call, &proposal),
                _ => electorate::now(call, &proposal.electorate),
            }
        }
    }
}

/// Whom one lets speak is a person in good standing.
fn must_stand(call: &Call<'_>, person: u64) -> Result<(), ContractError> {
    let PersonAddress { address, kind } =
        members(call, &MembersQuery::Person { person: Id(person) })?;
    let standing: Standing = members(call, &MembersQuery::Standing { address })?;
    if kind == credit::Kind::Person && standing.may_deal() {
        return Ok(());
    }
    Err(ContractError::NoElector {
        why: "whom one lets speak is a person and member in good standing",
    })
}

fn members<T: serde::de::DeserializeOwned>(
    call: &Call<'_>,
    question: &MembersQuery,
) -> Result<T, ContractError> {
    Ok(pull(
        call.querier,
        "members",
        &call.peers.members,
        question,
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(since: u64, to: u64) -> Version {
        Version {
            since,
            to,
            until: since + 100,
        }
    }

    #[test]
    fn scopes_are_told_apart_by_their_keys() {
        let units = [
            Electorate::All,
            Electorate::Commons(Id(1)),
            Electorate::Organisation(Id(1)),
        ];
        let mut all = vec![Scope::Issue(Id(1)), Scope::Issue(Id(u64::MAX))];
        for unit in units {
            for area in ["water", "w", "\u{0}"] {
                all.push(Scope::Area {
                    unit: unit.clone(),
                    area: area.into(),
                });
            }
            all.push(Scope::Unit(unit));
        }
        for (place, scope) in all.iter().enumerate() {
            assert_eq!(Scope::parse(&scope.bytes()).as_ref(), Some(scope));
            for other in &all[..place] {
                assert_ne!(scope.bytes(), other.bytes());
            }
        }
        for bytes in [
            &[][..],
            &[0],
            &[0, 3],
            &[1, 1, 0],
            &[2, 0],
            &[3, 0],
            &[1, 0, 255],
        ] {
            assert_eq!(Scope::parse(bytes), None);
        }
    }

    #[test]
    fn every_uncounted_close_reads_what_it_would_have_read() {
        let seed: u64 = 3;
        eprintln!("seed={seed}");
        let mut state = seed;
        let mut next = move |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % below
        };
        for _ in 0..200 {
            let (mut all, mut kept): (Vec<Version>, Vec<Version>) = (vec![], vec![]);
            let (mut now, mut closes) = (1, vec![]);
            for _ in 0..30 {
                let passed = next(3);
                now += passed;
                // a vote is known before it closes
                if passed > 0 && next(4) == 0 {
                    closes.push(now);
                }
                if next(6) == 0 && !closes.is_empty() {
                    closes.remove(0);
                }
                let version = version(now, next(4));
                add(&mut kept, version, &closes);
                add(&mut all, version, &(0..=now).collect::<Vec<_>>());
                for close in &closes {
                    assert_eq!(as_of(&kept, *close), as_of(&all, *close));
                }
                assert_eq!(as_of(&kept, now + 1), Some(&version));
                let mut distinct = closes.clone();
                distinct.dedup();
                assert!(kept.len() <= 1 + distinct.len(), "{kept:?} {closes:?}");
            }
        }
    }

    #[test]
    fn a_delegation_holds_from_the_next_second_until_it_ends() {
        let kept = [version(10, 7)];
        assert_eq!(as_of(&kept, 10), None);
        let read = |second| {
            as_of(&kept, second)
                .filter(|v| v.holds(second))
                .map(|v| v.to)
        };
        assert_eq!(read(11), Some(7));
        assert_eq!(read(110), Some(7));
        assert_eq!(read(111), None);
    }

    #[test]
    fn with_too_many_uncounted_votes_delegations_wait() {
        let mut storage = cosmwasm_std::testing::MockStorage::new();
        for number in 0..=MAX_UNCOUNTED as u64 {
            vote_opens(&mut storage, number, 100);
        }
        vote_opens(&mut storage, 99, 101);
        assert_eq!(uncounted_closes(&storage, 99), Ok(vec![]));
        let refused = uncounted_closes(&storage, 100).unwrap_err().to_string();
        assert_eq!(
            refused,
            "too many items: votes to be counted first=65 most=64"
        );
        vote_counted(&mut storage, 7, 100);
        assert_eq!(uncounted_closes(&storage, 100), Ok(vec![100; 64]));
    }
}
