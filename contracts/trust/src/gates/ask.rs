//! Answers about gates.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{HexBinary, Uint64};
use mycel_kit::peers::trust::{Mode, Term};
use mycel_kit::{Id, Seconds};

use super::record::GateCircuit;

/// Answer to `gate`, an item of `gates`. It has what consumers read
/// ([`mycel_kit::peers::trust::Gate`]), and more.
#[cw_serde]
pub struct GateView {
    /// Its number.
    pub gate: Id,
    /// Who acts on what is shown there.
    pub consumer: String,
    /// What proofs it takes.
    pub circuit: GateCircuit,
    /// Whom proofs are tied to.
    pub mode: Mode,
    /// Its terms.
    pub term: Term,
    /// For how long what was shown there counts.
    pub ttl: Seconds,
    /// Whether it takes proofs.
    pub open: bool,
    /// show: how many must at least have dealt with the prover. So many and one
    /// more who praise each other always pass.
    pub min_counterparties: Option<u32>,
    /// show: least weighted history.
    pub t_min: Option<Uint64>,
    /// show: least score, of 65,536.
    pub theta: Option<u32>,
    /// show: least reliability.
    pub theta_rel: Option<u32>,
    /// show: least ecological care.
    pub theta_eco: Option<u32>,
    /// show: least reciprocity.
    pub theta_rec: Option<u32>,
    /// When it was opened.
    pub opened: Seconds,
    /// When it was closed.
    pub closed: Option<Seconds>,
    /// How often it was passed.
    pub shown: Id,
    /// Where terms are spans of time: the one that runs, …
    pub running: Option<Id>,
    /// … since when, …
    pub since: Option<Seconds>,
    /// … and the last day on which a key counts in it; absent: none does.
    pub cutoff: Option<u32>,
}

/// Answer to `gates`.
#[cw_serde]
pub struct GatesResponse {
    /// By number.
    pub gates: Vec<GateView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// Answer to `eligible`: among how many a prover hides, by what everyone knows.
#[cw_serde]
pub struct EligibleResponse {
    /// Leaves of this page that could pass. Add up the pages.
    pub eligible: u32,
    /// Leaves of this page that count at all.
    pub leaves: u32,
    /// `after` of the next page; absent on the last.
    pub next: Option<u32>,
}

/// Answer to `nullifier`.
#[cw_serde]
pub struct NullifierResponse {
    /// When it was spent; absent: it was not.
    pub spent: Option<Seconds>,
}

/// Answer to `pseudonym`; null: the address acts for nobody.
#[cw_serde]
pub struct PseudonymResponse {
    /// The gate.
    pub gate: Id,
    /// The nullifier that the address acts for.
    pub nf: HexBinary,
}
