//! Transfers, banking and borrowing.

use crate::rights::ground::{Ground, about, pass};
use serde_json::json;

#[test]
fn entitlement_and_shares_pass_between_members_and_back_to_the_commons() {
    let mut ground = Ground::new(&[1_000_000, 1_000_000]);
    ground.epoch(10_000);
    ground.ok(1, pass("transfer", 2, 30));
    assert_eq!((ground.balance(1), ground.balance(2)), (70, 130));
    assert_eq!(ground.account(1).given.units(), 30);
    assert_eq!(ground.account(2).received.units(), 30);
    ground.ok(2, pass("transfer", 0, 130));
    assert_eq!(ground.balance(0), 9_800 + 130);
    ground.ok(2, pass("transfer_shares", 0, 1_000_000));
    assert_eq!((ground.shares(0).0, ground.shares(2).0), (99_000_000, 0));
    ground.no(1, pass("transfer", 1, 1), "to oneself");
    ground.no(1, pass("transfer", 2, 0), "nothing to move");
    ground.no(
        1,
        pass("transfer", 2, 71),
        "not enough entitlement: wants=71 has=70",
    );
    ground.no(
        1,
        pass("transfer_shares", 2, 1_000_001),
        "not enough shares: wants=1000001 free=1000000",
    );
    ground.no(1, pass("transfer_shares", 2, 0), "nothing to move");
}

#[test]
fn shares_of_the_treasury_go_to_members_by_decision_only() {
    let mut ground = Ground::new(&[1_000_000, 0]);
    let grant =
        json!({"grant_shares": {"commons": "1", "members": [{"person": "2", "shares": 500}]}});
    ground.decided(grant, json!({"commons": "1"}), "ordinary");
    ground.check();
    assert_eq!((ground.shares(0).0, ground.shares(2).0), (98_999_500, 500));
}

#[test]
fn at_most_a_tenth_of_an_entitlement_is_set_aside_and_yields_in_the_next_epoch() {
    let mut ground = Ground::new(&[1_000_000, 1_000_000]);
    ground.epoch(10_000);
    ground.no(
        1,
        about("bank", 11),
        "more than may be set aside: wants=11 already=0 most=10 of entitlement=100",
    );
    ground.ok(1, about("bank", 6));
    ground.no(1, about("bank", 5), "already=6 most=10");
    ground.ok(1, about("bank", 4));
    // what was given by others makes no more room
    ground.ok(2, pass("transfer", 1, 100));
    ground.no(1, about("bank", 1), "more than may be set aside");
    ground.epoch(10_000);
    // it is within the cap: 9,990 are for shares
    let account = ground.account(1);
    assert_eq!((account.granted.units(), account.carried.units()), (99, 10));
    assert_eq!(ground.balance(1), 109);
    assert_eq!(ground.yields().tac.units(), 9_990);
    // and it is there for one epoch: what is not set aside again lapses
    ground.ok(1, about("harvest", 1));
    ground.epoch(10_000);
    assert_eq!(ground.account(1).carried.units(), 0);
}

#[test]
fn what_is_set_aside_is_cut_with_everything_else_and_shares_what_room_there_is() {
    let mut ground = Ground::new(&[20_000_000, 20_000_000]);
    ground.epoch(1_000);
    ground.ok(1, about("bank", 20));
    ground.hand(json!({"lower": {"cap": 500}}));
    ground.ok(2, about("bank", 10));
    assert_eq!(ground.account(1).banked.units(), 10);
    ground.no(2, about("bank", 1), "already=10 most=10 of entitlement=100");
    // the next cap has room for 10 of 20
    ground.epoch(10);
    assert_eq!(ground.account(1).carried.units(), 5);
    assert_eq!(ground.account(2).carried.units(), 5);
    ground.ok(1, about("harvest", 5));
}

#[test]
fn at_most_a_twentieth_is_borrowed_of_the_treasury_and_returned_of_the_next_entitlement() {
    let mut ground = Ground::new(&[1_000_000, 1_000_000]);
    ground.epoch(10_000);
    ground.no(
        1,
        about("borrow", 6),
        "more than may be borrowed: wants=6 already=0 most=5 of entitlement=100",
    );
    ground.ok(1, about("borrow", 3));
    ground.no(1, about("borrow", 3), "already=3 most=5");
    ground.ok(1, about("borrow", 2));
    assert_eq!((ground.balance(1), ground.balance(0)), (105, 9_795));
    ground.no(
        1,
        pass("transfer_shares", 2, 1),
        "entitlement is owed: units=5",
    );
    ground.epoch(10_000);
    let account = ground.account(1);
    assert_eq!((account.returned.units(), account.balance.units()), (5, 95));
    // what is left is the measure
    ground.no(1, about("borrow", 5), "most=4 of entitlement=95");
    ground.ok(1, about("borrow", 4));
    assert_eq!(ground.balance(0), 9_800 + 5 - 4);
    assert_eq!(ground.yields().returned.units(), 5);
    // or at once
    ground.ok(1, about("repay", 4));
    assert_eq!((ground.balance(1), ground.balance(0)), (95, 9_800 + 5));
}

#[test]
fn what_the_treasury_does_not_have_is_not_borrowed() {
    let mut ground = Ground::new(&[20_000_000, 20_000_000, 20_000_000, 20_000_000, 19_999_999]);
    ground.epoch(10_000);
    ground.no(
        1,
        about("borrow", 100),
        "not enough in the treasury: wants=100 has=0",
    );
}
