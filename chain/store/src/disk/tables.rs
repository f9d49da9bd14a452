//! The tables of `state.redb`. Their layout is the format that [`FORMAT`] names; a change needs a new name.
//!
//! A store is one byte: 0 `ibc`, 1 `mycel`. "Flat key" is that byte followed by the raw key.
use mycel_types::{AppHash, StoreId};
use redb::TableDefinition;

use crate::{
    delta::PerStore,
    tree::{Child, NodeKey},
};

/// The name of the format.
pub(super) const FORMAT: &str = "mycel-state/1";

/// The file's name in the data directory.
pub(super) const FILE: &str = "state.redb";

/// Keys of [`META`].
pub(super) mod meta {
    /// [`super::FORMAT`].
    pub const FORMAT: &str = "format";
    /// u64 big-endian: the last durable height.
    pub const TIP: &str = "tip";
    /// u64 big-endian: the lowest height that can be read.
    pub const OLDEST: &str = "oldest";
}

/// What the file is and how far it is.
pub(super) const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");
/// Flat key → value at the tip.
pub(super) const LATEST: TableDefinition<&[u8], &[u8]> = TableDefinition::new("latest");
/// (flat key, height) → the value before that height's block, `None` if there was none.
pub(super) const UNDO: TableDefinition<(&[u8], u64), Option<&[u8]>> = TableDefinition::new("undo");
/// Store ‖ node key → node.
pub(super) const NODES: TableDefinition<&[u8], &[u8]> = TableDefinition::new("nodes");
/// Store ‖ SHA-256(key) → key, for every key in a readable state.
pub(super) const KEYS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("keys");
/// Height → app hash ‖ root of `ibc` ‖ root of `mycel`.
pub(super) const ROOTS: TableDefinition<u64, &[u8]> = TableDefinition::new("roots");
/// Height → the block's outcome in borsh.
pub(super) const OUTCOMES: TableDefinition<u64, &[u8]> = TableDefinition::new("outcomes");
/// (height, part) → rows that no state from that height on needs, see [`super::prune`].
pub(super) const GARBAGE: TableDefinition<(u64, u32), &[u8]> = TableDefinition::new("garbage");

pub(super) fn store_byte(store: StoreId) -> u8 {
    match store {
        StoreId::Ibc => 0,
        StoreId::Mycel => 1,
    }
}

/// A store's byte before anything of that store.
pub(super) fn flat(store: StoreId, key: &[u8]) -> Vec<u8> {
    let mut flat = Vec::with_capacity(key.len().saturating_add(1));
    flat.push(store_byte(store));
    flat.extend_from_slice(key);
    flat
}

pub(super) fn node_row(store: StoreId, key: &NodeKey) -> Vec<u8> {
    let mut row = Vec::with_capacity(42);
    row.push(store_byte(store));
    key.encode(&mut row);
    row
}

/// What the `roots` table says of a height.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Roots {
    pub(super) app_hash: AppHash,
    pub(super) children: PerStore<Option<Child>>,
}

/// Stands for a tree without leaves; no child's tag has it.
const NO_CHILD: u8 = 0xff;

impl Roots {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut row = self.app_hash.0.to_vec();
        for store in StoreId::ALL {
            match self.children.of(store) {
                Some(child) => child.encode(0, &mut row),
                None => row.push(NO_CHILD),
            }
        }
        row
    }

    pub(super) fn decode(row: &[u8]) -> Option<Self> {
        let (app_hash, mut rest) = row.split_first_chunk()?;
        let mut children = PerStore::default();
        for store in StoreId::ALL {
            if let Some(after) = rest.strip_prefix(&[NO_CHILD]) {
                rest = after;
            } else {
                let (_, child, after) = Child::decode(rest)?;
                *children.of_mut(store) = Some(child);
                rest = after;
            }
        }
        rest.is_empty().then_some(Self {
            app_hash: AppHash(*app_hash),
            children,
        })
    }
}
