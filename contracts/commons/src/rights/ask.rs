//! Queries and answers about rights.

use cosmwasm_schema::cw_serde;
use mycel_kit::{Amount, Id, Seconds};

use crate::quantity::{Quantity, Shares};

/// One person of one commons.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct OnePerson {
    /// The commons.
    pub commons: Id,
    /// A number; 0 is the commons itself.
    pub person: Id,
}

/// Answer to `holding`: shares, which are for good.
#[cw_serde]
pub struct HoldingView {
    /// Own, those in escrow and those let out among them.
    pub shares: Shares,
    /// Of them, free to be given, let or sold.
    pub free: Shares,
    /// With the market, to be sold.
    pub escrow: Shares,
    /// That bids may still bring.
    pub reserved: Shares,
    /// Let to others, now or from the next epoch on …
    pub leased_out: Shares,
    /// … of which these yield for others now.
    pub leased_out_now: Shares,
    /// Let by others, now or from the next epoch on …
    pub leased_in: Shares,
    /// … of which these yield now.
    pub leased_in_now: Shares,
    /// Shares that yield in this epoch.
    pub yields: Shares,
    /// Above the concentration cap since, if somebody found it.
    pub excess: Option<ExcessView>,
}

/// An excess over the concentration cap.
#[cw_serde]
pub struct ExcessView {
    /// Since when it is known.
    pub since: Seconds,
    /// Shares above the cap when it was found.
    pub shares: Shares,
    /// From when on what is above is sold.
    pub sold_from: Seconds,
    /// Handed to the market since.
    pub sold: Shares,
}

/// One's entitlement of an epoch. `granted + carried + minted + borrowed +
/// received` is the sum of the parts below `balance … cut`.
#[cw_serde]
#[derive(Default)]
pub struct AccountView {
    /// Whose.
    pub person: Id,
    /// Shares that yielded.
    pub shares: Shares,
    /// What they yielded.
    pub granted: Quantity,
    /// Set aside in the epoch before.
    pub carried: Quantity,
    /// For what was restored.
    pub minted: Quantity,
    /// Borrowed of the treasury.
    pub borrowed: Quantity,
    /// Given by others or bought.
    pub received: Quantity,
    /// To be used.
    pub balance: Quantity,
    /// With the market, to be sold.
    pub escrow: Quantity,
    /// Not to be used until what is owed for overage is paid.
    pub waiting: Quantity,
    /// Set aside for the next epoch.
    pub banked: Quantity,
    /// Harvested within the entitlement.
    pub harvested: Quantity,
    /// Used without harvest.
    pub retired: Quantity,
    /// Given up.
    pub cancelled: Quantity,
    /// Given to others, sold or forfeited.
    pub given: Quantity,
    /// Repaid in kind for overage.
    pub repaid: Quantity,
    /// Returned to the treasury.
    pub returned: Quantity,
    /// Withheld by a sanction.
    pub withheld: Quantity,
    /// Lost to cuts.
    pub cut: Quantity,
    /// Taken beyond the entitlement.
    pub overage: Quantity,
    /// What that costs …
    pub billed: Amount,
    /// … and what of it is not paid.
    pub owed: Amount,
    /// The last warning: 0, 70, 85, 95 percent of use.
    pub warning: u8,
}

/// What one owes a commons.
#[cw_serde]
#[derive(Default)]
pub struct DebtView {
    /// Money for overage, all epochs.
    pub owed: Amount,
    /// Units taken beyond, repaid of the next entitlement.
    pub kind: Quantity,
    /// Units borrowed, returned of the next entitlement.
    pub borrowed: Quantity,
}

/// What one's shares yield, what they did, and why it changed.
#[cw_serde]
pub struct Preview {
    /// Shares that yield.
    pub shares: Shares,
    /// What all shares yield in this epoch.
    pub tac: Quantity,
    /// What one's yield: floor(shares · tac / 100,000,000).
    pub yields: Quantity,
    /// … and what is left of it after the epoch's cuts.
    pub after_cuts: Quantity,
    /// The epoch before; absent in the first.
    pub before: Option<Before>,
    /// What differs from the epoch before, the stock first.
    pub because: Vec<Cause>,
}

/// The epoch before.
#[cw_serde]
pub struct Before {
    /// Its number.
    pub epoch: Id,
    /// Shares that yielded.
    pub shares: Shares,
    /// What all shares yielded.
    pub tac: Quantity,
    /// What one's yielded.
    pub yields: Quantity,
    /// … and what of it was left after its cuts.
    pub after_cuts: Quantity,
}

/// Something that makes a difference.
#[cw_serde]
pub struct Cause {
    /// `stock`, `cap`, `tac`, `shares`, `cut`, `carried`, `sanction`, `repaid`,
    /// `returned`, `waits`.
    pub what: String,
    /// What it was.
    pub from: Quantity,
    /// What it is.
    pub to: Quantity,
}

/// Answer to `entitlement`.
#[cw_serde]
pub struct EntitlementResponse {
    /// The latest epoch; absent before the first.
    pub epoch: Option<Id>,
    /// Whether something may be taken now.
    pub open: bool,
    /// As it would be if it were brought up to date now.
    pub account: AccountView,
    /// What is owed.
    pub debt: DebtView,
    /// What the next unit beyond the entitlement costs.
    pub overage_price: Amount,
    /// What one's shares yield.
    pub preview: Option<Preview>,
}

/// Answer to `entitlements`.
#[cw_serde]
pub struct EntitlementsResponse {
    /// The latest epoch; absent before the first.
    pub epoch: Option<Id>,
    /// Accounts of whoever asked for its yield, as they were left, by number.
    pub accounts: Vec<AccountView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// Answer to `yields`: the sums of an epoch.
#[cw_serde]
pub struct YieldsResponse {
    /// The epoch.
    pub epoch: Id,
    /// What shares yield in all.
    pub tac: Quantity,
    /// Shares whose yield nobody asked for yet.
    pub unasked: Shares,
    /// Yielded.
    pub granted: Quantity,
    /// What rounding left over, over 100,000,000.
    pub dust: String,
    /// Set aside in the epoch before, as far as it was asked for.
    pub carried: Quantity,
    /// For what was restored.
    pub minted: Quantity,
    /// On accounts: to be used, with the market, waiting, set aside.
    pub balance: Quantity,
    /// With the market.
    pub escrow: Quantity,
    /// Until what is owed is paid.
    pub waiting: Quantity,
    /// For the next epoch.
    pub banked: Quantity,
    /// The treasury's, not on its account yet.
    pub reserve: Quantity,
    /// Harvested within entitlements.
    pub harvested: Quantity,
    /// Used without harvest.
    pub retired: Quantity,
    /// Given up.
    pub cancelled: Quantity,
    /// Repaid in kind.
    pub repaid: Quantity,
    /// Lost to cuts.
    pub cut: Quantity,
    /// Withheld by sanctions.
    pub withheld: Quantity,
    /// Returned to the treasury.
    pub returned: Quantity,
    /// Forfeited at the market.
    pub forfeited: Quantity,
    /// Fees of baskets.
    pub fees: Quantity,
    /// Taken beyond entitlements.
    pub overage: Quantity,
    /// All that may still be used is at most this.
    pub outstanding: Quantity,
}

/// Answer to `lease`.
#[cw_serde]
pub struct LeaseView {
    /// Whose shares.
    pub from: Id,
    /// For whom they yield.
    pub to: Id,
    /// How many.
    pub shares: Shares,
    /// The first epoch.
    pub first: Id,
    /// The first epoch in which they yield for their owner again.
    pub end: Id,
}

/// What is kept about a person's rights, an item of its export.
#[cw_serde]
#[allow(clippy::large_enum_variant, reason = "answers are written once")]
pub enum Kept {
    /// Shares.
    Holding(HoldingView),
    /// Debts.
    Debt(DebtView),
    /// The account of an epoch.
    Account {
        /// The epoch.
        epoch: Id,
        /// As it was left.
        account: AccountView,
    },
    /// Parts of a basket.
    Basket {
        /// Its number.
        basket: Id,
        /// How many.
        parts: Quantity,
    },
    /// A lease from or to this person.
    Lease {
        /// Its number.
        lease: Id,
        /// What it says.
        terms: LeaseView,
    },
}
