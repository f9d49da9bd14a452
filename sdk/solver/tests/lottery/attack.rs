//! Friends who would rather sit together: perfect chances, and a lottery that loses.
use mycel_kit::lottery::{
    Frame, Lottery, Panel, Pool, Quota, Rank, Tolerance, Verdict, panels_for, verify,
};
use mycel_solver::{
    generate::Random,
    lottery::{Options, solve},
    unwatched,
};

use super::plain_panels;

/// 180 volunteers for 60 seats, half of them women; 30 friends, alike or of six kinds, and everybody's chance is 1/3.
fn town(kinds: u8) -> Pool {
    let mut pool = Pool {
        k: 60,
        quotas: [0, 1]
            .map(|value| Quota {
                feature: 0,
                value,
                min: 0,
                max: 60,
            })
            .into(),
        ..Pool::default()
    };
    for kind in 0..kinds {
        pool.counts.push(30 / u32::from(kinds));
        pool.values.push(vec![kind % 2, kind]);
    }
    for kind in 0..10 {
        pool.counts.push(15);
        pool.values.push(vec![kind % 2, 100 + kind]);
    }
    pool
}

/// Panels with all friends in a third of the draws and none in the others; everybody has exactly the chance 1/3.
fn friends(pool: &Pool, kinds: usize, m: u32) -> Vec<Panel> {
    let all: Vec<(u16, u16)> = (0u16..)
        .zip(&pool.counts[..kinds])
        .map(|(kind, &n)| (kind, n as u16))
        .collect();
    let thirds = m / 3;
    // m is no multiple of 3: one panel seats a third of the friends
    let mut panels = Vec::new();
    for number in 0..m {
        let mut seats = match number {
            _ if number < thirds => all.clone(),
            _ if number == thirds => {
                let mut left = (m % 3) * 10;
                let mut some = Vec::new();
                for &(kind, n) in &all {
                    let take = u32::from(n).min(left);
                    left -= take;
                    if take > 0 {
                        some.push((kind, take as u16));
                    }
                }
                some
            }
            _ => Vec::new(),
        };
        let missing = 60 - seats.iter().map(|seats| u32::from(seats.1)).sum::<u32>();
        for other in 0..10 {
            let share = missing / 10 + u32::from((other + 10 - number % 10) % 10 < missing % 10);
            seats.push((kinds as u16 + other as u16, share as u16));
        }
        panels.push(Panel { times: 1, seats });
    }
    panels
}

fn judge(pool: &Pool, panels: Vec<Panel>, levels: &Lottery, m: u32) -> Verdict {
    let lottery = Lottery {
        panels,
        levels: levels.levels.clone(),
    };
    verify(pool, &lottery, m, Tolerance::Wide).expect("an acceptable lottery")
}

#[test]
fn friends_who_all_sit_in_a_third_of_the_draws_lose_to_a_plain_lottery_and_to_ours() {
    for kinds in [1u8, 6] {
        let pool = town(kinds);
        let frame = Frame::new(&pool).expect("a pool");
        let m = panels_for(180, 60).expect("a size");
        let ours = solve(&pool, &Options::default(), &unwatched).expect("a lottery");
        let ours_rank = ours.verdict.as_ref().expect("accepted").rank;
        let attack = judge(
            &pool,
            friends(&pool, usize::from(kinds), m),
            &ours.lottery,
            m,
        );
        // their chances are perfect to a seat in m
        let chance =
            |kind: usize| attack.tally.sums[kind] as f64 / f64::from(m * pool.counts[kind]);
        assert!(
            (0..pool.counts.len())
                .all(|kind| (chance(kind) - 1.0 / 3.0).abs() <= 1.0 / f64::from(m))
        );
        let together = attack.tally.sums[0];
        assert!(together >= u64::from(m) * 10 / u64::from(kinds) - 10);
        // a plain lottery has chances that are off: what it is compared by is the pair term alone
        let seed = super::told("MYCEL_SEED", 7);
        eprintln!("seed={seed}");
        let plain = plain_panels(&frame, m, &mut Random::new(seed));
        let plain_term = mycel_kit::lottery::pair_term(&frame, &plain);
        let plain_rank = Rank {
            settled: attack.rank.settled,
            pair_term: plain_term,
        };
        assert!(
            plain_rank > attack.rank,
            "kinds={kinds}: {plain_rank:?} {:?}",
            attack.rank
        );
        assert!(
            ours_rank > plain_rank,
            "kinds={kinds}: {ours_rank:?} {plain_rank:?}"
        );
        assert!(ours_rank > attack.rank);
    }
}
