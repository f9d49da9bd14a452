//! The funding contract, typed: rounds and what they would pay, the dividend, the innovation register.
//!
//! What the node says; nothing here is verified. [`Forecast`] computes with the contract's own rules what a round would
//! pay if its contributions ended now, and what one gift more would change.
mod forecast;
pub mod words;

use mycel_funding::{
    ask::{Nothing, Page, QueryMsg},
    dividend::ask::{Claimable, DepositView, DividendView},
    msg::HoldMsg,
    parameters::ParametersResponse,
    register::ask::{
        Entries, EntryView, MatterView, Overdue, OverdueView, Refused, RegisterView, ReportView,
        Reports,
    },
    rounds::{
        ask::{
            ContributionsResponse, GiftView, PayoutView, ProjectView, ProjectsResponse,
            ResultsResponse, RoundResponse, RoundView, RoundsResponse,
        },
        record::Sponsor,
        state,
    },
};
use mycel_kit::{Amount, Id, Key, roles::Electorate};
use mycel_types::AccountAddress;
use serde::de::DeserializeOwned;

use crate::{
    Client, ClientError, Transport,
    message::{self, Any},
};

pub use forecast::{Division, Forecast, More, Unknown};
pub use mycel_funding::{ask, dividend, msg, parameters, register, rounds, rules};

/// Most pages that one list reads: a node that never ends is left.
const MOST_PAGES: usize = 10_000;

/// A hold of credit for a funding contract, ready to sign: a gift, a sponsor's pool, dues.
pub fn hold(
    from: &AccountAddress,
    credit: &AccountAddress,
    funding: &AccountAddress,
    amount: Amount,
    said: &HoldMsg,
) -> Result<Any, ClientError> {
    let msg = cosmwasm_std::to_json_binary(said).map_err(ClientError::answer)?;
    let body = mycel_credit::msg::ExecuteMsg::Hold {
        r#for: funding.to_string(),
        amount,
        msg,
    };
    message::execute(from, credit, &body)
}

/// The calls of one funding contract.
#[derive(Clone, Debug)]
pub struct Funding<'a, T> {
    client: &'a Client<T>,
    contract: AccountAddress,
}

impl<T: Transport> Client<T> {
    /// A funding contract on this chain.
    pub fn funding(&self, contract: AccountAddress) -> Funding<'_, T> {
        Funding {
            client: self,
            contract,
        }
    }
}

impl<T: Transport> Funding<'_, T> {
    async fn ask<A: DeserializeOwned>(&self, query: &QueryMsg) -> Result<A, ClientError> {
        self.client.smart(&self.contract, query).await
    }

    /// A raw record, if there is one.
    async fn raw<R: borsh::BorshDeserialize>(
        &self,
        key: &Key<R>,
    ) -> Result<Option<R>, ClientError> {
        let found = self.client.raw(&self.contract, key.bytes()).await?;
        if found.is_empty() {
            return Ok(None);
        }
        R::try_from_slice(&found)
            .map(Some)
            .map_err(|e| ClientError::Answer(format!("record: {e}")))
    }

    /// Pages of a list by number until there is no next.
    async fn pages<A: DeserializeOwned, I>(
        &self,
        query: impl Fn(Option<Id>) -> QueryMsg,
        parts: impl Fn(A) -> (Vec<I>, Option<Id>),
    ) -> Result<Vec<I>, ClientError> {
        let (mut all, mut after) = (vec![], None::<Id>);
        for _ in 0..MOST_PAGES {
            let (items, next) = parts(self.ask(&query(after)).await?);
            all.extend(items);
            match next {
                // a page that does not lead on ends the walk, whatever the node says
                Some(next) if after.is_none_or(|last| next.0 > last.0) => after = Some(next),
                _ => break,
            }
        }
        Ok(all)
    }

    /// Parameters with their bounds.
    pub async fn parameters(&self) -> Result<ParametersResponse, ClientError> {
        self.ask(&QueryMsg::Parameters(Nothing {})).await
    }

    /// All rounds, by number.
    pub async fn rounds(&self) -> Result<Vec<RoundView>, ClientError> {
        let query = |after| QueryMsg::Rounds(Page { after, limit: None });
        self.pages(query, |page: RoundsResponse| (page.rounds, page.next))
            .await
    }

    /// A round with its sponsors.
    pub async fn round(&self, round: Id) -> Result<RoundResponse, ClientError> {
        self.ask(&QueryMsg::Round { round }).await
    }

    /// All of its projects, by number.
    pub async fn projects(&self, round: Id) -> Result<Vec<ProjectView>, ClientError> {
        let query = |after| QueryMsg::Projects {
            round,
            after,
            limit: None,
        };
        self.pages(query, |page: ProjectsResponse| (page.projects, page.next))
            .await
    }

    /// What a member gave in a round, by project.
    pub async fn contributions(
        &self,
        round: Id,
        member: &AccountAddress,
    ) -> Result<Vec<GiftView>, ClientError> {
        let query = |after| QueryMsg::Contributions {
            round,
            member: member.to_string(),
            after,
            limit: None,
        };
        let parts = |page: ContributionsResponse| (page.gifts, page.next);
        self.pages(query, parts).await
    }

    /// What its projects were paid, and the sums of the round.
    pub async fn results(
        &self,
        round: Id,
    ) -> Result<(ResultsResponse, Vec<PayoutView>), ClientError> {
        let query = |after| QueryMsg::Results {
            round,
            after,
            limit: None,
        };
        let first = self.ask(&query(None)).await?;
        let parts = |page: ResultsResponse| (page.payouts, page.next);
        Ok((first, self.pages(query, parts).await?))
    }

    /// Sponsors as they are stored: what was taken of each.
    pub async fn sponsors(&self, round: Id) -> Result<Vec<Sponsor>, ClientError> {
        Ok(self
            .raw(&state::sponsors(round.0))
            .await?
            .unwrap_or_default())
    }

    /// The sums of the dividend.
    pub async fn dividend(&self) -> Result<DividendView, ClientError> {
        self.ask(&QueryMsg::Dividend(Nothing {})).await
    }

    /// One deposit of the commons.
    pub async fn deposit(&self, deposit: Id) -> Result<DepositView, ClientError> {
        self.ask(&QueryMsg::Deposit { deposit }).await
    }

    /// What a claim would pay a member now.
    pub async fn claimable(&self, member: &AccountAddress) -> Result<Claimable, ClientError> {
        let member = member.to_string();
        self.ask(&QueryMsg::Claimable { member }).await
    }

    /// The sums of the register.
    pub async fn register(&self) -> Result<RegisterView, ClientError> {
        self.ask(&QueryMsg::Register(Nothing {})).await
    }

    /// One entry of the register.
    pub async fn entry(&self, entry: Id) -> Result<EntryView, ClientError> {
        self.ask(&QueryMsg::Entry { entry }).await
    }

    /// All entries, by number.
    pub async fn entries(&self) -> Result<Vec<EntryView>, ClientError> {
        let query = |after| QueryMsg::Entries(Page { after, limit: None });
        self.pages(query, |page: Entries| (page.entries, page.next))
            .await
    }

    /// An entry's reports of revenue.
    pub async fn reports(&self, entry: Id) -> Result<Vec<ReportView>, ClientError> {
        let query = |after| QueryMsg::Reports {
            entry,
            page: Page { after, limit: None },
        };
        self.pages(query, |page: Reports| (page.reports, page.next))
            .await
    }

    /// What was not paid in time, the longest overdue first: the first 50.
    pub async fn overdue(&self) -> Result<Vec<OverdueView>, ClientError> {
        let query = QueryMsg::Overdue {
            after: None,
            limit: None,
        };
        let page: Overdue = self.ask(&query).await?;
        Ok(page.overdue)
    }

    /// How a technology stands inside a boundary.
    pub async fn refused(
        &self,
        technology: &str,
        boundary: Electorate,
    ) -> Result<Refused, ClientError> {
        let technology = technology.to_owned();
        self.ask(&QueryMsg::Refused {
            technology,
            boundary,
        })
        .await
    }

    /// A payment that waits, or a case.
    pub async fn matter(&self, matter: Id) -> Result<MatterView, ClientError> {
        self.ask(&QueryMsg::Matter { matter }).await
    }
}
