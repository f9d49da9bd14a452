//! Who decides: proposals, votes with delegation, execution.
//!
//! # The model
//! An **electorate** (all members, one commons, one organisation) decides by
//! **proposals**. A proposal has a class (urgent, ordinary, spending,
//! constitutional) that says how many must take part and agree, how long the
//! vote lasts and how long everybody may still leave before it is carried out.
//! What it would do is a list of actions, kept byte for byte under a hash that
//! its voters see and that is judged again when the actions run.
//!
//! A proposal goes forward only: draft → deliberation → vote → tally →
//! timelock → execution. What is due is done by `advance`, by anyone. Nobody
//! tells this contract a result: the tally walks the electors that members
//! names, follows each one's delegation, and counts.
//!
//! This contract is the authority in the others' parameters and in the chain's.
//! Its own authority is itself, by a constitutional decision of all members:
//! there is no other administrator.
//!
//! # Invariants
//! 1. yes + no + abstain + looped + unrepresented = eligible.
//! 2. Nobody counts twice: one ballot of a person, never more votes than
//!    electors.
//! 3. An executed proposal met its threshold and its timelock.
//! 4. Spending stays within its caps, each and in the window.
//! 5. Each proposal is in one phase, each person has one open draft and few
//!    proposals that are not counted.
//! 6. What ran is what was voted on.
//!
//! # Map
//! [`msg`], [`ask`]: what it is told and asked · [`state`], [`record`]: keys and
//! records · [`error`] · [`bounds`] · [`parameters`] · [`contract`]: from message
//! to rule · [`call`]: one message's world · [`agenda`]: what becomes due.
//! A proposal's way: [`propose`], [`pending`] (how many a person may have),
//! [`content`], [`table`] (action → least class), [`phases`], [`panel`], [`statements`], [`electorate`], [`vote`].
//! Counting: [`delegations`], [`tally`], [`count`], [`verdict`].
//! Carrying out: [`execute`], [`machine`], [`spending`], [`pauses`].
//! Answers: [`query`], [`shown`], [`export`], [`invariants`], [`schema`].
//!
//! # Example
//! ```
//! use mycel_assembly::bounds::message_name;
//! // An action is one whole message: nothing can be smuggled in behind it.
//! assert_eq!(message_name("action", br#"{"admit":{}}"#).unwrap(), "admit");
//! assert!(message_name("action", br#"{"admit":{}},"class":"constitutional""#).is_err());
//! ```
#![forbid(unsafe_code)]

pub mod agenda;
pub mod ask;
pub mod bounds;
pub mod call;
pub mod content;
pub mod contract;
pub mod count;
pub mod delegations;
pub mod electorate;
pub mod error;
pub mod execute;
pub mod export;
pub mod invariants;
pub mod machine;
pub mod msg;
pub mod panel;
pub mod parameters;
pub mod pauses;
pub mod pending;
pub mod phases;
pub mod propose;
pub mod query;
pub mod record;
#[cfg(not(target_arch = "wasm32"))]
pub mod schema;
pub mod shown;
pub mod spending;
pub mod state;
pub mod statements;
pub mod table;
pub mod tally;
pub mod verdict;
pub mod vote;

#[cfg(not(feature = "library"))]
pub mod entry {
    //! What the chain calls.

    use cosmwasm_std::{Binary, Deps, DepsMut, Env, MessageInfo, Reply, Response, entry_point};
    use mycel_bindings::{MycelMsg, MycelQuery, SudoMsg};

    use crate::error::ContractError;
    use crate::{ask, contract, msg, query};

    /// Begins the contract.
    #[entry_point]
    pub fn instantiate(
        deps: DepsMut<'_, MycelQuery>,
        env: Env,
        info: MessageInfo,
        msg: msg::InstantiateMsg,
    ) -> Result<Response<MycelMsg>, ContractError> {
        contract::instantiate(deps, env, info, msg)
    }

    /// Executes one message.
    #[entry_point]
    pub fn execute(
        deps: DepsMut<'_, MycelQuery>,
        env: Env,
        info: MessageInfo,
        msg: msg::ExecuteMsg,
    ) -> Result<Response<MycelMsg>, ContractError> {
        contract::execute(deps, env, info, msg)
    }

    /// What became of an action.
    #[entry_point]
    pub fn reply(
        deps: DepsMut<'_, MycelQuery>,
        env: Env,
        reply: Reply,
    ) -> Result<Response<MycelMsg>, ContractError> {
        contract::reply(deps, env, reply)
    }

    /// What the chain itself calls.
    #[entry_point]
    pub fn sudo(
        deps: DepsMut<'_, MycelQuery>,
        env: Env,
        msg: SudoMsg,
    ) -> Result<Response<MycelMsg>, ContractError> {
        match msg {
            SudoMsg::EndBlock {} => contract::end_block(deps, env),
        }
    }

    /// Answers one query.
    #[entry_point]
    pub fn query(
        deps: Deps<'_, MycelQuery>,
        env: Env,
        msg: ask::QueryMsg,
    ) -> Result<Binary, ContractError> {
        query::query(deps, env, msg)
    }
}
