//! Phase 2 of Groth16: keys that nobody alone could forge with.
//!
//! A circuit's proving key needs secrets: whoever knows them forges proofs.
//! Powers of tau, made once for all circuits by many people, hide the first
//! of them. For each circuit a second phase hides δ: [`init`] makes a key with
//! δ = 1, everyone who wants multiplies δ by a secret of their own and forgets
//! it ([`contribute`]), and a public value that nobody could foresee ends the
//! chain ([`beacon`]). **One honest contributor is enough.**
//!
//! Every step is checked by anyone afterwards ([`verify`]): that each
//! contributor knew their secret, that nothing was dropped, changed or put
//! elsewhere, and that the key is this circuit's, divided by their δ and
//! otherwise as `init` made it. The files are snarkjs' own (`.r1cs`, `.ptau`,
//! `.zkey`), byte for byte: `snarkjs zkey verify` accepts ours, snarkjs'
//! contributions verify here, and either continues the other's chain.
//!
//! # A ceremony's folder
//! [`Ceremony`] keeps one circuit's files: `ceremony.json` (what it is about),
//! `circuit.r1cs`, `0000.zkey` from `init`, `0001.zkey` and so on, one for each
//! contribution, `final.zkey`. A step writes beside and renames: a killed one
//! leaves all that was there. `export` writes
//!
//! - `verification_key.json`, as snarkjs has it;
//! - `verification_key.bin`, the bytes that a chain registers;
//! - `transcript.json`: the circuit, the powers of tau and all contributions
//!   with their hashes ([`transcript`]). BLAKE3 over these bytes is the
//!   ceremony's hash in a chain's register of keys.
//!
//! # Invariants
//! 1. `init` is deterministic: the same circuit and powers give the same bytes.
//! 2. Nothing is allocated for a number in a file before it is bounded.
//! 3. A contribution is refused, with its number and reason, unless it follows
//!    from those before it.
//! 4. Development keys ([`development`]) are what their name says: anyone can
//!    forge under them, and chains that matter refuse them.
//!
//! # Map
//! [`R1cs`], [`Ptau`], [`Zkey`] files · [`contribution`] their record ·
//! `setup` init · `tau` consistency of powers · `contribute` · `verify` ·
//! `draw` snarkjs' way from a seed to points · [`transcript`] ·
//! [`steps`] the folder · [`development`].
#![forbid(unsafe_code)]

mod contribute;
pub mod contribution;
pub mod development;
mod draw;
mod error;
mod file;
mod golden;
mod parallel;
mod ptau;
mod r1cs;
mod sections;
mod setup;
pub mod steps;
mod tau;
pub mod transcript;
mod verify;

pub use contribute::{beacon, contribute};
pub use contribution::{Contribution, Kind, Record};
pub use error::{CeremonyError, Flaw};
pub use file::Zkey;
pub use ptau::Ptau;
pub use r1cs::{Combination, R1cs};
pub use setup::init;
pub use steps::Ceremony;
pub use verify::{Report, verify};
