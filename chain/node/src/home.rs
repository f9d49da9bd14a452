//! A node's folder: what lies where, and who may use it.
use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::NodeError;

/// The folder of one node.
///
/// ```text
/// config/node.toml                 how this node runs
/// config/genesis.json              the chain's beginning
/// config/priv_validator_key.json   the consensus key (0600)
/// config/node_key.json             the network identity (0600)
/// config/relay_key                 the key of the relay, if it has one (0600)
/// data/state.redb                  state and results
/// data/chain.redb                  blocks, commits, index
/// data/wal                         the engine's log
/// data/sign                        the last signature
/// data/lock                        held while the node runs
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home(PathBuf);

impl Home {
    /// A folder, which need not exist yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// How this node runs.
    pub fn config(&self) -> PathBuf {
        self.0.join("config/node.toml")
    }

    /// The chain's beginning.
    pub fn genesis(&self) -> PathBuf {
        self.0.join("config/genesis.json")
    }

    /// The consensus key.
    pub fn validator_key(&self) -> PathBuf {
        self.0.join("config/priv_validator_key.json")
    }

    /// The network identity.
    pub fn node_key(&self) -> PathBuf {
        self.0.join("config/node_key.json")
    }

    /// Everything that the running node writes.
    pub fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    /// State and results.
    pub fn state(&self) -> PathBuf {
        self.data().join("state.redb")
    }

    /// Creates the folders.
    pub fn create(&self) -> Result<(), NodeError> {
        for folder in [self.0.join("config"), self.data()] {
            fs::create_dir_all(&folder).map_err(|e| NodeError::io(&folder, e))?;
        }
        Ok(())
    }
}
