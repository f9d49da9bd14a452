//! Lotteries: equal chances within quotas, proven; what is impossible is explained.
//!
//! `MYCEL_MUTATIONS` sets how many mutated lotteries are tried (default 10,000), `MYCEL_SEED` the first seed.

#[path = "lottery/attack.rs"]
mod attack;
#[path = "lottery/clashes.rs"]
mod clashes;
#[path = "lottery/exhaustive.rs"]
mod exhaustive;
#[path = "lottery/files.rs"]
mod files;
#[path = "lottery/fixtures.rs"]
mod fixtures;
#[path = "lottery/mutations.rs"]
mod mutations;

use mycel_kit::lottery::{Frame, Panel, Pool, Quota};
use mycel_solver::generate::Random;

/// A number from the environment, told on standard error where tests are random.
fn told(variable: &str, default: u64) -> u64 {
    let told = std::env::var(variable).ok();
    told.and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// A pool of so many persons over features with so many values, and quotas around a panel that exists.
fn random_pool(random: &mut Random, persons: u64, features: &[u64], k: u32, room: u64) -> Pool {
    let mut people: Vec<Vec<u8>> = (0..persons)
        .map(|_| {
            features
                .iter()
                .map(|&values| random.below(values) as u8)
                .collect()
        })
        .collect();
    let seated: Vec<Vec<u8>> = (0..k as usize)
        .map(|seat| {
            let other = seat + random.below((people.len() - seat) as u64) as usize;
            people.swap(seat, other);
            people[seat].clone()
        })
        .collect();
    let mut quotas = Vec::new();
    for (feature, &values) in (0u8..).zip(features) {
        for value in 0..values as u8 {
            let has = seated
                .iter()
                .filter(|person| person[usize::from(feature)] == value)
                .count() as u32;
            quotas.push(Quota {
                feature,
                value,
                min: has.saturating_sub(random.below(room + 1) as u32),
                max: (has + random.below(room + 1) as u32).min(k),
            });
        }
    }
    people.sort();
    let mut pool = Pool {
        k,
        quotas,
        ..Pool::default()
    };
    for person in people {
        if pool.values.last() == Some(&person) {
            *pool.counts.last_mut().expect("as many counts as values") += 1;
        } else {
            pool.values.push(person);
            pool.counts.push(1);
        }
    }
    pool
}

/// Panels of persons drawn at random among those that keep the quotas, by the method of who knows no better: seat
/// anybody, and begin anew when a quota breaks.
fn plain_panels(frame: &Frame<'_>, m: u32, random: &mut Random) -> Vec<Panel> {
    let pool = frame.pool();
    let people: Vec<u16> = (0u16..)
        .zip(&pool.counts)
        .flat_map(|(kind, &count)| std::iter::repeat_n(kind, count as usize))
        .collect();
    let mut panels = Vec::new();
    while panels.len() < m as usize {
        let mut people = people.clone();
        let k = pool.k as usize;
        for seat in 0..k {
            let other = seat + random.below((people.len() - seat) as u64) as usize;
            people.swap(seat, other);
        }
        people.truncate(k);
        people.sort_unstable();
        let mut seats: Vec<(u16, u16)> = Vec::new();
        for kind in people {
            match seats.last_mut() {
                Some(last) if last.0 == kind => last.1 += 1,
                _ => seats.push((kind, 1)),
            }
        }
        if mycel_kit::lottery::check_panel(frame, 0, &seats).is_ok() {
            panels.push(Panel { times: 1, seats });
        }
    }
    panels
}
