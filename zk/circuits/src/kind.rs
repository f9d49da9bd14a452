//! Circuits by name.

use ark_bn254::Fr;

use crate::circuit::{Circuit, Compiled};
use crate::refusal::Refusal;
use crate::{Attest, Fold, Member, Show};

/// Which circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A rating is well made.
    Attest,
    /// Entries were added to the sums.
    Fold,
    /// The sums meet thresholds.
    Show,
    /// Somebody on the roll.
    Member,
}

impl Kind {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Attest, Self::Fold, Self::Show, Self::Member];

    /// Its name, in lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Attest => Attest::NAME,
            Self::Fold => Fold::NAME,
            Self::Show => Show::NAME,
            Self::Member => Member::NAME,
        }
    }

    /// Its shape.
    #[must_use]
    pub fn compile(self) -> Compiled {
        match self {
            Self::Attest => Attest::compile(),
            Self::Fold => Fold::compile(),
            Self::Show => Show::compile(),
            Self::Member => Member::compile(),
        }
    }

    /// Public inputs and values of all variables of a random valid instance.
    #[must_use]
    pub fn example(self, seed: u64) -> (Vec<Fr>, Vec<Fr>) {
        fn of<C: Circuit>(circuit: &C) -> (Vec<Fr>, Vec<Fr>) {
            (circuit.publics(), circuit.unchecked_assignment())
        }
        match self {
            Self::Attest => of(&Attest::example(seed)),
            Self::Fold => of(&Fold::example(seed)),
            Self::Show => of(&Show::example(seed)),
            Self::Member => of(&Member::example(seed)),
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

impl std::str::FromStr for Kind {
    type Err = Refusal;

    fn from_str(name: &str) -> Result<Self, Refusal> {
        let unknown = || Refusal::UnknownCircuit {
            name: name.chars().take(40).collect(),
        };
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or_else(unknown)
    }
}
