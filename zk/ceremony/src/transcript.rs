//! The transcript: what a ceremony was, for everyone to keep and compare.
//!
//! ```text
//! { "format": "mycel ceremony 1", "circuit": name,
//!   "variables", "publics", "domain": numbers,
//!   "r1cs", "powers_of_tau": BLAKE3 of the files,      "powers": log₂ of the powers' reach,
//!   "circuit_hash": BLAKE2b of the first key,
//!   "contributions": [{ "name", "hash", "transcript", "delta_after", "beacon"?, "iterations"? }],
//!   "zkey": BLAKE3 of the last key's file,  "verifying_key": BLAKE3 of its bytes }
//! ```
//!
//! Hexadecimal throughout. `hash` is what a contributor published when they contributed.
use mycel_prover::points;
use serde::{Deserialize, Serialize};

use crate::{
    contribution::{Contribution, Kind},
    error::CeremonyError,
    file::Zkey,
    steps::About,
};

/// The value of `format`.
pub const FORMAT: &str = "mycel ceremony 1";

/// A transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transcript {
    /// [`FORMAT`].
    pub format: String,
    /// The circuit's name.
    pub circuit: String,
    /// Variables, the constant included.
    pub variables: u32,
    /// Public inputs.
    pub publics: u32,
    /// Rows.
    pub domain: u32,
    /// BLAKE3 of the constraint system's file.
    pub r1cs: String,
    /// BLAKE3 of the powers of tau.
    pub powers_of_tau: String,
    /// log₂ of the rows that they reach.
    pub powers: u32,
    /// BLAKE2b of the key before any contribution.
    pub circuit_hash: String,
    /// In order.
    pub contributions: Vec<Entry>,
    /// BLAKE3 of the proving key's file.
    pub zkey: String,
    /// BLAKE3 of the verifying key's bytes.
    pub verifying_key: String,
}

/// A contribution in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Who, in their own words.
    pub name: String,
    /// The contribution's hash.
    pub hash: String,
    /// Hash of all before it and its public key.
    pub transcript: String,
    /// δ after it.
    pub delta_after: String,
    /// The beacon's value, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beacon: Option<String>,
    /// log₂ of its rounds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iterations: Option<u8>,
}

impl Transcript {
    pub(crate) fn new(about: &About, key: &Zkey) -> Result<Self, CeremonyError> {
        let verifying = key.verifying_key()?;
        Ok(Self {
            format: FORMAT.to_owned(),
            circuit: about.circuit.clone(),
            variables: key.header.variables,
            publics: key.header.publics,
            domain: key.header.domain,
            r1cs: about.r1cs.clone(),
            powers_of_tau: about.powers_of_tau.clone(),
            powers: about.powers,
            circuit_hash: hex(&key.record.circuit),
            contributions: key.record.contributions.iter().map(Entry::from).collect(),
            zkey: hex(&key.digest()),
            verifying_key: hex(&verifying.digest()),
        })
    }

    /// The file's bytes; BLAKE3 over them is the ceremony's hash.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = serde_json::to_vec_pretty(self).expect("strings and numbers are JSON");
        out.push(b'\n');
        out
    }

    /// The ceremony's hash.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        blake3::hash(&self.encode()).into()
    }
}

impl From<&Contribution> for Entry {
    fn from(contribution: &Contribution) -> Self {
        let (beacon, iterations) = match &contribution.kind {
            Kind::Person => (None, None),
            Kind::Beacon { value, iterations } => (Some(hex(value)), Some(*iterations)),
        };
        Self {
            name: contribution.name(),
            hash: hex(&contribution.hash()),
            transcript: hex(&contribution.transcript),
            delta_after: hex(&points::plain_g1(&contribution.delta_after)),
            beacon,
            iterations,
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
