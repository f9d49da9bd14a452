//! What is kept of rights.

use borsh::{BorshDeserialize, BorshSerialize};

use super::entitlement::ALL;

/// What the market deals in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum Good {
    /// Units of an epoch.
    Entitlement,
    /// Shares, which are for good.
    Shares,
}

/// One's shares of a commons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Holding {
    /// Own, those in escrow and those let out among them.
    pub shares: u64,
    /// Of them with the market, to be sold.
    pub escrow: u64,
    /// That bids may still bring.
    pub reserved: u64,
    /// Of the own, let out: now or from the next epoch on.
    pub lent: u64,
    /// Of these, yielding for others in `epoch`.
    pub lent_now: u64,
    /// Others', let to this one: now or from the next epoch on.
    pub hired: u64,
    /// Of these, yielding in `epoch`.
    pub hired_now: u64,
    /// Leases are taken into account up to this epoch.
    pub epoch: u64,
}

impl Holding {
    /// Shares that yield for this one in the epoch.
    #[must_use]
    pub const fn yields(&self) -> u64 {
        (self.shares + self.hired_now).saturating_sub(self.lent_now)
    }

    /// Shares that can be given away, let or sold.
    #[must_use]
    pub const fn free(&self) -> u64 {
        self.shares.saturating_sub(self.escrow + self.lent)
    }

    /// What counts for the concentration cap: own, let to it, and what bids may bring.
    #[must_use]
    pub const fn weight(&self) -> u64 {
        self.shares + self.hired + self.reserved
    }

    /// Whether nothing keeps it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.shares == 0 && self.hired == 0 && self.reserved == 0
    }
}

/// One's entitlement of an epoch of a commons. The numbers on each side of the
/// account are equal: [`Account::came`] and [`Account::went`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Account {
    // ---- what came
    /// Shares that yielded.
    pub basis: u64,
    /// What they yielded: floor(basis · TAC / 10^8).
    pub granted: u128,
    /// Set aside in the epoch before.
    pub carried: u128,
    /// For what was restored.
    pub minted: u128,
    /// Borrowed of the treasury.
    pub borrowed: u128,
    /// Given by others or bought; the treasury's: the reserve.
    pub received: u128,

    // ---- where it is
    /// To be used.
    pub balance: u128,
    /// With the market, to be sold.
    pub escrow: u128,
    /// Yielded, and not to be used until what is owed for overage is paid.
    pub waiting: u128,
    /// Set aside for the next epoch.
    pub banked: u128,

    // ---- where it went
    /// Harvested within the entitlement.
    pub harvested: u128,
    /// Used without harvest.
    pub retired: u128,
    /// Given up: as if never issued.
    pub cancelled: u128,
    /// Given to others, sold or forfeited.
    pub given: u128,
    /// Repaid in kind for overage.
    pub repaid: u128,
    /// Returned to the treasury of what was borrowed.
    pub returned: u128,
    /// Withheld by a sanction.
    pub withheld: u128,
    /// Lost to cuts.
    pub cut: u128,

    // ---- beside it
    /// Taken beyond the entitlement.
    pub overage: u128,
    /// What that costs, in pico-credits …
    pub billed: u64,
    /// … and what of it is not paid.
    pub owed: u64,
    /// What bids may still bring.
    pub reserved: u128,
    /// Of what was set aside in the epoch, put into baskets.
    pub deposited: u128,
    /// Cuts of the epoch that were applied.
    pub cuts: u32,
}

impl Account {
    /// Everything that ever came.
    #[must_use]
    pub const fn came(&self) -> u128 {
        self.granted + self.carried + self.minted + self.borrowed + self.received
    }

    /// Everything that is there and that went.
    #[must_use]
    pub const fn went(&self) -> u128 {
        self.balance
            + self.escrow
            + self.waiting
            + self.banked
            + self.harvested
            + self.retired
            + self.cancelled
            + self.given
            + self.repaid
            + self.returned
            + self.withheld
            + self.cut
    }

    /// What one could use or has used, what is offered for sale with it.
    #[must_use]
    pub const fn entitled(&self) -> u128 {
        self.usable() + self.escrow
    }

    /// What one could use or has used: the measure of warnings and overage.
    /// Whoever offers units for sale has them no more.
    #[must_use]
    pub const fn usable(&self) -> u128 {
        self.balance + self.waiting + self.harvested + self.retired
    }

    /// What was used, beyond the entitlement too.
    #[must_use]
    pub const fn used(&self) -> u128 {
        self.harvested + self.overage + self.retired
    }

    /// What counts for the concentration cap: what one has, had for own use,
    /// and what bids may bring. To harvest makes no room.
    #[must_use]
    pub const fn weight(&self) -> u128 {
        self.entitled() + self.banked + self.reserved
    }

    /// What came of one's own shares after repayments and sanctions: the
    /// measure of banking and borrowing, before cuts.
    #[must_use]
    pub const fn own(&self) -> u128 {
        self.granted
            .saturating_sub(self.repaid + self.returned + self.withheld)
    }
}

/// What one owes a commons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Debt {
    /// Money for overage, in pico-credits: the sum of what accounts owe.
    pub owed: u128,
    /// Units taken beyond the entitlement, to be repaid in kind.
    pub kind: u128,
    /// Units borrowed of the treasury.
    pub borrowed: u128,
    /// Units ever repaid in kind for overage.
    pub repaid: u128,
}

impl Debt {
    /// Units owed in all.
    #[must_use]
    pub const fn units(&self) -> u128 {
        self.kind + self.borrowed
    }
}

/// What begins and ends with an epoch for one who lets or hires shares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Turn {
    /// Let from now on.
    pub lent_begins: u64,
    /// Let no more.
    pub lent_ends: u64,
    /// Hired from now on.
    pub hired_begins: u64,
    /// Hired no more.
    pub hired_ends: u64,
}

/// Shares let for some epochs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Lease {
    /// Whose they are.
    pub from: u64,
    /// For whom they yield.
    pub to: u64,
    /// How many.
    pub shares: u64,
    /// The first epoch.
    pub first: u64,
    /// The first epoch in which they yield for their owner again.
    pub end: u64,
}

/// What is kept of a commons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Book {
    /// Shares of persons and organisations.
    pub held: u64,
    /// Shares of the treasury.
    pub treasury: u64,
    /// Of the held, with the market.
    pub escrow: u64,
    /// Of the held, let out: now or from the next epoch on.
    pub lent: u64,
    /// The same, as those who hire have it.
    pub hired: u64,
    /// Leases ever made.
    pub leases: u64,
    /// Money owed for overage, in pico-credits.
    pub owed: u128,
    /// Units owed in kind for overage.
    pub kind: u128,
    /// Units owed to the treasury.
    pub borrowed: u128,
    /// The last epoch with [`Sums`].
    pub epoch: u64,
}

/// The sums of an epoch of a commons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Sums {
    /// What shares yield in all.
    pub tac: u128,
    /// Shares whose yield nobody asked for yet.
    pub unasked: u64,
    /// Yielded.
    pub granted: u128,
    /// What rounding left over, over 10^8.
    pub dust: u128,
    /// Set aside in the epoch before, as far as it was asked for.
    pub carried: u128,
    /// For what was restored.
    pub minted: u128,

    /// On accounts, to be used.
    pub balance: u128,
    /// On accounts, with the market.
    pub escrow: u128,
    /// On accounts, until what is owed is paid.
    pub waiting: u128,
    /// On accounts, for the next epoch.
    pub banked: u128,
    /// The treasury's, and not on its account yet.
    pub reserve: u128,

    /// Harvested within entitlements.
    pub harvested: u128,
    /// Used without harvest.
    pub retired: u128,
    /// Given up.
    pub cancelled: u128,
    /// Repaid in kind for overage.
    pub repaid: u128,
    /// Lost to cuts, as far as accounts have seen them.
    pub cut: u128,

    // ---- named parts of what the reserve got
    /// Withheld by sanctions.
    pub withheld: u128,
    /// Returned of what was borrowed.
    pub returned: u128,
    /// Forfeited at the market.
    pub forfeited: u128,
    /// Fees of baskets.
    pub fees: u128,

    // ---- beside it
    /// Taken beyond entitlements.
    pub overage: u128,
    /// All that may still be used or set aside is at most this.
    pub pool: u128,
    /// What is set aside for the next epoch is at most this, after cuts.
    pub aside: u128,
    /// Cuts that were applied to these sums.
    pub cuts: u32,
}

impl Sums {
    /// As an epoch opens: nobody has asked yet.
    #[must_use]
    pub fn opened(tac: u128, carried: u128) -> Sums {
        Sums {
            tac,
            // all shares fit
            unasked: ALL as u64,
            pool: tac + carried,
            ..Sums::default()
        }
    }

    /// TAC · 10^8 = granted · 10^8 + dust + U · TAC, both sides.
    #[must_use]
    pub const fn yields(&self) -> (u128, u128) {
        (
            self.tac * ALL,
            self.granted * ALL + self.dust + self.unasked as u128 * self.tac,
        )
    }

    /// What came is what is there and what went, both sides.
    #[must_use]
    pub const fn ledger(&self) -> (u128, u128) {
        (
            self.granted + self.carried + self.minted,
            self.balance
                + self.escrow
                + self.waiting
                + self.banked
                + self.reserve
                + self.harvested
                + self.retired
                + self.cancelled
                + self.repaid
                + self.cut,
        )
    }

    /// What was taken of the stock or for good: within entitlements and beyond.
    #[must_use]
    pub const fn used(&self) -> u128 {
        self.harvested + self.overage + self.retired
    }
}

/// An excess over the concentration cap, found and not cured yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Excess {
    /// Since when.
    pub since: u64,
    /// Shares above the cap when it was found.
    pub shares: u64,
    /// Shares handed to the market since.
    pub sold: u64,
    /// When it is looked at next: of several reminders one counts.
    pub next: u64,
}
