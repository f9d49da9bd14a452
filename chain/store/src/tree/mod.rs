//! The state tree: a Jellyfish Merkle tree over SHA-256, with the root and the proofs of the crate `jmt` 0.12.
//!
//! The *definition* is normative, this way of computing it is not. Keys are hashed; the tree is binary over the 256
//! bits of the hash, most significant first. With H = SHA-256:
//! * no leaf: `SPARSE_MERKLE_PLACEHOLDER_HASH__`
//! * exactly one leaf: H("JMT::LeafNode" ‖ H(key) ‖ H(value)), at whatever depth it becomes alone
//! * more: H("JMT::IntrnalNode" ‖ left ‖ right)
//!
//! Four levels are stored as one [`Node`] with up to 16 children under (version, path). Leaves live inside their
//! parent's node, so a path costs no row of its own for them. A child names the version that wrote it: an update
//! writes new nodes along the changed paths only and lists the nodes that nobody needs from this version on.
mod node;
mod proof;
#[cfg(test)]
mod tests;
mod update;

use std::sync::Arc;

use bytes::Bytes;

pub(crate) use node::{Child, Node, NodeKey, Path, leaf_hash, sha256};
pub(crate) use proof::{Side, leaf_op, neighbour, path};

use crate::StateFault;

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// The root of a tree without leaves.
pub const EMPTY_ROOT: Hash = *b"SPARSE_MERKLE_PLACEHOLDER_HASH__";

/// One state of one tree: its root, and where its nodes are. The nodes may be in memory.
#[derive(Clone)]
pub struct TreeRef {
    pub(crate) root: Option<Child>,
    pub(crate) nodes: Arc<dyn Nodes>,
}

impl TreeRef {
    /// The root hash.
    pub fn root(&self) -> Hash {
        self.root.as_ref().map_or(EMPTY_ROOT, |child| *child.hash())
    }
}

/// Where nodes are read from. An implementation checks that what it returns has the hash `expected`.
pub(crate) trait Nodes: Send + Sync {
    fn node(&self, key: &NodeKey, expected: &Hash) -> Result<Arc<Node>, StateFault>;
}

/// What an update adds to a tree and what it makes superfluous.
#[derive(Clone, Debug, Default)]
pub struct TreeUpdate {
    /// The new state's height.
    pub(crate) version: u64,
    pub(crate) root: Option<Child>,
    /// New nodes, all of `version`, sorted by path.
    pub(crate) nodes: Vec<(Path, Arc<Node>)>,
    /// Nodes that no state from `version` on refers to.
    pub(crate) stale: Vec<NodeKey>,
    /// Hash → key of every key of the delta, sorted by hash.
    pub(crate) keys: Vec<(Hash, Bytes)>,
}

impl TreeUpdate {
    /// The root hash after the update.
    pub fn root(&self) -> Hash {
        self.root.as_ref().map_or(EMPTY_ROOT, |child| *child.hash())
    }

    pub(crate) fn node(&self, path: &Path) -> Option<&Arc<Node>> {
        self.nodes
            .binary_search_by(|(at, _)| at.cmp(path))
            .ok()
            .map(|found| &self.nodes[found].1)
    }

    pub(crate) fn key(&self, hash: &Hash) -> Option<&Bytes> {
        self.keys
            .binary_search_by(|(at, _)| at.cmp(hash))
            .ok()
            .map(|found| &self.keys[found].1)
    }
}

/// How roots are computed: sees a parent and sorted changes, nothing else, and writes nothing.
pub trait Tree: Send + Sync {
    /// Applies changes in key order (`None` removes) to `parent`, giving the state of height `version`. Pure. A
    /// change that changes nothing leaves the root as it is.
    fn apply(
        &self,
        parent: &TreeRef,
        version: u64,
        changes: &mut dyn Iterator<Item = (&Bytes, Option<&Bytes>)>,
    ) -> Result<TreeUpdate, StateFault>;
}

/// The one implementation: batched from the root down, the root's sixteen subtrees in parallel when it pays.
#[derive(Clone, Copy, Debug, Default)]
pub struct JellyfishTree;
