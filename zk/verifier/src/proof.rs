//! A proof as 256 bytes.
use core::fmt;

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr as _;

use crate::point::{self, G1_BYTES, G2_BYTES, PointError};

/// Bytes of a proof: A of G1, B of G2, C of G1, uncompressed.
pub const BYTES: usize = 2 * G1_BYTES + G2_BYTES;

/// A proof. One that [`Proof::decode`] or [`Proof::new`] gave is made of points of the
/// right groups; whoever fills it in answers for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// A.
    pub a: G1Affine,
    /// B.
    pub b: G2Affine,
    /// C.
    pub c: G1Affine,
}

/// Why bytes are no proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofError {
    /// Not 256 bytes.
    Length {
        /// How many there are.
        bytes: usize,
    },
    /// One of its points is none.
    Point {
        /// `a`, `b` or `c`.
        name: &'static str,
        /// Why.
        why: PointError,
    },
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { bytes } => write!(f, "a proof has {BYTES} bytes, not bytes={bytes}"),
            Self::Point { name, why } => write!(f, "point={name}: {why}"),
        }
    }
}

impl core::error::Error for ProofError {}

fn named(name: &'static str) -> impl Fn(PointError) -> ProofError {
    move |why| ProofError::Point { name, why }
}

impl Proof {
    /// A proof of points from elsewhere, checked.
    ///
    /// # Errors
    /// If a point is none of its group, or at infinity.
    pub fn new(a: G1Affine, b: G2Affine, c: G1Affine) -> Result<Self, ProofError> {
        point::check_g1(&a).map_err(named("a"))?;
        point::check_g2(&b).map_err(named("b"))?;
        point::check_g1(&c).map_err(named("c"))?;
        Ok(Self { a, b, c })
    }

    /// Reads a proof: curve and subgroup are checked, coordinates are canonical.
    ///
    /// # Errors
    /// If the bytes are not exactly those of a proof.
    pub fn decode(bytes: &[u8]) -> Result<Self, ProofError> {
        let length = ProofError::Length { bytes: bytes.len() };
        let bytes: &[u8; BYTES] = bytes.try_into().map_err(|_| length)?;
        let (a, rest) = bytes.split_first_chunk().ok_or(length)?;
        let (b, rest) = rest.split_first_chunk().ok_or(length)?;
        let (c, _) = rest.split_first_chunk().ok_or(length)?;
        Ok(Self {
            a: point::g1(a).map_err(named("a"))?,
            b: point::g2(b).map_err(named("b"))?,
            c: point::g1(c).map_err(named("c"))?,
        })
    }

    /// The proof's bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        bytes[..64].copy_from_slice(&point::g1_bytes(&self.a));
        bytes[64..192].copy_from_slice(&point::g2_bytes(&self.b));
        bytes[192..].copy_from_slice(&point::g1_bytes(&self.c));
        bytes
    }

    /// Whether no point is at infinity.
    pub(crate) fn is_finite(&self) -> bool {
        !(self.a.is_zero() || self.b.is_zero() || self.c.is_zero())
    }
}
