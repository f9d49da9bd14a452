//! Mailboxes: what each member has received, chained so that nothing can be
//! left out.
//!
//! # The model
//! A mailbox has two heads: H, of everything ever received, and F, of what its
//! owner has folded into the state C. An entry is appended once it is due
//! ([`append`]): `H' = P3(H, c, period)`. A fold ([`fold`]) proves that C' is C
//! and the next entries, and moves F on; appends do not disturb it. The leaf
//! P5(idc, C, F, H, attr) says all this to provers: a show must get from F to
//! exactly H, so no entry can be omitted.
//!
//! Members enrols, retires and says whose leaf counts; the mailbox goes on
//! meanwhile. Whose does not count has leaf 0.
//!
//! # Invariants
//! 1. Heads chain: each entry that is kept leads from the head before to its own.
//! 2. folded ≤ entries, cleaned ≤ folded, each mailbox and in all.
//! 3. Entries that are not folded are all there; F is the head after the last that is.
//! 4. The leaf is what the mailbox says.

pub mod append;
pub mod ask;
pub mod clean;
pub mod enrol;
pub mod error;
pub mod export;
pub mod fold;
pub mod invariants;
pub mod state;

use std::collections::BTreeMap;

use cosmwasm_std::Storage;
use mycel_kit::key::StateError;
use mycel_mailbox::tag;

use crate::call::Call;
use crate::element::{self, Element, ZERO};
use crate::error::ContractError;
use crate::tree;
pub use append::{Ticket, late, receive, withdraw};
pub use error::MailboxError;
pub use state::{Entry, Mailbox, Totals};

/// C0: the state that nothing was folded into, all zero and unblinded.
pub const EMPTY_STATE: Element =
    element::parsed("278fe104c72f1ba690f4a2f8061681f6ec9f40f59ba9991f2eb05e2f25e7a7df");

/// The mailbox of a person; `None` if members never enrolled it.
///
/// # Errors
/// Only for unreadable state.
pub fn of_person(storage: &dyn Storage, person: u64) -> Result<Option<Mailbox>, StateError> {
    state::mailbox(person).may_load(storage)
}

/// The mailbox of a person, which must be there.
///
/// # Errors
/// [`MailboxError::NotEnrolled`].
pub fn enrolled(storage: &dyn Storage, person: u64) -> Result<Mailbox, ContractError> {
    of_person(storage, person)?.ok_or_else(|| MailboxError::NotEnrolled { person }.into())
}

/// Up to `limit` mailboxes by place in the tree, above `after`; how many there
/// are is in [`Totals`].
///
/// # Errors
/// Only for unreadable state.
pub fn by_place(
    storage: &dyn Storage,
    after: Option<u32>,
    limit: u32,
) -> Result<Vec<Mailbox>, ContractError> {
    let totals = totals(storage)?;
    let first = after.map_or(0, |after| after.saturating_add(1));
    let end = first.saturating_add(limit).min(totals.mailboxes);
    (first..end)
        .map(|index| {
            let person = state::place(index).load(storage)?;
            Ok(state::mailbox(person).load(storage)?)
        })
        .collect()
}

/// Sums over all mailboxes.
///
/// # Errors
/// Only for unreadable state.
pub fn totals(storage: &dyn Storage) -> Result<Totals, StateError> {
    Ok(state::totals().may_load(storage)?.unwrap_or_default())
}

/// Changes the sums.
///
/// # Errors
/// Only for unreadable state.
fn count(
    storage: &mut dyn Storage,
    change: impl FnOnce(&mut Totals),
) -> Result<Totals, StateError> {
    let mut totals = totals(storage)?;
    change(&mut totals);
    state::totals().save(storage, &totals);
    Ok(totals)
}

/// Writes mailboxes and their leaves: leaves are hashed in one question.
///
/// # Errors
/// The chain does not hash, or unreadable state.
pub fn save(call: &mut Call<'_>, mailboxes: &[Mailbox]) -> Result<(), ContractError> {
    let counting: Vec<&Mailbox> = mailboxes.iter().filter(|one| one.counts()).collect();
    let parts: Vec<Vec<Element>> = counting
        .iter()
        .map(|one| {
            let attr = tag::small(one.attr());
            vec![one.idc, one.state, one.folded_head, one.head, attr]
        })
        .collect();
    let hashes = call.poseidon(&parts)?;
    let mut leaves: BTreeMap<u32, Element> =
        mailboxes.iter().map(|one| (one.index, ZERO)).collect();
    leaves.extend(counting.iter().map(|one| one.index).zip(hashes));
    for one in mailboxes {
        state::mailbox(one.person).save(call.storage, one);
    }
    tree::update(call, &leaves)
}

/// Writes one mailbox whose leaf may begin or cease to count.
///
/// # Errors
/// As [`save`].
pub fn save_changed(
    call: &mut Call<'_>,
    mailbox: &Mailbox,
    counted: bool,
) -> Result<(), ContractError> {
    let counts = mailbox.counts();
    if counts != counted {
        count(call.storage, |totals| {
            totals.leaves = if counts {
                totals.leaves.saturating_add(1)
            } else {
                totals.leaves.saturating_sub(1)
            };
        })?;
    }
    save(call, std::slice::from_ref(mailbox))
}

/// A reset: entries that were never folded never will be, and the backup opens
/// nothing any more.
///
/// # Errors
/// Only for unreadable state.
pub fn forget(call: &mut Call<'_>, person: u64, given_up: u32) -> Result<(), ContractError> {
    call.storage.remove(&state::backup(person));
    count(call.storage, |totals| {
        totals.folded = totals.folded.saturating_add(u64::from(given_up));
    })?;
    Ok(())
}
