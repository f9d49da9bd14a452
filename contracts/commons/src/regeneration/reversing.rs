//! What was restored is lost again: attested likewise; the buffer covers it
//! first, then what still waits, and what neither covers is owed by who
//! restored, out of what it restores later.
//!
//! One loss of a claim is attested at a time; one of twice as much takes its
//! place, and is attested anew.
//!
//! Where the higher median is among those above the largest gap, and they lie
//! too far apart, a jury is asked whether those are wrong ([`jury`]): then the
//! others' higher median counts, and who said too much loses bond and seat.
//! Otherwise, or where nobody decides, it is that of all. Until then nothing of
//! the claim becomes entitlement. So two of three monitors ruin no restorer
//! against the third without a jury.

use super::RegenerationError;
use super::attested;
use super::attesting::{LOSS, REVERSE, task};
use super::jury::{self, Course};
use super::msg::Reverse;
use super::record::{Attestation, Claim, Phase, Reversal};
use super::state;
use crate::agenda::{self, Worked};
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::monitors::{self, evidence, fitness, seats};
use crate::quantity::Quantity;
use crate::{order, registry};

/// An enrolled member, or a monitor, says that something restored is lost again.
///
/// # Errors
/// Neither; nothing left to reverse; a reversal that is open; evidence that was used.
pub fn reverse(call: &mut Call<'_>, asked: &Reverse) -> Result<(), ContractError> {
    let number = asked.claim.0;
    let mut claim = state::load_claim(call.storage, number)?;
    let commons = claim.commons;
    let by = speaker(call, commons)?;
    if claim
        .reversal
        .as_ref()
        .is_some_and(|open| open.case.is_some())
    {
        return Err(RegenerationError::BeforeJury { claim: number }.into());
    }
    let least = claim.reversal.as_ref().map_or(1, |open| {
        // a small one keeps nobody from saying a greater one, and at most 63 do so
        open.asked.units().saturating_mul(2)
    });
    if let Some(open) = &claim.reversal
        && asked.quantity.units() < least
    {
        return Err(RegenerationError::ReversalOpen {
            claim: number,
            until: open.until,
            least,
        }
        .into());
    }
    no_other(call, by)?;
    let left = claim.attested.less(claim.reversed);
    if claim.phase != Phase::Attested || asked.quantity > left || asked.quantity.is_zero() {
        return Err(RegenerationError::NothingToReverse {
            claim: number,
            phase: claim.phase.name(),
            left: left.units(),
        }
        .into());
    }
    let hash = bounds::hash("evidence", &asked.evidence)?;
    evidence::spend(call.storage, &hash, commons, number)?;
    let seconds = registry::rules(call.storage, commons)?
        .regeneration
        .attest_seconds;
    let until = call.now.saturating_add(seconds.into());
    displace(call, number, &mut claim)?;
    claim.reversal = Some(Reversal {
        by,
        asked: asked.quantity,
        evidence: hash,
        until,
        attestations: vec![],
        disputed: 0,
        case: None,
    });
    state::claim(number).save(call.storage, &claim);
    state::reversal_of(by).save(call.storage, &number);
    agenda::at(call, until, task(REVERSE, commons, number));
    call.event(
        "reversal",
        &[
            ("claim", &number),
            ("by", &by),
            ("quantity", &asked.quantity),
            ("until", &until),
        ],
    );
    Ok(())
}

/// Nobody has two that are open.
pub(super) fn no_other(call: &Call<'_>, by: u64) -> Result<(), ContractError> {
    let Some(claim) = state::reversal_of(by).may_load(call.storage)? else {
        return Ok(());
    };
    let open = state::load_claim(call.storage, claim)?.reversal;
    let until = open.map_or(0, |open| open.until);
    Err(RegenerationError::OwnReversal { claim, until }.into())
}

/// What monitors attest of a loss gives way to what is more.
pub(super) fn displace(
    call: &mut Call<'_>,
    number: u64,
    claim: &mut Claim,
) -> Result<(), ContractError> {
    let Some(smaller) = claim.reversal.take() else {
        return Ok(());
    };
    jury::unbind(call, claim.commons, &smaller.attestations, &[])?;
    call.storage.remove(state::reversal_of(smaller.by).bytes());
    call.event(
        "reversal_displaced",
        &[("claim", &number), ("by", &smaller.by)],
    );
    Ok(())
}

fn speaker(call: &mut Call<'_>, commons: u64) -> Result<u64, ContractError> {
    let sender = call.sender.clone();
    let person = fitness::sender(call, &sender)?.person.0;
    if seats::watch(call, commons)?.seat_of(person).is_some() {
        return Ok(person);
    }
    Ok(registry::enrolled_sender(call, commons)?.person)
}

/// The task at the end of the time to attest a reversal.
///
/// # Errors
/// Only for unreadable state.
pub(super) fn over(call: &mut Call<'_>, number: u64) -> Result<Worked, ContractError> {
    let mut claim = state::load_claim(call.storage, number)?;
    if claim
        .reversal
        .as_ref()
        .is_some_and(|open| call.now >= open.until && open.case.is_none())
    {
        settle(call, number, &mut claim)?;
        state::claim(number).save(call.storage, &claim);
    }
    Ok(Worked::Done)
}

/// Decides a reversal by what monitors saw.
///
/// # Errors
/// Only for unreadable state.
pub(super) fn settle(
    call: &mut Call<'_>,
    number: u64,
    claim: &mut Claim,
) -> Result<(), ContractError> {
    let Some(mut open) = claim.reversal.take() else {
        return Ok(());
    };
    let commons = claim.commons;
    let rules = monitors::rules(call.storage, commons)?;
    let spoke = std::mem::take(&mut open.attestations);
    open.attestations = jury::standing(call, commons, &spoke)?;
    let Some(lost) = attested::lost(&quantities(&open.attestations), rules.quorum) else {
        if call.now < open.until {
            open.attestations = spoke;
            claim.reversal = Some(open);
            return Ok(());
        }
        jury::unbind(call, commons, &spoke, &[])?;
        call.storage.remove(state::reversal_of(open.by).bytes());
        call.event("reversal_lapsed", &[("claim", &number)]);
        return Ok(());
    };
    let above = attested::above(&quantities(&open.attestations), lost, rules.spread_ppm);
    if above {
        open.disputed = call.now;
        open.case = jury::ask(call, LOSS, number, claim, &open.attestations);
    }
    if open.case.is_some() {
        let open_accused: Vec<u64> = open.accused().iter().map(|one| one.seat).collect();
        claim.reversal = Some(open);
        jury::unbind(call, commons, &spoke, &open_accused)?;
        call.event(
            "reversal_disputed",
            &[("claim", &number), ("median", &lost)],
        );
        return Ok(());
    }
    jury::unbind(call, commons, &spoke, &[])?;
    lose(call, number, claim, open.by, lost)
}

fn quantities(all: &[Attestation]) -> Vec<u128> {
    all.iter().map(|one| one.quantity.units()).collect()
}

/// The task of a jury about a loss, or a challenge: acts once on a final verdict.
///
/// # Errors
/// Sortition does not answer.
pub(super) fn verdict(call: &mut Call<'_>, number: u64) -> Result<Worked, ContractError> {
    let mut claim = state::load_claim(call.storage, number)?;
    let Some((open, case)) = claim
        .reversal
        .clone()
        .and_then(|open| open.case.map(|case| (open, case)))
    else {
        return Ok(Worked::Done);
    };
    let about = (open.attestations.as_slice(), case, open.disputed);
    let said = match jury::course(call, LOSS, number, &claim, about)? {
        Course::Wait(worked) => return Ok(worked),
        Course::Anew(new, worked) => {
            let anew = Reversal {
                case: Some(new),
                ..open
            };
            claim.reversal = Some(anew);
            state::claim(number).save(call.storage, &claim);
            return Ok(worked);
        }
        Course::Said(said) => said,
    };
    let commons = claim.commons;
    let high = open.accused();
    let mut counts = open.attestations.clone();
    if said == "uphold" {
        jury::refute(call, commons, &high)?;
        counts.retain(|one| !high.contains(one));
    }
    // of seats that a jury found wrong meanwhile nothing counts; a quorum spoke
    let left = jury::counted(call, commons, &counts)?;
    let lost = match (open.is_challenge(), said.as_str()) {
        (false, _) => attested::lost(&left, 1).unwrap_or(0),
        (true, "uphold") => claim.rest(),
        (true, _) => 0,
    };
    claim.reversal = None;
    if said == "malicious" && open.is_challenge() {
        order::malicious(call, commons, open.by)?;
    }
    jury::unbind(call, commons, &high, &[])?;
    call.event(
        "reversal_verdict",
        &[("claim", &number), ("outcome", &said), ("lost", &lost)],
    );
    lose(call, number, &mut claim, open.by, lost)?;
    state::claim(number).save(call.storage, &claim);
    Ok(Worked::Done)
}

/// Takes a loss out of the buffer, then of what waits; the rest is owed.
fn lose(
    call: &mut Call<'_>,
    number: u64,
    claim: &mut Claim,
    by: u64,
    lost: u128,
) -> Result<(), ContractError> {
    call.storage.remove(state::reversal_of(by).bytes());
    let lost = lost.min(claim.attested.less(claim.reversed).units());
    let cover = attested::cover(
        lost,
        claim.buffer.units(),
        claim.waiting.units(),
        claim.parked.units(),
    );
    claim.buffer = claim.buffer.less(Quantity::at_most(cover.buffer));
    claim.waiting = claim.waiting.less(Quantity::at_most(cover.waiting));
    claim.parked = claim.parked.less(Quantity::at_most(cover.parked));
    let covered = cover.buffer + cover.waiting + cover.parked;
    claim.cancelled = Quantity::at_most(claim.cancelled.units() + covered);
    claim.reversed = Quantity::at_most(claim.reversed.units() + lost);
    let mut restorer = state::load_restorer(call.storage, claim.commons, claim.person)?;
    restorer.restored = restorer.restored.saturating_sub(lost);
    restorer.waiting = restorer
        .waiting
        .saturating_sub(cover.waiting + cover.parked);
    restorer.owed += cover.owed;
    state::restorer(claim.commons, claim.person).save(call.storage, &restorer);
    state::sum(call.storage, claim.commons, |sums| {
        sums.buffer -= cover.buffer;
        sums.waiting -= cover.waiting;
        sums.parked -= cover.parked;
        sums.cancelled += covered;
        sums.reversed += lost;
        sums.owed += cover.owed;
    })?;
    call.event(
        "reversed",
        &[
            ("claim", &number),
            ("lost", &lost),
            ("buffer", &claim.buffer),
            ("waiting", &claim.waiting),
        ],
    );
    Ok(())
}
