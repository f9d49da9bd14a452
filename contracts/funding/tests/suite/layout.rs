//! The raw layout of rounds, pinned: auditors read it without this crate. Of a
//! round in the midst of its finish, the first record of each kind, byte by
//! byte. `MYCEL_UPDATE=1` records it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::world::{World, names, pairwise, pico};
use cosmwasm_std::{Order, to_hex};
use mycel_funding::rounds::state::TAG;
use mycel_sandbox::address;
use serde_json::json;

fn table() -> String {
    let mut world = World::new(8);
    world.trusting();
    world.set(&json!({"numbers": {"project_supporters": 1}}));
    let all = names(8);
    let mut terms = world.terms(json!({"clustered": {}}));
    terms["identity"] = json!({"proofs": {"gate": "3"}});
    terms["min_pool"] = json!(pico(10));
    world.ok(&all[0], json!({"open_round": terms}));
    world.ok(
        &all[0],
        json!({"declare_group": {"round": "1", "group": 5, "persons": ["2", "3"]}}),
    );
    let nf = "ab".repeat(32);
    let shown = json!({"shown": {"gate": "3", "term": "1", "nf": nf, "subject": "00".repeat(32),
        "action": {"contribute": {"round": "1", "address": address(&all[1])}}}});
    world.ok("trust", shown);
    // who submits is not who is paid: fields that change places are seen
    world.organisation("workshop", &[&all[2], &all[5]]);
    world.submit_for(&all[2], "workshop", 1);
    world.ok(&all[3], json!({"support": {"round": "1", "project": "1"}}));
    world.sponsor(&all[4], 20, 1);
    world.sandbox.advance_time(crate::world::AHEAD);
    let mut give = crate::world::contribute(1, 1);
    give["contribute"]["showing"] = json!(nf);
    world.held(&all[1], 3 * crate::world::CREDIT, &give);
    // … and one whose pairs are being weighed
    let mut terms = world.terms(pairwise());
    terms["max_projects"] = json!(1);
    let round = world.open(&terms);
    world.sponsor(&all[4], 20, round);
    for name in [&all[2], &all[5]] {
        let project = world.submit(name, round);
        world.ok(
            &all[3],
            json!({"support": {"round": round.to_string(), "project": project.to_string()}}),
        );
    }
    world.sandbox.advance_time(crate::world::AHEAD);
    for name in &all[4..8] {
        world.give(name, 2, round, 1);
    }
    world.end(round);
    while world.stage(round) != "dividing" {
        // a piece at a time
        let limit = if world.stage(round) == "weighing" {
            5
        } else {
            30
        };
        let advance = json!({"advance": {"limit": limit, "round": round.to_string()}});
        world.ok("anyone", advance);
    }
    let mut first: BTreeMap<u8, (String, String)> = BTreeMap::new();
    world
        .sandbox
        .read(&world.funding, |storage| {
            for (key, value) in storage.range(Some(&[TAG]), Some(&[TAG + 1]), Order::Ascending) {
                let row = || (to_hex(&key), to_hex(&value));
                first.entry(key[1]).or_insert_with(row);
            }
        })
        .expect("funding");
    let mut table = String::from("# the first record of each kind: its key and its bytes\n");
    for (kind, (key, value)) in first {
        let _ = writeln!(table, "r{} {key} {value}", char::from(kind));
    }
    table
}

#[test]
fn keys_and_records_of_rounds_are_where_and_what_they_were() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/layout-rounds.txt");
    let table = table();
    // every kind of the table in `rounds::state`
    let kinds: String = table
        .lines()
        .skip(1)
        .filter_map(|row| row.chars().nth(1))
        .collect();
    assert_eq!(kinds, "abcdefghiklmnopqrstuvwxyz");
    #[allow(clippy::disallowed_methods, reason = "a test's own setting")]
    if std::env::var_os("MYCEL_UPDATE").is_some() {
        fs::write(&file, table).expect("tests/layout-rounds.txt");
        return;
    }
    assert_eq!(table, fs::read_to_string(&file).unwrap_or_default());
}

#[test]
fn a_page_of_contributions_ends_with_a_giver_and_is_small() {
    let mut world = World::new(60);
    let all = names(60);
    let projects: Vec<&str> = all[1..21].iter().map(String::as_str).collect();
    let round = world.begun(pairwise(), 100, &projects);
    for name in &all[21..] {
        for project in 1..=20 {
            world.give(name, 1, round, project);
        }
    }
    world.end(round);
    while world.stage(round) != "weighing" {
        world.ok(
            "anyone",
            json!({"advance": {"limit": 30, "round": round.to_string()}}),
        );
    }
    let pages: Vec<Vec<u8>> = world
        .sandbox
        .read(&world.funding, |storage| {
            let page = |page| storage.get(mycel_funding::rounds::state::page(round, page).bytes());
            (0..).map_while(page).collect()
        })
        .expect("funding");
    assert_eq!(pages.len(), 2, "39 givers of 202 bytes");
    for page in pages {
        assert!(page.len() <= 64 << 10);
        assert_eq!(page.len() % 202, 0, "whole givers");
    }
}
