//! Members' words to contracts, each signed with the member's own key; many at once.
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use futures::stream::{self, StreamExt};
use mycel_client::{Client, ClientError, Http, Receipt, SecretKey, Unsigned, Wallet, message};
use mycel_kit::Id;
use mycel_types::AccountAddress;
use serde::Serialize;

use super::CivicError;
use crate::{contracts::Contracts, network::CHAIN_ID, steps::Spent};

/// Transactions that are under way together.
const AT_ONCE: usize = 16;
/// Gas limit of a member's word: several times what one needs.
const GAS: u64 = 1_500_000;
/// Gas limit of work for all: the most that a transaction may name.
const WORK: u64 = 20_000_000;
/// How long a transaction may take.
const WAIT_MS: u64 = 60_000;
/// How often the chain is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// Members who speak.
pub struct Voices<'a> {
    client: &'a Client<Http>,
    contracts: &'a Contracts,
    keys: &'a BTreeMap<u32, SecretKey>,
    sequences: &'a mut BTreeMap<u32, u64>,
    spent: Spent,
}

impl<'a> Voices<'a> {
    /// Everybody with a key, by account number; person numbers follow this order from 1. `sequences` are their next
    /// ones as far as known, and are counted on.
    pub fn new(
        client: &'a Client<Http>,
        contracts: &'a Contracts,
        keys: &'a BTreeMap<u32, SecretKey>,
        sequences: &'a mut BTreeMap<u32, u64>,
    ) -> Self {
        Self {
            client,
            contracts,
            keys,
            sequences,
            spent: Spent::default(),
        }
    }

    /// The node.
    pub fn client(&self) -> &'a Client<Http> {
        self.client
    }

    /// A contract's address.
    pub fn address(&self, contract: &str) -> &'a AccountAddress {
        self.contracts.address(contract)
    }

    /// What all words so far cost.
    pub fn spent(&self) -> Spent {
        self.spent
    }

    /// The person number of an account; 0: nobody's.
    pub fn person(&self, account: u32) -> Id {
        let place = self.keys.keys().position(|n| *n == account);
        Id(place.map_or(0, |place| place as u64 + 1))
    }

    /// The account of a person.
    pub fn account(&self, Id(person): Id) -> Option<u32> {
        let place = usize::try_from(person.checked_sub(1)?).ok()?;
        self.keys.keys().nth(place).copied()
    }

    /// A member's key.
    pub fn key(&self, account: u32) -> Result<&'a SecretKey, ClientError> {
        let nobody = || ClientError::Input(format!("account={account} is not enrolled"));
        self.keys.get(&account).ok_or_else(nobody)
    }

    /// So many members.
    pub fn some(&self, count: usize) -> Vec<u32> {
        self.keys.keys().take(count).copied().collect()
    }

    /// One who does what anybody may do.
    pub fn anyone(&self) -> u32 {
        self.keys.keys().next_back().copied().unwrap_or(0)
    }

    /// One word of one member.
    pub async fn say(
        &mut self,
        account: u32,
        contract: &str,
        word: &impl Serialize,
    ) -> Result<Receipt, ClientError> {
        self.send(contract, &[(account, word)], GAS)
            .await
            .pop()
            .unwrap_or(Err(ClientError::Input("nothing was said".into())))
    }

    /// Words of many, each a transaction. The first refusal is the answer, when all are done.
    pub async fn say_all<W: Serialize>(
        &mut self,
        contract: &str,
        words: &[(u32, W)],
    ) -> Result<Vec<Receipt>, ClientError> {
        self.send(contract, words, GAS).await.into_iter().collect()
    }

    /// Has anybody do what is due at a contract. That there is nothing is no error.
    pub async fn work(&mut self, contract: &str, word: &impl Serialize) -> Result<(), ClientError> {
        let anyone = self.anyone();
        match self.send(contract, &[(anyone, word)], WORK).await.pop() {
            Some(Err(refused @ ClientError::Refused { .. })) => {
                tracing::debug!(%refused, "nothing to do");
                Ok(())
            }
            Some(Err(error)) => Err(error),
            Some(Ok(_)) | None => Ok(()),
        }
    }

    /// Words that carry much, as pages of a lottery.
    pub async fn say_much(
        &mut self,
        account: u32,
        contract: &str,
        word: &impl Serialize,
    ) -> Result<Receipt, ClientError> {
        self.send(contract, &[(account, word)], WORK)
            .await
            .pop()
            .unwrap_or(Err(ClientError::Input("nothing was said".into())))
    }

    async fn send<W: Serialize>(
        &mut self,
        contract: &str,
        words: &[(u32, W)],
        gas: u64,
    ) -> Vec<Result<Receipt, ClientError>> {
        let mut work = vec![];
        for (account, word) in words {
            let prepared = self.keys.get(account).map(|key| {
                let said = message::execute(&key.address(), self.contracts.address(contract), word);
                let wallet = match self.sequences.get(account) {
                    Some(sequence) => Wallet::at(key.clone(), CHAIN_ID, *sequence),
                    None => Wallet::new(key.clone(), CHAIN_ID),
                };
                (wallet, said)
            });
            work.push((*account, prepared));
        }
        let client = self.client;
        let done: Vec<_> = stream::iter(work)
            .map(|(account, prepared)| async move {
                let Some((mut wallet, said)) = prepared else {
                    let nobody = format!("account={account} is not enrolled");
                    return (account, None, Err(ClientError::Input(nobody)));
                };
                let receipt = async {
                    let tx = Unsigned::new(vec![said?]).gas_limit(gas);
                    let sent = client.broadcast_unsigned(&mut wallet, &tx).await?;
                    client.wait(&sent, WAIT_MS).await
                };
                let receipt = receipt.await;
                (account, wallet.sequence(), receipt)
            })
            .buffered(AT_ONCE)
            .collect()
            .await;
        let mut receipts = vec![];
        for (account, sequence, receipt) in done {
            self.sequences.extend(sequence.map(|n| (account, n)));
            if let Ok(receipt) = &receipt {
                self.spent.add(receipt.gas_used);
            }
            receipts.push(receipt);
        }
        receipts
    }

    /// The time as contracts see it.
    pub async fn now(&self) -> Result<u64, ClientError> {
        self.client.contract_time().await
    }

    /// A moment.
    pub async fn pause(&self) {
        tokio::time::sleep(LOOK).await;
    }
}

/// How long something done together may take.
pub struct Patience {
    what: String,
    since: Instant,
    most: Duration,
}

impl Patience {
    /// Begins now.
    pub fn new(what: impl Into<String>, most: Duration) -> Self {
        Self {
            what: what.into(),
            since: Instant::now(),
            most,
        }
    }

    /// What it is about.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// Whether it is still worth waiting, with where it is.
    pub fn check(&self, at: impl FnOnce() -> String) -> Result<(), CivicError> {
        if self.since.elapsed() <= self.most {
            return Ok(());
        }
        Err(CivicError::Late {
            what: self.what.clone(),
            seconds: self.most.as_secs(),
            at: at(),
        })
    }
}
