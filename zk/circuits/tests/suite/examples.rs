//! Random valid instances, and that shape never depends on values.

use mycel_circuits::{Attest, Circuit, Fold, Kind, Member, Show};

use crate::cheat::shape;

/// Examples pass their own check, satisfy every row, and are repeatable.
fn examples_hold<C: Circuit>(kind: Kind) {
    for seed in 0..12 {
        println!("{kind} seed={seed}");
        let example = C::example(seed);
        let values = example.assignment().expect("an example is valid");
        assert_eq!(shape(kind).broken(&values), Vec::<usize>::new());
        assert_eq!(C::example(seed).publics(), example.publics());
        assert_ne!(C::example(seed + 1).publics(), example.publics());
    }
}

#[test]
fn examples_of_attest_hold() {
    examples_hold::<Attest>(Kind::Attest);
}

#[test]
fn examples_of_fold_hold() {
    examples_hold::<Fold>(Kind::Fold);
}

#[test]
fn examples_of_show_hold() {
    examples_hold::<Show>(Kind::Show);
}

#[test]
fn examples_of_member_hold() {
    examples_hold::<Member>(Kind::Member);
}

/// The shape that an instance writes, with rows.
fn written<C: Circuit>(circuit: &C) -> mycel_circuits::Compiled {
    let mut sheet = mycel_circuits::Sheet::with_rows();
    circuit.synthesize(&mut sheet);
    mycel_circuits::Compiled::new(C::NAME, sheet)
}

#[test]
fn the_shape_is_the_same_for_every_instance() {
    for seed in [3, 4] {
        println!("seed={seed}");
        assert!(written(&Attest::example(seed)) == *shape(Kind::Attest));
        assert!(written(&Fold::example(seed)) == *shape(Kind::Fold));
        assert!(written(&Show::example(seed)) == *shape(Kind::Show));
        assert!(written(&Member::example(seed)) == *shape(Kind::Member));
    }
}

#[test]
fn circuits_are_found_by_name() {
    for kind in Kind::ALL {
        assert_eq!(kind.name().parse(), Ok(kind));
    }
    let refusal = "tell".parse::<Kind>().expect_err("unknown").to_string();
    assert_eq!(
        refusal,
        "unknown circuit: name=tell; one of attest, fold, show, member"
    );
}
