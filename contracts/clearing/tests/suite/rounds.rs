//! A round from its opening to its end.

use crate::world::market::terms;
use crate::world::{CREDIT, DAY, Random, World, credits};
use mycel_clearing::book;
use mycel_clearing::error::ContractError;
use mycel_clearing::msg::{
    Action, BodyResponse, DualsResponse, ExecuteMsg, HelpedResponse, ParameterChanges, QueryMsg,
    SettledResponse, ShockMsg,
};
use mycel_kit::flow::Body;
use mycel_kit::roles::{Class, Electorate};
use mycel_kit::{Amount, Id, Seconds};

fn open(world: &mut World) -> Result<(), ContractError> {
    let anyone = world.address("anyone");
    world.execute(&anyone, ExecuteMsg::OpenRound {})
}

#[test]
fn a_circle_of_debts_is_settled_without_money_and_nets_stay() {
    let mut world = World::circle();
    let before = world.nets();
    assert_eq!(world.clear(), 15 * i128::from(CREDIT));
    assert_eq!([0, 1, 2].map(|n| world.owed(Id(n)) / CREDIT), [0, 2, 4]);
    assert_eq!(world.nets(), before, "CLEARING-2");
    assert_eq!(world.totals().cleared.i128(), 15 * i128::from(CREDIT));
    assert_eq!(world.totals().outstanding.i128(), 6 * i128::from(CREDIT));
}

#[test]
fn one_round_at_a_time_and_a_pause_between() {
    let mut world = World::circle();
    let pause = ParameterChanges {
        pause_seconds: Some(Seconds(5 * DAY)),
        ..Default::default()
    };
    world.authority(ExecuteMsg::SetParameters(pause)).unwrap();
    open(&mut world).unwrap();
    assert!(matches!(
        open(&mut world),
        Err(ContractError::RoundRuns { round: 0 })
    ));
    assert!(matches!(
        world.advance(Id(0), None),
        Err(ContractError::NothingToDo { .. })
    ));
    world.now += DAY;
    world.drive(Id(0), None);
    world.solve(Id(0));
    assert!(matches!(
        open(&mut world),
        Err(ContractError::TooEarly { .. })
    ));
    world.now += 5 * DAY;
    open(&mut world).unwrap();
    assert!(matches!(
        world.advance(Id(7), None),
        Err(ContractError::UnknownRound { round: 7 })
    ));
}

#[test]
fn no_solution_by_the_deadline_ends_the_round_without_effect() {
    let mut world = World::circle();
    let round = world.freeze();
    assert!(matches!(
        world.advance(round, None),
        Err(ContractError::NothingToDo { .. })
    ));
    world.now = world.round_of(round).deadline.0;
    let before = world.totals();
    world.drive(round, None);
    assert_eq!(world.round_of(round).stage, "done");
    assert_eq!(world.totals(), before);
    assert_eq!(
        world.clear(),
        15 * i128::from(CREDIT),
        "and the next one works"
    );
}

#[test]
fn a_gap_of_0_ends_the_round_at_once() {
    let mut world = World::circle();
    let round = world.freeze();
    let body = world.download(round).optimal_body();
    assert_eq!(world.submit(round, &[body]), ["best"]);
    assert!(world.now < world.round_of(round).deadline.0);
    assert_eq!(world.round_of(round).stage, "done");
}

/// A circulation of `amount` around the circle, with potentials that prove
/// nothing.
fn part(world: &World, round: Id, amount: u64) -> Vec<u8> {
    let graph = world.download(round);
    let flow = vec![(amount * CREDIT) as i64; graph.edges.len()];
    graph.body(&flow, &vec![0; graph.labels.len()])
}

#[test]
fn a_better_solution_replaces_the_best_only_by_a_thousandth_or_more() {
    let mut world = World::circle();
    let round = world.freeze();
    let graph = world.download(round);
    let milli = |amount: u64| {
        let flow = vec![(amount * CREDIT / 1_000) as i64; 3];
        graph.body(&flow, &[0; 3])
    };
    let bodies = [
        milli(4_000),
        milli(4_003),
        milli(3_999),
        milli(4_004),
        milli(4_004),
    ];
    let fates = world.submit(round, &bodies);
    let worse = |value: u64, best: u64| {
        let value = 3 * value * CREDIT / 1_000;
        let best = 3 * best * CREDIT / 1_000;
        format!(
            "no improvement: value={value} best={best}; a new best improves by 0.1 % or has gap 0"
        )
    };
    assert_eq!(fates[1], worse(4_003, 4_000));
    assert_eq!(fates[2], worse(3_999, 4_000));
    assert_eq!(fates[3], "best");
    assert_eq!(fates[4], worse(4_004, 4_004));
    let best = world.round_of(round).best.unwrap();
    assert_eq!(best.post, 3);
    assert_eq!(best.value.i128() + best.gap.i128(), 21 * i128::from(CREDIT));
}

#[test]
fn the_deadline_takes_the_best_so_far() {
    let mut world = World::circle();
    let round = world.freeze();
    let body = part(&world, round, 4);
    assert_eq!(world.submit(round, &[body]), ["best"]);
    let view = world.round_of(round);
    assert_eq!(view.stage, "frozen");
    // any potentials certify a bound: here all that could be cleared is at most 5 + 7 + 9
    let best = view.best.unwrap();
    assert_eq!(best.value.i128() + best.gap.i128(), 21 * i128::from(CREDIT));
    world.now = view.deadline.0;
    world.drive(round, None);
    assert_eq!(
        world.round_of(round).applied.i128(),
        12 * i128::from(CREDIT)
    );
    assert_eq!([0, 1, 2].map(|n| world.owed(Id(n)) / CREDIT), [1, 3, 5]);
}

#[test]
fn what_was_brought_in_time_is_verified_even_after_the_deadline() {
    let mut world = World::circle();
    let round = world.freeze();
    let body = world.download(round).optimal_body();
    let solver = world.address("solver");
    let post = world.commit(&solver, round, &body).unwrap();
    world.now = world.round_of(round).commit_until.0;
    world.bring(&solver, round, post, &body).unwrap();
    world.now = world.round_of(round).deadline.0 + DAY;
    world.drive(round, None);
    assert_eq!(
        world.round_of(round).applied.i128(),
        15 * i128::from(CREDIT)
    );
}

/// `persons` people and `count` obligations between them at random, tendered.
fn town(seed: u64, persons: u64, count: u64) -> World {
    let mut random = Random(seed);
    let mut world = World::new();
    world.enrol(1..=persons);
    for _ in 0..count {
        let debtor = 1 + random.below(persons);
        let creditor = 1 + (debtor + random.below(persons - 1)) % persons;
        let amount = Amount::new(1 + random.below(1_000 * CREDIT)).unwrap();
        world.seed(debtor, creditor, amount, true);
    }
    world
}

#[test]
fn a_round_in_the_smallest_pieces_is_the_round_in_one() {
    let mut whole = town(1, 40, 700);
    whole.clear();
    let mut pieces = town(1, 40, 700);
    let round = {
        let anyone = pieces.address("anyone");
        pieces.execute(&anyone, ExecuteMsg::OpenRound {}).unwrap();
        pieces.now += DAY;
        assert!(pieces.drive(Id(0), Some(1)) > 6, "a page a message");
        Id(0)
    };
    assert_eq!(pieces.round_of(round).root, whole.round_of(round).root);
    let body = pieces.download(round).optimal_body();
    let solver = pieces.address("solver 0");
    pieces.peers.enrol(1_000_000, solver.clone());
    let post = pieces.commit(&solver, round, &body).unwrap();
    pieces.now = pieces.round_of(round).commit_until.0;
    pieces.bring(&solver, round, post, &body).unwrap();
    assert!(pieces.drive(round, Some(1)) > 12);
    assert_eq!(pieces.round_of(round).stage, "done");
    assert_eq!(pieces.totals(), whole.totals());
    let mut differing: Vec<_> = pieces
        .storage
        .map
        .iter()
        .filter(|(key, value)| whole.storage.map.get(*key) != Some(value))
        .collect();
    differing.retain(|(key, _)| key[0] != b'r');
    assert!(differing.is_empty(), "{differing:?}");
}

#[test]
fn verification_is_whole_before_the_first_piece_applies() {
    let mut world = town(2, 30, 700);
    let round = world.freeze();
    let graph = world.download(round);
    let (mut flow, potentials) = graph.optimum();
    // wrong in the very last edge that carries anything
    let last = flow.iter().rposition(|flow| *flow > 1).unwrap();
    flow[last] -= 1;
    let body = graph.body(&flow, &potentials);
    let before = world.totals();
    let solver = world.address("solver");
    let post = world.commit(&solver, round, &body).unwrap();
    world.now = world.round_of(round).commit_until.0;
    world.bring(&solver, round, post, &body).unwrap();
    world.drive(round, Some(1));
    assert_eq!(world.totals(), before);
    assert!(world.round_of(round).best.is_none());
    assert_eq!(world.round_of(round).stage, "frozen");
}

#[test]
fn weights_by_priority_decide_what_is_set_off_first() {
    let clear = |weights: Vec<u32>| {
        let mut world = World::new();
        let change = ParameterChanges {
            weights: Some(weights),
            ..Default::default()
        };
        world.authority(ExecuteMsg::SetParameters(change)).unwrap();
        world.enrol(1..=4);
        // 1 owes 2; 2 owes back through 3 (two steps) or directly, of another priority
        world.owe_with(1, 2, credits(5), 30, 0);
        world.owe_with(2, 1, credits(5), 30, 1);
        world.owe_with(2, 3, credits(5), 30, 0);
        world.owe_with(3, 1, credits(5), 30, 0);
        world.consent(1..=4);
        world.clear();
        [0, 1, 2, 3].map(|n| world.owed(Id(n)) / CREDIT)
    };
    assert_eq!(clear(vec![1, 1, 1, 1]), [0, 5, 0, 0]);
    assert_eq!(clear(vec![1, 3, 1, 1]), [0, 0, 5, 5]);
}

#[test]
fn who_was_helped_and_by_how_much_can_be_asked() {
    let mut world = World::circle();
    world.owe(4, 5, 1, 30);
    let round = world.freeze();
    world.solve(round);
    for person in 1..=3 {
        let helped: HelpedResponse = world
            .ask(QueryMsg::Helped {
                round,
                person: Id(person),
            })
            .unwrap();
        let five = 5 * i128::from(CREDIT);
        assert_eq!(
            (helped.owes_less.i128(), helped.owed_less.i128()),
            (five, five)
        );
        assert_eq!(helped.obligations, 2);
    }
    let helped: HelpedResponse = world
        .ask(QueryMsg::Helped {
            round,
            person: Id(4),
        })
        .unwrap();
    assert_eq!((helped.owes_less.i128(), helped.obligations), (0, 0));
    let settled: SettledResponse = world.ask(QueryMsg::Settled { round, page: None }).unwrap();
    let rows: Vec<_> = settled
        .settled
        .iter()
        .map(|row| {
            (
                row.obligation.0,
                row.cleared.pico() / CREDIT,
                row.owed.pico() / CREDIT,
            )
        })
        .collect();
    assert_eq!(rows, [(0, 5, 0), (1, 5, 2), (2, 5, 4)]);
}

#[test]
fn settled_obligations_add_up_page_by_page_to_what_was_cleared() {
    let mut world = town(3, 50, 2_000);
    let round = world.freeze();
    world.solve(round);
    let (mut sum, mut page) = (0, None);
    loop {
        let answer: SettledResponse = world.ask(QueryMsg::Settled { round, page }).unwrap();
        sum += answer
            .settled
            .iter()
            .map(|row| row.cleared.signed())
            .sum::<i128>();
        match answer.next {
            Some(next) => page = Some(next),
            None => break,
        }
    }
    assert_eq!(sum, world.round_of(round).applied.i128());
    let helped: i128 = (1..=50)
        .map(|person| {
            let asked = QueryMsg::Helped {
                round,
                person: Id(person),
            };
            world.ask::<HelpedResponse>(asked).unwrap().owes_less.i128()
        })
        .sum();
    assert_eq!(helped, sum);
}

#[test]
fn the_certificate_and_its_duals_stay_readable_until_the_next_freeze() {
    let mut world = World::circle();
    let round = world.freeze();
    let body = world.download(round).optimal_body();
    world.submit(round, std::slice::from_ref(&body));
    world.drive(round, None);
    let read: BodyResponse = world.ask(QueryMsg::Body { round, page: 0 }).unwrap();
    assert_eq!((read.data.as_slice(), read.next), (body.as_slice(), None));
    let duals: DualsResponse = world.ask(QueryMsg::Duals { round, node: None }).unwrap();
    let potentials: Vec<i64> = duals
        .duals
        .iter()
        .map(|dual| dual.potential.i64())
        .collect();
    assert_eq!(potentials, Body::read(&body).unwrap().potentials());
    assert_eq!(duals.duals[0].person, Some(Id(1)));
    world.freeze();
    assert!(
        world
            .ask::<BodyResponse>(QueryMsg::Body { round, page: 0 })
            .is_err()
    );
}

#[test]
fn a_round_leaves_nothing_behind_but_its_record_and_the_best() {
    let mut world = town(4, 20, 300);
    let keys = |world: &World| -> Vec<u8> { world.storage.map.keys().map(|key| key[0]).collect() };
    let round = world.freeze();
    let optimal = world.download(round).optimal_body();
    let mut broken = optimal.clone();
    broken[3] ^= 1;
    world.submit(round, &[broken.clone(), broken, optimal]);
    world.drive(round, None);
    let tags = keys(&world);
    for (tag, most) in [
        (b's', 1),
        (b'y', 1),
        (b'q', 0),
        (b'k', 0),
        (b'w', 0),
        (b'z', 0),
        (b'b', 0),
        (b'a', 0),
    ] {
        let count = tags.iter().filter(|found| **found == tag).count();
        assert!(count <= most, "{}: {count}", tag as char);
    }
}

#[test]
fn pages_hold_what_the_layout_says() {
    let mut world = World::circle();
    world.clear();
    let page = book::Page::load(&world.storage, 0).unwrap().unwrap();
    // set off wholly: the highest bit and what it was
    assert_eq!(page.amounts[0], book::CLEARED | (5 * CREDIT));
    assert_eq!(page.amounts[1], 2 * CREDIT);
}

#[test]
fn parameters_are_the_authoritys_and_stay_in_bounds() {
    let mut world = World::circle();
    let change = |solve| ParameterChanges {
        solve_seconds: Some(Seconds(solve)),
        ..Default::default()
    };
    let error = world
        .say(1, ExecuteMsg::SetParameters(change(500)))
        .unwrap_err();
    assert!(matches!(error, ContractError::Unauthorized(_)), "{error}");
    for bad in [
        change(100), // not after the commitments
        change(31 * DAY),
        ParameterChanges {
            weights: Some(vec![1, 1, 1]),
            ..Default::default()
        },
        ParameterChanges {
            weights: Some(vec![1, 1, 1, 0]),
            ..Default::default()
        },
        ParameterChanges {
            weights: Some(vec![1, 1, 1, (1 << 20) + 1]),
            ..Default::default()
        },
        ParameterChanges {
            horizon_seconds: Some(Seconds(91 * DAY)),
            ..Default::default()
        },
        ParameterChanges {
            authority: Some(String::new()),
            ..Default::default()
        },
        ParameterChanges {
            members: Some("nobody".into()),
            ..Default::default()
        },
    ] {
        assert!(
            world
                .authority(ExecuteMsg::SetParameters(bad.clone()))
                .is_err(),
            "{bad:?}"
        );
    }
    let decided = |electorate, class| ExecuteMsg::Decided {
        proposal: Id(1),
        electorate,
        class,
        action: Action::SetParameters(change(500)),
    };
    assert!(
        world
            .authority(decided(Electorate::All, Class::Ordinary))
            .is_err()
    );
    assert!(
        world
            .authority(decided(Electorate::Commons(Id(1)), Class::Constitutional))
            .is_err()
    );
    assert!(
        world
            .say(1, decided(Electorate::All, Class::Constitutional))
            .is_err()
    );
    world
        .authority(decided(Electorate::All, Class::Constitutional))
        .unwrap();
}

#[test]
fn markets_and_shocks_are_decided_by_all_members_and_come_from_the_authority() {
    let mut world = World::circle();
    let market = world.market(terms("food"));
    let decided = |electorate, action| ExecuteMsg::Decided {
        proposal: Id(1),
        electorate,
        class: Class::Ordinary,
        action,
    };
    let shock = ShockMsg {
        market,
        until: Seconds(world.now + DAY),
        grants: vec![],
    };
    for action in [
        Action::DefineMarket {
            market: None,
            terms: terms("water"),
        },
        Action::AttestShock(shock),
    ] {
        for elsewhere in [Electorate::Commons(Id(1)), Electorate::Organisation(Id(1))] {
            let error = world
                .authority(decided(elsewhere, action.clone()))
                .unwrap_err();
            assert!(matches!(error, ContractError::NotDecided(_)), "{error}");
        }
        let by_a_member = decided(Electorate::All, action.clone());
        let error = world.say(1, by_a_member).unwrap_err();
        assert!(matches!(error, ContractError::NotDecided(_)), "{error}");
        world.authority(decided(Electorate::All, action)).unwrap();
    }
}

#[test]
fn what_was_swept_between_rounds_shifts_nothing_in_the_next() {
    let mut world = town(5, 30, 300);
    world.clear();
    let anyone = world.address("anyone");
    let sweep = ExecuteMsg::Sweep {
        page: 0,
        limit: None,
    };
    world.execute(&anyone, sweep).unwrap();
    assert_ne!(world.told("removed"), "0");
    for (debtor, creditor) in [(1, 2), (2, 3), (3, 1)] {
        world.seed(debtor, creditor, credits(50), true);
    }
    let round = world.freeze();
    world.solve(round);
    let settled: SettledResponse = world.ask(QueryMsg::Settled { round, page: None }).unwrap();
    let sum: i128 = settled.settled.iter().map(|row| row.cleared.signed()).sum();
    assert_eq!(sum, world.round_of(round).applied.i128());
    assert!(sum >= 150 * i128::from(CREDIT));
}

#[test]
fn without_a_decision_the_authority_changes_parameters_on_development_networks_only() {
    let change = || ParameterChanges {
        solve_seconds: Some(Seconds(500)),
        ..Default::default()
    };
    let decided = |class| ExecuteMsg::Decided {
        proposal: Id(1),
        electorate: mycel_kit::roles::Electorate::All,
        class,
        action: mycel_clearing::msg::Action::SetParameters(change()),
    };
    let mut world = World::with(|msg| msg.development = false);
    let error = world
        .authority(ExecuteMsg::SetParameters(change()))
        .unwrap_err();
    assert!(
        matches!(error, ContractError::DevelopmentOnly { .. }),
        "{error}"
    );
    let ordinary = decided(mycel_kit::roles::Class::Ordinary);
    assert!(world.authority(ordinary).is_err());
    world
        .authority(decided(mycel_kit::roles::Class::Constitutional))
        .unwrap();
    World::new()
        .authority(ExecuteMsg::SetParameters(change()))
        .unwrap();
}
