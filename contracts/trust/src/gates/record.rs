//! What is kept of gates. [`super::state`] says under which keys.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use mycel_kit::peers::trust::{Mode, Term};

use super::rules::Thresholds;

/// A gate of a consumer.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Gate {
    /// Who acts on what is shown.
    pub consumer: String,
    /// Whom proofs are tied to.
    pub mode: Mode,
    /// Its terms.
    pub term: Term,
    /// For how many seconds what was shown counts.
    pub ttl: u64,
    /// What a show must meet; `None`: circuit member, any leaf will do.
    pub thresholds: Option<Thresholds>,
    /// When it was opened.
    pub opened: u64,
    /// When it was closed.
    pub closed: Option<u64>,
    /// How often it was passed.
    pub shown: u64,
}

impl Gate {
    /// What proofs it takes.
    #[must_use]
    pub const fn circuit(&self) -> GateCircuit {
        match self.thresholds {
            Some(_) => GateCircuit::Show,
            None => GateCircuit::Member,
        }
    }
}

/// What proofs a gate takes.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum GateCircuit {
    /// A score passes thresholds.
    Show,
    /// Somebody on the roll.
    Member,
}

impl GateCircuit {
    /// On the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            GateCircuit::Show => "show",
            GateCircuit::Member => "member",
        }
    }
}

/// Every kept sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Gates ever opened.
    pub opened: u64,
    /// Of these, closed.
    pub closed: u64,
    /// Proofs ever taken.
    pub shown: u64,
    /// Nullifiers spent.
    pub spent: u64,
}
