//! What rounds are told.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use cosmwasm_std::HexBinary;
use mycel_kit::{Amount, Id, Seconds};

use crate::rules::{Rule, Saturation};

/// Who counts as one giver.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum IdentityInput {
    /// The member whose address pays.
    Addresses {},
    /// Whoever showed a proof at this gate of trust; one nullifier a person and
    /// round. It stands beside the paying address, so it hides nothing.
    Proofs {
        /// The gate.
        gate: Id,
    },
}

/// Who admits projects.
#[cw_serde]
#[derive(Copy, Eq, BorshSerialize, BorshDeserialize)]
#[schemaifier(mute_warnings)]
pub enum Admission {
    /// Members who support it.
    Members,
    /// A decision of all members.
    Decided,
}

/// A round to be opened.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct RoundInput {
    /// What it is called, at most 128 bytes.
    pub title: String,
    /// Who counts as one giver.
    pub identity: IdentityInput,
    /// How matching is weighed.
    pub rule: Rule,
    /// What happens where the weights are below the pool.
    pub saturation: Saturation,
    /// Most that one project gets of the pool, in 1/10,000; 2,000 if absent.
    #[serde(default)]
    pub cap_bps: Option<u16>,
    /// When contributions begin: sponsors and projects come before.
    pub begins: Seconds,
    /// When they end.
    pub ends: Seconds,
    /// Who admits projects.
    pub admission: Admission,
    /// The round is cancelled if its pool is below this when contributions begin.
    #[serde(default)]
    pub min_pool: Amount,
    /// Most projects; the parameter's if absent.
    #[serde(default)]
    pub max_projects: Option<u16>,
}

/// A project to be submitted.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct ProjectInput {
    /// The round.
    pub round: Id,
    /// Who is paid: an address that takes part.
    pub payee: String,
    /// What it is called, at most 128 bytes.
    pub title: String,
    /// SHA-256 of its text.
    pub text_hash: HexBinary,
}

/// trust: a proof was shown at a gate, for the round that is its term.
pub type Shown = mycel_kit::peers::trust::Shown<ShownAction>;

/// What a proof is shown for.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ShownAction {
    /// This address may contribute to this round as one giver.
    Contribute {
        /// The round.
        round: Id,
        /// The paying address.
        address: String,
    },
}

/// Data of the response to `open_round`.
#[cw_serde]
pub struct RoundOpened {
    /// The round.
    pub round: Id,
}

/// Data of the response to `submit`.
#[cw_serde]
pub struct ProjectSubmitted {
    /// The project.
    pub project: Id,
}
