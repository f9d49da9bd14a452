//! Who belongs: members, organisations, vouching, standing.
//!
//! # The model
//! A **person** is a number, given once, densely, for ever; addresses, keys and
//! handles change and the number stays, so that other contracts key their
//! records by it. One joins by a sponsor's invitation, by the assembly's, or
//! with another community's proven record, waits in one visible queue, and is
//! enrolled in one transaction: number, handle, credit account, identity
//! commitment and gas allowance, or nothing.
//!
//! What a person may lose, it loses step by step, for a time, and never by a
//! message that says so: flags reach a notice, every further step is a jury's,
//! read from sortition when it is final. Nobody tells this contract an outcome.
//!
//! Peers are told by messages that must succeed and asked at the moment of use
//! (`mycel_kit::peers`). What becomes due is done by `advance`, by anyone.
//!
//! # Invariants
//! 1. Members in each class equal the allowance classes set on chain.
//! 2. Active, leaving, left and expelled are all; numbers are dense.
//! 3. The count of those with a say is the last one in its history.
//! 4. One handle for each; no two that look alike.
//! 5. Each case is used once.
//! 6. Places in the queue are given once and served in order.
//! 7. Vouches received equal vouches given.
//!
//! # Map
//! [`msg`], [`ask`]: what it is told and asked · [`state`], [`record`]: keys and
//! records ·
//! [`error`] · [`bounds`] · [`parameters`] · [`contract`]: from message to rule
//! · [`call`]: one message's world · [`tell`]: what peers hear · [`agenda`]:
//! what becomes due.
//! Joining: [`join`], [`admit`], [`enrol`], [`recheck`], [`import`], [`handles`].
//! A person's own: [`keys`], [`guardians`], [`vouch`], [`listings`],
//! [`credentials`], [`did`], [`export`], [`records`], [`leave`], [`returning`].
//! Together: [`orgs`].
//! Standing: [`standing`], [`snapshot`], [`flags`], [`ladder`], [`cases`].
//! Answers: [`query`], [`invariants`], [`schema`].
//!
//! # Example
//! ```
//! use mycel_members::handles::{normal, skeleton};
//! assert_eq!(normal("Ana@riverside", "riverside").unwrap(), "ana");
//! // "bern" cannot pass itself off as "bem".
//! assert_eq!(skeleton("bern"), skeleton("bem"));
//! ```
#![forbid(unsafe_code)]

pub mod admit;
pub mod agenda;
pub mod ask;
pub mod bounds;
pub mod call;
pub mod cases;
pub mod contract;
pub mod credentials;
pub mod did;
pub mod enrol;
pub mod error;
pub mod export;
pub mod flags;
pub mod guardians;
pub mod handles;
pub mod import;
pub mod invariants;
pub mod join;
pub mod keys;
pub mod ladder;
pub mod leave;
pub mod listings;
pub mod msg;
pub mod orgs;
pub mod parameters;
pub mod query;
pub mod recheck;
pub mod record;
pub mod records;
pub mod resting;
pub mod returning;
#[cfg(not(target_arch = "wasm32"))]
pub mod schema;
pub mod snapshot;
pub mod standing;
pub mod state;
pub mod tell;
pub mod vouch;

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

    /// Sortition's answer to a case that was asked for, or an entry of the queue
    /// that could not be taken in.
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
