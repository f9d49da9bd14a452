//! Appeals against measures, and mediation.

use serde_json::{Value, json};

use super::ground::forest;
use crate::world::{APPEAL, JURY, World, names};

fn appeal(measure: u64) -> Value {
    json!({"appeal": {"measure": measure.to_string()}})
}

fn state(world: &World, measure: u64) -> String {
    let view: Value = world.query(&json!({"measure": {"id": measure.to_string()}}));
    view["state"].as_str().expect("a state").to_owned()
}

#[test]
fn a_measure_whose_appeal_is_upheld_is_lifted_and_the_step_before_is_back() {
    let (mut world, forest) = forest();
    world.overuse(forest, 2, 1, 400);
    world.overuse(forest, 2, 2, 400);
    let case = world.appealed(2, 2);
    assert_eq!(world.step(forest, 2), "reduced", "in force meanwhile");
    world.judge(case, "uphold");
    world.follow(case);
    assert_eq!(state(&world, 2), "lifted");
    assert_eq!(world.step(forest, 2), "notice");
    world.follow(case);
    assert_eq!(world.step(forest, 2), "notice");
}

#[test]
fn a_measure_below_that_is_lifted_lowers_the_one_above_by_a_step() {
    let (mut world, forest) = forest();
    world.overuse(forest, 2, 1, 400);
    let case = world.appealed(2, 1);
    world.overuse(forest, 2, 2, 400);
    world.judge(case, "uphold");
    world.follow(case);
    assert_eq!(state(&world, 1), "lifted");
    assert_eq!(world.step(forest, 2), "notice");
}

#[test]
fn a_measure_whose_appeal_is_dismissed_is_final_and_not_appealed_again() {
    let (mut world, forest) = forest();
    let all = names(20);
    world.overuse(forest, 2, 1, 400);
    let case = world.appealed(2, 1);
    world
        .as_(&all[1])
        .refused(appeal(1), "measure settled: measure=1 state=appealed");
    world.judge(case, "dismiss");
    world.follow(case);
    assert_eq!(state(&world, 1), "final");
    assert_eq!(world.step(forest, 2), "notice");
    world
        .as_(&all[1])
        .refused(appeal(1), "measure settled: measure=1 state=final");
}

#[test]
fn an_appeal_that_nobody_decides_lifts_the_measure() {
    let (mut world, forest) = forest();
    world.overuse(forest, 2, 1, 400);
    let case = world.appealed(2, 1);
    for _ in 0..20 {
        world.wait(JURY / 4);
        let sortition = world.sortition.clone();
        world.as_("anyone").tell(&sortition, json!({"advance": {}}));
    }
    world.follow(case);
    assert_eq!(state(&world, 1), "lifted");
    assert_eq!(world.step(forest, 2), "none");
}

#[test]
fn a_measure_is_appealed_by_whom_it_is_against_until_its_time() {
    let (mut world, forest) = forest();
    let all = names(20);
    world.overuse(forest, 2, 1, 400);
    world
        .as_(&all[0])
        .refused(appeal(1), "not against you: measure=1 is against person=2");
    world.as_(&all[1]).refused(appeal(9), "unknown measure");
    world.wait(APPEAL + 1);
    assert_eq!(state(&world, 1), "final");
    world.as_(&all[1]).refused(appeal(1), "measure settled");
}

#[test]
fn who_was_excluded_appeals_and_is_reinstated_with_its_say_and_shares() {
    let (mut world, forest) = forest();
    let all = names(20);
    for epoch in 1..=4 {
        world.overuse(forest, 2, epoch, 400);
    }
    assert_eq!(
        world.account(forest, &all[1])["enrolment"]["standing"],
        "excluded"
    );
    let case = world.appealed(2, 4);
    world.wait(APPEAL + 10);
    assert_eq!(state(&world, 4), "appealed", "the sale waits for the jury");
    world.judge(case, "uphold");
    world.follow(case);
    assert_eq!(world.step(forest, 2), "suspended");
    let account = world.account(forest, &all[1]);
    assert_eq!(account["enrolment"]["standing"], "enrolled");
    assert_eq!(account["benefit"]["shares"], 1_000);
    world.block();
    let height = world.sandbox.height().to_string();
    let elector: Value = world.query(&json!({"elector": {"commons": forest.to_string(),
        "address": mycel_sandbox::address(&all[1]), "at": height}}));
    assert_eq!(elector["eligible"], true);
}

#[test]
fn mediation_that_ends_well_lowers_a_measure_by_a_step_by_that_commons_decision() {
    let (mut world, forest) = forest();
    let other = world.found(&[]);
    for epoch in 1..=3 {
        world.overuse(forest, 2, epoch, 400);
    }
    let lower = |commons: u64, measure: u64| json!({"lower": {"commons": commons.to_string(), "measure": measure.to_string()}});
    world.undecided(
        "all",
        "constitutional",
        lower(forest, 3),
        "another electorate",
    );
    world.undecided(
        other,
        "ordinary",
        lower(other, 3),
        "another commons: measure=3",
    );
    world.undecided(
        forest,
        "ordinary",
        lower(forest, 1),
        "not in force: measure=1",
    );
    world.decide(forest, "ordinary", lower(forest, 3));
    assert_eq!(world.step(forest, 2), "reduced");
    world.undecided(
        forest,
        "ordinary",
        lower(forest, 3),
        "measure settled: measure=3 state=lowered",
    );
}

#[test]
fn nobody_appeals_after_the_time_though_nobody_made_the_measure_final_yet() {
    let (mut world, forest) = forest();
    world.overuse(forest, 2, 1, 400);
    world.sandbox.advance_time(APPEAL + 1);
    assert_eq!(state(&world, 1), "taken");
    world
        .as_(&names(20)[1])
        .refused(appeal(1), "too late: measure=1");
}
