//! Who opens cases, and how members acts on them.

use mycel_kit::peers::sortition::CaseStatus;
use mycel_sandbox::{Fault, address};
use mycel_sortition::juries::ask::CasesResponse;
use serde_json::{Value, json};

use super::world::{DAY, DEFAULT, ENTRY, NOTICE, Needs, TERM, World, case_of, name};

#[test]
fn only_clients_and_decisions_open_cases() {
    let mut world = World::new(40);
    let msg = world.opening("client/1", NOTICE, &[1, 2], TERM);
    for who in [name(1).as_str(), "anyone", "credit", "assembly"] {
        let words = if who == "credit" {
            "reference"
        } else {
            "unauthorized"
        };
        world.no(who, msg.clone(), words);
    }
    world.ok("client", msg);
    // a default is brought by a decision
    let Value::Object(mut fields) = world.opening("credit/default/7", DEFAULT, &[3], TERM) else {
        unreachable!("an object");
    };
    let asked = fields.remove("open_case").expect("the case");
    let decided = |class: &str| {
        json!({"decided": {"proposal": "1", "electorate": "all", "class": class,
            "action": {"open_case": asked}}})
    };
    world.no(&name(1), decided("ordinary"), "unauthorized");
    world.no("assembly", decided("urgent"), "decision insufficient");
    let case = case_of(&world.ok("assembly", decided("ordinary")));
    assert_eq!(world.case(case).r#ref, "credit/default/7");
    world.check();
}

#[test]
fn what_is_out_of_bounds_is_refused_with_the_bound() {
    let mut world = World::new(20);
    let cases = [
        (NOTICE, &[1, 2][..], 59, "out of bounds: deadline"),
        (NOTICE, &[1, 2][..], 367 * DAY, "out of bounds: deadline"),
        (
            NOTICE,
            &[][..],
            TERM,
            "out of bounds: parties=0 least=1 most=50",
        ),
        (
            Needs { size: 0, ..NOTICE },
            &[1][..],
            TERM,
            "out of bounds: size=0 least=1 most=101",
        ),
        (
            Needs {
                size: 102,
                ..NOTICE
            },
            &[1][..],
            TERM,
            "out of bounds: size=102",
        ),
        (
            Needs { bps: 0, ..NOTICE },
            &[1][..],
            TERM,
            "out of bounds: threshold_bps=0",
        ),
        (
            Needs {
                bps: 10_001,
                ..NOTICE
            },
            &[1][..],
            TERM,
            "out of bounds: threshold_bps",
        ),
        (
            Needs { kind: "", ..NOTICE },
            &[1][..],
            TERM,
            "text refused: kind",
        ),
        (NOTICE, &[1, 21][..], TERM, "peer did not answer"),
    ];
    for (needs, parties, term, words) in cases {
        let msg = world.opening("client/1", needs, parties, term);
        world.no("client", msg, words);
    }
    let many: Vec<u64> = (0..51).collect();
    let msg = world.opening("client/1", NOTICE, &many, TERM);
    world.no("client", msg, "out of bounds: parties=51");
}

#[test]
fn members_opens_a_case_and_acts_once_on_the_final_verdict() {
    let mut world = World::with(60, json!({"appeal_seconds": 100}));
    let accuse = json!({"accuse": {"person": "7", "step": "notice", "reasons": "cd".repeat(32)}});
    world.member_ok(&name(9), accuse);
    let case = 1;
    let told = world.case(case);
    assert_eq!(
        (told.r#ref.as_str(), told.kind.as_str()),
        ("members/1", "sanction")
    );
    assert_eq!(
        told.parties.iter().map(|id| id.0).collect::<Vec<_>>(),
        [7, 9]
    );
    world.seat(case);
    world.vote(case, &["uphold"]);
    let act = json!({"advance": {"case": case.to_string()}});
    let members = world.members.clone();
    let early = world.sandbox.execute(&address("anyone"), &members, &act);
    assert!(early.is_err(), "an appeal is still possible");
    world.wait(100);
    world.member_ok("anyone", act.clone());
    let step: Value = world
        .sandbox
        .query(&members, &json!({"sanction": {"person": "7"}}))
        .expect("the sanction");
    assert_eq!(step["step"], "notice");
    assert!(
        world
            .sandbox
            .execute(&address("anyone"), &members, &act)
            .is_err(),
        "twice"
    );
    // its appeal goes before 23 others
    world.member_ok(&name(7), json!({"appeal": {"reasons": "ef".repeat(32)}}));
    let second = 2;
    assert_eq!(
        (world.case(second).kind.as_str(), world.jury(second).size),
        ("appeal", 23)
    );
    world.seat(second);
    let first = world.juries(case).juries[0].seats.clone();
    let sat = |person: u64| {
        let mut seats = first.iter().filter(|seat| seat.place != "spared");
        seats.any(|seat| seat.person.0 == person)
    };
    assert!(world.sitting(second).iter().all(|person| !sat(*person)));
    world.vote(second, &["dismiss"]);
    world.member_ok("anyone", json!({"advance": {"case": second.to_string()}}));
    let step: Value = world
        .sandbox
        .query(&members, &json!({"sanction": {"person": "7"}}))
        .expect("the sanction");
    assert_eq!(step["step"], "none");
    world.check();
}

#[test]
fn a_lapsed_case_ends_members_measure() {
    let mut world = World::new(60);
    let accuse = json!({"accuse": {"person": "7", "step": "notice", "reasons": "cd".repeat(32)}});
    world.member_ok(&name(9), accuse.clone());
    world.wait(15 * DAY);
    assert_eq!(world.stands(1).0, CaseStatus::Lapsed);
    world.member_ok("anyone", json!({"advance": {"case": "1"}}));
    world.member_ok(&name(9), accuse);
    world.advance();
    world.check();
}

/// Where members says that a person stands.
fn step(world: &World, person: u64) -> String {
    let question = json!({"sanction": {"person": person.to_string()}});
    let told: Value = world
        .sandbox
        .query(&world.members, &question)
        .expect("the sanction");
    told["step"].as_str().expect("a step").to_owned()
}

#[test]
fn members_acts_on_the_first_verdict_where_an_appeal_finds_no_jury() {
    let mut world = World::new(24);
    let accuse = json!({"accuse": {"person": "7", "step": "notice", "reasons": "cd".repeat(32)}});
    world.member_ok(&name(9), accuse);
    let (case, act) = (1, json!({"advance": {"case": "1"}}));
    world.seat(case);
    world.vote(case, &["uphold"]);
    world.ok(&name(7), json!({"appeal": {"case": "1"}}));
    let members = world.members.clone();
    let early = world.sandbox.execute(&address("anyone"), &members, &act);
    assert!(early.is_err(), "the appeal is open");
    world.wait(20);
    world.advance();
    assert_eq!(world.juries(case).lapsed.as_deref(), Some("too_few"));
    assert_eq!(step(&world, 7), "none");
    world.member_ok("anyone", act);
    assert_eq!(step(&world, 7), "notice");
    // nor is the notice lifted where its own appeal finds no jury
    world.member_ok(&name(7), json!({"appeal": {"reasons": "ef".repeat(32)}}));
    world.wait(20);
    world.advance();
    assert_eq!(world.stands(2), (CaseStatus::Lapsed, String::new(), true));
    world.member_ok("anyone", json!({"advance": {"case": "2"}}));
    assert_eq!(step(&world, 7), "notice");
    world.check();
}

#[test]
fn a_case_goes_on_when_its_client_is_none_any_more() {
    let mut world = World::new(60);
    let case = world.open(NOTICE, &[1, 2]);
    let none = json!({"decided": {"proposal": "1", "electorate": "all", "class": "constitutional",
        "action": {"set_parameters": {"clients": []}}}});
    world.ok("assembly", none);
    let msg = world.opening("client/2", NOTICE, &[1, 2], TERM);
    world.no("client", msg, "unauthorized");
    world.seat(case);
    world.vote(case, &["uphold"]);
    world.ok(&name(1), json!({"appeal": {"case": case.to_string()}}));
    world.seat(case);
    world.vote(case, &["dismiss"]);
    assert_eq!(
        world.stands(case),
        (CaseStatus::Decided, "dismiss".into(), true)
    );
    world.check();
}

#[test]
fn a_party_has_so_many_open_cases_of_a_client_at_a_time() {
    let mut world = World::with(60, json!({"cases_per_party": 2}));
    let first = world.open(NOTICE, &[1, 2]);
    world.open(NOTICE, &[1, 3]);
    let third = world.opening("client/3", NOTICE, &[4, 1], TERM);
    world.no(
        "client",
        third.clone(),
        "cases pending: person=1 open=2 most=2",
    );
    // another client's, and others' cases, are not held up
    let credit = world.opening("credit/3", NOTICE, &[1, 4], TERM);
    world.ok("credit", credit);
    world.open(NOTICE, &[2, 3]);
    world.seat(first);
    world.vote(first, &["dismiss"]);
    world.ok("client", third);
    world.wait(TERM + 1);
    for _ in 0..4 {
        world.advance();
    }
    for _ in 0..2 {
        world.open(NOTICE, &[1, 2]);
    }
    world.check();
}

#[test]
fn who_disputes_a_rating_has_the_case_and_whoever_gave_it_has_not() {
    let mut world = World::with(60, json!({"cases_per_party": 2}));
    let rating = Needs {
        kind: "rating",
        ..ENTRY
    };
    // many dispute what 1 said of them; 1 can dispute all the same
    let mut cases = vec![];
    for other in 2..=4 {
        cases.push(world.open(rating, &[other, 1]));
    }
    cases.push(world.open(rating, &[1, 2]));
    world.open(rating, &[1, 3]);
    let third = world.opening("client/8", rating, &[1, 4], TERM);
    world.no(
        "client",
        third.clone(),
        "cases pending: person=1 open=2 most=2",
    );
    // a case of the other's that ends leaves it as it is, one of one's own does not
    world.seat(cases[0]);
    world.vote(cases[0], &["dismiss"]);
    world.no("client", third.clone(), "cases pending: person=1");
    world.seat(cases[3]);
    world.vote(cases[3], &["dismiss"]);
    world.ok("client", third);
    world.check();
}

#[test]
fn a_peer_that_does_not_answer_undoes_the_opening_and_delays_the_drawing() {
    let mut world = World::new(40);
    let members = world.members.clone();
    let msg = world.opening("client/1", NOTICE, &[1, 2], TERM);
    for nth in 0..3 {
        world
            .sandbox
            .fail_next(Fault::query_of(members.clone(), nth));
        world.no("client", msg.clone(), "peer did not answer");
    }
    let case = world.open(NOTICE, &[1, 2]);
    world.sandbox.advance_time(15);
    let piece = json!({"advance": {"limit": 1}});
    world.ok("anyone", piece.clone());
    // the next piece is a question, which fails: this case waits, and no other
    world.sandbox.fail_next(Fault::query_of(members.clone(), 0));
    let receipt = world.ok("anyone", piece);
    assert!(format!("{receipt:?}").contains("wasm-waits"), "{receipt:?}");
    let other = world.opening("client/2", NOTICE, &[3, 4], TERM);
    let other = case_of(&world.ok("client", other));
    world.draw(other);
    assert!(world.jury(case).seats.is_empty());
    // who asks for this case alone is told
    world.sandbox.fail_next(Fault::query_of(members, 0));
    world.no(
        "anyone",
        json!({"advance": {"case": case.to_string()}}),
        "peer did not answer",
    );
    world.check();
    world.wait(300);
    world.advance();
    assert_eq!(world.jury(case).step, "striking");
    world.check();
}

#[test]
fn cases_are_listed_in_pages() {
    let mut world = World::new(40);
    for _ in 0..5 {
        world.open(NOTICE, &[1, 2]);
    }
    let page: CasesResponse = world.query(&json!({"cases": {"limit": 3}}));
    assert_eq!(page.cases.len(), 3);
    let next = page.next.expect("more");
    let page: CasesResponse = world.query(&json!({"cases": {"after": next, "limit": 3}}));
    assert_eq!((page.cases.len(), page.next), (2, None));
    assert_eq!(page.cases[1].case.0, 5);
}

#[test]
fn what_a_person_judged_is_in_its_export() {
    let mut world = World::new(40);
    let case = world.judged(NOTICE, &[1, 2], "uphold");
    let juror = world.at(case, &["voted"])[0];
    let (services, next) = world
        .sandbox
        .read(&world.sortition, |storage| {
            mycel_sortition::juries::export(storage, juror, None, 10).expect("the export")
        })
        .expect("sortition");
    assert_eq!((services.len(), next), (1, None));
    assert_eq!(
        (services[0].case.0, services[0].place.as_str()),
        (case, "voted")
    );
    assert_eq!(services[0].outcome.as_deref(), Some("uphold"));
    assert_eq!(
        services[0].reasons.as_deref(),
        Some("03".repeat(32).as_str())
    );
}

#[test]
fn who_has_an_interest_is_bounded() {
    let mut world = World::new(220);
    let mut orgs = Vec::new();
    for nth in 0..11 {
        let (org, first) = (format!("works-{}", name(nth)), 20 * nth + 1);
        let controllers: Vec<Value> = (first..first + 20)
            .map(|person| json!({"person": person.to_string(), "bps": 500}))
            .collect();
        let input = json!({"purpose": "bread", "threshold_bps": 6000, "controllers": controllers});
        world.member_ok(
            &name(first),
            json!({"found": {"address": address(&org), "handle": org, "org": input}}),
        );
        let approve = json!({"approve_founding": {"address": address(&org)}});
        for person in first + 1..first + 20 {
            world.member_ok(&name(person), approve.clone());
        }
        world.member_ok(&org, approve);
        world.block();
        orgs.push(world.number(&org));
    }
    // nine with their controllers are 189 persons, ten would be 210
    let nine = world.opening("client/1", NOTICE, &orgs[..9], TERM);
    world.ok("client", nine);
    let ten = world.opening("client/1", NOTICE, &orgs[..10], TERM);
    world.no("client", ten, "too many items: persons with an interest=");
}
