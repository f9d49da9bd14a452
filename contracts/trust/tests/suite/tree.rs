//! The roll and its roots by slot.

use cosmwasm_std::HexBinary;
use mycel_kit::Id;
use mycel_kit::peers::trust::TrustMsg;
use mycel_mailbox::{Attr, State, Tree, element, entry, fr, leaf};
use mycel_trust::tree::ask::{Checkpoints, Leaves, Path, Root};
use mycel_trust::tree::{DEPTH, EMPTY, KEPT_SLOTS};
use serde_json::json;

use crate::world::{TIMES, World, bytes, poseidon};

fn root(world: &World) -> [u8; 32] {
    bytes(&world.query::<Root>(&json!({"root": {}})).root)
}

fn now(world: &World) -> [u8; 32] {
    bytes(&world.status().root)
}

fn slot(world: &World) -> u64 {
    world.status().slot.0
}

fn at(world: &World, slot: u64) -> [u8; 32] {
    bytes(
        &world
            .query::<Root>(&json!({"root": {"slot": slot.to_string()}}))
            .root,
    )
}

#[test]
fn the_root_is_the_one_that_wallets_compute_from_persons() {
    let mut world = World::new();
    let mut tree = Tree::default();
    assert_eq!(now(&world), element(&tree.root()));
    for person in 1..=9 {
        world.wait(60);
        world.enrol(person);
        world.set_leaf(person, true, person as u32);
        let idc = world.identity(person, 0).idc();
        let head = entry::first_head(idc, world.instance());
        let passed = (person as u32) * 60;
        let attr = Attr {
            joined: passed / TIMES.period,
            keyed: passed / TIMES.day,
            vouch: person as u8,
        };
        let c = State::empty_commitment();
        let index = person as u32 - 1;
        tree.set(index, leaf(idc, c, head, head, &attr))
            .expect("a place");
        assert_eq!(now(&world), element(&tree.root()), "{person}");
        world.check();
    }
    // … and so is each way
    for index in 0..9 {
        let path: Path = world.query(&json!({"path": {"index": index}}));
        let expected = tree.path(index).expect("a place");
        let siblings: Vec<_> = expected.siblings.iter().map(element).collect();
        assert_eq!(
            path.siblings.iter().map(bytes).collect::<Vec<_>>(),
            siblings
        );
        assert_eq!(bytes(&path.leaf), element(&tree.leaf(index)));
        assert_eq!(expected.root(fr(&bytes(&path.leaf))), tree.root());
    }
}

#[test]
fn a_wallet_rebuilds_the_root_from_pages_of_leaves() {
    let mut world = World::new();
    for person in 1..=7 {
        world.enrol(person);
    }
    world.set_leaf(3, false, 0);
    let mut tree = Tree::default();
    let mut after: Option<u32> = None;
    loop {
        let page: Leaves = world.query(&json!({"leaves": {"after": after, "limit": 2}}));
        for one in &page.leaves {
            tree.set(one.index, fr(&bytes(&one.leaf))).expect("a place");
        }
        assert_eq!(page.places, 7);
        after = page.next;
        if after.is_none() {
            assert_eq!(bytes(&page.root), element(&tree.root()));
            break;
        }
    }
    assert_eq!(element(&tree.leaf(2)), [0; 32]);
}

#[test]
fn the_first_change_of_a_slot_keeps_the_root_before_it() {
    let mut world = World::new();
    world.enrol(1);
    world.wait(20);
    let (before, this) = (now(&world), slot(&world));
    world.enrol(2);
    world.enrol(3);
    // changes in the slot itself are not seen by who proves about it
    assert_eq!(root(&world), before);
    assert_eq!(at(&world, this), before);
    let after = now(&world);
    assert_ne!(after, before);
    world.wait(u64::from(TIMES.slot));
    assert_eq!(at(&world, this), before);
    assert_eq!(at(&world, this + 1), after);
    let all: Checkpoints = world.query(&json!({"checkpoints": {}}));
    let slots: Vec<Id> = all.checkpoints.iter().map(|one| one.slot).collect();
    assert_eq!(slots, [Id(this - 2), Id(this)]);
    assert_eq!(all.changed, Id(this));
}

#[test]
fn a_root_of_a_slot_is_the_checkpoint_of_the_next_change_or_the_root_now() {
    let mut world = World::new();
    let mut roots = vec![];
    for person in 1..=12 {
        let slot = slot(&world);
        roots.push((slot, now(&world)));
        if person % 3 > 0 {
            world.enrol(person);
        }
        world.wait(u64::from(TIMES.slot) * (1 + person % 2));
    }
    for (slot, root) in roots {
        assert_eq!(at(&world, slot), root, "{slot}");
    }
}

#[test]
fn a_root_that_has_not_changed_for_long_is_valid_and_old_slots_are_not() {
    let mut world = World::new();
    world.enrol(1);
    let (first, root) = (slot(&world), now(&world));
    world.wait(u64::from(TIMES.slot) * (KEPT_SLOTS + 1));
    let this = slot(&world);
    assert_eq!(at(&world, this), root);
    assert_eq!(at(&world, this - KEPT_SLOTS), root);
    for bad in [first, this + 1] {
        let asked = json!({"root": {"slot": bad.to_string()}});
        let why = world.sandbox.query::<Root>(&world.trust, &asked);
        let why = why.expect_err("refused").text;
        assert!(why.contains("slot refused"), "{why}");
    }
}

#[test]
fn checkpoints_of_a_day_are_kept_and_older_ones_go() {
    let mut world = World::new();
    world.enrol(1);
    for turn in 0..KEPT_SLOTS + 20 {
        world.set_leaf(1, turn % 2 == 0, 1);
        world.wait(u64::from(TIMES.slot));
    }
    let all: Checkpoints = world.query(&json!({"checkpoints": {}}));
    assert!(
        all.checkpoints.len() as u64 <= KEPT_SLOTS + 2,
        "{}",
        all.checkpoints.len()
    );
    let least = slot(&world) - KEPT_SLOTS;
    assert!(all.checkpoints[0].slot.0 + 2 >= least);
    world.check();
}

#[test]
fn roots_are_published_for_other_chains() {
    let mut world = World::new();
    world.wait(5);
    world.enrol(1);
    let (slot, after) = (slot(&world), now(&world));
    let value = |slot: u64, period: u32, root: &[u8; 32]| {
        [&slot.to_be_bytes()[..], &period.to_be_bytes(), root].concat()
    };
    let published = |key: &[u8]| world.sandbox.published(&world.trust, key);
    assert_eq!(published(b"root"), Some(value(slot + 1, 0, &after)));
    let key = [b"root/", &(slot % KEPT_SLOTS).to_be_bytes()[..]].concat();
    assert_eq!(published(&key), Some(value(slot, 0, &EMPTY[DEPTH])));
}

#[test]
fn a_place_that_stays_empty_while_the_tree_grows_breaks_nothing() {
    let mut world = World::new();
    world.enrol(1);
    // another identity's owner comes again and again: each takes a place
    for person in 2..=9 {
        let told = TrustMsg::Enrol {
            person: Id(person),
            idc: cosmwasm_std::to_hex(world.idc(1, 0)),
        };
        world.members(told).expect("enrolled");
        world.check();
    }
    world.enrol(10);
    world.check();
    world.set_leaf(1, false, 0);
    world.set_leaf(10, false, 0);
    world.check();
    assert_eq!(now(&world), EMPTY[DEPTH]);
}

#[test]
fn who_has_no_place_has_no_way() {
    let mut world = World::new();
    world.enrol(1);
    let asked = world
        .sandbox
        .query::<Path>(&world.trust, &json!({"path": {"index": 1}}));
    assert!(asked.expect_err("refused").text.contains("tree full"));
}

#[test]
fn the_chains_poseidon_is_the_one_tests_compute_with() {
    // circomlib's own test vector
    let hash = poseidon(&[mycel_mailbox::tag::small(1), mycel_mailbox::tag::small(2)]);
    let expected = "115cc0f5e7d690413df64c6b9662e9cf2a3617f2743245519e19607a4417189a";
    assert_eq!(HexBinary::from(hash).to_hex(), expected);
}
