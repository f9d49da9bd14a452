//! Records of one contract in one state, each with its proof: read from a node, or from a file of bundles that was
//! written earlier. What is read is kept, so that it can be written.
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use borsh::BorshDeserialize;
use mycel_client::{Http, Snapshot, Trust};
use mycel_kit::Key;
use mycel_light::{Verified, verify};
use mycel_types::{AccountAddress, StoreId, key};

use crate::exit::Failure;

/// Where records come from, and where they go.
#[derive(Debug, clap::Args)]
pub struct Where {
    /// The state's height [default: the newest that is provable]
    #[arg(long, value_name = "N", conflicts_with = "state")]
    pub height: Option<u64>,
    /// Writes every record with its proof to this file
    #[arg(long, short = 'o', value_name = "FILE", conflicts_with = "state")]
    out: Option<PathBuf>,
    /// Reads records from such a file, without any node
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
}

enum Source<'a> {
    Node(&'a Snapshot<'a, Http>),
    File(BTreeMap<Vec<u8>, Option<Vec<u8>>>),
}

/// Records of a contract.
pub struct Entries<'a> {
    contract: AccountAddress,
    /// The state's height.
    pub height: u64,
    source: Source<'a>,
    read: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    /// In a bundle's one spelling.
    bundles: Vec<String>,
    keep: bool,
}

impl<'a> Entries<'a> {
    /// Of a node's state.
    pub fn of(contract: AccountAddress, snapshot: &'a Snapshot<'a, Http>, place: &Where) -> Self {
        Self {
            contract,
            height: snapshot.height(),
            source: Source::Node(snapshot),
            read: BTreeMap::new(),
            bundles: vec![],
            keep: place.out.is_some(),
        }
    }

    /// Of a file, whose every bundle is verified: all of one state, each proven by a header that is trusted.
    pub fn in_file(
        contract: AccountAddress,
        path: &Path,
        trust: &Trust,
    ) -> Result<Entries<'static>, Failure> {
        let text = std::fs::read_to_string(path).map_err(|e| Failure::file(path.display(), &e))?;
        let wrong = |why: String| {
            Failure::Usage(format!(
                "{}: {why}; write such a file with `-o FILE` beside a node",
                path.display()
            ))
        };
        let bundles: Vec<String> = serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?;
        let (mut all, mut first) = (BTreeMap::new(), None::<Verified>);
        for bundle in bundles {
            let verified = verify(bundle.as_bytes(), trust).map_err(Failure::Verify)?;
            let same = first.as_ref().is_none_or(|first| {
                (first.height, first.app_hash) == (verified.height, verified.app_hash)
            });
            if !same {
                return Err(wrong("its records are of different states".into()));
            }
            if verified.store == StoreId::Mycel {
                all.insert(verified.key.clone(), verified.value.clone());
            }
            first.get_or_insert(verified);
        }
        let first = first.ok_or_else(|| wrong("it is empty".into()))?;
        Ok(Entries {
            contract,
            height: first.height,
            source: Source::File(all),
            read: BTreeMap::new(),
            bundles: vec![],
            keep: false,
        })
    }

    /// How many records were read.
    pub fn count(&self) -> usize {
        self.read.len()
    }

    /// The bytes of an entry; `None` is proven absence.
    pub async fn bytes(&mut self, entry: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
        if let Some(known) = self.read.get(entry) {
            return Ok(known.clone());
        }
        let whole = key::contract_data(&self.contract, entry);
        let value = match &self.source {
            Source::File(all) => all.get(&whole).cloned().ok_or_else(|| {
                Failure::Usage(format!(
                    "the file has nothing about key={}: it is about something else; name the same numbers as when it was written",
                    hex::encode(entry)
                ))
            })?,
            Source::Node(snapshot) if self.keep => {
                let bundle = snapshot.bundle(StoreId::Mycel, &whole).await?;
                let text = String::from_utf8_lossy(&bundle.to_json()).into_owned();
                self.bundles.push(text);
                bundle.value
            }
            Source::Node(snapshot) => snapshot.get(StoreId::Mycel, &whole).await?,
        };
        self.read.insert(entry.to_vec(), value.clone());
        Ok(value)
    }

    /// A record, if there is one.
    pub async fn may<R: BorshDeserialize>(&mut self, key: &Key<R>) -> Result<Option<R>, Failure> {
        let Some(bytes) = self.bytes(key.bytes()).await? else {
            return Ok(None);
        };
        let read = key.decode(&bytes).map(Some);
        read.map_err(|error| Failure::Violated(format!("a record is unreadable: {error}")))
    }

    /// Numbers behind a prefix of a key of which the file has a record: whom it is about.
    pub fn numbers_in_file(&self, prefix: &[u8]) -> Option<Vec<u64>> {
        let Source::File(all) = &self.source else {
            return None;
        };
        let prefix = key::contract_data(&self.contract, prefix);
        let after = all
            .keys()
            .filter_map(|key| key.strip_prefix(prefix.as_slice()));
        let numbers = after.filter_map(|rest| Some(u64::from_be_bytes(rest.try_into().ok()?)));
        Some(numbers.collect())
    }

    /// Writes what was read; says where.
    pub fn write(&self, place: &Where, dry_run: bool) -> Result<Option<String>, Failure> {
        let Some(path) = &place.out else {
            return Ok(None);
        };
        if dry_run {
            return Ok(None);
        }
        let text = serde_json::to_string(&self.bundles).unwrap_or_default();
        std::fs::write(path, text).map_err(|e| Failure::file(path.display(), &e))?;
        Ok(Some(path.display().to_string()))
    }
}

/// One thing that must hold, and whether it does.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Check {
    /// In words.
    pub what: String,
    /// Whether it holds.
    pub holds: bool,
    /// Both sides, or the numbers that it follows from.
    pub numbers: String,
}

impl Check {
    /// Two numbers that must be the same.
    pub fn same(what: &str, left: u128, right: u128) -> Self {
        let numbers = match left == right {
            true => left.to_string(),
            false => format!("{left} is not {right}"),
        };
        Self {
            what: what.into(),
            holds: left == right,
            numbers,
        }
    }

    /// Something that must hold of numbers.
    pub fn that(what: &str, holds: bool, numbers: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            holds,
            numbers: numbers.into(),
        }
    }
}

/// Checks as a list.
pub fn lines(checks: &[Check]) -> String {
    let line = |check: &Check| {
        let verdict = if check.holds { "holds" } else { "FAILS" };
        format!("{verdict}  {}: {}\n", check.what, check.numbers)
    };
    checks.iter().map(line).collect()
}
