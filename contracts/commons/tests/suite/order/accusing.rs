//! One member accuses another before a jury.

use mycel_sandbox::address;
use serde_json::{Value, json};

use super::ground::{accusation, forest};
use crate::world::{JURY, names};

fn conduct() -> Value {
    json!({"conduct": {}})
}

#[test]
fn an_accusation_that_a_jury_upholds_climbs_one_step_and_is_acted_on_once() {
    let (mut world, forest) = forest();
    assert_eq!(world.step(forest, 2), "none");
    let case = world.accused(forest, 1, 2, conduct());
    assert_eq!(world.step(forest, 2), "none", "not yet");
    world.judge(case, "uphold");
    world.follow(case);
    assert_eq!(world.step(forest, 2), "notice");
    world.follow(case);
    assert_eq!(world.step(forest, 2), "notice");
    let ladder = world.ladder(forest, 2);
    assert_eq!(ladder["measures"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        ladder["measures"][0]["why"],
        json!({"upheld": {"accusation": "1"}})
    );
    let view: Value = world.query(&json!({"accusation": {"id": "1"}}));
    assert_eq!(view["judged"], "upheld");
    assert_eq!(view["text"], "felled by night");
}

#[test]
fn nobody_tells_an_outcome_before_the_jury_has() {
    let (mut world, forest) = forest();
    let case = world.accused(forest, 1, 2, conduct());
    world.follow(case);
    world.wait(100);
    world.follow(case);
    assert_eq!(world.step(forest, 2), "none");
    let view: Value = world.query(&json!({"accusation": {"id": "1"}}));
    assert_eq!(view["judged"], "open");
    world
        .as_("anyone")
        .refused(json!({"advance": {"case": "99"}}), "unknown case: case=99");
}

#[test]
fn what_a_jury_dismisses_or_nobody_decides_has_no_effect_and_frees_the_accuser() {
    let (mut world, forest) = forest();
    world.sentenced(forest, 1, 2, conduct(), "dismiss");
    assert_eq!(
        (world.step(forest, 1), world.step(forest, 2)),
        ("none".into(), "none".into())
    );
    let case = world.accused(forest, 1, 2, conduct());
    // no juror votes
    for _ in 0..20 {
        world.wait(JURY / 4);
        let sortition = world.sortition.clone();
        world.as_("anyone").tell(&sortition, json!({"advance": {}}));
    }
    world.follow(case);
    let view: Value = world.query(&json!({"accusation": {"id": "2"}}));
    assert_eq!(view["judged"], "lapsed");
    assert_eq!(world.step(forest, 2), "none");
    world.accused(forest, 1, 2, conduct());
}

#[test]
fn who_accuses_maliciously_climbs_instead() {
    let (mut world, forest) = forest();
    world.sentenced(forest, 1, 2, conduct(), "malicious");
    assert_eq!(world.step(forest, 1), "notice");
    assert_eq!(world.step(forest, 2), "none");
}

#[test]
fn a_grave_accusation_skips_a_step_by_a_large_jury_only() {
    let (mut world, forest) = forest();
    world.sentenced(forest, 1, 2, json!({"grave": {}}), "uphold");
    assert_eq!(world.step(forest, 2), "reduced");
    assert_eq!(
        world.ladder(forest, 2)["measures"].as_array().map(Vec::len),
        Some(1)
    );
    use mycel_commons::order::accusations::jury;
    use mycel_kit::ladder::Step;
    assert_eq!(jury(Step::Notice), (5, 5_001));
    assert_eq!(jury(Step::Reduced), (11, 6_667));
    assert_eq!(jury(Step::Suspended), (11, 6_667));
    assert_eq!(jury(Step::Expelled), (23, 6_667));
}

#[test]
fn a_jury_goes_no_further_than_its_size_is_for() {
    let (mut world, forest) = forest();
    // asked when it would have been a notice, by a small jury
    let case = world.accused(forest, 1, 2, conduct());
    world.overuse(forest, 2, 1, 501);
    assert_eq!(world.step(forest, 2), "notice");
    world.judge(case, "uphold");
    let receipt = world.follow(case);
    assert_eq!(crate::world::events(&receipt, "wasm-no_further_step"), 1);
    assert_eq!(world.step(forest, 2), "notice");
}

#[test]
fn only_the_enrolled_accuse_only_the_enrolled_one_at_a_time_and_not_themselves() {
    let (mut world, forest) = forest();
    let all = names(20);
    let say = |person| accusation(forest, person, conduct());
    world
        .as_(&all[9])
        .refused(say(1), "not enrolled: person=10");
    world
        .as_(&all[0])
        .refused(say(10), "not enrolled: person=10");
    world.as_(&all[0]).refused(say(1), "yourself: person=1");
    world
        .as_("stranger")
        .refused(say(1), "peer did not answer: members");
    world.as_(&all[0]).say(say(2));
    world
        .as_(&all[0])
        .refused(say(3), "accusation open: accusation=1 of person=1");
    let items: Value = world.query(&json!({"open_items": {"member": address(&all[0])}}));
    assert!(
        items["items"].to_string().contains("accusation 1"),
        "{items}"
    );
}

#[test]
fn an_accusation_without_words_or_evidence_is_refused() {
    let (mut world, forest) = forest();
    let all = names(20);
    let mut silent = accusation(forest, 2, conduct());
    silent["accuse"]["text"] = json!(" ");
    world.as_(&all[0]).refused(silent, "text refused");
    let mut short = accusation(forest, 2, conduct());
    short["accuse"]["evidence"] = json!("cd");
    world
        .as_(&all[0])
        .refused(short, "hash refused: evidence bytes=1");
    let none = accusation(forest, 2, json!({"unreported": {"quantity": "0"}}));
    world
        .as_(&all[0])
        .refused(none, "out of bounds: quantity=0");
}

#[test]
fn harvest_that_a_jury_finds_is_recorded_with_all_that_follows() {
    let mut world = crate::world::World::new(20);
    let all = names(20);
    let (forest, _) = world.growing(20, &[(1, 1_000_000), (2, 1_000_000)]);
    let before = world.account(forest, &all[1]);
    assert_eq!(before["benefit"]["entitlement"], "10000", "{before}");
    let found = json!({"unreported": {"quantity": "10501"}});
    world.sentenced(forest, 1, 2, found, "uphold");
    let after = world.account(forest, &all[1]);
    assert_eq!(after["benefit"]["harvested"], "10501", "{after}");
    // 501 of 10,000 are beyond the tolerance of 5 %
    assert_eq!(world.step(forest, 2), "notice");
}

#[test]
fn the_suspended_still_speak() {
    let (mut world, forest) = forest();
    for epoch in 1..=3 {
        world.overuse(forest, 2, epoch, 1_000);
    }
    assert_eq!(world.step(forest, 2), "suspended");
    world.sentenced(forest, 2, 3, conduct(), "uphold");
    assert_eq!(world.step(forest, 3), "notice");
}

#[test]
fn an_accusation_before_a_sortition_that_is_gone_lapses_and_frees_the_accuser() {
    let (mut world, forest) = forest();
    let case = world.accused(forest, 1, 2, conduct());
    // something that knows no cases
    let elsewhere = json!({"set_peers": {"sortition": world.members}});
    world.decide("all", "constitutional", elsewhere);
    world.wait(2 * JURY);
    let advance = json!({"advance": {"case": case.to_string()}});
    world
        .as_("anyone")
        .refused(advance, "peer did not answer: sortition");
    world.wait(JURY + 10);
    world.follow(case);
    let view: Value = world.query(&json!({"accusation": {"id": "1"}}));
    assert_eq!(view["judged"], "lapsed");
    let items: Value = world.query(&json!({"open_items": {"member": address(&names(1)[0])}}));
    assert!(!items.to_string().contains("accusation"), "{items}");
}
