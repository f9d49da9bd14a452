//! Logarithms and powers against series in 512-bit fixed point that share
//! nothing with the kit's way: atanh for the logarithm, positive terms only
//! for the exponential.

mod random;

use mycel_kit::pow::{ONE, exp, exp2, ln, log2, pow};
use num_bigint::{BigInt, BigUint};
use random::{Random, cases};

const BITS: u32 = 512;

fn one() -> BigInt {
    BigInt::from(1u8) << BITS
}

/// ln of a Q64.64 number in 2^-512.
fn reference_ln(x: u128) -> BigInt {
    let top = i64::from(x.ilog2());
    let y = (BigInt::from(x) << BITS) >> top; // [1, 2)
    atanh_twice(&y) + (top - 64) * ln2()
}

/// 2 atanh((y-1)/(y+1)) = ln y.
fn atanh_twice(y: &BigInt) -> BigInt {
    let z = ((y - one()) << BITS) / (y + one());
    let square = (&z * &z) >> BITS;
    let (mut term, mut sum, mut n) = (z.clone(), z, 1u32);
    loop {
        term = (term * &square) >> BITS;
        n += 2;
        let part = &term / n;
        if part == BigInt::ZERO {
            return sum * 2;
        }
        sum += part;
    }
}

fn ln2() -> BigInt {
    atanh_twice(&(one() * 2))
}

/// e^y in 2^-512.
fn reference_exp(y: &BigInt) -> BigInt {
    let size = BigInt::from(y.magnitude().clone());
    let (mut sum, mut term, mut n) = (one(), one(), 1u32);
    while term != BigInt::ZERO {
        term = ((term * &size) >> BITS) / n;
        sum += &term;
        n += 1;
    }
    if *y < BigInt::ZERO {
        (one() << BITS) / sum
    } else {
        sum
    }
}

/// A Q64.64 result in 2^-512.
fn wide(result: u128) -> BigInt {
    BigInt::from(result) << (BITS - 64)
}

/// In [0.001, 20], by size.
fn base(random: &mut Random) -> u128 {
    loop {
        let x = random.sized(69);
        if (ONE / 1_000..=20 * ONE).contains(&x) {
            return x;
        }
    }
}

/// In [0.1, 8].
fn exponent(random: &mut Random) -> u128 {
    let (least, most) = (ONE / 10, 8 * ONE);
    match random.below(4) {
        0 => ONE * u128::from(1 + random.below(8)),
        1 => ONE * u128::from(1 + random.below(15)) / 2,
        _ => least + random.wide() % (most - least + 1),
    }
}

#[test]
fn powers_are_never_above_and_within_1e_14_and_a_unit() {
    let seed = 1;
    let mut random = Random(seed);
    let mut worst = BigInt::ZERO;
    for case in 0..cases(3_000) {
        let (x, e) = (base(&mut random), exponent(&mut random));
        let exact = reference_exp(&((reference_ln(x) * BigInt::from(e)) >> 64));
        let ours = wide(pow(x, e).expect("20^8 fits"));
        let at = format!("seed={seed} case={case} x={x} e={e}");
        let noise = &exact >> 400u32;
        assert!(ours <= &exact + &noise, "above: {at}");
        let below = &exact - &ours;
        let allowed = &exact / BigInt::from(100_000_000_000_000u64) + wide(1);
        assert!(below <= allowed, "below: {at}");
        // by how much beyond the unit of the result itself, in 10^-20
        let relative = (below - wide(1)).max(BigInt::ZERO) * BigInt::from(10u8).pow(20) / &exact;
        worst = worst.max(relative);
    }
    // what the module promises is met by far
    assert!(worst < BigInt::from(1_000), "worst={worst} of 10^-20");
}

#[test]
fn logarithms_are_never_above_and_within_2_to_minus_61() {
    let seed = 2;
    let mut random = Random(seed);
    for case in 0..cases(3_000) {
        let x = random.sized(128).max(1);
        for (ours, exact) in [
            (ln(x).unwrap(), reference_ln(x)),
            (log2(x).unwrap(), (reference_ln(x) << BITS) / ln2()),
        ] {
            let ours = BigInt::from(ours) << (BITS - 64);
            let slack = BigInt::from(1u8) << 60u32;
            assert!(
                ours <= &exact + &slack,
                "above: seed={seed} case={case} x={x}"
            );
            assert!(
                &exact - ours <= wide(8),
                "below: seed={seed} case={case} x={x}"
            );
        }
    }
}

#[test]
fn exponentials_are_never_above_and_exact_to_a_few_units_of_their_size() {
    let seed = 3;
    let mut random = Random(seed);
    for case in 0..cases(2_000) {
        let size = random.sized(69) as i128;
        let z = if random.below(2) == 0 { size } else { -size };
        for (ours, exact) in [
            (exp(z), reference_exp(&(BigInt::from(z) << (BITS - 64)))),
            (exp2(z), reference_exp(&((BigInt::from(z) * ln2()) >> 64))),
        ] {
            let at = format!("seed={seed} case={case} z={z}");
            let Some(ours) = ours else {
                assert!(exact >> BITS >= BigInt::from(u64::MAX), "{at}");
                continue;
            };
            let noise = &exact >> 400u32;
            assert!(wide(ours) <= &exact + noise, "above: {at}");
            let below = &exact - wide(ours);
            assert!(below <= (&exact >> 57u32) + wide(1), "below: {at}");
        }
    }
}

#[test]
fn nothing_ever_falls_where_the_exact_function_rises() {
    let seed = 4;
    let mut random = Random(seed);
    for case in 0..cases(20_000) {
        let at = format!("seed={seed} case={case}");
        let x = random.sized(127).max(1);
        let step = random.sized(40).max(1);
        assert!(log2(x) <= log2(x + step), "{at}");
        assert!(ln(x) <= ln(x + step), "{at}");
        let z = random.sized(69) as i128 - (1 << 68);
        let bigger = z + step as i128;
        assert!(
            exp2(z).unwrap_or(u128::MAX) <= exp2(bigger).unwrap_or(u128::MAX),
            "{at}"
        );
        assert!(
            exp(z).unwrap_or(u128::MAX) <= exp(bigger).unwrap_or(u128::MAX),
            "{at}"
        );
        let (x, e) = (base(&mut random), exponent(&mut random));
        assert!(
            pow(x, e) <= pow(x + step, e),
            "{at} x={x} e={e} step={step}"
        );
        if x >= ONE {
            assert!(
                pow(x, e) <= pow(x, e + step),
                "{at} x={x} e={e} step={step}"
            );
        }
    }
}

#[test]
fn whole_powers_agree_with_multiplication() {
    let seed = 5;
    let mut random = Random(seed);
    for case in 0..cases(2_000) {
        let x = base(&mut random);
        let n = 1 + random.below(8) as u32;
        let exact = BigUint::from(x).pow(n) >> (64 * (n - 1));
        let ours = BigUint::from(pow(x, ONE * u128::from(n)).unwrap());
        let at = format!("seed={seed} case={case} x={x} n={n}");
        assert!(ours <= exact, "{at}");
        assert!(&exact - ours <= (exact >> 46u32) + 1u8, "{at}");
    }
}
