//! Leases: from the next epoch on, for some epochs, and back by themselves.

use crate::rights::ground::{Ground, about, pass};
use mycel_commons::rights::ask::LeaseView;
use serde_json::{Value, json};

fn lease(to: u64, shares: u32, epochs: u16) -> Value {
    json!({"lease": {"commons": "1", "to": to.to_string(), "shares": shares, "epochs": epochs}})
}

fn back(lease: u64) -> Value {
    json!({"return_lease": {"commons": "1", "lease": lease.to_string()}})
}

fn pair() -> Ground {
    let mut ground = Ground::new(&[1_000_000, 1_000_000, 1_000_000]);
    ground.epoch(10_000);
    ground
}

fn granted(ground: &Ground) -> [u128; 2] {
    [1, 2].map(|person| ground.account(person).granted.units())
}

#[test]
fn leased_shares_yield_for_the_other_from_the_next_epoch_on_and_come_back_by_themselves() {
    let mut ground = pair();
    ground.ok(1, lease(2, 400_000, 2));
    assert_eq!(granted(&ground), [100, 100]);
    ground.epoch(10_000);
    assert_eq!(granted(&ground), [60, 140]);
    ground.ok(1, about("harvest", 1));
    ground.epoch(10_000);
    // one is looked at in each epoch, the other never
    assert_eq!(granted(&ground), [60, 140]);
    ground.ok(1, about("harvest", 1));
    ground.epoch(10_000);
    assert_eq!(granted(&ground), [100, 100]);
    ground.ok(1, about("harvest", 1));
    ground.ok(2, about("harvest", 1));
    let (one, two) = (ground.holding(1), ground.holding(2));
    assert_eq!((one.leased_out.0, two.leased_in.0), (0, 0));
    assert_eq!(one.free.0, 1_000_000);
}

#[test]
fn a_lease_that_nobody_looked_at_begins_and_ends_all_the_same() {
    let mut ground = pair();
    ground.ok(1, lease(2, 400_000, 2));
    for _ in 0..3 {
        ground.epoch(10_000);
    }
    assert_eq!(granted(&ground), [100, 100]);
    ground.ok(2, about("harvest", 100));
    ground.ok(1, about("harvest", 100));
}

#[test]
fn who_uses_leased_shares_gives_them_back_from_the_next_epoch_on() {
    let mut ground = pair();
    ground.ok(1, lease(2, 400_000, 5));
    ground.epoch(10_000);
    ground.no(1, back(1), "another's lease: lease=1; only 2");
    ground.no(2, back(2), "unknown lease");
    ground.ok(2, back(1));
    assert_eq!(granted(&ground), [60, 140]);
    ground.epoch(10_000);
    assert_eq!(granted(&ground), [100, 100]);
    ground.no(2, back(1), "lease is over: lease=1 ended with epoch=3");
    // one that did not begin yet never does
    ground.ok(1, lease(2, 400_000, 5));
    ground.ok(2, back(2));
    ground.epoch(10_000);
    assert_eq!(granted(&ground), [100, 100]);
    let told: LeaseView = ground.ask(json!({"lease": {"commons": "1", "lease": "2"}}));
    assert_eq!((told.first.0, told.end.0), (4, 4));
    ground.ok(1, about("harvest", 1));
    assert_eq!(ground.holding(1).free.0, 1_000_000);
}

#[test]
fn what_is_let_is_not_given_away_and_not_let_twice() {
    let mut ground = pair();
    ground.ok(1, lease(2, 700_000, 2));
    ground.no(
        1,
        lease(3, 300_001, 1),
        "not enough shares: wants=300001 free=300000 of shares=1000000",
    );
    ground.no(1, pass("transfer_shares", 3, 300_001), "not enough shares");
    ground.no_hand(
        json!({"take": {"person": 1, "good": 1, "units": 300_001}}),
        "not enough shares",
    );
    // what is hired is not let again
    ground.epoch(10_000);
    ground.no(
        2,
        lease(3, 1_000_001, 1),
        "not enough shares: wants=1000001 free=1000000",
    );
    ground.ok(1, lease(3, 300_000, 1));
}

#[test]
fn a_lease_has_a_length_and_two_sides() {
    let mut ground = pair();
    ground.no(1, lease(2, 5, 0), "out of bounds: epochs=0 least=1 most=10");
    ground.no(
        1,
        lease(2, 5, 11),
        "out of bounds: epochs=11 least=1 most=10",
    );
    ground.no(1, lease(2, 0, 1), "nothing to move");
    ground.no(1, lease(1, 5, 1), "to oneself");
    ground.no(1, lease(0, 5, 1), "the treasury");
    ground.no(1, lease(9, 5, 1), "not enrolled: person=9");
}

#[test]
fn who_leased_shares_from_others_does_not_leave_before_they_are_back() {
    let mut ground = pair();
    ground.ok(1, lease(2, 5, 3));
    ground.ok(2, pass("transfer_shares", 1, 1_000_000));
    ground.no(
        2,
        json!({"withdraw": {"commons": "1"}}),
        "5 shares leased from others; return them",
    );
    ground.ok(2, back(1));
    ground.epoch(10_000);
    ground.ok(2, json!({"bring_up": {"commons": "1", "persons": ["2"]}}));
    ground.ok(2, json!({"withdraw": {"commons": "1"}}));
}
