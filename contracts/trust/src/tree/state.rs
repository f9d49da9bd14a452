//! What the tree stores.
//!
//! | key | record |
//! |---|---|
//! | `t` ‖ `n` ‖ height u8 ‖ index u32 | 32 raw bytes: a node of height 0 (the leaves), 4, 8, 12 or 16; what is empty is absent |
//! | `t` ‖ `r` | [`Top`]: the root, how many places are taken, when it changed |
//! | `t` ‖ `c` ‖ slot u64 | 32 raw bytes: the root when this slot's first change came |

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::{Order, Storage};
use mycel_kit::Key;
use mycel_kit::key::StateError;

use super::empty::EMPTY;
use crate::element::Element;

/// The root and what belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Top {
    /// The root now.
    pub root: Element,
    /// Places taken, from the left.
    pub places: u32,
    /// The slot of the last change; 0 before the first.
    pub changed: u64,
}

/// The root and what belongs to it.
#[must_use]
pub fn top() -> Key<Top> {
    Key::new(b't', b"r")
}

/// Where a node lies.
#[must_use]
pub fn node(height: u8, index: u32) -> Vec<u8> {
    let mut key = vec![b't', b'n', height];
    key.extend_from_slice(&index.to_be_bytes());
    key
}

/// A node; what is not stored is empty.
///
/// # Errors
/// Only for unreadable state.
pub fn load(storage: &dyn Storage, height: u8, index: u32) -> Result<Element, StateError> {
    let key = node(height, index);
    match storage.get(&key) {
        None => Ok(EMPTY[usize::from(height)]),
        Some(bytes) => element(&key, &bytes),
    }
}

/// The nodes of a height that are stored, from an index up to another, in order.
pub fn nodes(
    storage: &dyn Storage,
    height: u8,
    from: u32,
    to: u32,
) -> impl Iterator<Item = Result<(u32, Element), StateError>> + '_ {
    let (start, end) = (node(height, from), node(height, to));
    storage
        .range(Some(&start), Some(&end), Order::Ascending)
        .map(|(key, bytes)| {
            let index = key.get(3..).and_then(|index| index.try_into().ok());
            let index = index.map(u32::from_be_bytes);
            let index = index.ok_or_else(|| unreadable(&key))?;
            Ok((index, element(&key, &bytes)?))
        })
}

/// Where a slot's checkpoint lies.
#[must_use]
pub fn checkpoint(slot: u64) -> Vec<u8> {
    let mut key = vec![b't', b'c'];
    key.extend_from_slice(&slot.to_be_bytes());
    key
}

/// Checkpoints from a slot on, in order.
pub fn checkpoints(
    storage: &dyn Storage,
    from: u64,
) -> impl Iterator<Item = Result<(u64, Element), StateError>> + '_ {
    let end = [b't', b'c' + 1];
    storage
        .range(Some(&checkpoint(from)), Some(&end), Order::Ascending)
        .map(|(key, bytes)| {
            let slot = key
                .get(2..)
                .and_then(|slot| slot.try_into().ok())
                .map(u64::from_be_bytes)
                .ok_or_else(|| unreadable(&key))?;
            Ok((slot, element(&key, &bytes)?))
        })
}

fn element(key: &[u8], bytes: &[u8]) -> Result<Element, StateError> {
    bytes.try_into().map_err(|_| unreadable(key))
}

fn unreadable(key: &[u8]) -> StateError {
    StateError::Unreadable {
        key: cosmwasm_std::to_hex(key),
    }
}
