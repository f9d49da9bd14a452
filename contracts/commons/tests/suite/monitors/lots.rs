//! Lay seats: drawn by lot, accepted in turn.

use serde_json::json;

use super::world::{CASE, DAY, TERM, World, name};

fn accept() -> serde_json::Value {
    json!({"accept_seat": {"commons": "1"}})
}

fn decline() -> serde_json::Value {
    json!({"decline_seat": {"commons": "1"}})
}

/// Three organisations, and a lot that drew these.
fn drawn(persons: &[u64]) -> World {
    let mut world = World::new();
    world.three();
    world.advance();
    let own = world.lot_case().expect("a lot");
    world.draw(own, persons);
    world.days(1);
    world
}

#[test]
fn the_first_organisation_brings_the_lot_for_the_lay_seat() {
    let mut world = World::new();
    world.advance();
    assert_eq!(world.lot_case(), None, "whose interests would it know");
    world.bond(101);
    world.advance();
    assert!(world.lot_case().is_some());
    assert_eq!(world.monitors().lots, 1);
    assert_eq!(world.cases(), 1);
}

#[test]
fn who_was_drawn_first_may_accept_first_and_the_next_ones_in_turn() {
    let mut world = drawn(&[21, 22, 23]);
    world.refused(&name(24), accept(), "not drawn: commons=1 person=24");
    world.refused(&name(22), accept(), "not your turn: commons=1 person=22");
    let turn = world.watch().lot.expect("a lot").turn;
    world.wait(turn);
    world.refused(&name(23), accept(), "not your turn");
    world.ok(&name(22), accept());
    world.check();
    let seat = world.seat(4);
    assert_eq!((seat.person.0, seat.lay), (22, true));
    world.refused(&name(21), accept(), "not drawn");
    assert_eq!(world.monitors().lots, 0);
}

#[test]
fn who_declines_is_not_waited_for() {
    let mut world = drawn(&[21, 22, 23]);
    world.ok(&name(21), decline());
    world.refused(&name(21), accept(), "not drawn");
    world.refused(&name(21), decline(), "not drawn");
    world.ok(&name(22), accept());
    world.check();
}

#[test]
fn where_all_decline_or_nobody_comes_another_lot_is_drawn() {
    let mut world = drawn(&[21, 22]);
    world.ok(&name(21), decline());
    world.ok(&name(22), decline());
    world.advance();
    assert_eq!(world.lot_case(), None);
    world.days(2);
    assert_eq!(world.cases(), 2);
    let own = world.lot_case().expect("another lot");
    world.draw(own, &[23]);
    world.days(CASE / DAY);
    world.refused(&name(23), accept(), "not drawn");
    world.days(2);
    assert_eq!(world.cases(), 3);
    world.check();
}

#[test]
fn a_lot_that_sortition_refuses_or_does_not_answer_is_asked_for_again() {
    let mut world = World::new();
    world.no_jurors(true);
    world.three();
    world.days(3);
    assert_eq!(world.cases(), 0);
    world.no_jurors(false);
    let sortition = world.sortition.clone();
    world.days(2);
    assert_eq!(world.cases(), 1);
    world.silence(&sortition, true);
    world.days(1);
    let own = world.lot_case().expect("a lot");
    world.silence(&sortition, false);
    world.draw(own, &[21]);
    world.days(2);
    world.ok(&name(21), accept());
    world.check();
}

#[test]
fn the_lot_passes_over_who_uses_the_commons_or_stands_behind_a_seat() {
    // 1 is enrolled, 11 controls organisation 101
    let mut world = drawn(&[1, 11, 21]);
    let lot = world.watch().lot.expect("a lot");
    assert_eq!(lot.drawn, [21]);
    world.refused(&name(11), accept(), "not drawn");
    // who came to be so meanwhile does not take the seat
    world.control(101, &[(11, 5_000), (21, 5_000)]);
    world.read(101, 1_000);
    world.refused(
        &name(21),
        accept(),
        "organisation already counted: commons=1 person=21 controls seat=1 too",
    );
}

#[test]
fn a_lay_seat_needs_no_bond_and_ends_with_its_term() {
    let mut world = World::new();
    world.four();
    world.read(21, 1_000);
    assert!(world.seat(4).bonds.is_empty());
    world.days(TERM / DAY);
    assert_eq!(world.seat(4).why.as_deref(), Some("term"));
    world.days(1);
    assert!(world.lot_case().is_some(), "the next is drawn");
    world.check();
}

#[test]
fn a_lay_monitor_who_enrols_cannot_and_one_who_is_enrolled_all_the_same_loses_the_seat() {
    let mut world = World::new();
    world.four();
    let enrol = json!({"decided": {
        "proposal": "2", "electorate": {"commons": "1"}, "class": "ordinary",
        "action": {"enrol": {"commons": "1", "members": [{"person": "21", "shares": 10}]}},
    }});
    world.refused("assembly", enrol, "monitor");
}
