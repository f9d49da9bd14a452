//! One state, durable or not.
//!
//! A snapshot is a layer: either a durable height, or changes over a parent. When a layer becomes durable it is
//! replaced in place by its durable form and lets go of its parent, so chains stay as short as what is not yet on disk
//! however long their descendants live.
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use bytes::Bytes;
use mycel_types::{AppHash, StoreId, key::IBC_SENTINEL};
use tendermint_proto::crypto::ProofOps;

use crate::{
    Cursor, Delta, Direction, KeyRange, StateFault,
    app_hash::app_hash,
    cursor::{DeltaSource, Source},
    delta::PerStore,
    proof,
    tree::{Child, Hash, JellyfishTree, Node, NodeKey, Nodes, Tree, TreeRef, TreeUpdate},
};

/// A durable state.
pub(crate) trait Base: Send + Sync {
    fn get(&self, store: StoreId, key: &[u8]) -> Result<Option<Bytes>, StateFault>;
    /// An ordered walk.
    fn source(
        &self,
        store: StoreId,
        range: KeyRange,
        dir: Direction,
    ) -> Result<Box<dyn Source>, StateFault>;
    fn node(&self, store: StoreId, key: &NodeKey, expected: &Hash)
    -> Result<Arc<Node>, StateFault>;
    /// The key of a hash.
    fn key(&self, store: StoreId, hash: &Hash) -> Result<Option<Bytes>, StateFault>;
    fn roots(&self) -> &PerStore<Option<Child>>;
}

/// What a [`Snapshot`] stands on.
pub(crate) enum State {
    /// Before genesis: nothing at all.
    Empty,
    /// A durable height.
    Durable(Arc<dyn Base>),
    /// Changes that are not durable.
    Pending(Box<Pending>),
}

pub(crate) struct Pending {
    parent: Snapshot,
    pub(crate) delta: Arc<Delta>,
    /// Computed when first needed: not every layer becomes a block.
    trees: OnceLock<PerStore<TreeUpdate>>,
}

impl Pending {
    pub(crate) fn trees(&self) -> Result<&PerStore<TreeUpdate>, StateFault> {
        if let Some(trees) = self.trees.get() {
            return Ok(trees);
        }
        self.delta.validate()?;
        let version = self.parent.child_height();
        let mut trees = PerStore::<TreeUpdate>::default();
        for store in StoreId::ALL {
            let parent = self.parent.tree(store)?;
            *trees.of_mut(store) =
                JellyfishTree.apply(&parent, version, &mut self.delta.iter(store))?;
        }
        Ok(self.trees.get_or_init(|| trees))
    }
}

/// One state of both stores: cheap to clone, safe to keep, readable from any thread.
///
/// A snapshot of a durable height keeps a read transaction open. That never blocks the writer, but pages that it still
/// sees are not reused, so do not keep one for hours.
#[derive(Clone)]
pub struct Snapshot(Arc<Layer>);

struct Layer {
    /// The height of a block built on this state.
    child_height: u64,
    state: RwLock<Arc<State>>,
}

impl Snapshot {
    fn with(child_height: u64, state: State) -> Self {
        Self(Arc::new(Layer {
            child_height,
            state: RwLock::new(Arc::new(state)),
        }))
    }

    /// The nothing that genesis is built on.
    pub(crate) fn empty(genesis_height: u64) -> Self {
        Self::with(genesis_height, State::Empty)
    }

    pub(crate) fn durable(height: u64, base: Arc<dyn Base>) -> Self {
        Self::with(height.saturating_add(1), State::Durable(base))
    }

    /// This state with changes. Genesis gets the sentinel of the `ibc` store.
    pub(crate) fn child(&self, mut delta: Arc<Delta>) -> Self {
        if matches!(*self.state(), State::Empty) && delta.get(StoreId::Ibc, IBC_SENTINEL).is_none()
        {
            Arc::make_mut(&mut delta).set(
                StoreId::Ibc,
                IBC_SENTINEL,
                Some(Bytes::from_static(&[1])),
            );
        }
        let pending = Pending {
            parent: self.clone(),
            delta,
            trees: OnceLock::new(),
        };
        Self::with(
            self.0.child_height.saturating_add(1),
            State::Pending(Box::new(pending)),
        )
    }

    pub(crate) fn state(&self) -> Arc<State> {
        self.0
            .state
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Lets go of the parent: the same state is durable now.
    pub(crate) fn settle(&self, base: Arc<dyn Base>) {
        *self.0.state.write().unwrap_or_else(PoisonError::into_inner) =
            Arc::new(State::Durable(base));
    }

    pub(crate) fn child_height(&self) -> u64 {
        self.0.child_height
    }

    /// The height whose block made this state. Changes over a state count as the next block.
    pub fn height(&self) -> u64 {
        self.0.child_height.saturating_sub(1)
    }

    /// The value of a key.
    pub fn get(&self, store: StoreId, key: &[u8]) -> Result<Option<Bytes>, StateFault> {
        let mut state = self.state();
        loop {
            let below = match &*state {
                State::Empty => return Ok(None),
                State::Durable(base) => return base.get(store, key),
                State::Pending(pending) => match pending.delta.get(store, key) {
                    Some(value) => return Ok(value.cloned()),
                    None => pending.parent.state(),
                },
            };
            state = below;
        }
    }

    /// An ordered walk over a range.
    pub fn scan(&self, store: StoreId, range: KeyRange, dir: Direction) -> Cursor {
        Cursor::new(self.sources(store, range, dir), dir)
    }

    fn sources(
        &self,
        store: StoreId,
        range: KeyRange,
        dir: Direction,
    ) -> Result<Vec<Box<dyn Source>>, StateFault> {
        let mut sources: Vec<Box<dyn Source>> = Vec::new();
        if range.is_empty() {
            return Ok(sources);
        }
        let mut state = self.state();
        loop {
            let below = match &*state {
                State::Empty => break,
                State::Durable(base) => {
                    sources.push(base.source(store, range, dir)?);
                    break;
                }
                State::Pending(pending) => {
                    let delta = pending.delta.clone();
                    sources.push(Box::new(DeltaSource {
                        delta,
                        store,
                        left: range.clone(),
                        dir,
                    }));
                    pending.parent.state()
                }
            };
            state = below;
        }
        Ok(sources)
    }

    /// The proof of a key's value, or of its absence, up to [`Self::app_hash`]: two operations, `ics23:jmt` in the
    /// store's tree (key = the raw key) and `ics23:simple` in the map of stores (key = the store's name), each with an
    /// ICS-23 `CommitmentProof` as its data.
    pub fn prove(&self, store: StoreId, key: &[u8]) -> Result<ProofOps, StateFault> {
        proof::prove(self, store, key)
    }

    /// The root of this state. It stands in the header of the next height.
    pub fn app_hash(&self) -> Result<AppHash, StateFault> {
        Ok(app_hash(&self.roots()?))
    }

    /// Reads the root node of each tree, which checks its hash.
    pub(crate) fn check_roots(&self) -> Result<(), StateFault> {
        for store in StoreId::ALL {
            crate::tree::path(&self.tree(store)?, &[0; 32])?;
        }
        Ok(())
    }

    pub(crate) fn roots(&self) -> Result<PerStore<Hash>, StateFault> {
        PerStore::<()>::default().map(|store, ()| Ok(self.tree(store)?.root()))
    }

    pub(crate) fn tree(&self, store: StoreId) -> Result<TreeRef, StateFault> {
        let top = self.state();
        let root = match &*top {
            State::Empty => None,
            State::Durable(base) => base.roots().of(store).clone(),
            State::Pending(pending) => pending.trees()?.of(store).root.clone(),
        };
        let mut chain = Chain {
            store,
            pending: Vec::new(),
            base: None,
        };
        let mut state = top;
        loop {
            let below = match &*state {
                State::Empty => break,
                State::Durable(base) => {
                    chain.base = Some(base.clone());
                    break;
                }
                State::Pending(pending) => pending.parent.state(),
            };
            chain.pending.push(std::mem::replace(&mut state, below));
        }
        Ok(TreeRef {
            root,
            nodes: Arc::new(chain),
        })
    }

    /// The key of a hash that the tree of this state holds.
    pub(crate) fn key(&self, store: StoreId, hash: &Hash) -> Result<Option<Bytes>, StateFault> {
        let mut state = self.state();
        loop {
            let below = match &*state {
                State::Empty => return Ok(None),
                State::Durable(base) => return base.key(store, hash),
                State::Pending(pending) => match pending.trees()?.of(store).key(hash) {
                    Some(key) => return Ok(Some(key.clone())),
                    None => pending.parent.state(),
                },
            };
            state = below;
        }
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot")
            .field("height", &self.height())
            .finish_non_exhaustive()
    }
}

/// The nodes of a tree whose last versions may be in memory.
struct Chain {
    store: StoreId,
    pending: Vec<Arc<State>>,
    base: Option<Arc<dyn Base>>,
}

impl Nodes for Chain {
    fn node(&self, key: &NodeKey, expected: &Hash) -> Result<Arc<Node>, StateFault> {
        for state in &self.pending {
            let State::Pending(pending) = &**state else {
                continue;
            };
            let update = pending.trees()?.of(self.store);
            if update.version == key.version {
                let missing =
                    || StateFault::Corrupt(format!("missing tree node in memory: {key:?}"));
                return update.node(&key.path).cloned().ok_or_else(missing);
            }
        }
        match &self.base {
            Some(base) => base.node(self.store, key, expected),
            None => Err(StateFault::Corrupt(format!("missing tree node: {key:?}"))),
        }
    }
}
