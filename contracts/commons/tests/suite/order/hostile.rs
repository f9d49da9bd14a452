//! What the sanctioned might try, and what must not befall them.

use mycel_sandbox::{Code, address};
use serde_json::{Value, json};

use super::ground::{accusation, forest, native};
use crate::world::{World, names, rules, shares, with};

fn state(world: &World, measure: u64) -> String {
    let view: Value = world.query(&json!({"measure": {"id": measure.to_string()}}));
    view["state"].as_str().expect("a state").to_owned()
}

fn give(commons: u64, to: u64) -> Value {
    json!({"transfer_shares": {"commons": commons.to_string(), "to": to.to_string(), "shares": 1}})
}

#[test]
fn a_measure_below_that_is_lifted_does_not_wipe_an_exclusion_off() {
    let (mut world, forest) = forest();
    let all = names(20);
    for epoch in 1..=3 {
        world.overuse(forest, 2, epoch, 400);
    }
    let case = world.appealed(2, 3);
    world.overuse(forest, 2, 4, 400);
    assert_eq!(world.step(forest, 2), "excluded");
    world.judge(case, "uphold");
    world.follow(case);
    assert_eq!(state(&world, 3), "lifted");
    // a step lower, not in good standing
    assert_eq!(world.step(forest, 2), "suspended");
    let account = world.account(forest, &all[1]);
    assert_eq!(account["enrolment"]["standing"], "enrolled");
    world.as_(&all[1]).refused(give(forest, 1), "suspended");
}

#[test]
fn a_measure_that_was_over_when_another_came_takes_nothing_of_that_one_when_lifted() {
    let mut world = World::begin(Code::native(native()), 20);
    let rules = with(rules(), "/order/notice_seconds", json!(1_000));
    let forest = world.found_with(rules, None, &[(1, 1_000), (2, 1_000)]);
    world.overuse(forest, 2, 1, 400);
    let case = world.appealed(2, 1);
    world.judge(case, "uphold");
    world.wait(1_000);
    assert_eq!(world.step(forest, 2), "none");
    world.overuse(forest, 2, 2, 400);
    world.follow(case);
    assert_eq!(state(&world, 1), "lifted");
    assert_eq!(world.step(forest, 2), "notice");
}

#[test]
fn a_measure_that_mediation_lowered_may_still_be_appealed() {
    let (mut world, forest) = forest();
    for epoch in 1..=3 {
        world.overuse(forest, 2, epoch, 400);
    }
    let lower = json!({"lower": {"commons": forest.to_string(), "measure": "3"}});
    world.decide(forest, "ordinary", lower);
    assert_eq!(
        (state(&world, 3), world.step(forest, 2)),
        ("lowered".into(), "reduced".into())
    );
    let case = world.appealed(2, 3);
    world.judge(case, "uphold");
    world.follow(case);
    assert_eq!(
        (state(&world, 3), world.step(forest, 2)),
        ("lifted".into(), "reduced".into())
    );
}

#[test]
fn who_is_reduced_gives_no_shares_away_but_to_the_commons() {
    let (mut world, forest) = forest();
    let all = names(20);
    world.overuse(forest, 2, 1, 400);
    world.as_(&all[1]).say(give(forest, 1));
    world.overuse(forest, 2, 2, 400);
    world
        .as_(&all[1])
        .refused(give(forest, 1), "reduced: person=2 commons=1 until=");
    let lease =
        json!({"lease": {"commons": forest.to_string(), "to": "1", "shares": 1, "epochs": 1}});
    world.as_(&all[1]).refused(lease, "reduced: person=2");
    world.as_(&all[1]).say(give(forest, 0));
}

#[test]
fn who_is_suspended_does_not_deal_through_an_organisation_that_it_controls_by_half() {
    let (mut world, forest) = forest();
    let all = names(20);
    let half = world.organisation("hull", &[(&all[1], 5_000), (&all[0], 5_000)]);
    let less = world.organisation("husk", &[(&all[0], 5_001), (&all[1], 4_999)]);
    let enrol = json!({"enrol": {"commons": forest.to_string(),
        "members": shares(&[(half, 10), (less, 10)])}});
    world.decide(forest, "ordinary", enrol);
    world.as_("hull").say(give(forest, 3));
    for epoch in 1..=3 {
        world.overuse(forest, 2, epoch, 400);
    }
    assert_eq!(world.step(forest, 2), "suspended");
    world.as_("hull").refused(
        give(forest, 3),
        &format!("controllers suspended: 5000 of 10000 of organisation={half}"),
    );
    world.as_("husk").say(give(forest, 3));
    // it ends with the suspension
    let lower = json!({"lower": {"commons": forest.to_string(), "measure": "3"}});
    world.decide(forest, "ordinary", lower);
    world.as_("hull").say(give(forest, 3));
}

#[test]
fn a_sanction_within_an_epoch_takes_nothing_of_it_whoever_was_not_looked_at_yet() {
    let mut world = World::begin(Code::native(native()), 20);
    let (forest, labs) = world.growing(20, &[(1, 1_000_000), (2, 1_000_000)]);
    for epoch in 1..=2 {
        world.overuse(forest, 2, epoch, 400);
    }
    assert_eq!(world.step(forest, 2), "reduced");
    let all = names(20);
    assert_eq!(
        world.account(forest, &all[1])["benefit"]["balance"],
        "10000"
    );
    world.wait(crate::world::EPOCH - 7_200);
    world.readings(forest, &labs, 10_000_000);
    world.wait(7_200);
    assert_eq!(world.account(forest, &all[1])["benefit"]["balance"], "5000");
}

#[test]
fn harvest_that_a_jury_finds_after_the_commons_closed_ends_and_frees_the_accuser() {
    let (mut world, forest) = forest();
    let case = world.accused(forest, 1, 2, json!({"unreported": {"quantity": "50"}}));
    let close = json!({"close": {"commons": forest.to_string()}});
    world.decide(forest, "constitutional", close);
    world.judge(case, "uphold");
    world.follow(case);
    let view: Value = world.query(&json!({"accusation": {"id": "1"}}));
    assert_eq!(view["judged"], "upheld");
    let items: Value = world.query(&json!({"open_items": {"member": address(&names(20)[0])}}));
    assert_eq!(items["open"], 0);
}

#[test]
fn who_was_excluded_and_may_still_be_reinstated_is_not_sold_by_a_recheck() {
    let (mut world, forest) = forest();
    for epoch in 1..=4 {
        world.overuse(forest, 2, epoch, 400);
    }
    let recheck = json!({"recheck": {"commons": forest.to_string(), "persons": ["2"]}});
    world
        .as_("anyone")
        .refused(recheck.clone(), "nothing to do");
    let case = world.appealed(2, 4);
    world.as_("anyone").refused(recheck, "nothing to do");
    world.judge(case, "uphold");
    world.follow(case);
    assert_eq!(
        world.account(forest, &names(20)[1])["benefit"]["shares"],
        1_000
    );
}

#[test]
fn the_last_epoch_of_a_commons_that_closes_is_policed_as_any_other() {
    let mut world = World::begin(Code::native(native()), 20);
    let (forest, _) = world.growing(20, &[(1, 1_000_000), (2, 1_000_000)]);
    let close = json!({"close": {"commons": forest.to_string()}});
    world.decide(forest, "constitutional", close);
    let all = names(20);
    let told = accusation(forest, 2, json!({"conduct": {}}));
    world.as_(&all[0]).say(told);
}

#[test]
fn harvest_that_a_jury_finds_while_no_epoch_is_open_frees_the_accuser_and_is_recorded_in_the_next()
{
    let (mut world, forest) = forest();
    world.sentenced(
        forest,
        1,
        2,
        json!({"unreported": {"quantity": "50"}}),
        "uphold",
    );
    let view: Value = world.query(&json!({"accusation": {"id": "1"}}));
    assert_eq!(view["judged"], "upheld");
    // its place is free at once
    let told = accusation(forest, 3, json!({"conduct": {}}));
    world.as_(&names(20)[0]).say(told);
    assert_eq!(world.step(forest, 2), "none");
    let labs = world.labs(forest, 20);
    world.readings(forest, &labs, 10_000_000);
    let found = |world: &World| world.account(forest, &names(20)[1])["benefit"].clone();
    for _ in 0..8 {
        if found(&world)["harvested"] == "50" {
            break;
        }
        world.readings(forest, &labs, 10_000_000);
        world.wait(1_000);
    }
    assert_eq!(found(&world)["harvested"], "50", "{}", found(&world));
    world.wait(3_700);
    let again = found(&world)["harvested"].clone();
    assert!(again == "50" || again == "0", "once: {again}");
}

#[test]
fn who_is_accused_of_something_grave_gives_no_shares_away_until_the_jury_said() {
    let (mut world, forest) = forest();
    let all = names(20);
    let conduct = world.accused(forest, 3, 2, json!({"conduct": {}}));
    world.as_(&all[1]).say(give(forest, 1));
    let case = world.accused(forest, 1, 2, json!({"grave": {}}));
    world.as_(&all[1]).refused(
        give(forest, 1),
        "accused of something grave: person=2 commons=1 accusation=2 until=",
    );
    let lease =
        json!({"lease": {"commons": forest.to_string(), "to": "1", "shares": 1, "epochs": 1}});
    world.as_(&all[1]).refused(lease, "accused of something");
    world.as_(&all[1]).say(give(forest, 0));
    // another's accusation ends without its own
    world.judge(conduct, "dismiss");
    world.follow(conduct);
    world
        .as_(&all[1])
        .refused(give(forest, 1), "accused of something");
    world.judge(case, "dismiss");
    world.follow(case);
    world.as_(&all[1]).say(give(forest, 1));
}

#[test]
fn what_a_lifted_measure_withheld_of_the_open_epoch_comes_back() {
    let mut world = World::begin(Code::native(native()), 20);
    let (forest, labs) = world.growing(20, &[(1, 1_000_000), (2, 1_000_000)]);
    for epoch in 1..=2 {
        world.overuse(forest, 2, epoch, 400);
    }
    let case = world.appealed(2, 2);
    world.judge(case, "uphold");
    let all = names(20);
    let touch = json!({"bring_up": {"commons": forest.to_string(), "persons": ["2"]}});
    let benefit = |world: &World| world.account(forest, &all[1])["benefit"]["balance"].clone();
    for _ in 0..12 {
        if benefit(&world) == "5000" {
            break;
        }
        world.readings(forest, &labs, 10_000_000);
        world.wait(1_000);
    }
    // whoever brings it up takes nothing of it for good
    world.as_("anyone").say(touch);
    assert_eq!(
        (benefit(&world), state(&world, 2)),
        (json!("5000"), "appealed".into())
    );
    world.follow(case);
    assert_eq!(
        (benefit(&world), state(&world, 2)),
        (json!("10000"), "lifted".into())
    );
    world.follow(case);
    assert_eq!(benefit(&world), "10000");
    world.check();
    let sums = world.read(mycel_commons::rights::invariants::recompute);
    assert_eq!(sums, Ok(()));
}
