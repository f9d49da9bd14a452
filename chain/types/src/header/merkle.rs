//! CometBFT's simple merkle tree (RFC 6962): root, proof of one leaf, check of a proof.
use sha2::{Digest, Sha256};

/// The root over leaves in order; of no leaves, SHA-256 of nothing.
pub fn root<T: AsRef<[u8]>>(leaves: &[T]) -> [u8; 32] {
    let hashes: Vec<[u8; 32]> = leaves.iter().map(|l| leaf_hash(l.as_ref())).collect();
    root_of_hashes(&hashes)
}

/// A leaf's hash: SHA-256 of `0x00 ‖ leaf`.
pub fn leaf_hash(leaf: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update([0])
        .chain_update(leaf)
        .finalize()
        .into()
}

fn inner_hash(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    Sha256::new()
        .chain_update([1])
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// The root over hashes of leaves.
pub fn root_of_hashes(hashes: &[[u8; 32]]) -> [u8; 32] {
    match hashes {
        [] => Sha256::digest([]).into(),
        [one] => *one,
        _ => {
            let (left, right) = hashes.split_at(split(hashes.len()));
            inner_hash(&root_of_hashes(left), &root_of_hashes(right))
        }
    }
}

/// The largest power of two below `n`, for n > 1.
fn split(n: usize) -> usize {
    n.next_power_of_two() / 2
}

/// The hashes beside the way from leaf `index` to the root, lowest first; `None` beyond the leaves.
pub fn prove(hashes: &[[u8; 32]], index: usize) -> Option<Vec<[u8; 32]>> {
    if index >= hashes.len() {
        return None;
    }
    let mut aunts = Vec::new();
    collect(hashes, index, &mut aunts);
    Some(aunts)
}

fn collect(hashes: &[[u8; 32]], index: usize, aunts: &mut Vec<[u8; 32]>) {
    if hashes.len() <= 1 {
        return;
    }
    let at = split(hashes.len());
    let (left, right) = hashes.split_at(at);
    if index < at {
        collect(left, index, aunts);
        aunts.push(root_of_hashes(right));
    } else {
        collect(right, index - at, aunts);
        aunts.push(root_of_hashes(left));
    }
}

/// Whether `leaf` is leaf `index` of `total` under `root`.
pub fn verify(
    root: &[u8; 32],
    total: usize,
    index: usize,
    leaf: &[u8; 32],
    aunts: &[[u8; 32]],
) -> bool {
    if index >= total {
        return false;
    }
    climb(total, index, leaf, aunts).is_some_and(|found| found == *root)
}

fn climb(total: usize, index: usize, leaf: &[u8; 32], aunts: &[[u8; 32]]) -> Option<[u8; 32]> {
    match total {
        0 => None,
        1 => aunts.is_empty().then_some(*leaf),
        _ => {
            let (aunt, below) = aunts.split_last()?;
            let at = split(total);
            Some(if index < at {
                inner_hash(&climb(at, index, leaf, below)?, aunt)
            } else {
                inner_hash(aunt, &climb(total - at, index - at, leaf, below)?)
            })
        }
    }
}
