//! The contract's tests, in one binary: a module for each subject, so that
//! `cargo test -p mycel-assembly carried::` runs one. [`world`] is the
//! contract, the real members and small peers in a sandbox.

mod burning;
mod carried;
mod classes;
mod commons;
mod delegating;
mod elections;
mod exploits;
mod large;
mod layout;
mod pauses;
mod pending;
mod property;
mod proposing;
mod real;
mod refused;
mod spending;
mod talking;
mod tallying;
mod voting;
mod waiting;
mod wasm;
mod world;
