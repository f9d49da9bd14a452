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
    U256::from_limbs(limbs(a, b))
}

/// The low 128 bits, for callers who know that there are no more.
pub(crate) fn low(wide: U256) -> u128 {
    let [l0, l1, ..] = *wide.as_limbs();
    join(l0, l1)
}

/// `floor(a · b / 2^127)`, or `None` where that exceeds 128 bits.
#[must_use]
pub fn mul_shr127_floor(a: u128, b: u128) -> Option<u128> {
    let [_, l1, l2, l3] = limbs(a, b);
    (l3 >> 63 == 0).then_some(join((l1 >> 63) | (l2 << 1), (l2 >> 63) | (l3 << 1)))
}

/// `ceil(a · b / 2^127)`, or `None` where that exceeds 128 bits.
#[must_use]
pub fn mul_shr127_ceil(a: u128, b: u128) -> Option<u128> {
    let [l0, l1, ..] = limbs(a, b);
    let inexact = l0 != 0 || l1 << 1 != 0;
    mul_shr127_floor(a, b)?.checked_add(u128::from(inexact))
}

/// The product as four 64-bit limbs, lowest first. Written out in 32-bit
/// steps: Wasm multiplies 64 bits at a time and has no carry, so a big-integer
/// library's way costs ten times as many operators there.
fn limbs(a: u128, b: u128) -> [u64; 4] {
    let (a0, a1) = (a as u64, (a >> 64) as u64);
    let (b0, b1) = (b as u64, (b >> 64) as u64);
    let (r0, c00) = mul64(a0, b0);
    let (l01, h01) = mul64(a0, b1);
    let (l10, h10) = mul64(a1, b0);
    let (l11, h11) = mul64(a1, b1);
    let (s, k0) = c00.overflowing_add(l01);
    let (r1, k1) = s.overflowing_add(l10);
    let carry = u64::from(k0) + u64::from(k1);
    let (s, k0) = h01.overflowing_add(h10);
    let (s, k1) = s.overflowing_add(l11);
    let (r2, k2) = s.overflowing_add(carry);
    // the whole product is below 2^256
    let r3 = h11 + u64::from(k0) + u64::from(k1) + u64::from(k2);
    [r0, r1, r2, r3]
}

/// The product of two 64-bit numbers: low and high half.
fn mul64(a: u64, b: u64) -> (u64, u64) {
    const LOW: u64 = 0xffff_ffff;
    let (al, ah, bl, bh) = (a & LOW, a >> 32, b & LOW, b >> 32);
    let (ll, lh, hl, hh) = (al * bl, al * bh, ah * bl, ah * bh);
    let middle = (ll >> 32) + (lh & LOW) + (hl & LOW);
    (
        (ll & LOW) | (middle << 32),
        hh + (lh >> 32) + (hl >> 32) + (middle >> 32),
    )
}

fn join(low: u64, high: u64) -> u128 {
    u128::from(low) | (u128::from(high) << 64)
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
            prop_assert_eq!(mul(a, b).to_le_bytes_vec(), {
                let mut bytes = exact.to_bytes_le();
                bytes.resize(32, 0);
                bytes
            });
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
