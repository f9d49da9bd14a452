//! What one member cannot do to all others: stop the queue or the agenda, fill
//! the state, block a recovery, an appeal or a departure, deal while suspended.

mod organisations;

use crate::world::{DAY, World, accept, case_of, event_attribute, events};
use mycel_kit::Id;
use mycel_kit::peers::members::{Controllers, Status};
use mycel_members::ask::{GuardView, OrgView, QueryMsg, QueueResponse};
use mycel_members::msg::{Page, PersonRef};
use mycel_members::snapshot::MARK_SECONDS;
use mycel_sandbox::{Code, address};
use serde_json::{Value, json};

fn town() -> World {
    let mut world = World::new(json!({
        "growth_least": 100, "invites_per_epoch": 50, "sponsor_residency": 0, "flags_for_notice": 3,
    }));
    world.found(&["ana", "ben", "cleo", "dan", "eve"]);
    world
}

fn records(world: &World, tag: u8) -> usize {
    let state = world.sandbox.state();
    let own = &state[&world.members];
    own.keys().filter(|key| key[0] == tag).count()
}

// ---- the queue

#[test]
fn a_contracts_address_does_not_join_and_is_told_what_to_do() {
    let mut world = town();
    let contract = world.trust.clone();
    let words = "contract address: address=";
    let invite = json!({"invite": {"address": contract}});
    world.no("ana", invite, words);
    let admit = json!({"admit": {"address": contract}});
    let refused = world.decide("ordinary", &admit).expect_err("a contract");
    assert!(
        refused.text.contains("found an organisation at it"),
        "{}",
        refused.text
    );
    // nor does a person answer to one: not by rotation, not by recovery
    let key = json!({"add_key": {"address": contract, "roles": ["vote"]}});
    world.ok("ana", key);
    let members = world.members.clone();
    let agree = json!({"accept_key": {"person": "1"}});
    world
        .sandbox
        .execute(&contract, &members, &agree)
        .expect("a further key may be a contract's");
    world.no("ana", json!({"rotate": {"to": contract}}), words);
    let guardians = json!({"set_guardians": {"persons": ["2", "3"], "threshold": 2}});
    world.ok("ana", guardians);
    let double = world.double.clone();
    let recover = json!({"recover": {"person": "1", "to": double}});
    world.no("ben", recover, words);
    world.check();
}

#[test]
fn who_left_does_not_come_back_with_a_contracts_address() {
    let mut world = town();
    let contract = world.trust.clone();
    let key = json!({"add_key": {"address": contract, "roles": ["recover"]}});
    world.ok("ana", key);
    let members = world.members.clone();
    let agree = json!({"accept_key": {"person": "1"}});
    world
        .sandbox
        .execute(&contract, &members, &agree)
        .expect("a key");
    world.ok("ana", json!({"leave": {}}));
    world.ok("anyone", json!({"advance": {"person": "1"}}));
    world.block();
    let invite = json!({"invite": {"address": contract}});
    world.no("ben", invite, "contract address");
}

#[test]
fn an_organisation_may_be_a_contract_and_has_no_class() {
    let mut world = town();
    let contract = world.trust.clone();
    let org = json!({"purpose": "p", "threshold_bps": 5001, "controllers": [{"person": "1", "bps": 10000}]});
    let found = json!({"found": {"address": contract, "handle": "mill", "org": org}});
    world.ok("ana", found);
    let members = world.members.clone();
    let approve = json!({"approve_founding": {"address": contract}});
    if let Err(refusal) = world.sandbox.execute(&contract, &members, &approve) {
        panic!("{}", refusal.text);
    }
    assert_eq!(world.sandbox.allowance_class(&contract), None);
    world.check();
    // telling peers of it again and again says nothing to the chain
    let backfill = json!({"backfill": {"after": "0", "limit": 50}});
    let told = world.ok("anyone", backfill);
    assert_eq!(
        event_attribute(&told, "wasm-backfill", "told").as_deref(),
        Some("0")
    );
    // to an account's address and back: the class goes along where there can be one
    let from_contract = |world: &mut World, msg: Value| {
        if let Err(refusal) = world.sandbox.execute(&contract, &members, &msg) {
            panic!("{}", refusal.text);
        }
    };
    let add = json!({"add_key": {"address": address("mill"), "roles": ["recover"]}});
    from_contract(&mut world, add);
    world.ok("mill", json!({"accept_key": {"person": "6"}}));
    from_contract(&mut world, json!({"rotate": {"to": address("mill")}}));
    assert_eq!(world.class("mill").as_deref(), Some("organisation"));
    world.check();
    let double = world.double.clone();
    let add = json!({"add_key": {"address": double, "roles": ["recover"]}});
    world.ok("mill", add);
    world
        .sandbox
        .execute(&double, &members, &json!({"accept_key": {"person": "6"}}))
        .expect("a key");
    world.ok("mill", json!({"rotate": {"to": double}}));
    assert_eq!(world.class("mill"), None);
    world.check();
}

#[test]
fn an_entry_that_credit_refuses_keeps_its_place_and_stops_nobody() {
    let mut world = World::new(json!({
        "growth_least": 3, "growth_bps": 0, "invites_per_epoch": 50, "sponsor_residency": 0,
    }));
    world.found(&["ana", "ben", "cleo", "dan", "eve"]);
    let members = world.members.clone();
    world
        .sandbox
        .subscribe_end_block(&members)
        .expect("subscribed");
    for (sponsor, name) in [("ana", "anna"), ("ben", "benno"), ("cleo", "clea")] {
        world.join(sponsor, name);
    }
    for (sponsor, name) in [("dan", "bad"), ("eve", "fay")] {
        let invite = json!({"invite": {"address": address(name)}});
        world.ok(sponsor, invite);
        let number = world.number(sponsor);
        world.ok(name, accept(Some(number), name));
    }
    // credit knows the address of one who waits, from elsewhere
    let credit = world.credit.clone();
    let open = json!({"open_account": {"owner": address("bad"), "kind": "org", "person": null, "sponsor": null}});
    world
        .sandbox
        .execute(&members, &credit, &open)
        .expect("opens");
    world.wait(31 * DAY);
    world.block();
    assert!(world.is_known("fay"), "fay waits for ever");
    assert!(!world.is_known("bad"));
    let queue: QueueResponse = world.query(&QueryMsg::Queue(Page::default()));
    assert_eq!((queue.entries[0].place, queue.admitted), (Id(3), 1));
    world.check();
    // in the next epoch it is tried again, and tells why not
    world.sandbox.advance_time(31 * DAY);
    let tried = world.ok("anyone", json!({"advance": {"limit": 50}}));
    assert_eq!(
        event_attribute(&tried, "wasm-not_admitted", "place").as_deref(),
        Some("3")
    );
    // nobody else takes an entry in out of its turn
    let jump = json!({"advance": {"place": "3"}});
    world.no("bad", jump, "unauthorized");
    // the end of the block goes on
    for _ in 0..5 {
        world.block();
    }
    world.ok("bad", json!({"withdraw": {}}));
    world.check();
}

// ---- what is stored

#[test]
fn a_thousand_empty_blocks_write_a_bounded_number_of_records() {
    let mut world = town();
    let members = world.members.clone();
    world
        .sandbox
        .subscribe_end_block(&members)
        .expect("subscribed");
    let count = |world: &World| world.sandbox.state()[&world.members].len();
    world.block();
    let (before, began) = (count(&world), world.now());
    for _ in 0..1_000 {
        world.wait(60);
    }
    let hours = (world.now() - began) / MARK_SECONDS;
    let grown = count(&world) - before;
    assert!(
        grown as u64 <= hours + 1,
        "{grown} records in {hours} hours of empty blocks"
    );
}

#[test]
fn residency_at_a_height_is_too_careful_by_less_than_an_hour() {
    let mut world = town();
    let members = world.members.clone();
    world
        .sandbox
        .subscribe_end_block(&members)
        .expect("subscribed");
    world.join("ana", "fay");
    let joined = world.now();
    let eligible = |world: &World| {
        let answer: mycel_kit::peers::members::Eligible = world.query(&QueryMsg::Eligible {
            address: address("fay").to_string(),
            at: Id(world.sandbox.height()),
            residency: mycel_kit::Seconds(10 * DAY),
        });
        answer.eligible
    };
    world.wait(10 * DAY - 7_200 - (world.now() - joined));
    while world.now() < joined + 10 * DAY - 30 {
        world.wait(30);
        assert!(!eligible(&world), "never too early");
    }
    let due = joined + 10 * DAY;
    while !eligible(&world) {
        assert!(world.now() < due + MARK_SECONDS + 120, "an hour too late");
        world.wait(30);
    }
}

#[test]
fn a_vouch_that_changes_often_has_one_task() {
    let mut world = town();
    world.sentence("eve", "cleo", "notice");
    let tasks = records(&world, b'z');
    let until = world.now() + 80 * DAY;
    for n in 0..300u64 {
        let until = (until + n).to_string();
        let vouch = json!({"vouch": {"person": "1", "weight": 1, "until": until}});
        world.ok("ben", vouch);
    }
    assert_eq!(records(&world, b'z'), tasks + 1);
    for _ in 0..5 {
        world.ok("ben", json!({"unvouch": {"person": "1"}}));
        world.ok("ben", json!({"vouch": {"person": "1", "weight": 1}}));
    }
    assert_eq!(records(&world, b'z'), tasks + 1);
    world.check();
    world.ok("ben", json!({"unvouch": {"person": "1"}}));
    assert_eq!(records(&world, b'z'), tasks);
    // everybody else's business is done in its time
    world.wait(91 * DAY);
    world.ok("anyone", json!({"advance": {"limit": 5}}));
    assert_eq!(world.standing("cleo").step, "none");
    world.check();
}

#[test]
fn a_task_that_an_earlier_one_took_back_is_passed_over() {
    let mut world = town();
    for step in ["notice", "reduced", "suspended"] {
        world.sentence("ben", "ana", step);
    }
    world.ok("cleo", json!({"vouch": {"person": "4", "weight": 1}}));
    let case = world.accuse("ben", "cleo", "notice");
    world.verdict(case, "dismiss");
    // everything is due at once
    world.wait(400 * DAY);
    world.advance();
    world.advance();
    world.check();
}

// ---- guardians

#[test]
fn one_guardian_of_three_cannot_block_the_other_two() {
    let mut world = town();
    let guardians = json!({"set_guardians": {"persons": ["2", "3", "4"], "threshold": 2}});
    world.ok("ana", guardians);
    let recover = |to: &str| json!({"recover": {"person": "1", "to": address(to)}});
    world.ok("ben", recover("nobody-has-this-key"));
    world.wait(300 * DAY);
    // ana's keys are lost, so she can neither cancel nor name others
    world.ok("cleo", recover("ana-new"));
    world.ok("dan", recover("ana-new"));
    let view: GuardView = world.query(&QueryMsg::Guardians(PersonRef { person: Id(1) }));
    assert_eq!(view.recoveries.len(), 2);
    assert_eq!(view.recoveries[0].ready_at, None);
    assert!(view.recoveries[1].ready_at.is_some());
    world.wait(7 * DAY);
    world.ok("ana-new", json!({"complete_recovery": {"person": "1"}}));
    assert_eq!(world.number("ana-new"), 1);
    let view: GuardView = world.query(&QueryMsg::Guardians(PersonRef { person: Id(1) }));
    assert!(view.recoveries.is_empty(), "the other is void");
    world.check();
}

#[test]
fn a_guardian_has_one_word_and_the_delay_runs_anew_when_too_few_remain() {
    let mut world = town();
    let guardians = json!({"set_guardians": {"persons": ["2", "3", "4"], "threshold": 2}});
    world.ok("ana", guardians);
    let recover = |to: &str| json!({"recover": {"person": "1", "to": address(to)}});
    world.ok("ben", recover("thief"));
    world.ok("cleo", recover("thief"));
    world.wait(6 * DAY);
    world.ok("cleo", recover("ana-new"));
    world.wait(2 * DAY);
    let complete = json!({"complete_recovery": {"person": "1"}});
    let few = "words of guardians too few used=1 most=2";
    world.no("thief", complete.clone(), few);
    world.ok("dan", recover("thief"));
    world.no("thief", complete.clone(), "too early: recovery");
    world.ok("dan", recover("ana-new"));
    world.wait(7 * DAY);
    world.no("thief", complete.clone(), few);
    world.ok("ana-new", complete);
    world.check();
}

// ---- organisations

#[test]
fn nobody_keeps_a_member_from_leaving_by_accusing_again_and_again() {
    let mut world = town();
    let before = world.accuse("ben", "ana", "notice");
    world.ok("ana", json!({"leave": {}}));
    let close = json!({"advance": {"person": "1"}});
    world.no(
        "anyone",
        close.clone(),
        "open items: a jury judges measure 1",
    );
    let accuse = json!({"accuse": {"person": "1", "step": "notice", "reasons": "cd".repeat(32)}});
    world.no("cleo", accuse.clone(), "leaving begun: person=1");
    // what was open goes on: here the jury lapses
    world.wait(15 * DAY);
    world.advance();
    let used = json!({"advance": {"case": before.to_string()}});
    world.no("anyone", used, "case used");
    world.no("cleo", accuse, "leaving begun: person=1");
    world.ok("anyone", close);
    assert_eq!(world.standing("ana").status, Status::Left);
    world.check();
}

#[test]
fn a_measure_can_be_appealed_whoever_accuses_meanwhile_and_the_next_step_waits() {
    let mut world = town();
    world.sentence("ben", "ana", "notice");
    let next = world.accuse("ben", "ana", "reduced"); // at once
    let appeal = case_of(&world.ok("ana", json!({"appeal": {"reasons": "12".repeat(32)}})));
    world.verdict(next, "uphold");
    let go_on = json!({"advance": {"case": next.to_string()}});
    let waits = format!("case waits: case={next} for the appeal");
    world.no("anyone", go_on.clone(), &waits);
    // the agenda waits, too, and stops nothing
    world.wait(13 * DAY);
    world.verdict(appeal, "uphold");
    world.no("anyone", go_on.clone(), &waits);
    world.ok("anyone", json!({"advance": {"case": appeal.to_string()}}));
    assert_eq!(world.standing("ana").step, "notice");
    world.ok("anyone", go_on);
    assert_eq!(world.standing("ana").step, "reduced");
    world.check();
}

#[test]
fn the_agenda_comes_back_to_a_step_that_waited_for_an_appeal() {
    let mut world = town();
    world.sentence("ben", "ana", "notice");
    let next = world.accuse("ben", "ana", "reduced");
    world.wait(2 * DAY);
    world.ok("ana", json!({"appeal": {"reasons": "12".repeat(32)}}));
    world.verdict(next, "uphold");
    // the accusation's deadline passes before the appeal's
    world.wait(12 * DAY + 1);
    let looked = world.ok("anyone", json!({"advance": {"limit": 50}}));
    assert_eq!(events(&looked, "wasm-case_used"), 0);
    assert_eq!(world.standing("ana").step, "notice");
    // the appeal lapses: the notice stands, and the upheld step is one step up
    world.wait(3 * DAY);
    world.advance();
    world.wait(DAY);
    world.advance();
    assert_eq!(world.standing("ana").step, "reduced");
    let used = json!({"advance": {"case": next.to_string()}});
    world.no("anyone", used, "case used");
    world.check();
}
