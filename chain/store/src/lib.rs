//! Authenticated, versioned state with ICS-23 proofs.
//!
//! # Model
//! There is one state for each height, from genesis (initial height − 1) on without gaps. A state is two sorted maps,
//! the stores `ibc` and `mycel`, each with a Merkle tree over it; the app hash is the root of the map of the two tree
//! roots. A [`Snapshot`] is one state, durable or not: reads, walks and proofs are the same. A block is executed on a
//! snapshot through [`View`]s, its changes become a [`Delta`], [`Store::root`] stages the child state with its root
//! and writes nothing, and [`Store::persist`] makes it durable. Children can be staged on a staged parent.
//!
//! ```
//! use mycel_store::{BlockWrites, Config, RedbStore, Store, View};
//! use mycel_types::{Cancel, Outcome, StoreId};
//!
//! let store = RedbStore::in_memory(Config::default())?;
//! let mut block = BlockWrites::new(store.genesis(1));
//! let mut view: Box<dyn View> = Box::new(block.view(&Cancel::new()));
//! view.set(StoreId::Mycel, "greeting".into(), Some("hello".into()))?;
//! block.apply(view.finish().writes);
//! let staged = store.root(&store.genesis(1), block.into_delta())?;
//! let outcome = Outcome { app_hash: staged.app_hash(), results: vec![], events: vec![], validators: vec![], params: None };
//! store.persist(&staged, &outcome)?;
//! assert_eq!(store.at(0)?.get(StoreId::Mycel, b"greeting")?.as_deref(), Some(&b"hello"[..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Invariants
//! * The root is a function of the map's content alone: not of order, batching, history or how it was computed. Its
//!   definition (`tree`, `app_hash`) is normative and pinned by vectors; how nodes are stored is not.
//! * Proofs verify with `jmt::ics23_spec()` and `ics23::tendermint_spec()`. Keys and values are therefore never empty,
//!   and `ibc` holds a sentinel from genesis on, since an empty tree proves nothing.
//! * Values, undo rows, tree nodes, roots, outcome and tip of a block are one transaction. Killed at any instant, the
//!   file holds whole blocks.
//! * A snapshot never changes, whatever is persisted or pruned meanwhile; readers and the writer do not wait for each
//!   other.
//! * What is read from the tree has the hash that its parent names; the tip's roots are recomputed when the file is
//!   opened. A contradiction is [`StateFault::Corrupt`] and says what to do.
//! * A revert undoes writes, never the record of what was read.
//!
//! # Snapshots for state sync
//! Their order is fixed: first `ibc`, then `mycel`; within a store every (raw key, raw value) by ascending
//! SHA-256(key). It is the order of the tree's leaves, so a run of entries has a range proof, and it is equal on every
//! node whatever its history.
//!
//! # Limits
//! Two keys whose hashes agree in more than 64 bits exceed the `max_depth` of the ICS-23 spec that strict verifiers
//! check: such a pair is stored and read as any other, but light clients may refuse its proofs.
//!
//! # Map
//! * `view`, `layered`, `write_set`: what a transaction sees; marks, reverts, frozen cursors.
//! * `delta`, `range`, `cursor`: changes, ranges, ordered walks over layers.
//! * `snapshot`, `store`: one state; the chain of states.
//! * `tree`: nodes, batched updates, paths. `proof`, `app_hash`: from a key to the app hash.
//! * `disk`: tables, past reads, one block's transaction, pruning, opening, the full check.
#![forbid(unsafe_code)]

mod app_hash;
mod cursor;
mod delta;
mod disk;
mod fault;
mod layered;
mod proof;
mod range;
mod snapshot;
mod store;
mod tree;
mod view;
mod write_set;

pub use cursor::Cursor;
pub use delta::Delta;
pub use disk::{Config, RedbStore, Verified};
pub use fault::{StateFault, StoreError};
pub use layered::{BlockWrites, LayeredView};
pub use proof::{MAP_OP, TREE_OP};
pub use range::{Direction, KeyRange};
pub use snapshot::Snapshot;
pub use store::{Staged, Store, Tip};
pub use tree::{EMPTY_ROOT, Hash, JellyfishTree, Tree, TreeRef, TreeUpdate};
pub use view::{CursorId, Effects, Mark, RangeRead, Read, View};
