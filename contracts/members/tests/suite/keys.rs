//! Keys, recovery by guardians, and what follows for the account.

use crate::world::{DAY, World};
use mycel_kit::Id;
use mycel_members::ask::{KeysResponse, QueryMsg};
use mycel_members::msg::PersonRef;
use mycel_sandbox::address;
use serde_json::{Value, json};

fn town() -> World {
    let mut world = World::new(json!({}));
    world.found(&["ana", "ben", "cleo", "dan"]);
    world
}

fn add(name: &str, roles: &[&str]) -> Value {
    json!({"add_key": {"address": address(name), "roles": roles}})
}

fn keys(world: &World, person: u64) -> KeysResponse {
    world.query(&QueryMsg::Keys(PersonRef { person: Id(person) }))
}

#[test]
fn an_address_belongs_to_a_person_only_if_both_say_so() {
    let mut world = town();
    world.ok("ana", add("ana-phone", &["vote"]));
    assert!(!world.is_known("ana-phone"), "asking binds nobody");
    assert!(!keys(&world, 1).addresses[1].agreed);
    world.no(
        "ben-phone",
        json!({"accept_key": {"person": "1"}}),
        "not found: request to",
    );
    world.ok("ana-phone", json!({"accept_key": {"person": "1"}}));
    let standing = world.standing("ana-phone");
    assert_eq!(
        (standing.person, standing.roles),
        (Id(1), vec!["vote".to_owned()])
    );
    // an address of one person is never another's, and does not join
    world.no("ben", add("ana-phone", &["vote"]), "address taken");
    world.no(
        "ben",
        json!({"invite": {"address": address("ana-phone")}}),
        "address taken",
    );
}

#[test]
fn roles_are_what_an_address_may_do() {
    let mut world = town();
    world.ok("ana", add("ana-purse", &["pay"]));
    world.ok("ana-purse", json!({"accept_key": {"person": "1"}}));
    world.no(
        "ana-purse",
        json!({"vouch": {"person": "2", "weight": 1}}),
        "role missing: needs=vote",
    );
    world.no(
        "ana-purse",
        add("other", &["pay"]),
        "role missing: needs=recover",
    );
    world.no(
        "ana-purse",
        json!({"leave": {}}),
        "role missing: needs=recover",
    );
    let roles =
        |roles: &[&str]| json!({"set_roles": {"address": address("ana-purse"), "roles": roles}});
    world.ok("ana", roles(&["pay", "vote"]));
    world.ok("ana-purse", json!({"vouch": {"person": "2", "weight": 1}}));
    world.no("ana", roles(&["rule"]), "not found: role");
    world.no("ana", roles(&[]), "role missing");
    let own = json!({"set_roles": {"address": address("ana"), "roles": ["pay"]}});
    world.no("ana", own, "owns the account");
}

#[test]
fn an_address_that_was_removed_is_one_of_the_past_for_ever() {
    let mut world = town();
    world.ok("ana", add("ana-phone", &["vote"]));
    world.ok("ana-phone", json!({"accept_key": {"person": "1"}}));
    let remove = |name: &str| json!({"remove_key": {"address": address(name)}});
    world.no("ana", remove("ana"), "use rotate");
    world.no("ana", remove("ben"), "not found: address");
    world.ok("ana", remove("ana-phone"));
    assert!(!world.is_known("ana-phone"));
    world.no(
        "ana-phone",
        json!({"vouch": {"person": "2", "weight": 1}}),
        "unknown member",
    );
    world.no("ben", add("ana-phone", &["vote"]), "address taken");
}

#[test]
fn rotating_moves_account_class_and_all_roles_and_keeps_the_number() {
    let mut world = town();
    world.no(
        "ana",
        json!({"rotate": {"to": address("ana-new")}}),
        "not found: another address",
    );
    world.ok("ana", add("ana-new", &["vote"]));
    world.no(
        "ana",
        json!({"rotate": {"to": address("ana-new")}}),
        "not found: another address",
    );
    world.ok("ana-new", json!({"accept_key": {"person": "1"}}));
    world.ok("ana", json!({"rotate": {"to": address("ana-new")}}));
    assert!(!world.is_known("ana"));
    assert_eq!(world.number("ana-new"), 1);
    assert_eq!(world.standing("ana-new").roles.len(), 3);
    assert_eq!(world.account("ana"), None);
    assert!(world.account("ana-new").is_some());
    assert_eq!(world.class("ana"), None);
    assert_eq!(world.class("ana-new").as_deref(), Some("member"));
    world.check();
}

#[test]
fn passkeys_are_compressed_p256_keys_with_roles_and_few() {
    let mut world = town();
    let key = |head: &str| format!("{head}{}", "ab".repeat(32));
    let set = |keys: Vec<Value>| json!({"set_passkeys": {"passkeys": keys}});
    let one = |label: &str, key: String| json!({"label": label, "key": key, "roles": ["vote"]});
    world.ok("ana", set(vec![one("phone", key("02"))]));
    assert_eq!(keys(&world, 1).passkeys[0].label, "phone");
    world.no(
        "ana",
        set(vec![one("phone", key("04"))]),
        "wrong kind: needs=compressed",
    );
    world.no(
        "ana",
        set(vec![one("phone", "02".to_owned())]),
        "not hexadecimal",
    );
    world.no(
        "ana",
        set(vec![one("a", key("02")), one("b", key("02"))]),
        "already so: passkey known",
    );
    let many = (0..9)
        .map(|n| one("k", format!("02{}", format!("{n:02x}").repeat(32))))
        .collect();
    world.no("ana", set(many), "too many items: passkeys=9 most=8");
}

fn guardians(world: &mut World) {
    world.ok(
        "ana",
        json!({"set_guardians": {"persons": ["2", "3", "4"], "threshold": 2}}),
    );
}

fn recover(to: &str) -> Value {
    json!({"recover": {"person": "1", "to": address(to)}})
}

#[test]
fn guardians_move_an_account_after_the_delay_and_every_old_key_is_of_the_past() {
    let mut world = town();
    guardians(&mut world);
    world.ok("ana", add("ana-phone", &["vote", "recover"]));
    world.ok("ana-phone", json!({"accept_key": {"person": "1"}}));
    world.ok("ben", recover("ana-new"));
    world.no("ben", recover("ana-new"), "already so: word given");
    let complete = json!({"complete_recovery": {"person": "1"}});
    world.no(
        "ana-new",
        complete.clone(),
        "words of guardians too few used=1 most=2",
    );
    world.ok("cleo", recover("ana-new"));
    world.no(
        "ana-new",
        complete.clone(),
        "too early: recovery; the owner may still cancel",
    );
    world.wait(7 * DAY - 1);
    world.no("ana-new", complete.clone(), "too early");
    world.wait(1);
    world.no(
        "thief",
        complete.clone(),
        "not found: recovery to this address",
    );
    world.ok("ana-new", complete);
    assert_eq!(world.number("ana-new"), 1);
    assert!(!world.is_known("ana") && !world.is_known("ana-phone"));
    assert!(world.account("ana-new").is_some());
    assert_eq!(world.class("ana"), None);
    world.check();
}

#[test]
fn guardians_that_would_steal_are_stopped_by_the_owner_within_the_delay() {
    let mut world = town();
    guardians(&mut world);
    world.ok("ben", recover("thief"));
    world.ok("cleo", recover("thief"));
    world.wait(6 * DAY);
    world.ok("ana", json!({"cancel_recovery": {}}));
    world.wait(DAY);
    world.no(
        "thief",
        json!({"complete_recovery": {"person": "1"}}),
        "not found",
    );
    // and cannot begin again while the owner may be asleep
    world.wait(5 * DAY);
    world.no("ben", recover("thief"), "too early: another recovery");
    world.wait(DAY);
    world.ok("ben", recover("thief"));
    // the owner names others: what runs ends
    world.ok(
        "ana",
        json!({"set_guardians": {"persons": [], "threshold": 0}}),
    );
    world.no("cleo", recover("thief"), "unauthorized");
}

#[test]
fn any_key_of_the_owner_cancels_even_one_that_only_pays() {
    let mut world = town();
    guardians(&mut world);
    world.ok("ana", add("ana-purse", &["pay"]));
    world.ok("ana-purse", json!({"accept_key": {"person": "1"}}));
    world.no("ana", json!({"cancel_recovery": {}}), "not found");
    world.ok("ben", recover("thief"));
    world.ok("ana-purse", json!({"cancel_recovery": {}}));
}

#[test]
fn words_of_guardians_that_lost_standing_do_not_count() {
    let mut world = town();
    guardians(&mut world);
    world.ok("ben", recover("ana-new"));
    world.ok("cleo", recover("ana-new"));
    world.wait(7 * DAY);
    world.ok("ben", json!({"leave": {}}));
    let complete = json!({"complete_recovery": {"person": "1"}});
    world.no(
        "ana-new",
        complete.clone(),
        "words of guardians too few used=1",
    );
    world.ok("dan", recover("ana-new"));
    world.ok("ana-new", complete);
}

#[test]
fn guardians_are_several_others_and_the_new_address_is_nobodys() {
    let mut world = town();
    let set = |persons: &[&str], threshold: u8| json!({"set_guardians": {"persons": persons, "threshold": threshold}});
    world.no("ana", set(&["1", "2"], 2), "oneself: guardian");
    world.no("ana", set(&["2", "2"], 2), "already so: guardian named");
    world.no(
        "ana",
        set(&["2", "3"], 1),
        "out of bounds: threshold=1 least=2 most=2",
    );
    world.no("ana", set(&["2", "3"], 3), "out of bounds: threshold=3");
    world.no("ana", set(&["2", "9"], 2), "unknown member: person=9");
    guardians(&mut world);
    world.no("ben", recover("dan"), "address taken");
    world.no("ana", recover("ana-new"), "unauthorized");
}
