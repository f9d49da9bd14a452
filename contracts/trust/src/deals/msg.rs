//! What deals are told. No message has a field for a public input except c and ct.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, HexBinary};
use mycel_kit::Id;

/// A deal to be offered.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct DealInput {
    /// The person with whom.
    pub b: Id,
    /// 32 random bytes: with the two persons they make the deal's number.
    pub nonce: HexBinary,
    /// K = P3(key, number, sel 0), canonical: what commits to the deal's key.
    /// The other computes it, too, and refuses another one by not accepting.
    pub k: HexBinary,
    /// The versions of the viewing keys that K was made with: the sender's …
    pub key_a: u32,
    /// … and the other's. Each must be the newest when the deal is opened.
    pub key_b: u32,
    /// Under which reference one paid the other in credit: says what the deal
    /// weighs. Absent: a small weight.
    #[serde(default)]
    pub r#ref: Option<String>,
}

/// A rating that was promised, opened by anyone.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct OpenRating {
    /// The deal.
    pub deal: Id,
    /// 0: a's rating of b; 1: b's of a.
    pub dir: u8,
    /// What commits to the rating.
    pub c: HexBinary,
    /// The rating, masked with the deal's key.
    pub ct: HexBinary,
    /// What was promised is BLAKE3(c, ct, salt).
    pub salt: HexBinary,
    /// A proof of circuit attest.
    pub proof: Binary,
}

/// A rating that the rated reveals and disputes.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct DisputeRating {
    /// The deal.
    pub deal: Id,
    /// 0: a's rating of b; 1: b's of a.
    pub dir: u8,
    /// The rating in the clear: outcome + 2·w + 2^17·eco + 2^27·reciprocity.
    pub packed: HexBinary,
    /// Its blinding.
    pub rho: HexBinary,
}

/// Data of the response to `open_deal`.
#[cw_serde]
pub struct DealOpened {
    /// The deal.
    pub deal: Id,
    /// Its number in the field.
    pub element: HexBinary,
    /// What its ratings weigh, unless the caps leave less when it is accepted.
    pub weight: u16,
}
