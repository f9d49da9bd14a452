//! Questions to the chain and its answers.
use cosmwasm_schema::{cw_serde, schemars::JsonSchema};
use cosmwasm_std::{Binary, CustomQuery, Uint64};
use serde::{Deserialize, Serialize};

/// A question to the chain. Reading costs what reads of the contract's own state cost.
#[cw_serde]
#[derive(Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum MycelQuery {
    /// An account's gas allowance: [`AllowanceResponse`].
    Allowance {
        /// Whose.
        address: String,
    },
    /// The validator set that the newest changes lead to, by key: [`ValidatorsResponse`].
    Validators {},
    /// The parameters of this block: [`crate::Params`].
    Params {},
    /// A contract's live bytes and quota: [`ContractBytesResponse`].
    ContractBytes {
        /// The contract.
        contract: String,
    },
    /// A contract's end-of-block subscription: [`EndBlockResponse`].
    EndBlock {
        /// The contract.
        contract: String,
    },
    /// The planned upgrade: [`UpgradeResponse`].
    Upgrade {},
    /// Randomness that nobody could foresee or choose: [`BeaconResponse`].
    Beacon {
        /// The round.
        round: Uint64,
    },
    /// A registered verifying key: [`VerifyingKeyResponse`]. A name that nobody registered is an error.
    VerifyingKey {
        /// Its name.
        id: String,
    },
    /// Whether a Groth16 proof over BN254 holds: [`Groth16VerifyResponse`]. What is malformed does not hold; a name
    /// that nobody registered, or another number of inputs than the key has, is an error.
    Groth16Verify {
        /// The name of a registered verifying key.
        vk: String,
        /// The proof, 256 bytes: A, B, C as Ethereum's precompiles take points.
        proof: Binary,
        /// Public inputs, each 32 bytes big-endian and below the field's order; as many as the key has.
        public_inputs: Vec<Binary>,
    },
    /// Poseidon hashes with circomlib's parameters: [`PoseidonResponse`].
    Poseidon {
        /// The 1 to 12 inputs of each hash, each 32 bytes big-endian and below the field's order; all else is an error.
        batches: Vec<Vec<Binary>>,
    },
}

impl CustomQuery for MycelQuery {}

/// An account's gas allowance. An account that does not exist has none of its own and nothing left.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(crate = "cosmwasm_schema::schemars")]
pub struct AllowanceResponse {
    /// The class it was given; absent if none was.
    pub class: Option<String>,
    /// Gas that is there now, what the transactions of this block reserve being used.
    pub level: Uint64,
    /// The most that is saved up.
    pub capacity: Uint64,
    /// Gas that regenerates in a second.
    pub rate: Uint64,
    /// Whether it may store code.
    pub may_store_code: bool,
}

/// A validator.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(crate = "cosmwasm_schema::schemars")]
pub struct Validator {
    /// The ed25519 consensus key, 32 bytes.
    pub pub_key: Binary,
    /// Voting power.
    pub power: Uint64,
}

/// The validator set.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(crate = "cosmwasm_schema::schemars")]
pub struct ValidatorsResponse {
    /// By key.
    pub validators: Vec<Validator>,
    /// The sum of their powers.
    pub total_power: Uint64,
}

/// A contract's live bytes, what this transaction has written included.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(crate = "cosmwasm_schema::schemars")]
pub struct ContractBytesResponse {
    /// Keys and values that are kept.
    pub used: Uint64,
    /// The most that may be.
    pub quota: Uint64,
}

/// A contract's end-of-block subscription.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(crate = "cosmwasm_schema::schemars")]
pub struct EndBlockResponse {
    /// Whether there is one.
    pub subscribed: bool,
    /// Calls that failed in a row.
    pub failures: u32,
    /// Whether it is not called any more until it is resumed.
    pub suspended: bool,
}

/// The planned upgrade.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(crate = "cosmwasm_schema::schemars")]
pub struct UpgradeResponse {
    /// The first block of the new version; absent if nothing is planned.
    pub height: Option<Uint64>,
    /// The version's name.
    pub name: Option<String>,
}

/// A round of the beacon.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(crate = "cosmwasm_schema::schemars")]
pub struct BeaconResponse {
    /// 32 bytes.
    pub randomness: Binary,
}

/// A verifying key, without its points.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(crate = "cosmwasm_schema::schemars")]
pub struct VerifyingKeyResponse {
    /// BLAKE3 of the key's bytes.
    pub digest: Binary,
    /// How many public inputs it has.
    pub inputs: u32,
    /// Who registered it; absent if it stood in genesis.
    pub owner: Option<String>,
    /// The hash of its ceremony's transcript.
    pub ceremony: Option<Binary>,
    /// Whether its secrets are known: whoever has them proves anything.
    pub development: bool,
}

/// What became of a proof.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(crate = "cosmwasm_schema::schemars")]
pub struct Groth16VerifyResponse {
    /// Whether it holds.
    pub valid: bool,
}

/// Hashes, one for each batch.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(crate = "cosmwasm_schema::schemars")]
pub struct PoseidonResponse {
    /// Each 32 bytes big-endian.
    pub hashes: Vec<Binary>,
}
