//! What the four circuits have in common.

use ark_bn254::Fr;
use ark_ff::Field;

use crate::refusal::Refusal;
use crate::sheet::{Row, Section, Sheet, evaluate};

/// A sparse matrix: for each row its factors and variables.
pub type Matrix = Vec<Vec<(Fr, usize)>>;

/// A statement and what proves it.
pub trait Circuit: Sized {
    /// Its name, in lower case.
    const NAME: &'static str;

    /// Public inputs in their order.
    fn publics(&self) -> Vec<Fr>;

    /// Refuses what does not fit together, with the reason, before any work.
    fn check(&self) -> Result<(), Refusal>;

    /// Writes variables and rows. The shape never depends on values.
    fn synthesize(&self, sheet: &mut Sheet);

    /// A valid instance; the same seed gives the same.
    fn example(seed: u64) -> Self;

    /// Any instance, for its shape alone.
    fn blank() -> Self;

    /// Values of all variables: one, public inputs, witnesses. Refuses first.
    fn assignment(&self) -> Result<Vec<Fr>, Refusal> {
        self.check()?;
        Ok(self.unchecked_assignment())
    }

    /// Values of all variables, of a statement that may be false.
    fn unchecked_assignment(&self) -> Vec<Fr> {
        let mut sheet = Sheet::values_only();
        self.synthesize(&mut sheet);
        sheet.into_values()
    }

    /// The shape.
    fn compile() -> Compiled {
        let mut sheet = Sheet::with_rows();
        Self::blank().synthesize(&mut sheet);
        Compiled::new(Self::NAME, sheet)
    }
}

/// A circuit's shape: what keys are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compiled {
    /// The circuit's name.
    pub name: &'static str,
    /// A, B, C.
    pub matrices: [Matrix; 3],
    /// Public inputs, without the one.
    pub publics: usize,
    /// Variables after the public inputs.
    pub witnesses: usize,
    /// Rows.
    pub constraints: usize,
    /// Which group wrote which rows and variables.
    pub sections: Vec<Section>,
}

impl Compiled {
    /// The shape on a sheet that kept rows.
    #[must_use]
    pub fn new(name: &'static str, sheet: Sheet) -> Self {
        let publics = sheet.publics();
        let (rows, sections, values) = sheet.into_parts();
        let constraints = rows.len();
        let mut matrices = [(); 3].map(|()| Matrix::with_capacity(constraints));
        for Row { a, b, c } in rows {
            for (matrix, terms) in matrices.iter_mut().zip([a, b, c]) {
                matrix.push(terms);
            }
        }
        Self {
            name,
            matrices,
            publics,
            witnesses: values.len() - 1 - publics,
            constraints,
            sections,
        }
    }

    /// Variables in all, with the one.
    #[must_use]
    pub fn variables(&self) -> usize {
        1 + self.publics + self.witnesses
    }

    /// Entries of A, B and C that are not zero.
    #[must_use]
    pub fn entries(&self) -> [usize; 3] {
        [0, 1, 2].map(|i| self.matrices[i].iter().map(Vec::len).sum())
    }

    /// Rows that an assignment of [`Compiled::variables`] values breaks.
    #[must_use]
    pub fn broken(&self, values: &[Fr]) -> Vec<usize> {
        assert_eq!(
            values.len(),
            self.variables(),
            "an assignment has a value for each variable"
        );
        let [a, b, c] = &self.matrices;
        let holds = |row: &usize| {
            let [a, b, c] = [a, b, c].map(|matrix| evaluate(&matrix[*row], values));
            a * b == c
        };
        (0..self.constraints)
            .filter(|row| values[0] != Fr::ONE || !holds(row))
            .collect()
    }

    /// The group that wrote a row.
    #[must_use]
    pub fn group_of(&self, row: usize) -> &'static str {
        let section = self
            .sections
            .iter()
            .find(|section| section.rows.contains(&row));
        section.map_or("", |section| section.group)
    }

    /// Names of groups with rows, in the order of their first.
    #[must_use]
    pub fn groups(&self) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = Vec::new();
        for section in self
            .sections
            .iter()
            .filter(|section| !section.rows.is_empty())
        {
            if !names.contains(&section.group) {
                names.push(section.group);
            }
        }
        names
    }
}
