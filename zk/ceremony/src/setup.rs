//! The key before any contribution: a circuit over powers of tau, δ = γ = 1.
//!
//! Per variable i, with Lₖ the Lagrange polynomials of the domain at τ and rows for the public inputs after the
//! constraints (so that no two of them are bound by one equation only):
//!
//! ```text
//! uᵢ = Σ Aₖᵢ·Lₖ (+ Lₘ₊ᵢ if public)     vᵢ = Σ Bₖᵢ·Lₖ     wᵢ = Σ Cₖᵢ·Lₖ
//! A: uᵢ·G1     B: vᵢ·G1, vᵢ·G2     IC, C: (β·uᵢ + α·vᵢ + wᵢ)·G1     H: odd Lagrange points
//! ```
//!
//! The circuit's hash is BLAKE2b-512 over α β in G1, β γ in G2, δ in both, and, each after its count, IC, τ^(n+i) − τ^i
//! for i < n − 1, C, A, B in G1 and in G2: points big-endian.
use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::One;
use blake2::{Blake2b512, Digest};
use mycel_prover::{
    points::{self, G2},
    zkey::{Header, section},
};

use crate::{
    contribute::bytes, contribution::Record, error::CeremonyError, file::Zkey, parallel,
    ptau::Ptau, r1cs::R1cs, tau,
};

/// Largest domain that is done: beyond it snarkjs hashes points that do not belong to the circuit.
const MAX_POWER: u32 = 14;

/// Terms of a variable: the number of a base and a factor.
pub(crate) type Terms = Vec<Vec<(u32, Fr)>>;

/// A circuit by variables instead of rows.
pub(crate) struct Columns {
    /// uᵢ over Lₖ.
    pub(crate) a: Terms,
    /// vᵢ over Lₖ.
    pub(crate) b: Terms,
    /// β·uᵢ + α·vᵢ + wᵢ over the bases Lₖ, β·Lₖ, α·Lₖ: n of each.
    pub(crate) own: Terms,
}

impl Columns {
    pub(crate) fn new(r1cs: &R1cs) -> Self {
        let n = r1cs.domain() as u32;
        let empty = || vec![Vec::new(); r1cs.variables as usize];
        let (mut a, mut b, mut own) = (empty(), empty(), empty());
        for (row, [left, right, out]) in (0_u32..).zip(&r1cs.constraints) {
            for &(variable, factor) in left {
                a[variable as usize].push((row, factor));
                own[variable as usize].push((n + row, factor));
            }
            for &(variable, factor) in right {
                b[variable as usize].push((row, factor));
                own[variable as usize].push((2 * n + row, factor));
            }
            for &(variable, factor) in out {
                own[variable as usize].push((row, factor));
            }
        }
        let first = r1cs.constraints.len() as u32;
        for variable in 0..=r1cs.publics {
            a[variable as usize].push((first + variable, Fr::one()));
            own[variable as usize].push((n + first + variable, Fr::one()));
        }
        Self { a, b, own }
    }
}

/// The points of a key with δ = 1.
pub(crate) struct Queries {
    pub(crate) alpha_1: G1Affine,
    pub(crate) beta_1: G1Affine,
    pub(crate) beta_2: G2Affine,
    pub(crate) a: Vec<G1Affine>,
    pub(crate) b_1: Vec<G1Affine>,
    pub(crate) b_2: Vec<G2Affine>,
    /// IC and C, one after the other.
    pub(crate) own: Vec<G1Affine>,
    pub(crate) h: Vec<G1Affine>,
    /// τ^(n+i) − τ^i.
    pub(crate) vanishing: Vec<G1Affine>,
}

/// Makes the first key of a circuit's ceremony: anyone who does it again gets the same bytes. It is snarkjs' `zkey new`.
///
/// # Errors
/// If the powers of tau are too few or inconsistent, or the circuit is larger than 2^14 rows.
pub fn init(r1cs: &R1cs, ptau: &mut Ptau) -> Result<Zkey, CeremonyError> {
    let power = r1cs.power();
    if power > ptau.power().min(MAX_POWER) {
        return Err(CeremonyError::Powers {
            rows: r1cs.constraints.len() as u64 + u64::from(r1cs.publics) + 1,
            reach: 1 << ptau.power().min(MAX_POWER),
            power,
        });
    }
    tau::check(ptau, power)?;
    let n = r1cs.domain();
    let columns = Columns::new(r1cs);
    let lagrange = ptau.lagrange_1(12, power)?;
    let (a, b_1) = (
        combine::<G1Projective>(&columns.a, &lagrange),
        combine::<G1Projective>(&columns.b, &lagrange),
    );
    let b_2 = combine::<G2Projective>(&columns.b, &ptau.lagrange_2(power)?);
    let mut bases = lagrange;
    bases.extend(ptau.lagrange_1(15, power)?);
    bases.extend(ptau.lagrange_1(14, power)?);
    let own = combine::<G1Projective>(&columns.own, &bases);
    let odd = ptau
        .lagrange_1(12, power + 1)?
        .into_iter()
        .skip(1)
        .step_by(2);
    let powers = ptau.g1(2, 0, 2 * n - 1)?;
    let vanishing: Vec<G1Projective> = (0..n - 1)
        .map(|i| powers[n + i].into_group() - powers[i])
        .collect();
    let queries = Queries {
        alpha_1: ptau.g1(4, 0, 1)?[0],
        beta_1: ptau.g1(5, 0, 1)?[0],
        beta_2: ptau.g2(6, 0, 1)?[0],
        a,
        b_1,
        b_2,
        own,
        h: odd.collect(),
        vanishing: G1Projective::normalize_batch(&vanishing),
    };
    assemble(r1cs, &queries)
}

/// Σ factor·base of each variable.
fn combine<G: CurveGroup<ScalarField = Fr>>(terms: &Terms, bases: &[G::Affine]) -> Vec<G::Affine> {
    let minus = -Fr::one();
    parallel::chunks(terms, |chunk| {
        let sums: Vec<G> = chunk
            .iter()
            .map(|terms| {
                let mut sum = G::zero();
                let (mut some, mut factors) = (Vec::new(), Vec::new());
                for &(base, factor) in terms {
                    let base = bases[base as usize];
                    if factor.is_one() {
                        sum += base;
                    } else if factor == minus {
                        sum -= base;
                    } else {
                        some.push(base);
                        factors.push(factor);
                    }
                }
                match some.len() {
                    0 => sum,
                    1 => sum + some[0] * factors[0],
                    _ => sum + G::msm_unchecked(&some, &factors),
                }
            })
            .collect();
        G::normalize_batch(&sums)
    })
}

/// Puts the first key together and hashes it.
pub(crate) fn assemble(r1cs: &R1cs, queries: &Queries) -> Result<Zkey, CeremonyError> {
    let header = Header {
        variables: r1cs.variables,
        publics: r1cs.publics,
        domain: r1cs.domain() as u32,
        alpha_1: queries.alpha_1,
        beta_1: queries.beta_1,
        beta_2: queries.beta_2,
        gamma_2: G2Affine::generator(),
        delta_1: G1Affine::generator(),
        delta_2: G2Affine::generator(),
    };
    let (ic, c) = queries.own.split_at(r1cs.publics as usize + 1);
    let record = Record {
        circuit: circuit_hash(&header, queries, ic, c),
        contributions: Vec::new(),
    };
    let mut b_2 = Vec::with_capacity(queries.b_2.len() * G2);
    queries
        .b_2
        .iter()
        .for_each(|point| points::write_g2(&mut b_2, point));
    let one = bytes;
    Zkey::parse(Zkey::assemble(
        &header,
        &record,
        [
            section::COEFFICIENTS,
            section::IC,
            section::H,
            section::C,
            section::A,
            section::B1,
            section::B2,
        ],
        [
            &coefficients(r1cs),
            &one(ic),
            &one(&queries.h),
            &one(c),
            &one(&queries.a),
            &one(&queries.b_1),
            &b_2,
        ],
    ))
}

/// Section 4: A and B row by row, then the rows of the public inputs.
fn coefficients(r1cs: &R1cs) -> Vec<u8> {
    let mut out = vec![0; 4];
    let mut count = 0_u32;
    let mut push = |matrix: u32, row: u32, variable: u32, factor: &Fr| {
        for number in [matrix, row, variable] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        points::write_coefficient(&mut out, factor);
        count += 1;
    };
    for (row, [left, right, _]) in (0..).zip(&r1cs.constraints) {
        for (matrix, side) in [(0, left), (1, right)] {
            side.iter()
                .for_each(|(variable, factor)| push(matrix, row, *variable, factor));
        }
    }
    let first = r1cs.constraints.len() as u32;
    for variable in 0..=r1cs.publics {
        push(0, first + variable, variable, &Fr::one());
    }
    out[..4].copy_from_slice(&count.to_le_bytes());
    out
}

fn circuit_hash(header: &Header, queries: &Queries, ic: &[G1Affine], c: &[G1Affine]) -> [u8; 64] {
    let mut hasher = Blake2b512::new();
    hasher.update(points::plain_g1(&header.alpha_1));
    hasher.update(points::plain_g1(&header.beta_1));
    hasher.update(points::plain_g2(&header.beta_2));
    hasher.update(points::plain_g2(&header.gamma_2));
    hasher.update(points::plain_g1(&header.delta_1));
    hasher.update(points::plain_g2(&header.delta_2));
    for list in [ic, &queries.vanishing, c, &queries.a, &queries.b_1] {
        hasher.update((list.len() as u32).to_be_bytes());
        list.iter()
            .for_each(|point| hasher.update(points::plain_g1(point)));
    }
    hasher.update((queries.b_2.len() as u32).to_be_bytes());
    queries
        .b_2
        .iter()
        .for_each(|point| hasher.update(points::plain_g2(point)));
    hasher.finalize().into()
}
