//! Quotas that cannot be kept.
use mycel_kit::lottery::{Pool, Quota, count_test};
use mycel_solver::{
    generate::Random,
    lottery::{Bound, LotteryError, Options, clash, solve},
    unwatched,
};

use super::random_pool;

fn quota(feature: u8, value: u8, min: u32, max: u32) -> Quota {
    Quota {
        feature,
        value,
        min,
        max,
    }
}

/// Five of ten are to be women, four of them old: but there are two old women, and only three old men may sit.
fn crossed() -> Pool {
    Pool {
        k: 10,
        // women: 20 young, 2 old; men: 20 young, 20 old
        counts: vec![20, 2, 20, 20],
        values: vec![vec![0, 0], vec![0, 1], vec![1, 0], vec![1, 1]],
        quotas: vec![
            quota(0, 0, 7, 8),
            quota(0, 1, 2, 3),
            quota(1, 0, 2, 4),
            quota(1, 1, 6, 8),
        ],
    }
}

#[test]
fn quotas_that_each_could_be_kept_but_not_together_are_named_with_the_nearest_that_can() {
    let pool = crossed();
    // each feature alone is fine
    count_test(&pool).expect("numbers meet");
    assert_eq!(
        solve(&pool, &Options::default(), &unwatched),
        Err(LotteryError::NoChances)
    );
    let clash = clash(&pool).expect("a pool").expect("a clash");
    // old women are 2: six old need four old men, or five with young at most 4 …
    let men = Bound {
        quota: 1,
        max: true,
    };
    let old = Bound {
        quota: 3,
        max: false,
    };
    assert!(
        clash.bounds.contains(&men)
            || clash.bounds.contains(&Bound {
                quota: 0,
                max: false
            }),
        "{clash:?}"
    );
    assert!(
        clash.bounds.contains(&old)
            || clash.bounds.contains(&Bound {
                quota: 2,
                max: true
            }),
        "{clash:?}"
    );
    assert_eq!(
        clash.relaxed.iter().map(|step| step.1).sum::<u32>(),
        2,
        "{clash:?}"
    );
    let mut relaxed = pool;
    for (bound, steps) in clash.relaxed {
        let quota = &mut relaxed.quotas[bound.quota];
        if bound.max {
            quota.max += steps;
        } else {
            quota.min -= steps;
        }
    }
    assert!(solve(&relaxed, &Options::default(), &unwatched).is_ok());
}

#[test]
fn a_clash_is_as_small_as_it_can_be_and_its_relaxation_suffices() {
    let seed = super::told("MYCEL_SEED", 11);
    let mut clashes = 0;
    for number in seed..seed + 60 {
        let mut random = Random::new(number);
        let mut pool = random_pool(&mut random, 40, &[2, 3, 3], 8, 1);
        // one quota asks for more
        let hurt = random.below(pool.quotas.len() as u64) as usize;
        pool.quotas[hurt].min = (pool.quotas[hurt].min + 2).min(8);
        pool.quotas[hurt].max = pool.quotas[hurt].max.max(pool.quotas[hurt].min);
        let Some(found) = clash(&pool).expect("a pool") else {
            continue;
        };
        clashes += 1;
        let only = |bounds: &[Bound]| {
            let mut pool = pool.clone();
            for (number, quota) in pool.quotas.iter_mut().enumerate() {
                if !bounds.contains(&Bound {
                    quota: number,
                    max: true,
                }) {
                    quota.max = pool.k;
                }
                if !bounds.contains(&Bound {
                    quota: number,
                    max: false,
                }) {
                    quota.min = 0;
                }
            }
            clash(&pool).expect("a pool").is_some()
        };
        assert!(
            only(&found.bounds),
            "seed={number}: what is named does not clash"
        );
        for left in 0..found.bounds.len() {
            let mut rest = found.bounds.clone();
            rest.remove(left);
            assert!(
                !only(&rest),
                "seed={number}: {:?} is named for nothing",
                found.bounds[left]
            );
        }
        let mut relaxed = pool.clone();
        for (bound, steps) in &found.relaxed {
            let quota = &mut relaxed.quotas[bound.quota];
            if bound.max {
                quota.max += steps;
            } else {
                quota.min -= steps;
            }
        }
        assert_eq!(clash(&relaxed).expect("a pool"), None, "seed={number}");
    }
    assert!(clashes >= 20, "clashes={clashes}");
}
