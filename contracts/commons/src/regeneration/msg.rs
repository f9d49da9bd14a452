//! Bodies of messages of this part.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::HexBinary;
use mycel_kit::{Id, Seconds};

use crate::quantity::Quantity;

/// Land was restored.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct MakeClaim {
    /// The commons.
    pub commons: Id,
    /// Where: 1 to 50 cells of the boundary's grid, each once.
    pub cells: Vec<Id>,
    /// From when …
    pub from: Seconds,
    /// … until when, in the past; ten years at most.
    pub to: Seconds,
    /// How much was restored.
    pub quantity: Quantity,
    /// SHA-256 of the evidence; each is used once.
    pub evidence: HexBinary,
}

/// What a monitor saw of a claim, or of the reversal that is open about it.
#[cw_serde]
#[derive(Copy)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Attest {
    /// The claim.
    pub claim: Id,
    /// How much; more than was asked counts as what was asked.
    pub quantity: Quantity,
}

/// What was restored is lost again.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Reverse {
    /// The claim.
    pub claim: Id,
    /// How much of it.
    pub quantity: Quantity,
    /// SHA-256 of the evidence; each is used once.
    pub evidence: HexBinary,
}

/// A claim by its number.
#[cw_serde]
#[derive(Copy)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct ClaimRef {
    /// The claim.
    pub claim: Id,
}

/// Data of `claim`.
#[cw_serde]
pub struct Claimed {
    /// The claim's number.
    pub claim: Id,
}
