//! Pairs of variables that could move together: kernel of the Jacobian.
//!
//! At a valid assignment z a small change d keeps every row when
//! `(A·d)(B·z) + (A·z)(B·d) = C·d`. A single witness that is free is a column
//! of zeros; two that are free together are proportional columns.

use std::collections::BTreeMap;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use mycel_circuits::sheet::evaluate;
use mycel_circuits::{Compiled, Kind};

use crate::binding::full;
use crate::cheat::shape;

/// Columns of the Jacobian for the witnesses, sparse, by row.
fn columns(shape: &Compiled, values: &[Fr]) -> Vec<BTreeMap<usize, Fr>> {
    let mut columns = vec![BTreeMap::new(); shape.variables()];
    for row in 0..shape.constraints {
        let [a, b, c] = shape.matrices.each_ref().map(|matrix| &matrix[row]);
        let parts = [
            (a, evaluate(b, values)),
            (b, evaluate(a, values)),
            (c, -Fr::ONE),
        ];
        for (terms, by) in parts {
            for (factor, variable) in terms {
                *columns[*variable].entry(row).or_insert(Fr::ZERO) += by * factor;
            }
        }
    }
    for column in &mut columns {
        column.retain(|_, value| *value != Fr::ZERO);
    }
    columns.split_off(1 + shape.publics)
}

/// A column up to a factor.
fn direction(column: &BTreeMap<usize, Fr>) -> Vec<(usize, Fr)> {
    let first = column
        .values()
        .next()
        .and_then(Field::inverse)
        .unwrap_or(Fr::ZERO);
    column
        .iter()
        .map(|(row, value)| (*row, *value * first))
        .collect()
}

/// Free single variables and free pairs.
pub fn free(shape: &Compiled, values: &[Fr]) -> Vec<Vec<usize>> {
    let mut seen: BTreeMap<Vec<(usize, Fr)>, Vec<usize>> = BTreeMap::new();
    for (variable, column) in columns(shape, values).iter().enumerate() {
        seen.entry(direction(column)).or_default().push(variable);
    }
    let free = seen
        .into_iter()
        .filter(|(column, with)| column.is_empty() || with.len() > 1);
    free.map(|(_, with)| with).collect()
}

fn no_pair_is_free(kind: Kind) {
    let (_, values) = kind.example(full(kind));
    assert_eq!(
        free(shape(kind), &values),
        Vec::<Vec<usize>>::new(),
        "{kind}"
    );
}

#[test]
fn no_variable_and_no_pair_of_attest_is_free() {
    no_pair_is_free(Kind::Attest);
}

#[test]
fn no_variable_and_no_pair_of_fold_is_free() {
    no_pair_is_free(Kind::Fold);
}

#[test]
fn no_variable_and_no_pair_of_show_is_free() {
    no_pair_is_free(Kind::Show);
}

#[test]
fn no_variable_and_no_pair_of_member_is_free() {
    no_pair_is_free(Kind::Member);
}

#[test]
fn the_scan_finds_a_pair_that_is_free() {
    // two numbers of which only the sum is asked for
    let mut sheet = mycel_circuits::Sheet::with_rows();
    let sum = sheet.input(5u64.into());
    let (one, two) = (sheet.witness(2u64.into()), sheet.witness(3u64.into()));
    sheet.require_equal(&(&one + &two), &sum);
    let alone = sheet.witness(7u64.into());
    sheet.require_product(&alone, &(&sum - 5), &mycel_circuits::Wire::default());
    let shape = Compiled::new("free", sheet);
    let values = [1u64, 5, 2, 3, 7].map(Fr::from);
    assert!(shape.broken(&values).is_empty());
    assert_eq!(free(&shape, &values), [vec![2], vec![0, 1]]);
}
