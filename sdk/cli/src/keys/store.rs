//! Key files: `keys/NAME.json` with the address in clear and the words encrypted with age (scrypt), mode 0600.
use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use age::secrecy::SecretString;
use mycel_client::SecretKey;
use mycel_types::AccountAddress;
use serde::{Deserialize, Serialize};

/// Names that mean something else already.
const RESERVED: [&str; 9] = [
    "operator",
    "credit",
    "members",
    "clearing",
    "sortition",
    "assembly",
    "commons",
    "funding",
    "trust",
];
/// Bytes of a key file.
const MAX_BYTES: u64 = 64 << 10;

/// Why a key cannot be kept or used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// No such key.
    #[error("no key={0:?} here; see `mycel keys list`, or make it with `mycel keys add {0}`")]
    NoKey(String),
    /// The name is taken.
    #[error("key={0:?} exists already; choose another name, or move its file away first")]
    Exists(String),
    /// The name would be no file name, or would be mistaken for something else.
    #[error(
        "invalid name={0:?}: use 1 to 64 letters, digits, `-` or `_`, beginning with a letter, and neither `mycel1…`, `member-…`, `operator` nor a contract's name"
    )]
    Name(String),
    /// Others can read the file.
    #[error("key file={path} can be read by others (mode={mode:03o}); run `chmod 600 {path}`")]
    Open {
        /// Which.
        path: String,
        /// Its mode.
        mode: u32,
    },
    /// The file cannot be read or written.
    #[error("key file={path}: {story}")]
    File {
        /// Which.
        path: String,
        /// What the system said.
        story: String,
    },
    /// The file is damaged.
    #[error("key file={path} is damaged: {story}; restore it with `mycel keys add NAME --recover`")]
    Damaged {
        /// Which.
        path: String,
        /// Where.
        story: String,
    },
    /// The passphrase is wrong.
    #[error("wrong passphrase for key={0:?}")]
    Passphrase(String),
    /// Nobody can be asked.
    #[error("a passphrase is needed; set MYCEL_PASSPHRASE or name a file with `--passphrase-file`")]
    NoPassphrase,
    /// An empty passphrase protects nothing.
    #[error("an empty passphrase protects nothing; choose one")]
    EmptyPassphrase,
}

/// The folder of key files.
#[derive(Clone, Debug)]
pub struct KeyStore(PathBuf);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    address: AccountAddress,
    /// Armored age of [`Secret`] as JSON.
    encrypted: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Secret {
    words: String,
    index: u32,
}

impl KeyStore {
    /// The store in this folder, which need not exist.
    pub fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.json"))
    }

    /// Refuses a name that is taken or cannot be one.
    pub fn check_new(&self, name: &str) -> Result<(), KeyError> {
        let reserved =
            name.starts_with("mycel1") || name.starts_with("member-") || RESERVED.contains(&name);
        if reserved || !is_name(name) {
            return Err(KeyError::Name(name.into()));
        }
        if self.path(name).exists() {
            return Err(KeyError::Exists(name.into()));
        }
        Ok(())
    }

    /// Keeps a key, encrypted.
    pub fn add(
        &self,
        name: &str,
        words: &str,
        index: u32,
        key: &SecretKey,
        passphrase: &str,
    ) -> Result<(), KeyError> {
        self.check_new(name)?;
        if passphrase.is_empty() {
            return Err(KeyError::EmptyPassphrase);
        }
        let path = self.path(name);
        let damaged = |e: &dyn std::fmt::Display| damaged(&path, e);
        let secret = Secret {
            words: words.into(),
            index,
        };
        let secret = serde_json::to_vec(&secret).map_err(|e| damaged(&e))?;
        let recipient = age::scrypt::Recipient::new(SecretString::from(passphrase.to_owned()));
        let file = KeyFile {
            address: key.address(),
            encrypted: age::encrypt_and_armor(&recipient, &secret).map_err(|e| damaged(&e))?,
        };
        let mut text = serde_json::to_vec_pretty(&file).map_err(|e| damaged(&e))?;
        text.push(b'\n');
        fs::create_dir_all(&self.0).map_err(|e| unreadable(&self.0, &e))?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&path)
            .and_then(|mut file| file.write_all(&text).and_then(|()| file.sync_all()))
            .map_err(|e| unreadable(&path, &e))
    }

    /// The key, decrypted.
    pub fn unlock(&self, name: &str, passphrase: &str) -> Result<SecretKey, KeyError> {
        let path = self.path(name);
        let file = self
            .read(name)?
            .ok_or_else(|| KeyError::NoKey(name.into()))?;
        let identity = age::scrypt::Identity::new(SecretString::from(passphrase.to_owned()));
        let secret = age::decrypt(&identity, file.encrypted.as_bytes()).map_err(|e| match e {
            age::DecryptError::DecryptionFailed
            | age::DecryptError::KeyDecryptionFailed
            | age::DecryptError::NoMatchingKeys => KeyError::Passphrase(name.into()),
            other => damaged(&path, &other),
        })?;
        let secret: Secret = serde_json::from_slice(&secret).map_err(|e| damaged(&path, &e))?;
        let key = SecretKey::from_mnemonic(&secret.words, secret.index)
            .map_err(|e| damaged(&path, &e))?;
        if key.address() != file.address {
            return Err(damaged(&path, &"the address is not the key's"));
        }
        Ok(key)
    }

    /// The address under a name; `None` if there is no such key.
    pub fn address(&self, name: &str) -> Result<Option<AccountAddress>, KeyError> {
        if !is_name(name) {
            return Ok(None);
        }
        Ok(self.read(name)?.map(|file| file.address))
    }

    /// The name of an address.
    pub fn name_of(&self, address: &str) -> Option<String> {
        let keys = self.list().ok()?;
        keys.into_iter()
            .find(|(_, owned)| owned.to_string() == address)
            .map(|(name, _)| name)
    }

    /// All names with their addresses, sorted.
    pub fn list(&self) -> Result<Vec<(String, AccountAddress)>, KeyError> {
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(vec![]),
            Err(e) => return Err(unreadable(&self.0, &e)),
        };
        let mut keys = Vec::new();
        for entry in entries {
            let file = entry.map_err(|e| unreadable(&self.0, &e))?.file_name();
            let name = file.to_str().and_then(|file| file.strip_suffix(".json"));
            if let Some(name) = name.filter(|name| is_name(name))
                && let Some(address) = self.address(name)?
            {
                keys.push((name.to_owned(), address));
            }
        }
        keys.sort();
        Ok(keys)
    }

    fn read(&self, name: &str) -> Result<Option<KeyFile>, KeyError> {
        let path = self.path(name);
        let about = match fs::metadata(&path) {
            Ok(about) => about,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(unreadable(&path, &e)),
        };
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o777;
            if mode & 0o077 != 0 {
                return Err(KeyError::Open {
                    path: path.display().to_string(),
                    mode,
                });
            }
        }
        if about.len() > MAX_BYTES {
            return Err(damaged(&path, &"too large"));
        }
        let text = fs::read(&path).map_err(|e| unreadable(&path, &e))?;
        serde_json::from_slice(&text)
            .map(Some)
            .map_err(|e| damaged(&path, &e))
    }
}

fn is_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

fn unreadable(path: &Path, error: &std::io::Error) -> KeyError {
    KeyError::File {
        path: path.display().to_string(),
        story: error.to_string(),
    }
}

fn damaged(path: &Path, story: &dyn std::fmt::Display) -> KeyError {
    KeyError::Damaged {
        path: path.display().to_string(),
        story: story.to_string(),
    }
}
