//! Bounds of what is read from outside.

/// Bytes of a bundle.
pub const BUNDLE_BYTES: usize = 8 << 20;
/// Validators in a set.
pub const VALIDATORS: usize = 1_000;
/// Blocks between the trusted one and the one that is proven.
pub const PATH_BLOCKS: usize = 256;
/// Bytes of one proof operation. A proof of absence carries its neighbours' values.
pub const PROOF_BYTES: usize = 4 << 20;
/// Inner nodes of a path in the tree: one for each bit of a SHA-256 key.
pub const TREE_DEPTH: usize = 256;
