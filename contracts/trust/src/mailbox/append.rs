//! From a rating that was opened to an entry: it waits until it can no longer
//! be disputed, then it is chained to its mailbox's head, oldest first.

use std::collections::BTreeMap;

use cosmwasm_std::{Order, Storage};
use mycel_kit::key::StateError;
use mycel_mailbox::tag;

use super::state::{self, Entry, Kept, Mailbox, Waiting};
use super::{MailboxError, count, enrolled, save};
use crate::agenda::{self, Worked};
use crate::call::Call;
use crate::element::{Element, ORDER};
use crate::error::ContractError;
use crate::state::Task;
use crate::{deals, tree};

/// Most entries that one piece of work, and so the end of a block, appends.
pub const MAX_APPEND: u32 = 32;

/// Where a rating waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, borsh::BorshSerialize, borsh::BorshDeserialize)]
pub struct Ticket {
    /// When it is due.
    pub due: u64,
    /// Its number among those due then.
    pub serial: u64,
}

/// A rating waits for its mailbox until `due`.
///
/// # Errors
/// A commitment that is not canonical; a person that is not enrolled.
pub fn receive(
    call: &mut Call<'_>,
    person: u64,
    entry: Entry,
    due: u64,
) -> Result<Ticket, ContractError> {
    // one that could not be hashed would hold up all others
    if entry.c >= ORDER || entry.ct >= ORDER {
        return Err(ContractError::NotCanonical { what: "entry" });
    }
    enrolled(call.storage, person)?;
    let totals = count(call.storage, |totals| {
        totals.serial = totals.serial.saturating_add(1);
        totals.waiting = totals.waiting.saturating_add(1);
    })?;
    let ticket = Ticket {
        due,
        serial: totals.serial,
    };
    state::waiting(due, ticket.serial).save(call.storage, &Waiting { person, entry });
    agenda::sooner(call, Task::Append, due)?;
    Ok(ticket)
}

/// A rating does not wait any more: it is disputed. A jury that confirms it has
/// it [`receive`]d again.
///
/// # Errors
/// [`MailboxError::NotWaiting`]: it was appended, or withdrawn.
pub fn withdraw(call: &mut Call<'_>, ticket: Ticket) -> Result<(u64, Entry), ContractError> {
    let Ticket { due, serial } = ticket;
    let key = state::waiting(due, serial);
    let waiting = key
        .may_load(call.storage)?
        .ok_or(MailboxError::NotWaiting { due, serial })?;
    call.storage.remove(key.bytes());
    count(call.storage, |totals| {
        totals.waiting = totals.waiting.saturating_sub(1);
    })?;
    Ok((waiting.person, waiting.entry))
}

/// Whether a rating still waits.
#[must_use]
pub fn waits(storage: &dyn Storage, ticket: Ticket) -> bool {
    state::waiting(ticket.due, ticket.serial).exists(storage)
}

/// When the oldest rating was due, if that is over a slot ago: nothing can be
/// shown until it is appended, by `advance`.
///
/// # Errors
/// Only for unreadable state.
pub fn late(call: &Call<'_>) -> Result<Option<u64>, StateError> {
    late_at(call.storage, call.now, call.fixed.clock.times.slot)
}

/// As [`late`], for answers.
///
/// # Errors
/// Only for unreadable state.
pub fn late_at(storage: &dyn Storage, now: u64, slot: u32) -> Result<Option<u64>, StateError> {
    let due = first(storage)?;
    Ok(due.filter(|due| due.saturating_add(u64::from(slot)) < now))
}

/// When the oldest is due.
fn first(storage: &dyn Storage) -> Result<Option<u64>, StateError> {
    let (start, end) = (state::waiting(0, 0), [b'm', b'q' + 1]);
    let key = storage
        .range_keys(Some(start.bytes()), Some(&end), Order::Ascending)
        .next();
    key.map(|key| due_of(&key)).transpose()
}

fn due_of(key: &[u8]) -> Result<u64, StateError> {
    key.get(2..10)
        .and_then(|due| due.try_into().ok())
        .map(u64::from_be_bytes)
        .ok_or_else(|| StateError::Unreadable {
            key: cosmwasm_std::to_hex(key),
        })
}

/// Units of work for so many entries in a tree of so many places: each writes
/// its entry, its mailbox and the nodes above it, and tells its deal, which may
/// end. What it costs where no two have a deal or nodes in common is measured in
/// `tests/dearest.txt`.
fn units(entries: u32, places: u32) -> u32 {
    let levels = places.max(1).ilog2() + 1;
    4 + entries * (5 + levels / 6)
}

/// Appends what is due, as much as `left` units reach.
///
/// # Errors
/// The chain does not hash, or unreadable state.
pub fn work(call: &mut Call<'_>, left: u32) -> Result<Worked, ContractError> {
    let places = tree::state::top().load(call.storage)?.places;
    if left < units(1, places) {
        return Ok(match first(call.storage)? {
            Some(due) if due <= call.now => Worked::Needs(units(1, places)),
            next => Worked::Done { units: 0, next },
        });
    }
    let most = (1..=MAX_APPEND)
        .rev()
        .find(|count| units(*count, places) <= left)
        .unwrap_or(1);
    let due = take(call.storage, call.now, most as usize)?;
    if due.is_empty() {
        let next = first(call.storage)?;
        return Ok(Worked::Done { units: 0, next });
    }
    let done = due.len() as u32;
    append(call, due)?;
    let next = first(call.storage)?;
    Ok(Worked::Done {
        units: units(done, places),
        next,
    })
}

/// The oldest that are due, taken from their place.
fn take(storage: &mut dyn Storage, now: u64, most: usize) -> Result<Vec<Waiting>, ContractError> {
    let start = state::waiting(0, 0);
    let end = state::waiting(now.saturating_add(1), 0);
    let keys: Vec<Vec<u8>> = storage
        .range_keys(Some(start.bytes()), Some(end.bytes()), Order::Ascending)
        .take(most)
        .collect();
    let mut due = Vec::with_capacity(keys.len());
    for key in keys {
        due.push(mycel_kit::Key::<Waiting>::new(b'm', &key[1..]).load(storage)?);
        storage.remove(&key);
    }
    Ok(due)
}

/// Chains each to its mailbox's head. Several for one mailbox follow one
/// another; of different mailboxes one each is hashed together.
fn append(call: &mut Call<'_>, due: Vec<Waiting>) -> Result<(), ContractError> {
    let period = call.period();
    let count_of = due.len() as u64;
    let entries: Vec<Entry> = due.iter().map(|one| one.entry.clone()).collect();
    let mut boxes: BTreeMap<u64, (Mailbox, Vec<Entry>)> = BTreeMap::new();
    for Waiting { person, entry } in due {
        match boxes.get_mut(&person) {
            Some((_, entries)) => entries.push(entry),
            None => {
                let mailbox = enrolled(call.storage, person)?;
                boxes.insert(person, (mailbox, vec![entry]));
            }
        }
    }
    let longest = boxes.values().map(|(_, entries)| entries.len()).max();
    for turn in 0..longest.unwrap_or(0) {
        let parts: Vec<Vec<Element>> = boxes
            .values()
            .filter_map(|(mailbox, entries)| {
                let entry = entries.get(turn)?;
                Some(vec![mailbox.head, entry.c, tag::small(u64::from(period))])
            })
            .collect();
        let mut heads = call.poseidon(&parts)?.into_iter();
        for (mailbox, entries) in boxes.values_mut() {
            let Some(entry) = entries.get(turn) else {
                continue;
            };
            let Some(head) = heads.next() else {
                break;
            };
            let kept = Kept {
                entry: entry.clone(),
                period,
                head,
            };
            state::entry(mailbox.person, mailbox.entries).save(call.storage, &kept);
            mailbox.head = head;
            mailbox.entries = mailbox.entries.saturating_add(1);
        }
    }
    let appended: Vec<Mailbox> = boxes.into_values().map(|(mailbox, _)| mailbox).collect();
    count(call.storage, |totals| {
        totals.entries = totals.entries.saturating_add(count_of);
        totals.waiting = totals.waiting.saturating_sub(count_of);
    })?;
    for entry in &entries {
        deals::landed(call, entry, period)?;
    }
    for mailbox in &appended {
        call.event(
            "append",
            &[("person", &mailbox.person), ("entries", &mailbox.entries)],
        );
    }
    save(call, &appended)
}
