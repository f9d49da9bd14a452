//! Real proofs under the development keys, each key made once.

use std::sync::OnceLock;

use cosmwasm_std::Binary;
use mycel_ceremony::{R1cs, development};
use mycel_circuits::{Circuit, Kind};
use mycel_mailbox::{Fr, element};
use mycel_props::proofs::keep;
use mycel_prover::{ProvingKey, Silent, prove};
use mycel_trust::element::Element;
use mycel_verifier::verify;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

/// The proving key of a circuit.
pub fn key(kind: Kind) -> &'static ProvingKey {
    static KEYS: [OnceLock<ProvingKey>; 4] = [const { OnceLock::new() }; 4];
    let place = Kind::ALL.iter().position(|one| *one == kind);
    KEYS[place.expect("one of four")].get_or_init(|| {
        let zkey = development::zkey(&R1cs::of(kind)).expect("a key");
        ProvingKey::read(&zkey[..], None, &Silent).expect("a key")
    })
}

/// A proof that holds for its own public inputs.
pub struct Made {
    pub publics: Vec<Element>,
    pub proof: Binary,
}

/// Proves, and checks that it holds.
pub fn made<C: Circuit>(kind: Kind, circuit: &C) -> Made {
    let mut random = ChaCha20Rng::from_seed([7; 32]);
    let (proof, publics) = prove(key(kind), circuit, &mut random, &Silent).expect("a proof");
    assert!(verify(key(kind).prepared(), &publics, &proof));
    keep(kind.name(), key(kind).verifying_key(), &publics, &proof);
    Made {
        publics: publics.iter().map(element).collect(),
        proof: Binary::from(proof.encode()),
    }
}

/// In exactly this place the proof's inputs are not those that the contract builds.
#[track_caller]
pub fn differs(proven: &[Element], built: &[Element], names: &[&str], name: &str) {
    assert_eq!((proven.len(), built.len()), (names.len(), names.len()));
    let other: Vec<&str> = (0..names.len())
        .filter(|place| proven[*place] != built[*place])
        .map(|place| names[place])
        .collect();
    assert_eq!(other, [name]);
}

/// The next element.
pub fn next(element: &Fr) -> Fr {
    *element + Fr::from(1)
}
