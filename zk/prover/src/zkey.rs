//! The `.zkey` file: its sections and its header.
//!
//! ```text
//! "zkey" ‖ version u32 = 1 ‖ sections u32 ‖ (id u32 ‖ size u64 ‖ body)*      all little-endian
//!  1 protocol u32 = 1 (Groth16)
//!  2 q, r, variables, publics, domain, α₁ β₁ β₂ γ₂ δ₁ δ₂
//!  3 IC          publics + 1 points of G1
//!  4 A and B     count u32, then (matrix u32, row u32, variable u32, coefficient)
//!  5 A  6 B₁     variables points of G1         7 B₂  variables points of G2
//!  8 C           variables − publics − 1 points of G1
//!  9 H           domain points of G1
//! 10 the ceremony's contributions
//! ```
use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
use ark_ff::{BigInteger, PrimeField};

use crate::{
    KeyError,
    points::{self, G1, G2},
};

/// The first four bytes.
pub const MAGIC: &[u8; 4] = b"zkey";
/// Numbers of the sections.
pub mod section {
    #![allow(missing_docs, reason = "the table above says what each is")]
    pub const PROTOCOL: u32 = 1;
    pub const HEADER: u32 = 2;
    pub const IC: u32 = 3;
    pub const COEFFICIENTS: u32 = 4;
    pub const A: u32 = 5;
    pub const B1: u32 = 6;
    pub const B2: u32 = 7;
    pub const C: u32 = 8;
    pub const H: u32 = 9;
    pub const CONTRIBUTIONS: u32 = 10;
}
/// Bytes of section 2.
pub const HEADER_BYTES: usize = 2 * (4 + 32) + 3 * 4 + 3 * G1 + 3 * G2;
/// Bytes of an entry of section 4.
pub const COEFFICIENT_BYTES: usize = 3 * 4 + points::FIELD;
/// Most public inputs.
pub const MAX_PUBLICS: u32 = 32;
/// Most rows (2^20) and, with it, most variables (2^21).
pub const MAX_DOMAIN: u32 = 1 << 20;
/// Most entries of the matrices.
pub const MAX_COEFFICIENTS: u32 = 1 << 24;
/// Most bytes of the section of contributions.
pub const MAX_CONTRIBUTIONS_BYTES: u64 = 1 << 22;

/// Section 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Variables, the constant 1 included.
    pub variables: u32,
    /// Public inputs, without the constant 1.
    pub publics: u32,
    /// Rows, a power of two.
    pub domain: u32,
    /// α in G1.
    pub alpha_1: G1Affine,
    /// β in G1.
    pub beta_1: G1Affine,
    /// β in G2.
    pub beta_2: G2Affine,
    /// γ in G2: the generator, in keys of this kind.
    pub gamma_2: G2Affine,
    /// δ in G1.
    pub delta_1: G1Affine,
    /// δ in G2.
    pub delta_2: G2Affine,
}

impl Header {
    /// Section 2's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER_BYTES);
        for modulus in [Fq::MODULUS, Fr::MODULUS] {
            out.extend_from_slice(&32_u32.to_le_bytes());
            out.extend_from_slice(&modulus.to_bytes_le());
        }
        for number in [self.variables, self.publics, self.domain] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        points::write_g1(&mut out, &self.alpha_1);
        points::write_g1(&mut out, &self.beta_1);
        points::write_g2(&mut out, &self.beta_2);
        points::write_g2(&mut out, &self.gamma_2);
        points::write_g1(&mut out, &self.delta_1);
        points::write_g2(&mut out, &self.delta_2);
        out
    }

    /// Reads section 2: the field, the limits, every point on the curve and in its group, none at infinity.
    ///
    /// # Errors
    /// If any of these does not hold.
    pub fn decode(bytes: &[u8; HEADER_BYTES]) -> Result<Self, KeyError> {
        let mut rest = &bytes[..];
        for modulus in [Fq::MODULUS, Fr::MODULUS] {
            if take::<4>(&mut rest) != 32_u32.to_le_bytes()
                || take::<32>(&mut rest)[..] != modulus.to_bytes_le()[..]
            {
                return Err(KeyError::Format("another curve"));
            }
        }
        let mut number = || u32::from_le_bytes(take::<4>(&mut rest));
        let (variables, publics, domain) = (number(), number(), number());
        limit("publics", publics, MAX_PUBLICS)?;
        limit("domain", domain, MAX_DOMAIN)?;
        limit("variables", variables, 2 * MAX_DOMAIN)?;
        if !domain.is_power_of_two() || variables <= publics {
            return Err(KeyError::Format("the header's counts do not fit together"));
        }
        let mut index = 0;
        let mut one = |rest: &mut &[u8]| {
            index += 1;
            usable(points::read_g1(&take(rest)), index)
        };
        let (alpha_1, beta_1) = (one(&mut rest)?, one(&mut rest)?);
        let two = |rest: &mut &[u8]| {
            let point = points::read_g2(&take(rest)).filter(points::in_group);
            usable(point, 3)
        };
        let (beta_2, gamma_2) = (two(&mut rest)?, two(&mut rest)?);
        let delta_1 = one(&mut rest)?;
        let delta_2 = two(&mut rest)?;
        Ok(Self {
            variables,
            publics,
            domain,
            alpha_1,
            beta_1,
            beta_2,
            gamma_2,
            delta_1,
            delta_2,
        })
    }

    /// How many bytes a section must have; `None` for those whose size does not follow from the header.
    #[must_use]
    pub fn size_of(&self, id: u32) -> Option<u64> {
        let (variables, publics) = (u64::from(self.variables), u64::from(self.publics));
        Some(match id {
            section::PROTOCOL => 4,
            section::HEADER => HEADER_BYTES as u64,
            section::IC => (publics + 1) * G1 as u64,
            section::A | section::B1 => variables * G1 as u64,
            section::B2 => variables * G2 as u64,
            section::C => (variables - publics - 1) * G1 as u64,
            section::H => u64::from(self.domain) * G1 as u64,
            _ => return None,
        })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    let (head, tail) = rest
        .split_first_chunk()
        .expect("the header's length is fixed");
    *rest = tail;
    *head
}

fn usable<P: ark_ec::AffineRepr>(point: Option<P>, index: usize) -> Result<P, KeyError> {
    point.filter(|p| !p.is_zero()).ok_or(KeyError::Point {
        section: section::HEADER,
        index,
    })
}

/// Refuses what is above a limit.
pub(crate) fn limit(what: &'static str, value: u32, limit: u32) -> Result<(), KeyError> {
    if value > limit {
        return Err(KeyError::Limit {
            what,
            value: value.into(),
            limit: limit.into(),
        });
    }
    Ok(())
}
