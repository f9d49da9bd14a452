//! Points as Ethereum's precompiles write them: coordinates of 32 bytes,
//! big-endian; in G2 the coefficient of u first.
use core::fmt;

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ec::AffineRepr as _;
use ark_ff::Zero as _;

use crate::field;

/// Bytes of a point of G1.
pub const G1_BYTES: usize = 64;
/// Bytes of a point of G2.
pub const G2_BYTES: usize = 128;

/// Why bytes are no point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointError {
    /// A coordinate is not below the field's order.
    Range,
    /// The point at infinity.
    Infinity,
    /// Not on the curve.
    Curve,
    /// On the curve, outside the subgroup that pairings work in.
    Subgroup,
}

impl fmt::Display for PointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Range => "a coordinate is not below the field's order",
            Self::Infinity => "the point at infinity",
            Self::Curve => "not on the curve",
            Self::Subgroup => "not in the subgroup",
        })
    }
}

impl core::error::Error for PointError {}

fn coordinate(bytes: &[u8], index: usize) -> Result<Fq, PointError> {
    let at = index.saturating_mul(32);
    let part = bytes.get(at..at.saturating_add(32));
    let part = part.and_then(|p| <&[u8; 32]>::try_from(p).ok());
    part.and_then(field::read).ok_or(PointError::Range)
}

/// Reads a point of G1, checked.
///
/// # Errors
/// If it is none, or at infinity.
pub fn g1(bytes: &[u8; G1_BYTES]) -> Result<G1Affine, PointError> {
    let (x, y) = (coordinate(bytes, 0)?, coordinate(bytes, 1)?);
    let point = G1Affine::new_unchecked(x, y);
    check_g1(&point).map(|()| point)
}

/// Reads a point of G2, checked.
///
/// # Errors
/// If it is none, or at infinity.
pub fn g2(bytes: &[u8; G2_BYTES]) -> Result<G2Affine, PointError> {
    let x = Fq2::new(coordinate(bytes, 1)?, coordinate(bytes, 0)?);
    let y = Fq2::new(coordinate(bytes, 3)?, coordinate(bytes, 2)?);
    let point = G2Affine::new_unchecked(x, y);
    check_g2(&point).map(|()| point)
}

/// Checks a point of G1 that came from elsewhere.
///
/// # Errors
/// If it is none, or at infinity.
pub fn check_g1(point: &G1Affine) -> Result<(), PointError> {
    // no point of the curve has these coordinates: they stand for infinity
    if point.is_zero() || (point.x.is_zero() && point.y.is_zero()) {
        Err(PointError::Infinity)
    } else if !point.is_on_curve() {
        Err(PointError::Curve)
    } else {
        // the curve's order is prime: every point is in the subgroup
        Ok(())
    }
}

/// Checks a point of G2 that came from elsewhere.
///
/// # Errors
/// If it is none, or at infinity.
pub fn check_g2(point: &G2Affine) -> Result<(), PointError> {
    if point.is_zero() || (point.x.is_zero() && point.y.is_zero()) {
        Err(PointError::Infinity)
    } else if !point.is_on_curve() {
        Err(PointError::Curve)
    } else if !point.is_in_correct_subgroup_assuming_on_curve() {
        Err(PointError::Subgroup)
    } else {
        Ok(())
    }
}

/// A point's bytes; one at infinity is all zeros, which nothing here reads.
#[must_use]
pub fn g1_bytes(point: &G1Affine) -> [u8; G1_BYTES] {
    let mut bytes = [0; G1_BYTES];
    if let Some((x, y)) = point.xy() {
        join(&mut bytes, &[x, y]);
    }
    bytes
}

/// A point's bytes; one at infinity is all zeros, which nothing here reads.
#[must_use]
pub fn g2_bytes(point: &G2Affine) -> [u8; G2_BYTES] {
    let mut bytes = [0; G2_BYTES];
    if let Some((x, y)) = point.xy() {
        join(&mut bytes, &[x.c1, x.c0, y.c1, y.c0]);
    }
    bytes
}

fn join(bytes: &mut [u8], coordinates: &[Fq]) {
    for (part, coordinate) in bytes.chunks_exact_mut(32).zip(coordinates) {
        part.copy_from_slice(&field::write(coordinate));
    }
}
