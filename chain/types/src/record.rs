//! Records of the chain's own tables, as they are stored (borsh) and proven.
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::AccountAddress;

/// An account: its key once known, its sequence and its gas bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Account {
    /// The public key as a protobuf `Any` (type URL, value), from the first signed transaction on.
    pub key: Option<(String, Vec<u8>)>,
    /// How many transactions it has had admitted.
    pub sequence: u64,
    /// The gas allowance.
    pub allowance: Allowance,
}

/// A bucket of gas that refills with time.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Allowance {
    /// Level in milli-gas at `at_ms`.
    pub level: u64,
    /// When the level was true, in milliseconds of block time.
    pub at_ms: u64,
    /// The class; empty is the default class.
    pub class: String,
}

/// A stored code.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Code {
    /// SHA-256 of the uncompressed Wasm.
    pub checksum: [u8; 32],
    /// Who stored it.
    pub creator: AccountAddress,
    /// Who may instantiate it.
    pub permission: Permission,
    /// Whether it is kept in memory.
    pub pinned: bool,
}

/// Who may instantiate a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Nobody.
    Nobody,
    /// Everybody.
    Everybody,
    /// The listed addresses.
    AnyOf(Vec<AccountAddress>),
}

/// A contract.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Contract {
    /// The code it runs.
    pub code_id: u64,
    /// Who created it.
    pub creator: AccountAddress,
    /// Who may migrate it.
    pub admin: Option<AccountAddress>,
    /// A name for people.
    pub label: String,
    /// (height, index of the transaction) of its creation.
    pub created: (u64, u64),
    /// Its instance number, from 1.
    pub instance: u64,
}

/// One step of a contract's code history.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct HistoryEntry {
    /// What happened.
    pub operation: Operation,
    /// To which code.
    pub code_id: u64,
    /// (height, index of the transaction).
    pub updated: (u64, u64),
    /// The JSON message.
    pub msg: Vec<u8>,
}

/// How a contract came to its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Operation {
    /// Instantiated.
    Init,
    /// Migrated.
    Migrate,
    /// Stood in genesis.
    Genesis,
}

/// A gas allowance that one account lends to another.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Grant {
    /// SDK gas left; `None` is without limit.
    pub gas_left: Option<u64>,
    /// Expires at this block time, in milliseconds.
    pub expires_ms: Option<u64>,
}

/// The chain itself.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Chain {
    /// Its name.
    pub id: String,
    /// The first block's height.
    pub initial_height: u64,
    /// Genesis time in milliseconds: the origin of a scaled development clock.
    pub genesis_ms: u64,
    /// SHA-256 of the genesis document.
    pub genesis_hash: [u8; 32],
    /// The gas schedule of contracts.
    pub gas_schedule: u32,
    /// The version of the Wasm preparation pass.
    pub prepare_version: u32,
}

/// The block that made a state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Tip {
    /// Its height; initial height − 1 for genesis.
    pub height: u64,
    /// Its time in milliseconds.
    pub time_ms: u64,
}

/// An end-of-block subscription.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Subscription {
    /// Calls that failed in a row.
    pub failures: u32,
    /// Not called until it is resumed.
    pub suspended: bool,
}

/// A planned upgrade of the node.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Upgrade {
    /// The first block of the new version.
    pub height: u64,
    /// The version's name.
    pub name: String,
}

/// A registered verifying key, without its points.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct VerifyingKey {
    /// BLAKE3 of the key's bytes, under which they are kept.
    pub digest: [u8; 32],
    /// How many public inputs it has.
    pub inputs: u32,
    /// Who registered it; `None` is genesis.
    pub owner: Option<AccountAddress>,
    /// The hash of its ceremony's transcript.
    pub ceremony: Option<[u8; 32]>,
    /// Whether its secrets are known.
    pub development: bool,
}

/// How much of the validators' power changed within the last day, hour by hour.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ValidatorChanges {
    /// In order of time; at most one for each hour.
    pub hours: Vec<HourOfChanges>,
}

/// The changes of an hour.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct HourOfChanges {
    /// When the last of them happened, in milliseconds of block time.
    pub last_ms: u64,
    /// The sum of all differences of power.
    pub changed: u64,
    /// The total power before the first of them.
    pub total_before: u64,
}
