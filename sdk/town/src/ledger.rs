//! What was submitted and what became of it: latencies, refusals, gas.
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use mycel_client::SignedTx;

use crate::follow::{BlockSeen, TxOutcome};

/// Payments in flight and the record of finished ones.
#[derive(Default)]
pub struct Ledger {
    flying: BTreeMap<[u8; 32], Flight>,
    first: Option<Instant>,
    last: Option<Instant>,
    latencies: Vec<Duration>,
    /// Height of the last block seen.
    pub height: u64,
    /// Payments committed, refused included.
    pub committed: usize,
    /// Payments refused because of a limit.
    pub refused: usize,
    /// SDK gas of all committed payments.
    pub gas: u64,
}

/// A payment that no block has shown yet.
struct Flight {
    index: usize,
    submitted: Instant,
    offered: Instant,
    tx: SignedTx,
}

/// A payment failed otherwise than by a limit: the run is not what it claims to be.
#[derive(Debug, thiserror::Error)]
#[error("payment={index} failed in block={height}: {log} (code={codespace}/{code})")]
pub struct Unexpected {
    index: usize,
    height: u64,
    codespace: String,
    code: u32,
    log: String,
}

impl Ledger {
    /// Notes that payment `index` is being submitted.
    pub fn submitted(&mut self, index: usize, tx: SignedTx) {
        let now = Instant::now();
        self.first.get_or_insert(now);
        let flight = Flight {
            index,
            submitted: now,
            offered: now,
            tx,
        };
        self.flying.insert(flight.tx.hash(), flight);
    }

    /// The transactions that were last offered longer than `patience` ago, to be offered again: a node that was
    /// killed takes its pool with it.
    pub fn overdue(&mut self, patience: Duration) -> Vec<SignedTx> {
        let now = Instant::now();
        let late = |flight: &&mut Flight| now.saturating_duration_since(flight.offered) > patience;
        self.flying
            .values_mut()
            .filter(late)
            .map(|flight| {
                flight.offered = now;
                flight.tx.clone()
            })
            .collect()
    }

    /// How many are in flight.
    pub fn flying(&self) -> usize {
        self.flying.len()
    }

    /// Whether a transaction is in flight.
    pub fn flies(&self, hash: &[u8; 32]) -> bool {
        self.flying.contains_key(hash)
    }

    /// Which payment a transaction in flight makes.
    pub fn index_of(&self, hash: &[u8; 32]) -> Option<usize> {
        self.flying.get(hash).map(|flight| flight.index)
    }

    /// The payment of a transaction that can never be committed flies on with another one.
    pub fn replaced(&mut self, hash: &[u8; 32], tx: SignedTx) {
        if let Some(flight) = self.flying.remove(hash) {
            self.flying.insert(tx.hash(), Flight { tx, ..flight });
        }
    }

    /// Takes a block in; gives the payments that it finished.
    pub fn block(&mut self, block: &BlockSeen) -> Result<Vec<usize>, Unexpected> {
        self.height = block.height;
        let mut finished = vec![];
        for tx in &block.txs {
            let Some(Flight {
                index, submitted, ..
            }) = self.flying.remove(&tx.hash)
            else {
                continue;
            };
            if tx.code != 0 {
                if !is_limit(tx) {
                    return Err(Unexpected {
                        index,
                        height: block.height,
                        codespace: tx.codespace.clone(),
                        code: tx.code,
                        log: tx.log.clone(),
                    });
                }
                self.refused += 1;
            }
            self.committed += 1;
            self.gas += tx.gas_used;
            self.last = Some(block.at);
            self.latencies
                .push(block.at.saturating_duration_since(submitted));
            finished.push(index);
        }
        Ok(finished)
    }

    /// From the first submission to the last commit.
    pub fn span(&self) -> Duration {
        match (self.first, self.last) {
            (Some(first), Some(last)) => last.saturating_duration_since(first),
            _ => Duration::ZERO,
        }
    }

    /// From submission to commit event, sorted.
    pub fn sorted_latencies(&self) -> Vec<Duration> {
        let mut all = self.latencies.clone();
        all.sort_unstable();
        all
    }

    /// The latest latencies, for the status line.
    pub fn recent_latency(&self) -> Duration {
        let mut recent = self.latencies[self.latencies.len().saturating_sub(100)..].to_vec();
        recent.sort_unstable();
        recent.get(recent.len() / 2).copied().unwrap_or_default()
    }
}

/// The contract's refusal of a payment beyond the payer's limit.
fn is_limit(tx: &TxOutcome) -> bool {
    tx.codespace == "wasm" && tx.log.contains("limit exceeded")
}
