//! Brings the sums of panels that keep their quotas back to what they should be, quotas kept all along.
//!
//! A type with too many seats gives one up along a chain: in one panel its seat goes to a second type, in another a
//! seat of the second to a third, until a type with too few has it. Where two features tie seats together, two seats of
//! one panel change at once.
use std::collections::VecDeque;

use super::{
    fill::any,
    table::{Swap, Table},
};
use crate::{generate::Random, progress::Watch};

/// Rounds of chains, then moves at random; and how many moves.
const ROUNDS: usize = 300;
const MOVES: usize = 60_000;
/// Rounds in vain after which sums stay as near as they are.
const IN_VAIN: usize = 10;
/// Panels that are looked at for a step of a chain.
const LOOKED_AT: usize = 64;

/// Changes seats until the sums are right, or patience ends.
pub fn settle(table: &mut Table, sums: &[i64], watch: &Watch<'_>) {
    let mut random = Random::new(0x1405_7B7E_F767_814F);
    // seats of each type above what there should be
    let mut over: Vec<i64> = table.totals();
    over.iter_mut()
        .zip(sums)
        .for_each(|(over, sum)| *over -= sum);
    let (mut turn, mut least, mut vain) = (0, i64::MAX, 0);
    for _ in 0..ROUNDS {
        while chain(table, &mut over, &mut turn) {
            watch(1);
        }
        let off = over.iter().map(|over| over.abs()).sum();
        vain = if off < least { 0 } else { vain + 1 };
        least = least.min(off);
        if off == 0 || vain > IN_VAIN {
            return;
        }
        for _ in 0..MOVES {
            twice(table, &mut over, &mut random);
            shuffle(table, &mut random);
        }
        watch(MOVES as u64);
    }
}

/// One seat from a type with too many to one with too few; `turn` says where panels are looked at first.
fn chain(table: &mut Table, over: &mut [i64], turn: &mut usize) -> bool {
    *turn += 1;
    let Some(path) = path(table, over, *turn * 7919) else {
        return false;
    };
    for (row, out, new) in path {
        let keeps =
            table.seats(row, out) > 0 && table.has_room(row, new) && table.keeps(row, out, new);
        if !keeps {
            // an earlier step of the chain was in the same panel; what is done is no worse
            break;
        }
        table.replace(row, out, new);
        over[out] -= 1;
        over[new] += 1;
    }
    true
}

/// The steps (panel, from, to) of a shortest chain.
fn path(table: &Table, over: &[i64], turn: usize) -> Option<Vec<(usize, usize, usize)>> {
    let types = table.types();
    let mut reached: Vec<Option<(usize, usize)>> = vec![None; types];
    let mut queue: VecDeque<usize> = (0..types).filter(|&kind| over[kind] > 0).collect();
    while let Some(kind) = queue.pop_front() {
        let rows = (0..table.rows()).map(|row| (row + turn) % table.rows());
        let rows: Vec<usize> = rows
            .filter(|&row| table.seats(row, kind) > 0)
            .take(LOOKED_AT)
            .collect();
        // what is too few first: most chains are of one step
        let few = (0..types).filter(|&next| over[next] < 0);
        for next in few.chain((0..types).filter(|&next| over[next] == 0)) {
            if reached[next].is_some() {
                continue;
            }
            let keeps =
                |row: &&usize| table.has_room(**row, next) && table.keeps(**row, kind, next);
            let Some(&row) = rows.iter().find(keeps) else {
                continue;
            };
            reached[next] = Some((row, kind));
            if over[next] < 0 {
                let mut steps = Vec::new();
                let mut at = next;
                while let Some((row, before)) = reached[at] {
                    steps.push((row, before, at));
                    at = before;
                }
                steps.reverse();
                return Some(steps);
            }
            queue.push_back(next);
        }
    }
    None
}

/// How Σ |over| changes by one seat.
fn nearer(over: &[i64], out: usize, new: usize) -> i64 {
    i64::from(over[out] <= 0) - i64::from(over[out] > 0) + i64::from(over[new] >= 0)
        - i64::from(over[new] < 0)
}

/// Two seats of a panel at once, if no sum gets further away by it.
fn twice(table: &mut Table, over: &mut [i64], random: &mut Random) {
    let row = random.below(table.rows() as u64) as usize;
    let types = table.types() as u64;
    // half of the time what is too many goes, and what is too few comes
    let wanted = |random: &mut Random, sign: i64, over: &[i64]| {
        let kinds = || (0..over.len()).filter(|&kind| over[kind].signum() == sign);
        let count = kinds().count() as u64;
        (count > 0)
            .then(|| kinds().nth(random.below(count) as usize))
            .flatten()
    };
    let focus = random.below(2) == 0;
    let s = match focus.then(|| wanted(random, 1, over)).flatten() {
        Some(kind) if table.seats(row, kind) > 0 => kind,
        Some(_) => return,
        None => any(random, table.seated(row)),
    };
    let t = random.below(types) as usize;
    if s == t || !table.has_room(row, t) {
        return;
    }
    let first = nearer(over, s, t);
    table.replace(row, s, t);
    over[s] -= 1;
    over[t] += 1;
    let p = any(random, table.seated(row));
    let q = match focus.then(|| wanted(random, -1, over)).flatten() {
        Some(kind) if random.below(2) == 0 => kind,
        _ => random.below(types) as usize,
    };
    let good = p != q
        && table.has_room(row, q)
        && table.off[row] + table.change(row, p, q) == 0
        && first + nearer(over, p, q) <= 0;
    let (out, new) = if good { (p, q) } else { (t, s) };
    table.replace(row, out, new);
    over[out] -= 1;
    over[new] += 1;
}

/// A swap that keeps all quotas.
fn shuffle(table: &mut Table, random: &mut Random) {
    let a = random.below(table.rows() as u64) as usize;
    let b = random.below(table.rows() as u64) as usize;
    let (s, t) = (any(random, table.seated(a)), any(random, table.seated(b)));
    let swap = Swap { a, s, b, t };
    if table.possible(swap) && table.keeps(a, s, t) && table.keeps(b, t, s) {
        table.swap(swap);
    }
}
