//! Proving keys on this machine: found by the verifying key that the chain names, made here if they are development keys.
use std::path::PathBuf;

use mycel_ceremony::{R1cs, development};
use mycel_client::{
    network::TRUST,
    trust::proving::{KeyFolder, ProvingKey},
};
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
    /// Does not ask the chain which keys it names
    #[arg(long)]
    local: bool,
}

#[derive(Serialize)]
struct Line {
    circuit: &'static str,
    /// BLAKE3 of the verifying key.
    verifying_key: String,
    /// Whose secret everybody knows.
    development: bool,
    /// The proving key's file.
    file: String,
    here: bool,
    bytes: Option<u64>,
    /// Whether the chain names this key; absent if it was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    on_chain: Option<bool>,
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
                if line.development {
                    "development"
                } else {
                    "ceremony"
                }
                .to_owned(),
                match (line.here, line.bytes) {
                    (true, Some(bytes)) => format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20)),
                    _ => "not here".into(),
                },
                match line.on_chain {
                    None => "not asked".into(),
                    Some(true) => "yes".into(),
                    Some(false) => "NO".into(),
                },
            ]
        };
        let rows: Vec<_> = self.0.iter().map(row).collect();
        let headings = [
            ("circuit", Align::Left),
            ("key", Align::Left),
            ("made by", Align::Left),
            ("proving key", Align::Right),
            ("the chain's", Align::Left),
        ];
        table(&headings, &rows)
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
                "the key of circuit {} that the chain names ({}) is not here; take it from whoever held the ceremony: `mycel zk keys --add final.zkey`",
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

/// Lists keys, makes or takes them.
pub fn run(cmd: &Cmd, session: &Session) -> Result<(), Failure> {
    let folder = folder()?;
    if let Some(path) = &cmd.add {
        let bytes = std::fs::read(path).map_err(|e| Failure::file(path.display(), &e))?;
        let digest = KeyFolder::digest_of(&bytes)?;
        if !session.globals().dry_run {
            folder.put(&digest, &bytes)?;
        }
        eprintln!("taken: verifying key {}", hex::encode(digest));
    }
    let named = match (cmd.local, session.network().and_then(|n| n.contract(TRUST))) {
        (false, Some(contract)) => {
            let client = session.client()?;
            let told = session.block_on(client.trust(contract.clone()).parameters())?;
            Some(told.keys)
        }
        _ => None,
    };
    let mut lines = vec![];
    for which in Which::ALL {
        let made_here = development_key(which).digest();
        let on_chain = named.as_ref().map(|keys| {
            let digest = &keys.of(circuit(which)).digest;
            <[u8; 32]>::try_from(digest.as_slice()).unwrap_or_default()
        });
        let digest = on_chain.unwrap_or(made_here);
        let development = digest == made_here;
        if cmd.make && development && !folder.has(&digest) && !session.globals().dry_run {
            make(session, which, &folder, &digest)?;
        }
        let file = folder.path(&digest);
        let bytes = std::fs::metadata(&file).ok().map(|about| about.len());
        lines.push(Line {
            circuit: which.name(),
            verifying_key: hex::encode(digest),
            development,
            file: file.display().to_string(),
            here: bytes.is_some(),
            bytes,
            on_chain: on_chain.map(|_| true),
        });
    }
    session.print(&Lines(lines));
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
