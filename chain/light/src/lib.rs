//! Verifies headers, commits and state proofs without a node.
