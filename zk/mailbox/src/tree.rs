//! The tree of leaves: depth 20, empty leaves 0, node = P2.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;

use crate::error::MailboxError;
use crate::hash::p2;

/// Levels between a leaf and the root.
pub const DEPTH: usize = 20;

/// A node of two below it.
#[must_use]
pub fn node(left: Fr, right: Fr) -> Fr {
    p2(left, right)
}

/// Roots of empty trees by height: 0 for a leaf, up to [`DEPTH`].
#[must_use]
pub fn empty() -> &'static [Fr; DEPTH + 1] {
    static EMPTY: OnceLock<[Fr; DEPTH + 1]> = OnceLock::new();
    EMPTY.get_or_init(|| {
        let mut roots = [Fr::ZERO; DEPTH + 1];
        for height in 0..DEPTH {
            roots[height + 1] = node(roots[height], roots[height]);
        }
        roots
    })
}

/// The neighbours of a leaf's way to the root, lowest first, and its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path {
    /// The leaf's place.
    pub index: u32,
    /// Neighbours, lowest first.
    pub siblings: [Fr; DEPTH],
}

impl Path {
    /// Whether the way comes from the right at a height.
    #[must_use]
    pub fn from_right(&self, height: usize) -> bool {
        self.index >> height & 1 == 1
    }

    /// The root above a leaf.
    #[must_use]
    pub fn root(&self, leaf: Fr) -> Fr {
        self.siblings
            .iter()
            .enumerate()
            .fold(leaf, |below, (height, sibling)| {
                if self.from_right(height) {
                    node(*sibling, below)
                } else {
                    node(below, *sibling)
                }
            })
    }
}

/// A whole tree in memory: a wallet's own copy of all leaves.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// Nodes that differ from an empty tree's, by height and place.
    nodes: BTreeMap<(u8, u32), Fr>,
}

impl Tree {
    /// Puts a leaf in its place; zero empties it.
    pub fn set(&mut self, index: u32, leaf: Fr) -> Result<(), MailboxError> {
        check(index)?;
        self.put(0, index, leaf);
        for height in 0..DEPTH {
            let place = index >> (height + 1);
            let (left, right) = (self.at(height, 2 * place), self.at(height, 2 * place + 1));
            self.put(height + 1, place, node(left, right));
        }
        Ok(())
    }

    /// A leaf.
    #[must_use]
    pub fn leaf(&self, index: u32) -> Fr {
        self.at(0, index)
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> Fr {
        self.at(DEPTH, 0)
    }

    /// A leaf's way to the root.
    pub fn path(&self, index: u32) -> Result<Path, MailboxError> {
        check(index)?;
        let siblings = std::array::from_fn(|height| self.at(height, index >> height ^ 1));
        Ok(Path { index, siblings })
    }

    fn at(&self, height: usize, place: u32) -> Fr {
        *self
            .nodes
            .get(&(height as u8, place))
            .unwrap_or(&empty()[height])
    }

    fn put(&mut self, height: usize, place: u32, value: Fr) {
        if value == empty()[height] {
            self.nodes.remove(&(height as u8, place));
        } else {
            self.nodes.insert((height as u8, place), value);
        }
    }
}

fn check(index: u32) -> Result<(), MailboxError> {
    let leaves = 1 << DEPTH;
    match u64::from(index) < leaves {
        true => Ok(()),
        false => Err(MailboxError::OutsideTree {
            index: index.into(),
            leaves,
        }),
    }
}
