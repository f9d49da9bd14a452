//! What a node gives to its doors. Everything here may block on a database: the doors call it on blocking threads.
use std::{ops::RangeInclusive, sync::Arc};

use bytes::Bytes;
use mycel_types::{Application, CheckOutcome, Genesis, Outcome, Params};
use sha2::{Digest, Sha256};
use tendermint::{
    block::{self, Block, Commit},
    validator,
};
use tokio::sync::broadcast;

use crate::relay::Relay;

/// SHA-256 of a transaction's bytes.
pub type TxHash = [u8; 32];

/// The hash under which a transaction is found.
pub fn tx_hash(tx: &[u8]) -> TxHash {
    Sha256::digest(tx).into()
}

/// The node cannot answer now: a database failed or contradicts itself. Never "there is no such thing".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Fault(pub String);

/// A node, as its doors see it. `Ok(None)` and empty lists say that the node does not have the thing; heights are
/// positive, and those between [`NodeStatus::earliest`] and [`NodeStatus::latest`] are expected to be there.
pub trait Backend: Send + Sync + 'static {
    /// The state machine; its `query` is the router behind every door.
    fn app(&self) -> Arc<dyn Application>;
    /// The genesis document.
    fn genesis(&self) -> Arc<Genesis>;
    /// Where the node stands.
    fn status(&self) -> Result<NodeStatus, Fault>;
    /// A decided block whose outcome is durable.
    fn block(&self, height: u64) -> Result<Option<Arc<StoredBlock>>, Fault>;
    /// The height of the block with this header hash.
    fn height_of(&self, block_hash: &[u8; 32]) -> Result<Option<u64>, Fault>;
    /// The commit that this node saw decide `height`. (The canonical one stands in the next block.)
    fn seen_commit(&self, height: u64) -> Result<Option<Commit>, Fault>;
    /// The validator set of a height, up to latest + 1, in the set's order.
    fn validators(&self, height: u64) -> Result<Option<Vec<validator::Info>>, Fault>;
    /// The parameters in force at a height, up to latest + 1.
    fn params(&self, height: u64) -> Result<Option<Params>, Fault>;
    /// What came of a block.
    fn outcome(&self, height: u64) -> Result<Option<Arc<Outcome>>, Fault>;
    /// Where a transaction stands.
    fn tx(&self, hash: &TxHash) -> Result<Option<Position>, Fault>;
    /// Looks up the event index: positions in `heights`, ascending, whose transaction (or block) carries the
    /// event attribute `key` (`type.attribute`) with exactly `value`; the first `limit` of them.
    /// What to index is [`crate::tags::of_tx`] and [`crate::tags::of_block`] without the reserved keys.
    fn tagged(
        &self,
        scope: Scope,
        key: &str,
        value: &str,
        heights: RangeInclusive<u64>,
        limit: usize,
    ) -> Result<Vec<Position>, Fault>;
    /// Checks a transaction and, if it is admitted, pools and gossips it.
    /// A transaction that is pooled already answers `codes::TX_IN_MEMPOOL_CACHE`, a full pool `MEMPOOL_FULL`.
    fn submit(&self, tx: Bytes) -> Result<CheckOutcome, Fault>;
    /// The pool, with at most `limit` of its transactions in the order in which they would be proposed.
    fn unconfirmed(&self, limit: usize) -> Result<Pool, Fault>;
    /// Who is connected.
    fn peers(&self) -> Result<Vec<Peer>, Fault>;
    /// What sends strangers' messages, if this node does.
    fn relay(&self) -> Option<Arc<dyn Relay>> {
        None
    }
    /// Every block from now on, sent once its outcome is durable and its transactions can be found.
    fn subscribe(&self) -> broadcast::Receiver<Arc<BlockEvent>>;
}

/// A block with its identity.
#[derive(Clone, Debug)]
pub struct StoredBlock {
    /// The block.
    pub block: Block,
    /// Header hash and part set.
    pub id: block::Id,
    /// Its size in bytes, encoded.
    pub bytes: u64,
}

/// A block that became durable, with everything that a subscriber may ask of it.
#[derive(Clone, Debug)]
pub struct BlockEvent {
    /// The block.
    pub block: Arc<StoredBlock>,
    /// What came of it.
    pub outcome: Arc<Outcome>,
    /// The hashes of its transactions, in order.
    pub hashes: Arc<[TxHash]>,
}

impl BlockEvent {
    /// Hashes the block's transactions.
    pub fn new(block: Arc<StoredBlock>, outcome: Arc<Outcome>) -> Self {
        let hashes = block.block.data.iter().map(|tx| tx_hash(tx)).collect();
        Self {
            block,
            outcome,
            hashes,
        }
    }

    /// The block's height.
    pub fn height(&self) -> u64 {
        self.block.block.header.height.value()
    }
}

/// Where a transaction stands. For a block the index is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The block.
    pub height: u64,
    /// The place in the block.
    pub index: u32,
}

/// Whose events are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Of transactions.
    Tx,
    /// Of blocks themselves.
    Block,
}

/// Where the node stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeStatus {
    /// 20 bytes in lower-case hex, as CometBFT names nodes.
    pub node_id: String,
    /// A name for people.
    pub moniker: String,
    /// The chain's name.
    pub chain_id: String,
    /// Where peers connect, as `tcp://0.0.0.0:26656`.
    pub p2p_address: String,
    /// The first height that the node still has; 0 before the first block.
    pub earliest: u64,
    /// The last height whose outcome is durable; 0 before the first block.
    pub latest: u64,
    /// Whether the node knows that it is behind.
    pub catching_up: bool,
    /// This node's consensus key; all zero if it has none.
    pub validator_key: [u8; 32],
    /// Its power in the set of the next height; 0 if it is no member.
    pub voting_power: u64,
}

/// The mempool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pool {
    /// How many wait.
    pub total: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The first of them.
    pub txs: Vec<Bytes>,
}

/// A connected peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its id.
    pub id: String,
    /// Its name for people, if it said one.
    pub moniker: String,
    /// Its address without port.
    pub ip: String,
    /// Where it listens.
    pub listen_address: String,
    /// Whether this node dialled.
    pub outbound: bool,
}
