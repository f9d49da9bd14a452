//! Evidence is used once: a reading or a claim that shows what another showed
//! already shows nothing. Kept for the whole contract, by SHA-256.

use cosmwasm_std::Storage;

use super::error::MonitorError;
use super::state;
use crate::error::ContractError;

/// Uses evidence for a commons' reading or claim of that number.
///
/// # Errors
/// [`MonitorError::EvidenceUsed`].
pub fn spend(
    storage: &mut dyn Storage,
    evidence: &[u8; 32],
    commons: u64,
    number: u64,
) -> Result<(), ContractError> {
    let key = state::evidence(evidence);
    if let Some((commons, number)) = key.may_load(storage)? {
        return Err(MonitorError::EvidenceUsed { commons, number }.into());
    }
    key.save(storage, &(commons, number));
    let mut sums = state::sums().may_load(storage)?.unwrap_or_default();
    sums.evidence = sums.evidence.saturating_add(1);
    state::sums().save(storage, &sums);
    Ok(())
}
