//! Who comes in, how, how many, and that all of it happens or nothing.

use crate::world::{ALL, DAY, Peers, World, accept, event_attribute, events, idc, native};
use mycel_kit::Id;
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::Status;
use mycel_members::ask::{MemberView, QueryMsg, QueueResponse};
use mycel_members::msg::{Page, PersonRef};
use mycel_sandbox::{Code, Fault, address};
use serde_json::{Value, json};

fn queue(world: &World) -> QueueResponse {
    world.query(&QueryMsg::Queue(Page {
        after: None,
        limit: None,
    }))
}

#[test]
fn enrolment_opens_the_account_enrols_the_commitment_and_sets_the_class_in_one_transaction() {
    let mut world = World::new(json!({}));
    world.found(&["ana"]);
    world.join("ana", "ben");
    let account = world.account("ben").expect("an account");
    assert_eq!((account.kind, account.person), (Kind::Person, Some(Id(2))));
    assert_eq!(account.sponsor, Some(address("ana").to_string()));
    assert_eq!(world.leaf(2).expect("a leaf").idc, idc("ben"));
    assert_eq!(world.class("ben").as_deref(), Some("member"));
    let standing = world.standing("ben");
    assert_eq!(standing.status, Status::Active);
    assert_eq!(standing.roles, ["pay", "vote", "recover"]);
    world.check();
}

#[test]
fn a_failure_anywhere_in_an_enrolment_undoes_all_of_it() {
    for fault in ["credit", "trust", "chain"] {
        let mut world = World::new(json!({}));
        world.found(&["ana"]);
        world.ok("ana", json!({"invite": {"address": address("ben")}}));
        let plan = match fault {
            "credit" => Fault::call_of(world.credit.as_str(), 0),
            "trust" => Fault::call_of(world.trust.as_str(), 0),
            _ => Fault::chain(0),
        };
        let before = world.sandbox.state_hash();
        world.sandbox.fail_next(plan);
        assert!(world.say("ben", accept(Some(1), "ben")).is_err(), "{fault}");
        assert_eq!(world.sandbox.state_hash(), before, "{fault}");
        assert!(!world.is_known("ben"));
        // and it works when nothing fails
        world.ok("ben", accept(Some(1), "ben"));
        assert!(world.is_known("ben"));
        world.check();
    }
}

#[test]
fn nobody_joins_without_an_invitation_or_with_one_that_ran_out() {
    let mut world = World::new(json!({}));
    world.found(&["ana", "cleo"]);
    world.no("ben", accept(Some(1), "ben"), "no invitation");
    world.ok("ana", json!({"invite": {"address": address("ben")}}));
    world.no("ben", accept(Some(2), "ben"), "no invitation");
    world.no("dan", accept(Some(1), "dan"), "no invitation");
    world.no("ben", accept(None, "ben"), "no invitation");
    world.wait(30 * DAY);
    world.no("ben", accept(Some(1), "ben"), "out of time: invitation");
}

#[test]
fn a_sponsor_has_a_quota_for_each_epoch() {
    let mut world = World::new(json!({"invites_per_epoch": 2, "growth_least": 100}));
    world.found(&["ana"]);
    world.join("ana", "ben");
    world.join("ana", "cleo");
    let third = json!({"invite": {"address": address("dan")}});
    world.no(
        "ana",
        third.clone(),
        "quota used: invitations of this epoch used=2 most=2",
    );
    world.wait(30 * DAY);
    world.ok("ana", third);
}

#[test]
fn only_a_member_in_good_standing_and_resident_long_enough_sponsors() {
    let mut world = World::new(json!({"sponsor_residency": 30 * DAY, "growth_least": 100}));
    world.found(&["ana", "eve"]);
    world.join("ana", "ben");
    let invite = json!({"invite": {"address": address("cleo")}});
    world.no("ben", invite.clone(), "too early: sponsoring");
    world.no("nobody", invite.clone(), "unknown member");
    world.wait(30 * DAY);
    world.ok("ben", invite);
    world.sentence("eve", "ben", "notice");
    world.no(
        "ben",
        json!({"invite": {"address": address("dan")}}),
        "not in standing: person=3 status=active step=notice",
    );
    // what was promised before does not count any more
    world.no("cleo", accept(Some(3), "cleo"), "not in standing");
}

#[test]
fn the_assembly_admits_without_a_sponsor() {
    let mut world = World::new(json!({}));
    let admit = json!({"admit": {"address": address("ben")}});
    world.decide("ordinary", &admit).expect("admitted");
    world.ok("ben", accept(None, "ben"));
    assert_eq!(world.member("ben").sponsor, None);
    let stranger = json!({"decided": {"proposal": "1", "electorate": "all",
        "class": "constitutional", "action": {"admit": {"address": address("cleo")}}}});
    world.no("ben", stranger, "unauthorized");
}

#[test]
fn an_epoch_has_so_many_places_and_the_queue_serves_the_rest_in_order() {
    let mut world = World::new(json!({"growth_least": 3, "invites_per_epoch": 50}));
    world.found(&["ana", "ben", "cleo", "dan"]);
    for (sponsor, name) in [
        ("ana", "a-one"),
        ("ben", "b-one"),
        ("cleo", "c-one"),
        ("dan", "d-one"),
        ("ana", "a-two"),
    ] {
        world.ok(sponsor, json!({"invite": {"address": address(name)}}));
        let number = world.number(sponsor);
        world.ok(name, accept(Some(number), name));
        world.block();
    }
    for name in ["a-one", "b-one", "c-one"] {
        assert!(world.is_known(name), "{name}");
    }
    let waiting = queue(&world);
    assert_eq!(
        (waiting.places, waiting.admitted, waiting.waiting),
        (3, 3, 2)
    );
    let names: Vec<_> = waiting.entries.iter().map(|e| e.handle.as_str()).collect();
    assert_eq!(names, ["d-one", "a-two"]);
    world.advance();
    assert!(!world.is_known("d-one"), "no place is open");
    world.wait(30 * DAY);
    world.advance();
    assert!(world.is_known("d-one") && world.is_known("a-two"));
    assert_eq!(queue(&world).waiting, 0);
    world.check();
}

#[test]
fn places_grow_with_the_community_up_to_what_ecology_and_services_allow() {
    use mycel_members::admit::places;
    use mycel_members::parameters::Numbers;
    let numbers = Numbers::default();
    assert_eq!(places(&numbers, 0), 3);
    assert_eq!(places(&numbers, 39), 3);
    assert_eq!(places(&numbers, 1_000), 100);
    let scarce = Numbers {
        allowed_places: 40,
        ..numbers
    };
    assert_eq!(places(&scarce, 1_000), 40);
    let none = Numbers {
        allowed_places: 0,
        ..numbers
    };
    assert_eq!(places(&none, 1_000), 0);
}

#[test]
fn a_sponsor_tree_that_floods_the_queue_gets_a_third_and_blocks_nobody() {
    let mut world =
        World::new(json!({"growth_least": 6, "invites_per_epoch": 50, "sponsor_residency": 0}));
    world.found(&["ana", "ben"]);
    // ana's tree of depth 2: her invitees and theirs
    let mut sent = vec![];
    for name in ["tree-a", "tree-b"] {
        world.join("ana", name);
        sent.push(name.to_owned());
    }
    assert!(world.is_known("tree-a") && world.is_known("tree-b"));
    for (sponsor, name) in [
        ("ana", "tree-c"),
        ("tree-a", "tree-d"),
        ("tree-b", "tree-e"),
    ] {
        world.join(sponsor, name);
        assert!(!world.is_known(name), "{name} is above the tree's third");
    }
    world.join("ben", "other");
    assert!(world.is_known("other"), "those behind the tree are served");
    assert_eq!(queue(&world).tree_places, 2);
    let names: Vec<_> = queue(&world)
        .entries
        .into_iter()
        .map(|entry| entry.handle)
        .collect();
    assert_eq!(
        names,
        ["tree-c", "tree-d", "tree-e"],
        "they keep their places"
    );
    world.wait(30 * DAY);
    world.advance();
    assert!(world.is_known("tree-c") && world.is_known("tree-d"));
    assert!(!world.is_known("tree-e"));
    world.check();
}

#[test]
fn a_third_is_never_more_than_a_third_unless_there_are_fewer_than_three() {
    use mycel_members::admit::tree_places;
    assert_eq!(
        [0, 1, 2, 3, 5, 6, 100].map(tree_places),
        [0, 1, 1, 1, 1, 2, 33]
    );
}

#[test]
fn a_handle_an_address_and_a_commitment_belong_to_one_entry_only() {
    let mut world = World::new(json!({"allowed_places": 0}));
    world.found(&["ana"]);
    for name in ["ben", "cleo"] {
        world.ok("ana", json!({"invite": {"address": address(name)}}));
    }
    world.ok("ben", accept(Some(1), "ben"));
    // while waiting, nothing of it can be taken by another
    let steal = |handle: &str, idc: String| json!({"accept": {"sponsor": "1", "handle": handle, "idc": idc}});
    world.no(
        "cleo",
        steal("ben", idc("cleo")),
        "handle taken: handle=ben like=ben",
    );
    world.no("cleo", steal("cleo", idc("ben")), "identity seen");
    world.no("cleo", steal("cleo", idc("ana")), "identity seen");
    world.no(
        "ana",
        json!({"invite": {"address": address("ben")}}),
        "address taken",
    );
    world.no(
        "ana",
        json!({"invite": {"address": address("ana")}}),
        "address taken",
    );
    // who withdraws gives all of it back
    world.ok("ben", json!({"withdraw": {}}));
    world.ok("cleo", steal("ben", idc("ben")));
    world.check();
}

#[test]
fn a_commitment_that_trust_would_refuse_is_refused_before_it_can_block_the_queue() {
    let mut world = World::new(json!({}));
    world.found(&["ana"]);
    world.ok("ana", json!({"invite": {"address": address("ben")}}));
    let with = |idc: &str| json!({"accept": {"sponsor": "1", "handle": "ben", "idc": idc}});
    world.no("ben", with(&"00".repeat(32)), "identity not canonical");
    let order = "30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001";
    world.no("ben", with(order), "identity not canonical");
    world.no("ben", with("zz"), "not hexadecimal");
    world.no("ben", with(&"AB".repeat(32)), "not hexadecimal");
    let last = "30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000000";
    world.ok("ben", with(last));
}

#[test]
fn an_entry_that_cannot_be_enrolled_is_dropped_by_decision_and_blocks_nobody_for_ever() {
    let mut world = World::new(json!({"allowed_places": 0}));
    world.found(&["ana"]);
    world.ok("ana", json!({"invite": {"address": address("ben")}}));
    world.ok("ben", accept(Some(1), "ben"));
    world.decided(json!({"drop_entry": {"place": "0"}}));
    assert_eq!(queue(&world).waiting, 0);
    world.no("ben", json!({"withdraw": {}}), "not found: queue entry");
    world.check();
}

#[test]
fn an_address_with_an_account_already_is_refused() {
    let mut world = World::new(json!({}));
    world.found(&["ana"]);
    world.ok("ana", json!({"invite": {"address": address("ben")}}));
    // credit knows the address from elsewhere
    let (members, credit) = (world.members.clone(), world.credit.clone());
    let open = json!({"open_account": {"owner": address("ben"), "kind": "org", "person": null, "sponsor": null}});
    world
        .sandbox
        .execute(&members, &credit, &open)
        .expect("opens");
    world.no("ben", accept(Some(1), "ben"), "address taken");
}

#[test]
fn person_numbers_are_dense_and_never_reused() {
    let mut world = World::new(json!({"growth_least": 100}));
    world.found(&["ana", "ben"]);
    world.ok("ben", json!({"leave": {}}));
    world.ok("anyone", json!({"advance": {"person": "2"}}));
    world.join("ana", "cleo");
    assert_eq!(world.number("cleo"), 3);
    let gone: MemberView = world.query(&QueryMsg::Member(PersonRef { person: Id(2) }));
    assert_eq!(gone.status, Status::Left);
    world.check();
}

#[test]
fn about_one_entrant_in_twenty_is_looked_at_by_a_panel_and_nobody_in_its_own_block() {
    let mut world = World::new(json!({"growth_least": 1_000, "invites_per_epoch": 50,
        "sponsor_residency": 0}));
    let founders: Vec<String> = (0..8).map(|n| format!("founder-{n}")).collect();
    let names: Vec<&str> = founders.iter().map(String::as_str).collect();
    world.found(&names);
    let (mut drawn, mut spared) = (0, 0);
    for n in 0..320 {
        let name = format!("entrant-{}", letters(n));
        world.ok(
            &founders[n % 8],
            json!({"invite": {"address": address(&name)}}),
        );
        let receipt = world.ok(&name, accept(Some(n as u64 % 8 + 1), &name));
        assert_eq!(events(&receipt, "wasm-case_opened"), 0);
        let same = world.ok("anyone", json!({"advance": {"limit": 10}}));
        assert_eq!(
            events(&same, "wasm-recheck_spared"),
            0,
            "not in its own block"
        );
        world.wait(7);
        let later = world.ok("anyone", json!({"advance": {"limit": 10}}));
        drawn += events(&later, "wasm-case_opened");
        spared += events(&later, "wasm-recheck_spared");
    }
    assert_eq!(drawn + spared, 320, "each is drawn for once");
    assert!((6..=28).contains(&drawn), "{drawn} of 320");
    world.check();
}

/// The entrants among 24 that are looked at again, drawn for in one block.
fn drawn_for(waits: &[u64]) -> Vec<bool> {
    let mut world = World::new(json!({"recheck_bps": 5_000, "growth_least": 100,
        "invites_per_epoch": 50}));
    world.found(&["ana"]);
    let names: Vec<String> = (0..24).map(|n| format!("entrant-{}", letters(n))).collect();
    for name in &names {
        world.ok("ana", json!({"invite": {"address": address(name)}}));
        world.ok(name, accept(Some(1), name));
    }
    for seconds in waits {
        world.wait(*seconds);
    }
    let mut drawn = Vec::new();
    for _ in &names {
        let receipt = world.ok("anyone", json!({"advance": {"limit": 1}}));
        let (opened, spared) = ("wasm-case_opened", "wasm-recheck_spared");
        assert_eq!(events(&receipt, opened) + events(&receipt, spared), 1);
        drawn.push(events(&receipt, opened) == 1);
    }
    drawn
}

#[test]
fn who_is_looked_at_again_is_drawn_by_the_height_and_the_time_of_a_later_block() {
    let drawn = drawn_for(&[10]);
    assert_eq!(drawn, drawn_for(&[10]), "the same block draws the same");
    assert_ne!(drawn, drawn_for(&[11]), "a block a second later");
    assert_ne!(drawn, drawn_for(&[4, 6]), "a block one higher");
}

fn letters(mut n: usize) -> String {
    let mut text = String::new();
    for _ in 0..3 {
        text.push(char::from(b"abcdefgh"[n % 8]));
        n /= 8;
    }
    text
}

#[test]
fn a_false_entry_is_one_step_for_the_entrant_and_stops_its_sponsors_invitations() {
    let mut world = World::new(json!({"recheck_bps": 10_000, "growth_least": 100}));
    world.found(&["ana"]);
    world.join("ana", "ben");
    let receipt = world.ok("anyone", json!({"advance": {"limit": 10}}));
    let case = crate::world::case_of(&receipt);
    world.verdict(case, "uphold");
    world.ok("anyone", json!({"advance": {"case": case.to_string()}}));
    assert_eq!(world.standing("ben").step, "notice");
    world.no(
        "ana",
        json!({"invite": {"address": address("cleo")}}),
        "penalised",
    );
    world.check();
}

#[test]
fn a_recheck_waits_while_there_are_no_panels_and_stops_no_other_work() {
    let peers = Peers {
        sortition: false,
        ..ALL
    };
    let mut world = World::begin(
        Code::native(native()),
        peers,
        json!({"recheck_bps": 10_000, "growth_least": 100}),
    );
    world.found(&["ana"]);
    world.join("ana", "ben");
    let receipt = world.ok("anyone", json!({"advance": {"limit": 10}}));
    assert_eq!(events(&receipt, "wasm-case_opened"), 0);
    let double = world.double.to_string();
    world.decided(json!({"set_peers": {"sortition": double}}));
    world.wait(DAY + 1);
    // a sortition that refuses does not stop the rest, and is asked again
    let fault = Fault::call_of(world.double.as_str(), 0);
    world.sandbox.fail_next(fault);
    let receipt = world.ok("anyone", json!({"advance": {"limit": 10}}));
    assert_eq!(events(&receipt, "wasm-case_refused"), 1);
    world.check();
    world.wait(DAY + 1);
    let receipt = world.ok("anyone", json!({"advance": {"limit": 10}}));
    assert_eq!(events(&receipt, "wasm-case_opened"), 1);
    world.check();
}

#[test]
fn only_the_authority_of_a_development_network_seeds_and_at_most_fifty() {
    let mut world = World::new(json!({}));
    let seed = |n: usize| -> Value {
        let members: Vec<Value> = (0..n)
            .map(|n| json!({"address": address(&format!("s{n}")), "handle": format!("seed-{}", letters(n))}))
            .collect();
        json!({"seed": {"members": members}})
    };
    world.no("ana", seed(1), "unauthorized");
    let (key, double) = (world.key.clone(), world.double.clone());
    let mut forward = |n: usize| {
        let msg = cosmwasm_std::Binary::from(seed(n).to_string().into_bytes());
        let msg = json!({"forward": {"contract": world.members, "msg": msg}});
        world.sandbox.execute(&key, &double, &msg)
    };
    let refused = forward(51).expect_err("too many");
    assert!(refused.text.contains("too many items: members=51 most=50"));
    forward(50).expect("fifty founders");
    world.block();
    world.check();
    // without a commitment first; it is given once
    world.ok("s0", json!({"set_identity": {"idc": idc("s0")}}));
    world.no(
        "s0",
        json!({"set_identity": {"idc": idc("x")}}),
        "already so",
    );
    assert_eq!(world.leaf(1).expect("a leaf").idc, idc("s0"));
}

#[test]
fn founders_are_named_in_the_block_in_which_the_contract_begins_and_never_later() {
    use mycel_sandbox::{Code, Sandbox};

    let mut sandbox = Sandbox::new(crate::world::START);
    let key = address("key");
    let code = sandbox.store(Code::native(crate::world::native()));
    let begin = json!({"authority": key, "community": "riverside"});
    let members = sandbox
        .instantiate2(&key, code, "members", &begin)
        .expect("members");
    let seed =
        |name: &str| json!({"seed": {"members": [{"address": address(name), "handle": name}]}});
    let stranger = sandbox.execute(&address("ana"), &members, &seed("ana"));
    assert!(
        stranger
            .expect_err("no authority")
            .text
            .contains("unauthorized")
    );
    sandbox.set_authorities(Some(&members), Some(&key));
    sandbox.execute(&key, &members, &seed("ana")).expect("ana");
    sandbox.execute(&key, &members, &seed("ben")).expect("ben");
    sandbox.end_block();
    // in the same second, but in another block
    let late = sandbox.execute(&key, &members, &seed("cleo"));
    let text = late.expect_err("too late").text;
    assert!(
        text.contains("development only: seed after the block"),
        "{text}"
    );
}

#[test]
fn what_was_queued_is_told_by_events_with_stable_names() {
    let mut world = World::new(json!({}));
    world.found(&["ana"]);
    let invite = world.ok("ana", json!({"invite": {"address": address("ben")}}));
    assert_eq!(
        event_attribute(&invite, "wasm-invite", "sponsor").as_deref(),
        Some("1")
    );
    let joined = world.ok("ben", accept(Some(1), "ben"));
    for (event, key, value) in [
        ("wasm-queued", "place", "0"),
        ("wasm-enrolled", "person", "2"),
        ("wasm-enrolled", "handle", "ben"),
    ] {
        assert_eq!(event_attribute(&joined, event, key).as_deref(), Some(value));
    }
}
