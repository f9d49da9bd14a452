//! Making proofs: what the wallet knows, as circuits take it, and the keys on this machine.
use std::path::PathBuf;

use mycel_circuits::Circuit;
use mycel_mailbox::{DealKey, Direction, Rating, tree::Path};
pub use mycel_prover::ProvingKey;
use mycel_prover::{ProveError, Silent};
use mycel_verifier::{Fr, Proof};
use rand_core::{CryptoRng, RngCore};

use super::{Folding, Keyring, Mailbox, Showing, TrustError};

/// Proving keys in a folder, each under the digest of its verifying key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFolder(PathBuf);

impl KeyFolder {
    /// The folder, which need not exist.
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Where the key with this verifying key is, or would be.
    pub fn path(&self, digest: &[u8; 32]) -> PathBuf {
        self.0.join(format!("{}.zkey", hex::encode(digest)))
    }

    /// Whether it is here, with what was noted of it.
    pub fn has(&self, digest: &[u8; 32]) -> bool {
        self.path(digest).exists() && self.noted(digest).is_some()
    }

    /// Where BLAKE3 of that file is kept: a key whose points changed has the same verifying key, and all its proofs fail.
    fn note(&self, digest: &[u8; 32]) -> PathBuf {
        self.path(digest).with_extension("blake3")
    }

    fn noted(&self, digest: &[u8; 32]) -> Option<[u8; 32]> {
        let text = std::fs::read_to_string(self.note(digest)).ok()?;
        let mut noted = [0; 32];
        hex::decode_to_slice(text.trim(), &mut noted).ok()?;
        Some(noted)
    }

    /// Reads it, and makes sure that it is the one, as it was when it was put here.
    pub fn read(&self, digest: &[u8; 32]) -> Result<ProvingKey, TrustError> {
        let path = self.path(digest);
        let wrong = |why: String| TrustError::File(format!("{}: {why}", path.display()));
        let file = std::fs::File::open(&path).map_err(|e| wrong(e.to_string()))?;
        let noted = self.noted(digest);
        let noted = noted.ok_or_else(|| {
            wrong(
                "what it was when it was put here is not noted; delete it and take it again".into(),
            )
        })?;
        let key = ProvingKey::read(std::io::BufReader::new(file), Some(&noted), &Silent)
            .map_err(|e| wrong(format!("{e}; delete it")))?;
        if key.verifying_key().digest() != *digest {
            return Err(wrong("is another key than its name says; delete it".into()));
        }
        Ok(key)
    }

    /// The digests of a file of a proving key.
    pub fn digests(bytes: &[u8]) -> Result<Digests, TrustError> {
        let key = ProvingKey::read(bytes, None, &Silent);
        let key = key.map_err(|e| TrustError::File(e.to_string()))?;
        Ok(Digests {
            verifying: key.verifying_key().digest(),
            file: *key.digest(),
        })
    }

    /// Keeps a key, whole or not at all, and BLAKE3 of it beside.
    pub fn put(&self, digest: &[u8; 32], bytes: &[u8]) -> Result<(), TrustError> {
        let (path, note) = (self.path(digest), self.note(digest));
        let noted = format!("{}\n", blake3::hash(bytes).to_hex());
        // what is noted of an older file must not speak of this one, however far this gets
        let forgotten = match std::fs::remove_file(&note) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        };
        forgotten
            .and_then(|()| std::fs::create_dir_all(&self.0))
            .and_then(|()| whole(&path, bytes))
            .and_then(|()| whole(&note, noted.as_bytes()))
            .map_err(|e| TrustError::File(format!("{}: {e}", path.display())))
    }
}

/// Writes a file whole or not at all. Two processes may make the same key at one time.
fn whole(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}.new", std::process::id()));
    std::fs::write(&draft, bytes)?;
    std::fs::rename(&draft, path)
}

/// What tells proving keys apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digests {
    /// BLAKE3 of the verifying key: which proofs it makes.
    pub verifying: [u8; 32],
    /// BLAKE3 of the whole file, as a ceremony's transcript names it.
    pub file: [u8; 32],
}

/// Proves, and verifies the proof: one that does not hold is not given out.
pub fn prove<C: Circuit>(
    key: &ProvingKey,
    circuit: &C,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<(Proof, Vec<Fr>), TrustError> {
    mycel_prover::prove(key, circuit, rng, &Silent).map_err(|e| match e {
        ProveError::Refused(why) => TrustError::Below(why.to_string()),
        ProveError::Unverified => TrustError::Prover(format!(
            "what was made does not verify, and nothing was sent: the proving key is damaged or was altered. Delete {}.zkey (`mycel zk keys` says where it is) and take it again",
            hex::encode(key.verifying_key().digest())
        )),
        other => TrustError::Prover(other.to_string()),
    })
}

/// A rating is one, of the deal's weight.
pub fn attest(
    key: &DealKey,
    dir: Direction,
    rating: &Rating,
) -> Result<mycel_circuits::Attest, TrustError> {
    let made = mycel_circuits::Attest::new(key, dir, *rating);
    made.map_err(|why| TrustError::Below(why.to_string()))
}

/// A state takes in the next entries.
pub fn fold(
    keyring: &Keyring,
    mailbox: &Mailbox,
    folding: &Folding,
) -> Result<mycel_circuits::Fold, TrustError> {
    let identity = keyring.identity(keyring.find(&mailbox.idc)?);
    Ok(mycel_circuits::Fold {
        idc: mailbox.idc,
        c: mailbox.c,
        f: folding.f,
        c_next: folding.after.commit(),
        f_next: folding.f_next,
        sk: identity.sk,
        state: folding.before,
        entries: folding.entries.clone(),
        blinding: folding.after.r,
    })
}

/// The whole history meets thresholds.
pub fn show(showing: &Showing) -> mycel_circuits::Show {
    let purpose = &showing.purpose;
    mycel_circuits::Show {
        root: showing.root,
        period: purpose.period,
        cutoff: purpose.cutoff,
        subject: showing.subject(),
        scope: purpose.scope,
        signal: purpose.signal,
        nullifier: showing.nullifier(),
        thresholds: purpose.thresholds,
        sk: showing.identity.sk,
        state: showing.state,
        f: showing.mailbox.f,
        attr: showing.mailbox.attr,
        tail: showing.tail.clone(),
        path: showing.path,
    }
}

/// What a proof of membership alone is made for. All of it is public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roll {
    /// The root of all leaves.
    pub root: Fr,
    /// Keys set after this day do not count.
    pub cutoff: u32,
    /// Whether the proof names the member.
    pub named: bool,
    /// Within it a member has one nullifier.
    pub scope: Fr,
    /// What the proof is bound to.
    pub signal: Fr,
}

/// Somebody on the roll.
pub fn member(
    keyring: &Keyring,
    mailbox: &Mailbox,
    path: Path,
    roll: &Roll,
) -> Result<mycel_circuits::Member, TrustError> {
    let identity = keyring.identity(keyring.find(&mailbox.idc)?);
    Ok(mycel_circuits::Member {
        root: roll.root,
        cutoff: roll.cutoff,
        subject: match roll.named {
            true => mailbox.idc,
            false => Fr::from(0u64),
        },
        scope: roll.scope,
        signal: roll.signal,
        nullifier: identity.nullifier(roll.scope),
        sk: identity.sk,
        c: mailbox.c,
        f: mailbox.f,
        h: mailbox.h,
        attr: mailbox.attr,
        path,
    })
}
