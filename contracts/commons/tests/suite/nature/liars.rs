//! One monitor that lies low, two that lie about a loss, members that do not
//! answer, and whoever keeps everybody busy.

use mycel_commons::cap::Basis;
use mycel_commons::registry::Rules;
use mycel_sandbox::address;
use serde_json::{Value, json};

use super::agenda;
use super::ground::*;

/// A cap rises by a tenth at most.
fn slow() -> Rules {
    let mut rules = rules();
    rules.cap.rise_bps = 1_000;
    rules.rights.concentration_bps = 10_000;
    rules
}

fn reverse(world: &mut World, who: u64, claim: u64, quantity: u128) -> Value {
    let evidence = world.evidence();
    let msg = json!({"reverse": {"claim": claim.to_string(), "quantity": quantity.to_string(), "evidence": evidence}});
    world.ok(&name(who), msg.clone());
    check(world, false);
    msg
}

/// A forest of 1,000 units an epoch, in which somebody reads nothing.
fn lied_to() -> World {
    lied_to_after(50)
}

fn lied_to_after(days: u64) -> World {
    let mut world = opened(slow(), 10_000);
    world.days(days);
    for (monitor, quantity) in MONITORS.into_iter().zip([10_000, 10_000, 0]) {
        read(&mut world, 1, monitor, quantity);
    }
    assert_eq!(latest(&world, 1).cap.units(), 0, "it is cut at once");
    world.days(1);
    world
}

// ---- a drought that one monitor reads

#[test]
fn one_monitor_that_reads_nothing_costs_an_epoch_and_not_the_years_of_a_slow_rise() {
    let mut world = lied_to();
    let case = world.case_of(1);
    world.judge(case, "dismiss");
    assert_eq!(latest(&world, 1).cap.units(), 0, "nothing raises it within");
    let second = next(&mut world, 10_000);
    assert_eq!(second.cap.units(), 1_000);
    // and no more than the slow rise above it
    let mut world = lied_to();
    let case = world.case_of(1);
    world.judge(case, "dismiss");
    assert_eq!(next(&mut world, 20_000).cap.units(), 1_100);
}

#[test]
fn also_where_it_reads_nothing_at_an_opening() {
    let mut world = opened(slow(), 10_000);
    over(&mut world);
    for (monitor, quantity) in MONITORS.into_iter().zip([10_000, 10_000, 0]) {
        read(&mut world, 1, monitor, quantity);
    }
    world.advance();
    let second = latest(&world, 1);
    assert_eq!((second.cap.units(), second.basis), (0, Basis::Disputed));
    world.days(3);
    let case = world.case_of(1);
    world.judge(case, "dismiss");
    assert_eq!(next(&mut world, 10_000).cap.units(), 1_000);
}

#[test]
fn what_no_jury_overruled_rises_slowly() {
    for outcome in ["uphold", "lapsed", ""] {
        let mut world = lied_to();
        let case = world.case_of(1);
        if !outcome.is_empty() {
            world.judge(case, outcome);
        }
        over(&mut world);
        let mut all: Vec<u64> = MONITORS.to_vec();
        if outcome == "uphold" {
            // who read too much is gone
            for monitor in [104, 105] {
                world.bond_for(monitor, BOND, 10_000 * DAY).expect("a seat");
            }
            all = vec![103, 104, 105];
        }
        for monitor in all {
            read(&mut world, 1, monitor, 10_000);
        }
        world.advance();
        let cap = latest(&world, 1).cap.units();
        assert!(cap <= 100, "{outcome}: {cap}");
    }
}

#[test]
fn a_drought_that_all_read_after_the_lie_is_where_the_rise_begins() {
    let mut world = lied_to_after(5);
    let case = world.case_of(1);
    world.judge(case, "dismiss");
    world.days(31);
    readings(&mut world, 1, 5_000);
    assert_eq!(world.status(), "fresh");
    assert_eq!(next(&mut world, 10_000).cap.units(), 550);
}

#[test]
fn a_cut_of_the_parents_holds_no_child_back_beyond_its_budget() {
    let mut world = forest(slow());
    let grove = child(&mut world, 1, &slow());
    allot(&mut world, 1, grove, 500_000);
    readings(&mut world, grove, 5_000);
    readings(&mut world, 1, 10_000);
    world.advance();
    world.advance();
    assert_eq!(latest(&world, grove).cap.units(), 500);
    world.days(50);
    for (monitor, quantity) in MONITORS.into_iter().zip([10_000, 10_000, 0]) {
        read(&mut world, 1, monitor, quantity);
    }
    world.advance();
    assert_eq!(latest(&world, grove).cap.units(), 0);
    world.days(1);
    let case = world.case_of(1);
    world.judge(case, "dismiss");
    over(&mut world);
    readings(&mut world, grove, 5_000);
    readings(&mut world, 1, 10_000);
    world.advance();
    world.advance();
    assert_eq!(latest(&world, 1).cap.units(), 1_000);
    assert_eq!(latest(&world, grove).cap.units(), 500);
    check(&world, true);
}

#[test]
fn a_low_reading_that_a_member_challenges_and_a_jury_refutes_costs_seat_and_bond() {
    let mut world = lied_to();
    let msg = world.challenge_msg(3);
    world.ok(&name(2), msg);
    let (spread, low) = (world.case_of(1), world.case_of(2));
    world.judge(low, "uphold");
    world.judge(spread, "dismiss");
    world.advance();
    assert_eq!(world.sum("captured"), BOND);
    assert_eq!(world.seat(3).why.as_deref(), Some("refuted"));
    over(&mut world);
    world.bond_for(104, BOND, 10_000 * DAY).expect("a seat");
    for monitor in [101, 102, 104] {
        read(&mut world, 1, monitor, 10_000);
    }
    world.advance();
    assert_eq!(latest(&world, 1).cap.units(), 1_000);
}

// ---- two of three say that something was lost

/// Claim 1 of person 1, 1,000 attested; two of three say that 900 of it are lost.
fn said_lost() -> World {
    let mut world = opened(slow(), 10_000);
    let made = claim(&mut world, 1, &[7], 1_000);
    attest(&mut world, made, [1_000, 1_000, 1_000]);
    let _ = reverse(&mut world, 101, made, 900);
    attest(&mut world, made, [900, 900, 0]);
    world
}

fn reversal_case(world: &World) -> u64 {
    let open = seen(world, 1).reversal.expect("a reversal");
    assert!(open.disputed);
    open.case.expect("a jury").0
}

#[test]
fn two_of_three_monitors_ruin_no_restorer_without_a_jury() {
    let mut world = said_lost();
    let case = reversal_case(&world);
    assert_eq!(seen(&world, 1).reversed.units(), 0);
    // nobody says anything more, nor leaves with its bond
    world.refused(&name(103), attest_msg(1, 900), "before a jury: claim=1");
    let evidence = world.evidence();
    let more = json!({"reverse": {"claim": "1", "quantity": "1000", "evidence": evidence}});
    world.refused(&name(2), more, "before a jury: claim=1");
    world.ok(&name(101), json!({"leave_seat": {"commons": "1"}}));
    world.days(40);
    assert_eq!(world.sum("released"), 0, "the jury has not spoken");
    world.judge(case, "uphold");
    world.advance();
    check(&world, true);
    let found = seen(&world, 1);
    assert_eq!((found.reversed.units(), found.waiting.units()), (0, 800));
    assert!(found.reversal.is_none());
    assert_eq!(world.sum("captured"), 2 * BOND);
}

#[test]
fn where_a_jury_finds_no_fault_or_does_not_speak_the_higher_median_is_lost() {
    for outcome in ["dismiss", "lapsed"] {
        let mut world = said_lost();
        let case = reversal_case(&world);
        world.judge(case, outcome);
        world.advance();
        check(&world, true);
        let found = seen(&world, 1);
        assert_eq!((found.reversed.units(), found.buffer.units()), (900, 0));
        assert_eq!(found.waiting.units(), 100);
        assert_eq!(world.sum("captured"), 0);
        // bonds are free again, and the next loss can be said
        world.ok(&name(101), json!({"leave_seat": {"commons": "1"}}));
        world.days(31);
        assert_eq!(world.sum("released"), BOND);
        let _ = reverse(&mut world, 2, 1, 10);
    }
}

#[test]
fn while_a_jury_hears_of_a_loss_nothing_of_the_claim_becomes_entitlement() {
    let mut world = said_lost();
    let other = claim(&mut world, 2, &[8], 100);
    attest(&mut world, other, [100, 100, 100]);
    let second = next(&mut world, 10_000);
    assert_eq!(second.regenerated.units(), 500);
    assert_eq!(seen(&world, 1).minted.units(), 0);
    assert_eq!(seen(&world, other).minted.units(), 80, "others go on");
    let case = reversal_case(&world);
    world.judge(case, "uphold");
    over(&mut world);
    for monitor in [104, 105] {
        world.bond_for(monitor, BOND, 10_000 * DAY).expect("a seat");
    }
    for monitor in [103, 104, 105] {
        read(&mut world, 1, monitor, 10_000);
    }
    world.advance();
    assert_eq!(seen(&world, 1).minted.units(), 500);
    check(&world, true);
}

#[test]
fn a_jury_about_a_loss_that_sortition_refuses_is_asked_for_again_and_then_given_up() {
    let mut world = opened(slow(), 10_000);
    let made = claim(&mut world, 1, &[7], 1_000);
    attest(&mut world, made, [1_000, 1_000, 1_000]);
    let _ = reverse(&mut world, 101, made, 900);
    world.no_jurors(true);
    attest(&mut world, made, [900, 900, 0]);
    world.days(2);
    assert!(seen(&world, 1).reversal.is_some());
    world.no_jurors(false);
    world.days(2);
    let case = reversal_case(&world);
    world.judge(case, "uphold");
    assert_eq!(seen(&world, 1).reversed.units(), 0);
    // for ever: as if nobody had spoken
    let mut world = opened(slow(), 10_000);
    let made = claim(&mut world, 1, &[7], 1_000);
    attest(&mut world, made, [1_000, 1_000, 1_000]);
    let _ = reverse(&mut world, 101, made, 900);
    world.no_jurors(true);
    attest(&mut world, made, [900, 900, 0]);
    world.days(12);
    assert_eq!(seen(&world, 1).reversed.units(), 900);
    check(&world, true);
}

#[test]
fn whoever_said_a_loss_that_a_greater_one_displaced_has_its_bond_free() {
    let mut world = opened(slow(), 10_000);
    let made = claim(&mut world, 1, &[7], 1_000);
    attest(&mut world, made, [1_000, 1_000, 1_000]);
    let _ = reverse(&mut world, 2, made, 10);
    world.ok(&name(101), attest_msg(made, 10));
    world.ok(&name(101), json!({"leave_seat": {"commons": "1"}}));
    world.days(5);
    assert_eq!(world.sum("released"), 0, "the others have not spoken");
    let _ = reverse(&mut world, 3, made, 20);
    world.days(31);
    assert_eq!(world.sum("released"), BOND);
    check(&world, true);
}

#[test]
fn who_controls_a_monitor_and_restores_there_is_not_attested_by_it() {
    let mut rules = slow();
    rules.monitors.organisations = 4;
    let mut world = forest(rules);
    world.control(107, &[(3, 2_500), (17, 7_500)]);
    world.bond_for(107, BOND, 10_000 * DAY).expect("a seat");
    readings(&mut world, 1, 10_000);
    let msg = world.read_msg(10_000);
    world.ok(&name(107), msg);
    world.advance();
    // enrolled, without any rights until now
    let made = claim(&mut world, 3, &[7], 1_000);
    let why = "interest in the commons: commons=1 person=3 what=rights";
    world.refused(&name(107), attest_msg(made, 1_000), why);
    world.days(2);
    assert_eq!(world.seat(4).why.as_deref(), Some("unfit"));
    attest(&mut world, made, [1_000, 1_000, 1_000]);
    assert_eq!(seen(&world, made).attested.units(), 1_000);
}

// ---- who keeps others waiting

#[test]
fn a_restorer_about_whom_members_do_not_answer_keeps_nobody_waiting() {
    let mut world = opened(slow(), 10_000);
    for person in [1, 2] {
        let made = claim(&mut world, person, &[person], 100);
        attest(&mut world, made, [100, 100, 100]);
    }
    let known = |world: &mut World, value: Value| {
        let (assembly, members) = (world.assembly.clone(), world.members.clone());
        let set = json!({"set": {"key": "person/1", "value": value}});
        world
            .sandbox
            .execute(&assembly, &members, &set)
            .expect("members");
    };
    known(&mut world, Value::Null);
    next(&mut world, 10_000);
    assert_eq!(seen(&world, 1).minted.units(), 0);
    assert_eq!(seen(&world, 2).minted.units(), 80);
    known(
        &mut world,
        json!({"address": address(&name(1)), "kind": "person"}),
    );
    next(&mut world, 10_000);
    assert_eq!(seen(&world, 1).minted.units(), 80);
    check(&world, true);
}

/// Tasks that are due now.
fn due(world: &World) -> usize {
    let now = world.now();
    world
        .sandbox
        .read(&world.commons, |storage| agenda::due(storage, now))
        .expect("commons")
}

#[test]
fn who_reads_all_day_while_no_epoch_is_open_puts_down_one_task() {
    let mut world = forest(rules());
    world.advance();
    let before = due(&world);
    for quantity in 0..50 {
        let msg = world.read_msg(10_000 + quantity);
        world.ok(&name(101), msg);
    }
    assert!(due(&world) <= before + 1, "{} {before}", due(&world));
    // and the reading that makes the value fresh still opens the epoch
    readings(&mut world, 1, 10_000);
    world.advance();
    assert_eq!(latest(&world, 1).number, 1);
}

#[test]
fn who_takes_and_leaves_a_seat_all_day_holds_up_nobody() {
    let mut rules = rules();
    rules.monitors.organisations = 4;
    let mut world = forest(rules);
    world.advance();
    for _ in 0..9 {
        world.bond_for(104, BOND, 10_000 * DAY).expect("a seat");
        world.ok(&name(104), json!({"leave_seat": {"commons": "1"}}));
    }
    let mut blocks = 0;
    while due(&world) > 0 {
        world.ok("anyone", json!({"advance": {"limit": 40}}));
        blocks += 1;
    }
    assert!(
        blocks <= 3,
        "{blocks} ends of blocks for nine times nothing"
    );
    assert_eq!(world.sum("released"), 9 * BOND);
    check(&world, true);
}

#[test]
fn a_lay_seat_more_that_was_decided_brings_a_lot() {
    let mut world = opened(rules(), 10_000);
    let mut other = rules();
    other.monitors.lay = 2;
    let lot = world.lot_case().expect("for the lay seat");
    world.draw(lot, &[21]);
    world.days(1);
    world.ok(&name(21), json!({"accept_seat": {"commons": "1"}}));
    assert_eq!(world.lot_case(), None);
    let action = json!({"set_rules": {"commons": "1", "rules": other}});
    world.decide_by(json!({"commons": "1"}), "constitutional", action);
    next(&mut world, 10_000);
    let lot = world.lot_case().expect("for the second");
    world.draw(lot, &[22]);
    world.days(1);
    world.ok(&name(22), json!({"accept_seat": {"commons": "1"}}));
}
