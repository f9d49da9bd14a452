//! Who has a say in a commons, at a height.

use mycel_kit::peers::members::{Electors, Eligible};
use mycel_sandbox::address;
use serde_json::{Value, json};

use crate::world::{World, names, shares};

fn elector(world: &World, commons: u64, name: &str, at: u64) -> Eligible {
    world.query(&json!({"elector": {"commons": commons.to_string(),
        "address": address(name), "at": at.to_string()}}))
}

fn electors(world: &World, commons: u64, at: u64, still: u64) -> Vec<(u64, bool)> {
    let (mut all, mut after) = (vec![], Value::Null);
    loop {
        let page: Electors = world.query(&json!({"electors": {"commons": commons.to_string(),
            "at": at.to_string(), "still_at": still.to_string(), "after": after, "limit": 2}}));
        all.extend(page.electors.iter().map(|one| (one.person.0, one.still)));
        match page.next {
            Some(next) => after = json!(next),
            None => return all,
        }
    }
}

#[test]
fn the_enrolled_persons_are_the_electors_by_the_height_before_the_block() {
    let mut world = World::new(6);
    let all = names(6);
    let forest = world.found(&[(2, 0), (4, 0), (5, 0)]);
    let founded = world.sandbox.height();
    assert!(
        !elector(&world, forest, &all[1], founded).eligible,
        "enrolled in this block, so not before it"
    );
    world.block();
    let after = world.sandbox.height();
    let one = elector(&world, forest, &all[1], after);
    assert!(one.eligible);
    assert_eq!(one.number, Some(0));
    assert_eq!(elector(&world, forest, &all[4], after).number, Some(2));
    assert!(!elector(&world, forest, &all[0], after).eligible);
    assert!(!elector(&world, forest, "stranger", after).eligible);
    // leaving does not change what was
    world
        .as_(&all[3])
        .say(json!({"withdraw": {"commons": forest.to_string()}}));
    world.block();
    let later = world.sandbox.height();
    assert!(elector(&world, forest, &all[3], after).eligible);
    assert!(!elector(&world, forest, &all[3], later).eligible);
    assert_eq!(
        electors(&world, forest, after, later),
        [(2, true), (4, false), (5, true)]
    );
    assert_eq!(
        electors(&world, forest, later, later),
        [(2, true), (5, true)]
    );
}

#[test]
fn organisations_have_no_say() {
    let mut world = World::new(2);
    let all = names(2);
    let mill = world.organisation("mill", &[(&all[0], 10_000)]);
    let forest = world.found(&[(1, 0), (mill, 0)]);
    world.block();
    let now = world.sandbox.height();
    assert_eq!(electors(&world, forest, now, now), [(1, true)]);
    assert!(!elector(&world, forest, "mill", now).eligible);
}

#[test]
fn places_are_dense_and_stay_with_who_comes_back() {
    let mut world = World::new(4);
    let all = names(4);
    let forest = world.found(&[(3, 0), (1, 0)]);
    world
        .as_(&all[2])
        .say(json!({"withdraw": {"commons": forest.to_string()}}));
    let enrol =
        json!({"enrol": {"commons": forest.to_string(), "members": shares(&[(2, 0), (3, 0)])}});
    world.decide(forest, "ordinary", enrol);
    world.block();
    let now = world.sandbox.height();
    let place = |name: &str| elector(&world, forest, name, now).number;
    assert_eq!(
        [&all[2], &all[0], &all[1]].map(|name| place(name)),
        [Some(0), Some(1), Some(2)]
    );
}
