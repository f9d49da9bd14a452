//! What is kept of auctions and orders.

use borsh::{BorshDeserialize, BorshSerialize};

use super::book::{Cleared, Pass};
use super::margin::{Margin, Water};
use super::order::{Side, Step};
use crate::rights::Good;

/// How far an auction is.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Stage {
    /// Orders are taken, then opened: by the clock.
    Taking,
    /// Shares that must be sold come in.
    Gathering {
        /// Whose came last.
        after: u64,
    },
    /// The price is found.
    Clearing {
        /// So far.
        pass: Pass,
        /// The last level that was passed; 0 before the first.
        after: u64,
    },
    /// How much orders at the margin get is found.
    Filling {
        /// The long side.
        side: Side,
        /// The margin's price.
        price: u64,
        /// So far.
        water: Water,
        /// Quantity and number of the last order that was poured in.
        after: (u64, u64),
    },
    /// Orders are paid, delivered and closed, both sides by ascending number.
    Settling {
        /// The margin; none where both sides are equally long, or there is no price.
        margin: Option<Margin>,
        /// The order to buy that is next.
        buyer: u32,
        /// The order to sell that is next.
        seller: u32,
    },
    /// The book is cleared away.
    Sweeping,
    /// Nothing more happens.
    Done,
}

/// Why everything goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Void {
    /// The commons closes or is closed.
    Closed,
    /// The epoch ended before it was settled: what it sells is worth nothing.
    Late,
}

impl Void {
    /// On the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Void::Closed => "the commons closes",
            Void::Late => "the epoch ended first",
        }
    }
}

/// Orders of one side, numbered densely from 1 in the order of their coming.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Count {
    /// That came.
    pub orders: u32,
    /// Of these, opened.
    pub opened: u32,
    /// Units they want or offer in all.
    pub units: u128,
}

/// One auction.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Auction {
    /// The commons.
    pub commons: u64,
    /// The epoch it opened in; entitlement is of this one.
    pub epoch: u64,
    /// What is dealt in.
    pub good: Good,
    /// When it opened.
    pub opened: u64,
    /// Until when sealed orders are taken.
    pub commit_until: u64,
    /// Until when they are opened.
    pub reveal_until: u64,
    /// How far it is.
    pub stage: Stage,
    /// Whether everything goes back.
    pub void: Option<Void>,
    /// Orders to buy.
    pub buys: Count,
    /// Orders to sell.
    pub sells: Count,
    /// The price, if there is one.
    pub cleared: Option<Cleared>,
    /// Units that changed hands.
    pub units: u128,
    /// What was paid for them, in pico-credits.
    pub paid: u128,
    /// Units that were matched and did not change hands: the hold or the escrow
    /// had become too small.
    pub short: u128,
    /// What orders lost that were not opened, in pico-credits …
    pub forfeited: u128,
    /// … and in units.
    pub forfeited_units: u128,
    /// When it was done.
    pub done: Option<u64>,
}

impl Auction {
    /// Orders of a side.
    #[must_use]
    pub const fn count(&self, side: Side) -> &Count {
        match side {
            Side::Buy => &self.buys,
            Side::Sell => &self.sells,
        }
    }

    /// Orders of a side, to be changed.
    pub const fn count_mut(&mut self, side: Side) -> &mut Count {
        match side {
            Side::Buy => &mut self.buys,
            Side::Sell => &mut self.sells,
        }
    }

    /// Until when what was opened is settled at the latest, if anyone takes
    /// care of it: the quarter of an auction's time that its phases leave.
    #[must_use]
    pub const fn settled_until(&self) -> u64 {
        let phases = self.reveal_until.saturating_sub(self.opened);
        self.reveal_until.saturating_add(phases / 3)
    }

    /// `commit`, `reveal`, `clearing`, `settling`, `done`, and until when the
    /// first two last.
    #[must_use]
    pub fn phase(&self, now: u64) -> (&'static str, u64) {
        match self.stage {
            Stage::Taking if now < self.commit_until => ("commit", self.commit_until),
            Stage::Taking if now < self.reveal_until => ("reveal", self.reveal_until),
            Stage::Taking
            | Stage::Gathering { .. }
            | Stage::Clearing { .. }
            | Stage::Filling { .. } => ("clearing", self.reveal_until),
            Stage::Settling { .. } => ("settling", self.reveal_until),
            Stage::Sweeping | Stage::Done => ("done", self.reveal_until),
        }
    }
}

/// One order.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Order {
    /// Whose: a person or organisation.
    pub person: u64,
    /// SHA-256 of it; of a forced sale nothing.
    pub hash: [u8; 32],
    /// To buy: the hold at credit. To sell: 0.
    pub hold: u64,
    /// What was put aside when it came: pico-credits or units.
    pub size: u64,
    /// Who else has no other order on this side because of it.
    pub behind: Vec<u64>,
    /// Its steps once it is opened.
    pub steps: Vec<Step>,
    /// The commons sells excess shares for their holder.
    pub forced: bool,
    /// Once settlement has come to it: what it still is to get or give.
    pub rest: Option<u128>,
    /// Units it got or gave.
    pub units: u128,
    /// What it paid or was paid, in pico-credits.
    pub paid: u64,
    /// What it lost because it was not opened: pico-credits or units.
    pub forfeited: u64,
    /// Whether it is over.
    pub done: bool,
}

impl Order {
    /// Whether its steps are known.
    #[must_use]
    pub fn is_opened(&self) -> bool {
        !self.steps.is_empty()
    }

    /// Units it wants or offers.
    #[must_use]
    pub fn quantity(&self) -> u128 {
        self.steps.iter().map(|step| step.quantity).sum()
    }
}

/// One's orders that are not over, in a commons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Trader {
    /// How many.
    pub open: u32,
    /// The auction with an order to sell entitlement; 0: none.
    pub selling: u64,
}

/// How many auctions of an epoch have begun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Schedule {
    /// The epoch.
    pub epoch: u64,
    /// Of it, so many.
    pub begun: u32,
}

/// Sums over all auctions of a commons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Sums {
    /// Orders to buy that are not over: as many holds.
    pub buys: u64,
    /// What these were when they came, in pico-credits.
    pub held: u128,
    /// Orders to sell that are not over.
    pub sells: u64,
    /// Shares in escrow for these, and of forced sales that wait for an auction.
    pub shares: u128,
    /// Of these, the ones that wait.
    pub waiting: u128,
    /// Units of entitlement put into escrow for these, before cuts.
    pub entitlement: u128,
    /// Units ever bought …
    pub bought: u128,
    /// … and sold.
    pub sold: u128,
    /// Pico-credits ever paid.
    pub paid: u128,
}
