//! Work in pieces ([`Cursor`]) and arrays of fixed-width records on pages
//! ([`Pages`]).
//!
//! An operation over many records does at most `limit` of them in a message
//! and keeps its place in a cursor; anyone may go on from there. Where many
//! small records are read together, a storage key for each would cost more
//! than the record: they stand side by side on pages of at most 64 KiB, each
//! page one value. A write rewrites its page, so the page size is a choice
//! between cheap scans (large) and cheap single writes (small).

use std::marker::PhantomData;
use std::ops::Range;

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::Storage;

use crate::key::{Key, StateError};

/// A page is never larger.
pub const MAX_PAGE_BYTES: usize = 64 << 10;

/// A place in work that is done in pieces: `next` of `end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Cursor {
    /// The first item not yet done.
    pub next: u64,
    /// One after the last.
    pub end: u64,
}

impl Cursor {
    /// All of `items` still to do.
    #[must_use]
    pub const fn new(items: u64) -> Cursor {
        Cursor {
            next: 0,
            end: items,
        }
    }

    /// The next items, at most `limit`; the cursor has passed them.
    pub fn take(&mut self, limit: u32) -> Range<u64> {
        let start = self.next.min(self.end);
        let end = start.saturating_add(u64::from(limit)).min(self.end);
        self.next = end;
        start..end
    }

    /// Whether nothing is left.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.next >= self.end
    }

    /// How many items are left.
    #[must_use]
    pub const fn left(&self) -> u64 {
        self.end.saturating_sub(self.next)
    }
}

/// Why records cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// No record there.
    #[error("no such record: index={index} count={count}")]
    Beyond {
        /// What was asked for.
        index: u32,
        /// How many there are.
        count: u32,
    },
    /// The record's bytes are not as wide as all others.
    #[error("record width: bytes={bytes} expected={width}")]
    Width {
        /// Its bytes.
        bytes: usize,
        /// The array's.
        width: usize,
    },
    /// 2^32 records are all there can be.
    #[error("array full: count={count}")]
    Full {
        /// How many there are.
        count: u32,
    },
    /// The state below.
    #[error(transparent)]
    State(#[from] StateError),
}

/// An array of records of `T`, each exactly `width` bytes of borsh, on pages
/// of `per_page` records. The length lies under the key itself, page `n` under
/// the key followed by `n` in four big-endian bytes; so no other key may be
/// this one followed by four bytes.
#[derive(Clone, Debug)]
pub struct Pages<T> {
    tag: u8,
    rest: Vec<u8>,
    width: usize,
    per_page: u32,
    record: PhantomData<fn() -> T>,
}

impl<T> Pages<T> {
    /// An array under a tag and the rest of its key. `None` if the width is 0
    /// or a page would be empty or larger than 64 KiB.
    #[must_use]
    pub fn new(tag: u8, rest: &[u8], width: usize, per_page: u32) -> Option<Pages<T>> {
        let bytes = width.checked_mul(usize::try_from(per_page).ok()?)?;
        (1..=MAX_PAGE_BYTES).contains(&bytes).then(|| Pages {
            tag,
            rest: rest.to_vec(),
            width,
            per_page,
            record: PhantomData,
        })
    }

    /// Where the length lies.
    #[must_use]
    pub fn length_key(&self) -> Key<u32> {
        Key::new(self.tag, &self.rest)
    }

    /// Where a page lies: its records side by side, nothing else.
    #[must_use]
    pub fn page_key(&self, page: u32) -> Key<T> {
        let mut rest = self.rest.clone();
        rest.extend_from_slice(&page.to_be_bytes());
        Key::new(self.tag, &rest)
    }

    /// Records on a page.
    #[must_use]
    pub const fn per_page(&self) -> u32 {
        self.per_page
    }

    /// How many records there are.
    ///
    /// # Errors
    /// Unreadable state.
    pub fn count(&self, storage: &dyn Storage) -> Result<u32, PageError> {
        Ok(self.length_key().may_load(storage)?.unwrap_or(0))
    }

    fn page(&self, storage: &dyn Storage, page: u32) -> Result<Vec<u8>, PageError> {
        let key = self.page_key(page);
        let bytes = storage.get(key.bytes());
        let whole = bytes.filter(|bytes| bytes.len().is_multiple_of(self.width));
        Ok(whole.ok_or_else(|| StateError::Unreadable {
            key: cosmwasm_std::to_hex(key.bytes()),
        })?)
    }

    fn place(&self, index: u32) -> (u32, usize) {
        let within = (index % self.per_page) as usize; // a page has at most 2^16 records
        (index / self.per_page, within * self.width)
    }
}

impl<T: BorshSerialize + BorshDeserialize> Pages<T> {
    /// One record.
    ///
    /// # Errors
    /// There is none, or the state is unreadable.
    pub fn get(&self, storage: &dyn Storage, index: u32) -> Result<T, PageError> {
        let mut found = self.read(storage, index, 1)?;
        match found.pop() {
            Some(record) => Ok(record),
            None => Err(PageError::Beyond {
                index,
                count: self.count(storage)?,
            }),
        }
    }

    /// At most `limit` records from `start` on: each page is read once.
    /// Nothing, if there are none.
    ///
    /// # Errors
    /// Unreadable state.
    pub fn read(&self, storage: &dyn Storage, start: u32, limit: u32) -> Result<Vec<T>, PageError> {
        let end = start.saturating_add(limit).min(self.count(storage)?);
        let mut records = Vec::with_capacity(end.saturating_sub(start) as usize);
        let mut index = start;
        while index < end {
            let (page, mut at) = self.place(index);
            let bytes = self.page(storage, page)?;
            while index < end && self.place(index).0 == page {
                let record = bytes.get(at..at + self.width);
                let record = record.and_then(|bytes| borsh::from_slice(bytes).ok());
                records.push(record.ok_or_else(|| StateError::Unreadable {
                    key: cosmwasm_std::to_hex(self.page_key(page).bytes()),
                })?);
                at += self.width;
                index += 1;
            }
        }
        Ok(records)
    }

    /// Replaces a record.
    ///
    /// # Errors
    /// There is none, its width differs, or the state is unreadable.
    pub fn set(&self, storage: &mut dyn Storage, index: u32, record: &T) -> Result<(), PageError> {
        let count = self.count(storage)?;
        if index >= count {
            return Err(PageError::Beyond { index, count });
        }
        let (page, at) = self.place(index);
        let mut bytes = self.page(storage, page)?;
        let new = self.encode(record)?;
        let slot = bytes.get_mut(at..at + self.width);
        slot.ok_or_else(|| StateError::Unreadable {
            key: cosmwasm_std::to_hex(self.page_key(page).bytes()),
        })?
        .copy_from_slice(&new);
        storage.set(self.page_key(page).bytes(), &bytes);
        Ok(())
    }

    /// Appends records: each page that they touch is written once. Gives the
    /// index of the first.
    ///
    /// # Errors
    /// A width differs, the array is full, or the state is unreadable; then
    /// nothing may be relied upon, as everywhere when a message fails.
    pub fn extend<'a>(
        &self,
        storage: &mut dyn Storage,
        records: impl IntoIterator<Item = &'a T>,
    ) -> Result<u32, PageError>
    where
        T: 'a,
    {
        let first = self.count(storage)?;
        let mut count = first;
        let mut open: Option<(u32, Vec<u8>)> = None;
        for record in records {
            let (page, at) = self.place(count);
            if open.as_ref().is_none_or(|(number, _)| *number != page) {
                if let Some((number, bytes)) = open.take() {
                    storage.set(self.page_key(number).bytes(), &bytes);
                }
                let bytes = if at == 0 {
                    Vec::new()
                } else {
                    self.page(storage, page)?
                };
                open = Some((page, bytes));
            }
            if let Some((_, bytes)) = &mut open {
                bytes.truncate(at);
                bytes.extend_from_slice(&self.encode(record)?);
            }
            count = count.checked_add(1).ok_or(PageError::Full { count })?;
        }
        if let Some((number, bytes)) = open {
            storage.set(self.page_key(number).bytes(), &bytes);
        }
        if count != first {
            self.length_key().save(storage, &count);
        }
        Ok(first)
    }

    /// Appends one record; gives its index.
    ///
    /// # Errors
    /// As [`Pages::extend`].
    pub fn push(&self, storage: &mut dyn Storage, record: &T) -> Result<u32, PageError> {
        self.extend(storage, [record])
    }

    fn encode(&self, record: &T) -> Result<Vec<u8>, PageError> {
        let bytes = borsh::to_vec(record).unwrap_or_default();
        if bytes.len() == self.width {
            Ok(bytes)
        } else {
            Err(PageError::Width {
                bytes: bytes.len(),
                width: self.width,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cosmwasm_std::testing::MockStorage;

    fn array() -> Pages<(u32, u64)> {
        Pages::new(b'e', &7u32.to_be_bytes(), 12, 5).unwrap()
    }

    #[test]
    fn records_come_back_from_whichever_page_they_lie_on() {
        let (pages, mut storage) = (array(), MockStorage::new());
        let records: Vec<_> = (0..23u32).map(|n| (n, u64::from(n) << 33)).collect();
        assert_eq!(pages.extend(&mut storage, &records[..7]).unwrap(), 0);
        assert_eq!(pages.push(&mut storage, &records[7]).unwrap(), 7);
        assert_eq!(pages.extend(&mut storage, &records[8..]).unwrap(), 8);
        assert_eq!(pages.count(&storage).unwrap(), 23);
        for start in 0..25u32 {
            for limit in [0, 1, 4, 5, 6, 100, u32::MAX] {
                let end = start.saturating_add(limit).min(23) as usize;
                let expected = records.get(start as usize..end).unwrap_or(&[]);
                assert_eq!(pages.read(&storage, start, limit).unwrap(), expected);
            }
        }
        pages.set(&mut storage, 22, &(1, 1)).unwrap();
        pages.set(&mut storage, 0, &(2, 2)).unwrap();
        assert_eq!(pages.get(&storage, 22).unwrap(), (1, 1));
        assert_eq!(pages.get(&storage, 21).unwrap(), records[21]);
        assert_eq!(pages.get(&storage, 0).unwrap(), (2, 2));
        // five pages and the length
        use cosmwasm_std::{Order, Storage as _};
        assert_eq!(storage.range(None, None, Order::Ascending).count(), 6);
    }

    #[test]
    fn beyond_the_end_there_is_nothing() {
        let (pages, mut storage) = (array(), MockStorage::new());
        assert_eq!(
            pages.get(&storage, 0),
            Err(PageError::Beyond { index: 0, count: 0 })
        );
        pages.push(&mut storage, &(1, 2)).unwrap();
        let beyond = Err(PageError::Beyond { index: 1, count: 1 });
        assert_eq!(pages.set(&mut storage, 1, &(1, 2)), beyond);
        assert_eq!(pages.extend(&mut storage, []).unwrap(), 1);
    }

    #[test]
    fn pages_have_a_size_and_records_a_width() {
        assert!(Pages::<u64>::new(1, b"", 8, 8_192).is_some());
        assert!(Pages::<u64>::new(1, b"", 8, 8_193).is_none());
        assert!(Pages::<u64>::new(1, b"", 0, 1).is_none());
        assert!(Pages::<u64>::new(1, b"", 8, 0).is_none());
        assert!(Pages::<u64>::new(1, b"", usize::MAX, 2).is_none());
        let wrong: Pages<Vec<u8>> = Pages::new(1, b"", 8, 4).unwrap();
        let refused = wrong.push(&mut MockStorage::new(), &vec![1]);
        assert_eq!(refused, Err(PageError::Width { bytes: 5, width: 8 }));
    }

    #[test]
    fn damaged_pages_are_unreadable_not_wrong() {
        let (pages, mut storage) = (array(), MockStorage::new());
        pages.extend(&mut storage, &[(1, 1), (2, 2)]).unwrap();
        use cosmwasm_std::Storage as _;
        let key = pages.page_key(0);
        // half a record, a record too few, no page at all
        for damage in [Some(11), Some(12), None] {
            match damage {
                Some(bytes) => storage.set(key.bytes(), &vec![0; bytes]),
                None => storage.remove(key.bytes()),
            }
            assert!(matches!(pages.get(&storage, 1), Err(PageError::State(_))));
            let set = pages.set(&mut storage, 1, &(0, 0));
            assert!(matches!(set, Err(PageError::State(_))), "{damage:?}");
        }
    }

    #[test]
    fn a_cursor_passes_every_item_once_in_pieces_of_any_size() {
        let mut cursor = Cursor::new(10);
        assert_eq!(cursor.take(0), 0..0);
        assert_eq!(cursor.take(4), 0..4);
        assert_eq!((cursor.left(), cursor.is_done()), (6, false));
        assert_eq!(cursor.take(u32::MAX), 4..10);
        assert_eq!((cursor.take(3), cursor.is_done()), (10..10, true));
        assert!(Cursor::new(0).is_done());
    }
}
