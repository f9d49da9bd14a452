//! Assignments and stable matchings against brute force.
use mycel_solver::{
    assign,
    assignment::{AssignmentError, Pair},
    generate::Random,
    stable::{Place, blocking_pair, stable},
};

/// The least cost over all assignments, by trying them.
fn brute(rows: u32, pairs: &[Pair], row: u32, taken: u32) -> Option<i64> {
    if row == rows {
        return Some(0);
    }
    pairs
        .iter()
        .filter(|p| p.row == row && taken & (1 << p.column) == 0)
        .filter_map(|p| Some(p.cost + brute(rows, pairs, row + 1, taken | 1 << p.column)?))
        .min()
}

fn random_pairs(rows: usize, columns: usize, random: &mut Random) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for row in 0..rows as u32 {
        for column in 0..columns as u32 {
            if random.below(3) > 0 {
                pairs.push(Pair {
                    row,
                    column,
                    cost: random.between(-9, 9),
                });
            }
        }
    }
    pairs
}

#[test]
fn assignments_are_optimal_and_prove_it() {
    let (mut solved, mut stuck) = (0, 0);
    for seed in 0..2000 {
        let mut random = Random::new(seed);
        let rows = 1 + random.below(6) as usize;
        let columns = rows + random.below(3) as usize;
        let pairs = random_pairs(rows, columns, &mut random);
        let best = brute(rows as u32, &pairs, 0, 0);
        match assign(rows, columns, &pairs) {
            Ok(assignment) => {
                assert_eq!(Some(assignment.cost), best.map(i128::from), "seed={seed}");
                assignment.verify(rows, columns, &pairs).expect("proven");
                solved += 1;
                // a cheaper pair than the prices allow, another column, another price: all refused
                let mut cheaper = pairs.clone();
                let at = random.below(pairs.len() as u64) as usize;
                cheaper[at].cost -= 1000;
                assert!(
                    assignment.verify(rows, columns, &cheaper).is_err(),
                    "seed={seed}"
                );
                let mut wrong = assignment.clone();
                wrong.columns[0] = (wrong.columns[0] + 1) % columns as u32;
                let other = wrong.verify(rows, columns, &pairs);
                let is_optimal_too = other.is_ok();
                if is_optimal_too {
                    assert!(
                        pairs
                            .iter()
                            .any(|p| p.row == 0 && p.column == wrong.columns[0])
                    );
                }
                let mut wrong = assignment.clone();
                wrong.row_prices[0] += 1;
                assert!(wrong.verify(rows, columns, &pairs).is_err(), "seed={seed}");
            }
            Err(AssignmentError::Infeasible {
                rows: few,
                columns: between,
            }) => {
                assert_eq!(best, None, "seed={seed}");
                let mut reach: Vec<u32> = pairs
                    .iter()
                    .filter(|p| few.contains(&p.row))
                    .map(|p| p.column)
                    .collect();
                reach.sort_unstable();
                reach.dedup();
                assert_eq!(reach.len(), between, "seed={seed}");
                assert!(between < few.len(), "seed={seed}");
                stuck += 1;
            }
            Err(other) => panic!("seed={seed}: {other}"),
        }
    }
    assert!(solved > 500 && stuck > 50, "solved={solved} stuck={stuck}");
}

#[test]
fn a_large_assignment_is_proven() {
    let mut random = Random::new(7);
    let (rows, columns) = (800, 1000);
    let mut pairs: Vec<Pair> = (0..20 * rows)
        .map(|k| Pair {
            row: (k % rows) as u32,
            column: random.node(columns),
            cost: random.between(0, 1000),
        })
        .collect();
    pairs.extend((0..rows as u32).map(|row| Pair {
        row,
        column: row,
        cost: 5000,
    }));
    let assignment = assign(rows, columns, &pairs).expect("a column each");
    assignment.verify(rows, columns, &pairs).expect("proven");
}

#[test]
fn a_pair_out_of_bounds_is_refused_by_its_number() {
    let pair = |row, column, cost| Pair { row, column, cost };
    assert!(matches!(
        assign(1, 1, &[pair(0, 0, 1), pair(0, 1, 1)]),
        Err(AssignmentError::Unknown { pair: 1, .. })
    ));
    assert!(matches!(
        assign(1, 1, &[pair(0, 0, i64::MIN)]),
        Err(AssignmentError::Cost { pair: 0, .. })
    ));
}

#[test]
fn stable_matchings_have_no_blocking_pair_and_are_best_for_applicants() {
    for seed in 0..1000 {
        let mut random = Random::new(seed);
        let (people, rooms) = (1 + random.below(6) as usize, 1 + random.below(5) as usize);
        let list = |random: &mut Random, of: usize| {
            let mut list = random.permutation(of);
            list.truncate(random.below(of as u64 + 1) as usize);
            list
        };
        let applicants: Vec<Vec<u32>> = (0..people).map(|_| list(&mut random, rooms)).collect();
        let places: Vec<Place> = (0..rooms)
            .map(|_| Place {
                room: 1 + random.below(2) as u32,
                prefers: list(&mut random, people),
            })
            .collect();
        let matched = stable(&applicants, &places);
        assert_eq!(
            blocking_pair(&applicants, &places, &matched),
            None,
            "seed={seed}"
        );
        // every other stable matching is no better for anyone
        let rank = |who: usize, place: Option<u32>| {
            place.map_or(usize::MAX, |p| {
                applicants[who]
                    .iter()
                    .position(|q| *q == p)
                    .unwrap_or(usize::MAX)
            })
        };
        let mut other = vec![None; people];
        let mut code = vec![0usize; people];
        'all: loop {
            for (who, at) in code.iter().enumerate() {
                other[who] = at.checked_sub(1).map(|p| p as u32);
            }
            if blocking_pair(&applicants, &places, &other).is_none() {
                for who in 0..people {
                    assert!(
                        rank(who, matched[who]) <= rank(who, other[who]),
                        "seed={seed} who={who}"
                    );
                }
            }
            let mut who = 0;
            loop {
                if who == people {
                    break 'all;
                }
                code[who] += 1;
                if code[who] <= rooms {
                    break;
                }
                code[who] = 0;
                who += 1;
            }
        }
    }
}
