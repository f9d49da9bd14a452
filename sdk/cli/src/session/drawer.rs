//! What is committed to and shown later, kept in the home directory until then. Every commitment is kept, so that a
//! transaction that was lost or repeated leaves nothing that cannot be opened.
use std::{
    fs::{self, OpenOptions},
    io::Write,
    marker::PhantomData,
    path::{Path, PathBuf},
};

use serde::{Serialize, de::DeserializeOwned};

use super::Session;
use crate::exit::Failure;

/// Most commitments of one matter that are kept.
const MOST: usize = 100;

/// Something that was committed to.
pub trait Committed: Serialize + DeserializeOwned {
    /// What went to the chain, hexadecimal.
    fn commitment(&self) -> &str;
}

/// The file of one matter.
#[derive(Debug)]
pub struct Drawer<S> {
    path: PathBuf,
    kept: PhantomData<S>,
}

impl<S: Committed> Drawer<S> {
    /// Of a matter, as `case-5-0-42`, of a contract.
    pub fn of(session: &Session, contract: &str, matter: &str) -> Self {
        // the end of an address tells contracts apart
        let tail = &contract[contract.len().saturating_sub(12)..];
        Self {
            path: session.secrets().join(format!("{tail}-{matter}.json")),
            kept: PhantomData,
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// 32 random bytes.
    pub fn salt() -> [u8; 32] {
        salt()
    }

    /// All that is kept.
    pub fn read(&self) -> Result<Vec<S>, Failure> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(vec![]),
            Err(e) => return Err(Failure::file(self.path.display(), &e)),
        };
        serde_json::from_str(&text).map_err(|e| Failure::file(self.path.display(), &e))
    }

    /// Keeps one more, readable by its owner only.
    pub fn keep(&self, secret: S) -> Result<(), Failure> {
        let mut all = self.read()?;
        if all.len() >= MOST {
            all.remove(0);
        }
        all.push(secret);
        let refused = |e: &dyn std::fmt::Display| Failure::file(self.path.display(), e);
        let text = serde_json::to_string_pretty(&all).map_err(|e| refused(&e))?;
        write_private(&self.path, text.as_bytes())
    }

    /// The one that a commitment stands for.
    pub fn find(&self, commitment: &str) -> Result<S, Failure> {
        self.read()?
            .into_iter()
            .find(|secret| secret.commitment() == commitment)
            .ok_or_else(|| {
                Failure::Usage(format!(
                    "file={} does not hold what commitment={commitment} stands for; use the home directory that it was made in (`--home`)",
                    self.path.display()
                ))
            })
    }
}

/// 32 random bytes.
pub fn salt() -> [u8; 32] {
    let mut salt = [0; 32];
    rand::RngCore::fill_bytes(&mut rand::rngs::OsRng, &mut salt);
    salt
}

/// Writes a file that only its owner can read, whole or not at all: what was kept before must not be lost.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let refused = |e: &dyn std::fmt::Display| Failure::file(path.display(), e);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|e| refused(&e))?;
    }
    let fresh = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&fresh).map_err(|e| refused(&e))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&fresh, path))
        .map_err(|e| refused(&e))
}
