//! The contract's tests, in one binary: a module for each subject, so that
//! `cargo test -p mycel-members leaving::` runs one. [`world`] is the contract
//! and its peers in a sandbox.

mod authority;
mod electors;
mod import;
mod joining;
mod keys;
mod layout;
mod leaving;
mod obstruction;
mod profile;
mod property;
mod returning;
mod sanctions;
mod wasm;
mod with_credit;
mod world;
