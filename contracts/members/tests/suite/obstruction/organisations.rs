//! No controller holds up an organisation or the others in it.

use super::*;

fn org(controllers: &[(u64, u16)], threshold: u16) -> Value {
    let controllers: Vec<Value> = controllers
        .iter()
        .map(|(person, bps)| json!({"person": person.to_string(), "bps": bps}))
        .collect();
    json!({"purpose": "flour", "controllers": controllers, "threshold_bps": threshold})
}

/// An organisation called mill; gives its number.
fn mill(world: &mut World, controllers: &[(u64, u16)], threshold: u16) -> String {
    let names = ["ana", "ben", "cleo", "dan", "eve"];
    let found = json!({"found": {"address": address("mill"), "handle": "mill",
        "org": org(controllers, threshold)}});
    let approve = json!({"approve_founding": {"address": address("mill")}});
    let name = |number: u64| names[number as usize - 1];
    world.ok(name(controllers[0].0), found);
    for (number, _) in &controllers[1..] {
        world.ok(name(*number), approve.clone());
    }
    world.ok("mill", approve);
    world.number("mill").to_string()
}

fn shares(world: &World) -> Vec<(u64, u16)> {
    let answer: Controllers = world.query(&QueryMsg::Controllers {
        org: address("mill").to_string(),
    });
    let shares = answer.persons.iter();
    shares.map(|one| (one.person.0, one.bps)).collect()
}

#[test]
fn a_suspended_person_cannot_go_on_paying_through_its_own_organisation() {
    let mut world = town();
    mill(&mut world, &[(1, 10_000)], 5_001);
    for step in ["notice", "reduced"] {
        world.sentence("ben", "ana", step);
        assert!(!world.account("mill").expect("an account").frozen, "{step}");
    }
    world.sentence("ben", "ana", "suspended");
    assert!(world.account("ana").expect("an account").frozen);
    assert!(world.account("mill").expect("an account").frozen);
    assert!(!world.standing("mill").may_deal());
    world.check();
    world.sentence("ben", "ana", "expelled");
    assert!(world.account("mill").expect("an account").frozen);
    // back with the person, by the same step
    world.wait(731 * DAY);
    world.advance();
    assert_eq!(world.standing("ana").step, "none");
    let account = world.account("mill").expect("an account");
    assert_eq!((account.frozen, account.scale_bps), (false, 10_000));
    assert!(world.standing("mill").may_deal());
    world.check();
}

#[test]
fn an_organisation_goes_on_while_controllers_in_standing_reach_its_threshold() {
    let mut world = town();
    let number = mill(&mut world, &[(1, 4_000), (2, 3_000), (3, 3_000)], 6_000);
    for step in ["notice", "reduced", "suspended"] {
        world.sentence("dan", "ana", step);
    }
    let frozen = |world: &World| world.account("mill").expect("an account").frozen;
    assert!(!frozen(&world), "ben and cleo have 6,000");
    for step in ["notice", "reduced", "suspended"] {
        world.sentence("dan", "ben", step);
    }
    assert!(frozen(&world));
    world.check();
    // peers that come later are told
    world.decided(json!({"set_peers": {"credit": ""}}));
    let second = {
        let key = world.key.clone();
        let code = world
            .sandbox
            .store(Code::native(crate::world::peers::credit()));
        let begin = json!({"members": world.members});
        let made = world.sandbox.instantiate2(&key, code, "credit-2", &begin);
        made.expect("credit")
    };
    world.decided(json!({"set_peers": {"credit": second}}));
    world.credit = second;
    world.ok("anyone", json!({"backfill": {"after": "0", "limit": 50}}));
    assert!(frozen(&world));
    // settled with one of them
    world.ok("dan", json!({"settle": {"person": "2"}}));
    world.ok("ben", json!({"settle": {"person": "2"}}));
    assert!(!frozen(&world));
    // the others may go on without who is suspended
    world.ok(
        "ben",
        json!({"propose_change": {"org": number, "change": org(&[(2, 5_000), (3, 5_000)], 6_000)}}),
    );
    world.ok(
        "cleo",
        json!({"approve_change": {"org": number, "serial": 1}}),
    );
    assert!(!frozen(&world));
    world.check();
}

#[test]
fn a_change_of_controllers_freezes_and_unfreezes_like_a_step() {
    let mut world = town();
    let number = mill(&mut world, &[(1, 4_000), (2, 3_000), (3, 3_000)], 6_000);
    for step in ["notice", "reduced", "suspended"] {
        world.sentence("dan", "ana", step);
    }
    // with a higher threshold those in standing would not reach it
    let higher = org(&[(2, 5_000), (3, 4_000), (4, 1_000)], 9_500);
    world.ok(
        "ben",
        json!({"propose_change": {"org": number, "change": higher}}),
    );
    let approve = json!({"approve_change": {"org": number, "serial": 1}});
    world.ok("cleo", approve.clone());
    for step in ["notice", "reduced", "suspended"] {
        world.sentence("eve", "dan", step);
    }
    // dan gave no word before it was suspended, and cannot now: nothing changes
    world.no("dan", approve, "not in standing");
    assert!(!world.account("mill").expect("an account").frozen);
    world.check();
}

#[test]
fn a_co_controller_cannot_lock_a_member_in() {
    let mut world = town();
    let number = mill(&mut world, &[(1, 5_000), (2, 5_000)], 5_001);
    let down = json!({"step_down": {"org": number}});
    world.no("cleo", down.clone(), "unauthorized");
    world.no("ana", down.clone(), "wrong kind: needs=a person who leaves");
    world.ok("ana", json!({"leave": {}}));
    let close = json!({"advance": {"person": "1"}});
    world.no(
        "anyone",
        close.clone(),
        "open items: controls organisation 6",
    );
    // ben says nothing
    world.ok("ana", down.clone());
    assert_eq!(shares(&world), [(2, 10_000)]);
    world.no("ana", down.clone(), "unauthorized");
    world.ok("anyone", close);
    assert_eq!(world.standing("ana").status, Status::Left);
    world.ok("ben", json!({"leave": {}}));
    world.no("ben", down.clone(), "last controller of organisation 6");
    // the last one closes it or hands it over, though it leaves
    let change = |close: bool| {
        let mut change =
            json!({"propose_change": {"org": number, "change": org(&[(3, 10_000)], 5_001)}});
        change["propose_change"]["close"] = close.into();
        change
    };
    world.ok("ben", change(false));
    world.ok(
        "cleo",
        json!({"approve_change": {"org": number, "serial": 1}}),
    );
    assert_eq!(shares(&world), [(3, 10_000)]);
    world.ok("anyone", json!({"advance": {"person": "2"}}));
    assert_eq!(world.standing("ben").status, Status::Left);
    world.ok("cleo", json!({"leave": {}}));
    world.ok("cleo", change(true));
    world.ok("anyone", json!({"advance": {"person": number}}));
    world.ok("anyone", json!({"advance": {"person": "3"}}));
    assert_eq!(world.standing("cleo").status, Status::Left);
    world.check();
}

#[test]
fn shares_of_who_steps_down_go_to_the_others_in_proportion_and_its_words_are_void() {
    let mut world = town();
    let number = mill(&mut world, &[(1, 3_000), (2, 1_000), (3, 6_000)], 6_500);
    let propose = |change: Value| json!({"propose_change": {"org": number, "change": change}});
    world.ok("ana", propose(org(&[(1, 10_000)], 6_000)));
    world.ok("ben", propose(org(&[(2, 10_000)], 6_000)));
    world.ok(
        "ana",
        json!({"approve_change": {"org": number, "serial": 2}}),
    );
    world.ok("ana", json!({"leave": {}}));
    world.ok("ana", json!({"step_down": {"org": number}}));
    // 3,000 as 1 to 6: 428 4/7 and 2,571 3/7
    assert_eq!(shares(&world), [(2, 1_429), (3, 8_571)]);
    let org: Id = Id(number.parse().expect("a number"));
    let view: OrgView = world.query(&QueryMsg::Org { org });
    assert_eq!(view.changes.len(), 1);
    assert_eq!(view.changes[0].approvals, [Id(2)]);
    world.check();
}

#[test]
fn who_steps_down_while_suspended_frees_the_others() {
    let mut world = town();
    let number = mill(&mut world, &[(1, 5_000), (2, 5_000)], 5_001);
    for step in ["notice", "reduced", "suspended"] {
        world.sentence("dan", "ana", step);
    }
    assert!(world.account("mill").expect("an account").frozen);
    world.ok("ana", json!({"leave": {}}));
    world.ok("ana", json!({"step_down": {"org": number}}));
    assert!(!world.account("mill").expect("an account").frozen);
    world.check();
}

#[test]
fn nobody_replaces_the_change_that_another_proposed() {
    let mut world = town();
    let number = mill(&mut world, &[(1, 1), (2, 4_999), (3, 5_000)], 6_000);
    let propose = |change: Value| json!({"propose_change": {"org": number, "change": change}});
    let approve = |serial: u32| json!({"approve_change": {"org": number, "serial": serial}});
    world.ok("ben", propose(org(&[(2, 5_000), (3, 5_000)], 7_000)));
    for _ in 0..3 {
        world.ok("ana", propose(org(&[(1, 10_000)], 6_000)));
    }
    let id = Id(number.parse().expect("a number"));
    let view: OrgView = world.query(&QueryMsg::Org { org: id });
    let serials: Vec<u32> = view.changes.iter().map(|change| change.serial).collect();
    assert_eq!(serials, [1, 4], "each proposer's last");
    world.ok("cleo", approve(1));
    let view: OrgView = world.query(&QueryMsg::Org { org: id });
    assert_eq!((view.threshold_bps, view.changes.len()), (7_000, 0));
    world.no("cleo", approve(4), "not found: change=4");
    world.check();
}

// ---- the ladder
