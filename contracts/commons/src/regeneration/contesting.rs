//! A member challenges what monitors attested of a claim, also if all of them
//! agree: a jury is asked whether it is wrong.
//!
//! It is the members' means against monitors who attest together what is not
//! there. Until the jury has spoken nothing more of the claim becomes
//! entitlement, and the bonds of all who attested as much as counts stay here.
//! Upheld, those lose them and their seats, and what waits and is kept is gone;
//! what became entitlement stays. Otherwise all goes on; a malicious challenge
//! is a step for who made it. A claim is challenged once: nobody stops a
//! restorer by one challenge after the other. It is kept like a reversal whose
//! time to attest is over ([`super::reversing`]).

use super::RegenerationError;
use super::attesting::{LOSS, task};
use super::jury;
use super::record::{Phase, Reversal};
use super::reversing;
use super::state;
use crate::bounds;
use crate::call::Call;
use crate::cases::{self, Question};
use crate::error::ContractError;
use crate::monitors::msg::Challenge;
use crate::monitors::{MonitorError, disputes, seats};
use crate::quantity::Quantity;
use crate::registry;

/// An enrolled member challenges what is attested of a claim.
///
/// # Errors
/// Not enrolled, a jury asked, challenged before, nothing left of it, no seat
/// that attested it; sortition refuses.
pub fn challenge(call: &mut Call<'_>, asked: &Challenge, number: u64) -> Result<(), ContractError> {
    let mut claim = state::load_claim(call.storage, number)?;
    let (commons, seat) = (claim.commons, asked.seat.0);
    let by = registry::enrolled_sender(call, commons)?.person;
    let evidence = bounds::hash("reasons", asked.reasons.as_slice())?;
    let heard = claim.reversal.as_ref().and_then(|open| open.case);
    if claim.case.or(heard).is_some() {
        return Err(RegenerationError::BeforeJury { claim: number }.into());
    }
    let mut accused = jury::standing(call, commons, &claim.attestations)?;
    accused.retain(|one| one.quantity >= claim.attested);
    accused.sort_by_key(|one| std::cmp::Reverse(one.quantity));
    let attested = claim.phase == Phase::Attested && asked.commons.0 == commons;
    if !attested || claim.rest() == 0 || !accused.iter().any(|one| one.seat == seat) {
        return Err(RegenerationError::NothingToReverse {
            claim: number,
            phase: claim.phase.name(),
            left: claim.rest(),
        }
        .into());
    }
    let once = state::challenged(number);
    if once.may_load(call.storage)?.is_some() {
        return Err(MonitorError::Judged { commons, seat }.into());
    }
    reversing::displace(call, number, &mut claim)?;
    reversing::no_other(call, by)?;
    for one in &accused {
        seats::bind(call, commons, one.seat)?;
    }
    let persons: Vec<u64> = accused.iter().map(|one| one.person).collect();
    let mut parties = disputes::sides(&persons, &[by]);
    if !parties.contains(&claim.person) {
        parties.push(claim.person);
    }
    let question = Question {
        kind: disputes::CHALLENGE,
        size: jury::JURY.0,
        threshold_bps: jury::JURY.1,
        parties,
        then: task(LOSS, commons, number),
        strict: true,
    };
    let case = cases::open(call, question)?;
    claim.reversal = Some(Reversal {
        by,
        asked: Quantity::at_most(claim.rest()),
        evidence,
        until: 0,
        attestations: accused,
        disputed: call.now,
        case: Some(case),
    });
    state::claim(number).save(call.storage, &claim);
    state::reversal_of(by).save(call.storage, &number);
    once.save(call.storage, &by);
    call.event("claim_challenged", &[("claim", &number), ("by", &by)]);
    Ok(())
}
