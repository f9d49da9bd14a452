//! What this contract holds about a member: mailbox, entries, viewing keys.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{HexBinary, Storage};

use super::ask::{self, EntryView, MailboxResponse};
use super::of_person;
use crate::error::ContractError;
use crate::keys;

/// A page of it: the mailbox and the keys stand on each.
#[cw_serde]
pub struct MailboxExport {
    /// The mailbox.
    pub mailbox: MailboxResponse,
    /// The newest viewing keys, newest first, at most 16; all can be asked for.
    pub viewing_keys: Vec<HexBinary>,
    /// Entries.
    pub entries: Vec<EntryView>,
}

/// Most viewing keys on a page.
const KEYS: u32 = 16;

/// The page from an entry on; the entry of the next page.
///
/// # Errors
/// Only for unreadable state.
pub fn page(
    storage: &dyn Storage,
    person: u64,
    from: u32,
) -> Result<(Option<MailboxExport>, Option<u32>), ContractError> {
    let Some(mailbox) = of_person(storage, person)? else {
        return Ok((None, None));
    };
    let entries = ask::entries(storage, person, from.checked_sub(1), None)?;
    let mut viewing_keys = vec![];
    if let Some((newest, _)) = keys::viewing_key(storage, person, None)? {
        for version in (1..=newest).rev().take(KEYS as usize) {
            if let Some((_, key)) = keys::viewing_key(storage, person, Some(version))? {
                viewing_keys.push(HexBinary::from(key));
            }
        }
    }
    let export = MailboxExport {
        mailbox: ask::view(storage, &mailbox)?,
        viewing_keys,
        entries: entries.entries,
    };
    Ok((
        Some(export),
        entries.next.map(|last| last.saturating_add(1)),
    ))
}
