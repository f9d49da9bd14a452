//! The matrices A and B, compiled once per key.
//!
//! Rows lie one after another; a term is a variable and the number of its
//! coefficient, of which there are few different ones.
use std::collections::BTreeMap;

use ark_bn254::Fr;
use ark_ff::{One, PrimeField, Zero};

/// One matrix by rows.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Where each row begins in `terms`; one more than rows.
    starts: Vec<u32>,
    terms: Vec<(u32, u32)>,
}

/// Both matrices over one table of coefficients.
#[derive(Clone, Debug)]
pub struct Matrices {
    coefficients: Vec<Fr>,
    a: Rows,
    b: Rows,
}

/// Collects terms in any order.
#[derive(Debug, Default)]
pub struct Builder {
    table: BTreeMap<[u64; 4], u32>,
    coefficients: Vec<Fr>,
    terms: [Vec<(u32, u32, u32)>; 2],
}

impl Builder {
    /// Adds a term; `matrix` 0 is A, anything else B.
    pub fn push(&mut self, matrix: u32, row: u32, variable: u32, coefficient: Fr) {
        let number = *self
            .table
            .entry(coefficient.into_bigint().0)
            .or_insert_with(|| {
                self.coefficients.push(coefficient);
                (self.coefficients.len() - 1) as u32
            });
        self.terms[usize::from(matrix != 0)].push((row, variable, number));
    }

    /// Sorts the terms into `rows` rows; terms of later rows are left out.
    #[must_use]
    pub fn finish(self, rows: u32) -> Matrices {
        let [a, b] = self.terms.map(|terms| Rows::new(terms, rows));
        Matrices {
            coefficients: self.coefficients,
            a,
            b,
        }
    }
}

impl Rows {
    fn new(mut terms: Vec<(u32, u32, u32)>, rows: u32) -> Self {
        terms.retain(|term| term.0 < rows);
        terms.sort_by_key(|term| term.0);
        let mut starts = Vec::with_capacity(rows as usize + 1);
        let mut at = 0;
        for row in 0..=rows {
            while at < terms.len() && terms[at].0 < row {
                at += 1;
            }
            starts.push(at as u32);
        }
        Self {
            starts,
            terms: terms.into_iter().map(|(_, v, c)| (v, c)).collect(),
        }
    }

    fn times(&self, coefficients: &[Fr], assignment: &[Fr]) -> Vec<Fr> {
        let one = Fr::one();
        self.starts
            .windows(2)
            .map(|ends| {
                let mut sum = Fr::zero();
                for &(variable, coefficient) in &self.terms[ends[0] as usize..ends[1] as usize] {
                    let value = assignment[variable as usize];
                    let coefficient = coefficients[coefficient as usize];
                    sum += if coefficient == one {
                        value
                    } else {
                        value * coefficient
                    };
                }
                sum
            })
            .collect()
    }
}

impl Matrices {
    /// A·w and B·w. The caller has checked that every variable of the rows is in the assignment.
    #[must_use]
    pub fn times(&self, assignment: &[Fr]) -> (Vec<Fr>, Vec<Fr>) {
        (
            self.a.times(&self.coefficients, assignment),
            self.b.times(&self.coefficients, assignment),
        )
    }

    /// How many terms A and B have together.
    #[must_use]
    pub fn terms(&self) -> usize {
        self.a.terms.len() + self.b.terms.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_the_sums_of_their_terms_in_any_order_of_arrival() {
        let mut builder = Builder::default();
        let number = |n: u64| Fr::from(n);
        for (matrix, row, variable, coefficient) in [
            (0, 2, 1, 5),
            (1, 0, 0, 1),
            (0, 0, 2, 1),
            (0, 2, 0, 7),
            (1, 3, 2, 5),
        ] {
            builder.push(matrix, row, variable, number(coefficient));
        }
        let matrices = builder.finish(4);
        let (a, b) = matrices.times(&[number(1), number(10), number(100)]);
        assert_eq!(a, [100, 0, 57, 0].map(number));
        assert_eq!(b, [1, 0, 0, 500].map(number));
        assert_eq!(matrices.terms(), 5);
    }
}
