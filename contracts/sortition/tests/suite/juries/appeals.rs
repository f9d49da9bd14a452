//! The second jury.

use std::collections::BTreeSet;

use mycel_kit::peers::sortition::CaseStatus;
use serde_json::{Value, json};

use super::world::{DAY, DEFAULT, ENTRY, NOTICE, Needs, TERM, World, name};

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
fn only_who_lost_may_appeal() {
    let mut world = World::new(80);
    let kinds = |kind| Needs { kind, ..NOTICE };
    // kind, what was said, parties, who may
    let table: [(Needs, &str, &[u64], &[u64]); 9] = [
        (NOTICE, "uphold", &[1, 2, 3], &[1]),
        (NOTICE, "dismiss", &[1, 2, 3], &[2, 3]),
        (NOTICE, "malicious", &[1, 2, 3], &[2, 3]),
        (kinds("flags"), "malicious", &[1, 2, 3], &[2, 3]),
        (DEFAULT, "default", &[1, 2], &[1]),
        (DEFAULT, "dismiss", &[1, 2], &[2]),
        // either side of an obligation disputes it; an entry has one side
        (kinds("obligation"), "uphold", &[1, 2], &[1, 2]),
        (kinds("obligation"), "dismiss", &[1, 2], &[1, 2]),
        (ENTRY, "uphold", &[1, 2], &[1, 2]),
    ];
    for (needs, outcome, parties, lost) in table {
        for party in parties {
            let case = world.judged(needs, parties, outcome);
            if lost.contains(party) {
                world.ok(&name(*party), appeal(case));
            } else {
                world.no(&name(*party), appeal(case), "only who lost may");
                // nor has it spent the loser's appeal
                world.ok(&name(lost[0]), appeal(case));
            }
            // free for the next
            world.wait(TERM + 1);
            world.advance();
        }
    }
    // where nobody lost who could appeal, nothing is waited for
    let case = world.judged(DEFAULT, &[1], "dismiss");
    assert!(world.case(case).r#final);
    assert_eq!(world.juries(case).appeal_until, None);
    world.no(&name(1), appeal(case), "the verdict is final");
    world.check();
}

#[test]
fn who_judged_before_sits_again_only_where_too_few_are_left_and_in_a_minority() {
    // 5 of the others sat on the first jury; (people, who of them sits again)
    for (people, again) in [(40, 0), (30, 0), (29, 1), (25, 5)] {
        let mut world = World::new(people);
        let case = world.judged(NOTICE, &[1, 2], "uphold");
        let first: BTreeSet<u64> = world.sitting(case).into_iter().collect();
        assert_eq!(first.len(), 5);
        world.ok(&name(1), appeal(case));
        world.seat(case);
        let second: BTreeSet<u64> = world.sitting(case).into_iter().collect();
        let both = second.intersection(&first).count();
        assert_eq!((second.len(), both), (23, again), "{people} people");
        world.check();
        world.vote(case, &["dismiss"]);
        assert_eq!(world.stands(case).1, "dismiss");
        world.check();
    }
    // 24 and none is left: the appeal finds no jury, and the first verdict stands
    let mut world = World::new(24);
    let case = world.judged(NOTICE, &[1, 2], "uphold");
    world.ok(&name(1), appeal(case));
    world.wait(20);
    world.advance();
    first_stands(&world, case, "uphold", "too_few");
    let seats = &world.juries(case).juries[1].seats;
    assert!(seats.iter().all(|seat| seat.place == "spared"));
    world.check();
    // of a first jury of 23 at most 11 of 23 sit again, though more would be there
    for (people, sits) in [(36, true), (35, false)] {
        let mut world = World::new(people);
        let case = world.judged(DEFAULT, &[1], "default");
        let first: BTreeSet<u64> = world.sitting(case).into_iter().collect();
        assert_eq!(first.len(), 23);
        world.ok(&name(1), appeal(case));
        world.wait(20);
        world.advance();
        world.check();
        if !sits {
            first_stands(&world, case, "default", "too_few");
            continue;
        }
        let second: BTreeSet<u64> = world.sitting(case).into_iter().collect();
        assert_eq!(second.len(), 23);
        assert_eq!(second.intersection(&first).count(), 11);
        // and so it stays when the others are absent: nobody replaces them
        for person in second.intersection(&first) {
            world.commit(case, *person, "dismiss");
        }
        world.until(world.jury(case).until.0);
        world.advance();
        for _ in 0..2 {
            world.wait(20);
            world.advance();
        }
        assert_eq!(world.sitting(case).len(), 11);
        world.check();
    }
}

#[test]
fn who_gave_the_seat_back_does_not_return_for_the_appeal() {
    let mut world = World::new(25);
    let case = world.open(NOTICE, &[1, 2]);
    world.seat(case);
    let partial = world.sitting(case)[0];
    world.ok(
        &name(partial),
        json!({"recuse": {"case": case.to_string()}}),
    );
    // all commit, another comes for who went, and they judge
    world.vote(case, &["uphold"]);
    world.draw(case);
    world.vote(case, &["uphold"]);
    assert_eq!(world.stands(case).1, "uphold");
    world.ok(&name(1), appeal(case));
    world.wait(20);
    world.advance();
    // 23 are left, of them five who judged, and one who is partial
    first_stands(&world, case, "uphold", "too_few");
    world.check();
}

/// The first verdict is the case's, finally, and the detailed answer says why.
#[track_caller]
fn first_stands(world: &World, case: u64, outcome: &str, why: &str) {
    assert_eq!(
        world.stands(case),
        (CaseStatus::Decided, outcome.into(), true)
    );
    assert_eq!(world.case(case).reasons, "03".repeat(32));
    let told = world.juries(case);
    assert_eq!(told.lapsed.as_deref(), Some(why));
    assert_eq!(
        told.note.as_deref(),
        Some("appeal lapsed: the first verdict stands")
    );
    assert!(told.juries[1].verdict.is_none());
    assert_eq!(
        (told.case.outcome.as_str(), told.case.r#final),
        (outcome, true)
    );
}

#[test]
fn where_too_few_are_left_for_an_appeal_the_first_verdict_stands() {
    // who was acquitted stays so, and who was not is not acquitted by appealing
    for (outcome, who) in [("uphold", 1), ("dismiss", 2)] {
        let mut world = World::with(24, json!({"cases_per_party": 1}));
        let case = world.judged(NOTICE, &[1, 2], outcome);
        assert_eq!(world.juries(case).note, None);
        world.ok(&name(who), appeal(case));
        assert_eq!(world.stands(case).0, CaseStatus::Appealed);
        world.wait(20);
        let receipt = world.ok("anyone", json!({"advance": {}}));
        assert_eq!(super::world::told_by(&receipt, "lapsed", "stands"), outcome);
        first_stands(&world, case, outcome, "too_few");
        world.check();
        // nothing is left to appeal, to advance, or to wait for
        world.no(&name(1), appeal(case), "there was one");
        let advance = json!({"advance": {"case": case.to_string()}});
        world.no("anyone", advance, "nothing to do");
        for person in 1..=24 {
            assert!(world.juror(person).duties.is_empty());
        }
        // nor does the case count as pending
        world.open(NOTICE, &[1, 2]);
        world.check();
    }
    // a first jury for which too few are left ends the measure
    let mut world = World::new(6);
    let case = world.open(NOTICE, &[1, 2]);
    world.wait(20);
    world.advance();
    assert_eq!(
        world.stands(case),
        (CaseStatus::Lapsed, String::new(), true)
    );
    assert_eq!(world.juries(case).note, None);
}

#[test]
fn where_the_jurors_of_an_appeal_stay_away_the_first_verdict_stands() {
    let mut world = World::new(120);
    let case = world.judged(DEFAULT, &[1], "default");
    world.ok(&name(1), appeal(case));
    world.seat(case);
    // nobody comes, three times
    for _ in 0..2 {
        world.until(world.jury(case).until.0);
        world.advance();
        world.draw(case);
    }
    world.until(world.jury(case).until.0);
    world.advance();
    first_stands(&world, case, "default", "absent");
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
fn an_appeal_has_as_much_time_again_and_then_the_first_verdict_stands() {
    let mut world = World::new(80);
    let case = world.judged(NOTICE, &[1, 2], "uphold");
    let opened = world.juries(case).opened.0;
    let term = world.juries(case).case.deadline.0 - opened;
    assert_eq!(term, TERM);
    world.wait(DAY);
    world.ok(&name(1), appeal(case));
    assert_eq!(world.juries(case).case.deadline.0, world.now() + TERM);
    world.wait(TERM);
    assert_eq!(
        world.stands(case),
        (CaseStatus::Appealed, "uphold".into(), false)
    );
    // the same, whether anyone advances or not
    world.wait(1);
    first_stands(&world, case, "uphold", "time");
    world.advance();
    first_stands(&world, case, "uphold", "time");
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
