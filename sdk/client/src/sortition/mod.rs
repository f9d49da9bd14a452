//! The sortition contract, typed: draws, cases and juries, the beacon.
//!
//! Queries are what the node says. [`Ledger`] reads a draw's raw records, proven against a
//! [`Snapshot`](crate::Snapshot) or as the node says them; [`replay()`] computes everything again from them.
mod ledger;
mod replay;
mod seating;
mod told;

use mycel_kit::Id;
use mycel_sortition::{
    ask::{Nothing, Page, QueryMsg},
    beacon::show::{BeaconSource, RoundResponse, RoundsResponse},
    draws::show::{
        DrawView, DrawsResponse, PassedResponse, PassedView, PoolResponse, PostView, PostsResponse,
        SeatsResponse,
    },
    juries::ask::{CaseItem, CasesResponse, JuriesResponse, JurorResponse},
    msg::ParametersResponse,
};
use mycel_types::AccountAddress;
use serde::de::DeserializeOwned;

use crate::{Client, ClientError, Transport};

pub use ledger::Ledger;
pub use mycel_sortition::{ask, beacon, draws, juries, msg};
pub use replay::{Replay, Step, replay, root};
pub use told::{Accepted, Beacon, Feature, LotOf, Passed, Proof, Says, Told, Type};

/// The calls of one sortition contract.
#[derive(Clone, Debug)]
pub struct Sortition<'a, T> {
    client: &'a Client<T>,
    contract: AccountAddress,
}

impl<T: Transport> Client<T> {
    /// A sortition contract on this chain.
    pub fn sortition(&self, contract: AccountAddress) -> Sortition<'_, T> {
        Sortition {
            client: self,
            contract,
        }
    }
}

impl<T: Transport> Sortition<'_, T> {
    async fn ask<A: DeserializeOwned>(&self, query: &QueryMsg) -> Result<A, ClientError> {
        self.client.smart(&self.contract, query).await
    }

    /// Parameters and their bounds.
    pub async fn parameters(&self) -> Result<ParametersResponse, ClientError> {
        self.ask(&QueryMsg::Parameters(Nothing {})).await
    }

    /// Where new randomness comes from.
    pub async fn beacon(&self) -> Result<BeaconSource, ClientError> {
        self.ask(&QueryMsg::Beacon(Nothing {})).await
    }

    /// A round that something waits for or waited for.
    pub async fn round(&self, round: Id) -> Result<RoundResponse, ClientError> {
        self.ask(&QueryMsg::Round { round }).await
    }

    /// All rounds that are waited for.
    pub async fn rounds(&self) -> Result<Vec<RoundResponse>, ClientError> {
        let (mut all, mut after): (Vec<RoundResponse>, Option<Id>) = (vec![], None);
        loop {
            let query = QueryMsg::Rounds(Page { after, limit: None });
            let page: RoundsResponse = self.ask(&query).await?;
            all.extend(page.rounds);
            match page.next {
                Some(next) if after.is_none_or(|last| next.0 > last.0) => after = Some(next),
                _ => return Ok(all),
            }
        }
    }

    /// One draw.
    pub async fn draw(&self, id: Id) -> Result<DrawView, ClientError> {
        self.ask(&QueryMsg::Draw { id }).await
    }

    /// All draws, by number.
    pub async fn draws(&self) -> Result<Vec<DrawView>, ClientError> {
        let (mut all, mut after): (Vec<DrawView>, Option<Id>) = (vec![], None);
        loop {
            let query = QueryMsg::Draws(Page { after, limit: None });
            let page: DrawsResponse = self.ask(&query).await?;
            all.extend(page.draws);
            match page.next {
                Some(next) if after.is_none_or(|last| next.0 > last.0) => after = Some(next),
                _ => return Ok(all),
            }
        }
    }

    /// The types of a pool, and everybody's chance.
    pub async fn pool(&self, draw: Id) -> Result<PoolResponse, ClientError> {
        self.ask(&QueryMsg::Pool { draw }).await
    }

    /// What solvers posted.
    pub async fn posts(&self, draw: Id) -> Result<Vec<PostView>, ClientError> {
        let (mut all, mut after): (Vec<PostView>, Option<u32>) = (vec![], None);
        loop {
            let page: PostsResponse = self.ask(&QueryMsg::Posts { draw, after }).await?;
            all.extend(page.posts);
            match page.next {
                Some(next) if after.is_none_or(|last| next > last) => after = Some(next),
                _ => return Ok(all),
            }
        }
    }

    /// Who sits.
    pub async fn seats(&self, draw: Id) -> Result<SeatsResponse, ClientError> {
        self.ask(&QueryMsg::Seats { draw }).await
    }

    /// Who was drawn and does not sit.
    pub async fn passed(&self, draw: Id) -> Result<Vec<PassedView>, ClientError> {
        let (mut all, mut after): (Vec<PassedView>, Option<u32>) = (vec![], None);
        loop {
            let page: PassedResponse = self.ask(&QueryMsg::Passed { draw, after }).await?;
            all.extend(page.passed);
            match page.next {
                Some(next) if after.is_none_or(|last| next > last) => after = Some(next),
                _ => return Ok(all),
            }
        }
    }

    /// All cases, by number.
    pub async fn cases(&self) -> Result<Vec<CaseItem>, ClientError> {
        let (mut all, mut after): (Vec<CaseItem>, Option<Id>) = (vec![], None);
        loop {
            let query = QueryMsg::Cases(Page { after, limit: None });
            let page: CasesResponse = self.ask(&query).await?;
            all.extend(page.cases);
            match page.next {
                Some(next) if after.is_none_or(|last| next.0 > last.0) => after = Some(next),
                _ => return Ok(all),
            }
        }
    }

    /// All about a case.
    pub async fn case(&self, case: Id) -> Result<JuriesResponse, ClientError> {
        self.ask(&QueryMsg::Juries { case }).await
    }

    /// Which cases wait for a person.
    pub async fn juror(&self, person: Id) -> Result<JurorResponse, ClientError> {
        self.ask(&QueryMsg::Juror { person }).await
    }
}
