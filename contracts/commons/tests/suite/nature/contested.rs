//! Monitors that agree on a claim that is false, one that speaks for three, and
//! disputes that are made to be lost.

use mycel_commons::registry::Rules;
use mycel_sandbox::address;
use serde_json::{Value, json};

use super::ground::*;

/// A cap rises by a tenth at most.
fn slow() -> Rules {
    let mut rules = rules();
    rules.cap.rise_bps = 1_000;
    rules.rights.concentration_bps = 10_000;
    rules
}

fn leave(world: &mut World, monitor: u64) {
    world.ok(&name(monitor), json!({"leave_seat": {"commons": "1"}}));
}

#[test]
fn who_takes_one_seat_after_the_other_attests_a_claim_once() {
    let mut world = opened(slow(), 10_000);
    let made = claim(&mut world, 1, &[7], 1_000);
    for quantity in [900, 1_000, 1_000] {
        world.ok(&name(101), attest_msg(made, quantity));
        leave(&mut world, 101);
        world.bond_for(101, BOND, 10_000 * DAY).expect("a seat");
        check(&world, false);
    }
    assert_eq!(seen(&world, made).attestations.len(), 1, "its last word");
    world.days(11);
    assert_eq!(seen(&world, made).phase, "lapsed");
    check(&world, true);
}

#[test]
fn a_dispute_after_the_other_keeps_no_old_cap_alive() {
    let mut world = opened(slow(), 10_000);
    world.days(50);
    for (monitor, quantity) in MONITORS.into_iter().zip([10_000, 10_000, 0]) {
        read(&mut world, 1, monitor, quantity);
    }
    // a drought meanwhile, and the next dispute is there before the first is over
    for (monitor, quantity) in MONITORS.into_iter().zip([2_000, 2_000, 0]) {
        read(&mut world, 1, monitor, quantity);
    }
    world.days(1);
    let case = world.case_of(1);
    world.judge(case, "dismiss");
    for monitor in [101, 102] {
        read(&mut world, 1, monitor, 10_000);
    }
    world.days(1);
    let case = world.case_of(2);
    world.judge(case, "dismiss");
    // the drought was real: a rise begins at 200
    assert_eq!(next(&mut world, 10_000).cap.units(), 220);
}

#[test]
fn nor_does_one_in_which_who_read_more_was_wrong() {
    let mut rules = slow();
    rules.monitors.organisations = 5;
    let mut world = forest(rules);
    for monitor in [104, 105] {
        world.bond_for(monitor, BOND, 10_000 * DAY).expect("a seat");
    }
    let all = |world: &mut World, quantities: [u128; 5]| {
        for (monitor, quantity) in (101..).zip(quantities) {
            read(world, 1, monitor, quantity);
        }
    };
    all(&mut world, [10_000; 5]);
    world.advance();
    world.days(50);
    // 105 hides a drought, and 104 goes on when it is found out
    all(&mut world, [2_000, 2_000, 2_000, 2_000, 10_000]);
    read(&mut world, 1, 104, 10_000);
    world.days(1);
    let case = world.case_of(1);
    world.judge(case, "uphold");
    world.days(1);
    for monitor in [101, 102, 103] {
        read(&mut world, 1, monitor, 10_000);
    }
    read(&mut world, 1, 103, 0);
    let case = world.case_of(2);
    world.judge(case, "dismiss");
    over(&mut world);
    for monitor in 101..=104 {
        read(&mut world, 1, monitor, 10_000);
    }
    world.advance();
    let cap = latest(&world, 1).cap.units();
    assert!(cap <= 220, "{cap}");
}

// ---- what monitors attested falsely, all of them

/// Claim 1 of person 1, of which all attested 1,000: 200 kept, 800 waiting.
fn agreed() -> World {
    let mut world = opened(slow(), 10_000);
    let made = claim(&mut world, 1, &[7], 1_000);
    attest(&mut world, made, [1_000, 1_000, 1_000]);
    world
}

fn challenge_msg(claim: u64, seat: u64) -> Value {
    json!({"challenge": {"commons": "1", "seat": seat.to_string(), "claim": claim.to_string(), "reasons": "05".repeat(32)}})
}

fn challenged(world: &mut World) -> u64 {
    world.ok(&name(2), challenge_msg(1, 1));
    check(world, false);
    let open = seen(world, 1).reversal.expect("open");
    open.case.expect("a jury").0
}

#[test]
fn a_member_challenges_a_claim_that_all_monitors_attested_falsely() {
    let mut world = agreed();
    next(&mut world, 10_000);
    assert_eq!(seen(&world, 1).minted.units(), 500);
    let case = challenged(&mut world);
    // nobody leaves with its bond, nor says anything more
    leave(&mut world, 101);
    world.refused(&name(102), attest_msg(1, 0), "before a jury: claim=1");
    world.refused(&name(3), challenge_msg(1, 1), "before a jury: claim=1");
    world.days(40);
    assert_eq!(world.sum("released"), 0);
    world.judge(case, "uphold");
    world.advance();
    check(&world, true);
    let found = seen(&world, 1);
    assert_eq!((found.minted.units(), found.cancelled.units()), (500, 500));
    assert_eq!((found.buffer.units(), found.waiting.units()), (0, 0));
    assert_eq!(restored(&world).owed.units(), 0, "what was minted stays");
    assert_eq!(world.sum("captured"), 3 * BOND);
    world.refused(&name(3), challenge_msg(1, 1), "nothing to reverse: claim=1");
}

#[test]
fn while_a_challenged_claim_is_before_a_jury_it_gives_nothing_and_after_it_all() {
    for outcome in ["dismiss", "lapsed", "malicious"] {
        let mut world = agreed();
        let case = challenged(&mut world);
        next(&mut world, 10_000);
        assert_eq!(seen(&world, 1).minted.units(), 0);
        world.judge(case, outcome);
        check(&world, true);
        let at = address(&name(2));
        let ladder: Value = world.query(json!({"ladder": {"commons": "1", "member": at}}));
        let step = if outcome == "malicious" {
            "notice"
        } else {
            "none"
        };
        assert_eq!(ladder["step"], step);
        // once: nobody stops a restorer by one challenge after the other
        world.refused(&name(3), challenge_msg(1, 2), "already judged: commons=1");
        next(&mut world, 10_000);
        assert_eq!(seen(&world, 1).minted.units(), 500, "{outcome}");
        assert_eq!(world.sum("captured"), 0);
        // its bond is free again, and so is who challenged
        leave(&mut world, 101);
        world.days(31);
        assert_eq!(world.sum("released"), BOND);
    }
}

#[test]
fn a_loss_that_is_said_keeps_nobody_from_challenging_the_claim() {
    let mut world = agreed();
    let evidence = world.evidence();
    let all = json!({"reverse": {"claim": "1", "quantity": "1000", "evidence": evidence}});
    world.ok(&name(3), all);
    world.ok(&name(101), attest_msg(1, 0));
    check(&world, false);
    let case = challenged(&mut world);
    world.judge(case, "uphold");
    world.advance();
    check(&world, true);
    assert_eq!(seen(&world, 1).cancelled.units(), 1_000);
}

#[test]
fn only_the_enrolled_challenge_what_waits_and_only_seats_that_attested_it() {
    let mut world = agreed();
    world.refused(&name(9), challenge_msg(1, 1), "not enrolled");
    world.refused(&name(2), challenge_msg(1, 9), "nothing to reverse: claim=1");
    let open = claim(&mut world, 3, &[8], 10);
    world.refused(&name(2), challenge_msg(open, 1), "nothing to reverse");
    world.no_jurors(true);
    world.refused(&name(2), challenge_msg(1, 1), "no jurors");
    world.no_jurors(false);
    let case = challenged(&mut world);
    // who gives up what waits does not save who attested it
    world.ok(&name(1), json!({"withdraw_claim": {"claim": "1"}}));
    check(&world, false);
    world.judge(case, "uphold");
    world.advance();
    check(&world, true);
    assert_eq!(world.sum("captured"), 3 * BOND);
}
