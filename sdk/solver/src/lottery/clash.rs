//! Which quotas cannot be kept together, and the nearest that can.
use mycel_kit::lottery::{Frame, Pool};

use super::{
    LotteryError,
    file::PoolFile,
    leximin::{QuotaRows, quota_rows},
    program::{Program, Row},
};

/// One side of a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bound {
    /// Which quota.
    pub quota: usize,
    /// Its max, or its min.
    pub max: bool,
}

/// Quotas that clash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// These alone cannot be kept together; without any one of them, the rest of them could.
    pub bounds: Vec<Bound>,
    /// How far which bounds give way in the nearest quotas that can be kept.
    pub relaxed: Vec<(Bound, u32)>,
}

impl Clash {
    /// The clash in words, with the names of the pool's file.
    #[must_use]
    pub fn story(&self, file: &PoolFile) -> String {
        let value = |bound: &Bound| {
            let quota = &file.quotas[bound.quota];
            if bound.max { quota.max } else { quota.min }
        };
        let name = |bound: &Bound| {
            let quota = &file.quotas[bound.quota];
            let side = if bound.max { "max" } else { "min" };
            format!("{}={} {side}={}", quota.feature, quota.value, value(bound))
        };
        let clashing: Vec<String> = self.bounds.iter().map(name).collect();
        let relaxed = self.relaxed.iter().map(|(bound, steps)| {
            let value = value(bound);
            let to = if bound.max {
                value + steps
            } else {
                value.saturating_sub(*steps)
            };
            format!("{} to {to}", name(bound))
        });
        let relaxed: Vec<String> = relaxed.collect();
        format!(
            "quotas cannot be kept together: {}; the nearest that can: change {}",
            clashing.join(", "),
            relaxed.join(", ")
        )
    }
}

/// How much is left over where quotas are called kept.
const KEPT: f64 = 1e-6;

/// Names the clash of a pool's quotas; None where there is none. Counts that fall short are a clash like any other.
///
/// # Errors
/// The pool's form; fewer volunteers than seats.
pub fn clash(pool: &Pool) -> Result<Option<Clash>, LotteryError> {
    let frame = Frame::new(pool)?;
    if frame.persons() < pool.k {
        mycel_kit::lottery::count_test(pool)?;
    }
    let all: Vec<Bound> = (0..pool.quotas.len())
        .flat_map(|quota| [true, false].map(|max| Bound { quota, max }))
        .collect();
    let Some((needed, _)) = elastic(pool, &all)? else {
        return Ok(None);
    };
    if needed <= KEPT {
        return Ok(None);
    }
    // one by one leaves unless the rest can then be kept
    let mut bounds = all.clone();
    for bound in all.iter().rev() {
        let rest: Vec<Bound> = bounds.iter().copied().filter(|b| b != bound).collect();
        if !possible(pool, &rest)? {
            bounds = rest;
        }
    }
    Ok(Some(Clash {
        relaxed: relax(pool, &all)?,
        bounds,
    }))
}

/// The pool with quotas relaxed.
fn widened(pool: &Pool, by: &[(Bound, u32)]) -> Pool {
    let mut pool = pool.clone();
    for &(bound, steps) in by {
        let quota = &mut pool.quotas[bound.quota];
        if bound.max {
            quota.max += steps;
        } else {
            quota.min -= steps.min(quota.min);
        }
    }
    pool
}

/// Whole steps, as few as were found: those that fractions need, rounded up, each then taken back while it can be.
fn relax(pool: &Pool, all: &[Bound]) -> Result<Vec<(Bound, u32)>, LotteryError> {
    let Some((_, needed)) = elastic(pool, all)? else {
        return Ok(Vec::new());
    };
    let up = needed
        .iter()
        .map(|amount| (amount - KEPT).ceil().max(0.0) as u32);
    let mut steps: Vec<(Bound, u32)> = all.iter().copied().zip(up).filter(|s| s.1 > 0).collect();
    // the least needed first
    let mut order: Vec<usize> = (0..steps.len()).collect();
    order.sort_by(|&a, &b| {
        let amount = |place: usize| {
            let bound = steps[place].0;
            needed[2 * bound.quota + usize::from(!bound.max)]
        };
        amount(a).total_cmp(&amount(b)).then(a.cmp(&b))
    });
    for place in order {
        while steps[place].1 > 0 {
            steps[place].1 -= 1;
            if !possible(&widened(pool, &steps), all)? {
                steps[place].1 += 1;
                break;
            }
        }
    }
    steps.retain(|step| step.1 > 0);
    Ok(steps)
}

/// Whether chances exist within some of the bounds.
fn possible(pool: &Pool, bounds: &[Bound]) -> Result<bool, LotteryError> {
    Ok(elastic(pool, bounds)?.is_some_and(|(needed, _)| needed <= KEPT))
}

/// The least sum by which bounds must give way, and each one's part; the bounds that are not named do not count.
fn elastic(pool: &Pool, bounds: &[Bound]) -> Result<Option<(f64, Vec<f64>)>, LotteryError> {
    let mut loose = pool.clone();
    for (number, quota) in loose.quotas.iter_mut().enumerate() {
        let named = |max| bounds.contains(&Bound { quota: number, max });
        if !named(true) {
            quota.max = pool.k;
        }
        if !named(false) {
            quota.min = 0;
        }
    }
    let frame = Frame::new(&loose)?;
    let types = frame.types();
    let give = |quota: usize, max: bool| types + 2 * quota + usize::from(!max);
    let columns = types + 2 * loose.quotas.len();
    let mut program = Program {
        costs: vec![0.0; columns],
        ..Program::default()
    };
    let rows = quota_rows(&frame, &mut program);
    for (quota, rows) in rows.iter().enumerate() {
        let (most, least) = match *rows {
            QuotaRows::Equal(row) => {
                program.equal[row].terms.push((give(quota, true), -1.0));
                program.equal[row].terms.push((give(quota, false), 1.0));
                continue;
            }
            QuotaRows::Between { most, least } => (most, least),
        };
        for (row, max) in [(most, true), (least, false)] {
            if let Some(row) = row {
                program.below[row].terms.push((give(quota, max), -1.0));
            }
        }
    }
    for kind in 0..types {
        for (sign, right) in [(1.0, 1.0), (-1.0, 0.0)] {
            let terms = vec![(kind, sign)];
            program.below.push(Row { terms, right });
        }
    }
    for column in types..columns {
        program.costs[column] = 1.0;
        let terms = vec![(column, -1.0)];
        program.below.push(Row { terms, right: 0.0 });
    }
    let Some(optimum) = program.solve() else {
        return Ok(None);
    };
    let parts = optimum.point[types..].to_vec();
    Ok(Some((parts.iter().sum(), parts)))
}
