//! Messages about rights.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::HexBinary;
use mycel_kit::Id;

use crate::quantity::{Quantity, Shares};

/// Gives shares to another enrolled; those of the epoch have yielded already.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct TransferShares {
    /// The commons.
    pub commons: Id,
    /// To whom: a number; 0 is the commons itself.
    pub to: Id,
    /// How many.
    pub shares: Shares,
}

/// Gives entitlement of the open epoch to another enrolled.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Transfer {
    /// The commons.
    pub commons: Id,
    /// To whom: a number; 0 is the commons itself.
    pub to: Id,
    /// How much.
    pub quantity: Quantity,
}

/// Lets shares yield for another enrolled, from the next epoch on.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct LetShares {
    /// The commons.
    pub commons: Id,
    /// For whom: a number.
    pub to: Id,
    /// How many.
    pub shares: Shares,
    /// For so many epochs.
    pub epochs: u16,
}

/// Gives leased shares back from the next epoch on.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct ReturnLease {
    /// The commons.
    pub commons: Id,
    /// The lease.
    pub lease: Id,
}

/// Some of one's entitlement of the open epoch.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Units {
    /// The commons.
    pub commons: Id,
    /// How much.
    pub quantity: Quantity,
}

/// Tells what was taken.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Harvest {
    /// The commons.
    pub commons: Id,
    /// How much.
    pub quantity: Quantity,
    /// SHA-256 of what shows it.
    #[serde(default)]
    pub evidence: Option<HexBinary>,
}

/// Brings accounts of the open epoch up to date.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct BringUp {
    /// The commons.
    pub commons: Id,
    /// At most 50 numbers; 0 is the commons itself.
    pub persons: Vec<Id>,
}

/// Looks whether somebody is above the concentration cap.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct CheckConcentration {
    /// The commons.
    pub commons: Id,
    /// A person, or an organisation without controllers of a quarter.
    pub person: Id,
}
