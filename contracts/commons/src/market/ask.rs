//! Queries and answers about the market.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::HexBinary;
use mycel_kit::{Amount, Id, Seconds};

use super::msg::StepOf;
use super::order::Side;
use crate::quantity::Quantity;

/// What is dealt in.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum GoodName {
    /// Entitlement of the epoch, in units.
    Entitlement,
    /// Shares, for good.
    Shares,
}

/// Orders of an auction.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct OrdersOf {
    /// The auction.
    pub auction: Id,
    /// Which side.
    pub side: Side,
    /// After this number; from the first if absent.
    #[serde(default)]
    pub after: Option<Id>,
    /// At most so many, 50 the default and most.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// Orders of a member, of all commons.
#[cw_serde]
#[derive(Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct OrdersBy {
    /// The member's address.
    pub member: String,
    /// Of auctions before this number; from the latest if absent.
    #[serde(default)]
    pub before: Option<Id>,
    /// At most so many, 50 the default and most.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// Auctions of a good in a commons.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct PricesOf {
    /// The commons.
    pub commons: Id,
    /// Of what.
    pub good: GoodName,
    /// After this auction; from the first if absent.
    #[serde(default)]
    pub after: Option<Id>,
    /// At most so many, 50 the default and most.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// How many orders one side has.
#[cw_serde]
#[derive(Copy)]
pub struct CountView {
    /// That came.
    pub orders: u32,
    /// Of these, opened.
    pub opened: u32,
    /// Units that the opened want or offer.
    pub quantity: Quantity,
}

/// What came of an auction.
#[cw_serde]
pub struct ResultView {
    /// Pico-credits a unit.
    pub price: Amount,
    /// Units wanted at it …
    pub demand: Quantity,
    /// … and offered.
    pub supply: Quantity,
    /// Units that changed hands.
    pub quantity: Quantity,
    /// Units matched that did not: holds or escrow had become too small.
    pub short: Quantity,
    /// What was paid.
    pub paid: Amount,
}

/// Answer to `auction`.
#[cw_serde]
pub struct AuctionView {
    /// Its number.
    pub auction: Id,
    /// The commons.
    pub commons: Id,
    /// The epoch.
    pub epoch: Id,
    /// What is dealt in.
    pub good: GoodName,
    /// `commit`, `reveal`, `clearing`, `settling`, `done`.
    pub phase: String,
    /// When it opened.
    pub opened: Seconds,
    /// Until when sealed orders are taken.
    pub commit_until: Seconds,
    /// Until when they are opened.
    pub reveal_until: Seconds,
    /// Why everything goes back, if it does.
    pub void: Option<String>,
    /// Orders to buy.
    pub buys: CountView,
    /// Orders to sell.
    pub sells: CountView,
    /// Once there is a price.
    pub result: Option<ResultView>,
    /// What orders that were not opened lost.
    pub forfeited: Amount,
    /// The same, in units.
    pub forfeited_units: Quantity,
    /// When it was done.
    pub done: Option<Seconds>,
}

/// One order.
#[cw_serde]
pub struct OrderView {
    /// The auction.
    pub auction: Id,
    /// Which side.
    pub side: Side,
    /// Its number on its side.
    pub order: Id,
    /// Whose.
    pub person: Id,
    /// The commons sells for its holder.
    pub forced: bool,
    /// SHA-256 of it.
    pub hash: HexBinary,
    /// To buy: the hold at credit.
    pub hold: Option<Id>,
    /// What was put aside: pico-credits to buy, units to sell.
    pub size: Id,
    /// Its steps once it is opened.
    pub steps: Vec<StepOf>,
    /// Units it got or gave.
    pub quantity: Quantity,
    /// What it paid or was paid.
    pub paid: Amount,
    /// What it lost because it was not opened: pico-credits or units.
    pub forfeited: Id,
    /// Whether it is over.
    pub done: bool,
}

/// Answer to `orders` and `orders_by`.
#[cw_serde]
pub struct OrdersResponse {
    /// The orders.
    pub orders: Vec<OrderView>,
    /// `after` or `before` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// Answer to `auctions`.
#[cw_serde]
pub struct AuctionsResponse {
    /// By number.
    pub auctions: Vec<AuctionView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// One price.
#[cw_serde]
#[derive(Copy)]
pub struct PricePoint {
    /// The auction.
    pub auction: Id,
    /// Its epoch.
    pub epoch: Id,
    /// When it was done.
    pub at: Seconds,
    /// Pico-credits a unit.
    pub price: Amount,
    /// Units that changed hands.
    pub quantity: Quantity,
}

/// Answer to `prices`.
#[cw_serde]
pub struct PricesResponse {
    /// Of auctions with volume, by number. A page may be empty and not the last.
    pub prices: Vec<PricePoint>,
    /// The median of the last four, of an even count the higher.
    pub median: Option<Amount>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// Shares that must be sold and wait for an auction.
#[cw_serde]
#[derive(Copy)]
pub struct WaitingView {
    /// Whose.
    pub person: Id,
    /// How many.
    pub shares: Quantity,
}

/// Answer to `forced_sales`.
#[cw_serde]
pub struct ForcedSalesResponse {
    /// By person.
    pub waiting: Vec<WaitingView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// What is kept about a person, an item of its export.
#[cw_serde]
pub struct Kept {
    /// An order.
    pub order: Option<OrderView>,
    /// Shares that must be sold and wait for an auction.
    pub must_be_sold: Option<Quantity>,
}
