//! Harvest, warnings, retiring and cancelling.

use crate::rights::ground::{Ground, about, attribute, pass};
use serde_json::json;

#[test]
fn harvest_burns_entitlement() {
    let mut ground = Ground::new(&[1_000_000]);
    ground.epoch(1_000_000);
    let receipt = ground.ok(
        1,
        json!({"harvest": {"commons": "1", "quantity": "4000", "evidence": "ab".repeat(32)}}),
    );
    assert_eq!(
        attribute(&receipt, "evidence", "sha256"),
        Some("ab".repeat(32))
    );
    let account = ground.account(1);
    assert_eq!(
        (account.balance.units(), account.harvested.units()),
        (6_000, 4_000)
    );
    assert_eq!(ground.yields().outstanding.units(), 996_000);
    ground.no(1, about("harvest", 0), "nothing to move");
    ground.no(
        1,
        json!({"harvest": {"commons": "1", "quantity": "1", "evidence": "ab"}}),
        "hash refused",
    );
}

#[test]
fn only_the_enrolled_in_good_standing_use_rights() {
    let mut ground = Ground::new(&[1_000_000, 0]);
    ground.person(3);
    ground.epoch(1_000_000);
    for what in ["harvest", "retire", "cancel", "bank", "borrow", "repay"] {
        ground.no(3, about(what, 1), "not enrolled");
        ground.no(4, about(what, 1), "unknown member");
    }
    ground.no(3, pass("transfer", 1, 1), "not enrolled");
    ground.no(1, pass("transfer", 3, 1), "not enrolled: person=3");
    ground.no(1, pass("transfer_shares", 3, 1), "not enrolled: person=3");
    ground.know(2, "person", "leaving", &[]);
    ground.no(1, pass("transfer", 2, 1), "no standing: person=2");
    ground.know(1, "person", "leaving", &[]);
    ground.no(1, about("harvest", 1), "no standing: person=1");
}

#[test]
fn warnings_come_at_70_85_and_95_percent_as_events_and_in_the_view() {
    let mut ground = Ground::new(&[1_000_000]);
    ground.epoch(10_000);
    let mut said = vec![];
    for _ in 0..20 {
        let receipt = ground.ok(1, about("harvest", 5));
        said.push(attribute(&receipt, "warning", "percent"));
    }
    let at: Vec<(usize, String)> = said
        .into_iter()
        .enumerate()
        .filter_map(|(n, level)| Some((5 * (n + 1), level?)))
        .collect();
    let expected = [(70, "70"), (85, "85"), (95, "95")];
    assert_eq!(at, expected.map(|(used, level)| (used, level.to_owned())));
    assert_eq!(ground.account(1).warning, 95);
}

#[test]
fn to_retire_is_to_use_and_to_cancel_is_to_undo_the_issue() {
    let mut ground = Ground::new(&[10_000_000, 10_000_000]);
    ground.epoch(1_000);
    ground.ok(1, about("retire", 40));
    ground.ok(2, about("cancel", 40));
    assert_eq!((ground.balance(1), ground.balance(2)), (60, 60));
    let sums = ground.yields();
    assert_eq!((sums.retired.units(), sums.cancelled.units()), (40, 40));
    assert_eq!(sums.outstanding.units(), 920);
    // what was retired is taken when the cap is cut, what was cancelled is not:
    // 500 − 40 are left of 1,000 − 40
    ground.hand(json!({"lower": {"cap": 500}}));
    assert_eq!(ground.balance(1), 60 * 460 / 960);
    // and it counts for warnings
    let mut ground = Ground::new(&[1_000_000, 1_000_000]);
    ground.epoch(10_000);
    ground.ok(1, about("retire", 70));
    ground.ok(2, about("cancel", 70));
    assert_eq!(
        (ground.account(1).warning, ground.account(2).warning),
        (70, 0)
    );
    ground.no(
        1,
        about("retire", 31),
        "not enough entitlement: wants=31 has=30",
    );
    ground.no(
        2,
        about("cancel", 31),
        "not enough entitlement: wants=31 has=30",
    );
}

#[test]
fn entitlement_for_what_was_restored_is_used_like_any_other() {
    let mut ground = Ground::new(&[1_000_000, 0]);
    ground.close();
    ground.hand(json!({"open": {"cap": 10_000, "restored": 1_000}}));
    ground.hand(json!({"mint": {"person": 2, "units": 1_000}}));
    assert_eq!((ground.balance(1), ground.balance(2)), (90, 1_000));
    ground.ok(2, about("harvest", 600));
    // what is minted after a cut is cut as if it had been there
    ground.close();
    ground.hand(json!({"open": {"cap": 10_000, "restored": 1_000}}));
    ground.hand(json!({"lower": {"cap": 5_000}}));
    ground.hand(json!({"mint": {"person": 2, "units": 1_000}}));
    assert_eq!((ground.balance(1), ground.balance(2)), (45, 500));
    assert!(ground.yields().outstanding.units() <= 5_000);
}
