//! A fold: the owner proves that a new state is the old one and the next
//! entries. What the proof is about is this contract's: identity, C, F and the
//! head after the entries; only C' is the owner's to say.

use cosmwasm_std::{Binary, HexBinary};

use super::state;
use super::{MailboxError, count, enrolled, save};
use crate::agenda;
use crate::bounds;
use crate::call::Call;
use crate::element::{self, ZERO};
use crate::error::ContractError;
use crate::keys::KeysError;
use crate::proofs::Circuit;
use crate::state::Task;

/// Most entries that one fold takes.
pub const MAX_FOLD: u8 = 8;
/// Most bytes of a backup.
pub const MAX_BACKUP: usize = 256;

/// The owner: folds its next entries.
///
/// # Errors
/// A stranger or one without identity; more entries than wait; a proof that
/// does not hold.
pub fn fold(
    call: &mut Call<'_>,
    entries: u8,
    commitment: &HexBinary,
    proof: &Binary,
    backup: &Binary,
) -> Result<(), ContractError> {
    let person = call.person()?;
    let mut mailbox = enrolled(call.storage, person)?;
    if mailbox.idc == ZERO {
        return Err(KeysError::NoIdentity { person }.into());
    }
    bounds::within("entries", entries, 1u8, MAX_FOLD)?;
    bounds::count("backup bytes", backup.len(), MAX_BACKUP)?;
    let commitment = element::canonical("commitment", commitment)?;
    let (taken, waiting) = (u32::from(entries), mailbox.tail());
    if taken > waiting {
        let entries = taken;
        return Err(MailboxError::NothingToFold { entries, waiting }.into());
    }
    let folded = mailbox.folded.saturating_add(taken);
    let last = state::entry(person, folded - 1).load(call.storage)?;
    let inputs = [
        mailbox.idc,
        mailbox.state,
        mailbox.folded_head,
        commitment,
        last.head,
    ];
    call.groth16(Circuit::Fold, &inputs, proof)?;

    mailbox.state = commitment;
    mailbox.folded_head = last.head;
    mailbox.folded = folded;
    mailbox.folds = mailbox.folds.saturating_add(1);
    call.storage.set(&state::backup(person), backup);
    count(call.storage, |totals| {
        totals.folded = totals.folded.saturating_add(u64::from(taken));
    })?;
    agenda::sooner(call, Task::Clean(person), call.now)?;
    call.event(
        "fold",
        &[
            ("person", &person),
            ("entries", &taken),
            ("folded", &folded),
            ("folds", &mailbox.folds),
        ],
    );
    save(call, &[mailbox])
}
