//! Small pools, all of whose panels can be counted.
use clarabel::{
    algebra::CscMatrix,
    solver::{
        DefaultSettings, DefaultSolver, IPSolver,
        SupportedConeT::{NonnegativeConeT, ZeroConeT},
    },
};
use mycel_kit::lottery::{Frame, Pool, check_panel};
use mycel_solver::{
    generate::Random,
    lottery::{LotteryError, Options, solve},
    unwatched,
};

use super::random_pool;

/// Every panel within the quotas.
fn all_panels(pool: &Pool) -> Vec<Vec<u16>> {
    fn extend(frame: &Frame<'_>, panel: &mut Vec<u16>, left: u32, all: &mut Vec<Vec<u16>>) {
        let pool = frame.pool();
        if panel.len() == pool.counts.len() {
            let seats: Vec<(u16, u16)> = (0u16..)
                .zip(panel.iter().copied())
                .filter(|seats| seats.1 > 0)
                .collect();
            if left == 0 && check_panel(frame, 0, &seats).is_ok() {
                all.push(panel.clone());
            }
            return;
        }
        for seats in 0..=pool.counts[panel.len()].min(left) {
            panel.push(seats as u16);
            extend(frame, panel, left - seats, all);
            panel.pop();
        }
    }
    let frame = Frame::new(pool).expect("a pool");
    let mut all = Vec::new();
    extend(&frame, &mut Vec::new(), pool.k, &mut all);
    all
}

/// The greatest least chance over all mixtures of panels.
fn best(pool: &Pool, panels: &[Vec<u16>]) -> f64 {
    let (types, columns) = (pool.counts.len(), panels.len() + 1);
    let (mut i, mut j, mut v, mut b) = (vec![], vec![], vec![], vec![1.0]);
    for column in 0..panels.len() {
        i.push(0);
        j.push(column);
        v.push(1.0);
    }
    for kind in 0..types {
        for (column, panel) in panels
            .iter()
            .enumerate()
            .filter(|(_, panel)| panel[kind] > 0)
        {
            i.push(1 + kind);
            j.push(column);
            v.push(-f64::from(panel[kind]) / f64::from(pool.counts[kind]));
        }
        i.push(1 + kind);
        j.push(panels.len());
        v.push(1.0);
        b.push(0.0);
    }
    for column in 0..panels.len() {
        i.push(1 + types + column);
        j.push(column);
        v.push(-1.0);
        b.push(0.0);
    }
    let rows = b.len();
    let a = CscMatrix::new_from_triplets(rows, columns, i, j, v);
    let mut costs = vec![0.0; columns];
    costs[panels.len()] = -1.0;
    let settings = DefaultSettings {
        verbose: false,
        ..DefaultSettings::default()
    };
    let cones = [ZeroConeT(1), NonnegativeConeT(rows - 1)];
    let p = CscMatrix::zeros((columns, columns));
    let mut solver = DefaultSolver::new(&p, &costs, &a, &b, &cones, settings).expect("a program");
    solver.solve();
    -solver.solution.obj_val
}

#[test]
fn on_small_pools_the_least_chance_is_the_best_of_all_mixtures_of_panels() {
    let seed = super::told("MYCEL_SEED", 1);
    let (mut accepted, mut widest, mut apart) = (0, 0.0f64, 0);
    let count = 150;
    for number in seed..seed + count {
        let mut random = Random::new(number);
        let shapes: [&[u64]; 5] = [&[3], &[2, 3], &[2, 2, 2], &[2, 3, 2], &[2, 2, 2, 2]];
        let features = shapes[random.below(5) as usize];
        let k = 2 + random.below(4) as u32;
        let persons = u64::from(k) + 2 + random.below(12);
        let room = random.below(3);
        let pool = random_pool(&mut random, persons, features, k, room);
        let panels = all_panels(&pool);
        let best = best(&pool, &panels);
        let solved = match solve(&pool, &Options::default(), &unwatched) {
            Ok(solved) => solved,
            Err(error) => panic!("seed={number}: {} panels exist: {error}", panels.len()),
        };
        assert!(
            solved.bound >= best - 1e-6,
            "seed={number}: bound={} best={best}",
            solved.bound
        );
        assert!(
            solved.least <= best + 1e-6,
            "seed={number}: least={} best={best}",
            solved.least
        );
        widest = widest.max(solved.bound - best);
        apart += u32::from(solved.bound - best > 1e-6);
        let m = f64::from(mycel_kit::lottery::panels_for(persons as u32, k).expect("a size"));
        if let Some(tolerance) = solved.tolerance {
            accepted += 1;
            assert!(
                solved.least >= best - f64::from(tolerance.panels()) / m - 1e-9,
                "seed={number}"
            );
        } else {
            // refused only where panels do not reach what the quotas allow on paper
            assert!(
                solved.bound - best > 1e-6,
                "seed={number}: least={} best={best} bound={}",
                solved.least,
                solved.bound
            );
        }
    }
    eprintln!(
        "accepted={accepted} of {count}; bound above the best of all panels in {apart}, by at most {widest:.4}"
    );
    assert!(accepted >= count * 9 / 10, "accepted={accepted}");
}

#[test]
fn where_no_panel_exists_none_is_claimed() {
    // three features whose pairs must differ: half a person of each kind would do, a whole one does not
    let quotas = (0u8..3).flat_map(|feature| {
        (0u8..2).map(move |value| mycel_kit::lottery::Quota {
            feature,
            value,
            min: 1,
            max: 1,
        })
    });
    let pool = Pool {
        k: 2,
        counts: vec![1; 4],
        values: vec![vec![0, 0, 0], vec![1, 1, 0], vec![1, 0, 1], vec![0, 1, 1]],
        quotas: quotas.collect(),
    };
    assert_eq!(all_panels(&pool).len(), 0);
    assert_eq!(
        solve(&pool, &Options::default(), &unwatched),
        Err(LotteryError::NoPanel)
    );
}
