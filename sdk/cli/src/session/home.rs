//! The home directory: keys, and the network that commands talk to.
use std::path::{Path, PathBuf};

use crate::exit::Failure;

/// `~/.mycel`, or what `--home` or `MYCEL_HOME` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home(PathBuf);

impl Home {
    /// The named folder, else `~/.mycel`. It need not exist.
    pub fn find(named: Option<&Path>) -> Result<Self, Failure> {
        match named {
            Some(path) => Ok(Self(path.to_owned())),
            None => std::env::home_dir()
                .filter(|home| !home.as_os_str().is_empty())
                .map(|home| Self(home.join(".mycel")))
                .ok_or_else(|| {
                    Failure::Usage("no home directory; name one with `--home DIR`".into())
                }),
        }
    }

    /// The network's file.
    pub fn network(&self) -> PathBuf {
        self.0.join("network.json")
    }

    /// The folder of what is committed to and shown later.
    pub fn secrets(&self) -> PathBuf {
        self.0.join("secrets")
    }

    /// The keys' folder.
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }
}
