//! What a gate may ask: thresholds on fixed steps, so that few gates ask the
//! same and a prover is not told apart by the one it can pass; and a least
//! history that fewer than g counterparties cannot give.
//!
//! | threshold | steps |
//! |---|---|
//! | theta, of the whole score | 0, 2, 4, 8 … 65,536 |
//! | theta_rel, theta_eco, theta_rec | 0, 4,096, 8,192 … 65,536 |
//! | t_min | 15 · pair cap · g at least |
//!
//! All θ are fractions of 65,536. A clique of g + 1 persons that praise each
//! other always passes: no threshold hinders that, and whoever makes a gate is
//! told so by its number g.

use super::error::GateError;

/// 1 as a fraction of sixteen bits.
pub const ONE: u32 = 1 << 16;
/// Least counterparties of a gate.
pub const LEAST_COUNTERPARTIES: u32 = 3;
/// Most: no clique is asked to be larger than a town.
pub const MOST_COUNTERPARTIES: u32 = 1_000;
/// Weights of the last four periods, together.
pub const BUCKETS: u64 = 8 + 4 + 2 + 1;
/// The circuit compares a least history of so many bits.
pub const HISTORY_BITS: u32 = 44;
/// One step of the plain fractions.
pub const STEP: u32 = ONE / 16;

/// What a show must meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, borsh::BorshSerialize, borsh::BorshDeserialize)]
pub struct Thresholds {
    /// Persons who must at least have dealt with the prover.
    pub min_counterparties: u32,
    /// Least weighted history.
    pub t_min: u64,
    /// Least score.
    pub theta: u32,
    /// Least reliability.
    pub theta_rel: u32,
    /// Least ecological care.
    pub theta_eco: u32,
    /// Least reciprocity.
    pub theta_rec: u32,
}

/// The least history that g counterparties must have given.
#[must_use]
pub const fn least_history(pair_cap: u64, counterparties: u32) -> u64 {
    BUCKETS
        .saturating_mul(pair_cap)
        .saturating_mul(counterparties as u64)
}

fn on_step(
    what: &'static str,
    value: u32,
    fits: bool,
    steps: &'static str,
) -> Result<(), GateError> {
    if fits {
        return Ok(());
    }
    Err(GateError::OffStep { what, value, steps })
}

impl Thresholds {
    /// Whether a gate may ask this.
    ///
    /// # Errors
    /// Too few counterparties, too short a history for them, or a value between
    /// two steps.
    pub fn check(&self, pair_cap: u64) -> Result<(), GateError> {
        let g = self.min_counterparties;
        if !(LEAST_COUNTERPARTIES..=MOST_COUNTERPARTIES).contains(&g) {
            return Err(GateError::Counterparties {
                given: g,
                least: LEAST_COUNTERPARTIES,
                most: MOST_COUNTERPARTIES,
            });
        }
        let least = least_history(pair_cap, g);
        if self.t_min < least.max(1) {
            return Err(GateError::ShortHistory {
                t_min: self.t_min,
                least,
                pair_cap,
                counterparties: g,
            });
        }
        if self.t_min >> HISTORY_BITS != 0 {
            return Err(GateError::LongHistory {
                t_min: self.t_min,
                most: (1 << HISTORY_BITS) - 1,
            });
        }
        let doubling =
            |theta: u32| theta == 0 || (theta.is_power_of_two() && theta > 1 && theta <= ONE);
        on_step(
            "theta",
            self.theta,
            doubling(self.theta),
            "0, 2, 4, 8 … 65536",
        )?;
        for (what, value) in [
            ("theta_rel", self.theta_rel),
            ("theta_eco", self.theta_eco),
            ("theta_rec", self.theta_rec),
        ] {
            let fits = value % STEP == 0 && value <= ONE;
            on_step(what, value, fits, "0, 4096, 8192 … 65536")?;
        }
        Ok(())
    }

    /// The least age × vouch (at most 16 × 64) with which anybody can meet the
    /// score, were every rating perfect: S = T and E = 1000·T leave
    /// age·vouch·2^16 ≥ θ·16·64.
    #[must_use]
    pub const fn least_standing(&self) -> u64 {
        (self.theta as u64 * 16 * 64).div_ceil(ONE as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAP: u64 = 100;

    fn asked() -> Thresholds {
        Thresholds {
            min_counterparties: 3,
            t_min: 15 * CAP * 3,
            theta: 4_096,
            theta_rel: 32_768,
            theta_eco: 0,
            theta_rec: ONE,
        }
    }

    #[test]
    fn thresholds_lie_on_fixed_steps() {
        assert_eq!(asked().check(CAP), Ok(()));
        for theta in [0, 2, 4, ONE] {
            assert_eq!(Thresholds { theta, ..asked() }.check(CAP), Ok(()));
        }
        for theta in [1, 3, 4_097, ONE + 1, ONE * 2, u32::MAX] {
            let asked = Thresholds { theta, ..asked() };
            assert!(matches!(
                asked.check(CAP),
                Err(GateError::OffStep { what: "theta", .. })
            ));
        }
        for bad in [1, 4_095, ONE + STEP, u32::MAX] {
            for (what, asked) in [
                (
                    "theta_rel",
                    Thresholds {
                        theta_rel: bad,
                        ..asked()
                    },
                ),
                (
                    "theta_eco",
                    Thresholds {
                        theta_eco: bad,
                        ..asked()
                    },
                ),
                (
                    "theta_rec",
                    Thresholds {
                        theta_rec: bad,
                        ..asked()
                    },
                ),
            ] {
                let error = asked.check(CAP).expect_err("between two steps");
                assert!(error.to_string().contains(what), "{error}");
            }
        }
    }

    #[test]
    fn a_gate_asks_for_three_counterparties_and_a_history_that_fewer_cannot_give() {
        for g in [0, 1, 2, 1_001] {
            let asked = Thresholds {
                min_counterparties: g,
                ..asked()
            };
            assert!(matches!(
                asked.check(CAP),
                Err(GateError::Counterparties { .. })
            ));
        }
        let short = Thresholds {
            t_min: 15 * CAP * 3 - 1,
            ..asked()
        };
        assert!(matches!(
            short.check(CAP),
            Err(GateError::ShortHistory { least: 4_500, .. })
        ));
        let four = Thresholds {
            min_counterparties: 4,
            ..asked()
        };
        assert!(matches!(
            four.check(CAP),
            Err(GateError::ShortHistory { least: 6_000, .. })
        ));
        // a history of nothing is no history, even where a pair may give nothing
        let none = Thresholds {
            t_min: 0,
            ..asked()
        };
        assert!(none.check(0).is_err());
        let long = Thresholds {
            t_min: 1 << 44,
            ..asked()
        };
        assert!(matches!(
            long.check(CAP),
            Err(GateError::LongHistory { .. })
        ));
    }

    #[test]
    fn the_least_standing_is_what_perfect_ratings_need() {
        for (theta, least) in [(0, 0), (2, 1), (64, 1), (128, 2), (ONE, 1_024)] {
            assert_eq!(
                Thresholds { theta, ..asked() }.least_standing(),
                least,
                "{theta}"
            );
        }
    }
}
