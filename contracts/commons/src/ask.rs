//! Queries and answers. The variants stand in blocks, one for each folder;
//! bodies and answers are in the folder's `ask.rs`.
#![cfg_attr(
    target_arch = "wasm32",
    allow(unused_imports, reason = "the schema alone names the answers' types")
)]

use cosmwasm_schema::{QueryResponses, cw_serde};
use mycel_kit::Id;
use mycel_kit::peers::commons::Reading;
use mycel_kit::peers::items::OpenItems;
use mycel_kit::peers::members::{Electors, Eligible};
use mycel_kit::standard::{About, Invariants};

use crate::cap::ask::{CapResponse, EpochView, EpochsResponse};
use crate::export::ExportResponse;
use crate::market::ask::{
    AuctionView, AuctionsResponse, ForcedSalesResponse, OrdersBy, OrdersOf, OrdersResponse,
    PricesOf, PricesResponse,
};
use crate::monitors::ask::{
    DisputeView, DisputesResponse, MonitorsResponse, ReadingsResponse, SeatsResponse,
};
use crate::msg::ParametersResponse;
use crate::order::ask::{AccusationView, LadderResponse, MeasureView};
use crate::regeneration::ask::{ClaimView, ClaimsResponse, RegenerationResponse};
use crate::registry::ask::{
    AccountResponse, AccreditedResponse, CommonsListResponse, CommonsView, EnrolledResponse,
};
use crate::rights::ask::{
    EntitlementResponse, EntitlementsResponse, HoldingView, LeaseView, OnePerson, YieldsResponse,
};
use crate::rights::baskets::BasketView;

/// `{}`.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Nothing {}

/// A page of a list by number.
#[cw_serde]
#[derive(Copy, Eq, Default)]
#[serde(deny_unknown_fields, default)]
#[schemaifier(mute_warnings)]
pub struct Page {
    /// After this number; from the first if absent.
    pub after: Option<Id>,
    /// At most so many, 50 the default and most.
    pub limit: Option<u32>,
}

/// A page of a list of one commons.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct PageOf {
    /// The commons.
    pub commons: Id,
    /// After this number; from the first if absent.
    #[serde(default)]
    pub after: Option<Id>,
    /// At most so many, 50 the default and most.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// A member of a commons.
#[cw_serde]
#[derive(Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct MemberOf {
    /// The commons.
    pub commons: Id,
    /// The member's address.
    pub member: String,
}

/// What can be asked.
#[cw_serde]
#[derive(QueryResponses)]
#[schemaifier(mute_warnings)]
pub enum QueryMsg {
    // ---- registry
    /// One commons: boundary, rules, budgets.
    #[returns(CommonsView)]
    Commons {
        /// Its number.
        id: Id,
    },
    /// All commons, by number.
    #[returns(CommonsListResponse)]
    CommonsList(Page),
    /// Who is enrolled, by person number.
    #[returns(EnrolledResponse)]
    Enrolled(PageOf),
    /// Organisations that may send monitors, by number.
    #[returns(AccreditedResponse)]
    Accredited(Page),
    /// What a member has of a commons, beside what it gives.
    #[returns(AccountResponse)]
    Account(MemberOf),
    /// As `mycel_kit::peers::commons::CommonsQuery`: whether an address had a say at a height.
    #[returns(Eligible)]
    Elector {
        /// The commons.
        commons: Id,
        /// Any address.
        address: String,
        /// The height.
        at: Id,
    },
    /// As `mycel_kit::peers::commons::CommonsQuery`: who had a say at a height.
    #[returns(Electors)]
    Electors {
        /// The commons.
        commons: Id,
        /// The height.
        at: Id,
        /// A later height at which it is told who still has a say; absent: `at`.
        still_at: Option<Id>,
        /// Above this number; from the first if absent.
        after: Option<Id>,
        /// Look at so many persons at most.
        limit: Option<u32>,
    },

    // ---- order
    /// Where a member stands on a commons' ladder, and the measures against it.
    #[returns(LadderResponse)]
    Ladder(MemberOf),
    /// One measure.
    #[returns(MeasureView)]
    Measure {
        /// Its number.
        id: Id,
    },
    /// One accusation.
    #[returns(AccusationView)]
    Accusation {
        /// Its number.
        id: Id,
    },

    // ---- monitors
    /// Who watches a commons now, and what they say.
    #[returns(MonitorsResponse)]
    Monitors {
        /// The commons.
        commons: Id,
    },
    /// As `mycel_kit::peers::commons::CommonsQuery`: the feed that others read.
    #[returns(Reading)]
    Reading {
        /// The commons.
        commons: Id,
    },
    /// Seats, held or not, by number.
    #[returns(SeatsResponse)]
    Seats(PageOf),
    /// Readings ever given, by number.
    #[returns(ReadingsResponse)]
    Readings(PageOf),
    /// Disputes about readings of all commons, by number.
    #[returns(DisputesResponse)]
    Disputes(Page),
    /// One dispute.
    #[returns(DisputeView)]
    Dispute {
        /// Its number.
        id: Id,
    },

    // ---- cap
    /// Epochs of a commons with cap, stock, harvest and price, by number.
    #[returns(EpochsResponse)]
    Epochs(PageOf),
    /// One epoch.
    #[returns(EpochView)]
    Epoch {
        /// The commons.
        commons: Id,
        /// The epoch.
        number: Id,
    },
    /// What the cap follows, now: latest epoch, stock, stabiliser.
    #[returns(CapResponse)]
    Cap {
        /// The commons.
        commons: Id,
    },

    // ---- regeneration
    /// One claim.
    #[returns(ClaimView)]
    Claim {
        /// Its number.
        id: Id,
    },
    /// A member's claims in a commons, by number.
    #[returns(ClaimsResponse)]
    Claims {
        /// The commons.
        commons: Id,
        /// The member's address.
        member: String,
        /// After this claim; from the first if absent.
        after: Option<Id>,
        /// At most so many, 20 the default and most.
        limit: Option<u32>,
    },
    /// What was restored in a commons, and what became of it.
    #[returns(RegenerationResponse)]
    Regeneration {
        /// The commons.
        commons: Id,
    },

    // ---- rights
    /// Shares of a person, or of the commons itself.
    #[returns(HoldingView)]
    Holding(OnePerson),
    /// Its entitlement of the latest epoch, what its shares yield and why that changed.
    #[returns(EntitlementResponse)]
    Entitlement(OnePerson),
    /// Accounts of the latest epoch, by person number.
    #[returns(EntitlementsResponse)]
    Entitlements(PageOf),
    /// The sums of an epoch.
    #[returns(YieldsResponse)]
    Yields {
        /// The commons.
        commons: Id,
        /// The epoch; the latest if absent.
        #[serde(default)]
        epoch: Option<Id>,
    },
    /// One basket, and what a person has of it.
    #[returns(BasketView)]
    Basket {
        /// The commons.
        commons: Id,
        /// Its number.
        basket: Id,
        /// Whose parts are told as well.
        #[serde(default)]
        person: Option<Id>,
    },
    /// One lease.
    #[returns(LeaseView)]
    Lease {
        /// The commons.
        commons: Id,
        /// Its number.
        lease: Id,
    },

    // ---- market
    /// One auction: phase, times, counts, result.
    #[returns(AuctionView)]
    Auction {
        /// Its number.
        id: Id,
    },
    /// Auctions of a commons, by number.
    #[returns(AuctionsResponse)]
    Auctions(PageOf),
    /// Orders of one side of an auction, by number.
    #[returns(OrdersResponse)]
    Orders(OrdersOf),
    /// Orders that a member has, or counts with; the latest first.
    #[returns(OrdersResponse)]
    OrdersBy(OrdersBy),
    /// Prices of a good in a commons, by auction.
    #[returns(PricesResponse)]
    Prices(PricesOf),
    /// Shares that must be sold and wait for an auction, by person.
    #[returns(ForcedSalesResponse)]
    ForcedSales(PageOf),

    // ---- what every contract answers
    /// What keeps a member from leaving.
    #[returns(OpenItems)]
    OpenItems {
        /// The member's address.
        member: String,
    },
    /// All that is kept about a member, commons by commons.
    #[returns(ExportResponse)]
    Export {
        /// The member's address.
        member: String,
        /// Where the last page ended, as it said.
        after: Option<String>,
    },
    /// The contract.
    #[returns(About)]
    About(Nothing),
    /// The parameters.
    #[returns(ParametersResponse)]
    Parameters(Nothing),
    /// What must always hold, and whether it does.
    #[returns(Invariants)]
    Invariants(Nothing),
}
