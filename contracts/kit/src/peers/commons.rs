//! What the assembly asks of the contract that keeps commons: who has a say in
//! one of them. The answers are members' ([`super::members::Eligible`],
//! [`super::members::Electors`]).

use cosmwasm_schema::cw_serde;

use crate::Id;

/// Questions to commons.
#[cw_serde]
pub enum CommonsQuery {
    /// Whether an address had a say in a commons at a height.
    Elector {
        /// The commons.
        commons: Id,
        /// Any address.
        address: String,
        /// The height.
        at: Id,
    },
    /// Who had a say in a commons at a height, by ascending number.
    Electors {
        /// The commons.
        commons: Id,
        /// The height.
        at: Id,
        /// A later height at which it is told who still has a say; absent: `at`.
        still_at: Option<Id>,
        /// Above this number; from the first if absent.
        after: Option<Id>,
        /// Look at so many persons at most.
        limit: Option<u32>,
    },
}
