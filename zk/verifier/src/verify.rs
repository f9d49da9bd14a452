//! One proof.
use ark_bn254::{Bn254, Fr};
use ark_ec::pairing::Pairing as _;
use ark_ff::Field as _;

use crate::{key::PreparedKey, proof::Proof};

/// Whether a proof holds for these public inputs: as many as the key has, in its order.
#[must_use]
pub fn verify(key: &PreparedKey, inputs: &[Fr], proof: &Proof) -> bool {
    if inputs.len() != key.inputs() || !proof.is_finite() {
        return false;
    }
    let statement = key.statement(Fr::ONE, inputs);
    let paired = Bn254::multi_miller_loop(
        [proof.a, statement, proof.c],
        [
            proof.b.into(),
            key.minus_gamma.clone(),
            key.minus_delta.clone(),
        ],
    );
    Bn254::final_exponentiation(paired) == Some(key.alpha_beta)
}
