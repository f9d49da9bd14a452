//! The lower bound of a stock: what readings certainly show.

use crate::bounds;
use crate::error::ContractError;
use crate::monitors::value::Range;
use crate::quantity::Quantity;

/// The greatest κ, in parts per million of the readings' range.
pub const MAX_KAPPA: u32 = 10_000_000;

/// B_low = max(0, value − κ·range). The subtrahend is rounded up: a fraction of
/// a unit that nobody is sure of is not there.
#[must_use]
pub fn lower_bound(value: Quantity, range: &Range, kappa_ppm: u32) -> Quantity {
    let doubt = range.doubt(value.units(), kappa_ppm);
    value.less(Quantity::at_most(doubt))
}

/// Refuses a κ out of its bounds.
///
/// # Errors
/// [`ContractError::OutOfBounds`] with the bound.
pub fn check(kappa_ppm: u32) -> Result<(), ContractError> {
    bounds::within("kappa_ppm", kappa_ppm, 0u32, MAX_KAPPA)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn low(value: u128, range: u128, kappa_ppm: u32) -> u128 {
        let units = |n| Quantity::new(n).expect("a quantity");
        lower_bound(units(value), &Range::certain(range), kappa_ppm).units()
    }

    #[test]
    fn doubt_is_taken_off_and_rounded_up() {
        assert_eq!(low(1_000, 100, 500_000), 950);
        assert_eq!(low(1_000, 101, 500_000), 949);
        assert_eq!(low(1_000, 0, 500_000), 1_000);
        assert_eq!(low(1_000, 100, 0), 1_000);
    }

    #[test]
    fn a_bound_is_never_below_nothing() {
        assert_eq!(low(10, 100, 1_000_000), 0);
        assert_eq!(low(10, Quantity::MAX.units(), MAX_KAPPA), 0);
    }

    #[test]
    fn a_kappa_out_of_its_bounds_is_refused_with_the_bound() {
        assert!(check(MAX_KAPPA).is_ok());
        let said = check(MAX_KAPPA + 1).expect_err("too much").to_string();
        assert!(said.contains("10000000"), "{said}");
    }
}
