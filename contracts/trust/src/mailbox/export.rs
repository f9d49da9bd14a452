//! What this contract holds about a member: mailbox and entries.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::Storage;
use mycel_kit::Seconds;

use super::ask::{self, EntryView, MailboxResponse};
use super::of_person;
use crate::error::ContractError;
use crate::keys;

/// A page of it: the mailbox stands on each.
#[cw_serde]
pub struct MailboxExport {
    /// The mailbox, with the backup that its owner left.
    pub mailbox: MailboxResponse,
    /// Until when a reset that was approved may be made; absent: none was.
    pub reset_until: Option<Seconds>,
    /// Entries.
    pub entries: Vec<EntryView>,
}

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
    let approved = keys::state::approval(person).may_load(storage)?;
    let export = MailboxExport {
        mailbox: ask::view(storage, &mailbox)?,
        reset_until: approved.map(Seconds),
        entries: entries.entries,
    };
    Ok((
        Some(export),
        entries.next.map(|last| last.saturating_add(1)),
    ))
}
