//! Levels: proofs that the least chance of those not yet settled is as high
//! as the quotas allow.

use borsh::{BorshDeserialize, BorshSerialize};

use super::{
    Frame, LotteryError, MAX_DUAL, MAX_LEVELS, Tally,
    error::Decimal,
    pool::{at_most, wrong_count},
};

/// The certificate of one level, all integers over one scale.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Level {
    /// Weight of each person of a type.
    pub y: Vec<u64>,
    /// Price of each person of a type being on the panel at most once.
    pub s: Vec<u64>,
    /// Price of a seat.
    pub mu: i64,
    /// Price of each quota's max.
    pub u: Vec<u64>,
    /// Price of each quota's min.
    pub l: Vec<u64>,
    /// Σ count·y over all types.
    pub d: u64,
}

/// How far the least chance may be below the bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Tolerance {
    /// 2/m.
    Close,
    /// 8/m: where nobody came closer in time.
    Wide,
}

impl Tolerance {
    /// ε·m.
    #[must_use]
    pub fn panels(self) -> u8 {
        match self {
            Tolerance::Close => 2,
            Tolerance::Wide => 8,
        }
    }
}

/// An exact ratio with a denominator above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Fraction {
    /// Above the line.
    pub numerator: i128,
    /// Below it.
    pub denominator: i128,
}

impl Fraction {
    /// For people.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        Decimal {
            numerator: self.numerator,
            denominator: self.denominator,
        }
    }
}

/// Which types levels have settled so far; can be stored and gone on with.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Standing {
    /// The level that settled each type, from 1; 0: none yet.
    pub settled_by: Vec<u8>,
    /// How many levels were taken.
    pub levels: u8,
    /// How many persons are settled.
    pub persons: u32,
}

/// What a level proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Held {
    /// The least chance of those who were not settled before.
    pub least: Fraction,
    /// What it is at most in any lottery that keeps the chances of those who were.
    pub bound: Fraction,
    /// How many persons it settled.
    pub persons: u32,
}

impl Standing {
    /// Nobody is settled.
    #[must_use]
    pub fn begin(frame: &Frame<'_>) -> Standing {
        Standing {
            settled_by: vec![0; frame.types()],
            levels: 0,
            persons: 0,
        }
    }

    /// Takes the next level of a lottery whose panels are tallied.
    ///
    /// # Errors
    /// The level's first offence; that it settles nobody is one.
    pub fn level(
        &mut self,
        frame: &Frame<'_>,
        tally: &Tally,
        level: &Level,
        tolerance: Tolerance,
    ) -> Result<Held, LotteryError> {
        at_most("levels", usize::from(self.levels) + 1, MAX_LEVELS)?;
        let (mut held, settles) = examine(frame, tally, self, level, tolerance)?;
        self.levels += 1;
        for (kind, settled_by) in self.settled_by.iter_mut().enumerate() {
            if settles(kind, *settled_by) {
                *settled_by = self.levels;
                held.persons += frame.pool().counts[kind];
            }
        }
        self.persons += held.persons;
        if held.persons == 0 {
            let level = usize::from(self.levels);
            return Err(LotteryError::Idle { level });
        }
        Ok(held)
    }
}

/// Whether a level holds where these are settled; its bound is exact.
///
/// # Errors
/// The level's first offence.
pub fn check_level(
    frame: &Frame<'_>,
    tally: &Tally,
    standing: &Standing,
    level: &Level,
    tolerance: Tolerance,
) -> Result<Held, LotteryError> {
    examine(frame, tally, standing, level, tolerance).map(|(held, _)| held)
}

/// What holds, and whether a type is settled by it.
fn examine<'a>(
    frame: &Frame<'a>,
    tally: &'a Tally,
    standing: &Standing,
    level: &'a Level,
    tolerance: Tolerance,
) -> Result<(Held, impl Fn(usize, u8) -> bool + use<'a>), LotteryError> {
    let number = usize::from(standing.levels) + 1;
    let counts = &frame.pool().counts;
    for (what, length) in [
        ("sums", tally.sums.len()),
        ("standing", standing.settled_by.len()),
    ] {
        if length != counts.len() {
            return Err(wrong_count(what, length, counts.len()));
        }
    }
    tally.finish()?;
    let bound = bound(frame, number, level)?;
    // everything below is over m
    let slack = i128::from(tolerance.panels());
    let (mut open, mut fixed, mut all) = (0i128, 0i128, 0i128);
    let mut least: Option<(i128, i128)> = None;
    for (kind, &settled_by) in standing.settled_by.iter().enumerate() {
        let (sum, count) = (i128::from(tally.sums[kind]), i128::from(counts[kind]));
        let (y, part) = (i128::from(level.y[kind]), i128::from(level.y[kind]) * sum);
        all += part;
        if settled_by > 0 {
            fixed += part;
            continue;
        }
        open += y * count;
        if least.is_none_or(|(s, n)| sum * n < s * count) {
            least = Some((sum, count));
        }
    }
    let (Some((sum, count)), true) = (least, open > 0) else {
        return Err(LotteryError::Weightless { level: number });
    };
    let m = i128::from(tally.m);
    let above = m * bound - fixed;
    let held = Held {
        least: Fraction {
            numerator: sum,
            denominator: m * count,
        },
        bound: Fraction {
            numerator: above,
            denominator: m * open,
        },
        persons: 0,
    };
    if above * count - sum * open > slack * open * count {
        return Err(LotteryError::Gap {
            level: number,
            bound: held.bound.decimal(),
            least: held.least.decimal(),
            tolerance: Decimal {
                numerator: slack,
                denominator: m,
            },
        });
    }
    // nobody pays for this level's least but who has no more than them
    let low = move |kind: usize| {
        let (own, n) = (i128::from(tally.sums[kind]), i128::from(counts[kind]));
        own * count - sum * n <= slack * n * count
    };
    for (kind, &settled_by) in standing.settled_by.iter().enumerate() {
        if settled_by == 0 && level.y[kind] > 0 && !low(kind) {
            return Err(LotteryError::Above {
                level: number,
                kind,
            });
        }
    }
    let loose = m * bound - all;
    let settles = move |kind: usize, settled_by: u8| {
        let weight = i128::from(counts[kind]) * i128::from(level.y[kind]);
        settled_by == 0 && weight > 0 && loose <= slack * weight
    };
    Ok((held, settles))
}

/// B: what Σ n·y·π is at most, if the multipliers are feasible.
fn bound(frame: &Frame<'_>, number: usize, level: &Level) -> Result<i128, LotteryError> {
    let pool = frame.pool();
    let (types, quotas) = (frame.types(), pool.quotas.len());
    for (what, length, expected) in [
        ("y", level.y.len(), types),
        ("s", level.s.len(), types),
        ("u", level.u.len(), quotas),
        ("l", level.l.len(), quotas),
    ] {
        if length != expected {
            return Err(wrong_count(what, length, expected));
        }
    }
    for (what, values) in [
        ("y", &level.y),
        ("s", &level.s),
        ("u", &level.u),
        ("l", &level.l),
    ] {
        if values.iter().any(|value| *value > MAX_DUAL) {
            let level = number;
            return Err(LotteryError::Dual { level, what });
        }
    }
    if level.mu.unsigned_abs() > MAX_DUAL || level.d > MAX_DUAL {
        return Err(LotteryError::Dual {
            level: number,
            what: if level.d > MAX_DUAL { "d" } else { "mu" },
        });
    }
    let mut bound = i128::from(pool.k) * i128::from(level.mu);
    for (quota, (u, l)) in level.u.iter().zip(&level.l).enumerate() {
        bound += i128::from(frame.max(quota)) * i128::from(*u);
        bound -= i128::from(pool.quotas[quota].min) * i128::from(*l);
    }
    let mut sum = 0u128;
    for (kind, count) in pool.counts.iter().enumerate() {
        let quotas = frame
            .quotas_of(kind)
            .iter()
            .map(|quota| usize::from(*quota));
        let price = quotas.map(|quota| i128::from(level.u[quota]) - i128::from(level.l[quota]));
        let paid = i128::from(level.mu) + price.sum::<i128>() + i128::from(level.s[kind]);
        let short = i128::from(level.y[kind]) - paid;
        if short > 0 {
            return Err(LotteryError::Infeasible {
                level: number,
                kind,
                short,
            });
        }
        bound += i128::from(*count) * i128::from(level.s[kind]);
        sum += u128::from(*count) * u128::from(level.y[kind]);
    }
    if sum != u128::from(level.d) {
        return Err(LotteryError::Weights {
            level: number,
            sum,
            d: level.d,
        });
    }
    Ok(bound)
}
