//! Certificates of flows: what is accepted is right, what is damaged is
//! refused at the place of the damage.
//!
//! `MYCEL_MUTANTS` sets how many damaged bodies (default 100,000), `MYCEL_SEED`
//! the first seed.

use mycel_kit::flow::{
    Body, Edge, FlowError, MAX_POTENTIAL, Progress, Verdict, encode, varint, verify,
};

/// splitmix64
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "tests may be told how much to do"
)]
fn told(variable: &str, default: u64) -> u64 {
    let told = std::env::var(variable).ok();
    told.and_then(|text| text.parse().ok()).unwrap_or(default)
}

struct Instance {
    nodes: usize,
    edges: Vec<Edge>,
    flow: Vec<i64>,
    potentials: Vec<i64>,
}

impl Instance {
    fn capacities(&self) -> Vec<i64> {
        self.edges.iter().map(|edge| edge.capacity).collect()
    }
    fn body(&self) -> Vec<u8> {
        encode(&[7; 32], &self.capacities(), &self.flow, &self.potentials).expect("encodes")
    }
}

/// Cancels negative cycles of the residual graph until there is none: slow,
/// short, and needs no trust in anything under test.
fn solved(nodes: usize, edges: Vec<Edge>) -> Instance {
    let mut flow = vec![0i64; edges.len()];
    loop {
        let mut potentials = vec![0i64; nodes];
        let mut via: Vec<Option<(usize, bool)>> = vec![None; nodes];
        let mut touched = None;
        for _ in 0..=nodes {
            touched = None;
            for (number, edge) in edges.iter().enumerate() {
                let (tail, head) = (edge.tail as usize, edge.head as usize);
                if flow[number] < edge.capacity && potentials[tail] + edge.cost < potentials[head] {
                    potentials[head] = potentials[tail] + edge.cost;
                    via[head] = Some((number, true));
                    touched = Some(head);
                }
                if flow[number] > 0 && potentials[head] - edge.cost < potentials[tail] {
                    potentials[tail] = potentials[head] - edge.cost;
                    via[tail] = Some((number, false));
                    touched = Some(tail);
                }
            }
            if touched.is_none() {
                break;
            }
        }
        let Some(mut node) = touched else {
            return Instance {
                nodes,
                edges,
                flow,
                potentials,
            };
        };
        let before = |node: usize| {
            let (number, forward) = via[node].expect("on a cycle");
            let edge = edges[number];
            (
                number,
                forward,
                if forward { edge.tail } else { edge.head } as usize,
            )
        };
        for _ in 0..nodes {
            node = before(node).2;
        }
        let (mut at, mut most) = (node, i64::MAX);
        loop {
            let (number, forward, previous) = before(at);
            let room = if forward {
                edges[number].capacity - flow[number]
            } else {
                flow[number]
            };
            most = most.min(room);
            at = previous;
            if at == node {
                break;
            }
        }
        loop {
            let (number, forward, previous) = before(at);
            flow[number] += if forward { most } else { -most };
            at = previous;
            if at == node {
                break;
            }
        }
    }
}

fn random_instance(random: &mut Random) -> Instance {
    let nodes = 2 + random.below(9) as usize;
    let edges = (0..random.below(4 * nodes as u64))
        .map(|_| Edge {
            tail: random.below(nodes as u64) as u32,
            head: random.below(nodes as u64) as u32,
            capacity: random.below(60) as i64,
            cost: random.below(9) as i64 - 6,
        })
        .collect();
    solved(nodes, edges)
}

/// The definition, written another way: i128 throughout, no early ends.
fn slow(instance: &Instance, flow: &[i64], potentials: &[i64]) -> Option<(i128, i128)> {
    let mut sums = vec![0i128; instance.nodes];
    let (mut primal, mut dual) = (0i128, 0i128);
    for (edge, &flow) in instance.edges.iter().zip(flow) {
        if flow < 0 || flow > edge.capacity {
            return None;
        }
        sums[edge.tail as usize] += i128::from(flow);
        sums[edge.head as usize] -= i128::from(flow);
        primal += i128::from(edge.cost) * i128::from(flow);
        let reduced = i128::from(edge.cost) + i128::from(potentials[edge.tail as usize])
            - i128::from(potentials[edge.head as usize]);
        dual += i128::from(edge.capacity) * reduced.min(0);
    }
    sums.iter()
        .all(|sum| *sum == 0)
        .then_some((primal, primal - dual))
}

/// Reads and checks a body as the contract does.
fn check(instance: &Instance, bytes: &[u8]) -> Result<(Verdict, Vec<i64>, Vec<i64>), FlowError> {
    let body = Body::read(bytes)?;
    let wrong = |what, count: u32, expected: usize| FlowError::WrongCount {
        what,
        count: u64::from(count),
        expected: expected as u64,
    };
    if body.root != [7; 32] {
        return Err(FlowError::Malformed { at: 4, why: "root" });
    }
    if body.nodes as usize != instance.nodes {
        return Err(wrong("nodes", body.nodes, instance.nodes));
    }
    if body.edges as usize != instance.edges.len() {
        return Err(wrong("edges", body.edges, instance.edges.len()));
    }
    let potentials = body.potentials();
    let mut divergence = vec![0; instance.nodes];
    let mut progress = Progress::begin(body.nodes, body.edges)?;
    let mut flows = body.flows();
    let mut flow = Vec::new();
    for edge in &instance.edges {
        let amount = flows.next(edge.capacity)?;
        progress.edge(*edge, amount, &potentials, &mut divergence)?;
        flow.push(amount);
    }
    Ok((progress.finish(&divergence, |_| 0)?, flow, potentials))
}

#[test]
fn optima_are_accepted_and_come_back_from_their_bodies() {
    let first = told("MYCEL_SEED", 1);
    for seed in first..first + 2_000 {
        let instance = random_instance(&mut Random(seed));
        let supply = vec![0; instance.nodes];
        let verdict = verify(
            &supply,
            &instance.edges,
            &instance.flow,
            &instance.potentials,
        )
        .unwrap_or_else(|error| panic!("MYCEL_SEED={seed} {error}"));
        assert_eq!(
            (verdict.gap, verdict.optimal()),
            (0, Ok(())),
            "MYCEL_SEED={seed}"
        );
        let (again, flow, potentials) = check(&instance, &instance.body()).expect("reads");
        assert_eq!(
            (again, &flow, &potentials),
            (verdict, &instance.flow, &instance.potentials)
        );
    }
}

#[test]
fn the_gap_is_primal_minus_dual_for_any_potentials() {
    let first = told("MYCEL_SEED", 1);
    for seed in first..first + 2_000 {
        let mut random = Random(seed);
        let instance = random_instance(&mut random);
        let optimum = slow(&instance, &instance.flow, &instance.potentials)
            .expect("feasible")
            .0;
        let potentials: Vec<i64> = (0..instance.nodes)
            .map(|_| random.below(2 * MAX_POTENTIAL as u64 + 1) as i64 - MAX_POTENTIAL)
            .collect();
        let zero = vec![0; instance.edges.len()];
        for flow in [&instance.flow, &zero] {
            let verdict = verify(&vec![0; instance.nodes], &instance.edges, flow, &potentials)
                .expect("feasible");
            let (primal, gap) = slow(&instance, flow, &potentials).expect("feasible");
            assert_eq!(
                (verdict.primal, verdict.gap),
                (primal, gap),
                "MYCEL_SEED={seed}"
            );
            assert!(gap >= 0 && verdict.dual() <= optimum, "MYCEL_SEED={seed}");
            assert_eq!(verdict.slack.is_none(), gap == 0, "MYCEL_SEED={seed}");
        }
    }
}

#[test]
fn damaged_bodies_are_refused_or_still_mean_something_true() {
    let (mutants, first) = (told("MYCEL_MUTANTS", 100_000), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_MUTANTS={mutants} MYCEL_SEED={first}");
    let (mut refused, mut not_optimal, mut as_good) = (0u64, 0u64, 0u64);
    let mut random = Random(first);
    let mut done = 0;
    while done < mutants {
        let instance = random_instance(&mut random);
        let optimum = slow(&instance, &instance.flow, &instance.potentials)
            .expect("feasible")
            .0;
        let whole = instance.body();
        for _ in 0..100 {
            let mut bytes = whole.clone();
            let at = random.below(bytes.len() as u64) as usize;
            match random.below(4) {
                0 => bytes[at] ^= 1 << random.below(8),
                1 => bytes[at] = random.next() as u8,
                2 => bytes.truncate(at),
                _ => bytes.insert(at, random.next() as u8),
            }
            if bytes == whole {
                continue;
            }
            done += 1;
            match check(&instance, &bytes) {
                Err(_) => refused += 1,
                Ok((verdict, flow, potentials)) => {
                    // what passes must be feasible, its gap exact, and no better than the optimum
                    let truth = slow(&instance, &flow, &potentials).expect("feasible");
                    assert_eq!((verdict.primal, verdict.gap), truth);
                    if verdict.gap > 0 {
                        assert!(verdict.optimal().is_err());
                        not_optimal += 1;
                    } else {
                        assert_eq!(verdict.primal, optimum, "two optima");
                        as_good += 1;
                    }
                }
            }
        }
    }
    eprintln!("{refused} refused, {not_optimal} not optimal, {as_good} as good");
    assert!(refused > mutants / 2 && not_optimal > 0);
}

#[test]
fn a_check_may_stop_after_any_edge_and_go_on() {
    for seed in 1..200 {
        let mut random = Random(seed);
        let instance = random_instance(&mut random);
        let bytes = instance.body();
        let whole = check(&instance, &bytes).expect("optimal").0;
        let body = Body::read(&bytes).expect("reads");
        let potentials = body.potentials();
        let mut divergence = vec![0; instance.nodes];
        let mut stored = borsh::to_vec(&Progress::begin(body.nodes, body.edges).unwrap()).unwrap();
        let mut at = body.flows().at();
        while {
            let mut progress: Progress = borsh::from_slice(&stored).unwrap();
            let mut flows = body.flows_from(progress.next(), at);
            for _ in 0..=random.below(3) {
                if let Some(edge) = instance.edges.get(progress.next() as usize) {
                    let flow = flows.next(edge.capacity).unwrap();
                    progress
                        .edge(*edge, flow, &potentials, &mut divergence)
                        .unwrap();
                }
            }
            (stored, at) = (borsh::to_vec(&progress).unwrap(), flows.at());
            progress.next() < body.edges
        } {}
        let progress: Progress = borsh::from_slice(&stored).unwrap();
        assert_eq!(
            progress.finish(&divergence, |_| 0),
            Ok(whole),
            "seed={seed}"
        );
    }
}

fn circle() -> Instance {
    let edge = |tail, head, capacity| Edge {
        tail,
        head,
        capacity,
        cost: -1,
    };
    solved(3, vec![edge(0, 1, 5), edge(1, 2, 7), edge(2, 0, 9)])
}

#[test]
fn the_first_offending_edge_or_node_is_named() {
    let Instance {
        edges, potentials, ..
    } = circle();
    let supply = [0; 3];
    let said = |flow: [i64; 3], potentials: &[i64]| {
        verify(&supply, &edges, &flow, potentials)
            .expect_err("wrong")
            .to_string()
    };
    assert_eq!(
        said([5, -1, 5], &potentials),
        "flow out of bounds: edge=1 flow=-1 capacity=7"
    );
    assert_eq!(
        said([5, 5, 10], &potentials),
        "flow out of bounds: edge=2 flow=10 capacity=9"
    );
    assert_eq!(
        said([5, 5, 4], &potentials),
        "not conserved: node=0 excess=1"
    );
    assert_eq!(
        said([5, 5, 5], &[0, 1 << 41, 0]),
        "potential out of range: node=1 most=1099511627776"
    );
    assert_eq!(
        said([5, 5, 5], &[0, 0]),
        "wrong count: potentials=2 expected=3"
    );
    assert_eq!(
        verify(&supply, &edges, &[5, 5], &potentials)
            .unwrap_err()
            .to_string(),
        "wrong count: flows=2 expected=3"
    );
    let stranger = [Edge {
        head: 3,
        ..edges[0]
    }];
    assert_eq!(
        verify(&supply, &stranger, &[0], &potentials)
            .unwrap_err()
            .to_string(),
        "unknown node: edge=0 node=3 nodes=3"
    );
    let verdict = verify(&supply, &edges, &[4, 4, 4], &potentials).expect("feasible");
    assert_eq!(verdict.gap, 3, "three edges more by one unit");
    assert!(matches!(
        verdict.optimal(),
        Err(FlowError::NotOptimal { edge: 0, gap: 3 })
    ));
}

#[test]
fn supplies_are_met_exactly() {
    let edges = [
        Edge {
            tail: 0,
            head: 1,
            capacity: 10,
            cost: 3,
        },
        Edge {
            tail: 0,
            head: 1,
            capacity: 10,
            cost: 5,
        },
    ];
    let verdict = verify(&[14, -14], &edges, &[10, 4], &[-5, 0]).expect("feasible");
    assert_eq!((verdict.primal, verdict.gap), (50, 0));
    assert_eq!(
        verify(&[14, -13], &edges, &[10, 4], &[-5, 0]),
        Err(FlowError::NotConserved {
            node: 1,
            excess: -1
        })
    );
}

#[test]
fn the_widest_numbers_stay_exact() {
    let most = i64::MAX;
    let edges = [
        Edge {
            tail: 0,
            head: 1,
            capacity: most,
            cost: 1 << 20,
        },
        Edge {
            tail: 1,
            head: 0,
            capacity: most,
            cost: 1 << 20,
        },
    ];
    let potentials = [MAX_POTENTIAL, -MAX_POTENTIAL];
    let verdict = verify(&[0, 0], &edges, &[most, most], &potentials).expect("feasible");
    let reduced = |sign: i128| (1i128 << 20) + sign * (1i128 << 41);
    assert_eq!(verdict.primal, i128::from(most) << 21);
    assert_eq!(verdict.gap, i128::from(most) * reduced(1));
    let body = encode(&[0; 32], &[most; 2], &[most, most - 1], &potentials).expect("encodes");
    let mut flows = Body::read(&body).expect("reads").flows();
    assert_eq!(
        (flows.next(most), flows.next(most)),
        (Ok(most), Ok(most - 1))
    );
}

#[test]
fn bodies_that_are_not_canonical_are_refused() {
    let instance = Instance {
        flow: vec![3, 0, 7, 9, 4],
        ..Instance {
            nodes: 2,
            edges: [5, 6, 7, 20, 5]
                .map(|capacity| Edge {
                    tail: 0,
                    head: 1,
                    capacity,
                    cost: 0,
                })
                .to_vec(),
            flow: vec![],
            potentials: vec![300, -1],
        }
    };
    let good = instance.body();
    // magic 4, root 32, nodes, edges, interior, unit | states 2 | flows 3 | form | potentials 2 + 1
    assert_eq!(
        good[36..],
        [2, 5, 3, 1, 0b1001_0010, 2, 3, 9, 4, 0, 0xd8, 4, 1]
    );
    let read = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        Body::read(&bytes)
            .map(|_| ())
            .expect_err("refused")
            .to_string()
    };
    assert_eq!(read(&|b| b.push(0)), "body long: bytes=50 expected=49");
    assert_eq!(read(&|b| b.truncate(48)), "body short: at=48");
    assert_eq!(read(&|b| b.truncate(9)), "body short: at=9");
    assert_eq!(read(&|b| b[0] = 0), "body malformed: at=0 no certificate");
    assert_eq!(
        read(&|b| b[40] = 0b1111_0010),
        "body malformed: at=40 no such state of an edge"
    );
    assert_eq!(
        read(&|b| b[41] = 0b110),
        "body malformed: at=41 bits after the last edge"
    );
    assert_eq!(read(&|b| b[41] = 0), "wrong count: interior=3 expected=5");
    assert_eq!(read(&|b| b[42] = 0), "body malformed: at=42 interior flow");
    assert_eq!(read(&|b| b[39] = 0), "body malformed: at=39 unit");
    assert_eq!(
        read(&|b| b[45] = 2),
        "body malformed: at=45 form of potentials"
    );
    assert_eq!(
        read(&|b| {
            b.splice(47..48, [0x84, 0]);
        }),
        "body malformed: at=46 number is longer than needed"
    );
    assert_eq!(
        read(&|b| {
            b.splice(36..37, [0xff; 11]);
        }),
        "body malformed: at=36 number passes 64 bits"
    );
    // a count is refused before anything is allocated for it
    let mut huge = good[..36].to_vec();
    varint::put(&mut huge, 1 << 20);
    varint::put(&mut huge, 1 << 40);
    assert_eq!(
        Body::read(&huge).unwrap_err().to_string(),
        "too many: edges=1099511627776 most=1048576"
    );
    // equal to the capacity, but written as interior
    let mut full = good.clone();
    full[42] = 5;
    let mut flows = Body::read(&full).expect("well-formed").flows();
    assert_eq!(
        flows.next(5),
        Err(FlowError::Flow {
            edge: 0,
            flow: 5,
            capacity: 5
        })
    );
}

#[test]
fn potentials_out_of_range_cannot_be_written_or_read() {
    let error = encode(&[0; 32], &[], &[], &[MAX_POTENTIAL + 1]);
    assert_eq!(error, Err(FlowError::Potential { node: 0 }));
    let mut bytes = encode(&[0; 32], &[], &[], &[MAX_POTENTIAL]).expect("encodes");
    let last = bytes.len() - 1;
    bytes[last] += 1;
    assert_eq!(
        Body::read(&bytes).map(|_| ()),
        Err(FlowError::Potential { node: 0 })
    );
}

#[test]
fn numbers_have_one_form() {
    for value in [0, 1, 127, 128, 1 << 35, u64::MAX] {
        let mut bytes = Vec::new();
        varint::put(&mut bytes, value);
        let mut at = 0;
        assert_eq!(
            (varint::take(&bytes, &mut at), at),
            (Ok(value), bytes.len())
        );
    }
    for value in [0, -1, 1, i64::MIN, i64::MAX] {
        assert_eq!(varint::unzigzag(varint::zigzag(value)), value);
    }
}
