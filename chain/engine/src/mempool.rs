//! The pool of admitted transactions: bounded, in order for each sender, fair between senders.
//!
//! A transaction is admitted by the application, against committed state plus what the pool holds already, so
//! the order of arrival is always an order in which all of them are admissible. Transactions are offered to
//! blocks by depth: first each sender's first, then each one's second; a sender with a thousand waiting delays
//! nobody else. A transaction whose sequence lies a little ahead is checked as if the gap were filled, and parked
//! until it is. After a block only transactions of touched accounts are checked again.
mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use mycel_types::{Application, CheckOutcome, Code, codes, header::tx_hash};

use state::State;

/// The pool's bounds.
#[derive(Clone, Debug)]
pub struct MempoolConfig {
    /// Most transactions, parked ones included.
    pub max_txs: usize,
    /// Most bytes of transactions, parked ones included.
    pub max_bytes: usize,
    /// Longest transaction.
    pub max_tx_bytes: usize,
    /// Most transactions of one sender.
    pub max_per_sender: u64,
    /// How far ahead of the expected sequence a transaction may lie to be parked; so many a sender may have parked.
    pub max_gap: u64,
    /// A transaction that no block took for this many blocks is dropped.
    pub max_age_blocks: u64,
    /// How many hashes of committed transactions are remembered to refuse them at once.
    pub cache: usize,
}

impl Default for MempoolConfig {
    fn default() -> Self {
        Self {
            max_txs: 20_000,
            max_bytes: 64 << 20,
            max_tx_bytes: 1 << 20,
            max_per_sender: 1024,
            max_gap: 16,
            max_age_blocks: 200,
            cache: 50_000,
        }
    }
}

/// What became of a submitted transaction.
#[derive(Clone, Debug, Default)]
pub struct Submission {
    /// For the submitter. A parked transaction has code 0 and names the expected sequence.
    pub outcome: CheckOutcome,
    /// What entered the pool by it: the transaction itself and parked ones that it released. To be gossiped.
    pub admitted: Vec<Bytes>,
}

type FirstHook = Box<dyn Fn() + Send + Sync>;
type ReleasedHook = Box<dyn Fn(Vec<Bytes>) + Send + Sync>;

/// The pool. Its methods take `&self`: doors, gossip and the host share it.
pub struct Mempool {
    app: Arc<dyn Application>,
    config: MempoolConfig,
    state: Mutex<State>,
    first: Mutex<Option<FirstHook>>,
    released: Mutex<Option<ReleasedHook>>,
}

impl Mempool {
    /// An empty pool at committed height `height`.
    pub fn new(app: Arc<dyn Application>, config: MempoolConfig, height: u64) -> Self {
        Self {
            app,
            config,
            state: Mutex::new(State::new(height)),
            first: Mutex::new(None),
            released: Mutex::new(None),
        }
    }

    /// Calls `hook` whenever the empty pool gets a transaction. It must not block and must not call the pool.
    pub fn on_first(&self, hook: impl Fn() + Send + Sync + 'static) {
        *self.first.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(hook));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Checks a transaction and pools it, parks it, or refuses it with the code that clients know.
    pub fn submit(&self, tx: Bytes) -> Submission {
        if tx.len() > self.config.max_tx_bytes {
            let log = format!("bytes={} limit={}", tx.len(), self.config.max_tx_bytes);
            return refused(codes::TX_TOO_LARGE, log);
        }
        let hash = tx_hash(&tx);
        let mut state = self.lock();
        if state.knows(&hash) {
            return refused(
                codes::TX_IN_MEMPOOL_CACHE,
                "tx already exists in cache".into(),
            );
        }
        if let Some(log) = state.full(tx.len(), &self.config) {
            return refused(codes::MEMPOOL_FULL, log);
        }
        let was_empty = state.is_empty();
        let submission = state.submit(&*self.app, &self.config, tx, hash);
        let first = was_empty && !state.is_empty();
        drop(state);
        if first && let Some(hook) = &*self.first.lock().unwrap_or_else(PoisonError::into_inner) {
            hook();
        }
        submission
    }

    /// Calls `hook` with the transactions that leave parking because a block closed their gap: to be gossiped.
    pub fn on_released(&self, hook: impl Fn(Vec<Bytes>) + Send + Sync + 'static) {
        *self.released.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(hook));
    }

    /// Commits a block and brings the pool up to it: the block's transactions leave, expired ones are dropped, those
    /// of touched accounts are checked again, parked ones whose gap closed enter. Nothing is checked in between, so
    /// no transaction meets a new state with old reservations.
    pub fn commit<R, E>(
        &self,
        height: u64,
        txs: &[Bytes],
        commit: impl FnOnce() -> Result<R, E>,
    ) -> Result<R, E> {
        let mut state = self.lock();
        let receipt = commit()?;
        let released = state.committed(&*self.app, &self.config, height, txs);
        drop(state);
        let hook = self.released.lock().unwrap_or_else(PoisonError::into_inner);
        if !released.is_empty()
            && let Some(hook) = &*hook
        {
            hook(released);
        }
        Ok(receipt)
    }

    /// As [`Self::commit`], of a block that is committed already.
    pub fn committed(&self, height: u64, txs: &[Bytes]) {
        let done: Result<(), std::convert::Infallible> = self.commit(height, txs, || Ok(()));
        done.expect("nothing in it can fail");
    }

    /// All transactions in fair order.
    pub fn reap(&self) -> Vec<Bytes> {
        self.lock().reap(usize::MAX)
    }

    /// The first `limit` in the order in which they would be proposed.
    pub fn unconfirmed(&self, limit: usize) -> Vec<Bytes> {
        self.lock().reap(limit)
    }

    /// How many are admitted, and their bytes; parked ones not counted.
    pub fn size(&self) -> (usize, usize) {
        self.lock().size()
    }

    /// How many are parked.
    pub fn parked(&self) -> usize {
        self.lock().parked()
    }

    /// Whether no admitted transaction waits.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Whether the pool holds, parks or remembers this transaction.
    pub fn knows(&self, hash: &[u8; 32]) -> bool {
        self.lock().knows(hash)
    }
}

fn refused(code: Code, log: String) -> Submission {
    Submission {
        outcome: CheckOutcome {
            code: code.code,
            codespace: code.codespace.into(),
            log,
            ..CheckOutcome::default()
        },
        admitted: vec![],
    }
}

#[cfg(test)]
mod tests;
