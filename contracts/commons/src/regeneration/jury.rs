//! What monitors attested lies too far apart: a jury is asked whether the high
//! ones are wrong, of a claim and of a loss alike.
//!
//! The high ones stand for it with their bonds, which stay here until the jury
//! has spoken, and lose them with their seats if it finds them wrong. Where
//! sortition opens no case it is asked again for as long as a jury would have
//! had; then nobody is at fault. Who is named in which order, so that both sides
//! strike as many, is said in [`monitors::disputes`]; who claims comes last.

use super::attesting::task;
use super::record::{Attestation, Claim};
use crate::agenda::Worked;
use crate::call::Call;
use crate::cases::{self, Question, Verdict};
use crate::error::ContractError;
use crate::monitors::disputes;
use crate::monitors::state::{self as monitoring, Ended};
use crate::monitors::{seats, value};
use crate::{cap, registry};

/// Jurors, and the votes needed in 1/10,000: as about a reading.
pub(super) const JURY: (u16, u16) = (11, 6_667);
/// How often a case that sortition does not open is asked for.
const ATTEMPTS: u64 = 16;

/// The attestations above the largest gap, the highest first.
#[must_use]
pub fn high(all: &[Attestation]) -> Vec<Attestation> {
    let mut sorted: Vec<u128> = all.iter().map(|one| one.quantity.units()).collect();
    sorted.sort_unstable();
    let from = value::split(&sorted).unwrap_or(u128::MAX);
    let mut high: Vec<Attestation> = all
        .iter()
        .filter(|one| one.quantity.units() >= from)
        .copied()
        .collect();
    high.sort_by_key(|one| std::cmp::Reverse(one.quantity));
    high
}

/// The seats whose bonds a jury about a claim, or about a loss of it, may take.
#[must_use]
pub fn accused(claim: &Claim) -> Vec<u64> {
    let mut found = match claim.case {
        Some(_) => high(&claim.attestations),
        None => vec![],
    };
    if let Some(open) = claim.reversal.as_ref().filter(|open| open.case.is_some()) {
        found.extend(open.accused());
    }
    found.iter().map(|one| one.seat).collect()
}

/// Asks a jury whether the high ones are wrong; gives the own number of its
/// case, if there is a sortition.
pub(super) fn ask(
    call: &mut Call<'_>,
    kind: u8,
    number: u64,
    claim: &Claim,
    said: &[Attestation],
) -> Option<u64> {
    let high: Vec<u64> = high(said).iter().map(|one| one.person).collect();
    let all = said.iter().map(|one| one.person);
    let others: Vec<u64> = all.filter(|one| !high.contains(one)).collect();
    let mut parties = disputes::sides(&high, &others);
    if !parties.contains(&claim.person) {
        parties.push(claim.person);
    }
    let question = Question {
        kind: disputes::READING,
        size: JURY.0,
        threshold_bps: JURY.1,
        parties,
        then: task(kind, claim.commons, number),
        strict: false,
    };
    match cases::open(call, question) {
        Ok(case) => Some(case),
        Err(why) => {
            call.event("undisputed", &[("claim", &number), ("why", &why)]);
            None
        }
    }
}

/// How a jury's case goes on.
pub(super) enum Course {
    /// It said something, or `lapsed`.
    Said(String),
    /// Look again then.
    Wait(Worked),
    /// Sortition had not opened it and is asked anew: the new case.
    Anew(u64, Worked),
}

/// Looks at a case about what was `said`, disputed since then. One that
/// sortition did not open is asked for again a sixteenth of a jury's time later.
///
/// # Errors
/// Sortition does not answer.
pub(super) fn course(
    call: &mut Call<'_>,
    kind: u8,
    number: u64,
    claim: &Claim,
    (said, case, since): (&[Attestation], u64, u64),
) -> Result<Course, ContractError> {
    let asked = cases::asked(call.storage, case)?;
    let time = u64::from(call.parameters.numbers.case_seconds);
    let over = since.saturating_add(time);
    if asked.refused && call.now < over {
        let due = asked.opened.saturating_add((time / ATTEMPTS).max(1));
        if call.now < due {
            return Ok(Course::Wait(Worked::Again(due)));
        }
        return Ok(match ask(call, kind, number, claim, said) {
            // with a task of its own
            Some(new) => Course::Anew(new, Worked::Done),
            None => Course::Wait(Worked::Again(over)),
        });
    }
    Ok(match cases::verdict(call, case)? {
        Verdict::Pending(then) => Course::Wait(Worked::Again(then)),
        Verdict::Lapsed => Course::Said("lapsed".to_owned()),
        Verdict::Said(outcome) => Course::Said(outcome),
    })
}

/// These lose bonds and seats.
///
/// # Errors
/// Only for unreadable state.
pub(super) fn refute(
    call: &mut Call<'_>,
    commons: u64,
    high: &[Attestation],
) -> Result<(), ContractError> {
    if registry::commons(call.storage, commons)?.status == registry::Status::Closed {
        return Ok(());
    }
    let mut watch = seats::watch(call, commons)?;
    for one in high {
        seats::end(call, commons, &mut watch, one.seat, Ended::Refuted)?;
    }
    monitoring::watch(commons).save(call.storage, &watch);
    cap::heard(call, commons)
}

/// What is left of attestations where seats were taken away meanwhile for a
/// wrong word: those count no more, neither for nor against anybody.
///
/// # Errors
/// Only for unreadable state.
pub(super) fn standing(
    call: &Call<'_>,
    commons: u64,
    all: &[Attestation],
) -> Result<Vec<Attestation>, ContractError> {
    let mut left = vec![];
    for one in all {
        let seat = seats::seat(call, commons, one.seat)?;
        if !matches!(seat.ended, Some((_, Ended::Refuted))) {
            left.push(*one);
        }
    }
    Ok(left)
}

/// The quantities of what still stands.
///
/// # Errors
/// Only for unreadable state.
pub(super) fn counted(
    call: &Call<'_>,
    commons: u64,
    all: &[Attestation],
) -> Result<Vec<u128>, ContractError> {
    let left = standing(call, commons, all)?;
    Ok(left.iter().map(|one| one.quantity.units()).collect())
}

/// What these seats said in a matter can cost their bonds no more, but those of
/// `accused` until their jury has spoken.
///
/// # Errors
/// Only for unreadable state.
pub(super) fn unbind(
    call: &mut Call<'_>,
    commons: u64,
    spoke: &[Attestation],
    accused: &[u64],
) -> Result<(), ContractError> {
    for one in spoke.iter().filter(|one| !accused.contains(&one.seat)) {
        seats::unbind(call, commons, one.seat)?;
    }
    Ok(())
}
