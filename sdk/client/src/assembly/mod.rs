//! The assembly contract, typed, and what its decisions would change, in words.
//!
//! What the node says; nothing here is verified.
mod names;
pub mod words;

use mycel_assembly::{
    ask::{
        AdviceResponse, BallotResponse, BallotView, ClustersResponse, ContentResponse, PhaseName,
        ProposalView, ProposalsResponse, QueryMsg, ResultResponse, RunView, RunsResponse,
        SpendingResponse, StatementView, StatementsResponse,
    },
    delegations::asked::{DelegationView, DelegationsResponse, RouteResponse},
    msg::{Nothing, ProposalRef},
    parameters::ParametersResponse,
};
use mycel_kit::Id;
use mycel_types::AccountAddress;
use serde::de::DeserializeOwned;

use crate::{Client, ClientError, Transport};

pub use mycel_assembly::{ask, content, delegations, msg, tally};
pub use names::Names;
pub use words::{Reader, Words};

/// Most pages that one list reads: a node that never ends is left.
const MOST_PAGES: usize = 10_000;

/// The calls of one assembly contract.
#[derive(Clone, Debug)]
pub struct Assembly<'a, T> {
    client: &'a Client<T>,
    contract: AccountAddress,
}

impl<T: Transport> Client<T> {
    /// An assembly contract on this chain.
    pub fn assembly(&self, contract: AccountAddress) -> Assembly<'_, T> {
        Assembly {
            client: self,
            contract,
        }
    }
}

impl<T: Transport> Assembly<'_, T> {
    async fn ask<A: DeserializeOwned>(&self, query: &QueryMsg) -> Result<A, ClientError> {
        self.client.smart(&self.contract, query).await
    }

    /// A proposal and where it is.
    pub async fn proposal(&self, proposal: Id) -> Result<ProposalView, ClientError> {
        self.ask(&QueryMsg::Proposal(ProposalRef { proposal }))
            .await
    }

    /// The newest proposals, in one phase or in any, at most `most`.
    pub async fn proposals(
        &self,
        phase: Option<PhaseName>,
        most: usize,
    ) -> Result<Vec<ProposalView>, ClientError> {
        let (mut all, mut before): (Vec<ProposalView>, Option<Id>) = (vec![], None);
        for _ in 0..MOST_PAGES {
            let query = QueryMsg::Proposals {
                before,
                limit: None,
                phase,
            };
            let page: ProposalsResponse = self.ask(&query).await?;
            all.extend(page.proposals);
            match page.next {
                Some(next) if all.len() < most && before.is_none_or(|last| next.0 < last.0) => {
                    before = Some(next);
                }
                _ => break,
            }
        }
        all.truncate(most);
        Ok(all)
    }

    /// What a proposal says and would do.
    pub async fn content(&self, proposal: Id) -> Result<ContentResponse, ClientError> {
        self.ask(&QueryMsg::Content(ProposalRef { proposal })).await
    }

    /// What became of each of its actions.
    pub async fn runs(&self, proposal: Id) -> Result<Vec<RunView>, ClientError> {
        let answer: RunsResponse = self.ask(&QueryMsg::Runs(ProposalRef { proposal })).await?;
        Ok(answer.runs)
    }

    /// What its tally found, as far as it is.
    pub async fn result(&self, proposal: Id) -> Result<ResultResponse, ClientError> {
        self.ask(&QueryMsg::Result(ProposalRef { proposal })).await
    }

    /// A person's own ballot, if one was cast.
    pub async fn ballot(
        &self,
        proposal: Id,
        person: Id,
    ) -> Result<Option<BallotView>, ClientError> {
        let query = QueryMsg::Ballot { proposal, person };
        let answer: BallotResponse = self.ask(&query).await?;
        Ok(answer.ballot)
    }

    /// How a person's vote on a proposal travels.
    pub async fn route(&self, proposal: Id, person: Id) -> Result<RouteResponse, ClientError> {
        self.ask(&QueryMsg::Route { proposal, person }).await
    }

    /// Whom a person lets speak, in force now.
    pub async fn delegations(&self, person: Id) -> Result<Vec<DelegationView>, ClientError> {
        let query = |after| QueryMsg::Delegations {
            person,
            after,
            limit: None,
        };
        self.delegation_pages(query).await
    }

    /// Who lets a person speak, in force now.
    pub async fn delegators(&self, person: Id) -> Result<Vec<DelegationView>, ClientError> {
        let query = |after| QueryMsg::Delegators {
            person,
            after,
            limit: None,
        };
        self.delegation_pages(query).await
    }

    async fn delegation_pages(
        &self,
        query: impl Fn(Option<cosmwasm_std::Binary>) -> QueryMsg,
    ) -> Result<Vec<DelegationView>, ClientError> {
        let (mut all, mut after) = (vec![], None);
        for _ in 0..MOST_PAGES {
            let page: DelegationsResponse = self.ask(&query(after.clone())).await?;
            all.extend(page.delegations);
            match page.next {
                next @ Some(_) if next > after => after = next,
                _ => break,
            }
        }
        Ok(all)
    }

    /// All statements on a proposal.
    pub async fn statements(&self, proposal: Id) -> Result<Vec<StatementView>, ClientError> {
        let mut all: Vec<StatementView> = vec![];
        loop {
            let query = QueryMsg::Statements {
                proposal,
                from: u8::try_from(all.len()).unwrap_or(u8::MAX),
                limit: None,
            };
            let page: StatementsResponse = self.ask(&query).await?;
            let more = !page.statements.is_empty();
            all.extend(page.statements);
            if !more || all.len() >= usize::from(page.all) {
                return Ok(all);
            }
        }
    }

    /// What was attached to a proposal by hash.
    pub async fn clusters(&self, proposal: Id) -> Result<ClustersResponse, ClientError> {
        self.ask(&QueryMsg::Clusters(ProposalRef { proposal }))
            .await
    }

    /// What its panel recommends: sums, and the first 50 in words.
    pub async fn advice(&self, proposal: Id) -> Result<AdviceResponse, ClientError> {
        let query = QueryMsg::Advice {
            proposal,
            after: None,
            limit: None,
        };
        self.ask(&query).await
    }

    /// What was spent from the commons lately and what may still be.
    pub async fn spending(&self) -> Result<SpendingResponse, ClientError> {
        self.ask(&QueryMsg::Spending(Nothing {})).await
    }

    /// Parameters with their bounds.
    pub async fn parameters(&self) -> Result<ParametersResponse, ClientError> {
        self.ask(&QueryMsg::Parameters(Nothing {})).await
    }
}
