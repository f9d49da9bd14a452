//! The application under the scripted engine, with real Wasm.
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "tests measure time and keep unordered sets"
)]

mod admission;
mod contracts;
mod determinism;
mod gas;
mod hostile;
mod money;
mod puppet;
mod queries;
mod submessages;
mod town;
