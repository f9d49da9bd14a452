//! `config/node.toml`: how one node runs. Nothing here is part of consensus.
use std::{fs, net::SocketAddr};

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
