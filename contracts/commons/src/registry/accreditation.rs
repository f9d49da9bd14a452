//! Organisations that may send monitors: a list that all members decide.

use mycel_kit::peers::credit::Kind;

use super::{RegistryError, state};
use crate::call::Call;
use crate::error::ContractError;

/// All members accredit an organisation.
///
/// # Errors
/// No organisation, or accredited before.
pub fn accredit(call: &mut Call<'_>, organisation: u64) -> Result<(), ContractError> {
    if call.address_of(organisation)?.kind != Kind::Org {
        return Err(RegistryError::OrganisationNeeded {
            number: organisation,
        }
        .into());
    }
    let key = state::accredited(organisation);
    if key.exists(call.storage) {
        return Err(RegistryError::Accredited { organisation }.into());
    }
    key.save(call.storage, &call.now);
    call.event("accredit", &[("organisation", &organisation)]);
    Ok(())
}

/// All members withdraw an accreditation: its seats read no more, and anyone's
/// `check_seat` empties them.
///
/// # Errors
/// It has none.
pub fn withdraw_accreditation(call: &mut Call<'_>, organisation: u64) -> Result<(), ContractError> {
    let key = state::accredited(organisation);
    if !key.exists(call.storage) {
        return Err(RegistryError::NotAccredited { organisation }.into());
    }
    call.storage.remove(key.bytes());
    call.event("withdraw_accreditation", &[("organisation", &organisation)]);
    Ok(())
}

/// Whether an organisation may send monitors.
#[must_use]
pub fn is_accredited(storage: &dyn cosmwasm_std::Storage, organisation: u64) -> bool {
    state::accredited(organisation).exists(storage)
}
