//! Why a node does not start or does not go on; each says what to do next.
use std::path::Path;

use mycel_types::Halt;

/// Why a node does not start or does not go on.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// The file system refused.
    #[error("{path}: {source}; check the path and its permissions")]
    Io {
        /// Where.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// There is no node in this folder.
    #[error(
        "no node here: {path}: {story}; run `mycel up` for a local network, or name another folder with --home"
    )]
    NotAHome {
        /// The missing file.
        path: String,
        /// What the system says.
        story: String,
    },
    /// A file of the configuration cannot be read.
    #[error("{path}: {story}; correct the file and start again")]
    Config {
        /// Which file.
        path: String,
        /// What is wrong.
        story: String,
    },
    /// A port is taken.
    #[error(
        "port busy: {what} address={address}: {source}; stop the program that listens there or set another address in config/node.toml"
    )]
    PortBusy {
        /// Which door.
        what: &'static str,
        /// Where.
        address: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The block store, the lock or the signer.
    #[error("{0}")]
    Engine(String),
    /// The state machine.
    #[error(transparent)]
    Halt(#[from] Halt),
    /// The state's database.
    #[error("{0}")]
    Store(String),
}

impl NodeError {
    /// The file system refused at `path`.
    pub fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io {
            path: path.display().to_string(),
            source,
        }
    }
}
