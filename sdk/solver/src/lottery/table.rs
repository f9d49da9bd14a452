//! Panels as a table of seats, panel by type, and the moves between them.
use mycel_kit::lottery::Frame;

use super::round::bits;

/// Panels that need not keep their quotas yet.
pub struct Table {
    types: usize,
    rows: usize,
    /// Persons of each type.
    limits: Vec<u32>,
    /// Which quotas each type counts for.
    pub masks: Vec<u64>,
    quotas: Vec<(i32, i32)>,
    seats: Vec<u16>,
    /// The types seated in each panel, in no order.
    seated: Vec<Vec<u16>>,
    /// How many each panel seats of each quota.
    sums: Vec<i32>,
    /// Σ over quotas of the square of how far each panel is off.
    pub off: Vec<i32>,
    /// Quotas of which each panel may lose one, as bits.
    spare: Vec<u64>,
    /// Quotas of which each panel may take one more.
    room: Vec<u64>,
}

/// One seat of panel `a` goes from type `s` to `t`, one of panel `b` from `t` to `s`.
#[derive(Clone, Copy)]
pub struct Swap {
    pub a: usize,
    pub s: usize,
    pub b: usize,
    pub t: usize,
}

/// Which quotas each type counts for, as bits.
pub fn masks(frame: &Frame<'_>) -> Vec<u64> {
    let of = |kind| {
        frame
            .quotas_of(kind)
            .iter()
            .fold(0, |mask, q| mask | 1 << q)
    };
    (0..frame.types()).map(of).collect()
}

impl Table {
    /// Deals the seats of each type, `sums[t]` in all, to so many panels like cards, types in the given order: every
    /// panel gets k, and of each run of types as many as any other panel, give or take one.
    pub fn deal(
        frame: &Frame<'_>,
        rows: usize,
        quotas: &[(i64, i64)],
        sums: &[i64],
        order: &[usize],
    ) -> Self {
        let types = frame.types();
        let pool = frame.pool();
        // at most k
        let quotas: Vec<(i32, i32)> = quotas.iter().map(|q| (q.0 as i32, q.1 as i32)).collect();
        let mut table = Self {
            types,
            rows,
            limits: pool.counts.clone(),
            masks: masks(frame),
            seats: vec![0; rows * types],
            seated: vec![Vec::new(); rows],
            sums: vec![0; rows * quotas.len()],
            off: vec![0; rows],
            spare: vec![0; rows],
            room: vec![0; rows],
            quotas,
        };
        let mut next = 0usize;
        for &kind in order {
            let sum = sums[kind] as usize;
            let (each, extra) = (sum / rows, sum % rows);
            let run = |row: usize| (row + rows - next) % rows < extra;
            for row in 0..rows {
                let seats = each + usize::from(run(row));
                if seats > 0 {
                    table.seats[row * types + kind] = seats as u16;
                    table.seated[row].push(kind as u16);
                    for quota in bits(table.masks[kind]) {
                        table.sums[row * table.quotas.len() + quota] += seats as i32;
                    }
                }
            }
            next = (next + extra) % rows;
        }
        for row in 0..rows {
            table.off[row] = (0..table.quotas.len())
                .map(|quota| table.excess(quota, table.sum(row, quota)))
                .sum();
            (0..table.quotas.len()).for_each(|quota| table.note(row, quota));
        }
        table
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn types(&self) -> usize {
        self.types
    }

    pub fn seats(&self, row: usize, kind: usize) -> u16 {
        self.seats[row * self.types + kind]
    }

    pub fn seated(&self, row: usize) -> &[u16] {
        &self.seated[row]
    }

    fn sum(&self, row: usize, quota: usize) -> i32 {
        self.sums[row * self.quotas.len() + quota]
    }

    fn excess(&self, quota: usize, sum: i32) -> i32 {
        let (min, max) = self.quotas[quota];
        let off = (min - sum).max(sum - max).max(0);
        off * off
    }

    /// A quota that a panel does not keep, the nth of them, and whether it has too many.
    pub fn broken(&self, row: usize, nth: u64) -> Option<(usize, bool)> {
        let off = (0..self.quotas.len()).filter(|&q| self.excess(q, self.sum(row, q)) > 0);
        let off: Vec<usize> = off.collect();
        let quota = *off.get((nth % off.len().max(1) as u64) as usize)?;
        Some((quota, self.sum(row, quota) > self.quotas[quota].1))
    }

    /// How the squares change where a panel lets one of type `out` go and takes one of type `new`.
    pub fn change(&self, row: usize, out: usize, new: usize) -> i32 {
        let mut change = 0;
        for quota in bits(self.masks[out] & !self.masks[new]) {
            let sum = self.sum(row, quota);
            change += self.excess(quota, sum - 1) - self.excess(quota, sum);
        }
        for quota in bits(self.masks[new] & !self.masks[out]) {
            let sum = self.sum(row, quota);
            change += self.excess(quota, sum + 1) - self.excess(quota, sum);
        }
        change
    }

    /// Whether a panel has room for one more of a type.
    pub fn has_room(&self, row: usize, kind: usize) -> bool {
        u32::from(self.seats(row, kind)) < self.limits[kind]
    }

    /// Whether there are seats to swap and persons for them.
    pub fn possible(&self, swap: Swap) -> bool {
        let Swap { a, s, b, t } = swap;
        a != b
            && s != t
            && self.seats(a, s) > 0
            && self.seats(b, t) > 0
            && self.has_room(a, t)
            && self.has_room(b, s)
    }

    pub fn swap(&mut self, swap: Swap) {
        self.replace(swap.a, swap.s, swap.t);
        self.replace(swap.b, swap.t, swap.s);
    }

    /// One seat of a panel goes from one type to another.
    pub fn replace(&mut self, row: usize, out: usize, new: usize) {
        self.off[row] += self.change(row, out, new);
        let base = row * self.types;
        self.seats[base + out] -= 1;
        if self.seats[base + out] == 0 {
            self.seated[row].retain(|kind| usize::from(*kind) != out);
        }
        if self.seats[base + new] == 0 {
            self.seated[row].push(new as u16);
        }
        self.seats[base + new] += 1;
        let base = row * self.quotas.len();
        bits(self.masks[out]).for_each(|quota| self.sums[base + quota] -= 1);
        bits(self.masks[new]).for_each(|quota| self.sums[base + quota] += 1);
        bits(self.masks[out] ^ self.masks[new]).for_each(|quota| self.note(row, quota));
    }

    /// Notes whether a panel may lose or take one of a quota.
    fn note(&mut self, row: usize, quota: usize) {
        let (sum, (min, max)) = (self.sum(row, quota), self.quotas[quota]);
        for (bits, may) in [
            (&mut self.spare[row], sum > min),
            (&mut self.room[row], sum < max),
        ] {
            *bits = *bits & !(1 << quota) | u64::from(may) << quota;
        }
    }

    /// Whether a panel that keeps its quotas does so after one seat goes from one type to another.
    pub fn keeps(&self, row: usize, out: usize, new: usize) -> bool {
        let (lost, gained) = (
            self.masks[out] & !self.masks[new],
            self.masks[new] & !self.masks[out],
        );
        lost & !self.spare[row] == 0 && gained & !self.room[row] == 0
    }

    /// Σ seats of each type.
    pub fn totals(&self) -> Vec<i64> {
        let mut totals = vec![0; self.types];
        for row in self.seats.chunks(self.types.max(1)) {
            for (total, seats) in totals.iter_mut().zip(row) {
                *total += i64::from(*seats);
            }
        }
        totals
    }

    /// Each panel by ascending types.
    pub fn panels(&self) -> impl Iterator<Item = Vec<(u16, u16)>> + '_ {
        (0..self.rows).map(|row| {
            let mut kinds = self.seated[row].clone();
            kinds.sort_unstable();
            let seats = |kind| (kind, self.seats(row, usize::from(kind)));
            kinds.into_iter().map(seats).collect()
        })
    }
}
