//! The upper tree nodes in memory: every update and every proof walks through them.
use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use mycel_types::StoreId;

use crate::{
    delta::PerStore,
    tree::{Node, NodeKey, Path},
};

/// Nodes at this depth (in nibbles) and above are kept.
const DEPTH: usize = 4;

/// No more than this many a store: a full tree of that depth.
const CAPACITY: usize = 69_905;

/// Versions and nodes by path.
type Newest = BTreeMap<Path, (u64, Arc<Node>)>;

/// The newest version of each upper node.
#[derive(Default)]
pub(super) struct NodeCache(RwLock<PerStore<Newest>>);

impl NodeCache {
    pub(super) fn get(&self, store: StoreId, key: &NodeKey) -> Option<Arc<Node>> {
        if key.path.depth() > DEPTH {
            return None;
        }
        let nodes = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (version, node) = nodes.of(store).get(&key.path)?;
        (*version == key.version).then(|| node.clone())
    }

    pub(super) fn put<'a>(
        &self,
        store: StoreId,
        nodes: impl IntoIterator<Item = (NodeKey, &'a Arc<Node>)>,
    ) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let cached = all.of_mut(store);
        for (key, node) in nodes {
            if key.path.depth() > DEPTH
                || (cached.len() >= CAPACITY && !cached.contains_key(&key.path))
            {
                continue;
            }
            let entry = cached
                .entry(key.path)
                .or_insert_with(|| (key.version, node.clone()));
            if entry.0 < key.version {
                *entry = (key.version, node.clone());
            }
        }
    }
}
