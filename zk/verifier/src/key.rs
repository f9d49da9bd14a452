//! Verifying keys.
use alloc::vec::Vec;
use core::fmt;

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{
    CurveGroup as _,
    pairing::{Pairing, PairingOutput},
};
use ark_ff::{AdditiveGroup as _, PrimeField as _};

use crate::point::{self, G1_BYTES, G2_BYTES, PointError};

/// Public inputs of a key at most.
pub const MOST_INPUTS: usize = 32;

/// The first byte of a key's encoding.
const VERSION: u8 = 1;
/// Bytes before the first point: the version and the number of inputs.
const HEAD: usize = 3;
/// Bytes of α, β, γ, δ.
const FIXED: usize = G1_BYTES + 3 * G2_BYTES;

/// α of the powers of tau for development, which are made from a fixed seed.
pub const DEVELOPMENT_ALPHA: [u8; G1_BYTES] = [
    0x18, 0xb4, 0xe5, 0x63, 0xce, 0x3b, 0xc7, 0x6e, 0x0e, 0xca, 0x0c, 0x6b, 0x2d, 0xc6, 0xae, 0x98,
    0x2c, 0xbe, 0xbb, 0x0f, 0xea, 0x93, 0xb6, 0x1a, 0x0e, 0x28, 0x05, 0x9b, 0x9e, 0xd6, 0x1d, 0x87,
    0x01, 0x07, 0x96, 0x43, 0x8c, 0x4f, 0x43, 0x92, 0xb8, 0x3a, 0xc9, 0xb6, 0x1a, 0xd3, 0x76, 0xc4,
    0x4a, 0x35, 0x80, 0xd1, 0x56, 0xdd, 0x9b, 0x4a, 0x9e, 0x82, 0x96, 0x70, 0x75, 0xaa, 0xd7, 0x61,
];

/// A verifying key under which not everybody forges, as far as can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    alpha: G1Affine,
    beta: G2Affine,
    gamma: G2Affine,
    delta: G2Affine,
    ic: Vec<G1Affine>,
}

/// Why a key is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// Another number of bytes than a key of so many inputs has.
    Length {
        /// How many there are.
        bytes: usize,
    },
    /// Another version than 1.
    Version {
        /// Which.
        version: u8,
    },
    /// No public input, or more than [`MOST_INPUTS`].
    Inputs {
        /// How many.
        count: usize,
    },
    /// One of its points is none.
    Point {
        /// `alpha`, `beta`, `gamma`, `delta` or `ic`.
        name: &'static str,
        /// Which of that name, from 0.
        index: usize,
        /// Why.
        why: PointError,
    },
    /// Two of β, γ and δ are equal or opposite: anybody forges.
    Degenerate {
        /// Which two.
        pair: &'static str,
    },
    /// Two inputs stand under equal or opposite points: only their sum is bound.
    Unbound {
        /// The first of the two, from 1.
        first: usize,
        /// The second.
        second: usize,
    },
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { bytes } => write!(
                f,
                "a verifying key of n inputs has {} + 64·(n + 1) bytes, not bytes={bytes}",
                HEAD + FIXED
            ),
            Self::Version { version } => {
                write!(f, "a verifying key has version=1, not version={version}")
            }
            Self::Inputs { count } => write!(
                f,
                "a verifying key has 1 to {MOST_INPUTS} inputs, not inputs={count}"
            ),
            Self::Point { name, index, why } => write!(f, "point={name}[{index}]: {why}"),
            Self::Degenerate { pair } => write!(
                f,
                "points {pair} are equal or opposite: anybody forges proofs; take a key whose ceremony had a second phase"
            ),
            Self::Unbound { first, second } => write!(
                f,
                "inputs {first} and {second} stand under one point: only their sum is bound"
            ),
        }
    }
}

impl core::error::Error for KeyError {}

impl VerifyingKey {
    /// A key of points: `ic` is that of the constant 1 and one for each public input.
    ///
    /// # Errors
    /// If a point is none of its group or at infinity, if there is no input or there are more than 32, or if one sees
    /// that anybody forges.
    pub fn new(
        alpha: G1Affine,
        beta: G2Affine,
        gamma: G2Affine,
        delta: G2Affine,
        ic: Vec<G1Affine>,
    ) -> Result<Self, KeyError> {
        let count = ic.len().saturating_sub(1);
        if ic.is_empty() || !(1..=MOST_INPUTS).contains(&count) {
            return Err(KeyError::Inputs { count });
        }
        let at = |name, index| move |why| KeyError::Point { name, index, why };
        point::check_g1(&alpha).map_err(at("alpha", 0))?;
        for (name, value) in [("beta", beta), ("gamma", gamma), ("delta", delta)] {
            point::check_g2(&value).map_err(at(name, 0))?;
        }
        for (index, value) in ic.iter().enumerate() {
            point::check_g1(value).map_err(at("ic", index))?;
        }
        for (pair, one, other) in [
            ("gamma and delta", gamma, delta),
            ("beta and gamma", beta, gamma),
            ("beta and delta", beta, delta),
        ] {
            if one.x == other.x {
                return Err(KeyError::Degenerate { pair });
            }
        }
        for (first, one) in ic.iter().enumerate().skip(1) {
            let later = ic.iter().enumerate().skip(first + 1);
            if let Some((second, _)) = later.into_iter().find(|(_, other)| other.x == one.x) {
                return Err(KeyError::Unbound { first, second });
            }
        }
        Ok(Self {
            alpha,
            beta,
            gamma,
            delta,
            ic,
        })
    }

    /// Reads a key: version 1, the number of inputs as two bytes big-endian, α, β, γ, δ, then one point more than
    /// inputs, coordinates as in proofs.
    ///
    /// # Errors
    /// As [`VerifyingKey::new`], and if the bytes are not exactly those of a key.
    pub fn decode(bytes: &[u8]) -> Result<Self, KeyError> {
        let length = KeyError::Length { bytes: bytes.len() };
        let ([version, high, low], rest) = bytes.split_first_chunk::<HEAD>().ok_or(length)?;
        if *version != VERSION {
            return Err(KeyError::Version { version: *version });
        }
        let count = usize::from(u16::from_be_bytes([*high, *low]));
        if !(1..=MOST_INPUTS).contains(&count) {
            return Err(KeyError::Inputs { count });
        }
        if rest.len() != FIXED + G1_BYTES * (count + 1) {
            return Err(length);
        }
        let at = |name, index| move |why| KeyError::Point { name, index, why };
        let (alpha, rest) = rest.split_first_chunk().ok_or(length)?;
        let (beta, rest) = rest.split_first_chunk().ok_or(length)?;
        let (gamma, rest) = rest.split_first_chunk().ok_or(length)?;
        let (delta, mut rest) = rest.split_first_chunk().ok_or(length)?;
        let mut ic = Vec::with_capacity(count + 1);
        while let Some((next, after)) = rest.split_first_chunk() {
            ic.push(point::g1(next).map_err(at("ic", ic.len()))?);
            rest = after;
        }
        Self::new(
            point::g1(alpha).map_err(at("alpha", 0))?,
            point::g2(beta).map_err(at("beta", 0))?,
            point::g2(gamma).map_err(at("gamma", 0))?,
            point::g2(delta).map_err(at("delta", 0))?,
            ic,
        )
    }

    /// The key's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let count = u16::try_from(self.inputs()).unwrap_or(u16::MAX);
        let mut bytes = Vec::with_capacity(HEAD + FIXED + G1_BYTES * self.ic.len());
        bytes.push(VERSION);
        bytes.extend(count.to_be_bytes());
        bytes.extend(point::g1_bytes(&self.alpha));
        for value in [&self.beta, &self.gamma, &self.delta] {
            bytes.extend(point::g2_bytes(value));
        }
        for value in &self.ic {
            bytes.extend(point::g1_bytes(value));
        }
        bytes
    }

    /// BLAKE3 of the key's bytes: what names it.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        blake3::hash(&self.encode()).into()
    }

    /// How many public inputs a proof under this key has.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.ic.len().saturating_sub(1)
    }

    /// Whether it stands on the powers of tau for development, whose secrets everybody knows: then anybody forges,
    /// whoever contributed to its second phase.
    #[must_use]
    pub fn is_development(&self) -> bool {
        point::g1_bytes(&self.alpha) == DEVELOPMENT_ALPHA
    }

    /// α.
    pub fn alpha(&self) -> &G1Affine {
        &self.alpha
    }

    /// β.
    pub fn beta(&self) -> &G2Affine {
        &self.beta
    }

    /// γ.
    pub fn gamma(&self) -> &G2Affine {
        &self.gamma
    }

    /// δ.
    pub fn delta(&self) -> &G2Affine {
        &self.delta
    }

    /// The point of the constant 1, then one for each public input.
    pub fn ic(&self) -> &[G1Affine] {
        &self.ic
    }
}

/// A key with all computed that does not depend on a proof. Some 100 KiB.
#[derive(Clone, Debug)]
pub struct PreparedKey {
    pub(crate) key: VerifyingKey,
    digest: [u8; 32],
    /// e(α, β).
    pub(crate) alpha_beta: PairingOutput<Bn254>,
    pub(crate) minus_beta: <Bn254 as Pairing>::G2Prepared,
    pub(crate) minus_gamma: <Bn254 as Pairing>::G2Prepared,
    pub(crate) minus_delta: <Bn254 as Pairing>::G2Prepared,
    /// For each point of IC its multiples by 1 to 15.
    multiples: Vec<G1Affine>,
}

/// Multiples of a point that are kept: all that four bits of a scalar ask for.
const MULTIPLES: usize = 15;

impl PreparedKey {
    /// Prepares a key: two pairings' time.
    #[must_use]
    pub fn new(key: &VerifyingKey) -> Self {
        Self {
            digest: key.digest(),
            alpha_beta: Bn254::pairing(key.alpha, key.beta),
            minus_beta: (-key.beta).into(),
            minus_gamma: (-key.gamma).into(),
            minus_delta: (-key.delta).into(),
            multiples: multiples(&key.ic),
            key: key.clone(),
        }
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The key's digest.
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// How many public inputs a proof under this key has.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.key.inputs()
    }

    /// IC₀ + Σ xᵢ·ICᵢ, the constant 1 counted `constant` times: four bits of every scalar at once, so that all share
    /// the doublings. Public inputs are no secrets, so it may take its time from them.
    pub(crate) fn statement(&self, constant: Fr, inputs: &[Fr]) -> G1Affine {
        let scalars = core::iter::once(&constant).chain(inputs);
        let scalars: Vec<[u64; 4]> = scalars.map(|scalar| scalar.into_bigint().0).collect();
        let mut sum = G1Projective::ZERO;
        for (limb, shift) in (0..4)
            .rev()
            .flat_map(|limb| (0..16).rev().map(move |n| (limb, n * 4)))
        {
            for _ in 0..4 {
                sum.double_in_place();
            }
            for (scalar, multiples) in scalars.iter().zip(self.multiples.chunks_exact(MULTIPLES)) {
                let digit = (scalar[limb] >> shift) & 15;
                if let Some(multiple) = digit.checked_sub(1).and_then(|n| multiples.get(n as usize))
                {
                    sum += multiple;
                }
            }
        }
        sum.into_affine()
    }
}

fn multiples(points: &[G1Affine]) -> Vec<G1Affine> {
    let mut all = Vec::with_capacity(points.len() * MULTIPLES);
    for point in points {
        let mut multiple = G1Projective::ZERO;
        for _ in 0..MULTIPLES {
            multiple += point;
            all.push(multiple);
        }
    }
    G1Projective::normalize_batch(&all)
}
