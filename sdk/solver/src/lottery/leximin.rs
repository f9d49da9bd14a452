//! Chances level by level: the least as high as can be, then the least of the others, and so on.
use mycel_kit::lottery::Frame;

use super::{
    LotteryError,
    program::{Program, Row},
};
use crate::progress::Watch;

/// How much a settled chance may give way, so that the program keeps an interior and its prices stay small.
const GIVE: f64 = 1e-7;
/// A type's share of a level's weight from which on it counts as weighted.
const WEIGHTED: f64 = 1e-6;

/// A price of a quota up to this share of the greatest is none.
pub const PRICED: f64 = 1e-6;

/// Prices of one level as the program finds them.
pub struct Prices {
    /// Types settled before.
    pub before: Vec<bool>,
    /// Weight of each type as a whole; those of open types add up to 1.
    pub weights: Vec<f64>,
    /// Price of a seat.
    pub seat: f64,
    /// Price of each quota: above 0 of its max, below of its min.
    pub quotas: Vec<f64>,
}

/// What the program of all levels finds.
pub struct Leximin {
    /// The chance of each person of a type.
    pub chances: Vec<f64>,
    /// The levels, lowest first.
    pub levels: Vec<Prices>,
}

impl Leximin {
    /// Whether some level has a price on a quota's max (1), its min (−1), or on none (0). What has a price has no room.
    pub fn priced(&self, quota: usize) -> i8 {
        let price = |level: &Prices| {
            let greatest = level
                .quotas
                .iter()
                .fold(0.0f64, |most, price| most.max(price.abs()));
            let own = level.quotas[quota];
            (own.abs() > PRICED * greatest).then_some(if own > 0.0 { 1 } else { -1 })
        };
        self.levels.iter().find_map(price).unwrap_or(0)
    }
}

/// Adds size and quotas over the first variables, the persons' chances by type. Returns for each quota its row: in
/// `equal`, or its max and min in `below`, where there are any that can bind.
pub fn quota_rows(frame: &Frame<'_>, program: &mut Program) -> Vec<QuotaRows> {
    let pool = frame.pool();
    let seats = pool.counts.iter().map(|&count| f64::from(count));
    program.equal.push(Row {
        terms: seats.enumerate().collect(),
        right: f64::from(pool.k),
    });
    let mut members = vec![Vec::new(); pool.quotas.len()];
    for (kind, &count) in pool.counts.iter().enumerate() {
        for &quota in frame.quotas_of(kind) {
            members[usize::from(quota)].push((kind, f64::from(count)));
        }
    }
    let mut rows = Vec::with_capacity(members.len());
    for (number, terms) in members.into_iter().enumerate() {
        let (min, max) = (pool.quotas[number].min, frame.max(number));
        let there: f64 = terms.iter().map(|term| term.1).sum();
        if min == max {
            rows.push(QuotaRows::Equal(program.equal.len()));
            let right = f64::from(max);
            program.equal.push(Row { terms, right });
            continue;
        }
        let most = (f64::from(max) < there && max < pool.k).then(|| {
            program.below.push(Row {
                terms: terms.clone(),
                right: f64::from(max),
            });
            program.below.len() - 1
        });
        let least = (min > 0).then(|| {
            let terms = terms.iter().map(|&(kind, count)| (kind, -count)).collect();
            let right = -f64::from(min);
            program.below.push(Row { terms, right });
            program.below.len() - 1
        });
        rows.push(QuotaRows::Between { most, least });
    }
    rows
}

/// Where a quota stands in a program.
pub enum QuotaRows {
    Equal(usize),
    Between {
        most: Option<usize>,
        least: Option<usize>,
    },
}

/// All levels.
pub fn leximin(frame: &Frame<'_>, watch: &Watch<'_>) -> Result<Leximin, LotteryError> {
    let pool = frame.pool();
    let types = frame.types();
    let mut settled: Vec<Option<f64>> = vec![None; types];
    let mut found = Leximin {
        chances: vec![0.0; types],
        levels: Vec::new(),
    };
    while settled.iter().any(Option::is_none) {
        watch(1);
        let mut program = Program {
            costs: vec![0.0; types + 1],
            ..Program::default()
        };
        program.costs[types] = -1.0;
        let quotas = quota_rows(frame, &mut program);
        let first = program.below.len();
        for (kind, settled) in settled.iter().enumerate() {
            program.below.push(match settled {
                Some(chance) => Row {
                    terms: vec![(kind, -1.0)],
                    right: GIVE - chance,
                },
                None => Row {
                    terms: vec![(kind, -1.0), (types, 1.0)],
                    right: 0.0,
                },
            });
        }
        for kind in 0..types {
            program.below.push(Row {
                terms: vec![(kind, 1.0)],
                right: 1.0,
            });
        }
        // no chance is below 0
        program.below.push(Row {
            terms: vec![(types, -1.0)],
            right: 0.0,
        });
        let Some(optimum) = program.solve() else {
            if found.levels.is_empty() {
                return Err(LotteryError::NoChances);
            }
            // numbers too far apart: the levels so far hold, and the others' chances are what they were
            break;
        };
        let chance = optimum.point[types].clamp(0.0, 1.0);
        let weights: Vec<f64> = (0..types).map(|kind| optimum.price(first + kind)).collect();
        let level = Prices {
            before: settled.iter().map(Option::is_some).collect(),
            seat: optimum.prices[0],
            quotas: quotas
                .iter()
                .map(|rows| match *rows {
                    QuotaRows::Equal(row) => optimum.prices[row],
                    QuotaRows::Between { most, least } => {
                        let price = |row: Option<usize>| row.map_or(0.0, |row| optimum.price(row));
                        price(most) - price(least)
                    }
                })
                .collect(),
            weights,
        };
        let open = |kind: &usize| settled[*kind].is_none();
        let mut leaving: Vec<usize> = (0..types)
            .filter(open)
            .filter(|&kind| level.weights[kind] > WEIGHTED)
            .collect();
        if leaving.is_empty() {
            // some weight is at least its share of 1
            let heaviest = (0..types).filter(open).max_by(|&a, &b| {
                level.weights[a]
                    .total_cmp(&level.weights[b])
                    .then(b.cmp(&a))
            });
            leaving.extend(heaviest);
        }
        for kind in leaving {
            settled[kind] = Some(chance);
        }
        // the last point keeps all quotas, and every level but for what settled chances may give
        found.chances.copy_from_slice(&optimum.point[..types]);
        found.levels.push(level);
    }
    debug_assert!(pool.counts.len() == found.chances.len());
    Ok(found)
}
