//! Both methods find the optimum on every family, and the verifier of the contracts agrees.
use mycel_solver::{
    CostScaling, Error, Method, NetworkSimplex, Options, Problem, Solution, generate, solve,
    unwatched,
};

fn by(method: Method, problem: &Problem) -> Result<Solution, Error> {
    let options = Options { method, threads: 1 };
    solve(problem, &options, &unwatched)
}

/// Optimal by the contracts' own verifier, or infeasible by a cut that is counted again.
fn proven(problem: &Problem, result: &Result<Solution, Error>) -> Option<i128> {
    match result {
        Ok(solution) => {
            let verdict = solution.verify(problem).expect("a feasible flow");
            verdict.optimal().expect("an optimal flow");
            assert_eq!(verdict.primal, solution.cost(problem));
            assert_eq!(solution.gap(problem), 0);
            Some(verdict.primal)
        }
        Err(Error::Infeasible(cut)) => {
            let inside = |node: u32| cut.nodes.binary_search(&node).is_ok();
            let supply: i128 = cut
                .nodes
                .iter()
                .map(|&node| i128::from(problem.supplies()[node as usize]))
                .sum();
            let capacity: i128 = problem
                .edges()
                .iter()
                .filter(|edge| inside(edge.tail) && !inside(edge.head))
                .map(|edge| i128::from(edge.capacity))
                .sum();
            assert_eq!((cut.supply, cut.capacity), (supply, capacity));
            assert!(supply > capacity, "the cut proves nothing: {cut}");
            None
        }
        Err(other) => panic!("neither optimal nor infeasible: {other}"),
    }
}

#[test]
fn both_methods_find_the_same_optimum_and_prove_it() {
    for seed in 0..3000 {
        let (family, problem) = generate::numbered(seed, 60);
        let simplex = proven(&problem, &by(Method::Simplex, &problem));
        let scaling = proven(&problem, &by(Method::Scaling, &problem));
        assert_eq!(simplex, scaling, "seed={seed} family={}", family.name());
        assert_eq!(
            simplex.is_none(),
            family == generate::Family::Infeasible,
            "seed={seed} family={}",
            family.name()
        );
    }
}

#[test]
fn larger_instances_are_solved_alike() {
    for seed in 0..21 {
        let (family, problem) = generate::numbered(seed, 4000);
        let simplex = proven(&problem, &by(Method::Simplex, &problem));
        let scaling = proven(&problem, &by(Method::Scaling, &problem));
        assert_eq!(simplex, scaling, "seed={seed} family={}", family.name());
    }
}

#[test]
fn an_infeasible_instance_does_not_fool_a_method_that_is_run_as_a_whole() {
    for seed in 0..50 {
        let problem = generate::Family::Infeasible.instance(50, seed);
        assert!(
            !NetworkSimplex::new(&problem).solve(&unwatched),
            "seed={seed}"
        );
        assert!(!CostScaling::new(&problem).solve(&unwatched), "seed={seed}");
    }
}
