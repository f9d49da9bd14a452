//! Committing, revealing, and what follows.

use mycel_kit::Id;
use mycel_kit::peers::items::OpenItems;
use mycel_kit::peers::sortition::CaseStatus;
use mycel_sandbox::address;
use mycel_sortition::juries::ballot;
use serde_json::json;

use super::world::{DEFAULT, ENTRY, NOTICE, TERM, World, name};

#[test]
fn a_jury_commits_and_reveals_and_the_verdict_carries_the_hash_of_the_reasons() {
    let mut world = World::new(40);
    let case = world.open(NOTICE, &[1, 2]);
    assert_eq!(world.stands(case), (CaseStatus::Open, String::new(), false));
    world.seat(case);
    let jury = world.sitting(case);
    for person in &jury {
        assert_eq!(world.stands(case).0, CaseStatus::Open);
        world.commit(case, *person, "uphold");
    }
    // everybody has committed: revealing begins at once
    assert_eq!(world.jury(case).step, "revealing");
    for person in &jury[..3] {
        world.reveal(case, *person, "uphold");
    }
    assert_eq!(
        world.stands(case),
        (CaseStatus::Decided, "uphold".into(), false)
    );
    assert_eq!(world.case(case).reasons, "03".repeat(32));
    let seats = world.jury(case).seats;
    let voted: Vec<_> = seats.iter().filter(|seat| seat.outcome.is_some()).collect();
    assert_eq!(voted.len(), 3);
    assert!(
        voted
            .iter()
            .all(|seat| seat.outcome.as_deref() == Some("uphold"))
    );
    assert_eq!(world.jury(case).votes, [0, 3, 0]);
    for person in jury {
        assert!(world.juror(person).duties.is_empty());
    }
    world.check();
}

#[test]
fn an_outcome_needs_its_share_of_all_seats() {
    let mut world = World::new(60);
    // 7 of 11 are not two thirds, whatever the other four say
    let case = world.open(ENTRY, &[1, 2]);
    world.seat(case);
    world.vote(case, &[["uphold"; 7].as_slice(), &["dismiss"; 4]].concat());
    assert_eq!(world.stands(case).1, "dismiss");
    let case = world.open(ENTRY, &[1, 2]);
    world.seat(case);
    world.vote(case, &[["dismiss"; 3].as_slice(), &["uphold"; 8]].concat());
    assert_eq!(world.stands(case).1, "uphold");
    world.check();
}

#[test]
fn all_voted_and_none_reached_is_dismissed() {
    let mut world = World::new(60);
    let case = world.open(NOTICE, &[1, 2]);
    world.seat(case);
    world.vote(
        case,
        &["uphold", "uphold", "malicious", "malicious", "dismiss"],
    );
    assert_eq!(world.stands(case).1, "dismiss");
    assert_eq!(world.jury(case).votes, [1, 2, 2]);
    world.check();
}

#[test]
fn each_kind_has_its_outcomes_and_no_other_word_counts() {
    let mut world = World::new(60);
    let kinds = [
        (DEFAULT, "default", &["uphold", "malicious", "drawn"][..]),
        (ENTRY, "uphold", &["malicious", "default"][..]),
        (NOTICE, "malicious", &["default", ""][..]),
    ];
    for (needs, good, bad) in kinds {
        let case = world.open(needs, &[1, 2]);
        world.seat(case);
        let jury = world.sitting(case);
        for (nth, person) in jury.iter().enumerate() {
            let word = if nth < bad.len() { bad[nth] } else { good };
            world.commit(case, *person, word);
        }
        for (nth, person) in jury.iter().enumerate() {
            if nth < bad.len() {
                let msg = world.reveal_msg(case, *person, bad[nth]);
                world.no(&name(*person), msg, "unknown outcome");
            } else if world.jury(case).step == "revealing" {
                world.reveal(case, *person, good);
            }
        }
        assert_eq!(world.stands(case).1, good, "{}", needs.kind);
    }
    world.check();
}

#[test]
fn a_vote_is_shown_as_it_was_committed_or_not_at_all() {
    let mut world = World::new(40);
    let case = world.open(NOTICE, &[1, 2]);
    world.seat(case);
    let jury = world.sitting(case);
    let (one, two) = (jury[0], jury[1]);
    // a commitment may be replaced while the step lasts
    world.commit(case, one, "uphold");
    world.commit(case, one, "dismiss");
    let early = world.reveal_msg(case, one, "dismiss");
    world.no(&name(one), early, "another step");
    for person in &jury[1..] {
        world.commit(case, *person, "uphold");
    }
    let other = world.reveal_msg(case, one, "uphold");
    world.no(&name(one), other, "vote differs");
    let others_salt = world.reveal_msg(case, two, "dismiss");
    world.no(&name(one), others_salt, "vote differs");
    world.reveal(case, one, "dismiss");
    let twice = world.reveal_msg(case, one, "dismiss");
    world.no(&name(one), twice, "no juror");
    let late = world.commit_msg(case, two, "dismiss");
    world.no(&name(two), late, "another step");
    world.check();
}

#[test]
fn nobody_repeats_anothers_commitment() {
    let mut world = World::new(40);
    let case = world.open(NOTICE, &[1, 2]);
    world.seat(case);
    let jury = world.sitting(case);
    let copied = world.commit_msg(case, jury[0], "uphold");
    for person in &jury {
        world.ok(&name(*person), copied.clone());
    }
    world.reveal(case, jury[0], "uphold");
    let shown = world.reveal_msg(case, jury[0], "uphold");
    for person in &jury[1..] {
        world.no(&name(*person), shown.clone(), "vote differs");
    }
}

#[test]
fn only_jurors_who_take_part_vote() {
    let mut world = World::new(40);
    let case = world.open(NOTICE, &[1, 2]);
    world.seat(case);
    let jury = world.sitting(case);
    for other in [1, 2] {
        let msg = world.commit_msg(case, other, "dismiss");
        world.no(&name(other), msg, "no juror");
    }
    let stranger = world.commit_msg(case, jury[0], "dismiss");
    world.no("stranger", stranger, "unauthorized");
    world.member_ok(&name(jury[0]), json!({"leave": {}}));
    let gone = world.commit_msg(case, jury[0], "dismiss");
    world.no(&name(jury[0]), gone, "unauthorized");
    for bad in ["", "AB", &"0".repeat(63), &"AB".repeat(32), &"g".repeat(64)] {
        let msg = json!({"commit_vote": {"case": case.to_string(), "commitment": bad}});
        world.no(&name(jury[1]), msg, "hash refused");
    }
}

#[test]
fn the_reasons_are_those_that_most_of_the_winning_votes_gave() {
    let mut world = World::new(40);
    let case = world.open(NOTICE, &[1, 2]);
    world.seat(case);
    let jury = world.sitting(case);
    let votes = [
        ("dismiss", 9u8),
        ("dismiss", 9),
        ("uphold", 5),
        ("uphold", 7),
        ("uphold", 7),
    ];
    for (person, (word, reasons)) in jury.iter().zip(votes) {
        let hash = ballot::commitment(case, 0, *person, word, &[reasons; 32], &[0; 32]);
        let commitment = cosmwasm_std::to_hex(hash);
        let msg = json!({"commit_vote": {"case": case.to_string(), "commitment": commitment}});
        world.ok(&name(*person), msg);
    }
    for (person, (word, reasons)) in jury.iter().zip(votes) {
        let reasons = cosmwasm_std::to_hex([reasons; 32]);
        let msg = json!({"reveal_vote": {"case": case.to_string(), "outcome": word,
            "reasons": reasons, "salt": "00".repeat(32)}});
        world.ok(&name(*person), msg);
    }
    assert_eq!(world.stands(case).1, "uphold");
    assert_eq!(world.case(case).reasons, "07".repeat(32));
}

#[test]
fn a_case_is_decided_as_soon_as_nothing_can_change_it() {
    let mut world = World::new(60);
    let case = world.open(ENTRY, &[1, 2]);
    world.seat(case);
    let jury = world.sitting(case);
    for person in &jury {
        world.commit(case, *person, "dismiss");
    }
    // the seven others are one short of eight
    for person in &jury[..4] {
        assert_eq!(world.stands(case).0, CaseStatus::Open);
        world.reveal(case, *person, "dismiss");
    }
    assert_eq!(world.stands(case).1, "dismiss");
    let late = world.reveal_msg(case, jury[4], "dismiss");
    world.no(&name(jury[4]), late, "another step");
    world.check();
}

#[test]
fn a_juror_sees_which_cases_wait_with_which_step_and_until_when() {
    let mut world = World::new(40);
    let case = world.open(NOTICE, &[1, 2]);
    world.draw(case);
    let called = world.at(case, &["called"]);
    let duty = world.juror(called[0]).duties.pop().expect("a duty");
    assert_eq!((duty.case, duty.todo.as_str()), (Id(case), "wait"));
    assert_eq!(duty.until, world.jury(case).until);
    world.until(duty.until.0);
    world.advance();
    let jury = world.sitting(case);
    let duty = world.juror(jury[0]).duties.pop().expect("a duty");
    assert_eq!(duty.todo, "commit");
    assert_eq!(duty.until, world.jury(case).until);
    assert_eq!(duty.outcomes, ["dismiss", "uphold", "malicious"]);
    assert_eq!(
        (duty.parties, duty.kind.as_str()),
        (vec![Id(1), Id(2)], "sanction")
    );
    world.commit(case, jury[0], "uphold");
    assert_eq!(world.juror(jury[0]).duties[0].todo, "wait");
    for person in &jury[1..] {
        world.commit(case, *person, "uphold");
    }
    assert_eq!(world.juror(jury[0]).duties[0].todo, "reveal");
    world.reveal(case, jury[0], "uphold");
    assert_eq!(world.juror(jury[0]).duties[0].todo, "wait");
    // after the deadline nothing waits, though nobody has called advance
    world.sandbox.advance_time(TERM);
    assert!(world.juror(jury[0]).duties.is_empty());
}

#[test]
fn a_seated_juror_gives_the_seat_back_before_leaving() {
    let mut world = World::new(40);
    let case = world.open(NOTICE, &[1, 2]);
    world.seat(case);
    let jury = world.sitting(case);
    let juror = jury[0];
    let items = |world: &World| -> OpenItems {
        world.query(&json!({"open_items": {"member": address(&name(juror))}}))
    };
    assert_eq!(items(&world).open, 1);
    assert!(
        items(&world).items[0].contains("case 1"),
        "{:?}",
        items(&world)
    );
    world.member_ok(&name(juror), json!({"leave": {}}));
    world.ok(&name(juror), json!({"recuse": {"case": case.to_string()}}));
    assert_eq!(items(&world).open, 0);
    world.no(
        &name(juror),
        json!({"recuse": {"case": case.to_string()}}),
        "no juror",
    );
    // the others do not wait for the one who is gone
    for person in &jury[1..] {
        world.commit(case, *person, "uphold");
    }
    assert_ne!(world.jury(case).step, "committing");
    world.check();
}

#[test]
fn a_key_that_only_pays_neither_judges_nor_gives_a_seat_back_nor_strikes_nor_appeals() {
    let mut world = World::new(40);
    let case = world.open(NOTICE, &[1, 2]);
    world.draw(case);
    let add = |world: &mut World, person: u64| -> String {
        let purse = format!("purse-{person}");
        let key = json!({"add_key": {"address": address(&purse), "roles": ["pay"]}});
        world.member_ok(&name(person), key);
        world.member_ok(
            &purse,
            json!({"accept_key": {"person": person.to_string()}}),
        );
        purse
    };
    let called = world.at(case, &["called"]);
    let purse = add(&mut world, 1);
    let strike = json!({"strike": {"case": case.to_string(), "persons": [called[0].to_string()]}});
    world.no(&purse, strike, "no party");
    world.until(world.jury(case).until.0);
    world.advance();
    let juror = world.sitting(case)[0];
    let jurors = add(&mut world, juror);
    let commit = world.commit_msg(case, juror, "uphold");
    world.no(&jurors, commit, "unauthorized");
    let recuse = json!({"recuse": {"case": case.to_string()}});
    world.no(&jurors, recuse, "key without the role vote");
    world.vote(case, &["uphold"]);
    world.no(
        &purse,
        json!({"appeal": {"case": case.to_string()}}),
        "no party",
    );
}
