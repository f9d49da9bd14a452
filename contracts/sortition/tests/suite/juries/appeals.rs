//! The second jury.

use std::collections::BTreeSet;

use mycel_kit::peers::sortition::CaseStatus;
use serde_json::{Value, json};

use super::world::{DAY, ENTRY, NOTICE, Needs, TERM, World, name};

fn appeal(case: u64) -> Value {
    json!({"appeal": {"case": case.to_string()}})
}

#[test]
fn a_party_appeals_once_before_twenty_three_others() {
    let mut world = World::new(80);
    let case = world.judged(NOTICE, &[1, 2], "uphold");
    let first: BTreeSet<u64> = world.sitting(case).into_iter().collect();
    assert_eq!(first.len(), 5);
    let juror = *first.first().expect("somebody");
    world.no(&name(juror), appeal(case), "no party");
    world.ok(&name(1), appeal(case));
    assert_eq!(
        world.stands(case),
        (CaseStatus::Appealed, "uphold".into(), false)
    );
    world.no(&name(2), appeal(case), "there was one");
    let view = world.jury(case);
    assert_eq!((view.size, view.needed), (23, 16));
    world.seat(case);
    let second: BTreeSet<u64> = world.sitting(case).into_iter().collect();
    assert_eq!(second.len(), 23);
    assert!(second.is_disjoint(&first));
    world.check();
    world.vote(case, &["dismiss"]);
    // the second verdict counts, and is final at once
    assert_eq!(
        world.stands(case),
        (CaseStatus::Decided, "dismiss".into(), true)
    );
    world.no(&name(1), appeal(case), "there was one");
    let juries = world.juries(case).juries;
    let said: Vec<_> = juries
        .iter()
        .filter_map(|jury| jury.verdict.as_ref())
        .collect();
    assert_eq!(
        [said[0].outcome.as_str(), &said[1].outcome],
        ["uphold", "dismiss"]
    );
    world.check();
}

#[test]
fn nobody_of_the_first_jury_sits_on_the_second_even_if_nobody_else_is_left() {
    // 28 may judge; 5 sat, so that 23 are left for 23 seats
    let mut world = World::new(30);
    let case = world.judged(NOTICE, &[1, 2], "uphold");
    let first: BTreeSet<u64> = world.sitting(case).into_iter().collect();
    world.ok(&name(1), appeal(case));
    world.seat(case);
    let second: BTreeSet<u64> = world.sitting(case).into_iter().collect();
    assert_eq!((second.len(), second.is_disjoint(&first)), (23, true));
    // one fewer, and there is none
    let mut world = World::new(29);
    let case = world.judged(NOTICE, &[1, 2], "uphold");
    world.ok(&name(1), appeal(case));
    world.wait(20);
    world.advance();
    assert_eq!(
        world.stands(case),
        (CaseStatus::Lapsed, String::new(), true)
    );
    world.check();
}

#[test]
fn a_verdict_is_final_when_the_time_to_appeal_has_passed() {
    let mut world = World::new(80);
    let case = world.judged(NOTICE, &[1, 2], "uphold");
    let until = world
        .juries(case)
        .appeal_until
        .expect("an appeal is possible");
    assert_eq!(until.0, world.now() + 7 * DAY);
    world.until(until.0 - 1);
    assert!(!world.case(case).r#final);
    world.block();
    assert!(world.case(case).r#final);
    world.no(&name(1), appeal(case), "the verdict is final");
    // a longer time decided later opens nothing again
    let longer = json!({"decided": {"proposal": "1", "electorate": "all", "class": "constitutional",
        "action": {"set_parameters": {"numbers": {"appeal_seconds": 30 * DAY}}}}});
    world.ok("assembly", longer);
    assert!(world.case(case).r#final);
    world.no(&name(1), appeal(case), "the verdict is final");
}

#[test]
fn an_appeal_has_as_much_time_again_and_ends_the_measure_if_nobody_decides() {
    let mut world = World::new(80);
    let case = world.judged(NOTICE, &[1, 2], "uphold");
    let opened = world.juries(case).opened.0;
    let term = world.juries(case).case.deadline.0 - opened;
    assert_eq!(term, TERM);
    world.wait(DAY);
    world.ok(&name(2), appeal(case));
    assert_eq!(world.juries(case).case.deadline.0, world.now() + TERM);
    world.wait(TERM + 1);
    assert_eq!(
        world.stands(case),
        (CaseStatus::Lapsed, String::new(), true)
    );
    world.advance();
    assert_eq!(
        world.stands(case),
        (CaseStatus::Lapsed, String::new(), true)
    );
    assert_eq!(world.case(case).reasons, "");
    world.check();
}

#[test]
fn there_is_no_appeal_of_an_appeal_and_its_jury_is_another() {
    let mut world = World::new(80);
    let earlier = world.judged(ENTRY, &[1, 2], "uphold");
    let sat: BTreeSet<u64> = world.sitting(earlier).into_iter().collect();
    let needs = Needs {
        kind: "appeal",
        size: 23,
        bps: 6_667,
    };
    let case = world.open(needs, &[1, 7]);
    world.seat(case);
    let second: BTreeSet<u64> = world.sitting(case).into_iter().collect();
    assert!(
        second.is_disjoint(&sat),
        "who judged the person judges its appeal"
    );
    world.vote(case, &["dismiss"]);
    assert_eq!(
        world.stands(case),
        (CaseStatus::Decided, "dismiss".into(), true)
    );
    world.no(&name(1), appeal(case), "it is an appeal itself");
    world.check();
}

#[test]
fn nothing_can_be_appealed_before_there_is_a_verdict() {
    let mut world = World::new(40);
    let case = world.open(NOTICE, &[1, 2]);
    world.no(&name(1), appeal(case), "there is no verdict");
    world.no(&name(1), appeal(case + 1), "unknown case");
}

#[test]
fn who_left_or_was_suspended_may_still_appeal() {
    let mut world = World::new(40);
    let case = world.judged(NOTICE, &[1, 2], "uphold");
    world.member_ok(&name(1), json!({"leave": {}}));
    world.ok(&name(1), appeal(case));
    assert_eq!(world.stands(case).0, CaseStatus::Appealed);
}
