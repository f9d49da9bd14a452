//! The sheet on which a circuit is written: variables, rows, groups.
//!
//! A row says `a · b = c` of three linear combinations. A circuit only ever
//! writes; whether it keeps rows (to make keys) or values alone (to prove) is
//! the sheet's affair, and the variables come out the same.

use std::collections::BTreeMap;
use std::ops::Range;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

use crate::wire::{Terms, Wire};

/// a · b = c.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Left factor.
    pub a: Terms,
    /// Right factor.
    pub b: Terms,
    /// Product.
    pub c: Terms,
}

/// A stretch of rows and variables written under one group's name. A group may
/// have several: an absorbed entry repeats its groups eight times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The group.
    pub group: &'static str,
    /// Its rows.
    pub rows: Range<usize>,
    /// The variables introduced in it.
    pub variables: Range<usize>,
}

/// Variables and rows in the making.
#[derive(Debug)]
pub struct Sheet {
    values: Vec<Fr>,
    publics: usize,
    /// None: values only.
    rows: Option<Vec<Row>>,
    written: usize,
    sections: Vec<Section>,
    open: Option<(&'static str, usize, usize)>,
    forged: BTreeMap<usize, Fr>,
}

impl Sheet {
    /// A sheet that keeps rows.
    #[must_use]
    pub fn with_rows() -> Self {
        Self::new(Some(Vec::new()), BTreeMap::new())
    }

    /// A sheet that keeps values only.
    #[must_use]
    pub fn values_only() -> Self {
        Self::new(None, BTreeMap::new())
    }

    /// A sheet on which some variables are given other values than the circuit
    /// would give them, and everything after follows: what a cheating prover
    /// can do. Keeps values only. For attacks in tests.
    #[must_use]
    pub fn forged(forged: BTreeMap<usize, Fr>) -> Self {
        Self::new(None, forged)
    }

    fn new(rows: Option<Vec<Row>>, forged: BTreeMap<usize, Fr>) -> Self {
        Self {
            values: vec![Fr::ONE],
            publics: 0,
            rows,
            written: 0,
            sections: Vec::new(),
            open: None,
            forged,
        }
    }

    /// A public input. All of them come before the first witness.
    pub fn input(&mut self, value: Fr) -> Wire {
        assert_eq!(
            self.values.len(),
            self.publics + 1,
            "public inputs come first in a circuit"
        );
        self.publics += 1;
        self.variable(value)
    }

    /// A value of the prover's choice: nothing binds it but later rows.
    pub fn witness(&mut self, value: Fr) -> Wire {
        self.variable(value)
    }

    fn variable(&mut self, value: Fr) -> Wire {
        let number = self.values.len();
        let value = self.forged.remove(&number).unwrap_or(value);
        self.values.push(value);
        match self.rows {
            Some(_) => Wire::variable(value, vec![(Fr::ONE, number)]),
            None => Wire::variable(value, Terms::new()),
        }
    }

    /// a · b, in a new variable; with a constant it costs nothing.
    pub fn product(&mut self, a: &Wire, b: &Wire) -> Wire {
        if a.is_fixed() || b.is_fixed() {
            let (constant, other) = if a.is_fixed() { (a, b) } else { (b, a) };
            return Wire::combination([(constant.value(), other)]);
        }
        let c = self.witness(a.value() * b.value());
        self.require_product(a, b, &c);
        c
    }

    /// Row: a · b = c.
    pub fn require_product(&mut self, a: &Wire, b: &Wire, c: &Wire) {
        self.written += 1;
        if let Some(rows) = &mut self.rows {
            let terms = |wire: &Wire| wire.terms().to_vec();
            rows.push(Row {
                a: terms(a),
                b: terms(b),
                c: terms(c),
            });
        }
    }

    /// Row: a = b.
    pub fn require_equal(&mut self, a: &Wire, b: &Wire) {
        self.require_product(&(a - b), &Wire::constant(1u64), &Wire::default());
    }

    /// Writes under a group's name; of groups in one another the innermost counts.
    pub fn group<T>(&mut self, name: &'static str, write: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.open.map(|(name, ..)| name);
        self.close();
        self.open = Some((name, self.written, self.values.len()));
        let written = write(self);
        self.close();
        self.open = outer.map(|name| (name, self.written, self.values.len()));
        written
    }

    fn close(&mut self) {
        if let Some((group, row, variable)) = self.open.take() {
            let (rows, variables) = (row..self.written, variable..self.values.len());
            if !rows.is_empty() || !variables.is_empty() {
                self.sections.push(Section {
                    group,
                    rows,
                    variables,
                });
            }
        }
    }

    /// Public inputs so far.
    #[must_use]
    pub fn publics(&self) -> usize {
        self.publics
    }

    /// Values of all variables, one first, then public inputs, then witnesses.
    #[must_use]
    pub fn into_values(self) -> Vec<Fr> {
        self.values
    }

    /// Rows (none were kept: empty), sections, values.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Row>, Vec<Section>, Vec<Fr>) {
        (self.rows.unwrap_or_default(), self.sections, self.values)
    }
}

/// The value of a linear combination.
#[must_use]
pub fn evaluate(terms: &[(Fr, usize)], values: &[Fr]) -> Fr {
    terms.iter().fold(Fr::ZERO, |sum, (factor, variable)| {
        sum + *factor * values[*variable]
    })
}
