//! A block's bytes cut into CometBFT parts.
use bytes::Bytes;

use super::merkle;

/// The size of a part; only the last may be smaller.
pub const PART_BYTES: usize = 65_536;

/// A block's bytes with the hashes of their parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartSet {
    bytes: Bytes,
    hashes: Vec<[u8; 32]>,
    root: [u8; 32],
}

impl PartSet {
    /// Cuts bytes into parts. Empty bytes have no part.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let hashes: Vec<[u8; 32]> = bytes.chunks(PART_BYTES).map(merkle::leaf_hash).collect();
        let root = merkle::root_of_hashes(&hashes);
        Self {
            bytes,
            hashes,
            root,
        }
    }

    /// How many parts.
    pub fn total(&self) -> u32 {
        // a block is bounded far below 2^32 parts
        self.hashes.len() as u32
    }

    /// The merkle root over the parts.
    pub fn root(&self) -> [u8; 32] {
        self.root
    }

    /// All bytes.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Part `index` with its proof; `None` beyond the last.
    pub fn part(&self, index: u32) -> Option<(Bytes, Vec<[u8; 32]>)> {
        let proof = merkle::prove(&self.hashes, index as usize)?;
        let start = index as usize * PART_BYTES;
        let end = self.bytes.len().min(start + PART_BYTES);
        Some((self.bytes.slice(start..end), proof))
    }
}

/// Whether `bytes` is part `index` of `total` under `root`.
pub fn verify_part(
    root: &[u8; 32],
    total: u32,
    index: u32,
    bytes: &[u8],
    proof: &[[u8; 32]],
) -> bool {
    merkle::verify(
        root,
        total as usize,
        index as usize,
        &merkle::leaf_hash(bytes),
        proof,
    )
}
