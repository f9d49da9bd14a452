//! Messages about the market. To buy begins at credit: a hold for this contract
//! with `{"commit":{"auction","hash"}}`.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::HexBinary;
use mycel_kit::{Amount, Id};

use super::order::Side;
use crate::quantity::Quantity;

/// A sealed order to sell.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct CommitSell {
    /// The auction.
    pub auction: Id,
    /// SHA-256 of the order, see [`super::hash`].
    pub hash: HexBinary,
    /// Units or shares that are put aside: 1, 2 or 5 with zeros behind.
    pub escrow: Quantity,
}

/// Opens a sealed order.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Reveal {
    /// The auction.
    pub auction: Id,
    /// Which of the sender's two.
    pub side: Side,
    /// One to five.
    pub steps: Vec<StepOf>,
    /// The 32 bytes that were hashed with them.
    pub salt: HexBinary,
}

/// A price, and how much more at it.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct StepOf {
    /// Pico-credits a unit.
    pub price: Amount,
    /// Units or shares.
    pub quantity: Quantity,
}
