//! Bodies of messages and decisions of this part.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::HexBinary;
use mycel_kit::Id;

use super::rules::Rules;
use crate::quantity::Shares;

/// A commons by its number.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct CommonsRef {
    /// The commons.
    pub commons: Id,
}

/// Vouches for an applicant.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Welcome {
    /// The commons.
    pub commons: Id,
    /// Who asks to be enrolled.
    pub person: Id,
}

/// Looks again whether persons are still members, and who controls organisations.
#[cw_serde]
#[derive(Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Recheck {
    /// The commons.
    pub commons: Id,
    /// At most 50 person numbers.
    pub persons: Vec<Id>,
}

/// Someone, and shares of the treasury.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Share {
    /// A person or organisation.
    pub person: Id,
    /// Of 100,000,000; may be 0.
    pub shares: Shares,
}

/// A new commons.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Found {
    /// Its name, at most 64 bytes.
    pub name: String,
    /// What it is counted in, e.g. `kg`; at most 16 bytes.
    pub unit: String,
    /// Where it ends, in words, at most 1 KiB.
    pub boundary: String,
    /// SHA-256 of the boundary's geometry.
    pub geometry: HexBinary,
    /// Whose budget it lives in; it begins with a budget of nothing there.
    #[serde(default)]
    pub parent: Option<Id>,
    /// Its rules.
    pub rules: Rules,
    /// Who is enrolled first, at most 50; shares not given are the treasury's.
    pub members: Vec<Share>,
}

/// An organisation that may send monitors.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Accredit {
    /// Its number.
    pub organisation: Id,
}

/// Rules from the next epoch on.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct SetRules {
    /// The commons.
    pub commons: Id,
    /// All of its rules.
    pub rules: Rules,
}

/// Enrols, or gives shares.
#[cw_serde]
#[derive(Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Enrol {
    /// The commons.
    pub commons: Id,
    /// At most 50.
    pub members: Vec<Share>,
}

/// What a child may take of its parent's cap.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct AllotBudget {
    /// The parent.
    pub commons: Id,
    /// The child.
    pub child: Id,
    /// In 1/1,000,000 of the parent's cap; all children's add up to that at most.
    pub ppm: u32,
}

/// Data of the response to `found`.
#[cw_serde]
pub struct Founded {
    /// The commons.
    pub commons: Id,
}
