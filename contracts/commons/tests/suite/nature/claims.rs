//! What was restored: claimed, attested, and entitlement at later openings.

use serde_json::json;

use super::ground::*;

#[test]
fn what_was_attested_becomes_entitlement_at_the_next_opening_less_a_fifth() {
    let mut world = opened(rules(), 10_000);
    let made = claim(&mut world, 1, &[7, 8], 101);
    assert_eq!(seen(&world, made).phase, "claimed");
    attest(&mut world, made, [100, 99, 104]);
    let found = seen(&world, made);
    // the lowest of three; a fifth of it, rounded up, is kept
    assert_eq!(
        (found.phase.as_str(), found.attested.units()),
        ("attested", 99)
    );
    assert_eq!((found.buffer.units(), found.waiting.units()), (20, 79));
    let before = balance(&world, 1);
    let second = next(&mut world, 10_000);
    assert_eq!((second.regenerated.units(), second.tac.units()), (79, 921));
    assert_eq!(balance(&world, 1), before + 79);
    let found = seen(&world, made);
    assert_eq!((found.minted.units(), found.waiting.units()), (79, 0));
    assert_eq!(restored(&world).attested.units(), 99);
    let account: serde_json::Value = world
        .query(json!({"account": {"commons": "1", "member": mycel_sandbox::address(&name(1))}}));
    assert_eq!(account["contribution"]["restored"], "99");
}

#[test]
fn more_than_was_asked_is_never_attested() {
    let mut world = opened(rules(), 10_000);
    let made = claim(&mut world, 1, &[7], 50);
    attest(&mut world, made, [900, 900, 900]);
    assert_eq!(seen(&world, made).attested.units(), 50);
}

#[test]
fn a_cell_is_claimed_once_for_a_time() {
    let mut world = opened(rules(), 10_000);
    let start = world.now() - 400 * DAY;
    let msg = claim_msg(&mut world, &[1, 2, 3], start, start + 100 * DAY, 10);
    world.ok(&name(1), msg);
    for (from, to) in [(0, 100), (50, 60), (0, 1), (99, 200), (90, 110)] {
        let (from, to) = (start + from * DAY, start + to * DAY);
        let msg = claim_msg(&mut world, &[9, 2], from, to, 10);
        world.refused(&name(2), msg, "cell claimed: cell=2 claim=1");
    }
    // around it another period: refused, as it reaches into it
    let msg = claim_msg(&mut world, &[3], start - 10 * DAY, start + 200 * DAY, 10);
    world.refused(&name(2), msg, "cell claimed: cell=3");
    // right after, right before, and another cell
    for (cells, from, to) in [([1, 2], 100, 150), ([2, 3], -50, 0), ([4, 5], 0, 100)] {
        let at = |days: i64| start.saturating_add_signed(days * DAY as i64);
        let msg = claim_msg(&mut world, &cells, at(from), at(to), 10);
        world.ok(&name(2), msg);
    }
    check(&world, false);
}

#[test]
fn evidence_shows_one_claim_or_reading_and_no_second() {
    let mut world = opened(rules(), 10_000);
    let now = world.now();
    let mut msg = claim_msg(&mut world, &[1], now - 9 * DAY, now - DAY, 10);
    world.ok(&name(1), msg.clone());
    msg["claim"]["cells"] = json!(["2"]);
    world.refused(&name(2), msg.clone(), "evidence used");
    let reading = json!({"read": {"commons": "1", "quantity": "10000", "evidence": msg["claim"]["evidence"]}});
    world.refused(&name(101), reading, "evidence used");
}

#[test]
fn what_is_claimed_is_bounded() {
    let mut world = opened(rules(), 10_000);
    let now = world.now();
    let (from, to) = (now - 9 * DAY, now - DAY);
    let many: Vec<u64> = (0..51).collect();
    for (cells, from, to, quantity, why) in [
        (&many[..], from, to, 1, "cells=51"),
        (&[], from, to, 1, "cells=0"),
        (&[5, 6, 5], from, to, 1, "cell named twice: cell=5"),
        (&[1], from, to, 0, "quantity=0"),
        (&[1], to, from, 1, "period refused"),
        (&[1], from, from, 1, "period refused"),
        (&[1], from, now + 1, 1, "period refused"),
        (&[1], from - 4_000 * DAY, to, 1, "period refused"),
    ] {
        let msg = claim_msg(&mut world, cells, from, to, quantity);
        world.refused(&name(1), msg, why);
    }
    let msg = claim_msg(&mut world, &many[..50], from, now, 1);
    world.ok(&name(1), msg);
}

#[test]
fn only_the_enrolled_claim_and_only_monitors_attest() {
    let mut world = opened(rules(), 10_000);
    let now = world.now();
    for stranger in [9, 101] {
        let msg = claim_msg(&mut world, &[1], now - DAY, now, 10);
        world.refused(&name(stranger), msg, "not enrolled");
    }
    let made = claim(&mut world, 1, &[1], 10);
    for other in [1, 2, 104, 11] {
        world.refused(&name(other), attest_msg(made, 10), "no seat of a monitor");
    }
    world.refused(&name(101), attest_msg(9, 10), "unknown claim: claim=9");
}

#[test]
fn a_person_has_three_claims_open_and_no_more() {
    let mut world = opened(rules(), 10_000);
    for cell in 1..=3 {
        claim(&mut world, 1, &[cell], 10);
    }
    let now = world.now();
    let msg = claim_msg(&mut world, &[4], now - DAY, now, 10);
    world.refused(&name(1), msg.clone(), "claims open: claims=1,2,3 most=3");
    claim(&mut world, 2, &[5], 10);
    attest(&mut world, 2, [10, 10, 10]);
    world.ok(&name(1), msg);
}

#[test]
fn a_claim_that_too_few_attest_lapses_and_frees_its_cells() {
    let mut world = opened(rules(), 10_000);
    let made = claim(&mut world, 1, &[7], 10);
    world.ok(&name(101), attest_msg(made, 10));
    world.ok(&name(102), attest_msg(made, 10));
    world.days(11);
    assert_eq!(seen(&world, made).phase, "lapsed");
    world.refused(&name(103), attest_msg(made, 10), "nothing to attest");
    check(&world, true);
    claim(&mut world, 2, &[7], 10);
}

#[test]
fn a_claim_that_too_few_attest_waits_until_its_time_for_who_takes_a_seat() {
    let mut world = opened(rules(), 10_000);
    let made = claim(&mut world, 1, &[7], 10);
    world.ok(&name(103), json!({"leave_seat": {"commons": "1"}}));
    for monitor in [101, 102] {
        world.ok(&name(monitor), attest_msg(made, 10));
    }
    assert_eq!(seen(&world, made).phase, "claimed", "all seats have spoken");
    world.bond_for(104, BOND, 10_000 * DAY).expect("a seat");
    world.ok(&name(104), attest_msg(made, 10));
    assert_eq!(seen(&world, made).phase, "attested");
}

#[test]
fn a_claim_that_monitors_saw_nothing_of_is_refused_and_frees_its_cells() {
    let mut world = opened(rules(), 10_000);
    let made = claim(&mut world, 1, &[7], 10);
    attest(&mut world, made, [0, 0, 0]);
    assert_eq!(seen(&world, made).phase, "refused");
    claim(&mut world, 2, &[7], 10);
    assert_eq!(restored(&world).waiting.units(), 0);
}

#[test]
fn a_monitor_may_say_otherwise_until_the_last_has_spoken() {
    let mut world = opened(rules(), 10_000);
    let made = claim(&mut world, 1, &[7], 100);
    world.ok(&name(101), attest_msg(made, 10));
    world.ok(&name(101), attest_msg(made, 98));
    world.ok(&name(102), attest_msg(made, 100));
    world.ok(&name(103), attest_msg(made, 99));
    assert_eq!(seen(&world, made).attested.units(), 98);
    world.refused(&name(101), attest_msg(made, 100), "nothing to attest");
}

#[test]
fn restored_stock_is_not_counted_twice() {
    // what two forests of the same stock issue, one of them with a restored part
    let mut plain = opened(rules(), 10_000);
    let mut healed = opened(rules(), 10_000);
    let made = claim(&mut healed, 1, &[7], 400);
    attest(&mut healed, made, [400, 400, 400]);
    // the restored land raises what is read, in both alike
    let (without, with) = (next(&mut plain, 10_400), next(&mut healed, 10_400));
    assert_eq!(without.cap.units(), 1_040);
    assert_eq!(with.cap, without.cap);
    assert_eq!(
        with.issued(),
        without.issued(),
        "the restorer is first, not beside"
    );
    assert_eq!((with.regenerated.units(), with.tac.units()), (320, 720));
    assert!(with.issued() <= with.most.units());
}

#[test]
fn restorers_have_half_the_cap_in_the_order_attested_and_the_rest_waits() {
    let mut rules = rules();
    rules.rights.concentration_bps = 10_000;
    let mut world = opened(rules, 10_000);
    let first = claim(&mut world, 1, &[1], 1_000);
    let second = claim(&mut world, 2, &[2], 500);
    attest(&mut world, second, [500, 500, 500]);
    attest(&mut world, first, [1_000, 1_000, 1_000]);
    let epoch = next(&mut world, 10_000);
    assert_eq!((epoch.regenerated.units(), epoch.tac.units()), (500, 500));
    // the second was attested first: all of its 400, then 100 of the other's 800
    assert_eq!(seen(&world, second).minted.units(), 400);
    assert_eq!(seen(&world, first).minted.units(), 100);
    assert_eq!(next(&mut world, 10_000).regenerated.units(), 500);
    assert_eq!(next(&mut world, 10_000).regenerated.units(), 200);
    assert_eq!(seen(&world, first).minted.units(), 800);
    assert_eq!(next(&mut world, 10_000).regenerated.units(), 0);
}

#[test]
fn a_majority_that_colludes_with_a_restorer_gains_nothing_until_a_jury_believes_it() {
    let mut world = opened(rules(), 10_000);
    let made = claim(&mut world, 1, &[7], 1_000);
    attest(&mut world, made, [1_000, 1_000, 90]);
    let found = seen(&world, made);
    assert_eq!((found.attested.units(), found.disputed), (90, true));
    let case = world.cases();
    // the jury finds the high ones wrong: bonds and seats are gone
    world.judge(case, "uphold");
    check(&world, false);
    let found = seen(&world, made);
    assert_eq!((found.attested.units(), found.disputed), (90, false));
    assert!(world.seat(1).ended.is_some() && world.seat(2).ended.is_some());
    assert!(world.seat(3).ended.is_none());
}

#[test]
fn where_a_jury_finds_no_fault_the_median_counts() {
    let mut world = opened(rules(), 10_000);
    let made = claim(&mut world, 1, &[7], 1_000);
    attest(&mut world, made, [1_000, 900, 0]);
    assert_eq!(seen(&world, made).phase, "attested");
    assert_eq!(restored(&world).attested.units(), 0);
    let case = world.cases();
    world.judge(case, "dismiss");
    check(&world, false);
    let found = seen(&world, made);
    assert_eq!((found.attested.units(), found.buffer.units()), (900, 180));
    world.advance();
    assert_eq!(seen(&world, made).attested.units(), 900, "once");
}

#[test]
fn where_no_jury_speaks_the_lowest_goes_on_counting() {
    let mut world = opened(rules(), 10_000);
    world.no_jurors(true);
    let made = claim(&mut world, 1, &[7], 1_000);
    attest(&mut world, made, [1_000, 900, 0]);
    world.days(11);
    assert_eq!(seen(&world, made).phase, "refused");
    check(&world, true);
}

#[test]
fn who_made_a_claim_takes_it_back_or_gives_up_what_waits() {
    let mut world = opened(rules(), 10_000);
    let made = claim(&mut world, 1, &[7], 100);
    let msg = json!({"withdraw_claim": {"claim": made.to_string()}});
    world.refused(&name(2), msg.clone(), "another's claim");
    world.ok(&name(1), msg.clone());
    check(&world, false);
    assert_eq!(seen(&world, made).phase, "withdrawn");
    world.refused(&name(1), msg, "nothing to withdraw");
    let made = claim(&mut world, 1, &[7], 100);
    attest(&mut world, made, [100, 100, 100]);
    let items: serde_json::Value =
        world.query(json!({"open_items": {"member": mycel_sandbox::address(&name(1))}}));
    assert!(items.to_string().contains("restored units"), "{items}");
    world.ok(
        &name(1),
        json!({"withdraw_claim": {"claim": made.to_string()}}),
    );
    check(&world, false);
    assert_eq!(seen(&world, made).waived.units(), 80);
    assert_eq!(next(&mut world, 10_000).regenerated.units(), 0);
}

#[test]
fn who_has_no_room_below_the_concentration_cap_keeps_nothing_from_others() {
    let mut rules = rules();
    rules.rights.concentration_bps = 2_000;
    let mut world = opened(rules, 10_000);
    grant(&mut world, 1, 19_000_000);
    let made = claim(&mut world, 1, &[7], 500);
    attest(&mut world, made, [500, 500, 500]);
    let second = next(&mut world, 10_000);
    assert_eq!(second.regenerated.units(), 400);
    let found = seen(&world, made);
    assert!(
        found.minted.units() < 400 && found.parked.units() > 0,
        "{found:?}"
    );
    let parked = found.parked.units();
    // the next cap sets nothing aside for it
    assert_eq!(next(&mut world, 10_000).regenerated.units(), 0);
    let resume = json!({"resume_claim": {"claim": made.to_string()}});
    world.refused(&name(2), resume.clone(), "another's claim");
    let room = 200 - balance(&world, 1);
    if room == 0 {
        world.refused(&name(1), resume, "nothing to resume");
        return;
    }
    world.ok(&name(1), resume);
    check(&world, false);
    assert_eq!(seen(&world, made).parked.units(), parked - room.min(parked));
    assert_eq!(
        next(&mut world, 10_000).regenerated.units(),
        room.min(parked)
    );
}

#[test]
fn what_waits_for_who_is_enrolled_no_more_is_natures() {
    let mut world = opened(rules(), 10_000);
    let made = claim(&mut world, 3, &[7], 100);
    attest(&mut world, made, [100, 100, 100]);
    gone(&mut world, 3);
    let recheck = json!({"recheck": {"commons": "1", "persons": ["3"]}});
    world.ok("anyone", recheck);
    next(&mut world, 10_000);
    let found = seen(&world, made);
    assert_eq!((found.minted.units(), found.waived.units()), (0, 80));
    assert_eq!(next(&mut world, 10_000).regenerated.units(), 0);
}
