//! Poseidon against circomlib's own vectors.
use alloc::{string::String, vec, vec::Vec};

use num_bigint::BigUint;

use crate::{
    Fr, PoseidonError, field,
    poseidon::{self, MOST_INPUTS, hash, hash_bytes},
};

fn decimal(text: &str) -> Fr {
    let bytes = BigUint::parse_bytes(text.as_bytes(), 10)
        .unwrap()
        .to_bytes_be();
    let mut padded = [0; 32];
    padded[32 - bytes.len()..].copy_from_slice(&bytes);
    field::decode(&padded).unwrap()
}

fn small(numbers: &[u64]) -> Vec<Fr> {
    numbers.iter().map(|n| Fr::from(*n)).collect()
}

/// From circomlib's and circomlibjs' own tests, and as snarkjs computes them.
#[test]
fn poseidon_gives_circomlib_s_hashes() {
    let vectors: [(&[u64], &str); 5] = [
        (
            &[1],
            "18586133768512220936620570745912940619677854269274689475585506675881198879027",
        ),
        (
            &[1, 2],
            "7853200120776062878684798364095072458815029376092732009249414926327459813530",
        ),
        (
            &[1, 2, 3, 4],
            "18821383157269793795438455681495246036402687001665670618754263018637548127333",
        ),
        (
            &[1, 2, 0, 0, 0],
            "1018317224307729531995786483840663576608797660851238720571059489595066344487",
        ),
        (
            &[3, 4, 0, 0, 0],
            "5811595552068139067952687508729883632420015185677766880877743348592482390548",
        ),
    ];
    for (inputs, hashed) in vectors {
        assert_eq!(hash(&small(inputs)).unwrap(), decimal(hashed), "{inputs:?}");
    }
}

/// Another implementation of the same function, in every width.
#[test]
fn every_width_agrees_with_light_poseidon() {
    use light_poseidon::{Poseidon, PoseidonHasher as _};
    for count in 1..=MOST_INPUTS {
        let inputs: Vec<Fr> = (0..count as u64)
            .map(|i| crate::testing::scalar(7, i))
            .collect();
        let theirs = Poseidon::<Fr>::new_circom(count)
            .unwrap()
            .hash(&inputs)
            .unwrap();
        assert_eq!(hash(&inputs).unwrap(), theirs, "inputs={count}");
    }
}

#[test]
fn poseidon_takes_one_to_twelve_canonical_inputs() {
    for count in [0, 13, 1000] {
        let inputs = vec![Fr::from(1u64); count];
        assert_eq!(hash(&inputs), Err(PoseidonError::Inputs { count }));
        assert_eq!(
            hash_bytes(&vec![[0; 32]; count]),
            Err(PoseidonError::Inputs { count })
        );
    }
    let why = hash_bytes(&[[0; 32], [255; 32]]).unwrap_err();
    assert!(matches!(why, PoseidonError::Element { index: 1, .. }));
    let same = poseidon::hash_bytes(&[
        field::encode(&Fr::from(1u64)),
        field::encode(&Fr::from(2u64)),
    ]);
    assert_eq!(
        field::decode(&same.unwrap()).unwrap(),
        hash(&small(&[1, 2])).unwrap()
    );
    let told: String = alloc::format!("{why}");
    assert!(told.contains("input=1"), "{told}");
}
