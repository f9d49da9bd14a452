//! A cheating prover: chooses inputs and any variable, lets the rest follow,
//! and sees which rows give it away.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{ExitCode, Termination};
use std::sync::OnceLock;

use ark_bn254::Fr;
use mycel_circuits::gadgets::poseidon::parameters;
use mycel_circuits::{Circuit, Compiled, Kind, Sheet};

/// The shape of a circuit, compiled once.
pub fn shape(kind: Kind) -> &'static Compiled {
    static SHAPES: [OnceLock<Compiled>; 4] = [const { OnceLock::new() }; 4];
    SHAPES[kind as usize].get_or_init(|| kind.compile())
}

/// An attack that broke rows of one group alone: the circuit without that
/// group would accept it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caught {
    pub kind: Kind,
    pub group: &'static str,
}

impl Termination for Caught {
    fn report(self) -> ExitCode {
        ExitCode::SUCCESS
    }
}

pub struct Cheat<C> {
    pub circuit: C,
    forged: BTreeMap<usize, Fr>,
    afterwards: BTreeMap<usize, Fr>,
}

impl<C: Circuit> Cheat<C> {
    pub fn with(circuit: C) -> Self {
        Self {
            circuit,
            forged: BTreeMap::new(),
            afterwards: BTreeMap::new(),
        }
    }

    pub fn kind() -> Kind {
        C::NAME.parse().expect("a circuit's name")
    }

    /// Gives a variable a value; what is computed of it follows.
    pub fn set(&mut self, variable: usize, value: impl Into<Fr>) {
        self.forged.insert(variable, value.into());
    }

    /// Changes a variable when all others have their values: a proof made for
    /// one thing shown for another.
    pub fn set_afterwards(&mut self, variable: usize, value: impl Into<Fr>) {
        self.afterwards.insert(variable, value.into());
    }

    /// The variable with a number, from 0, in a group's nth stretch.
    pub fn variable(&self, group: &str, nth: usize, number: usize) -> usize {
        let variables = Self::variables(group, nth);
        assert!(number < variables.len(), "{group} has variable {number}");
        variables.start + number
    }

    /// The last variable of a group's nth stretch.
    pub fn last(&self, group: &str, nth: usize) -> usize {
        Self::variables(group, nth).end - 1
    }

    fn variables(group: &str, nth: usize) -> std::ops::Range<usize> {
        let sections = &shape(Self::kind()).sections;
        let mut of_group = sections.iter().filter(|section| section.group == group);
        of_group
            .nth(nth)
            .expect("the group has this stretch")
            .variables
            .clone()
    }

    /// Makes a Poseidon give what is wanted, by its last S-box.
    pub fn hash_to(&mut self, last: usize, inputs: usize, honest: Fr, wanted: Fr) {
        let factor = parameters(inputs).mds[0][inputs];
        let value = self.values()[last] + (wanted - honest) / factor;
        self.set(last, value);
    }

    pub fn values(&self) -> Vec<Fr> {
        let mut sheet = Sheet::forged(self.forged.clone());
        self.circuit.synthesize(&mut sheet);
        let mut values = sheet.into_values();
        for (variable, value) in &self.afterwards {
            values[*variable] = *value;
        }
        values
    }

    /// Groups with a broken row.
    pub fn broken(&self) -> BTreeSet<&'static str> {
        let shape = shape(Self::kind());
        let rows = shape.broken(&self.values());
        rows.into_iter().map(|row| shape.group_of(row)).collect()
    }

    /// Asserts that rows of this group are broken and of no other.
    pub fn caught_by(&self, group: &'static str) -> Caught {
        assert_eq!(self.broken(), BTreeSet::from([group]));
        Caught {
            kind: Self::kind(),
            group,
        }
    }
}

/// Asserts that an instance is refused before proving, with this in the reason,
/// and then that rows of one group alone break if it is proven nevertheless.
pub fn refused<C: Circuit>(circuit: C, reason: &str, group: &'static str) -> Caught {
    let refusal = circuit.check().expect_err("refused").to_string();
    assert!(refusal.contains(reason), "{refusal} should say {reason}");
    Cheat::with(circuit).caught_by(group)
}
