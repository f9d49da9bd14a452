//! The chain's parameters as contracts see and change them.
use std::collections::BTreeMap;

use cosmwasm_schema::{cw_serde, schemars::JsonSchema};
use cosmwasm_std::Uint64;
use serde::{Deserialize, Serialize};

/// Changes of the parameters; what is absent stays. Whether a network is a development network, and its clock, can
/// never change.
#[cw_serde]
#[derive(Default, Eq)]
#[serde(default, deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct ParamChanges {
    /// Bytes of a whole block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_max_bytes: Option<Uint64>,
    /// Gas of a block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_max_gas: Option<Uint64>,
    /// Gas of all end-of-block calls of a block together, taken from the block's gas while there are subscriptions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_block_gas: Option<Uint64>,
    /// Bytes of one transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tx_max_bytes: Option<Uint64>,
    /// Gas limit of one transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tx_max_gas: Option<Uint64>,
    /// Bytes of a memo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memo_max_bytes: Option<Uint64>,
    /// Signatures of one transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tx_max_signatures: Option<Uint64>,
    /// Messages of one transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tx_max_messages: Option<Uint64>,
    /// Bytes of an uncompressed contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wasm_max_bytes: Option<Uint64>,
    /// Bytes of one transaction's events and data together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events_max_bytes: Option<Uint64>,
    /// Bytes of one attribute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute_max_bytes: Option<Uint64>,
    /// Live bytes of a contract without a quota of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract_quota_bytes: Option<Uint64>,
    /// Prices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gas: Option<GasPriceChanges>,
    /// Allowance classes that are set or, with `null`, removed. Accounts of a removed class have no allowance.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<ClassChange>,
    /// The class of accounts that nobody has classed; development networks only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_class: Option<String>,
    /// Who sets allowance classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members_authority: Option<String>,
    /// Who decides all else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assembly_authority: Option<String>,
}

/// An allowance class under its name.
#[cw_serde]
#[derive(Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct ClassChange {
    /// The class's name.
    pub name: String,
    /// What it allows; `null` removes it.
    pub class: Option<AllowanceClass>,
}

/// How much gas an account may use, and how fast that regenerates.
#[cw_serde]
#[derive(Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct AllowanceClass {
    /// The most that is saved up, in gas.
    pub capacity: Uint64,
    /// Gas that regenerates in a second.
    pub rate: Uint64,
    /// Whether the account may store code.
    pub may_store_code: bool,
}

macro_rules! gas_prices {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Changes of prices; what is absent stays.
        #[cw_serde]
        #[derive(Default, Eq)]
        #[serde(default, deny_unknown_fields)]
        #[schemaifier(mute_warnings)]
        pub struct GasPriceChanges {
            $($(#[$doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $name: Option<Uint64>,)*
        }

        /// Prices in gas.
        #[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq, JsonSchema)]
        #[schemars(crate = "cosmwasm_schema::schemars")]
        pub struct GasPrices {
            $($(#[$doc])* pub $name: Uint64,)*
        }
    };
}

gas_prices! {
    /// A read.
    read,
    /// Each byte read, key and value.
    read_byte,
    /// A write.
    write,
    /// Each byte written, key and value.
    write_byte,
    /// A deletion.
    delete,
    /// A step of an iterator.
    next,
    /// Each byte of a transaction.
    tx_byte,
    /// A signature.
    signature,
    /// Each byte of stored code.
    store_code_byte,
    /// Each function of stored code.
    store_code_function,
    /// Setting up a contract call.
    instance,
    /// Verifying a proof.
    groth16,
    /// Each public input of a proof.
    groth16_input,
    /// A hash with Poseidon.
    poseidon,
    /// Each cell of the hash's matrix: (inputs + 1)² of them.
    poseidon_cell,
}

/// The parameters in force.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(crate = "cosmwasm_schema::schemars")]
pub struct Params {
    /// Bytes of a whole block.
    pub block_max_bytes: Uint64,
    /// Gas of a block.
    pub block_max_gas: Uint64,
    /// Gas of all end-of-block calls of a block together.
    pub end_block_gas: Uint64,
    /// Bytes of one transaction.
    pub tx_max_bytes: Uint64,
    /// Gas limit of one transaction.
    pub tx_max_gas: Uint64,
    /// Bytes of a memo.
    pub memo_max_bytes: Uint64,
    /// Signatures of one transaction.
    pub tx_max_signatures: Uint64,
    /// Messages of one transaction.
    pub tx_max_messages: Uint64,
    /// Bytes of an uncompressed contract.
    pub wasm_max_bytes: Uint64,
    /// Bytes of one transaction's events and data together.
    pub events_max_bytes: Uint64,
    /// Bytes of one attribute.
    pub attribute_max_bytes: Uint64,
    /// Live bytes of a contract without a quota of its own.
    pub contract_quota_bytes: Uint64,
    /// Prices.
    pub gas: GasPrices,
    /// Allowance classes by name.
    pub classes: BTreeMap<String, AllowanceClass>,
    /// The class of accounts that nobody has classed; empty is none.
    pub default_class: String,
    /// Who sets allowance classes.
    pub members_authority: Option<String>,
    /// Who decides all else.
    pub assembly_authority: Option<String>,
    /// Whether this is a development network.
    pub development: bool,
    /// How many times faster than the headers contracts see time pass; 1 outside development.
    pub time_scale: Uint64,
}
