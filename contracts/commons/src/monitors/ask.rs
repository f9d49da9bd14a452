//! Queries and answers of this part. The feed `{"reading":{"commons":"7"}}` has
//! the shape that all contracts share: `mycel_kit::peers::commons::Reading`.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::HexBinary;
use mycel_kit::{Id, Seconds};

use crate::quantity::Quantity;

/// Answer to `monitors`: who watches a commons now, and what they say.
#[cw_serde]
pub struct MonitorsResponse {
    /// What counts now; absent where nothing was read.
    pub value: Option<ValueView>,
    /// Seats that are held, by number.
    pub seats: Vec<HeldView>,
    /// Seats that organisations may take by a bond.
    pub free: u32,
    /// Seats that the lot has to fill.
    pub lots: u32,
    /// The lot that is drawn.
    pub lot: Option<LotView>,
    /// The open dispute about spread or rise.
    pub dispute: Option<Id>,
    /// The most that can be there by the production model; absent where nothing can tell.
    pub prediction: Option<Quantity>,
}

/// What readings say together.
#[cw_serde]
pub struct ValueView {
    /// What counts.
    pub counts: Quantity,
    /// The lowest that is neither refuted nor overruled.
    pub low: Quantity,
    /// The lower median of the fresh ones.
    pub median: Quantity,
    /// From the lowest to the highest; 0 while disputed.
    pub range: Quantity,
    /// `fresh`, `disputed` or `stale`.
    pub status: String,
    /// How many are fresh.
    pub readings: u32,
    /// How many must be.
    pub quorum: u32,
    /// What was taken since the readings before, by the higher median of those that say it.
    pub extraction: Option<Quantity>,
}

/// A seat that is held.
#[cw_serde]
pub struct HeldView {
    /// Its number.
    pub seat: Id,
    /// Who holds it.
    pub person: Id,
    /// Drawn by lot.
    pub lay: bool,
    /// Since when.
    pub since: Seconds,
    /// Until when it counts: what is left of its bond by then is too little, or
    /// its lay term is over; 0 where that is so now.
    pub until: Seconds,
    /// Its last reading.
    pub reading: Option<CurrentView>,
}

/// A reading that takes part.
#[cw_serde]
pub struct CurrentView {
    /// Its number.
    pub reading: Id,
    /// Units.
    pub quantity: Quantity,
    /// When.
    pub at: Seconds,
    /// Whether it is fresh.
    pub fresh: bool,
    /// On the low side of a dispute that fell.
    pub overruled: bool,
    /// On the high side of one.
    pub confirmed: bool,
    /// The open challenge of it.
    pub challenge: Option<Id>,
}

/// A lot that is drawn.
#[cw_serde]
pub struct LotView {
    /// Who may accept, in the order drawn, and from when.
    pub drawn: Vec<TurnView>,
    /// Until when.
    pub until: Seconds,
}

/// Someone drawn.
#[cw_serde]
pub struct TurnView {
    /// Who.
    pub person: Id,
    /// From when it may accept; absent: it declined.
    pub from: Option<Seconds>,
}

/// A seat, held or not.
#[cw_serde]
pub struct SeatView {
    /// Its number.
    pub seat: Id,
    /// Who holds or held it.
    pub person: Id,
    /// Drawn by lot.
    pub lay: bool,
    /// Since when.
    pub since: Seconds,
    /// Holds at credit that are its bond.
    pub bonds: Vec<Id>,
    /// Since when too little is left of them.
    pub short: Option<Seconds>,
    /// Readings given.
    pub readings: u32,
    /// Open disputes in which one may be refuted.
    pub disputed: u32,
    /// When it ended.
    pub ended: Option<Seconds>,
    /// Why: `left`, `refuted`, `absent`, `silent`, `unbonded`, `unfit` or `term`.
    pub why: Option<String>,
    /// The bond is lost.
    pub forfeited: bool,
}

/// Answer to `seats`.
#[cw_serde]
pub struct SeatsResponse {
    /// By number.
    pub seats: Vec<SeatView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// A reading, for ever.
#[cw_serde]
pub struct ReadingView {
    /// Its number.
    pub reading: Id,
    /// The seat.
    pub seat: Id,
    /// Who.
    pub person: Id,
    /// Units.
    pub quantity: Quantity,
    /// What was taken meanwhile, as far as seen.
    pub extraction: Option<Quantity>,
    /// SHA-256 of the evidence.
    pub evidence: HexBinary,
    /// When.
    pub at: Seconds,
    /// `stands`, `refuted`, `overruled`, `confirmed` or `set_aside`.
    pub fate: String,
    /// The dispute that made it so.
    pub dispute: Option<Id>,
}

/// Answer to `readings`.
#[cw_serde]
pub struct ReadingsResponse {
    /// By number.
    pub readings: Vec<ReadingView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// A dispute.
#[cw_serde]
pub struct DisputeView {
    /// Its number.
    pub dispute: Id,
    /// The commons.
    pub commons: Id,
    /// `spread`, `rise` or `challenge`.
    pub about: String,
    /// Who challenged.
    pub by: Option<Id>,
    /// SHA-256 of the challenger's reasons.
    pub reasons: Option<HexBinary>,
    /// Readings that may be refuted, by number.
    pub accused: Vec<Id>,
    /// The others that took part.
    pub others: Vec<Id>,
    /// When.
    pub opened: Seconds,
    /// Sortition's case; absent while none could be opened.
    pub case: Option<Id>,
    /// `refuted`, `dismissed`, `malicious` or `lapsed`; absent while open.
    pub outcome: Option<String>,
    /// When it ended.
    pub ended: Option<Seconds>,
}

/// Answer to `disputes`.
#[cw_serde]
pub struct DisputesResponse {
    /// By number.
    pub disputes: Vec<DisputeView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// What is kept about a person, an item of its export.
#[cw_serde]
pub enum Kept {
    /// A seat it holds or held.
    Seat(SeatView),
    /// A reading it gave.
    Reading(ReadingView),
    /// What it did in all.
    Service {
        /// Readings given.
        readings: u32,
        /// Of them refuted.
        refuted: u32,
        /// Challenges that a jury upheld.
        challenges: u32,
    },
}
