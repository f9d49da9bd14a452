//! What was restored is lost again: attested likewise; the buffer covers it
//! first, then what still waits, and what neither covers is owed by who
//! restored, out of what it restores later.
//!
//! One loss of a claim is attested at a time; one of twice as much takes its
//! place, and is attested anew.

use super::RegenerationError;
use super::attested;
use super::attesting::{REVERSE, counted, task};
use super::msg::Reverse;
use super::record::{Claim, Phase, Reversal};
use super::state;
use crate::agenda::{self, Worked};
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::monitors::{self, evidence, fitness, seats};
use crate::quantity::Quantity;
use crate::registry;

/// An enrolled member, or a monitor, says that something restored is lost again.
///
/// # Errors
/// Neither; nothing left to reverse; a reversal that is open; evidence that was used.
pub fn reverse(call: &mut Call<'_>, asked: &Reverse) -> Result<(), ContractError> {
    let number = asked.claim.0;
    let mut claim = state::load_claim(call.storage, number)?;
    let commons = claim.commons;
    let by = speaker(call, commons)?;
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
    if let Some(other) = state::reversal_of(by).may_load(call.storage)? {
        let other_claim = state::load_claim(call.storage, other)?;
        let until = other_claim.reversal.map_or(0, |open| open.until);
        return Err(RegenerationError::OwnReversal {
            claim: other,
            until,
        }
        .into());
    }
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
    if let Some(smaller) = &claim.reversal {
        call.storage.remove(state::reversal_of(smaller.by).bytes());
        call.event(
            "reversal_displaced",
            &[("claim", &number), ("by", &smaller.by)],
        );
    }
    claim.reversal = Some(Reversal {
        by,
        asked: asked.quantity,
        evidence: hash,
        until,
        attestations: vec![],
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
        .is_some_and(|open| call.now >= open.until)
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
    let Some(open) = claim.reversal.take() else {
        return Ok(());
    };
    let rules = monitors::rules(call.storage, claim.commons)?;
    let quantities = counted(call, claim.commons, &open.attestations)?;
    let Some(lost) = attested::lost(&quantities, rules.quorum) else {
        if call.now < open.until {
            claim.reversal = Some(open);
            return Ok(());
        }
        call.storage.remove(state::reversal_of(open.by).bytes());
        call.event("reversal_lapsed", &[("claim", &number)]);
        return Ok(());
    };
    call.storage.remove(state::reversal_of(open.by).bytes());
    lose(call, claim, lost)?;
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

/// Takes a loss out of the buffer, then of what waits; the rest is owed.
fn lose(call: &mut Call<'_>, claim: &mut Claim, lost: u128) -> Result<(), ContractError> {
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
    })
}
