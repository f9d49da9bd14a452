//! Integer square roots, exact: the greatest `r` with `r² ≤ n`, rounded
//! **down**, so that no square of a root exceeds what it came from.

use crate::wide::{U256, low, mul};

/// `floor(sqrt n)` of a 256-bit number.
#[must_use]
pub fn isqrt(n: U256) -> u128 {
    let bits = n.bit_len();
    if bits <= 128 {
        return low(n).isqrt();
    }
    // The root of the leading 127 or 128 bits, shifted back, is too small by
    // less than 2^-63 of itself; one more makes it an upper bound.
    let shift = (bits - 127).div_ceil(2);
    let head = low(n >> (2 * shift)).isqrt();
    let mut root = U256::from(head + 1) << shift;
    // Newton from above falls until it is the floor.
    loop {
        let next = (root + n / root) >> 1usize;
        if next >= root {
            break;
        }
        root = next;
    }
    debug_assert!(mul(low(root), low(root)) <= n);
    low(root)
}

/// `floor(sqrt(c · 2^64))`: the root of a contribution in Q32, for quadratic
/// matching.
#[must_use]
pub fn isqrt_q32(c: u64) -> u64 {
    // the root of a number below 2^128 is below 2^64
    (u128::from(c) << 64).isqrt() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_and_their_neighbours() {
        assert_eq!(isqrt(U256::ZERO), 0);
        assert_eq!(isqrt(U256::MAX), u128::MAX);
        for root in [
            1u128,
            2,
            3,
            u128::from(u64::MAX),
            1 << 64,
            (1 << 127) + 1,
            u128::MAX,
        ] {
            let square = mul(root, root);
            assert_eq!(isqrt(square), root);
            assert_eq!(isqrt(square - U256::from(1u8)), root - 1);
            assert_eq!(isqrt(square + U256::from(1u8)), root);
        }
        assert_eq!(isqrt_q32(0), 0);
        assert_eq!(isqrt_q32(1), 1 << 32);
        assert_eq!(isqrt_q32(4), 2 << 32);
        assert_eq!(isqrt_q32(u64::MAX), u64::MAX);
    }
}
