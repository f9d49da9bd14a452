//! Mentors and apprentices, tools, beds: markets in which everybody has one
//! unit, matched at the least cost or so that no two would rather have each
//! other.

mod lists;

use crate::world::market::terms;
use crate::world::solver::Downloaded;
use crate::world::{DAY, World};
use mycel_clearing::allocation::choices::MAX_CHOICES;
use mycel_clearing::error::ContractError;
use mycel_clearing::msg::{
    Action, ChoiceMsg, Costs, DualsResponse, ExecuteMsg, ExportItem, ExportResponse, LinkMsg,
    MarketKind, MarketMsg, MarketResponse, PostingsResponse, QueryMsg,
};
use mycel_kit::flow::Edge;
use mycel_kit::flow::matching::Pair;
use mycel_kit::{Amount, Id};

const RANKS: MarketKind = MarketKind::Assignment { by: Costs::Ranks };
const SCORES: MarketKind = MarketKind::Assignment { by: Costs::Scores };
const STABLE: MarketKind = MarketKind::Stable;

fn of(kind: MarketKind) -> MarketMsg {
    MarketMsg {
        kind,
        ..terms("mentor")
    }
}

/// Mentors 1 to 3 offer, apprentices 4 to 6 need.
fn workshop(kind: MarketKind) -> (World, u32) {
    let mut world = World::new();
    world.enrol(1..=9);
    let market = world.market(of(kind));
    for mentor in 1..=3 {
        world.offer(market, mentor, 1, 0);
    }
    for apprentice in 4..=6 {
        world.need(market, apprentice, 1, 0);
    }
    (world, market)
}

/// Three stable matchings (a Latin square): each mentor's first is each
/// apprentice's last.
fn latin(world: &mut World, market: u32) {
    for (person, list) in [
        (1, [4, 5, 6]),
        (2, [5, 6, 4]),
        (3, [6, 4, 5]),
        (4, [2, 3, 1]),
        (5, [3, 1, 2]),
        (6, [1, 2, 3]),
    ] {
        world.choose(market, person, &list);
    }
}

/// Whom each mentor got.
fn got(world: &World) -> Vec<(u64, u64)> {
    let mut pairs = Vec::new();
    for mentor in 1..=3 {
        for promise in world.promises(mentor) {
            assert_eq!((promise.quantity, promise.from), (Id(1), Id(mentor)));
            pairs.push((promise.from.0, promise.to.0));
        }
    }
    pairs
}

/// A certificate of a stable round that puts these persons together.
fn together(graph: &Downloaded, world: &World, round: Id, pairs: &[(u64, u64)]) -> Vec<u8> {
    let nodes = persons(world, round);
    let flow: Vec<i64> = graph
        .edges
        .iter()
        .map(|edge| {
            let ends = (nodes[edge.tail as usize], nodes[edge.head as usize]);
            i64::from(pairs.contains(&ends))
        })
        .collect();
    graph.body(&flow, &vec![0; graph.supplies.len()])
}

/// The person behind each node, 0 for nobody.
fn persons(world: &World, round: Id) -> Vec<u64> {
    let nodes = mycel_clearing::allocation::freeze::nodes(round.0)
        .load(&world.storage)
        .expect("nodes");
    nodes.iter().map(|node| node.person.into()).collect()
}

#[test]
fn mentors_and_apprentices_are_matched_as_is_best_for_the_apprentices_and_their_promises_kept() {
    let (mut world, market) = workshop(STABLE);
    latin(&mut world, market);
    let round = world.allocate(market);
    assert_eq!(got(&world), [(1, 6), (2, 4), (3, 5)], "everyone's first");
    let view = world.round_of(round);
    assert_eq!(view.kind, Some(STABLE));
    let best = view.best.expect("solved");
    assert_eq!((best.value.i128(), best.gap.i128()), (3 * 16, 0));
    assert_eq!((view.nodes, view.edges, view.applied.i128()), (7, 9, 3));
    for person in 1..=6 {
        assert_eq!(
            (world.spares(market, person), world.lacks(market, person)),
            (0, 0)
        );
    }
    // what was promised is accepted, delivered, and remembered
    let promise = world.promises(1).remove(0);
    world.accept(&promise);
    world.deliver(&promise, 1);
    assert!(world.promises(1).is_empty());
    assert_eq!(world.lacks(market, 6), 0);
    // what is not kept comes back: the apprentice lacks a mentor again
    let promise = world.promises(2).remove(0);
    world.accept(&promise);
    world.deliver(&promise, 0);
    assert_eq!((world.lacks(market, 4), world.spares(market, 2)), (1, 0));
    // and what nobody accepted in time returns to both
    let promise = world.promises(3).remove(0);
    world.now = promise.accept_by.0;
    let give_back = ExecuteMsg::Return {
        promise: promise.promise,
    };
    world.say(9, give_back).expect("its time is over");
    assert_eq!((world.lacks(market, 5), world.spares(market, 3)), (1, 1));
    // the next round: 4 and 5 both lack, 3 alone offers and likes 4 better
    world.allocate(market);
    assert_eq!(got(&world), [(3, 4)]);
    world.check();
}

/// Scores instead of ranks, with tools that cost something: the
/// least cost over all, proven by duals.
#[test]
fn an_assignment_is_of_least_cost_by_scores_and_its_duals_prove_it() {
    let (mut world, market) = workshop(SCORES);
    // what each apprentice's way to each workshop costs; mentors do not mind
    let costs = [[9, 1, 8], [1, 9, 9], [2, 2, 3]];
    for (mentor, row) in (1u64..).zip(costs) {
        world.choose(market, mentor, &[4, 5, 6]);
        for (apprentice, cost) in (4u64..).zip(row) {
            let mut list = world.posted(market, apprentice).choices;
            list.push(ChoiceMsg {
                person: Id(mentor),
                cost,
            });
            let list: Vec<_> = list.iter().map(|c| (c.person.0, c.cost)).collect();
            world.try_choose(market, apprentice, &list).unwrap();
        }
    }
    let round = world.allocate(market);
    assert_eq!(got(&world), [(1, 5), (2, 4), (3, 6)]);
    let best = world.round_of(round).best.expect("solved");
    assert_eq!(best.gap.i128(), 0);
    // three needs of penalty 1,000 met at 0: counted beyond each one's least
    assert_eq!(best.value.i128(), 3_000);
    let duals: DualsResponse = world.ask(QueryMsg::Duals { round, node: None }).unwrap();
    assert!(duals.duals.iter().all(|dual| dual.scarcity.is_some()));
}

#[test]
fn by_ranks_a_place_further_down_either_list_costs_one_unit_of_friction() {
    let mut world = World::new();
    world.enrol(1..=9);
    let market = world.market(MarketMsg {
        friction: 7,
        resistance: 5,
        ..of(RANKS)
    });
    for mentor in 1..=2 {
        world.offer(market, mentor, 1, 0);
    }
    for apprentice in 4..=5 {
        world.need(market, apprentice, 1, 0);
    }
    world.choose(market, 1, &[4, 5]);
    world.choose(market, 2, &[4, 5]);
    world.choose(market, 4, &[2, 1]);
    world.choose(market, 5, &[2, 1]);
    let round = world.freeze_market(market, None);
    let graph = world.download(round);
    let cost = |tail: u32, head: u32| {
        let found = |edge: &&Edge| (edge.tail, edge.head) == (tail, head);
        graph.edges.iter().find(found).unwrap().cost
    };
    // nodes: 1 and 2 are mentors, 3 and 4 the apprentices
    assert_eq!(
        [cost(1, 3), cost(1, 4), cost(2, 3), cost(2, 4)],
        [12, 19, 5, 12]
    );
    assert_eq!([cost(0, 1), cost(0, 3)], [0, 1_000]);
    world.solve(round);
    assert_eq!(world.promises(5).len(), 1);
}

#[test]
fn padding_a_list_and_shouting_gain_nothing() {
    // by scores only differences count: 4 gives everything 1,000 more
    let serve = |more: u32| {
        let (mut world, market) = workshop(SCORES);
        world.say(2, ExecuteMsg::Withdraw { market }).unwrap();
        world.say(3, ExecuteMsg::Withdraw { market }).unwrap();
        world.choose(market, 1, &[5, 4]);
        world.try_choose(market, 4, &[(1, more)]).unwrap();
        world.try_choose(market, 5, &[(1, 0)]).unwrap();
        let round = world.freeze_market(market, None);
        world.download(round).edges
    };
    assert_eq!(serve(0), serve(1_000));
    // ranks are counted among those who name each other
    let ranks = |padding: &[u64]| {
        let (mut world, market) = workshop(STABLE);
        for mentor in 1..=3 {
            world.choose(market, mentor, &[4]);
        }
        world
            .say(
                2,
                ExecuteMsg::Choose(mycel_clearing::msg::ChooseMsg {
                    market,
                    choices: vec![],
                }),
            )
            .unwrap();
        let list: Vec<u64> = padding.iter().copied().chain([3, 1]).collect();
        world.choose(market, 4, &list);
        let round = world.freeze_market(market, None);
        world.download(round).edges
    };
    assert_eq!(ranks(&[]), ranks(&[2]));
    let pairs: Vec<Pair> = ranks(&[2]).into_iter().map(Pair::from_edge).collect();
    assert_eq!(
        pairs.iter().map(|p| p.right_rank).collect::<Vec<_>>(),
        [2, 1]
    );
}

#[test]
fn only_two_who_name_each_other_are_a_pair_and_whose_prices_meet() {
    let (mut world, market) = workshop(STABLE);
    world.offer(market, 3, 1, 50);
    world.choose(market, 1, &[4, 5]);
    world.choose(market, 3, &[6]);
    world.choose(market, 4, &[2, 1]);
    world.choose(market, 5, &[3]);
    world.choose(market, 6, &[3]);
    world.allocate(market);
    assert_eq!(got(&world), [(1, 4)], "6 gives 0 and 3 asks 50");
    world.need(market, 6, 1, 60);
    world.allocate(market);
    let promise = world.promises(3).remove(0);
    assert_eq!(
        (promise.to, promise.price),
        (Id(6), 50),
        "what the offer asks"
    );
    world.accept(&promise);
    world.deliver(&promise, 1);
    let owed = world.obligation(Id(0));
    assert_eq!((owed.debtor, owed.creditor), (Id(6), Id(3)));
    assert_eq!(owed.amount, Amount::credits(50).unwrap());
}

#[test]
fn who_withdrew_or_may_not_deal_at_the_freeze_is_left_out_and_nothing_changes_after_it() {
    let (mut world, market) = workshop(STABLE);
    latin(&mut world, market);
    world.say(6, ExecuteMsg::Withdraw { market }).unwrap();
    assert!(
        world.posted(market, 6).choices.is_empty(),
        "the list goes along"
    );
    world.peers.sanction(2, "suspended");
    let round = world.freeze_market(market, None);
    let view = world.round_of(round);
    assert_eq!((view.nodes, view.edges), (5, 4), "1 and 3, 4 and 5");
    let frozen = world.try_choose(market, 4, &[]).unwrap_err();
    assert!(
        matches!(frozen, ContractError::MarketFrozen { .. }),
        "{frozen}"
    );
    for person in [1, 4] {
        let withdraw = ExecuteMsg::Withdraw { market };
        let frozen = world.say(person, withdraw).unwrap_err();
        assert!(
            matches!(frozen, ContractError::MarketFrozen { .. }),
            "{frozen}"
        );
    }
    world.solve(round);
    assert_eq!(got(&world), [(1, 5), (3, 4)]);
    // whoever comes back has no list, and what has expired is left out too
    world.peers.sanction(2, "none");
    world.need(market, 6, 1, 0);
    world.now += 400 * DAY;
    let round = world.freeze_market(market, None);
    assert_eq!(
        (world.round_of(round).nodes, world.round_of(round).edges),
        (1, 0)
    );
    assert_eq!(world.round_of(round).stage, "done", "nothing to match");
}

#[test]
fn the_post_with_the_least_ranks_wins_the_earliest_of_two_alike_and_only_stable_ones_count() {
    let (mut world, market) = workshop(STABLE);
    latin(&mut world, market);
    let round = world.freeze_market(market, None);
    let graph = world.download(round);
    let body = |pairs: &[(u64, u64)]| together(&graph, &world, round, pairs);
    let mentors = body(&[(1, 4), (2, 5), (3, 6)]);
    let middle = body(&[(1, 5), (2, 6), (3, 4)]);
    let blocked = body(&[(1, 5), (2, 4), (3, 6)]);
    let nobody = body(&[]);
    let twice = body(&[(1, 4), (1, 5)]);
    let fates = world.submit(
        round,
        &[mentors, blocked, middle.clone(), middle, nobody, twice],
    );
    assert_eq!(
        fates,
        [
            "best",
            "certificate refused: blocking pair: left=2 right=6",
            "best",
            "no improvement: value=45 best=45; a new best improves by 0.1 % or has gap 0",
            "certificate refused: blocking pair: left=1 right=4",
            "certificate refused: matched twice: left=1",
        ]
    );
    let best = world.round_of(round).best.expect("the middle one");
    // each apprentice has its second: at most one rank each to gain
    assert_eq!((best.value.i128(), best.gap.i128(), best.post), (45, 3, 2));
    assert_eq!(world.round_of(round).stage, "frozen", "not proven the best");
    world.now = world.round_of(round).deadline.0;
    world.drive(round, None);
    assert_eq!(got(&world), [(1, 5), (2, 6), (3, 4)], "the best so far");
}

#[test]
fn the_matching_that_is_best_for_the_apprentices_ends_the_round_at_once() {
    let (mut world, market) = workshop(STABLE);
    latin(&mut world, market);
    let round = world.freeze_market(market, None);
    let graph = world.download(round);
    let mentors = together(&graph, &world, round, &[(1, 4), (2, 5), (3, 6)]);
    let fates = world.submit(round, &[mentors, graph.optimal_body()]);
    assert_eq!(fates, ["best", "best"].map(String::from));
    let view = world.round_of(round);
    assert!(view.stage != "frozen" && view.best.unwrap().gap.i128() == 0);
    world.drive(round, None);
    assert_eq!(got(&world), [(1, 6), (2, 4), (3, 5)]);
}

#[test]
fn a_certificate_of_another_form_is_refused_and_the_best_stays() {
    let (mut world, market) = workshop(STABLE);
    latin(&mut world, market);
    let round = world.freeze_market(market, None);
    let graph = world.download(round);
    let (flow, potentials) = graph.optimum();
    let mut dual = potentials.clone();
    dual[2] = 1;
    let with_duals = graph.body(&flow, &dual);
    let mut other = graph.root;
    other[0] ^= 1;
    let other_root =
        mycel_kit::flow::encode(&other, &graph.capacities(), &flow, &potentials).unwrap();
    let short = mycel_kit::flow::encode(&graph.root, &[1], &[1], &potentials).unwrap();
    let mut longer = graph.body(&flow, &potentials);
    longer.push(0);
    let mentors = together(&graph, &world, round, &[(1, 4), (2, 5), (3, 6)]);
    let fates = world.submit(round, &[mentors, with_duals, other_root, short, longer]);
    let begins = [
        "best",
        "certificate refused: potential not 0: node=2",
        "another root",
        "certificate refused: wrong count: edges=1 expected=9",
        "certificate refused: body long",
    ];
    for (fate, begin) in fates.iter().zip(begins) {
        assert!(fate.starts_with(begin), "{fate}");
    }
    assert_eq!(world.round_of(round).best.unwrap().post, 0);
}

#[test]
fn an_assignment_that_matches_somebody_twice_is_refused_and_a_worse_one_gives_way() {
    let (mut world, market) = workshop(RANKS);
    latin(&mut world, market);
    let round = world.freeze_market(market, None);
    let graph = world.download(round);
    let nodes = persons(&world, round);
    let flow = |pairs: &[(u64, u64)], offers: &[u64], unmet: &[u64]| -> Vec<i64> {
        let edges = graph.edges.iter().map(|edge| {
            let (tail, head) = (nodes[edge.tail as usize], nodes[edge.head as usize]);
            let taken = match edge.tail {
                0 => offers.contains(&head) || unmet.contains(&head),
                _ => pairs.contains(&(tail, head)),
            };
            i64::from(taken)
        });
        edges.collect()
    };
    let (_, potentials) = graph.optimum();
    let twice = flow(&[(1, 4), (1, 5)], &[1, 2], &[6]);
    let unmet = flow(&[(1, 4), (2, 5)], &[1, 2], &[6]);
    let bodies = [
        graph.body(&twice, &potentials),
        graph.body(&unmet, &potentials),
        graph.optimal_body(),
    ];
    let fates = world.submit(round, &bodies);
    assert!(
        fates[0].starts_with("certificate refused: not conserved: node=1 excess=1"),
        "{}",
        fates[0]
    );
    assert_eq!((fates[1].as_str(), fates[2].as_str()), ("best", "best"));
    world.drive(round, None);
    assert_eq!(got(&world).len(), 3);
}

#[test]
fn a_round_in_the_smallest_pieces_is_the_round_in_one() {
    for kind in [RANKS, STABLE] {
        let run = |limit| {
            let (mut world, market) = workshop(kind);
            latin(&mut world, market);
            let round = world.freeze_market(market, limit);
            let body = world.download(round).optimal_body();
            let solver = world.person(7);
            let post = world.commit(&solver, round, &body).unwrap();
            world.now = world.round_of(round).commit_until.0;
            world.bring(&solver, round, post, &body).unwrap();
            let messages = world.drive(round, limit);
            (messages, world.storage.map)
        };
        let (once, whole) = run(None);
        let (many, pieces) = run(Some(1));
        assert!(many > once);
        assert!(whole == pieces, "{kind:?}");
    }
}

#[test]
fn trust_between_two_follows_what_was_kept_and_makes_an_assignment_dearer() {
    let (mut world, market) = workshop(RANKS);
    latin(&mut world, market);
    world.allocate(market);
    let promise = world.promises(1).remove(0);
    world.accept(&promise);
    world.deliver(&promise, 0);
    let links = world.posted(market, 1).links;
    assert_eq!(
        (links.len(), links[0].to, links[0].resistance),
        (1, promise.to, 100)
    );
    let view: MarketResponse = world.ask(QueryMsg::Market { market }).unwrap();
    assert_eq!(view.links, 1);
    for person in 1..=3 {
        world.offer(market, person, 1, 0);
        world.need(market, person + 3, 1, 0);
    }
    let round = world.freeze_market(market, None);
    let nodes = persons(&world, round);
    let graph = world.download(round);
    let dear = graph
        .edges
        .iter()
        .filter(|edge| edge.tail > 0 && edge.cost >= 100);
    let dear: Vec<_> = dear.map(|edge| nodes[edge.head as usize]).collect();
    assert_eq!(dear, [promise.to.0]);
}
