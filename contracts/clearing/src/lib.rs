//! Obligations, clearing in circles, allocation to need.
//!
//! # The model
//! What one person owes another is an **obligation**, once both have
//! confirmed it. A **round** fixes a graph of obligations that both sides
//! tender, and anyone may post a circulation in it: amounts that can be set
//! off against each other without anybody's net position changing. A
//! **certificate** of potentials proves how good it is; the contract checks
//! it whole ([`mycel_kit::flow`]) and only then takes the amounts off. The
//! contract has no power over money: what is left is paid by its debtor, or
//! collected under an allowance that the debtor gave.
//!
//! **Allocation** is the same problem with supplies: what some can spare
//! flows to what others lack, at least cost, with the same certificate; see
//! [`allocation`]. What a market has room for is bounded, and nobody can use
//! it up: what one end has signed counts against that end alone, caps hold
//! for a person over all scales, and what is void anyone removes.
//!
//! # Invariants
//! 1. What was ever confirmed = what is owed + cleared + paid + cancelled.
//! 2. A round leaves every net position as it was: its flow is a circulation.
//! 3. What is owed falls in a round by exactly what was cleared.
//! 4. No obligation is negative.
//! 5. The best certificate's gap is not negative, and nothing applied passes it.
//! 6. A frozen graph's root stays the same until the round settles.
//! 7. Native and Wasm give the same bytes.
//!
//! # Map
//! [`msg`] what it says · [`state`] what it stores and where · [`error`] how
//! it refuses · [`contract`] from message to rule · [`people`] who speaks ·
//! [`book`] obligations on pages · [`numbers`] lists and sets of persons ·
//! [`proposals`] how obligations come to be · [`obligations`] how they
//! change · [`dispute`] · [`round`] stages · [`freeze`] what enters · [`graph`] rows and root · [`posts`] what
//! solvers bring · [`verify`] · [`settle`] · [`sweep`] what has ended goes ·
//! [`allocation`] · [`parameters`] · [`invariants`] · [`query`] · [`seed`]
//! obligations of a development network · [`schema`].
#![forbid(unsafe_code)]

pub mod allocation;
pub mod book;
pub mod contract;
pub mod dispute;
pub mod error;
pub mod freeze;
pub mod graph;
pub mod invariants;
pub mod msg;
pub mod numbers;
pub mod obligations;
pub mod parameters;
pub mod people;
pub mod posts;
pub mod proposals;
pub mod query;
pub mod round;
#[cfg(not(target_arch = "wasm32"))]
pub mod schema;
pub mod seed;
pub mod settle;
pub mod state;
pub mod sweep;
pub mod verify;

/// What the chain calls, exported when this crate is the contract.
#[cfg(not(feature = "library"))]
pub mod entry {
    use cosmwasm_std::{Binary, Deps, DepsMut, Env, MessageInfo, Reply, Response, entry_point};

    use crate::error::ContractError;
    use crate::msg::{ExecuteMsg, InstantiateMsg, QueryMsg};
    use crate::{contract, dispute, query};

    /// Begins the contract.
    #[entry_point]
    pub fn instantiate(
        deps: DepsMut<'_>,
        env: Env,
        info: MessageInfo,
        msg: InstantiateMsg,
    ) -> Result<Response, ContractError> {
        contract::instantiate(deps, env, info, msg)
    }

    /// Executes one message.
    #[entry_point]
    pub fn execute(
        deps: DepsMut<'_>,
        env: Env,
        info: MessageInfo,
        msg: ExecuteMsg,
    ) -> Result<Response, ContractError> {
        contract::execute(deps, env, info, msg)
    }

    /// Sortition's answer to a case that was asked for.
    #[entry_point]
    pub fn reply(deps: DepsMut<'_>, _env: Env, reply: Reply) -> Result<Response, ContractError> {
        dispute::opened(deps, reply)
    }

    /// Answers one query.
    #[entry_point]
    pub fn query(deps: Deps<'_>, env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
        query::query(deps, env, msg)
    }
}
