mod batches;
mod bytes;
mod hashes;
mod hostile;
mod json;
mod proofs;

use crate::{Fr, PreparedKey, Proof, testing::Trapdoor};
use alloc::vec::Vec;

/// A key, its secrets, inputs and a proof that holds for them.
pub(crate) fn honest(inputs: usize, seed: u64) -> (Trapdoor, PreparedKey, Vec<Fr>, Proof) {
    let secret = Trapdoor::new(seed, inputs);
    let publics: Vec<Fr> = (0..inputs as u64).map(|i| Fr::from(i * i + seed)).collect();
    let proof = secret.prove(&publics, seed);
    let key = secret.prepared();
    (secret, key, publics, proof)
}
