//! Fair lots that anyone can check: panels with quotas, juries, and the
//! randomness behind both.
//!
//! # The model
//! A **draw** seats a panel from a pool of volunteers. What volunteers tell of
//! themselves collapses into **types**; quotas bind types, so a **lottery** is
//! a list of panels as seats per type. Anyone computes the one that makes the
//! smallest chance as large as the quotas allow, and proves it by duals; the
//! contract checks the proof exactly ([`mycel_kit::lottery`]) and takes the
//! best. Only then is a round of the **beacon** fixed that nobody can foresee;
//! it picks the panel and, within each type, the persons
//! ([`mycel_kit::lot`]). Nothing can be cancelled or drawn again after that,
//! and whoever has the ledger can draw it again and see the same.
//!
//! ```text
//! open ─until→ barring → freezing ─count test→ solving ─deadline→ awaiting
//!   ↑__________________________________|          ↻ once with 2m      │ beacon
//!                                  lapsed ← nobody solved it   seating → seated → done
//!                                                                 ↑ decline |
//! ```
//!
//! A **case** is judged by a jury that the same beacon draws from all members
//! with a say: strikes, votes sealed and opened, one appeal ([`juries`]).
//! What becomes due is done by anyone's `advance` and at the end of blocks.
//!
//! # Invariants
//! 1. Everyone seated was in the pool, and a full panel fits the quotas.
//! 2. The chances published are those of the accepted panels.
//! 3. The beacon's round is later than the acceptance.
//! 4. Nobody sits more often in a row than the parameter says.
//! 5. Native and Wasm give the same bytes.
//!
//! # Map
//! [`msg`], [`ask`]: what it is told and asked · [`state`] what it stores and
//! where · [`error`] how it refuses · [`bounds`] · [`parameters`] ·
//! [`contract`] from message to rule · [`call`] one message's world · [`agenda`]
//! what becomes due, [`staged`] so that failures leave nothing · [`draws`] pool, lottery, seats · [`juries`] cases ·
//! [`beacon`] randomness · [`invariants`] · [`query`] · [`schema`].
#![forbid(unsafe_code)]

pub mod agenda;
pub mod ask;
pub mod beacon;
pub mod bounds;
pub mod call;
pub mod contract;
pub mod draws;
pub mod error;
pub mod invariants;
pub mod juries;
pub mod msg;
pub mod parameters;
pub mod query;
#[cfg(not(target_arch = "wasm32"))]
pub mod schema;
pub use mycel_kit::staged;
pub mod state;

#[cfg(not(feature = "library"))]
pub mod entry {
    //! What the chain calls.

    use cosmwasm_std::{Binary, Deps, DepsMut, Env, MessageInfo, Response, entry_point};
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
