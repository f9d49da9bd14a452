//! What the chain does for contracts: allowance classes and the end of blocks.

mod support;

use serde_json::{Value, json};
use support::*;

fn class(address: &cosmwasm_std::Addr, class: Option<&str>) -> Value {
    json!({"custom": {"set_allowance_class": {"address": address, "class": class}}})
}

#[test]
fn only_the_named_authority_sets_classes_and_a_failure_undoes_them() {
    for way in [Way::Native, Way::Compiled] {
        let mut t = theatre(way, &[nothing(), nothing()]);
        let ben = mycel_sandbox::address("ben");
        let set = response(vec![sub(class(&ben, Some("member")), "never", None)], None);
        let refusal = t.tell(&set).unwrap_err();
        assert!(refusal.contains("Sandbox::set_authorities"), "{refusal}");
        let other = t.puppets[1].clone();
        t.sandbox.set_authorities(Some(&other), None);
        let refusal = t.tell(&set).unwrap_err();
        assert!(refusal.contains("unauthorized"), "{refusal}");
        let me = t.puppets[0].clone();
        t.sandbox.set_authorities(Some(&me), None);
        t.tell(&set).unwrap();
        assert_eq!(t.sandbox.allowance_class(&ben).as_deref(), Some("member"));
        let hash = t.sandbox.state_hash();
        let undone = vec![
            sub(class(&ben, None), "never", None),
            sub(call(&other, &failing()), "never", None),
        ];
        t.tell(&response(undone, None)).unwrap_err();
        assert_eq!(t.sandbox.allowance_class(&ben).as_deref(), Some("member"));
        assert_eq!(t.sandbox.state_hash(), hash);
        t.tell(&response(vec![sub(class(&ben, None), "never", None)], None))
            .unwrap();
        assert_eq!(t.sandbox.allowance_class(&ben), None);
    }
}

#[test]
fn a_contract_gets_no_class() {
    for way in [Way::Native, Way::Compiled] {
        let mut t = theatre(way, &[nothing(), nothing()]);
        let (me, other) = (t.puppets[0].clone(), t.puppets[1].clone());
        t.sandbox.set_authorities(Some(&me), None);
        let set = response(
            vec![sub(class(&other, Some("member")), "never", None)],
            None,
        );
        let refusal = t.tell(&set).unwrap_err();
        assert!(refusal.contains("is a contract's"), "{refusal}");
        assert_eq!(t.sandbox.allowance_class(&other), None);
    }
}

#[test]
fn subscribers_are_called_in_order_of_address_at_the_end_of_each_block() {
    for way in [Way::Native, Way::Compiled] {
        let mut t = theatre(way, &[nothing(), nothing()]);
        let (first, second) = (t.puppets[0].clone(), t.puppets[1].clone());
        t.sandbox.set_authorities(None, Some(&first));
        let subscribe =
            |c: &cosmwasm_std::Addr| json!({"custom": {"subscribe_end_block": {"contract": c}}});
        let both = [&first, &second].map(|c| sub(subscribe(c), "never", None));
        t.tell(&response(both.to_vec(), None)).unwrap();
        let height = t.sandbox.height();
        let ended = t.sandbox.end_block();
        assert_eq!(t.sandbox.height(), height + 1);
        let called: Vec<_> = ended.iter().map(|(address, _)| address.clone()).collect();
        let mut sorted = vec![first.clone(), second.clone()];
        sorted.sort();
        assert_eq!(called, sorted);
        assert!(ended.iter().all(|(_, result)| result.is_ok()));
        assert_eq!(t.kept(0, "last"), Some(json!({"end_block": {}})));
    }
}

#[test]
fn three_failures_in_a_row_suspend_a_subscriber() {
    let mut t = theatre(Way::Native, &[nothing()]);
    let asker = t.asker.clone();
    // it has no sudo
    t.sandbox.subscribe_end_block(&asker).unwrap();
    for _ in 0..3 {
        let ended = t.sandbox.end_block();
        assert!(ended[0].1.is_err());
    }
    assert!(t.sandbox.end_block().is_empty());
}

#[test]
fn what_a_sandbox_has_not_says_not_yet() {
    let mut t = theatre(Way::Native, &[nothing()]);
    let upgrade = json!({"custom": {"schedule_upgrade": {"height": "9", "name": "x"}}});
    let refusal = t
        .tell(&response(vec![sub(upgrade, "never", None)], None))
        .unwrap_err();
    assert!(refusal.contains("not yet: schedule_upgrade"), "{refusal}");
}
