//! Clearing against the real graph and against brute force.
use mycel_kit::flow::{encode, verify};
use mycel_solver::{
    Edge, Error, Method, Options, Problem, clear,
    file::debts::Debts,
    generate::{Family, Random},
    solve, unwatched,
};

fn sarafu() -> Option<Debts> {
    let path = mycel_data::find("sarafu/debt.csv")?;
    let text = std::fs::read_to_string(path).expect("a readable file");
    Some(Debts::read(&text).expect("obligations"))
}

#[test]
fn sarafu_clears_67_359_percent_with_gap_0_and_a_certificate_below_100_kb() {
    let Some(debts) = sarafu() else { return };
    let nodes = debts.names.len();
    assert_eq!((nodes, debts.edges.len()), (37_677, 94_223));
    for method in [Method::Simplex, Method::Scaling] {
        let options = Options { method, threads: 1 };
        let solution = clear(nodes, &debts.edges, &options, &unwatched).expect("a circulation");
        let verdict = verify(
            &vec![0; nodes],
            &debts.edges,
            &solution.flow,
            &solution.potentials,
        )
        .expect("a feasible circulation");
        verdict.optimal().expect("gap 0");
        let total: i128 = debts.edges.iter().map(|e| i128::from(e.capacity)).sum();
        let cleared = -verdict.primal;
        assert_eq!(cleared, 72_671_889_614_000);
        // thousandths of a percent, rounded to the nearest
        assert_eq!((cleared * 200_000 + total) / (2 * total), 67_359);
        let capacity: Vec<i64> = debts.edges.iter().map(|e| e.capacity).collect();
        let body = encode(&[0; 32], &capacity, &solution.flow, &solution.potentials)
            .expect("a certificate in bounds");
        eprintln!("certificate bytes={} method={method:?}", body.len());
        assert!(body.len() <= 100_000, "bytes={}", body.len());
    }
}

#[test]
fn clearing_is_the_best_circulation_on_random_graphs() {
    for seed in 0..600 {
        let problem = Family::Circulation.instance(4 + seed as usize % 40, seed);
        let cleared = clear(
            problem.nodes(),
            problem.edges(),
            &Options::default(),
            &unwatched,
        )
        .expect("a circulation");
        let verdict = cleared.verify(&problem).expect("feasible");
        verdict.optimal().expect("optimal, pruned edges included");
        let whole = solve(&problem, &Options::default(), &unwatched).expect("a circulation");
        assert_eq!(verdict.primal, whole.cost(&problem), "seed={seed}");
    }
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    for seed in 0..40 {
        let mut random = Random::new(seed);
        // many small components, joined by debts that lead nowhere back
        let (mut edges, mut nodes) = (Vec::new(), 0u32);
        for _ in 0..20 {
            let part = Family::Circulation.instance(4 + random.below(30) as usize, random.bits());
            edges.extend(part.edges().iter().map(|e| Edge {
                tail: e.tail + nodes,
                head: e.head + nodes,
                ..*e
            }));
            if nodes > 0 {
                edges.push(Edge {
                    tail: random.node(nodes as usize),
                    head: nodes,
                    capacity: 5,
                    cost: -1,
                });
            }
            nodes += part.nodes() as u32;
        }
        let with = |threads| {
            let options = Options {
                threads,
                ..Options::default()
            };
            let solution = clear(nodes as usize, &edges, &options, &unwatched).expect("cleared");
            let problem = Problem::new(vec![0; nodes as usize], edges.clone()).expect("sound");
            solution
                .verify(&problem)
                .expect("feasible")
                .optimal()
                .expect("optimal");
            (solution, solve(&problem, &options, &unwatched))
        };
        let one = with(1);
        for threads in [2, 5] {
            assert_eq!(one, with(threads), "seed={seed} threads={threads}");
        }
    }
}

#[test]
fn a_triangular_trade_is_settled_in_one_round() {
    // B owes A for energy, C owes B for food, A owes C for medicine
    let owes = |tail, head| Edge {
        tail,
        head,
        capacity: 100,
        cost: -1,
    };
    let edges = [owes(1, 0), owes(2, 1), owes(0, 2)];
    let solution = clear(3, &edges, &Options::default(), &unwatched).expect("cleared");
    assert_eq!(solution.flow, [100, 100, 100]);
}

#[test]
fn amounts_whose_sums_pass_64_bits_are_cleared() {
    let owes = |tail, head, capacity| Edge {
        tail,
        head,
        capacity,
        cost: -1,
    };
    let most = i64::MAX;
    let edges = [
        owes(0, 1, most),
        owes(0, 2, most),
        owes(0, 3, most - 1),
        owes(1, 0, 7),
        owes(2, 0, most),
        owes(3, 0, 5),
        owes(1, 2, most),
    ];
    let solution = clear(4, &edges, &Options::default(), &unwatched).expect("cleared");
    let verdict = verify(&[0; 4], &edges, &solution.flow, &solution.potentials).expect("feasible");
    verdict.optimal().expect("optimal");
    assert_eq!(solution.flow[4], most);
}

#[test]
fn a_debt_without_weight_is_refused_by_its_number() {
    let owes = |cost| Edge {
        tail: 0,
        head: 1,
        capacity: 5,
        cost,
    };
    let clear = |edges: &[Edge]| clear(2, edges, &Options::default(), &unwatched);
    assert_eq!(
        clear(&[owes(-1), owes(0)]),
        Err(Error::Weight {
            edge: 1,
            weight: 0,
            bound: 1 << 20
        })
    );
    let edge = Edge {
        head: 2,
        ..owes(-1)
    };
    assert_eq!(
        clear(&[edge]),
        Err(Error::Endpoint {
            edge: 0,
            node: 2,
            nodes: 2
        })
    );
}
