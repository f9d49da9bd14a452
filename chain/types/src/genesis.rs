//! Where a chain begins: CometBFT's genesis document with Mycel's `app_state`.
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{AccountAddress, Params};

mod wasm;

pub use wasm::{Base64, GenesisCode, GenesisContract, GenesisEntry, GenesisWasm};

/// The genesis document, in CometBFT's JSON shape.
pub type Genesis = tendermint::Genesis<AppGenesis>;

/// What the application starts from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppGenesis {
    /// Parameters in force from the first block.
    pub params: Params,
    /// Accounts that exist from the start.
    #[serde(default)]
    pub accounts: Vec<GenesisAccount>,
    /// Codes and contracts that exist from the start, with what they hold: whoever runs a node agrees to every byte, so no
    /// key needs to make them.
    #[serde(default, skip_serializing_if = "GenesisWasm::is_empty")]
    pub wasm: GenesisWasm,
    /// Verifying keys that are registered from the start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verifying_keys: Vec<GenesisVerifyingKey>,
}

/// A verifying key that is registered from the start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisVerifyingKey {
    /// Its name.
    pub id: String,
    /// Its bytes.
    pub vk: Base64,
    /// The hash of its ceremony's transcript, 32 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceremony: Option<Base64>,
    /// Whether its secrets are known; development networks only.
    #[serde(default)]
    pub development: bool,
}

/// An account that exists from the start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisAccount {
    /// Whose.
    pub address: AccountAddress,
    /// Coins it owns: (denomination, amount). Genesis may mint, nothing else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coins: Vec<(String, u64)>,
    /// Allowance class; empty means the default one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub class: String,
}

/// SHA-256 of the document's JSON: what a data directory remembers to refuse another chain's genesis.
pub fn hash(genesis: &Genesis) -> [u8; 32] {
    let json = serde_json::to_vec(genesis).expect("a genesis document is plain data");
    Sha256::digest(json).into()
}
