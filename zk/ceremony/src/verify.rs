//! Verifying: the chain of contributions, and that the key is the circuit's divided by their δ.
//!
//! For each contribution: the transcript is the hash of what came before it; e(s, t·x) = e(s·x, t) (one secret, known);
//! e(δ before, t·x) = e(δ after, t) (it is in δ); a beacon's points follow from the beacon. Then δ of the key is the
//! last contribution's in both groups, sections 3 to 7 are `init`'s byte for byte, and for C and H a random combination
//! of 128-bit factors satisfies e(Σ rᵢ·Pᵢ, δ) = e(Σ rᵢ·Pᵢ at init, G2). The factors come from a hash over both keys:
//! the verdict is the same everywhere, and nobody can choose points that fit them.
use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM, pairing::Pairing};
use ark_ff::Zero;
use blake2::Blake2b512;
use mycel_prover::{points, zkey::section};
use mycel_verifier::key::DEVELOPMENT_ALPHA;

use crate::{
    contribute::beacon_secret,
    contribution::{Contribution, Hash, Kind, transcript},
    development,
    error::{CeremonyError, Flaw},
    file::Zkey,
};

/// A ceremony that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The circuit's hash.
    pub circuit: Hash,
    /// Who contributed, in order, with the hash that each of them should find again.
    pub contributions: Vec<(String, Hash)>,
    /// How many contributions are of people, with a secret that is not everybody's. Beacons and the contribution of
    /// development keys hide nothing: with none of people, anyone forges.
    pub people: usize,
    /// Whether the last contribution is a beacon.
    pub ends_with_beacon: bool,
    /// Whether the powers of tau are those for development: then anyone forges, whoever contributed.
    pub development: bool,
}

/// Whether `key` is `init` after the contributions that it names. `init` must be made by oneself, from the circuit and
/// the powers of tau: see [`crate::init`].
///
/// # Errors
/// [`Flaw`], with the contribution or the section that does not hold.
pub fn verify(init: &Zkey, key: &Zkey) -> Result<Report, CeremonyError> {
    let delta = chain(key)?;
    same_circuit(init, key)?;
    final_delta(key, &delta)?;
    for (id, name) in [
        (section::IC, "IC"),
        (section::COEFFICIENTS, "coefficients"),
        (section::A, "A"),
        (section::B1, "B1"),
        (section::B2, "B2"),
    ] {
        if init.section(id) != key.section(id) {
            return Err(Flaw::Section(name).into());
        }
    }
    divided(init, key, section::C, "C")?;
    divided(init, key, section::H, "H")?;
    let contributions = &key.record.contributions;
    Ok(Report {
        circuit: key.record.circuit,
        contributions: contributions.iter().map(|c| (c.name(), c.hash())).collect(),
        people: contributions.iter().filter(|c| is_person(c)).count(),
        ends_with_beacon: contributions
            .last()
            .is_some_and(|c| matches!(c.kind, Kind::Beacon { .. })),
        development: points::plain_g1(&key.header.alpha_1) == DEVELOPMENT_ALPHA,
    })
}

/// Whether somebody may have kept this contribution's secret to themselves.
pub(crate) fn is_person(contribution: &Contribution) -> bool {
    contribution.kind == Kind::Person && !development::made(contribution)
}

/// Follows the contributions; gives δ after the last.
fn chain(key: &Zkey) -> Result<G1Affine, CeremonyError> {
    let mut delta = G1Affine::generator();
    let mut so_far = key.record.begin();
    for (number, contribution) in (1..).zip(&key.record.contributions) {
        link(&so_far, number, contribution, &delta)?;
        contribution.feed(&mut so_far);
        delta = contribution.delta_after;
    }
    Ok(delta)
}

fn link(
    so_far: &Blake2b512,
    number: usize,
    contribution: &Contribution,
    delta: &G1Affine,
) -> Result<(), CeremonyError> {
    let Contribution {
        delta_after,
        base,
        base_secret,
        twist_secret,
        ..
    } = contribution;
    let finite = [delta_after, base, base_secret]
        .iter()
        .all(|p| !p.is_zero());
    if !finite || twist_secret.is_zero() || !points::in_group(twist_secret) {
        return Err(Flaw::Point(number).into());
    }
    if transcript(so_far, base, base_secret) != contribution.transcript {
        return Err(Flaw::Transcript(number).into());
    }
    let twist = contribution.twist();
    if !same_ratio(base, base_secret, &twist, twist_secret) {
        return Err(Flaw::Knowledge(number).into());
    }
    if !same_ratio(delta, delta_after, &twist, twist_secret) {
        return Err(Flaw::Delta(number).into());
    }
    if let Kind::Beacon { value, iterations } = &contribution.kind {
        let secret = beacon_secret(value, *iterations)?;
        let expected = (secret.base * secret.factor).into_affine();
        if secret.base != *base || expected != *base_secret {
            return Err(Flaw::Beacon(number).into());
        }
    }
    Ok(())
}

fn same_circuit(init: &Zkey, key: &Zkey) -> Result<(), Flaw> {
    let (a, b) = (&init.header, &key.header);
    for (same, what) in [
        (a.variables == b.variables, "the number of variables"),
        (a.publics == b.publics, "the number of public inputs"),
        (a.domain == b.domain, "the domain"),
        (a.alpha_1 == b.alpha_1, "alpha"),
        (a.beta_1 == b.beta_1, "beta in G1"),
        (a.beta_2 == b.beta_2, "beta in G2"),
        (a.gamma_2 == b.gamma_2, "gamma"),
        (
            init.record.circuit == key.record.circuit,
            "the circuit's hash",
        ),
        (
            init.record.contributions.is_empty(),
            "init, which has contributions,",
        ),
    ] {
        if !same {
            return Err(Flaw::Circuit(what));
        }
    }
    Ok(())
}

fn final_delta(key: &Zkey, delta: &G1Affine) -> Result<(), Flaw> {
    if key.header.delta_1 != *delta {
        return Err(Flaw::FinalDelta("delta in G1"));
    }
    let (one, two) = (G1Affine::generator(), G2Affine::generator());
    if !same_ratio(&one, delta, &two, &key.header.delta_2) {
        return Err(Flaw::FinalDelta("delta in G2"));
    }
    Ok(())
}

fn divided(init: &Zkey, key: &Zkey, id: u32, name: &'static str) -> Result<(), CeremonyError> {
    let (before, after) = (init.points(id)?, key.points(id)?);
    let mut hasher = blake3::Hasher::new_derive_key("mycel 2026-11-22 ceremony check v1");
    hasher
        .update(&init.digest())
        .update(&key.digest())
        .update(&id.to_le_bytes());
    let factors = factors(&hasher, before.len());
    let sum = |points: &[G1Affine]| G1Projective::msm_unchecked(points, &factors).into_affine();
    let (before, after) = (sum(&before), sum(&after));
    // e(after, δ) = e(before, G2)
    if !same_ratio_or_zero(&after, &before, &G2Affine::generator(), &key.header.delta_2) {
        return Err(Flaw::Query(name).into());
    }
    Ok(())
}

/// `count` factors of 128 bits.
pub(crate) fn factors(hasher: &blake3::Hasher, count: usize) -> Vec<Fr> {
    let mut stream = hasher.finalize_xof();
    let draw = |_| {
        let mut bytes = [0; 16];
        stream.fill(&mut bytes);
        Fr::from(u128::from_le_bytes(bytes))
    };
    (0..count).map(draw).collect()
}

/// e(a, d) = e(b, c): b is to a as d is to c. None may be at infinity.
pub(crate) fn same_ratio(a: &G1Affine, b: &G1Affine, c: &G2Affine, d: &G2Affine) -> bool {
    !a.is_zero() && !b.is_zero() && same_ratio_or_zero(a, b, c, d)
}

fn same_ratio_or_zero(a: &G1Affine, b: &G1Affine, c: &G2Affine, d: &G2Affine) -> bool {
    if c.is_zero() || d.is_zero() {
        return false;
    }
    let minus = (-b.into_group()).into_affine();
    Bn254::multi_pairing([*a, minus], [*d, *c]).is_zero()
}
