//! The contract's tests, in one binary: a module for each subject, so that
//! `cargo test -p mycel-commons registry::` runs one. [`world`] is the contract
//! with the real members, credit and sortition in a sandbox.

// ---- registry, order, the whole
mod electors;
mod enrolling;
mod exploits;
mod exporting;
mod founding;
mod layout;
mod limits;
mod nesting;
mod order;
mod property;
mod wasm;

// ---- monitors
mod monitors;

// ---- cap, regeneration
mod nature;

// ---- rights
mod rights;

// ---- market
mod market;

mod world;
