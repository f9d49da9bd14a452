//! Obligations on pages: 128 a page by their numbers, the amounts apart so
//! that settling rewrites eight bytes an obligation and no more.
//!
//! An entry is 14 bytes: its place on the page (u8, number = 128 · page +
//! place), debtor, creditor, due (u32 little-endian each), flags (u8). The
//! amounts' page has a u64 little-endian for each entry, in the same order:
//! what is owed, or, with the highest bit set, what the last round set off of
//! an obligation that this ended ([`owed`]). Entries ascend by place; ended
//! ones are swept out, so a page of nothing does not exist.

use cosmwasm_std::{Order, Storage};
use mycel_kit::Amount;
use mycel_kit::key::StateError;

use crate::error::ContractError;

/// Obligations of one page.
pub const PER_PAGE: u32 = 128;
const WIDTH: usize = 14;

/// Bits of [`Entry::flags`]; the two lowest are the priority.
pub mod flag {
    /// The priority.
    pub const PRIORITY: u8 = 0b11;
    /// The debtor tenders it.
    pub const TENDER_DEBTOR: u8 = 1 << 2;
    /// The creditor tenders it.
    pub const TENDER_CREDITOR: u8 = 1 << 3;
    /// Somebody disputes it.
    pub const DISPUTED: u8 = 1 << 4;
    /// The debtor would cancel it.
    pub const CANCEL_DEBTOR: u8 = 1 << 5;
    /// The creditor would cancel it.
    pub const CANCEL_CREDITOR: u8 = 1 << 6;
    /// The dispute is the creditor's.
    pub const DISPUTED_BY_CREDITOR: u8 = 1 << 7;
}

/// All of an obligation but its amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place on the page, below 128.
    pub place: u8,
    /// Who owes.
    pub debtor: u32,
    /// Whom.
    pub creditor: u32,
    /// Unix seconds.
    pub due: u32,
    /// See [`flag`].
    pub flags: u8,
}

impl Entry {
    /// Whether a bit is set.
    #[must_use]
    pub fn has(&self, bit: u8) -> bool {
        self.flags & bit != 0
    }

    /// The class of priority.
    #[must_use]
    pub fn priority(&self) -> usize {
        usize::from(self.flags & flag::PRIORITY)
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.push(self.place);
        bytes.extend_from_slice(&self.debtor.to_le_bytes());
        bytes.extend_from_slice(&self.creditor.to_le_bytes());
        bytes.extend_from_slice(&self.due.to_le_bytes());
        bytes.push(self.flags);
    }

    fn read(bytes: &[u8]) -> Option<Entry> {
        let word = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        Some(Entry {
            place: *bytes.first()?,
            debtor: word(1)?,
            creditor: word(5)?,
            due: word(9)?,
            flags: *bytes.get(13)?,
        })
    }
}

/// Set in the amount of an obligation that a round ended.
pub const CLEARED: u64 = 1 << 63;

/// What is owed by an amount as stored.
#[must_use]
pub fn owed(amount: u64) -> u64 {
    if amount & CLEARED == 0 { amount } else { 0 }
}

/// One page of obligations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Ascending by place.
    pub entries: Vec<Entry>,
    /// What each owes, in the same order.
    pub amounts: Vec<u64>,
}

/// Raw key of a page's entries.
#[must_use]
pub fn entries_key(page: u32) -> Vec<u8> {
    key(b'e', page)
}

/// Raw key of a page's amounts.
#[must_use]
pub fn amounts_key(page: u32) -> Vec<u8> {
    key(b'v', page)
}

fn key(tag: u8, page: u32) -> Vec<u8> {
    let mut key = vec![tag];
    key.extend_from_slice(&page.to_be_bytes());
    key
}

/// The page an obligation lies on, and its place there.
#[must_use]
pub fn place(obligation: u32) -> (u32, u8) {
    (obligation / PER_PAGE, (obligation % PER_PAGE) as u8)
}

fn unreadable(key: &[u8]) -> StateError {
    StateError::Unreadable {
        key: cosmwasm_std::to_hex(key),
    }
}

impl Page {
    /// A page out of its two values, as from a state proof.
    ///
    /// # Errors
    /// They are no page.
    pub fn decode(page: u32, entries: &[u8], amounts: &[u8]) -> Result<Page, StateError> {
        let mut decoded = Page::default();
        decoded.refill(page, entries, amounts)?;
        Ok(decoded)
    }

    fn refill(&mut self, page: u32, entries: &[u8], amounts: &[u8]) -> Result<(), StateError> {
        let count = entries.len() / WIDTH;
        if !entries.len().is_multiple_of(WIDTH) || count == 0 || count > PER_PAGE as usize {
            return Err(unreadable(&entries_key(page)));
        }
        if amounts.len() != 8 * count {
            return Err(unreadable(&amounts_key(page)));
        }
        self.entries.clear();
        self.entries
            .extend(entries.chunks_exact(WIDTH).filter_map(Entry::read));
        self.amounts.clear();
        self.amounts.extend(
            amounts
                .chunks_exact(8)
                .filter_map(|bytes| Some(u64::from_le_bytes(bytes.try_into().ok()?))),
        );
        Ok(())
    }

    /// A page, if it exists.
    ///
    /// # Errors
    /// Unreadable state.
    pub fn load(storage: &dyn Storage, page: u32) -> Result<Option<Page>, StateError> {
        let Some(entries) = storage.get(&entries_key(page)) else {
            return Ok(None);
        };
        let key = amounts_key(page);
        let amounts = storage.get(&key).ok_or_else(|| unreadable(&key))?;
        Page::decode(page, &entries, &amounts).map(Some)
    }

    /// Writes the entries; removes the page if there are none.
    pub fn save(&self, storage: &mut dyn Storage, page: u32) {
        if self.entries.is_empty() {
            storage.remove(&entries_key(page));
            storage.remove(&amounts_key(page));
            return;
        }
        let mut bytes = Vec::with_capacity(WIDTH * self.entries.len());
        self.entries
            .iter()
            .for_each(|entry| entry.write(&mut bytes));
        storage.set(&entries_key(page), &bytes);
        self.save_amounts(storage, page);
    }

    /// Writes the amounts only.
    pub fn save_amounts(&self, storage: &mut dyn Storage, page: u32) {
        let mut bytes = Vec::with_capacity(8 * self.amounts.len());
        for amount in &self.amounts {
            bytes.extend_from_slice(&amount.to_le_bytes());
        }
        storage.set(&amounts_key(page), &bytes);
    }
}

/// Walks the pages from `first` up to but without `end`: `each` says whether
/// to go on. Returns the page to go on with, `end` when all are done. One page
/// is in memory at a time, in the same place.
///
/// # Errors
/// Unreadable state, or what `each` says.
pub fn walk(
    storage: &dyn Storage,
    first: u32,
    end: u32,
    mut each: impl FnMut(u32, &Page) -> Result<bool, ContractError>,
) -> Result<u32, ContractError> {
    let (from, to) = (entries_key(first), entries_key(end));
    let mut current = Page::default();
    for (key, entries) in storage.range(Some(&from), Some(&to), Order::Ascending) {
        let number = key.get(1..).and_then(|bytes| bytes.try_into().ok());
        let number = u32::from_be_bytes(number.ok_or_else(|| unreadable(&key))?);
        let key = amounts_key(number);
        let amounts = storage.get(&key).ok_or_else(|| unreadable(&key))?;
        current.refill(number, &entries, &amounts)?;
        if !each(number, &current)? {
            return Ok(number + 1);
        }
    }
    Ok(end)
}

/// An obligation as found on its page.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its number.
    pub number: u32,
    /// The whole page.
    pub page: Page,
    /// Where on it.
    pub at: usize,
}

impl Found {
    /// Looks an obligation up.
    ///
    /// # Errors
    /// There is none of that number, or it has ended and was swept.
    pub fn load(storage: &dyn Storage, number: u32) -> Result<Found, ContractError> {
        Found::may_load(storage, number)?.ok_or(ContractError::UnknownObligation {
            obligation: u64::from(number),
        })
    }

    /// Looks an obligation up that may have gone.
    ///
    /// # Errors
    /// Unreadable state.
    pub fn may_load(storage: &dyn Storage, number: u32) -> Result<Option<Found>, ContractError> {
        let (page_number, place) = place(number);
        let Some(page) = Page::load(storage, page_number)? else {
            return Ok(None);
        };
        let at = page
            .entries
            .binary_search_by_key(&place, |entry| entry.place);
        Ok(at.ok().map(|at| Found { number, page, at }))
    }

    /// All but the amount.
    #[must_use]
    pub fn entry(&self) -> Entry {
        self.page.entries[self.at]
    }

    /// What is owed now.
    #[must_use]
    pub fn amount(&self) -> u64 {
        owed(self.page.amounts[self.at])
    }

    /// Changes the entry.
    pub fn set_entry(&mut self, storage: &mut dyn Storage, entry: Entry) {
        self.page.entries[self.at] = entry;
        self.page.save(storage, place(self.number).0);
    }

    /// Changes the amount.
    pub fn set_amount(&mut self, storage: &mut dyn Storage, amount: u64) {
        self.page.amounts[self.at] = amount;
        self.page.save_amounts(storage, place(self.number).0);
    }
}

/// Appends an obligation; its number is the next.
///
/// # Errors
/// Unreadable state.
pub fn append(
    storage: &mut dyn Storage,
    number: u32,
    mut entry: Entry,
    amount: Amount,
) -> Result<(), ContractError> {
    let (page_number, at) = place(number);
    let mut page = Page::load(storage, page_number)?.unwrap_or_default();
    entry.place = at;
    page.entries.push(entry);
    page.amounts.push(amount.pico());
    page.save(storage, page_number);
    Ok(())
}
