//! Bytes: one way to write each, all else refused.
use alloc::{vec, vec::Vec};

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ec::AffineRepr as _;
use ark_ff::{AdditiveGroup as _, BigInteger as _, Field as _, PrimeField};

use super::honest;
use crate::{
    FieldError, Fr, KeyError, PointError, Proof, ProofError, VerifyingKey, field, key::MOST_INPUTS,
    point,
};

fn order<F: PrimeField>() -> [u8; 32] {
    F::MODULUS.to_bytes_be().try_into().unwrap()
}

fn plus(bytes: &[u8], number: &[u8; 32]) -> [u8; 32] {
    let mut carry = 0u16;
    let mut sum = [0; 32];
    for i in (0..32).rev() {
        let digit = u16::from(bytes[i]) + u16::from(number[i]) + carry;
        sum[i] = digit as u8;
        carry = digit >> 8;
    }
    assert_eq!(carry, 0);
    sum
}

#[test]
fn elements_are_32_bytes_below_the_order() {
    for bytes in [0, 31, 33, 64] {
        assert_eq!(
            field::decode(&vec![0; bytes]),
            Err(FieldError::Length { bytes })
        );
    }
    let r = order::<Fr>();
    assert_eq!(field::decode(&r), Err(FieldError::Range));
    assert_eq!(field::decode(&[255; 32]), Err(FieldError::Range));
    let mut last = r;
    last[31] -= 1;
    let minus_one = field::decode(&last).unwrap();
    assert_eq!(minus_one, -Fr::ONE);
    assert_eq!(field::encode(&minus_one), last);
    assert_eq!(field::decode(&[0; 32]).unwrap(), Fr::ZERO);
}

#[test]
fn a_proof_is_256_bytes_as_ethereum_s_precompile_takes_them() {
    let (_, _, _, proof) = honest(2, 9);
    let bytes = proof.encode();
    assert_eq!(Proof::decode(&bytes), Ok(proof));
    for wrong in [0, 128, 255, 257, 512] {
        let mut other = bytes.to_vec();
        other.resize(wrong, 0);
        assert_eq!(
            Proof::decode(&other),
            Err(ProofError::Length { bytes: wrong })
        );
    }
    // the generators as EIP-197 writes them
    let mut g1 = [0; 64];
    (g1[31], g1[63]) = (1, 2);
    assert_eq!(point::g1(&g1), Ok(G1Affine::generator()));
    let g2 = point::g2_bytes(&G2Affine::generator());
    assert_eq!(g2[..4], [0x19, 0x8e, 0x93, 0x93]);
    assert_eq!(g2[32..36], [0x18, 0x00, 0xde, 0xef]);
    assert_eq!(point::g2(&g2), Ok(G2Affine::generator()));
}

#[test]
fn coordinates_are_canonical() {
    let (_, _, _, proof) = honest(2, 9);
    let bytes = proof.encode();
    let mut tried = 0;
    for part in 0..8 {
        let at = part * 32..part * 32 + 32;
        if bytes[at.start] >= 0xc0 {
            continue;
        }
        let mut other = bytes;
        other[at.clone()].copy_from_slice(&plus(&bytes[at], &order::<Fq>()));
        let refused = Proof::decode(&other).unwrap_err();
        assert!(
            matches!(
                refused,
                ProofError::Point {
                    why: PointError::Range,
                    ..
                }
            ),
            "{refused}"
        );
        tried += 1;
    }
    assert_eq!(tried, 8, "every coordinate lies below 2^254");
}

#[test]
fn points_off_the_curve_or_at_infinity_are_refused_by_name() {
    let (_, _, _, proof) = honest(2, 9);
    let bytes = proof.encode();
    for (name, at) in [("a", 0..64), ("b", 64..192), ("c", 192..256)] {
        let mut zero = bytes;
        zero[at.clone()].fill(0);
        let why = PointError::Infinity;
        assert_eq!(Proof::decode(&zero), Err(ProofError::Point { name, why }));
        let mut off = bytes;
        off[at.end - 1] ^= 1;
        let why = PointError::Curve;
        assert_eq!(Proof::decode(&off), Err(ProofError::Point { name, why }));
    }
}

/// A point of the twist's curve with cofactor: on the curve, outside the subgroup.
fn outside() -> G2Affine {
    let mut x = Fq2::ONE;
    loop {
        let found = G2Affine::get_point_from_x_unchecked(x, true);
        if let Some(p) = found.filter(|p| !p.is_in_correct_subgroup_assuming_on_curve()) {
            return p;
        }
        x += Fq2::ONE;
    }
}

#[test]
fn points_outside_the_subgroup_are_refused() {
    let (_, key, _, proof) = honest(2, 9);
    let wrong = outside();
    let why = PointError::Subgroup;
    let mut bytes = proof.encode();
    bytes[64..192].copy_from_slice(&point::g2_bytes(&wrong));
    assert_eq!(
        Proof::decode(&bytes),
        Err(ProofError::Point { name: "b", why })
    );
    assert!(Proof::new(proof.a, wrong, proof.c).is_err());
    for (index, name) in ["beta", "gamma", "delta"].into_iter().enumerate() {
        let mut bytes = key.key().encode();
        let at = 3 + 64 + index * 128;
        bytes[at..at + 128].copy_from_slice(&point::g2_bytes(&wrong));
        let refused = VerifyingKey::decode(&bytes);
        assert_eq!(
            refused,
            Err(KeyError::Point {
                name,
                index: 0,
                why
            })
        );
    }
}

#[test]
fn a_key_has_exactly_its_bytes_and_a_digest_of_them() {
    for inputs in [1, 2, 12, MOST_INPUTS] {
        let (_, key, ..) = honest(inputs, 9);
        let bytes = key.key().encode();
        assert_eq!(bytes.len(), 3 + 64 + 3 * 128 + 64 * (inputs + 1));
        assert_eq!(&bytes[..3], &[1, 0, inputs as u8]);
        assert_eq!(VerifyingKey::decode(&bytes).as_ref(), Ok(key.key()));
        assert_eq!(key.digest(), blake3::hash(&bytes).as_bytes());

        let mut longer = bytes.clone();
        longer.push(0);
        let shorter = &bytes[..bytes.len() - 1];
        for other in [&longer[..], shorter, &bytes[..2], &[]] {
            let refused = KeyError::Length { bytes: other.len() };
            assert_eq!(VerifyingKey::decode(other), Err(refused));
        }
        let mut newer = bytes.clone();
        newer[0] = 2;
        assert_eq!(
            VerifyingKey::decode(&newer),
            Err(KeyError::Version { version: 2 })
        );
        let mut more = bytes;
        more[2] += 1;
        assert!(VerifyingKey::decode(&more).is_err());
    }
}

#[test]
fn a_key_has_one_to_32_inputs() {
    let (_, key, ..) = honest(1, 9);
    let k = key.key();
    let make = |count: usize| {
        let ic: Vec<G1Affine> = (0..count as u64)
            .map(|i| (G1Affine::generator() * crate::testing::scalar(1, i)).into())
            .collect();
        VerifyingKey::new(*k.alpha(), *k.beta(), *k.gamma(), *k.delta(), ic)
    };
    assert_eq!(make(0), Err(KeyError::Inputs { count: 0 }));
    assert_eq!(make(1), Err(KeyError::Inputs { count: 0 }));
    assert!(make(2).is_ok());
    assert!(make(33).is_ok());
    assert_eq!(make(34), Err(KeyError::Inputs { count: 33 }));
    // whoever says 65,535 gets no room for them
    assert_eq!(
        VerifyingKey::decode(&[1, 255, 255]),
        Err(KeyError::Inputs { count: 65_535 })
    );
}
