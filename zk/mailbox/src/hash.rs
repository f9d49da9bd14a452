//! Poseidon by number of inputs, and elements to and from bytes.

use ark_bn254::Fr;
use ark_ff::PrimeField;
use mycel_verifier::{field, poseidon};

use crate::tag::{Element, selector};

/// Pn: circomlib's Poseidon with as many inputs as given, 1 to 12.
pub(crate) fn poseidon(inputs: &[Fr]) -> Fr {
    poseidon::hash(inputs).expect("1 to 12 inputs: every caller passes a list of fixed length")
}

/// P2, the hash of an entry and of a tree's node.
#[must_use]
pub fn p2(a: Fr, b: Fr) -> Fr {
    poseidon(&[a, b])
}

/// P3 whose last input is a selector: a hash for one purpose.
#[must_use]
pub fn p3(a: Fr, b: Fr, selector: u64) -> Fr {
    poseidon(&[a, b, Fr::from(selector::BASE + selector)])
}

/// The field element of bytes that are below the order, as all that [`crate::tag`] makes.
/// Others are reduced: decode what came from outside with `mycel_verifier::field::decode`.
#[must_use]
pub fn fr(element: &Element) -> Fr {
    Fr::from_be_bytes_mod_order(element)
}

/// 32 bytes, big-endian.
#[must_use]
pub fn element(value: &Fr) -> Element {
    field::encode(value)
}
