//! Booleans and ranges.

use ark_bn254::Fr;
use ark_ff::{BigInteger, PrimeField};

use crate::sheet::Sheet;
use crate::wire::Wire;

/// Forces: 0 or 1. One row.
pub fn boolean(sheet: &mut Sheet, value: bool) -> Wire {
    let bit = sheet.witness(value.into());
    require_boolean(sheet, &bit);
    bit
}

/// Forces: 0 or 1. One row.
pub fn require_boolean(sheet: &mut Sheet, bit: &Wire) {
    sheet.require_product(bit, &bit.not(), &Wire::default());
}

/// A new number. Forces: below 2^bits. The number is the sum of its bits, so
/// there is no row besides theirs.
pub fn number(sheet: &mut Sheet, value: Fr, bits: usize) -> Wire {
    let value = value.into_bigint();
    let bits: Vec<Wire> = (0..bits)
        .map(|i| boolean(sheet, value.get_bit(i)))
        .collect();
    let powers = std::iter::successors(Some(Fr::from(1u64)), |power| Some(*power + power));
    Wire::combination(powers.zip(&bits))
}

/// Forces: below 2^bits. A row for each bit and one for their sum.
///
/// Of a difference a − b of numbers far below the field's order it forces
/// a ≥ b: a negative one is near the order.
pub fn require_range(sheet: &mut Sheet, x: &Wire, bits: usize) {
    let sum = number(sheet, x.value(), bits);
    sheet.require_equal(&sum, x);
}

/// The lowest 64 bits of a value, to choose hints by.
pub(crate) fn low(wire: &Wire) -> u64 {
    wire.value().into_bigint().0[0]
}
