//! What is wrong with a pool or a lottery.

use super::{MAX_DUAL, pool::Shortage};

/// The first offence counts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum LotteryError {
    #[error("too many: {what}={count} most={most}")]
    TooMany {
        what: &'static str,
        count: u64,
        most: u64,
    },
    #[error("wrong count: {what}={count} expected={expected}")]
    WrongCount {
        what: &'static str,
        count: u64,
        expected: u64,
    },
    #[error("too many volunteers: persons={persons} most={most}; draw in two stages")]
    Persons { persons: u64, most: u64 },
    #[error("type empty: type={kind}")]
    EmptyType { kind: usize },
    #[error("quota malformed: quota={quota} {why}")]
    Quota { quota: usize, why: &'static str },
    #[error("{0}")]
    Short(Shortage),
    #[error("panel malformed: panel={panel} type={kind} {why}")]
    Panel {
        panel: u32,
        kind: u16,
        why: &'static str,
    },
    #[error("panel of wrong size: panel={panel} seats={seats} expected={expected}")]
    Size {
        panel: u32,
        seats: u32,
        expected: u32,
    },
    #[error("quota not kept: panel={panel} quota={quota} seated={seated} min={min} max={max}")]
    QuotaBroken {
        panel: u32,
        quota: usize,
        seated: u32,
        min: u32,
        max: u32,
    },
    #[error("dual out of range: level={level} {what} most={MAX_DUAL}")]
    Dual { level: usize, what: &'static str },
    #[error("dual infeasible: level={level} type={kind} short={short}")]
    Infeasible {
        level: usize,
        kind: usize,
        short: i128,
    },
    #[error("weights do not add up: level={level} sum={sum} d={d}")]
    Weights { level: usize, sum: u128, d: u64 },
    #[error("level without weight on anyone who is not settled: level={level}")]
    Weightless { level: usize },
    #[error("weight on a type that is better off than the level: level={level} type={kind}")]
    Above { level: usize, kind: usize },
    #[error("level settles nobody: level={level}")]
    Idle { level: usize },
    #[error(
        "chances not proven equal enough: level={level} bound={bound:.9} least={least:.9} tolerance={tolerance:.9}"
    )]
    Gap {
        level: usize,
        bound: Decimal,
        least: Decimal,
        tolerance: Decimal,
    },
    #[error("body short: at={at}")]
    ShortBody { at: usize },
    #[error("body malformed: at={at} {why}")]
    Malformed { at: usize, why: &'static str },
}

/// A fraction to be read by people; no float takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// Above the line.
    pub numerator: i128,
    /// Below it, > 0.
    pub denominator: i128,
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let places = f.precision().unwrap_or(6);
        let denominator = self.denominator.max(1);
        let mut rest = self.numerator.rem_euclid(denominator);
        write!(f, "{}.", self.numerator.div_euclid(denominator))?;
        for _ in 0..places {
            let Some(tenfold) = rest.checked_mul(10) else {
                break;
            };
            write!(f, "{}", tenfold / denominator)?;
            rest = tenfold % denominator;
        }
        Ok(())
    }
}
