//! What the market does with rights.

use crate::rights::ground::{Ground, about};
use serde_json::json;

fn pair() -> Ground {
    let mut ground = Ground::new(&[1_000_000, 1_000_000]);
    ground.epoch(10_000);
    ground
}

#[test]
fn entitlement_goes_into_escrow_and_to_a_buyer_back_or_to_the_reserve() {
    let mut ground = pair();
    ground.hand(json!({"take": {"person": 1, "good": 0, "units": 60}}));
    ground.no_hand(
        json!({"take": {"person": 1, "good": 0, "units": 41}}),
        "not enough entitlement: wants=41 has=40",
    );
    ground.no_hand(
        json!({"take": {"person": 1, "good": 0, "units": 0}}),
        "nothing to move",
    );
    assert_eq!(
        (ground.balance(1), ground.account(1).escrow.units()),
        (40, 60)
    );
    let give = |to: u64, units: u64| json!({"give": {"epoch": 1, "from": 1, "to": to, "good": 0, "units": units}});
    ground.hand(give(2, 30));
    ground.hand(give(1, 20));
    ground.hand(give(0, 10));
    ground.no_hand(give(2, 1), "not enough in escrow: wants=1 has=0");
    assert_eq!((ground.balance(1), ground.balance(2)), (60, 130));
    let sums = ground.yields();
    assert_eq!((sums.forfeited.units(), sums.reserve.units()), (10, 10));
    assert_eq!(ground.balance(0), 9_800 + 10);
}

#[test]
fn escrow_is_cut_with_everything_else() {
    let mut ground = pair();
    ground.hand(json!({"take": {"person": 1, "good": 0, "units": 60}}));
    ground.hand(json!({"lower": {"cap": 5_000}}));
    assert_eq!(
        (ground.balance(1), ground.account(1).escrow.units()),
        (20, 30)
    );
    ground.no_hand(
        json!({"give": {"epoch": 1, "from": 1, "to": 2, "good": 0, "units": 31}}),
        "not enough in escrow: wants=31 has=30",
    );
    ground.hand(json!({"give": {"epoch": 1, "from": 1, "to": 2, "good": 0, "units": 30}}));
    assert_eq!(ground.balance(2), 80);
}

#[test]
fn escrow_of_an_epoch_that_is_over_moves_and_is_worth_nothing() {
    let mut ground = pair();
    ground.hand(json!({"take": {"person": 1, "good": 0, "units": 60}}));
    ground.epoch(10_000);
    ground.no_hand(
        json!({"give": {"epoch": 9, "from": 1, "to": 2, "good": 0, "units": 60}}),
        "no epoch is open",
    );
    ground.hand(json!({"give": {"epoch": 1, "from": 1, "to": 2, "good": 0, "units": 60}}));
    ground.hand(json!({"unreserve": {"epoch": 1, "person": 2, "good": 0, "units": 60}}));
    // neither has it, and what the second's shares yielded then is not given now
    assert_eq!((ground.balance(1), ground.balance(2)), (100, 100));
    ground.ok(2, about("harvest", 100));
}

#[test]
fn shares_go_into_escrow_yield_for_the_seller_and_go_to_a_buyer() {
    let mut ground = pair();
    ground.hand(json!({"take": {"person": 1, "good": 1, "units": 600_000}}));
    ground.epoch(10_000);
    assert_eq!(ground.balance(1), 100);
    ground.no_hand(
        json!({"take": {"person": 1, "good": 1, "units": 400_001}}),
        "not enough shares",
    );
    let give = |to: u64, units: u64| json!({"give": {"epoch": 1, "from": 1, "to": to, "good": 1, "units": units}});
    ground.hand(give(2, 500_000));
    ground.hand(give(1, 50_000));
    ground.hand(give(0, 50_000));
    ground.no_hand(give(2, 1), "not enough in escrow");
    assert_eq!((ground.balance(1), ground.balance(2)), (100, 100));
    assert_eq!(
        (ground.shares(1).0, ground.shares(2).0, ground.shares(0).0),
        (450_000, 1_500_000, 98_050_000)
    );
    assert_eq!(ground.holding(1).free.0, 450_000);
}
