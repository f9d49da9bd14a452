//! Keys and powers of tau whose secrets everybody knows: for development networks and tests.
//!
//! τ, α, β and one contribution follow from a fixed seed, so a circuit has one development key, made in seconds by
//! multiplying the generators with known factors. It has the
//! same bytes as `init` over [`powers`] that reach further than the circuit needs, and that contribution.
//! Chains refuse these keys unless they are development networks: **anyone can forge proofs under them**.
use std::path::Path;

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup, ScalarMul, scalar_mul::BatchMulPreprocessing};
use ark_ff::{Field, One, Zero};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use mycel_prover::{
    points::{self, G1, G2},
    quotient,
};

use crate::{
    contribute::{Secret, apply, apply_with, bytes},
    contribution::{Contribution, Kind},
    draw::Draw,
    error::CeremonyError,
    file::{Zkey, replace},
    r1cs::R1cs,
    sections,
    setup::{Columns, Queries, Terms, assemble},
};

pub use crate::golden::{Known, key};

/// The name in the transcript of every development key.
pub const NAME: &str = "development: everybody knows this secret";

struct Secrets {
    tau: Fr,
    alpha: Fr,
    beta: Fr,
}

fn secrets() -> Secrets {
    let mut draw = Draw::new(&blake3::derive_key(
        "mycel 2026-11-22 development tau v1",
        &[],
    ));
    Secrets {
        tau: draw.fr(),
        alpha: draw.fr(),
        beta: draw.fr(),
    }
}

/// The contribution of every development key.
fn contribution() -> Secret {
    Secret::from_hash(&blake3::derive_key(
        "mycel 2026-11-22 development delta v1",
        &[],
    ))
}

/// Whether a contribution's secret is that of development keys, whatever its name says.
pub(crate) fn made(one: &Contribution) -> bool {
    let known = contribution().factor;
    (one.base * known).into_affine() == one.base_secret
}

/// The development key of a circuit: a `.zkey` with one contribution.
///
/// # Errors
/// If the circuit is beyond the limits.
pub fn zkey(r1cs: &R1cs) -> Result<Vec<u8>, CeremonyError> {
    let Secrets { tau, alpha, beta } = secrets();
    let n = r1cs.domain();
    let domain = Radix2EvaluationDomain::<Fr>::new(n).expect("the limits are below every domain");
    let lagrange = domain.evaluate_all_lagrange_coefficients(tau);
    let columns = Columns::new(r1cs);
    let (a, b) = (
        combine(&columns.a, &lagrange),
        combine(&columns.b, &lagrange),
    );
    let mut bases = lagrange;
    for factor in [beta, alpha] {
        bases.extend_from_within(..n);
        let from = bases.len() - n;
        bases[from..].iter_mut().for_each(|value| *value *= factor);
    }
    let mut own = combine(&columns.own, &bases);
    let vanishes = domain.evaluate_vanishing_polynomial(tau);
    let vanishing: Vec<Fr> = powers_of(tau, n - 1)
        .into_iter()
        .map(|p| p * vanishes)
        .collect();
    let mut odd = quotient::odd_lagrange(n, tau).expect("a power of two within limits");

    let one = Table::<G1Projective>::new(G1Affine::generator().into(), 6 * n);
    let two = Table::<G2Projective>::new(G2Affine::generator().into(), n);
    let own_points = one.times(&own);
    let [alpha_1, beta_1] = one.times(&[alpha, beta])[..] else {
        unreachable!("as many products as factors")
    };
    let queries = Queries {
        alpha_1,
        beta_1,
        beta_2: two.times(&[beta])[0],
        a: one.times(&a),
        b_1: one.times(&b),
        b_2: two.times(&b),
        own: own_points,
        // replaced by the contribution's, and not in the circuit's hash
        h: vec![G1Affine::generator(); n],
        vanishing: one.times(&vanishing),
    };
    let init = assemble(r1cs, &queries)?;
    let secret = contribution();
    let inverse = secret.factor.inverse().expect("the seed's factor is not 0");
    let c = own.split_off(r1cs.publics as usize + 1);
    let divided = |mut list: Vec<Fr>| {
        list.iter_mut().for_each(|value| *value *= inverse);
        bytes(&one.times(&list))
    };
    let c = divided(c);
    let h = divided(std::mem::take(&mut odd));
    apply_with(&init, &secret, NAME, Kind::Person, &c, &h)
}

fn combine(terms: &Terms, bases: &[Fr]) -> Vec<Fr> {
    let sum = |terms: &Vec<(u32, Fr)>| -> Fr {
        terms
            .iter()
            .map(|(base, factor)| bases[*base as usize] * factor)
            .sum()
    };
    terms.iter().map(sum).collect()
}

fn powers_of(value: Fr, count: usize) -> Vec<Fr> {
    let next = |power: &Fr| Some(*power * value);
    std::iter::successors(Some(Fr::one()), next)
        .take(count)
        .collect()
}

/// A generator's multiples, ready.
struct Table<G: ScalarMul>(BatchMulPreprocessing<G>);

impl<G: CurveGroup<ScalarField = Fr>> Table<G> {
    fn new(generator: G, count: usize) -> Self {
        Self(BatchMulPreprocessing::new(generator, count))
    }

    fn times(&self, factors: &[Fr]) -> Vec<G::Affine> {
        crate::parallel::chunks(factors, |chunk| self.0.batch_mul(chunk))
    }
}

/// Writes development powers of tau for circuits up to 2^`power` rows, prepared for phase 2.
///
/// # Errors
/// If writing fails.
pub fn powers(power: u32, path: &Path) -> Result<(), CeremonyError> {
    if !(1..=18).contains(&power) {
        return Err(CeremonyError::Order(format!(
            "development powers of tau go from 1 to 18, not {power}"
        )));
    }
    let Secrets { tau, alpha, beta } = secrets();
    let n = 1_usize << power;
    let one = Table::<G1Projective>::new(G1Affine::generator().into(), 10 * n);
    let two = Table::<G2Projective>::new(G2Affine::generator().into(), 3 * n);
    let scaled = |list: &[Fr], by: Fr| -> Vec<Fr> { list.iter().map(|v| *v * by).collect() };
    let write_1 = |factors: &[Fr]| bytes(&one.times(factors));
    let write_2 = |factors: &[Fr]| {
        let mut out = Vec::with_capacity(factors.len() * G2);
        two.times(factors)
            .iter()
            .for_each(|point| points::write_g2(&mut out, point));
        out
    };
    let straight = powers_of(tau, 2 * n - 1);
    let mut lagrange = Vec::with_capacity(2 * n);
    for level in 0..=power {
        let domain = Radix2EvaluationDomain::<Fr>::new(1 << level).expect("within limits");
        lagrange.extend(domain.evaluate_all_lagrange_coefficients(tau));
    }
    let mut doubled = lagrange.clone();
    let double = Radix2EvaluationDomain::<Fr>::new(2 * n).expect("within limits");
    // the coefficient of the power that the file lacks is ωⁱ/2n in the i-th
    let highest = tau.pow([2 * n as u64 - 1]) * double.size_inv;
    let mut root = Fr::one();
    for value in double.evaluate_all_lagrange_coefficients(tau) {
        doubled.push(value - highest * root);
        root *= double.group_gen;
    }
    let header = header(power);
    let (alphas, betas) = (scaled(&straight[..n], alpha), scaled(&straight[..n], beta));
    let body: [(u32, Vec<u8>); 11] = [
        (1, header),
        (2, write_1(&straight)),
        (3, write_2(&straight[..n])),
        (4, write_1(&alphas)),
        (5, write_1(&betas)),
        (6, write_2(&[beta])),
        (7, vec![0; 4]),
        (12, write_1(&doubled)),
        (13, write_2(&lagrange)),
        (14, write_1(&scaled(&lagrange, alpha))),
        (15, write_1(&scaled(&lagrange, beta))),
    ];
    let body: Vec<(u32, &[u8])> = body.iter().map(|(id, body)| (*id, &body[..])).collect();
    debug_assert!(!tau.is_zero() && body[1].1.len() == (2 * n - 1) * G1);
    replace(path, &sections::write("ptau", 1, &body))
}

fn header(power: u32) -> Vec<u8> {
    use ark_ff::{BigInteger, PrimeField};
    let mut out = 32_u32.to_le_bytes().to_vec();
    out.extend(ark_bn254::Fq::MODULUS.to_bytes_le());
    // the power of this file, and of the ceremony that it is cut from
    out.extend(power.to_le_bytes());
    out.extend(power.to_le_bytes());
    out
}

/// The contribution of every development key, made to a first key.
///
/// # Errors
/// If a point of the key is none.
pub fn contributed(init: &Zkey) -> Result<Vec<u8>, CeremonyError> {
    apply(init, &contribution(), NAME, Kind::Person)
}
