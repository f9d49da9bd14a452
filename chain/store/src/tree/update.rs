//! A batch of changes, from the root down: every touched node is read, hashed and written once.
use std::sync::Arc;

use bytes::Bytes;
use rayon::prelude::*;

use super::{
    Child, Hash, JellyfishTree, Node, NodeKey, Nodes, Path, Tree, TreeRef, TreeUpdate,
    node::{leaf_hash, nibble, sha256},
};
use crate::StateFault;

/// From how many changes on the root's subtrees are computed in parallel.
const PARALLEL_FROM: usize = 256;

/// A change: the key's hash and the new leaf's hash, `None` to remove. Slices of it are sorted and have each key once.
struct Change {
    key_hash: Hash,
    leaf: Option<Hash>,
}

/// What one subtree's update adds.
#[derive(Default)]
struct Out {
    nodes: Vec<(Path, Arc<Node>)>,
    stale: Vec<NodeKey>,
}

impl Out {
    fn append(&mut self, mut other: Self) {
        self.nodes.append(&mut other.nodes);
        self.stale.append(&mut other.stale);
    }
}

impl Tree for JellyfishTree {
    fn apply(
        &self,
        parent: &TreeRef,
        version: u64,
        changes: &mut dyn Iterator<Item = (&Bytes, Option<&Bytes>)>,
    ) -> Result<TreeUpdate, StateFault> {
        let pairs: Vec<(&Bytes, Option<&Bytes>)> = changes.collect();
        let hash = |(key, value): &(&Bytes, Option<&Bytes>)| {
            let key_hash = sha256(key);
            let leaf = value.map(|value| leaf_hash(&key_hash, value));
            (Change { key_hash, leaf }, Bytes::clone(key))
        };
        let mut hashed: Vec<(Change, Bytes)> = if pairs.len() >= PARALLEL_FROM {
            pairs.par_iter().map(hash).collect()
        } else {
            pairs.iter().map(hash).collect()
        };
        hashed.sort_unstable_by_key(|(change, _)| change.key_hash);
        let mut keys = Vec::with_capacity(hashed.len());
        let mut changes = Vec::with_capacity(hashed.len());
        for (change, key) in hashed {
            keys.push((change.key_hash, key));
            changes.push(change);
        }

        let (root, out) = run(parent, version, &changes)?;
        Ok(TreeUpdate {
            version,
            root,
            nodes: out.nodes,
            stale: out.stale,
            keys,
        })
    }
}

fn run(
    parent: &TreeRef,
    version: u64,
    changes: &[Change],
) -> Result<(Option<Child>, Out), StateFault> {
    let update = Update {
        version,
        nodes: &*parent.nodes,
    };
    let mut out = Out::default();
    let root = update.subtree(Path::ROOT, parent.root.as_ref(), changes, &mut out)?;
    out.nodes.sort_unstable_by_key(|(path, _)| *path);
    Ok((root, out))
}

/// An update whose hashes are chosen: (key hash, leaf hash), sorted.
#[cfg(test)]
pub(super) fn apply_hashed(
    parent: &TreeRef,
    version: u64,
    leaves: Vec<(Hash, Option<Hash>)>,
) -> Result<TreeUpdate, StateFault> {
    let changes: Vec<Change> = leaves
        .into_iter()
        .map(|(key_hash, leaf)| Change { key_hash, leaf })
        .collect();
    let (root, out) = run(parent, version, &changes)?;
    Ok(TreeUpdate {
        version,
        root,
        nodes: out.nodes,
        stale: out.stale,
        keys: vec![],
    })
}

struct Update<'a> {
    version: u64,
    nodes: &'a dyn Nodes,
}

impl Update<'_> {
    /// The subtree at `at` after `changes`, which all lie in it.
    fn subtree(
        &self,
        at: Path,
        old: Option<&Child>,
        changes: &[Change],
        out: &mut Out,
    ) -> Result<Option<Child>, StateFault> {
        match old {
            None => Ok(self.build(at, &leaves(changes, None), out)),
            Some(Child::Leaf { key_hash, hash }) => {
                Ok(self.build(at, &leaves(changes, Some((*key_hash, *hash))), out))
            }
            Some(Child::Inner { version, hash }) => {
                let key = NodeKey {
                    version: *version,
                    path: at,
                };
                let node = self.nodes.node(&key, hash)?;
                let Some(children) = self.children(at, &node, changes, out)? else {
                    return Ok(old.cloned());
                };
                out.stale.push(key);
                Ok(self.seal(at, children, out))
            }
        }
    }

    /// A node's children after `changes`; `None` if nothing changes.
    fn children(
        &self,
        at: Path,
        node: &Node,
        changes: &[Change],
        out: &mut Out,
    ) -> Result<Option<Vec<(u8, Child)>>, StateFault> {
        let groups: Vec<(u8, &[Change])> =
            by_nibble(changes, at.depth(), |change| &change.key_hash).collect();
        let one = |(nibble, changes): &(u8, &[Change])| {
            let mut out = Out::default();
            let child = self.subtree(at.push(*nibble), node.child(*nibble), changes, &mut out)?;
            Ok((*nibble, child, out))
        };
        let parallel = at == Path::ROOT && changes.len() >= PARALLEL_FROM;
        let updated: Vec<(u8, Option<Child>, Out)> = if parallel {
            groups
                .par_iter()
                .map(one)
                .collect::<Result<_, StateFault>>()?
        } else {
            groups.iter().map(one).collect::<Result<_, StateFault>>()?
        };
        if updated
            .iter()
            .all(|(nibble, child, _)| child.as_ref() == node.child(*nibble))
        {
            return Ok(None);
        }
        let mut children = Vec::with_capacity(16);
        let mut kept = node.0.iter().peekable();
        for (nibble, child, more) in updated {
            while let Some(before) = kept.next_if(|(at, _)| *at < nibble) {
                children.push(before.clone());
            }
            kept.next_if(|(at, _)| *at == nibble);
            children.extend(child.map(|child| (nibble, child)));
            out.append(more);
        }
        children.extend(kept.cloned());
        Ok(Some(children))
    }

    /// A new subtree of `leaves`, which are sorted and all lie in it.
    fn build(&self, at: Path, leaves: &[(Hash, Hash)], out: &mut Out) -> Option<Child> {
        match leaves {
            [] => None,
            [(key_hash, hash)] => Some(Child::Leaf {
                key_hash: *key_hash,
                hash: *hash,
            }),
            _ => {
                let children = by_nibble(leaves, at.depth(), |(key_hash, _)| key_hash)
                    .filter_map(|(nibble, leaves)| {
                        Some((nibble, self.build(at.push(nibble), leaves, out)?))
                    })
                    .collect();
                self.seal(at, children, out)
            }
        }
    }

    /// The node of `children`; a leaf alone needs none and rises to its parent.
    fn seal(&self, at: Path, mut children: Vec<(u8, Child)>, out: &mut Out) -> Option<Child> {
        match &children[..] {
            [] => None,
            [(_, only)] if only.is_leaf() => children.pop().map(|(_, leaf)| leaf),
            _ => {
                let node = Node(children);
                let hash = node.hash();
                out.nodes.push((at, Arc::new(node)));
                Some(Child::Inner {
                    version: self.version,
                    hash,
                })
            }
        }
    }
}

/// The leaves that `changes` leave, together with one that was there before.
fn leaves(changes: &[Change], old: Option<(Hash, Hash)>) -> Vec<(Hash, Hash)> {
    let mut leaves: Vec<(Hash, Hash)> = changes
        .iter()
        .filter_map(|change| Some((change.key_hash, change.leaf?)))
        .collect();
    if let Some(old) = old
        && changes
            .binary_search_by_key(&old.0, |change| change.key_hash)
            .is_err()
    {
        let place = leaves.partition_point(|(key_hash, _)| *key_hash < old.0);
        leaves.insert(place, old);
    }
    leaves
}

/// Splits a sorted slice by the nibble at `depth`.
fn by_nibble<'a, T>(
    sorted: &'a [T],
    depth: usize,
    hash: impl Fn(&T) -> &Hash + 'a,
) -> impl Iterator<Item = (u8, &'a [T])> {
    let mut rest = sorted;
    std::iter::from_fn(move || {
        let first = nibble(hash(rest.first()?), depth);
        let (group, after) =
            rest.split_at(rest.partition_point(|item| nibble(hash(item), depth) <= first));
        rest = after;
        Some((first, group))
    })
}
