//! Queries and answers of this part.

use cosmwasm_schema::cw_serde;
use mycel_kit::{Amount, Id, Seconds};

use super::stabiliser::Band;
use crate::quantity::Quantity;

/// What is kept about a person, an item of its export: nothing.
#[cw_serde]
pub struct Kept {
    /// What it is.
    pub what: String,
}

/// A cut.
#[cw_serde]
pub struct CutView {
    /// What could still be used …
    pub num: Quantity,
    /// … of what was outstanding.
    pub den: Quantity,
    /// When.
    pub at: Seconds,
    /// `reading`, `budget`.
    pub why: String,
}

/// An epoch. As it opened, `opened + released = budgets + banked_in +
/// regenerated + withheld + tac`.
#[cw_serde]
pub struct EpochView {
    /// Its number.
    pub number: Id,
    /// When it opened.
    pub opens: Seconds,
    /// When it closes.
    pub closes: Seconds,
    /// Whether it is open.
    pub open: bool,
    /// What the opening relied on: `fresh`, `disputed`, `stale`.
    pub status: String,
    /// The stock that counted.
    pub stock: Quantity,
    /// The median of the readings.
    pub median: Quantity,
    /// The lower bound of the stock.
    pub low: Quantity,
    /// floor(lower bound · F): the most that could be issued.
    pub most: Quantity,
    /// The cap as it opened.
    pub opened: Quantity,
    /// The cap now, or as it closed.
    pub cap: Quantity,
    /// What shares yield.
    pub tac: Quantity,
    /// What restorers get.
    pub regenerated: Quantity,
    /// What was set aside in the epoch before …
    pub banked: Quantity,
    /// … and how much of it has room.
    pub banked_in: Quantity,
    /// Budgets of children as it opened.
    pub budgets: Quantity,
    /// Kept back by the stabiliser.
    pub withheld: Quantity,
    /// Given out of its reserve.
    pub released: Quantity,
    /// Cuts, in their order.
    pub cuts: Vec<CutView>,
    /// Harvested within entitlements, so far.
    pub harvested: Quantity,
    /// Harvested beyond them, so far.
    pub overage: Quantity,
    /// Retired, so far.
    pub retired: Quantity,
    /// The median price of the last auctions, of an open epoch now.
    pub price: Option<Amount>,
}

/// Answer to `epochs`.
#[cw_serde]
pub struct EpochsResponse {
    /// By number.
    pub epochs: Vec<EpochView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// Answer to `cap`: what the cap follows, now.
#[cw_serde]
pub struct CapResponse {
    /// The latest epoch, open or over.
    pub epoch: Option<EpochView>,
    /// What monitors say is worth: `fresh`, `disputed`, `stale`, `none`.
    pub status: String,
    /// The stock that counts now.
    pub stock: Quantity,
    /// The lower bound of it.
    pub low: Quantity,
    /// floor(lower bound · F) by the rules in force.
    pub most: Quantity,
    /// When the epoch is looked at next.
    pub look: Option<Seconds>,
    /// The stabiliser.
    pub stabiliser: Option<StabiliserView>,
}

/// A stabiliser.
#[cw_serde]
pub struct StabiliserView {
    /// Its bounds.
    pub band: Band,
    /// What is in its reserve.
    pub reserve: Quantity,
    /// Ever kept back.
    pub withheld: Quantity,
    /// Ever released.
    pub released: Quantity,
    /// Ever made invalid.
    pub invalid: Quantity,
}
