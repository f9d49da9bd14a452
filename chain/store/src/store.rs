//! The trait between the application and whatever keeps its state.
use std::sync::Arc;

use mycel_types::{AppHash, Outcome};

use crate::{Delta, Snapshot, StateFault};

/// The last durable state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
    /// Its height; initial height − 1 right after genesis.
    pub height: u64,
    /// Its root.
    pub app_hash: AppHash,
}

/// Keeps the states of a chain, one for each height.
pub trait Store: Send + Sync {
    /// The empty state that genesis is built on: its child has height `initial_height` − 1.
    fn genesis(&self, initial_height: u64) -> Snapshot;

    /// The durable state of a height within the window.
    fn at(&self, height: u64) -> Result<Snapshot, StateFault>;

    /// A state with changes; the parent need not be durable. Cheap: no root is computed.
    fn overlay(&self, parent: &Snapshot, delta: Arc<Delta>) -> Snapshot;

    /// Computes the state of the next height and its root. Writes nothing; may run on any thread, and may be dropped.
    fn root(&self, parent: &Snapshot, delta: Arc<Delta>) -> Result<Staged, StateFault>;

    /// Makes a staged state durable together with its outcome: all or nothing, in height order. Doing it twice is
    /// harmless, also with an equal state that was staged anew.
    fn persist(&self, staged: &Staged, results: &Outcome) -> Result<(), StateFault>;

    /// The last durable state; `None` before genesis.
    fn tip(&self) -> Option<Tip>;

    /// The height of the last durable state; `None` before genesis.
    fn durable(&self) -> Option<u64> {
        self.tip().map(|tip| tip.height)
    }

    /// The lowest height that [`Self::at`] still serves; `None` before genesis.
    fn retained(&self) -> Option<u64>;

    /// What a durable block gave to the world.
    fn outcome(&self, height: u64) -> Result<Option<Outcome>, StateFault>;
}

/// A state with its root, ready to be made durable.
#[derive(Clone, Debug)]
pub struct Staged {
    pub(crate) state: Snapshot,
    pub(crate) app_hash: AppHash,
    /// The parent's root; `None` for genesis.
    pub(crate) parent: Option<AppHash>,
}

impl Staged {
    /// The state; a parent for further blocks, whether it is durable yet or not.
    pub fn snapshot(&self) -> &Snapshot {
        &self.state
    }

    /// Its height.
    pub fn height(&self) -> u64 {
        self.state.height()
    }

    /// Its root.
    pub fn app_hash(&self) -> AppHash {
        self.app_hash
    }
}
