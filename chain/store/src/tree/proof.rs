//! Paths through the tree: what an ICS-23 proof is made of.
use super::{
    Child, Hash, Node, NodeKey, Path as NodePath, TreeRef,
    node::{INNER, LEAF, nibble},
};
use crate::StateFault;

/// The way from the root towards a key hash.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    /// The leaf at its end: (key hash, leaf hash). It is the key's own, or the only one in the subtree where the key
    /// would be; `None` if that subtree is empty.
    pub(crate) leaf: Option<(Hash, Hash)>,
    /// ICS-23 steps from the leaf up to the root.
    pub(crate) steps: Vec<ics23::InnerOp>,
}

/// How ICS-23 hashes a leaf of the tree.
pub(crate) fn leaf_op() -> ics23::LeafOp {
    ics23::LeafOp {
        hash: ics23::HashOp::Sha256.into(),
        prehash_key: ics23::HashOp::Sha256.into(),
        prehash_value: ics23::HashOp::Sha256.into(),
        length: ics23::LengthOp::NoPrefix.into(),
        prefix: LEAF.to_vec(),
    }
}

fn step(right: bool, sibling: Hash) -> ics23::InnerOp {
    let (prefix, suffix) = if right {
        ([INNER, &sibling].concat(), vec![])
    } else {
        (INNER.to_vec(), sibling.to_vec())
    };
    ics23::InnerOp {
        hash: ics23::HashOp::Sha256.into(),
        prefix,
        suffix,
    }
}

/// Walks from the root towards `key_hash`.
pub(crate) fn path(tree: &TreeRef, key_hash: &Hash) -> Result<Path, StateFault> {
    let mut steps = Vec::new();
    let mut at = NodePath::ROOT;
    let mut next = tree.root.clone();
    let leaf = loop {
        match next {
            None => break None,
            Some(Child::Leaf { key_hash, hash }) => break Some((key_hash, hash)),
            Some(Child::Inner { version, hash }) => {
                let node = tree.nodes.node(&NodeKey { version, path: at }, &hash)?;
                let nibble = nibble(key_hash, at.depth());
                next = within(&node, nibble, &mut steps);
                at = at.push(nibble);
            }
        }
    };
    steps.reverse();
    Ok(Path { leaf, steps })
}

/// Walks the four levels inside a node; gives the child at the end, or the leaf that stands for the whole rest.
fn within(node: &Node, nibble: u8, steps: &mut Vec<ics23::InnerOp>) -> Option<Child> {
    let (mut children, mut start, mut width) = (&node.0[..], 0, 16);
    loop {
        match children {
            [] => return None,
            [(_, only)] if width == 1 || only.is_leaf() => return Some(only.clone()),
            _ => {}
        }
        let half = width / 2;
        let (left, right) = Node::halves(children, start, half);
        let goes_right = nibble >= start + half;
        if goes_right {
            steps.push(step(true, Node::range_hash(left, start, half)));
            (children, start) = (right, start + half);
        } else {
            steps.push(step(false, Node::range_hash(right, start + half, half)));
            children = left;
        }
        width = half;
    }
}

/// On which side of a key hash to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// The greatest leaf below it.
    Left,
    /// The least leaf above it.
    Right,
}

/// The nearest leaf strictly beside `key_hash`.
pub(crate) fn neighbour(
    tree: &TreeRef,
    key_hash: &Hash,
    side: Side,
) -> Result<Option<Hash>, StateFault> {
    // the subtrees on that side of the path, the nearest last
    let mut beside: Vec<(NodePath, Child)> = Vec::new();
    let mut at = NodePath::ROOT;
    let mut next = tree.root.clone();
    while let Some(child) = next {
        let Child::Inner { version, hash } = &child else {
            beside.push((at, child));
            break;
        };
        let node = tree.nodes.node(
            &NodeKey {
                version: *version,
                path: at,
            },
            hash,
        )?;
        let nibble = nibble(key_hash, at.depth());
        let nearest = match side {
            Side::Left => node.0.iter().rev().find(|(at, _)| *at < nibble),
            Side::Right => node.0.iter().find(|(at, _)| *at > nibble),
        };
        beside.extend(nearest.map(|(nibble, child)| (at.push(*nibble), child.clone())));
        next = node.child(nibble).cloned();
        at = at.push(nibble);
    }
    while let Some((mut at, mut child)) = beside.pop() {
        loop {
            match child {
                Child::Leaf { key_hash: leaf, .. } => {
                    let on_side = match side {
                        Side::Left => leaf < *key_hash,
                        Side::Right => leaf > *key_hash,
                    };
                    if on_side {
                        return Ok(Some(leaf));
                    }
                    break;
                }
                Child::Inner { version, hash } => {
                    let node = tree.nodes.node(&NodeKey { version, path: at }, &hash)?;
                    let nearest = match side {
                        Side::Left => node.0.last(),
                        Side::Right => node.0.first(),
                    };
                    let Some((nibble, below)) = nearest else {
                        return Err(StateFault::damaged(format_args!(
                            "empty tree node path={at:?} version={version}"
                        )));
                    };
                    at = at.push(*nibble);
                    child = below.clone();
                }
            }
        }
    }
    Ok(None)
}
