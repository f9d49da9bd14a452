//! What gates are told. Of a proof's public inputs a message carries the
//! nullifier alone.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, HexBinary, Uint64};
use mycel_kit::peers::trust::{Mode, Term};
use mycel_kit::{Id, Seconds};

use super::record::GateCircuit;

/// A gate to be opened, by decision. Thresholds belong to circuit `show`; all
/// θ are fractions of 65,536.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct OpenGate {
    /// Its number, never used before.
    pub gate: Id,
    /// Who acts on what is shown.
    pub consumer: String,
    /// What proofs it takes.
    pub circuit: GateCircuit,
    /// Whom proofs are tied to.
    pub mode: Mode,
    /// Its terms: a person passes once a term.
    pub term: Term,
    /// For how many seconds what was shown counts.
    pub ttl: Seconds,
    /// show: persons who must at least have dealt with the prover, 3 or more.
    /// One more than these who praise each other always pass.
    #[serde(default)]
    pub min_counterparties: Option<u32>,
    /// show: least weighted history, 15 pair caps a counterparty at least.
    #[serde(default)]
    pub t_min: Option<Uint64>,
    /// show: least score: 0, 2, 4, 8 … 65,536.
    #[serde(default)]
    pub theta: Option<u32>,
    /// show: least reliability: a multiple of 4,096.
    #[serde(default)]
    pub theta_rel: Option<u32>,
    /// show: least ecological care, likewise.
    #[serde(default)]
    pub theta_eco: Option<u32>,
    /// show: least reciprocity, likewise.
    #[serde(default)]
    pub theta_rec: Option<u32>,
}

/// A proof shown at a gate. Who sends it means nothing.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct ShowInput {
    /// The gate.
    pub gate: Id,
    /// The slot whose root the proof is about: one of the last six.
    pub slot: Id,
    /// Where terms are the consumer's: which.
    #[serde(default)]
    pub term: Option<Id>,
    /// The nullifier.
    pub nf: HexBinary,
    /// What the consumer shall do: JSON of one verb with its fields, as bytes,
    /// since the proof signs them. Mode `named`: the field `member` is the
    /// prover's address. Mode `pseudonym`: the field `key` is an address that
    /// is nobody's yet and acts for the nullifier from now on.
    pub action: Binary,
    /// The proof.
    pub proof: Binary,
}
