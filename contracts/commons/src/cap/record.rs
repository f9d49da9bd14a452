//! What is kept of epochs.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::quantity::Quantity;

/// Most cuts of an epoch; see [`super::cut`] for why there are never more.
pub const MAX_CUTS: usize = 64;

/// What an opening relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Basis {
    /// Fresh readings that agree.
    Fresh,
    /// Disputed ones: the lowest.
    Disputed,
    /// None: the last cap, less a tenth.
    Stale,
}

impl Basis {
    /// On the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Basis::Fresh => "fresh",
            Basis::Disputed => "disputed",
            Basis::Stale => "stale",
        }
    }
}

/// Why an epoch's cap was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Why {
    /// Monitors read less.
    Reading,
    /// The parent's cap was cut, and with it the budget.
    Budget,
}

impl Why {
    /// On the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Why::Reading => "reading",
            Why::Budget => "budget",
        }
    }
}

/// From a moment on every balance of the epoch is worth floor(balance · num /
/// den). Accounts apply it when they are touched next, each cut once, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Cut {
    /// What may still be used …
    pub num: Quantity,
    /// … of what was outstanding; as much as `num` where it takes nothing away.
    pub den: Quantity,
    /// When.
    pub at: u64,
    /// Why.
    pub why: Why,
}

/// An epoch that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Closing {
    /// When it was closed.
    pub at: u64,
    /// Harvested within entitlements.
    pub harvested: u128,
    /// Harvested beyond them.
    pub overage: u128,
    /// Retired.
    pub retired: u128,
    /// The median price of the last auctions, in pico-credits.
    pub price: Option<u64>,
}

/// An epoch of a commons. What is issued adds up exactly:
/// `cap + released = budgets + banked_in + regenerated + withheld + tac` as it
/// opens, and `cap + released ≤ most`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Epoch {
    /// The commons.
    pub commons: u64,
    /// Its number, densely from 1.
    pub number: u64,
    /// When it opened.
    pub opens: u64,
    /// When it closes.
    pub closes: u64,
    /// What the opening relied on.
    pub basis: Basis,
    /// The stock that counted …
    pub stock: Quantity,
    /// … and the median of the readings.
    pub median: Quantity,
    /// The lower bound of it: B_low.
    pub low: Quantity,
    /// floor(B_low · F): the most that may be issued.
    pub most: Quantity,
    /// The cap as it opened, budgets of children included.
    pub opened: Quantity,
    /// The cap now, after cuts.
    pub cap: Quantity,
    /// Of the cap as it opened, budgets of children.
    pub budgets: Quantity,
    /// What shares yield.
    pub tac: Quantity,
    /// What restorers get.
    pub regenerated: Quantity,
    /// What was set aside in the epoch before …
    pub banked: Quantity,
    /// … and how much of it has room in this one.
    pub banked_in: Quantity,
    /// Kept back by the stabiliser.
    pub withheld: Quantity,
    /// Given out of the stabiliser's reserve.
    pub released: Quantity,
    /// What the cap is, or would be without readings that are disputed or stale
    /// and without cuts of the parent's.
    pub base: Quantity,
    /// When such readings lowered the cap last, and no jury spoke since.
    pub doubted: Option<u64>,
    /// What used and outstanding units together may be, after cuts; at first
    /// tac + regenerated + banked_in.
    pub own: Quantity,
    /// The parent's epoch whose budget this one has; 0 without a parent.
    pub parent_epoch: u64,
    /// Cuts, in their order, at most 64.
    pub cuts: Vec<Cut>,
    /// How it ended; `None` while it is open.
    pub closing: Option<Closing>,
}

impl Epoch {
    /// Whether something may be taken in it: it opened and was not closed.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.closing.is_none()
    }

    /// What of it is issued to holders as it opens: by shares, for restoring, and banked.
    #[must_use]
    pub fn issued(&self) -> u128 {
        self.tac.units() + self.regenerated.units() + self.banked_in.units()
    }
}

/// The stabiliser's reserve of a commons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Reserve {
    /// What is in it.
    pub units: u128,
    /// Ever kept back.
    pub withheld: u128,
    /// Ever released.
    pub released: u128,
    /// Ever made invalid.
    pub invalid: u128,
}

/// What a child may take of an epoch of its parent; fixed when that opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Allotment {
    /// The parent's epoch.
    pub epoch: u64,
    /// In parts per million of the parent's cap.
    pub ppm: u32,
}

/// Sums over all epochs of all commons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Epochs ever opened.
    pub epochs: u64,
    /// Of these, over.
    pub closed: u64,
    /// Opened without a fresh or disputed value …
    pub stale: u64,
    /// … with a cap below the one before, or nothing.
    pub tightened: u64,
    /// Σ floor(B_low · F).
    pub most: u128,
    /// Σ caps as they opened.
    pub caps: u128,
    /// Σ what shares yield.
    pub tac: u128,
    /// Σ what restorers get.
    pub regenerated: u128,
    /// Σ what was banked and has room.
    pub banked: u128,
    /// Σ budgets of children.
    pub budgets: u128,
    /// Σ kept back by stabilisers.
    pub withheld: u128,
    /// Σ given out of their reserves.
    pub released: u128,
    /// Σ made invalid in reserves.
    pub invalid: u128,
    /// What is in reserves now.
    pub reserves: u128,
    /// Σ caps of children as they opened …
    pub children: u128,
    /// … and Σ budgets they had of their parents.
    pub allotted: u128,
    /// Cuts ever.
    pub cuts: u64,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An epoch of nothing.
    pub(crate) fn epoch() -> Epoch {
        Epoch {
            commons: 1,
            number: 1,
            opens: 0,
            closes: 0,
            basis: Basis::Fresh,
            stock: Quantity::ZERO,
            median: Quantity::ZERO,
            low: Quantity::ZERO,
            most: Quantity::ZERO,
            opened: Quantity::ZERO,
            cap: Quantity::ZERO,
            budgets: Quantity::ZERO,
            tac: Quantity::ZERO,
            regenerated: Quantity::ZERO,
            banked: Quantity::ZERO,
            banked_in: Quantity::ZERO,
            withheld: Quantity::ZERO,
            released: Quantity::ZERO,
            base: Quantity::ZERO,
            doubted: None,
            own: Quantity::ZERO,
            parent_epoch: 0,
            cuts: vec![],
            closing: None,
        }
    }
}
