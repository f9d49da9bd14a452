//! Volunteers by types, quotas, and whether their numbers can meet at all.

use borsh::{BorshDeserialize, BorshSerialize};

use super::{
    LotteryError, MAX_FEATURES, MAX_PANELS, MAX_PERSONS, MAX_QUOTAS, MAX_SEATS, MAX_TYPES,
};

/// How many with one value of a feature must and may sit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Quota {
    /// Which feature.
    pub feature: u8,
    /// Which of its values.
    pub value: u8,
    /// At least.
    pub min: u32,
    /// At most; more than k says no more than k.
    pub max: u32,
}

/// What a lottery is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Pool {
    /// Seats.
    pub k: u32,
    /// Persons of each type, ≥ 1.
    pub counts: Vec<u32>,
    /// The values of each type, one a feature.
    pub values: Vec<Vec<u8>>,
    /// At most one for a value.
    pub quotas: Vec<Quota>,
}

/// How many panels a lottery among n volunteers for k seats has: the least
/// power of two with m·k ≥ 64·n.
///
/// # Errors
/// No seats or too many; more volunteers than 2^20 or 1,024 a seat.
pub fn panels_for(n: u32, k: u32) -> Result<u32, LotteryError> {
    let most = u64::from(MAX_PERSONS).min(u64::from(MAX_PANELS / 64) * u64::from(k));
    if !(1..=MAX_SEATS).contains(&k) {
        return Err(LotteryError::TooMany {
            what: "seats",
            count: u64::from(k),
            most: u64::from(MAX_SEATS),
        });
    }
    if u64::from(n) > most {
        let persons = u64::from(n);
        return Err(LotteryError::Persons { persons, most });
    }
    let least = (64 * u64::from(n)).div_ceil(u64::from(k)).max(1);
    // ≤ 2^16, for n ≤ 1,024·k
    Ok(least.next_power_of_two() as u32)
}

/// A pool whose form is right, with each type's quotas at hand.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    pool: &'a Pool,
    /// Where each type's quotas begin in `quotas`, and an end.
    first: Vec<u16>,
    quotas: Vec<u8>,
    persons: u32,
}

impl<'a> Frame<'a> {
    /// Checks a pool's form and bounds.
    ///
    /// # Errors
    /// The first offence.
    pub fn new(pool: &'a Pool) -> Result<Frame<'a>, LotteryError> {
        let types = pool.counts.len();
        at_most("types", types, MAX_TYPES)?;
        at_most("quotas", pool.quotas.len(), MAX_QUOTAS)?;
        if pool.values.len() != types {
            return Err(wrong_count("values", pool.values.len(), types));
        }
        let features = pool.values.first().map_or(0, Vec::len);
        at_most("features", features, MAX_FEATURES)?;
        for (number, quota) in pool.quotas.iter().enumerate() {
            let malformed = |why| LotteryError::Quota { quota: number, why };
            if usize::from(quota.feature) >= features {
                return Err(malformed("names no feature"));
            }
            if quota.min > quota.max {
                return Err(malformed("has a min above its max"));
            }
            if quota.min > pool.k {
                return Err(malformed("has a min above the seats"));
            }
            let same = |other: &Quota| (other.feature, other.value) == (quota.feature, quota.value);
            if pool.quotas[..number].iter().any(same) {
                return Err(malformed("is there twice"));
            }
        }
        let mut persons = 0u64;
        let mut first = Vec::with_capacity(types + 1);
        let mut quotas = Vec::with_capacity(types * features.min(pool.quotas.len()));
        for (kind, (&count, values)) in pool.counts.iter().zip(&pool.values).enumerate() {
            if count == 0 {
                return Err(LotteryError::EmptyType { kind });
            }
            if values.len() != features {
                return Err(wrong_count("values of a type", values.len(), features));
            }
            persons += u64::from(count);
            // at most 2^10 types with 16 quotas each
            first.push(quotas.len() as u16);
            for (number, quota) in (0u8..).zip(&pool.quotas) {
                if values[usize::from(quota.feature)] == quota.value {
                    quotas.push(number);
                }
            }
        }
        first.push(quotas.len() as u16);
        let bounded = u32::try_from(persons).unwrap_or(u32::MAX);
        panels_for(bounded, pool.k)?;
        Ok(Frame {
            pool,
            first,
            quotas,
            persons: bounded,
        })
    }

    /// The pool.
    #[must_use]
    pub fn pool(&self) -> &'a Pool {
        self.pool
    }

    /// How many volunteers there are.
    #[must_use]
    pub fn persons(&self) -> u32 {
        self.persons
    }

    /// How many types there are.
    #[must_use]
    pub fn types(&self) -> usize {
        self.pool.counts.len()
    }

    /// The quotas that a type counts for, ascending; none for no type.
    #[must_use]
    pub fn quotas_of(&self, kind: usize) -> &[u8] {
        match self.first.get(kind..=kind + 1) {
            Some(&[from, to]) => &self.quotas[usize::from(from)..usize::from(to)],
            _ => &[],
        }
    }

    /// The most that a quota lets sit: never more than the seats.
    #[must_use]
    pub fn max(&self, quota: usize) -> u32 {
        self.pool.quotas[quota].max.min(self.pool.k)
    }
}

/// Numbers that cannot meet, whoever is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum Shortage {
    #[error("too few volunteers: persons={persons} seats={seats}")]
    Persons { persons: u32, seats: u32 },
    #[error(
        "too few volunteers for a quota: quota={quota} feature={feature} value={value} there={there} min={min}"
    )]
    Value {
        quota: usize,
        feature: u8,
        value: u8,
        there: u32,
        min: u32,
    },
    #[error(
        "quotas of a feature ask for more than the seats: feature={feature} least={least} seats={seats}"
    )]
    Least { feature: u8, least: u64, seats: u32 },
    #[error("quotas of a feature leave seats empty: feature={feature} most={most} seats={seats}")]
    Most { feature: u8, most: u64, seats: u32 },
}

/// Whether each feature alone can be met: enough of each value for its min,
/// and seats between the sum of mins and what the maxs let in.
///
/// # Errors
/// The pool's form, or the first number that falls short.
pub fn count_test(pool: &Pool) -> Result<(), LotteryError> {
    let frame = Frame::new(pool)?;
    let (persons, seats) = (frame.persons(), pool.k);
    if persons < seats {
        return Err(LotteryError::Short(Shortage::Persons { persons, seats }));
    }
    let mut there = [0u32; MAX_QUOTAS];
    for (kind, count) in pool.counts.iter().enumerate() {
        for &quota in frame.quotas_of(kind) {
            there[usize::from(quota)] += count;
        }
    }
    let features = pool.values.first().map_or(0, Vec::len);
    for feature in (0u8..).take(features) {
        let (mut least, mut most, mut without) = (0u64, 0u64, persons);
        let quotas = pool.quotas.iter().enumerate();
        for (number, quota) in quotas.filter(|(_, quota)| quota.feature == feature) {
            let there = there[number];
            if there < quota.min {
                return Err(LotteryError::Short(Shortage::Value {
                    quota: number,
                    feature,
                    value: quota.value,
                    there,
                    min: quota.min,
                }));
            }
            without -= there;
            least += u64::from(quota.min);
            most += u64::from(quota.max.min(there));
        }
        most += u64::from(without);
        if least > u64::from(seats) {
            return Err(LotteryError::Short(Shortage::Least {
                feature,
                least,
                seats,
            }));
        }
        if most < u64::from(seats) {
            return Err(LotteryError::Short(Shortage::Most {
                feature,
                most,
                seats,
            }));
        }
    }
    Ok(())
}

pub(super) fn at_most(what: &'static str, count: usize, most: usize) -> Result<(), LotteryError> {
    if count <= most {
        return Ok(());
    }
    Err(LotteryError::TooMany {
        what,
        count: count as u64,
        most: most as u64,
    })
}

pub(super) fn wrong_count(what: &'static str, count: usize, expected: usize) -> LotteryError {
    LotteryError::WrongCount {
        what,
        count: count as u64,
        expected: expected as u64,
    }
}
