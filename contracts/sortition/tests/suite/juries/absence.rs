//! Jurors who do not come, and time that runs out.

use mycel_kit::peers::sortition::CaseStatus;
use serde_json::json;

use super::world::{DEFAULT, ENTRY, NOTICE, Needs, PERIOD, TERM, World, name, told_by};

fn lapse(world: &World, case: u64) -> String {
    world.juries(case).lapsed.expect("lapsed")
}

#[test]
fn who_does_not_commit_loses_the_seat_to_somebody_drawn_from_a_later_round() {
    let mut world = World::new(40);
    let case = world.open(NOTICE, &[1, 2]);
    world.seat(case);
    let jury = world.sitting(case);
    for person in &jury[..3] {
        world.commit(case, *person, "uphold");
    }
    let before = world.now();
    world.until(world.jury(case).until.0);
    world.advance();
    let view = world.jury(case);
    assert_eq!((view.step.as_str(), view.rounds.len()), ("drawing", 2));
    // nobody could know that round when the absent ones chose to be absent
    assert!((view.rounds[1].0 - 1) * PERIOD >= world.now() + 2 * PERIOD && world.now() > before);
    let late = world.commit_msg(case, jury[3], "uphold");
    world.no(&name(jury[3]), late, "another step");
    world.draw(case);
    assert_eq!(world.at(case, &["absent"]), jury[3..]);
    for person in &jury[3..] {
        assert!(world.juror(*person).duties.is_empty());
        let back = world.commit_msg(case, *person, "uphold");
        world.no(&name(*person), back, "no juror");
    }
    let new = world.at(case, &["seated"]);
    assert_eq!((new.len(), world.sitting(case).len()), (2, 5));
    assert!(new.iter().all(|person| !jury.contains(person)));
    world.check();
    for person in &new {
        world.commit(case, *person, "uphold");
    }
    for person in [&jury[..2], &new[..1]].concat() {
        world.reveal(case, person, "uphold");
    }
    assert_eq!(world.stands(case).1, "uphold");
    world.check();
}

#[test]
fn who_does_not_reveal_loses_the_seat_and_its_vote() {
    let mut world = World::new(40);
    let case = world.open(NOTICE, &[1, 2]);
    world.seat(case);
    let jury = world.sitting(case);
    for person in &jury {
        world.commit(case, *person, "uphold");
    }
    world.reveal(case, jury[0], "uphold");
    world.reveal(case, jury[1], "uphold");
    world.until(world.jury(case).until.0);
    world.advance();
    world.draw(case);
    assert_eq!(world.at(case, &["absent"]), jury[2..]);
    assert_eq!(world.jury(case).votes, [0, 2, 0]);
    let late = world.reveal_msg(case, jury[2], "uphold");
    world.no(&name(jury[2]), late, "another step");
    let new = world.at(case, &["seated"]);
    for person in &new {
        world.commit(case, *person, "malicious");
    }
    // who has voted does not vote again
    let again = world.reveal_msg(case, jury[0], "uphold");
    world.no(&name(jury[0]), again, "no juror");
    for person in &new {
        world.reveal(case, *person, "malicious");
    }
    assert_eq!(world.stands(case).1, "malicious");
    assert_eq!(world.jury(case).votes, [0, 2, 3]);
    world.check();
}

#[test]
fn absent_jurors_are_replaced_twice_and_then_the_case_lapses() {
    let mut world = World::new(40);
    let case = world.open(NOTICE, &[1, 2]);
    world.seat(case);
    let mut sat = Vec::new();
    for replaced in 0..=2 {
        assert_eq!(world.jury(case).rounds.len(), replaced + 1);
        sat.extend(world.sitting(case));
        world.until(world.jury(case).until.0);
        world.advance();
        world.check();
        if replaced < 2 {
            world.draw(case);
            world.check();
        }
    }
    assert_eq!(
        world.stands(case),
        (CaseStatus::Lapsed, String::new(), true)
    );
    assert_eq!(lapse(&world, case), "absent");
    assert_eq!(world.jury(case).rounds.len(), 3);
    // fifteen different people had their chance
    sat.sort_unstable();
    sat.dedup();
    assert_eq!(sat.len(), 15);
    for person in 1..=40 {
        assert!(world.juror(person).duties.is_empty());
    }
}

#[test]
fn after_the_second_time_the_others_votes_count_against_all_seats() {
    for (word, decided) in [("uphold", true), ("dismiss", true)] {
        let mut world = World::new(60);
        let case = world.open(ENTRY, &[1, 2]);
        world.seat(case);
        let faithful = world.sitting(case)[..8].to_vec();
        for person in &faithful {
            world.commit(case, *person, word);
        }
        for _ in 0..2 {
            world.until(world.jury(case).until.0);
            world.advance();
            world.draw(case);
        }
        world.until(world.jury(case).until.0);
        world.advance();
        // three seats stay empty; eight of eleven are enough
        assert_eq!(world.jury(case).step, "revealing");
        assert_eq!(world.sitting(case), faithful);
        for person in &faithful {
            if world.jury(case).step == "revealing" {
                world.reveal(case, *person, word);
            }
        }
        assert_eq!(world.stands(case).0 == CaseStatus::Decided, decided);
        assert_eq!(world.stands(case).1, word);
        world.check();
    }
}

#[test]
fn where_empty_seats_could_have_changed_the_outcome_the_case_lapses() {
    let mut world = World::new(60);
    let case = world.open(ENTRY, &[1, 2]);
    world.seat(case);
    let faithful = world.sitting(case)[..7].to_vec();
    for person in &faithful {
        world.commit(case, *person, "uphold");
    }
    for _ in 0..2 {
        world.until(world.jury(case).until.0);
        world.advance();
        world.draw(case);
    }
    world.until(world.jury(case).until.0);
    world.advance();
    for person in &faithful {
        world.reveal(case, *person, "uphold");
    }
    // seven of eleven: no verdict, and no dismissal either
    assert_eq!(
        world.stands(case),
        (CaseStatus::Lapsed, String::new(), true)
    );
    assert_eq!(lapse(&world, case), "absent");
    world.check();
}

#[test]
fn after_the_deadline_a_case_has_lapsed_whether_anyone_advances_or_not() {
    let mut world = World::new(40);
    let case = world.open(NOTICE, &[1, 2]);
    world.seat(case);
    let jury = world.sitting(case);
    world.commit(case, jury[0], "uphold");
    world.sandbox.advance_time(TERM + 1);
    assert_eq!(
        world.stands(case),
        (CaseStatus::Lapsed, String::new(), true)
    );
    assert_eq!(lapse(&world, case), "time");
    let late = world.commit_msg(case, jury[1], "uphold");
    world.no(&name(jury[1]), late, "another step");
    world.advance();
    assert_eq!(
        world.stands(case),
        (CaseStatus::Lapsed, String::new(), true)
    );
    assert!(world.juror(jury[0]).duties.is_empty());
    world.no(
        &name(1),
        json!({"appeal": {"case": case.to_string()}}),
        "no appeal",
    );
    world.no(
        "anyone",
        json!({"advance": {"case": case.to_string()}}),
        "nothing to do",
    );
    world.check();
}

#[test]
fn a_case_moves_on_at_the_end_of_blocks_without_anyone() {
    let mut world = World::new(40);
    let sortition = world.sortition.clone();
    world
        .sandbox
        .subscribe_end_block(&sortition)
        .expect("subscribed");
    let case = world.open(NOTICE, &[1, 2]);
    let mut seen = Vec::new();
    for _ in 0..400 {
        let step = world.jury(case).step;
        if seen.last() != Some(&step) {
            seen.push(step);
        }
        world.wait(60);
    }
    let round = ["drawing", "committing"];
    let expected = [
        &["drawing", "striking", "committing"][..],
        &round,
        &round,
        &["ended"],
    ]
    .concat();
    assert_eq!(seen, expected);
    assert_eq!(lapse(&world, case), "absent");
    world.check();
}

#[test]
fn a_beacon_that_does_not_come_lets_the_case_lapse_and_holds_nobody() {
    let mut world = World::new(40);
    let never = json!({"chain": {"genesis": "0", "period_seconds": 5}});
    let decided = json!({"decided": {"proposal": "1", "electorate": "all", "class": "constitutional",
        "action": {"set_parameters": {"beacon": never}}}});
    world.ok("assembly", decided);
    let case = world.open(NOTICE, &[1, 2]);
    let other = world.opening("client/2", NOTICE, &[1, 2], 2 * TERM);
    world.ok("client", other);
    for _ in 0..50 {
        world.wait(TERM / 40);
        world.advance();
    }
    assert_eq!(
        world.stands(case),
        (CaseStatus::Lapsed, String::new(), true)
    );
    assert_eq!(lapse(&world, case), "time");
    assert_eq!(world.jury(2).step, "drawing");
    world.check();
}

#[test]
fn who_was_spared_may_replace_and_replacements_end_where_nobody_is_left() {
    // seven may judge: five sit, two are spared and may come back as replacements
    let mut world = World::new(9);
    let case = world.open(NOTICE, &[1, 2]);
    world.seat(case);
    let jury = world.sitting(case);
    for person in &jury[..3] {
        world.commit(case, *person, "uphold");
    }
    let mut spared = world.at(case, &["spared"]);
    world.until(world.jury(case).until.0);
    world.advance();
    world.draw(case);
    let mut new = world.at(case, &["seated"]);
    spared.sort_unstable();
    new.sort_unstable();
    assert_eq!((new.len(), &new), (2, &spared));
    world.check();
    // nor do they come: now everybody was called for this case before
    world.until(world.jury(case).until.0);
    world.advance();
    assert_eq!(world.at(case, &["absent"]).len(), 4);
    while world.jury(case).step == "drawing" {
        world.wait(3 * PERIOD);
        world.advance();
        world.check();
    }
    assert_eq!(world.jury(case).step, "revealing");
    for person in &jury[..3] {
        world.reveal(case, *person, "uphold");
    }
    assert_eq!(world.stands(case).1, "uphold");
    world.check();
}

#[test]
fn a_step_takes_a_unit_of_work_for_each_person_whose_place_it_writes() {
    let mut world = World::with(60, json!({"juries_per_person": 20}));
    let cases: Vec<u64> = (0..4).map(|_| world.open(DEFAULT, &[1, 2])).collect();
    world.wait(3 * PERIOD);
    for _ in 0..2 {
        world.advance();
    }
    // all end in the same second
    let until = world.jury(cases[3]).until.0;
    world.sandbox.advance_time(until - world.now());
    let seated = |world: &World| -> usize {
        let seated = cases
            .iter()
            .filter(|case| world.jury(**case).step == "committing");
        seated.count()
    };
    assert_eq!(seated(&world), 0);
    // 31 were called to each: what a block does are two, not fifty
    let receipt = world.ok("anyone", json!({"advance": {"limit": 50}}));
    assert_eq!(seated(&world), 2);
    assert_eq!(told_by(&receipt, "advance", "work"), "50");
    world.advance();
    assert_eq!(seated(&world), 4);
    world.check();
}

#[test]
fn a_step_too_dear_for_the_end_of_a_block_waits_for_anyone_and_holds_up_no_other() {
    let mut world = World::with(170, json!({"juries_per_person": 20}));
    let largest = Needs {
        size: 101,
        ..NOTICE
    };
    let (case, other) = (world.open(largest, &[1, 2]), world.open(NOTICE, &[3, 4]));
    world.draw(case);
    assert_eq!(world.jury(case).seats.len(), 141);
    let sortition = world.sortition.clone();
    world
        .sandbox
        .subscribe_end_block(&sortition)
        .expect("subscribed");
    world.until(world.jury(case).until.0);
    for _ in 0..3 {
        world.block();
    }
    assert_eq!(world.jury(case).step, "striking");
    assert_eq!(world.jury(other).step, "committing");
    world.ok("anyone", json!({"advance": {"case": case.to_string()}}));
    assert_eq!(world.sitting(case).len(), 101);
    world.check();
}

#[test]
fn a_step_lasts_to_its_last_second() {
    let mut world = World::new(40);
    let case = world.open(NOTICE, &[1, 2]);
    world.seat(case);
    let jury = world.sitting(case);
    let until = world.jury(case).until.0;
    world.sandbox.advance_time(until - 1 - world.now());
    let advance = json!({"advance": {"case": case.to_string()}});
    world.no("anyone", advance.clone(), "nothing to do");
    for person in &jury[..4] {
        world.commit(case, *person, "uphold");
    }
    world.sandbox.advance_time(1);
    let late = world.commit_msg(case, jury[4], "uphold");
    world.no(&name(jury[4]), late, "another step");
    world.ok("anyone", advance);
    assert_eq!(world.at(case, &["absent"]), jury[4..]);
    world.check();
}
