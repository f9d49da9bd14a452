//! A solver for pools whose quotas are one feature's, each exactly so many:
//! everybody with a value has the same chance, and systematic sampling makes
//! panels of it: type t gets floor((C_t + j)/m) − floor((C_(t−1) + j)/m) seats
//! of panel j, C being the sums of seats so far.

use std::collections::BTreeMap;

use mycel_kit::lottery::{Level, Lottery, Panel, Pool, encode};

/// The lottery over m panels; `turn` deals the remainders another way.
pub fn solve(pool: &Pool, m: u32, turn: u32) -> Lottery {
    let types = pool.counts.len();
    // groups: (seats, quota, types); without quotas all are one
    let mut groups: Vec<(u64, Option<usize>, Vec<usize>)> = Vec::new();
    let mut rest: Vec<usize> = (0..types).collect();
    for (place, quota) in pool.quotas.iter().enumerate() {
        assert_eq!(quota.min, quota.max, "this solver knows exact quotas only");
        let value = |kind: &usize| pool.values[*kind][usize::from(quota.feature)] == quota.value;
        let (of, others) = rest.into_iter().partition(value);
        rest = others;
        groups.push((quota.min.into(), Some(place), of));
    }
    let left = u64::from(pool.k) - groups.iter().map(|group| group.0).sum::<u64>();
    groups.push((left, None, rest));
    groups.retain(|group| !group.2.is_empty());
    let mut order: Vec<(usize, u64)> = Vec::new();
    for (seats, _, of) in &groups {
        order.extend(share(*seats * u64::from(m), of, &pool.counts, turn));
    }
    let mut panels: BTreeMap<Vec<(u16, u16)>, u32> = BTreeMap::new();
    for j in 0..u64::from(m) {
        let mut sum = j;
        let mut panel: Vec<(u16, u16)> = Vec::new();
        for (kind, seats) in &order {
            let before = sum / u64::from(m);
            sum += seats;
            let taken = sum / u64::from(m) - before;
            if taken > 0 {
                panel.push((*kind as u16, taken as u16));
            }
        }
        panel.sort_unstable();
        *panels.entry(panel).or_insert(0) += 1;
    }
    let mut levels: Vec<(u64, u64, Level)> = groups
        .iter()
        .map(|(seats, quota, of)| {
            let persons: u64 = of.iter().map(|kind| u64::from(pool.counts[*kind])).sum();
            let mut level = Level {
                y: vec![0; types],
                s: vec![0; types],
                mu: i64::from(quota.is_none()),
                u: vec![0; pool.quotas.len()],
                l: vec![0; pool.quotas.len()],
                d: persons,
            };
            of.iter().for_each(|kind| level.y[*kind] = 1);
            match quota {
                Some(place) => level.u[*place] = 1,
                // who has a quota takes at least so many seats
                None => level.l.fill(1),
            }
            (*seats, persons, level)
        })
        .collect();
    levels.sort_by(|a, b| (a.0 * b.1).cmp(&(b.0 * a.1)));
    Lottery {
        panels: panels
            .into_iter()
            .map(|(seats, times)| Panel { times, seats })
            .collect(),
        levels: levels.into_iter().map(|(_, _, level)| level).collect(),
    }
}

/// Seats in proportion to persons, by largest remainder.
fn share(total: u64, of: &[usize], counts: &[u32], turn: u32) -> Vec<(usize, u64)> {
    let persons: u64 = of.iter().map(|kind| u64::from(counts[*kind])).sum();
    let mut shares: Vec<(usize, u64)> = of
        .iter()
        .map(|kind| (*kind, total * u64::from(counts[*kind]) / persons.max(1)))
        .collect();
    let given: u64 = shares.iter().map(|(_, seats)| seats).sum();
    for place in 0..total - given {
        let at = (place + u64::from(turn)) as usize % shares.len();
        shares[at].1 += 1;
    }
    let first = turn as usize % shares.len().max(1);
    shares.rotate_left(first);
    shares
}

/// Its pages.
pub fn pages(pool: &Pool, m: u32, turn: u32) -> Vec<Vec<u8>> {
    encode(&solve(pool, m, turn))
}
