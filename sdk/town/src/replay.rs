//! Payments through consensus, as many together as their order allows.
//!
//! Of the payments that are ready, those that most others wait for go first: the run cannot be shorter than the
//! longest chain of payments that depend on each other.
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use mycel_client::{Amount, Client, ClientError, SecretKey, SignedTx, Unsigned, message};
use mycel_credit::msg::ExecuteMsg;
use mycel_types::AccountAddress;
use tokio::{sync::mpsc, time::Interval};

use crate::{
    follow::{BlockSeen, follow},
    ledger::{Ledger, Unexpected},
    order::Order,
    rows::Payment,
    submit::{Submitter, is_wrong_sequence},
};

/// Transactions in flight: far fewer than a node's pool holds, so that a lagging node has room.
const IN_FLIGHT: usize = 1500;
/// A chain that makes no block for so long stands still.
const SILENCE: Duration = Duration::from_secs(120);
/// A committed transaction can be found after this time.
const INDEXED: Duration = Duration::from_millis(500);

/// Why a replay stopped.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// A node could not be asked, or refused a payment for good.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A payment failed in its block.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
    /// No block came.
    #[error("the chain stands still at height={0}; look at the nodes' logs")]
    Stalled(u64),
}

/// Where payments are made.
pub struct Market {
    /// The nodes' addresses.
    pub urls: Vec<String>,
    /// The chain's name.
    pub chain_id: String,
    /// The credit contract.
    pub contract: AccountAddress,
    /// Everyone's key, by account number of the payments.
    pub keys: BTreeMap<u32, SecretKey>,
    /// Everyone's next sequence; absent is 0.
    pub sequences: BTreeMap<u32, u64>,
    /// Gas limit of a payment.
    pub gas_limit: u64,
    /// At least this long between two submissions; `None` submits whatever is ready.
    pub pace: Option<Duration>,
    /// A transaction that no block shows for so long is offered again.
    pub patience: Duration,
}

impl Market {
    fn key(&self, account: u32) -> Result<&SecretKey, ClientError> {
        self.keys
            .get(&account)
            .ok_or_else(|| ClientError::Input(format!("account={account} is not enrolled")))
    }

    /// Signs one payment with the payer's own key and next sequence.
    fn sign(&mut self, payment: &Payment) -> Result<SignedTx, ClientError> {
        let pay = ExecuteMsg::Pay {
            to: self.key(payment.to)?.address().to_string(),
            amount: Amount::new(payment.amount)
                .ok_or_else(|| ClientError::Input(format!("amount={}", payment.amount)))?,
            reference: None,
            memo: None,
        };
        let sequence = self.sequences.get(&payment.from).copied().unwrap_or(0);
        let payer = self.key(payment.from)?;
        let execute = message::execute(&payer.address(), &self.contract, &pay)?;
        let signed = Unsigned::new(vec![execute]).gas_limit(self.gas_limit).sign(
            payer,
            &self.chain_id,
            sequence,
        );
        self.sequences.insert(payment.from, sequence + 1);
        Ok(signed)
    }
}

/// Runs all payments into `ledger`; `progress` sees it after every block.
pub async fn replay(
    market: &mut Market,
    payments: &[Payment],
    ledger: &mut Ledger,
    mut progress: impl FnMut(&Ledger),
) -> Result<(), ReplayError> {
    let depth = depths(payments);
    let (mut order, ready) = Order::new(payments);
    let rank = |i: usize| (Reverse(depth[i]), i);
    let mut ready: BTreeSet<(Reverse<u32>, usize)> = ready.into_iter().map(rank).collect();
    let (mut submitter, mut failures) = Submitter::new(&market.urls)?;
    let mut blocks = follow(market.urls.clone(), ledger.height);
    let mut ticks = market.pace.map(tokio::time::interval);
    let mut looks = tokio::time::interval(market.patience);
    let mut may_submit = market.pace.is_none();
    let mut last_block = Instant::now();
    while order.left() > 0 {
        while may_submit
            && ledger.flying() < IN_FLIGHT
            && let Some((_, index)) = ready.pop_first()
        {
            // an account's payments are finished in order, so its sequences are signed in order
            let tx = market.sign(&payments[index])?;
            ledger.submitted(index, tx.clone());
            submitter.submit(tx);
            may_submit = market.pace.is_none();
        }
        match next_event(&mut blocks, &mut failures, &mut ticks, &mut looks).await {
            Event::Block(block) => {
                last_block = block.at;
                for index in ledger.block(&block)? {
                    ready.extend(order.finish(index).into_iter().map(rank));
                }
                progress(ledger);
            }
            // refused here, but committed through another node
            Event::Failure(hash, _) if !ledger.flies(&hash) => {}
            Event::Failure(hash, error) if is_wrong_sequence(&error) => {
                if let Some(tx) = sign_again(market, payments, ledger, &hash).await? {
                    submitter.submit(tx);
                }
            }
            Event::Failure(_, error) => return Err(error.into()),
            Event::Tick => may_submit = true,
            Event::Look if last_block.elapsed() > SILENCE => {
                return Err(ReplayError::Stalled(ledger.height));
            }
            Event::Look => ledger
                .overdue(market.patience)
                .into_iter()
                .for_each(|tx| submitter.submit(tx)),
        }
    }
    Ok(())
}

/// Somebody else used the payer's key meanwhile: signs the payment with the sequence that the chain expects now.
/// `None` if the payment stands in a block after all.
async fn sign_again(
    market: &mut Market,
    payments: &[Payment],
    ledger: &mut Ledger,
    hash: &[u8; 32],
) -> Result<Option<SignedTx>, ReplayError> {
    let Some(index) = ledger.index_of(hash) else {
        return Ok(None);
    };
    let client = Client::http(&market.urls[0])?;
    let payer = market.key(payments[index].from)?.address();
    let account = client.account(&payer).await?;
    // a transaction is found a moment after its state is
    tokio::time::sleep(INDEXED).await;
    if client.tx(hash).await?.is_some() {
        return Ok(None);
    }
    let sequence = account.map_or(0, |account| account.sequence);
    market.sequences.insert(payments[index].from, sequence);
    let tx = market.sign(&payments[index])?;
    ledger.replaced(hash, tx.clone());
    Ok(Some(tx))
}

enum Event {
    Block(BlockSeen),
    Failure([u8; 32], ClientError),
    Tick,
    Look,
}

async fn next_event(
    blocks: &mut mpsc::Receiver<BlockSeen>,
    failures: &mut mpsc::UnboundedReceiver<([u8; 32], ClientError)>,
    ticks: &mut Option<Interval>,
    looks: &mut Interval,
) -> Event {
    let tick = async {
        match ticks {
            Some(interval) => interval.tick().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        biased;
        Some(block) = blocks.recv() => Event::Block(block),
        Some((hash, error)) = failures.recv() => Event::Failure(hash, error),
        _ = tick => Event::Tick,
        _ = looks.tick() => Event::Look,
    }
}

/// For each payment, how many wait in the longest chain behind it.
fn depths(payments: &[Payment]) -> Vec<u32> {
    let mut behind = BTreeMap::<u32, u32>::new();
    let mut depth = vec![0; payments.len()];
    for (index, payment) in payments.iter().enumerate().rev() {
        let accounts = [payment.from, payment.to];
        let longest = accounts
            .iter()
            .filter_map(|a| behind.get(a))
            .max()
            .copied()
            .unwrap_or(0);
        depth[index] = longest + 1;
        behind.extend(accounts.map(|a| (a, longest + 1)));
    }
    depth
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_most_others_wait_for_goes_first() {
        let pay = |from, to| Payment {
            from,
            to,
            amount: 1,
        };
        let payments = [pay(1, 2), pay(2, 3), pay(3, 4), pay(5, 6)];
        assert_eq!(depths(&payments), [3, 2, 1, 1]);
    }
}
