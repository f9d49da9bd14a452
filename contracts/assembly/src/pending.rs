//! What one person has under way. Proposals that are not counted yet cost
//! everybody's attention and the tally's work, so each person has only a few of
//! them, in all electorates together: it cannot bury what others propose.

use crate::call::Call;
use crate::error::ContractError;
use crate::state::{self, Phase};

/// Whether a proposal in this phase is still to be counted.
#[must_use]
pub const fn is_pending(phase: Phase) -> bool {
    matches!(
        phase,
        Phase::Draft | Phase::Deliberation | Phase::Vote | Phase::Tally
    )
}

/// A person may make one more draft.
///
/// # Errors
/// [`ContractError::OpenDraft`], [`ContractError::OpenProposals`]: which, and what to do.
pub fn room(call: &Call<'_>, person: u64) -> Result<(), ContractError> {
    if let Some(open) = state::draft_of(person).may_load(call.storage)? {
        return Err(ContractError::OpenDraft { proposal: open });
    }
    let pending = load(call, person)?;
    let most = call.parameters.numbers.proposals_most;
    if pending.len() < most as usize {
        return Ok(());
    }
    let proposals = pending.iter().map(u64::to_string);
    Err(ContractError::OpenProposals {
        proposals: proposals.collect::<Vec<_>>().join(","),
        most,
    })
}

fn load(call: &Call<'_>, person: u64) -> Result<Vec<u64>, ContractError> {
    let kept = state::pending_of(person).may_load(call.storage)?;
    Ok(kept.unwrap_or_default())
}

/// A draft is made.
///
/// # Errors
/// Unreadable state.
pub fn begins(call: &mut Call<'_>, person: u64, proposal: u64) -> Result<(), ContractError> {
    let mut pending = load(call, person)?;
    pending.push(proposal);
    state::pending_of(person).save(call.storage, &pending);
    Ok(())
}

/// It is counted, or will never be.
///
/// # Errors
/// Unreadable state.
pub fn ends(call: &mut Call<'_>, person: u64, proposal: u64) -> Result<(), ContractError> {
    let mut pending = load(call, person)?;
    pending.retain(|one| *one != proposal);
    let key = state::pending_of(person);
    if pending.is_empty() {
        call.storage.remove(key.bytes());
    } else {
        key.save(call.storage, &pending);
    }
    Ok(())
}
