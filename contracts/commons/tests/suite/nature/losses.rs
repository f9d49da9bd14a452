//! What was restored is lost again.

use serde_json::{Value, json};

use super::ground::*;

fn reverse_msg(world: &mut World, claim: u64, quantity: u128) -> Value {
    let evidence = world.evidence();
    json!({"reverse": {"claim": claim.to_string(), "quantity": quantity.to_string(), "evidence": evidence}})
}

#[track_caller]
fn reverse(world: &mut World, who: u64, claim: u64, quantity: u128) {
    let msg = reverse_msg(world, claim, quantity);
    world.ok(&name(who), msg);
    check(world, false);
}

/// Claim 1 of person 1, 1,000 attested: 200 kept, 800 waiting.
fn restored_forest() -> World {
    let mut rules = rules();
    rules.rights.concentration_bps = 10_000;
    let mut world = opened(rules, 10_000);
    let made = claim(&mut world, 1, &[7], 1_000);
    attest(&mut world, made, [1_000, 1_000, 1_000]);
    world
}

#[test]
fn the_buffer_covers_a_loss_first_and_then_what_waits() {
    let mut world = restored_forest();
    reverse(&mut world, 2, 1, 150);
    attest(&mut world, 1, [150, 150, 150]);
    let found = seen(&world, 1);
    assert_eq!((found.buffer.units(), found.waiting.units()), (50, 800));
    assert_eq!(found.reversed.units(), 150);
    reverse(&mut world, 101, 1, 100);
    attest(&mut world, 1, [100, 100, 100]);
    let found = seen(&world, 1);
    assert_eq!((found.buffer.units(), found.waiting.units()), (0, 750));
    assert_eq!(restored(&world).owed.units(), 0);
}

#[test]
fn of_what_monitors_saw_lost_the_higher_median_counts() {
    let mut world = restored_forest();
    reverse(&mut world, 2, 1, 150);
    attest(&mut world, 1, [95, 100, 104]);
    assert_eq!(seen(&world, 1).reversed.units(), 100);
    // one monitor alone takes nothing away
    reverse(&mut world, 2, 1, 900);
    attest(&mut world, 1, [0, 0, 900]);
    assert_eq!(seen(&world, 1).reversed.units(), 100);
    assert!(seen(&world, 1).reversal.is_none());
}

#[test]
fn what_neither_covers_is_owed_out_of_what_is_restored_later() {
    let mut world = restored_forest();
    next(&mut world, 10_000);
    assert_eq!(seen(&world, 1).minted.units(), 500);
    // 200 kept and 300 waiting cover 500 of 700
    reverse(&mut world, 2, 1, 700);
    attest(&mut world, 1, [700, 700, 700]);
    assert_eq!(restored(&world).owed.units(), 200);
    let again = claim(&mut world, 1, &[8], 1_000);
    attest(&mut world, again, [1_000, 1_000, 1_000]);
    next(&mut world, 10_000);
    let found = seen(&world, again);
    assert_eq!((found.cancelled.units(), found.minted.units()), (200, 500));
    assert_eq!(restored(&world).owed.units(), 0);
    check(&world, true);
}

#[test]
fn no_more_is_lost_than_was_attested() {
    let mut world = restored_forest();
    let msg = reverse_msg(&mut world, 1, 1_001);
    world.refused(
        &name(2),
        msg,
        "nothing to reverse: claim=1 phase=attested left=1000",
    );
    let msg = reverse_msg(&mut world, 1, 0);
    world.refused(&name(2), msg, "nothing to reverse");
    reverse(&mut world, 2, 1, 1_000);
    attest(&mut world, 1, [1_000, 1_000, 1_000]);
    let msg = reverse_msg(&mut world, 1, 1);
    world.refused(&name(2), msg, "left=0");
    assert_eq!(next(&mut world, 10_000).regenerated.units(), 0);
    let open = claim(&mut world, 2, &[9], 10);
    let msg = reverse_msg(&mut world, open, 1);
    world.refused(&name(1), msg, "phase=claimed");
}

#[test]
fn only_the_enrolled_and_monitors_say_that_something_is_lost_one_at_a_time() {
    let mut world = restored_forest();
    let msg = reverse_msg(&mut world, 1, 10);
    world.refused(&name(9), msg, "not enrolled");
    reverse(&mut world, 2, 1, 10);
    let msg = reverse_msg(&mut world, 1, 10);
    world.refused(&name(3), msg, "reversal open: claim=1");
    let other = claim(&mut world, 3, &[9], 10);
    world.days(11);
    let _ = other;
    assert!(seen(&world, 1).reversal.is_none(), "nobody attested it");
    assert_eq!(seen(&world, 1).reversed.units(), 0);
    check(&world, true);
    reverse(&mut world, 2, 1, 10);
}

#[test]
fn evidence_of_a_loss_is_used_once() {
    let mut world = restored_forest();
    let msg = reverse_msg(&mut world, 1, 10);
    world.ok(&name(2), msg.clone());
    attest(&mut world, 1, [10, 10, 10]);
    world.refused(&name(2), msg, "evidence used");
}

#[test]
fn whoever_is_handed_out_after_a_cut_has_what_whoever_is_before_it_has() {
    let mut rules = rules();
    rules.rights.concentration_bps = 10_000;
    let mut world = opened(rules, 10_000);
    let made = [(1, 21), (2, 22)].map(|(person, cell)| claim(&mut world, person, &[cell], 100));
    for claim in made {
        attest(&mut world, claim, [100, 100, 100]);
    }
    over(&mut world);
    readings(&mut world, 1, 10_000);
    // too little work for both: the opening, and then one of them
    while latest(&world, 1).number < 2 {
        world.ok("anyone", json!({"advance": {"limit": 10}}));
    }
    while seen(&world, 1).minted.is_zero() {
        world.ok("anyone", json!({"advance": {"limit": 8}}));
    }
    let second_waits = seen(&world, 2).minted.is_zero();
    read(&mut world, 1, 101, 5_000);
    world.advance();
    assert!(second_waits, "the test needs one that is late");
    assert_eq!(balance(&world, 1), balance(&world, 2));
    assert_eq!(seen(&world, 2).minted.units(), 80);
    check(&world, true);
}
