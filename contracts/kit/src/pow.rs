//! Logarithms, exponentials and real powers in fixed point.
//!
//! Numbers are Q64.64: [`ONE`] is 2^64, a logarithm is signed. Everything is
//! integer arithmetic on fixed paths, so each machine gets the same bits.
//!
//! * [`log2`]: the exponent from the leading bit, then 64 bits of the fraction
//!   by repeated squaring in Q1.63. Every square is rounded **down**, so the
//!   result is at most the true logarithm, and within 2^-61 of it.
//! * [`exp2`]: `2^(n+f) = 2^(n+1) · e^-((1-f) ln 2)` through
//!   [`exp_neg`], a lower bound with error 2^-121; the argument is rounded up.
//!   Rounded **down** again by the shift to Q64.64. Whole powers are exact.
//! * [`pow`]: `exp2(e · log2 x)`, the product rounded toward −∞, so the result
//!   is **never above** `x^e`. For x in [0.001, 20] and e in [0.1, 8] it is
//!   below it by at most 10^-14 of it and one unit of 2^-64; tiny results
//!   become 0, and a price made of one is clamped to a pico-credit by its user.
//!
//! Each of them never decreases where the exact function does not.

use crate::exp::exp_neg;
use crate::wide::{U256, low, mul};

/// 1 in Q64.64.
pub const ONE: u128 = 1 << 64;
/// `ceil(ln 2 · 2^96)`: rounded up where it makes an exponential smaller.
const LN2_CEIL: u128 = 54_916_777_467_707_473_351_141_471_129;
/// `floor(ln 2 · 2^127)`.
const LN2_FLOOR: u128 = 117_932_881_612_756_647_068_972_071_382_077_242_199;
/// `floor(log2 e · 2^126)`.
const LOG2_E_FLOOR: u128 = 122_730_920_814_699_141_436_592_336_571_523_309_380;

/// `log2 x`, rounded down; `None` of 0.
#[must_use]
pub fn log2(x: u128) -> Option<i128> {
    let top = x.checked_ilog2()?;
    // x = y · 2^(top-64), 1 ≤ y < 2 in Q1.63
    let mut y = if top >= 63 {
        x >> (top - 63)
    } else {
        x << (63 - top)
    };
    let mut fraction: i128 = 0;
    for bit in (0..64).rev() {
        y = (y * y) >> 63; // y < 2^64: the square fits
        if y >> 64 != 0 {
            y >>= 1;
            fraction |= 1 << bit;
        }
    }
    Some(((i128::from(top) - 64) << 64) + fraction)
}

/// `ln x`, rounded down; `None` of 0.
#[must_use]
pub fn ln(x: u128) -> Option<i128> {
    log2(x).map(|log| scale(log, LN2_FLOOR, 127, LN2_FLOOR + 1))
}

/// `2^z`, rounded down; exact for whole `z`; `None` from 2^64 on.
#[must_use]
pub fn exp2(z: i128) -> Option<u128> {
    let whole = z >> 64;
    let fraction = (z as u128) & (ONE - 1);
    if whole >= 64 {
        return None;
    }
    if whole < -64 {
        return Some(0);
    }
    let whole = whole as i32; // within ±64
    if fraction == 0 {
        return Some(1u128 << (64 + whole));
    }
    // (1-f) ln 2 in Q96, rounded up: both factors below 2^96, the product below 2^160
    let product = mul(ONE - fraction, LN2_CEIL);
    let mask = (U256::from(1u8) << 64usize) - U256::from(1u8);
    let up = u128::from(product & mask != U256::ZERO);
    let argument = low(product >> 64usize) + up;
    // Q0.127 in (1/2, 1): 2^(whole+1) of it in Q64.64 is a shift by 127 - 64 - whole - 1
    let power = exp_neg(argument);
    Some(if whole == 63 {
        power << 1
    } else {
        power >> (62 - whole)
    })
}

/// `e^z`, rounded down; `None` from 2^64 on.
#[must_use]
pub fn exp(z: i128) -> Option<u128> {
    exp2(scale(z, LOG2_E_FLOOR, 126, LOG2_E_FLOOR + 1))
}

/// `x^e`, rounded down, see the module's text; `None` from 2^64 on.
/// `x^0` is 1, also of 0; `0^e` is 0.
#[must_use]
pub fn pow(x: u128, e: u128) -> Option<u128> {
    if e == 0 {
        return Some(ONE);
    }
    let Some(log) = log2(x) else {
        return Some(0);
    };
    let negative = log < 0;
    let product = mul(log.unsigned_abs(), e);
    let mask = (U256::from(1u8) << 64usize) - U256::from(1u8);
    let up = negative && product & mask != U256::ZERO;
    let whole = (product >> 64usize) + U256::from(u8::from(up));
    // beyond ±2^71 lies far more than 64 binary digits either way
    if whole >> 71usize != U256::ZERO {
        return if negative { Some(0) } else { None };
    }
    let exponent = low(whole) as i128;
    exp2(if negative { -exponent } else { exponent })
}

/// `z · factor / 2^shift` toward −∞, for an irrational factor known from below
/// and from above: a positive `z` takes the lower bound, a negative the upper.
fn scale(z: i128, floor: u128, shift: usize, ceil: u128) -> i128 {
    if z >= 0 {
        let product = mul(z.unsigned_abs(), floor) >> shift;
        return i128::try_from(low(product)).unwrap_or(i128::MAX);
    }
    let product = mul(z.unsigned_abs(), ceil);
    let mask = (U256::from(1u8) << shift) - U256::from(1u8);
    let up = u128::from(product & mask != U256::ZERO);
    let product = low(product >> shift).saturating_add(up);
    i128::try_from(product).map_or(i128::MIN, |product| -product)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_powers_and_edges_are_exact() {
        assert_eq!(log2(0), None);
        assert_eq!(log2(ONE), Some(0));
        assert_eq!(log2(1), Some(-64i128 << 64));
        assert_eq!(exp2(0), Some(ONE));
        assert_eq!(exp2(3 << 64), Some(8 * ONE));
        assert_eq!(exp2(-64i128 << 64), Some(1));
        assert_eq!(exp2((-64i128 << 64) - 1), Some(0));
        assert_eq!(exp2(64i128 << 64), None);
        assert!(exp2((64i128 << 64) - 1).is_some());
        assert_eq!(exp2(i128::MAX), None);
        assert_eq!(exp2(i128::MIN), Some(0));
        assert_eq!(exp(0), Some(ONE));
        assert_eq!((exp(i128::MAX), exp(i128::MIN)), (None, Some(0)));
        assert_eq!(ln(ONE), Some(0));
        assert_eq!(ln(0), None);
    }

    #[test]
    fn powers_of_one_and_of_nothing_are_themselves() {
        for e in [1, ONE / 10, ONE, 8 * ONE, u128::MAX] {
            assert_eq!(pow(ONE, e), Some(ONE));
            assert_eq!(pow(0, e), Some(0));
        }
        assert_eq!(pow(0, 0), Some(ONE));
        assert_eq!(pow(7, 0), Some(ONE));
        assert_eq!(pow(2 * ONE, 8 * ONE), Some(256 * ONE));
        assert_eq!(pow(2 * ONE, 64 * ONE), None);
        assert_eq!(pow(u128::MAX, u128::MAX), None);
        assert_eq!(pow(1, u128::MAX), Some(0));
    }
}
