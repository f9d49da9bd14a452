//! The score and its thresholds, as circuit show has them.
//!
//! (successful/total) × average ecological effect × longevity × vouching,
//! without division: `S·E·min(age,16)·vouch·2^16 ≥ θ·T²·1000·16·64`, with
//! `T ≥ t_min ≥ 1`, and separately `S·2^16 ≥ θ_rel·T`,
//! `E·2^16 ≥ θ_eco·T·1000`, `R·2^16 ≥ θ_rec·T·1000`.

use crate::error::MailboxError;
use crate::leaf::Attr;
use crate::state::State;

/// The most periods of membership that count.
pub const AGE_CAP: u64 = 16;
/// The most vouching that the contract writes.
pub const VOUCH_CAP: u64 = 64;
/// One, of thresholds.
pub const ONE: u64 = 1 << 16;
/// Weighted sums of weights are below 2^44, as circuit show needs them.
pub const WEIGHT_BITS: u32 = 44;
/// Weighted sums of weight·mille are below 2^54, as circuit show needs them.
pub const MILLE_BITS: u32 = 54;

/// What a gate asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Thresholds {
    /// Of the score as a whole, in 1/65536.
    pub theta: u64,
    /// The least total weight, at least 1. Sums are weighted by period: T about
    /// halves when a period ends.
    pub t_min: u64,
    /// Of the share of kept words, in 1/65536.
    pub theta_rel: u64,
    /// Of the average ecological effect, in 1/65536.
    pub theta_eco: u64,
    /// Of the average reciprocity, in 1/65536.
    pub theta_rec: u64,
}

impl Thresholds {
    /// In the order of circuit show's public inputs.
    #[must_use]
    pub fn in_order(&self) -> [u64; 5] {
        [
            self.theta,
            self.t_min,
            self.theta_rel,
            self.theta_eco,
            self.theta_rec,
        ]
    }

    /// Refuses what circuit show cannot express.
    pub fn check(&self) -> Result<(), MailboxError> {
        let fractions = [
            ("theta", self.theta),
            ("theta_rel", self.theta_rel),
            ("theta_eco", self.theta_eco),
            ("theta_rec", self.theta_rec),
        ];
        let most = (1 << WEIGHT_BITS) - 1;
        let bounded = fractions
            .into_iter()
            .map(|(what, value)| (what, value, ONE));
        for (what, value, most) in bounded.chain([("t_min", self.t_min, most)]) {
            if value > most {
                return Err(MailboxError::OutOfRange { what, value, most });
            }
        }
        Ok(())
    }
}

/// A threshold missed, with both sides.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: has={has} needs={needs}")]
pub struct Shortfall {
    /// Which one.
    pub what: &'static str,
    /// The left side.
    pub has: u128,
    /// The right side.
    pub needs: u128,
}

/// What a member's whole history amounts to in some period.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// S, T, E, R, weighted by period.
    pub sums: [u128; 4],
    /// Periods since joining, at most 16.
    pub age: u64,
    /// Vouching.
    pub vouch: u64,
}

impl std::fmt::Debug for Score {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { age, vouch, .. } = self;
        write!(formatter, "Score(secret, age={age} vouch={vouch})")
    }
}

impl Score {
    /// The score in `period` of a state that contains everything received.
    pub fn of(state: &State, attr: &Attr, period: u32) -> Result<Self, MailboxError> {
        let mut state = *state;
        state.shift(period)?;
        let age = period
            .checked_sub(attr.joined)
            .ok_or(MailboxError::OutOfRange {
                what: "joined",
                value: attr.joined.into(),
                most: period.into(),
            })?;
        let score = Self {
            sums: std::array::from_fn(|sum| state.weighted(sum)),
            age: AGE_CAP.min(age.into()),
            vouch: attr.vouch.into(),
        };
        let bits = [WEIGHT_BITS, WEIGHT_BITS, MILLE_BITS, MILLE_BITS];
        if score
            .sums
            .iter()
            .zip(bits)
            .any(|(sum, bits)| sum >> bits != 0)
        {
            return Err(MailboxError::Overflow);
        }
        Ok(score)
    }

    /// Whether it reaches the thresholds; if not, the first one missed with both sides.
    pub fn meets(&self, thresholds: &Thresholds) -> Result<(), MailboxError> {
        thresholds.check()?;
        let [s, t, e, r] = self.sums;
        let [theta, t_min, rel, eco, rec] = thresholds.in_order().map(u128::from);
        let (one, mille) = (u128::from(ONE), 1000);
        let caps = u128::from(AGE_CAP * VOUCH_CAP) * mille;
        let standing = u128::from(self.age * self.vouch);
        let sides = [
            ("t_min: the least is", t_min, 1),
            ("total weight", t, t_min),
            ("score", s * e * standing * one, theta * t * t * caps),
            ("kept words", s * one, rel * t),
            ("ecological effect", e * one, eco * t * mille),
            ("reciprocity", r * one, rec * t * mille),
        ];
        match sides.into_iter().find(|(_, has, needs)| has < needs) {
            None => Ok(()),
            Some((what, has, needs)) => Err(Shortfall { what, has, needs }.into()),
        }
    }
}
