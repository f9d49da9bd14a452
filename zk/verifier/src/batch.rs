//! Many proofs under one key.
//!
//! With coefficients rᵢ of 128 bits, drawn from a hash over the key and all
//! items, every proof holds if
//!
//! ```text
//! Π e(rᵢ·Aᵢ, Bᵢ) = e(Σ rᵢ·α, β) · e(Σ rᵢ·statementᵢ, γ) · e(Σ rᵢ·Cᵢ, δ)
//! ```
//!
//! and one that does not hold slips through with a chance of 2⁻¹²⁸.
use alloc::{vec, vec::Vec};

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective};
use ark_ec::{
    AffineRepr as _, CurveGroup as _, VariableBaseMSM as _,
    pairing::{Pairing, PairingOutput},
};
use ark_ff::{AdditiveGroup as _, PrimeField as _, Zero as _};

use crate::{field, key::PreparedKey, proof::Proof, verify::verify};

/// A statement's public inputs and its proof.
pub type Item = (Vec<Fr>, Proof);

/// Reads public inputs and a proof, none if anything is malformed. How many inputs there may be is the caller's to say
/// before, for reading them takes work.
pub fn read<'a>(inputs: impl IntoIterator<Item = &'a [u8]>, proof: &[u8]) -> Option<Item> {
    let inputs: Option<Vec<Fr>> = inputs
        .into_iter()
        .map(|bytes| field::decode(bytes).ok())
        .collect();
    Some((inputs?, Proof::decode(proof).ok()?))
}

/// BLAKE3's context for the coefficients.
const CONTEXT: &str = "mycel 2026-11-22 groth16 batch v1";
/// Fewer proofs than these are verified one by one: a batch would save little.
const LEAST: usize = 3;

/// Whether every proof holds. An empty batch does.
#[must_use]
pub fn batch(key: &PreparedKey, items: &[Item]) -> bool {
    let all: Vec<&Item> = items.iter().collect();
    items.iter().all(|item| is_formed(key, item)) && holds(key, &all)
}

/// Whether each proof holds: the same answers as [`verify`] for each.
///
/// A batch that fails is halved until the bad ones are found. How often that may happen is bounded; past it the rest is
/// verified one by one, so that a batch full of bad proofs takes less than three times as long as verifying each.
#[must_use]
pub fn verdicts(key: &PreparedKey, items: &[Item]) -> Vec<bool> {
    let mut verdicts = vec![false; items.len()];
    let formed = |(index, item)| is_formed(key, item).then_some((index, item));
    let formed: Vec<(usize, &Item)> = items.iter().enumerate().filter_map(formed).collect();
    let mut failures_left = 8 + 2 * formed.len().checked_ilog2().unwrap_or(0);
    judge(key, &formed, &mut verdicts, &mut failures_left);
    verdicts
}

fn judge(
    key: &PreparedKey,
    items: &[(usize, &Item)],
    verdicts: &mut [bool],
    failures_left: &mut u32,
) {
    if items.len() < LEAST || *failures_left == 0 {
        for (index, (inputs, proof)) in items {
            verdicts[*index] = verify(key, inputs, proof);
        }
        return;
    }
    let all: Vec<&Item> = items.iter().map(|(_, item)| *item).collect();
    if holds(key, &all) {
        for (index, _) in items {
            verdicts[*index] = true;
        }
        return;
    }
    *failures_left = failures_left.saturating_sub(1);
    let (first, second) = items.split_at(items.len() / 2);
    judge(key, first, verdicts, failures_left);
    judge(key, second, verdicts, failures_left);
}

/// What must hold before points are combined.
fn is_formed(key: &PreparedKey, (inputs, proof): &Item) -> bool {
    inputs.len() == key.inputs() && proof.is_finite()
}

/// The combined equation, for items that are formed.
fn holds(key: &PreparedKey, items: &[&Item]) -> bool {
    if items.is_empty() {
        return true;
    }
    let coefficients = coefficients(key, items);
    let mut sums = vec![Fr::ZERO; key.inputs()];
    let mut total = Fr::ZERO;
    for ((inputs, _), r) in items.iter().zip(&coefficients) {
        total += r;
        for (sum, input) in sums.iter_mut().zip(inputs) {
            *sum += *r * input;
        }
    }
    let c: Vec<G1Affine> = items.iter().map(|(_, proof)| proof.c).collect();
    let c = G1Projective::msm_unchecked(&c, &coefficients).into_affine();
    let alpha = key
        .key
        .alpha()
        .mul_bigint(total.into_bigint())
        .into_affine();
    let statement = key.statement(total, &sums);

    let scaled: Vec<G1Projective> = items
        .iter()
        .zip(&coefficients)
        .map(|((_, proof), r)| proof.a.mul_bigint(&r.into_bigint().0[..2]))
        .collect();
    let mut left = G1Projective::normalize_batch(&scaled);
    let mut right: Vec<<Bn254 as Pairing>::G2Prepared> =
        items.iter().map(|(_, proof)| proof.b.into()).collect();
    left.extend([alpha, statement, c]);
    right.extend([
        key.minus_beta.clone(),
        key.minus_gamma.clone(),
        key.minus_delta.clone(),
    ]);
    let paired = Bn254::multi_miller_loop(left, right);
    Bn254::final_exponentiation(paired).is_some_and(|out: PairingOutput<Bn254>| out.is_zero())
}

/// Coefficients of 128 bits, none of them 0: the same for the same key and items, on every machine.
fn coefficients(key: &PreparedKey, items: &[&Item]) -> Vec<Fr> {
    let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
    hasher.update(key.digest());
    hasher.update(&(items.len() as u64).to_be_bytes());
    for (inputs, proof) in items {
        // as many inputs in each as the key has, so nothing needs a length
        for input in inputs {
            hasher.update(&field::encode(input));
        }
        hasher.update(&proof.encode());
    }
    let mut stream = hasher.finalize_xof();
    let draw = |_| {
        let mut bytes = [0; 16];
        stream.fill(&mut bytes);
        Fr::from(u128::from_be_bytes(bytes).max(1))
    };
    items.iter().map(draw).collect()
}
