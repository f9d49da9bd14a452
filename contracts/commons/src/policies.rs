//! The rules a local variant may replace.
//!
//! A variant crate names a type, implements [`Policies`] for it, replaces the
//! rules it wants different (each has the standard as default method) and calls
//! [`entry_points!`](crate::entry_points). The invariants do not depend on the
//! policies: whatever a harvest rule answers is at most what there is, and the
//! rise of a cap stays limited.

use mycel_kit::standard::Variant;

use crate::cap::rule::{HarvestRule, Rule};
use crate::quantity::Quantity;
use crate::registry::admission::{Admission, Policy};

/// One choice of every rule.
pub trait Policies: Sync {
    /// The most that may be issued in an epoch, given the lower bound of the
    /// stock and the rule that the commons chose. A greater stock must not
    /// yield less.
    fn most(&self, rule: &Rule, low: Quantity) -> Quantity {
        rule.most(low)
    }

    /// How many of the enrolled must vouch for an applicant; `None`: nobody may
    /// apply, the members decide.
    fn welcomes(&self, policy: &Policy) -> Option<u8> {
        policy.welcomes()
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
        #[$crate::cosmwasm_std::entry_point(crate = "::mycel_commons::cosmwasm_std")]
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
        #[$crate::cosmwasm_std::entry_point(crate = "::mycel_commons::cosmwasm_std")]
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
        #[$crate::cosmwasm_std::entry_point(crate = "::mycel_commons::cosmwasm_std")]
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
        #[$crate::cosmwasm_std::entry_point(crate = "::mycel_commons::cosmwasm_std")]
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
        #[$crate::cosmwasm_std::entry_point(crate = "::mycel_commons::cosmwasm_std")]
        pub fn query(
            deps: $crate::cosmwasm_std::Deps<'_, $crate::MycelQuery>,
            env: $crate::cosmwasm_std::Env,
            msg: $crate::ask::QueryMsg,
        ) -> ::std::result::Result<$crate::cosmwasm_std::Binary, $crate::error::ContractError> {
            $crate::query::query_by(&$policies, deps, env, msg)
        }
    };
}
