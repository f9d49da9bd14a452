//! Verifies Groth16 proofs over BN254, one or many, and hashes with Poseidon.
//!
//! # The model
//! A key is a statement's shape: four points α, β, γ, δ and one point for each
//! public input, besides one for the constant 1. A proof (A, B, C) holds for
//! inputs x₁…xₙ when
//!
//! ```text
//! e(A, B) = e(α, β) · e(IC₀ + Σ xᵢ·ICᵢ, γ) · e(C, δ)
//! ```
//!
//! Many proofs under one key hold when a random combination of their equations
//! does: one final exponentiation for all, and three Miller loops besides one
//! for each proof.
//!
//! # Invariants
//! 1. As many public inputs as the key has, neither more nor fewer. An input
//!    too many would be read past, one too few would count as zero.
//! 2. Whatever was decoded is canonical: coordinates below the field's order,
//!    points on the curve and in the subgroup, none at infinity, elements
//!    below the order of the scalars. There is one way to write each.
//! 3. A key under which anybody forges is refused as far as it can be seen:
//!    β, γ, δ equal or opposite in pairs (nobody took part in the second phase
//!    of its ceremony), a point at infinity (an input that nothing binds), two
//!    inputs under one point (only their sum is bound).
//! 4. A batch's coefficients follow from the key and all that is in it: every
//!    machine gets the same verdict, and nobody can choose proofs that fit.
//! 5. Nothing panics on what it reads; work is linear in it, which is bounded.
//!
//! What is **not** promised: that a proof is unique. Whoever sees (A, B, C) can
//! make others for the same inputs, as (−A, −B, C). What must happen once is
//! counted by nullifiers, never by proofs.
//!
//! # Map
//! [`field`] elements as bytes · [`poseidon`] · [`proof`], [`key`] as bytes ·
//! [`mod@verify`] one · [`mod@batch`] many · `snarkjs` its JSON (feature
//! `std`) · `point` coordinates · `testing` proofs without a prover, under
//! keys whose secrets are known (feature `testing`).
//!
//! Without the feature `std` it needs `alloc` only, and looks Poseidon's
//! constants up anew with each hash.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod batch;
pub mod field;
pub mod key;
pub mod point;
pub mod poseidon;
pub mod proof;
#[cfg(feature = "std")]
pub mod snarkjs;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod verify;

pub use ark_bn254::Fr;
pub use batch::{batch, verdicts};
pub use field::{Element, FieldError};
pub use key::{KeyError, PreparedKey, VerifyingKey};
pub use point::PointError;
pub use poseidon::PoseidonError;
pub use proof::{Proof, ProofError};
pub use verify::verify;

#[cfg(test)]
#[allow(
    clippy::disallowed_methods,
    reason = "tests read their settings and say how long they took"
)]
mod tests;
