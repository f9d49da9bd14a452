//! The ladder, and what each step means.

use serde_json::{Value, json};

use super::ground::forest;
use crate::world::{APPEAL, TERM, names, shares};

#[test]
fn overuse_within_tolerance_is_no_offence() {
    let (mut world, forest) = forest();
    world.overuse(forest, 2, 1, 50);
    assert_eq!(world.step(forest, 2), "none");
    world.overuse(forest, 2, 1, 51);
    assert_eq!(world.step(forest, 2), "notice");
}

#[test]
fn overuse_climbs_one_step_once_an_epoch_however_often_it_is_told() {
    let (mut world, forest) = forest();
    for _ in 0..3 {
        world.overuse(forest, 2, 7, 400);
    }
    assert_eq!(world.step(forest, 2), "notice");
    // an earlier one that is told late counts no more
    world.overuse(forest, 2, 6, 400);
    assert_eq!(world.step(forest, 2), "notice");
    world.overuse(forest, 2, 8, 400);
    assert_eq!(world.step(forest, 2), "reduced");
    assert_eq!(
        world.ladder(forest, 2)["measures"][1]["why"],
        json!({"overuse": {"epoch": "7", "over": "400", "entitlement": "1000"}})
    );
}

#[test]
fn each_step_expires_to_the_one_below() {
    let (mut world, forest) = forest();
    for epoch in 1..=3 {
        world.overuse(forest, 2, epoch, 400);
    }
    assert_eq!(world.step(forest, 2), "suspended");
    assert_eq!(world.ladder(forest, 2)["scale_bps"], 5_000);
    for step in ["reduced", "notice", "none", "none"] {
        world.wait(TERM);
        assert_eq!(world.step(forest, 2), step);
    }
    assert_eq!(world.ladder(forest, 2)["scale_bps"], 10_000);
}

#[test]
fn who_is_suspended_neither_harvests_nor_transfers_and_is_told_until_when() {
    let mut world = crate::world::World::new(20);
    let all = names(20);
    let (forest, _) = world.growing(20, &[(1, 1_000_000), (2, 1_000_000)]);
    let conduct = || json!({"grave": {}});
    // two steps, then one
    world.sentenced(forest, 1, 2, conduct(), "uphold");
    world.sentenced(forest, 1, 2, json!({"conduct": {}}), "uphold");
    assert_eq!(world.step(forest, 2), "suspended");
    let harvest = json!({"harvest": {"commons": forest.to_string(), "quantity": "1"}});
    world.as_(&all[1]).refused(
        harvest.clone(),
        "suspended: person=2 commons=1 step=suspended until=",
    );
    let give = json!({"transfer_shares": {"commons": forest.to_string(), "to": "1", "shares": 1}});
    world
        .as_(&all[1])
        .refused(give.clone(), "suspended: person=2");
    // it may receive
    let mut back = give;
    back["transfer_shares"]["to"] = json!("2");
    world.as_(&all[0]).say(back);
}

#[test]
fn an_exclusion_ends_the_enrolment_and_nobody_enrols_the_person_until_it_is_over() {
    let (mut world, forest) = forest();
    let all = names(20);
    for epoch in 1..=4 {
        world.overuse(forest, 4, epoch, 400);
    }
    assert_eq!(world.step(forest, 4), "excluded");
    let account = world.account(forest, &all[3]);
    assert_eq!(account["enrolment"]["standing"], "excluded");
    let enrol = json!({"enrol": {"commons": forest.to_string(), "members": shares(&[(4, 0)])}});
    world.undecided(
        forest,
        "ordinary",
        enrol.clone(),
        "excluded: person=4 commons=1 until=",
    );
    world.wait(2 * TERM);
    assert_eq!(world.step(forest, 4), "none");
    world.decide(forest, "ordinary", enrol);
    assert_eq!(
        world.account(forest, &all[3])["enrolment"]["standing"],
        "enrolled"
    );
}

#[test]
fn shares_of_who_was_excluded_are_sold_only_once_nobody_can_appeal() {
    let (mut world, forest) = forest();
    let all = names(20);
    for epoch in 1..=4 {
        world.overuse(forest, 2, epoch, 400);
    }
    let own = |world: &crate::world::World| {
        let account = world.account(forest, &all[1]);
        account["benefit"]["shares"].as_u64().expect("shares")
    };
    world.wait(APPEAL - 10);
    assert_eq!(own(&world), 1_000);
    let measure: Value = world.query(&json!({"measure": {"id": "4"}}));
    assert_eq!(measure["state"], "taken");
    world.wait(20);
    let measure: Value = world.query(&json!({"measure": {"id": "4"}}));
    assert_eq!(measure["state"], "final");
}

#[test]
fn measures_of_one_commons_say_nothing_in_another() {
    let (mut world, forest) = forest();
    let other = world.found(&[(2, 0)]);
    world.overuse(forest, 2, 1, 400);
    assert_eq!(world.step(forest, 2), "notice");
    assert_eq!(world.step(other, 2), "none");
}
