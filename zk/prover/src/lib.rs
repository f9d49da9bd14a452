//! Makes Groth16 proofs over BN254, natively and in a browser.
//!
//! One format of proving keys: snarkjs' `.zkey`, so that a key which a
//! ceremony made serves here unchanged, and whoever doubts us proves and
//! verifies with snarkjs instead.
//!
//! # A proof's way
//! [`ProvingKey::read`] streams the file once: every section is bounded by
//! the header before anything is allocated, BLAKE3 runs over all bytes and
//! must give the digest that the caller expects, and the matrices A and B are
//! compiled into rows that every later proof reuses.
//!
//! [`prove`] asks the circuit whether its inputs are consistent (so that a
//! member is told why, rather than given a proof that nobody accepts),
//! computes the witness without building matrices, then
//!
//! ```text
//! A = α + Σ wᵢ·uᵢ(τ) + r·δ        B = β + Σ wᵢ·vᵢ(τ) + s·δ
//! C = Σ wᵢ·cᵢ + Σ qⱼ·hⱼ + s·A + r·B − r·s·δ
//! ```
//!
//! and verifies the result before it leaves. An inconsistent witness, a key
//! for another circuit or a fault of the machine never gets out.
//!
//! The quotient is circom's: with D the domain of 2ᵏ-th roots and ω a root of
//! twice that order, hⱼ are the Lagrange points of the odd half (ω·D) at τ,
//! and qⱼ = A·B − C evaluated there ([`quotient`]). No division by the
//! vanishing polynomial is needed, it is constant on that half and lies in hⱼ.
//!
//! # Map
//! [`key`] reading keys · [`zkey`] the file's header and sections ·
//! [`points`] points as the file has them · [`matrices`] compiled rows ·
//! [`quotient`] the polynomial part · `sum` sums of
//! many points · [`progress`] telling and stopping.
#![forbid(unsafe_code)]

mod error;
pub mod key;
pub mod matrices;
pub mod points;
pub mod progress;
mod proof;
pub mod quotient;
mod sum;
pub mod zkey;

pub use error::{KeyError, ProveError};
pub use key::ProvingKey;
pub use progress::{Progress, Silent, Stage};
pub use proof::{prove, prove_assignment};
