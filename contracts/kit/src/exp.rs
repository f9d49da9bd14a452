//! `e^-x` in fixed point.
//!
//! `x` is Q32.96, the result Q0.127. With `k = floor(x / ln 2)` and
//! `r = x - k·ln 2` in [0, ln 2): `e^-x = e^-r / 2^k`, and `e^-r` is the
//! Taylor series in Horner's form, `1 - r(1 - r/2(1 - r/3(…)))`, 33 terms.
//!
//! Every rounding is directed so that the result is a **lower bound**:
//! `ln 2` is rounded down, so `r` is at most too large; every product is
//! rounded up before it is subtracted. The series stops after an even number
//! of Horner steps from the top sign, its tail `r^34/34!` is below 2^-145.
//! Alternating signs let a rounding of an inner step return with the other
//! sign, less than one unit in all; [`MARGIN`] (40 units of 2^-127) covers it
//! with room. The error is below 2^-121 (64 units) before the shift and
//! smaller after it.
//!
//! **Monotone**: neighbouring inputs differ by 2^-96, which moves the result
//! by at least 2^30 units before the shift, far more than the 40 units of
//! noise; the shift is monotone.

use crate::wide::mul_shr127_ceil;

/// 1 in Q0.127: the result's scale.
pub const ONE: u128 = 1 << 127;
/// 1 in Q32.96: the argument's scale.
pub const UNIT: u128 = 1 << 96;
/// Taken off every result so that it stays a lower bound.
pub const MARGIN: u128 = 40;
/// `floor(ln 2 · 2^127)`.
const LN2: u128 = 117_932_881_612_756_647_068_972_071_382_077_242_199;
/// Arguments above this give 0 (e^-88 is just above 2^-127).
const CUTOFF: u128 = 88 << 96;
/// Terms of the series; odd, see the module's text.
const TERMS: u32 = 33;

/// A lower bound of `e^-x` within 2^-121, never increasing in `x`.
///
/// `x` is Q32.96, the result Q0.127. Above 88 the result is 0. At 0 it is
/// `2^127 − 40`, *not* one: a caller for whom no time has passed must not
/// multiply at all.
#[must_use]
pub fn exp_neg(x: u128) -> u128 {
    if x > CUTOFF {
        return 0;
    }
    // k = floor(x·2^31 / LN2) without leaving 128 bits: x < 2^103, so split
    // x·2^31 = LN2·k + r by dividing x by LN2/2^31 and correcting once.
    let (k, r) = reduce(x);
    let mut sum = ONE;
    let mut n = TERMS;
    while n > 0 {
        // ceil(ceil(r·sum / 2^127) / n) = ceil(r·sum / (n·2^127))
        let term = match mul_shr127_ceil(r, sum) {
            Some(product) => div_ceil(product, n),
            None => return 0, // r, sum ≤ 2^127: the product fits
        };
        sum = ONE.saturating_sub(term);
        n -= 1;
    }
    sum.saturating_sub(MARGIN) >> k
}

/// `ceil(a / n)` in 64-bit steps, which Wasm has in one operator each; its
/// 128-bit division is a call of hundreds.
fn div_ceil(a: u128, n: u32) -> u128 {
    let n = u64::from(n);
    let (high, low) = ((a >> 64) as u64, a as u64);
    let upper = ((high % n) << 32) | (low >> 32);
    let lower = ((upper % n) << 32) | (low & 0xffff_ffff);
    let quotient = (u128::from(high / n) << 64) + u128::from(((upper / n) << 32) + lower / n);
    quotient + u128::from(lower % n > 0)
}

/// `(k, r)` with `x·2^31 = k·LN2 + r`, `0 ≤ r < LN2`, for `x ≤ 88·2^96`.
fn reduce(x: u128) -> (u32, u128) {
    // One bit of k at a time from the top: k ≤ 126, and LN2·2^b / 2^31 is
    // compared through x so that nothing overflows.
    let mut k = 0u32;
    let mut high = x >> 96; // whole part of x, ≤ 88
    let mut rest = (x & (UNIT - 1)) << 31; // fraction in Q.127, < 2^127
    // Fold the whole part in: 1.0 in Q.127 is 2^127 = LN2 + (2^127 − LN2).
    while high > 0 || rest >= LN2 {
        if rest >= LN2 {
            rest -= LN2;
        } else {
            high -= 1;
            rest += ONE - LN2; // < LN2 + 2^127 − LN2 = 2^127
        }
        k += 1;
    }
    (k, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_passed_costs_the_margin_and_callers_must_know() {
        assert_eq!(exp_neg(0), ONE - MARGIN);
    }

    #[test]
    fn above_88_nothing_is_left() {
        assert!(exp_neg(CUTOFF) <= 1);
        assert_eq!(exp_neg(CUTOFF + 1), 0);
        assert_eq!(exp_neg(u128::MAX), 0);
    }

    #[test]
    fn division_rounds_up_exactly() {
        let mut a = 1u128;
        for step in 0..10_000u32 {
            a = a
                .wrapping_mul(0x0123_4567_89ab_cdef_1122_3344_5566_7789)
                .wrapping_add(1);
            let (a, n) = (a >> (step % 128), 1 + step % TERMS);
            assert_eq!(div_ceil(a, n), a.div_ceil(u128::from(n)), "{a} / {n}");
        }
        assert_eq!(div_ceil(u128::MAX, 1), u128::MAX);
    }

    #[test]
    fn reduction_is_exact_everywhere() {
        for x in [
            0,
            1,
            UNIT - 1,
            UNIT,
            LN2 >> 31,
            (LN2 >> 31) + 1,
            87 << 96,
            CUTOFF,
        ] {
            let (k, r) = reduce(x);
            assert!(r < LN2);
            let back = crate::wide::mul(LN2, u128::from(k)) + crate::wide::U256::from(r);
            assert_eq!(back, crate::wide::mul(x, 1 << 31), "x={x}");
        }
    }
}
