//! From a pool to a lottery that the contract accepts.
use mycel_kit::lottery::{
    Frame, Lottery, MAX_ENTRIES, MAX_LEVELS, Panel, Pool, Standing, Tally, Tolerance, Verdict,
    panels_for, verify,
};

use super::{
    LotteryError, dual,
    fill::fill,
    leximin::{Leximin, leximin},
    mix::mix,
    round::{Rounding, round},
    table::masks,
};
use crate::progress::Watch;

/// How a lottery is found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Twice the panels: what contracts ask for where nobody came within 2/m in time.
    pub doubled: bool,
}

/// A lottery and what it proves.
#[derive(Clone, Debug, PartialEq)]
pub struct Solved {
    /// Panels and levels.
    pub lottery: Lottery,
    /// How near its levels are proven: the narrowest tolerance under which the contract takes it; None if none.
    pub tolerance: Option<Tolerance>,
    /// What the contract's check says of it, where it takes it.
    pub verdict: Option<Verdict>,
    /// The proven gap of the first level before chances were rounded to m panels.
    pub gap: f64,
    /// The least chance anyone has.
    pub least: f64,
    /// What it is at most in any lottery, proven.
    pub bound: f64,
    /// The chance of each person of a type before rounding.
    pub chances: Vec<f64>,
    /// Seats that panels are off what chances ask for, over all types.
    pub off: u64,
}

/// Seats by which a quota is off its bound when it has room.
const ROOM: f64 = 1e-4;
/// Roundings that are tried, until panels add up to one.
const ROUNDINGS: [(Strict, u64); 5] = [
    (Strict::Priced, 0),
    (Strict::Priced, 1),
    (Strict::Kept, 0),
    (Strict::Far, 0),
    (Strict::Free, 0),
];

/// Bits of the rounding that stands for none: what the gap is proven at.
const FINE: i64 = 1 << 24;

/// Finds the lottery of a pool.
///
/// # Errors
/// A pool whose numbers cannot meet; quotas that clash.
pub fn solve(pool: &Pool, options: &Options, watch: &Watch<'_>) -> Result<Solved, LotteryError> {
    mycel_kit::lottery::count_test(pool)?;
    let frame = Frame::new(pool)?;
    let m = panels_for(frame.persons(), pool.k)? << u32::from(options.doubled);
    let found = leximin(&frame, watch)?;
    let panels = panels(&frame, m, &found, watch)?;
    let mut tally = Tally::begin(&frame, m)?;
    for panel in &panels {
        tally.panel(&frame, panel)?;
    }
    let off = off(&frame, m, &found.chances, &tally);
    let certified = |tolerance| {
        let levels = levels(&frame, &tally, &found, tolerance);
        let lottery = Lottery {
            panels: panels.clone(),
            levels,
        };
        let verdict = verify(pool, &lottery, m, tolerance).ok()?;
        Some((lottery, tolerance, verdict))
    };
    let accepted = certified(Tolerance::Close).or_else(|| certified(Tolerance::Wide));
    let bound = first_bound(&frame, &found);
    let least = (0..frame.types())
        .map(|kind| chance(tally.sums[kind] as i64, i64::from(m), pool.counts[kind]))
        .fold(f64::INFINITY, f64::min);
    let fine = whole(&frame, FINE, &found, Strict::Kept, 0).map_or(0.0, |sums| {
        let chances = sums.iter().zip(&pool.counts);
        chances
            .map(|(&sum, &count)| chance(sum, FINE, count))
            .fold(f64::INFINITY, f64::min)
    });
    let (tolerance, verdict, lottery) = match accepted {
        Some((lottery, tolerance, verdict)) => (Some(tolerance), Some(verdict), lottery),
        None => {
            let levels = found
                .levels
                .first()
                .and_then(|prices| dual::levels(&frame, prices).pop());
            let levels = levels.into_iter().collect();
            (None, None, Lottery { panels, levels })
        }
    };
    Ok(Solved {
        lottery,
        tolerance,
        verdict,
        gap: bound - fine,
        least,
        bound,
        chances: found.chances,
        off,
    })
}

fn chance(sum: i64, m: i64, count: u32) -> f64 {
    sum as f64 / (m as f64 * f64::from(count))
}

/// The least proven bound of the first level.
fn first_bound(frame: &Frame<'_>, found: &Leximin) -> f64 {
    let pool = frame.pool();
    let bound = |level: &mycel_kit::lottery::Level| {
        let mut bound = i128::from(pool.k) * i128::from(level.mu);
        for (quota, (u, l)) in level.u.iter().zip(&level.l).enumerate() {
            bound += i128::from(frame.max(quota)) * i128::from(*u);
            bound -= i128::from(pool.quotas[quota].min) * i128::from(*l);
        }
        let sure = level.s.iter().zip(&pool.counts);
        bound += sure
            .map(|(s, n)| i128::from(*s) * i128::from(*n))
            .sum::<i128>();
        bound as f64 / level.d as f64
    };
    let first = found
        .levels
        .first()
        .map(|prices| dual::levels(frame, prices));
    let bounds = first.iter().flatten().map(bound);
    bounds.filter(|bound| bound.is_finite()).fold(1.0, f64::min)
}

/// The levels that hold, until the first that does not.
fn levels(
    frame: &Frame<'_>,
    tally: &Tally,
    found: &Leximin,
    tolerance: Tolerance,
) -> Vec<mycel_kit::lottery::Level> {
    let mut standing = Standing::begin(frame);
    let mut levels = Vec::new();
    for prices in found.levels.iter().take(MAX_LEVELS) {
        let held = dual::levels(frame, prices).into_iter().find_map(|level| {
            let mut next = standing.clone();
            next.level(frame, tally, &level, tolerance).ok()?;
            Some((next, level))
        });
        let Some((next, level)) = held else { break };
        standing = next;
        levels.push(level);
    }
    levels
}

/// How strictly chances are rounded.
#[derive(Clone, Copy, PartialEq)]
enum Strict {
    /// Quotas with a price are filled in every panel, as proofs want it.
    Priced,
    /// Quotas are kept on the whole.
    Kept,
    /// Types are left further than a seat a person.
    Far,
    /// Quotas are left to the panels.
    Free,
}

/// Least and most that every panel is to seat of each quota.
fn quotas(frame: &Frame<'_>, found: &Leximin, strict: Strict) -> Vec<(i64, i64)> {
    let pool = frame.pool();
    let mut seated = vec![0.0; pool.quotas.len()];
    for (kind, (chance, count)) in found.chances.iter().zip(&pool.counts).enumerate() {
        for quota in frame.quotas_of(kind) {
            seated[usize::from(*quota)] += chance * f64::from(*count);
        }
    }
    let all = pool.quotas.iter().zip(seated).enumerate();
    all.map(|(number, (quota, seated))| {
        let bounds = (i64::from(quota.min), i64::from(frame.max(number)));
        // a price on what has room is an error of the program's last digits
        let full = |bound: i64| (seated - bound as f64).abs() < ROOM;
        match (strict, found.priced(number)) {
            (Strict::Priced, 1) if full(bounds.1) => (bounds.1, bounds.1),
            (Strict::Priced, -1) if full(bounds.0) => (bounds.0, bounds.0),
            _ => bounds,
        }
    })
    .collect()
}

/// Whole seats of each type over so many panels, as chances ask for.
fn whole(
    frame: &Frame<'_>,
    panels: i64,
    found: &Leximin,
    strict: Strict,
    seed: u64,
) -> Option<Vec<i64>> {
    let (pool, chances) = (frame.pool(), &found.chances);
    let counts = pool.counts.iter().map(|count| i64::from(*count));
    let targets: Vec<f64> = (chances.iter().zip(counts.clone()))
        .map(|(chance, count)| chance * count as f64 * panels as f64)
        .collect();
    let wide = matches!(strict, Strict::Far | Strict::Free);
    let bounds = (targets.iter().zip(counts)).map(|(target, count)| {
        let far = if wide { 8 * count } else { (count - 1).max(1) } as f64;
        let low = (target - far).ceil().max(0.0) as i64;
        let high = (target + far).floor() as i64;
        (low, high.min(count * panels))
    });
    let groups = match strict {
        Strict::Free => vec![(0, i64::from(pool.k)); pool.quotas.len()],
        _ => quotas(frame, found, strict),
    };
    let groups = groups
        .iter()
        .map(|&(low, high)| (panels * low, panels * high));
    let rounding = Rounding {
        total: panels * i64::from(pool.k),
        weights: &pool.counts,
        bounds: bounds.collect(),
        masks: &masks(frame),
        groups: groups.collect(),
        targets: &targets,
    };
    round(&rounding, seed)
}

/// m panels whose seats are as near to the chances as can be.
fn panels(
    frame: &Frame<'_>,
    m: u32,
    found: &Leximin,
    watch: &Watch<'_>,
) -> Result<Vec<Panel>, LotteryError> {
    let own = quotas(frame, found, Strict::Kept);
    let mut best: Option<(i64, Vec<Panel>)> = None;
    // another rounding may come apart into panels where one did not
    for (strict, seed) in ROUNDINGS {
        if strict != Strict::Priced && best.is_some() {
            break;
        }
        let Some(sums) = whole(frame, i64::from(m), found, strict, seed) else {
            continue;
        };
        let Some(panels) = compose(frame, m, &own, &sums, watch) else {
            continue;
        };
        let mut over = sums;
        for panel in &panels {
            for &(kind, seats) in &panel.seats {
                over[usize::from(kind)] -= i64::from(panel.times) * i64::from(seats);
            }
        }
        let off = over.iter().map(|over| over.abs()).sum();
        if best.as_ref().is_none_or(|best| off < best.0) {
            best = Some((off, panels));
        }
        if off == 0 {
            break;
        }
    }
    best.map(|best| best.1).ok_or(LotteryError::NoPanel)
}

/// m panels with these sums, each within the given quotas.
fn compose(
    frame: &Frame<'_>,
    m: u32,
    quotas: &[(i64, i64)],
    sums: &[i64],
    watch: &Watch<'_>,
) -> Option<Vec<Panel>> {
    let entries = frame.pool().k.min(frame.types() as u32);
    // so many different panels would be too long: most stand several times, and a few even out what this leaves over
    let most = MAX_ENTRIES / entries;
    let mut times = 1;
    while times < m && (if times > 1 { m / times - 1 + times } else { m }) > most {
        times *= 2;
    }
    // a quarter at most stands alone
    let alone = match times {
        1 => m,
        _ => times * ((most - m / times) / (times - 1)).clamp(1, (m / times / 4).max(1)),
    };
    let mut panels = Vec::new();
    let mut rest = sums.to_vec();
    if times > 1 {
        let rows = (m - alone) / times;
        let most = share(frame, (rows, times), alone, quotas, sums)?;
        draw_up(frame, (rows, times), quotas, &most, &mut panels, watch)?;
        for panel in &panels {
            for &(kind, seats) in &panel.seats {
                rest[usize::from(kind)] -= i64::from(panel.times) * i64::from(seats);
            }
        }
        // where the many came out otherwise, the few cannot have less than nobody
        let counts = frame.pool().counts.iter().map(|count| i64::from(*count));
        let bounded = rest.iter().zip(counts);
        if bounded
            .clone()
            .any(|(rest, count)| !(0..=i64::from(alone) * count).contains(rest))
        {
            return None;
        }
    }
    draw_up(frame, (alone, 1), quotas, &rest, &mut panels, watch)?;
    Some(panels)
}

/// What the many panels seat, each of them standing so many times, such that those that stand alone can seat the rest.
fn share(
    frame: &Frame<'_>,
    (rows, times): (u32, u32),
    alone: u32,
    quotas: &[(i64, i64)],
    sums: &[i64],
) -> Option<Vec<i64>> {
    let pool = frame.pool();
    let part = f64::from(rows) / f64::from(rows * times + alone);
    let (rows, times, alone) = (i64::from(rows), i64::from(times), i64::from(alone));
    // the many may have at most `rows` times a bound, and must leave no more than `alone` times it
    let between = |sum: i64, low: i64, high: i64| {
        let least = (sum - alone * high + times - 1).div_euclid(times);
        let most = (sum - alone * low).div_euclid(times);
        (least.max(rows * low), most.min(rows * high))
    };
    let masks = masks(frame);
    let targets: Vec<f64> = sums.iter().map(|&sum| sum as f64 * part).collect();
    let bounds = sums
        .iter()
        .zip(&pool.counts)
        .map(|(&sum, &count)| between(sum, 0, i64::from(count)));
    let groups = quotas.iter().enumerate().map(|(number, &(low, high))| {
        let own = sums
            .iter()
            .zip(&masks)
            .filter(|(_, mask)| *mask >> number & 1 == 1);
        let sum = own.map(|(sum, _)| sum).sum();
        between(sum, low, high)
    });
    let rounding = Rounding {
        total: rows * i64::from(pool.k),
        weights: &pool.counts,
        bounds: bounds.collect(),
        masks: &masks,
        groups: groups.collect(),
        targets: &targets,
    };
    (0..2).find_map(|seed| round(&rounding, seed))
}

/// Adds so many panels, each standing so many times.
fn draw_up(
    frame: &Frame<'_>,
    (rows, times): (u32, u32),
    quotas: &[(i64, i64)],
    sums: &[i64],
    panels: &mut Vec<Panel>,
    watch: &Watch<'_>,
) -> Option<()> {
    let pool = frame.pool();
    let mut table = fill(frame, rows as usize, quotas, sums, watch)?;
    mix(&mut table, &pool.counts, pool.k, watch);
    let mut all: Vec<_> = table.panels().collect();
    all.sort_unstable();
    for seats in all {
        match panels.last_mut() {
            Some(last) if last.seats == seats => last.times += times,
            _ => panels.push(Panel { times, seats }),
        }
    }
    Some(())
}

/// Σ over types of how many seats they are off what chances ask for, rounded down.
fn off(frame: &Frame<'_>, m: u32, chances: &[f64], tally: &Tally) -> u64 {
    let types = (0..frame.types()).map(|kind| {
        let wanted = chances[kind] * f64::from(frame.pool().counts[kind]) * f64::from(m);
        (tally.sums[kind] as f64 - wanted).abs().floor() as u64
    });
    types.sum()
}
