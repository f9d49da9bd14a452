//! Certificates that are wrong: each refused with the first offence, and the
//! best so far stays.

use crate::world::solver::Downloaded;
use crate::world::{CREDIT, Random, World, told};
use mycel_clearing::error::ContractError;
use mycel_clearing::msg::{ExecuteMsg, QueryMsg};
use mycel_clearing::posts::commitment;
use mycel_kit::flow::{MAX_POTENTIAL, encode, varint};
use mycel_kit::{Amount, Id};

/// A frozen graph of three who owe each other in a circle and one aside, with
/// a best certificate that is not the optimum.
struct Stand {
    world: World,
    round: Id,
    graph: Downloaded,
}

impl Stand {
    fn new() -> Stand {
        let mut world = World::new();
        world.enrol(1..=4);
        for (debtor, creditor, amount) in [(1, 2, 5), (2, 3, 7), (3, 1, 9), (3, 4, 2)] {
            world.owe(debtor, creditor, amount, 30);
        }
        world.consent(1..=4);
        let round = world.freeze();
        let graph = world.download(round);
        Stand {
            world,
            round,
            graph,
        }
    }

    /// Posts a fair but not optimal certificate, then the bad one: what is
    /// said of it. The fair one stays.
    fn refused(self, bad: Vec<u8>) -> String {
        let Stand {
            mut world,
            round,
            graph,
        } = self;
        let one = CREDIT as i64;
        let fair = graph.body(&[one, one, one, 0], &[0; 4]);
        let mut fates = world.submit(round, &[fair, bad]);
        let best = world.round_of(round).best.expect("the fair one");
        assert_eq!(
            (fates[0].as_str(), best.post),
            ("best", 0),
            "the best so far stays"
        );
        world.now = world.round_of(round).deadline.0;
        world.drive(round, None);
        assert_eq!(world.round_of(round).applied.i128(), 3 * i128::from(CREDIT));
        fates.pop().expect("two fates")
    }

    fn body(&self, flow: [u64; 4], potentials: &[i64]) -> Vec<u8> {
        let flow = flow.map(|flow| (flow * CREDIT) as i64);
        self.graph.body(&flow, potentials)
    }
}

#[test]
fn an_unknown_node_is_refused() {
    let stand = Stand::new();
    let flow = vec![0; 4];
    let bad = encode(&stand.graph.root, &stand.graph.capacities(), &flow, &[0; 5]).unwrap();
    assert_eq!(
        stand.refused(bad),
        "certificate refused: wrong count: nodes=5 expected=4"
    );
}

#[test]
fn a_wrong_count_of_edges_is_refused() {
    for edges in [3, 5] {
        let stand = Stand::new();
        let bad = encode(&stand.graph.root, &vec![1; edges], &vec![0; edges], &[0; 4]).unwrap();
        let said = format!("certificate refused: wrong count: edges={edges} expected=4");
        assert_eq!(stand.refused(bad), said);
    }
}

#[test]
fn a_wrong_count_of_flows_is_refused() {
    let stand = Stand::new();
    let mut bad = stand.body([1, 1, 1, 0], &[0; 4]);
    bad[38] = 2; // says two interior flows, has three
    assert_eq!(
        stand.refused(bad),
        "certificate refused: wrong count: interior=2 expected=4"
    );
}

#[test]
fn a_negative_flow_cannot_be_written_and_one_past_63_bits_is_refused() {
    let stand = Stand::new();
    assert!(
        encode(
            &stand.graph.root,
            &stand.graph.capacities(),
            &[-1, 0, 0, 0],
            &[0; 4]
        )
        .is_err()
    );
    // what a negative i64 would be as an unsigned number
    let mut bad = stand.graph.root.to_vec();
    bad.splice(0..0, *b"MYF1");
    for count in [4, 4, 1, 1] {
        varint::put(&mut bad, count);
    }
    bad.push(0b10);
    varint::put(&mut bad, -1i64 as u64);
    bad.extend([0, 0, 0, 0, 0]);
    assert_eq!(
        stand.refused(bad),
        "certificate refused: body malformed: at=41 interior flow"
    );
}

#[test]
fn a_flow_over_the_obligation_is_refused_with_its_edge() {
    let stand = Stand::new();
    let bad = encode(
        &stand.graph.root,
        &[i64::MAX; 4],
        &[6, 6, 6, 0].map(|flow| flow * CREDIT as i64),
        &[0; 4],
    )
    .unwrap();
    let said =
        "certificate refused: flow out of bounds: edge=0 flow=6000000000000 capacity=5000000000000";
    assert_eq!(stand.refused(bad), said);
}

#[test]
fn a_flow_that_moves_somebodys_net_is_refused_with_the_node() {
    let stand = Stand::new();
    let bad = stand.body([5, 5, 4, 0], &[0; 4]);
    assert_eq!(
        stand.refused(bad),
        "certificate refused: not conserved: node=0 excess=1000000000000"
    );
}

#[test]
fn a_potential_out_of_range_is_refused_with_its_node() {
    let stand = Stand::new();
    let mut bad = stand.body([5, 5, 5, 0], &[0, 0, MAX_POTENTIAL, 0]);
    let place = bad.len() - 2; // the highest byte of node 2's potential
    assert_eq!(bad[place], 64);
    bad[place] = 65;
    assert_eq!(
        stand.refused(bad),
        "certificate refused: potential out of range: node=2 most=1099511627776"
    );
}

#[test]
fn a_short_body_is_refused() {
    let stand = Stand::new();
    let mut bad = stand.body([5, 5, 5, 0], &[0, -1, -2, 0]);
    bad.pop();
    let said = format!("certificate refused: body short: at={}", bad.len());
    assert_eq!(stand.refused(bad), said);
}

#[test]
fn a_long_body_is_refused() {
    let stand = Stand::new();
    let mut bad = stand.body([5, 5, 5, 0], &[0, -1, -2, 0]);
    let whole = bad.len();
    bad.push(0);
    let said = format!(
        "certificate refused: body long: bytes={} expected={whole}",
        whole + 1
    );
    assert_eq!(stand.refused(bad), said);
}

#[test]
fn a_solution_for_another_root_is_refused() {
    let stand = Stand::new();
    let mut root = stand.graph.root;
    root[31] ^= 1;
    let (flow, potentials) = stand.graph.optimum();
    let bad = encode(&root, &stand.graph.capacities(), &flow, &potentials).unwrap();
    assert_eq!(
        stand.refused(bad),
        "another root: the certificate is for another graph"
    );
}

#[test]
fn a_solution_of_an_earlier_round_is_for_another_root() {
    let mut stand = Stand::new();
    let old = stand.graph.optimal_body();
    stand.world.now = stand.world.round_of(stand.round).deadline.0;
    stand.world.drive(stand.round, None);
    // the very same obligations, frozen again
    let round = stand.world.freeze();
    let fates = stand.world.submit(round, &[old]);
    assert_eq!(
        fates,
        ["another root: the certificate is for another graph"]
    );
}

#[test]
fn pages_come_in_order_whole_and_from_their_solver() {
    let mut stand = Stand::new();
    let (round, world) = (stand.round, &mut stand.world);
    let body = vec![7u8; 40];
    let solver = world.address("solver");
    for bytes in [0, 1_000_000] {
        let hash = commitment(&solver, &body).into();
        let msg = ExecuteMsg::Commit { round, hash, bytes };
        assert!(matches!(
            world.execute(&solver, msg),
            Err(ContractError::OutOfBounds { .. })
        ));
    }
    let post = world.commit(&solver, round, &body).unwrap();
    let bring = |page, data: &[u8]| ExecuteMsg::Post {
        round,
        post,
        page,
        data: data.into(),
    };
    assert!(matches!(
        world.execute(&solver, bring(0, &body)),
        Err(ContractError::TooEarly { .. })
    ));
    world.now = world.round_of(round).commit_until.0;
    for (page, data) in [
        (1, body.clone()),
        (0, vec![7; 39]),
        (0, vec![7; 41]),
        (0, vec![]),
    ] {
        let error = world.execute(&solver, bring(page, &data)).unwrap_err();
        assert!(matches!(error, ContractError::PostPage { .. }), "{error}");
    }
    let other = world.address("other");
    assert!(matches!(
        world.execute(&other, bring(0, &body)),
        Err(ContractError::Unauthorized(_))
    ));
    let unknown = ExecuteMsg::Post {
        round,
        post: 9,
        page: 0,
        data: body.clone().into(),
    };
    assert!(matches!(
        world.execute(&solver, unknown),
        Err(ContractError::UnknownPost { .. })
    ));
    world.execute(&solver, bring(0, &body)).unwrap();
    assert!(matches!(
        world.execute(&solver, bring(0, &body)),
        Err(ContractError::PostPage { .. })
    ));
    world.now = world.round_of(round).deadline.0;
    assert!(matches!(
        world.execute(&solver, bring(0, &body)),
        Err(ContractError::TooLate { .. })
    ));
    let late = ExecuteMsg::Commit {
        round,
        hash: [0; 32].into(),
        bytes: 40,
    };
    assert!(matches!(
        world.execute(&solver, late),
        Err(ContractError::TooLate { .. })
    ));
}

#[test]
fn queries_for_what_is_not_there_are_refused() {
    let stand = Stand::new();
    let round = Id(99);
    for bad in [
        QueryMsg::Round { round: Some(round) },
        QueryMsg::Graph { round, page: None },
        QueryMsg::Body {
            round: stand.round,
            page: 0,
        },
        QueryMsg::Post {
            round: stand.round,
            post: 0,
        },
        QueryMsg::Obligation { id: Id(4) },
        QueryMsg::Obligation { id: Id(u64::MAX) },
        QueryMsg::Market { market: 0 },
        QueryMsg::Export {
            member: "nobody".into(),
            after: None,
        },
    ] {
        assert!(stand.world.query_bytes(bad.clone()).is_err(), "{bad:?}");
    }
    let page = Some(u32::MAX);
    let past: mycel_clearing::msg::GraphResponse = stand
        .world
        .ask(QueryMsg::Graph {
            round: stand.round,
            page,
        })
        .unwrap();
    assert!(past.pages.is_empty() && past.next.is_none());
}

/// Damages certificates at random and has the contract judge each. What is
/// not refused must be a true certificate of the same optimum, and the round
/// must settle to exactly that.
///
/// `MYCEL_MUTANTS` sets how many (default 3,000; 100,000 for a release),
/// `MYCEL_SEED` the first seed.
#[test]
fn damaged_certificates_are_refused_and_never_pass_for_better() {
    let (mutants, seed) = (told("MYCEL_MUTANTS", 3_000), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_MUTANTS={mutants} MYCEL_SEED={seed}");
    let mut random = Random(seed);
    let (mut done, mut refused, mut not_optimal, mut equal) = (0, 0, 0, 0);
    while done < mutants {
        let mut world = World::new();
        let persons = 4 + random.below(20);
        world.enrol(1..=persons);
        for _ in 0..persons * 3 {
            let debtor = 1 + random.below(persons);
            let creditor = 1 + (debtor + random.below(persons - 1)) % persons;
            let amount = Amount::new(1 + random.below(99)).unwrap();
            world.seed(debtor, creditor, amount, true);
        }
        let round = world.freeze();
        let graph = world.download(round);
        let (flow, potentials) = graph.optimum();
        let optimum: i64 = flow.iter().sum();
        let whole = graph.body(&flow, &potentials);
        let solver = |n: u64| format!("mutant {}", n / 3);
        let mut bodies = Vec::new();
        while bodies.len() < 60 {
            let mut bytes = whole.clone();
            for _ in 0..=random.below(2) {
                let at = random.below(bytes.len() as u64) as usize;
                match random.below(4) {
                    0 => bytes[at] ^= 1 << random.below(8),
                    1 => bytes[at] = random.next() as u8,
                    2 if bytes.len() > 1 => bytes.truncate(at.max(1)),
                    _ => bytes.insert(at, random.next() as u8),
                }
            }
            if bytes != whole {
                bodies.push(bytes);
            }
        }
        let mut posts = Vec::new();
        for (n, body) in (0u64..).zip(&bodies) {
            let address = world.address(&solver(n));
            world.peers.enrol(1_000 + n / 3, address.clone());
            posts.push((
                address.clone(),
                world.commit(&address, round, body).unwrap(),
            ));
        }
        world.now = world.round_of(round).commit_until.0;
        for ((address, post), body) in posts.iter().zip(&bodies) {
            if world.bring(address, round, *post, body).is_err() {
                break; // the round has ended with an optimum
            }
            done += 1;
            world.advance(round, None).unwrap();
            let view = world.round_of(round);
            match view.best {
                Some(best) if best.post == *post => {
                    let value = best.value.i128();
                    assert!(
                        value <= i128::from(optimum),
                        "MYCEL_SEED={seed} {value} > {optimum}"
                    );
                    assert!(
                        value + best.gap.i128() >= i128::from(optimum),
                        "MYCEL_SEED={seed}"
                    );
                    if best.gap.i128() == 0 {
                        assert_eq!(value, i128::from(optimum), "MYCEL_SEED={seed}");
                        equal += 1;
                    } else {
                        not_optimal += 1;
                    }
                }
                _ => refused += 1,
            }
        }
        world.drive(round, None);
        world.check();
    }
    eprintln!("{refused} refused, {not_optimal} feasible, {equal} as good");
    assert!(refused > mutants / 2);
}
