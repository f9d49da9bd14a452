//! The signer that keeps its memory in a file.
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use borsh::{BorshDeserialize, BorshSerialize};
use ed25519_consensus::SigningKey;
use sha2::{Digest, Sha256};

use super::{Purpose, Refused, SignPoint, Signature, Signer};

const MAGIC: &[u8; 8] = b"mycsign1";
/// Places of one height that are remembered. More rounds than this many steps have only their last ones left;
/// the others are refused as lying behind.
const KEPT: usize = 256;

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct Entry {
    at: SignPoint,
    bytes: Vec<u8>,
    signature: Signature,
}

/// What was signed at the highest height, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct Track(Vec<Entry>);

impl Track {
    /// `Some` if these bytes were signed there before, `None` if the place is new and lies ahead.
    fn recall(&self, at: SignPoint, bytes: &[u8]) -> Result<Option<Signature>, Refused> {
        if let Some(entry) = self.0.iter().find(|e| e.at == at) {
            return if entry.bytes == bytes {
                Ok(Some(entry.signature))
            } else {
                Err(Refused::Conflict(at))
            };
        }
        match self.0.last() {
            Some(last) if at < last.at => Err(Refused::Backwards {
                asked: at,
                last: last.at,
            }),
            _ => Ok(None),
        }
    }

    fn remember(&mut self, entry: Entry) {
        if self.0.last().is_some_and(|l| l.at.height < entry.at.height) {
            self.0.clear();
        }
        if self.0.len() >= KEPT {
            self.0.remove(0);
        }
        self.0.push(entry);
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct Memory {
    key: [u8; 32],
    signed: Track,
}

/// A signer with its memory in the file `sign`, replaced whole and synced before a signature is returned.
pub struct FileSigner {
    key: SigningKey,
    path: PathBuf,
    memory: Memory,
}

impl FileSigner {
    /// Opens the memory at `path`, or begins one.
    pub fn open(path: impl Into<PathBuf>, key: SigningKey) -> io::Result<Self> {
        let path = path.into();
        let public = key.verification_key().to_bytes();
        let memory = match fs::read(&path) {
            Ok(bytes) => {
                let memory = decode(&bytes).ok_or_else(|| {
                    invalid(&path, "it is corrupt; restore it from a backup, or move it away only if this key signed nothing for at least one whole height")
                })?;
                if memory.key != public {
                    return Err(invalid(
                        &path,
                        "it belongs to another consensus key; put back the key file that was here before",
                    ));
                }
                memory
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let memory = Memory {
                    key: public,
                    ..Memory::default()
                };
                replace(&path, &encode(&memory))?;
                memory
            }
            Err(e) => return Err(e),
        };
        Ok(Self { key, path, memory })
    }

    /// The highest place at which a vote or proposal was signed.
    pub fn last(&self) -> Option<SignPoint> {
        self.memory.signed.0.last().map(|e| e.at)
    }
}

impl Signer for FileSigner {
    fn public_key(&self) -> [u8; 32] {
        self.memory.key
    }

    fn sign(&mut self, at: SignPoint, bytes: &[u8]) -> Result<Signature, Refused> {
        let mut memory = self.memory.clone();
        if let Some(signature) = memory.signed.recall(at, bytes)? {
            return Ok(signature);
        }
        let signature = self.key.sign(bytes).to_bytes();
        memory.signed.remember(Entry {
            at,
            bytes: bytes.to_vec(),
            signature,
        });
        // only what is on disk may be remembered in memory, or a failed write would allow a conflict later
        replace(&self.path, &encode(&memory)).map_err(|e| Refused::Store(e.to_string()))?;
        self.memory = memory;
        Ok(signature)
    }

    fn vouch(&self, purpose: Purpose, bytes: &[u8]) -> Signature {
        self.key.sign(&purpose.sign_bytes(bytes)).to_bytes()
    }
}

fn invalid(path: &Path, what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("sign file={}: {what}", path.display()),
    )
}

fn encode(memory: &Memory) -> Vec<u8> {
    let body = borsh::to_vec(memory).expect("writing to memory cannot fail");
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&Sha256::digest(&body));
    bytes.extend_from_slice(&body);
    bytes
}

fn decode(bytes: &[u8]) -> Option<Memory> {
    let (sum, body) = bytes.strip_prefix(MAGIC)?.split_at_checked(32)?;
    (Sha256::digest(body).as_slice() == sum)
        .then(|| borsh::from_slice(body).ok())
        .flatten()
}

/// Writes a new file, syncs it, renames it over the old one and syncs the directory.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&fresh)?;
    file.write_all(bytes)?;
    file.sync_data()?;
    fs::rename(&fresh, path)?;
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => File::open(dir)?.sync_all(),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Step, *};

    fn at(height: u64, round: u32, step: Step) -> SignPoint {
        SignPoint {
            height,
            round,
            step,
        }
    }

    fn open(dir: &Path) -> FileSigner {
        FileSigner::open(dir.join("sign"), SigningKey::from([7; 32])).unwrap()
    }

    #[test]
    fn the_same_bytes_get_the_same_signature_even_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let mut signer = open(dir.path());
        let prevote = signer.sign(at(5, 0, Step::Prevote), b"a").unwrap();
        let precommit = signer.sign(at(5, 0, Step::Precommit), b"b").unwrap();
        let mut signer = open(dir.path());
        assert_eq!(signer.sign(at(5, 0, Step::Prevote), b"a"), Ok(prevote));
        assert_eq!(signer.sign(at(5, 0, Step::Precommit), b"b"), Ok(precommit));
        assert_eq!(signer.last(), Some(at(5, 0, Step::Precommit)));
    }

    #[test]
    fn a_double_sign_and_a_step_backwards_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let mut signer = open(dir.path());
        signer.sign(at(5, 1, Step::Prevote), b"a").unwrap();
        for mut signer in [signer, open(dir.path())] {
            assert!(matches!(
                signer.sign(at(5, 1, Step::Prevote), b"b"),
                Err(Refused::Conflict(_))
            ));
            for behind in [
                at(5, 1, Step::Proposal),
                at(5, 0, Step::Precommit),
                at(4, 9, Step::Precommit),
            ] {
                assert!(matches!(
                    signer.sign(behind, b"a"),
                    Err(Refused::Backwards { .. })
                ));
            }
        }
        let mut signer = open(dir.path());
        signer.sign(at(6, 0, Step::Proposal), b"c").unwrap();
        assert!(matches!(
            signer.sign(at(5, 1, Step::Prevote), b"a"),
            Err(Refused::Backwards { .. })
        ));
    }

    #[test]
    fn what_is_vouched_for_cannot_be_taken_for_a_vote() {
        let dir = tempfile::tempdir().unwrap();
        let signer = open(dir.path());
        let vote = mycel_types::header::vote_sign_bytes(
            "test-1",
            mycel_types::header::VoteKind::Precommit,
            7,
            0,
            None,
        );
        let key = signer.public_key();
        for purpose in [Purpose::Init, Purpose::Peer, Purpose::Extension] {
            let signature = signer.vouch(purpose, &vote);
            let verify =
                |bytes: &[u8]| mycel_types::header::verify_ed25519(&key, bytes, &signature);
            assert!(verify(&purpose.sign_bytes(&vote)) && !verify(&vote));
        }
    }

    #[test]
    fn rounds_without_end_stay_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let mut signer = open(dir.path());
        for round in 0..KEPT as u32 + 20 {
            signer.sign(at(1, round, Step::Prevote), b"x").unwrap();
        }
        assert_eq!(signer.memory.signed.0.len(), KEPT);
        assert!(matches!(
            signer.sign(at(1, 0, Step::Prevote), b"x"),
            Err(Refused::Backwards { .. })
        ));
    }

    #[test]
    fn a_corrupt_or_foreign_file_is_refused_with_the_next_step() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sign");
        open(dir.path())
            .sign(at(1, 0, Step::Prevote), b"x")
            .unwrap();
        let good = fs::read(&path).unwrap();
        for i in [0, 9, 45, good.len() - 1] {
            let mut bad = good.clone();
            bad[i] ^= 1;
            fs::write(&path, bad).unwrap();
            let error = FileSigner::open(&path, SigningKey::from([7; 32]))
                .err()
                .unwrap();
            assert!(error.to_string().contains("restore it"), "{error}");
        }
        fs::write(&path, good).unwrap();
        let error = FileSigner::open(&path, SigningKey::from([8; 32]))
            .err()
            .unwrap();
        assert!(
            error.to_string().contains("another consensus key"),
            "{error}"
        );
    }

    #[test]
    fn what_could_not_be_stored_is_not_signed() {
        let dir = tempfile::tempdir().unwrap();
        let mut signer = open(dir.path());
        signer.path = dir.path().join("gone/sign");
        assert!(matches!(
            signer.sign(at(1, 0, Step::Prevote), b"x"),
            Err(Refused::Store(_))
        ));
        signer.path = dir.path().join("sign");
        signer.sign(at(1, 0, Step::Prevote), b"y").unwrap();
    }
}
