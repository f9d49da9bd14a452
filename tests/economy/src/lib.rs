//! The contracts of the credit economy together, in a sandbox.
//!
//! A [`Town`] has its contracts native or compiled ([`Way`]), at the same
//! addresses either way. [`Play`] makes random messages from a seed: sensible
//! ones, ones at the edge, ones of people who may not. Half of them are made
//! from the state, kind by kind, so that they can succeed; [`reach`] names every
//! kind, and each must be accepted again and again. After each message every
//! contract's own `invariants` are asked; a refused message must leave nothing.
//!
//! `MYCEL_CASES` says how many messages, `MYCEL_SEED` which seed is the first;
//! the seed is in every failure.
#![forbid(unsafe_code)]

pub mod codes;
pub mod elsewhere;
pub mod play;
pub mod random;
pub mod reach;
mod scores;
mod sense;
pub mod town;
pub mod view;

pub use codes::Way;
pub use play::Play;
pub use random::{Random, cases, first_seed};
pub use reach::Tally;
pub use town::Town;
