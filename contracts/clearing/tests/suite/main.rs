//! The contract's tests, in one binary: a module for each subject, so that
//! `cargo test -p mycel-clearing rounds::` runs one. [`world`] is the contract
//! in memory, its peers and a solver.

mod allocation;
mod bad_input;
mod exploits;
mod freeze;
mod layout;
mod markets;
mod obligations;
mod payments;
mod promises;
mod property;
mod rounds;
mod sarafu;
mod units;
mod units_property;
mod wasm;
mod world;
