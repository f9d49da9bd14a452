//! The compiled contract in the chain's engine: the same events, refusals and
//! state as native code, and the gas of messages.
//!
//! Needs `mycel_commons.wasm`, built by `cargo xtask contracts`; looked for in
//! `$MYCEL_CONTRACTS`, else in the target folder's `contracts`.
//! `MYCEL_WASM_CASES` sets how many sequences (default 3).

use std::fmt::Write as _;

use mycel_sandbox::{Code, Receipt, Refusal, address};
use serde_json::{Value, json};

use crate::world::judging::case_of;
use crate::world::town::Town;
use crate::world::{APPEAL, EPOCH, World, founding, names, native, rules, shares, told, wasm};

fn compiled() -> Code {
    Code::compiled(&wasm("mycel_commons.wasm")).expect("a contract that the chain would store")
}

/// Everything but the gas.
fn shown(result: &Result<Option<Receipt>, Refusal>) -> String {
    match result {
        Ok(receipt) => format!(
            "{:?}",
            receipt.as_ref().map(|kept| (&kept.events, &kept.data))
        ),
        Err(refusal) => refusal.text.clone(),
    }
}

fn questions() -> Vec<Value> {
    let mut questions = vec![
        json!({"about": {}}),
        json!({"parameters": {}}),
        json!({"invariants": {}}),
        json!({"commons_list": {}}),
        json!({"accredited": {"limit": 1}}),
        json!({"colour": {}}),
    ];
    for n in 1..5 {
        let id = n.to_string();
        questions.push(json!({"commons": {"id": id}}));
        questions.push(json!({"enrolled": {"commons": id, "limit": 3}}));
        questions.push(json!({"electors": {"commons": id, "at": "50", "still_at": "90", "after": null, "limit": 3}}));
        questions.push(json!({"measure": {"id": id}}));
        questions.push(json!({"accusation": {"id": id}}));
    }
    for name in names(4) {
        let member = address(&name);
        questions.push(json!({"account": {"commons": "1", "member": member}}));
        questions.push(json!({"ladder": {"commons": "1", "member": member}}));
        questions.push(json!({"elector": {"commons": "1", "address": member, "at": "60"}}));
        questions.push(json!({"open_items": {"member": member}}));
        for place in ["1/0/", "1/1/", "1/5/"] {
            questions.push(json!({"export": {"member": member, "after": place}}));
        }
    }
    questions
}

fn same_answers(ours: &World, theirs: &World, context: &str) {
    for question in questions() {
        let msg = serde_json::to_vec(&question).expect("JSON");
        let ask = |world: &World| {
            world
                .sandbox
                .query_raw(&world.commons, &msg)
                .map_err(|refusal| refusal.text)
        };
        assert_eq!(ask(ours), ask(theirs), "{context} {question}");
    }
}

#[test]
fn native_and_wasm_give_the_same_events_refusals_answers_and_state() {
    let (cases, first) = (told("MYCEL_WASM_CASES", 3), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_WASM_CASES={cases} MYCEL_SEED={first}");
    let code = compiled();
    let mut messages = 0u64;
    for seed in first..first + cases {
        let mut ours = Town::new(Code::native(native()), seed);
        let mut theirs = Town::new(code.clone(), seed);
        for step in 0..100 {
            let act = ours.next();
            assert_eq!(format!("{act:?}"), format!("{:?}", theirs.next()));
            let context = format!("MYCEL_SEED={seed} MYCEL_WASM_CASES=1 step={step} {act:?}");
            let (mine, other) = (ours.act(&act), theirs.act(&act));
            assert_eq!(shown(&mine), shown(&other), "{context}");
            assert_eq!(
                ours.world.sandbox.state_hash(),
                theirs.world.sandbox.state_hash(),
                "{context}"
            );
            messages += 1;
        }
        same_answers(&ours.world, &theirs.world, &format!("MYCEL_SEED={seed}"));
    }
    eprintln!("{messages} messages");
}

/// A short story through all parts: an epoch opens, somebody harvests too much
/// and climbs, gives shares away, a lower reading cuts the cap.
fn story(code: Code) -> World {
    let mut world = World::begin(code, 20);
    let all = names(20);
    let (forest, labs) = world.growing(20, &[(1, 1_000_000), (2, 2_000_000), (3, 0)]);
    let about = forest.to_string();
    let harvest =
        |quantity: u64| json!({"harvest": {"commons": about, "quantity": quantity.to_string()}});
    world.as_(&all[1]).say(harvest(19_000));
    world.as_(&all[0]).say(harvest(12_000));
    let give = json!({"transfer_shares": {"commons": about, "to": "3", "shares": 500_000}});
    world.as_(&all[1]).say(give);
    let receipt = world.as_(&all[0]).say(json!({"appeal": {"measure": "1"}}));
    world.block();
    let case = case_of(&receipt);
    world.judge(case, "dismiss");
    world.follow(case);
    world.readings(forest, &labs, 500_000);
    world.wait(EPOCH);
    world.readings(forest, &labs, 600_000);
    world.wait(EPOCH);
    world.wait(APPEAL);
    world
}

#[test]
fn a_season_gives_the_same_bytes_native_and_in_wasm() {
    let (ours, theirs) = (story(Code::native(native())), story(compiled()));
    let (mine, other) = (ours.sandbox.state(), theirs.sandbox.state());
    for (key, value) in &mine[&ours.commons] {
        assert_eq!(other[&theirs.commons].get(key), Some(value), "{key:?}");
    }
    assert_eq!(ours.sandbox.state_hash(), theirs.sandbox.state_hash());
    same_answers(&ours, &theirs, "season");
}

#[test]
fn what_cannot_be_read_is_refused_in_wasm_and_traps_nothing() {
    let mut world = World::begin(compiled(), 2);
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for bad in [
        "",
        "{",
        "null",
        "[]",
        "{}",
        r#"{"apply":{}}"#,
        r#"{"apply":{"commons":1}}"#,
        r#"{"apply":{"commons":"1","extra":1}}"#,
        r#"{"apply":{"commons":"18446744073709551616"}}"#,
        r#"{"advance":{"limit":-1}}"#,
        r#"{"advance":{"limit":401}}"#,
        r#"{"advance":{"limit":0}}"#,
        r#"{"harvest":{"commons":"1","quantity":"9223372036854775808"}}"#,
        r#"{"unknown":{}}"#,
        "\u{0}",
        deep.as_str(),
    ] {
        let commons = world.commons.clone();
        let refusal = world
            .sandbox
            .execute_raw(&address(&names(1)[0]), &commons, bad.as_bytes())
            .expect_err(bad);
        assert!(!refusal.text.contains("trap"), "{bad}: {}", refusal.text);
    }
}

/// SDK gas of one call of each message (the contract's own share and what
/// native peers cost), in the order of the file.
fn gas_table() -> String {
    let mut world = World::begin(compiled(), 60);
    let all = names(60);
    let mut table =
        String::from("# SDK gas of each message, without the transaction's bytes and signatures\n");
    let mut row = |name: &str, receipt: &Receipt| {
        let _ = writeln!(table, "{name} {}", receipt.gas);
    };
    let w = &mut world;
    let few: Vec<(u64, u32)> = (1..=3).map(|n| (n, 1_000)).collect();
    let many: Vec<(u64, u32)> = (1..=50).map(|n| (n, 1_000)).collect();
    let mut open = rules();
    open["enrolment"] = json!({"vouching": {"welcomes": 1}});
    let text = "x".repeat(1_024);
    let found = |members: &[(u64, u32)], parent: Option<u64>| {
        let mut found = founding(open.clone(), parent, members);
        found["found"]["boundary"] = json!(text);
        found
    };
    row("found/3", &w.decide("all", "ordinary", found(&few, None)));
    row("found/50", &w.decide("all", "ordinary", found(&many, None)));
    row(
        "found/child",
        &w.decide("all", "ordinary", found(&[], Some(1))),
    );
    let listed = |members: &[(u64, u32)]| json!({"commons": "1", "members": shares(members)});
    let more: Vec<(u64, u32)> = (4..=50).map(|n| (n, 1_000)).collect();
    row(
        "enrol/47",
        &w.decide(1, "ordinary", json!({"enrol": listed(&more)})),
    );
    row(
        "grant_shares/50",
        &w.decide(1, "ordinary", json!({"grant_shares": listed(&many)})),
    );
    let set = json!({"set_rules": {"commons": "1", "rules": open}});
    row("set_rules", &w.decide(1, "constitutional", set));
    let allot = json!({"allot_budget": {"commons": "1", "child": "3", "ppm": 5}});
    row("allot_budget", &w.decide(1, "ordinary", allot));
    let about = json!({"commons": "1"});
    row("apply", &w.as_(&all[50]).say(json!({"apply": about})));
    let welcome = json!({"welcome": {"commons": "1", "person": "51"}});
    row("welcome/enrols", &w.as_(&all[0]).say(welcome));
    row("withdraw", &w.as_(&all[50]).say(json!({"withdraw": about})));
    let accusation = crate::order::ground::accusation(1, 2, json!({"conduct": {}}));
    let receipt = w.as_(&all[0]).say(accusation);
    row("accuse", &receipt);
    w.block();
    let case = case_of(&receipt);
    w.judge(case, "uphold");
    row("advance/case", &w.follow(case));
    row(
        "appeal",
        &w.as_(&all[1]).say(json!({"appeal": {"measure": "1"}})),
    );
    row("advance/nothing", &{
        w.wait(1);
        w.as_("anyone").say(json!({"advance": {}}))
    });
    w.decide(3, "constitutional", json!({"close": {"commons": "3"}}));
    let close = json!({"close": {"commons": "1"}});
    row("close", &w.decide(1, "constitutional", close));
    let height = w.sandbox.height().to_string();
    for (name, question) in [
        ("query/commons", json!({"commons": {"id": "1"}})),
        ("query/commons_list", json!({"commons_list": {}})),
        ("query/enrolled/50", json!({"enrolled": {"commons": "1"}})),
        (
            "query/account",
            json!({"account": {"commons": "1", "member": address(&all[0])}}),
        ),
        (
            "query/elector",
            json!({"elector": {"commons": "1", "address": address(&all[0]), "at": height}}),
        ),
        (
            "query/electors/50",
            json!({"electors": {"commons": "1", "at": height, "still_at": null, "after": null, "limit": null}}),
        ),
        (
            "query/ladder",
            json!({"ladder": {"commons": "1", "member": address(&all[1])}}),
        ),
        (
            "query/open_items",
            json!({"open_items": {"member": address(&all[0])}}),
        ),
        (
            "query/export",
            json!({"export": {"member": address(&all[0]), "after": null}}),
        ),
        ("query/invariants", json!({"invariants": {}})),
    ] {
        let gas = w.sandbox.query_gas(&w.commons, &question).expect(name);
        let _ = writeln!(table, "{name} {gas}");
    }
    table
}

/// Reviewed like code. Another compiler may shift it a little; more than 5 %
/// is a change that somebody should have looked at.
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "one variable rewrites golden files"
)]
fn gas_of_each_message_is_what_was_reviewed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gas.txt");
    let now = gas_table();
    if std::env::var_os("MYCEL_UPDATE").is_some() {
        std::fs::write(path, &now).expect("writes the golden file");
    }
    let reviewed = std::fs::read_to_string(path).expect("tests/gas.txt");
    let numbers = |table: &str| -> Vec<(String, f64)> {
        let rows = table.lines().filter(|line| !line.starts_with('#'));
        rows.filter_map(|row| {
            row.split_once(' ')
                .map(|(name, gas)| (name.to_owned(), gas.parse().expect("gas")))
        })
        .collect()
    };
    let (now_rows, reviewed_rows) = (numbers(&now), numbers(&reviewed));
    assert_eq!(
        now_rows.len(),
        reviewed_rows.len(),
        "other messages than in tests/gas.txt; MYCEL_UPDATE=1 writes it"
    );
    for ((name, gas), (known, before)) in now_rows.iter().zip(&reviewed_rows) {
        assert_eq!(name, known);
        let off = (gas - before).abs() / before;
        assert!(
            off <= 0.05,
            "{name}: {gas} gas, reviewed {before}; MYCEL_UPDATE=1 writes it"
        );
    }
}
