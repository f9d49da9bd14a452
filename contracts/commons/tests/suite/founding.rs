//! How a commons begins, changes its rules and ends.

use serde_json::{Value, json};

use crate::world::{EPOCH, World, founding, names, rules, shares, with};

fn commons(world: &World, number: u64) -> Value {
    world.query(&json!({"commons": {"id": number.to_string()}}))
}

fn set_rules(commons: u64, rules: Value) -> Value {
    json!({"set_rules": {"commons": commons.to_string(), "rules": rules}})
}

fn close(commons: u64) -> Value {
    json!({"close": {"commons": commons.to_string()}})
}

#[test]
fn all_members_found_a_commons_and_what_is_not_given_is_the_treasurys() {
    let mut world = World::new(3);
    let all = names(3);
    let forest = world.found(&[(1, 20_000_000), (2, 10_000_000)]);
    let shown = commons(&world, forest);
    assert_eq!(shown["name"], "the forest");
    assert_eq!(shown["status"], "open");
    assert_eq!(shown["enrolled"], 2);
    assert_eq!(
        world.account(forest, &all[0])["benefit"]["shares"],
        20_000_000
    );
    assert_eq!(world.account(forest, &all[2])["enrolment"], Value::Null);
    // the rest can be given
    let give = json!({"grant_shares": {"commons": forest.to_string(), "members": shares(&[(2, 10_000_000)])}});
    world.decide(forest, "ordinary", give);
    assert_eq!(
        world.account(forest, &all[1])["benefit"]["shares"],
        20_000_000
    );
}

#[test]
fn a_commons_is_founded_by_all_members_only() {
    let mut world = World::new(3);
    let forest = world.found(&[(1, 1)]);
    let found = founding(rules(), None, &[]);
    world.undecided(
        forest,
        "constitutional",
        found.clone(),
        "another electorate",
    );
    let msg = json!({"decided": {"proposal": "1", "electorate": "all", "class": "ordinary", "action": found}});
    world.as_(&names(1)[0]).refused(msg, "unauthorized");
}

#[test]
fn shares_given_at_the_founding_never_exceed_all() {
    let mut world = World::new(3);
    let too_many = founding(rules(), None, &[(1, 60_000_000), (2, 40_000_001)]);
    world.undecided(
        "all",
        "ordinary",
        too_many,
        "shares beyond all: given=100000001 most=100000000",
    );
    let twice = founding(rules(), None, &[(1, 1), (1, 1)]);
    world.undecided("all", "ordinary", twice, "named twice: person=1");
}

#[test]
fn rules_out_of_their_bounds_are_refused_with_the_bound() {
    let mut world = World::new(1);
    for (path, value, words) in [
        ("/epoch_seconds", json!(9), "epoch_seconds=9 least=10"),
        (
            "/order/tolerance_bps",
            json!(5_001),
            "tolerance_bps=5001 least=0 most=5000",
        ),
        (
            "/order/appeal_seconds",
            json!(0),
            "appeal_seconds=0 least=1",
        ),
        (
            "/enrolment",
            json!({"vouching": {"welcomes": 11}}),
            "welcomes=11 least=1 most=10",
        ),
    ] {
        let wrong = founding(with(rules(), path, value), None, &[]);
        world.undecided("all", "ordinary", wrong, &format!("out of bounds: {words}"));
    }
}

#[test]
fn rules_are_set_by_the_commons_own_members_and_by_a_constitutional_decision() {
    let mut world = World::new(3);
    let forest = world.found(&[(1, 20_000_000)]);
    let other = world.found(&[(1, 20_000_000)]);
    let next = with(rules(), "/epoch_seconds", json!(2 * EPOCH));
    let set = set_rules(forest, next);
    world.undecided("all", "constitutional", set.clone(), "another electorate");
    world.undecided(other, "constitutional", set.clone(), "another electorate");
    world.undecided(forest, "ordinary", set.clone(), "decision insufficient");
    world.decide(forest, "constitutional", set);
}

#[test]
fn rules_change_with_the_next_epoch_and_not_before() {
    let mut world = World::new(3);
    let forest = world.found(&[(1, 20_000_000)]);
    let next = with(rules(), "/epoch_seconds", json!(2 * EPOCH));
    world.decide(forest, "constitutional", set_rules(forest, next));
    world.wait(3 * EPOCH);
    let shown = commons(&world, forest);
    // no epoch has opened: nobody has read anything
    assert_eq!(shown["rules"]["epoch_seconds"], EPOCH);
    assert_eq!(shown["next_rules"]["epoch_seconds"], 2 * EPOCH);
}

#[test]
fn a_commons_without_an_epoch_closes_at_once_and_keeps_nobody() {
    let mut world = World::new(3);
    let all = names(3);
    let forest = world.found(&[(1, 20_000_000)]);
    world.undecided(forest, "ordinary", close(forest), "decision insufficient");
    world.decide(forest, "constitutional", close(forest));
    assert_eq!(commons(&world, forest)["status"], "closed");
    let enrol = json!({"enrol": {"commons": forest.to_string(), "members": shares(&[(2, 0)])}});
    world.undecided(forest, "ordinary", enrol, "commons closed");
    let items: Value =
        world.query(&json!({"open_items": {"member": mycel_sandbox::address(&all[0])}}));
    assert_eq!(items["open"], 0);
    world
        .as_(&all[0])
        .say(json!({"withdraw": {"commons": forest.to_string()}}));
    assert_eq!(commons(&world, forest)["enrolled"], 0);
}

#[test]
fn commons_are_listed_by_number() {
    let mut world = World::new(1);
    for _ in 0..3 {
        world.found(&[]);
    }
    let page: Value = world.query(&json!({"commons_list": {"limit": 2}}));
    assert_eq!(page["commons"].as_array().map(Vec::len), Some(2));
    assert_eq!(page["next"], "2");
    let page: Value = world.query(&json!({"commons_list": {"after": "2"}}));
    assert_eq!(page["commons"][0]["id"], "3");
    assert_eq!(page["next"], Value::Null);
    let refused = world.unanswered(&json!({"commons": {"id": "4"}}));
    assert!(refused.contains("unknown commons: commons=4"), "{refused}");
}
