//! A proof is shown: what it counts for, and that it counts once.

use cosmwasm_std::{Binary, HexBinary};
use mycel_mailbox::tag;
use mycel_sandbox::{address, mock_proof};
use mycel_trust::element::{Element, ORDER};
use serde_json::{Value, json};

use super::ground::Gated;
use crate::world::TIMES;

#[test]
fn a_proof_passes_and_the_consumer_acts_in_the_same_transaction() {
    let mut town = Gated::new(2);
    let action = json!({"speak": {"words": "more boats, \"fewer\" bridges", "n": 3}});
    let showing = town.showing(3, 7, &action);
    town.passes(&showing);
    let (sender, shown) = town.last().expect("told");
    assert_eq!(sender, town.trust.as_str());
    assert_eq!((shown.gate.0, shown.term), (3, showing.number.to_string()));
    assert_eq!(shown.nf, HexBinary::from(showing.nf));
    assert_eq!(shown.subject, HexBinary::from([0; 32]));
    assert_eq!(shown.action, action);
    let scope = showing.inputs[Gated::place("show", "scope")];
    let spent: Value = town.query(&json!({"nullifier": {
        "scope": HexBinary::from(scope), "nf": HexBinary::from(showing.nf),
    }}));
    assert_eq!(spent["spent"], json!(town.sandbox.now().to_string()));
    town.check();
}

#[test]
fn who_sends_a_proof_means_nothing() {
    let mut town = Gated::new(2);
    for (nf, sender) in [(1, "stranger"), (2, "person1"), (3, "assembly")] {
        let showing = town.showing(3, nf, &json!({"x": {}}));
        town.tell(&address(sender), &showing.msg()).expect("taken");
    }
    // nor does the message name one
    let mut msg = town.showing(3, 4, &json!({"x": {}})).msg();
    msg["show"]["sender"] = json!("person1");
    town.refuses(&msg, "unknown field");
}

#[test]
fn a_proof_is_not_shown_twice_and_neither_is_its_nullifier() {
    let mut town = Gated::new(2);
    let showing = town.showing(3, 7, &json!({"x": {}}));
    town.passes(&showing);
    town.refuses(&showing.msg(), "nullifier spent: gate=3");
    // another action, another slot, another proof: the same somebody
    town.wait(u64::from(TIMES.slot));
    let other = town.showing(3, 7, &json!({"y": {}}));
    town.refuses(&other.msg(), "nullifier spent");
    // somebody else passes; the same at another gate, too
    let other = town.showing(3, 8, &json!({"y": {}}));
    town.passes(&other);
    let other = town.showing(8, 7, &json!({"y": {}}));
    town.passes(&other);
    town.check();
}

#[test]
fn a_nullifier_plus_the_fields_order_is_not_another_nullifier() {
    let mut town = Gated::new(2);
    let showing = town.showing(3, 7, &json!({"x": {}}));
    town.passes(&showing);
    let mut more: Element = ORDER;
    more[31] += 7;
    let mut again = showing.clone();
    again.nf = more;
    town.refuses(&again.msg(), "not canonical: nf");
    again.inputs[Gated::place("show", "nf")] = more;
    town.refuses(&again.msg(), "not canonical: nf");
}

#[test]
fn the_action_that_a_proof_was_made_for_is_the_only_one_that_it_serves() {
    let mut town = Gated::new(2);
    let showing = town.showing(3, 7, &json!({"pay": {"to": "me"}}));
    let mut stolen = showing.clone();
    stolen.action = br#"{"pay":{"to":"you"}}"#.to_vec();
    town.refuses(&stolen.msg(), "proof refused: circuit=show");
    // not a byte of it
    stolen.action = br#"{"pay": {"to":"me"}}"#.to_vec();
    town.refuses(&stolen.msg(), "proof refused: circuit=show");
    town.passes(&showing);
}

#[test]
fn what_is_no_action_is_refused_before_it_reaches_the_consumer() {
    let mut town = Gated::new(2);
    for bad in [
        &br#"{"x":{}},"subject":"00"#[..],
        br#"{"x":{}}}}"#,
        br#"{"x":{"member":"a","member":"b"}}"#,
        br#"null"#,
        b"",
    ] {
        let mut showing = town.showing(3, 7, &json!({"x": {}}));
        showing.action = bad.to_vec();
        let signal = tag::signal(
            &town.raw_instance(),
            &showing.consumer,
            3,
            &showing.number.to_string(),
            bad,
        );
        showing.inputs[Gated::place("show", "signal")] = signal;
        town.refuses(&showing.msg(), "action refused");
    }
}

#[test]
fn a_proof_for_another_gate_term_contract_or_chain_is_refused() {
    let mut town = Gated::new(2);
    let honest = town.showing(3, 7, &json!({"x": {}}));
    let (scope, signal) = (
        Gated::place("show", "scope"),
        Gated::place("show", "signal"),
    );
    let own = town.raw_instance();
    let trust = town.trust.clone();
    let chain = |id: &str, contract: &str| tag::instance(id, contract);
    assert_eq!(
        own,
        chain("mycel-sandbox", trust.as_str()),
        "the sandbox's chain"
    );
    let term = honest.number.to_string();
    let next = (honest.number + 1).to_string();
    let consumer = honest.consumer.clone();
    let other = town.other.to_string();
    for (instance, consumer, gate, term) in [
        (chain("mycel-other", trust.as_str()), &consumer, 3, &term),
        (chain("mycel-sandbox", &other), &consumer, 3, &term),
        (own, &other, 3, &term),
        (own, &consumer, 4, &term),
        (own, &consumer, 3, &next),
    ] {
        let mut foreign = honest.clone();
        foreign.inputs[scope] = tag::scope(&instance, consumer, gate, term);
        foreign.inputs[signal] = tag::signal(&instance, consumer, gate, term, &honest.action);
        town.refuses(&foreign.msg(), "proof refused: circuit=show");
    }
    // shown at a gate that it was not made for
    let mut elsewhere = honest.clone();
    elsewhere.gate = 8;
    town.refuses(&elsewhere.msg(), "proof refused: circuit=show");
    town.passes(&honest);
}

#[test]
fn a_show_names_one_of_the_last_six_slots() {
    let mut town = Gated::new(2);
    town.wait(6 * u64::from(TIMES.slot));
    let honest = town.showing(3, 7, &json!({"x": {}}));
    for slot in [honest.slot + 1, honest.slot - 6, 0, u64::MAX] {
        let mut stale = honest.clone();
        stale.slot = slot;
        town.refuses(&stale.msg(), "slot refused");
    }
    town.wait(5 * u64::from(TIMES.slot));
    let mut late = honest.clone();
    town.passes(&honest);
    late.nf = tag::small(8);
    late.inputs[Gated::place("show", "nf")] = late.nf;
    town.wait(u64::from(TIMES.slot));
    town.refuses(&late.msg(), "slot refused");
}

#[test]
fn a_show_is_about_the_root_and_the_period_at_its_slots_beginning() {
    let mut town = Gated::new(2);
    // to the last slot of a period
    let left = u64::from(TIMES.period)
        - (town.sandbox.now() - crate::world::BEGIN) % u64::from(TIMES.period);
    town.wait(left - 5);
    let before = town.showing(3, 7, &json!({"x": {}}));
    let root = before.inputs[0];
    // somebody joins within the slot: the root changes, not the slot's
    town.enrol(50);
    let same = town.showing(3, 8, &json!({"x": {}}));
    assert_eq!(same.inputs[0], root);
    town.wait(u64::from(TIMES.slot));
    let after = town.showing(3, 9, &json!({"x": {}}));
    assert_ne!(after.inputs[0], root);
    let period = Gated::place("show", "period");
    assert_ne!(after.inputs[period], before.inputs[period]);
    town.passes(&before);
    town.passes(&after);
    let mut wrong = town.showing(3, 10, &json!({"x": {}}));
    wrong.inputs[period] = before.inputs[period];
    town.refuses(&wrong.msg(), "proof refused");
}

#[test]
fn nothing_is_shown_while_a_due_entry_is_over_a_slot_late() {
    let mut town = Gated::new(2);
    let due = town.sandbox.now();
    town.receive(1, 5, due);
    let on_time = town.showing(3, 7, &json!({"x": {}}));
    town.passes(&on_time);
    town.sandbox.advance_time(u64::from(TIMES.slot));
    let showing = town.showing(3, 8, &json!({"x": {}}));
    town.passes(&showing);
    town.sandbox.advance_time(1);
    let showing = town.showing(3, 9, &json!({"x": {}}));
    town.refuses(&showing.msg(), "entries late");
    // on the roll one is whatever is due
    let showing = town.showing(7, 9, &json!({"x": {}}));
    town.passes(&showing);
    town.ok(1, &json!({"advance": {}}));
    let showing = town.showing(3, 9, &json!({"x": {}}));
    town.passes(&showing);
}

#[test]
fn a_consumer_that_refuses_undoes_all_and_the_nullifier_is_not_spent() {
    let mut town = Gated::new(2);
    let refused = town.showing(3, 7, &json!({"refuse": {}}));
    town.refuses(&refused.msg(), "the consumer refuses");
    let showing = town.showing(3, 7, &json!({"x": {}}));
    town.passes(&showing);
    town.check();
}

#[test]
fn a_gate_takes_the_proofs_of_its_circuit_alone() {
    let mut town = Gated::new(2);
    let showing = town.showing(7, 7, &json!({"x": {}}));
    let mut msg = showing.msg();
    let told = msg["show_member"].take();
    town.refuses(
        &json!({"show": told}),
        "another circuit: gate=7 takes member",
    );
    town.passes(&showing);
    let showing = town.showing(3, 7, &json!({"x": {}}));
    let mut msg = showing.msg();
    let told = msg["show"].take();
    town.refuses(
        &json!({"show_member": told}),
        "another circuit: gate=3 takes show",
    );
}

#[test]
fn proofs_that_are_none_or_have_another_number_of_inputs_are_refused() {
    let mut town = Gated::new(2);
    let showing = town.showing(3, 7, &json!({"x": {}}));
    let more: Vec<Element> = showing
        .inputs
        .iter()
        .copied()
        .chain([tag::small(1)])
        .collect();
    for proof in [
        mock_proof("show", &showing.inputs[..11]),
        mock_proof("show", &more),
        mock_proof("member", &showing.inputs),
        Binary::default(),
        Binary::from(vec![0; 255]),
        Binary::from(vec![0xff; 256]),
        Binary::from(vec![7; 4_096]),
    ] {
        town.refuses(&showing.msg_with(&proof), "proof refused: circuit=show");
    }
}

#[test]
fn the_relay_finds_the_show_as_it_is_told_and_no_other_field() {
    let town = Gated::new(1);
    let msg = town.showing(3, 7, &json!({"x": {}})).msg();
    let fields: Vec<&String> = msg["show"].as_object().expect("fields").keys().collect();
    assert_eq!(fields, ["action", "gate", "nf", "proof", "slot"]);
}
