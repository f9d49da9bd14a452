//! The wiring: from a folder to a running node, and back.
use std::{
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
};

use libp2p::{Multiaddr, multiaddr::Protocol};
use mycel_app::{App, AppConfig};
use mycel_engine::{
    CrashPoints, Engine, EngineError, Mempool, MempoolConfig,
    blocks::{Blocks, BlocksError},
    host::{Finished, HostConfig},
    sign::{FileSigner, KeyFile, SharedSigner},
};
use mycel_malachite::{Config as EngineConfig, Malachite, Parts, gossip};
use mycel_rpc::{BlockEvent, RpcConfig, StoredBlock};
use mycel_store::RedbStore;
use mycel_types::{Address, Application, Cancel, Genesis, Params, header::ValidatorSet};
use tokio::{
    net::TcpListener,
    sync::{broadcast, oneshot},
    task::JoinHandle,
};

use crate::{
    Home, NodeConfig, NodeError, NodeRelay,
    backend::{Identity, NodeBackend, Submit},
    testnet::read_genesis,
};

/// Blocks that a slow subscriber may lag behind before it misses some.
const EVENTS: usize = 256;

/// A running node.
pub struct Running {
    rpc: SocketAddr,
    cancel: Cancel,
    doors: Option<(oneshot::Sender<()>, JoinHandle<std::io::Result<()>>)>,
    engine: JoinHandle<Result<mycel_engine::Stopped, EngineError>>,
}

/// How a node ended.
#[derive(Debug)]
pub enum Ended {
    /// It was asked to.
    Stopped,
    /// It had to.
    Failed(NodeError),
}

impl Running {
    /// Starts the node of a folder.
    pub async fn start(home: &Home) -> Result<Self, NodeError> {
        Self::start_with(home, CrashPoints::none()).await
    }

    /// Starts it with places where a test kills the process.
    pub async fn start_with(home: &Home, crash: CrashPoints) -> Result<Self, NodeError> {
        let config = NodeConfig::read(home)?;
        let genesis = read_genesis(home)?;
        let rpc = config.rpc.listen;
        let listener = TcpListener::bind(rpc)
            .await
            .map_err(|source| NodeError::PortBusy {
                what: "rpc",
                address: rpc.to_string(),
                source,
            })?;
        let opened = Opened::open(home, &config, &genesis).await?;
        let wired = wire(opened, home, config, genesis, crash)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let settings = RpcConfig {
            announce: format!("tcp://{rpc}"),
            ..RpcConfig::default()
        };
        let doors = tokio::spawn(mycel_rpc::serve(listener, wired.backend, settings, async {
            // a dropped sender means the same as a sent stop
            let _ = stopped.await;
        }));
        let cancel = Cancel::new();
        let engine = tokio::spawn(Box::new(wired.engine).run(wired.app, cancel.clone()));
        Ok(Self {
            rpc,
            cancel,
            doors: Some((stop, doors)),
            engine,
        })
    }

    /// Where JSON-RPC listens.
    pub fn rpc(&self) -> SocketAddr {
        self.rpc
    }

    /// Waits until the node ends, by itself or because it was asked to.
    pub async fn ended(&mut self) -> Ended {
        let outcome = (&mut self.engine).await;
        self.close_doors().await;
        match outcome {
            Ok(Ok(_)) => Ended::Stopped,
            Ok(Err(EngineError::Halt(halt))) => Ended::Failed(halt.into()),
            Ok(Err(error)) => Ended::Failed(NodeError::Engine(error.to_string())),
            Err(panic) => Ended::Failed(NodeError::Engine(panic.to_string())),
        }
    }

    /// Asks the node to stop and waits until it has.
    pub async fn stop(mut self) {
        self.cancel.cancel();
        if let Ended::Failed(error) = self.ended().await {
            tracing::error!(%error, "the node did not stop in order");
        }
    }

    async fn close_doors(&mut self) {
        if let Some((stop, doors)) = self.doors.take() {
            // the doors may have closed already
            let _ = stop.send(());
            let _ = doors.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

/// What is on disk, opened and checked.
struct Opened {
    blocks: Arc<Blocks>,
    app: Arc<dyn Application>,
    signer: SharedSigner,
    key: [u8; 32],
    node_key: [u8; 32],
}

impl Opened {
    async fn open(home: &Home, config: &NodeConfig, genesis: &Genesis) -> Result<Self, NodeError> {
        let (home, window) = (home.clone(), window(config));
        genesis
            .app_state
            .params
            .validate()
            .map_err(|story| NodeError::Config {
                path: home.genesis().display().to_string(),
                story,
            })?;
        let open = move || {
            let failed = |e: &dyn std::fmt::Display| NodeError::Engine(e.to_string());
            let data = home.data();
            // the lock comes first: nothing else may be touched while another process has the folder
            let blocks = Blocks::open(&data).map_err(|e| failed(&e))?;
            let key = KeyFile::load(home.validator_key()).map_err(|e| failed(&e))?;
            let node_key = KeyFile::load(home.node_key()).map_err(|e| failed(&e))?;
            let store = mycel_store::Config {
                window,
                ..mycel_store::Config::default()
            };
            let store =
                RedbStore::open(&data, store).map_err(|e| NodeError::Store(e.to_string()))?;
            let app = App::new(Arc::new(store), AppConfig::default())?;
            let public = key.verification_key().to_bytes();
            let sign = data.join("sign");
            let signer = FileSigner::open(&sign, key).map_err(|e| NodeError::io(&sign, e))?;
            Ok(Self {
                blocks: Arc::new(blocks),
                app: Arc::new(app),
                signer: SharedSigner::new(signer),
                key: public,
                node_key: node_key.to_bytes(),
            })
        };
        let opened = tokio::task::spawn_blocking(open).await;
        opened.map_err(|panic| NodeError::Engine(panic.to_string()))?
    }
}

fn window(config: &NodeConfig) -> Option<u64> {
    (!config.keep.archive).then_some(config.keep.heights)
}

struct Wired {
    app: Arc<dyn Application>,
    engine: Malachite,
    backend: Arc<NodeBackend>,
}

fn wire(
    opened: Opened,
    home: &Home,
    config: NodeConfig,
    genesis: Genesis,
    crash: CrashPoints,
) -> Result<Wired, NodeError> {
    let Opened {
        blocks,
        app,
        signer,
        key,
        node_key,
    } = opened;
    let initial = u64::try_from(genesis.initial_height).unwrap_or(1);
    let height = app.info().height.unwrap_or(initial.saturating_sub(1));
    let pool = Arc::new(Mempool::new(app.clone(), MempoolConfig::default(), height));
    let params = newest_params(&blocks).map_err(|e| NodeError::Engine(e.to_string()))?;
    let params = params.unwrap_or_else(|| genesis.app_state.params.clone());
    let chain_id = genesis.chain_id.as_str();
    let settings = engine_config(home, &config, (chain_id, params.tx_max_bytes), node_key);
    let host = HostConfig {
        idle_millis: config.pacing.idle_ms,
        ..HostConfig::default()
    };
    let parts = Parts {
        genesis: genesis.clone(),
        blocks: blocks.clone(),
        pool: pool.clone(),
        signer: Some(signer),
        host,
        crash,
    };
    let (events, _) = broadcast::channel(EVENTS);
    let announce = events.clone();
    let engine = Malachite::new(settings, parts).observe(move |finished| {
        if announce.receiver_count() > 0 {
            // without subscribers there is nobody to tell
            let _ = announce.send(Arc::new(event(&finished)));
        }
    });
    let (inlet, status) = (engine.inlet(), engine.status());
    let submit: Submit = Arc::new(move |tx| inlet.submit(tx).outcome);
    let relay = config.relay.as_ref().map(|section| {
        let (app, pool) = (app.clone(), pool.clone());
        NodeRelay::open(section, home, chain_id, app, pool, submit.clone()).map(Arc::new)
    });
    let relay = relay.transpose()?;
    let backend = NodeBackend {
        app: app.clone(),
        first: (initial, Arc::new(first_set(&genesis, home)?)),
        genesis: Arc::new(genesis),
        blocks,
        pool,
        submit,
        identity: Identity {
            node_id: hex::encode(Address::of_ed25519(&public(&node_key)).0),
            moniker: config.moniker.clone(),
            p2p_address: format!("tcp://{}", config.consensus.listen),
            validator_key: key,
        },
        events,
        neighbours: Arc::new(move || status.gossip.peers.load(Ordering::Relaxed)),
        dialled: config.consensus.peers,
        relay,
    };
    Ok(Wired {
        app,
        engine,
        backend: Arc::new(backend),
    })
}

fn engine_config(
    home: &Home,
    config: &NodeConfig,
    (chain_id, max_tx_bytes): (&str, u64),
    node_key: [u8; 32],
) -> EngineConfig {
    let mut gossip = gossip::Config::new(chain_id, node_key, multiaddr(config.gossip.listen));
    gossip.peers = config.gossip.peers.iter().copied().map(multiaddr).collect();
    gossip.max_tx_bytes = usize::try_from(max_tx_bytes).unwrap_or(1 << 20);
    let listen = multiaddr(config.consensus.listen);
    let mut settings = EngineConfig::new(&config.moniker, home.data(), node_key, listen, gossip);
    settings.peers = config
        .consensus
        .peers
        .iter()
        .copied()
        .map(multiaddr)
        .collect();
    settings
}

/// The parameters of the last block.
fn newest_params(blocks: &Blocks) -> Result<Option<Params>, BlocksError> {
    match blocks.tip()? {
        Some(height) => blocks.params(height),
        None => Ok(None),
    }
}

fn multiaddr(address: SocketAddr) -> Multiaddr {
    Multiaddr::from(address.ip()).with(Protocol::Tcp(address.port()))
}

fn public(secret: &[u8; 32]) -> [u8; 32] {
    ed25519_consensus::SigningKey::from(*secret)
        .verification_key()
        .to_bytes()
}

/// The set of the initial height, from the genesis document itself.
fn first_set(genesis: &Genesis, home: &Home) -> Result<ValidatorSet, NodeError> {
    let member = |info: &tendermint::validator::Info| {
        let key = info
            .pub_key
            .ed25519()
            .and_then(|k| k.as_bytes().try_into().ok());
        key.map(|key: [u8; 32]| (key, info.power.value()))
    };
    ValidatorSet::new(genesis.validators.iter().filter_map(member)).map_err(|e| NodeError::Config {
        path: home.genesis().display().to_string(),
        story: e.to_string(),
    })
}

fn event(finished: &Finished) -> BlockEvent {
    let stored = StoredBlock {
        block: finished.block.clone(),
        id: finished.value.block_id(),
        bytes: finished.bytes,
    };
    BlockEvent::new(Arc::new(stored), Arc::new(finished.outcome.clone()))
}
