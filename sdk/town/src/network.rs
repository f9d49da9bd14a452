//! The nodes that `mycel up` runs: all in this process, or each in a process of its own.
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use mycel_client::{Client, ClientError, Development, SecretKey};
use mycel_node::{
    Home, NodeConfig, NodeError, Process, RelayKey, Running, Testnet, config::RelaySection,
    existing,
};
use mycel_types::{AccountAddress, GenesisAccount, GenesisVerifyingKey, GenesisWasm, Params};
use serde_json::{Value, json};

use tokio::runtime::Handle;

use crate::cpu;

/// The chain's name.
pub const CHAIN_ID: &str = "mycel-local-1";

/// How long the first block may take …
const START: Duration = Duration::from_secs(60);
/// … and longer by this for each entry that genesis holds.
const START_PER_ENTRY: Duration = Duration::from_millis(1);
/// How long all nodes may take to have the same last block.
const COMMON: Duration = Duration::from_secs(60);
/// How long all nodes tell different hashes of the same block before that is so: a node that commits just now may tell
/// the new hash beside the old height.
const DISAGREE: Duration = Duration::from_secs(2);
/// Milliseconds between blocks when nothing waits.
const IDLE_MS: u64 = 5000;

/// Why there is no network.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// A node does not start.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// A node does not answer.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// No block in time.
    #[error("no block within {0:?}; look at the log of each node in its data folder")]
    NoBlock(Duration),
    /// The folder holds a network already.
    #[error("{0} holds a network already; name another folder with --dir, or remove this one")]
    Occupied(String),
    /// The nodes do not agree.
    #[error("the nodes disagree at height={height}: {hashes}; keep the folder and report this")]
    Disagree {
        /// Where.
        height: u64,
        /// Who says what.
        hashes: String,
    },
    /// Some nodes lag.
    #[error(
        "the nodes reach no common height within {0:?}: {1}; look at the log of each node in its data folder"
    )]
    Apart(Duration, String),
    /// A node's task panicked.
    #[error("a node broke while starting: {0}; report this")]
    Broken(tokio::task::JoinError),
    /// A file cannot be written.
    #[error("{path}: {source}; check the path and its permissions")]
    Io {
        /// Which.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
}

enum Nodes {
    Here(Vec<Running>),
    Processes(Vec<Process>),
}

/// With what a network's chain begins.
pub struct Beginning {
    /// Accounts.
    pub accounts: Vec<GenesisAccount>,
    /// Parameters.
    pub params: Params,
    /// Codes and contracts.
    pub wasm: GenesisWasm,
    /// Keys under which proofs are verified.
    pub verifying_keys: Vec<GenesisVerifyingKey>,
    /// Whose anonymous proofs the nodes send, each with a key of its own; nobody's if there are none.
    pub relay: (AccountAddress, Vec<SecretKey>),
}

/// Makes a node a relay for a contract, before it is started.
///
/// # Errors
/// The node's folder cannot be written, or has a relay's key.
pub fn relay(home: &Home, contract: &AccountAddress, key: &SecretKey) -> Result<(), NetworkError> {
    /// SDK gas that a proof and what its consumer does may use.
    const GAS: u64 = 10_000_000;
    let mut config = NodeConfig::read(home)?;
    let section = RelaySection {
        gas: GAS,
        ..RelaySection::of(vec![contract.to_string()])
    };
    if let Some(key) = RelayKey::new(&key.to_bytes()) {
        key.create(&home.path().join(&section.key))?;
    }
    config.relay = Some(section);
    config.write(home)?;
    Ok(())
}

/// A local network.
pub struct Network {
    dir: PathBuf,
    homes: Vec<Home>,
    urls: Vec<String>,
    nodes: Nodes,
}

impl Network {
    /// Makes the folders and starts the nodes; returns after the first block.
    pub async fn start(
        dir: &Path,
        validators: usize,
        beginning: Beginning,
        processes: Option<&Path>,
        handle: &Handle,
    ) -> Result<Self, NetworkError> {
        if !existing(dir).is_empty() {
            return Err(NetworkError::Occupied(dir.display().to_string()));
        }
        let Beginning {
            accounts,
            params,
            wasm,
            verifying_keys,
            relay: (relayed, relays),
        } = beginning;
        let entries: usize = wasm.contracts.iter().map(|c| c.state.len()).sum();
        let entries = u32::try_from(entries).unwrap_or(u32::MAX);
        let patience = START + START_PER_ENTRY.saturating_mul(entries);
        let homes = Testnet {
            dir: dir.into(),
            chain_id: CHAIN_ID.into(),
            validators,
            accounts,
            params,
            wasm,
            verifying_keys,
            idle_ms: IDLE_MS,
        }
        .create()?;
        for (home, key) in homes.iter().zip(&relays) {
            relay(home, &relayed, key)?;
        }
        let mut urls = vec![];
        for home in &homes {
            urls.push(format!("http://{}", NodeConfig::read(home)?.rpc.listen));
        }
        let nodes = match processes {
            Some(binary) => Nodes::Processes(
                homes
                    .iter()
                    .map(|home| Process::start(binary, home, &[]))
                    .collect::<Result<_, _>>()?,
            ),
            None => {
                let mut running = vec![];
                for home in homes.clone() {
                    let node = handle.spawn(async move { Running::start(&home).await });
                    running.push(node.await.map_err(NetworkError::Broken)??);
                }
                Nodes::Here(running)
            }
        };
        let network = Self {
            dir: dir.into(),
            homes,
            urls,
            nodes,
        };
        network.await_height(1, patience).await?;
        Ok(network)
    }

    /// The first node's RPC.
    pub fn url(&self) -> &str {
        &self.urls[0]
    }

    /// All nodes' RPC.
    pub fn urls(&self) -> &[String] {
        &self.urls
    }

    /// The network's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Waits until every node has this block.
    pub async fn await_height(&self, height: u64, patience: Duration) -> Result<(), NetworkError> {
        let reached = async {
            for url in &self.urls {
                let client = Client::http(url)?;
                loop {
                    match client.status().await {
                        Ok(status) if status.latest_height >= height => break,
                        Ok(_) | Err(ClientError::Unreachable { .. }) => {}
                        Err(other) => return Err(other),
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
            Ok(())
        };
        match tokio::time::timeout(patience, reached).await {
            Ok(outcome) => Ok(outcome?),
            Err(_) => Err(NetworkError::NoBlock(patience)),
        }
    }

    /// Writes `network.json`, by which the other commands find the network and whom to trust.
    pub async fn describe(
        &self,
        contract: &AccountAddress,
        others: BTreeMap<String, AccountAddress>,
        town: Development,
    ) -> Result<(), NetworkError> {
        let client = Client::http(self.url())?;
        let urls = self.urls.clone();
        let network =
            mycel_client::Network::describe(&client, urls, contract.clone(), others, Some(town))
                .await?;
        let path = self.dir.join("network.json");
        // whoever waits for the file must not see half of it
        let draft = path.with_extension("draft");
        fs::write(&draft, network.to_json())
            .and_then(|()| fs::rename(&draft, &path))
            .map_err(|source| NetworkError::Io {
                path: path.display().to_string(),
                source,
            })
    }

    /// CPU time of the validators so far.
    pub fn cpu(&self) -> Duration {
        match &self.nodes {
            Nodes::Here(_) => cpu::of_process(std::process::id()).saturating_sub(cpu::of_clients()),
            Nodes::Processes(all) => all.iter().map(|p| cpu::of_process(p.id())).sum(),
        }
    }

    /// Bytes of the first node's state database.
    pub fn state_bytes(&self) -> u64 {
        fs::metadata(self.homes[0].state()).map_or(0, |file| file.len())
    }

    /// Waits until all nodes have the same last block, and compares their app hashes there.
    pub async fn settle(&self) -> Result<(u64, String), NetworkError> {
        let start = Instant::now();
        let mut apart = None::<(Vec<(u64, String)>, Instant)>;
        loop {
            let mut tips = vec![];
            for url in &self.urls {
                let info: Value = Client::http(url)?.call("abci_info", json!({})).await?;
                let at = |key: &str| info.pointer(&format!("/response/{key}")).cloned();
                let height = at("last_block_height").and_then(|h| h.as_str()?.parse().ok());
                let hash = at("last_block_app_hash").and_then(|h| h.as_str().map(str::to_owned));
                tips.push((height.unwrap_or(0u64), hash.unwrap_or_default()));
            }
            let (height, hash) = tips[0].clone();
            if tips.iter().all(|tip| *tip == tips[0]) {
                return Ok((height, base64_to_hex(&hash)));
            }
            let told = format!("{tips:?}");
            if tips.iter().all(|tip| tip.0 == height) {
                let since = match apart.take() {
                    Some((same, since)) if same == tips => since,
                    _ => Instant::now(),
                };
                if since.elapsed() > DISAGREE {
                    return Err(NetworkError::Disagree {
                        height,
                        hashes: told,
                    });
                }
                apart = Some((tips, since));
            }
            if start.elapsed() > COMMON {
                return Err(NetworkError::Apart(COMMON, told));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Stops all nodes in order.
    pub async fn stop(self) {
        match self.nodes {
            Nodes::Here(nodes) => {
                for node in nodes {
                    node.stop().await;
                }
            }
            Nodes::Processes(nodes) => drop(nodes),
        }
    }
}

fn base64_to_hex(text: &str) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD
        .decode(text)
        .map(hex::encode_upper)
        .unwrap_or_default()
}
