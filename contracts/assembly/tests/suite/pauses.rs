//! Urgent pauses: soon or never, with a rest between them, and of contracts
//! that can be paused.

use crate::world::{REST, World, attribute, events, names, native, short, told_to, with, yes_no};
use cosmwasm_std::Addr;
use mycel_assembly::ask::PhaseName;
use mycel_assembly::parameters::{MAX_PAUSE, Numbers};
use mycel_sandbox::{Code, address};
use serde_json::{Value, json};

const DAY: u32 = 86_400;

/// A pause of the probe.
pub fn pause(world: &World, seconds: u64) -> Value {
    of(&world.probe, seconds)
}

fn of(contract: &Addr, seconds: u64) -> Value {
    json!({"pause": {"contract": contract, "seconds": seconds}})
}

fn execute(number: u64) -> Value {
    json!({"execute": {"proposal": number.to_string()}})
}

/// Accepted urgently, and to be carried out.
fn urgent(world: &mut World, actions: &[Value]) -> u64 {
    let number = world.released(yes_no("urgent", actions), 4);
    assert_eq!(world.phase(number), PhaseName::Execution);
    number
}

#[test]
fn an_urgent_decision_is_carried_out_before_its_pause_would_be_over_or_never() {
    let mut world = World::new(4);
    let probe = world.probe.clone();
    let credit = world.credit.clone();
    // the shortest of its pauses
    let number = urgent(&mut world, &[of(&probe, 90), of(&credit, 60)]);
    let found = world.proposal(number);
    let result = found.executable.expect("accepted").0;
    assert_eq!(found.until.0, result + 60);
    world.wait(result + 59 - world.now());
    world.execute(number);
    assert_eq!(world.phase(number), PhaseName::Executed);
    // a second too late
    world.wait(90 + REST);
    let number = urgent(&mut world, &[of(&probe, 60)]);
    world.wait(60);
    world.no("anyone", execute(number), "another phase");
    world.advance();
    assert_eq!(world.phase(number), PhaseName::Lapsed);
    assert_eq!(world.log(&world.probe).len(), 1);
    world.check();
}

#[test]
fn an_urgent_decision_has_a_time_of_its_own_however_long_its_pause() {
    let bounds = Numbers::bounds(false);
    let bound = bounds
        .iter()
        .find(|one| one.name == "urgent_execution_seconds");
    let bound = bound.map(|one| (one.least.clone(), one.most.clone()));
    assert_eq!(bound, Some(((DAY / 4).to_string(), MAX_PAUSE.to_string())));
    assert_eq!(Numbers::default().urgent_execution_seconds, DAY);
    let mut numbers = short();
    numbers["urgent_execution_seconds"] = json!(20);
    let mut world = World::begin(Code::native(native()), 4, numbers);
    let probe = world.probe.clone();
    let number = urgent(&mut world, &[of(&probe, 90)]);
    let found = world.proposal(number);
    assert_eq!(found.until.0, found.executable.expect("accepted").0 + 20);
}

#[test]
fn who_waits_with_an_urgent_decision_does_not_load_it_for_later() {
    let mut world = World::new(4);
    let number = world.opened(yes_no("urgent", &[pause(&world, 60)]));
    for name in names(3) {
        world.vote(&name, number, json!("yes"));
    }
    let until = world.proposal(number).until.0;
    world.wait(until - world.now());
    let one = json!({"advance": {"limit": 1, "proposal": number.to_string()}});
    while world.phase(number) != PhaseName::Timelock {
        world.ok("anyone", one.clone());
    }
    // nobody lays it out before its pause would be over
    world.wait(60);
    world.no("anyone", execute(number), "another phase");
    world.advance();
    assert_eq!(world.phase(number), PhaseName::Lapsed);
    assert!(world.log(&world.probe).is_empty());
    world.check();
}

#[test]
fn between_two_urgent_pauses_a_contract_rests() {
    let mut numbers = short();
    // four times as long as the pause
    numbers["pause_rest_seconds"] = json!(4 * MAX_PAUSE);
    let mut world = World::begin(Code::native(native()), 4, numbers);
    let probe = world.probe.clone();
    let credit = world.credit.clone();
    let first = urgent(&mut world, &[of(&probe, 300)]);
    let begun = world.now();
    world.execute(first);
    assert_eq!(world.phase(first), PhaseName::Executed);
    // another contract is not the same
    let second = urgent(&mut world, &[of(&probe, 300), of(&credit, 300)]);
    let receipt = world.execute(second);
    assert_eq!(events(&receipt, "wasm-action_failed"), 1);
    let why = attribute(&receipt, "wasm-action_failed", "why").expect("a reason");
    let rests = format!(
        "pause rests: contract={} until={}",
        world.probe,
        begun + 1_500
    );
    assert!(why.contains(&rests), "{why}");
    assert_eq!(world.log(&world.probe).len(), 1);
    assert_eq!(world.log(&credit).len(), 1);
    // nor as a part of what runs wholly or not at all
    let atomic = with(
        yes_no("urgent", &[pause(&world, 300)]),
        "atomic",
        json!(true),
    );
    let third = world.released(atomic, 4);
    let receipt = world.execute(third);
    assert_eq!(events(&receipt, "wasm-action_failed"), 1);
    // an ordinary decision, that many make, has no such rest
    let ordinary = world.released(yes_no("ordinary", &[pause(&world, 300)]), 4);
    world.execute(ordinary);
    assert_eq!(world.phase(ordinary), PhaseName::Executed);
    assert_eq!(world.log(&world.probe).len(), 2);
    let fourth = world.opened(yes_no("urgent", &[pause(&world, 300)]));
    for name in names(3) {
        world.vote(&name, fourth, json!("yes"));
    }
    world.wait((begun + 1_499).saturating_sub(world.now()).max(1));
    world.count(fourth);
    world.execute(fourth);
    assert_eq!(world.phase(fourth), PhaseName::Executed);
    assert_eq!(world.log(&world.probe).len(), 3);
    world.check();
}

#[test]
fn a_contract_rests_in_proportion_to_its_pause_and_a_short_one_takes_the_brake_from_nobody() {
    let mut numbers = short();
    numbers["pause_rest_seconds"] = json!(30 * DAY);
    let mut world = World::begin(Code::native(native()), 4, numbers);
    let probe = world.probe.clone();
    // two seconds: it rests for nine, not for thirty days
    let dud = urgent(&mut world, &[of(&probe, 2)]);
    world.execute(dud);
    assert_eq!(world.phase(dud), PhaseName::Executed);
    let begun = world.now();
    assert_eq!(rests(&world, &probe), begun + 2 + 9);
    let week = urgent(&mut world, &[of(&probe, MAX_PAUSE.into())]);
    world.execute(week);
    assert_eq!(world.phase(week), PhaseName::Executed);
    let until = world.now() + u64::from(MAX_PAUSE) + 30 * u64::from(DAY);
    assert_eq!(rests(&world, &probe), until);
    assert_eq!(world.log(&probe).len(), 2);
    // nor does a smaller parameter shorten a rest that has begun
    let less = told_to(
        &world.assembly.clone(),
        &json!({"set_parameters": {"numbers": {"pause_rest_seconds": 1}}}),
    );
    let number = world.released(yes_no("constitutional", &[less]), 4);
    world.execute(number);
    let again = urgent(&mut world, &[of(&probe, 5)]);
    let receipt = world.execute(again);
    assert_eq!(events(&receipt, "wasm-action_failed"), 1);
    assert_eq!(rests(&world, &probe), until);
    world.check();
}

fn rests(world: &World, contract: &Addr) -> u64 {
    let key = mycel_assembly::state::rests(contract.as_str());
    let read = |storage: &dyn cosmwasm_std::Storage| key.load(storage).expect("a time");
    world.sandbox.read(&world.assembly, read).expect("assembly")
}

#[test]
fn a_decision_pauses_a_contract_once() {
    let mut world = World::new(4);
    let ana = names(1)[0].clone();
    let (probe, credit) = (world.probe.clone(), world.credit.clone());
    let until = told_to(&probe, &json!({"pause": {"until": "1700000000"}}));
    let words = format!("given twice: pause of contract={probe}");
    for (class, actions) in [
        ("urgent", vec![of(&probe, 60), of(&probe, 60)]),
        (
            "ordinary",
            vec![of(&probe, 60), of(&credit, 60), of(&probe, 90)],
        ),
        ("ordinary", vec![until.clone(), of(&probe, 60)]),
        ("ordinary", vec![until.clone(), until.clone()]),
    ] {
        world.no(&ana, json!({"propose": yes_no(class, &actions)}), &words);
    }
    // of two options one is carried out
    let options = [60, 90]
        .map(|seconds| json!({"title": format!("{seconds}"), "actions": [of(&probe, seconds)]}));
    let ballot = json!({"approval": {"options": options}});
    world.propose(&ana, crate::world::proposal("ordinary", ballot));
}

#[test]
fn what_pauses_is_carried_out_soon_whatever_its_class() {
    for class in ["ordinary", "spending", "constitutional"] {
        let mut numbers = short();
        numbers["urgent_execution_seconds"] = json!(400);
        let mut world = World::begin(Code::native(native()), 4, numbers);
        let probe = world.probe.clone();
        for (seconds, window) in [(300, 300), (u64::from(MAX_PAUSE), 400)] {
            let number = world.released(yes_no(class, &[of(&probe, seconds)]), 4);
            let found = world.proposal(number);
            let released = found.executable.expect("accepted").0;
            assert_eq!(found.until.0, released + window, "{class}");
            world.wait(released + window - world.now());
            world.no("anyone", execute(number), "another phase");
            world.advance();
            assert_eq!(world.phase(number), PhaseName::Lapsed);
        }
        assert!(world.log(&probe).is_empty());
        world.check();
    }
}

#[test]
fn a_pause_that_was_refused_begins_no_rest() {
    let mut world = World::new(4);
    let probe = world.probe.clone();
    let first = urgent(&mut world, &[of(&probe, 300)]);
    world.break_at(&probe, Some("pause"));
    let receipt = world.execute(first);
    assert_eq!(events(&receipt, "wasm-action_failed"), 1);
    world.break_at(&probe, None);
    world.wait(1);
    world.execute(first);
    assert_eq!(world.phase(first), PhaseName::Executed);
    assert_eq!(world.log(&probe).len(), 1);
}

#[test]
fn a_rest_is_a_month_and_two_weeks_at_least() {
    assert_eq!(Numbers::default().pause_rest_seconds, 30 * DAY);
    let bounds = Numbers::bounds(false);
    let bound = bounds.iter().find(|one| one.name == "pause_rest_seconds");
    let bound = bound.map(|one| (one.least.clone(), one.most.clone()));
    // twice as long as a pause at least: no contract stands still most of the time
    assert_eq!(
        bound,
        Some(((2 * MAX_PAUSE).to_string(), (365 * DAY).to_string()))
    );
}

#[test]
fn juries_lots_the_assembly_and_what_knows_no_pause_are_not_paused() {
    let mut world = crate::real::town();
    let ana = names(1)[0].clone();
    let (own, sortition) = (world.assembly.clone(), world.sortition.clone());
    let refused = [
        (
            sortition.clone(),
            "juries and lots are stopped by no decision",
        ),
        (own, "this is the assembly"),
        (address("ana"), "it does not say what it is"),
    ];
    for (contract, why) in &refused {
        let words = format!("no pause: contract={contract}: {why}");
        let until = json!({"pause": {"until": (world.now() + 60).to_string()}});
        for (class, action) in [
            ("urgent", of(contract, 60)),
            ("ordinary", of(contract, 60)),
            ("constitutional", told_to(contract, &until)),
        ] {
            world.no(&ana, json!({"propose": yes_no(class, &[action])}), &words);
        }
    }
    // another sortition than the assembly's own is one too
    let none = told_to(
        &world.assembly.clone(),
        &json!({"set_peers": {"sortition": ""}}),
    );
    let number = world.released(yes_no("constitutional", &[none]), 7);
    world.execute(number);
    let msg = json!({"propose": yes_no("urgent", &[of(&sortition, 60)])});
    world.no(&ana, msg, "juries and lots are stopped by no decision");
    let (members, credit) = (world.members.clone(), world.credit.clone());
    world.propose(&ana, yes_no("urgent", &[of(&members, 60), of(&credit, 60)]));
    world.check();
}

#[test]
fn an_urgent_pause_never_shortens_a_longer_one_of_a_real_contract() {
    let mut world = crate::real::town();
    let clearing = crate::real::clearing(&mut world);
    let contracts = [world.members.clone(), world.credit.clone(), clearing];
    let week: Vec<Value> = contracts
        .iter()
        .map(|one| of(one, MAX_PAUSE.into()))
        .collect();
    let long = world.released(yes_no("ordinary", &week), 7);
    world.execute(long);
    let until = world.now() + u64::from(MAX_PAUSE);
    let minute: Vec<Value> = contracts.iter().map(|one| of(one, 60)).collect();
    let short = world.released(yes_no("urgent", &minute), 7);
    world.execute(short);
    assert_eq!(world.phase(short), PhaseName::Executed);
    for contract in &contracts {
        let kept = world
            .sandbox
            .read(contract, |storage| {
                mycel_kit::pause::key().may_load(storage).expect("a time")
            })
            .expect("a contract");
        assert_eq!(kept, Some(until), "{contract}");
    }
}
