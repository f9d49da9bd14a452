//! How a stock grows and what a catch leaves: what a reading may plausibly be.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use mycel_kit::wide::{self, U256};

use crate::bounds;
use crate::error::ContractError;
use crate::quantity::Quantity;

/// The greatest growth rate, in parts per million of the stock an epoch.
pub const MAX_RATE: u32 = 4_000_000;
const MILLION: u128 = 1_000_000;

/// A model of a stock over one epoch.
pub trait Production {
    /// The stock an epoch later, after a catch: never below nothing, never
    /// above [`Quantity::MAX`]; rounded down.
    fn next(&self, stock: Quantity, catch: Quantity) -> Quantity;
}

/// The models a commons may choose from.
#[cw_serde]
#[derive(Eq, BorshSerialize, BorshDeserialize)]
#[schemaifier(mute_warnings)]
pub enum Model {
    /// Surplus production: growth is greatest at half the capacity.
    Schaefer(Schaefer),
}

impl Model {
    /// Refuses numbers out of their bounds.
    ///
    /// # Errors
    /// [`ContractError::OutOfBounds`] with the bound.
    pub fn check(&self) -> Result<(), ContractError> {
        match self {
            Model::Schaefer(model) => model.check(),
        }
    }
}

impl Production for Model {
    fn next(&self, stock: Quantity, catch: Quantity) -> Quantity {
        match self {
            Model::Schaefer(model) => model.next(stock, catch),
        }
    }
}

/// Schaefer's surplus production: B' = B + rB(1 − B/K) − C.
#[cw_serde]
#[derive(Copy, Eq, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Schaefer {
    /// r: growth of a small stock in an epoch, in parts per million, at most 4,000,000.
    pub r_ppm: u32,
    /// K: the stock that does not grow any more.
    pub capacity: Quantity,
}

impl Schaefer {
    /// Refuses numbers out of their bounds.
    ///
    /// # Errors
    /// [`ContractError::OutOfBounds`] with the bound.
    pub fn check(&self) -> Result<(), ContractError> {
        bounds::within("r_ppm", self.r_ppm, 0u32, MAX_RATE)?;
        let most = Quantity::MAX.units();
        bounds::within("capacity", self.capacity.units(), 1u128, most)
    }
}

impl Production for Schaefer {
    fn next(&self, stock: Quantity, catch: Quantity) -> Quantity {
        let (b, k) = (stock.units(), self.capacity.units().max(1));
        // r·B < 2^86, times |K − B| < 2^63: 2^149 in all
        let product = wide::mul(u128::from(self.r_ppm) * b, k.abs_diff(b));
        let (change, rest) = product.div_rem(U256::from(k * MILLION));
        if b <= k {
            // growth is at most r/4 of the capacity: it fits
            let grown = b.saturating_add(narrow(change));
            return Quantity::at_most(grown.saturating_sub(catch.units()));
        }
        // toward −∞: what a stock above its capacity loses is rounded up
        let lost = narrow(change).saturating_add(u128::from(!rest.is_zero()));
        let left = b.saturating_sub(lost);
        Quantity::at_most(left.saturating_sub(catch.units()))
    }
}

/// The low 128 bits, or the greatest number there is.
fn narrow(wide: U256) -> u128 {
    wide.try_into().unwrap_or(u128::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(n: u128) -> Quantity {
        Quantity::new(n).expect("a quantity")
    }

    fn forest() -> Schaefer {
        Schaefer {
            r_ppm: 400_000,
            capacity: units(1_000),
        }
    }

    #[test]
    fn half_the_capacity_grows_most_and_all_of_it_stays() {
        let next = |b, c| forest().next(units(b), units(c)).units();
        assert_eq!(next(500, 0), 600);
        assert_eq!(next(500, 100), 500);
        assert_eq!(next(1_000, 0), 1_000);
        assert_eq!(next(0, 0), 0);
    }

    #[test]
    fn growth_and_decline_are_rounded_toward_nature() {
        let next = |b| forest().next(units(b), Quantity::ZERO).units();
        // 0.4 · 3 · 0.997 = 1.1964
        assert_eq!(next(3), 4);
        // 0.4 · 1,001 · −0.001 = −0.4004: a whole unit is lost
        assert_eq!(next(1_001), 1_000);
    }

    #[test]
    fn a_catch_beyond_the_stock_leaves_nothing() {
        let next = |b, c| forest().next(units(b), units(c)).units();
        assert_eq!(next(500, 600), 0);
        assert_eq!(next(500, 601), 0);
        assert_eq!(forest().next(units(500), Quantity::MAX), Quantity::ZERO);
        // far above the capacity the decline alone is more than the stock
        assert_eq!(forest().next(Quantity::MAX, Quantity::ZERO), Quantity::ZERO);
    }

    #[test]
    fn the_widest_numbers_neither_overflow_nor_pass_the_bound() {
        let steep = Schaefer {
            r_ppm: MAX_RATE,
            capacity: Quantity::MAX,
        };
        let half = units(Quantity::MAX.units() / 2);
        assert_eq!(steep.next(half, Quantity::ZERO), Quantity::MAX);
        let narrow = Schaefer {
            r_ppm: MAX_RATE,
            capacity: units(1),
        };
        assert_eq!(narrow.next(Quantity::MAX, Quantity::ZERO), Quantity::ZERO);
    }

    #[test]
    fn a_model_out_of_its_bounds_is_refused_with_the_bound() {
        let model = |r_ppm, k| {
            let capacity = units(k);
            Model::Schaefer(Schaefer { r_ppm, capacity }).check()
        };
        assert!(model(MAX_RATE, 1).is_ok());
        let said = model(MAX_RATE + 1, 1).expect_err("too steep").to_string();
        assert!(
            said.contains("4000001") && said.contains("4000000"),
            "{said}"
        );
        let said = model(1, 0).expect_err("no capacity").to_string();
        assert!(said.contains("capacity=0"), "{said}");
    }
}
