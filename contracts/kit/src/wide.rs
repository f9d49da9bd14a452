//! Products of 128-bit numbers, scaled back by 2^127 (Q0.127 arithmetic).
//!
//! Both operands are below 2^128, so the product fits 256 bits exactly and
//! only the shift rounds.

use ruint::Uint;

/// A 256-bit unsigned integer, for products that 128 bits cannot hold.
pub type U256 = Uint<256, 4>;

/// The exact product of two 128-bit numbers.
#[must_use]
pub fn mul(a: u128, b: u128) -> U256 {
    Uint::<128, 2>::from(a).widening_mul::<128, 2, 256, 4>(Uint::<128, 2>::from(b))
}

/// `floor(a · b / 2^127)`, or `None` where that exceeds 128 bits.
#[must_use]
pub fn mul_shr127_floor(a: u128, b: u128) -> Option<u128> {
    let [l0, l1, l2, l3] = mul(a, b).into_limbs();
    (l3 >> 63 == 0).then(|| join((l1 >> 63) | (l2 << 1), (l2 >> 63) | (l3 << 1), l0, l1).0)
}

/// `ceil(a · b / 2^127)`, or `None` where that exceeds 128 bits.
#[must_use]
pub fn mul_shr127_ceil(a: u128, b: u128) -> Option<u128> {
    let [l0, l1, l2, l3] = mul(a, b).into_limbs();
    if l3 >> 63 != 0 {
        return None;
    }
    let (quotient, inexact) = join((l1 >> 63) | (l2 << 1), (l2 >> 63) | (l3 << 1), l0, l1);
    if inexact {
        quotient.checked_add(1)
    } else {
        Some(quotient)
    }
}

/// The quotient of two limbs, and whether any of the 127 bits below is set.
fn join(low: u64, high: u64, l0: u64, l1: u64) -> (u128, bool) {
    let quotient = u128::from(low) | (u128::from(high) << 64);
    (quotient, l0 != 0 || l1 << 1 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigUint;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn products_over_2_127_agree_with_big_integers(a: u128, b: u128) {
            let exact = BigUint::from(a) * BigUint::from(b);
            let floor = &exact >> 127u32;
            let ceil = (&exact + ((BigUint::from(1u8) << 127u32) - 1u8)) >> 127u32;
            prop_assert_eq!(mul_shr127_floor(a, b), u128::try_from(&floor).ok());
            prop_assert_eq!(mul_shr127_ceil(a, b), u128::try_from(&ceil).ok());
        }
    }

    #[test]
    fn a_ceiling_that_needs_129_bits_is_none() {
        let ceiling = mul_shr127_ceil(u128::MAX, 1 << 127);
        assert_eq!(ceiling, Some(u128::MAX));
        assert_eq!(mul_shr127_ceil(u128::MAX, (1 << 127) + 1), None);
    }
}
