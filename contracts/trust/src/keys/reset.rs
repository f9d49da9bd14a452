//! A new beginning where the opening of the state is lost.

use cosmwasm_std::HexBinary;

use super::{KeysError, claim, state};
use crate::agenda;
use crate::call::Call;
use crate::element;
use crate::error::ContractError;
use crate::state::Task;
use crate::{deals, mailbox};

/// Periods between resets: whoever gives up what it received cannot do so often.
pub const RESET_PERIODS: u32 = 8;

/// The assembly, or members: this person may reset.
///
/// # Errors
/// Nobody enrolled.
pub fn approve(call: &mut Call<'_>, person: u64) -> Result<(), ContractError> {
    mailbox::enrolled(call.storage, person)?;
    let seconds = u64::from(call.parameters.numbers.reset_seconds);
    let until = call.now.saturating_add(seconds);
    state::approval(person).save(call.storage, &until);
    call.event("approve_reset", &[("person", &person), ("until", &until)]);
    Ok(())
}

/// The owner begins anew: another identity, nothing folded, all that was
/// received given up, joined now.
///
/// # Errors
/// Not approved, or the last one was less than eight periods ago; deals that
/// have not ended; an identity that was used before.
pub fn reset(call: &mut Call<'_>, idc: &HexBinary) -> Result<(), ContractError> {
    let person = call.keeper()?;
    let mut mailbox = mailbox::enrolled(call.storage, person)?;
    let idc = element::identity(idc)?;
    let approved = state::approval(person).may_load(call.storage)?;
    if approved.is_none_or(|until| until < call.now) {
        return Err(KeysError::NotApproved { person }.into());
    }
    let period = call.period();
    if let Some(last) = mailbox.reset {
        let next = last.saturating_add(RESET_PERIODS);
        if period < next {
            return Err(KeysError::TooSoon { last, next, period }.into());
        }
    }
    // whoever has lost its keys opens nothing that still comes under them
    let open = deals::show::open_items(call.storage, person)?;
    if open > 0 {
        return Err(KeysError::DealsRun { person, open }.into());
    }
    claim(call.storage, &idc, person)??;
    call.storage.remove(state::approval(person).bytes());
    let counted = mailbox.counts();
    let given_up = mailbox.begin_anew(idc, period, call.day());
    mailbox::forget(call, person, given_up)?;
    agenda::sooner(call, Task::Clean(person), call.now)?;
    call.event("reset", &[("person", &person), ("given_up", &given_up)]);
    mailbox::save_changed(call, &mailbox, counted)
}
