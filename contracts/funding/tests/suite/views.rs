//! What a member sees: lists, previews, what keeps it here, its export.

use crate::world::{AHEAD, CREDIT, World, names, pairwise, pico, quadratic, which};
use mycel_funding::ask::{Nothing, QueryMsg};
use mycel_funding::export::ExportResponse;
use mycel_funding::rounds::ask::RoundsResponse;
use mycel_kit::peers::items::OpenItems;
use mycel_kit::standard::About;
use mycel_sandbox::address;
use serde_json::{Value, json};

#[test]
fn rounds_are_listed_by_page_with_all_that_was_decided_about_them() {
    let mut world = World::new(2);
    for _ in 0..3 {
        let terms = world.terms(pairwise());
        world.open(&terms);
    }
    let page: RoundsResponse = world.query(&json!({"rounds": {"limit": 2}}));
    assert_eq!(page.rounds.len(), 2);
    let rest: RoundsResponse = world.query(&json!({"rounds": {"after": page.next, "limit": 2}}));
    assert_eq!((rest.rounds.len(), rest.next), (1, None));
    let shown: Value = world.query(&json!({"round": {"round": "1"}}));
    assert_eq!(shown["round"]["rule"], json!({"pairwise": {"m": null}}));
    assert_eq!(shown["round"]["saturation"], "scale");
    assert_eq!(shown["round"]["identity"], json!({"addresses": {}}));
    assert_eq!(
        shown["division"],
        Value::Null,
        "pairs are weighed afterwards"
    );
    assert!(
        world
            .sandbox
            .query::<Value>(&world.funding, &json!({"round": {"round": "9"}}))
            .is_err()
    );
    let about: About = world.query(&QueryMsg::About(Nothing {}));
    assert_eq!(about.standard, "mycel-funding");
}

#[test]
fn how_the_pool_would_be_divided_now_is_what_it_becomes() {
    let mut world = World::new(6);
    let all = names(6);
    let round = world.begun(quadratic(), 100, &[&all[1], &all[2]]);
    world.give(&all[3], 2, round, 1);
    world.give(&all[4], 3, round, 1);
    world.give(&all[4], 8, round, 2);
    world.give(&all[5], 8, round, 2);
    world.end(round);
    let before = world.round(round).division.expect("a cheap rule");
    assert!(before.preview);
    world.drive(round, 500);
    let after = world.round(round).division.expect("divided");
    assert!(!after.preview);
    assert_eq!(
        (before.pool, before.parts, before.returned),
        (after.pool, after.parts, after.returned)
    );
}

#[test]
fn what_is_open_keeps_a_member_here_until_it_is_settled() {
    let mut world = World::new(5);
    let all = names(5);
    let round = world.begun(quadratic(), 30, &[&all[1]]);
    world.give(&all[2], 2, round, 1);
    world.give(&all[2], 2, round, 1);
    let open = |world: &World, name: &str| -> (u32, Vec<String>) {
        let items: OpenItems = world.query(&json!({"open_items": {"member": address(name)}}));
        (items.open, items.items)
    };
    assert_eq!(
        open(&world, &all[2]),
        (2, vec!["2 holds in rounds that are not settled".into()])
    );
    assert_eq!(open(&world, &all[0]).0, 1, "a sponsor");
    let paid = "1 projects in rounds that are not paid; withdraw them, or wait";
    assert_eq!(open(&world, &all[1]), (1, vec![paid.into()]));
    assert_eq!(open(&world, &all[3]).0, 0);
    world.finish(round);
    for name in &all {
        assert_eq!(open(&world, name), (0, vec![]), "{name}");
    }
    // also of a project that never was admitted, and of one that was taken back
    world.set(&json!({"numbers": {"project_supporters": 3}}));
    let terms = world.terms(quadratic());
    let round = world.open(&terms);
    world.submit(&all[1], round);
    world.submit(&all[2], round);
    world.ok(&all[1], json!({"withdraw_project": which(round, 1)}));
    assert_eq!((open(&world, &all[1]).0, open(&world, &all[2]).0), (0, 1));
    world.wait(AHEAD);
    world.finish(round);
    assert_eq!(open(&world, &all[2]).0, 0);
}

#[test]
fn a_member_exports_all_that_rounds_hold_about_it() {
    let mut world = World::new(8);
    let all = names(8);
    world.set(&json!({"numbers": {"project_supporters": 1}}));
    let me = &all[0];
    let mut terms = world.terms(quadratic());
    terms["min_pool"] = json!(pico(10));
    world.ok(me, json!({"open_round": terms}));
    for _ in 0..6 {
        world.open(&terms);
    }
    for round in 2..=7 {
        world.submit(me, round);
        world.submit(&all[1], round);
        world.ok(me, json!({"support": which(round, 2)}));
        world.sponsor(me, 12, round);
    }
    world.wait(AHEAD);
    world.advance();
    world.give(me, 3, 2, 2);
    let mut after: Option<String> = None;
    let mut rounds = vec![];
    for _ in 0..20 {
        let page: ExportResponse =
            world.query(&json!({"export": {"member": address(me), "after": after}}));
        rounds.extend(page.rounds);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(after, None, "it ends");
    assert_eq!(rounds.len(), 7);
    assert!(rounds[0].opened);
    let second = &rounds[1];
    assert_eq!(second.gifts[0].amount.pico(), 3 * CREDIT);
    assert_eq!(second.sponsored.len(), 1);
    assert_eq!(second.supports.len(), 1);
    assert_eq!(
        (second.submitted.is_some(), second.paid_by.is_some()),
        (true, true)
    );
    let bad = world.sandbox.query::<Value>(
        &world.funding,
        &json!({"export": {"member": address(me), "after": "x"}}),
    );
    assert!(bad.is_err());
}

#[test]
fn parameters_change_by_a_constitutional_decision_within_bounds() {
    let mut world = World::new(1);
    let change = |value: u32| json!({"set_parameters": {"numbers": {"projects_most": value}}});
    world.no(
        "key",
        World::decision("ordinary", &change(50)),
        "decision insufficient",
    );
    world.no(
        "ana",
        World::decision("constitutional", &change(50)),
        "unauthorized",
    );
    world.no(
        "key",
        World::decision("constitutional", &change(201)),
        "out of bounds: projects_most=201 least=1 most=200",
    );
    world.ok("key", World::decision("constitutional", &change(50)));
    let shown: Value = world.query(&json!({"parameters": {}}));
    assert_eq!(shown["numbers"]["projects_most"], 50);
    let bad = json!({"set_parameters": {"trust": "nobody"}});
    world.no(
        "key",
        World::decision("constitutional", &bad),
        "invalid address",
    );
}

#[test]
fn what_a_project_gets_is_told_before_it_is_paid() {
    let mut world = World::new(8);
    let all = names(8);
    let round = world.begun(quadratic(), 100, &[&all[1], &all[2]]);
    for name in &all[3..8] {
        world.give(name, 2, round, 1);
        world.give(name, 3, round, 2);
    }
    world.end(round);
    while world.stage(round) != "matching" {
        let advance = json!({"advance": {"limit": 6, "round": round.to_string()}});
        world.ok("anyone", advance);
    }
    let told = world.matching(round);
    let view: Value = world.query(&json!({"projects": {"round": round.to_string()}}));
    assert_eq!(view["projects"][1]["matching"], told[1].to_string());
    assert!(told.iter().all(|gets| *gets > 0), "{told:?}");
    world.drive(round, 6);
    assert_eq!(world.matching(round), told);
}

#[test]
fn who_is_in_a_declared_group_or_showed_a_proof_finds_it_in_its_export() {
    let mut world = World::new(4);
    let all = names(4);
    world.trusting();
    let mut terms = world.terms(json!({"clustered": {}}));
    terms["identity"] = json!({"proofs": {"gate": "3"}});
    let round = world.open(&terms);
    let person = world.number(&all[1]).to_string();
    let declare =
        json!({"declare_group": {"round": round.to_string(), "group": 7, "persons": [person]}});
    world.decided(&declare);
    let shown = json!({"shown": {"gate": "3", "term": round.to_string(), "nf": "ab".repeat(32),
        "subject": "00".repeat(32),
        "action": {"contribute": {"round": round.to_string(), "address": address(&all[2])}}}});
    world.ok("trust", shown);
    let export = |name: &str| -> ExportResponse {
        world.query(&json!({"export": {"member": address(name)}}))
    };
    assert_eq!(export(&all[1]).rounds[0].group, Some(7));
    assert_eq!(export(&all[2]).rounds[0].showing.map(|id| id.0), Some(1));
    assert!(export(&all[3]).rounds.is_empty());
}
