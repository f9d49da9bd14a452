//! Identities and viewing keys.

use std::collections::BTreeSet;

use cosmwasm_std::HexBinary;
use mycel_kit::peers::trust::{Identity, TrustMsg};
use mycel_kit::{Id, Seconds};
use mycel_mailbox::{element, fr, tag};
use mycel_sandbox::mock_proof;
use mycel_trust::element::Element;
use mycel_trust::export::ExportResponse;
use mycel_trust::keys::ask::ViewingKey;
use mycel_trust::keys::rekey::scope;
use mycel_trust::mailbox::EMPTY_STATE;
use mycel_trust::tree::ask::Root;
use serde_json::{Value, json};

use crate::deals::ground::Town;
use crate::world::{BEGIN, TIMES, World, bytes};

fn hex(element: &Element) -> String {
    cosmwasm_std::to_hex(element)
}

/// The inputs of the proof with which a person shows its identity for a new one.
pub fn inputs(world: &World, person: u64, idc: &Element) -> [Element; 6] {
    let scope = scope(&world.raw_instance(), idc);
    let root: Root = world.query(&json!({"root": {}}));
    let old = bytes(&world.mailbox(person).idc);
    let nf = element(&world.identity(person, 0).nullifier(fr(&scope)));
    let day = tag::small(u64::from(world.status().day));
    [bytes(&root.root), day, old, scope, scope, nf]
}

pub fn rekey(idc: &Element, slot: u64, inputs: &[Element; 6], about: &[Element; 6]) -> Value {
    json!({"rekey": {
        "idc": hex(idc),
        "slot": slot.to_string(),
        "nf": hex(&inputs[5]),
        "proof": mock_proof("member", about),
    }})
}

/// Person 1 with a folded entry and another that waits, on the roll of this slot.
fn world() -> World {
    let mut world = World::new();
    world.enrol(1);
    world.enrol(2);
    for c in 0..2 {
        world.receive(1, 100 + c, BEGIN + 1);
    }
    world.wait(2);
    let told = world.fold(1, 1, 5);
    world.ok(1, &told);
    world.wait(2 * u64::from(TIMES.slot));
    world
}

#[test]
fn a_new_identity_keeps_the_mailbox_and_sets_the_day_of_the_key() {
    let mut world = world();
    world.wait(3 * u64::from(TIMES.day));
    let before = world.mailbox(1);
    let idc = world.idc(1, 1);
    let inputs = inputs(&world, 1, &idc);
    let slot = world.status().slot.0;
    world.ok(1, &rekey(&idc, slot, &inputs, &inputs));
    let after = world.mailbox(1);
    assert_eq!(bytes(&after.idc), idc);
    assert_eq!(after.keyed, world.status().day);
    assert_ne!(after.keyed, before.keyed);
    assert_ne!(after.leaf, before.leaf);
    let rest = |one: &mycel_trust::mailbox::ask::MailboxResponse| {
        (
            one.state.clone(),
            one.folded_head.clone(),
            one.head.clone(),
            (one.joined, one.folds, one.folded, one.index),
        )
    };
    assert_eq!(rest(&after), rest(&before));
    // the next fold is of the new identity
    let told = world.fold(1, 1, 6);
    world.ok(1, &told);
    world.check();
}

#[test]
fn a_new_identity_needs_a_proof_of_the_old_one_for_exactly_this_change() {
    let mut world = world();
    let idc = world.idc(1, 1);
    let right = inputs(&world, 1, &idc);
    let slot = world.status().slot.0;
    world.no(1, &json!({"rekey": {"idc": hex(&idc)}}), "missing: proof");
    // a proof that holds, for another value of each input
    for input in 0..right.len() {
        let mut wrong = right;
        wrong[input] = tag::small(12_345);
        let told = rekey(&idc, slot, &right, &wrong);
        world.no(1, &told, "proof refused: circuit=member");
    }
    // one for another identity
    let other = world.idc(1, 2);
    let told = rekey(&other, slot, &right, &right);
    world.no(1, &told, "proof refused: circuit=member");
    // somebody else's
    world.no(2, &rekey(&idc, slot, &right, &right), "proof refused");
    world.no(7, &rekey(&idc, slot, &right, &right), "not a member");
    for (slot, words) in [(slot + 1, "slot refused"), (slot - 6, "slot refused")] {
        world.no(1, &rekey(&idc, slot, &right, &right), words);
    }
    world.ok(1, &rekey(&idc, slot, &right, &right));
    world.check();
}

#[test]
fn an_identity_is_never_used_twice() {
    let mut world = world();
    let slot = world.status().slot.0;
    let (own, others) = (world.idc(1, 0), world.idc(2, 0));
    for used in [own, others] {
        let inputs = inputs(&world, 1, &used);
        world.no(
            1,
            &rekey(&used, slot, &inputs, &inputs),
            "identity used before",
        );
    }
    let next = world.idc(1, 1);
    let about = inputs(&world, 1, &next);
    world.ok(1, &rekey(&next, slot, &about, &about));
    world.wait(2 * u64::from(TIMES.slot));
    // also not one that was given up
    let slot = world.status().slot.0;
    let about = inputs(&world, 1, &own);
    world.no(
        1,
        &rekey(&own, slot, &about, &about),
        "identity used before",
    );
    world.check();
}

#[test]
fn a_reset_is_approved_by_the_assembly_or_members_and_lapses() {
    let mut world = world();
    let idc = world.idc(1, 1);
    let reset = json!({"reset": {"idc": hex(&idc)}});
    world.no(1, &reset, "reset not approved");
    let approve = json!({"approve_reset": {"person": "1"}});
    assert!(world.decided("urgent", &approve).is_err());
    world.no(1, &approve, "unauthorized");
    world.decided("ordinary", &approve).expect("approved");
    world.wait(30 * 86_400 + 1);
    world.no(1, &reset, "reset not approved");
    let trust = world.trust.to_string();
    world
        .say(&crate::world::members::Say::Approve {
            trust,
            person: Id(1),
        })
        .expect("approved");
    world.ok(1, &reset);
    // one approval, one reset
    let again = json!({"reset": {"idc": hex(&world.idc(1, 2))}});
    world.no(1, &again, "reset not approved");
}

#[test]
fn a_reset_gives_up_what_was_received_and_begins_anew() {
    let mut world = world();
    world.wait(5 * u64::from(TIMES.period));
    let before = world.mailbox(1);
    let idc = world.idc(1, 1);
    world
        .decided("ordinary", &json!({"approve_reset": {"person": "1"}}))
        .expect("approved");
    world.ok(1, &json!({"reset": {"idc": hex(&idc)}}));
    let after = world.mailbox(1);
    assert_eq!(bytes(&after.idc), idc);
    assert_eq!(bytes(&after.state), EMPTY_STATE);
    assert_eq!(after.head, before.head);
    assert_eq!(after.folded_head, before.head);
    assert_eq!((after.joined, after.reset), (5, Some(5)));
    assert_eq!(after.keyed, world.status().day);
    assert_eq!((after.folds, after.folded), (0, after.entries));
    assert!(after.backup.is_empty());
    world.wait(1);
    world.check();
    // entries that come later fold into it
    world.receive(1, 700, world.sandbox.now() + 1);
    world.wait(2);
    let told = world.fold(1, 1, 8);
    world.ok(1, &told);
    world.check();
}

#[test]
fn a_reset_is_made_once_in_eight_periods() {
    let mut world = world();
    let approve = json!({"approve_reset": {"person": "1"}});
    world.decided("ordinary", &approve).expect("approved");
    let first = json!({"reset": {"idc": hex(&world.idc(1, 1))}});
    world.ok(1, &first);
    let second = json!({"reset": {"idc": hex(&world.idc(1, 2))}});
    world.decided("ordinary", &approve).expect("approved");
    world.wait(7 * u64::from(TIMES.period));
    world.no(1, &second, "reset too soon: last=0 next=8 period=7");
    world.wait(u64::from(TIMES.period));
    world.decided("ordinary", &approve).expect("approved");
    world.no(1, &first, "identity used before");
    world.ok(1, &second);
    world.check();
}

#[test]
fn viewing_keys_are_numbered_and_old_ones_stay() {
    let mut world = world();
    let key = |byte: u8| HexBinary::from([byte; 32]);
    let publish = |byte: u8| json!({"publish_viewing_key": {"key": key(byte)}});
    let asked = |version: Option<u32>| json!({"viewing_key": {"person": "1", "version": version}});
    let none = world
        .sandbox
        .query::<ViewingKey>(&world.trust, &asked(None));
    assert!(none.expect_err("none").text.contains("viewing key refused"));
    world.ok(1, &publish(3));
    world.no(1, &publish(3), "it is the last one");
    world.ok(1, &publish(4));
    for (version, number, byte) in [(None, 2, 4), (Some(2), 2, 4), (Some(1), 1, 3)] {
        let found: ViewingKey = world.query(&asked(version));
        assert_eq!((found.version, found.key), (number, key(byte)));
    }
    world.no(7, &publish(5), "not a member");
    world.no(1, &publish(0), "every secret");
    let short = json!({"publish_viewing_key": {"key": "00"}});
    world.no(1, &short, "not 32 bytes");
}

#[test]
fn a_member_takes_along_its_keys_all_its_identities_and_an_approved_reset() {
    let mut world = world();
    // more identities than a page looks at, more keys than one has
    for person in 3..=130 {
        world.enrol(person);
    }
    for n in 1..=60 {
        let key = HexBinary::from([n; 32]);
        world.ok(1, &json!({"publish_viewing_key": {"key": key}}));
    }
    let own = [0, 1].map(|index| world.idc(1, index));
    world.wait(2 * u64::from(TIMES.slot));
    let slot = world.status().slot.0;
    let about = inputs(&world, 1, &own[1]);
    world.ok(1, &rekey(&own[1], slot, &about, &about));
    let approve = json!({"approve_reset": {"person": "1"}});
    world.decided("ordinary", &approve).expect("approved");
    let until = world.sandbox.now() + 30 * 86_400;
    let export = |member: u64| {
        let member = crate::world::member(member);
        let mut pages: Vec<ExportResponse> = vec![];
        loop {
            let after = pages.last().and_then(|page| page.next.clone());
            let page: ExportResponse =
                world.query(&json!({"export": {"member": member, "after": after}}));
            pages.push(page);
            if pages.last().is_none_or(|page| page.next.is_none()) {
                return pages;
            }
        }
    };
    let pages = export(1);
    let mailbox = pages[0].mailbox.clone().expect("a mailbox");
    assert_eq!(mailbox.reset_until, Some(Seconds(until)));
    let keys = pages.iter().flat_map(|page| &page.viewing_keys);
    let keys: Vec<_> = keys.map(|key| (key.version, key.key.clone())).collect();
    let published = (1..=60).map(|n| (u32::from(n), HexBinary::from([n; 32])));
    assert_eq!(keys, published.collect::<Vec<_>>());
    let identities = |pages: &[ExportResponse]| -> BTreeSet<Element> {
        let all = pages.iter().flat_map(|page| &page.identities);
        all.map(bytes).collect()
    };
    assert_eq!(identities(&pages), BTreeSet::from(own));
    let other = export(2);
    assert_eq!(identities(&other), BTreeSet::from([world.idc(2, 0)]));
    assert_eq!(
        other[0].mailbox.as_ref().and_then(|one| one.reset_until),
        None
    );
    for after in ["keys/x", "identities/00", "keys", "other/0"] {
        let member = crate::world::member(1);
        let asked = json!({"export": {"member": member, "after": after}});
        let answer = world.sandbox.query::<ExportResponse>(&world.trust, &asked);
        let why = answer.expect_err("refused").text;
        assert!(why.contains("after is not where a page ended"), "{why}");
    }
}

#[test]
fn who_asks_for_an_identity_hears_whether_it_counts() {
    let mut world = world();
    let asked = json!({"identity": {"person": "2"}});
    let found: Identity = world.query(&asked);
    assert_eq!((bytes(&found.idc), found.live), (world.idc(2, 0), true));
    world
        .members(TrustMsg::Retire { person: Id(2) })
        .expect("retired");
    assert!(!world.query::<Identity>(&asked).live);
    let stranger = json!({"identity": {"person": "9"}});
    let why = world.sandbox.query::<Identity>(&world.trust, &stranger);
    assert!(
        why.expect_err("refused")
            .text
            .contains("not enrolled: person=9")
    );
}

#[test]
fn a_key_of_a_member_that_only_pays_changes_no_key_of_its_mailbox() {
    let mut world = world();
    let phone = mycel_sandbox::address("phone");
    world.key(&phone, 1, &["pay"]);
    let approve = json!({"approve_reset": {"person": "1"}});
    world.decided("ordinary", &approve).expect("approved");
    let idc = hex(&world.idc(1, 1));
    for told in [
        json!({"publish_viewing_key": {"key": hex(&[9; 32])}}),
        json!({"rekey": {"idc": idc}}),
        json!({"reset": {"idc": idc}}),
    ] {
        let why = world.tell(&phone, &told).expect_err("refused").text;
        assert!(why.contains("role recover"), "{why}");
    }
    world.ok(1, &json!({"reset": {"idc": idc}}));
}

#[test]
fn a_reset_waits_for_deals_whose_ratings_a_lost_key_would_have_to_open() {
    let mut town = Town::new(2);
    let (_, sealed) = town.rated(1, 2, 1, [true, true]);
    assert_eq!(sealed.len(), 2);
    let approve = json!({"approve_reset": {"person": "1"}});
    town.decided("ordinary", &approve).expect("approved");
    let reset = json!({"reset": {"idc": hex(&town.idc(1, 1))}});
    town.no(1, &reset, "deals run: person=1 open=1");
    town.wait(u64::from(TIMES.appeal));
    town.ok(1, &reset);
    // nothing comes any more that it cannot open
    let one = town.mailbox(1);
    assert_eq!((one.entries, one.folded), (1, 1));
    town.check();
}
