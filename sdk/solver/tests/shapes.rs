//! Shapes that break recursion, degenerate trees and bounds.
use mycel_solver::{Edge, Error, Method, Options, Problem, clear, components, solve, unwatched};

fn edge(tail: u32, head: u32, capacity: i64, cost: i64) -> Edge {
    Edge {
        tail,
        head,
        capacity,
        cost,
    }
}

fn solved(supplies: Vec<i64>, edges: Vec<Edge>) -> i128 {
    let problem = Problem::new(supplies, edges).expect("sound");
    let mut costs = [Method::Simplex, Method::Scaling].map(|method| {
        let solution =
            solve(&problem, &Options { method, threads: 1 }, &unwatched).expect("feasible");
        solution
            .verify(&problem)
            .expect("feasible")
            .optimal()
            .expect("optimal");
        solution.cost(&problem)
    });
    costs.sort_unstable();
    assert_eq!(costs[0], costs[1]);
    costs[0]
}

const N: u32 = 100_000;

#[test]
fn a_path_a_star_and_a_hub_need_no_stack() {
    let ends = |first: i64| {
        let mut supplies = vec![0; 1000];
        (supplies[0], supplies[999]) = (first, -first);
        supplies
    };
    let path = (1..1000).map(|v| edge(v - 1, v, 9, 3)).collect();
    assert_eq!(solved(ends(7), path), 7 * 3 * 999);
    let mut star: Vec<i64> = vec![-1; 1000];
    star[0] = 999;
    let spokes = (1..1000).map(|v| edge(0, v, 2, i64::from(v))).collect();
    assert_eq!(solved(star, spokes), 999 * 1000 / 2);
    let hub = (1..1000)
        .flat_map(|v| [edge(v, 0, 5, 1), edge(0, v, 5, -2)])
        .collect();
    assert_eq!(solved(vec![0; 1000], hub), -5 * 999);
}

#[test]
fn a_circle_of_100_000_debts_is_one_component_and_clears() {
    let circle: Vec<Edge> = (0..N)
        .map(|v| edge(v, (v + 1) % N, 10 + i64::from(v % 7), -1))
        .collect();
    assert_eq!(components::strong(N as usize, &circle).count, 1);
    let solution = clear(N as usize, &circle, &Options::default(), &unwatched).expect("cleared");
    assert!(solution.flow.iter().all(|&f| f == 10));
}

#[test]
fn a_chain_of_100_000_debts_has_no_circle() {
    let chain: Vec<Edge> = (1..N).map(|v| edge(v - 1, v, 10, -1)).collect();
    assert_eq!(components::strong(N as usize, &chain).count, N);
    assert_eq!(components::weak(N as usize, &chain).count, 1);
    let solution = clear(N as usize, &chain, &Options::default(), &unwatched).expect("cleared");
    assert!(solution.flow.iter().all(|&f| f == 0));
    let problem = Problem::new(vec![0; N as usize], chain).expect("sound");
    solution
        .verify(&problem)
        .expect("feasible")
        .optimal()
        .expect("optimal");
}

#[test]
fn loops_parallel_edges_and_nothing_at_all_are_solved() {
    assert_eq!(solved(vec![], vec![]), 0);
    assert_eq!(solved(vec![0], vec![edge(0, 0, 4, -3)]), -12);
    assert_eq!(solved(vec![0], vec![edge(0, 0, 4, 3)]), 0);
    let parallel = vec![edge(0, 1, 2, 5), edge(0, 1, 2, 1), edge(0, 1, 9, 7)];
    assert_eq!(solved(vec![5, -5], parallel), 2 + 10 + 7);
    assert_eq!(
        solved(
            vec![0, 0],
            vec![edge(0, 1, i64::MAX, -1), edge(1, 0, i64::MAX, 0)]
        ),
        -i128::from(i64::MAX)
    );
}

#[test]
fn an_infeasible_instance_names_its_cut() {
    let edges = vec![edge(0, 1, 9, 1), edge(1, 2, 3, 1), edge(2, 3, 9, 1)];
    let problem = Problem::new(vec![5, 0, 0, -5], edges).expect("sound");
    let Err(Error::Infeasible(cut)) = solve(&problem, &Options::default(), &unwatched) else {
        panic!("not feasible");
    };
    assert_eq!((cut.nodes, cut.supply, cut.capacity), (vec![0, 1], 5, 3));
    // two parts, each without what the other has
    let apart =
        Problem::new(vec![5, 0, 0, -5], vec![edge(0, 1, 9, 1), edge(2, 3, 9, 1)]).expect("sound");
    let error = solve(&apart, &Options::default(), &unwatched)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("nodes=2 with first=0 must send out supply=5"),
        "{error}"
    );
}

#[test]
fn bad_instances_are_refused_by_their_first_offence() {
    let new = |supplies: &[i64], edges: &[Edge]| {
        Problem::new(supplies.to_vec(), edges.to_vec()).unwrap_err()
    };
    assert_eq!(new(&[1, 0], &[]), Error::Unbalanced { sum: 1 });
    assert_eq!(
        new(&[0, 0], &[edge(0, 1, 1, 1), edge(0, 7, 1, 1)]),
        Error::Endpoint {
            edge: 1,
            node: 7,
            nodes: 2
        }
    );
    assert_eq!(
        new(&[0, 0], &[edge(0, 1, -1, 1)]),
        Error::Capacity {
            edge: 0,
            capacity: -1
        }
    );
    assert!(matches!(
        new(&[0, 0], &[edge(0, 1, 1, i64::MIN)]),
        Error::Cost { edge: 0, .. }
    ));
    assert!(matches!(
        new(&[i64::MAX, i64::MIN], &[]),
        Error::Supply { node: 0, .. }
    ));
}

#[test]
fn potentials_stay_within_what_contracts_take_at_the_greatest_size_and_cost() {
    let nodes = 1u32 << 20;
    let mut supplies = vec![-1; nodes as usize];
    supplies[0] = i64::from(nodes) - 1;
    let edges: Vec<Edge> = (1..nodes).map(|v| edge(0, v, 1, 1 << 20)).collect();
    let problem = Problem::new(supplies, edges).expect("sound");
    let solution = solve(&problem, &Options::default(), &unwatched).expect("feasible");
    solution
        .verify(&problem)
        .expect("potentials within 2^40")
        .optimal()
        .expect("optimal");
}
