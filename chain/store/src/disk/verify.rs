//! The whole tip, checked against itself.
use mycel_types::StoreId;

use super::base::At;
use crate::{
    Direction, KeyRange, StateFault,
    delta::PerStore,
    snapshot::Base,
    tree::{Child, NodeKey, Path, leaf_hash},
};

/// What a full check has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Keys of both stores.
    pub keys: u64,
    /// Tree nodes of both stores.
    pub nodes: u64,
}

/// Walks both trees: every node has its hash, every leaf its key and value, and no value is without a leaf.
pub(super) fn verify(at: &At) -> Result<Verified, StateFault> {
    let mut seen = Verified::default();
    let mut leaves = PerStore::<u64>::default();
    for store in StoreId::ALL {
        let mut open: Vec<(Path, Child)> = at
            .roots()
            .of(store)
            .iter()
            .map(|root| (Path::ROOT, root.clone()))
            .collect();
        while let Some((path, child)) = open.pop() {
            match child {
                Child::Inner { version, hash } => {
                    let node = at.node(store, &NodeKey { version, path }, &hash)?;
                    seen.nodes = seen.nodes.saturating_add(1);
                    open.extend(
                        node.0
                            .iter()
                            .map(|(nibble, child)| (path.push(*nibble), child.clone())),
                    );
                }
                Child::Leaf { key_hash, hash } => {
                    let differs = || {
                        let (store, key_hash) = (store.name(), hex::encode(key_hash));
                        StateFault::damaged(format_args!(
                            "tree and values differ store={store} key_hash={key_hash}"
                        ))
                    };
                    let key = at.key(store, &key_hash)?.ok_or_else(differs)?;
                    let value = at.get(store, &key)?.ok_or_else(differs)?;
                    if leaf_hash(&key_hash, &value) != hash {
                        return Err(differs());
                    }
                    *leaves.of_mut(store) = leaves.of(store).saturating_add(1);
                }
            }
        }
        let mut values = 0u64;
        let mut source = at.source(store, KeyRange::all(), Direction::Forward)?;
        while source.next()?.is_some() {
            values = values.saturating_add(1);
        }
        if values != *leaves.of(store) {
            return Err(StateFault::damaged(format_args!(
                "store={} has values={values} leaves={}",
                store.name(),
                leaves.of(store)
            )));
        }
        seen.keys = seen.keys.saturating_add(values);
    }
    Ok(seen)
}
