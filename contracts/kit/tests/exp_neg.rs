//! `exp_neg` against an independent computation: the plain series of e^x (all
//! terms positive, no range reduction) in 640-bit fixed point, inverted.

use mycel_kit::exp::{ONE, UNIT, exp_neg};
use num_bigint::BigUint;

/// Fractional bits of the reference.
const BITS: u32 = 640;

/// e^-x in 2^-640, off by a few units.
fn reference(x: u128) -> BigUint {
    let one = BigUint::from(1u8) << BITS;
    let x = BigUint::from(x) << (BITS - 96);
    let (mut sum, mut term, mut n) = (one.clone(), one.clone(), 1u32);
    while term != BigUint::ZERO {
        term = ((term * &x) >> BITS) / n;
        sum += &term;
        n += 1;
    }
    (&one * &one) / sum
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Any size of argument up to 88, small ones as often as large ones.
    fn argument(&mut self) -> u128 {
        let wide = (u128::from(self.next()) << 64) | u128::from(self.next());
        (wide >> (24 + self.next() % 104)) % (88 * UNIT + 1)
    }
}

/// 2^-127 in units of the reference.
fn scaled(result: u128) -> BigUint {
    BigUint::from(result) << (BITS - 127)
}

#[test]
fn exp_neg_is_a_lower_bound_within_2_to_the_minus_121() {
    let seed = 1;
    let mut random = Random(seed);
    let bound = BigUint::from(1u8) << (BITS - 121);
    // the reference itself is off by less than its number of terms
    let slack = BigUint::from(1_000u32);
    let edges = [1, 2, UNIT - 1, UNIT, UNIT + 1, 87 * UNIT, 88 * UNIT];
    let arguments = edges
        .into_iter()
        .chain((0..4_000).map(|_| random.argument()));
    for x in arguments {
        let (exact, ours) = (reference(x), scaled(exp_neg(x)));
        assert!(ours <= &exact + &slack, "above e^-x: seed={seed} x={x}");
        assert!(
            &exact - ours.min(exact.clone()) < bound,
            "too low: seed={seed} x={x}"
        );
    }
}

#[test]
fn a_larger_argument_never_gives_a_larger_result() {
    let seed = 2;
    let mut random = Random(seed);
    let ln2 = 54_916_777_467_707_473_351_141_471_128u128; // floor(ln 2 · 2^96)
    let steps = (1..=126u128).flat_map(|k| {
        let edge = ln2 * k + k; // a little around each change of the exponent
        (edge.saturating_sub(200)..edge + 200).collect::<Vec<_>>()
    });
    let random = (0..200_000).map(|_| random.argument());
    for x in steps.chain(random).chain(0..200) {
        assert!(exp_neg(x + 1) <= exp_neg(x), "seed={seed} x={x}");
    }
}

#[test]
fn exp_neg_keeps_its_pinned_values() {
    let pinned = [
        (0, ONE - 40),
        (1, ONE - 2_147_483_688),
        (
            UNIT / 1_000,
            169_971_127_319_250_716_622_863_874_460_636_884_211,
        ),
        (UNIT, 62_591_443_491_685_266_058_625_363_149_075_414_130),
        (10 * UNIT, 7_724_397_778_811_352_438_248_871_494_781_042),
        (88 * UNIT, 1),
    ];
    for (x, value) in pinned {
        assert_eq!(exp_neg(x), value);
    }
}
