//! Panels within their quotas whose seats add up to given sums.
//!
//! Seats are dealt like cards, then panels swap seats until each keeps its quotas: a swap leaves every sum as it is.
//! Panels for which none is found change single seats instead, and `settle` brings the sums back.
use mycel_kit::lottery::Frame;

use super::{
    settle::settle,
    table::{Swap, Table},
};
use crate::{generate::Random, progress::Watch};

/// Fewest tries of a repair, and how many more for each seat that is off.
const TRIES: usize = 50_000;
const TRIES_PER_OFF: usize = 80;
/// Tries of a change of single seats.
const TRIES_ALONE: usize = 4_000_000;
/// From which to which power of 1/2 a step for the worse by 1 is taken.
const COLD: (u32, u32) = (5, 12);
/// Moves between reports.
const REPORT: usize = 1 << 16;

/// A table of panels that keep these quotas, with sums as near as they were brought; None if none was found.
pub fn fill(
    frame: &Frame<'_>,
    rows: usize,
    quotas: &[(i64, i64)],
    sums: &[i64],
    watch: &Watch<'_>,
) -> Option<Table> {
    let mut table = Table::deal(frame, rows, quotas, sums, &order(frame));
    let kept = repair(&mut table, watch) || alone(&mut table, watch);
    if !kept {
        return None;
    }
    settle(&mut table, sums, watch);
    Some(table)
}

/// Types by their values, the feature with the narrowest quotas first, equal ones in an order of chance.
fn order(frame: &Frame<'_>) -> Vec<usize> {
    let pool = frame.pool();
    let mut random = Random::new(0);
    let features = pool.values.first().map_or(0, Vec::len);
    let room = |feature: usize| -> u32 {
        let quotas = pool.quotas.iter().enumerate();
        let own = quotas.filter(|(_, quota)| usize::from(quota.feature) == feature);
        own.map(|(number, quota)| frame.max(number) - quota.min.min(frame.max(number)))
            .sum()
    };
    let mut by: Vec<usize> = (0..features).collect();
    by.sort_by_key(|&feature| (room(feature), feature));
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

/// One of the types seated.
pub fn any(random: &mut Random, kinds: &[u16]) -> usize {
    usize::from(kinds[random.below(kinds.len() as u64) as usize])
}

/// Whether a change is taken: one for the worse by chance, the more rarely the worse and the colder it is.
fn dares(random: &mut Random, change: i32, cold: u32) -> bool {
    change <= 0 || random.bits().leading_zeros() >= change as u32 * cold
}

/// Swaps seats until every panel keeps its quotas, or patience ends.
fn repair(table: &mut Table, watch: &Watch<'_>) -> bool {
    let mut random = Random::new(0xD1B5_4A32_D192_ED03);
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
        let cold = COLD.0 + ((COLD.1 - COLD.0) as usize * step / tries) as u32;
        if dares(&mut random, change, cold) {
            table.swap(swap);
            broken.update(table, a);
            broken.update(table, b);
        }
    }
    broken.rows.is_empty()
}

/// Lets single seats of broken panels change their type until all keep their quotas.
fn alone(table: &mut Table, watch: &Watch<'_>) -> bool {
    let mut random = Random::new(0x5DEE_CE66);
    let mut broken = Broken::new(table);
    for step in 0..TRIES_ALONE {
        if step % REPORT == REPORT - 1 {
            watch(REPORT as u64);
        }
        let Some(a) = broken.pick(&mut random) else {
            return true;
        };
        let s = any(&mut random, table.seated(a));
        let t = random.below(table.types() as u64) as usize;
        if s == t || !table.has_room(a, t) {
            continue;
        }
        let change = table.change(a, s, t);
        if dares(&mut random, change, COLD.0) {
            table.replace(a, s, t);
            broken.update(table, a);
        }
    }
    broken.rows.is_empty()
}
