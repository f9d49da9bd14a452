//! What the pool holds, and the rules by which it changes.
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bytes::Bytes;
use mycel_types::{
    AccountAddress, Application, CheckOutcome, Reservations, codes, header::tx_hash,
};

use super::{MempoolConfig, Submission, refused};

type Hash = [u8; 32];

/// An admitted transaction.
struct Pooled {
    tx: Bytes,
    hash: Hash,
    signers: Vec<AccountAddress>,
    payer: Option<AccountAddress>,
    gas: u64,
    timeout_height: u64,
    since: u64,
}

impl Pooled {
    fn new(tx: Bytes, hash: Hash, outcome: &CheckOutcome, since: u64) -> Self {
        Self {
            tx,
            hash,
            signers: signers(outcome),
            payer: outcome.payer.clone(),
            gas: outcome.gas_wanted,
            timeout_height: outcome.timeout_height,
            since,
        }
    }

    fn accounts(&self) -> impl Iterator<Item = &AccountAddress> {
        self.signers.iter().chain(&self.payer)
    }

    fn reserve(&self, held: &mut Reservations) {
        for signer in &self.signers {
            let entry = held.0.entry(signer.clone()).or_default();
            entry.transactions = entry.transactions.saturating_add(1);
        }
        if let Some(payer) = &self.payer {
            let entry = held.0.entry(payer.clone()).or_default();
            entry.gas = entry.gas.saturating_add(self.gas);
        }
    }
}

fn signers(outcome: &CheckOutcome) -> Vec<AccountAddress> {
    if outcome.signers.is_empty() {
        outcome.sender.iter().cloned().collect()
    } else {
        outcome.signers.iter().map(|(a, _)| a.clone()).collect()
    }
}

/// A transaction that waits for those before it.
struct Parked {
    tx: Bytes,
    hash: Hash,
    since: u64,
}

/// Everything behind the pool's lock.
pub(super) struct State {
    height: u64,
    arrivals: u64,
    /// By order of arrival: an order in which all are admissible.
    txs: BTreeMap<u64, Pooled>,
    by_hash: BTreeMap<Hash, u64>,
    held: Reservations,
    parked: BTreeMap<AccountAddress, BTreeMap<u64, Parked>>,
    parked_hashes: BTreeSet<Hash>,
    /// Admitted and parked.
    bytes: usize,
    admitted_bytes: usize,
    done: BTreeSet<Hash>,
    done_order: VecDeque<Hash>,
}

impl State {
    pub(super) fn new(height: u64) -> Self {
        Self {
            height,
            arrivals: 0,
            txs: BTreeMap::new(),
            by_hash: BTreeMap::new(),
            held: Reservations::default(),
            parked: BTreeMap::new(),
            parked_hashes: BTreeSet::new(),
            bytes: 0,
            admitted_bytes: 0,
            done: BTreeSet::new(),
            done_order: VecDeque::new(),
        }
    }

    pub(super) fn knows(&self, hash: &Hash) -> bool {
        self.by_hash.contains_key(hash)
            || self.parked_hashes.contains(hash)
            || self.done.contains(hash)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.txs.is_empty()
    }

    pub(super) fn size(&self) -> (usize, usize) {
        (self.txs.len(), self.admitted_bytes)
    }

    pub(super) fn parked(&self) -> usize {
        self.parked_hashes.len()
    }

    /// Why another transaction of so many bytes has no room; `None` if it has.
    pub(super) fn full(&self, bytes: usize, config: &MempoolConfig) -> Option<String> {
        let count = self.txs.len() + self.parked_hashes.len();
        (count >= config.max_txs || self.bytes + bytes > config.max_bytes).then(|| {
            format!(
                "mempool is full: transactions={count} limit={} bytes={} limit={}; try again after the next block",
                config.max_txs, self.bytes, config.max_bytes
            )
        })
    }

    pub(super) fn submit(
        &mut self,
        app: &dyn Application,
        config: &MempoolConfig,
        tx: Bytes,
        hash: Hash,
    ) -> Submission {
        let outcome = app.check(&tx, &self.held);
        if outcome.ok() {
            if let Some(sender) = &outcome.sender {
                let waiting = self.held.0.get(sender).map_or(0, |h| h.transactions);
                if waiting >= config.max_per_sender {
                    let log = format!("sender={sender} has {waiting} waiting transactions");
                    return refused(codes::MEMPOOL_FULL, log);
                }
            }
            let mut admitted = vec![tx.clone()];
            let sender = outcome.sender.clone();
            self.admit(Pooled::new(tx, hash, &outcome, self.height));
            if let Some(sender) = sender {
                self.unpark(app, &sender, &mut admitted);
            }
            return Submission { outcome, admitted };
        }
        match self.park(app, config, &outcome, tx, hash) {
            Some(outcome) => Submission {
                outcome,
                admitted: vec![],
            },
            None => Submission {
                outcome,
                admitted: vec![],
            },
        }
    }

    fn admit(&mut self, pooled: Pooled) {
        pooled.reserve(&mut self.held);
        self.bytes += pooled.tx.len();
        self.admitted_bytes += pooled.tx.len();
        self.by_hash.insert(pooled.hash, self.arrivals);
        self.txs.insert(self.arrivals, pooled);
        self.arrivals += 1;
    }

    fn remove(&mut self, order: u64) -> Option<Pooled> {
        let pooled = self.txs.remove(&order)?;
        self.by_hash.remove(&pooled.hash);
        self.bytes -= pooled.tx.len();
        self.admitted_bytes -= pooled.tx.len();
        Some(pooled)
    }

    /// Parks a transaction of one signer that would be admitted if the gap before it were filled.
    fn park(
        &mut self,
        app: &dyn Application,
        config: &MempoolConfig,
        outcome: &CheckOutcome,
        tx: Bytes,
        hash: Hash,
    ) -> Option<CheckOutcome> {
        let expected = outcome.expected_sequence?;
        let sender = outcome.sender.clone()?;
        let gap = outcome.sequence.checked_sub(expected)?;
        let queue = self.parked.get(&sender);
        let busy = queue
            .is_some_and(|q| q.len() as u64 >= config.max_gap || q.contains_key(&outcome.sequence));
        if gap == 0 || gap > config.max_gap || busy || outcome.signers.len() > 1 {
            return None;
        }
        let mut filled = Reservations::default();
        for account in outcome.payer.iter().chain([&sender]) {
            if let Some(held) = self.held.0.get(account) {
                filled.0.insert(account.clone(), *held);
            }
        }
        let entry = filled.0.entry(sender.clone()).or_default();
        entry.transactions = entry.transactions.saturating_add(gap);
        let mut outcome = app.check(&tx, &filled);
        if !outcome.ok() {
            return None;
        }
        outcome.expected_sequence = Some(expected);
        self.bytes += tx.len();
        self.parked_hashes.insert(hash);
        self.parked.entry(sender).or_default().insert(
            outcome.sequence,
            Parked {
                tx,
                hash,
                since: self.height,
            },
        );
        Some(outcome)
    }

    fn take_parked(&mut self, sender: &AccountAddress, sequence: u64) -> Option<Parked> {
        let queue = self.parked.get_mut(sender)?;
        let parked = queue.remove(&sequence)?;
        if queue.is_empty() {
            self.parked.remove(sender);
        }
        self.parked_hashes.remove(&parked.hash);
        self.bytes -= parked.tx.len();
        Some(parked)
    }

    /// Admits what `sender` has parked as far as it follows without a gap.
    fn unpark(
        &mut self,
        app: &dyn Application,
        sender: &AccountAddress,
        admitted: &mut Vec<Bytes>,
    ) {
        while let Some((&sequence, parked)) =
            self.parked.get(sender).and_then(BTreeMap::first_key_value)
        {
            let outcome = app.check(&parked.tx, &self.held);
            if outcome.expected_sequence.is_some_and(|e| e < sequence) {
                return;
            }
            let Some(parked) = self.take_parked(sender, sequence) else {
                return;
            };
            if outcome.ok() {
                admitted.push(parked.tx.clone());
                self.admit(Pooled::new(parked.tx, parked.hash, &outcome, parked.since));
            }
        }
    }

    pub(super) fn committed(
        &mut self,
        app: &dyn Application,
        config: &MempoolConfig,
        height: u64,
        txs: &[Bytes],
    ) -> Vec<Bytes> {
        self.height = height;
        let mut touched = BTreeSet::new();
        let idle = self.txs.is_empty() && self.parked.is_empty();
        for tx in txs {
            let hash = tx_hash(tx);
            self.finish(hash, config.cache);
            if let Some(pooled) = self
                .by_hash
                .get(&hash)
                .copied()
                .and_then(|o| self.remove(o))
            {
                touched.extend(pooled.accounts().cloned());
            } else if !idle {
                // another node's transaction: only the application knows whose it is
                let outcome = app.check(tx, &Reservations::default());
                touched.extend(signers(&outcome));
                touched.extend(outcome.payer);
            }
        }
        let oldest = height.saturating_sub(config.max_age_blocks);
        self.recheck(app, oldest, &mut touched);
        self.drop_old_parked(oldest);
        let mut admitted = vec![];
        for account in touched {
            self.unpark(app, &account, &mut admitted);
        }
        admitted
    }

    /// Drops what expired, and checks again, in order of arrival, what involves a touched account. Whoever loses
    /// a transaction is touched for those that came after.
    fn recheck(
        &mut self,
        app: &dyn Application,
        oldest: u64,
        touched: &mut BTreeSet<AccountAddress>,
    ) {
        let mut held = Reservations::default();
        let mut gone = vec![];
        for (order, pooled) in &mut self.txs {
            let expired = pooled.since < oldest
                || (pooled.timeout_height != 0 && pooled.timeout_height <= self.height);
            let keep = !expired
                && (!pooled.accounts().any(|a| touched.contains(a))
                    || app.check(&pooled.tx, &held).ok());
            if keep {
                pooled.reserve(&mut held);
            } else {
                touched.extend(pooled.accounts().cloned());
                gone.push(*order);
            }
        }
        self.held = held;
        for order in gone {
            self.remove(order);
        }
    }

    fn drop_old_parked(&mut self, oldest: u64) {
        let old: Vec<(AccountAddress, u64)> = self
            .parked
            .iter()
            .flat_map(|(a, q)| q.iter().map(move |(s, p)| (a, s, p)))
            .filter(|(_, _, p)| p.since < oldest)
            .map(|(a, s, _)| (a.clone(), *s))
            .collect();
        for (account, sequence) in old {
            self.take_parked(&account, sequence);
        }
    }

    fn finish(&mut self, hash: Hash, cache: usize) {
        if self.done.insert(hash) {
            self.done_order.push_back(hash);
        }
        while self.done_order.len() > cache {
            if let Some(old) = self.done_order.pop_front() {
                self.done.remove(&old);
            }
        }
    }

    /// By depth (how many of a signer's own come before), then by arrival.
    pub(super) fn reap(&self, limit: usize) -> Vec<Bytes> {
        let mut depths: BTreeMap<&AccountAddress, u64> = BTreeMap::new();
        let mut ranked: Vec<(u64, u64, &Bytes)> = Vec::with_capacity(self.txs.len());
        for (order, pooled) in &self.txs {
            let signers = pooled.signers.iter();
            let depth = signers
                .filter_map(|a| depths.get(a))
                .max()
                .copied()
                .unwrap_or(0);
            for signer in &pooled.signers {
                depths.insert(signer, depth + 1);
            }
            ranked.push((depth, *order, &pooled.tx));
        }
        ranked.sort_unstable_by_key(|(depth, order, _)| (*depth, *order));
        ranked
            .into_iter()
            .take(limit)
            .map(|(_, _, tx)| tx.clone())
            .collect()
    }
}
