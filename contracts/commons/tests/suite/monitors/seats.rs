//! Seats of organisations: by a bond, looked at, given up.

use mycel_commons::monitors::bonds::AGAIN;
use mycel_commons::monitors::seats::SHORT;
use serde_json::json;

use super::world::{AGE, BOND, DAY, WINDOW, World, name};

#[test]
fn an_accredited_organisation_takes_a_seat_by_a_bond_in_one_hold() {
    let mut world = World::new();
    world.bond_refused(108, BOND, "not accredited: organisation=108");
    world.bond_refused(21, BOND, "not an organisation: person=21");
    world.bond_refused(
        101,
        BOND - 1,
        "bond too small: amount=99999999999999 least=100000000000000",
    );
    let hold = world.bond(101);
    world.check();
    let seat = world.seat(1);
    assert_eq!((seat.person.0, seat.lay), (101, false));
    assert_eq!(seat.bonds.iter().map(|id| id.0).collect::<Vec<_>>(), [hold]);
    assert_eq!(world.monitors().seats[0].until.0, world.now() + AGE);
}

#[test]
fn only_credit_tells_of_holds() {
    let mut world = World::new();
    let told = json!({"receive_hold": {"hold": "1", "owner": "x", "amount": "1", "msg": ""}});
    world.refused(&name(101), told, "unauthorized");
}

#[test]
fn there_are_as_many_seats_of_organisations_as_the_rules_say() {
    let mut world = World::new();
    world.three();
    world.bond_refused(104, BOND, "no seat free: commons=1 taken=3 of=3");
    assert_eq!(world.monitors().free, 0);
}

#[test]
fn a_second_hold_of_the_same_organisation_tops_its_bond_up_and_is_no_second_seat() {
    let mut world = World::new();
    let first = world.bond(101);
    world.bond_refused(101, BOND / 2 - 1, "bond too small");
    let (second, third) = (world.bond(101), world.bond(101));
    world.check();
    assert_eq!(world.monitors().seats.len(), 1);
    // a fourth takes the place of the one of which least is left
    world.leave_of(second, BOND / 3);
    let fourth = world.bond(101);
    world.check();
    let bonds: Vec<u64> = world.seat(1).bonds.iter().map(|id| id.0).collect();
    assert_eq!(bonds, [first, third, fourth]);
    assert_eq!(world.sum("released"), BOND / 3);
    // what is gone is forgotten
    world.leave_of(first, 0);
    let fifth = world.bond(101);
    world.check();
    let bonds: Vec<u64> = world.seat(1).bonds.iter().map(|id| id.0).collect();
    assert_eq!(bonds, [third, fourth, fifth]);
}

#[test]
fn who_leaves_has_its_bond_back_when_its_readings_can_no_longer_be_disputed() {
    let mut world = World::new();
    world.three();
    world.read(101, 1_000);
    world.ok(&name(101), json!({"leave_seat": {"commons": "1"}}));
    world.check();
    assert_eq!(world.seat(1).why.as_deref(), Some("left"));
    world.read_refused(101, 1_000, "not a monitor: commons=1 person=101");
    world.days(WINDOW / DAY - 1);
    assert_eq!(world.sum("released"), 0);
    world.days(2);
    assert_eq!((world.sum("released"), world.sum("captured")), (BOND, 0));
    world.check();
    // who never read has it back at once
    world.ok(&name(102), json!({"leave_seat": {"commons": "1"}}));
    world.advance();
    assert_eq!(world.sum("released"), 2 * BOND);
    world.check();
    world.refused(
        &name(102),
        json!({"leave_seat": {"commons": "1"}}),
        "not a monitor",
    );
}

#[test]
fn a_bond_stays_while_a_jury_may_take_it() {
    let mut world = World::new();
    world.four();
    world.all_read([1_000, 1_000, 1_500, 1_000]);
    world.ok(&name(103), json!({"leave_seat": {"commons": "1"}}));
    world.days(WINDOW / DAY + 5);
    assert_eq!(world.sum("released"), 0, "its reading is before a jury");
    let case = world.case_of(1);
    world.judge(case, "uphold");
    world.advance();
    assert_eq!((world.sum("captured"), world.sum("released")), (BOND, 0));
    assert!(world.seat(3).forfeited);
    world.check();
}

#[test]
fn an_organisation_without_accreditation_or_standing_loses_its_seat_and_no_money() {
    let mut world = World::new();
    world.three();
    world.decide(json!({"withdraw_accreditation": {"organisation": "101"}}));
    world.person(102, "org", "suspended");
    world.read_refused(101, 1_000, "not accredited");
    world.read_refused(102, 1_000, "may not deal now: person=102");
    world.days(1);
    world.check();
    assert_eq!(world.seat(1).why.as_deref(), Some("unfit"));
    assert_eq!(world.seat(2).why.as_deref(), Some("unfit"));
    assert_eq!(world.seat(3).why, None);
    assert_eq!(
        (world.sum("released"), world.sum("captured")),
        (2 * BOND, 0)
    );
}

#[test]
fn anyone_may_have_a_seat_looked_at_at_once() {
    let mut world = World::new();
    world.three();
    let check = json!({"check_seat": {"commons": "1", "seat": "1"}});
    world.ok("anyone", check.clone());
    assert_eq!(world.seat(1).why, None);
    world.decide(json!({"withdraw_accreditation": {"organisation": "101"}}));
    world.ok("anyone", check.clone());
    assert_eq!(world.seat(1).why.as_deref(), Some("unfit"));
    world.ok("anyone", check);
    world.refused(
        "anyone",
        json!({"check_seat": {"commons": "1", "seat": "9"}}),
        "unknown seat: commons=1 seat=9",
    );
}

#[test]
fn a_bond_that_decayed_below_half_is_no_seat_until_it_is_topped_up() {
    let mut world = World::new();
    let [first, ..] = world.four();
    world.all_read([1_000, 1_000, 1_000, 1_000]);
    world.leave_of(first, BOND / 2);
    world.days(1);
    assert_eq!(world.monitors().value.expect("a value").readings, 4);
    world.leave_of(first, BOND / 2 - 1);
    world.days(1);
    assert_eq!(world.monitors().value.expect("a value").readings, 3);
    assert!(world.seat(1).short.is_some());
    world.read_refused(
        101,
        1_000,
        "bond missing: left=49999999999999 least=50000000000000",
    );
    world.bond(101);
    world.check();
    assert_eq!(world.seat(1).short, None);
    assert_eq!(world.monitors().value.expect("a value").readings, 4);
    world.read(101, 1_000);
}

#[test]
fn a_seat_short_of_its_bond_for_a_week_is_free_for_others() {
    let mut world = World::new();
    let [first, ..] = world.three();
    world.leave_of(first, 1);
    world.days(1);
    assert_eq!(world.seat(1).why, None);
    world.days(SHORT / DAY);
    assert_eq!(world.seat(1).why.as_deref(), Some("unbonded"));
    world.check();
    world.bond(104);
    world.check();
}

#[test]
fn a_credit_that_does_not_answer_takes_no_seat_away_and_a_bond_is_settled_when_it_does() {
    let mut world = World::new();
    world.three();
    let credit = world.credit.clone();
    world.silence(&credit, true);
    world.days(SHORT / DAY + 3);
    assert!(world.seat(1).ended.is_none() && world.seat(1).short.is_none());
    world.read_refused(101, 1_000, "peer did not answer: credit");
    world.ok(&name(101), json!({"leave_seat": {"commons": "1"}}));
    world.advance();
    world.silence(&credit, false);
    world.wait(AGAIN - 1);
    world.advance();
    assert_eq!(world.sum("released"), 0);
    world.wait(1);
    world.advance();
    assert_eq!(world.sum("released"), BOND);
    world.check();
}

#[test]
fn a_hold_that_somebody_released_meanwhile_fails_nothing() {
    let mut world = World::new();
    let [first, ..] = world.three();
    world.leave_of(first, 0);
    world.ok(&name(101), json!({"leave_seat": {"commons": "1"}}));
    world.advance();
    world.check();
    assert!(world.seat(1).bonds.is_empty());
    assert_eq!(world.sum("released"), 0);
}

#[test]
fn who_left_the_community_holds_no_seat_and_silent_members_take_none_away() {
    let mut world = World::new();
    world.three();
    let members = world.members.clone();
    world.silence(&members, true);
    world.days(3);
    world.silence(&members, false);
    world.days(1);
    assert_eq!(world.seat(1).why, None);
    world.gone(101);
    world.days(2);
    assert_eq!(world.seat(1).why.as_deref(), Some("unfit"));
    assert_eq!(world.seat(2).why, None);
    assert_eq!(world.sum("released"), BOND);
    world.check();
}
