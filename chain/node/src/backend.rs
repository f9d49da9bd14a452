//! The node as its doors see it: block store, mempool, state machine.
use std::{net::SocketAddr, ops::RangeInclusive, sync::Arc};

use bytes::Bytes;
use mycel_engine::blocks::{self, Blocks, BlocksError};
use mycel_rpc::{
    Backend, BlockEvent, Fault, NodeStatus, Peer, Pool, Position, Relay, Scope, StoredBlock, TxHash,
};
use mycel_types::{
    Application, CheckOutcome, Genesis, Outcome, Params,
    header::{ValidatorSet, decode_block},
};
use tendermint::{block::Commit, validator};
use tokio::sync::broadcast;

use crate::NodeRelay;

/// Hands a transaction to the mempool and, if it is admitted, to the gossip.
pub type Submit = Arc<dyn Fn(Bytes) -> CheckOutcome + Send + Sync>;

/// Who the node is.
#[derive(Clone, Debug)]
pub struct Identity {
    /// 20 bytes in lower-case hex.
    pub node_id: String,
    /// A name for people.
    pub moniker: String,
    /// Where peers of consensus connect.
    pub p2p_address: String,
    /// The consensus key.
    pub validator_key: [u8; 32],
}

/// Everything that the doors may ask.
pub struct NodeBackend {
    /// The state machine.
    pub app: Arc<dyn Application>,
    /// The genesis document.
    pub genesis: Arc<Genesis>,
    /// The first height with its validators, for the time before that block.
    pub first: (u64, Arc<ValidatorSet>),
    /// Decided blocks and the index.
    pub blocks: Arc<Blocks>,
    /// The pool.
    pub pool: Arc<mycel_engine::Mempool>,
    /// Where transactions go.
    pub submit: Submit,
    /// Who the node is.
    pub identity: Identity,
    /// Where committed blocks are announced.
    pub events: broadcast::Sender<Arc<BlockEvent>>,
    /// How many neighbours the gossip has.
    pub neighbours: Arc<dyn Fn() -> usize + Send + Sync>,
    /// Whom the configuration names.
    pub dialled: Vec<SocketAddr>,
    /// What sends strangers' messages.
    pub relay: Option<Arc<NodeRelay>>,
}

fn fault(error: BlocksError) -> Fault {
    Fault(error.to_string())
}

impl NodeBackend {
    /// The last height whose outcome is durable: blocks may lead it for a moment.
    fn latest(&self) -> Result<u64, Fault> {
        let durable = self.app.info().height.unwrap_or(0);
        Ok(self.blocks.tip().map_err(fault)?.unwrap_or(0).min(durable))
    }

    fn set(&self, height: u64) -> Result<Option<Arc<ValidatorSet>>, Fault> {
        let stored = self.blocks.validators(height).map_err(fault)?;
        Ok(stored.or_else(|| (height == self.first.0).then(|| self.first.1.clone())))
    }
}

impl Backend for NodeBackend {
    fn app(&self) -> Arc<dyn Application> {
        self.app.clone()
    }

    fn genesis(&self) -> Arc<Genesis> {
        self.genesis.clone()
    }

    fn status(&self) -> Result<NodeStatus, Fault> {
        let latest = self.latest()?;
        let earliest = self
            .blocks
            .range()
            .map_err(fault)?
            .map_or(0, |(base, _)| base);
        let set = self.set(latest.saturating_add(1).max(self.first.0))?;
        let power = set.and_then(|set| {
            set.iter()
                .find(|v| v.key == self.identity.validator_key)
                .map(|v| v.power)
        });
        Ok(NodeStatus {
            node_id: self.identity.node_id.clone(),
            moniker: self.identity.moniker.clone(),
            chain_id: self.genesis.chain_id.to_string(),
            p2p_address: self.identity.p2p_address.clone(),
            earliest,
            latest,
            catching_up: false,
            validator_key: self.identity.validator_key,
            voting_power: power.unwrap_or(0),
        })
    }

    fn block(&self, height: u64) -> Result<Option<Arc<StoredBlock>>, Fault> {
        if height > self.latest()? {
            return Ok(None);
        }
        let Some(decided) = self.blocks.decided(height).map_err(fault)? else {
            return Ok(None);
        };
        let block = decode_block(&decided.bytes).map_err(|e| Fault(e.to_string()))?;
        Ok(Some(Arc::new(StoredBlock {
            block,
            id: decided.value.block_id(),
            bytes: decided.bytes.len() as u64,
        })))
    }

    fn height_of(&self, block_hash: &[u8; 32]) -> Result<Option<u64>, Fault> {
        self.blocks.height_of(block_hash).map_err(fault)
    }

    fn seen_commit(&self, height: u64) -> Result<Option<Commit>, Fault> {
        self.blocks.commit(height).map_err(fault)
    }

    fn validators(&self, height: u64) -> Result<Option<Vec<validator::Info>>, Fault> {
        Ok(self
            .set(height)?
            .map(|set| set.to_tendermint(height).validators().clone()))
    }

    fn params(&self, height: u64) -> Result<Option<Params>, Fault> {
        if height == self.first.0 {
            return Ok(Some(self.genesis.app_state.params.clone()));
        }
        if let Some(params) = self.blocks.params(height).map_err(fault)? {
            return Ok(Some(params));
        }
        // parameters of the next height are those of the tip, unless its outcome changed them
        let Some(before) = height.checked_sub(1) else {
            return Ok(None);
        };
        let changed = self.app.outcome(before).and_then(|outcome| outcome.params);
        match changed {
            Some(params) => Ok(Some(params)),
            None => self.blocks.params(before).map_err(fault),
        }
    }

    fn outcome(&self, height: u64) -> Result<Option<Arc<Outcome>>, Fault> {
        Ok(self.app.outcome(height).map(Arc::new))
    }

    fn tx(&self, hash: &TxHash) -> Result<Option<Position>, Fault> {
        Ok(self.blocks.tx(hash).map_err(fault)?.map(position))
    }

    fn tagged(
        &self,
        scope: Scope,
        key: &str,
        value: &str,
        heights: RangeInclusive<u64>,
        limit: usize,
    ) -> Result<Vec<Position>, Fault> {
        let scope = match scope {
            Scope::Tx => blocks::Scope::Tx,
            Scope::Block => blocks::Scope::Block,
        };
        let found = self
            .blocks
            .tagged(scope, key, value, heights, limit)
            .map_err(fault)?;
        Ok(found.into_iter().map(position).collect())
    }

    fn submit(&self, tx: Bytes) -> Result<CheckOutcome, Fault> {
        Ok((self.submit)(tx))
    }

    fn unconfirmed(&self, limit: usize) -> Result<Pool, Fault> {
        let (total, bytes) = self.pool.size();
        Ok(Pool {
            total: total as u64,
            bytes: bytes as u64,
            txs: self.pool.unconfirmed(limit),
        })
    }

    fn peers(&self) -> Result<Vec<Peer>, Fault> {
        // the networks tell how many are connected, not who: the first of those that the configuration names
        let connected = self.dialled.iter().take((self.neighbours)());
        Ok(connected
            .map(|address| Peer {
                id: String::new(),
                moniker: String::new(),
                ip: address.ip().to_string(),
                listen_address: format!("tcp://{address}"),
                outbound: true,
            })
            .collect())
    }

    fn relay(&self) -> Option<Arc<dyn Relay>> {
        self.relay.clone().map(|relay| relay as Arc<dyn Relay>)
    }

    fn subscribe(&self) -> broadcast::Receiver<Arc<BlockEvent>> {
        self.events.subscribe()
    }
}

fn position(p: blocks::Position) -> Position {
    Position {
        height: p.height,
        index: p.index,
    }
}
