//! Constraint systems, read from circom's `.r1cs`.
//!
//! Section 1: the field, variables, outputs, public inputs, private inputs, labels u64, constraints.
//! Section 2: per constraint three combinations, each a count and (variable u32, coefficient). Section 3: labels, not read.
use ark_bn254::Fr;
use ark_ff::{BigInteger, PrimeField};
use mycel_prover::{points, zkey};

use crate::{
    error::{CeremonyError, format},
    sections::{Cursor, Table},
};

const FILE: &str = "r1cs";

/// Σ coefficient·variable.
pub type Combination = Vec<(u32, Fr)>;

/// A circuit: A·w ∘ B·w = C·w, w = (1, public inputs, the rest).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct R1cs {
    /// Variables, the constant 1 included.
    pub variables: u32,
    /// Public inputs, without the constant.
    pub publics: u32,
    /// A, B and C, row by row.
    pub constraints: Vec<[Combination; 3]>,
}

impl R1cs {
    /// One of the trust contract's circuits.
    #[must_use]
    pub fn of(kind: mycel_circuits::Kind) -> Self {
        let mut bytes = Vec::new();
        let compiled = kind.compile();
        mycel_circuits::r1cs::write(&compiled, &mut bytes).expect("memory takes all bytes");
        Self::read(&bytes).expect("the circuits are within the limits")
    }

    /// Reads a file's bytes. Everything is bounded by them and by the limits of keys.
    ///
    /// # Errors
    /// If they are no constraint system over BN254, have custom gates, or are above the limits.
    pub fn read(bytes: &[u8]) -> Result<Self, CeremonyError> {
        let table = Table::of(FILE, &[1], bytes)?;
        let section = |id| {
            let range = table
                .get(id)
                .ok_or_else(|| format(FILE, "a section is missing"))?;
            Ok::<_, CeremonyError>(Cursor::new(
                FILE,
                &bytes[range.start as usize..range.end as usize],
            ))
        };
        if table.ids().any(|id| id > 3) {
            return Err(format(FILE, "custom gates"));
        }
        let mut header = section(1)?;
        if header.number()? != 32 || header.array::<32>()?[..] != Fr::MODULUS.to_bytes_le()[..] {
            return Err(format(FILE, "another field"));
        }
        let variables = header.number()?;
        let publics = header.number()?.saturating_add(header.number()?);
        let (_private, _labels) = (header.number()?, header.array::<8>()?);
        let count = header.number()?;
        header.end()?;
        for (what, value, limit) in [
            ("variables", variables, 2 * zkey::MAX_DOMAIN),
            ("publics", publics, zkey::MAX_PUBLICS),
            (
                "constraints",
                count,
                zkey::MAX_DOMAIN - zkey::MAX_PUBLICS - 1,
            ),
        ] {
            if value > limit {
                return Err(format(
                    FILE,
                    std::format!("{what}={value} is above {limit}"),
                ));
            }
        }
        if variables <= publics || count == 0 {
            return Err(format(
                FILE,
                "no constraints, or more public inputs than variables",
            ));
        }
        let mut body = section(2)?;
        let mut constraints = Vec::with_capacity((count as usize).min(1 << 12));
        for _ in 0..count {
            let mut one = || combination(&mut body, variables);
            constraints.push([one()?, one()?, one()?]);
        }
        body.end()?;
        Ok(Self {
            variables,
            publics,
            constraints,
        })
    }

    /// log₂ of the domain: room for the constraints and a row for each public input and the constant.
    #[must_use]
    pub fn power(&self) -> u32 {
        let rows = self.constraints.len() as u64 + u64::from(self.publics) + 1;
        // as snarkjs counts: at least 2
        ((rows - 1).max(1)).ilog2() + 1
    }

    /// The domain's size.
    #[must_use]
    pub fn domain(&self) -> usize {
        1 << self.power()
    }
}

fn combination(body: &mut Cursor<'_>, variables: u32) -> Result<Combination, CeremonyError> {
    let count = body.number()? as usize;
    if count > body.rest.len() / 36 {
        return Err(format(FILE, "a section ends early"));
    }
    let mut terms = Vec::with_capacity(count);
    for _ in 0..count {
        let variable = body.number()?;
        let coefficient = points::read_plain(body.array()?)
            .ok_or_else(|| format(FILE, "a coefficient is not canonical"))?;
        if variable >= variables {
            return Err(format(
                FILE,
                std::format!("variable={variable} does not exist"),
            ));
        }
        terms.push((variable, coefficient));
    }
    Ok(terms)
}
