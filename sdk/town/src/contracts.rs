//! The town's contracts: their Wasm, and their addresses, known before they exist, so that each knows its peers.
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use mycel_types::AccountAddress;
use sha2::{Digest, Sha256};

/// The contracts in the order in which they are made.
pub const NAMES: [&str; 4] = [STANDIN, MEMBERS, CREDIT, CLEARING];
/// Decides and judges by one key, until there are an assembly and juries.
pub const STANDIN: &str = "standin";
/// Who belongs.
pub const MEMBERS: &str = "members";
/// Positions.
pub const CREDIT: &str = "credit";
/// Obligations and their clearing.
pub const CLEARING: &str = "clearing";

/// A contract was not compiled.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}; run `cargo xtask contracts`, or name the folder with --contracts")]
pub struct Missing {
    path: String,
    source: std::io::Error,
}

/// Compiled contracts and the addresses that they get from one creator.
#[derive(Clone, Debug)]
pub struct Contracts {
    creator: AccountAddress,
    wasm: BTreeMap<&'static str, Vec<u8>>,
    addresses: BTreeMap<&'static str, AccountAddress>,
}

impl Contracts {
    /// Reads `mycel_<name>.wasm` of each contract.
    pub fn read(folder: &Path, creator: AccountAddress) -> Result<Self, Missing> {
        Self::read_or_native(Some(folder), creator)
    }

    /// As [`Self::read`]; without a folder the contracts have no Wasm, only addresses.
    pub fn read_or_native(folder: Option<&Path>, creator: AccountAddress) -> Result<Self, Missing> {
        let mut wasm = BTreeMap::new();
        for name in NAMES {
            let bytes = match folder {
                Some(folder) => read(&file(folder, name))?,
                None => name.as_bytes().to_vec(),
            };
            wasm.insert(name, bytes);
        }
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

    /// Who creates them.
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
    let name = if name == STANDIN { "double" } else { name };
    folder.join(format!("mycel_{name}.wasm"))
}

fn read(path: &Path) -> Result<Vec<u8>, Missing> {
    std::fs::read(path).map_err(|source| Missing {
        path: path.display().to_string(),
        source,
    })
}
