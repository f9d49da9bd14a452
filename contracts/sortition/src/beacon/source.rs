//! Where randomness comes from, and when each of its rounds is.
//!
//! A source is never changed, only followed by another one: what was told to
//! wait for a round of a source gets the value of that source, so that no
//! decision can draw anew what is already out.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::{cw_schema, cw_serde, schemars};
use cosmwasm_std::Api;
use mycel_kit::Seconds;
use serde::{Deserialize, Serialize};

use super::drand;
use super::error::BeaconError;

/// The longest period, in seconds.
pub const MOST_PERIOD: u32 = 86_400;
/// Seconds by which a block's time may stand behind the clock: a proposal is
/// refused when it is older than 15 s·1.1^round, 45 s at the eleventh round.
pub const SLACK: u64 = 60;
/// The latest beginning: the year 36812.
const MOST_GENESIS: u64 = 1 << 40;

/// Where randomness comes from.
#[cw_serde]
#[derive(Eq, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Source {
    /// The validators' own beacon, asked of the chain.
    Chain {
        /// When its first round was.
        genesis: Seconds,
        /// Seconds from round to round.
        period_seconds: u32,
    },
    /// A drand network: anyone posts a round, the contract checks its signature.
    Drand {
        /// The network's public key, compressed, hexadecimal.
        public_key: String,
        /// When its first round was.
        genesis: Seconds,
        /// Seconds from round to round.
        period_seconds: u32,
        /// What is signed, and on which curve.
        scheme: Scheme,
    },
    /// Members commit and reveal: predictable, for development networks only.
    /// Round 1 is at the Unix epoch.
    CommitReveal {
        /// Seconds from round to round.
        period_seconds: u32,
    },
}

impl Default for Source {
    /// The chain's own, a round a minute.
    fn default() -> Self {
        Source::Chain {
            genesis: Seconds(0),
            period_seconds: 60,
        }
    }
}

/// What a drand network signs, by drand's own names.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    BorshSerialize,
    BorshDeserialize,
    schemars::JsonSchema,
)]
#[schemars(crate = "cosmwasm_schema::schemars")]
pub enum Scheme {
    /// Of the round alone, key in G2, signature in G1 (`quicknet`).
    #[serde(rename = "bls-unchained-g1-rfc9380")]
    UnchainedG1Rfc9380,
    /// The same with the hash of a G2 suite, as some older networks signed.
    #[serde(rename = "bls-unchained-on-g1")]
    UnchainedOnG1,
    /// Of the previous signature and the round, key in G1, signature in G2 (`default`).
    #[serde(rename = "pedersen-bls-chained")]
    PedersenChained,
}

// by hand: the derive takes no names with dashes
impl cw_schema::Schemaifier for Scheme {
    fn visit_schema(visitor: &mut cw_schema::SchemaVisitor) -> cw_schema::DefinitionReference {
        <String as cw_schema::Schemaifier>::visit_schema(visitor)
    }
}

impl Scheme {
    /// drand's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Scheme::UnchainedG1Rfc9380 => "bls-unchained-g1-rfc9380",
            Scheme::UnchainedOnG1 => "bls-unchained-on-g1",
            Scheme::PedersenChained => "pedersen-bls-chained",
        }
    }
}

impl Source {
    /// Its name in messages and events.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Source::Chain { .. } => "chain",
            Source::Drand { .. } => "drand",
            Source::CommitReveal { .. } => "commit_reveal",
        }
    }

    /// Seconds from round to round.
    #[must_use]
    pub fn period(&self) -> u64 {
        let (Source::Chain { period_seconds, .. }
        | Source::Drand { period_seconds, .. }
        | Source::CommitReveal { period_seconds }) = self;
        u64::from(*period_seconds)
    }

    /// When its first round is.
    #[must_use]
    pub const fn genesis(&self) -> u64 {
        match self {
            Source::Chain { genesis, .. } | Source::Drand { genesis, .. } => genesis.0,
            Source::CommitReveal { .. } => 0,
        }
    }

    /// What everybody who trusts it must know.
    #[must_use]
    pub const fn note(&self) -> &'static str {
        match self {
            Source::Chain { .. } => "of this chain's validators",
            Source::Drand { .. } => "of a drand network; every signature is checked",
            Source::CommitReveal { .. } => {
                "predictable: whoever reveals last chooses; development only"
            }
        }
    }

    /// Seconds between what fixes a round and the round: two periods, and where
    /// rounds follow a clock other than the block's, at least as long as a
    /// block's time may stand behind it. Else a round could be known to some
    /// before it is fixed.
    #[must_use]
    pub fn lead(&self) -> u64 {
        let two = self.period().saturating_mul(2);
        match self {
            Source::Drand { .. } => two.max(SLACK),
            Source::Chain { .. } | Source::CommitReveal { .. } => two,
        }
    }

    /// The first round whose time is not before `time`.
    #[must_use]
    pub fn round_from(&self, time: u64) -> u64 {
        let after = time.saturating_sub(self.genesis());
        after.div_ceil(self.period().max(1)).saturating_add(1)
    }

    /// When a round is: the first one at the genesis.
    #[must_use]
    pub fn time_of(&self, round: u64) -> u64 {
        round
            .saturating_sub(1)
            .saturating_mul(self.period())
            .saturating_add(self.genesis())
    }

    /// Whether it can be used.
    ///
    /// # Errors
    /// A period or beginning out of bounds, a public key that is none, or a
    /// predictable source outside development.
    pub fn check(&self, api: &dyn Api, development: bool) -> Result<(), BeaconError> {
        let refused = |why| Err(BeaconError::Source { why });
        if !(1..=u64::from(MOST_PERIOD)).contains(&self.period()) {
            return refused("period_seconds needs 1 to 86400");
        }
        if self.genesis() > MOST_GENESIS {
            return refused("genesis is too late");
        }
        match self {
            Source::Chain { .. } => Ok(()),
            Source::Drand {
                public_key, scheme, ..
            } => drand::public_key(api, *scheme, public_key).map(|_| ()),
            Source::CommitReveal { .. } if development => Ok(()),
            Source::CommitReveal { .. } => Err(BeaconError::DevelopmentOnly),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(genesis: u64, period_seconds: u32) -> Source {
        Source::Chain {
            genesis: Seconds(genesis),
            period_seconds,
        }
    }

    #[test]
    fn the_round_is_the_first_whose_time_is_not_before() {
        // drand's quicknet: round 123 at 1692803367 + 122 · 3
        let quicknet = source(1_692_803_367, 3);
        assert_eq!(quicknet.time_of(123), 1_692_803_733);
        for (time, round) in [
            (0, 1),
            (1_692_803_367, 1),
            (1_692_803_368, 2),
            (1_692_803_730, 122),
            (1_692_803_731, 123),
            (1_692_803_733, 123),
            (1_692_803_734, 124),
        ] {
            assert_eq!(quicknet.round_from(time), round, "{time}");
            assert!(quicknet.time_of(round) >= time);
            assert!(round == 1 || quicknet.time_of(round - 1) < time);
        }
    }

    #[test]
    fn numbers_at_the_edge_neither_wrap_nor_panic() {
        let edge = source(0, 1);
        assert_eq!(edge.round_from(u64::MAX), u64::MAX);
        assert_eq!(source(5, 86_400).time_of(u64::MAX), u64::MAX);
        assert_eq!(edge.time_of(0), 0);
    }
}
