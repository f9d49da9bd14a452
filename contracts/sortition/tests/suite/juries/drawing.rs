//! Who is called, and who is not.

use std::collections::BTreeSet;

use mycel_kit::Id;
use mycel_kit::peers::sortition::CaseStatus;
use mycel_sandbox::address;
use mycel_sortition::juries::pick::{Row, seed};
use serde_json::json;

use super::world::{
    DAY, DEFAULT, ENTRY, NOTICE, Needs, PERIOD, TERM, World, case_of, name, persons,
};

#[test]
fn a_notice_has_five_jurors_less_rights_eleven_and_a_default_or_an_appeal_twenty_three() {
    let mut world = World::new(120);
    for (needs, size, needed, called) in
        [(NOTICE, 5, 3, 7), (ENTRY, 11, 8, 15), (DEFAULT, 23, 16, 31)]
    {
        let case = world.open(needs, &[1, 2]);
        world.draw(case);
        let jury = world.jury(case);
        assert_eq!((jury.size, jury.needed), (size, needed), "{}", needs.kind);
        assert_eq!(jury.seats.len(), called, "{}", needs.kind);
        world.until(jury.until.0);
        world.advance();
        assert_eq!(world.sitting(case).len(), usize::from(size));
    }
    // asked for less than its kind needs, a case gets what its kind needs
    for (kind, size) in [
        ("default", 23),
        ("appeal", 23),
        ("entry", 11),
        ("unheard of", 11),
    ] {
        let needs = Needs {
            kind,
            size: 1,
            bps: 1,
        };
        let case = world.open(needs, &[1]);
        assert_eq!(world.jury(case).size, size, "{kind}");
    }
    // and more if more was asked for
    let more = Needs {
        size: 23,
        bps: 6_667,
        ..NOTICE
    };
    let case = world.open(more, &[3]);
    let jury = world.jury(case);
    assert_eq!((jury.size, jury.needed), (23, 16));
    world.check();
}

#[test]
fn the_round_is_fixed_when_the_case_is_opened_two_periods_ahead() {
    let mut world = World::new(30);
    let opened = world.now();
    let case = world.open(NOTICE, &[1, 2]);
    let round = world.jury(case).rounds[0].0;
    // rounds of commit and reveal begin at the epoch
    let time = (round - 1) * PERIOD;
    assert!(time >= opened + 2 * PERIOD && time < opened + 3 * PERIOD);
    // nobody can draw before
    world.wait(time - opened - 1);
    let advance = json!({"advance": {"case": case.to_string()}});
    world.no("anyone", advance.clone(), "nothing to do");
    assert!(world.jury(case).seats.is_empty());
    world.wait(1);
    world.ok("anyone", advance);
    assert_eq!(world.jury(case).seats.len(), 7);
}

#[test]
fn anyone_who_knows_the_beacon_can_call_the_same_jurors() {
    let mut world = World::new(60);
    let case = world.open(ENTRY, &[1, 2]);
    world.draw(case);
    let jury = world.jury(case);
    let value = world
        .sandbox
        .read(&world.sortition, |storage| {
            let round = mycel_sortition::beacon::state::round(jury.rounds[0].0);
            round
                .load(storage)
                .expect("the round")
                .known
                .expect("its value")
                .value
        })
        .expect("sortition");
    let seed = seed(&value, case, 0, 1);
    let mut row = Row::new(60);
    let order = std::iter::from_fn(|| row.call(&seed));
    let expected: Vec<u64> = order
        .filter(|person| ![1, 2].contains(person))
        .take(15)
        .collect();
    let called: Vec<u64> = jury.seats.iter().map(|seat| seat.person.0).collect();
    assert_eq!(called, expected);
}

#[test]
fn no_party_and_nobody_related_to_one_is_called() {
    // 1 sponsors 21 and 22; so they are related to 1 and to each other
    let mut world = World::new(20);
    for joins in [21, 22] {
        world.member_ok(
            &name(1),
            json!({"invite": {"address": address(&name(joins))}}),
        );
        world.member_ok(
            &name(joins),
            json!({"accept": {"sponsor": "1", "handle": name(joins), "idc": format!("00{:062x}", joins)}}),
        );
        world.block();
    }
    // 3 vouches for 4
    let until = world.now() + 40 * DAY;
    world.member_ok(
        &name(3),
        json!({"vouch": {"person": "4", "weight": 1, "until": until.to_string()}}),
    );
    assert!(world.related(21, 22) && world.related(3, 4));
    let few = |kind| Needs { kind, ..NOTICE };
    for (parties, never) in [
        ([1, 5], BTreeSet::from([1, 5, 21, 22])),
        ([21, 5], BTreeSet::from([21, 5, 1, 22])),
        ([4, 5], BTreeSet::from([4, 5, 3])),
    ] {
        for _ in 0..3 {
            // all who are there are called, so whoever may be is
            let case = world.open(few("sanction"), &parties);
            world.draw(case);
            let called = world.at(case, &["called"]);
            assert!(
                called.iter().all(|person| !never.contains(person)),
                "{called:?}"
            );
            world.until(world.jury(case).until.0);
            world.advance();
            for juror in world.sitting(case) {
                for party in parties {
                    assert!(!world.related(juror, party));
                }
                world.ok(&name(juror), json!({"recuse": {"case": case.to_string()}}));
            }
            world.wait(TERM);
            world.advance();
            world.check();
        }
    }
}

#[test]
fn who_controls_a_party_that_is_an_organisation_is_not_called() {
    let mut world = World::new(10);
    let bakery = "bakery";
    let org = json!({"purpose": "bread", "threshold_bps": 6000, "controllers": [
        {"person": "3", "bps": 5000}, {"person": "4", "bps": 5000}]});
    world.member_ok(
        &name(3),
        json!({"found": {"address": address(bakery), "handle": bakery, "org": org}}),
    );
    let approve = json!({"approve_founding": {"address": address(bakery)}});
    world.member_ok(&name(4), approve.clone());
    world.member_ok(bakery, approve);
    world.block();
    let bakery = world.number("bakery");
    let case = world.open(NOTICE, &[bakery, 5]);
    let interests: Vec<u64> = world.jury(case).interests.iter().map(|id| id.0).collect();
    assert_eq!(interests, [3, 4, 5, bakery]);
    world.draw(case);
    // 1, 2, 6 to 10 are left: exactly as many as are called; no organisation judges
    let mut called = world.at(case, &["called"]);
    called.sort_unstable();
    assert_eq!(called, [1, 2, 6, 7, 8, 9, 10]);
}

#[test]
fn who_does_not_take_part_is_not_called() {
    let mut world = World::new(9);
    world.member_ok(&name(3), json!({"leave": {}}));
    world.block();
    let case = world.open(NOTICE, &[1, 2]);
    world.draw(case);
    // 6 for 5 seats: neither side may strike, and the jury sits at once
    let mut called = world.at(case, &["seated", "spared"]);
    called.sort_unstable();
    assert_eq!(called, [4, 5, 6, 7, 8, 9]);
    assert_eq!(
        (world.jury(case).strikes, world.sitting(case).len()),
        (0, 5)
    );
}

#[test]
fn who_came_after_the_case_was_opened_is_not_called() {
    let mut world = World::new(9);
    let case = world.open(NOTICE, &[1, 2]);
    world.people(10, 60);
    world.draw(case);
    let mut called: Vec<u64> = world
        .jury(case)
        .seats
        .iter()
        .map(|seat| seat.person.0)
        .collect();
    called.sort_unstable();
    assert_eq!(called, [3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(world.jury(case).numbers, 9);
}

#[test]
fn who_is_on_too_many_juries_is_passed_over_until_one_is_over() {
    // 14 may judge; 5 sit, so that 9 are free for the 7 of another jury
    let mut world = World::with(16, json!({"juries_per_person": 1}));
    let first = world.open(NOTICE, &[1, 2]);
    world.seat(first);
    let busy: BTreeSet<u64> = world.sitting(first).into_iter().collect();
    for _ in 0..3 {
        let msg = world.opening("client/2", NOTICE, &[1, 2], 900);
        let case = case_of(&world.ok("client", msg));
        world.draw(case);
        let called = world.at(case, &["called"]);
        assert_eq!(called.len(), 7);
        assert!(called.iter().all(|person| !busy.contains(person)));
        // whose time passes without a jury, and whose jurors are free again
        world.wait(901);
        world.advance();
        assert_eq!(world.jury(case).step, "ended");
    }
    world.vote(first, &["dismiss"]);
    let mut again = BTreeSet::new();
    for _ in 0..3 {
        let msg = world.opening("client/3", NOTICE, &[1, 2], 900);
        let case = case_of(&world.ok("client", msg));
        world.draw(case);
        again.extend(world.at(case, &["called"]));
        world.wait(901);
        world.advance();
    }
    assert!(again.iter().any(|person| busy.contains(person)));
    world.check();
}

#[test]
fn where_too_few_are_free_the_busy_are_called_up_to_twice_the_places() {
    // 7 may judge and 7 are called
    let mut whole = World::with(9, json!({"juries_per_person": 1}));
    let mut pieces = World::with(9, json!({"juries_per_person": 1}));
    let (mut first, mut second) = (0, 0);
    for world in [&mut whole, &mut pieces] {
        first = world.open(NOTICE, &[1, 2]);
        world.seat(first);
        second = world.open(NOTICE, &[1, 2]);
        world.sandbox.advance_time(3 * PERIOD);
    }
    let receipt = whole.ok("anyone", json!({"advance": {}}));
    let passed = super::world::told_by(&receipt, "called", "passed");
    assert_eq!(passed.matches(":busy").count(), 5, "{passed}");
    while pieces.jury(second).step == "drawing" {
        pieces.ok("anyone", json!({"advance": {"limit": 1}}));
        pieces.check();
    }
    assert_eq!(pieces.jury(second).seats, whole.jury(second).seats);
    // the two that are free, then the busy in the order in which they were passed over
    let free = whole.at(first, &["spared"]);
    let busy: Vec<u64> = passed
        .split(',')
        .filter_map(|one| one.strip_suffix(":busy"))
        .map(|person| person.parse().expect("a person"))
        .collect();
    let called = whole.at(second, &["called"]);
    assert_eq!(called.len(), 7);
    assert!(called[..2].iter().all(|person| free.contains(person)));
    assert_eq!(called[2..], busy);
    whole.until(whole.jury(second).until.0);
    whole.advance();
    assert_eq!(whole.sitting(second), called[..5]);
    // three of 7 are on two juries: four are left, which is too few
    let third = whole.open(NOTICE, &[1, 2]);
    whole.wait(3 * PERIOD);
    let receipt = whole.ok("anyone", json!({"advance": {}}));
    let passed = super::world::told_by(&receipt, "called", "passed");
    assert_eq!(passed.matches(":overloaded").count(), 3, "{passed}");
    assert_eq!(whole.juries(third).lapsed.as_deref(), Some("too_few"));
    for case in [first, second] {
        whole.vote(case, &["dismiss"]);
    }
    let fourth = whole.open(NOTICE, &[1, 2]);
    whole.seat(fourth);
    whole.check();
}

#[test]
fn colluders_with_many_cases_leave_others_a_jury_and_an_appeal() {
    let mut world = World::new(44);
    // a colluder was acquitted; who accused it means to appeal
    let acquitted = world.judged(NOTICE, &[1, 9], "dismiss");
    for pair in [[1, 2], [3, 4]] {
        for _ in 0..16 {
            let msg = world.opening("client/1", NOTICE, &pair, 4 * TERM);
            let case = case_of(&world.ok("client", msg));
            world.draw(case);
            let called = world.at(case, &["called"]);
            // who strikes at once has the jury at once
            for (party, struck) in pair.iter().zip(called) {
                let strike = json!({"case": case.to_string(), "persons": [struck.to_string()]});
                world.ok(&name(*party), json!({"strike": strike}));
            }
        }
    }
    let held = |world: &World, person: u64| world.juror(person).duties.len();
    let free = (5..=44).filter(|person| held(&world, *person) < 3).count();
    assert!(free < 5, "{free}");
    // too few are free for any jury; others have theirs all the same
    let msg = world.opening("credit/1", NOTICE, &[5, 6], TERM);
    let case = case_of(&world.ok("credit", msg));
    world.draw(case);
    assert_eq!(world.at(case, &["called"]).len(), 7);
    world.until(world.jury(case).until.0);
    world.advance();
    world.vote(case, &["uphold"]);
    assert_eq!(world.stands(case).1, "uphold");
    // and an appeal is heard, by 23 who have not judged it
    world.ok(&name(9), json!({"appeal": {"case": acquitted.to_string()}}));
    world.seat(acquitted);
    assert_eq!(world.sitting(acquitted).len(), 23);
    world.vote(acquitted, &["uphold"]);
    assert_eq!(
        world.stands(acquitted),
        (CaseStatus::Decided, "uphold".into(), true)
    );
    assert!((1..=44).all(|person| held(&world, person) <= 6));
    world.check();
}

#[test]
fn too_few_members_let_the_case_lapse_at_once() {
    let mut world = World::new(6);
    let case = world.open(NOTICE, &[1, 2]);
    world.wait(3 * PERIOD);
    world.advance();
    assert_eq!(
        world.stands(case),
        (CaseStatus::Lapsed, String::new(), true)
    );
    for person in 1..=6 {
        assert!(world.juror(person).duties.is_empty());
    }
    world.check();
}

#[test]
fn on_development_networks_a_cap_gives_small_towns_juries() {
    let mut world = World::with(9, json!({"jury_cap": 5}));
    let case = world.open(DEFAULT, &[1, 2]);
    world.draw(case);
    let jury = world.jury(case);
    // two thirds of 5 are 4
    assert_eq!((jury.size, jury.needed), (5, 4));
    // elsewhere the cap cannot be lowered
    let mut sandbox = mycel_sandbox::Sandbox::new(super::world::START);
    let code = sandbox.store(mycel_sandbox::Code::native(super::world::native()));
    let begin = json!({"authority": address("assembly"), "development": false,
        "parameters": {"numbers": {"jury_cap": 5}}});
    let refusal = sandbox.instantiate2(&address("assembly"), code, "sortition", &begin);
    let text = refusal.expect_err("a cap outside development").text;
    assert!(text.contains("out of bounds: jury_cap=5"), "{text}");
}

#[test]
fn where_the_chain_is_no_development_network_no_contract_is_one() {
    let begin = |cap: u32| {
        json!({"authority": address("assembly"), "development": true,
            "parameters": {"numbers": {"jury_cap": cap}}})
    };
    for (development, cap) in [(true, 5), (false, 5), (false, 101)] {
        let mut sandbox = mycel_sandbox::Sandbox::new(super::world::START);
        sandbox.set_development(development);
        let code = sandbox.store(mycel_sandbox::Code::native(super::world::native()));
        let begun = sandbox.instantiate2(&address("assembly"), code, "sortition", &begin(cap));
        if development {
            begun.expect("a development network");
            continue;
        }
        let text = begun.expect_err("it says what it is not").text;
        assert!(text.contains("development: true"), "{text}");
    }
}

#[test]
fn assessors_are_drawn_and_nobody_votes() {
    let mut world = World::new(40);
    let assess = Needs {
        kind: "assess",
        size: 3,
        bps: 10_000,
    };
    let msg = world.opening("credit/assess/4/1", assess, &[4], TERM);
    let case = case_of(&world.ok("credit", msg.clone()));
    let drawn = world.drawn("credit/assess/4/1");
    assert!(!drawn.done && drawn.persons.is_empty());
    // a name is given once
    world.no("credit", msg, "name taken");
    world.wait(3 * PERIOD);
    let receipt = world.ok("anyone", json!({"advance": {}}));
    let drawn = world.drawn("credit/assess/4/1");
    let persons_drawn: Vec<u64> = drawn.persons.iter().map(|id| id.0).collect();
    assert!(drawn.done && drawn.persons.len() == 3);
    assert!(!persons_drawn.contains(&4));
    assert_eq!(persons(&receipt, "wasm-called", "persons"), persons_drawn);
    assert_eq!(
        world.stands(case),
        (CaseStatus::Decided, "drawn".into(), true)
    );
    for person in &persons_drawn {
        let duty = &world.juror(*person).duties[0];
        assert_eq!((duty.case, duty.todo.as_str()), (Id(case), "serve"));
        let open: mycel_kit::peers::items::OpenItems = world.query(&json!({"open_items": {
            "member": address(&name(*person))}}));
        assert_eq!(open.open, 0);
    }
    let first = persons_drawn[0];
    let commit = world.commit_msg(case, first, "uphold");
    world.no(&name(first), commit, "another step");
    world.no(
        &name(4),
        json!({"appeal": {"case": case.to_string()}}),
        "nothing was judged",
    );
    world.check();
    world.wait(TERM);
    world.advance();
    assert!(world.juror(first).duties.is_empty());
    // who was drawn is told for good
    assert_eq!(world.drawn("credit/assess/4/1").persons, drawn.persons);
    world.check();
}

#[test]
fn many_assessments_leave_jurors_for_juries_and_juries_assessors() {
    let mut world = World::with(12, json!({"juries_per_person": 1}));
    let assess = Needs {
        kind: "assess",
        size: 3,
        bps: 10_000,
    };
    let ask = |world: &mut World, person: u64| {
        let name = format!("credit/assess/{person}/1");
        let msg = world.opening(&name, assess, &[person], 4 * TERM);
        world.ok("credit", msg);
        world.wait(3 * PERIOD);
        let receipt = world.ok("anyone", json!({"advance": {}}));
        (
            world.drawn(&name).persons.len(),
            super::world::told_by(&receipt, "called", "passed"),
        )
    };
    for person in 3..=6 {
        assert_eq!(ask(&mut world, person).0, 3);
    }
    // all but a few assess, and seven of ten are called all the same, none as busy
    let case = world.open(NOTICE, &[1, 2]);
    world.wait(3 * PERIOD);
    let receipt = world.ok("anyone", json!({"advance": {}}));
    let passed = super::world::told_by(&receipt, "called", "passed");
    assert!(!passed.contains("busy"), "{passed}");
    assert_eq!(world.at(case, &["called"]).len(), 7);
    world.check();
    // who holds a place on a jury has none on another, while there are others
    let other = world.open(NOTICE, &[1, 2]);
    world.wait(3 * PERIOD);
    let receipt = world.ok("anyone", json!({"advance": {}}));
    let passed = super::world::told_by(&receipt, "called", "passed");
    assert_eq!(passed.matches(":busy").count(), 7, "{passed}");
    assert_eq!(world.at(other, &["called"]).len(), 7);
    // and may assess when the assessments are over, of all on juries none as busy
    world.wait(5 * TERM);
    world.advance();
    let cases: Vec<u64> = (0..2).map(|_| world.open(NOTICE, &[1, 2])).collect();
    world.draw(cases[0]);
    assert!(
        cases
            .iter()
            .all(|case| world.jury(*case).step == "striking")
    );
    let (drawn, passed) = ask(&mut world, 7);
    assert!(drawn == 3 && !passed.contains("busy"), "{passed}");
    world.check();
}

#[test]
fn a_cap_on_juries_lowers_no_number_of_assessors() {
    let mut world = World::with(40, json!({"jury_cap": 3}));
    let assess = Needs {
        kind: "assess",
        size: 5,
        bps: 10_000,
    };
    let msg = world.opening("credit/assess/1/1", assess, &[1], TERM);
    world.ok("credit", msg);
    world.wait(3 * PERIOD);
    world.advance();
    assert_eq!(world.drawn("credit/assess/1/1").persons.len(), 5);
}

#[test]
fn fewer_assessors_than_asked_are_drawn_where_there_are_no_more() {
    let mut world = World::new(3);
    let assess = Needs {
        kind: "assess",
        size: 5,
        bps: 10_000,
    };
    let msg = world.opening("credit/assess/1/1", assess, &[1], TERM);
    world.ok("credit", msg);
    world.wait(3 * PERIOD);
    world.advance();
    let drawn = world.drawn("credit/assess/1/1");
    assert!(drawn.done && drawn.persons.len() == 2);
}

#[test]
fn drawing_goes_on_where_it_stopped_however_small_the_pieces() {
    let mut whole = World::new(50);
    let mut pieces = World::new(50);
    let case = whole.open(ENTRY, &[1, 2, 3]);
    assert_eq!(pieces.open(ENTRY, &[1, 2, 3]), case);
    // nothing is due to the end of the block in either
    for world in [&mut whole, &mut pieces] {
        world.sandbox.advance_time(3 * PERIOD);
    }
    whole.advance();
    let mut calls = 0;
    while pieces.jury(case).step == "drawing" {
        pieces.ok("anyone", json!({"advance": {"limit": 1}}));
        pieces.check();
        calls += 1;
        assert!(calls < 200);
    }
    // a call, a question about standing, one for each party and one to accept
    assert!(calls >= 15 * 6, "{calls}");
    assert_eq!(pieces.jury(case).seats, whole.jury(case).seats);
}

#[test]
fn every_member_is_called_as_often_as_another() {
    let mut world = World::with(24, json!({"juries_per_person": 20}));
    let mut called = [0u32; 25];
    let cases = 160;
    for nth in 0..cases {
        let msg = world.opening(&format!("client/{nth}"), NOTICE, &[1], 900);
        let case = case_of(&world.ok("client", msg));
        world.draw(case);
        for seat in world.jury(case).seats {
            called[seat.person.0 as usize] += 1;
        }
        world.wait(1_000);
        world.advance();
    }
    // one side strikes: 6 of 23 each time; 160 · 6 / 23 = 41.7, five standard deviations are 28
    assert_eq!(called[1], 0);
    for (person, times) in called.iter().enumerate().skip(2) {
        assert!((14..70).contains(times), "{person}: {times} of {called:?}");
    }
}

#[test]
fn a_drawing_ends_after_so_many_calls_however_many_have_left() {
    let mut world = World::new(4_200);
    for person in 13..=4_200 {
        world.member_ok(&name(person), json!({"leave": {}}));
    }
    world.block();
    let largest = Needs {
        size: 101,
        ..NOTICE
    };
    let case = world.open(largest, &[1, 2]);
    world.sandbox.advance_time(3 * PERIOD);
    let mut passed = 0;
    while world.jury(case).step == "drawing" {
        let receipt = world.ok("anyone", json!({"advance": {}}));
        passed += format!("{receipt:?}").matches(":inactive").count();
        world.check();
    }
    assert_eq!(world.juries(case).lapsed.as_deref(), Some("too_few"));
    // 4,096 calls, of which at most 12 found somebody or a party
    assert!((4_084..=4_096).contains(&passed), "{passed}");
}
