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
//! counted changes none of them. However many such votes there are, nobody
//! waits for them: a scope keeps one version more only where its person said
//! something else between two closes, and at most [`MAX_VERSIONS`].

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
/// Most versions of a scope that votes which are not counted yet read.
pub const MAX_VERSIONS: usize = 64;

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

/// Whether a vote that is not counted reads what was said at `since`, if
/// something else was said at `next`: one that closed after the first and not
/// after the second.
fn is_read(storage: &dyn Storage, since: u64, next: u64) -> bool {
    let bound = |second: u64| [&[OPEN][..], &second.saturating_add(1).to_be_bytes()].concat();
    let (start, end) = (bound(since), bound(next));
    let mut closes = storage.range_keys(Some(&start), Some(&end), Order::Ascending);
    closes.next().is_some()
}

/// The version that is read as of a second.
fn as_of(versions: &[Version], second: u64) -> Option<&Version> {
    versions.iter().rev().find(|version| version.since < second)
}

/// Adds a version, and lets go of those that nothing reads: all but the newest
/// and what a vote that is not counted reads.
///
/// # Errors
/// More than [`MAX_VERSIONS`] would have to be kept.
fn add(
    versions: &mut Vec<Version>,
    version: Version,
    is_read: impl Fn(u64, u64) -> bool,
) -> Result<(), ContractError> {
    if versions
        .last()
        .is_some_and(|last| last.since == version.since)
    {
        versions.pop();
    }
    let next = versions.iter().skip(1).map(|version| version.since);
    let next: Vec<u64> = next.chain([version.since]).collect();
    let mut next = next.into_iter();
    versions.retain(|version| next.next().is_none_or(|next| is_read(version.since, next)));
    versions.push(version);
    crate::bounds::count(
        "versions until votes are counted",
        versions.len(),
        MAX_VERSIONS,
    )
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
    add(&mut kept, version, |since, next| {
        is_read(call.storage, since, next)
    })?;
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
    call.storage
        .remove(delegator(last.to, person, scope).bytes());
    let version = Version {
        since: call.now,
        to: 0,
        until: call.now,
    };
    add(&mut kept, version, |since, next| {
        is_read(call.storage, since, next)
    })?;
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
                let read = |since, next| {
                    closes
                        .iter()
                        .any(|close| (since + 1..=next).contains(close))
                };
                add(&mut kept, version, read).expect("few");
                add(&mut all, version, |_, _| true).expect("thirty");
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
    fn a_version_is_kept_exactly_while_an_uncounted_vote_reads_it() {
        let mut storage = cosmwasm_std::testing::MockStorage::new();
        for number in 0..200 {
            vote_opens(&mut storage, number, 100);
        }
        assert!(is_read(&storage, 99, 100));
        assert!(!is_read(&storage, 100, 200));
        assert!(!is_read(&storage, 50, 99));
        for number in 0..200 {
            vote_counted(&mut storage, number, 100);
        }
        assert!(!is_read(&storage, 99, 100));
    }

    #[test]
    fn who_changes_between_too_many_closes_waits_alone() {
        let mut kept = vec![];
        for since in 0..MAX_VERSIONS as u64 {
            add(&mut kept, version(since, 7), |_, _| true).expect("not yet");
        }
        let refused = add(&mut kept, version(100, 7), |_, _| true).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "too many items: versions until votes are counted=65 most=64"
        );
    }
}
