//! Damaged lotteries.
use mycel_kit::lottery::{
    Frame, Lottery, Page, Pool, Tolerance, Verdict, encode, read_page, verify,
};
use mycel_solver::{
    generate::Random,
    lottery::{Options, solve},
    unwatched,
};

use super::random_pool;

fn solved(seed: u64) -> Option<(Pool, Lottery, Verdict)> {
    let mut random = Random::new(seed);
    let pool = random_pool(&mut random, 60, &[2, 3, 4], 9, 1);
    let solved = solve(&pool, &Options::default(), &unwatched).ok()?;
    Some((pool, solved.lottery, solved.verdict?))
}

/// One number of a lottery that must be as it is becomes another.
fn damage(lottery: &mut Lottery, random: &mut Random) -> &'static str {
    let below = |random: &mut Random, bound: usize| random.below(bound as u64) as usize;
    let panel = below(random, lottery.panels.len());
    let level = below(random, lottery.levels.len());
    let digits = random.below(50);
    let amount = 1 + random.below(1 << digits);
    match random.below(12) {
        0 => {
            let seat = below(random, lottery.panels[panel].seats.len());
            lottery.panels[panel].seats[seat].1 += 1;
            "one seat more"
        }
        1 => {
            let seat = below(random, lottery.panels[panel].seats.len());
            lottery.panels[panel].seats[seat].1 -= 1;
            "one seat less"
        }
        2 => {
            lottery.panels[panel].times += 1;
            "one panel more"
        }
        3 => {
            lottery.panels[panel].times -= 1;
            "one panel less"
        }
        4 => {
            lottery.panels[panel].seats.reverse();
            let first = lottery.panels[panel].seats[0];
            lottery.panels[panel].seats.push(first);
            "types out of order"
        }
        5 => {
            lottery.panels[panel].seats.last_mut().expect("seats").0 = 1 << 12;
            "an unknown type"
        }
        6 => {
            let level = &mut lottery.levels[level];
            let kind = below(random, level.y.len());
            level.y[kind] += amount;
            "a weight more"
        }
        7 => {
            lottery.levels[level].d ^= 1 << random.below(59);
            "another d"
        }
        8 => {
            lottery.levels[level].mu -= amount as i64;
            "seats are cheaper"
        }
        9 => {
            let level = &mut lottery.levels[level];
            level.mu = level.mu.saturating_add(1 << 60);
            "beyond the bound"
        }
        10 => {
            lottery.levels[level].s.pop();
            "too short"
        }
        _ => {
            lottery.levels[level].u.push(0);
            "too long"
        }
    }
}

#[test]
fn every_damaged_lottery_is_refused() {
    let count = super::told("MYCEL_MUTATIONS", 10_000);
    let seed = super::told("MYCEL_SEED", 1);
    let lotteries: Vec<_> = (seed..seed + 8).filter_map(solved).collect();
    assert!(lotteries.len() >= 4, "lotteries={}", lotteries.len());
    let mut random = Random::new(seed);
    for number in 0..count {
        let (pool, lottery, verdict) = &lotteries[number as usize % lotteries.len()];
        let mut damaged = lottery.clone();
        let what = damage(&mut damaged, &mut random);
        let judged = verify(pool, &damaged, verdict.tally.m, Tolerance::Wide);
        assert!(
            judged.is_err(),
            "seed={seed} number={number}: {what} is accepted"
        );
    }
}

/// Prices may change and prove another bound, seats may change and keep every quota: what is still accepted is true.
#[test]
fn what_is_changed_and_still_accepted_proves_a_bound_that_is_true() {
    let seed = super::told("MYCEL_SEED", 1);
    let (pool, lottery, verdict) = (seed..).find_map(solved).expect("a lottery");
    let exact = verdict.bound.numerator as f64 / verdict.bound.denominator as f64;
    let mut random = Random::new(seed);
    let mut accepted = 0;
    for number in 0..3_000 {
        let mut changed = lottery.clone();
        let level = &mut changed.levels[0];
        let list = match random.below(3) {
            0 => &mut level.u,
            1 => &mut level.l,
            _ => &mut level.s,
        };
        let place = random.below(list.len() as u64) as usize;
        let amount = 1 << random.below(42);
        list[place] = if random.below(2) == 0 {
            list[place] + amount
        } else {
            list[place].saturating_sub(amount)
        };
        if let Ok(verdict) = verify(&pool, &changed, verdict.tally.m, Tolerance::Wide) {
            accepted += 1;
            let bound = verdict.bound.numerator as f64 / verdict.bound.denominator as f64;
            assert!(
                bound >= exact - 1e-9,
                "seed={seed} number={number}: bound={bound} exact={exact}"
            );
        }
    }
    assert!(accepted < 3_000);
}

#[test]
fn pages_carry_a_lottery_and_damaged_ones_are_refused_or_carry_another() {
    let seed = super::told("MYCEL_SEED", 1);
    let (pool, lottery, verdict) = (seed..).find_map(solved).expect("a lottery");
    let frame = Frame::new(&pool).expect("a pool");
    let read = |pages: &[Vec<u8>]| {
        let mut read = Lottery::default();
        for page in pages {
            match read_page(&frame, page).ok()? {
                Page::Panels(panels) => read.panels.extend(panels),
                Page::Levels(levels) => read.levels.extend(levels),
            }
        }
        Some(read)
    };
    let pages = encode(&lottery);
    assert_eq!(read(&pages).as_ref(), Some(&lottery));
    let mut random = Random::new(seed);
    let mut refused = 0;
    for number in 0..4_000 {
        let mut damaged = pages.clone();
        let page = random.below(damaged.len() as u64) as usize;
        let at = random.below(damaged[page].len() as u64) as usize;
        match random.below(3) {
            0 => damaged[page].truncate(at),
            1 => damaged[page][at] ^= 1 << random.below(8),
            _ => damaged[page].insert(at, random.bits() as u8),
        }
        let Some(other) = read(&damaged) else {
            refused += 1;
            continue;
        };
        assert_ne!(
            other, lottery,
            "seed={seed} number={number}: two forms of one lottery"
        );
        refused += u32::from(verify(&pool, &other, verdict.tally.m, Tolerance::Close).is_err());
    }
    assert!(refused > 3_800, "refused={refused}");
}
