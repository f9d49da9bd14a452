//! What is asked of the contract that keeps commons: who has a say in one of
//! them (the assembly; the answers are members', [`super::members::Eligible`],
//! [`super::members::Electors`]), and what its monitors read (prices, factors).

use cosmwasm_schema::cw_serde;
use cosmwasm_std::Uint128;

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
    /// What a commons' monitors read.
    Reading {
        /// The commons.
        commons: Id,
    },
}

/// How far a feed can be trusted.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum Freshness {
    /// Enough monitors read it lately, and agree.
    Fresh,
    /// Too few did: no factor above 1 follows from it, and no cap that is larger.
    Stale,
    /// They differ, and a jury is asked: the lowest reading counts.
    Disputed,
}

/// Answer to `reading`: the one shape of a feed.
#[cw_serde]
pub struct Reading {
    /// The epoch in which it was read.
    pub epoch: Id,
    /// The lowest reading that is not refuted, in the commons' unit.
    pub low: Uint128,
    /// The median.
    pub median: Uint128,
    /// Whether it counts.
    pub status: Freshness,
}
