//! Folders for a local network: keys, one genesis, ports that are free.
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use mycel_engine::{development, sign::KeyFile};
use mycel_types::{Genesis, GenesisAccount, GenesisVerifyingKey, GenesisWasm, Params, Time};

use crate::{
    Home, NodeConfig, NodeError,
    config::{KeepSection, PacingSection, PeerSection, RpcSection},
};

/// A local network to be.
#[derive(Clone, Debug)]
pub struct Testnet {
    /// Where the nodes' folders `v0`, `v1` … are made.
    pub dir: PathBuf,
    /// The chain's name.
    pub chain_id: String,
    /// How many validators.
    pub validators: usize,
    /// Accounts of the genesis.
    pub accounts: Vec<GenesisAccount>,
    /// Parameters of the genesis.
    pub params: Params,
    /// Codes and contracts of the genesis.
    pub wasm: GenesisWasm,
    /// Verifying keys of the genesis.
    pub verifying_keys: Vec<GenesisVerifyingKey>,
    /// Milliseconds between blocks when nothing waits.
    pub idle_ms: u64,
}

impl Testnet {
    /// Makes the folders; gives them in the order of their names.
    pub fn create(&self) -> Result<Vec<Home>, NodeError> {
        let homes: Vec<Home> = (0..self.validators)
            .map(|i| Home::new(self.dir.join(format!("v{i}"))))
            .collect();
        let mut keys = vec![];
        for home in &homes {
            home.create()?;
            let key = KeyFile::generate(rand::rngs::OsRng);
            let engine = |e: mycel_engine::sign::KeyError| NodeError::Engine(e.to_string());
            KeyFile::create(home.validator_key(), &key).map_err(engine)?;
            KeyFile::create(home.node_key(), &KeyFile::generate(rand::rngs::OsRng))
                .map_err(engine)?;
            keys.push(key.verification_key().to_bytes());
        }
        // with contracts it may be large: written out once for all
        let genesis = text(&self.genesis(&keys)?)?;
        let ports = free_ports(3 * self.validators)?;
        let at = |kind: usize, i: usize| ports[3 * i + kind];
        for (i, home) in homes.iter().enumerate() {
            fs::write(home.genesis(), &genesis).map_err(|e| NodeError::io(&home.genesis(), e))?;
            let others = |kind| {
                (0..self.validators)
                    .filter(|j| *j != i)
                    .map(|j| at(kind, j))
                    .collect()
            };
            let config = NodeConfig {
                moniker: format!("v{i}"),
                rpc: RpcSection { listen: at(0, i) },
                consensus: PeerSection {
                    listen: at(1, i),
                    peers: others(1),
                },
                gossip: PeerSection {
                    listen: at(2, i),
                    peers: others(2),
                },
                pacing: PacingSection {
                    idle_ms: self.idle_ms,
                },
                keep: KeepSection::default(),
                relay: None,
            };
            config.write(home)?;
        }
        Ok(homes)
    }

    fn genesis(&self, keys: &[[u8; 32]]) -> Result<Genesis, NodeError> {
        let chain_id = self.chain_id.parse().map_err(|e| NodeError::Config {
            path: "chain id".into(),
            story: format!("{e}"),
        })?;
        let mut genesis = development::genesis_with(
            chain_id,
            now(),
            keys,
            self.accounts.clone(),
            self.params.clone(),
        );
        genesis.app_state.wasm = self.wasm.clone();
        genesis
            .app_state
            .verifying_keys
            .clone_from(&self.verifying_keys);
        Ok(genesis)
    }
}

/// The homes of a network that was made here before, in the order of their names.
pub fn existing(dir: &Path) -> Vec<Home> {
    (0..)
        .map(|i| Home::new(dir.join(format!("v{i}"))))
        .take_while(|home| home.config().exists())
        .collect()
}

fn text(genesis: &Genesis) -> Result<String, NodeError> {
    serde_json::to_string_pretty(genesis).map_err(|e| NodeError::Config {
        path: "genesis".into(),
        story: e.to_string(),
    })
}

/// Reads a home's genesis document.
pub fn read_genesis(home: &Home) -> Result<Genesis, NodeError> {
    let path = home.genesis();
    let text = fs::read_to_string(&path).map_err(|e| NodeError::NotAHome {
        path: path.display().to_string(),
        story: e.to_string(),
    })?;
    serde_json::from_str(&text).map_err(|e| NodeError::Config {
        path: path.display().to_string(),
        story: e.to_string(),
    })
}

/// Addresses on loopback that nobody listens on at this moment. They lie below the range from which systems take the
/// ports of outgoing connections, one of which could otherwise take a port before its node does.
fn free_ports(n: usize) -> Result<Vec<SocketAddr>, NodeError> {
    const RANGE: std::ops::Range<u16> = 15_000..32_000;
    let mut held = vec![];
    for _ in 0..n.saturating_mul(200) {
        if held.len() == n {
            break;
        }
        let port = rand::Rng::gen_range(&mut rand::rngs::OsRng, RANGE);
        // a port that is taken is passed over
        held.extend(TcpListener::bind((Ipv4Addr::LOCALHOST, port)));
    }
    let addresses: Vec<SocketAddr> = held.iter().filter_map(|l| l.local_addr().ok()).collect();
    if addresses.len() < n {
        return Err(NodeError::PortBusy {
            what: "nearly every port",
            address: format!("127.0.0.1:{}-{}", RANGE.start, RANGE.end),
            source: std::io::ErrorKind::AddrInUse.into(),
        });
    }
    Ok(addresses)
}

/// The wall clock in the chain's unit, for a genesis.
#[allow(
    clippy::disallowed_methods,
    reason = "a genesis begins now; nothing that consensus runs asks for this"
)]
fn now() -> Time {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    Time(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
