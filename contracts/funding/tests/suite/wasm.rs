//! The compiled contracts in the chain's engine: the same events, refusals,
//! answers and state as native code, and the gas of each message.
//!
//! Needs `mycel_funding.wasm`, `mycel_members.wasm` and `mycel_credit.wasm`,
//! built by `cargo xtask contracts`; looked for in `$MYCEL_CONTRACTS`, else in
//! the target folder's `contracts`. `MYCEL_WASM_CASES` sets how many sequences
//! (default 10).

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::world::town::Town;
use crate::world::{
    AHEAD, CREDIT, Codes, World, contribute, names, native, pairwise, project, short, sponsor,
    told, wasm, which,
};
use mycel_sandbox::{Code, GAS_LIMIT, Receipt, Refusal, address};
use serde_json::{Value, json};

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

/// Funding in one form or the other, among native peers.
fn codes(funding: Code) -> Codes {
    Codes {
        funding,
        ..Codes::native()
    }
}

fn questions() -> Vec<Value> {
    let mut questions = vec![
        json!({"about": {}}),
        json!({"parameters": {}}),
        json!({"invariants": {}}),
        json!({"rounds": {}}),
        json!({"rounds": {"limit": 1, "after": "1"}}),
        json!({"colour": {}}),
    ];
    for round in 1..6 {
        let about = json!({"round": round.to_string()});
        for name in ["round", "projects", "results"] {
            questions.push(json!({name: about}));
        }
    }
    for name in names(4) {
        let address = address(&name);
        questions.push(json!({"contributions": {"round": "1", "member": address}}));
        questions.push(json!({"export": {"member": address}}));
        questions.push(json!({"open_items": {"member": address}}));
    }
    questions
}

#[test]
fn native_and_wasm_give_the_same_events_refusals_answers_and_state() {
    let (cases, first) = (told("MYCEL_WASM_CASES", 10), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_WASM_CASES={cases} MYCEL_SEED={first}");
    let code = wasm("mycel_funding.wasm");
    let mut messages = 0u64;
    for seed in first..first + cases {
        let mut ours = Town::new(codes(Code::native(native())), seed);
        let mut theirs = Town::new(codes(code.clone()), seed);
        for step in 0..200 {
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
            ours.world.wait(1);
            theirs.world.wait(1);
            messages += 1;
        }
        for question in questions() {
            let ask = |town: &Town| {
                let msg = serde_json::to_vec(&question).expect("JSON");
                town.world
                    .sandbox
                    .query_raw(&town.world.funding, &msg)
                    .map_err(|refusal| refusal.text)
            };
            assert_eq!(ask(&ours), ask(&theirs), "MYCEL_SEED={seed} {question}");
        }
        theirs.world.check();
    }
    eprintln!("{messages} messages");
}

#[test]
fn what_cannot_be_read_is_refused_in_wasm_and_traps_nothing() {
    let mut world = World::with(codes(wasm("mycel_funding.wasm")), 2, short());
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let funding = world.funding.clone();
    for bad in [
        "",
        "{",
        "null",
        "{}",
        r#"{"support":{}}"#,
        r#"{"support":{"round":1,"project":"1"}}"#,
        r#"{"support":{"round":"1","project":"18446744073709551616"}}"#,
        r#"{"advance":{"limit":-1}}"#,
        r#"{"recheck":{"round":"1","project":"65537"}}"#,
        r#"{"unknown":{}}"#,
        "\u{0}",
        deep.as_str(),
    ] {
        let before = world.sandbox.state_hash();
        let refused = world
            .sandbox
            .execute_raw(&address("ana"), &funding, bad.as_bytes())
            .expect_err("refused");
        assert!(!refused.text.contains("trap"), "{bad}: {}", refused.text);
        assert_eq!(world.sandbox.state_hash(), before);
    }
    // … and what lies in a hold
    for bad in [
        json!(null),
        json!({"contribute": []}),
        Value::String("[".repeat(200)),
    ] {
        world.not_held(&names(1)[0], CREDIT, &bad, "unreadable hold");
    }
}

/// The gas of each message, all contracts compiled.
fn measured() -> Vec<(&'static str, u64)> {
    let mut world = World::with(Codes::compiled(), 30, short());
    let all = names(30);
    let mut gas = vec![];
    world.organisation("shop", &[&all[1], &all[2], &all[3]]);
    let terms = world.terms(pairwise());
    let receipt = world.decided(&json!({"open_round": terms}));
    gas.push(("open_round", receipt.gas));
    let round = 1;
    gas.push(("sponsor", world.sponsor(&all[0], 900, round).gas));
    gas.push((
        "submit/person",
        world.ok(&all[4], project(&all[4], round)).gas,
    ));
    gas.push(("submit/org", world.ok(&all[1], project("shop", round)).gas));
    gas.push((
        "withdraw_project",
        world
            .ok(&all[4], json!({"withdraw_project": which(round, 1)}))
            .gas,
    ));
    world.submit(&all[4], round);
    for name in &all[5..24] {
        world.sponsor(name, 20, round);
    }
    gas.push(("sponsor/displaces", world.sponsor(&all[24], 21, round).gas));
    world.sandbox.advance_time(AHEAD);
    gas.push(("contribute/begins", world.give(&all[5], 3, round, 3).gas));
    gas.push(("contribute", world.give(&all[6], 3, round, 3).gas));
    gas.push(("contribute/again", world.give(&all[6], 3, round, 3).gas));
    gas.push(("contribute/org", world.give(&all[7], 3, round, 2).gas));
    let recheck = json!({"recheck": which(round, 2)});
    gas.push(("recheck", world.ok("anyone", recheck).gas));
    for name in &all[8..28] {
        world.give(name, 2, round, 2);
        world.give(name, 1, round, 3);
    }
    let late = world
        .hold(&all[9], CREDIT / 20, &contribute(round, 3))
        .expect_err("dust");
    gas.push(("contribute/refused", late.gas));
    world.end(round);
    for name in ["finish/1", "finish/2", "finish/3"] {
        if world.stage(round) != "done" {
            let advance = json!({"advance": {"limit": 500, "round": "1"}});
            gas.push((name, world.ok("anyone", advance).gas));
        }
    }
    assert_eq!(world.stage(round), "done");
    gas.push((
        "advance/nothing",
        world.ok("anyone", json!({"advance": {}})).gas,
    ));
    for (name, question) in [
        ("query/round", json!({"round": {"round": "1"}})),
        ("query/projects", json!({"projects": {"round": "1"}})),
        ("query/results", json!({"results": {"round": "1"}})),
        (
            "query/export",
            json!({"export": {"member": address(&all[9])}}),
        ),
        (
            "query/open_items",
            json!({"open_items": {"member": address(&all[9])}}),
        ),
        ("query/invariants", json!({"invariants": {}})),
    ] {
        let funding = world.funding.clone();
        gas.push((
            name,
            world
                .sandbox
                .query_gas(&funding, &question)
                .expect("an answer"),
        ));
    }
    let _ = sponsor(1);
    gas
}

#[test]
fn gas_of_each_message_is_what_was_recorded() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gas.txt");
    let mut text =
        "# SDK gas of each message, all contracts compiled, without the transaction's bytes and signatures\n"
            .to_owned();
    for (name, gas) in measured() {
        assert!(gas < GAS_LIMIT / 2, "{name} {gas}");
        writeln!(text, "{name} {gas}").expect("a String");
    }
    #[allow(clippy::disallowed_methods, reason = "a test's own setting")]
    if std::env::var_os("MYCEL_UPDATE").is_some() {
        fs::write(&file, text).expect("tests/gas.txt");
        return;
    }
    let recorded = fs::read_to_string(&file).unwrap_or_default();
    let number = |line: &str| -> u64 {
        line.split(' ')
            .nth(1)
            .and_then(|n| n.parse().ok())
            .expect("a number")
    };
    assert_eq!(text.lines().count(), recorded.lines().count(), "{text}");
    for (now, before) in text.lines().zip(recorded.lines()).skip(1) {
        let (a, b) = (number(now), number(before));
        assert!(
            a.abs_diff(b) <= b / 20,
            "{now}, recorded {before}: more than a twentieth; if that is meant, record with MYCEL_UPDATE=1"
        );
    }
}
