//! Panels within their quotas whose seats add up to given sums.
//!
//! Seats are dealt like cards, then panels swap seats until each keeps its quotas: a swap leaves every sum as it is.
//! Where that gets stuck (quotas over three features and more can have chances on paper that no panels add up to), single
//! seats change their type too, and the sums come as near as they can.
use mycel_kit::lottery::Frame;

use super::table::{Swap, Table};
use crate::{generate::Random, progress::Watch};

/// Fewest tries of a repair, and how many more for each seat that is off.
const TRIES: usize = 200_000;
const TRIES_PER_OFF: usize = 400;
/// How often it is dealt anew.
const DEALS: u64 = 3;
/// Moves between reports.
const REPORT: usize = 1 << 16;

/// A table of panels that keep their quotas; None if none were found.
pub fn fill(frame: &Frame<'_>, rows: usize, sums: &[i64], watch: &Watch<'_>) -> Option<Table> {
    let mut last = None;
    for seed in 0..DEALS {
        let mut table = Table::deal(frame, rows, sums, &order(frame, seed));
        if repair(&mut table, seed, watch) {
            return Some(table);
        }
        last = Some(table);
    }
    let mut table = last?;
    let kept = force(&mut table, frame, sums, watch);
    kept.then_some(table)
}

/// Types by their values, the feature with the narrowest quotas first, equal ones in an order of chance.
fn order(frame: &Frame<'_>, seed: u64) -> Vec<usize> {
    let pool = frame.pool();
    let mut random = Random::new(seed);
    let features = pool.values.first().map_or(0, Vec::len);
    let room = |feature: usize| -> u32 {
        let quotas = pool.quotas.iter().enumerate();
        let own = quotas.filter(|(_, quota)| usize::from(quota.feature) == feature);
        own.map(|(number, quota)| frame.max(number) - quota.min.min(frame.max(number)))
            .sum()
    };
    let mut by: Vec<usize> = (0..features).collect();
    by.sort_by_key(|&feature| (room(feature), feature));
    if seed > 0 && features > 1 {
        by.rotate_left(seed as usize % features);
    }
    let dice: Vec<u64> = (0..frame.types()).map(|_| random.bits()).collect();
    let mut order: Vec<usize> = (0..frame.types()).collect();
    order.sort_by_cached_key(|&kind| {
        let values: Vec<u8> = by
            .iter()
            .map(|&feature| pool.values[kind][feature])
            .collect();
        (values, dice[kind])
    });
    order
}

/// Panels that do not keep their quotas, to pick from.
struct Broken {
    rows: Vec<usize>,
    place: Vec<usize>,
}

impl Broken {
    fn new(table: &Table) -> Self {
        let mut broken = Self {
            rows: Vec::new(),
            place: vec![usize::MAX; table.rows()],
        };
        (0..table.rows()).for_each(|row| broken.update(table, row));
        broken
    }

    fn update(&mut self, table: &Table, row: usize) {
        let listed = self.place[row] != usize::MAX;
        if (table.off[row] > 0) == listed {
            return;
        }
        if listed {
            let place = self.place[row];
            self.rows.swap_remove(place);
            if let Some(&moved) = self.rows.get(place) {
                self.place[moved] = place;
            }
            self.place[row] = usize::MAX;
        } else {
            self.place[row] = self.rows.len();
            self.rows.push(row);
        }
    }

    fn pick(&self, random: &mut Random) -> Option<usize> {
        let count = self.rows.len() as u64;
        (count > 0).then(|| self.rows[random.below(count) as usize])
    }
}

fn any(random: &mut Random, kinds: &[u16]) -> usize {
    usize::from(kinds[random.below(kinds.len() as u64) as usize])
}

/// Whether a change for the worse is taken: rarely, the more rarely the worse.
fn dares(random: &mut Random, change: i32) -> bool {
    change <= 0 || (change <= 6 && random.below(30 << (3 * (change - 1))) == 0)
}

/// Swaps seats until every panel keeps its quotas, or patience ends.
fn repair(table: &mut Table, seed: u64, watch: &Watch<'_>) -> bool {
    let mut random = Random::new(seed ^ 0xD1B5_4A32_D192_ED03);
    let mut broken = Broken::new(table);
    let off: i64 = table.off.iter().map(|off| i64::from(*off)).sum();
    let tries = TRIES + TRIES_PER_OFF * off as usize;
    for step in 0..tries {
        if step % REPORT == REPORT - 1 {
            watch(REPORT as u64);
        }
        let Some(a) = broken.pick(&mut random) else {
            return true;
        };
        if table.rows() < 2 {
            return false;
        }
        let Some((quota, many)) = table.broken(a, random.bits()) else {
            continue;
        };
        let s = any(&mut random, table.seated(a));
        if (table.masks[s] >> quota & 1 == 1) != many {
            continue;
        }
        let b = random.below(table.rows() as u64) as usize;
        let t = any(&mut random, table.seated(b));
        let swap = Swap { a, s, b, t };
        if (table.masks[t] >> quota & 1 == 1) == many || !table.possible(swap) {
            continue;
        }
        let change = table.change(a, s, t) + table.change(b, t, s);
        if dares(&mut random, change) {
            table.swap(swap);
            broken.update(table, a);
            broken.update(table, b);
        }
    }
    broken.rows.is_empty()
}

/// Lets single seats change their type: first every panel keeps its quotas, then sums come nearer while they do.
fn force(table: &mut Table, frame: &Frame<'_>, sums: &[i64], watch: &Watch<'_>) -> bool {
    let mut random = Random::new(0x5DEE_CE66);
    let types = table.types();
    let mut totals = table.totals();
    let count = |kind: usize| f64::from(frame.pool().counts[kind]);
    let away = |kind: usize, total: i64| {
        let off = (total - sums[kind]) as f64 / count(kind);
        off * off
    };
    let further = |totals: &[i64], out: usize, new: usize| {
        away(out, totals[out] - 1) - away(out, totals[out]) + away(new, totals[new] + 1)
            - away(new, totals[new])
    };
    let mut broken = Broken::new(table);
    for step in 0..40 * TRIES {
        if step % REPORT == REPORT - 1 {
            watch(REPORT as u64);
        }
        let Some(a) = broken.pick(&mut random) else {
            break;
        };
        let (s, t) = (
            any(&mut random, table.seated(a)),
            random.below(types as u64) as usize,
        );
        if s == t || !table.has_room(a, t) {
            continue;
        }
        let change = table.change(a, s, t);
        let worse = further(&totals, s, t);
        if dares(&mut random, change) && (change < 0 || worse < 0.0 || random.below(16) == 0) {
            table.replace(a, s, t);
            totals[s] -= 1;
            totals[t] += 1;
            broken.update(table, a);
        }
    }
    if !broken.rows.is_empty() {
        return false;
    }
    // one seat, or two of one panel at once, whatever brings the sums nearer within the quotas
    for step in 0..20 * TRIES {
        if step % REPORT == REPORT - 1 {
            watch(REPORT as u64);
        }
        let a = random.below(table.rows() as u64) as usize;
        let (s, t) = (
            any(&mut random, table.seated(a)),
            random.below(types as u64) as usize,
        );
        if s == t || !table.has_room(a, t) {
            continue;
        }
        let nearer = further(&totals, s, t);
        if table.change(a, s, t) == 0 && nearer < 0.0 {
            table.replace(a, s, t);
            totals[s] -= 1;
            totals[t] += 1;
            continue;
        }
        table.replace(a, s, t);
        totals[s] -= 1;
        totals[t] += 1;
        let (p, q) = (
            any(&mut random, table.seated(a)),
            random.below(types as u64) as usize,
        );
        let good = p != q
            && table.has_room(a, q)
            && table.off[a] + table.change(a, p, q) == 0
            && nearer + further(&totals, p, q) < 0.0;
        let (out, new) = if good { (p, q) } else { (t, s) };
        table.replace(a, out, new);
        totals[out] -= 1;
        totals[new] += 1;
    }
    true
}
