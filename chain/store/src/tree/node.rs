//! Nodes of the tree, their hashes and their stored form.
use std::fmt;

use sha2::{Digest, Sha256};

use super::{EMPTY_ROOT, Hash};

pub(super) const LEAF: &[u8] = b"JMT::LeafNode";
pub(super) const INNER: &[u8] = b"JMT::IntrnalNode";

/// SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// The hash of a leaf.
pub(crate) fn leaf_hash(key_hash: &Hash, value: &[u8]) -> Hash {
    Sha256::new()
        .chain_update(LEAF)
        .chain_update(key_hash)
        .chain_update(sha256(value))
        .finalize()
        .into()
}

fn inner_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new()
        .chain_update(INNER)
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// What hangs below a node, or the root of a whole tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Child {
    /// The only leaf of its subtree.
    Leaf { key_hash: Hash, hash: Hash },
    /// A node, written by the block of height `version`.
    Inner { version: u64, hash: Hash },
}

impl Child {
    pub(crate) fn hash(&self) -> &Hash {
        match self {
            Self::Leaf { hash, .. } | Self::Inner { hash, .. } => hash,
        }
    }

    pub(crate) fn is_leaf(&self) -> bool {
        matches!(self, Self::Leaf { .. })
    }

    /// Tag byte ‖ body; the tag's high bits are left to the caller.
    pub(crate) fn encode(&self, nibble: u8, out: &mut Vec<u8>) {
        match self {
            Self::Leaf { key_hash, hash } => {
                out.push(nibble);
                out.extend_from_slice(key_hash);
                out.extend_from_slice(hash);
            }
            Self::Inner { version, hash } => {
                out.push(nibble | 0x10);
                out.extend_from_slice(&version.to_be_bytes());
                out.extend_from_slice(hash);
            }
        }
    }

    /// Undoes [`Self::encode`], giving the nibble, the child and the rest.
    pub(crate) fn decode(bytes: &[u8]) -> Option<(u8, Self, &[u8])> {
        let (tag, rest) = bytes.split_first()?;
        match tag >> 4 {
            0 => {
                let (key_hash, rest) = rest.split_first_chunk()?;
                let (hash, rest) = rest.split_first_chunk()?;
                Some((
                    tag & 0xf,
                    Self::Leaf {
                        key_hash: *key_hash,
                        hash: *hash,
                    },
                    rest,
                ))
            }
            1 => {
                let (version, rest) = rest.split_first_chunk()?;
                let (hash, rest) = rest.split_first_chunk()?;
                Some((
                    tag & 0xf,
                    Self::Inner {
                        version: u64::from_be_bytes(*version),
                        hash: *hash,
                    },
                    rest,
                ))
            }
            _ => None,
        }
    }
}

/// A child and the nibble that leads to it.
pub(crate) type Entry = (u8, Child);

/// Four levels of the tree: children by nibble, sorted. Has at least two, or one that is no leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node(pub(crate) Vec<Entry>);

impl Node {
    pub(crate) fn hash(&self) -> Hash {
        Self::range_hash(&self.0, 0, 16)
    }

    /// The root of the part of a node whose nibbles lie in `start .. start + width`; `children` are exactly those.
    pub(super) fn range_hash(children: &[Entry], start: u8, width: u8) -> Hash {
        match children {
            [] => EMPTY_ROOT,
            [(_, only)] if width == 1 || only.is_leaf() => *only.hash(),
            _ => {
                let half = width / 2;
                let (left, right) = Self::halves(children, start, half);
                inner_hash(
                    &Self::range_hash(left, start, half),
                    &Self::range_hash(right, start + half, half),
                )
            }
        }
    }

    pub(super) fn halves(children: &[Entry], start: u8, half: u8) -> (&[Entry], &[Entry]) {
        children.split_at(children.partition_point(|(nibble, _)| *nibble < start + half))
    }

    pub(crate) fn child(&self, nibble: u8) -> Option<&Child> {
        self.0
            .binary_search_by_key(&nibble, |(at, _)| *at)
            .ok()
            .map(|found| &self.0[found].1)
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.0.len().saturating_mul(65));
        for (nibble, child) in &self.0 {
            child.encode(*nibble, &mut out);
        }
        out
    }

    /// Undoes [`Self::encode`]; `None` if the bytes are no node.
    pub(crate) fn decode(mut bytes: &[u8]) -> Option<Self> {
        let mut children: Vec<Entry> = Vec::with_capacity(bytes.len() / 41);
        while !bytes.is_empty() {
            let (nibble, child, rest) = Child::decode(bytes)?;
            if children.last().is_some_and(|(last, _)| *last >= nibble) {
                return None;
            }
            children.push((nibble, child));
            bytes = rest;
        }
        (!children.is_empty()).then_some(Self(children))
    }
}

/// The first `len` nibbles of a key hash; what follows is zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path {
    nibbles: Hash,
    len: u8,
}

impl Path {
    pub(crate) const ROOT: Self = Self {
        nibbles: [0; 32],
        len: 0,
    };

    pub(crate) fn depth(&self) -> usize {
        usize::from(self.len)
    }

    /// The path of a child. Only called above depth 64: two keys with one hash are one key.
    pub(crate) fn push(&self, nibble: u8) -> Self {
        let mut path = *self;
        let byte = usize::from(self.len / 2);
        path.nibbles[byte] |= if self.len.is_multiple_of(2) {
            nibble << 4
        } else {
            nibble
        };
        path.len += 1;
        path
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.len);
        out.extend_from_slice(&self.nibbles[..usize::from(self.len.div_ceil(2))]);
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.nibbles)[..self.depth()])
    }
}

/// The nibble of a key hash at a depth below 64.
pub(crate) fn nibble(hash: &Hash, depth: usize) -> u8 {
    let byte = hash[depth / 2];
    if depth.is_multiple_of(2) {
        byte >> 4
    } else {
        byte & 0xf
    }
}

/// Names a stored node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeKey {
    pub(crate) version: u64,
    pub(crate) path: Path,
}

impl NodeKey {
    /// Version ‖ depth ‖ path: nodes of one block lie next to each other.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.version.to_be_bytes());
        self.path.encode(out);
    }
}
