//! Queries and answers.
#![cfg_attr(
    target_arch = "wasm32",
    allow(unused_imports, reason = "the schema alone names the answers' types")
)]

use cosmwasm_schema::{QueryResponses, cw_serde};
use mycel_kit::Id;
use mycel_kit::peers::items::OpenItems;
use mycel_kit::peers::sortition::{Case, Drawn};
use mycel_kit::standard::{About, Invariants};

use crate::beacon::show::{BeaconSource, RoundResponse, RoundsResponse};
use crate::juries::ask::{CasesResponse, JuriesResponse, JurorResponse};
use crate::msg::ParametersResponse;

/// `{}`.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Nothing {}

/// A page of a list by number.
#[cw_serde]
#[derive(Copy, Eq, Default)]
#[serde(deny_unknown_fields, default)]
#[schemaifier(mute_warnings)]
pub struct Page {
    /// After this number; from the first if absent.
    pub after: Option<Id>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// What can be asked.
#[cw_serde]
#[derive(QueryResponses)]
#[schemaifier(mute_warnings)]
pub enum QueryMsg {
    // ---- cases and draws, as `mycel_kit::peers::sortition::SortitionQuery`
    /// How a case stands.
    #[returns(Case)]
    Case {
        /// The case.
        id: Id,
    },
    /// Who was drawn.
    #[returns(Drawn)]
    Drawn {
        /// The draw's or case's own name.
        r#ref: String,
    },

    // ---- cases
    /// Cases, by number.
    #[returns(CasesResponse)]
    Cases(Page),
    /// All about a case: its juries, who was called, what they voted.
    #[returns(JuriesResponse)]
    Juries {
        /// The case.
        case: Id,
    },
    /// Which cases wait for a person, for what, and until when.
    #[returns(JurorResponse)]
    Juror {
        /// The person.
        person: Id,
    },

    // ---- the beacon
    /// Where randomness comes from.
    #[returns(BeaconSource)]
    Beacon(Nothing),
    /// A round that something waits for or waited for.
    #[returns(RoundResponse)]
    Round {
        /// The round.
        round: Id,
    },
    /// Rounds that are waited for.
    #[returns(RoundsResponse)]
    Rounds(Page),

    // ---- what every contract answers
    /// What keeps a member from leaving: a seat on a jury.
    #[returns(OpenItems)]
    OpenItems {
        /// The member's address.
        member: String,
    },
    /// The contract.
    #[returns(About)]
    About(Nothing),
    /// The parameters.
    #[returns(ParametersResponse)]
    Parameters(Nothing),
    /// What must always hold, and whether it does.
    #[returns(Invariants)]
    Invariants(Nothing),
}
