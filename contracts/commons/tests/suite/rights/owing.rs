//! Overage: its price, paying it, repaying in kind, and sanctions.

use crate::rights::ground::{Ground, about, attribute, pass};
use mycel_sandbox::address;
use serde_json::json;

/// One with 100 units of 10,000, who takes 120.
fn over() -> Ground {
    let mut ground = Ground::new(&[1_000_000, 1_000_000]);
    ground.epoch(10_000);
    ground.ok(1, about("harvest", 120));
    ground
}

fn pay(epoch: u64) -> serde_json::Value {
    json!({"pay_overage": {"commons": "1", "epoch": epoch.to_string()}})
}

#[test]
fn what_is_taken_beyond_is_recorded_priced_and_owed() {
    let ground = over();
    let told = ground.entitlement(1);
    let account = told.account;
    assert_eq!(
        (account.harvested.units(), account.overage.units()),
        (100, 20)
    );
    // 100 pico a unit, dearer by 20 of 100: 120
    assert_eq!(account.owed.pico(), 20 * 120);
    assert_eq!((told.debt.owed.pico(), told.debt.kind.units()), (2_400, 20));
    // harvest is never more than entitlement and recorded overage
    let sums = ground.yields();
    assert_eq!((sums.harvested.units(), sums.overage.units()), (100, 20));
    assert_eq!(account.warning, 95);
}

#[test]
fn telling_it_in_pieces_owes_the_same() {
    let mut ground = Ground::new(&[1_000_000]);
    ground.epoch(10_000);
    for _ in 0..120 {
        ground.ok(1, about("harvest", 1));
    }
    assert_eq!(ground.account(1).owed.pico(), 2_400);
}

#[test]
fn the_price_has_a_cap_and_the_view_tells_the_next_units() {
    let mut ground = over();
    assert_eq!(ground.entitlement(1).overage_price.pico(), 121);
    ground.ok(1, about("harvest", 980));
    // ten times the entitlement: four times the floor and no more
    assert_eq!(ground.account(1).owed.pico(), 1_000 * 400);
    assert_eq!(ground.entitlement(1).overage_price.pico(), 400);
    assert_eq!(ground.entitlement(2).overage_price.pico(), 101);
}

#[test]
fn there_is_no_new_entitlement_until_overage_is_paid() {
    let mut ground = over();
    ground.epoch(10_000);
    let account = ground.account(1);
    // 20 are repaid in kind, 80 wait
    assert_eq!((account.balance.units(), account.waiting.units()), (0, 80));
    ground.ok(9, json!({"bring_up": {"commons": "1", "persons": ["1"]}}));
    ground.no(
        1,
        about("retire", 1),
        "not enough entitlement: wants=1 has=0",
    );
    // a part is not enough
    ground.hold(1, 5, 1_000, &pay(1)).expect("paid");
    ground.check();
    assert_eq!(ground.account(1).waiting.units(), 80);
    ground.hold(1, 6, 1_400, &pay(1)).expect("paid");
    ground.check();
    assert_eq!(
        (ground.balance(1), ground.account(1).waiting.units()),
        (80, 0)
    );
    ground.ok(1, about("harvest", 80));
}

#[test]
fn what_is_owed_is_captured_for_the_common_fund_and_the_rest_goes_back() {
    let mut ground = over();
    ground.hold(1, 5, 10_000, &pay(1)).expect("paid");
    ground.check();
    let fund = ground.peer.to_string();
    assert_eq!(
        ground.log().last(),
        Some(&json!({"resolve": {"items": [
            {"capture": {"hold": "5", "amount": "2400", "to": fund}},
            {"release": {"hold": "5"}},
        ]}}))
    );
    // a hold that is needed whole is not released, too
    ground.ok(1, about("harvest", 1));
    let owed = ground.account(1).owed.pico();
    ground.hold(1, 6, owed, &pay(1)).expect("paid");
    assert_eq!(
        ground.log().last(),
        Some(&json!({"resolve": {"items": [
            {"capture": {"hold": "6", "amount": owed.to_string(), "to": fund}},
        ]}}))
    );
    // nothing more is owed
    let refused = ground.hold(1, 7, 10, &pay(1)).expect_err("refused");
    assert!(
        refused.text.contains("no such debt: commons=1 epoch=1"),
        "{}",
        refused.text
    );
    let refused = ground.hold(2, 8, 10, &pay(1)).expect_err("refused");
    assert!(refused.text.contains("no such debt"), "{}", refused.text);
    // only credit tells of holds
    let msg = json!({"receive_hold": {"hold": "9", "owner": address("p1"), "amount": "5", "msg": "e30="}});
    ground.no(1, msg, "unauthorized");
}

#[test]
fn the_excess_is_repaid_of_the_next_entitlement() {
    let mut ground = over();
    ground.hold(1, 5, 2_400, &pay(1)).expect("paid");
    ground.epoch(10_000);
    let account = ground.account(1);
    assert_eq!((account.repaid.units(), account.balance.units()), (20, 80));
    ground.ok(1, about("harvest", 1));
    assert_eq!(ground.entitlement(1).debt.kind.units(), 0);
    // it is gone: nobody else may take it instead
    let sums = ground.yields();
    assert_eq!((sums.repaid.units(), sums.outstanding.units()), (20, 9_979));
    // what one epoch cannot repay, the following ones do
    let mut ground = Ground::new(&[1_000_000, 1_000_000]);
    ground.epoch(10_000);
    ground.ok(1, about("harvest", 350));
    ground.hold(1, 5, 1_000_000, &pay(1)).expect("paid");
    let mut left = vec![];
    for _ in 0..4 {
        ground.epoch(10_000);
        ground.ok(9, json!({"bring_up": {"commons": "1", "persons": ["1"]}}));
        left.push((ground.entitlement(1).debt.kind.units(), ground.balance(1)));
    }
    assert_eq!(left, [(150, 0), (50, 0), (0, 50), (0, 100)]);
}

#[test]
fn what_is_owed_in_kind_may_be_repaid_now_of_what_was_bought() {
    let mut ground = over();
    ground.ok(2, pass("transfer", 1, 30));
    ground.no(
        1,
        about("repay", 21),
        "out of bounds: quantity=21 least=1 most=20",
    );
    ground.ok(1, about("repay", 20));
    assert_eq!(ground.entitlement(1).debt.kind.units(), 0);
    ground.no(1, about("repay", 1), "no such debt");
    ground.epoch(10_000);
    // the money is owed still
    assert_eq!(ground.account(1).waiting.units(), 100);
}

#[test]
fn shares_stay_with_whoever_owes() {
    let mut ground = over();
    let lease = json!({"lease": {"commons": "1", "to": "2", "shares": 5, "epochs": 1}});
    ground.no(
        1,
        pass("transfer_shares", 2, 5),
        "overage is owed: owed=0.0000000024 credits",
    );
    ground.no(1, lease.clone(), "overage is owed");
    ground.no_hand(
        json!({"take": {"person": 1, "good": 1, "units": 5}}),
        "overage is owed",
    );
    ground.hold(1, 5, 2_400, &pay(1)).expect("paid");
    ground.no(
        1,
        pass("transfer_shares", 2, 5),
        "entitlement is owed: units=20",
    );
    ground.no(1, lease.clone(), "entitlement is owed");
    ground.no_hand(
        json!({"take": {"person": 1, "good": 1, "units": 5}}),
        "entitlement is owed",
    );
    ground.epoch(10_000);
    ground.ok(1, pass("transfer_shares", 2, 5));
    ground.ok(1, lease);
}

#[test]
fn overuse_beyond_tolerance_draws_one_step_and_only_one_an_epoch() {
    let mut ground = Ground::new(&[1_000_000]);
    ground.epoch(10_000);
    // a tenth is tolerated
    let receipt = ground.ok(1, about("harvest", 110));
    assert_eq!(
        attribute(&receipt, "overage", "units"),
        Some("10".to_owned())
    );
    let step = |ground: &Ground| -> String {
        let ladder: serde_json::Value =
            ground.ask(json!({"ladder": {"commons": "1", "member": address("p1")}}));
        ladder["step"].as_str().expect("a step").to_owned()
    };
    assert_eq!(step(&ground), "none");
    ground.ok(1, about("harvest", 1));
    assert_eq!(step(&ground), "notice");
    ground.ok(1, about("harvest", 50));
    assert_eq!(step(&ground), "notice");
}

#[test]
fn a_reduced_member_yields_less_and_the_reserve_has_the_rest() {
    let mut ground = Ground::new(&[1_000_000, 1_000_000]);
    for epoch in 1..=2 {
        ground.epoch(10_000);
        let all = ground.balance(1) as u64 + 50;
        ground.ok(1, about("harvest", all));
        let owed = ground.account(1).owed.pico();
        ground.hold(1, 5 + epoch, owed, &pay(epoch)).expect("paid");
    }
    // two steps: notice, reduced to a half
    ground.epoch(10_000);
    let account = ground.account(1);
    assert_eq!(
        (account.granted.units(), account.withheld.units()),
        (100, 50)
    );
    // 50 are owed in kind of the epoch before
    assert_eq!((account.repaid.units(), account.balance.units()), (50, 0));
    ground.ok(9, json!({"bring_up": {"commons": "1", "persons": ["1"]}}));
    let sums = ground.yields();
    assert_eq!((sums.withheld.units(), sums.reserve.units()), (50, 50));
    ground.ok(9, json!({"bring_up": {"commons": "1", "persons": ["0"]}}));
    let treasury = ground.account(0);
    assert_eq!(treasury.received.units(), 50);
    assert_eq!(treasury.balance.units(), 9_800 + 50);
}

#[test]
fn who_waits_for_a_measures_end_within_the_epoch_yields_no_more_for_it() {
    let mut ground = Ground::new(&[1_000_000]);
    for epoch in 1..=2 {
        ground.epoch(10_000);
        let all = ground.balance(1) as u64 + 50;
        ground.ok(1, about("harvest", all));
        let owed = ground.account(1).owed.pico();
        ground.hold(1, 5 + epoch, owed, &pay(epoch)).expect("paid");
    }
    ground.epoch(10_000);
    ground.wait(20_000);
    assert_eq!(ground.account(1).withheld.units(), 50);
    ground.epoch(10_000);
    assert_eq!(ground.account(1).withheld.units(), 0);
}

#[test]
fn what_a_jury_found_counts_as_harvested() {
    let mut ground = Ground::new(&[1_000_000]);
    ground.epoch(10_000);
    ground.hand(json!({"unreported": {"person": 1, "units": 103}}));
    let account = ground.account(1);
    assert_eq!(
        (account.harvested.units(), account.overage.units()),
        (100, 3)
    );
    assert_eq!(account.owed.pico(), 309);
}
