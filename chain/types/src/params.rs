//! What governs a chain: stored in state, changed only by its authorities, hashed into headers where CometBFT does.
use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::AccountAddress;

mod bounds;

/// The parameters in force. Sizes in bytes, gas in SDK gas (1 SDK gas = 140,000 VM gas).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Bytes of a whole block.
    pub block_max_bytes: u64,
    /// Gas limits of a block's transactions together, and gas of its end-of-block calls.
    pub block_max_gas: u64,
    /// Gas of all end-of-block calls of a block together; kept free in every block while there are subscriptions.
    pub end_block_gas: u64,
    /// Bytes of one transaction.
    pub tx_max_bytes: u64,
    /// Gas limit of one transaction.
    pub tx_max_gas: u64,
    /// Bytes of a memo.
    pub memo_max_bytes: u64,
    /// Signatures of one transaction.
    pub tx_max_signatures: u64,
    /// Messages of one transaction.
    pub tx_max_messages: u64,
    /// Bytes of an uncompressed contract.
    pub wasm_max_bytes: u64,
    /// Bytes of one transaction's events and data together.
    pub events_max_bytes: u64,
    /// Bytes of one attribute.
    pub attribute_max_bytes: u64,
    /// Live bytes that one contract may keep until a class or quota says otherwise.
    pub contract_quota_bytes: u64,
    /// What storage and signatures cost.
    pub gas: GasPrices,
    /// Allowance classes by name.
    pub classes: BTreeMap<String, AllowanceClass>,
    /// The class of an account that nobody has classed. Empty outside development: then none.
    pub default_class: String,
    /// Who may change what.
    pub authorities: Authorities,
    /// Development networks may seed and speed up; never true on a real one.
    pub development: bool,
    /// How many times faster contracts see time pass; 1 outside development.
    pub time_scale: u64,
}

/// Prices in SDK gas, as the Cosmos SDK's KV store charges.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
#[serde(default, deny_unknown_fields)]
pub struct GasPrices {
    /// A read.
    pub read: u64,
    /// Each byte read, key and value.
    pub read_byte: u64,
    /// A write.
    pub write: u64,
    /// Each byte written, key and value.
    pub write_byte: u64,
    /// A deletion.
    pub delete: u64,
    /// A step of an iterator.
    pub next: u64,
    /// Each byte of a transaction.
    pub tx_byte: u64,
    /// A signature.
    pub signature: u64,
    /// Each byte of stored code.
    pub store_code_byte: u64,
    /// Each function of stored code.
    pub store_code_function: u64,
    /// Setting up a contract call.
    pub instance: u64,
    /// Verifying a Groth16 proof.
    pub groth16: u64,
    /// Each public input of a proof.
    pub groth16_input: u64,
    /// A hash with Poseidon.
    pub poseidon: u64,
    /// Each cell of the hash's matrix, (inputs + 1)² of them.
    pub poseidon_cell: u64,
}

/// How much gas an account may use, and how fast that regenerates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowanceClass {
    /// The bucket's size in SDK gas.
    pub capacity: u64,
    /// Refill in milli-gas a millisecond, which is SDK gas a second.
    pub rate: u64,
    /// Whether the account may store code.
    pub may_store_code: bool,
}

/// The addresses that may change the chain; `None` while no such contract exists.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
#[serde(default, deny_unknown_fields)]
pub struct Authorities {
    /// Sets allowance classes of accounts.
    pub members: Option<AccountAddress>,
    /// Parameters, validators, upgrades, verifying keys.
    pub assembly: Option<AccountAddress>,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            block_max_bytes: 2 << 20,
            block_max_gas: 100_000_000,
            end_block_gas: 2_000_000,
            tx_max_bytes: 1 << 20,
            tx_max_gas: 20_000_000,
            memo_max_bytes: 256,
            tx_max_signatures: 7,
            tx_max_messages: 64,
            wasm_max_bytes: 2 << 20,
            events_max_bytes: 256 << 10,
            attribute_max_bytes: 16 << 10,
            contract_quota_bytes: 256 << 20,
            gas: GasPrices::default(),
            classes: BTreeMap::new(),
            default_class: String::new(),
            authorities: Authorities::default(),
            development: false,
            time_scale: 1,
        }
    }
}

impl Default for GasPrices {
    fn default() -> Self {
        Self {
            read: 1000,
            read_byte: 3,
            write: 2000,
            write_byte: 30,
            delete: 1000,
            next: 30,
            tx_byte: 10,
            signature: 1000,
            store_code_byte: 8,
            store_code_function: 80,
            instance: 2000,
            // fitted to what a validator needs: `cargo xtask bench zk`
            groth16: 9500,
            groth16_input: 150,
            poseidon: 40,
            poseidon_cell: 11,
        }
    }
}

impl Params {
    /// The largest block that value sync carries to a node that catches up.
    pub const MOST_BLOCK_BYTES: u64 = 8 << 20;

    /// Parameters of a development network: one generous class for all.
    pub fn development() -> Self {
        let class = AllowanceClass {
            capacity: 2_000_000_000,
            rate: 20_000_000,
            may_store_code: true,
        };
        Self {
            classes: BTreeMap::from([("developer".into(), class)]),
            default_class: "developer".into(),
            development: true,
            ..Self::default()
        }
    }

    /// The header's `consensus_hash`: SHA-256 of CometBFT's `HashedParams {block_max_bytes = 1, block_max_gas = 2}`.
    pub fn consensus_hash(&self) -> [u8; 32] {
        let hashed = tendermint_proto::types::HashedParams {
            block_max_bytes: i64::try_from(self.block_max_bytes).unwrap_or(i64::MAX),
            block_max_gas: i64::try_from(self.block_max_gas).unwrap_or(i64::MAX),
        };
        Sha256::digest(prost::Message::encode_to_vec(&hashed)).into()
    }

    /// Whether the parameters contradict each other or the system's own limits; says which and what to change.
    pub fn validate(&self) -> Result<(), String> {
        let at_most = |what: &str, value: u64, limit: u64| {
            if value > limit {
                Err(format!("{what}={value} is above limit={limit}"))
            } else {
                Ok(())
            }
        };
        at_most(
            "block_max_bytes",
            self.block_max_bytes,
            Self::MOST_BLOCK_BYTES,
        )?;
        at_most("block_max_gas", self.block_max_gas, 1 << 40)?;
        at_most("tx_max_bytes", self.tx_max_bytes, self.block_max_bytes)?;
        at_most("tx_max_gas", self.tx_max_gas, self.block_max_gas)?;
        at_most("wasm_max_bytes", self.wasm_max_bytes, 16 << 20)?;
        if self.time_scale == 0 || (self.time_scale != 1 && !self.development) {
            return Err(format!(
                "time_scale={} needs a development network",
                self.time_scale
            ));
        }
        if !self.default_class.is_empty() && !self.classes.contains_key(&self.default_class) {
            return Err(format!(
                "default_class={} is not among classes",
                self.default_class
            ));
        }
        Ok(())
    }
}
