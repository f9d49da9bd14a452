//! Proofs: the bank of verifying keys, and how a block's proofs are verified together.
//!
//! A key is bound to its name for ever. Its record says whose it is, which ceremony made it and whether its secrets are
//! known; its points are kept beside it, under their digest. Whether a proof holds is a pure function of the key, the
//! public inputs and the proof, so it may be found out before a block's transactions run: see [`ahead`].
mod ahead;
mod keys;
mod prepared;

pub(crate) use ahead::{Ahead, Claim, Judging, LEAST, verify_ahead};
pub(crate) use keys::{Candidate, check, write};
pub(crate) use prepared::prepared;
