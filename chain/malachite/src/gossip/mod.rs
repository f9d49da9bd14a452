//! Transactions between mempools, on a swarm and a port of their own.
//!
//! Consensus and transactions share neither connections nor queues, so a flood of transactions cannot delay a vote.
//!
//! # The way of a transaction
//! Admitted here → [`Gossip::submit`] → batched with whatever else is waiting → one signed message on
//! `/mycel/<chain>/tx/1` → a neighbour decodes, counts it against the sender's rate, offers each transaction to its
//! pool ([`Admit`]) → forwards the message only if every transaction in it is in its pool.
//!
//! # Batching
//! A transaction that arrives on an idle line leaves at once. The next ones wait until [`Config::linger`] has passed
//! since the last message, then leave together. So a lone payment pays nothing, and under load the signatures of
//! gossip (one made, one checked per neighbour) are shared by all transactions of a few milliseconds.
//!
//! # What a hostile peer can do
//! Strict signing: a message has an author and cannot be replayed under another. Every message is at most
//! [`Config::max_tx_bytes`] plus framing; at most [`WAITING`] messages wait for admission; above
//! [`Config::rate`] transactions a second a neighbour's messages are ignored; after a few undecodable or inadmissible
//! ones it is disconnected and not let in for a minute. Connections are limited in number.
mod batch;
mod limit;
mod peers;
mod swarm;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use libp2p::Multiaddr;
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
};

use crate::Error;
pub use batch::BatchError;
pub use limit::Bucket;

/// How many received messages may wait for admission; further ones are ignored.
pub const WAITING: usize = 256;
/// How many of our own transactions may wait to be sent.
pub const OUTGOING: usize = 16_384;

/// What the pool says of a transaction that a peer sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It is in the pool now.
    Admitted,
    /// It was in the pool, or in a block, before.
    Known,
    /// Not now: the pool is full or the sequence is ahead. Nobody's fault.
    Later,
    /// No honest peer would have forwarded it.
    Invalid,
}

/// The pool, as gossip sees it. Called on one thread, in the order of arrival.
pub trait Admit: Send + Sync + 'static {
    /// Checks a transaction and takes it into the pool. Other transactions that it released into the pool are put
    /// on `released`: they are news for the neighbours, too.
    fn admit(&self, tx: &Bytes, released: &mut Vec<Bytes>) -> Admission;
}

/// Where and how to gossip.
#[derive(Clone, Debug)]
pub struct Config {
    /// Part of the topic and of the protocol: chains do not hear each other.
    pub chain_id: String,
    /// The node's ed25519 network key (not the validator's).
    pub node_key: [u8; 32],
    /// Where to listen, `/ip4/…/tcp/…`; port 0 takes a free one.
    pub listen: Multiaddr,
    /// Peers to stay connected to.
    pub peers: Vec<Multiaddr>,
    /// The largest transaction.
    pub max_tx_bytes: usize,
    /// Transactions a second from a neighbour that nobody named.
    pub rate: u64,
    /// Transactions a second from a neighbour among [`Config::peers`].
    pub named_rate: u64,
    /// The shortest time between two messages of ours.
    pub linger: Duration,
    /// Inbound connections in all.
    pub max_inbound: u32,
}

impl Config {
    /// The defaults for a chain.
    pub fn new(chain_id: impl Into<String>, node_key: [u8; 32], listen: Multiaddr) -> Self {
        Self {
            chain_id: chain_id.into(),
            node_key,
            listen,
            peers: Vec::new(),
            max_tx_bytes: 1024 * 1024,
            rate: 200,
            named_rate: 4_000,
            linger: Duration::from_millis(5),
            max_inbound: 64,
        }
    }

    /// The topic of the chain's transactions.
    pub fn topic(&self) -> String {
        format!("/mycel/{}/tx/1", self.chain_id)
    }
}

/// What happened so far, for status, metrics and tests.
#[derive(Debug, Default)]
pub struct Counters {
    /// Neighbours connected now.
    pub peers: AtomicUsize,
    /// Messages that we sent as their author.
    pub published: AtomicU64,
    /// Transactions that came from peers and entered the pool.
    pub admitted: AtomicU64,
    /// Transactions that the pool had already.
    pub known: AtomicU64,
    /// Transactions that the pool refused.
    pub refused: AtomicU64,
    /// Messages that did not decode.
    pub undecodable: AtomicU64,
    /// Messages ignored because their sender was over its rate.
    pub over_rate: AtomicU64,
    /// Messages ignored because too many waited for admission.
    pub over_capacity: AtomicU64,
    /// Own transactions dropped because too many waited to be sent.
    pub unsent: AtomicU64,
    /// Messages that wait for admission now.
    pub waiting: AtomicUsize,
    /// Neighbours that were disconnected for what they sent.
    pub banned: AtomicU64,
}

/// A running gossip. Dropping it stops the swarm.
#[derive(Debug)]
pub struct Gossip {
    outgoing: mpsc::Sender<Bytes>,
    counters: Arc<Counters>,
    listening: Multiaddr,
    peers: watch::Receiver<usize>,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

impl Gossip {
    /// Starts listening and dialling; returns once the port is bound.
    pub async fn start(config: Config, pool: Arc<dyn Admit>) -> Result<Self, Error> {
        Self::start_with(config, pool, Arc::default()).await
    }

    /// As [`Gossip::start`], counting on counters that somebody else holds already.
    pub async fn start_with(
        config: Config,
        pool: Arc<dyn Admit>,
        counters: Arc<Counters>,
    ) -> Result<Self, Error> {
        let (outgoing, outgoing_rx) = mpsc::channel(OUTGOING);
        let (stop, stop_rx) = oneshot::channel();
        let (peers_tx, peers) = watch::channel(0);
        let task = swarm::Task::bind(config, pool, counters.clone(), peers_tx).await?;
        let listening = task.listening().clone();
        let task = tokio::spawn(task.run(outgoing_rx, stop_rx));
        Ok(Self {
            outgoing,
            counters,
            listening,
            peers,
            stop: Some(stop),
            task: Some(task),
        })
    }

    /// Sends a transaction that our own pool admitted. Never waits: beyond [`OUTGOING`] waiting ones it is dropped
    /// from gossip (not from the pool) and counted.
    pub fn submit(&self, tx: Bytes) {
        if self.outgoing.try_send(tx).is_err() {
            self.counters.unsent.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A handle that can outlive borrows of this one.
    pub fn submitter(&self) -> Submitter {
        Submitter {
            outgoing: self.outgoing.clone(),
            counters: self.counters.clone(),
        }
    }

    /// What happened so far.
    pub fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    /// The bound address.
    pub fn listening(&self) -> &Multiaddr {
        &self.listening
    }

    /// Waits until at least `n` neighbours are connected and subscribed.
    pub async fn connected(&mut self, n: usize) {
        // an error means that the task ended: nobody will connect any more
        let _ = self.peers.wait_for(|have| *have >= n).await;
    }

    /// Stops and closes every connection.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(task) = self.task.take() {
            let _ = task.await;
        }
    }
}

impl Drop for Gossip {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

/// Sends transactions; cheap to clone.
#[derive(Clone, Debug)]
pub struct Submitter {
    outgoing: mpsc::Sender<Bytes>,
    counters: Arc<Counters>,
}

impl Submitter {
    /// As [`Gossip::submit`].
    pub fn submit(&self, tx: Bytes) {
        if self.outgoing.try_send(tx).is_err() {
            self.counters.unsent.fetch_add(1, Ordering::Relaxed);
        }
    }
}
