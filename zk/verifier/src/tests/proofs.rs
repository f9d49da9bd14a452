//! What one proof says, and what it does not.
use ark_bn254::{G1Affine, G2Affine};
use ark_ec::CurveGroup as _;

use super::honest;
use crate::{Fr, KeyError, Proof, VerifyingKey, verify};

#[test]
fn an_honest_proof_holds_for_its_inputs_and_no_others() {
    for inputs in [1, 2, 5, 12, 32] {
        let (_, key, publics, proof) = honest(inputs, 3);
        assert!(verify(&key, &publics, &proof));
        for changed in 0..inputs {
            let mut other = publics.clone();
            other[changed] += Fr::from(1u64);
            assert!(!verify(&key, &other, &proof), "input={changed}");
        }
        let mut swapped = publics.clone();
        swapped.reverse();
        assert!(inputs == 1 || !verify(&key, &swapped, &proof));
    }
}

/// ark-groth16 takes [9, 7, 1234] for [9, 7], and a missing last input for 0.
#[test]
fn too_many_or_too_few_inputs_are_refused() {
    let (secret, key, mut publics, proof) = honest(3, 5);
    publics.push(Fr::from(1234u64));
    assert!(!verify(&key, &publics, &proof));
    publics.truncate(2);
    assert!(!verify(&key, &publics, &proof));
    assert!(!verify(&key, &[], &proof));

    let ends_in_zero = [Fr::from(9u64), Fr::from(7u64), Fr::from(0u64)];
    let proof = secret.prove(&ends_in_zero, 8);
    assert!(verify(&key, &ends_in_zero, &proof));
    assert!(!verify(&key, &ends_in_zero[..2], &proof));
}

#[test]
fn a_proof_for_one_key_says_nothing_under_another() {
    let (_, _, publics, proof) = honest(2, 1);
    let (_, other, ..) = honest(2, 2);
    assert!(!verify(&other, &publics, &proof));
}

/// Known and accepted: proofs are not unique, nullifiers are.
#[test]
fn proofs_are_malleable_so_nothing_may_count_them() {
    let (_, key, publics, proof) = honest(2, 4);
    let negated = Proof {
        a: -proof.a,
        b: -proof.b,
        c: proof.c,
    };
    assert_ne!(proof.encode(), negated.encode());
    assert!(verify(&key, &publics, &negated));
    let by = Fr::from(77u64);
    let shifted = Proof {
        a: proof.a,
        b: (proof.b + *key.key().delta() * by).into_affine(),
        c: (proof.c + proof.a * by).into_affine(),
    };
    assert!(verify(&key, &publics, &shifted));
}

#[test]
fn points_at_infinity_are_refused_wherever_they_stand() {
    let (_, key, publics, proof) = honest(2, 6);
    let (a, b) = (G1Affine::identity(), G2Affine::identity());
    for bad in [
        Proof { a, ..proof },
        Proof { b, ..proof },
        Proof { c: a, ..proof },
        Proof { a, b, c: a },
    ] {
        assert!(!verify(&key, &publics, &bad));
        assert!(Proof::new(bad.a, bad.b, bad.c).is_err());
    }
    let known = key.key();
    let (alpha, beta, gamma, delta) = (
        *known.alpha(),
        *known.beta(),
        *known.gamma(),
        *known.delta(),
    );
    let ic = known.ic().to_vec();
    for (name, index, made) in [
        (
            "alpha",
            0,
            VerifyingKey::new(a, beta, gamma, delta, ic.clone()),
        ),
        (
            "beta",
            0,
            VerifyingKey::new(alpha, b, gamma, delta, ic.clone()),
        ),
        (
            "gamma",
            0,
            VerifyingKey::new(alpha, beta, b, delta, ic.clone()),
        ),
        (
            "delta",
            0,
            VerifyingKey::new(alpha, beta, gamma, b, ic.clone()),
        ),
        ("ic", 1, {
            let mut ic = ic.clone();
            ic[1] = a;
            VerifyingKey::new(alpha, beta, gamma, delta, ic)
        }),
    ] {
        let KeyError::Point {
            name: n, index: i, ..
        } = made.unwrap_err()
        else {
            panic!("{name}");
        };
        assert_eq!((n, i), (name, index));
    }
}

/// Whoever takes δ = γ for a key lets anybody prove anything: A = α, B = β, C = −statement.
#[test]
fn a_key_without_a_second_phase_is_refused() {
    let (_, key, ..) = honest(2, 6);
    let k = key.key();
    let ic = k.ic().to_vec();
    for sign in [1, -1] {
        let of = |p: &G2Affine| if sign == 1 { *p } else { -*p };
        for (beta, gamma, delta, pair) in [
            (*k.beta(), *k.gamma(), of(k.gamma()), "gamma and delta"),
            (*k.beta(), of(k.beta()), *k.delta(), "beta and gamma"),
            (*k.beta(), *k.gamma(), of(k.beta()), "beta and delta"),
        ] {
            let made = VerifyingKey::new(*k.alpha(), beta, gamma, delta, ic.clone());
            assert_eq!(made, Err(KeyError::Degenerate { pair }));
        }
    }
}

/// With γ = δ the forgery does verify: that is what the refusal is for.
#[test]
fn a_degenerate_key_would_let_anybody_forge() {
    let (_, key, publics, _) = honest(2, 6);
    let mut forgeable = key.clone();
    forgeable.minus_delta = forgeable.minus_gamma.clone();
    let statement = key.statement(Fr::from(1u64), &publics);
    let forged = Proof {
        a: *key.key().alpha(),
        b: *key.key().beta(),
        c: -statement,
    };
    assert!(verify(&forgeable, &publics, &forged));
    assert!(!verify(&key, &publics, &forged));
}

#[test]
fn two_inputs_under_one_point_are_refused() {
    let (_, key, ..) = honest(3, 6);
    let k = key.key();
    for sign in [1, -1] {
        let mut ic = k.ic().to_vec();
        ic[3] = if sign == 1 { ic[1] } else { -ic[1] };
        let made = VerifyingKey::new(*k.alpha(), *k.beta(), *k.gamma(), *k.delta(), ic);
        assert_eq!(
            made,
            Err(KeyError::Unbound {
                first: 1,
                second: 3
            })
        );
    }
}
