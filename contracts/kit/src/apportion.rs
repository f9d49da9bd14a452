//! Whole parts of a whole: by weight ([`apportion`]) and up to a common level
//! ([`water_fill`]). The parts add up to the total exactly.

use crate::wide::{U256, low};

/// The greatest total: 2^80.
pub const MAX_TOTAL: u128 = 1 << 80;
/// Bits of the greatest weight; at most 2^168.
pub const MAX_WEIGHT_BITS: usize = 168;

/// What a weight or a want may be.
pub trait Weight: Copy {
    /// The same number, 256 bits wide.
    fn wide(self) -> U256;
}

macro_rules! weights {
    ($($number:ty),+) => {
        $(impl Weight for $number {
            fn wide(self) -> U256 {
                U256::from(self)
            }
        })+
    };
}
weights!(u32, u64, u128, U256);

/// Why nothing can be divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApportionError {
    /// There is something to divide and nobody to give it to.
    #[error("nothing to divide by: every weight is 0")]
    NoWeight,
    /// Beyond what the arithmetic is proven for.
    #[error("total out of bounds: total={total} most={MAX_TOTAL}")]
    Total {
        /// What was to be divided.
        total: u128,
    },
    /// Beyond what the arithmetic is proven for.
    #[error("weight out of bounds: index={index} bits={bits} most=168")]
    Weight {
        /// Which weight.
        index: usize,
        /// Its bits.
        bits: usize,
    },
}

/// Parts of `total` in proportion to `weights`, by largest remainder: each is
/// `floor(total · w / Σw)` or one more, the units that are left over go to the
/// largest remainders, ties to the lower index (callers order by id). The
/// parts add up to `total`; a weight of 0 gets nothing.
///
/// # Errors
/// [`ApportionError`]: bounds, or no weight at all for a total above 0.
pub fn apportion<W: Weight>(total: u128, weights: &[W]) -> Result<Vec<u128>, ApportionError> {
    if total > MAX_TOTAL {
        return Err(ApportionError::Total { total });
    }
    let mut sum = U256::ZERO;
    for (index, weight) in weights.iter().enumerate() {
        let weight = weight.wide();
        let bits = weight.bit_len();
        if bits > MAX_WEIGHT_BITS + 1 || (bits == MAX_WEIGHT_BITS + 1 && weight.count_ones() > 1) {
            return Err(ApportionError::Weight { index, bits });
        }
        sum += weight; // fewer than 2^32 weights of 2^168: below 2^200
    }
    if total == 0 {
        return Ok(vec![0; weights.len()]);
    }
    if sum == U256::ZERO {
        return Err(ApportionError::NoWeight);
    }
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    let mut left = total;
    for (index, weight) in weights.iter().enumerate() {
        let product = U256::from(total) * weight.wide(); // ≤ 2^248
        let (part, remainder) = product.div_rem(sum);
        let part = low(part); // ≤ total
        left -= part;
        parts.push(part);
        remainders.push((remainder, index));
    }
    // Σ remainders = left · Σw, each below Σw: more than `left` of them are not 0.
    let left = usize::try_from(left).unwrap_or(usize::MAX).min(parts.len());
    if left > 0 && left < remainders.len() {
        remainders.select_nth_unstable_by(left - 1, |(a, i), (b, j)| b.cmp(a).then(i.cmp(j)));
    }
    for &(_, index) in &remainders[..left] {
        parts[index] += 1;
    }
    Ok(parts)
}

/// What [`water_fill`] gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    /// Each one's part, in the order of the wants.
    pub parts: Vec<u128>,
    /// λ as numerator and denominator; `None` where everyone who wants
    /// anything has reached the cap, so that no λ uses up the pool.
    pub lambda: Option<(u128, U256)>,
    /// What nobody could take: 0 unless `lambda` is `None`.
    pub left: u128,
}

/// The λ with `Σ min(cap, λ · want) = pool`, and those parts in whole units.
///
/// Whoever wants most reaches the cap first, so λ is found by walking down the
/// sorted wants once: exact rationals, no iteration to convergence. λ may be
/// above 1 (parts above wants); where that must not be, pass
/// `min(pool, Σ wants)`. Below the cap, parts are apportioned by largest
/// remainder, ties to the lower index; no part exceeds the cap. Parts and
/// `left` add up to `pool`.
///
/// # Errors
/// [`ApportionError`]: bounds.
pub fn water_fill<W: Weight>(pool: u128, wants: &[W], cap: u128) -> Result<Fill, ApportionError> {
    if pool > MAX_TOTAL {
        return Err(ApportionError::Total { total: pool });
    }
    let mut order: Vec<(U256, usize)> = Vec::with_capacity(wants.len());
    let mut below = U256::ZERO; // Σ wants of those below the cap
    for (index, want) in wants.iter().enumerate() {
        let want = want.wide();
        if want.bit_len() > MAX_WEIGHT_BITS {
            let bits = want.bit_len();
            return Err(ApportionError::Weight { index, bits });
        }
        if want != U256::ZERO {
            below += want;
            order.push((want, index));
        }
    }
    order.sort_unstable_by(|(a, i), (b, j)| b.cmp(a).then(i.cmp(j)));
    let cap = cap.min(MAX_TOTAL); // no part is above the pool
    let mut parts = vec![0; wants.len()];
    let mut rest = pool;
    for (place, &(want, index)) in order.iter().enumerate() {
        // λ = rest / below keeps the largest of the rest at or below the cap?
        // the left side is at most 2^248, so a saturated right side is above it
        if U256::from(rest) * want <= U256::from(cap).saturating_mul(below) {
            let uncapped: Vec<U256> = order[place..].iter().map(|(want, _)| *want).collect();
            // ties: `order` is by want, so give equal wants in order of index, as sorted
            for (part, &(_, index)) in apportion(rest, &uncapped)?.into_iter().zip(&order[place..])
            {
                parts[index] = part;
            }
            let lambda = Some((rest, below));
            return Ok(Fill {
                parts,
                lambda,
                left: 0,
            });
        }
        parts[index] = cap;
        rest -= cap; // rest · want > cap · below ≥ cap · want
        below -= want;
    }
    let lambda = (rest == 0 && !order.is_empty()).then_some((0, U256::from(1u8)));
    Ok(Fill {
        parts,
        lambda,
        left: rest,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftover_units_go_to_the_largest_remainders_and_ties_to_the_lower_id() {
        assert_eq!(apportion(10, &[1u64, 1, 1]).unwrap(), [4, 3, 3]);
        assert_eq!(apportion(11, &[1u64, 1, 1]).unwrap(), [4, 4, 3]);
        assert_eq!(apportion(5, &[6u64, 3, 1]).unwrap(), [3, 2, 0]);
        assert_eq!(apportion(1, &[0u64, 0, 5]).unwrap(), [0, 0, 1]);
        assert_eq!(apportion(0, &[0u64, 0]).unwrap(), [0, 0]);
        assert_eq!(apportion(0, &[] as &[u64]).unwrap(), [] as [u128; 0]);
        assert_eq!(apportion(1, &[0u64]), Err(ApportionError::NoWeight));
        assert_eq!(apportion(1, &[] as &[u64]), Err(ApportionError::NoWeight));
    }

    #[test]
    fn bounds_are_the_last_values_that_are_proven() {
        let most = U256::from(1u8) << MAX_WEIGHT_BITS;
        assert_eq!(
            apportion(MAX_TOTAL, &[most, most]).unwrap(),
            [1 << 79, 1 << 79]
        );
        let refused = apportion(MAX_TOTAL + 1, &[1u64]);
        assert_eq!(
            refused,
            Err(ApportionError::Total {
                total: MAX_TOTAL + 1
            })
        );
        let refused = apportion(1, &[most, most + U256::from(1u8)]);
        assert_eq!(
            refused,
            Err(ApportionError::Weight {
                index: 1,
                bits: 169
            })
        );
    }

    #[test]
    fn whoever_wants_most_reaches_the_cap_first() {
        let fill = water_fill(100, &[90u64, 30, 10, 0], 50).unwrap();
        assert_eq!(fill.parts, [50, 38, 12, 0]);
        assert_eq!(fill.lambda, Some((50, U256::from(40u8))));
        let all = water_fill(1_000, &[90u64, 30, 0], 50).unwrap();
        assert_eq!(
            (all.parts, all.lambda, all.left),
            (vec![50, 50, 0], None, 900)
        );
        let exact = water_fill(100, &[90u64, 30], 50).unwrap();
        assert_eq!(
            (exact.parts.as_slice(), exact.left),
            ([50, 50].as_slice(), 0)
        );
        let none = water_fill(0, &[90u64], 0).unwrap();
        assert_eq!((none.parts, none.left), (vec![0], 0));
        assert_eq!(water_fill(7, &[] as &[u64], 9).unwrap().left, 7);
    }
}
