//! Proving keys on this machine: found by the verifying key that the chain names, made here if they are development keys.
use std::path::{Path, PathBuf};

use borsh::BorshDeserialize;
use mycel_ceremony::{R1cs, development, transcript::Transcript};
use mycel_client::{
    ClientError,
    network::TRUST,
    trust::proving::{Digests, KeyFolder, ProvingKey},
};
use mycel_types::{AccountAddress, StoreId, key, record::VerifyingKey as VerifyingKeyRecord};
use mycel_verifier::VerifyingKey;
use serde::Serialize;

use super::{Which, circuits};
use crate::{
    exit::Failure,
    output::{Align, Show, table},
    session::Session,
};

/// Arguments of `mycel zk keys`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// Makes the development keys that are not here yet
    #[arg(long)]
    make: bool,
    /// Takes a key of a finished ceremony: its `final.zkey`
    #[arg(long, value_name = "FILE")]
    add: Option<PathBuf>,
    /// Takes it only if it is the one that this transcript of the ceremony names
    #[arg(long, value_name = "FILE", requires = "add")]
    transcript: Option<PathBuf>,
    /// Does not ask the chain which keys it names
    #[arg(long)]
    local: bool,
    /// The trust contract that names them [default: the network's]
    #[arg(long, value_name = "ADDRESS", conflicts_with = "local")]
    contract: Option<String>,
}

#[derive(Serialize)]
struct Line {
    circuit: &'static str,
    /// BLAKE3 of the verifying key: the one that the chain's contract names, else the development key's.
    verifying_key: String,
    /// Whose secret everybody knows: the chain marks it so, or it is this program's own.
    development: bool,
    /// The hash of its ceremony's transcript, as the chain's register has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    ceremony: Option<String>,
    /// The proving key's file.
    file: String,
    here: bool,
    bytes: Option<u64>,
    /// Whether the file makes proofs for this verifying key; absent if it is not here.
    #[serde(skip_serializing_if = "Option::is_none")]
    fits: Option<bool>,
    /// Whether the chain's register has this key under the name that the contract gives it; absent if it was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    registered: Option<bool>,
}

impl Line {
    fn made_by(&self) -> String {
        match &self.ceremony {
            _ if self.development => "development".into(),
            Some(hash) => format!("ceremony {hash}"),
            None => "not told".into(),
        }
    }

    /// What is wrong with it.
    fn wrong(&self) -> Option<String> {
        let circuit = self.circuit;
        if self.fits == Some(false) {
            return Some(format!(
                "circuit {circuit}: file={} is another key, or damaged; delete it and take it again",
                self.file
            ));
        }
        (self.registered == Some(false)).then(|| {
            format!(
                "circuit {circuit}: the contract names verifying key {}, and the chain's register has another under that name",
                self.verifying_key
            )
        })
    }
}

#[derive(Serialize)]
#[serde(transparent)]
struct Lines(Vec<Line>);

impl Show for Lines {
    fn human(&self) -> String {
        let row = |line: &Line| {
            vec![
                line.circuit.to_owned(),
                line.verifying_key[..16].to_owned(),
                line.made_by(),
                match (line.here, line.bytes) {
                    (true, Some(bytes)) => format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20)),
                    _ => "not here".into(),
                },
                yes(line.fits, "").into(),
                yes(line.registered, "not asked").into(),
            ]
        };
        let rows: Vec<_> = self.0.iter().map(row).collect();
        let headings = [
            ("circuit", Align::Left),
            ("key", Align::Left),
            ("made by", Align::Left),
            ("proving key", Align::Right),
            ("fits", Align::Left),
            ("the chain's", Align::Left),
        ];
        table(&headings, &rows)
    }
}

fn yes(said: Option<bool>, none: &'static str) -> &'static str {
    match said {
        None => none,
        Some(true) => "yes",
        Some(false) => "NO",
    }
}

/// Where proving keys are kept: MYCEL_KEYS, else ~/.cache/mycel/keys.
pub fn folder() -> Result<KeyFolder, Failure> {
    let named = std::env::var_os("MYCEL_KEYS").filter(|value| !value.is_empty());
    let path = named.map(PathBuf::from).or_else(|| {
        let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty())?;
        Some(home.join(".cache/mycel/keys"))
    });
    path.map(KeyFolder::new).ok_or_else(|| {
        Failure::Usage("no folder for proving keys; name one with MYCEL_KEYS".into())
    })
}

/// The verifying key of a circuit's development key.
pub fn development_key(which: Which) -> &'static VerifyingKey {
    &development::key(which.kind()).verifying
}

/// The proving key whose verifying key has this digest: from the folder; a development key is made if it is not there.
pub fn proving_key(
    session: &Session,
    which: Which,
    digest: &[u8; 32],
) -> Result<ProvingKey, Failure> {
    let folder = folder()?;
    if !folder.has(digest) {
        if development_key(which).digest() != *digest {
            return Err(Failure::Usage(format!(
                "the key of circuit {} that the chain names ({}) is not here; take it from whoever held the ceremony: `mycel zk keys --add final.zkey --transcript transcript.json`",
                which.name(),
                hex::encode(digest)
            )));
        }
        make(session, which, &folder, digest)?;
    }
    Ok(folder.read(digest)?)
}

fn make(
    session: &Session,
    which: Which,
    folder: &KeyFolder,
    digest: &[u8; 32],
) -> Result<(), Failure> {
    let bar = session.spinner(&format!(
        "making the development key of circuit {}",
        which.name()
    ));
    let key = R1cs::read(&circuits::r1cs(which)).and_then(|r1cs| development::zkey(&r1cs))?;
    bar.finish_and_clear();
    folder.put(digest, &key)?;
    Ok(())
}

/// A transcript speaks of this file.
fn agree(transcript: &Transcript, found: &Digests) -> Result<(), Failure> {
    for (what, told, found) in [
        ("file", &transcript.zkey, found.file),
        ("verifying key", &transcript.verifying_key, found.verifying),
    ] {
        let found = hex::encode(found);
        if *told != found {
            return Err(Failure::Violated(format!(
                "the transcript's {what} is {told}, and this one's is {found}; nothing was taken: fetch the key again"
            )));
        }
    }
    Ok(())
}

/// A transcript comes from where its key comes from; which ceremony a key has is what the chain's register says.
fn compare(told: Option<&[Named]>, key: &[u8; 32], ceremony: [u8; 32]) -> Result<(), Failure> {
    let mut records = told
        .into_iter()
        .flatten()
        .filter_map(|one| one.record.as_ref());
    let hash = hex::encode(ceremony);
    match records.find(|record| record.digest == *key) {
        Some(record) if record.ceremony == Some(ceremony) => {
            eprintln!("of ceremony {hash}, as the chain's register has it, by the node's word");
        }
        Some(record) => {
            let found = record.ceremony.map_or_else(|| "none".into(), hex::encode);
            return Err(Failure::Violated(format!(
                "the transcript is of ceremony {hash}, and the chain's register has {found} for this key; nothing was taken: fetch key and transcript from somebody else"
            )));
        }
        None => eprintln!(
            "of ceremony {hash}: compare it with what your community published, for the chain's register was not asked or does not have this key"
        ),
    }
    Ok(())
}

fn take(
    cmd: &Cmd,
    path: &Path,
    folder: &KeyFolder,
    told: Option<&[Named]>,
    dry: bool,
) -> Result<(), Failure> {
    let read = |path: &Path| std::fs::read(path).map_err(|e| Failure::file(path.display(), &e));
    let bytes = read(path)?;
    let found = KeyFolder::digests(&bytes)?;
    match &cmd.transcript {
        Some(path) => {
            let text = read(path)?;
            let transcript: Transcript =
                serde_json::from_slice(&text).map_err(|e| Failure::file(path.display(), &e))?;
            agree(&transcript, &found)?;
            if transcript.encode() != text {
                return Err(Failure::Violated(format!(
                    "file={} is not a transcript as ceremonies write it; fetch it again",
                    path.display()
                )));
            }
            compare(told, &found.verifying, transcript.hash())?;
        }
        None => eprintln!(
            "compare with the ceremony's transcript, or give it with `--transcript`: file {}",
            hex::encode(found.file)
        ),
    }
    if dry {
        eprintln!("would take verifying key {}", hex::encode(found.verifying));
        return Ok(());
    }
    folder.put(&found.verifying, &bytes)?;
    eprintln!("taken: verifying key {}", hex::encode(found.verifying));
    Ok(())
}

/// A key that the chain names.
struct Named {
    digest: [u8; 32],
    /// What the register has under its name.
    record: Option<VerifyingKeyRecord>,
}

/// The keys that the contract names, and what the chain's register says of them, as the node tells it.
async fn named(session: &Session, contract: &AccountAddress) -> Result<Vec<Named>, Failure> {
    let client = session.client()?;
    let keys = client.trust(contract.clone()).parameters().await?.keys;
    let mut all = vec![];
    for which in Which::ALL {
        let told = keys.of(circuit(which));
        let at = key::verifying_key(&told.id);
        let found = client.store(StoreId::Mycel, &at, None, false).await?.value;
        let record = match found.is_empty() {
            true => None,
            false => Some(
                VerifyingKeyRecord::try_from_slice(&found)
                    .map_err(|e| ClientError::Answer(format!("verifying key={}: {e}", told.id)))?,
            ),
        };
        let digest = <[u8; 32]>::try_from(told.digest.as_slice());
        let digest = digest
            .map_err(|_| ClientError::Answer(format!("digest={} is no digest", told.digest)))?;
        all.push(Named { digest, record });
    }
    Ok(all)
}

fn line(which: Which, named: Option<&Named>, folder: &KeyFolder) -> Line {
    let made_here = development_key(which).digest();
    let digest = named.map_or(made_here, |named| named.digest);
    let record = named.and_then(|named| named.record.as_ref());
    let file = folder.path(&digest);
    let bytes = std::fs::metadata(&file).ok().map(|about| about.len());
    Line {
        circuit: which.name(),
        verifying_key: hex::encode(digest),
        // a development key is one whatever a chain says of it
        development: digest == made_here || record.is_some_and(|record| record.development),
        ceremony: record.and_then(|record| record.ceremony).map(hex::encode),
        file: file.display().to_string(),
        here: bytes.is_some(),
        bytes,
        fits: bytes.map(|_| folder.read(&digest).is_ok()),
        registered: named.map(|_| record.is_some_and(|record| record.digest == digest)),
    }
}

/// Lists keys, makes or takes them.
pub fn run(cmd: &Cmd, session: &Session) -> Result<(), Failure> {
    let folder = folder()?;
    let dry = session.globals().dry_run;
    let contract = match (&cmd.contract, cmd.local) {
        (_, true) => None,
        (Some(name), false) => Some(
            session
                .known(name)?
                .ok_or_else(|| Failure::Usage(format!("contract={name:?} is no address")))?,
        ),
        (None, false) => session.network().and_then(|n| n.contract(TRUST)).cloned(),
    };
    let ask = || match &contract {
        Some(contract) => session.block_on(named(session, contract)).map(Some),
        None => Ok(None),
    };
    if let Some(path) = &cmd.add {
        let told = match cmd.transcript {
            Some(_) => ask()?,
            None => None,
        };
        take(cmd, path, &folder, told.as_deref(), dry)?;
    }
    let told = ask()?;
    let mut lines = vec![];
    for (at, which) in Which::ALL.into_iter().enumerate() {
        let named = told.as_ref().and_then(|told| told.get(at));
        let made_here = development_key(which).digest();
        let wanted = named.is_none_or(|named| named.digest == made_here);
        if cmd.make && wanted && !folder.has(&made_here) && !dry {
            make(session, which, &folder, &made_here)?;
        }
        lines.push(line(which, named, &folder));
    }
    let wrong: Vec<String> = lines.iter().filter_map(Line::wrong).collect();
    session.print(&Lines(lines));
    if !wrong.is_empty() {
        return Err(Failure::Violated(wrong.join("; ")));
    }
    if told.is_none() && !cmd.local && !cmd.make && cmd.add.is_none() {
        return Err(Failure::Unverified(
            "nobody was asked which keys the chain names, for no trust contract is known here: name it with `--contract ADDRESS`, or add `--local`".into(),
        ));
    }
    Ok(())
}

/// A circuit, as the contract names it.
pub fn circuit(which: Which) -> mycel_trust::proofs::Circuit {
    use mycel_trust::proofs::Circuit;
    match which {
        Which::Attest => Circuit::Attest,
        Which::Fold => Circuit::Fold,
        Which::Show => Circuit::Show,
        Which::Member => Circuit::Member,
    }
}
