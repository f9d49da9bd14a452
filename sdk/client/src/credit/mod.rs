//! The credit contract, typed: what it says, and what is proven of it.
mod proven;

use mycel_credit::msg::{
    AccountsResponse, CommonsResponse, ExecuteMsg, ParametersResponse, PositionResponse, QueryMsg,
    RequestView, RequestsResponse, StatementLine, StatementResponse,
};
use mycel_kit::{Amount, Id, Seconds, standard::Invariants};
use mycel_types::AccountAddress;

use crate::{
    Client, ClientError, Transport,
    answer::{Event, Found},
    message::{self, Any},
};

pub use mycel_credit::msg;
pub use proven::{Books, ProvenPosition};

/// A payment, ready to sign.
pub fn pay(
    from: &AccountAddress,
    contract: &AccountAddress,
    to: &AccountAddress,
    amount: Amount,
    reference: Option<String>,
    memo: Option<String>,
) -> Result<Any, ClientError> {
    message::execute(
        from,
        contract,
        &ExecuteMsg::Pay {
            to: to.to_string(),
            amount,
            reference,
            memo,
        },
    )
}

/// The calls of one credit contract. Not verified: what the node says.
#[derive(Clone, Debug)]
pub struct Credit<'a, T> {
    client: &'a Client<T>,
    contract: AccountAddress,
}

impl<T: Transport> Client<T> {
    /// A credit contract on this chain.
    pub fn credit(&self, contract: AccountAddress) -> Credit<'_, T> {
        Credit {
            client: self,
            contract,
        }
    }
}

impl<T: Transport> Credit<'_, T> {
    /// A member's position now.
    pub async fn position(&self, member: &AccountAddress) -> Result<PositionResponse, ClientError> {
        let query = QueryMsg::Position {
            member: member.to_string(),
            at: None,
        };
        self.client.smart(&self.contract, &query).await
    }

    /// The commons fund.
    pub async fn commons(&self) -> Result<CommonsResponse, ClientError> {
        self.client
            .smart(&self.contract, &QueryMsg::Commons {})
            .await
    }

    /// Parameters, bounds and the clock of decay.
    pub async fn parameters(&self) -> Result<ParametersResponse, ClientError> {
        self.client
            .smart(&self.contract, &QueryMsg::Parameters {})
            .await
    }

    /// Each invariant with the numbers that the contract claims.
    pub async fn invariants(&self) -> Result<Invariants, ClientError> {
        self.client
            .smart(&self.contract, &QueryMsg::Invariants {})
            .await
    }

    /// A page of accounts by number.
    pub async fn accounts(&self, after: Option<u32>) -> Result<AccountsResponse, ClientError> {
        let query = QueryMsg::Accounts { after, limit: None };
        self.client.smart(&self.contract, &query).await
    }

    /// All open requests from and to a member, by number.
    pub async fn requests(&self, member: &AccountAddress) -> Result<Vec<RequestView>, ClientError> {
        let (mut all, mut after): (Vec<RequestView>, Option<Id>) = (vec![], None);
        loop {
            let query = QueryMsg::Requests {
                member: member.to_string(),
                after,
            };
            let page: RequestsResponse = self.client.smart(&self.contract, &query).await?;
            all.extend(page.requests);
            // a page that does not lead on ends the walk, whatever the node says
            match page.next {
                Some(next) if after.is_none_or(|last| next.0 > last.0) => after = Some(next),
                _ => return Ok(all),
            }
        }
    }

    /// What happened to a member's account between two times, by periods of 30 days, at most 24 of them.
    pub async fn statement(
        &self,
        member: &AccountAddress,
        from: Seconds,
        to: Seconds,
    ) -> Result<Vec<StatementLine>, ClientError> {
        let query = QueryMsg::Statement {
            member: member.to_string(),
            from,
            to,
        };
        let answer: StatementResponse = self.client.smart(&self.contract, &query).await?;
        Ok(answer.lines)
    }

    /// The last `count` payments from and to a member, newest first.
    pub async fn history(
        &self,
        member: &AccountAddress,
        count: u32,
    ) -> Result<Vec<Payment>, ClientError> {
        let mut payments = Vec::new();
        for side in ["from", "to"] {
            let query = format!(
                "wasm._contract_address='{}' AND wasm.{side}='{member}'",
                self.contract
            );
            let page = self
                .client
                .tx_search(&query, 1, count.min(100), true)
                .await?;
            for found in &page.txs {
                payments.extend(Payment::all_in(found, &self.contract, member));
            }
        }
        payments.sort_by(|a, b| {
            (b.height, b.index, &b.hash, b.event).cmp(&(a.height, a.index, &a.hash, a.event))
        });
        payments.dedup();
        payments.truncate(count as usize);
        Ok(payments)
    }
}

/// A payment in a member's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The block.
    pub height: u64,
    /// The transaction's place there.
    pub index: u32,
    /// The event's place in the transaction.
    pub event: usize,
    /// The transaction.
    pub hash: String,
    /// Who paid.
    pub from: String,
    /// Who was paid.
    pub to: String,
    /// How much.
    pub amount: Amount,
    /// What it was for.
    pub reference: Option<String>,
}

impl Payment {
    /// The payments in one transaction that concern a member.
    fn all_in(found: &Found, contract: &AccountAddress, member: &AccountAddress) -> Vec<Self> {
        let (contract, member) = (contract.to_string(), member.to_string());
        let read = |(place, event): (usize, &Event)| {
            if event.kind != "wasm" || event.get("_contract_address") != Some(&contract) {
                return None;
            }
            if !matches!(event.get("action")?, "pay" | "transfer") {
                return None;
            }
            let (from, to) = (event.get("from")?, event.get("to")?);
            if from != member && to != member {
                return None;
            }
            Some(Self {
                height: found.height,
                index: found.index,
                event: place,
                hash: found.hash.clone(),
                from: from.into(),
                to: to.into(),
                amount: Amount::new(event.get("amount")?.parse().ok()?)?,
                reference: event.get("ref").map(Into::into),
            })
        };
        if found.tx_result.code != 0 {
            return vec![];
        }
        found
            .tx_result
            .events
            .iter()
            .enumerate()
            .filter_map(read)
            .collect()
    }
}
