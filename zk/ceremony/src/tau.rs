//! Whether powers of tau are powers of one τ, as far as a circuit uses them.
//!
//! Random combinations against pairings: each power is τ times the one before in every section, α and β are the same
//! in both groups, and the Lagrange points interpolate the powers. Who knows τ is for the file's own ceremony to
//! answer: take one with many contributors, and compare its digest.
use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};

use crate::{
    error::CeremonyError,
    ptau::Ptau,
    verify::{factors, same_ratio},
};

/// Looks at what circuits of 2^`power` rows use.
///
/// # Errors
/// If a section is not what the others say.
pub(crate) fn check(ptau: &mut Ptau, power: u32) -> Result<(), CeremonyError> {
    let n = 1_usize << power;
    let wrong = CeremonyError::Tau;
    // as many as the Lagrange points of the double domain stand on; the file of a full-size circuit lacks the last
    let powers = ptau.g1(2, 0, 2 * n - 1)?;
    let powers_2 = ptau.g2(3, 0, n)?;
    let (alpha, beta) = (ptau.g1(4, 0, n)?, ptau.g1(5, 0, n)?);
    let beta_2 = ptau.g2(6, 0, 1)?[0];
    let (one, two) = (G1Affine::generator(), G2Affine::generator());
    if powers[0] != one || powers_2[0] != two {
        return Err(wrong("the first power"));
    }
    let mut hasher = blake3::Hasher::new_derive_key("mycel 2026-11-22 powers of tau check v1");
    hasher.update(&ptau.digest()?);
    let r = factors(&hasher, 2 * n);
    let tau_2 = powers_2[1];
    for (section, what) in [
        (&powers, "section 2"),
        (&alpha, "section 4"),
        (&beta, "section 5"),
    ] {
        let last = section.len() - 1;
        let (lower, upper) = (sum_1(&section[..last], &r), sum_1(&section[1..], &r));
        if !same_ratio(&lower, &upper, &two, &tau_2) {
            return Err(wrong(what));
        }
    }
    let (lower, upper) = (sum_2(&powers_2[..n - 1], &r), sum_2(&powers_2[1..], &r));
    if !same_ratio(&one, &powers[1], &lower, &upper) {
        return Err(wrong("section 3"));
    }
    if !same_ratio(&one, &beta[0], &two, &beta_2) {
        return Err(wrong("section 6"));
    }
    // Σ rᵢ·Lᵢ(τ) is the polynomial with values rᵢ at τ
    let domain = Radix2EvaluationDomain::<Fr>::new(n).expect("a power of two within limits");
    let mut polynomial = r[..n].to_vec();
    domain.ifft_in_place(&mut polynomial);
    for (section, basis, what) in [
        (12, &powers, "section 12"),
        (14, &alpha, "section 14"),
        (15, &beta, "section 15"),
    ] {
        let lagrange = ptau.lagrange_1(section, power)?;
        if sum_1(&lagrange, &r) != sum_1(&basis[..n], &polynomial) {
            return Err(wrong(what));
        }
    }
    if sum_2(&ptau.lagrange_2(power)?, &r) != sum_2(&powers_2, &polynomial) {
        return Err(wrong("section 13"));
    }
    let double = Radix2EvaluationDomain::<Fr>::new(2 * n).expect("a power of two within limits");
    let mut polynomial = r;
    // without the highest power, which the largest domain of a file lacks
    polynomial[2 * n - 1] = missing_highest(&double, &polynomial);
    let mut coefficients = polynomial.clone();
    double.ifft_in_place(&mut coefficients);
    let lagrange = ptau.lagrange_1(12, power + 1)?;
    if sum_1(&lagrange, &polynomial) != sum_1(&powers, &coefficients[..2 * n - 1]) {
        return Err(wrong("section 12"));
    }
    Ok(())
}

/// The last value that makes the polynomial's highest coefficient 0: Σ valueᵢ·ωⁱ = 0.
fn missing_highest(domain: &Radix2EvaluationDomain<Fr>, values: &[Fr]) -> Fr {
    let mut sum = Fr::from(0_u64);
    let mut root = Fr::from(1_u64);
    for value in &values[..values.len() - 1] {
        sum += *value * root;
        root *= domain.group_gen;
    }
    // ω^(2n−1) is ω⁻¹
    -sum * domain.group_gen
}

fn sum_1(points: &[G1Affine], factors: &[Fr]) -> G1Affine {
    G1Projective::msm_unchecked(points, factors).into_affine()
}

fn sum_2(points: &[G2Affine], factors: &[Fr]) -> G2Affine {
    G2Projective::msm_unchecked(points, factors).into_affine()
}
