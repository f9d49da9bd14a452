//! Coming back: who left joins again as the same person, and leaving launders
//! nothing.

use crate::world::{DAY, World, accept, case_of, event_attribute, events, idc};
use mycel_kit::peers::members::{Eligible, Related, Status};
use mycel_kit::{Id, Seconds};
use mycel_members::ask::{ExportItem, ExportResponse, MemberView, QueryMsg, QueueResponse};
use mycel_members::msg::{Page, PersonRef};
use mycel_sandbox::address;
use serde_json::{Value, json};

fn town() -> World {
    let mut world = World::new(json!({"growth_least": 100, "invites_per_epoch": 50,
        "sponsor_residency": 0}));
    world.found(&["ana", "ben", "cleo", "dan"]);
    world
}

fn close(world: &mut World, person: u64) {
    world.ok("anyone", json!({"advance": {"person": person.to_string()}}));
    world.block();
}

fn go(world: &mut World, name: &str) -> u64 {
    let number = world.number(name);
    world.ok(name, json!({"leave": {}}));
    close(world, number);
    number
}

fn invite(name: &str) -> Value {
    json!({"invite": {"address": address(name)}})
}

fn member(world: &World, person: u64) -> MemberView {
    world.query(&QueryMsg::Member(PersonRef { person: Id(person) }))
}

fn queue(world: &World) -> QueueResponse {
    world.query(&QueryMsg::Queue(Page {
        after: None,
        limit: None,
    }))
}

#[test]
fn who_left_joins_again_by_invitation_as_the_same_person() {
    let mut world = town();
    world.ok("ana", json!({"vouch": {"person": "2", "weight": 2}}));
    assert_eq!(go(&mut world, "ben"), 2);
    world.check();
    world.ok("ana", invite("ben"));
    let receipt = world.ok("ben", accept(Some(1), "ben"));
    assert_eq!(
        event_attribute(&receipt, "wasm-returned", "person").as_deref(),
        Some("2")
    );
    assert_eq!(events(&receipt, "wasm-enrolled"), 0);
    let ben = member(&world, 2);
    assert_eq!(ben.status, Status::Active);
    assert_eq!((ben.sponsor, ben.founder), (Some(Id(1)), false));
    assert_eq!((ben.left, ben.leaves, ben.vouched), (None, false, 0));
    assert_eq!(ben.joined, Seconds(world.now()));
    assert_eq!(ben.handle, "ben@riverside", "the handle rested for him");
    let account = world.account("ben").expect("an account");
    assert_eq!((account.leaving, account.person), (false, Some(Id(2))));
    let leaf = world.leaf(2).expect("a leaf");
    assert_eq!((leaf.live, leaf.retired, leaf.vouch), (true, false, 0));
    assert_eq!(world.class("ben").as_deref(), Some("member"));
    world.check();
    world.block();
    world.ok("ben", json!({"vouch": {"person": "1", "weight": 1}}));
    world.no("ana", invite("ben"), "address taken");
    // and may leave and come back again
    go(&mut world, "ben");
    world.ok("ana", invite("ben"));
    world.ok("ben", accept(Some(1), "ben"));
    assert_eq!(world.number("ben"), 2);
    world.join("ana", "eve");
    assert_eq!(world.number("eve"), 5, "no number was given meanwhile");
    world.check();
}

#[test]
fn another_address_brings_a_person_back_only_if_both_say_so() {
    let mut world = town();
    go(&mut world, "ben");
    world.ok("ana", invite("ben-again"));
    let again = json!({"accept": {"sponsor": "1", "handle": "benny", "idc": idc("ben")}});
    world.no("ben-again", again.clone(), "left before: person=2");
    let roles = ["pay", "vote", "recover"];
    let key = json!({"add_key": {"address": address("ben-again"), "roles": roles}});
    world.ok("ben", key);
    world.ok("ben-again", json!({"accept_key": {"person": "2"}}));
    let other = json!({"accept": {"sponsor": "1", "handle": "benny", "idc": idc("new")}});
    world.no("ben-again", other, "identity another: person=2");
    world.ok("ben-again", again);
    assert_eq!(member(&world, 2).address, address("ben-again").to_string());
    assert!(world.account("ben-again").is_some() && world.account("ben").is_none());
    assert!(!world.is_known("ben"), "an address of the past");
    world.check();
}

#[test]
fn keys_stay_a_persons_after_leaving_and_guardians_help_still() {
    let mut world = town();
    let guardians = json!({"set_guardians": {"persons": ["1", "3"], "threshold": 2}});
    world.ok("ben", guardians);
    go(&mut world, "ben");
    let recover = json!({"recover": {"person": "2", "to": address("ben-new")}});
    world.ok("ana", recover.clone());
    world.ok("cleo", recover);
    world.wait(30 * DAY);
    world.ok("ben-new", json!({"complete_recovery": {"person": "2"}}));
    world.no("ana", invite("ben"), "address taken");
    world.ok("ana", invite("ben-new"));
    let back = json!({"accept": {"sponsor": "1", "handle": "benny", "idc": idc("ben")}});
    world.ok("ben-new", back);
    assert_eq!(world.number("ben-new"), 2);
    world.check();
}

#[test]
fn the_assembly_admits_who_left_and_nobody_comes_back_unasked() {
    let mut world = town();
    go(&mut world, "ben");
    world.no("ben", accept(None, "ben"), "no invitation");
    world.decided(json!({"admit": {"address": address("ben")}}));
    world.ok("ben", accept(None, "ben"));
    assert_eq!(member(&world, 2).sponsor, None);
    world.check();
}

#[test]
fn who_is_on_the_way_out_is_told_what_comes_before_coming_back() {
    let mut world = town();
    world.ok("ben", json!({"leave": {}}));
    world.no(
        "ana",
        invite("ben"),
        "still leaving: person=2; once nothing is open, advance",
    );
    for step in ["notice", "reduced", "suspended", "expelled"] {
        world.sentence("ana", "cleo", step);
    }
    world.no("ana", invite("cleo"), "still expelled: person=3 until=");
    world.no("ana", invite("dan"), "address taken");
}

#[test]
fn nobody_comes_back_in_the_block_of_leaving() {
    let mut world = town();
    world.ok("ben", json!({"leave": {}}));
    world.ok("anyone", json!({"advance": {"person": "2"}}));
    world.no("ana", invite("ben"), "too early: coming back");
    world.block();
    world.ok("ana", invite("ben"));
}

#[test]
fn a_step_in_force_goes_on_after_coming_back() {
    let mut world = town();
    for step in ["notice", "reduced"] {
        world.sentence("ana", "ben", step);
    }
    let until = sanction_until(&world, 2);
    go(&mut world, "ben");
    world.ok("ana", invite("ben"));
    world.ok("ben", accept(Some(1), "ben"));
    assert_eq!(world.standing("ben").step, "reduced");
    assert_eq!(sanction_until(&world, 2), until, "not a day less");
    assert_eq!(world.account("ben").expect("an account").scale_bps, 5_000);
    world.no("ben", invite("eve"), "not in standing");
    world.check();

    world.sentence("ana", "cleo", "notice");
    for step in ["reduced", "suspended"] {
        world.sentence("ana", "cleo", step);
    }
    go(&mut world, "cleo");
    world.ok("ana", invite("cleo"));
    world.ok("cleo", accept(Some(1), "cleo"));
    assert!(world.account("cleo").expect("an account").frozen);
    assert!(!world.leaf(3).expect("a leaf").live);
    world.check();
    // each step runs out in its time
    world.wait(400 * DAY);
    world.advance();
    world.wait(400 * DAY);
    world.advance();
    assert_eq!(world.standing("cleo").step, "none");
    let account = world.account("cleo").expect("an account");
    assert_eq!((account.frozen, account.scale_bps), (false, 10_000));
    assert!(world.leaf(3).expect("a leaf").live);
    world.check();
}

fn sanction_until(world: &World, person: u64) -> String {
    let asked = QueryMsg::Sanction(PersonRef { person: Id(person) });
    let told: Value = world.query(&asked);
    told["until"].to_string()
}

fn expelled() -> World {
    let mut world = town();
    for step in ["notice", "reduced", "suspended", "expelled"] {
        world.sentence("ana", "ben", step);
    }
    go(&mut world, "ben");
    world
}

#[test]
fn an_expelled_person_is_readmitted_when_the_expulsion_has_run_out() {
    let mut world = expelled();
    world.no("ana", invite("ben"), "still expelled: person=2 until=");
    let admit = json!({"admit": {"address": address("ben")}});
    let refused = world.decide("constitutional", &admit).expect_err("refused");
    assert!(refused.text.contains("still expelled"), "{}", refused.text);
    world.check();
    world.wait(3 * 366 * DAY);
    // nobody needs to have advanced it
    world.ok("ana", invite("ben"));
    world.ok("ben", accept(Some(1), "ben"));
    assert_eq!(world.standing("ben").step, "none");
    let account = world.account("ben").expect("an account");
    assert_eq!((account.frozen, account.scale_bps), (false, 10_000));
    world.check();
}

#[test]
fn an_appeal_after_leaving_lifts_an_expulsion_and_blocks_joining_until_it_is_decided() {
    let mut world = expelled();
    let appeal = json!({"appeal": {"reasons": "ef".repeat(32)}});
    let case = case_of(&world.ok("ben", appeal));
    world.no("ana", invite("ben"), "still judged: person=2");
    world.verdict(case, "dismiss");
    world.no("ana", invite("ben"), "still judged");
    world.ok("anyone", json!({"advance": {"case": case.to_string()}}));
    world.ok("ana", invite("ben"));
    world.ok("ben", accept(Some(1), "ben"));
    assert_eq!(world.standing("ben").step, "none");
    world.check();
}

#[test]
fn a_jury_whose_word_comes_after_leaving_is_heard() {
    let mut world = World::new(json!({"growth_least": 100, "recheck_bps": 10_000,
        "sponsor_residency": 0}));
    world.found(&["ana", "ben"]);
    world.join("ana", "eve");
    let receipt = world.ok("anyone", json!({"advance": {"limit": 10}}));
    let case = case_of(&receipt);
    go(&mut world, "eve");
    world.verdict(case, "uphold");
    world.ok("anyone", json!({"advance": {"case": case.to_string()}}));
    assert_eq!(member(&world, 3).step, "notice");
    world.check();
    world.ok("ben", invite("eve"));
    world.ok("eve", accept(Some(2), "eve"));
    assert_eq!(world.standing("eve").step, "notice");
    world.check();
}

#[test]
fn who_waits_to_come_back_waits_once_and_may_withdraw_and_stays_the_same_person() {
    let mut world = World::new(json!({"allowed_places": 0, "sponsor_residency": 0}));
    world.found(&["ana", "ben"]);
    let roles = ["vote", "recover"];
    let key = json!({"add_key": {"address": address("ben-2"), "roles": roles}});
    world.ok("ben", key);
    world.ok("ben-2", json!({"accept_key": {"person": "2"}}));
    go(&mut world, "ben");
    world.ok("ana", invite("ben"));
    world.ok("ana", invite("ben-2"));
    world.ok("ben", accept(Some(1), "ben"));
    assert_eq!(queue(&world).entries[0].person, Some(Id(2)));
    assert_eq!(member(&world, 2).status, Status::Left);
    let second = json!({"accept": {"sponsor": "1", "handle": "benny", "idc": idc("ben")}});
    world.no("ben-2", second.clone(), "already so: waiting to come back");
    world.check();
    world.ok("ben", json!({"withdraw": {}}));
    world.check();
    // handle and identity are still the person's
    world.ok("ana", invite("eve"));
    let eve = |handle: &str, of: &str| json!({"accept": {"sponsor": "1", "handle": handle, "idc": idc(of)}});
    world.no("eve", eve("ben", "eve"), "handle taken");
    world.no("eve", eve("eve", "ben"), "left before: person=2");
    world.ok("ben-2", second);
    world.check();
}

#[test]
fn who_may_no_longer_come_back_leaves_the_queue_and_stops_nobody() {
    let mut world = World::new(json!({"allowed_places": 0, "sponsor_residency": 0}));
    world.found(&["ana", "ben"]);
    let roles = ["vote", "recover"];
    let key = json!({"add_key": {"address": address("ben-2"), "roles": roles}});
    world.ok("ben", key);
    world.ok("ben-2", json!({"accept_key": {"person": "2"}}));
    go(&mut world, "ben");
    world.ok("ana", invite("ben-2"));
    let back = json!({"accept": {"sponsor": "1", "handle": "benny", "idc": idc("ben")}});
    world.ok("ben-2", back);
    world.ok("ana", invite("eve"));
    world.ok("eve", accept(Some(1), "eve"));
    // the key that waits is taken out
    world.ok("ben", json!({"remove_key": {"address": address("ben-2")}}));
    world.decided(
        json!({"set_parameters": {"numbers": {"allowed_places": 10, "growth_least": 10}}}),
    );
    world.wait(40 * DAY);
    world.advance();
    assert_eq!(queue(&world).waiting, 0);
    assert_eq!(member(&world, 2).status, Status::Left);
    assert_eq!(world.number("eve"), 3);
    world.check();
}

#[test]
fn what_was_true_at_a_height_stays_so_and_residency_begins_anew() {
    let mut world = town();
    world.wait(100 * DAY);
    let eligible = |world: &World, at: u64| -> bool {
        let answer: Eligible = world.query(&QueryMsg::Eligible {
            address: address("ben").to_string(),
            at: Id(at),
            residency: Seconds(60 * DAY),
        });
        answer.eligible
    };
    world.ok("ana", json!({"vouch": {"person": "3", "weight": 1}}));
    world.block();
    let before = world.sandbox.height();
    assert!(eligible(&world, before));
    world.block();
    go(&mut world, "ben");
    let gone = world.sandbox.height();
    assert!(eligible(&world, before) && !eligible(&world, gone));
    world.ok("ana", invite("ben"));
    world.ok("ben", accept(Some(1), "ben"));
    world.block();
    world.block();
    let back = world.sandbox.height();
    assert!(eligible(&world, before), "an answer of the past");
    assert!(!eligible(&world, gone) && !eligible(&world, back));
    world.wait(60 * DAY);
    world.ok("ana", json!({"vouch": {"person": "3", "weight": 2}}));
    world.block();
    assert!(eligible(&world, world.sandbox.height()));
    assert!(eligible(&world, before) && !eligible(&world, gone) && !eligible(&world, back));
}

#[test]
fn sponsors_of_before_stay_related() {
    let mut world = town();
    world.join("ana", "eve");
    world.join("ana", "fay");
    world.join("ben", "gus");
    let number = go(&mut world, "eve");
    world.ok("ben", invite("eve"));
    world.ok("eve", accept(Some(2), "eve"));
    let related = |world: &World, a: u64, b: u64| -> bool {
        let answer: Related = world.query(&QueryMsg::Related { a: Id(a), b: Id(b) });
        answer.sponsor
    };
    let fay = world.number("fay");
    let gus = world.number("gus");
    for other in [1, 2, fay, gus] {
        assert!(related(&world, number, other), "{other}");
        assert!(related(&world, other, number), "{other}");
    }
    assert!(!related(&world, number, 3));
    world.check();
}

#[test]
fn the_export_tells_of_earlier_stays() {
    let mut world = town();
    let joined = member(&world, 2).joined;
    go(&mut world, "ben");
    let left = member(&world, 2).left.expect("a time");
    world.ok("ana", invite("ben"));
    world.ok("ben", accept(Some(1), "ben"));
    let page: ExportResponse = world.query(&QueryMsg::Export {
        member: address("ben").to_string(),
        after: None,
    });
    let stays: Vec<_> = page
        .items
        .iter()
        .filter_map(|item| match item {
            ExportItem::Stay(stay) => Some((stay.joined, stay.left, stay.sponsor, stay.founder)),
            _ => None,
        })
        .collect();
    assert_eq!(stays, [(joined, left, None, true)]);
}
