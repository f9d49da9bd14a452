//! Coming into a commons and going out of it.

use mycel_sandbox::address;
use serde_json::{Value, json};

use crate::world::{EPOCH, World, names, rules, shares, with};

fn enrol(commons: u64, members: &[(u64, u32)]) -> Value {
    json!({"enrol": {"commons": commons.to_string(), "members": shares(members)}})
}

fn about(commons: u64) -> Value {
    json!({"commons": commons.to_string()})
}

fn welcome(commons: u64, person: u64) -> Value {
    json!({"welcome": {"commons": commons.to_string(), "person": person.to_string()}})
}

fn recheck(commons: u64, persons: &[u64]) -> Value {
    let persons: Vec<String> = persons.iter().map(u64::to_string).collect();
    json!({"recheck": {"commons": commons.to_string(), "persons": persons}})
}

#[test]
fn members_enrol_by_decision_and_give_shares_of_the_treasury() {
    let mut world = World::new(4);
    let all = names(4);
    let forest = world.found(&[(1, 15_000_000)]);
    world.undecided(
        "all",
        "constitutional",
        enrol(forest, &[(2, 0)]),
        "another electorate",
    );
    world.decide(forest, "ordinary", enrol(forest, &[(2, 1_000_000), (3, 0)]));
    assert_eq!(
        world.account(forest, &all[1])["benefit"]["shares"],
        1_000_000
    );
    let grant =
        json!({"grant_shares": {"commons": forest.to_string(), "members": shares(&[(3, 7)])}});
    world.decide(forest, "ordinary", grant);
    assert_eq!(world.account(forest, &all[2])["benefit"]["shares"], 7);
    world.undecided(
        forest,
        "ordinary",
        enrol(forest, &[(2, 0)]),
        "already enrolled: person=2",
    );
    let grant =
        json!({"grant_shares": {"commons": forest.to_string(), "members": shares(&[(4, 7)])}});
    world.undecided(forest, "ordinary", grant, "not enrolled: person=4");
}

#[test]
fn who_has_no_standing_in_the_community_is_not_enrolled() {
    let mut world = World::new(3);
    let all = names(3);
    let members = world.members.clone();
    let forest = world.found(&[(1, 1)]);
    world.as_(&all[1]).tell(&members, json!({"leave": {}}));
    world.undecided(
        forest,
        "ordinary",
        enrol(forest, &[(2, 0)]),
        "no standing: person=2 status=leaving",
    );
    let unknown = enrol(forest, &[(99, 0)]);
    world.undecided(forest, "ordinary", unknown, "peer did not answer: members");
}

#[test]
fn where_members_decide_nobody_applies() {
    let mut world = World::new(2);
    let forest = world.found(&[(1, 1)]);
    let apply = json!({"apply": about(forest)});
    world.as_(&names(2)[1]).refused(apply, "by decision");
    world
        .as_(&names(2)[0])
        .refused(welcome(forest, 2), "by decision");
}

#[test]
fn where_members_vouch_as_many_welcomes_as_the_policy_says_enrol() {
    let mut world = World::new(6);
    let all = names(6);
    let policy = with(rules(), "/enrolment", json!({"vouching": {"welcomes": 2}}));
    let forest = world.found_with(policy, None, &[(1, 1), (2, 1), (3, 1)]);
    world
        .as_(&all[0])
        .refused(welcome(forest, 4), "no application: person=4");
    world.as_(&all[3]).say(json!({"apply": about(forest)}));
    world
        .as_(&all[4])
        .refused(welcome(forest, 4), "not enrolled: person=5");
    world.as_(&all[0]).say(welcome(forest, 4));
    world
        .as_(&all[0])
        .refused(welcome(forest, 4), "already welcomed: person=4 by=1");
    assert_eq!(world.account(forest, &all[3])["enrolment"], Value::Null);
    world.as_(&all[1]).say(welcome(forest, 4));
    let account = world.account(forest, &all[3]);
    assert_eq!(account["enrolment"]["standing"], "enrolled");
    // what a member gives stands beside what it has
    assert_eq!(
        world.account(forest, &all[0])["contribution"]["welcomed"],
        1
    );
    let enrolled = json!({"apply": about(forest)});
    world.as_(&all[3]).refused(enrolled, "already enrolled");
}

#[test]
fn an_account_tells_all_that_a_member_has_and_all_that_it_gives() {
    let mut world = World::new(20);
    let all = names(20);
    let (forest, labs) = world.growing(20, &[(1, 1_000_000), (2, 1_000_000)]);
    let lease =
        json!({"lease": {"commons": forest.to_string(), "to": "2", "shares": 400, "epochs": 1}});
    world.as_(&all[0]).say(lease);
    let harvest = json!({"harvest": {"commons": forest.to_string(), "quantity": "9000"}});
    world.as_(&all[0]).say(harvest);
    let harvest = json!({"harvest": {"commons": forest.to_string(), "quantity": "10002"}});
    world.as_(&all[1]).say(harvest);
    assert_eq!(
        world.account(forest, &all[0])["benefit"],
        json!({"shares": 1_000_000, "leased_out": 400, "leased_in": 0,
            "entitlement": "10000", "balance": "1000", "harvested": "9000"})
    );
    assert_eq!(
        world.account(forest, &all[1])["benefit"],
        json!({"shares": 1_000_000, "leased_out": 0, "leased_in": 400,
            "entitlement": "10000", "balance": "0", "harvested": "10002"})
    );
    world.wait(EPOCH - 7_200);
    world.readings(forest, &labs, 10_000_000);
    world.wait(7_200);
    let bring = json!({"bring_up": {"commons": forest.to_string(), "persons": ["2"]}});
    world.as_("anyone").say(bring);
    // two units too many are repaid out of the next epoch
    assert_eq!(
        world.account(forest, &all[1])["contribution"],
        json!({"readings": 0, "restored": "0", "repaid": "2", "welcomed": 0})
    );
    assert_eq!(
        world.account(forest, &labs[0])["contribution"]["readings"],
        2
    );
}

#[test]
fn a_welcome_of_who_left_meanwhile_does_not_count() {
    let mut world = World::new(5);
    let all = names(5);
    let policy = with(rules(), "/enrolment", json!({"vouching": {"welcomes": 2}}));
    let forest = world.found_with(policy, None, &[(1, 0), (2, 0), (3, 0)]);
    world.as_(&all[3]).say(json!({"apply": about(forest)}));
    world.as_(&all[0]).say(welcome(forest, 4));
    world.as_(&all[0]).say(json!({"withdraw": about(forest)}));
    world.as_(&all[1]).say(welcome(forest, 4));
    assert_eq!(world.account(forest, &all[3])["enrolment"], Value::Null);
    world.as_(&all[2]).say(welcome(forest, 4));
    assert_eq!(
        world.account(forest, &all[3])["enrolment"]["standing"],
        "enrolled"
    );
}

#[test]
fn an_application_is_taken_back() {
    let mut world = World::new(3);
    let all = names(3);
    let policy = with(rules(), "/enrolment", json!({"vouching": {"welcomes": 1}}));
    let forest = world.found_with(policy, None, &[(1, 0)]);
    world.as_(&all[1]).say(json!({"apply": about(forest)}));
    world.as_(&all[1]).say(json!({"withdraw": about(forest)}));
    world
        .as_(&all[0])
        .refused(welcome(forest, 2), "no application");
}

#[test]
fn who_holds_shares_does_not_leave_and_is_told_what_to_do() {
    let mut world = World::new(3);
    let all = names(3);
    let forest = world.found(&[(1, 5), (2, 0)]);
    let withdraw = json!({"withdraw": about(forest)});
    world.as_(&all[0]).refused(withdraw.clone(), "still held");
    let items: Value = world.query(&json!({"open_items": {"member": address(&all[0])}}));
    assert!(items["open"].as_u64() >= Some(1), "{items}");
    world.as_(&all[1]).say(withdraw.clone());
    world.as_(&all[1]).refused(withdraw, "not enrolled");
    let account = world.account(forest, &all[1]);
    assert_eq!(account["enrolment"]["standing"], "withdrawn");
    // the place is kept for who comes back
    world.decide(forest, "ordinary", enrol(forest, &[(2, 0)]));
    assert_eq!(world.account(forest, &all[1])["enrolment"]["place"], 1);
}

#[test]
fn who_left_the_community_is_enrolled_no_more_by_anyones_recheck() {
    let mut world = World::new(3);
    let all = names(3);
    let (members, credit) = (world.members.clone(), world.credit.clone());
    let forest = world.found(&[(1, 0), (2, 0)]);
    world
        .as_("anyone")
        .refused(recheck(forest, &[1, 2, 3]), "nothing to do");
    // gives everything away and goes
    let all_of_it = world.money(&all[1]).to_string();
    let pay = json!({"pay": {"to": address(&all[0]), "amount": all_of_it}});
    world.as_(&all[1]).tell(&credit, pay);
    world.as_(&all[1]).tell(&members, json!({"leave": {}}));
    // who winds up is a member still
    world
        .as_("anyone")
        .refused(recheck(forest, &[2]), "nothing to do");
    world
        .as_("anyone")
        .tell(&members, json!({"advance": {"person": "2"}}));
    world.as_("anyone").say(recheck(forest, &[2]));
    assert_eq!(
        world.account(forest, &all[1])["enrolment"]["standing"],
        "gone"
    );
}

#[test]
fn organisations_are_enrolled_and_who_controls_a_quarter_of_them_is_kept() {
    let mut world = World::new(4);
    let all = names(4);
    let mill = world.organisation("mill", &[(&all[0], 7_501), (&all[1], 2_499)]);
    let yard = world.organisation("yard", &[(&all[0], 7_500), (&all[1], 2_500)]);
    let forest = world.found(&[(1, 0)]);
    world.decide(forest, "ordinary", enrol(forest, &[(mill, 5), (yard, 5)]));
    let of = |person| {
        world.read(|storage| mycel_commons::registry::organisations(storage, forest, person))
    };
    assert_eq!(of(1), [mill, yard]);
    assert_eq!(of(2), [yard], "2,499 of 10,000 are no control, 2,500 are");
    let shown: Value = world.query(&json!({"enrolled": {"commons": forest.to_string()}}));
    assert_eq!(shown["enrolled"][1]["kind"], "org");
    // organisations are no electors
    assert_eq!(shown["enrolled"][1]["place"], Value::Null);
}

#[test]
fn a_change_of_controllers_is_seen_by_anyones_recheck() {
    let mut world = World::new(4);
    let all = names(4);
    let members = world.members.clone();
    let mill = world.organisation("mill", &[(&all[0], 5_000), (&all[1], 5_000)]);
    let forest = world.found(&[(1, 0), (mill, 0)]);
    world
        .as_("anyone")
        .refused(recheck(forest, &[mill]), "nothing to do");
    world.as_(&all[1]).tell(&members, json!({"leave": {}}));
    let down = json!({"step_down": {"org": mill.to_string()}});
    world.as_(&all[1]).tell(&members, down);
    world.as_("anyone").say(recheck(forest, &[mill]));
    let of = |person| {
        world.read(|storage| mycel_commons::registry::organisations(storage, forest, person))
    };
    assert_eq!((of(1), of(2)), (vec![mill], vec![]));
}

#[test]
fn accreditation_is_of_organisations_and_decided_by_all() {
    let mut world = World::new(2);
    let all = names(2);
    let lab = world.organisation("lab", &[(&all[0], 10_000)]);
    let forest = world.found(&[]);
    let accredit = |number: u64| json!({"accredit": {"organisation": number.to_string()}});
    let withdraw = json!({"withdraw_accreditation": {"organisation": lab.to_string()}});
    world.undecided(forest, "ordinary", accredit(lab), "another electorate");
    world.undecided("all", "ordinary", accredit(1), "organisation needed: 1");
    world.undecided("all", "ordinary", withdraw.clone(), "not accredited");
    world.decide("all", "ordinary", accredit(lab));
    world.undecided("all", "ordinary", accredit(lab), "already accredited");
    let list: Value = world.query(&json!({"accredited": {}}));
    assert_eq!(list["organisations"][0]["organisation"], lab.to_string());
    world.decide("all", "ordinary", withdraw);
    let list: Value = world.query(&json!({"accredited": {}}));
    assert_eq!(list["organisations"], json!([]));
}

#[test]
fn one_person_has_to_do_with_fifty_commons_at_most() {
    let mut world = World::new(1);
    for _ in 0..50 {
        world.found(&[(1, 0)]);
    }
    world.undecided(
        "all",
        "ordinary",
        crate::world::founding(rules(), None, &[(1, 0)]),
        "too many commons of one: person=1 commons=50",
    );
}

#[test]
fn who_reads_a_commons_or_controls_who_does_is_not_enrolled_there() {
    let mut world = World::new(6);
    let forest = world.found(&[(1, 0)]);
    world.labs(forest, 6);
    let lab = world.number("laba");
    for person in [lab, 4] {
        world.undecided(
            forest,
            "ordinary",
            enrol(forest, &[(person, 0)]),
            &format!("monitor: person={person} reads commons=1"),
        );
    }
}

#[test]
fn a_key_without_the_role_neither_deals_nor_speaks() {
    let mut world = World::new(3);
    let all = names(3);
    let members = world.members.clone();
    let forest = world.found(&[(1, 1_000), (2, 0)]);
    for role in ["pay", "vote"] {
        let key = format!("{role}-key");
        let add = json!({"add_key": {"address": address(&key), "roles": [role]}});
        world.as_(&all[0]).tell(&members, add);
        let accept = json!({"accept_key": {"person": "1"}});
        world.as_(&key).tell(&members, accept);
    }
    let give = json!({"transfer_shares": {"commons": forest.to_string(), "to": "2", "shares": 1}});
    world.as_("vote-key").refused(
        give.clone(),
        "role missing: the key of person=1 has not the role pay",
    );
    let accuse = crate::order::ground::accusation(forest, 2, json!({"conduct": {}}));
    world.as_("pay-key").refused(
        accuse,
        "role missing: the key of person=1 has not the role vote",
    );
    world.as_("pay-key").say(give);
}

#[test]
fn organisations_neither_apply_nor_vouch() {
    let mut world = World::new(3);
    let all = names(3);
    let mill = world.organisation("mill", &[(&all[0], 10_000)]);
    let policy = with(rules(), "/enrolment", json!({"vouching": {"welcomes": 1}}));
    let forest = world.found_with(policy, None, &[(1, 0), (mill, 0)]);
    world.as_(&all[1]).say(json!({"apply": about(forest)}));
    world
        .as_("mill")
        .refused(welcome(forest, 2), "persons only");
    let yard = world.organisation("yard", &[(&all[0], 10_000)]);
    let _ = yard;
    world
        .as_("yard")
        .refused(json!({"apply": about(forest)}), "persons only");
}
