//! Gates: where a proof opens something, once a term and person.
//!
//! # The model
//! A decision opens a gate for one consumer. Anyone shows a proof there; who
//! sends it means nothing. The contract builds the public inputs:
//!
//! | input | from |
//! |---|---|
//! | root, period | the slot that the message names, one of the last six |
//! | cutoff | the day before the term opened |
//! | subject | mode `named`: the identity of the account in the action; else 0 |
//! | scope | F("scope", instance, consumer, gate, term) |
//! | signal | F("signal", instance, consumer, gate, term, the action's bytes) |
//! | nf | the message |
//! | thresholds | the gate |
//!
//! Then (scope, nf) is spent, and the consumer acts in the same transaction or
//! nothing has happened.
//!
//! # Invariants
//! 1. A proof counts for this chain, contract, gate, term and action alone.
//! 2. A nullifier is spent once, whichever of its proofs is shown.
//! 3. What a gate asks never changes; its number is never used again.
//!
//! # Map
//! [`rules`] what a gate may ask · [`control`] opening and closing · [`term`]
//! terms and cutoffs · [`action`] · [`shown`] a proof is shown · [`eligible`]
//! among how many a prover hides · [`record`], [`state`] · [`msg`], [`ask`],
//! [`view`] · [`invariants`] · [`error`].

pub mod action;
pub mod ask;
pub mod control;
pub mod eligible;
pub mod error;
pub mod invariants;
pub mod msg;
pub mod record;
pub mod rules;
pub mod shown;
pub mod state;
pub mod term;
pub mod view;

use cosmwasm_std::Storage;

pub use error::GateError;

use crate::error::ContractError;
use record::Gate;

/// A gate that must exist.
///
/// # Errors
/// [`GateError::UnknownGate`].
pub fn gate(storage: &dyn Storage, number: u64) -> Result<Gate, ContractError> {
    let found = state::gate(number).may_load(storage)?;
    Ok(found.ok_or(GateError::UnknownGate { gate: number })?)
}
