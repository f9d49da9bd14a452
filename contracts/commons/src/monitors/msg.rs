//! What monitors and members say here. A seat of an organisation is taken by a
//! hold at credit with the message `{"bond":{"commons":"7"}}`; more holds for
//! the same seat top its bond up.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::HexBinary;
use mycel_kit::Id;

use crate::quantity::Quantity;

/// A monitor says how much there is.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Read {
    /// The commons.
    pub commons: Id,
    /// How much there is, in its unit.
    pub quantity: Quantity,
    /// How much was taken since the last reading, by anyone, as far as seen.
    #[serde(default)]
    pub extraction: Option<Quantity>,
    /// SHA-256 of the evidence; each only once.
    pub evidence: HexBinary,
}

/// An enrolled member challenges the reading of a seat before a jury, or what
/// was attested of a claim.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Challenge {
    /// The commons.
    pub commons: Id,
    /// The seat whose reading is wrong; of a claim, one that attested it.
    pub seat: Id,
    /// The claim, if that is challenged.
    #[serde(default)]
    pub claim: Option<Id>,
    /// SHA-256 of the reasons.
    pub reasons: HexBinary,
}

/// About a commons' seats: leave one, accept or decline one that the lot offers.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct OfSeat {
    /// The commons.
    pub commons: Id,
}

/// Looks at a seat now: whether its monitor may still hold it, and its bond.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct CheckSeat {
    /// The commons.
    pub commons: Id,
    /// The seat.
    pub seat: Id,
}
