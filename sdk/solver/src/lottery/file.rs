//! Pools and lotteries as files, so that anyone can write a checker.
//!
//! ```json
//! {"k": 22, "types": [{"features": {"age": "16-29"}, "members": [3, 17]}],
//!  "quotas": [{"feature": "age", "value": "16-29", "min": 4, "max": 6}],
//!  "panels": [[1]],
//!  "levels": [{"y": [1], "s": [0], "mu": 0, "u": [1], "l": [0], "d": 2, "bound": 0.09}],
//!  "min": 0.09}
//! ```
//!
//! A pool is the first three; its types and quotas keep their order. Each panel has the seats of every type, and
//! panels that are alike stand as often as they are there: an index draws a line. With a type's count the number of
//! its members, `μ + Σ (u − l) + s ≥ y` over the quotas of each type and `d = Σ count·y`, exactly. A level proves
//! `Σ count·y·π ≤ B = k·μ + Σ (max·u − min·l) + Σ count·s`, max never above k; `bound` is what this leaves for the
//! least chance of the types that no level before has settled, and `min` is the least of all. Integers over 2^53 are
//! strings.
use std::collections::BTreeMap;

use mycel_kit::lottery::{Level, Lottery, MAX_PANELS, MAX_TYPES, Panel, Pool, Quota};
use serde::{Deserialize, Serialize};

use crate::file::{FileError, number::Number};

/// Volunteers and quotas.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolFile {
    /// Seats.
    pub k: u32,
    /// Volunteers by their features.
    pub types: Vec<TypeFile>,
    /// How many of a kind must and may sit.
    pub quotas: Vec<QuotaFile>,
}

/// Volunteers with the same features.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeFile {
    /// The value of each feature.
    pub features: BTreeMap<String, String>,
    /// Who they are: rows of a table from 1, or person numbers.
    pub members: Vec<u32>,
}

/// How many with one value of a feature must and may sit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaFile {
    /// The feature.
    pub feature: String,
    /// The value.
    pub value: String,
    /// At least.
    pub min: u32,
    /// At most.
    pub max: u32,
}

/// A lottery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LotteryFile {
    /// What it is for.
    #[serde(flatten)]
    pub pool: PoolFile,
    /// Seats of every type, a line for each of the m panels.
    pub panels: Vec<Vec<u16>>,
    /// The proof.
    pub levels: Vec<LevelFile>,
    /// The least chance.
    pub min: f64,
}

/// A level of the proof.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelFile {
    /// Weight of each person of a type.
    pub y: Vec<Number>,
    /// Price of each person of a type being on the panel at most once.
    pub s: Vec<Number>,
    /// Price of a seat.
    pub mu: Number,
    /// Price of each quota's max.
    pub u: Vec<Number>,
    /// Price of each quota's min.
    pub l: Vec<Number>,
    /// Σ count·y.
    pub d: Number,
    /// What the least chance is at most.
    pub bound: f64,
}

/// Reads a pool; what else is in the file counts for nothing.
///
/// # Errors
/// A file that is none.
pub fn read_pool(bytes: &[u8]) -> Result<PoolFile, FileError> {
    serde_json::from_slice(bytes).map_err(|e| FileError::Whole(e.to_string()))
}

/// Reads a lottery.
///
/// # Errors
/// A file that is none.
pub fn read_lottery(bytes: &[u8]) -> Result<LotteryFile, FileError> {
    serde_json::from_slice(bytes).map_err(|e| FileError::Whole(e.to_string()))
}

impl PoolFile {
    /// The pool as the check knows it: features that no quota names are left out.
    ///
    /// # Errors
    /// A type without a feature that a quota names; more than fit. Bounds are the check's to ask.
    pub fn pool(&self) -> Result<Pool, FileError> {
        let mut features: Vec<&str> = Vec::new();
        let mut values: Vec<Vec<&str>> = Vec::new();
        let mut quotas = Vec::with_capacity(self.quotas.len().min(MAX_TYPES));
        for quota in &self.quotas {
            let feature = features.iter().position(|name| *name == quota.feature);
            let feature = feature.unwrap_or_else(|| {
                features.push(&quota.feature);
                values.push(Vec::new());
                features.len() - 1
            });
            let value = values[feature]
                .iter()
                .position(|value| *value == quota.value);
            let value = value.unwrap_or_else(|| {
                values[feature].push(&quota.value);
                values[feature].len() - 1
            });
            let small = |number: usize| u8::try_from(number).ok().filter(|small| *small < OTHER);
            let (Some(feature), Some(value)) = (small(feature), small(value)) else {
                return Err(FileError::Whole(format!(
                    "too many quotas: quotas={}",
                    self.quotas.len()
                )));
            };
            quotas.push(Quota {
                feature,
                value,
                min: quota.min,
                max: quota.max,
            });
        }
        let mut pool = Pool {
            k: self.k,
            quotas,
            ..Pool::default()
        };
        for (number, kind) in self.types.iter().enumerate() {
            let mut own = Vec::with_capacity(features.len());
            for (feature, known) in features.iter().zip(&values) {
                let Some(value) = kind.features.get(*feature) else {
                    return Err(FileError::Whole(format!(
                        "type={number} has no feature={feature}"
                    )));
                };
                let place = known.iter().position(|known| known == value);
                own.push(place.map_or(OTHER, |place| place as u8));
            }
            pool.values.push(own);
            pool.counts
                .push(u32::try_from(kind.members.len()).unwrap_or(u32::MAX));
        }
        Ok(pool)
    }
}

/// A value that no quota names.
const OTHER: u8 = u8::MAX;

impl LotteryFile {
    /// A lottery with the bounds of its levels and its least chance, which are for readers.
    #[must_use]
    pub fn new(pool: PoolFile, lottery: &Lottery, bounds: &[f64], min: f64) -> Self {
        let types = pool.types.len();
        let mut panels = Vec::new();
        for panel in &lottery.panels {
            let mut line = vec![0; types];
            for &(kind, seats) in &panel.seats {
                if let Some(place) = line.get_mut(usize::from(kind)) {
                    *place = seats;
                }
            }
            panels.extend(std::iter::repeat_n(line, panel.times as usize));
        }
        let numbers = |values: &[u64]| {
            values
                .iter()
                .map(|value| Number(i128::from(*value)))
                .collect()
        };
        let levels = lottery
            .levels
            .iter()
            .zip(bounds)
            .map(|(level, &bound)| LevelFile {
                y: numbers(&level.y),
                s: numbers(&level.s),
                mu: Number(i128::from(level.mu)),
                u: numbers(&level.u),
                l: numbers(&level.l),
                d: Number(i128::from(level.d)),
                bound,
            });
        Self {
            levels: levels.collect(),
            pool,
            panels,
            min,
        }
    }

    /// The lottery as the check and its pages know it; lines that follow each other and are alike become one panel.
    ///
    /// # Errors
    /// More panels than there may be; numbers beyond 64 bits.
    pub fn lottery(&self) -> Result<Lottery, FileError> {
        if self.panels.len() > 2 * MAX_PANELS as usize {
            return Err(FileError::Whole(format!(
                "too many panels: panels={} most={}",
                self.panels.len(),
                2 * MAX_PANELS
            )));
        }
        let mut panels: Vec<Panel> = Vec::new();
        for line in &self.panels {
            let seats = (0u16..).zip(line).filter(|seats| *seats.1 > 0);
            let seats: Vec<(u16, u16)> = seats.map(|(kind, &seats)| (kind, seats)).collect();
            if line.len() != self.pool.types.len() {
                return Err(FileError::Whole(format!(
                    "a panel has types={} where the pool has {}",
                    line.len(),
                    self.pool.types.len()
                )));
            }
            match panels.last_mut() {
                Some(last) if last.seats == seats => last.times += 1,
                _ => panels.push(Panel { times: 1, seats }),
            }
        }
        let levels = self.levels.iter().map(|level| {
            Ok(Level {
                y: unsigned(&level.y)?,
                s: unsigned(&level.s)?,
                mu: level.mu.narrow()?,
                u: unsigned(&level.u)?,
                l: unsigned(&level.l)?,
                d: unsigned(&[level.d])?[0],
            })
        });
        let levels: Result<Vec<Level>, String> = levels.collect();
        Ok(Lottery {
            panels,
            levels: levels.map_err(FileError::Whole)?,
        })
    }
}

fn unsigned(numbers: &[Number]) -> Result<Vec<u64>, String> {
    let narrow = |number: &Number| {
        u64::try_from(number.0)
            .map_err(|_| format!("number={} is not from 0 to 2^64 - 1", number.0))
    };
    numbers.iter().map(narrow).collect()
}
