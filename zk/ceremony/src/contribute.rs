//! Contributing: δ becomes δ·x, and what is divided by δ is divided by x as well.
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::CurveGroup;
use ark_ff::{Field, PrimeField, Zero};
use mycel_prover::{points, zkey::section};
use rand::{RngCore, rngs::OsRng};
use sha2::{Digest, Sha256};

use crate::{
    contribution::{Contribution, Kind, MAX_NAME, transcript},
    draw::Draw,
    error::CeremonyError,
    file::Zkey,
    parallel,
};

/// More than 2^32 rounds would take hours to verify.
const MAX_ITERATIONS: u8 = 32;

/// A contribution's secret: kept for as long as the step takes, and nowhere else.
pub(crate) struct Secret {
    pub(crate) factor: Fr,
    pub(crate) base: G1Affine,
}

impl Secret {
    /// From a hash of 32 bytes, as snarkjs draws it.
    pub(crate) fn from_hash(hash: &[u8; 32]) -> Self {
        let mut draw = Draw::new(hash);
        let factor = draw.fr();
        Self {
            factor,
            base: draw.g1(),
        }
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        // as much as safe code can do; the process should end after the step
        self.factor = std::hint::black_box(Fr::zero());
    }
}

/// A person's contribution: the secret is drawn from the system's randomness and from `entropy`, so that either suffices.
///
/// # Errors
/// If the name is too long, or if the system gives no randomness.
pub fn contribute(zkey: &Zkey, name: &str, entropy: &[u8]) -> Result<Vec<u8>, CeremonyError> {
    let mut system = [0; 64];
    OsRng
        .try_fill_bytes(&mut system)
        .map_err(|e| CeremonyError::Order(format!("the system gives no randomness: {e}")))?;
    let mut hasher = blake3::Hasher::new_derive_key("mycel 2026-11-22 ceremony contribution v1");
    hasher.update(&system).update(entropy);
    let secret = Secret::from_hash(hasher.finalize().as_bytes());
    apply(zkey, &secret, name, Kind::Person)
}

/// The last contribution: its secret follows from a public value that nobody could foresee when the one before was
/// made (a block's hash, a drand round), after 2^`iterations` rounds of SHA-256.
///
/// # Errors
/// Unless the value has 1 to 255 bytes and iterations are 10 to 32.
pub fn beacon(
    zkey: &Zkey,
    name: &str,
    value: &[u8],
    iterations: u8,
) -> Result<Vec<u8>, CeremonyError> {
    let kind = Kind::Beacon {
        value: value.to_vec(),
        iterations,
    };
    apply(zkey, &beacon_secret(value, iterations)?, name, kind)
}

pub(crate) fn beacon_secret(value: &[u8], iterations: u8) -> Result<Secret, CeremonyError> {
    if !(1..=255).contains(&value.len()) {
        return Err(CeremonyError::Beacon("the value needs 1 to 255 bytes"));
    }
    if !(10..=MAX_ITERATIONS).contains(&iterations) {
        return Err(CeremonyError::Beacon(
            "iterations are 2 to the power of 10 to 32",
        ));
    }
    let mut hash: [u8; 32] = Sha256::digest(value).into();
    for _ in 1..1_u64 << iterations {
        hash = Sha256::digest(hash).into();
    }
    Ok(Secret::from_hash(&hash))
}

/// Writes the key after a contribution.
pub(crate) fn apply(
    zkey: &Zkey,
    secret: &Secret,
    name: &str,
    kind: Kind,
) -> Result<Vec<u8>, CeremonyError> {
    let inverse = secret
        .factor
        .inverse()
        .ok_or(CeremonyError::Beacon("its secret is 0"))?;
    let divided =
        |id| -> Result<Vec<u8>, CeremonyError> { Ok(bytes(&times(&zkey.points(id)?, &inverse))) };
    let (c, h) = (divided(section::C)?, divided(section::H)?);
    apply_with(zkey, secret, name, kind, &c, &h)
}

/// The same, for who knows C and H already.
pub(crate) fn apply_with(
    zkey: &Zkey,
    secret: &Secret,
    name: &str,
    kind: Kind,
    c: &[u8],
    h: &[u8],
) -> Result<Vec<u8>, CeremonyError> {
    if name.len() > MAX_NAME {
        return Err(CeremonyError::Order(format!(
            "a name has at most {MAX_NAME} bytes, this one has {}",
            name.len()
        )));
    }
    let x = secret.factor;
    let base_secret = (secret.base * x).into_affine();
    let mut record = zkey.record.clone();
    let mut so_far = record.begin();
    record
        .contributions
        .iter()
        .for_each(|c| c.feed(&mut so_far));
    let mut contribution = Contribution {
        delta_after: (zkey.header.delta_1 * x).into_affine(),
        base: secret.base,
        base_secret,
        twist_secret: zkey.header.gamma_2,
        transcript: transcript(&so_far, &secret.base, &base_secret),
        kind,
        name: name.as_bytes().to_vec(),
    };
    contribution.twist_secret = (contribution.twist() * x).into_affine();
    let mut header = zkey.header.clone();
    header.delta_1 = contribution.delta_after;
    header.delta_2 = (header.delta_2 * x).into_affine();
    record.contributions.push(contribution);
    let copied = |id| zkey.section(id);
    Ok(Zkey::assemble(
        &header,
        &record,
        [3, 4, 5, 6, 7, 8, 9],
        [copied(3), copied(4), copied(5), copied(6), copied(7), c, h],
    ))
}

/// Every point times one factor.
fn times(points: &[G1Affine], factor: &Fr) -> Vec<G1Affine> {
    let factor = factor.into_bigint();
    parallel::chunks(points, |chunk| {
        use ark_ec::AffineRepr;
        let products: Vec<G1Projective> = chunk.iter().map(|p| p.mul_bigint(factor)).collect();
        G1Projective::normalize_batch(&products)
    })
}

pub(crate) fn bytes(list: &[G1Affine]) -> Vec<u8> {
    let mut out = Vec::with_capacity(list.len() * points::G1);
    list.iter()
        .for_each(|point| points::write_g1(&mut out, point));
    out
}
