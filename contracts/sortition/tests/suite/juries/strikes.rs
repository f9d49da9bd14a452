//! Who the parties may keep off a jury.

use mycel_kit::Id;
use serde_json::{Value, json};

use super::world::{DEFAULT, ENTRY, NOTICE, World, name};

fn strike(case: u64, persons: &[u64]) -> Value {
    let persons: Vec<Id> = persons.iter().copied().map(Id).collect();
    json!({"strike": {"case": case.to_string(), "persons": persons}})
}

#[test]
fn each_side_strikes_a_fifth_and_the_first_who_are_left_sit() {
    let mut world = World::new(60);
    let case = world.open(ENTRY, &[1, 2, 3]);
    world.draw(case);
    let called = world.at(case, &["called"]);
    assert_eq!(called.len(), 15);
    world.ok(&name(1), strike(case, &called[0..1]));
    world.ok(&name(1), strike(case, &called[4..5]));
    world.no(
        &name(1),
        strike(case, &called[5..6]),
        "strikes used: case=1 used=2 asked=1 most=2",
    );
    // 2 and 3 are one side, and each has one of its two
    world.ok(&name(2), strike(case, &called[1..2]));
    world.no(&name(3), strike(case, &called[6..8]), "strikes used");
    world.check();
    assert_eq!(world.jury(case).step, "striking");
    world.ok(&name(3), strike(case, &called[14..15]));
    // both sides have struck all they may: the jury sits at once
    assert_eq!(world.jury(case).step, "committing");
    let expected: Vec<u64> = [&called[2..4], &called[5..14]].concat();
    assert_eq!(world.sitting(case), expected);
    for struck in [called[0], called[1]] {
        assert!(world.juror(struck).duties.is_empty());
        let commit = world.commit_msg(case, struck, "uphold");
        world.no(&name(struck), commit, "no juror");
    }
    world.check();
}

#[test]
fn only_parties_strike_and_only_who_was_called() {
    let mut world = World::new(40);
    let case = world.open(NOTICE, &[1, 2]);
    world.no(&name(1), strike(case, &[5]), "another step");
    world.draw(case);
    let called = world.at(case, &["called"]);
    let other = (3..40)
        .find(|person| !called.contains(person))
        .expect("somebody");
    world.no(&name(other), strike(case, &called[..1]), "no party");
    world.no(
        "stranger",
        strike(case, &called[..1]),
        "peer did not answer",
    );
    world.no(&name(1), strike(case, &[other]), "not to be struck");
    world.no(&name(1), strike(case, &[]), "out of bounds: persons=0");
    world.ok(&name(1), strike(case, &called[..1]));
    world.no(&name(2), strike(case, &called[..1]), "not to be struck");
    world.no(&name(1), strike(case + 1, &called[..1]), "unknown case");
}

#[test]
fn a_side_that_does_not_strike_in_time_has_not_struck() {
    let mut world = World::new(40);
    let case = world.open(NOTICE, &[1, 2]);
    world.draw(case);
    let called = world.at(case, &["called"]);
    let until = world.jury(case).until.0;
    world.sandbox.advance_time(until - world.now());
    world.no(&name(1), strike(case, &called[..1]), "another step");
    world.advance();
    assert_eq!(world.sitting(case), called[..5]);
    assert_eq!(world.at(case, &["spared"]), called[5..]);
    world.check();
}

#[test]
fn a_party_without_standing_may_still_strike() {
    let mut world = World::new(40);
    let case = world.open(NOTICE, &[1, 2]);
    world.draw(case);
    world.member_ok(&name(1), json!({"leave": {}}));
    let called = world.at(case, &["called"]);
    world.ok(&name(1), strike(case, &called[..1]));
}

#[test]
fn where_there_is_one_party_one_side_strikes() {
    let mut world = World::new(40);
    let case = world.open(NOTICE, &[1]);
    world.draw(case);
    let called = world.at(case, &["called"]);
    assert_eq!(called.len(), 6);
    world.ok(&name(1), strike(case, &called[..1]));
    assert_eq!(world.sitting(case), called[1..]);
}

#[test]
fn who_strikes_first_takes_no_strike_from_another_party_of_its_side() {
    let mut world = World::new(80);
    // four strikes a side: 2 has two, 3 and 4 have one each
    let case = world.open(DEFAULT, &[1, 2, 3, 4]);
    world.draw(case);
    let shares = |world: &World| -> Vec<(u64, u16, u16)> {
        let shares = world.jury(case).shares.into_iter();
        shares
            .map(|share| (share.party.0, share.most, share.used))
            .collect()
    };
    assert_eq!(shares(&world), [(1, 4, 0), (2, 2, 0), (3, 1, 0), (4, 1, 0)]);
    let called = world.at(case, &["called"]);
    // the last named comes first, and is bold
    world.no(
        &name(4),
        strike(case, &called[..2]),
        "strikes used: case=1 used=0 asked=2 most=1",
    );
    world.ok(&name(4), strike(case, &called[..1]));
    world.no(
        &name(4),
        strike(case, &called[1..2]),
        "strikes used: case=1 used=1 asked=1 most=1",
    );
    world.ok(&name(1), strike(case, &called[1..5]));
    world.ok(&name(2), strike(case, &called[5..7]));
    world.check();
    // 3 has its own still, and the jury waits for it
    assert_eq!(world.jury(case).step, "striking");
    assert_eq!(shares(&world), [(1, 4, 4), (2, 2, 2), (3, 1, 0), (4, 1, 1)]);
    world.ok(&name(3), strike(case, &called[7..8]));
    assert_eq!(world.jury(case).step, "committing");
    assert_eq!(world.sitting(case), called[8..]);
    world.check();
}

#[test]
fn of_more_parties_than_strikes_the_first_named_have_one_each() {
    let mut world = World::new(40);
    let case = world.open(NOTICE, &[1, 2, 3]);
    world.draw(case);
    let called = world.at(case, &["called"]);
    world.no(
        &name(3),
        strike(case, &called[..1]),
        "strikes used: case=1 used=0 asked=1 most=0",
    );
    world.ok(&name(2), strike(case, &called[..1]));
    world.ok(&name(1), strike(case, &called[1..2]));
    assert_eq!(world.sitting(case), called[2..]);
    world.check();
}
