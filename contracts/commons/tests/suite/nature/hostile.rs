//! What somebody with money, with many monitors or with patience might try.

use mycel_commons::cap::{Basis, Model, production::Schaefer};
use mycel_commons::{cases, state};
use mycel_kit::Seconds;
use mycel_sandbox::Code;
use serde_json::json;

use super::ground::*;

/// A forest of which no monitor's reading of the opening can be disputed any more.
fn calm() -> World {
    let mut world = opened(rules(), 10_000);
    world.wait(31 * DAY);
    world.advance();
    world
}

fn leave(world: &mut World, monitor: u64) {
    world.ok(&name(monitor), json!({"leave_seat": {"commons": "1"}}));
    check(world, false);
}

/// The parties of the last case that was asked for.
fn parties(world: &World) -> Vec<u64> {
    world
        .sandbox
        .read(&world.commons, |storage| {
            let last = state::totals().load(storage).expect("totals").cases;
            cases::asked(storage, last).expect("a case").parties
        })
        .expect("commons")
}

/// The jury about a claim's attestations speaks.
#[track_caller]
fn judge_claim(world: &mut World, claim: u64, outcome: &str) {
    let case = seen(world, claim).case.expect("a jury is asked").0;
    world.judge(case, outcome);
}

fn restored_again() -> mycel_commons::registry::Rules {
    let mut rules = rules();
    rules.rights.concentration_bps = 10_000;
    rules
}

// ---- attested falsely

#[test]
fn a_monitor_that_attested_falsely_cannot_leave_with_its_bond_before_the_jury_speaks() {
    let mut world = calm();
    let made = claim(&mut world, 1, &[7], 1_000);
    attest(&mut world, made, [1_000, 1_000, 90]);
    assert!(seen(&world, made).disputed);
    leave(&mut world, 101);
    world.days(8);
    assert_eq!(world.sum("released"), 0, "the jury has not spoken");
    judge_claim(&mut world, made, "uphold");
    world.advance();
    check(&world, true);
    assert_eq!(world.sum("captured"), 2 * BOND);
    // who saw less goes with all of it
    leave(&mut world, 103);
    world.advance();
    assert_eq!(world.sum("released"), BOND);
}

#[test]
fn nor_before_the_claim_is_decided() {
    let mut world = calm();
    let made = claim(&mut world, 1, &[7], 1_000);
    world.ok(&name(101), attest_msg(made, 1_000));
    leave(&mut world, 101);
    world.advance();
    assert_eq!(world.sum("released"), 0, "the others have not spoken");
    world.ok(&name(102), attest_msg(made, 1_000));
    world.ok(&name(103), attest_msg(made, 90));
    world.days(11);
    assert_eq!(world.sum("released"), 0, "the jury has not spoken");
    judge_claim(&mut world, made, "uphold");
    world.advance();
    assert_eq!(world.sum("captured"), 2 * BOND);
    check(&world, true);
}

#[test]
fn a_bond_goes_back_once_the_claims_attested_are_decided_without_fault() {
    for outcome in [
        "agreed",
        "dismiss",
        "lapsed",
        "withdrawn",
        "too few",
        "unheard",
    ] {
        let mut world = calm();
        world.no_jurors(outcome == "unheard");
        let made = claim(&mut world, 1, &[7], 1_000);
        world.ok(&name(101), attest_msg(made, 1_000));
        // said twice, counted once
        world.ok(&name(101), attest_msg(made, 1_000));
        leave(&mut world, 101);
        match outcome {
            "withdrawn" => {
                let msg = json!({"withdraw_claim": {"claim": made.to_string()}});
                world.ok(&name(1), msg);
            }
            "too few" => world.days(11),
            _ => {
                let low = if outcome == "agreed" { 1_000 } else { 90 };
                world.ok(&name(102), attest_msg(made, 1_000));
                world.ok(&name(103), attest_msg(made, low));
                world.days(10);
            }
        }
        if ["dismiss", "lapsed"].contains(&outcome) {
            assert_eq!(world.sum("released"), 0, "{outcome}");
            judge_claim(&mut world, made, outcome);
        }
        if outcome == "unheard" {
            world.days(11);
        }
        world.advance();
        check(&world, true);
        assert_eq!(world.sum("released"), BOND, "{outcome}");
        assert_eq!(world.sum("captured"), 0, "{outcome}");
    }
}

#[test]
fn who_has_no_bond_attests_nothing() {
    let mut world = calm();
    let made = claim(&mut world, 1, &[7], 1_000);
    let hold = world.seat(1).bonds[0].0;
    world.leave_of(hold, BOND / 2 - 1);
    world.refused(&name(101), attest_msg(made, 1_000), "bond missing");
    world.ok(&name(102), attest_msg(made, 1_000));
    // nor with one that ends before a jury could speak
    let mut world = World::with(Code::native(native()), rules());
    for (monitor, age) in [(101, 61), (102, 1_000), (103, 1_000)] {
        world.bond_for(monitor, BOND, age * DAY).expect("a seat");
    }
    readings(&mut world, 1, 10_000);
    world.advance();
    world.days(30);
    let made = claim(&mut world, 1, &[7], 1_000);
    let why = "bond expires too soon";
    world.refused(&name(101), attest_msg(made, 1_000), why);
    world.ok(&name(102), attest_msg(made, 1_000));
}

#[test]
fn the_sides_of_a_claims_jury_strike_as_many() {
    // one who saw less against two: alone on its side
    let mut world = calm();
    let made = claim(&mut world, 1, &[7], 1_000);
    attest(&mut world, made, [1_000, 900, 90]);
    assert_eq!(parties(&world), [103, 101, 102, 1]);
    // one who saw more against two: who claims has none of the others' strikes
    let mut world = calm();
    let made = claim(&mut world, 1, &[7], 1_000);
    attest(&mut world, made, [90, 1_000, 95]);
    assert_eq!(parties(&world), [102, 101, 103, 1]);
}

#[test]
fn a_claims_jury_that_sortition_refused_is_asked_for_again() {
    let mut world = calm();
    world.no_jurors(true);
    let made = claim(&mut world, 1, &[7], 1_000);
    attest(&mut world, made, [1_000, 900, 0]);
    world.days(2);
    assert_eq!(seen(&world, made).phase, "attested");
    world.no_jurors(false);
    world.days(2);
    judge_claim(&mut world, made, "dismiss");
    check(&world, false);
    assert_eq!(seen(&world, made).attested.units(), 900);
}

#[test]
fn a_small_loss_that_somebody_says_keeps_no_greater_one_from_being_said() {
    let mut world = opened(restored_again(), 10_000);
    let made = claim(&mut world, 1, &[7], 1_000);
    attest(&mut world, made, [1_000, 1_000, 1_000]);
    let reverse = |world: &mut World, quantity: u128| {
        let evidence = world.evidence();
        json!({"reverse": {"claim": made.to_string(), "quantity": quantity.to_string(), "evidence": evidence}})
    };
    // a friend of who restored
    let msg = reverse(&mut world, 1);
    world.ok(&name(2), msg);
    world.ok(&name(101), attest_msg(made, 1));
    let msg = reverse(&mut world, 1);
    world.refused(&name(3), msg, "reversal open: claim=1");
    let msg = reverse(&mut world, 600);
    world.ok(&name(3), msg);
    check(&world, false);
    // what was said of the smaller one says nothing of this
    world.ok(&name(102), attest_msg(made, 600));
    world.ok(&name(103), attest_msg(made, 600));
    assert!(seen(&world, made).reversal.is_some());
    world.ok(&name(101), attest_msg(made, 600));
    assert_eq!(seen(&world, made).reversed.units(), 600);
    // and who was displaced may say so of another
    let msg = reverse(&mut world, 1);
    world.ok(&name(2), msg);
    let msg = reverse(&mut world, 1);
    world.refused(&name(3), msg, "at least 2");
}

// ---- loosened by doubt, silence, rules

#[test]
fn a_dispute_that_somebody_opens_does_not_loosen_the_cap() {
    let cap_of = |readings: [u128; 3]| {
        let mut rules = rules();
        rules.cap.kappa_ppm = 1_000_000;
        let mut world = forest(rules);
        for (monitor, quantity) in MONITORS.into_iter().zip(readings) {
            read(&mut world, 1, monitor, quantity);
        }
        world.advance();
        let epoch = latest(&world, 1);
        (epoch.cap.units(), epoch.basis)
    };
    assert_eq!(cap_of([9_100, 9_800, 10_000]), (820, Basis::Fresh));
    let (cap, basis) = cap_of([9_100, 9_800, 10_200]);
    assert_eq!(basis, Basis::Disputed);
    assert!(
        cap <= 820,
        "{cap}: reading more opened a dispute, and loosened"
    );
    // nor does one who reads far too much bring the cap down by the doubt
    let (cap, _) = cap_of([9_100, 9_800, 900_000]);
    assert_eq!(cap, 808);
}

#[test]
fn a_monitor_that_falls_silent_does_not_narrow_the_doubt() {
    let mut rules = rules();
    rules.cap.kappa_ppm = 1_000_000;
    rules.monitors.organisations = 4;
    let mut world = forest(rules);
    world.bond_for(104, BOND, 10_000 * DAY).expect("a seat");
    for (monitor, quantity) in [(101, 10_000), (102, 10_000), (103, 10_000), (104, 9_100)] {
        read(&mut world, 1, monitor, quantity);
    }
    world.advance();
    assert_eq!(latest(&world, 1).cap.units(), 820);
    let second = next(&mut world, 10_000);
    assert_eq!(second.basis, Basis::Fresh);
    assert_eq!(second.cap.units(), 820, "104 said nothing since");
}

#[test]
fn what_is_decided_takes_no_bond_of_who_kept_the_rules_in_force() {
    let mut world = opened(rules(), 10_000);
    world.days(85);
    readings(&mut world, 1, 10_000);
    let mut other = rules();
    other.monitors.window = Seconds(DAY);
    other.monitors.quorum = 4;
    let action = json!({"set_rules": {"commons": "1", "rules": other}});
    world.decide_by(json!({"commons": "1"}), "constitutional", action);
    world.days(17);
    assert_eq!(latest(&world, 1).number, 2);
    assert_eq!(latest(&world, 1).cap.units(), 1_000);
    assert_eq!(world.monitors().seats.len(), 3);
    assert_eq!(world.sum("captured"), 0);
}

#[test]
fn a_grace_that_was_decided_counts_from_the_next_opening_on() {
    let mut world = opened(rules(), 10_000);
    world.days(50);
    let mut other = rules();
    other.cap.grace_seconds = 0;
    let action = json!({"set_rules": {"commons": "1", "rules": other}});
    world.decide_by(json!({"commons": "1"}), "constitutional", action);
    over(&mut world);
    assert!(!latest(&world, 1).is_open(), "monitors have their grace");
    readings(&mut world, 1, 10_000);
    world.advance();
    assert_eq!(latest(&world, 1).basis, Basis::Fresh);
    over(&mut world);
    world.wait(1);
    world.advance();
    assert_eq!(latest(&world, 1).basis, Basis::Stale);
}

#[test]
fn who_read_within_the_grace_is_not_absent_however_short_the_window() {
    let mut rules = rules();
    rules.monitors.window = Seconds(DAY);
    let mut world = opened(rules, 10_000);
    over(&mut world);
    read(&mut world, 1, 101, 10_000);
    world.days(6);
    assert_eq!(latest(&world, 1).basis, Basis::Stale);
    assert!(world.seat(1).ended.is_none(), "101 was there");
    assert_eq!(world.seat(2).why.as_deref(), Some("absent"));
    assert_eq!(world.sum("captured"), 2 * BOND);
}

// ---- states that nobody could leave

fn growing() -> mycel_commons::registry::Rules {
    let mut rules = rules();
    rules.cap.production = Some(Model::Schaefer(Schaefer {
        r_ppm: 400_000,
        capacity: units(20_000),
    }));
    rules
}

#[test]
fn a_forest_that_nobody_read_for_years_can_be_read_again() {
    let mut world = opened(growing(), 10_000);
    // all are absent, their seats are for the lot, and nobody comes
    world.days(100 + 5 + 100 + 5 + 1);
    let third = latest(&world, 1);
    assert_eq!((third.number, third.basis), (3, Basis::Stale));
    assert_eq!(world.monitors().seats.len(), 0);
    // so organisations may have them again
    for monitor in MONITORS {
        world
            .bond_for(monitor, BOND, 10_000 * DAY)
            .unwrap_or_else(|refusal| panic!("{}", refusal.text));
    }
    readings(&mut world, 1, 10_000);
    assert_eq!(world.status(), "fresh");
    assert_eq!(latest(&world, 1).cap.units(), 810);
    check(&world, false);
}

#[test]
fn seats_that_no_lot_filled_are_organisations_again() {
    for refuse in [false, true] {
        let mut world = opened(rules(), 10_000);
        world.no_jurors(refuse);
        world.days(105);
        assert_eq!(world.monitors().seats.len(), 0);
        let refused = world.bond_for(101, BOND, 400 * DAY);
        if !refuse {
            assert!(
                refused
                    .expect_err("the lot's")
                    .text
                    .contains("no seat free")
            );
            world.days(11);
            world.bond_for(101, BOND, 400 * DAY).expect("a seat");
        } else if refused.is_err() {
            world.days(1);
            world.bond_for(101, BOND, 400 * DAY).expect("a seat");
        }
        check(&world, false);
    }
}

#[test]
fn one_that_reads_nothing_at_an_opening_makes_no_rise_of_what_a_jury_let_stand() {
    let mut world = opened(growing(), 10_000);
    over(&mut world);
    for (monitor, quantity) in MONITORS.into_iter().zip([10_000, 10_000, 0]) {
        read(&mut world, 1, monitor, quantity);
    }
    world.advance();
    assert_eq!(latest(&world, 1).cap.units(), 0);
    let case = world.case_of(1);
    world.judge(case, "dismiss");
    // a month later they read again
    world.days(40);
    for monitor in [101, 102, 103] {
        read(&mut world, 1, monitor, 10_000);
    }
    assert_eq!(world.status(), "fresh");
    // which lets nothing grow beyond nature
    read(&mut world, 1, 101, 19_000);
    read(&mut world, 1, 102, 19_000);
    read(&mut world, 1, 103, 19_000);
    assert_eq!(world.status(), "disputed");
}

#[test]
fn whoever_reads_a_little_less_every_day_fills_no_agenda_where_all_is_the_childrens() {
    let mut world = forest(rules());
    let grove = child(&mut world, 1, &rules());
    allot(&mut world, 1, grove, 1_000_000);
    readings(&mut world, grove, 100_000);
    readings(&mut world, 1, 100_000);
    world.advance();
    world.advance();
    assert_eq!(latest(&world, grove).cap.units(), 10_000);
    for less in 1..=100 {
        read(&mut world, 1, 101, 100_000 - less * 10);
    }
    let cuts = latest(&world, 1).cuts.len();
    assert!(cuts <= 64, "{cuts}");
    assert!(latest(&world, 1).cap.units() <= 9_900);
    let lowered = world
        .sandbox
        .read(&world.commons, |storage| {
            mycel_commons::cap::state::totals().load(storage)
        })
        .expect("commons")
        .expect("totals")
        .cuts;
    assert!(
        lowered <= 64,
        "{lowered} cuts, and as many tasks for each child"
    );
    world.advance();
    check(&world, true);
}
