//! Answers about deals.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::HexBinary;
use mycel_kit::{Id, Seconds};

/// Answer to `deal`, an item of `deals`: all that everyone may know.
#[cw_serde]
pub struct DealView {
    /// The deal.
    pub deal: Id,
    /// Its number in the field, for proofs and keys.
    pub element: HexBinary,
    /// Who offered it.
    pub a: Id,
    /// To whom.
    pub b: Id,
    /// What commits to its key.
    pub k: HexBinary,
    /// Versions of the viewing keys it comes from: a's …
    pub key_a: u32,
    /// … and b's.
    pub key_b: u32,
    /// Under which their payment stands.
    pub r#ref: Option<String>,
    /// What its ratings weigh.
    pub weight: u16,
    /// `offered`, `running`, `ended`.
    pub stage: String,
    /// When it was offered.
    pub offered: Seconds,
    /// Offered: until when it may be accepted. Running: until when ratings are
    /// promised. Ended: when this record goes.
    pub until: Seconds,
    /// From when on ratings are opened; absent where nothing more is opened.
    pub opens: Option<Seconds>,
    /// Until when.
    pub closes: Option<Seconds>,
    /// a's rating of b (`dir` 0) and b's of a (1).
    pub ratings: Vec<RatingView>,
}

/// One of the two ratings.
#[cw_serde]
pub struct RatingView {
    /// 0: a's rating of b; 1: b's of a.
    pub dir: u8,
    /// Whether it was promised.
    pub promised: bool,
    /// `awaited`, `opened`, `disputed`, `given`, `dropped`, `absent`.
    pub rating: String,
    /// What commits to it, once opened and until it is given.
    pub c: Option<HexBinary>,
    /// The rating, masked, likewise.
    pub ct: Option<HexBinary>,
    /// When it is due in the mailbox of the rated.
    pub due: Option<Seconds>,
    /// The period in which it was given.
    pub period: Option<u32>,
    /// Where it is disputed: the case at sortition.
    pub case: Option<Id>,
    /// … and what the rated revealed: the rating,
    pub packed: Option<HexBinary>,
    /// its blinding.
    pub rho: Option<HexBinary>,
}

/// Answer to `deals`.
#[cw_serde]
pub struct DealsResponse {
    /// By number.
    pub deals: Vec<DealView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// Answer to `room`: what two persons could deal now.
#[cw_serde]
pub struct RoomResponse {
    /// The periods that a deal accepted now reaches, first …
    pub first: u32,
    /// … and last.
    pub last: u32,
    /// What is left of the pair's cap in all of them.
    pub pair: Id,
    /// Of what a may give.
    pub rater_a: Id,
    /// Of what b may give.
    pub rater_b: Id,
    /// a's deals that have not ended.
    pub open_a: u32,
    /// b's.
    pub open_b: u32,
    /// Most of them.
    pub open_most: u32,
}
