//! Monitors attest what they saw; what counts of it is computed when all have,
//! or when the time is over.
//!
//! Who attests answers for it with its bond, which must be good for as long as a
//! jury about it can take, and stays here from the first word until the matter
//! is decided; that of the accused until their jury has spoken ([`jury`]). So
//! nobody attests falsely and leaves with its bond.

use super::RegenerationError;
use super::attested;
use super::claims;
use super::jury::{self, Course};
use super::minting;
use super::msg::Attest;
use super::record::{Attestation, Claim, Phase};
use super::reversing;
use super::state;
use crate::agenda::{Part, Task, Worked};
use crate::call::Call;
use crate::error::ContractError;
use crate::monitors;
use crate::monitors::state::Held;
use crate::monitors::{fitness, readings, seats};

/// Task: the time to attest a claim is over.
pub const ATTEST: u8 = 1;
/// Task: the time to attest the reversal of a claim is over.
pub const REVERSE: u8 = 2;
/// Task: a jury may have spoken about a claim's attestations.
pub const DISPUTE: u8 = 3;
/// Task: entitlement for what was restored, in the epoch of that number.
pub const MINT: u8 = 4;
/// Task: a jury may have spoken about the attestations of a claim's reversal.
pub const LOSS: u8 = 5;
/// Units of work that a decision about a claim takes.
pub const UNITS: u32 = 30;

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
/// No seat; nothing to attest; a jury decides.
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
    let (all, most, what) = match (&mut claim.reversal, claim.phase) {
        (Some(open), _) if open.case.is_some() => {
            return Err(RegenerationError::BeforeJury { claim: number }.into());
        }
        (Some(open), _) => (&mut open.attestations, open.asked, "reversal"),
        (None, Phase::Claimed) => (&mut claim.attestations, claim.asked, "claim"),
        (None, phase) => {
            let phase = phase.name();
            return Err(RegenerationError::NothingToAttest {
                claim: number,
                phase,
            }
            .into());
        }
    };
    let before = all.iter().find(|one| one.person == held.person);
    let before = before.map(|one| one.seat);
    if before != Some(held.seat) {
        // who took another seat meanwhile takes its word along
        if let Some(left) = before {
            seats::unbind(call, commons, left)?;
        }
        seats::bind(call, commons, held.seat)?;
    }
    let one = Attestation {
        seat: held.seat,
        person: held.person,
        quantity: asked.quantity.min(most),
    };
    put(all, one);
    let spoken = spoken(all, &seats);
    call.event(
        "attestation",
        &[
            ("claim", &number),
            ("of", &what),
            ("seat", &held.seat),
            ("quantity", &asked.quantity),
        ],
    );
    if spoken && claim.reversal.is_some() {
        reversing::settle(call, number, &mut claim)?;
    } else if spoken {
        settle(call, number, &mut claim)?;
    }
    state::claim(number).save(call.storage, &claim);
    Ok(())
}

fn put(all: &mut Vec<Attestation>, one: Attestation) {
    all.retain(|other| other.person != one.person);
    all.push(one);
}

/// Whether every seat that is held has spoken.
fn spoken(all: &[Attestation], seats: &[Held]) -> bool {
    let has = |held: &Held| all.iter().any(|one| one.seat == held.seat);
    seats.iter().all(has)
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
    let quantities = jury::counted(call, claim.commons, &claim.attestations)?;
    let seen = attested::restored(&quantities, rules.quorum, rules.spread_ppm);
    let spoke = claim.attestations.clone();
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
                claim.attestations = jury::standing(call, claim.commons, &claim.attestations)?;
                claim.disputed = call.now;
                claim.case = jury::ask(call, DISPUTE, number, claim, &claim.attestations);
            }
            minting::attested(call, number, claim, seen.counts)?;
            refused(call, claim);
            seen.counts
        }
    };
    jury::unbind(call, claim.commons, &spoke, &jury::accused(claim))?;
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

/// The lowest saw nothing, and no jury says otherwise.
fn refused(call: &mut Call<'_>, claim: &mut Claim) {
    if claim.attested.is_zero() && claim.phase == Phase::Attested && claim.case.is_none() {
        claim.phase = Phase::Refused;
        claims::release(call.storage, claim);
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
    let about = (claim.attestations.as_slice(), case, claim.disputed);
    let said = match jury::course(call, DISPUTE, number, &claim, about)? {
        Course::Wait(worked) => return Ok(worked),
        Course::Anew(new, worked) => {
            claim.case = Some(new);
            state::claim(number).save(call.storage, &claim);
            return Ok(worked);
        }
        Course::Said(said) => said,
    };
    let high = jury::high(&claim.attestations);
    claim.case = None;
    match said.as_str() {
        "uphold" => jury::refute(call, claim.commons, &high)?,
        // no fault with the high ones: the median counts
        "dismiss" if claim.phase == Phase::Attested => {
            let rules = monitors::rules(call.storage, claim.commons)?;
            let quantities = jury::counted(call, claim.commons, &claim.attestations)?;
            let seen = attested::restored(&quantities, rules.quorum, rules.spread_ppm);
            let median = seen.map_or(0, |seen| seen.median);
            let more = median.saturating_sub(claim.attested.units());
            minting::attested(call, number, &mut claim, more)?;
        }
        _ => {}
    }
    refused(call, &mut claim);
    jury::unbind(call, claim.commons, &high, &[])?;
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
