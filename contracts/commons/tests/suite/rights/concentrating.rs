//! Nobody has more than a fifth: not alone, not through shells, leases or bids.

use crate::rights::ground::{EPOCH, Ground, about, pass};
use serde_json::{Value, json};

fn check(person: u64) -> Value {
    json!({"check_concentration": {"commons": "1", "person": person.to_string()}})
}

fn lease(to: u64, shares: u32) -> Value {
    json!({"lease": {"commons": "1", "to": to.to_string(), "shares": shares, "epochs": 3}})
}

#[test]
fn incoming_above_a_fifth_is_refused_with_the_numbers_and_nothing_is_taken_away() {
    let mut ground = Ground::new(&[19_000_000, 10_000_000]);
    ground.epoch(10_000);
    ground.no(
        2,
        pass("transfer_shares", 1, 1_000_001),
        "above the concentration cap: person=1 has=19000000 with what it controls, incoming=1000001 most=20000000; take at most 1000000",
    );
    ground.ok(2, pass("transfer_shares", 1, 1_000_000));
    ground.no(
        2,
        pass("transfer", 1, 101),
        "above the concentration cap: person=1 has=1900 with what it controls, incoming=101 most=2000; take at most 100",
    );
    ground.ok(2, pass("transfer", 1, 100));
    // to harvest makes no room
    ground.ok(1, about("harvest", 1_000));
    ground.no(2, pass("transfer", 1, 1), "above the concentration cap");
    // nor does founding or a decision give more
    ground.person(3);
    let commons = ground.commons.clone();
    let refused = ground.sandbox.execute(
        &mycel_sandbox::address("assembly"),
        &commons,
        &json!({"decided": {"proposal": "1", "electorate": {"commons": "1"}, "class": "ordinary",
            "action": {"enrol": {"commons": "1", "members": [{"person": "3", "shares": 20_000_001}]}}}}),
    );
    assert!(
        refused
            .expect_err("refused")
            .text
            .contains("above the concentration cap")
    );
}

#[test]
fn shell_cooperatives_make_no_room() {
    let mut ground = Ground::new(&[15_000_000, 20_000_000, 20_000_000]);
    // three shells: alone, by a quarter, and by less than one
    ground.organisation(11, &[(1, 10_000)]);
    ground.organisation(12, &[(1, 2_500), (3, 7_500)]);
    ground.organisation(13, &[(1, 2_499), (3, 7_501)]);
    for shell in [11, 12, 13] {
        ground.enrol(shell, 0);
    }
    ground.epoch(10_000);
    ground.ok(2, pass("transfer_shares", 11, 3_000_000));
    ground.no(
        2,
        pass("transfer_shares", 11, 2_000_001),
        "above the concentration cap: person=1 has=18000000 with what it controls, incoming=2000001",
    );
    // the second shell counts with the person and with the first
    ground.no(2, pass("transfer_shares", 12, 1), "person=3 has=20000000");
    ground.ok(3, pass("transfer_shares", 2, 3_000_000));
    ground.ok(2, pass("transfer_shares", 12, 2_000_000));
    ground.no(2, pass("transfer_shares", 12, 1), "person=1 has=20000000");
    ground.no(2, pass("transfer_shares", 1, 1), "person=1 has=20000000");
    // of the third it has less than a quarter
    ground.ok(2, pass("transfer_shares", 13, 1_000_000));
    // within a group shares move freely
    ground.ok(1, pass("transfer_shares", 11, 5_000_000));
    // entitlement alike
    ground.epoch(10_000);
    ground.no(
        2,
        pass("transfer", 11, 1),
        "person=1 has=2000 with what it controls",
    );
    ground.ok(1, pass("transfer", 11, 10));
}

#[test]
fn who_came_to_control_a_shell_later_counts_with_it_at_its_next_use() {
    let mut ground = Ground::new(&[15_000_000, 20_000_000, 1_000_000]);
    ground.organisation(11, &[(3, 10_000)]);
    ground.enrol(11, 15_000_000);
    ground.epoch(10_000);
    // the shell was bought outside
    ground.organisation(11, &[(1, 10_000)]);
    ground.no(2, pass("transfer_shares", 11, 1), "person=1 has=30000000");
    // and anyone may say so
    ground.ok(9, check(11));
    ground.no(2, pass("transfer_shares", 1, 1), "person=1 has=30000000");
    let excess = ground.holding(1).excess.expect("found");
    assert_eq!(excess.shares.0, 10_000_000);
    // sold again, it does not count any more
    ground.organisation(11, &[(3, 10_000)]);
    ground.ok(2, pass("transfer_shares", 1, 1));
}

#[test]
fn leases_and_bids_come_nearer_to_the_cap() {
    let mut ground = Ground::new(&[15_000_000, 20_000_000, 20_000_000]);
    ground.epoch(10_000);
    ground.ok(2, lease(1, 3_000_000));
    ground.no(3, lease(1, 2_000_001), "person=1 has=18000000");
    ground.hand(json!({"reserve": {"person": 1, "good": 1, "units": 1_500_000}}));
    ground.no_hand(
        json!({"reserve": {"person": 1, "good": 1, "units": 500_001}}),
        "person=1 has=19500000",
    );
    ground.no(
        3,
        pass("transfer_shares", 1, 500_001),
        "person=1 has=19500000",
    );
    ground.hand(json!({"unreserve": {"epoch": 1, "person": 1, "good": 1, "units": 1_500_000}}));
    ground.ok(3, pass("transfer_shares", 1, 2_000_000));
    // what is with the market counts until it is sold
    ground.hand(json!({"take": {"person": 1, "good": 1, "units": 5_000_000}}));
    ground.no(3, pass("transfer_shares", 1, 1), "person=1 has=20000000");
    // entitlement: 1,500 and what bids may bring
    ground.hand(json!({"reserve": {"person": 1, "good": 0, "units": 500}}));
    ground.no(3, pass("transfer", 1, 1), "person=1 has=2000");
    ground.no_hand(
        json!({"reserve": {"person": 1, "good": 0, "units": 1}}),
        "person=1 has=2000",
    );
}

/// Of 15 % and 15 % through a shell: 10 % too much.
fn too_much() -> Ground {
    let mut ground = Ground::new(&[15_000_000, 20_000_000]);
    ground.organisation(11, &[(2, 10_000)]);
    ground.decided(
        json!({"enrol": {"commons": "1", "members": [{"person": "11", "shares": 0}]}}),
        json!({"commons": "1"}),
        "ordinary",
    );
    ground.epoch(10_000);
    ground.ok(2, pass("transfer_shares", 11, 15_000_000));
    ground.organisation(11, &[(1, 10_000)]);
    ground
}

#[test]
fn an_excess_that_is_cured_in_time_is_not_sold() {
    let mut ground = too_much();
    ground.no(9, check(2), "no excess: person=2 has=5000000 most=20000000");
    ground.ok(9, check(11));
    ground.ok(9, check(1));
    let excess = ground.holding(1).excess.expect("found");
    assert_eq!(excess.sold_from.0, excess.since.0 + 7_776_000);
    ground.ok(11, pass("transfer_shares", 0, 10_000_000));
    ground.ok(9, check(1));
    assert_eq!(ground.holding(1).excess, None);
    ground.wait(7_776_000);
    ground.ok(9, json!({"advance": {}}));
    assert_eq!(
        (ground.shares(1).0, ground.holding(1).escrow.0),
        (15_000_000, 0)
    );
}

#[test]
fn what_is_too_much_is_sold_after_ninety_days_and_not_before() {
    let mut ground = too_much();
    ground.ok(9, check(11));
    ground.wait(7_776_000 - EPOCH);
    ground.ok(9, json!({"advance": {}}));
    assert_eq!(ground.holding(1).escrow.0, 0);
    assert_eq!(ground.holding(1).excess.expect("found").sold.0, 0);
    ground.wait(EPOCH);
    ground.ok(9, json!({"advance": {}}));
    ground.check();
    assert_eq!(ground.holding(1).excess.expect("found").sold.0, 10_000_000);
    // its own first; it is with the market, no share changed hands
    assert_eq!(ground.holding(1).escrow.0, 10_000_000);
    assert_eq!(
        (ground.shares(1).0, ground.shares(11).0),
        (15_000_000, 15_000_000)
    );
    // looked at again, nothing more is sold
    ground.wait(7_776_000);
    ground.ok(9, json!({"advance": {}}));
    assert_eq!(ground.holding(1).escrow.0, 10_000_000);
}
