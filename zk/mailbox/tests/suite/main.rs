//! The sealed mailbox outside circuits.
#![cfg(feature = "hashing")]

mod keys;
mod ratings;
mod scores;
mod trees;
