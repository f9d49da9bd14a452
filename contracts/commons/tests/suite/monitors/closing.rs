//! The end of an epoch: who was absent, and what follows.

use serde_json::json;

use super::world::{BOND, DAY, EPOCH, GRACE, World, name};

/// Four seats, an epoch open, and all but the last days of it gone.
fn late() -> World {
    let mut world = World::new();
    world.four();
    world.all_read([1_000; 4]);
    world.advance();
    assert_eq!(world.epoch(), Some((1, 100)));
    world.days(EPOCH / DAY - 5);
    world
}

#[test]
fn a_missing_quorum_tightens_takes_the_bonds_of_the_absent_and_refills_by_lot() {
    let mut world = late();
    world.read(101, 1_000);
    world.read(102, 1_000);
    world.days(5);
    assert_eq!(world.epoch(), Some((1, 100)), "readings are waited for");
    world.days(GRACE / DAY + 1);
    assert_eq!(world.epoch(), Some((2, 90)));
    assert_eq!(world.seat(3).why.as_deref(), Some("absent"));
    assert_eq!(world.seat(4).why.as_deref(), Some("absent"));
    assert_eq!((world.seat(1).why, world.seat(2).why), (None, None));
    world.days(1);
    assert_eq!((world.sum("captured"), world.sum("released")), (BOND, 0));
    // the lot fills the lay seat and the one that the organisation lost
    assert_eq!((world.monitors().lots, world.monitors().free), (2, 0));
    world.bond_refused(104, BOND, "no seat free: commons=1 taken=2 of=2");
    let own = world.lot_case().expect("a lot");
    world.draw(own, &[24, 25, 26]);
    world.days(1);
    world.ok(&name(24), json!({"accept_seat": {"commons": "1"}}));
    let turn = world.watch().lot.expect("a lot").turn;
    world.wait(turn);
    world.ok(&name(25), json!({"accept_seat": {"commons": "1"}}));
    assert_eq!(world.monitors().lots, 0);
    world.check();
}

#[test]
fn with_the_quorum_a_monitor_may_be_silent_for_an_epoch_and_not_for_two() {
    let mut world = late();
    let others = |world: &mut World| {
        for who in [101, 102, 21] {
            world.read(who, 1_000);
        }
    };
    others(&mut world);
    world.days(5);
    assert_eq!(world.epoch().map(|(epoch, _)| epoch), Some(2));
    assert_eq!(world.seat(3).why.as_deref(), None);
    world.days(EPOCH / DAY - 5);
    others(&mut world);
    world.days(5);
    assert_eq!(world.epoch().map(|(epoch, _)| epoch), Some(3));
    assert_eq!(world.seat(3).why.as_deref(), Some("silent"));
    world.days(1);
    assert_eq!((world.sum("captured"), world.sum("released")), (0, BOND));
    assert_eq!(world.monitors().free, 1, "an organisation may come");
    world.bond(104);
    world.check();
}

#[test]
fn who_came_during_the_epoch_is_not_absent_from_it() {
    let mut world = late();
    world.ok(&name(103), json!({"leave_seat": {"commons": "1"}}));
    world.bond(104);
    world.days(5 + GRACE / DAY + 1);
    assert_eq!(world.epoch(), Some((2, 90)));
    assert_eq!(world.seat(1).why.as_deref(), Some("absent"));
    assert_eq!(world.seat(5).person.0, 104);
    assert_eq!(world.seat(5).why, None);
    world.check();
}

#[test]
fn a_late_reading_within_the_grace_saves_the_season_and_the_bonds() {
    let mut world = late();
    world.days(5 + GRACE / DAY - 1);
    assert_eq!(world.epoch(), Some((1, 100)));
    world.all_read([1_000; 4]);
    world.advance();
    assert_eq!(world.epoch(), Some((2, 100)));
    world.days(1);
    assert_eq!(world.sum("captured"), 0);
    assert_eq!(world.monitors().seats.len(), 4);
    world.check();
}
