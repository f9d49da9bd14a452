//! Every public input is bound.

use ark_bn254::Fr;
use mycel_circuits::{Circuit, Fold, Kind, Show};

use crate::cheat::shape;
use crate::story::source;

/// Changes each public input alone, in turn, of random valid instances.
fn every_input_changed_alone(kind: Kind) {
    let shape = shape(kind);
    for seed in 0..4 {
        let mut source = source(seed + 1000);
        let (publics, values) = kind.example(seed);
        assert!(shape.broken(&values).is_empty(), "{kind} seed={seed}");
        assert_eq!(values[1..=shape.publics], publics);
        for input in 1..=shape.publics {
            let small = values[input] + Fr::from(1u64);
            for other in [small, -values[input] - Fr::from(1u64), source.element()] {
                let mut values = values.clone();
                values[input] = other;
                assert!(
                    !shape.broken(&values).is_empty(),
                    "{kind} input={input} seed={seed}"
                );
            }
        }
    }
}

#[test]
fn each_of_attests_inputs_changed_alone_breaks_a_row() {
    every_input_changed_alone(Kind::Attest);
}

#[test]
fn each_of_folds_inputs_changed_alone_breaks_a_row() {
    every_input_changed_alone(Kind::Fold);
}

#[test]
fn each_of_shows_inputs_changed_alone_breaks_a_row() {
    every_input_changed_alone(Kind::Show);
}

#[test]
fn each_of_members_inputs_changed_alone_breaks_a_row() {
    every_input_changed_alone(Kind::Member);
}

#[test]
fn no_variable_at_all_can_be_changed_alone() {
    // of a full tail: of padding, what is masked out may differ
    for kind in Kind::ALL {
        let shape = shape(kind);
        let (_, values) = kind.example(full(kind));
        let mut touched = vec![Vec::new(); shape.variables()];
        for row in 0..shape.constraints {
            for matrix in &shape.matrices {
                for (_, variable) in &matrix[row] {
                    touched[*variable].push(row);
                }
            }
        }
        for (variable, rows) in touched.iter().enumerate().skip(1) {
            for delta in [Fr::from(1u64), -Fr::from(1u64), Fr::from(0x0123_4567_u64)] {
                let changed = |own: usize| match own == variable {
                    true => values[own] + delta,
                    false => values[own],
                };
                let holds = |row: usize| {
                    let [a, b, c] = shape.matrices.each_ref().map(|matrix| {
                        matrix[row]
                            .iter()
                            .map(|(factor, own)| *factor * changed(*own))
                            .sum::<Fr>()
                    });
                    a * b == c
                };
                let bound = rows.iter().any(|row| !holds(*row));
                assert!(bound, "{kind}: variable {variable} is free by {delta}");
            }
        }
    }
}

/// The seed of an example whose tail is full.
pub fn full(kind: Kind) -> u64 {
    let entries = |seed| match kind {
        Kind::Fold => Fold::example(seed).entries.len(),
        Kind::Show => Show::example(seed).tail.len(),
        Kind::Attest | Kind::Member => 8,
    };
    (0..200)
        .find(|seed| entries(*seed) == 8)
        .expect("one in eight is full")
}
