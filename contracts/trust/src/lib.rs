//! Trust that is proven, not shown: sealed mailboxes, gates, nullifiers.
//!
//! # The model
//! Two members who dealt with one another rate each other, sealed: everybody
//! sees that a rating came and with what weight, only the two what it says.
//! Each has a **mailbox** that chains everything received; its owner folds the
//! entries into a committed state and proves about it, without showing any
//! entry or the score, that it passes thresholds over the whole history.
//! Consumers set the thresholds at **gates**; a nullifier says that somebody
//! has passed, not who.
//!
//! ```text
//! deal → both rate, blind → opened with a proof → appeal → appended (head H)
//!                                             fold: C, F follow H
//! leaf P5(idc, C, F, H, attr) → tree → root by slot → show at a gate → consumer
//! ```
//!
//! **Input rule.** The contract builds every public input of every proof from
//! its own state and from what the message means; given are only nullifiers,
//! C', c and ct, canonical. Verifying keys and times are fixed at instantiation.
//!
//! # Invariants
//! 1. The root is that of all leaves; a leaf is what its mailbox says.
//! 2. Heads chain; folded ≤ received, and nothing between is missing.
//! 3. An identity is used once, by one person; so is a nullifier in a scope.
//! 4. Native and Wasm give the same bytes.
//!
//! # Map
//! [`msg`], [`ask`]: what it is told and asked · [`state`] what it stores and
//! where · [`error`] how it refuses · [`bounds`], [`element`] what is taken from
//! outside · [`parameters`] what may change, [`times`] and [`proofs`] what may
//! not · [`contract`] from message to rule · [`call`] one message's world ·
//! [`agenda`] what becomes due · [`tree`] the roll and its roots · [`mailbox`] ·
//! [`keys`] · [`deals`] · [`gates`] · [`invariants`] · [`export`] · [`query`] · [`schema`].
#![forbid(unsafe_code)]

pub mod agenda;
pub mod ask;
pub mod bounds;
pub mod call;
pub mod contract;
pub mod deals;
pub mod element;
pub mod error;
pub mod export;
pub mod gates;
pub mod invariants;
pub mod keys;
pub mod mailbox;
pub mod msg;
pub mod parameters;
pub mod proofs;
pub mod query;
#[cfg(not(target_arch = "wasm32"))]
pub mod schema;
pub mod state;
pub mod times;
pub mod tree;

#[cfg(not(feature = "library"))]
pub mod entry {
    //! What the chain calls.

    use cosmwasm_std::{Binary, Deps, DepsMut, Env, MessageInfo, Reply, Response, entry_point};
    use mycel_bindings::{MycelMsg, MycelQuery, SudoMsg};

    use crate::error::ContractError;
    use crate::{ask, contract, deals, msg, query};

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

    /// What sortition answered about a case.
    #[entry_point]
    pub fn reply(
        deps: DepsMut<'_, MycelQuery>,
        env: Env,
        reply: Reply,
    ) -> Result<Response<MycelMsg>, ContractError> {
        deals::dispute::opened(deps, env, reply)
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
