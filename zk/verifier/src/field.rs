//! Field elements as bytes: 32, big-endian, below the order.
use core::fmt;

use ark_bn254::Fr;
use ark_ff::{BigInt, BigInteger as _, PrimeField};

/// A scalar of BN254 as it crosses every boundary: 32 bytes, big-endian, below
/// the order.
pub type Element = [u8; 32];

/// Why bytes are no field element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// Not 32 bytes.
    Length {
        /// How many there are.
        bytes: usize,
    },
    /// At or above the field's order: another way to write a smaller number.
    Range,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { bytes } => write!(f, "a field element has 32 bytes, not bytes={bytes}"),
            Self::Range => f.write_str("a field element lies below the field's order"),
        }
    }
}

impl core::error::Error for FieldError {}

/// Reads an element.
///
/// # Errors
/// If there are not exactly 32 bytes, or the number is not below the order.
pub fn decode(bytes: &[u8]) -> Result<Fr, FieldError> {
    let element = bytes
        .try_into()
        .map_err(|_| FieldError::Length { bytes: bytes.len() })?;
    read(element).ok_or(FieldError::Range)
}

/// An element's bytes.
#[must_use]
pub fn encode(element: &Fr) -> Element {
    write(element)
}

/// Reads a number below a field's order of 254 bits.
pub(crate) fn read<F: PrimeField<BigInt = BigInt<4>>>(bytes: &[u8; 32]) -> Option<F> {
    let mut limbs = [0u64; 4];
    for (limb, chunk) in limbs.iter_mut().rev().zip(bytes.chunks_exact(8)) {
        let mut eight = [0; 8];
        eight.copy_from_slice(chunk);
        *limb = u64::from_be_bytes(eight);
    }
    let number = BigInt(limbs);
    if number >= F::MODULUS {
        return None;
    }
    F::from_bigint(number)
}

pub(crate) fn write<F: PrimeField<BigInt = BigInt<4>>>(element: &F) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(&element.into_bigint().to_bytes_be());
    bytes
}
