//! The prover as one WebAssembly module for a worker of a page. Plain functions, numbers and bytes: no glue is generated.
//!
//! A worker feeds the proving key as it arrives, asks for a proof, and reads the answer:
//!
//! ```text
//! p = room(n); write n bytes at p; key_add(n)     … for each piece of the download
//! p = room(32); write the key's digest; key_read()
//! p = room(32); write random bytes; show_example(seed)
//! answer() … answer() + answer_length()           the proof (256 bytes) and its public inputs (32 bytes each)
//! ```
//!
//! Functions that can fail answer 0 or 1; after 1 the answer is the reason, as text. While a key is read and a proof is
//! made, the page's `progress(stage, done, total)` is called; if it answers anything but 0, the work stops.
//!
//! The secret never leaves the worker: what comes out is the proof, which was verified before. Randomness is the page's
//! (`crypto.getRandomValues`), since a module has none of its own.
//!
//! # Map
//! [`Session`] is all of it, in plain Rust; `abi` gives it the module's names.
#![deny(unsafe_code)]

mod abi;
mod session;

pub use session::{Failure, Session};
