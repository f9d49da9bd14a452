//! Assignments and stable matchings against brute force.
use mycel_kit::flow::matching::Pair as Pairing;
use mycel_solver::{
    Edge, Options, Problem, assign,
    assignment::{AssignmentError, Pair},
    file::pairs as pairs_file,
    generate::Random,
    solve,
    stable::{Place, blocking_pair, stable},
    units, unwatched,
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

/// A market of one unit a side, as the contract freezes it.
fn market(random: &mut Random) -> (Problem, u32) {
    let (offers, needs) = (1 + random.below(7) as u32, 1 + random.below(7) as u32);
    let mut supplies = vec![i64::from(needs)];
    supplies.extend(std::iter::repeat_n(0, offers as usize));
    supplies.extend(std::iter::repeat_n(-1, needs as usize));
    let edge = |tail, head, cost| Edge {
        tail,
        head,
        capacity: 1,
        cost,
    };
    let mut edges = Vec::new();
    for offer in 1..=offers {
        edges.push(edge(0, offer, random.between(0, 5)));
    }
    for need in offers + 1..=offers + needs {
        edges.push(edge(0, need, random.between(20, 40)));
        for offer in 1..=offers {
            if random.below(3) > 0 {
                edges.push(edge(offer, need, random.between(0, 50)));
            }
        }
    }
    (Problem::new(supplies, edges).expect("an instance"), offers)
}

#[test]
fn a_market_of_units_is_solved_to_the_optimum_of_its_flow_with_prices_as_potentials() {
    for seed in 0..500 {
        let mut random = Random::new(seed);
        let (problem, _) = market(&mut random);
        let assigned = units::assignment(&problem).expect("of that form");
        let verdict = assigned.verify(&problem).expect("feasible");
        assert_eq!(verdict.gap, 0, "seed={seed}");
        let flow = solve(&problem, &Options::default(), &unwatched).expect("feasible");
        assert_eq!(assigned.cost(&problem), flow.cost(&problem), "seed={seed}");
    }
}

#[test]
fn a_graph_of_another_form_is_no_market_of_units() {
    let edge = |tail, head, capacity| Edge {
        tail,
        head,
        capacity,
        cost: 1,
    };
    let refused = |supplies: &[i64], edges: &[Edge]| {
        let problem = Problem::new(supplies.to_vec(), edges.to_vec()).expect("an instance");
        let error = units::assignment(&problem).expect_err("another form");
        error.to_string()
    };
    let begin = "no market of one unit a side: ";
    let two = refused(&[1, 0, -1], &[edge(0, 1, 1), edge(1, 2, 2)]);
    assert_eq!(two, format!("{begin}edge=1 capacity=2"));
    let twice = refused(&[2, -2], &[edge(0, 1, 1)]);
    assert_eq!(twice, format!("{begin}node=1 supply=-2"));
    let on = refused(&[1, 0, 0, -1], &[edge(0, 1, 1), edge(1, 2, 1)]);
    assert_eq!(on, format!("{begin}edge=1 tail=1 head=2"));
    let same = refused(&[1, 0, -1], &[edge(0, 1, 1), edge(1, 2, 1), edge(1, 2, 1)]);
    assert_eq!(same, format!("{begin}edge=2 tail=1 head=2"));
}

#[test]
fn pairs_are_matched_stably_and_as_is_best_for_the_right_side() {
    for seed in 0..500 {
        let mut random = Random::new(seed);
        let (lefts, rights) = (1 + random.below(6) as u32, 1 + random.below(6) as u32);
        let mut ranks = |from: u32, to: u32| -> Vec<Vec<u32>> {
            let lists = (0..from).map(|_| {
                let mut list: Vec<u32> = (0..to).collect();
                for at in (1..list.len()).rev() {
                    list.swap(at, random.below(at as u64 + 1) as usize);
                }
                list
            });
            lists.collect()
        };
        let (left, right) = (ranks(lefts, rights), ranks(rights, lefts));
        let mut edges = Vec::new();
        for (who, list) in (0u32..).zip(&left) {
            for (rank, other) in (1u16..).zip(list) {
                let back = right[*other as usize].iter().position(|left| *left == who);
                let pair = Pairing {
                    left: who,
                    right: lefts + other,
                    left_rank: rank,
                    right_rank: back.expect("ranked") as u16 + 1,
                };
                edges.push(pair.edge());
            }
        }
        let nodes = lefts + rights;
        let flow = units::stable_flow(nodes as usize, &edges);
        let verdict = units::verify_stable(nodes, &edges, &flow).expect("stable");
        assert_eq!((verdict.gap, verdict.matched), (0, lefts.min(rights)));
        // the form of files keeps all
        let text = pairs_file::write(nodes as usize, &edges);
        let read = pairs_file::read(&text).expect("as written");
        assert_eq!((read.nodes, read.edges), (nodes, edges), "seed={seed}");
    }
}

#[test]
fn a_file_of_pairs_that_is_wrong_is_refused_with_its_line() {
    let said = |text: &str| pairs_file::read(text).expect_err("refused").to_string();
    let head = "c mentors\np stable 4 1\n";
    for (line, story) in [
        ("a 1 5 1 1", "line=3: node=5 is not between 1 and 4"),
        ("a 1 3 0 1", "line=3: rank=0 is not between 1 and 63"),
        ("a 1 3 1 64", "line=3: rank=64 is not between 1 and 63"),
        ("a 1 1 1 1", "line=3: node=1 stands on both sides"),
        (
            "a 1 3 1",
            "line=3: expected `a LEFT RIGHT LEFT_RANK RIGHT_RANK`",
        ),
        ("a 1 3 1 1\na 1 4 1 1", "line=4: node=1 gives rank=1 twice"),
        ("a 1 3 1 1\na 2 3 1 1", "line=4: node=3 gives rank=1 twice"),
        (
            "a 1 3 1 1\na 3 4 1 1",
            "line=4: node=3 stands on both sides",
        ),
        (
            "a 1 3 1 1\na 2 4 1 1",
            "pairs=2 where the problem line says 1",
        ),
    ] {
        assert_eq!(said(&format!("{head}{line}\n")), story);
    }
    let first = "line=1: expected `p stable NODES PAIRS` before anything else";
    assert_eq!(said(""), first);
    assert!(said("p stable 2000000 1\n").contains("above"));
}
