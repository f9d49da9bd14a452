//! Mailboxes: what members says of them, entries, folds.

use cosmwasm_std::Binary;
use mycel_kit::Id;
use mycel_kit::peers::trust::{Identity, TrustMsg};
use mycel_mailbox::{element, entry, fr, tag};
use mycel_sandbox::{address, mock_proof};
use mycel_trust::mailbox::ask::EntriesResponse;
use mycel_trust::mailbox::{EMPTY_STATE, append::MAX_APPEND};
use serde_json::json;

use crate::world::{BEGIN, TIMES, World, bytes, fold, members::Say, poseidon};

#[test]
fn only_members_enrols_retires_and_says_whose_leaf_counts() {
    let mut world = World::new();
    world.enrol(1);
    let idc = cosmwasm_std::to_hex([7; 32]);
    for told in [
        json!({"enrol": {"person": "2", "idc": idc}}),
        json!({"retire": {"person": "1"}}),
        json!({"set_leaf": {"person": "1", "live": false, "vouch": 0}}),
        json!({"approve_reset": {"person": "1"}}),
    ] {
        world.no(1, &told, "unauthorized");
        let assembly = world.assembly.clone();
        assert!(world.tell(&assembly, &told).is_err());
    }
}

#[test]
fn an_identity_is_canonical_and_not_zero() {
    let mut world = World::new();
    for (idc, words) in [
        ([0; 32], "missing: idc"),
        ([0xff; 32], "not canonical: idc"),
        (mycel_trust::element::ORDER, "not canonical: idc"),
    ] {
        let told = TrustMsg::Enrol {
            person: Id(1),
            idc: cosmwasm_std::to_hex(idc),
        };
        let why = world.members(told).expect_err("refused").text;
        assert!(why.contains(words), "{why}");
    }
}

#[test]
fn a_mailbox_begins_empty_with_both_heads_at_the_first() {
    let mut world = World::new();
    world.wait(2 * u64::from(TIMES.period) + 150);
    world.enrol(4);
    let one = world.mailbox(4);
    let idc = world.identity(4, 0).idc();
    let head = element(&entry::first_head(idc, world.instance()));
    assert_eq!(bytes(&one.head), head);
    assert_eq!(bytes(&one.folded_head), head);
    assert_eq!(bytes(&one.state), EMPTY_STATE);
    assert_eq!((one.joined, one.keyed, one.vouch), (2, 21, 0));
    assert_eq!((one.entries, one.folded, one.folds), (0, 0, 0));
    assert_eq!(one.attr.0, 2 | 21 << 24);
    let parts = [&one.idc, &one.state, &one.folded_head, &one.head].map(bytes);
    let leaf = [&parts[..], &[tag::small(one.attr.0)]].concat();
    assert_eq!(bytes(&one.leaf), poseidon(&leaf));
}

#[test]
fn who_is_suspended_or_gone_has_leaf_zero_while_the_mailbox_goes_on() {
    let mut world = World::new();
    world.enrol(1);
    world.enrol(2);
    world.set_leaf(1, true, 9);
    let before = bytes(&world.mailbox(1).leaf);
    world.set_leaf(1, false, 9);
    assert_eq!(bytes(&world.mailbox(1).leaf), [0; 32]);
    world.receive(1, 77, BEGIN + 1);
    world.wait(2);
    let one = world.mailbox(1);
    assert_eq!((one.entries, bytes(&one.leaf)), (1, [0; 32]));
    // … its owner folds
    let told = world.fold(1, 1, 5);
    world.ok(1, &told);
    // reinstated: the leaf is back, as it is now
    world.set_leaf(1, true, 9);
    assert_ne!(bytes(&world.mailbox(1).leaf), before);
    // who has left and comes back
    world
        .members(TrustMsg::Retire { person: Id(1) })
        .expect("retired");
    assert_eq!(bytes(&world.mailbox(1).leaf), [0; 32]);
    assert_eq!(world.status().leaves, 1);
    world.set_leaf(1, true, 3);
    let one = world.mailbox(1);
    assert_ne!(bytes(&one.leaf), [0; 32]);
    assert_eq!((one.vouch, one.folded), (3, 1));
    assert_eq!(world.status().leaves, 2);
    world.check();
}

#[test]
fn reinstated_with_nothing_new_the_leaf_is_restored() {
    let mut world = World::new();
    world.enrol(1);
    let before = world.mailbox(1).leaf;
    world.set_leaf(1, false, 0);
    world.set_leaf(1, true, 0);
    assert_eq!(world.mailbox(1).leaf, before);
}

#[test]
fn vouches_count_up_to_sixty_four() {
    let mut world = World::new();
    world.enrol(1);
    world.set_leaf(1, true, 1_000);
    assert_eq!(world.mailbox(1).vouch, 64);
    world.check();
}

#[test]
fn members_that_enrols_again_after_it_was_another_changes_nothing() {
    let mut world = World::new();
    world.enrol(1);
    world.set_leaf(1, true, 5);
    let before = world.mailbox(1);
    world.enrol(1);
    assert_eq!(world.mailbox(1), before);
    assert_eq!(world.status().mailboxes, 1);
}

#[test]
fn an_enrolment_is_not_held_up_by_who_took_its_identity_first() {
    let mut world = World::new();
    world.enrol(1);
    // identities in the queue of members are public: 1 took the one of 2
    let taken = world.idc(1, 0);
    let address = crate::world::member(2).to_string();
    world
        .say(&Say::Know {
            address,
            person: Id(2),
        })
        .expect("known");
    let told = TrustMsg::Enrol {
        person: Id(2),
        idc: cosmwasm_std::to_hex(taken),
    };
    world.members(told).expect("enrolled");
    let identity: Identity = world.query(&json!({"identity": {"person": "2"}}));
    assert_eq!((bytes(&identity.idc), identity.live), ([0; 32], false));
    let told = fold(1, &[1; 32], &mock_proof("fold", &[]));
    world.no(2, &told, "mailbox without identity");
    // it takes another without showing an old one, which it never had
    let own = world.idc(2, 0);
    world.ok(2, &json!({"rekey": {"idc": cosmwasm_std::to_hex(own)}}));
    let identity: Identity = world.query(&json!({"identity": {"person": "2"}}));
    assert_eq!((bytes(&identity.idc), identity.live), (own, true));
    world.check();
}

#[test]
fn due_entries_are_appended_oldest_first_and_heads_chain() {
    let mut world = World::new();
    world.enrol(1);
    world.enrol(2);
    for (person, c, due) in [
        (1, 13, 30),
        (1, 11, 10),
        (2, 21, 20),
        (1, 12, 10),
        (2, 29, 500),
    ] {
        world.receive(person, c, BEGIN + due);
    }
    world.wait(5);
    assert_eq!(world.status().waiting, Id(5));
    world.wait(25);
    let entries = world.entries(1).entries;
    let c: Vec<_> = entries.iter().map(|one| bytes(&one.c)).collect();
    assert_eq!(c, [11, 12, 13].map(tag::small));
    let mut head = entry::first_head(world.identity(1, 0).idc(), world.instance());
    for one in &entries {
        head = entry::head(head, fr(&bytes(&one.c)), one.period);
        assert_eq!(bytes(&one.head), element(&head));
    }
    assert_eq!(bytes(&world.mailbox(1).head), element(&head));
    assert_eq!(world.mailbox(2).entries, 1);
    assert_eq!(world.status().waiting, Id(1));
    world.check();
}

#[test]
fn an_entry_bears_the_period_in_which_it_was_appended() {
    let mut world = World::new();
    world.enrol(1);
    world.receive(1, 3, BEGIN + 10);
    world.wait(3 * u64::from(TIMES.period));
    assert_eq!(world.entries(1).entries[0].period, 3);
}

#[test]
fn a_block_appends_at_most_thirty_two_and_anyone_may_go_on() {
    let mut world = World::new();
    for person in 1..=3 {
        world.enrol(person);
    }
    for c in 0..100 {
        world.receive(1 + c % 3, 1_000 + c, BEGIN + 1);
    }
    world.wait(2);
    let done = 100 - world.status().waiting.0;
    assert!(done > 0 && done <= u64::from(MAX_APPEND), "{done}");
    world.check();
    world.ok(9, &json!({"advance": {"limit": 500}}));
    while world.status().waiting.0 > 0 {
        let before = world.status().waiting.0;
        world.ok(9, &json!({"advance": {}}));
        assert!(world.status().waiting.0 < before);
        world.check();
    }
    assert_eq!(world.entries(1).entries.len(), 34);
    let with_little = world.ok(9, &json!({"advance": {"limit": 1}}));
    assert_eq!(with_little.attribute("work"), Some("0"));
}

#[test]
fn a_due_entry_that_is_over_one_slot_late_is_told() {
    let mut world = World::new();
    world.enrol(1);
    world.receive(1, 7, BEGIN + 10);
    // no block's end comes
    world.sandbox.advance_time(10 + u64::from(TIMES.slot));
    assert_eq!(world.status().late, None);
    world.sandbox.advance_time(1);
    assert_eq!(world.status().late.map(|due| due.0), Some(BEGIN + 10));
    world.ok(9, &json!({"advance": {}}));
    assert_eq!(world.status().late, None);
}

#[test]
fn a_rating_that_is_withdrawn_does_not_come() {
    let mut world = World::new();
    world.enrol(1);
    world.receive(1, 7, BEGIN + 10);
    world.receive(1, 8, BEGIN + 10);
    let anyone = address("anyone");
    let due = (BEGIN + 10).to_string();
    let told = json!({"withdraw": {"due": due, "serial": "1"}});
    world.tell(&anyone, &told).expect("withdrawn");
    let why = world.tell(&anyone, &told).expect_err("refused").text;
    assert!(why.contains("no such rating waits"), "{why}");
    world.wait(10);
    let entries = world.entries(1).entries;
    assert_eq!(entries.len(), 1);
    assert_eq!(bytes(&entries[0].c), tag::small(8));
    world.check();
}

/// A mailbox with so many entries.
fn filled(entries: u64) -> World {
    let mut world = World::new();
    world.enrol(1);
    world.enrol(2);
    for c in 0..entries {
        world.receive(1, 100 + c, BEGIN + 1);
    }
    world.wait(2);
    while world.status().waiting.0 > 0 {
        world.ok(1, &json!({"advance": {}}));
    }
    world
}

#[test]
fn a_fold_takes_the_next_entries_and_only_the_owner_folds() {
    let mut world = filled(11);
    let told = world.fold(1, 8, 55);
    world.no(2, &told, "nothing to fold");
    world.no(7, &told, "not a member");
    world.ok(1, &told);
    let one = world.mailbox(1);
    assert_eq!((one.folded, one.folds), (8, 1));
    assert_eq!(bytes(&one.state), tag::small(55));
    assert_eq!(one.backup, Binary::from(b"sealed"));
    let entries = world.entries(1).entries;
    assert_eq!(one.folded_head, entries[7].head);
    assert_eq!(one.head, entries[10].head);
    let told = world.fold(1, 3, 56);
    world.ok(1, &told);
    assert_eq!(world.mailbox(1).folded_head, entries[10].head);
    world.no(
        1,
        &fold(1, &[1; 32], &mock_proof("fold", &[])),
        "nothing to fold",
    );
    world.check();
}

#[test]
fn a_fold_has_one_to_eight_entries_of_those_that_wait() {
    let mut world = filled(9);
    for (entries, words) in [(0, "out of bounds: entries"), (9, "out of bounds: entries")] {
        world.no(1, &fold(entries, &[1; 32], &mock_proof("fold", &[])), words);
    }
    let told = world.fold(1, 8, 5);
    world.ok(1, &told);
    world.no(1, &fold(2, &[1; 32], &mock_proof("fold", &[])), "waiting=1");
}

#[test]
fn an_append_does_not_disturb_a_fold_that_is_under_way() {
    let mut world = filled(3);
    let told = world.fold(1, 2, 9);
    world.receive(1, 500, BEGIN + 3);
    world.wait(5);
    assert_eq!(world.mailbox(1).entries, 4);
    world.ok(1, &told);
    world.check();
}

#[test]
fn a_fold_counts_for_what_the_contract_knows_and_nothing_else() {
    let mut world = filled(5);
    let one = world.mailbox(1);
    let entries = world.entries(1).entries;
    let right = [
        bytes(&one.idc),
        bytes(&one.state),
        bytes(&one.folded_head),
        tag::small(4),
        bytes(&entries[1].head),
    ];
    // a proof that holds, for another value of each input
    for input in 0..right.len() {
        let mut wrong = right;
        wrong[input] = match input {
            4 => bytes(&entries[2].head),
            _ => tag::small(99),
        };
        let told = fold(2, &right[3], &mock_proof("fold", &wrong));
        world.no(1, &told, "proof refused: circuit=fold");
    }
    // of another circuit, with too few and too many inputs, cut short
    let good = mock_proof("fold", &right);
    for proof in [
        mock_proof("member", &right),
        mock_proof("fold", &right[..4]),
        mock_proof("fold", &[&right[..], &[tag::small(0)]].concat()),
        Binary::from(&good[..255]),
        Binary::default(),
    ] {
        world.no(1, &fold(2, &right[3], &proof), "proof refused");
    }
    world.ok(1, &fold(2, &right[3], &good));
    // once more: C and F are others now
    world.no(1, &fold(2, &right[3], &good), "proof refused");
}

#[test]
fn what_a_fold_gives_is_canonical_and_bounded() {
    let mut world = filled(2);
    let told = fold(1, &mycel_trust::element::ORDER, &mock_proof("fold", &[]));
    world.no(1, &told, "not canonical: commitment");
    let mut told = world.fold(1, 1, 5);
    told["fold"]["backup"] = json!(Binary::from([1; 257]));
    world.no(1, &told, "too many items: backup bytes=257");
    let mut told = world.fold(1, 1, 5);
    told["fold"]["idc"] = json!("00");
    world.no(1, &told, "unknown field");
    let mut told = world.fold(1, 1, 5);
    told["fold"]["backup"] = json!(Binary::from([1; 256]));
    world.ok(1, &told);
}

#[test]
fn entries_go_when_they_are_folded_and_four_periods_old() {
    let mut world = filled(3);
    let period = u64::from(TIMES.period);
    let told = world.fold(1, 2, 5);
    world.ok(1, &told);
    world.wait(3 * period);
    world.receive(1, 900, world.sandbox.now() + 1);
    world.wait(2);
    let told = world.fold(1, 2, 6);
    world.ok(1, &told);
    world.wait(1);
    // three periods apart: the last state has all of them
    assert_eq!((world.mailbox(1).cleaned, world.mailbox(1).entries), (0, 4));
    world.wait(period);
    world.receive(1, 901, world.sandbox.now() + 1);
    world.wait(2);
    assert_eq!(world.mailbox(1).cleaned, 0);
    let told = world.fold(1, 1, 7);
    world.ok(1, &told);
    world.wait(1);
    assert_eq!(world.mailbox(1).cleaned, 3);
    let kept = world.entries(1).entries;
    assert_eq!(kept[0].number, 3);
    world.check();
}

#[test]
fn entries_of_the_last_state_stay_however_long_nothing_comes() {
    // C commits to sums as of the last entry: without a backup they are added up
    // from these alone
    let mut world = filled(3);
    let told = world.fold(1, 2, 5);
    world.ok(1, &told);
    world.wait(40 * u64::from(TIMES.period));
    assert_eq!(world.mailbox(1).cleaned, 0);
    assert_eq!(world.entries(1).entries.len(), 3);
    world.check();
}

#[test]
fn entries_come_in_pages() {
    let world = filled(20);
    let mut after: Option<u32> = None;
    let mut numbers = vec![];
    loop {
        let page: EntriesResponse =
            world.query(&json!({"entries": {"person": "1", "after": after, "limit": 7}}));
        numbers.extend(page.entries.iter().map(|one| one.number));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(numbers, (0..20).collect::<Vec<_>>());
}

#[test]
fn a_member_reads_all_that_is_kept_of_it_and_a_mailbox_keeps_nobody() {
    let mut world = filled(60);
    let key = cosmwasm_std::to_hex([9; 32]);
    world.ok(1, &json!({"publish_viewing_key": {"key": key}}));
    let member = crate::world::member(1);
    let mut after = None;
    let (mut entries, mut keys) = (0, 0);
    loop {
        let page: mycel_trust::export::ExportResponse =
            world.query(&json!({"export": {"member": member, "after": after}}));
        if let Some(mailbox) = &page.mailbox {
            entries += mailbox.entries.len();
            assert_eq!(mailbox.mailbox.entries, 60);
        }
        keys += page.viewing_keys.len();
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((entries, keys), (60, 1));
    let open: mycel_kit::peers::items::OpenItems =
        world.query(&json!({"open_items": {"member": member}}));
    assert_eq!(open.open, 0);
}
