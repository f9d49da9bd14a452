//! The rules a local variant may replace.
//!
//! A variant crate names a type, implements [`Policies`] for it, replaces the
//! rules it wants different (each has the standard as default method) and calls
//! [`entry_points!`](crate::entry_points). The invariants do not depend on the
//! policies: whatever a rule weighs, parts and what is returned are the pool.

use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::Standing;
use mycel_kit::standard::Variant;

use crate::rounds::record::Round;
use crate::rules::{MatchRule, Rule};

/// One choice of every rule.
pub trait Policies: Sync {
    /// What follows the rule that a round chose; `median` is the median
    /// contribution where it is known, else 1.
    fn rule(&self, chosen: &Rule, median: u64) -> Box<dyn MatchRule> {
        chosen.with_median(median)
    }

    /// Whether what this member gives by its address earns match at `now`,
    /// where it controls no project that it gives to. In rounds of proofs the
    /// gate decides.
    fn eligible(&self, round: &Round, standing: &Standing, now: u64) -> bool {
        let _ = (round, now);
        // behind an organisation there are persons who give themselves
        standing.kind == Kind::Person
    }

    /// What `about` says differs from the standard.
    fn variant(&self) -> Variant {
        Variant::default()
    }
}

/// The standard itself.
#[derive(Clone, Copy, Debug)]
pub struct Standard;

impl Policies for Standard {}

/// Defines a contract's entry points over one choice of policies: an expression
/// that a `static` may hold. Called once, in the crate that is the contract; a
/// crate that is only depended on exports nothing.
#[macro_export]
macro_rules! entry_points {
    ($policies:expr) => {
        /// Begins the contract.
        #[$crate::cosmwasm_std::entry_point(crate = "::mycel_funding::cosmwasm_std")]
        pub fn instantiate(
            deps: $crate::cosmwasm_std::DepsMut<'_, $crate::MycelQuery>,
            env: $crate::cosmwasm_std::Env,
            info: $crate::cosmwasm_std::MessageInfo,
            msg: $crate::msg::InstantiateMsg,
        ) -> ::std::result::Result<
            $crate::cosmwasm_std::Response<$crate::MycelMsg>,
            $crate::error::ContractError,
        > {
            $crate::contract::instantiate(deps, env, info, msg)
        }

        /// Executes one message.
        #[$crate::cosmwasm_std::entry_point(crate = "::mycel_funding::cosmwasm_std")]
        pub fn execute(
            deps: $crate::cosmwasm_std::DepsMut<'_, $crate::MycelQuery>,
            env: $crate::cosmwasm_std::Env,
            info: $crate::cosmwasm_std::MessageInfo,
            msg: $crate::msg::ExecuteMsg,
        ) -> ::std::result::Result<
            $crate::cosmwasm_std::Response<$crate::MycelMsg>,
            $crate::error::ContractError,
        > {
            $crate::contract::execute_by(&$policies, deps, env, info, msg)
        }

        /// What sortition answered.
        #[$crate::cosmwasm_std::entry_point(crate = "::mycel_funding::cosmwasm_std")]
        pub fn reply(
            deps: $crate::cosmwasm_std::DepsMut<'_, $crate::MycelQuery>,
            env: $crate::cosmwasm_std::Env,
            reply: $crate::cosmwasm_std::Reply,
        ) -> ::std::result::Result<
            $crate::cosmwasm_std::Response<$crate::MycelMsg>,
            $crate::error::ContractError,
        > {
            $crate::contract::reply(deps, env, reply)
        }

        /// What the chain itself calls.
        #[$crate::cosmwasm_std::entry_point(crate = "::mycel_funding::cosmwasm_std")]
        pub fn sudo(
            deps: $crate::cosmwasm_std::DepsMut<'_, $crate::MycelQuery>,
            env: $crate::cosmwasm_std::Env,
            msg: $crate::SudoMsg,
        ) -> ::std::result::Result<
            $crate::cosmwasm_std::Response<$crate::MycelMsg>,
            $crate::error::ContractError,
        > {
            match msg {
                $crate::SudoMsg::EndBlock {} => {
                    $crate::contract::end_block_by(&$policies, deps, env)
                }
            }
        }

        /// Answers one query.
        #[$crate::cosmwasm_std::entry_point(crate = "::mycel_funding::cosmwasm_std")]
        pub fn query(
            deps: $crate::cosmwasm_std::Deps<'_, $crate::MycelQuery>,
            env: $crate::cosmwasm_std::Env,
            msg: $crate::ask::QueryMsg,
        ) -> ::std::result::Result<$crate::cosmwasm_std::Binary, $crate::error::ContractError> {
            $crate::query::query_by(&$policies, deps, env, msg)
        }
    };
}
