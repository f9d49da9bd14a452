//! Wires: values together with how they are made of variables.

use std::ops::{Add, Mul, Sub};

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

/// A linear combination: factors of variables, by growing number of the
/// variable, none zero. Variable 0 is always one.
pub type Terms = Vec<(Fr, usize)>;

/// A value, and the linear combination of variables that has it.
///
/// Adding wires and multiplying them with constants costs nothing; two wires
/// are multiplied by [`crate::Sheet::product`], which costs a row.
#[derive(Debug, Clone)]
pub struct Wire {
    value: Fr,
    terms: Terms,
    fixed: bool,
}

impl Default for Wire {
    /// The constant 0.
    fn default() -> Self {
        Self::constant(0u64)
    }
}

impl Wire {
    /// A variable; without terms where a sheet keeps values only.
    pub(crate) fn variable(value: Fr, terms: Terms) -> Self {
        Self {
            value,
            terms,
            fixed: false,
        }
    }

    /// A constant.
    #[must_use]
    pub fn constant(value: impl Into<Fr>) -> Self {
        let value = value.into();
        let terms = match value == Fr::ZERO {
            true => vec![],
            false => vec![(value, 0)],
        };
        Self {
            value,
            terms,
            fixed: true,
        }
    }

    /// What it carries.
    #[must_use]
    pub fn value(&self) -> Fr {
        self.value
    }

    /// What it is made of; empty while a sheet keeps values only.
    #[must_use]
    pub fn terms(&self) -> &[(Fr, usize)] {
        &self.terms
    }

    /// Whether it is a constant: known before any value is.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        self.fixed
    }

    /// Σ factor·wire.
    #[must_use]
    pub fn combination<'a>(parts: impl IntoIterator<Item = (Fr, &'a Self)>) -> Self {
        let (mut value, mut all, mut fixed) = (Fr::ZERO, Terms::new(), true);
        for (factor, wire) in parts {
            value += factor * wire.value;
            fixed &= wire.fixed;
            all.extend(
                wire.terms
                    .iter()
                    .map(|(own, variable)| (factor * own, *variable)),
            );
        }
        all.sort_by_key(|(_, variable)| *variable);
        let mut terms = Terms::with_capacity(all.len());
        for (factor, variable) in all {
            match terms.last_mut() {
                Some((sum, last)) if *last == variable => *sum += factor,
                _ => terms.push((factor, variable)),
            }
        }
        terms.retain(|(factor, _)| *factor != Fr::ZERO);
        Self {
            value,
            terms,
            fixed,
        }
    }

    /// The sum of wires.
    #[must_use]
    pub fn sum<'a>(wires: impl IntoIterator<Item = &'a Self>) -> Self {
        Self::combination(wires.into_iter().map(|wire| (Fr::ONE, wire)))
    }

    /// 1 − wire.
    #[must_use]
    pub fn not(&self) -> Self {
        Self::constant(1u64) - self
    }
}

impl Add<&Wire> for &Wire {
    type Output = Wire;
    fn add(self, other: &Wire) -> Wire {
        Wire::combination([(Fr::ONE, self), (Fr::ONE, other)])
    }
}

impl Sub<&Wire> for &Wire {
    type Output = Wire;
    fn sub(self, other: &Wire) -> Wire {
        Wire::combination([(Fr::ONE, self), (-Fr::ONE, other)])
    }
}

macro_rules! by_value {
    ($operation:ident, $function:ident) => {
        impl $operation<Wire> for Wire {
            type Output = Wire;
            fn $function(self, other: Wire) -> Wire {
                (&self).$function(&other)
            }
        }
        impl $operation<&Wire> for Wire {
            type Output = Wire;
            fn $function(self, other: &Wire) -> Wire {
                (&self).$function(other)
            }
        }
        impl $operation<Wire> for &Wire {
            type Output = Wire;
            fn $function(self, other: Wire) -> Wire {
                self.$function(&other)
            }
        }
        impl $operation<u64> for &Wire {
            type Output = Wire;
            fn $function(self, other: u64) -> Wire {
                self.$function(&Wire::constant(other))
            }
        }
        impl $operation<u64> for Wire {
            type Output = Wire;
            fn $function(self, other: u64) -> Wire {
                (&self).$function(&Wire::constant(other))
            }
        }
    };
}
by_value!(Add, add);
by_value!(Sub, sub);

impl Mul<u64> for &Wire {
    type Output = Wire;
    fn mul(self, factor: u64) -> Wire {
        Wire::combination([(Fr::from(factor), self)])
    }
}

impl Mul<u64> for Wire {
    type Output = Wire;
    fn mul(self, factor: u64) -> Wire {
        &self * factor
    }
}
