//! The relay's key: 64 hex digits in a file that only its owner reads.
use std::{
    fs,
    io::{self, Read as _, Write as _},
    path::Path,
};

use k256::ecdsa::SigningKey;

use crate::NodeError;

/// The key that signs for strangers. It holds an allowance and should hold nothing else.
#[derive(Clone)]
pub struct RelayKey(pub(super) SigningKey);

impl RelayKey {
    /// The key of 32 raw bytes; `None` if they are no secp256k1 key.
    pub fn new(bytes: &[u8; 32]) -> Option<Self> {
        SigningKey::from_slice(bytes).ok().map(Self)
    }

    /// The compressed public key.
    pub fn public(&self) -> [u8; 33] {
        let point = self.0.verifying_key().to_encoded_point(true);
        point.as_bytes().try_into().unwrap_or([0; 33])
    }

    /// Reads a key's file, or makes one with a new key.
    pub fn open(path: &Path) -> Result<Self, NodeError> {
        if !path.exists() {
            let key = Self(SigningKey::random(&mut rand::rngs::OsRng));
            key.create(path)?;
            return Ok(key);
        }
        let broken = |story: &str| NodeError::Config {
            path: path.display().to_string(),
            story: story.into(),
        };
        let file = fs::File::open(path).map_err(|e| NodeError::io(path, e))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let found = file.metadata().map_err(|e| NodeError::io(path, e))?;
            if found.permissions().mode() & 0o077 != 0 {
                return Err(broken("others may read the relay's key: chmod 600"));
            }
        }
        let mut text = String::new();
        let read = file.take(256).read_to_string(&mut text);
        read.map_err(|e| NodeError::io(path, e))?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.trim(), &mut bytes)
            .ok()
            .and_then(|()| Self::new(&bytes))
            .ok_or_else(|| broken("not 64 hex digits of a secp256k1 key"))
    }

    /// Writes the key to a new file that only its owner reads. An existing file is never replaced.
    pub fn create(&self, path: &Path) -> Result<(), NodeError> {
        let write = || -> io::Result<()> {
            let mut options = fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(path)?;
            writeln!(file, "{}", hex::encode(self.0.to_bytes()))?;
            file.sync_all()
        };
        write().map_err(|e| NodeError::io(path, e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_key_is_made_once_and_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("relay_key");
        let made = RelayKey::open(&path).unwrap();
        assert_eq!(RelayKey::open(&path).unwrap().public(), made.public());
        assert!(made.create(&path).is_err(), "never replaced");
        fs::write(&path, "00").unwrap();
        assert!(RelayKey::open(&path).is_err());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::write(&path, "11".repeat(32)).unwrap();
            RelayKey::open(&path).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            let story = RelayKey::open(&path).err().unwrap().to_string();
            assert!(story.contains("chmod 600"), "{story}");
        }
    }
}
