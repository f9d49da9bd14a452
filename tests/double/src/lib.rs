//! What sortition and assembly would say, scripted by one key: a test double
//! for the suites of contracts that need them.
//!
//! # The model
//! It has sortition's messages and queries for cases and draws, and sends
//! decisions in assembly's shape; where juries and voters would be, there is
//! one key, so that a suite can say what a jury decided without drawing one.
//! It refuses to exist outside development networks, and nothing shipped uses
//! it: towns have the contracts sortition and assembly.
//!
//! # Rules
//! 1. Only the key decides, draws and forwards.
//! 2. A case is decided once; a party may appeal once while `appeal_seconds`
//!    last; then it is decided once more. A decision is final when no appeal
//!    can follow.
//! 3. What is not decided by its deadline has lapsed and stays so.
//!
//! # Map
//! [`msg`] · [`state`] · [`error`] · [`contract`]: from message to rule ·
//! [`cases`]: as sortition · [`authority`]: as assembly.
#![forbid(unsafe_code)]

pub mod authority;
pub mod cases;
pub mod contract;
pub mod error;
pub mod msg;
pub mod state;

#[cfg(not(feature = "library"))]
pub mod entry {
    //! What the chain calls.
    use cosmwasm_std::{Binary, Deps, DepsMut, Env, MessageInfo, Response, entry_point};
    use mycel_bindings::{MycelMsg, MycelQuery};

    use crate::error::ContractError;
    use crate::{contract, msg};

    /// Begins the contract.
    #[entry_point]
    pub fn instantiate(
        deps: DepsMut<'_, MycelQuery>,
        _env: Env,
        info: MessageInfo,
        msg: msg::InstantiateMsg,
    ) -> Result<Response<MycelMsg>, ContractError> {
        contract::instantiate(deps, info, msg)
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

    /// Answers one query.
    #[entry_point]
    pub fn query(
        deps: Deps<'_, MycelQuery>,
        env: Env,
        msg: msg::QueryMsg,
    ) -> Result<Binary, ContractError> {
        contract::query(deps, env, msg)
    }
}
