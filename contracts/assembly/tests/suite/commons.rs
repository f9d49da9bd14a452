//! The members of a real commons decide about it, and nobody else does.

use crate::real;
use crate::world::{TALK, VOTE, World, names, told_to, with, yes_no};
use cosmwasm_std::Addr;
use mycel_assembly::ask::PhaseName;
use mycel_commons::cap::{self, Rule};
use mycel_commons::registry::admission::Policy;
use mycel_commons::registry::rules::Rules;
use mycel_commons::{Quantity, monitors, order};
use mycel_sandbox::{Code, Native};
use serde_json::{Value, json};

const DAY: u64 = 86_400;

/// The rules of a forest, of which so much is taken.
pub fn rules(f_msy_ppm: u32) -> Rules {
    let day = DAY as u32;
    let units = |n| Quantity::new(n).expect("a quantity");
    Rules {
        epoch_seconds: 30 * day,
        enrolment: Policy::Decision {},
        monitors: monitors::Rules::usual(units(5_000_000)),
        cap: cap::Rules {
            harvest: Rule::Status {
                f_msy_ppm,
                b_lim: units(200_000),
                b_trig: units(800_000),
            },
            production: None,
            kappa_ppm: 0,
            rise_bps: 2_000,
            grace_seconds: day,
            stabiliser: None,
        },
        regeneration: Default::default(),
        rights: Default::default(),
        market: Default::default(),
        order: order::Rules {
            tolerance_bps: 500,
            notice_seconds: 30 * day,
            reduced_seconds: 60 * day,
            suspended_seconds: 90 * day,
            excluded_seconds: 365 * day,
            reduced_bps: 5_000,
            appeal_seconds: 14 * day,
        },
    }
}

fn commons() -> Native {
    use mycel_commons::{contract, query};
    Native::new(contract::instantiate, contract::execute, query::query).with_reply(contract::reply)
}

/// The real town with a forest: the first four are enrolled in it.
pub fn forest() -> (World, Addr) {
    let mut world = real::town();
    let own = world.assembly.clone();
    let code = world.sandbox.store(Code::native(commons()));
    let begin = json!({"development": true, "peers": {"assembly": own, "members": world.members,
        "credit": world.credit, "sortition": world.sortition}});
    let commons = world.sandbox.instantiate2(&own, code, "commons", &begin);
    let commons = commons.expect("commons");
    let enrolled: Vec<Value> = names(4)
        .iter()
        .map(|name| json!({"person": world.number(name).to_string(), "shares": 20_000_000}))
        .collect();
    let found = json!({"found": {"name": "forest", "unit": "kg", "boundary": "between the two rivers",
        "geometry": "ab".repeat(32), "rules": rules(100_000), "members": enrolled}});
    let actions = [
        told_to(&own, &json!({"set_peers": {"commons": commons}})),
        told_to(&commons, &found),
    ];
    let number = world.released(yes_no("constitutional", &actions), 7);
    world.execute(number);
    assert_eq!(
        world.phase(number),
        PhaseName::Executed,
        "{:?}",
        world.runs(number)
    );
    world.block();
    (world, commons)
}

fn set_rules(commons: &Addr, f_msy_ppm: u32) -> Value {
    told_to(
        commons,
        &json!({"set_rules": {"commons": "1", "rules": rules(f_msy_ppm)}}),
    )
}

fn of_the_forest(class: &str, actions: &[Value]) -> Value {
    with(
        yes_no(class, actions),
        "electorate",
        json!({"commons": "1"}),
    )
}

fn shown(world: &World, commons: &Addr) -> Value {
    let asked = world
        .sandbox
        .query(commons, &json!({"commons": {"id": "1"}}));
    asked.expect("the forest")
}

fn f_msy(rules: &Value) -> Option<u64> {
    rules["cap"]["harvest"]["status"]["f_msy_ppm"].as_u64()
}

#[test]
fn those_enrolled_in_a_real_commons_change_its_rules_by_their_own_votes_alone() {
    let (mut world, commons) = forest();
    let all = names(9);
    let proposal = of_the_forest("constitutional", &[set_rules(&commons, 60_000)]);
    // who is not enrolled neither proposes, supports nor votes
    world.no(&all[5], json!({"propose": proposal.clone()}), "no elector");
    let number = world.propose(&all[0], proposal);
    let about = number.to_string();
    world.no(
        &all[5],
        json!({"support": {"proposal": about}}),
        "no elector",
    );
    world.ok(&all[1], json!({"support": {"proposal": about}}));
    world.block();
    world.wait(TALK);
    world.advance();
    world.block();
    assert_eq!(world.phase(number), PhaseName::Vote);
    let opening = world.proposal(number).opening.expect("it is open");
    assert_eq!(opening.members, 4);
    world.no(
        &all[5],
        json!({"vote": {"proposal": about, "ballot": "yes"}}),
        "no elector",
    );
    for name in &all[..3] {
        world.vote(name, number, json!("yes"));
    }
    world.wait(VOTE);
    world.count(number);
    let outcome = world.proposal(number).outcome.expect("counted");
    assert_eq!(
        (outcome.eligible, outcome.yes, outcome.accepted),
        (4, 3, true)
    );
    world.release(number);
    world.execute(number);
    assert_eq!(
        world.phase(number),
        PhaseName::Executed,
        "{:?}",
        world.runs(number)
    );
    // in force from the next epoch on, and not before
    let forest = shown(&world, &commons);
    assert_eq!(f_msy(&forest["rules"]), Some(100_000));
    assert_eq!(f_msy(&forest["next_rules"]), Some(60_000));
    world.check();
}

#[test]
fn all_members_together_cannot_change_the_rules_of_a_real_commons() {
    let (mut world, commons) = forest();
    let rules = set_rules(&commons, 60_000);
    let number = world.released(yes_no("constitutional", &[rules]), 7);
    world.execute(number);
    let runs = world.runs(number).runs;
    assert_eq!(runs[0].state, "failed", "{runs:?}");
    assert!(
        runs[0].why.contains("decision of another electorate"),
        "{runs:?}"
    );
    assert_eq!(shown(&world, &commons)["next_rules"], Value::Null);
    // and its own cannot do it lightly
    let weak = of_the_forest("ordinary", &[set_rules(&commons, 60_000)]);
    let first = names(1)[0].clone();
    world.no(&first, json!({"propose": weak}), "needs=constitutional");
}

#[test]
fn who_is_enrolled_after_a_vote_opened_has_no_say_in_it() {
    let (mut world, commons) = forest();
    let all = names(9);
    let fifth = world.number(&all[4]).to_string();
    let enrol = told_to(
        &commons,
        &json!({"enrol": {"commons": "1", "members": [{"person": fifth, "shares": 1_000_000}]}}),
    );
    let first = of_the_forest("ordinary", &[enrol]);
    let second = of_the_forest("constitutional", &[set_rules(&commons, 60_000)]);
    let enrols = world.released(first, 4);
    let number = world.opened(second);
    world.execute(enrols);
    assert_eq!(
        world.phase(enrols),
        PhaseName::Executed,
        "{:?}",
        world.runs(enrols)
    );
    world.block();
    world.no(
        &all[4],
        json!({"vote": {"proposal": number.to_string(), "ballot": "yes"}}),
        "no elector",
    );
    // in the next one it has
    let next = world.opened(of_the_forest("ordinary", &[]));
    world.vote(&all[4], next, json!("yes"));
    assert_eq!(world.proposal(next).opening.expect("open").members, 5);
    world.check();
}
