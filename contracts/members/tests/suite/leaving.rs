//! Leaving with all that is one's own, organisations, and heights.

use crate::world::{DAY, World};
use mycel_kit::peers::items::OpenItems;
use mycel_kit::peers::members::{
    Barred, Controllers, Count, Eligible, PersonAddress, Related, Status,
};
use mycel_kit::{Id, Seconds};
use mycel_members::ask::{ExportItem, ExportResponse, OrgView, QueryMsg, RecordResponse};
use mycel_members::export::record_hash;
use mycel_members::msg::{Page, PersonRef};
use mycel_sandbox::{Fault, address};
use serde_json::{Value, json};

fn town() -> World {
    let mut world = World::new(json!({"growth_least": 100, "invites_per_epoch": 50}));
    world.found(&["ana", "ben", "cleo", "dan"]);
    world
}

fn close(person: u64) -> Value {
    json!({"advance": {"person": person.to_string()}})
}

#[test]
fn leaving_closes_account_leaf_and_class_when_nothing_is_open_anywhere() {
    let mut world = town();
    world.ok("ben", json!({"vouch": {"person": "1", "weight": 2}}));
    world.ok("ana", json!({"vouch": {"person": "3", "weight": 2}}));
    world.ok("ana", json!({"leave": {}}));
    assert_eq!(world.standing("ana").status, Status::Leaving);
    assert!(world.account("ana").expect("an account").leaving);
    assert!(!world.leaf(1).expect("a leaf").live);
    assert_eq!(world.leaf(3).expect("a leaf").vouch, 0);
    world.no("ana", json!({"leave": {}}), "already so: leaving");
    world.check();
    world.ok("anyone", close(1));
    assert_eq!(world.standing("ana").status, Status::Left);
    assert_eq!(world.account("ana"), None);
    assert!(world.leaf(1).expect("a leaf").retired);
    assert_eq!(world.class("ana"), None);
    world.no("anyone", close(1), "not in standing");
    world.no(
        "ana",
        json!({"vouch": {"person": "3", "weight": 1}}),
        "not in standing",
    );
    world.check();
}

#[test]
fn nobody_leaves_with_a_debt_a_balance_or_open_items() {
    let mut world = town();
    world.no(
        "anyone",
        close(1),
        "not in standing: person=1 status=active",
    );
    world.ok("ana", json!({"leave": {}}));
    world.owe("ana", -7);
    world.no("anyone", close(1), "open items: position=-7");
    world.owe("ana", 7);
    world.no("anyone", close(1), "open items: position=7");
    world.open_at_credit("ana", 2);
    world.no("anyone", close(1), "open items: 2 at");
    world.open_at_credit("ana", 0);
    // a peer that does not answer refuses
    let fault = Fault::query_of(world.credit.as_str(), 1);
    world.sandbox.fail_next(fault);
    assert!(world.say("anyone", close(1)).is_err());
    world.ok("anyone", close(1));
}

#[test]
fn a_further_peer_is_asked_too() {
    let mut world = town();
    // double answers `open_items` with none; credit asked as a further peer has one
    let (credit, double) = (world.credit.to_string(), world.double.to_string());
    world.decided(json!({"set_peers": {"items": [double, credit]}}));
    world.ok("ana", json!({"leave": {}}));
    world.open_at_credit("ana", 1);
    world.no("anyone", close(1), "open items: 1 at");
    world.open_at_credit("ana", 0);
    world.ok("anyone", close(1));
}

#[test]
fn trust_is_asked_what_is_open_of_whoever_is_enrolled_there() {
    let mut world = town();
    let trust = world.trust.clone();
    let deals = |world: &mut World, name: &str, open: u32| {
        let told = json!({"test": {"owner": address(name), "open": open}});
        world
            .sandbox
            .execute(&address("anyone"), &trust, &told)
            .expect("told");
    };
    world.ok("ana", json!({"leave": {}}));
    deals(&mut world, "ana", 2);
    world.no("anyone", close(1), "open items: 2 at");
    deals(&mut world, "ana", 0);
    world.ok("anyone", close(1));
    assert!(world.leaf(1).is_some_and(|leaf| leaf.retired));
    world.check();
}

#[test]
fn who_is_before_a_jury_or_controls_an_organisation_settles_that_first() {
    let mut world = town();
    let case = world.accuse("ben", "ana", "notice");
    world.ok("ana", json!({"leave": {}}));
    world.no("anyone", close(1), "open items: a jury judges measure 1");
    let open: OpenItems = world.query(&QueryMsg::OpenItems {
        member: address("ana").to_string(),
    });
    assert_eq!(open.open, 1);
    world.verdict(case, "dismiss");
    world.ok("anyone", json!({"advance": {"case": case.to_string()}}));
    world.ok("anyone", close(1));
    world.check();
}

fn export(world: &World, name: &str) -> Vec<ExportItem> {
    let (mut items, mut after) = (vec![], None);
    loop {
        let page: ExportResponse = world.query(&QueryMsg::Export {
            member: address(name).to_string(),
            after,
        });
        items.extend(page.items);
        match page.next {
            Some(next) => after = Some(next),
            None => {
                assert_eq!(items.len(), page.total as usize);
                return items;
            }
        }
    }
}

#[test]
fn the_export_is_the_whole_record_in_pages_and_its_hash_is_what_leaving_writes() {
    let mut world = town();
    for slot in 0..30 {
        world.ok("ana", json!({"set_listing": {"slot": slot, "listing": {"kind": "offer", "name": format!("bread {slot}")}}}));
    }
    for _ in 0..40 {
        world.ok(
            "ana",
            json!({"issue_credential": {"subject": "2", "hash": "5a".repeat(32)}}),
        );
    }
    world.ok(
        "ben",
        json!({"issue_credential": {"subject": "1", "hash": "5b".repeat(32)}}),
    );
    world.ok("ben", json!({"vouch": {"person": "1", "weight": 2}}));
    world.ok("ana", json!({"vouch": {"person": "2", "weight": 2}}));
    world.ok(
        "ana",
        json!({"set_guardians": {"persons": ["2", "3"], "threshold": 2}}),
    );
    world.ok(
        "cleo",
        json!({"flag": {"person": "1", "reasons": "ef".repeat(32)}}),
    );
    let items = export(&world, "ana");
    let count = |of: fn(&ExportItem) -> bool| items.iter().filter(|item| of(item)).count();
    assert_eq!(count(|i| matches!(i, ExportItem::Listing(_))), 30);
    assert_eq!(count(|i| matches!(i, ExportItem::CredentialIssued(_))), 40);
    assert_eq!(count(|i| matches!(i, ExportItem::CredentialReceived(_))), 1);
    assert_eq!(count(|i| matches!(i, ExportItem::VouchGiven(_))), 1);
    assert_eq!(count(|i| matches!(i, ExportItem::VouchReceived(_))), 1);
    assert_eq!(count(|i| matches!(i, ExportItem::FlagReceived { .. })), 1);
    assert_eq!(count(|i| matches!(i, ExportItem::Guardians(_))), 1);
    assert!(matches!(&items[0], ExportItem::Member(view) if view.person == Id(1)));

    let record: RecordResponse = world.query(&QueryMsg::Record(PersonRef { person: Id(1) }));
    let ours = record_hash("mycel-sandbox", 1, &items).expect("a hash");
    assert_eq!(record.record, cosmwasm_std::to_hex(ours));
    world.ok("ana", json!({"attest": {}}));
    let record: RecordResponse = world.query(&QueryMsg::Record(PersonRef { person: Id(1) }));
    assert_eq!(record.attested, Some(record.record));

    // leaving writes the hash of the record as it then is; the export stays readable
    world.ok("ana", json!({"leave": {}}));
    world.ok("anyone", close(1));
    let record: RecordResponse = world.query(&QueryMsg::Record(PersonRef { person: Id(1) }));
    assert_eq!(record.attested, Some(record.record.clone()));
    let left = record_hash("mycel-sandbox", 1, &export(&world, "ana")).expect("a hash");
    assert_eq!(record.record, cosmwasm_std::to_hex(left));
    // one changed item is another hash, and so is another order
    let mut other = items.clone();
    other.swap(1, 2);
    assert_ne!(
        record_hash("mycel-sandbox", 1, &other).expect("a hash"),
        ours
    );
    assert_ne!(
        record_hash("mycel-sandbox", 1, &items[1..]).expect("a hash"),
        ours
    );
    assert_ne!(record_hash("another", 1, &items).expect("a hash"), ours);
}

fn org(controllers: &[(u64, u16)], threshold: u16) -> Value {
    let controllers: Vec<Value> = controllers
        .iter()
        .map(|(person, bps)| json!({"person": person.to_string(), "bps": bps}))
        .collect();
    json!({"purpose": "bread for all", "controllers": controllers, "threshold_bps": threshold})
}

fn bakery(world: &mut World) -> u64 {
    let found = json!({"found": {"address": address("bakery"), "handle": "bakery",
        "org": org(&[(1, 4_000), (2, 3_000), (3, 3_000)], 6_000)}});
    world.ok("ana", found);
    let approve = json!({"approve_founding": {"address": address("bakery")}});
    world.ok("ben", approve.clone());
    world.no("bakery", approve.clone(), "open items: word of person 3");
    world.ok("cleo", approve.clone());
    world.no("cleo", approve.clone(), "already so: word given");
    world.ok("bakery", approve);
    world.number("bakery")
}

#[test]
fn an_organisation_needs_every_controllers_word_and_its_addresss() {
    let mut world = town();
    let number = bakery(&mut world);
    assert_eq!(number, 5);
    let account = world.account("bakery").expect("an account");
    assert_eq!(
        (account.kind, account.person),
        (mycel_kit::peers::credit::Kind::Org, None)
    );
    assert_eq!(world.class("bakery").as_deref(), Some("organisation"));
    let controllers: Controllers = world.query(&QueryMsg::Controllers {
        org: address("bakery").to_string(),
    });
    assert_eq!(
        controllers
            .persons
            .iter()
            .map(|c| u32::from(c.bps))
            .sum::<u32>(),
        10_000
    );
    let related: Related = world.query(&QueryMsg::Related { a: Id(1), b: Id(3) });
    assert!(related.org && !related.sponsor && !related.vouch);
    let refused = world.refused(&QueryMsg::Controllers {
        org: address("ana").to_string(),
    });
    assert!(refused.contains("wrong kind: needs=organisation"));
    // an organisation is no person
    world.no(
        "bakery",
        json!({"vouch": {"person": "1", "weight": 1}}),
        "wrong kind: needs=person",
    );
    world.no(
        "bakery",
        json!({"flag": {"person": "1", "reasons": "ef".repeat(32)}}),
        "wrong kind",
    );
    world.ok(
        "bakery",
        json!({"issue_credential": {"subject": "1", "hash": "5a".repeat(32)}}),
    );
    world.check();
}

#[test]
fn shares_add_up_and_controllers_are_persons_in_standing_each_once() {
    let mut world = town();
    let found = |shares: &[(u64, u16)], threshold| {
        json!({"found": {"address": address("bakery"),
        "handle": "bakery", "org": org(shares, threshold)}})
    };
    world.no(
        "ana",
        found(&[(1, 9_999)], 6_000),
        "shares: sum=9999 needs=10000",
    );
    world.no(
        "ana",
        found(&[(1, 5_000), (1, 5_000)], 6_000),
        "already so: controller named",
    );
    world.no(
        "ana",
        found(&[(1, 10_000), (2, 0)], 6_000),
        "out of bounds: bps=0",
    );
    world.no("ana", found(&[(2, 10_000)], 6_000), "unauthorized");
    world.no(
        "ana",
        found(&[(1, 10_000)], 5_000),
        "out of bounds: threshold_bps=5000 least=5001",
    );
    world.no(
        "ana",
        found(&[(1, 5_000), (9, 5_000)], 6_000),
        "unknown member",
    );
    let taken = json!({"found": {"address": address("ben"), "handle": "bakery", "org": org(&[(1, 10_000)], 6_000)}});
    world.no("ana", taken, "address taken");
}

#[test]
fn a_change_needs_the_threshold_and_the_word_of_new_controllers_and_serials_never_come_back() {
    let mut world = town();
    let number = bakery(&mut world).to_string();
    let propose = |change: Value| json!({"propose_change": {"org": number, "change": change}});
    let approve = |serial: u32| json!({"approve_change": {"org": number, "serial": serial}});
    world.no("dan", propose(org(&[(4, 10_000)], 6_000)), "unauthorized");
    world.ok("ana", propose(org(&[(1, 5_000), (4, 5_000)], 7_000)));
    world.no("ana", approve(1), "already so: word given");
    world.ok("ben", approve(1));
    let view: OrgView = world.query(&QueryMsg::Org { org: Id(5) });
    assert_eq!(view.changes.len(), 1, "dan has not agreed");
    assert_eq!((view.changes[0].serial, view.changes[0].by), (1, Id(1)));
    world.ok("dan", approve(1));
    let view: OrgView = world.query(&QueryMsg::Org { org: Id(5) });
    assert_eq!((view.threshold_bps, view.changes), (7_000, vec![]));
    world.no("ben", propose(org(&[(2, 10_000)], 6_000)), "unauthorized");
    // a word given late to a change that was made says nothing about the next
    world.ok("dan", propose(org(&[(4, 10_000)], 6_000)));
    world.no("ana", approve(1), "not found: change=1");
    let related: Related = world.query(&QueryMsg::Related { a: Id(1), b: Id(2) });
    assert!(!related.org, "ben controls nothing any more");
    world.check();
}

#[test]
fn an_organisation_is_closed_by_its_controllers_and_lets_them_go() {
    let mut world = town();
    let number = bakery(&mut world).to_string();
    world.ok("ana", json!({"leave": {}}));
    world.no("anyone", close(1), "open items: controls organisation 5");
    world.no("bakery", json!({"leave": {}}), "wrong kind");
    let propose = json!({"propose_change": {"org": number, "close": true,
        "change": org(&[(2, 5_000), (3, 5_000)], 6_000)}});
    world.ok("ben", propose);
    world.ok(
        "cleo",
        json!({"approve_change": {"org": number, "serial": 1}}),
    );
    assert_eq!(world.standing("bakery").status, Status::Leaving);
    world.ok("anyone", close(5));
    assert_eq!(world.class("bakery"), None);
    world.ok("anyone", close(1));
    world.check();
}

#[test]
fn a_person_controls_few_organisations() {
    let mut world = World::new(json!({"orgs_per_person": 1}));
    world.found(&["ana"]);
    for name in ["bakery", "dairy"] {
        let found = json!({"found": {"address": address(name), "handle": name, "org": org(&[(1, 10_000)], 6_000)}});
        if name == "dairy" {
            world.no(
                "ana",
                found,
                "quota used: organisations of a person used=1 most=1",
            );
        } else {
            world.ok("ana", found);
            world.ok(
                name,
                json!({"approve_founding": {"address": address(name)}}),
            );
        }
    }
}

fn count(world: &World, at: u64) -> u32 {
    world.query::<Count>(&QueryMsg::Count { at: Id(at) }).count
}

fn eligible(world: &World, name: &str, at: u64, days: u64) -> bool {
    world
        .query::<Eligible>(&QueryMsg::Eligible {
            address: address(name).to_string(),
            at: Id(at),
            residency: Seconds(days * DAY),
        })
        .eligible
}

#[test]
fn who_had_a_say_at_a_height_is_exact_and_never_changes_afterwards() {
    let mut world = town();
    let opened = world.sandbox.height();
    world.join("ana", "eve");
    let joined = world.sandbox.height();
    assert_eq!((count(&world, opened), count(&world, joined)), (4, 5));
    assert!(!eligible(&world, "eve", opened, 0));
    assert!(eligible(&world, "eve", joined, 0));
    for step in ["notice", "reduced", "suspended"] {
        world.sentence("ben", "eve", step);
    }
    let suspended = world.sandbox.height();
    world.ok("dan", json!({"leave": {}}));
    world.block();
    let left = world.sandbox.height();
    world.wait(180 * DAY + 1);
    world.advance();
    world.block();
    let back = world.sandbox.height();
    let expected = [
        (0, 0),
        (opened, 4),
        (joined, 5),
        (suspended, 4),
        (left, 3),
        (back, 4),
        (u64::MAX, 4),
    ];
    for (at, expected) in expected {
        assert_eq!(count(&world, at), expected, "at {at}");
        let names = ["ana", "ben", "cleo", "dan", "eve"];
        let said = names
            .iter()
            .filter(|name| eligible(&world, name, at, 0))
            .count();
        assert_eq!(said as u32, expected, "the count is the eligible, at {at}");
    }
    // within a block nothing changes either: height h means before block h
    let height = world.sandbox.height();
    let before = count(&world, height);
    world.ok("cleo", json!({"leave": {}}));
    assert_eq!(count(&world, height), before);
    assert!(eligible(&world, "cleo", height, 0));
}

#[test]
fn residency_is_judged_at_the_height_and_founders_have_it() {
    let mut world = town();
    world.join("ana", "eve");
    world.wait(59 * DAY);
    world.advance();
    world.block();
    let early = world.sandbox.height();
    world.wait(2 * DAY);
    world.advance();
    world.block();
    let late = world.sandbox.height();
    assert!(eligible(&world, "ana", early, 60), "a founder");
    assert!(!eligible(&world, "eve", early, 60));
    assert!(eligible(&world, "eve", late, 60));
    world.wait(100 * DAY);
    world.advance();
    assert!(
        !eligible(&world, "eve", early, 60),
        "later knowledge changes no snapshot"
    );
    assert!(!eligible(&world, "stranger", late, 0));
}

#[test]
fn an_address_without_the_role_vote_is_not_eligible() {
    let mut world = town();
    world.ok(
        "ana",
        json!({"add_key": {"address": address("purse"), "roles": ["pay"]}}),
    );
    world.ok("purse", json!({"accept_key": {"person": "1"}}));
    world.block();
    let height = world.sandbox.height();
    assert!(eligible(&world, "ana", height, 0));
    assert!(!eligible(&world, "purse", height, 0));
}

#[test]
fn electors_have_dense_places_though_organisations_have_numbers_too() {
    let mut world = town();
    bakery(&mut world);
    world.join("ana", "eve");
    let answer: Eligible = world.query(&QueryMsg::Eligible {
        address: address("eve").to_string(),
        at: Id(world.sandbox.height()),
        residency: Seconds(0),
    });
    assert_eq!((world.number("eve"), answer.number), (6, Some(4)));
    let org: Eligible = world.query(&QueryMsg::Eligible {
        address: address("bakery").to_string(),
        at: Id(world.sandbox.height()),
        residency: Seconds(0),
    });
    assert_eq!((org.eligible, org.number), (false, None));
}

#[test]
fn barred_persons_come_in_pages_and_related_ones_are_known() {
    let mut world = town();
    for name in ["ana", "cleo", "dan"] {
        world.ok(name, json!({"leave": {}}));
    }
    let page = |after: Option<u64>| -> Barred {
        world.query(&QueryMsg::Barred(Page {
            after: after.map(Id),
            limit: Some(2),
        }))
    };
    let first = page(None);
    assert_eq!(
        (first.persons, first.next),
        (vec![Id(1), Id(3)], Some(Id(3)))
    );
    let second = page(Some(3));
    assert_eq!((second.persons, second.next), (vec![Id(4)], None));
    let address: PersonAddress = world.query(&QueryMsg::Person(PersonRef { person: Id(2) }));
    assert_eq!(address.address, mycel_sandbox::address("ben").to_string());
}

#[test]
fn sponsors_siblings_and_vouchers_are_related() {
    let mut world = town();
    world.join("ana", "eve");
    world.join("ana", "fay");
    world.ok("ben", json!({"vouch": {"person": "3", "weight": 1}}));
    let related =
        |a: u64, b: u64| -> Related { world.query(&QueryMsg::Related { a: Id(a), b: Id(b) }) };
    for (a, b, sponsor, vouch) in [
        (1, 5, true, false),
        (5, 1, true, false),
        (5, 6, true, false),
        (2, 3, false, true),
        (3, 2, false, true),
        (1, 2, false, false),
    ] {
        let found = related(a, b);
        assert_eq!((found.sponsor, found.vouch), (sponsor, vouch), "{a} {b}");
    }
}
