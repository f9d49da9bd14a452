//! How much may be taken of a stock: harvest rules.
//!
//! Each is monotone (a smaller stock never yields more) and never yields more
//! than the stock. Products are exact; the one division rounds down.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use mycel_kit::wide::{self, U256};

use crate::bounds;
use crate::error::ContractError;
use crate::quantity::Quantity;

const MILLION: u32 = 1_000_000;

/// Most steps of a stepwise rule.
pub const MAX_STEPS: usize = 16;

/// A harvest rule.
pub trait HarvestRule {
    /// The most that may be issued in an epoch of a stock, given the lower
    /// bound of it: floor(F · low), never above `low`, monotone.
    fn most(&self, low: Quantity) -> Quantity;
}

/// The rules a commons may choose from.
#[cw_serde]
#[derive(Eq, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Rule {
    /// By the stock's status: F = f_msy · clamp((B − b_lim)/(b_trig − b_lim), 0, 1).
    Status {
        /// The share of the stock that may be taken above `b_trig`, in parts per million.
        f_msy_ppm: u32,
        /// Nothing is taken at this stock or below.
        b_lim: Quantity,
        /// The full share is taken from this stock on; more than `b_lim`.
        b_trig: Quantity,
    },
    /// The same each epoch, as far as there is so much.
    Fixed {
        /// Units an epoch.
        quantity: Quantity,
    },
    /// The same share of whatever there is.
    Proportional {
        /// The share, in parts per million.
        f_ppm: u32,
    },
    /// A share by steps of the stock; below the first nothing.
    Stepwise {
        /// One to 16 steps, by ascending stock, no share smaller than the one before.
        steps: Vec<Step>,
    },
}

/// From a stock on, a share of it.
#[cw_serde]
#[derive(Copy, Eq, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Step {
    /// From this stock on …
    pub from: Quantity,
    /// … this share of it may be taken, in parts per million.
    pub f_ppm: u32,
}

impl Rule {
    /// Refuses numbers out of their bounds.
    ///
    /// # Errors
    /// [`ContractError::OutOfBounds`] with the bound.
    pub fn check(&self) -> Result<(), ContractError> {
        let most = Quantity::MAX.units();
        match self {
            Rule::Status {
                f_msy_ppm,
                b_lim,
                b_trig,
            } => {
                bounds::within("f_msy_ppm", *f_msy_ppm, 0u32, MILLION)?;
                bounds::within("b_trig", b_trig.units(), b_lim.units() + 1, most)
            }
            Rule::Fixed { quantity } => bounds::within("quantity", quantity.units(), 0u128, most),
            Rule::Proportional { f_ppm } => bounds::within("f_ppm", *f_ppm, 0u32, MILLION),
            Rule::Stepwise { steps } => {
                let count = u128::try_from(steps.len()).unwrap_or(u128::MAX);
                bounds::within("steps", count, 1u128, MAX_STEPS as u128)?;
                let (mut from, mut share) = (0, 0);
                for step in steps {
                    bounds::within("from", step.from.units(), from, most)?;
                    bounds::within("f_ppm", step.f_ppm, share, MILLION)?;
                    (from, share) = (step.from.units() + 1, step.f_ppm);
                }
                Ok(())
            }
        }
    }

    /// Its name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Rule::Status { .. } => "status",
            Rule::Fixed { .. } => "fixed",
            Rule::Proportional { .. } => "proportional",
            Rule::Stepwise { .. } => "stepwise",
        }
    }
}

impl HarvestRule for Rule {
    fn most(&self, low: Quantity) -> Quantity {
        let yielded = match self {
            Rule::Status {
                f_msy_ppm,
                b_lim,
                b_trig,
            } => status(low.units(), *f_msy_ppm, b_lim.units(), b_trig.units()),
            Rule::Fixed { quantity } => quantity.units(),
            Rule::Proportional { f_ppm } => share(low, *f_ppm),
            Rule::Stepwise { steps } => steps
                .iter()
                .take_while(|step| step.from <= low)
                .last()
                .map_or(0, |step| share(low, step.f_ppm)),
        };
        Quantity::at_most(yielded).min(low)
    }
}

fn share(low: Quantity, ppm: u32) -> u128 {
    low.units() * u128::from(ppm) / u128::from(MILLION)
}

/// floor(B · f · min(B − lim, trig − lim) / ((trig − lim) · 10^6)); widest 2^146.
fn status(b: u128, f_msy_ppm: u32, lim: u128, trig: u128) -> u128 {
    let (Some(above), Some(span)) = (b.checked_sub(lim), trig.checked_sub(lim)) else {
        return 0;
    };
    if span == 0 {
        return 0;
    }
    let product = wide::mul(b * u128::from(f_msy_ppm), above.min(span));
    let yielded = product / U256::from(span * u128::from(MILLION));
    yielded.try_into().unwrap_or(u128::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(n: u128) -> Quantity {
        Quantity::new(n).expect("a quantity")
    }

    fn forest() -> Rule {
        Rule::Status {
            f_msy_ppm: 200_000,
            b_lim: units(200),
            b_trig: units(500),
        }
    }

    #[test]
    fn by_status_nothing_is_taken_at_the_limit_and_the_full_share_from_the_trigger_on() {
        let most = |b| forest().most(units(b)).units();
        assert_eq!(most(0), 0);
        assert_eq!(most(199), 0);
        assert_eq!(most(200), 0);
        // 0.2 · 350 · 150/300
        assert_eq!(most(350), 35);
        // 0.2 · 499 · 299/300 = 99.46…
        assert_eq!(most(499), 99);
        assert_eq!(most(500), 100);
        assert_eq!(most(1_000), 200);
    }

    #[test]
    fn a_fixed_quantity_is_never_more_than_there_is() {
        let rule = Rule::Fixed {
            quantity: units(100),
        };
        assert_eq!(rule.most(units(1_000)).units(), 100);
        assert_eq!(rule.most(units(60)).units(), 60);
        assert_eq!(rule.most(Quantity::ZERO).units(), 0);
    }

    #[test]
    fn a_proportional_share_is_rounded_down() {
        let rule = Rule::Proportional { f_ppm: 333_333 };
        assert_eq!(rule.most(units(10)).units(), 3);
        assert_eq!(rule.most(units(2)).units(), 0);
    }

    #[test]
    fn a_stepwise_share_is_that_of_the_highest_step_reached() {
        let steps = vec![
            Step {
                from: units(100),
                f_ppm: 100_000,
            },
            Step {
                from: units(500),
                f_ppm: 200_000,
            },
        ];
        let rule = Rule::Stepwise { steps };
        let most = |b| rule.most(units(b)).units();
        assert_eq!(
            [most(99), most(100), most(499), most(500)],
            [0, 10, 49, 100]
        );
    }

    #[test]
    fn a_rule_out_of_its_bounds_is_refused_with_the_bound() {
        let refused = |rule: Rule| rule.check().expect_err("out of bounds").to_string();
        let status = |f_msy_ppm, lim, trig| Rule::Status {
            f_msy_ppm,
            b_lim: units(lim),
            b_trig: units(trig),
        };
        assert!(status(MILLION, 0, 1).check().is_ok());
        assert!(refused(status(MILLION + 1, 0, 1)).contains("1000000"));
        let said = refused(status(1, 7, 7));
        assert!(
            said.contains("b_trig=7") && said.contains("least=8"),
            "{said}"
        );
        assert!(refused(status(1, Quantity::MAX.units(), 7)).contains("b_trig=7"));
        assert!(refused(Rule::Proportional { f_ppm: MILLION + 1 }).contains("f_ppm"));
        let steps = |all: &[(u128, u32)]| {
            let step = |(from, f_ppm): &(u128, u32)| Step {
                from: units(*from),
                f_ppm: *f_ppm,
            };
            let steps = all.iter().map(step).collect();
            Rule::Stepwise { steps }
        };
        assert!(steps(&[(0, 0), (1, 0), (2, MILLION)]).check().is_ok());
        assert!(refused(steps(&[])).contains("steps=0"));
        assert!(refused(steps(&[(1, 1); 17])).contains("steps=17"));
        assert!(refused(steps(&[(5, 1), (5, 2)])).contains("from=5 least=6"));
        assert!(refused(steps(&[(5, 2), (6, 1)])).contains("f_ppm=1 least=2"));
    }
}
