//! A changed instance is solved from the last basis, to the same optimum as from nothing.
use mycel_solver::{
    Edge, Error, NetworkSimplex, Options, Problem, Solution,
    generate::{self, Random},
    solve, unwatched,
};

/// Other numbers on the same edges: some supplies moved, some capacities and costs new.
fn changed(problem: &Problem, random: &mut Random) -> Problem {
    let mut supplies = problem.supplies().to_vec();
    for _ in 0..random.below(4) {
        let amount = random.between(0, 200);
        supplies[random.node(problem.nodes()) as usize] += amount;
        supplies[random.node(problem.nodes()) as usize] -= amount;
    }
    let mut edges = problem.edges().to_vec();
    for _ in 0..random.below(4) {
        let at = random.below(edges.len() as u64) as usize;
        edges[at].capacity = match random.below(3) {
            0 => 0,
            1 => edges[at].capacity / 2,
            _ => edges[at].capacity + random.between(0, 1000),
        };
    }
    for _ in 0..random.below(4) {
        let at = random.below(edges.len() as u64) as usize;
        edges[at].cost += random.between(-50, 50);
    }
    Problem::new(supplies, edges).expect("a sound instance")
}

#[test]
fn warm_and_cold_agree_through_chains_of_changes() {
    for seed in 0..700 {
        let (family, mut problem) = generate::numbered(seed, 60);
        if problem.edges().is_empty() {
            continue;
        }
        let mut random = Random::new(seed);
        let mut simplex = NetworkSimplex::new(&problem);
        simplex.solve(&unwatched);
        for step in 0..8 {
            problem = changed(&problem, &mut random);
            simplex.change(&problem).expect("the same graph");
            let feasible = simplex.solve(&unwatched);
            let at = format!("seed={seed} step={step} family={}", family.name());
            match solve(&problem, &Options::default(), &unwatched) {
                Ok(cold) => {
                    assert!(feasible, "{at}");
                    let warm = Solution {
                        flow: simplex.flow(),
                        potentials: simplex.potentials(),
                    };
                    let verdict = warm.verify(&problem).expect("feasible");
                    verdict.optimal().unwrap_or_else(|e| panic!("{at}: {e}"));
                    assert_eq!(verdict.primal, cold.cost(&problem), "{at}");
                }
                Err(Error::Infeasible(_)) => assert!(!feasible, "{at}"),
                Err(other) => panic!("{at}: {other}"),
            }
        }
    }
}

#[test]
fn a_small_change_takes_few_steps() {
    let problem = generate::Family::Geometric.instance(3000, 1);
    let mut simplex = NetworkSimplex::new(&problem);
    assert!(simplex.solve(&unwatched));
    let cold = simplex.pivots();
    let mut supplies = problem.supplies().to_vec();
    supplies[17] += 100;
    supplies[2017] -= 100;
    let problem = Problem::new(supplies, problem.edges().to_vec()).expect("sound");
    simplex.change(&problem).expect("the same graph");
    assert!(simplex.solve(&unwatched));
    let warm = simplex.pivots() - cold;
    assert!(10 * warm < cold, "warm={warm} cold={cold}");
}

#[test]
fn another_graph_is_refused() {
    let edge = |tail, head| Edge {
        tail,
        head,
        capacity: 1,
        cost: 1,
    };
    let problem = |supplies: &[i64], edges: &[Edge]| {
        Problem::new(supplies.to_vec(), edges.to_vec()).expect("sound")
    };
    let mut simplex = NetworkSimplex::new(&problem(&[0; 3], &[edge(0, 1), edge(1, 2)]));
    assert!(simplex.solve(&unwatched));
    let refused = |simplex: &mut NetworkSimplex, other: Problem| {
        simplex.change(&other).unwrap_err().to_string()
    };
    assert_eq!(
        refused(&mut simplex, problem(&[0; 4], &[edge(0, 1), edge(1, 2)])),
        "nodes=4 where the instance has 3; a warm start keeps nodes and edges"
    );
    assert_eq!(
        refused(&mut simplex, problem(&[0; 3], &[edge(0, 1)])),
        "edges=1 where the instance has 2; a warm start keeps nodes and edges"
    );
    assert!(
        refused(&mut simplex, problem(&[0; 3], &[edge(0, 1), edge(2, 1)]))
            .starts_with("edge=1 joins other nodes")
    );
}
