//! A column of numbers, one for each elector: pages that are read once in a
//! message, changed in memory and written back once.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::Storage;
use mycel_kit::key::StateError;
use mycel_kit::pages::{PageError, Pages};

use crate::error::ContractError;

/// Electors on a page.
const PER_PAGE: u32 = 128;

/// One column of one tally.
pub struct Column<T> {
    pages: Pages<T>,
    held: BTreeMap<u32, Page<T>>,
}

struct Page<T> {
    records: Vec<T>,
    changed: bool,
}

impl<T: BorshSerialize + BorshDeserialize + Copy> Column<T> {
    /// The column of a proposal's tally under a tag; `width` bytes a number.
    #[must_use]
    pub fn new(tag: u8, proposal: u64, width: usize) -> Column<T> {
        let pages = Pages::new(tag, &proposal.to_be_bytes(), width, PER_PAGE);
        Column {
            pages: pages.expect("128 numbers of at most 16 bytes are a page"),
            held: BTreeMap::new(),
        }
    }

    /// How many there are, without those appended and not yet written.
    ///
    /// # Errors
    /// Unreadable state.
    pub fn count(&self, storage: &dyn Storage) -> Result<u32, ContractError> {
        self.pages.count(storage).map_err(state)
    }

    /// Appends at once. Only for columns of which nothing is held.
    ///
    /// # Errors
    /// Unreadable state.
    pub fn append(&self, storage: &mut dyn Storage, records: &[T]) -> Result<(), ContractError> {
        self.pages.extend(storage, records).map_err(state)?;
        Ok(())
    }

    /// All, in order.
    ///
    /// # Errors
    /// Unreadable state.
    pub fn all(&self, storage: &dyn Storage) -> Result<Vec<T>, ContractError> {
        self.pages.read(storage, 0, u32::MAX).map_err(state)
    }

    /// The number at a place.
    ///
    /// # Errors
    /// None there; unreadable state.
    pub fn get(&mut self, storage: &dyn Storage, place: u32) -> Result<T, ContractError> {
        Ok(*self.slot(storage, place)?.0)
    }

    /// Changes the number at a place.
    ///
    /// # Errors
    /// None there; unreadable state.
    pub fn set(&mut self, storage: &dyn Storage, place: u32, to: T) -> Result<(), ContractError> {
        let (slot, changed) = self.slot(storage, place)?;
        *slot = to;
        *changed = true;
        Ok(())
    }

    fn slot(
        &mut self,
        storage: &dyn Storage,
        place: u32,
    ) -> Result<(&mut T, &mut bool), ContractError> {
        let number = place / PER_PAGE;
        if !self.held.contains_key(&number) {
            let records = self.pages.read(storage, number * PER_PAGE, PER_PAGE);
            let page = Page {
                records: records.map_err(state)?,
                changed: false,
            };
            self.held.insert(number, page);
        }
        let page = self.held.get_mut(&number);
        let slot = page.and_then(|page| {
            let slot = page.records.get_mut((place % PER_PAGE) as usize)?;
            Some((slot, &mut page.changed))
        });
        slot.ok_or_else(|| {
            state(PageError::Beyond {
                index: place,
                count: 0,
            })
        })
    }

    /// Writes the pages that were changed.
    pub fn write(self, storage: &mut dyn Storage) {
        for (number, page) in self.held {
            if !page.changed {
                continue;
            }
            let mut bytes = vec![];
            for record in &page.records {
                borsh::to_writer(&mut bytes, record).expect("memory takes a page");
            }
            storage.set(self.pages.page_key(number).bytes(), &bytes);
        }
    }
}

/// A column is as long as the tally says; anything else is unreadable state.
fn state(why: PageError) -> ContractError {
    ContractError::State(match why {
        PageError::State(why) => why,
        other => StateError::Unreadable {
            key: other.to_string(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cosmwasm_std::testing::MockStorage;

    #[test]
    fn what_was_changed_is_written_once_and_nothing_else() {
        let mut storage = MockStorage::new();
        let all: Vec<u32> = (0..300).collect();
        Column::new(b'm', 7, 4).append(&mut storage, &all).unwrap();
        let mut column: Column<u32> = Column::new(b'm', 7, 4);
        assert_eq!(column.count(&storage).unwrap(), 300);
        assert_eq!(column.get(&storage, 299).unwrap(), 299);
        column.set(&storage, 130, 9).unwrap();
        assert_eq!(column.get(&storage, 130).unwrap(), 9);
        let mut fresh: Column<u32> = Column::new(b'm', 7, 4);
        assert_eq!(fresh.get(&storage, 130).unwrap(), 130);
        assert!(fresh.get(&storage, 300).is_err());
        column.write(&mut storage);
        let mut expected = all;
        expected[130] = 9;
        assert_eq!(
            Column::<u32>::new(b'm', 7, 4).all(&storage).unwrap(),
            expected
        );
    }
}
