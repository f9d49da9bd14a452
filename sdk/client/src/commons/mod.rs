//! The commons contract, typed: commons, their caps, rights, monitors, restoration, auctions and order.
//!
//! What the node says; nothing here is verified.
mod kept;

use mycel_commons::{
    ask::{MemberOf, Nothing, Page, PageOf, QueryMsg},
    cap::ask::{CapResponse, EpochView, EpochsResponse},
    market::{
        ask::{
            AuctionView, AuctionsResponse, GoodName, OrderView, OrdersBy, OrdersOf, OrdersResponse,
            PricePoint, PricesOf, PricesResponse,
        },
        order::Side,
    },
    monitors::ask::{
        DisputeView, DisputesResponse, MonitorsResponse, ReadingView, ReadingsResponse, SeatView,
        SeatsResponse,
    },
    msg::ParametersResponse,
    order::ask::{AccusationView, LadderResponse, MeasureView},
    regeneration::ask::{ClaimView, ClaimsResponse, RegenerationResponse},
    registry::ask::{
        AccountResponse, AccreditedResponse, AccreditedView, CommonsLine, CommonsListResponse,
        CommonsView, EnrolledResponse, EnrolmentView,
    },
    rights::ask::{EntitlementResponse, HoldingView, LeaseView, OnePerson, YieldsResponse},
};
use mycel_kit::Id;
use mycel_types::AccountAddress;
use serde::de::DeserializeOwned;

use crate::{Client, ClientError, Transport};

pub use kept::{OfPerson, Owed};
pub use mycel_commons::{
    ask, cap, export, market, monitors, msg, order, quantity, regeneration, registry, rights,
};

/// Most pages that one list reads: a node that never ends is left.
const MOST_PAGES: usize = 10_000;

/// The calls of one commons contract.
#[derive(Clone, Debug)]
pub struct Commons<'a, T> {
    client: &'a Client<T>,
    contract: AccountAddress,
}

impl<T: Transport> Client<T> {
    /// A contract that keeps commons, on this chain.
    pub fn commons(&self, contract: AccountAddress) -> Commons<'_, T> {
        Commons {
            client: self,
            contract,
        }
    }
}

impl<T: Transport> Commons<'_, T> {
    async fn ask<A: DeserializeOwned>(&self, query: &QueryMsg) -> Result<A, ClientError> {
        self.client.smart(&self.contract, query).await
    }

    /// All items of a list by number, page by page.
    async fn pages<A: DeserializeOwned, I>(
        &self,
        query: impl Fn(Option<Id>) -> QueryMsg,
        read: impl Fn(A) -> (Vec<I>, Option<Id>),
    ) -> Result<Vec<I>, ClientError> {
        let (mut all, mut after): (Vec<I>, Option<Id>) = (vec![], None);
        for _ in 0..MOST_PAGES {
            let (page, next) = read(self.ask(&query(after)).await?);
            all.extend(page);
            match next {
                Some(next) if after.is_none_or(|last| next.0 > last.0) => after = Some(next),
                _ => break,
            }
        }
        Ok(all)
    }

    /// Parameters and their bounds.
    pub async fn parameters(&self) -> Result<ParametersResponse, ClientError> {
        self.ask(&QueryMsg::Parameters(Nothing {})).await
    }

    // ---- registry

    /// One commons: boundary, rules, budgets.
    pub async fn one(&self, id: Id) -> Result<CommonsView, ClientError> {
        self.ask(&QueryMsg::Commons { id }).await
    }

    /// All commons, by number.
    pub async fn list(&self) -> Result<Vec<CommonsLine>, ClientError> {
        self.pages(
            |after| QueryMsg::CommonsList(Page { after, limit: None }),
            |page: CommonsListResponse| (page.commons, page.next),
        )
        .await
    }

    /// Who is or was enrolled, by person number.
    pub async fn enrolled(&self, commons: Id) -> Result<Vec<EnrolmentView>, ClientError> {
        self.pages(
            |after| QueryMsg::Enrolled(of(commons, after)),
            |page: EnrolledResponse| (page.enrolled, page.next),
        )
        .await
    }

    /// Organisations that may send monitors, by number.
    pub async fn accredited(&self) -> Result<Vec<AccreditedView>, ClientError> {
        self.pages(
            |after| QueryMsg::Accredited(Page { after, limit: None }),
            |page: AccreditedResponse| (page.organisations, page.next),
        )
        .await
    }

    /// What a member has of a commons, beside what it gives.
    pub async fn account(
        &self,
        commons: Id,
        member: &AccountAddress,
    ) -> Result<AccountResponse, ClientError> {
        let member = member.to_string();
        self.ask(&QueryMsg::Account(MemberOf { commons, member }))
            .await
    }

    // ---- order

    /// Where a member stands on a commons' ladder, and the measures against it.
    pub async fn ladder(
        &self,
        commons: Id,
        member: &AccountAddress,
    ) -> Result<LadderResponse, ClientError> {
        let member = member.to_string();
        self.ask(&QueryMsg::Ladder(MemberOf { commons, member }))
            .await
    }

    /// One measure.
    pub async fn measure(&self, id: Id) -> Result<MeasureView, ClientError> {
        self.ask(&QueryMsg::Measure { id }).await
    }

    /// One accusation.
    pub async fn accusation(&self, id: Id) -> Result<AccusationView, ClientError> {
        self.ask(&QueryMsg::Accusation { id }).await
    }

    // ---- monitors

    /// Who watches a commons now, and what they say.
    pub async fn monitors(&self, commons: Id) -> Result<MonitorsResponse, ClientError> {
        self.ask(&QueryMsg::Monitors { commons }).await
    }

    /// Seats, held or not, by number.
    pub async fn seats(&self, commons: Id) -> Result<Vec<SeatView>, ClientError> {
        self.pages(
            |after| QueryMsg::Seats(of(commons, after)),
            |page: SeatsResponse| (page.seats, page.next),
        )
        .await
    }

    /// Readings ever given, by number.
    pub async fn readings(&self, commons: Id) -> Result<Vec<ReadingView>, ClientError> {
        self.pages(
            |after| QueryMsg::Readings(of(commons, after)),
            |page: ReadingsResponse| (page.readings, page.next),
        )
        .await
    }

    /// Disputes about readings of all commons, by number.
    pub async fn disputes(&self) -> Result<Vec<DisputeView>, ClientError> {
        self.pages(
            |after| QueryMsg::Disputes(Page { after, limit: None }),
            |page: DisputesResponse| (page.disputes, page.next),
        )
        .await
    }

    /// One dispute.
    pub async fn dispute(&self, id: Id) -> Result<DisputeView, ClientError> {
        self.ask(&QueryMsg::Dispute { id }).await
    }

    // ---- cap

    /// All epochs of a commons, by number.
    pub async fn epochs(&self, commons: Id) -> Result<Vec<EpochView>, ClientError> {
        self.pages(
            |after| QueryMsg::Epochs(of(commons, after)),
            |page: EpochsResponse| (page.epochs, page.next),
        )
        .await
    }

    /// One epoch.
    pub async fn epoch(&self, commons: Id, number: Id) -> Result<EpochView, ClientError> {
        self.ask(&QueryMsg::Epoch { commons, number }).await
    }

    /// What the cap follows, now.
    pub async fn cap(&self, commons: Id) -> Result<CapResponse, ClientError> {
        self.ask(&QueryMsg::Cap { commons }).await
    }

    // ---- regeneration

    /// One claim.
    pub async fn claim(&self, id: Id) -> Result<ClaimView, ClientError> {
        self.ask(&QueryMsg::Claim { id }).await
    }

    /// A member's claims in a commons, by number.
    pub async fn claims(
        &self,
        commons: Id,
        member: &AccountAddress,
    ) -> Result<Vec<ClaimView>, ClientError> {
        let query = |after| QueryMsg::Claims {
            commons,
            member: member.to_string(),
            after,
            limit: None,
        };
        self.pages(query, |page: ClaimsResponse| (page.claims, page.next))
            .await
    }

    /// What was restored in a commons, and what became of it.
    pub async fn regeneration(&self, commons: Id) -> Result<RegenerationResponse, ClientError> {
        self.ask(&QueryMsg::Regeneration { commons }).await
    }

    // ---- rights

    /// Shares of a person, or of the commons itself, which is person 0.
    pub async fn holding(&self, commons: Id, person: Id) -> Result<HoldingView, ClientError> {
        self.ask(&QueryMsg::Holding(OnePerson { commons, person }))
            .await
    }

    /// A person's entitlement of the latest epoch, what its shares yield and why that changed.
    pub async fn entitlement(
        &self,
        commons: Id,
        person: Id,
    ) -> Result<EntitlementResponse, ClientError> {
        self.ask(&QueryMsg::Entitlement(OnePerson { commons, person }))
            .await
    }

    /// The sums of an epoch; of the latest, if none is named.
    pub async fn yields(
        &self,
        commons: Id,
        epoch: Option<Id>,
    ) -> Result<YieldsResponse, ClientError> {
        self.ask(&QueryMsg::Yields { commons, epoch }).await
    }

    /// One lease.
    pub async fn lease(&self, commons: Id, lease: Id) -> Result<LeaseView, ClientError> {
        self.ask(&QueryMsg::Lease { commons, lease }).await
    }

    // ---- market

    /// One auction.
    pub async fn auction(&self, id: Id) -> Result<AuctionView, ClientError> {
        self.ask(&QueryMsg::Auction { id }).await
    }

    /// All auctions of a commons, by number.
    pub async fn auctions(&self, commons: Id) -> Result<Vec<AuctionView>, ClientError> {
        self.pages(
            |after| QueryMsg::Auctions(of(commons, after)),
            |page: AuctionsResponse| (page.auctions, page.next),
        )
        .await
    }

    /// All orders of one side of an auction, by number.
    pub async fn orders(&self, auction: Id, side: Side) -> Result<Vec<OrderView>, ClientError> {
        let query = |after| {
            QueryMsg::Orders(OrdersOf {
                auction,
                side,
                after,
                limit: None,
            })
        };
        self.pages(query, |page: OrdersResponse| (page.orders, page.next))
            .await
    }

    /// The latest orders that a member has, or counts with: a page of them from this auction backwards.
    pub async fn orders_by(
        &self,
        member: &AccountAddress,
        before: Option<Id>,
    ) -> Result<Vec<OrderView>, ClientError> {
        let query = QueryMsg::OrdersBy(OrdersBy {
            member: member.to_string(),
            before,
            limit: None,
        });
        let answer: OrdersResponse = self.ask(&query).await?;
        Ok(answer.orders)
    }

    /// All prices of a good in a commons, by auction.
    pub async fn prices(
        &self,
        commons: Id,
        good: GoodName,
    ) -> Result<Vec<PricePoint>, ClientError> {
        let query = |after| {
            QueryMsg::Prices(PricesOf {
                commons,
                good,
                after,
                limit: None,
            })
        };
        self.pages(query, |page: PricesResponse| (page.prices, page.next))
            .await
    }
}

fn of(commons: Id, after: Option<Id>) -> PageOf {
    PageOf {
        commons,
        after,
        limit: None,
    }
}
