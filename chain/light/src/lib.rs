//! Verifies headers, commits and state proofs without a node: no I/O, no clock, also `wasm32-unknown-unknown`.
//!
//! # The model
//! A reader trusts one thing only, a [`Trust`]: the hash of a validator set, or the hash of one block. Everything
//! else follows by checking:
//!
//! ```text
//! Trust ─▶ first block ─▶ (steps) ─▶ block H+1 ─▶ app_hash ─▶ store root ─▶ key = value (or: key is absent)
//!          commit > 2/3    1/3 overlap              ICS-23       ICS-23
//!                          + commit > 2/3           simple map   tree
//! ```
//! The state after block H is committed to by the app hash in header H+1, so a proof of state H carries block H+1.
//!
//! # Invariants
//! * A commit is accepted only if *every* signature in it verifies, and those for the block exceed two thirds of
//!   the power. (Two thirds would do for safety; all of them leave no byte of a [`Bundle`] unchecked.)
//! * A [`Bundle`] has one spelling. [`verify()`] compares the bytes it was given with the bundle written anew, so
//!   white space, order of fields, letter case and unknown fields are all refused.
//! * A bundle holds nothing that is not signed, hashed, compared with the reader's trust, or derived anew (the
//!   `story` and the `root`). Hence no byte of a bundle can change without [`verify()`] failing.
//! * What is given is bounded before it is used: see [`limit`]. No input panics.
//!
//! # Limits of the promise
//! There is no clock here, so a bundle says what was true at its header's time, on the word of validators that the
//! reader trusts. Who follows a chain passes an [`Expiry`] to [`verify_step`], so that validators who left long
//! ago cannot sign a false history.
//!
//! # Map
//! * [`block`]: [`LightBlock`], [`Validators`]; [`json`]: CometBFT's JSON of them; [`commit`]: all signatures of a
//!   commit; [`step`]: from a trusted block to a later one (`tendermint-light-client-verifier`).
//! * [`proof`]: ICS-23 paths, membership and non-membership, of both stores.
//! * [`bundle`]: the file format; [`story()`]: what a key and a value say; [`verify()`]: all of it at once.
//! * [`trust`], [`error`], [`limit`].
#![forbid(unsafe_code)]

pub mod block;
pub mod bundle;
pub mod commit;
pub mod error;
pub mod json;
pub mod limit;
pub mod proof;
pub mod step;
mod story;
pub mod trust;
mod verify;

pub use block::{LightBlock, Validator, Validators};
pub use bundle::{Bundle, Root};
pub use error::VerifyError;
pub use proof::verify_proof;
pub use step::{Expiry, verify_step, verify_trusted};
pub use story::story;
pub use trust::Trust;
pub use verify::{Verified, verify, verify_bundle};
