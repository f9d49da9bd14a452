//! Mixes panels: swaps that keep every quota and every sum bring the pair term down, so that no two volunteers can
//! count on meeting.
use super::table::{Swap, Table};
use crate::{generate::Random, progress::Watch};

/// Work in cells of the pair table, and tries for each seat.
const WORK: usize = 24_000_000;
const TRIES_PER_SEAT: usize = 40;
/// Tries in vain, for each type seated in a panel, after which it is mixed.
const IN_VAIN: usize = 16;

/// Swaps while it helps. `counts` are the persons of each type, `seats` the size of a panel.
pub fn mix(table: &mut Table, counts: &[u32], seats: u32, watch: &Watch<'_>) {
    let types = table.types();
    if table.rows() < 2 || types < 2 {
        return;
    }
    let mut pairs = Pairs::new(table, counts);
    let mut random = Random::new(0x2545_F491_4F6C_DD1D);
    let each = 2 * types.min(seats as usize);
    let tries = (WORK / each).min(TRIES_PER_SEAT * table.rows() * seats as usize);
    let patience = IN_VAIN * table.rows() * types.min(seats as usize);
    let mut last = 0;
    for step in 0..tries {
        if step - last > patience {
            return;
        }
        if step % 4096 == 4095 {
            watch(4096);
        }
        let a = random.below(table.rows() as u64) as usize;
        let b = random.below(table.rows() as u64) as usize;
        let pick = |random: &mut Random, row: usize| {
            let kinds = table.seated(row);
            usize::from(kinds[random.below(kinds.len() as u64) as usize])
        };
        let swap = Swap {
            a,
            s: pick(&mut random, a),
            b,
            t: pick(&mut random, b),
        };
        let Swap { s, t, .. } = swap;
        if !table.possible(swap) || !table.keeps(a, s, t) || !table.keeps(b, t, s) {
            continue;
        }
        if pairs.gain(table, swap) < -1e-12 {
            pairs.apply(table, swap);
            table.swap(swap);
            last = step;
        }
    }
}

/// How often pairs of types meet, and what a meeting weighs.
struct Pairs {
    types: usize,
    met: Vec<i64>,
    weight: Vec<f64>,
}

impl Pairs {
    fn new(table: &Table, counts: &[u32]) -> Self {
        let types = table.types();
        let mut pairs = Self {
            types,
            met: vec![0; types * types],
            weight: vec![0.0; types * types],
        };
        for (s, n) in counts.iter().map(|count| f64::from(*count)).enumerate() {
            for (t, other) in counts.iter().map(|count| f64::from(*count)).enumerate() {
                let both = if s == t {
                    n * (n - 1.0) / 2.0
                } else {
                    n * other
                };
                pairs.weight[s * types + t] = if both > 0.0 { 1.0 / both } else { 0.0 };
            }
        }
        for row in 0..table.rows() {
            let kinds = table.seated(row);
            for &s in kinds {
                for &t in kinds {
                    let (s, t) = (usize::from(s), usize::from(t));
                    let (a, b) = (
                        i64::from(table.seats(row, s)),
                        i64::from(table.seats(row, t)),
                    );
                    pairs.met[s * types + t] += if s == t { a * (a - 1) / 2 } else { a * b };
                }
            }
        }
        pairs
    }

    /// Each cell that a swap changes, once, and by how much.
    fn changes(&self, table: &Table, swap: Swap, mut each: impl FnMut(usize, usize, i64)) {
        let Swap { a, s, b, t } = swap;
        let seats = |row: usize, kind: usize| i64::from(table.seats(row, kind));
        let mut pair = |u: usize| {
            let more = seats(b, u) - seats(a, u);
            if u != s && u != t && more != 0 {
                each(s, u, more);
                each(t, u, -more);
            }
        };
        for &u in table.seated(a) {
            pair(usize::from(u));
        }
        for &u in table.seated(b) {
            if table.seats(a, usize::from(u)) == 0 {
                pair(usize::from(u));
            }
        }
        let (a_s, a_t, b_s, b_t) = (seats(a, s), seats(a, t), seats(b, s), seats(b, t));
        each(s, s, b_s - a_s + 1);
        each(t, t, a_t - b_t + 1);
        each(s, t, (a_s - a_t - 1) + (b_t - b_s - 1));
    }

    /// By how much the term changes.
    fn gain(&self, table: &Table, swap: Swap) -> f64 {
        let mut gain = 0.0;
        self.changes(table, swap, |s, t, change| {
            let cell = s * self.types + t;
            let (met, change) = (self.met[cell] as f64, change as f64);
            gain += (2.0 * met + change) * change * self.weight[cell];
        });
        gain
    }

    fn apply(&mut self, table: &Table, swap: Swap) {
        let mut list = Vec::new();
        self.changes(table, swap, |s, t, change| list.push((s, t, change)));
        for (s, t, change) in list {
            self.met[s * self.types + t] += change;
            if s != t {
                self.met[t * self.types + s] += change;
            }
        }
    }
}
