//! Messages to the chain.
use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, CosmosMsg, CustomMsg, Uint64};

use crate::ParamChanges;

/// A message to the chain, from an authority.
#[cw_serde]
#[derive(Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum MycelMsg {
    /// Gives an account an allowance class, for `authorities.members`. What has regenerated until now stays at the old
    /// class's rate, then the level is cut to the new class's capacity. It holds from the next block's admission on.
    SetAllowanceClass {
        /// Whose; the account comes into being if it does not exist.
        address: String,
        /// A class among the parameters; `null` is no class of its own: the default class of a development network,
        /// nothing elsewhere.
        class: Option<String>,
    },
    /// Changes validators, for `authorities.assembly`. The powers that change must stay within a third of the total
    /// power per day of block time, and 4 to 150 validators must remain outside development. A change in block H
    /// governs block H + 2.
    UpdateValidators {
        /// Changes; a key may stand here once.
        updates: Vec<ValidatorUpdate>,
    },
    /// Changes parameters, for `authorities.assembly`. They hold from the next block on.
    SetParams {
        /// What changes; absent fields stay.
        changes: Box<ParamChanges>,
    },
    /// Sets how many live bytes a contract may keep, for `authorities.assembly`.
    SetContractQuota {
        /// The contract.
        contract: String,
        /// Bytes; `null` is the parameters' `contract_quota_bytes` again.
        bytes: Option<Uint64>,
    },
    /// Plans that a new version of the node takes over at a height, for `authorities.assembly`. It replaces a plan
    /// that has not been reached.
    ScheduleUpgrade {
        /// The first block that the new version executes; later than the next one.
        height: Uint64,
        /// The version's name, as its release notes say.
        name: String,
    },
    /// Drops the plan, for `authorities.assembly`.
    CancelUpgrade {},
    /// Keeps a verifying key of Groth16 over BN254 under its name for ever, for `authorities.assembly`.
    RegisterVk {
        /// The name by which [`crate::MycelQuery::Groth16Verify`] finds it: 1 to 64 letters, digits and `._-/`. A
        /// name that is taken stays what it is.
        id: String,
        /// The key's bytes: 1, the number of inputs in two bytes, α, β, γ, δ, then a point more than inputs; points
        /// as Ethereum's precompiles take them.
        vk: Binary,
        /// The hash of its ceremony's transcript, 32 bytes, where there was one.
        #[serde(default)]
        ceremony: Option<Binary>,
        /// Whether its secrets are known, as those of keys for development are. Refused outside development networks.
        #[serde(default)]
        development: bool,
    },
    /// Shows an entry to other chains: from any contract, under its own address in the store that IBC verifies,
    /// `published/<contract>/<key>`. It costs what a write costs, and its bytes count in the contract's quota.
    Publish {
        /// Its name among the contract's, 1 to 64 bytes.
        key: Binary,
        /// At most 256 bytes; none removes the entry.
        value: Binary,
    },
    /// Calls a contract's `sudo {"end_block":{}}` at the end of every block, for `authorities.assembly`.
    SubscribeEndBlock {
        /// The contract, which must have `sudo`.
        contract: String,
    },
    /// Ends a subscription, for `authorities.assembly`.
    UnsubscribeEndBlock {
        /// The contract.
        contract: String,
    },
    /// Calls a suspended subscriber again, for `authorities.assembly`.
    ResumeEndBlock {
        /// The contract.
        contract: String,
    },
}

impl CustomMsg for MycelMsg {}

impl From<MycelMsg> for CosmosMsg<MycelMsg> {
    fn from(msg: MycelMsg) -> Self {
        Self::Custom(msg)
    }
}

/// A validator's new power.
#[cw_serde]
#[derive(Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct ValidatorUpdate {
    /// The ed25519 consensus key, 32 bytes.
    pub pub_key: Binary,
    /// Voting power; 0 removes the validator.
    pub power: Uint64,
}
