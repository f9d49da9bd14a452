//! Spending: caps of each and of all, when it runs.

use crate::world::{COMMONS, World, names, proposal, spend, yes_no};
use mycel_assembly::ask::PhaseName;
use mycel_sandbox::address;
use serde_json::{Value, json};

fn states(world: &World, number: u64) -> Vec<String> {
    let runs = world.runs(number).runs;
    runs.into_iter().map(|run| run.state).collect()
}

#[test]
fn spending_is_capped_each_and_in_ninety_days_when_it_runs_too() {
    let mut world = World::new(4);
    let mut numbers = vec![];
    for share in [10, 9, 7] {
        let number = world.decided(
            yes_no("spending", &[spend("ben", COMMONS / 100 * share)]),
            4,
            0,
        );
        numbers.push(number);
    }
    let last = *numbers.last().expect("one");
    let until = world.proposal(last).until.0;
    world.wait(until - world.now());
    for number in &numbers[..2] {
        world.execute(*number);
        assert_eq!(states(&world, *number), ["done"]);
        world.check();
    }
    // 19 % are spent; 7 % of what was there are more than a quarter together
    world.execute(last);
    assert_eq!(states(&world, last), ["failed"]);
    let why = world.runs(last).runs[0].why.clone();
    assert!(why.contains("spending cap: of all in the window"), "{why}");
    let shown: Value = world.query(&json!({"spending": {}}));
    let digits = |name: &str| {
        shown[name]
            .as_str()
            .and_then(|text| text.parse::<u128>().ok())
    };
    assert_eq!(digits("spent"), Some(COMMONS / 100 * 19));
    assert_eq!(digits("left"), Some(COMMONS / 100 * 6));
    world.check();
}

#[test]
fn a_spending_that_leaves_the_window_makes_room() {
    let mut numbers = crate::world::short();
    numbers["spend_window_seconds"] = json!(9_000);
    numbers["execution_seconds"] = json!(30_000);
    let code = mycel_sandbox::Code::native(crate::world::native());
    let mut world = World::begin(code, 4, numbers);
    let mut made = vec![];
    for share in [10, 9, 7] {
        let pay = spend("ben", COMMONS / 100 * share);
        made.push(world.decided(yes_no("spending", &[pay]), 4, 0));
    }
    world.release(made[2]);
    world.execute(made[0]);
    world.execute(made[1]);
    world.execute(made[2]);
    assert_eq!(states(&world, made[2]), ["failed"]);
    let why = world.runs(made[2]).runs[0].why.clone();
    assert!(why.contains("of all in the window"), "{why}");
    world.wait(9_101);
    // back at the full sum: what was spent is gone
    let credit = world.credit.clone();
    world.tell(&credit, "key", &json!({"commons": COMMONS.to_string()}));
    world.execute(made[2]);
    assert_eq!(states(&world, made[2]), ["done"]);
    world.check();
}

#[test]
fn a_tenth_is_judged_against_what_the_commons_hold_when_it_runs() {
    let mut world = World::new(4);
    let number = world.released(yes_no("spending", &[spend("ben", COMMONS / 10)]), 4);
    let credit = world.credit.clone();
    world.tell(
        &credit,
        "key",
        &json!({"commons": (COMMONS / 2).to_string()}),
    );
    world.execute(number);
    let why = world.runs(number).runs[0].why.clone();
    assert!(why.contains("spending cap: of one proposal"), "{why}");
    world.tell(&credit, "key", &json!({"commons": "-5"}));
    world.execute(number);
    assert_eq!(states(&world, number), ["failed"]);
    world.tell(&credit, "key", &json!({"commons": COMMONS.to_string()}));
    world.execute(number);
    assert_eq!(states(&world, number), ["done"]);
    world.check();
}

#[test]
fn two_spendings_of_one_message_are_judged_together() {
    let mut world = World::new(4);
    let half = COMMONS / 20;
    let number = world.released(
        yes_no("spending", &[spend("ben", half), spend("cleo", half)]),
        4,
    );
    let credit = world.credit.clone();
    let held = COMMONS - COMMONS / 100;
    world.tell(&credit, "key", &json!({"commons": held.to_string()}));
    world.execute(number);
    assert_eq!(states(&world, number), ["done", "failed"]);
    world.check();
}

#[test]
fn a_refused_spending_is_not_counted() {
    let mut world = World::new(4);
    let number = world.released(yes_no("spending", &[spend("ben", 5), spend("cleo", 6)]), 4);
    let credit = world.credit.clone();
    world.break_at(&credit, Some(address("cleo").as_str()));
    world.execute(number);
    assert_eq!(states(&world, number), ["done", "failed"]);
    assert_eq!(world.proposal(number).spent.pico(), 5);
    world.check();
    world.break_at(&credit, None);
    world.execute(number);
    assert_eq!(world.proposal(number).spent.pico(), 11);
    world.check();
}

#[test]
fn a_budget_pays_the_projects_that_its_voters_share() {
    let mut world = World::new(4);
    let projects: Vec<Value> = [("well", 60), ("road", 60), ("tree", 40)]
        .iter()
        .map(
            |(title, cost)| json!({"title": title, "to": address(title), "cost": cost.to_string()}),
        )
        .collect();
    let budget = json!({"budget": {"total": "100", "projects": projects}});
    let number = world.opened(proposal("spending", budget));
    for name in &names(4) {
        world.vote(name, number, json!({"approve": [0, 2]}));
    }
    world.count(number);
    assert_eq!(
        world.proposal(number).outcome.expect("counted").chosen,
        [0, 2]
    );
    world.release(number);
    world.execute(number);
    assert_eq!(world.proposal(number).spent.pico(), 100);
    assert_eq!(world.phase(number), PhaseName::Executed);
    world.check();
}
