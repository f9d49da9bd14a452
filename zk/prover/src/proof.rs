//! Making a proof.
use std::ops::ControlFlow;

use ark_bn254::{Fr, G1Projective, G2Projective};
use ark_ec::{
    CurveGroup,
    short_weierstrass::{Affine, Projective, SWCurveConfig},
};
use ark_ff::{BigInteger, One, PrimeField, UniformRand, Zero};
use ark_std::rand::{CryptoRng, RngCore};
use mycel_circuits::Circuit;
use mycel_verifier::{proof::Proof, verify};

use crate::{
    ProveError,
    key::{ProvingKey, Query},
    progress::{Progress, Stage},
    quotient,
    sum::sum,
};

type BigInt = <Fr as PrimeField>::BigInt;

/// Proves a circuit: checks its inputs, computes the witness, proves, and verifies. Gives the proof and the public inputs.
///
/// # Errors
/// If the inputs are inconsistent (with the circuit's reason), if the key is another circuit's, or if `progress` says to stop.
pub fn prove<C: Circuit>(
    key: &ProvingKey,
    circuit: &C,
    rng: &mut (impl RngCore + CryptoRng),
    progress: &dyn Progress,
) -> Result<(Proof, Vec<Fr>), ProveError> {
    tell(progress, Stage::Checking, 0)?;
    circuit.check().map_err(ProveError::Refused)?;
    tell(progress, Stage::Witness, 0)?;
    let assignment = circuit.unchecked_assignment();
    let proof = prove_assignment(key, &assignment, rng, progress)?;
    Ok((proof, circuit.publics()))
}

/// Proves for a whole assignment: 1, the public inputs, the witness.
///
/// # Errors
/// If it is not of the key's shape, does not satisfy the constraints, or if `progress` says to stop.
pub fn prove_assignment(
    key: &ProvingKey,
    assignment: &[Fr],
    rng: &mut (impl RngCore + CryptoRng),
    progress: &dyn Progress,
) -> Result<Proof, ProveError> {
    let header = &key.header;
    let publics = header.publics as usize;
    if assignment.len() != header.variables as usize || !assignment[0].is_one() {
        return Err(ProveError::Shape {
            key: header.variables as usize,
            circuit: assignment.len(),
            key_publics: publics,
            circuit_publics: publics,
        });
    }
    tell(progress, Stage::Quotient, 0)?;
    let (a, b) = key.matrices.times(assignment);
    let quotient = quotient::odd_half(a, b).expect("a key's domain is a power of two with a root");

    let values: Vec<BigInt> = assignment.iter().map(|value| value.into_bigint()).collect();
    let quotient: Vec<BigInt> = quotient.iter().map(|value| value.into_bigint()).collect();
    let (r, s) = (Fr::rand(rng), Fr::rand(rng));
    tell(progress, Stage::Sums, 0)?;
    let a: G1Projective = key.a.sum(&values) + header.alpha_1 + header.delta_1 * r;
    tell(progress, Stage::Sums, 1)?;
    let b_1: G1Projective = key.b_1.sum(&values) + header.beta_1 + header.delta_1 * s;
    tell(progress, Stage::Sums, 2)?;
    let b: G2Projective = key.b_2.sum(&values) + header.beta_2 + header.delta_2 * s;
    tell(progress, Stage::Sums, 3)?;
    let own: G1Projective = key.c.sum(&values[publics + 1..]);
    tell(progress, Stage::Sums, 4)?;
    let high: G1Projective = key.h.sum(&quotient);
    let c = own + high + a * s + b_1 * r - header.delta_1 * (r * s);

    tell(progress, Stage::Verifying, 0)?;
    let proof = Proof {
        a: a.into_affine(),
        b: b.into_affine(),
        c: c.into_affine(),
    };
    if !verify(&key.prepared, &assignment[1..=publics], &proof) {
        return Err(ProveError::Unverified);
    }
    Ok(proof)
}

impl<C: SWCurveConfig<ScalarField = Fr>> Query<Affine<C>> {
    /// Σ valueᵢ·pointᵢ.
    fn sum(&self, values: &[BigInt]) -> Projective<C> {
        // zeros and ones are most of what range checks bring
        let (mut points, mut factors) = (Vec::new(), Vec::new());
        let mut ones = Projective::<C>::zero();
        for (which, point) in self.which.iter().zip(&self.points) {
            let value = values[*which as usize];
            if value == BigInt::one() {
                ones += point;
            } else if !value.is_zero() {
                points.push(*point);
                factors.push(value);
            }
        }
        ones + sum(&points, &factors)
    }
}

fn tell(progress: &dyn Progress, stage: Stage, done: u64) -> Result<(), ProveError> {
    let total = if stage == Stage::Sums { 5 } else { 1 };
    match progress.at(stage, done, total) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(ProveError::Cancelled),
    }
}
