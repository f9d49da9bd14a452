//! The rules a local variant may replace.
//!
//! A variant crate names a type, implements [`Policies`] for it, replaces the
//! rules it wants different (each trait has the standard as default method)
//! and calls [`entry_points!`](crate::entry_points). The invariants do not
//! depend on the policies: whatever a decay policy answers is clamped to what
//! is there, and what it takes goes to the commons.

use mycel_kit::Amount;
use mycel_kit::standard::Variant;

use crate::decay;
use crate::factors::{self, Factors};
use crate::limit;
use crate::state::{Account, Terms};

/// How far below zero an account may fall.
pub trait LimitPolicy {
    /// The limit in force at a time.
    #[must_use]
    fn limit(account: &Account, terms: &Terms, now: u64) -> Amount {
        limit::standard(account, terms, now)
    }

    /// The least and the most that assessors may give a factor, in 1/10,000.
    #[must_use]
    fn factor_bounds() -> (u16, u16) {
        factors::BOUNDS
    }

    /// Productive capacity; `eco` in Q32.
    #[must_use]
    fn capacity(factors: Factors, eco: u64) -> Amount {
        factors::capacity(factors, eco)
    }
}

/// What time leaves of a position.
pub trait DecayPolicy {
    /// What is left of `position` after Λ grew by `elapsed` (2^-96); must not
    /// grow with `elapsed`.
    #[must_use]
    fn remaining(position: i128, elapsed: u128) -> i128 {
        decay::remaining(position, elapsed)
    }
}

/// One choice of every rule.
pub trait Policies {
    /// The rule of limits.
    type Limit: LimitPolicy;
    /// The rule of decay.
    type Decay: DecayPolicy;

    /// What `about` says differs from the standard.
    #[must_use]
    fn variant() -> Variant {
        Variant::default()
    }
}

/// The standard itself.
#[derive(Clone, Copy, Debug)]
pub struct Standard;

/// Limits by the literal product: a factor may be 0, and then so is the
/// capacity.
#[derive(Clone, Copy, Debug)]
pub struct LiteralProduct;

impl LimitPolicy for LiteralProduct {
    fn factor_bounds() -> (u16, u16) {
        (0, factors::BOUNDS.1)
    }
}

impl LimitPolicy for Standard {}
impl DecayPolicy for Standard {}
impl Policies for Standard {
    type Limit = Standard;
    type Decay = Standard;
}

/// Defines a contract's entry points over one choice of policies. Called once,
/// in the crate that is the contract; a crate that is only depended on exports
/// nothing.
#[macro_export]
macro_rules! entry_points {
    ($policies:ty) => {
        /// Begins the contract.
        #[$crate::cosmwasm_std::entry_point(crate = "::mycel_credit::cosmwasm_std")]
        pub fn instantiate(
            deps: $crate::cosmwasm_std::DepsMut,
            env: $crate::cosmwasm_std::Env,
            info: $crate::cosmwasm_std::MessageInfo,
            msg: $crate::msg::InstantiateMsg,
        ) -> ::std::result::Result<$crate::cosmwasm_std::Response, $crate::error::ContractError> {
            $crate::contract::instantiate::<$policies>(deps, env, info, msg)
        }

        /// Executes one message.
        #[$crate::cosmwasm_std::entry_point(crate = "::mycel_credit::cosmwasm_std")]
        pub fn execute(
            deps: $crate::cosmwasm_std::DepsMut,
            env: $crate::cosmwasm_std::Env,
            info: $crate::cosmwasm_std::MessageInfo,
            msg: $crate::msg::ExecuteMsg,
        ) -> ::std::result::Result<$crate::cosmwasm_std::Response, $crate::error::ContractError> {
            $crate::contract::execute::<$policies>(deps, env, info, msg)
        }

        /// Does what the chain says.
        #[$crate::cosmwasm_std::entry_point(crate = "::mycel_credit::cosmwasm_std")]
        pub fn sudo(
            deps: $crate::cosmwasm_std::DepsMut,
            env: $crate::cosmwasm_std::Env,
            msg: $crate::msg::SudoMsg,
        ) -> ::std::result::Result<$crate::cosmwasm_std::Response, $crate::error::ContractError> {
            $crate::contract::sudo::<$policies>(deps, env, msg)
        }

        /// Answers one query.
        #[$crate::cosmwasm_std::entry_point(crate = "::mycel_credit::cosmwasm_std")]
        pub fn query(
            deps: $crate::cosmwasm_std::Deps,
            env: $crate::cosmwasm_std::Env,
            msg: $crate::msg::QueryMsg,
        ) -> ::std::result::Result<$crate::cosmwasm_std::Binary, $crate::error::ContractError> {
            $crate::query::query::<$policies>(deps, env, msg)
        }
    };
}
