//! `config/node.toml`: how one node runs. Nothing here is part of consensus.
use std::{fs, net::SocketAddr, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Home, NodeError};

/// How one node runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeConfig {
    /// A name for people.
    pub moniker: String,
    /// The doors.
    pub rpc: RpcSection,
    /// Peers of consensus.
    pub consensus: PeerSection,
    /// Peers for transactions.
    pub gossip: PeerSection,
    /// When blocks pause.
    #[serde(default)]
    pub pacing: PacingSection,
    /// What is kept.
    #[serde(default)]
    pub keep: KeepSection,
    /// Whose messages this node sends at its own cost; without it, nobody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relay: Option<RelaySection>,
}

/// The doors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RpcSection {
    /// Where JSON-RPC listens; keep it on loopback unless a proxy stands before it.
    pub listen: SocketAddr,
}

/// One network of peers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerSection {
    /// Where this node listens.
    pub listen: SocketAddr,
    /// Whom it connects to and reconnects to.
    #[serde(default)]
    pub peers: Vec<SocketAddr>,
}

/// When blocks pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PacingSection {
    /// Milliseconds between blocks when nothing waits.
    pub idle_ms: u64,
}

impl Default for PacingSection {
    fn default() -> Self {
        Self { idle_ms: 5000 }
    }
}

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeepSection {
    /// Past heights that can be read and proven.
    pub heights: u64,
    /// Whether all of them are kept.
    pub archive: bool,
}

impl Default for KeepSection {
    fn default() -> Self {
        Self {
            heights: 1000,
            archive: false,
        }
    }
}

/// Whose messages this node sends at its own cost. Behind a proxy all callers have the proxy's address: let it count
/// them, and raise `per_address`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelaySection {
    /// The file of the key that signs, below the node's folder; made if it is missing. Its account needs an allowance,
    /// and should have nothing else.
    #[serde(default = "relay_key")]
    pub key: PathBuf,
    /// The contracts to which it sends.
    pub contracts: Vec<String>,
    /// Messages sent in a minute, of all callers together.
    #[serde(default = "per_minute")]
    pub per_minute: u32,
    /// Requests of one network address in a minute.
    #[serde(default = "per_address")]
    pub per_address: u32,
    /// SDK gas that one message may use.
    #[serde(default = "relay_gas")]
    pub gas: u64,
}

fn relay_key() -> PathBuf {
    "config/relay_key".into()
}

fn per_minute() -> u32 {
    60
}

fn per_address() -> u32 {
    6
}

fn relay_gas() -> u64 {
    5_000_000
}

impl RelaySection {
    /// A relay for these contracts, with the usual bounds.
    pub fn of(contracts: Vec<String>) -> Self {
        Self {
            key: relay_key(),
            contracts,
            per_minute: per_minute(),
            per_address: per_address(),
            gas: relay_gas(),
        }
    }
}

impl NodeConfig {
    /// Reads a home's configuration.
    pub fn read(home: &Home) -> Result<Self, NodeError> {
        let path = home.config();
        let text = fs::read_to_string(&path).map_err(|e| NodeError::NotAHome {
            path: path.display().to_string(),
            story: e.to_string(),
        })?;
        toml::from_str(&text).map_err(|e| NodeError::Config {
            path: path.display().to_string(),
            story: e.to_string(),
        })
    }

    /// Writes a home's configuration.
    pub fn write(&self, home: &Home) -> Result<(), NodeError> {
        let path = home.config();
        let text = toml::to_string_pretty(self).map_err(|e| NodeError::Config {
            path: path.display().to_string(),
            story: e.to_string(),
        })?;
        fs::write(&path, text).map_err(|e| NodeError::io(&path, e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: &str = r#"
        moniker = "v0"
        rpc = { listen = "127.0.0.1:1" }
        consensus = { listen = "127.0.0.1:2" }
        gossip = { listen = "127.0.0.1:3" }
    "#;

    #[test]
    fn a_relay_needs_only_its_contracts_and_is_off_without_them() {
        let config: NodeConfig = toml::from_str(REST).unwrap();
        assert_eq!(config.relay, None);
        let text = format!("{REST}\n[relay]\ncontracts = [\"mycel1trust\"]");
        let config: NodeConfig = toml::from_str(&text).unwrap();
        let relay = config.relay.clone().unwrap();
        assert_eq!(relay, RelaySection::of(vec!["mycel1trust".into()]));
        let written = toml::to_string_pretty(&config).unwrap();
        assert_eq!(toml::from_str::<NodeConfig>(&written).unwrap(), config);
        assert!(toml::from_str::<NodeConfig>(&format!("{text}\nmore = 1")).is_err());
    }
}
