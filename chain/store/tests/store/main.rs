//! The store as its users see it, against plain maps, the crate `jmt` and the crate `ics23`.
#![allow(
    clippy::disallowed_methods,
    reason = "tests measure and may read the environment"
)]

mod chain;
mod crash;
mod damage;
mod heights;
mod proofs;
mod pruning;
mod roots;
mod views;
