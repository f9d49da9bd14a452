//! Authenticated, versioned state with ICS-23 proofs.
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
