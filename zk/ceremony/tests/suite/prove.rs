//! Proofs under keys.
use std::{cell::Cell, ops::ControlFlow, sync::OnceLock};

use ark_bn254::Fr;
use mycel_ceremony::{R1cs, development};
use mycel_circuits::{Attest, Circuit, Fold, Kind, Member, Show};
use mycel_props::proofs::keep;
use mycel_prover::{KeyError, ProveError, ProvingKey, Silent, Stage, prove, prove_assignment};
use mycel_verifier::verify;
use rand::rngs::OsRng;

use crate::support::section;

fn bytes() -> &'static [u8] {
    static MADE: OnceLock<Vec<u8>> = OnceLock::new();
    MADE.get_or_init(|| development::zkey(&R1cs::of(Kind::Attest)).unwrap())
}

fn key(bytes: &[u8]) -> Result<ProvingKey, KeyError> {
    ProvingKey::read(bytes, None, &Silent)
}

fn proves<C: Circuit>(kind: Kind) {
    let key = key(&development::zkey(&R1cs::of(kind)).unwrap()).unwrap();
    for seed in [1, 2] {
        let circuit = C::example(seed);
        let (proof, publics) = prove(&key, &circuit, &mut OsRng, &Silent).unwrap();
        assert_eq!(publics, circuit.publics());
        assert!(
            verify(key.prepared(), &publics, &proof),
            "{kind} seed={seed}"
        );
        keep(kind.name(), key.verifying_key(), &publics, &proof);
        let mut other = publics;
        other[0] += Fr::from(1);
        assert!(!verify(key.prepared(), &other, &proof));
    }
}

#[test]
fn every_circuits_examples_are_proved_and_verify() {
    proves::<Attest>(Kind::Attest);
    proves::<Fold>(Kind::Fold);
    proves::<Show>(Kind::Show);
    proves::<Member>(Kind::Member);
}

#[test]
fn inputs_that_do_not_fit_together_are_refused_with_the_circuits_reason_before_any_work() {
    let key = key(bytes()).unwrap();
    let mut circuit = Attest::example(3);
    circuit.rating.eco = 1001;
    let began = Cell::new(false);
    let progress = |stage: Stage, _: u64, _: u64| {
        began.set(began.get() || stage == Stage::Witness);
        ControlFlow::Continue(())
    };
    let refusal = circuit.check().unwrap_err().to_string();
    match prove(&key, &circuit, &mut OsRng, &progress) {
        Err(ProveError::Refused(why)) => assert_eq!(why.to_string(), refusal),
        other => panic!("{other:?}"),
    }
    assert!(!began.get());
}

#[test]
fn a_witness_that_breaks_a_constraint_gives_no_proof() {
    let key = key(bytes()).unwrap();
    let (_, mut assignment) = Kind::Attest.example(4);
    let last = assignment.len() - 1;
    assignment[last] += Fr::from(1);
    let refused = prove_assignment(&key, &assignment, &mut OsRng, &Silent);
    assert!(
        matches!(refused, Err(ProveError::Unverified)),
        "{refused:?}"
    );
}

#[test]
fn the_key_of_another_circuit_is_refused() {
    let key = key(bytes()).unwrap();
    let refused = prove(&key, &Member::example(1), &mut OsRng, &Silent);
    assert!(
        matches!(refused, Err(ProveError::Shape { .. })),
        "{refused:?}"
    );
}

#[test]
fn two_proofs_of_one_statement_differ() {
    let key = key(bytes()).unwrap();
    let circuit = Attest::example(5);
    let one = prove(&key, &circuit, &mut OsRng, &Silent).unwrap();
    let two = prove(&key, &circuit, &mut OsRng, &Silent).unwrap();
    for (proof, publics) in [&one, &two] {
        keep(Kind::Attest.name(), key.verifying_key(), publics, proof);
    }
    assert_eq!(one.1, two.1);
    // in no point: one that stays would link the two
    let (one, two) = (one.0, two.0);
    assert!(one.a != two.a && one.b != two.b && one.c != two.c);
}

#[test]
fn proving_and_reading_stop_when_told_to_at_every_step() {
    let steps = Cell::new(0);
    let count = |_: Stage, _: u64, _: u64| {
        steps.set(steps.get() + 1);
        ControlFlow::Continue(())
    };
    let key = ProvingKey::read(bytes(), None, &count).unwrap();
    let circuit = Attest::example(6);
    let reads = steps.replace(0);
    let (proof, publics) = prove(&key, &circuit, &mut OsRng, &count).unwrap();
    keep(Kind::Attest.name(), key.verifying_key(), &publics, &proof);
    let proves = steps.get();
    assert!(reads > 10 && proves >= 9, "{reads} {proves}");
    let until = |last: u32| {
        let left = Cell::new(last);
        move |_: Stage, _: u64, _: u64| {
            left.set(left.get().saturating_sub(1));
            if left.get() == 0 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        }
    };
    for step in 1..=reads {
        let stopped = ProvingKey::read(bytes(), None, &until(step));
        assert!(matches!(stopped, Err(KeyError::Cancelled)), "step={step}");
    }
    for step in 1..=proves {
        let stopped = prove(&key, &circuit, &mut OsRng, &until(step));
        assert!(matches!(stopped, Err(ProveError::Cancelled)), "step={step}");
    }
}

#[test]
fn a_key_with_another_digest_is_refused_and_the_digest_is_blake3_of_the_file() {
    let digest: [u8; 32] = blake3::hash(bytes()).into();
    assert_eq!(
        ProvingKey::read(bytes(), Some(&digest), &Silent)
            .unwrap()
            .digest(),
        &digest
    );
    let other = ProvingKey::read(bytes(), Some(&[7; 32]), &Silent);
    assert!(matches!(other, Err(KeyError::Digest { .. })));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes()).unwrap();
    let told = Cell::new((0, 0));
    let progress = |_: Stage, done: u64, total: u64| {
        told.set((done, total));
        ControlFlow::Continue(())
    };
    let opened = ProvingKey::open(file.path(), Some(&digest), &progress).unwrap();
    assert_eq!(opened.digest(), &digest);
    assert_eq!(told.get(), (bytes().len() as u64, bytes().len() as u64));
    // a name in the transcript changes no proof, and still the digest
    let mut renamed = bytes().to_vec();
    let record = section(&renamed, 10);
    renamed[record.end - 1] ^= 1;
    assert!(key(&renamed).is_ok());
    let other = ProvingKey::read(&renamed[..], Some(&digest), &Silent);
    assert!(matches!(other, Err(KeyError::Digest { .. })));
}

#[test]
fn a_proof_under_a_key_with_a_changed_point_does_not_leave() {
    let mut bent = bytes().to_vec();
    let query = section(&bent, 9);
    let (first, second) = (query.start, query.start + 64);
    for at in 0..64 {
        bent.swap(first + at, second + at);
    }
    let refused = prove(
        &key(&bent).unwrap(),
        &Attest::example(7),
        &mut OsRng,
        &Silent,
    );
    assert!(
        matches!(refused, Err(ProveError::Unverified)),
        "{refused:?}"
    );
}
