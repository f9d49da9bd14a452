//! Borsh records under typed keys.
//!
//! A contract's `state.rs` has one function per kind of record that returns
//! its [`Key`]; the contract loads and saves through it, an auditor takes the
//! raw bytes from a state proof and [`Key::decode`]s them. Keys are short
//! (every byte of a key is paid for with every write): a one-byte tag, then
//! the fixed-width or last part of the key.

use std::marker::PhantomData;

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::Storage;

/// A raw storage key that knows which record lies under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key<T> {
    bytes: Vec<u8>,
    record: PhantomData<fn() -> T>,
}

/// A record that is missing or cannot be read: state another version wrote,
/// or a corrupt database. Never the caller's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// Nothing is stored under a key that always has a value.
    #[error("state missing: key={key}")]
    Missing {
        /// The raw key in hexadecimal.
        key: String,
    },
    /// The bytes are not the expected record.
    #[error("state unreadable: key={key}")]
    Unreadable {
        /// The raw key in hexadecimal.
        key: String,
    },
}

impl<T> Key<T> {
    /// A key of a tag and the parts that follow it.
    #[must_use]
    pub fn new(tag: u8, rest: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(1 + rest.len());
        bytes.push(tag);
        bytes.extend_from_slice(rest);
        Key {
            bytes,
            record: PhantomData,
        }
    }

    /// The raw key, as a state proof names it (below the contract's prefix).
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn hex(&self) -> String {
        cosmwasm_std::to_hex(&self.bytes)
    }
}

impl<T: BorshDeserialize> Key<T> {
    /// Reads the raw value of this key, as from a state proof.
    ///
    /// # Errors
    /// [`StateError::Unreadable`] for anything but exactly one record.
    pub fn decode(&self, value: &[u8]) -> Result<T, StateError> {
        borsh::from_slice(value).map_err(|_| StateError::Unreadable { key: self.hex() })
    }

    /// The record, if any.
    ///
    /// # Errors
    /// [`StateError::Unreadable`].
    pub fn may_load(&self, storage: &dyn Storage) -> Result<Option<T>, StateError> {
        storage
            .get(&self.bytes)
            .map(|value| self.decode(&value))
            .transpose()
    }

    /// The record, which must exist.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn load(&self, storage: &dyn Storage) -> Result<T, StateError> {
        self.may_load(storage)?
            .ok_or_else(|| StateError::Missing { key: self.hex() })
    }
}

impl<T: BorshSerialize> Key<T> {
    /// Writes the record.
    #[allow(clippy::missing_panics_doc, reason = "it cannot panic: see the expect")]
    pub fn save(&self, storage: &mut dyn Storage, record: &T) {
        let value =
            borsh::to_vec(record).expect("memory takes every record: none holds 2^32 items");
        storage.set(&self.bytes, &value);
    }
}

impl<T> Key<T> {
    /// Whether anything is stored here.
    #[must_use]
    pub fn exists(&self, storage: &dyn Storage) -> bool {
        storage.get(&self.bytes).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cosmwasm_std::testing::MockStorage;

    #[test]
    fn a_record_comes_back_and_trailing_bytes_are_refused() {
        let mut storage = MockStorage::new();
        let key: Key<(u32, i128)> = Key::new(b'a', &7u32.to_be_bytes());
        assert_eq!(key.may_load(&storage), Ok(None));
        assert_eq!(
            key.load(&storage),
            Err(StateError::Missing {
                key: "6100000007".into()
            })
        );
        key.save(&mut storage, &(1, -2));
        assert_eq!(key.load(&storage), Ok((1, -2)));
        let mut value = storage.get(key.bytes()).unwrap();
        value.push(0);
        assert_eq!(
            key.decode(&value),
            Err(StateError::Unreadable {
                key: "6100000007".into()
            })
        );
    }
}
