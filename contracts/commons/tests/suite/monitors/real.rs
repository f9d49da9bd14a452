//! With the real members, credit and sortition.

use mycel_commons::monitors::ask::{DisputesResponse, MonitorsResponse};
use serde_json::{Value, json};

use crate::world::{CREDIT, World, names};

/// What the commons fund at credit holds.
fn fund(world: &World) -> i128 {
    let answer: Value = world
        .sandbox
        .query(&world.credit, &json!({"commons": {}}))
        .expect("an answer");
    let held = answer["commons"]
        .as_str()
        .and_then(|text| text.parse().ok());
    held.expect("a number")
}

fn monitors(world: &World, commons: u64) -> MonitorsResponse {
    world.query(&json!({"monitors": {"commons": commons.to_string()}}))
}

/// Time passes, and sortition does what is due.
fn pass(world: &mut World, seconds: u64) {
    let sortition = world.sortition.clone();
    world.wait(seconds);
    world.as_("anyone").tell(&sortition, json!({"advance": {}}));
}

#[test]
fn the_real_lot_fills_the_lay_seat_and_a_real_jury_takes_a_bond_to_the_commons_fund() {
    let persons = 24;
    let mut world = World::new(persons);
    let forest = world.found(&[(1, 1_000), (2, 1_000), (3, 0)]);
    let labs = world.labs(forest, persons);
    let drawn = (0..30).find_map(|_| {
        pass(&mut world, 500);
        let lot = monitors(&world, forest).lot?;
        (!lot.drawn.is_empty()).then_some(lot.drawn)
    });
    let first = drawn.expect("a lot is drawn")[0].person.0;
    assert!(
        first > 3 && first <= persons as u64 - 3,
        "{first} uses the forest or stands behind a laboratory"
    );
    let lay = names(persons)[first as usize - 1].clone();
    let of = json!({"commons": forest.to_string()});
    world.as_(&lay).say(json!({"accept_seat": of}));
    assert_eq!(monitors(&world, forest).seats.len(), 4);

    let all = [labs.clone(), vec![lay]].concat();
    world.readings(forest, &all, 10_000_000);
    assert_eq!(
        monitors(&world, forest).value.expect("a value").status,
        "fresh"
    );
    world.readings(forest, &labs[2..], 15_000_000);
    assert_eq!(
        monitors(&world, forest).value.expect("a value").status,
        "disputed"
    );
    let disputes: DisputesResponse = world.query(&json!({"disputes": {}}));
    let case = disputes.disputes[0].case.expect("a case").0;
    let (before, own) = (fund(&world), world.money(&labs[2]));
    world.judge(case, "uphold");
    world.follow(case);
    world.block();
    let after = monitors(&world, forest);
    assert_eq!(after.value.expect("a value").status, "fresh");
    assert_eq!(after.seats.len(), 3);
    let taken = fund(&world) - before;
    assert!(taken > 195 * i128::from(CREDIT), "{taken}");
    assert!(world.money(&labs[2]) <= own, "nothing comes back");
}

#[test]
fn a_real_bond_decays_until_it_is_too_little_and_leaving_brings_back_what_is_left() {
    let persons = 12;
    let mut world = World::new(persons);
    let forest = world.found(&[(1, 1_000)]);
    let labs = world.labs(forest, persons);
    let of = json!({"commons": forest.to_string()});
    let before = world.money(&labs[0]);
    world.as_(&labs[0]).say(json!({"leave_seat": of}));
    world.block();
    let back = world.money(&labs[0]) - before;
    let credit = i128::from(CREDIT);
    assert!(back > 199 * credit && back <= 200 * credit, "{back}");
    // the longest age of a hold is a year here: it was released by anyone
    let hold = 2;
    world.wait(366 * crate::world::DAY);
    let anyone = world.credit.clone();
    world
        .as_("anyone")
        .tell(&anyone, json!({"expire_hold": {"hold": hold.to_string()}}));
    world.wait(1);
    let evidence = "ab".repeat(32);
    world.as_(&labs[1]).refused(
        json!({"read": {"commons": forest.to_string(), "quantity": "1", "evidence": evidence}}),
        "bond missing: left=0",
    );
}
