//! Monitors attest what they saw; what counts of it is computed when all have,
//! or when the time is over.
//!
//! Who attests answers for it with its bond, which must be good for as long as a
//! jury about the claim can take, and stays here from the first word until the
//! claim is decided; that of the accused until their jury has spoken. So nobody
//! attests falsely and leaves with its bond. Where sortition opens no case it is
//! asked again for as long as a jury would have had; then nobody is at fault, and
//! the lowest goes on counting. Who is named in which order to the jury, so that
//! both sides strike as many, is said in [`monitors::disputes`].

use super::RegenerationError;
use super::attested;
use super::claims;
use super::minting;
use super::msg::Attest;
use super::record::{Attestation, Claim, Phase};
use super::reversing;
use super::state;
use crate::agenda::{Part, Task, Worked};
use crate::call::Call;
use crate::cases::{self, Question, Verdict};
use crate::error::ContractError;
use crate::monitors::state::{Ended, Held};
use crate::monitors::{disputes, fitness, readings, seats, value};
use crate::quantity::Quantity;
use crate::{cap, monitors, registry};

/// Task: the time to attest a claim is over.
pub const ATTEST: u8 = 1;
/// Task: the time to attest the reversal of a claim is over.
pub const REVERSE: u8 = 2;
/// Task: a jury may have spoken about a claim's attestations.
pub const DISPUTE: u8 = 3;
/// Task: entitlement for what was restored, in the epoch of that number.
pub const MINT: u8 = 4;
/// Units of work that a decision about a claim takes.
pub const UNITS: u32 = 30;

/// Jurors, and the votes needed in 1/10,000: as about a reading.
const JURY: (u16, u16) = (11, 6_667);
/// How often a case that sortition does not open is asked for.
const ATTEMPTS: u64 = 16;

/// One of this part's tasks.
#[must_use]
pub const fn task(kind: u8, commons: u64, argument: u64) -> Task {
    Task {
        part: Part::Regeneration,
        kind,
        commons,
        argument,
    }
}

/// The seat that the sender holds now, with a bond that outlasts a jury about
/// what is attested until then.
fn seat(call: &mut Call<'_>, commons: u64, until: u64) -> Result<Held, ContractError> {
    let sender = call.sender.clone();
    let person = fitness::sender(call, &sender)?.person.0;
    let watch = seats::watch(call, commons)?;
    let held = watch.seat_of(person).cloned();
    let held = held.filter(|held| !held.lay || held.until > call.now);
    let held = held.ok_or(RegenerationError::NoMonitor { commons, person })?;
    fitness::still(call, commons, &watch, &held)?;
    let rules = monitors::rules(call.storage, commons)?;
    let needed = readings::answers_until(call, until);
    readings::bonded(call, commons, &held, &rules, needed)?;
    Ok(held)
}

/// A monitor says what it saw of a claim, or of its reversal.
///
/// # Errors
/// No seat; nothing to attest.
pub fn attest(call: &mut Call<'_>, asked: &Attest) -> Result<(), ContractError> {
    let number = asked.claim.0;
    let mut claim = state::load_claim(call.storage, number)?;
    let commons = claim.commons;
    let until = claim
        .reversal
        .as_ref()
        .map_or(claim.until, |open| open.until);
    let held = seat(call, commons, until)?;
    let seats = seats::watch(call, commons)?.held;
    let one = |most: Quantity| Attestation {
        seat: held.seat,
        person: held.person,
        quantity: asked.quantity.min(most),
    };
    let (what, all) = match (&mut claim.reversal, claim.phase) {
        (Some(reversal), _) => {
            put(&mut reversal.attestations, one(reversal.asked));
            ("reversal", spoken(&reversal.attestations, &seats))
        }
        (None, Phase::Claimed) => {
            if !claim.attestations.iter().any(|one| one.seat == held.seat) {
                seats::bind(call, commons, held.seat)?;
            }
            put(&mut claim.attestations, one(claim.asked));
            ("claim", spoken(&claim.attestations, &seats))
        }
        (None, phase) => {
            let phase = phase.name();
            return Err(RegenerationError::NothingToAttest {
                claim: number,
                phase,
            }
            .into());
        }
    };
    call.event(
        "attestation",
        &[
            ("claim", &number),
            ("of", &what),
            ("seat", &held.seat),
            ("quantity", &asked.quantity),
        ],
    );
    if all && claim.reversal.is_some() {
        reversing::settle(call, number, &mut claim)?;
    } else if all {
        settle(call, number, &mut claim)?;
    }
    state::claim(number).save(call.storage, &claim);
    Ok(())
}

fn put(all: &mut Vec<Attestation>, one: Attestation) {
    all.retain(|other| other.seat != one.seat);
    all.push(one);
}

/// Whether every seat that is held has spoken.
fn spoken(all: &[Attestation], seats: &[Held]) -> bool {
    let has = |held: &Held| all.iter().any(|one| one.seat == held.seat);
    seats.iter().all(has)
}

/// What seats that were not taken away meanwhile for a wrong word saw.
///
/// # Errors
/// Only for unreadable state.
pub(super) fn counted(
    call: &Call<'_>,
    commons: u64,
    all: &[Attestation],
) -> Result<Vec<u128>, ContractError> {
    let mut quantities = vec![];
    for one in all {
        let seat = seats::seat(call, commons, one.seat)?;
        if !matches!(seat.ended, Some((_, Ended::Refuted))) {
            quantities.push(one.quantity.units());
        }
    }
    Ok(quantities)
}

/// The task at the end of the time to attest.
///
/// # Errors
/// Only for unreadable state.
pub(super) fn over(call: &mut Call<'_>, number: u64) -> Result<Worked, ContractError> {
    let mut claim = state::load_claim(call.storage, number)?;
    if claim.phase == Phase::Claimed && call.now >= claim.until {
        settle(call, number, &mut claim)?;
        state::claim(number).save(call.storage, &claim);
    }
    Ok(Worked::Done)
}

/// Decides a claim by what monitors saw.
fn settle(call: &mut Call<'_>, number: u64, claim: &mut Claim) -> Result<(), ContractError> {
    let rules = monitors::rules(call.storage, claim.commons)?;
    let quantities = counted(call, claim.commons, &claim.attestations)?;
    let seen = attested::restored(&quantities, rules.quorum, rules.spread_ppm);
    let spoke: Vec<u64> = claim.attestations.iter().map(|one| one.seat).collect();
    if seen.is_none() && call.now < claim.until {
        // all seats that are held have spoken and are too few: others may be taken
        return Ok(());
    }
    claims::decided(call.storage, number, claim)?;
    let counts = match seen {
        None => {
            claim.phase = Phase::Lapsed;
            claims::release(call.storage, claim);
            0
        }
        Some(seen) => {
            claim.phase = Phase::Attested;
            if seen.disputed {
                forget_refuted(call, claim)?;
                claim.disputed = call.now;
                dispute(call, number, claim);
            }
            minting::attested(call, number, claim, seen.counts)?;
            refused(call, claim);
            seen.counts
        }
    };
    let accused = accused(claim);
    let free = spoke.iter().filter(|seat| !accused.contains(seat));
    unbind(call, claim.commons, free)?;
    call.event(
        "claim_decided",
        &[
            ("claim", &number),
            ("phase", &claim.phase.name()),
            ("attested", &counts),
            ("disputed", &claim.case.is_some()),
        ],
    );
    Ok(())
}

/// What seats said that were taken away meanwhile for a wrong word counts no
/// more: neither for nor against anybody.
fn forget_refuted(call: &Call<'_>, claim: &mut Claim) -> Result<(), ContractError> {
    let mut left = vec![];
    for one in &claim.attestations {
        let seat = seats::seat(call, claim.commons, one.seat)?;
        if !matches!(seat.ended, Some((_, Ended::Refuted))) {
            left.push(*one);
        }
    }
    claim.attestations = left;
    Ok(())
}

/// Nothing of this claim can cost these seats their bonds any more.
///
/// # Errors
/// Only for unreadable state.
pub(super) fn unbind<'a>(
    call: &mut Call<'_>,
    commons: u64,
    seats: impl Iterator<Item = &'a u64>,
) -> Result<(), ContractError> {
    for seat in seats {
        seats::unbind(call, commons, *seat)?;
    }
    Ok(())
}

/// The seats whose bonds a jury about a claim may take, if one is asked.
#[must_use]
pub fn accused(claim: &Claim) -> Vec<u64> {
    match claim.case {
        Some(_) => high(claim).iter().map(|one| one.seat).collect(),
        None => vec![],
    }
}

/// The lowest saw nothing, and no jury says otherwise.
fn refused(call: &mut Call<'_>, claim: &mut Claim) {
    if claim.attested.is_zero() && claim.phase == Phase::Attested && claim.case.is_none() {
        claim.phase = Phase::Refused;
        claims::release(call.storage, claim);
    }
}

/// The attestations of the high group.
fn high(claim: &Claim) -> Vec<Attestation> {
    let mut sorted: Vec<u128> = claim
        .attestations
        .iter()
        .map(|one| one.quantity.units())
        .collect();
    sorted.sort_unstable();
    let from = value::split(&sorted).unwrap_or(u128::MAX);
    let mut high: Vec<Attestation> = claim
        .attestations
        .iter()
        .filter(|one| one.quantity.units() >= from)
        .copied()
        .collect();
    high.sort_by_key(|one| std::cmp::Reverse(one.quantity));
    high
}

/// Asks a jury whether the high group is wrong. Where there is none to ask, the
/// lowest goes on counting.
fn dispute(call: &mut Call<'_>, number: u64, claim: &mut Claim) {
    let high: Vec<u64> = high(claim).iter().map(|one| one.person).collect();
    let all = claim.attestations.iter().map(|one| one.person);
    let others: Vec<u64> = all.filter(|one| !high.contains(one)).collect();
    let mut parties = disputes::sides(&high, &others);
    parties.push(claim.person);
    let question = Question {
        kind: monitors::disputes::READING,
        size: JURY.0,
        threshold_bps: JURY.1,
        parties,
        then: task(DISPUTE, claim.commons, number),
        strict: false,
    };
    match cases::open(call, question) {
        Ok(case) => claim.case = Some(case),
        Err(why) => call.event("undisputed", &[("claim", &number), ("why", &why)]),
    }
}

/// The task of a dispute: acts once on a final verdict.
///
/// # Errors
/// Sortition does not answer.
pub(super) fn verdict(call: &mut Call<'_>, number: u64) -> Result<Worked, ContractError> {
    let mut claim = state::load_claim(call.storage, number)?;
    let Some(case) = claim.case else {
        return Ok(Worked::Done);
    };
    if let Some(then) = unopened(call, number, &mut claim)? {
        state::claim(number).save(call.storage, &claim);
        return Ok(then);
    }
    let said = match cases::verdict(call, case)? {
        Verdict::Pending(then) => return Ok(Worked::Again(then)),
        Verdict::Lapsed => "lapsed".to_owned(),
        Verdict::Said(outcome) => outcome,
    };
    let accused = accused(&claim);
    claim.case = None;
    match said.as_str() {
        "uphold" => refute(call, &claim)?,
        // no fault with the high ones: the median counts
        "dismiss" if claim.phase == Phase::Attested => {
            let rules = monitors::rules(call.storage, claim.commons)?;
            let quantities = counted(call, claim.commons, &claim.attestations)?;
            let seen = attested::restored(&quantities, rules.quorum, rules.spread_ppm);
            let median = seen.map_or(0, |seen| seen.median);
            let more = median.saturating_sub(claim.attested.units());
            minting::attested(call, number, &mut claim, more)?;
        }
        _ => {}
    }
    refused(call, &mut claim);
    unbind(call, claim.commons, accused.iter())?;
    state::claim(number).save(call.storage, &claim);
    call.event(
        "claim_verdict",
        &[
            ("claim", &number),
            ("outcome", &said),
            ("attested", &claim.attested),
        ],
    );
    Ok(Worked::Done)
}

/// Sortition did not open the case: asks again, a sixteenth of a jury's time
/// later and for as long as one would have had. `None`: it did, or it is given up.
fn unopened(
    call: &mut Call<'_>,
    number: u64,
    claim: &mut Claim,
) -> Result<Option<Worked>, ContractError> {
    let Some(case) = claim.case else {
        return Ok(None);
    };
    let asked = cases::asked(call.storage, case)?;
    let time = u64::from(call.parameters.numbers.case_seconds);
    if !asked.refused || call.now >= claim.disputed.saturating_add(time) {
        return Ok(None);
    }
    let due = asked.opened.saturating_add((time / ATTEMPTS).max(1));
    if call.now < due {
        return Ok(Some(Worked::Again(due)));
    }
    dispute(call, number, claim);
    // the new case has a task of its own; where there is no sortition any more it lapsed
    Ok(Some(match claim.case {
        Some(new) if new != case => Worked::Done,
        _ => Worked::Again(claim.disputed.saturating_add(time)),
    }))
}

/// The high group lose bonds and seats.
fn refute(call: &mut Call<'_>, claim: &Claim) -> Result<(), ContractError> {
    let commons = claim.commons;
    if registry::commons(call.storage, commons)?.status == registry::Status::Closed {
        return Ok(());
    }
    let mut watch = seats::watch(call, commons)?;
    for one in high(claim) {
        seats::end(call, commons, &mut watch, one.seat, Ended::Refuted)?;
    }
    crate::monitors::state::watch(commons).save(call.storage, &watch);
    cap::heard(call, commons)
}
