//! The consensus key's file, in the shape of CometBFT's `priv_validator_key.json`.
use std::{
    fs::OpenOptions,
    io::{self, Read, Write},
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_consensus::SigningKey;
use mycel_types::Address;
use rand_core::{CryptoRng, RngCore};
use serde::{Deserialize, Serialize};

const PUBLIC: &str = "tendermint/PubKeyEd25519";
const PRIVATE: &str = "tendermint/PrivKeyEd25519";

#[derive(Serialize, Deserialize)]
struct Typed {
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

#[derive(Serialize, Deserialize)]
struct Json {
    address: String,
    pub_key: Typed,
    priv_key: Typed,
}

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It cannot be read or written.
    #[error("key file={path}: {error}")]
    Io {
        /// Which file.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// Others may read it.
    #[error("key file={path} has mode={mode:o}: others may read it; run `chmod 600 {path}`")]
    Open {
        /// Which file.
        path: String,
        /// Its permission bits.
        mode: u32,
    },
    /// It is no key file, or its parts contradict each other.
    #[error("key file={path} is no ed25519 validator key: {what}; restore it from a backup")]
    Invalid {
        /// Which file.
        path: String,
        /// What is wrong.
        what: &'static str,
    },
}

/// A consensus key in a file that only its owner reads.
pub struct KeyFile;

impl KeyFile {
    /// Reads a key. A file that others may read is refused.
    pub fn load(path: impl AsRef<Path>) -> Result<SigningKey, KeyError> {
        let path = path.as_ref();
        let name = || path.display().to_string();
        let io = |error| KeyError::Io {
            path: name(),
            error,
        };
        let invalid = |what| KeyError::Invalid { path: name(), what };
        let file = std::fs::File::open(path).map_err(io)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = file.metadata().map_err(io)?.permissions().mode() & 0o777;
            if mode & 0o077 != 0 {
                return Err(KeyError::Open { path: name(), mode });
            }
        }
        let mut text = String::new();
        file.take(4096).read_to_string(&mut text).map_err(io)?;
        let json: Json = serde_json::from_str(&text).map_err(|_| invalid("not the JSON of one"))?;
        if json.priv_key.kind != PRIVATE || json.pub_key.kind != PUBLIC {
            return Err(invalid("another type of key"));
        }
        let bytes = STANDARD
            .decode(&json.priv_key.value)
            .map_err(|_| invalid("no base64"))?;
        let (seed, public) = bytes
            .split_first_chunk::<32>()
            .ok_or_else(|| invalid("too short"))?;
        let key = SigningKey::from(*seed);
        if key.verification_key().as_bytes() != public {
            return Err(invalid("public and private key differ"));
        }
        Ok(key)
    }

    /// Writes a key to a new file that only its owner reads. An existing file is never replaced.
    pub fn create(path: impl AsRef<Path>, key: &SigningKey) -> Result<(), KeyError> {
        let path = path.as_ref();
        let public = key.verification_key().to_bytes();
        let json = Json {
            address: Address::of_ed25519(&public).to_string(),
            pub_key: Typed {
                kind: PUBLIC.into(),
                value: STANDARD.encode(public),
            },
            priv_key: Typed {
                kind: PRIVATE.into(),
                value: STANDARD.encode([key.to_bytes(), public].concat()),
            },
        };
        let text = serde_json::to_string_pretty(&json).expect("plain data");
        let write = || {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(path)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        write().map_err(|error| KeyError::Io {
            path: path.display().to_string(),
            error,
        })
    }

    /// Draws a new key.
    pub fn generate(rng: impl RngCore + CryptoRng) -> SigningKey {
        SigningKey::new(rng)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_survives_its_file_and_open_files_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.json");
        let key = SigningKey::from([3; 32]);
        KeyFile::create(&path, &key).unwrap();
        assert_eq!(KeyFile::load(&path).unwrap().to_bytes(), key.to_bytes());
        assert!(KeyFile::create(&path, &key).is_err(), "never replaced");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let error = KeyFile::load(&path).unwrap_err();
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }

    #[test]
    fn a_broken_key_file_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.json");
        KeyFile::create(&path, &SigningKey::from([3; 32])).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        for bad in [
            "{}".to_owned(),
            text.replace("PrivKeyEd25519", "PrivKeySecp256k1"),
        ] {
            std::fs::write(&path, bad).unwrap();
            assert!(matches!(
                KeyFile::load(&path),
                Err(KeyError::Invalid { .. })
            ));
        }
    }
}
