//! A node of canned answers: a chain without consensus, whose blocks hold what is handed in and whose state machine
//! is a toy. It shows what a backend must give, and lets clients be tried without a node.
#![allow(dead_code, reason = "each test and example uses a part")]
mod app;
mod ledger;

use std::{
    collections::BTreeMap,
    ops::RangeInclusive,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use bytes::Bytes;
use mycel_rpc::{
    Backend, BlockEvent, Fault, NodeStatus, Peer, Pool, Position, Relay, Scope, StoredBlock,
    TxHash, tags,
};
use mycel_types::{
    AppGenesis, AppHash, Application, CheckOutcome, Code, Event, Genesis, Outcome, Params, Time,
    ValidatorUpdate, codes,
};
use tendermint::{
    Hash, PublicKey, Signature,
    block::{self, Block, Commit, CommitSig, Header, header::Version},
    crypto::default::Sha256,
    merkle::simple_hash_from_byte_vectors,
    validator,
};
use tokio::sync::broadcast;

use app::App;

/// A valid ed25519 key (of the base point); nobody signs with it.
pub const KEY: [u8; 32] = [
    0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
    0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
];
pub const CHAIN: &str = "canned-1";

pub struct Chain {
    state: Mutex<State>,
    events: broadcast::Sender<Arc<BlockEvent>>,
    genesis: Arc<Genesis>,
    app: Arc<App>,
    /// What relays, if a test puts something there.
    pub relay: Mutex<Option<Arc<dyn Relay>>>,
}

#[derive(Default)]
struct State {
    blocks: Vec<(Arc<StoredBlock>, Arc<Outcome>)>,
    txs: BTreeMap<TxHash, Position>,
    index: BTreeMap<(Scope, String, String), Vec<Position>>,
    pool: Vec<Bytes>,
}

impl Chain {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            events: broadcast::channel(1024).0,
            genesis: Arc::new(genesis()),
            app: Arc::new(App::default()),
            relay: Mutex::default(),
        })
    }

    /// A chain of a few blocks: the second and the fourth hold transactions, the last is empty.
    pub fn with_blocks() -> Arc<Self> {
        let chain = Self::new();
        chain.commit(vec![]);
        chain.commit(vec![b"first".to_vec().into(), b"second".to_vec().into()]);
        chain.commit(vec![]);
        chain.commit(vec![b"fail third".to_vec().into()]);
        chain.commit(vec![]);
        chain
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Makes the next block.
    pub fn commit(&self, txs: Vec<Bytes>) {
        let mut state = self.state();
        let height = state.blocks.len() as u64 + 1;
        let (last_id, app_hash) = match state.blocks.last() {
            Some((b, o)) => (Some(b.id), o.app_hash),
            None => (None, AppHash([1; 32])),
        };
        let last_commit = last_id.map(|id| commit(height - 1, id));
        let hash_of_txs: Vec<[u8; 32]> = txs.iter().map(|t| mycel_rpc::tx_hash(t)).collect();
        let data_hash = Hash::Sha256(simple_hash_from_byte_vectors::<Sha256>(&hash_of_txs));
        let header = Header {
            version: Version { block: 11, app: 0 },
            chain_id: CHAIN.parse().unwrap(),
            height: height.try_into().unwrap(),
            time: Time(1_700_000_000_000 + height * 1000 + 7)
                .try_into()
                .unwrap(),
            last_block_id: last_id,
            last_commit_hash: Some(Hash::Sha256([2; 32])),
            data_hash: Some(data_hash),
            validators_hash: Hash::Sha256([3; 32]),
            next_validators_hash: Hash::Sha256([3; 32]),
            consensus_hash: Hash::Sha256(Params::development().consensus_hash()),
            app_hash: app_hash.0.to_vec().try_into().unwrap(),
            last_results_hash: Some(Hash::Sha256([4; 32])),
            evidence_hash: Some(Hash::Sha256([5; 32])),
            proposer_address: validators()[0].address,
        };
        let id = block::Id {
            hash: header.hash(),
            part_set_header: block::parts::Header::new(1, Hash::Sha256([6; 32])).unwrap(),
        };
        let data: Vec<Vec<u8>> = txs.iter().map(|t| t.to_vec()).collect();
        let bytes = 500 + data.iter().map(Vec::len).sum::<usize>() as u64;
        let block = Arc::new(StoredBlock {
            block: Block::new(header, data, Default::default(), last_commit),
            id,
            bytes,
        });
        let results = txs.iter().map(|tx| self.app.deliver(tx)).collect();
        let outcome = Arc::new(Outcome {
            app_hash: self.app.root(),
            results,
            events: vec![Event::new("beat", [("height", height.to_string())])],
            validators: match height {
                3 => vec![ValidatorUpdate { key: KEY, power: 9 }],
                _ => vec![],
            },
            params: (height == 2).then(Params::development),
        });
        self.app.committed(height, outcome.clone());
        state.blocks.push((block.clone(), outcome.clone()));
        let event = BlockEvent::new(block, outcome);
        for (index, hash) in (0..).zip(event.hashes.iter()) {
            state.txs.insert(*hash, Position { height, index });
        }
        for (index, key, value) in tags::to_index(&event) {
            let scope = if index.is_some() {
                Scope::Tx
            } else {
                Scope::Block
            };
            let index = index.unwrap_or(0);
            let entry = state.index.entry((scope, key, value)).or_default();
            entry.push(Position { height, index });
        }
        state.pool.retain(|tx| !txs.contains(tx));
        drop(state);
        let _ = self.events.send(Arc::new(event));
    }

    /// Commits what waits, and a block after it, whenever something waits.
    pub async fn run(self: Arc<Self>) {
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let waiting = self.state().pool.clone();
            if !waiting.is_empty() {
                self.commit(waiting);
                self.commit(vec![]);
            }
        }
    }
}

fn commit(height: u64, id: block::Id) -> Commit {
    Commit {
        height: height.try_into().unwrap(),
        round: 0u16.into(),
        block_id: id,
        signatures: vec![CommitSig::BlockIdFlagCommit {
            validator_address: validators()[0].address,
            timestamp: Time(1_700_000_000_000 + height * 1000).try_into().unwrap(),
            signature: Signature::new(vec![8; 64]).unwrap(),
        }],
    }
}

fn validators() -> Vec<validator::Info> {
    let key = PublicKey::from_raw_ed25519(&KEY).unwrap();
    vec![validator::Info::new(key, 10u32.into())]
}

fn genesis() -> Genesis {
    let json = serde_json::json!({
        "genesis_time": "2023-11-14T22:13:20Z",
        "chain_id": CHAIN,
        "initial_height": "1",
        "consensus_params": {
            "block": {"max_bytes": "2097152", "max_gas": "100000000"},
            "evidence": {"max_age_num_blocks": "100000", "max_age_duration": "172800000000000", "max_bytes": "1048576"},
            "validator": {"pub_key_types": ["ed25519"]},
        },
        "validators": [],
        "app_hash": "",
        "app_state": AppGenesis { params: Params::development(), ..AppGenesis::default() },
    });
    serde_json::from_value(json).unwrap()
}

impl Backend for Chain {
    fn app(&self) -> Arc<dyn Application> {
        self.app.clone()
    }
    fn relay(&self) -> Option<Arc<dyn Relay>> {
        self.relay.lock().unwrap().clone()
    }
    fn genesis(&self) -> Arc<Genesis> {
        self.genesis.clone()
    }
    fn status(&self) -> Result<NodeStatus, Fault> {
        let latest = self.state().blocks.len() as u64;
        Ok(NodeStatus {
            node_id: "ab".repeat(20),
            moniker: "canned".into(),
            chain_id: CHAIN.into(),
            p2p_address: "tcp://127.0.0.1:26656".into(),
            earliest: latest.min(1),
            latest,
            catching_up: false,
            validator_key: KEY,
            voting_power: 10,
        })
    }
    fn block(&self, height: u64) -> Result<Option<Arc<StoredBlock>>, Fault> {
        let at = |s: MutexGuard<'_, State>| {
            Some(s.blocks.get(height.checked_sub(1)? as usize)?.0.clone())
        };
        Ok(at(self.state()))
    }
    fn height_of(&self, hash: &[u8; 32]) -> Result<Option<u64>, Fault> {
        let state = self.state();
        let found = state
            .blocks
            .iter()
            .find(|(b, _)| b.id.hash.as_bytes() == hash);
        Ok(found.map(|(b, _)| b.block.header.height.value()))
    }
    fn seen_commit(&self, height: u64) -> Result<Option<Commit>, Fault> {
        Ok(self.block(height)?.map(|b| commit(height, b.id)))
    }
    fn validators(&self, _: u64) -> Result<Option<Vec<validator::Info>>, Fault> {
        Ok(Some(validators()))
    }
    fn params(&self, _: u64) -> Result<Option<Params>, Fault> {
        Ok(Some(Params::development()))
    }
    fn outcome(&self, height: u64) -> Result<Option<Arc<Outcome>>, Fault> {
        let at = |s: MutexGuard<'_, State>| {
            Some(s.blocks.get(height.checked_sub(1)? as usize)?.1.clone())
        };
        Ok(at(self.state()))
    }
    fn tx(&self, hash: &TxHash) -> Result<Option<Position>, Fault> {
        Ok(self.state().txs.get(hash).copied())
    }
    fn tagged(
        &self,
        scope: Scope,
        key: &str,
        value: &str,
        heights: RangeInclusive<u64>,
        limit: usize,
    ) -> Result<Vec<Position>, Fault> {
        let state = self.state();
        let found = state.index.get(&(scope, key.into(), value.into()));
        let within = found
            .into_iter()
            .flatten()
            .filter(|p| heights.contains(&p.height));
        Ok(within.take(limit).copied().collect())
    }
    fn submit(&self, tx: Bytes) -> Result<CheckOutcome, Fault> {
        let refuse = |code: Code| CheckOutcome {
            code: code.code,
            codespace: code.codespace.into(),
            ..CheckOutcome::default()
        };
        let check = self.app.check(&tx, &Default::default());
        let mut state = self.state();
        if state.pool.contains(&tx) {
            return Ok(refuse(codes::TX_IN_MEMPOOL_CACHE));
        }
        if check.ok() {
            state.pool.push(tx);
        }
        Ok(check)
    }
    fn unconfirmed(&self, limit: usize) -> Result<Pool, Fault> {
        let state = self.state();
        Ok(Pool {
            total: state.pool.len() as u64,
            bytes: state.pool.iter().map(|t| t.len() as u64).sum(),
            txs: state.pool.iter().take(limit).cloned().collect(),
        })
    }
    fn peers(&self) -> Result<Vec<Peer>, Fault> {
        Ok(vec![])
    }
    fn subscribe(&self) -> broadcast::Receiver<Arc<BlockEvent>> {
        self.events.subscribe()
    }
}
