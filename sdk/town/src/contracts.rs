//! The town's contracts: their Wasm, and their addresses, known before they exist, so that each knows its peers.
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use mycel_types::AccountAddress;
use sha2::{Digest, Sha256};

/// The contracts in the order in which they are made.
pub const NAMES: [&str; 8] = [
    ASSEMBLY, SORTITION, MEMBERS, CREDIT, CLEARING, COMMONS, FUNDING, TRUST,
];
/// Decides, and is everybody's authority.
pub const ASSEMBLY: &str = "assembly";
/// Draws panels and juries.
pub const SORTITION: &str = "sortition";
/// Who belongs.
pub const MEMBERS: &str = "members";
/// Positions.
pub const CREDIT: &str = "credit";
/// Obligations and their clearing.
pub const CLEARING: &str = "clearing";
/// Harvest rights that follow nature.
pub const COMMONS: &str = "commons";
/// Rounds of funding, dividends, contributions.
pub const FUNDING: &str = "funding";

/// Sealed ratings, and proofs about them.
pub const TRUST: &str = "trust";

/// A contract was not compiled.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}; run `cargo xtask contracts`, or name the folder with --contracts")]
pub struct Missing {
    path: String,
    source: std::io::Error,
}

/// Compiled contracts and their addresses.
#[derive(Clone, Debug)]
pub struct Contracts {
    creator: AccountAddress,
    wasm: BTreeMap<&'static str, Vec<u8>>,
    addresses: BTreeMap<&'static str, AccountAddress>,
}

/// Who makes what stands in genesis: an address that no key has, as it is a hash and as long as a contract's.
pub fn genesis() -> AccountAddress {
    let hash = Sha256::digest(b"mycel/genesis").to_vec();
    AccountAddress::new(hash).expect("32 bytes are an address")
}

impl Contracts {
    /// Reads `mycel_<name>.wasm` of each contract.
    pub fn read(folder: &Path) -> Result<Self, Missing> {
        Self::read_or_native(Some(folder))
    }

    /// As [`Self::read`]; without a folder the contracts have no Wasm, only addresses.
    pub fn read_or_native(folder: Option<&Path>) -> Result<Self, Missing> {
        let mut wasm = BTreeMap::new();
        for name in NAMES {
            let bytes = match folder {
                Some(folder) => read(&file(folder, name))?,
                None => name.as_bytes().to_vec(),
            };
            wasm.insert(name, bytes);
        }
        let creator = genesis();
        let address = |(name, wasm): (&&'static str, &Vec<u8>)| {
            let checksum: [u8; 32] = Sha256::digest(wasm).into();
            let address = AccountAddress::instantiate2(&checksum, &creator, &salt(name), b"");
            (*name, address)
        };
        Ok(Self {
            addresses: wasm.iter().map(address).collect(),
            wasm,
            creator,
        })
    }

    /// Who creates them: [`genesis`].
    pub fn creator(&self) -> &AccountAddress {
        &self.creator
    }

    /// A contract's Wasm.
    pub fn wasm(&self, name: &str) -> &[u8] {
        self.wasm.get(name).map_or(&[], Vec::as_slice)
    }

    /// SHA-256 of a contract's Wasm.
    pub fn checksum(&self, name: &str) -> [u8; 32] {
        Sha256::digest(self.wasm(name)).into()
    }

    /// A contract's address.
    pub fn address(&self, name: &str) -> &AccountAddress {
        // every name of NAMES has one, and only those are asked for
        self.addresses.get(name).unwrap_or(&self.creator)
    }

    /// All addresses but credit's, by name.
    pub fn others(&self) -> BTreeMap<String, AccountAddress> {
        let others = self.addresses.iter().filter(|(name, _)| **name != CREDIT);
        others
            .map(|(name, address)| ((*name).to_owned(), address.clone()))
            .collect()
    }
}

/// What makes a contract's address predictable.
pub fn salt(name: &str) -> Vec<u8> {
    format!("mycel/{name}").into_bytes()
}

fn file(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("mycel_{name}.wasm"))
}

fn read(path: &Path) -> Result<Vec<u8>, Missing> {
    std::fs::read(path).map_err(|source| Missing {
        path: path.display().to_string(),
        source,
    })
}
