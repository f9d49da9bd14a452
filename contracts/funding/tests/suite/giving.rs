//! Contributions and sponsors.

use crate::world::{AHEAD, CREDIT, DAY, World, contribute, names, quadratic, sponsor};
use mycel_funding::rounds::ask::{ContributionsResponse, ProjectsResponse};
use mycel_sandbox::address;
use serde_json::json;

fn sums(world: &World, round: u64) -> Vec<(u128, u128, u32)> {
    let list: ProjectsResponse = world.query(&json!({"projects": {"round": round.to_string()}}));
    let sums = |one: mycel_funding::rounds::ask::ProjectView| {
        (one.matched.u128(), one.unmatched.u128(), one.givers)
    };
    list.projects.into_iter().map(sums).collect()
}

#[test]
fn adding_again_is_one_contribution_of_the_whole() {
    let parts = |parts: &[u64]| {
        let mut world = World::new(5);
        let all = names(5);
        let mut terms = world.terms(quadratic());
        terms["saturation"] = json!("return");
        let round = world.begun_with(&terms, 1_000, &[&all[1]]);
        for &credits in parts {
            world.give(&all[2], credits, round, 1);
        }
        world.give(&all[3], 9, round, 1);
        assert_eq!(sums(&world, round), [(u128::from(18 * CREDIT), 0, 2)]);
        world.finish(round);
        world.matching(round)
    };
    // 2·√(9·9) = 18, however it was given
    let whole = parts(&[9]);
    assert_eq!(whole[0].div_ceil(u128::from(CREDIT)), 18);
    assert_eq!(parts(&[1, 3, 5]), whole);
    assert_eq!(parts(&[4, 4, 1]), whole);
}

#[test]
fn contributions_of_dust_are_refused() {
    let mut world = World::new(3);
    let all = names(3);
    let round = world.begun(quadratic(), 0, &[&all[1]]);
    let least = CREDIT / 10;
    world.not_held(
        &all[2],
        least - 1,
        &contribute(round, 1),
        "amount too small: contribution",
    );
    world.held(&all[2], least, &contribute(round, 1));
}

#[test]
fn only_who_takes_part_gives() {
    let mut world = World::new(4);
    let all = names(4);
    let round = world.begun(quadratic(), 0, &[&all[1]]);
    let members = world.members.clone();
    let credit = world.credit.clone();
    world.tell(&members, &all[2], &json!({"leave": {}}));
    // credit itself refuses who is leaving; the commons give to pools only
    assert!(world.hold(&all[2], CREDIT, &contribute(round, 1)).is_err());
    let gift = json!({"decided": {"proposal": "1", "electorate": "all", "class": "spending", "action":
        {"spend_commons": {"amount": "1000000000000", "hold_for": world.funding,
            "msg": crate::world::bytes(&contribute(round, 1))}}}});
    world.sandbox.advance_time(100 * DAY);
    let refused = world.sandbox.execute(&address("key"), &credit, &gift);
    assert!(refused.is_err(), "the commons contribute nothing");
}

#[test]
fn organisations_give_without_match() {
    let mut world = World::new(6);
    let all = names(6);
    world.organisation("shop", &[&all[4]]);
    let credit = world.credit.clone();
    world.tell(
        &credit,
        &all[4],
        &json!({"pay": {"to": address("shop"), "amount": (50 * CREDIT).to_string()}}),
    );
    let round = world.begun(quadratic(), 100, &[&all[1], &all[2]]);
    world.give("shop", 20, round, 1);
    world.give(&all[3], 20, round, 1);
    assert_eq!(
        sums(&world, round)[0],
        (u128::from(20 * CREDIT), u128::from(20 * CREDIT), 2)
    );
    world.finish(round);
    assert_eq!(
        world.matching(round),
        [0, 0],
        "one person gave, and a shell"
    );
    assert!(world.results(round).payouts[0].direct_paid.u128() > 39 * u128::from(CREDIT));
}

#[test]
fn a_hold_must_outlive_the_round() {
    let mut world = World::new(3);
    let all = names(3);
    let credit = world.credit.clone();
    let mut terms = world.terms(quadratic());
    terms["ends"] = json!((world.now() + AHEAD + 50 * DAY).to_string());
    let round = world.begun_with(&terms, 0, &[&all[1]]);
    let short = json!({"decided": {"proposal": "1", "electorate": "all", "class": "constitutional", "action":
        {"set_parameters": {"holders": [{"address": world.funding, "max_age": (50 * DAY).to_string()}]}}}});
    world.tell(&credit, "key", &short);
    world.not_held(
        &all[2],
        CREDIT,
        &contribute(round, 1),
        "hold expires too early",
    );
    world.not_held(
        &all[2],
        50 * CREDIT,
        &sponsor(round),
        "hold expires too early",
    );
    world.sandbox.advance_time(2 * DAY);
    world.give(&all[2], 1, round, 1);
}

#[test]
fn twenty_sponsors_make_a_pool_and_a_larger_one_displaces_the_smallest() {
    let mut world = World::new(24);
    let all = names(24);
    let terms = world.terms(quadratic());
    let round = world.open(&terms);
    world.not_held(
        &all[0],
        10 * CREDIT - 1,
        &sponsor(round),
        "amount too small: pool",
    );
    for (place, name) in all[..20].iter().enumerate() {
        world.sponsor(name, 20 + place as u64, round);
    }
    let before = world.position(&all[0]);
    world.not_held(
        &all[20],
        19 * CREDIT,
        &sponsor(round),
        "sponsors full: sponsors=20 smallest=",
    );
    world.sponsor(&all[20], 21, round);
    assert!(
        world.position(&all[0]) > before + i128::from(19 * CREDIT),
        "it has its money back"
    );
    world.check();
    let view = world.round(round);
    assert_eq!(view.sponsors.len(), 20);
    assert!(
        view.sponsors
            .iter()
            .all(|one| one.amount.pico() >= 21 * CREDIT)
    );
    // the smallest of equal ones is the last that came
    world.sponsor(&all[21], 30, round);
    let view = world.round(round);
    let people: Vec<u64> = view
        .sponsors
        .iter()
        .filter_map(|one| one.person)
        .map(|id| id.0)
        .collect();
    assert!(people.contains(&world.number(&all[1])) && !people.contains(&world.number(&all[20])));
    world.check();
}

#[test]
fn the_commons_sponsor_by_decision_and_are_not_displaced() {
    let mut world = World::new(23);
    let all = names(23);
    let credit = world.credit.clone();
    // something decays into the commons first
    for name in &all[..20] {
        world.tell(
            &credit,
            name,
            &json!({"pay": {"to": address(&all[22]), "amount": (900 * CREDIT).to_string()}}),
        );
    }
    world.sandbox.advance_time(60 * DAY);
    world.tell(
        &credit,
        "anyone",
        &json!({"settle": {"accounts": [address(&all[22])]}}),
    );
    let terms = world.terms(quadratic());
    let round = world.open(&terms);
    let spend = json!({"decided": {"proposal": "1", "electorate": "all", "class": "spending", "action":
        {"spend_commons": {"amount": (10 * CREDIT).to_string(), "hold_for": world.funding,
            "msg": crate::world::bytes(&sponsor(round))}}}});
    world.tell(&credit, "key", &spend);
    for (place, name) in all[..20].iter().enumerate() {
        world.sponsor(name, 20 + place as u64, round);
    }
    let view = world.round(round);
    assert_eq!(view.sponsors[0].person, None);
    assert_eq!(
        view.sponsors[0].left.pico(),
        10 * CREDIT,
        "the commons' holds do not decay"
    );
    assert_eq!(view.sponsors.len(), 20);
    world.submit(&all[21], round);
    world.wait(AHEAD);
    world.give(&all[0], 10, round, 1);
    world.give(&all[1], 10, round, 1);
    world.finish(round);
    assert_eq!(world.stage(round), "done");
}

#[test]
fn what_a_pool_does_not_pay_goes_back_to_sponsors_in_proportion() {
    let mut world = World::new(6);
    let all = names(6);
    let mut terms = world.terms(quadratic());
    terms["saturation"] = json!("return");
    let round = world.open(&terms);
    let before: Vec<i128> = (0..2).map(|n| world.position(&all[n])).collect();
    world.sponsor(&all[0], 300, round);
    world.sponsor(&all[1], 100, round);
    world.submit(&all[2], round);
    world.wait(AHEAD);
    // 2·√(100·100) = 200: half of the pool
    world.give(&all[3], 100, round, 1);
    world.give(&all[4], 100, round, 1);
    world.finish(round);
    let gone: Vec<i128> = (0..2)
        .map(|n| (before[n] - world.position(&all[n])) / i128::from(CREDIT))
        .collect();
    assert_eq!(gone, [150, 50]);
}

#[test]
fn a_members_contributions_are_told_by_page() {
    let mut world = World::new(6);
    let all = names(6);
    let round = world.begun(quadratic(), 0, &[&all[1], &all[2], &all[3]]);
    for project in 1..=3 {
        world.give(&all[4], project, round, project);
    }
    world.give(&all[5], 1, round, 2);
    let ask = |after: Option<&str>, limit: u32| -> ContributionsResponse {
        world.query(&json!({"contributions": {"round": round.to_string(), "member": address(&all[4]), "after": after, "limit": limit}}))
    };
    let page = ask(None, 2);
    let gifts: Vec<(u64, u64)> = page
        .gifts
        .iter()
        .map(|one| (one.project.0, one.amount.pico() / CREDIT))
        .collect();
    assert_eq!(gifts, [(1, 1), (2, 2)]);
    let rest = ask(Some(&page.next.expect("more").to_string()), 2);
    assert_eq!((rest.gifts.len(), rest.next), (1, None));
    assert!(rest.gifts[0].matched);
    assert_eq!(ask(Some("3"), 9).gifts, []);
}
