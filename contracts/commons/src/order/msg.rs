//! Bodies of messages and decisions of this part.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::HexBinary;
use mycel_kit::Id;

use crate::quantity::Quantity;

/// What someone is accused of.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Accused {
    /// What it did: one step, if upheld.
    Conduct {},
    /// So grave that a step is skipped: two steps, if upheld by a large jury.
    Grave {},
    /// Harvest that it did not tell: recorded, if upheld, with all that follows.
    Unreported {
        /// How much.
        quantity: Quantity,
    },
}

/// An accusation before a jury.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Accuse {
    /// The commons.
    pub commons: Id,
    /// Whom.
    pub person: Id,
    /// Of what.
    pub what: Accused,
    /// In words, at most 512 bytes.
    pub text: String,
    /// SHA-256 of the evidence.
    pub evidence: HexBinary,
}

/// A measure by its number.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct AppealMeasure {
    /// The measure.
    pub measure: Id,
}

/// A measure of a commons, lowered by its members after mediation.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Lower {
    /// The commons.
    pub commons: Id,
    /// The measure.
    pub measure: Id,
}

/// Data of the response to `accuse`.
#[cw_serde]
pub struct Opened {
    /// The accusation.
    pub accusation: Id,
}
