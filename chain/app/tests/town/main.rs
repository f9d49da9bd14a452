//! The application under the scripted engine, with real Wasm.
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "tests measure time and keep unordered sets"
)]

mod abuse;
mod admission;
mod ahead;
mod authorities;
mod contracts;
mod determinism;
mod end_of_block;
mod gas;
mod hostile;
mod money;
mod proofs;
mod puppet;
mod queries;
mod quotas;
mod seeded;
mod stage;
mod submessages;
mod town;
mod upgrades;
mod validators;
