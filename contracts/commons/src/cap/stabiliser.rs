//! The supply stabiliser of a long-lived cap: too much in circulation goes into
//! a reserve, too little comes out of it, and a reserve above its own limit is
//! invalid.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;

use crate::bounds;
use crate::error::ContractError;
use crate::quantity::Quantity;

const MILLION: u128 = 1_000_000;

/// What happens at an opening.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Adjustment {
    /// Kept back, into the reserve.
    pub intake: Quantity,
    /// Given out of the reserve.
    pub release: Quantity,
}

/// A policy of what to keep back and what to release.
pub trait Stabiliser {
    /// What a circulation asks for, given the reserve.
    fn adjust(&self, circulation: Quantity, reserve: Quantity) -> Adjustment;

    /// What of a reserve is invalid.
    fn invalid(&self, reserve: Quantity) -> Quantity;
}

/// Bounds of the circulation and what follows from them.
#[cw_serde]
#[derive(Copy, Eq, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Band {
    /// Above this total, a share of it is taken in.
    pub upper: Quantity,
    /// From here to `upper`, the difference to this is taken in.
    pub lower: Quantity,
    /// Below this total, something is released.
    pub scarce: Quantity,
    /// The share taken in above `upper`, in percent of the total.
    pub intake_percent: u8,
    /// What is released, as far as the reserve has it.
    pub release: Quantity,
    /// A reserve above this is invalid.
    pub reserve_most: Quantity,
}

impl Default for Band {
    fn default() -> Band {
        let millions = |n| Quantity::at_most(n * MILLION);
        Band {
            upper: millions(1_096),
            lower: millions(833),
            scarce: millions(400),
            intake_percent: 24,
            release: millions(100),
            reserve_most: millions(400),
        }
    }
}

impl Band {
    /// Refuses numbers out of their bounds.
    ///
    /// # Errors
    /// [`ContractError::OutOfBounds`] with the bound.
    pub fn check(&self) -> Result<(), ContractError> {
        let (upper, lower) = (self.upper.units(), self.lower.units());
        bounds::within("upper", upper, lower, Quantity::MAX.units())?;
        bounds::within("scarce", self.scarce.units(), 0u128, lower)?;
        bounds::within("intake_percent", self.intake_percent, 0u8, 100u8)
    }
}

impl Stabiliser for Band {
    fn adjust(&self, circulation: Quantity, reserve: Quantity) -> Adjustment {
        let x = circulation.units();
        let mut adjustment = Adjustment::default();
        if circulation > self.upper {
            // to the nearest unit
            let share = (u128::from(self.intake_percent) * x + 50) / 100;
            adjustment.intake = Quantity::at_most(share);
        } else if circulation >= self.lower {
            adjustment.intake = circulation.less(self.lower);
        } else if circulation < self.scarce {
            adjustment.release = self.release.min(reserve);
        }
        adjustment
    }

    fn invalid(&self, reserve: Quantity) -> Quantity {
        reserve.less(self.reserve_most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(n: u128) -> Quantity {
        Quantity::new(n).expect("a quantity")
    }

    /// The standard band, counted in millions.
    fn small() -> Band {
        Band {
            upper: units(1_096),
            lower: units(833),
            scarce: units(400),
            intake_percent: 24,
            release: units(100),
            reserve_most: units(400),
        }
    }

    fn asked(circulation: u128, reserve: u128) -> (u128, u128) {
        let asked = small().adjust(units(circulation), units(reserve));
        (asked.intake.units(), asked.release.units())
    }

    #[test]
    fn above_the_upper_bound_24_percent_are_taken_in_to_the_nearest_unit() {
        assert_eq!(asked(1_097, 0), (263, 0)); // 263.28
        assert_eq!(asked(1_098, 0), (264, 0)); // 263.52
        assert_eq!(asked(1_400, 0), (336, 0));
        // a half goes up: 24 % of 1,106.25 cannot be met with whole units, 12.5 % can
        let half = Band {
            intake_percent: 25,
            ..small()
        };
        assert_eq!(half.adjust(units(1_098), units(0)).intake.units(), 275); // 274.5
    }

    #[test]
    fn at_the_upper_bound_and_in_the_band_the_difference_is_taken_in() {
        assert_eq!(asked(1_096, 0), (263, 0));
        assert_eq!(asked(1_095, 0), (262, 0));
        assert_eq!(asked(834, 0), (1, 0));
    }

    #[test]
    fn at_the_lower_bound_and_below_it_nothing_happens() {
        assert_eq!(asked(833, 400), (0, 0));
        assert_eq!(asked(832, 400), (0, 0));
        assert_eq!(asked(401, 400), (0, 0));
        assert_eq!(asked(400, 400), (0, 0));
    }

    #[test]
    fn below_the_least_100_are_released_as_far_as_the_reserve_has_them() {
        assert_eq!(asked(399, 400), (0, 100));
        assert_eq!(asked(0, 100), (0, 100));
        assert_eq!(asked(0, 99), (0, 99));
        assert_eq!(asked(0, 0), (0, 0));
    }

    #[test]
    fn a_reserve_above_its_own_limit_is_invalid() {
        let invalid = |reserve| small().invalid(units(reserve)).units();
        assert_eq!([invalid(399), invalid(400), invalid(401)], [0, 0, 1]);
        assert_eq!(invalid(1_000), 600);
    }

    #[test]
    fn the_standard_numbers_are_in_millions() {
        let asked = Band::default().adjust(units(1_096_000_001), Quantity::ZERO);
        assert_eq!(asked.intake.units(), 263_040_000);
        assert!(Band::default().check().is_ok());
        let widest = Band {
            intake_percent: 100,
            ..Band::default()
        };
        let all = widest.adjust(Quantity::MAX, Quantity::MAX);
        assert_eq!(all.intake, Quantity::MAX);
    }

    #[test]
    fn a_band_out_of_order_is_refused_with_the_bound() {
        let refused = |band: Band| band.check().expect_err("out of bounds").to_string();
        let said = refused(Band {
            upper: units(832),
            ..small()
        });
        assert!(said.contains("upper=832") && said.contains("833"), "{said}");
        let said = refused(Band {
            scarce: units(834),
            ..small()
        });
        assert!(said.contains("scarce=834"), "{said}");
        let said = refused(Band {
            intake_percent: 101,
            ..small()
        });
        assert!(said.contains("intake_percent=101"), "{said}");
    }
}
