//! Handles, vouches, listings, credentials, DID documents.

use crate::world::{DAY, World, idc};
use mycel_kit::Id;
use mycel_members::ask::{
    CredentialsResponse, ListingsResponse, MemberView, QueryMsg, StatusListResponse,
};
use mycel_members::did::{DidDocument, DidResponse};
use mycel_members::msg::PersonRef;
use mycel_sandbox::address;
use serde_json::{Value, json};

fn town() -> World {
    let mut world = World::new(json!({"growth_least": 100, "invites_per_epoch": 50}));
    world.found(&["ana", "ben", "cleo", "dan", "eve", "fay", "gus"]);
    world
}

fn handle(handle: &str) -> Value {
    json!({"set_handle": {"handle": handle}})
}

#[test]
fn a_handle_is_found_both_ways_however_it_is_written() {
    let world = town();
    for written in ["ana", "Ana", "ana@riverside", "ANA@riverside"] {
        let found: MemberView = world.query(&QueryMsg::Handle {
            handle: written.into(),
        });
        assert_eq!(found.person, Id(1), "{written}");
        assert_eq!(found.handle, "ana@riverside");
    }
    let refused = world.refused(&QueryMsg::Handle {
        handle: "ana@hilltop".into(),
    });
    assert!(refused.contains("another community"), "{refused}");
}

#[test]
fn handles_that_look_alike_are_one_handle() {
    let mut world = town();
    world.ok("ana", handle("bernard"));
    for confusable in ["bemard", "ber-nard", "BERNARD", "b-e-r-n-a-r-d"] {
        world.no("ben", handle(confusable), "handle taken");
    }
    world.ok("cleo", handle("wool"));
    for confusable in ["w00l", "woo1", "vvool", "vv00-1"] {
        world.no("ben", handle(confusable), "handle taken");
    }
    for bad in [
        "аna", "anä", "an a", "a", "-ana", "ana-", "a--na", "1ana", "ana\u{0}", "ana.b",
    ] {
        world.no("ben", handle(bad), "handle invalid");
    }
    world.no("ben", handle(&"a".repeat(25)), "text too long");
    for reserved in ["commons", "c0mmons", "assemb1y", "Treasury"] {
        world.no("ben", handle(reserved), "it is reserved");
    }
}

#[test]
fn a_handle_that_was_given_up_rests_before_another_takes_it_and_changes_are_rare() {
    let mut world = town();
    world.ok("ana", handle("annika"));
    world.no("ben", handle("ana"), "handle taken");
    world.no("ana", handle("anneke"), "too early: another handle");
    world.wait(90 * DAY);
    // who gave it up may have it back
    world.ok("ana", handle("ana"));
    world.no("ben", handle("annika"), "handle taken");
    world.wait(365 * DAY);
    world.ok("ben", handle("annika"));
    world.check();
}

fn vouch(person: u64, weight: u32) -> Value {
    json!({"vouch": {"person": person.to_string(), "weight": weight}})
}

#[test]
fn each_change_of_a_vouch_reaches_the_leaf() {
    let mut world = town();
    world.ok("ana", vouch(2, 3));
    assert_eq!(world.leaf(2).expect("a leaf").vouch, 3);
    world.ok("cleo", vouch(2, 4));
    assert_eq!(world.leaf(2).expect("a leaf").vouch, 7);
    world.ok("ana", vouch(2, 1));
    assert_eq!(world.leaf(2).expect("a leaf").vouch, 5);
    world.ok("cleo", json!({"unvouch": {"person": "2"}}));
    assert_eq!(world.leaf(2).expect("a leaf").vouch, 1);
    world.no(
        "cleo",
        json!({"unvouch": {"person": "2"}}),
        "not found: vouch for",
    );
    world.check();
}

#[test]
fn one_vouches_for_few_with_limited_weight_and_never_for_oneself() {
    let mut world = town();
    world.no("ana", vouch(1, 1), "oneself: vouch");
    world.no(
        "ana",
        vouch(2, 0),
        "out of bounds: weight=0 least=1 most=10",
    );
    world.no("ana", vouch(2, 11), "out of bounds: weight=11");
    world.ok("ana", vouch(2, 5));
    world.no(
        "ana",
        vouch(3, 6),
        "quota used: weight of vouches, with what was taken back soon after it was given used=5 most=10",
    );
    for person in 3..=6 {
        world.ok("ana", vouch(person, 1));
    }
    world.no("ana", vouch(7, 1), "quota used: vouches used=5 most=5");
    world.check();
}

#[test]
fn what_is_taken_back_soon_goes_to_nobody_else_until_a_month_after_it_was_given() {
    let mut world = town();
    world.ok("ana", vouch(2, 10));
    world.ok("ana", json!({"unvouch": {"person": "2"}}));
    assert_eq!(world.leaf(2).expect("a leaf").vouch, 0, "at once");
    let lent = "with what was taken back soon after it was given used=10 most=10";
    world.no("ana", vouch(3, 1), lent);
    // the same person gets it again, and what is lowered rests as well
    world.ok("ana", vouch(2, 10));
    world.ok("ana", vouch(2, 4));
    world.no("ana", vouch(3, 1), lent);
    world.wait(29 * DAY);
    world.no("ana", vouch(3, 1), lent);
    world.wait(2 * DAY);
    world.ok("ana", vouch(3, 6));
    assert_eq!(world.leaf(3).expect("a leaf").vouch, 6);
    // one that runs out after a minute is no way around it
    let until = (world.now() + 60).to_string();
    world.ok("ana", json!({"unvouch": {"person": "2"}}));
    world.ok(
        "ana",
        json!({"vouch": {"person": "4", "weight": 4, "until": until}}),
    );
    world.wait(61);
    world.advance();
    assert_eq!(world.leaf(4).expect("a leaf").vouch, 0);
    world.no("ana", vouch(5, 1), lent);
    world.check();
}

#[test]
fn a_vouch_runs_out_by_advance_unless_it_was_renewed() {
    let mut world = town();
    let until = |days: u64, world: &World| json!({"vouch": {"person": "2", "weight": 2, "until": (world.now() + days * DAY).to_string()}});
    let msg = until(366, &world);
    world.no("ana", msg, "out of bounds: until");
    let msg = until(0, &world);
    world.no("ana", msg, "out of bounds: until");
    let msg = until(10, &world);
    world.ok("ana", msg);
    world.wait(5 * DAY);
    let msg = until(20, &world);
    world.ok("ana", msg);
    world.wait(6 * DAY);
    world.advance();
    assert_eq!(world.leaf(2).expect("a leaf").vouch, 2, "renewed");
    world.wait(15 * DAY);
    world.advance();
    assert_eq!(world.leaf(2).expect("a leaf").vouch, 0);
    world.check();
}

#[test]
fn trust_is_told_at_most_the_weight_that_it_counts() {
    let mut world = World::new(json!({"vouch_budget": 64}));
    world.found(&["ana", "ben", "cleo"]);
    world.ok("ana", vouch(3, 50));
    world.ok("ben", vouch(3, 50));
    assert_eq!(world.leaf(3).expect("a leaf").vouch, 64);
    world.check();
}

#[test]
fn listings_are_structured_and_bounded() {
    let mut world = town();
    let set = |slot: u8, listing: Value| json!({"set_listing": {"slot": slot, "listing": listing}});
    world.ok(
        "ana",
        set(
            0,
            json!({"kind": "skill", "name": "carpentry", "tags": ["wood"]}),
        ),
    );
    world.ok(
        "ana",
        set(
            31,
            json!({"kind": "need", "name": "seed potatoes",
        "quantity": "20", "unit": "kg"}),
        ),
    );
    world.no(
        "ana",
        set(32, json!({"kind": "offer", "name": "x"})),
        "out of bounds: slot=32",
    );
    world.no(
        "ana",
        set(1, json!({"kind": "offer", "name": ""})),
        "not found: name",
    );
    world.no(
        "ana",
        set(1, json!({"kind": "offer", "name": "x".repeat(65)})),
        "text too long: name",
    );
    world.no(
        "ana",
        set(
            1,
            json!({"kind": "offer", "name": "x", "detail": "d".repeat(281)}),
        ),
        "text too long: detail",
    );
    world.no(
        "ana",
        set(1, json!({"kind": "offer", "name": "a\nb"})),
        "control character: name",
    );
    let tags: Vec<&str> = vec!["t"; 6];
    world.no(
        "ana",
        set(1, json!({"kind": "offer", "name": "x", "tags": tags})),
        "too many items: tags=6",
    );
    world.no(
        "ana",
        set(1, json!({"kind": "offer", "name": "x", "until": "1"})),
        "out of time: listing",
    );
    let listings: ListingsResponse = world.query(&QueryMsg::Listings(PersonRef { person: Id(1) }));
    let names: Vec<_> = listings.listings.iter().map(|l| l.name.as_str()).collect();
    assert_eq!(names, ["carpentry", "seed potatoes"]);
    world.ok("ana", json!({"remove_listing": {"slot": 0}}));
    world.no(
        "ana",
        json!({"remove_listing": {"slot": 0}}),
        "not found: listing",
    );
}

#[test]
fn a_credential_has_issuer_hash_and_a_bit_in_the_status_list() {
    let mut world = town();
    let issue = |subject: u64| json!({"issue_credential": {"subject": subject.to_string(), "hash": "5a".repeat(32)}});
    for subject in [2, 3, 2, 4, 5, 6, 7, 2, 2, 2] {
        world.ok("ana", issue(subject));
    }
    world.ok("ana", json!({"revoke_credential": {"index": 2}}));
    world.ok("ana", json!({"revoke_credential": {"index": 9}}));
    world.no(
        "ana",
        json!({"revoke_credential": {"index": 2}}),
        "already so: credential revoked",
    );
    world.no(
        "ana",
        json!({"revoke_credential": {"index": 10}}),
        "not found: credential",
    );
    world.no(
        "ben",
        json!({"revoke_credential": {"index": 0}}),
        "not found: credential",
    );
    let list: StatusListResponse = world.query(&QueryMsg::StatusList { issuer: Id(1) });
    assert_eq!(
        (list.bits.as_slice(), list.issued),
        (&[0b0010_0000, 0b0100_0000][..], 10)
    );
    let about: CredentialsResponse = world.query(&QueryMsg::Credentials { subject: Id(2) });
    let indexes: Vec<_> = about
        .credentials
        .iter()
        .map(|c| (c.index, c.revoked.is_some()))
        .collect();
    assert_eq!(
        indexes,
        [(0, false), (2, true), (7, false), (8, false), (9, true)]
    );
    assert_eq!(about.credentials[0].hash, "5a".repeat(32));
    // nobody must carry what others say
    world.ok(
        "ben",
        json!({"disown_credential": {"issuer": "1", "index": 7}}),
    );
    world.no(
        "ben",
        json!({"disown_credential": {"issuer": "1", "index": 7}}),
        "not found",
    );
    world.no(
        "cleo",
        json!({"disown_credential": {"issuer": "1", "index": 0}}),
        "not found",
    );
    let about: CredentialsResponse = world.query(&QueryMsg::Credentials { subject: Id(2) });
    assert_eq!(about.credentials.len(), 4);
}

#[test]
fn a_credential_is_refused_when_it_is_no_hash_or_has_run_out() {
    let mut world = town();
    let issue = |hash: &str, expires: Value| json!({"issue_credential": {"subject": "2", "hash": hash, "expires": expires}});
    world.no("ana", issue("5a", Value::Null), "not hexadecimal: hash");
    world.no(
        "ana",
        issue(&"5a".repeat(32), json!("1")),
        "out of time: credential",
    );
    world.no(
        "stranger",
        issue(&"5a".repeat(32), Value::Null),
        "unknown member",
    );
}

#[test]
fn a_did_document_names_keys_and_roles_as_w3c_did_core_does() {
    let mut world = town();
    world.ok(
        "ana",
        json!({"set_passkeys": {"passkeys": [
        {"label": "phone", "key": format!("02{}", "ab".repeat(32)), "roles": ["vote"]}]}}),
    );
    let did = format!("did:mycel:mycel-sandbox:{}", address("ana"));
    let answer: DidResponse = world.query(&QueryMsg::Did { did: did.clone() });
    let document: DidDocument = serde_json::from_str(&answer.document).expect("a document");
    assert!(!answer.deactivated);
    assert_eq!(document.id, did);
    assert_eq!(document.context[0], "https://www.w3.org/ns/did/v1");
    assert_eq!(document.also_known_as, ["acct:ana@riverside"]);
    let address_key = format!("{did}#{}", address("ana"));
    let passkey = format!("{did}#passkey-1");
    assert_eq!(
        document.authentication,
        [address_key.clone(), passkey.clone()]
    );
    assert_eq!(
        document.capability_invocation,
        std::slice::from_ref(&address_key)
    );
    assert_eq!(document.capability_delegation, [address_key]);
    let methods = &document.verification_method;
    assert_eq!(methods[0].suite, "EcdsaSecp256k1RecoveryMethod2020");
    let account = format!("cosmos:mycel-sandbox:{}", address("ana"));
    assert_eq!(
        methods[0].blockchain_account_id.as_deref(),
        Some(account.as_str())
    );
    assert_eq!(
        (methods[1].id.as_str(), methods[1].suite.as_str()),
        (passkey.as_str(), "Multikey")
    );
    let raw: Value = serde_json::from_str(&answer.document).expect("JSON");
    for field in [
        "@context",
        "verificationMethod",
        "assertionMethod",
        "alsoKnownAs",
    ] {
        assert!(raw.get(field).is_some(), "{field}");
    }
}

#[test]
fn a_did_survives_a_change_of_key_and_ends_with_the_membership() {
    let mut world = town();
    let did = format!("did:mycel:mycel-sandbox:{}", address("ana"));
    let add = json!({"add_key": {"address": address("ana-new"), "roles": ["vote"]}});
    world.ok("ana", add);
    world.ok("ana-new", json!({"accept_key": {"person": "1"}}));
    world.ok("ana", json!({"rotate": {"to": address("ana-new")}}));
    let answer: DidResponse = world.query(&QueryMsg::Did { did: did.clone() });
    let document: DidDocument = serde_json::from_str(&answer.document).expect("a document");
    let now = format!("did:mycel:mycel-sandbox:{}", address("ana-new"));
    assert!(document.also_known_as.contains(&now));
    assert_eq!(document.verification_method.len(), 1);
    world.ok("ana-new", json!({"leave": {}}));
    world.ok("anyone", json!({"advance": {"person": "1"}}));
    let answer: DidResponse = world.query(&QueryMsg::Did { did });
    assert!(answer.deactivated);
    for bad in ["did:mycel:other:x", "did:web:example.org"] {
        let refused = world.refused(&QueryMsg::Did { did: bad.into() });
        assert!(
            refused.contains("not found: did of this chain"),
            "{refused}"
        );
    }
    assert_ne!(idc("ana"), idc("ben"));
}
