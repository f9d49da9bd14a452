//! Proofs without a prover, under keys whose secrets are known: for tests of
//! whoever verifies. Such a key says nothing about any statement.
use alloc::vec::Vec;

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr as _, CurveGroup as _};
use ark_ff::{Field as _, PrimeField as _};

use crate::{
    key::{PreparedKey, VerifyingKey},
    proof::Proof,
};

/// A key together with what makes proofs for any inputs.
#[derive(Clone, Debug)]
pub struct Trapdoor {
    alpha: Fr,
    beta: Fr,
    gamma: Fr,
    delta: Fr,
    ic: Vec<Fr>,
    key: VerifyingKey,
}

/// A number from a seed.
#[must_use]
pub fn scalar(seed: u64, index: u64) -> Fr {
    let mut hasher = blake3::Hasher::new_derive_key("mycel 2026-11-22 verifier tests v1");
    hasher.update(&seed.to_be_bytes());
    hasher.update(&index.to_be_bytes());
    Fr::from_le_bytes_mod_order(hasher.finalize().as_bytes())
}

fn g1(scalar: Fr) -> G1Affine {
    (G1Affine::generator() * scalar).into_affine()
}

fn g2(scalar: Fr) -> G2Affine {
    (G2Affine::generator() * scalar).into_affine()
}

impl Trapdoor {
    /// A key of so many public inputs.
    ///
    /// # Panics
    /// If a key cannot have that many.
    #[must_use]
    pub fn new(seed: u64, inputs: usize) -> Self {
        let draw = |index| scalar(seed, index);
        let [alpha, beta, gamma, delta] = [0, 1, 2, 3].map(draw);
        let ic: Vec<Fr> = (4..).take(inputs + 1).map(draw).collect();
        let points = ic.iter().map(|s| g1(*s)).collect();
        let key = VerifyingKey::new(g1(alpha), g2(beta), g2(gamma), g2(delta), points)
            .expect("random points in a number that a key can have");
        Self {
            alpha,
            beta,
            gamma,
            delta,
            ic,
            key,
        }
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The key, prepared.
    #[must_use]
    pub fn prepared(&self) -> PreparedKey {
        PreparedKey::new(&self.key)
    }

    /// A proof that holds for these inputs; another one for another seed.
    #[must_use]
    pub fn prove(&self, inputs: &[Fr], seed: u64) -> Proof {
        let (a, b) = (scalar(seed, 1 << 32), scalar(seed, (1 << 32) + 1));
        let constant = [Fr::ONE];
        let scalars = constant.iter().chain(inputs);
        let statement: Fr = self.ic.iter().zip(scalars).map(|(p, x)| *p * x).sum();
        let inverse = self.delta.inverse().expect("a random number is not 0");
        let c = (a * b - self.alpha * self.beta - statement * self.gamma) * inverse;
        Proof {
            a: g1(a),
            b: g2(b),
            c: g1(c),
        }
    }
}
