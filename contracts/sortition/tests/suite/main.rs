//! The contract's tests, in one binary: a module for each subject, so that
//! `cargo test -p mycel-sortition seats::` runs one. [`world`] is the contract,
//! members' double and a solver in a sandbox.

mod beacon;
mod exploits;
mod freezing;
mod gas;
mod juries;
mod lotteries;
mod mutations;
mod pieces;
mod pools;
mod proofs;
mod property;
mod seating;
mod statistics;
mod wasm;
mod world;
