//! Messages, queries and answers. The case interface is sortition's
//! (`mycel_kit::peers::sortition`), word for word.
#![cfg_attr(
    target_arch = "wasm32",
    allow(unused_imports, reason = "the schema alone names the answers' types")
)]

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::Binary;
use mycel_bindings::MycelMsg;
use mycel_kit::peers::items::OpenItems;
use mycel_kit::peers::sortition::{Case, Drawn};
use mycel_kit::roles::{Class, Electorate};
use mycel_kit::standard::{About, Invariants};
use mycel_kit::{Id, Seconds};

/// How a contract begins.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// The genesis key's address.
    pub key: String,
    /// Must be true, and the chain a development network.
    pub development: bool,
    /// Who says which person an address is, for appeals.
    #[serde(default)]
    pub members: Option<String>,
    /// Seconds in which a party may appeal; a week if absent, 0: final at once.
    #[serde(default)]
    pub appeal_seconds: Option<Seconds>,
}

/// What the contract does.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ExecuteMsg {
    // ---- as sortition
    /// A contract opens a case; the response's data is `{"case":"5"}`.
    OpenCase {
        /// The requester's own name for it.
        r#ref: String,
        /// What is judged.
        kind: String,
        /// Jurors.
        size: u16,
        /// Votes needed in 1/10,000.
        threshold_bps: u16,
        /// Person numbers.
        parties: Vec<Id>,
        /// Until when the jury must have decided.
        deadline: Seconds,
    },
    /// A party appeals, once.
    Appeal {
        /// The case.
        case: Id,
    },
    /// The key decides a case as a jury would.
    Decide {
        /// The case.
        case: Id,
        /// `uphold`, `dismiss`, `malicious`, `default`, …
        outcome: String,
        /// SHA-256 of the reasons.
        reasons: String,
    },
    /// The key names who was drawn.
    Draw {
        /// The draw's own name.
        r#ref: String,
        /// In the order drawn, at most 50.
        persons: Vec<Id>,
    },

    // ---- as the assembly
    /// The key's decision goes to a contract in the assembly's shape.
    DecideFor {
        /// The receiver.
        contract: String,
        /// Who is said to have voted.
        electorate: Electorate,
        /// The class that is said to have been reached.
        class: Class,
        /// The receiver's action, as JSON.
        action: Binary,
    },
    /// The key says something to a contract as its authority.
    Forward {
        /// The receiver.
        contract: String,
        /// The message, as JSON.
        msg: Binary,
    },
    /// The key says something to the chain as its authority.
    Chain {
        /// The message.
        msg: MycelMsg,
    },

    // ---- its own
    /// The key names the members contract.
    SetMembers {
        /// Its address.
        members: String,
    },
}

/// What can be asked.
#[cw_serde]
#[derive(QueryResponses)]
#[schemaifier(mute_warnings)]
pub enum QueryMsg {
    /// How a case stands.
    #[returns(Case)]
    Case {
        /// The case.
        id: Id,
    },
    /// Who was drawn.
    #[returns(Drawn)]
    Drawn {
        /// The draw's own name.
        r#ref: String,
    },
    /// Nothing is kept of a member here.
    #[returns(OpenItems)]
    OpenItems {
        /// The address.
        member: String,
    },
    /// What the contract is.
    #[returns(About)]
    About {},
    /// Parameters.
    #[returns(ParametersResponse)]
    Parameters {},
    /// What must hold.
    #[returns(Invariants)]
    Invariants {},
}

/// Answer to `parameters`.
#[cw_serde]
pub struct ParametersResponse {
    /// The genesis key's address.
    pub key: String,
    /// Who says which person an address is.
    pub members: String,
    /// Seconds in which a party may appeal.
    pub appeal_seconds: Seconds,
    /// Cases ever opened.
    pub cases: Id,
}
