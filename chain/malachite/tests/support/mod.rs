//! Networks of validators in one process, over loopback TCP, with the mock application.
#![allow(dead_code, reason = "each test binary uses its part")]
use std::{
    net::TcpListener,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use libp2p::Multiaddr;
use mycel_engine::{
    CrashPoints, Engine, EngineError, Mempool, MempoolConfig, Stopped, Submission,
    blocks::Blocks,
    development,
    host::{Finished, HostConfig},
    mock::{Disk, Mock},
    sign::{FileSigner, SharedSigner},
};
use mycel_malachite::{Config, Inlet, Malachite, Parts, Relay, Status, gossip};
use mycel_types::{Application, Cancel, Genesis, Time};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, timeout},
};

/// Blocks as they became durable, and when.
pub type Log = Arc<Mutex<Vec<(Arc<Finished>, Instant)>>>;

pub const PATIENCE: Duration = Duration::from_secs(40);

#[allow(
    clippy::disallowed_methods,
    reason = "genesis lies at the wall clock, as in a real network"
)]
pub fn now() -> Time {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    Time(since.as_millis() as u64)
}

/// Ports that are free now, each given once in this process, and below those that systems take for outgoing
/// connections: one of these could otherwise take a port before its node does.
pub fn free_ports(n: usize) -> Vec<u16> {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    const FIRST: u32 = 15_000;
    const COUNT: u32 = 17_000;
    let start = std::process::id().wrapping_mul(131);
    std::iter::repeat_with(|| start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)))
        .map(|offset| (FIRST + offset % COUNT) as u16)
        .filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .take(n)
        .collect()
}

/// What the parent process tells its child.
#[allow(
    clippy::disallowed_methods,
    reason = "a child process is told its task by its environment"
)]
pub fn told(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

pub fn tcp(port: u16) -> Multiaddr {
    format!("/ip4/127.0.0.1/tcp/{port}").parse().unwrap()
}

pub fn tx(sender: &str, sequence: u64, action: &str) -> Bytes {
    format!("{sender}:{sequence}:{action}").into_bytes().into()
}

/// What a network is made of; nodes come and go.
pub struct Net {
    pub chain: String,
    pub genesis: Genesis,
    pub keys: Vec<ed25519_consensus::SigningKey>,
    pub dir: tempfile::TempDir,
    pub consensus: Vec<u16>,
    pub gossip: Vec<u16>,
    pub disks: Vec<Disk>,
    pub relay: Relay,
    /// Each node knows only the next one.
    pub ring: bool,
    pub host: HostConfig,
    /// Genesis validators; the rest of the nodes follow.
    pub validators: usize,
    settled: Option<PathBuf>,
    starts: usize,
}

impl Net {
    pub fn new(chain: &str, nodes: usize) -> Self {
        Self::with(chain, nodes, nodes)
    }

    pub fn with(chain: &str, nodes: usize, validators: usize) -> Self {
        // RUST_LOG=info shows what the engines say
        let _ = tracing_subscriber::fmt()
            .with_env_filter(
                tracing_subscriber::EnvFilter::try_from_default_env()
                    .unwrap_or_else(|_| mycel_malachite::LOG_DIRECTIVES.into()),
            )
            .with_writer(std::io::stderr)
            .try_init();
        let keys = development::keys(nodes);
        let genesis =
            development::genesis(chain.parse().unwrap(), now(), &keys[..validators], vec![]);
        let ports = free_ports(2 * nodes);
        Self {
            chain: chain.into(),
            genesis,
            keys,
            dir: tempfile::tempdir().unwrap(),
            consensus: ports[..nodes].to_vec(),
            gossip: ports[nodes..].to_vec(),
            disks: (0..nodes).map(|_| Disk::default()).collect(),
            relay: Relay::default(),
            ring: false,
            host: HostConfig::default(),
            validators,
            settled: None,
            starts: 0,
        }
    }

    pub fn home(&self, i: usize) -> PathBuf {
        let root = self.settled.as_deref().unwrap_or(self.dir.path());
        root.join(format!("node{i}"))
    }

    /// Lives in `dir`, which outlasts the process: genesis is the one that was used there first.
    pub fn settle(&mut self, dir: &std::path::Path) {
        let path = dir.join("genesis.json");
        match std::fs::read(&path) {
            Ok(json) => self.genesis = serde_json::from_slice(&json).unwrap(),
            Err(_) => std::fs::write(&path, serde_json::to_vec(&self.genesis).unwrap()).unwrap(),
        }
        self.settled = Some(dir.into());
    }

    pub fn config(&self, i: usize) -> Config {
        let others = |ports: &[u16]| {
            ports
                .iter()
                .enumerate()
                .filter(|(j, _)| *j != i && (!self.ring || *j == (i + 1) % ports.len()))
                .map(|(_, p)| tcp(*p))
                .collect()
        };
        let mut g = gossip::Config::new(&self.chain, [i as u8 + 1; 32], tcp(self.gossip[i]));
        g.peers = others(&self.gossip);
        let mut config = Config::new(
            format!("{}-{i}-{}", self.chain, self.starts),
            self.home(i),
            [i as u8 + 101; 32],
            tcp(self.consensus[i]),
            g,
        );
        config.peers = others(&self.consensus);
        config.relay = self.relay;
        config
    }

    pub fn start(&mut self, i: usize) -> Node {
        self.start_with(i, CrashPoints::none())
    }

    pub fn start_with(&mut self, i: usize, crash: CrashPoints) -> Node {
        self.starts += 1;
        let home = self.home(i);
        std::fs::create_dir_all(&home).unwrap();
        let app: Arc<Mock> = Arc::new(Mock::new(self.disks[i].clone()));
        let blocks = Arc::new(Blocks::open(&home).unwrap());
        let height = app.info().height.unwrap_or(0);
        let dyn_app: Arc<dyn Application> = app.clone();
        let pool = Arc::new(Mempool::new(
            dyn_app.clone(),
            MempoolConfig::default(),
            height,
        ));
        let signer = FileSigner::open(home.join("sign"), self.keys[i].clone()).unwrap();
        let log = Log::default();
        let record = log.clone();
        let engine = Malachite::new(
            self.config(i),
            Parts {
                genesis: self.genesis.clone(),
                blocks: blocks.clone(),
                pool,
                signer: Some(SharedSigner::new(signer)),
                host: self.host.clone(),
                crash,
            },
        )
        .observe(move |finished| record.lock().unwrap().push((finished, Instant::now())));
        let (inlet, height, status) = (engine.inlet(), engine.height(), engine.status());
        let stop = Cancel::new();
        let run = Box::new(engine).run(dyn_app, stop.clone());
        Node {
            app,
            blocks,
            inlet,
            height,
            status,
            log,
            stop,
            run: tokio::spawn(run),
        }
    }

    /// A further node with the consensus key of node `i`; gives its number.
    pub fn add_twin(&mut self, i: usize) -> usize {
        let ports = free_ports(2);
        self.keys.push(self.keys[i].clone());
        self.consensus.push(ports[0]);
        self.gossip.push(ports[1]);
        self.disks.push(Disk::default());
        self.keys.len() - 1
    }

    pub fn start_all(&mut self) -> Vec<Node> {
        (0..self.keys.len()).map(|i| self.start(i)).collect()
    }
}

/// A running node.
pub struct Node {
    pub app: Arc<Mock>,
    pub blocks: Arc<Blocks>,
    pub inlet: Inlet,
    pub height: watch::Receiver<u64>,
    pub status: Arc<Status>,
    pub log: Log,
    stop: Cancel,
    run: JoinHandle<Result<Stopped, EngineError>>,
}

impl Node {
    pub async fn reach(&mut self, height: u64) {
        let wait = self.height.wait_for(|h| *h >= height);
        let reached = timeout(PATIENCE, wait).await.is_ok();
        if !reached {
            let at = *self.height.borrow();
            panic!("height={height} was not reached; stuck at {at}");
        }
    }

    /// Waits until the host recovered what is on disk.
    pub async fn up(&mut self) {
        timeout(PATIENCE, self.height.changed())
            .await
            .unwrap()
            .unwrap();
    }

    pub fn at(&self) -> u64 {
        *self.height.borrow()
    }

    pub fn submit(&self, tx: Bytes) -> Submission {
        self.inlet.submit(tx)
    }

    pub async fn committed(&self, key: &str, value: &str) {
        let start = Instant::now();
        while self.app.value(key).as_deref() != Some(value) {
            assert!(
                start.elapsed() < PATIENCE,
                "{key}={value} was not committed"
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    pub async fn stop(self) -> Result<Stopped, EngineError> {
        self.stop.cancel();
        timeout(PATIENCE, self.run)
            .await
            .expect("stops in time")
            .unwrap()
    }

    pub fn has_ended(&self) -> bool {
        self.run.is_finished()
    }

    pub async fn ended(self) -> Result<Stopped, EngineError> {
        timeout(PATIENCE, self.run)
            .await
            .expect("ends in time")
            .unwrap()
    }
}

/// All nodes have the same blocks up to `height`.
pub fn agree(nodes: &[Node], height: u64) {
    for h in 1..=height {
        let hashes: Vec<_> = nodes
            .iter()
            .filter_map(|n| n.blocks.block(h).unwrap())
            .map(|b| b.header.hash())
            .collect();
        assert!(!hashes.is_empty(), "nobody has height={h}");
        assert!(
            hashes.windows(2).all(|w| w[0] == w[1]),
            "nodes disagree at height={h}"
        );
    }
}
