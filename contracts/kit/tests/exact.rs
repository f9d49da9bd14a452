//! Roots, apportionment and medians against big integers.

mod random;

use mycel_kit::apportion::{Fill, MAX_TOTAL, apportion, water_fill};
use mycel_kit::median::{Even, mad, median};
use mycel_kit::sqrt::{isqrt, isqrt_q32};
use mycel_kit::wide::U256;
use num_bigint::BigUint;
use random::{Random, cases};

fn big(wide: U256) -> BigUint {
    BigUint::from_bytes_le(&wide.to_le_bytes_vec())
}

/// Any number of bits up to `bits`.
fn sized(random: &mut Random, bits: usize) -> U256 {
    let high = U256::from(random.wide()) << 128usize;
    let all = high | U256::from(random.wide());
    all >> (256 - 1 - random.below(bits as u64) as usize)
}

#[test]
fn roots_equal_those_of_big_integers() {
    let seed = 1;
    let mut random = Random(seed);
    for case in 0..cases(20_000) {
        let n = sized(&mut random, 256);
        assert_eq!(
            BigUint::from(isqrt(n)),
            big(n).sqrt(),
            "seed={seed} case={case} n={n}"
        );
        let c = random.next() >> random.below(64);
        let exact = (BigUint::from(c) << 64u32).sqrt();
        assert_eq!(
            BigUint::from(isqrt_q32(c)),
            exact,
            "seed={seed} case={case} c={c}"
        );
    }
}

/// Largest remainder the slow way: sort all remainders.
fn reference(total: u128, weights: &[U256]) -> Vec<BigUint> {
    let weights: Vec<_> = weights.iter().map(|w| big(*w)).collect();
    let sum: BigUint = weights.iter().sum();
    let products: Vec<_> = weights.iter().map(|w| w * total).collect();
    let mut parts: Vec<_> = products.iter().map(|p| p / &sum).collect();
    let mut left = BigUint::from(total) - parts.iter().sum::<BigUint>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    // a stable sort keeps the lower index first
    order.sort_by(|&a, &b| (&products[b] % &sum).cmp(&(&products[a] % &sum)));
    for index in order {
        if left == BigUint::ZERO {
            break;
        }
        parts[index] += 1u8;
        left -= 1u8;
    }
    parts
}

fn weights(random: &mut Random, bits: usize) -> Vec<U256> {
    let count = 1 + random.below(40) as usize;
    let few = random.below(3) == 0;
    (0..count)
        .map(|_| match (random.below(6), few) {
            (0, _) => U256::ZERO,
            // many ties
            (_, true) => U256::from(1 + random.below(3)),
            _ => sized(random, bits),
        })
        .collect()
}

#[test]
fn parts_add_up_and_equal_the_largest_remainder_rule() {
    let seed = 2;
    let mut random = Random(seed);
    for case in 0..cases(5_000) {
        let weights = weights(&mut random, 168);
        let total = random.sized(80).min(MAX_TOTAL);
        let at = format!("seed={seed} case={case} total={total}");
        let Ok(parts) = apportion(total, &weights) else {
            assert!(weights.iter().all(|w| *w == U256::ZERO), "{at}");
            continue;
        };
        assert_eq!(parts.iter().sum::<u128>(), total, "{at}");
        for (part, weight) in parts.iter().zip(&weights) {
            assert!(*part == 0 || *weight != U256::ZERO, "{at}");
        }
        if total > 0 {
            let expected = reference(total, &weights);
            let parts: Vec<_> = parts.into_iter().map(BigUint::from).collect();
            assert_eq!(parts, expected, "{at}");
        }
    }
}

#[test]
fn the_level_uses_up_the_pool_exactly_and_nobody_passes_the_cap() {
    let seed = 3;
    let mut random = Random(seed);
    let (mut level, mut all_capped) = (0, 0);
    for case in 0..cases(5_000) {
        let bits = [20, 100, 168][random.below(3) as usize];
        let wants = weights(&mut random, bits);
        let pool = random.sized(80);
        let cap = match random.below(4) {
            0 => pool / (1 + u128::from(random.below(wants.len() as u64 + 1))),
            1 => random.wide(),
            _ => random.sized(80),
        };
        let at = format!("seed={seed} case={case} pool={pool} cap={cap}");
        let Fill {
            parts,
            lambda,
            left,
        } = water_fill(pool, &wants, cap).unwrap();
        assert_eq!(parts.iter().sum::<u128>() + left, pool, "{at}");
        assert!(parts.iter().all(|part| *part <= cap), "{at}");
        let wanting = wants.iter().filter(|w| **w != U256::ZERO).count();
        let Some((numerator, denominator)) = lambda else {
            all_capped += 1;
            for (part, want) in parts.iter().zip(&wants) {
                assert_eq!(*part, if *want == U256::ZERO { 0 } else { cap }, "{at}");
            }
            assert!(left > 0 || wanting == 0, "{at}");
            continue;
        };
        level += 1;
        assert_eq!(left, 0, "{at}");
        let (numerator, denominator) = (BigUint::from(numerator), big(denominator));
        // Σ min(cap, λ·want) = pool, in rationals
        let cap_scaled = BigUint::from(cap) * &denominator;
        let mut sum = BigUint::ZERO;
        for (part, want) in parts.iter().zip(&wants) {
            let wanted = big(*want) * &numerator;
            let exact = wanted.min(cap_scaled.clone());
            // and each part is that, rounded either way
            let floor = &exact / &denominator;
            let part = BigUint::from(*part);
            assert!(part == floor || part == &floor + 1u8, "{at}");
            sum += exact;
        }
        assert_eq!(sum, BigUint::from(pool) * denominator, "{at}");
    }
    assert!(level > 0 && all_capped > 0);
}

#[test]
fn medians_are_the_middle_of_the_sorted_values() {
    let seed = 4;
    let mut random = Random(seed);
    for case in 0..cases(2_000) {
        let count = 1 + random.below(30) as usize;
        let values: Vec<i128> = (0..count)
            .map(|_| random.sized(20) as i128 - (1 << 19))
            .collect();
        for even in [Even::Lower, Even::Higher] {
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let at = match even {
                Even::Lower => (count - 1) / 2,
                Even::Higher => count / 2,
            };
            let middle = median(&values, even).unwrap();
            assert_eq!(middle, sorted[at], "seed={seed} case={case}");
            let mut distances: Vec<u128> = values.iter().map(|v| v.abs_diff(middle)).collect();
            distances.sort_unstable();
            assert_eq!(
                mad(&values, even).unwrap(),
                distances[at],
                "seed={seed} case={case}"
            );
        }
    }
}
