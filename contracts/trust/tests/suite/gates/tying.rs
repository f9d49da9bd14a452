//! Whom a proof is tied to: nobody, the account that the action names, a fresh key.

use cosmwasm_std::HexBinary;
use mycel_sandbox::address;
use serde_json::{Value, json};

use super::ground::Gated;
use crate::world::member;

#[test]
fn a_named_proof_is_of_the_account_that_the_action_names() {
    let mut town = Gated::new(3);
    let action = json!({"raise_line": {"member": member(1)}});
    let subject = Gated::place("show", "subject");
    let mut own = town.showing(4, 7, &action);
    own.inputs[subject] = town.idc(1, 0);
    // a friend's proof for my line, with or without its name
    let mut friends = own.clone();
    friends.inputs[subject] = town.idc(2, 0);
    town.refuses(&friends.msg(), "proof refused");
    friends.inputs[subject] = [0; 32];
    town.refuses(&friends.msg(), "proof refused");
    // anyone may bring it
    town.passes(&own);
    let (_, shown) = town.last().expect("told");
    assert_eq!(shown.subject, HexBinary::from(town.idc(1, 0)));
    assert_eq!(shown.action, action);
}

#[test]
fn a_named_proof_names_a_member_whose_identity_counts() {
    let mut town = Gated::new(3);
    let named = |town: &Gated, action: Value| town.showing(4, 7, &action).msg();
    let msg = named(&town, json!({"raise_line": {}}));
    town.refuses(
        &msg,
        "action names nobody: a gate of mode named needs the field `member`",
    );
    let msg = named(
        &town,
        json!({"raise_line": {"member": address("stranger")}}),
    );
    town.refuses(&msg, "not a member");
    town.set_leaf(2, false, 0);
    let msg = named(&town, json!({"raise_line": {"member": member(2)}}));
    town.refuses(&msg, "no identity");
}

#[test]
fn a_pseudonym_is_a_fresh_key_that_acts_for_the_nullifier() {
    let mut town = Gated::new(3);
    let key = address("fresh");
    let pseudonym: Value = town.query(&json!({"pseudonym": {"address": key}}));
    assert_eq!(pseudonym, json!(null));
    let showing = town.showing(5, 7, &json!({"speak": {"key": key}}));
    town.passes(&showing);
    let pseudonym: Value = town.query(&json!({"pseudonym": {"address": key}}));
    assert_eq!(pseudonym["gate"], json!("5"));
    assert_eq!(pseudonym["nf"], json!(HexBinary::from(showing.nf)));
    // it acts for one nullifier
    let again = town.showing(5, 8, &json!({"speak": {"key": key}}));
    town.refuses(&again.msg(), "key not fresh");
    // and names nobody
    let named = town.showing(5, 8, &json!({"speak": {"key": member(2)}}));
    town.refuses(&named.msg(), "is a member's, and names it");
    let none = town.showing(5, 8, &json!({"speak": {}}));
    town.refuses(&none.msg(), "needs the field `key`");
    let odd = town.showing(5, 8, &json!({"speak": {"key": "fresh"}}));
    town.refuses(&odd.msg(), "invalid address");
    // one nullifier has one key a term
    let other = town.showing(5, 7, &json!({"speak": {"key": address("other")}}));
    town.refuses(&other.msg(), "nullifier spent");
    town.check();
}
