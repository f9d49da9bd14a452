//! The clearing contract, typed: obligations, rounds, the frozen graph, who was helped.
//!
//! What the node says, but for the graph of a round: its rows are hashed into the root that the round names.
mod graph;
#[cfg(feature = "solve")]
mod round;
#[cfg(feature = "solve")]
mod waiting;

use mycel_clearing::msg::{
    HelpedResponse, MarketResponse, ObligationView, ObligationsResponse, ParametersResponse,
    PostView, ProposalView, ProposalsResponse, QueryMsg, RoundView, Settled, SettledResponse,
    TotalsResponse,
};
use mycel_kit::Id;
use mycel_types::AccountAddress;
use serde::de::DeserializeOwned;

use crate::{Client, ClientError, Transport};

pub use graph::{Graph, MarketGraph, Row};
pub use mycel_clearing::{msg, posts::commitment};
#[cfg(feature = "solve")]
pub use round::{Certificate, MarketReport, Report, Solver, Step, Watch, solve, solve_market};

/// The calls of one clearing contract.
#[derive(Clone, Debug)]
pub struct Clearing<'a, T> {
    client: &'a Client<T>,
    contract: AccountAddress,
}

impl<T: Transport> Client<T> {
    /// A clearing contract on this chain.
    pub fn clearing(&self, contract: AccountAddress) -> Clearing<'_, T> {
        Clearing {
            client: self,
            contract,
        }
    }
}

impl<T: Transport> Clearing<'_, T> {
    async fn ask<A: DeserializeOwned>(&self, query: &QueryMsg) -> Result<A, ClientError> {
        self.client.smart(&self.contract, query).await
    }

    /// Parameters and their bounds.
    pub async fn parameters(&self) -> Result<ParametersResponse, ClientError> {
        self.ask(&QueryMsg::Parameters {}).await
    }

    /// Sums of all obligations.
    pub async fn totals(&self) -> Result<TotalsResponse, ClientError> {
        self.ask(&QueryMsg::Totals {}).await
    }

    /// All of a person's obligations, newest first, and whether all are tendered by standing consent.
    pub async fn obligations(
        &self,
        person: Id,
    ) -> Result<(Vec<ObligationView>, bool), ClientError> {
        let (mut all, mut page) = (vec![], None);
        loop {
            let query = QueryMsg::Obligations { person, page };
            let answer: ObligationsResponse = self.ask(&query).await?;
            all.extend(answer.obligations);
            match answer.next {
                Some(next) if page.is_none_or(|last| next < last) => page = Some(next),
                _ => return Ok((all, answer.consent)),
            }
        }
    }

    /// The open proposals that concern a person.
    pub async fn proposals(&self, person: Id) -> Result<Vec<ProposalView>, ClientError> {
        let (mut all, mut after): (Vec<ProposalView>, Option<Id>) = (vec![], None);
        loop {
            let query = QueryMsg::Proposals { person, after };
            let answer: ProposalsResponse = self.ask(&query).await?;
            all.extend(answer.proposals);
            match answer.next {
                Some(next) if after.is_none_or(|last| next.0 > last.0) => after = Some(next),
                _ => return Ok(all),
            }
        }
    }

    /// A round; the one that runs, or was last, if none is named.
    pub async fn round(&self, round: Option<Id>) -> Result<RoundView, ClientError> {
        self.ask(&QueryMsg::Round { round }).await
    }

    /// A market, and the round of it that runs.
    pub async fn market(&self, market: u32) -> Result<MarketResponse, ClientError> {
        self.ask(&QueryMsg::Market { market }).await
    }

    /// A solver's post.
    pub async fn post(&self, round: Id, post: u32) -> Result<PostView, ClientError> {
        self.ask(&QueryMsg::Post { round, post }).await
    }

    /// What a round sets off, obligation by obligation.
    pub async fn settled(&self, round: Id) -> Result<Vec<Settled>, ClientError> {
        let (mut all, mut page) = (vec![], None);
        loop {
            let query = QueryMsg::Settled { round, page };
            let answer: SettledResponse = self.ask(&query).await?;
            all.extend(answer.settled);
            match answer.next {
                Some(next) if page.is_none_or(|last| next > last) => page = Some(next),
                _ => return Ok(all),
            }
        }
    }

    /// How much a round helped a person.
    pub async fn helped(&self, round: Id, person: Id) -> Result<HelpedResponse, ClientError> {
        self.ask(&QueryMsg::Helped { round, person }).await
    }
}
