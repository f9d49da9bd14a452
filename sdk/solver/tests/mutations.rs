//! Mutated certificates are refused by the contracts' verifier: 1,000 by default, `MYCEL_MUTATIONS=100000` for all.
//!
//! A mutation may happen to be another optimal certificate. Whether it is, is decided by arithmetic of this file's
//! own, and the verifier must agree both ways.
use mycel_kit::flow::{Body, encode};
use mycel_solver::{
    Error, Options, Problem, Solution,
    generate::{self, Random},
    solve, unwatched,
};

/// Feasible and without a gap, in 128 bits and by the book: the cost is the dual's value.
fn truly_optimal(problem: &Problem, solution: &Solution) -> bool {
    let mut left: Vec<i128> = problem.supplies().iter().map(|&s| s.into()).collect();
    let (mut primal, mut dual) = (0i128, 0i128);
    for (edge, &flow) in problem.edges().iter().zip(&solution.flow) {
        if flow < 0 || flow > edge.capacity {
            return false;
        }
        left[edge.tail as usize] -= i128::from(flow);
        left[edge.head as usize] += i128::from(flow);
        primal += i128::from(edge.cost) * i128::from(flow);
        let [tail, head] =
            [edge.tail, edge.head].map(|n| i128::from(solution.potentials[n as usize]));
        dual += i128::from(edge.capacity) * (i128::from(edge.cost) + tail - head).min(0);
    }
    for (&supply, &potential) in problem.supplies().iter().zip(&solution.potentials) {
        dual -= i128::from(supply) * i128::from(potential);
    }
    left.iter().all(|&rest| rest == 0) && primal == dual
}

#[test]
fn every_mutation_is_refused_unless_it_is_another_optimum() {
    let wanted: u32 =
        std::env::var("MYCEL_MUTATIONS").map_or(1000, |n| n.parse().expect("a number"));
    let (mut refused, mut equivalent, mut seed) = (0u32, 0u32, 0u64);
    while refused < wanted {
        seed += 1;
        let (_, problem) = generate::numbered(seed, 40);
        let solution = match solve(&problem, &Options::default(), &unwatched) {
            Ok(solution) => solution,
            Err(Error::Infeasible(_)) => continue,
            Err(other) => panic!("seed={seed}: {other}"),
        };
        assert!(truly_optimal(&problem, &solution), "seed={seed}");
        let mut random = Random::new(seed);
        for _ in 0..20 {
            let mut mutant = solution.clone();
            let step = match random.below(4) {
                0 => random.between(1, 1 << 40),
                1 => -random.between(1, 1 << 40),
                2 => 1,
                _ => -1,
            };
            if random.below(2) == 0 && !mutant.flow.is_empty() {
                let at = random.below(mutant.flow.len() as u64) as usize;
                mutant.flow[at] = match random.below(3) {
                    0 => problem.edges()[at].capacity,
                    1 => 0,
                    _ => mutant.flow[at].saturating_add(step),
                };
            } else {
                let at = random.below(mutant.potentials.len() as u64) as usize;
                mutant.potentials[at] += step;
            }
            if mutant == solution {
                continue;
            }
            let accepted = mutant
                .verify(&problem)
                .and_then(|verdict| verdict.optimal())
                .is_ok();
            assert_eq!(accepted, truly_optimal(&problem, &mutant), "seed={seed}");
            equivalent += u32::from(accepted);
            refused += u32::from(!accepted);
        }
    }
    eprintln!("refused={refused} other optima={equivalent}");
    assert!(equivalent < refused);
}

#[test]
fn a_damaged_compact_form_is_refused_or_is_the_same_or_another_optimum() {
    let wanted: u32 =
        std::env::var("MYCEL_MUTATIONS").map_or(1000, |n| n.parse().expect("a number"));
    let root = [7; 32];
    let (mut tried, mut seed) = (0, 0);
    while tried < wanted {
        seed += 1;
        let problem = generate::Family::Circulation.instance(12, seed);
        let solution = solve(&problem, &Options::default(), &unwatched).expect("a circulation");
        let capacity: Vec<i64> = problem.edges().iter().map(|e| e.capacity).collect();
        let body =
            encode(&root, &capacity, &solution.flow, &solution.potentials).expect("in bounds");
        let mut random = Random::new(seed);
        for _ in 0..50 {
            let mut damaged = body.clone();
            let at = random.below(body.len() as u64) as usize;
            match random.below(3) {
                0 => damaged[at] ^= 1 << random.below(8),
                1 => damaged.truncate(at),
                _ => damaged.insert(at, random.bits() as u8),
            }
            tried += 1;
            if let Some(read) = read(&damaged, root, &problem) {
                let accepted = read.verify(&problem).and_then(|v| v.optimal()).is_ok();
                assert_eq!(accepted, truly_optimal(&problem, &read), "seed={seed}");
            }
        }
    }
}

/// What a contract does with a body: the frame, the root, the counts, the flows. None if it refuses.
fn read(bytes: &[u8], root: [u8; 32], problem: &Problem) -> Option<Solution> {
    let body = Body::read(bytes).ok()?;
    if body.root != root
        || body.nodes as usize != problem.nodes()
        || body.edges as usize != problem.edges().len()
    {
        return None;
    }
    let mut flows = body.flows();
    let flow: Option<Vec<i64>> = problem
        .edges()
        .iter()
        .map(|e| flows.next(e.capacity).ok())
        .collect();
    Some(Solution {
        flow: flow?,
        potentials: body.potentials(),
    })
}
