//! How a matching pool is divided by what many give, not by what a few do.
//! Pure arithmetic: nothing here is stored.
//!
//! # The model
//! A contribution of c pico-credits has the **root** s = ⌊√(c·2^64)⌋, its
//! square root in Q32 ([`root`]). A project is weighed by the pairs of its
//! contributors, in Q64: (Σs)² − Σs² = Σ over ordered pairs of s_i·s_j, which
//! one contributor alone leaves at 0 and which is never negative ([`Sums`]). A
//! [`MatchRule`] says what counts as one contributor, how a project is weighed
//! and how the pool is divided by the weights:
//!
//! | rule | weight | kept |
//! |---|---|---|
//! | [`Quadratic`] | (Σs)² − Σs² | two sums a project |
//! | [`CapitalConstrained`] | the same; α·weight is paid, 0 ≤ α ≤ 1 | the same |
//! | [`Clustered`] | the same, declared groups being one contributor | the same |
//! | [`PairwiseBounded`] | Σ_{i<j} s_i·s_j·M/(M + k_ij) | computed row by row ([`pairs`]) |
//!
//! # Rounding
//! All roots, weights and shares are rounded down; what that leaves over is
//! given by largest remainder, ties to the lower project ([`payout`]).
//!
//! | | below the exact value by less than |
//! |---|---|
//! | s | 1 (2^-32 of the root of a pico-credit) |
//! | (Σs)² − Σs² of n contributors | 2(n − 1)·Σs + n² in Q64, by the roots alone; exact in the roots |
//! | a pairwise weight | 2^-61 of itself and 1 in Q64 a pair, beside the roots |
//! | a project's matching | 1 pico-credit, either way |
//!
//! # Invariants
//! 1. Σ matching + returned = pool, to the unit, whatever the rule.
//! 2. No project gets more than the cap; none with weight 0 gets anything.
//! 3. Who weighs more never gets less.
//!
//! # Map
//! [`roots`]: sums of roots · [`pairs`]: pairwise bounding in rows ·
//! [`payout`]: saturation, cap, whole units · [`alpha`]: clr.fund's way.
//!
//! # Example
//! ```
//! use mycel_funding::rules::{MatchRule, Quadratic, Saturation, Sums};
//! let weigh = |given: &[u128]| Quadratic.weight(&given.iter().map(|&c| (0, c)).collect::<Sums>());
//! let weights = [weigh(&[2, 3]), weigh(&[8, 8])];
//! let paid = Quadratic.allocate(10_000, &weights, 10_000, Saturation::Scale).unwrap();
//! assert_eq!(paid.parts, [2_344, 7_656]);
//! ```

pub mod alpha;
pub mod pairs;
pub mod payout;
pub mod roots;

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use mycel_kit::apportion::ApportionError;
use mycel_kit::wide::U256;

pub use pairs::{Place, Row, Table, row};
pub use payout::{Allocation, Saturation, allocate, cap_of};
pub use roots::{Sums, Wide, root};

/// Who counts as one contributor: a person, or all of a declared group together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum Unit {
    /// The person.
    Person(u64),
    /// The group.
    Group(u32),
}

/// A rule of matching. A variant overrides one method; the others follow.
pub trait MatchRule {
    /// Its name on the wire.
    fn name(&self) -> &'static str;

    /// As whom a contributor counts at a project.
    fn unit(&self, person: u64, group: Option<u32>) -> Unit {
        let _ = group;
        Unit::Person(person)
    }

    /// The bound M in pico-credits, where weights are computed pair by pair
    /// ([`row`]) instead of from kept sums.
    fn pairwise(&self) -> Option<u64> {
        None
    }

    /// What a project weighs by its kept sums, in Q64.
    fn weight(&self, sums: &Sums) -> U256 {
        sums.weight()
    }

    /// Divides a pool by the projects' weights: at most `cap_bps` / 10,000 of
    /// the pool to one.
    ///
    /// # Errors
    /// Beyond the bounds of [`mod@mycel_kit::apportion`]: none within those of a round.
    fn allocate(
        &self,
        pool: u128,
        weights: &[U256],
        cap_bps: u32,
        saturation: Saturation,
    ) -> Result<Allocation, ApportionError> {
        allocate(pool, weights, cap_of(pool, cap_bps), saturation)
    }
}

/// (Σs)² − Σs².
#[derive(Clone, Copy, Debug, Default)]
pub struct Quadratic;

impl MatchRule for Quadratic {
    fn name(&self) -> &'static str {
        "quadratic"
    }
}

/// As clr.fund: a project is paid α·V² + (1 − α)·spent with V = Σs, which
/// contains what was given to it; the matching is α·(V² − spent), α at most 1.
#[derive(Clone, Copy, Debug, Default)]
pub struct CapitalConstrained;

impl MatchRule for CapitalConstrained {
    fn name(&self) -> &'static str {
        "capital_constrained"
    }

    /// α never exceeds 1, so that what is above Σ weights is always returned,
    /// whatever the round chose.
    fn allocate(
        &self,
        pool: u128,
        weights: &[U256],
        cap_bps: u32,
        _: Saturation,
    ) -> Result<Allocation, ApportionError> {
        allocate(pool, weights, cap_of(pool, cap_bps), Saturation::Return)
    }
}

/// Pairs that give to the same projects count less the more they do so:
/// s_i·s_j·M/(M + k_ij), where k_ij is Σ s_i·s_j over all projects.
#[derive(Clone, Copy, Debug)]
pub struct PairwiseBounded {
    /// M in pico-credits: a pair with k = M counts half. 0 counts as 1.
    pub m: u64,
}

impl MatchRule for PairwiseBounded {
    fn name(&self) -> &'static str {
        "pairwise"
    }

    fn pairwise(&self) -> Option<u64> {
        Some(self.m.max(1))
    }
}

/// As quadratic; what a declared group gives to a project counts as one contribution.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clustered;

impl MatchRule for Clustered {
    fn name(&self) -> &'static str {
        "clustered"
    }

    fn unit(&self, person: u64, group: Option<u32>) -> Unit {
        group.map_or(Unit::Person(person), Unit::Group)
    }
}

/// A round's rule, as it is told and stored.
#[cw_serde]
#[derive(Copy, Eq, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Rule {
    /// [`Quadratic`].
    Quadratic {},
    /// [`CapitalConstrained`].
    CapitalConstrained {},
    /// [`PairwiseBounded`]; the default.
    Pairwise {
        /// M; absent: the median contribution, each giver having one voice,
        /// known when contributions end.
        #[serde(default)]
        m: Option<mycel_kit::Amount>,
    },
    /// [`Clustered`].
    Clustered {},
}

impl Default for Rule {
    fn default() -> Self {
        Rule::Pairwise { m: None }
    }
}

impl Rule {
    /// What follows the rule, where the median contribution is needed for the
    /// default M.
    #[must_use]
    pub fn with_median(&self, median: u64) -> Box<dyn MatchRule> {
        match self {
            Rule::Quadratic {} => Box::new(Quadratic),
            Rule::CapitalConstrained {} => Box::new(CapitalConstrained),
            Rule::Clustered {} => Box::new(Clustered),
            Rule::Pairwise { m } => Box::new(PairwiseBounded {
                m: m.map_or(median, |m| m.pico()).max(1),
            }),
        }
    }

    /// The rule while contributions come in, before any median is known.
    #[must_use]
    pub fn rule(&self) -> Box<dyn MatchRule> {
        self.with_median(1)
    }
}

#[cfg(test)]
mod tests;
