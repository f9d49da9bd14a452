//! Public goods that the many choose: rounds of matched contributions, the
//! commons dividend, the innovation register.
//!
//! # The model
//! A **round** divides a matching pool among projects by what many members give
//! to them, not by what a few do: with contributions c of each person to a
//! project, the match grows with (Σ √c)² − Σ c ([`rules`]). Money never lies
//! here: contributions, sponsors' pools and dividends are **holds** in credit,
//! which decay like a position until they are used, and this contract only says
//! what becomes of each.
//!
//! ```text
//! open ─begins→ contributions ─ends→ gather → weigh → allocate
//!   | pool below its minimum             → pay matching → pay contributions → done
//!   └────────── cancelled: every hold is released ──────────────────────────┘
//! ```
//!
//! Nobody tells this contract a result: anyone's `advance` computes it in
//! bounded pieces from what was stored, and what becomes due is also done at
//! the end of blocks ([`agenda`]).
//!
//! # Invariants
//! 1. The holds known here are the contributions and pools not yet settled.
//! 2. What projects are paid is at most the pool and what was given to them.
//! 3. Paid, given back and decayed: together what came in, to the unit.
//! 4. Each payout and each refund happens once.
//! 5. Native and Wasm give the same bytes.
//!
//! # Map
//! [`msg`], [`ask`]: what it is told and asked · [`state`] what it stores and
//! where · [`error`] how it refuses · [`bounds`] · [`parameters`] · [`contract`]
//! from message to rule · [`call`] one message's world, [`holds`] · [`agenda`] what becomes
//! due, [`staged`](mycel_kit::staged) so that failures leave nothing · [`rounds`] · [`rules`] ·
//! [`dividend`] · [`register`] · [`invariants`] · [`export`] · [`query`] ·
//! [`schema`].
#![forbid(unsafe_code)]

pub mod agenda;
pub mod ask;
pub mod bounds;
pub mod call;
pub mod contract;
pub mod dividend;
pub mod error;
pub mod export;
pub mod holds;
pub mod invariants;
pub mod msg;
pub mod parameters;
pub mod query;
pub mod register;
pub mod rounds;
pub mod rules;
#[cfg(not(target_arch = "wasm32"))]
pub mod schema;
pub mod state;

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

    /// What came of a case that was opened.
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
