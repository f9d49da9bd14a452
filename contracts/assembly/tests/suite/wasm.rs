//! The compiled contract in the chain's engine: the same events, refusals and
//! state as native code, and the gas of each message.
//!
//! Needs `mycel_assembly.wasm`, built by `cargo xtask contracts`; looked for in
//! `$MYCEL_CONTRACTS`, else in the target folder's `contracts`.
//! `MYCEL_WASM_CASES` sets how many sequences (default 25).

use std::fmt::Write as _;

use crate::world::town::Town;
use crate::world::{
    TALK, VOTE, World, names, native, proposal, short, told, told_to, wasm, with, yes_no,
};
use mycel_sandbox::{Code, Receipt, Refusal, address};
use serde_json::{Value, json};

fn compiled() -> Code {
    Code::compiled(&wasm("mycel_assembly.wasm")).expect("a contract that the chain would store")
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
        json!({"spending": {}}),
        json!({"proposals": {}}),
        json!({"proposals": {"limit": 3, "phase": "rejected"}}),
        json!({"colour": {}}),
    ];
    for n in 1..8 {
        let about = json!({"proposal": n.to_string()});
        for name in [
            "proposal",
            "content",
            "actions",
            "runs",
            "ballots",
            "result",
            "statements",
            "reactions",
            "clusters",
            "advice",
        ] {
            questions.push(json!({name: about}));
        }
        questions.push(json!({"ballot": {"proposal": "1", "person": n.to_string()}}));
        questions.push(json!({"route": {"proposal": n.to_string(), "person": "2"}}));
        questions.push(json!({"draft": {"person": n.to_string()}}));
        questions.push(json!({"delegations": {"person": n.to_string()}}));
        questions.push(json!({"delegators": {"person": n.to_string()}}));
    }
    for name in names(4) {
        let address = address(&name);
        questions.push(json!({"export": {"member": address}}));
        questions.push(json!({"open_items": {"member": address}}));
        questions.push(json!({"elector": {"proposal": "1", "address": address}}));
    }
    questions
}

#[test]
fn native_and_wasm_give_the_same_events_refusals_answers_and_state() {
    let (cases, first) = (told("MYCEL_WASM_CASES", 25), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_WASM_CASES={cases} MYCEL_SEED={first}");
    let code = compiled();
    let mut messages = 0u64;
    for seed in first..first + cases {
        let mut ours = Town::new(Code::native(native()), seed);
        let mut theirs = Town::new(code.clone(), seed);
        for step in 0..120 {
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
                    .query_raw(&town.world.assembly, &msg)
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
    let mut world = World::begin(compiled(), 2, short());
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let inner = format!(r#"{{"a":{}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let inner = yes_no(
        "ordinary",
        &[
            json!({"decided": {"contract": world.probe, "action": cosmwasm_std::Binary::from(inner.into_bytes())}}),
        ],
    );
    let inner = json!({"propose": inner}).to_string();
    for bad in [
        "",
        "{",
        "null",
        "[]",
        "{}",
        r#"{"vote":{}}"#,
        r#"{"vote":{"proposal":1,"ballot":"yes"}}"#,
        r#"{"vote":{"proposal":"1","ballot":{"approve":[300]}}}"#,
        r#"{"advance":{"limit":-1}}"#,
        r#"{"support":{"proposal":"1","extra":1}}"#,
        r#"{"execute":{"proposal":"18446744073709551616"}}"#,
        r#"{"unknown":{}}"#,
        "\u{0}",
        deep.as_str(),
    ] {
        let assembly = world.assembly.clone();
        let refusal = world
            .sandbox
            .execute_raw(&address(&names(1)[0]), &assembly, bad.as_bytes())
            .expect_err(bad);
        assert!(!refusal.text.contains("trap"), "{bad}: {}", refusal.text);
    }
    // depth that its receiver refuses is kept as bytes, and traps nothing either
    let assembly = world.assembly.clone();
    let said = world
        .sandbox
        .execute_raw(&address(&names(1)[0]), &assembly, inner.as_bytes());
    if let Err(refusal) = said {
        assert!(!refusal.text.contains("trap"), "{}", refusal.text);
    }
    let shown = json!({"actions": {"proposal": "1"}});
    let shown = serde_json::to_vec(&shown).expect("JSON");
    if let Err(refusal) = world.sandbox.query_raw(&assembly, &shown) {
        assert!(!refusal.text.contains("trap"), "{}", refusal.text);
    }
}

/// SDK gas of one call of each message (the assembly's own share and what
/// native peers cost), in the order of the file.
fn gas_table() -> String {
    let mut world = World::begin(compiled(), 60, short());
    let mut table =
        String::from("# SDK gas of each message, without the transaction's bytes and signatures\n");
    let all = names(60);
    let f = |n: usize| all[n].as_str();
    let mut row = |world: &mut World, name: &str, who: &str, msg: Value| -> Receipt {
        let receipt = world.ok(who, msg);
        let _ = writeln!(table, "{name} {}", receipt.gas);
        world.block();
        receipt
    };
    let w = &mut world;
    let told = told_to(&w.probe, &json!({"admit": {"address": "x"}}));
    let text = with(yes_no("ordinary", &[]), "text", json!("x".repeat(4_000)));
    row(w, "propose/text", f(0), json!({"propose": text}));
    row(w, "withdraw", f(0), json!({"withdraw": {"proposal": "1"}}));
    let ten = yes_no("ordinary", &vec![told; 10]);
    row(w, "propose/10", f(0), json!({"propose": ten}));
    row(w, "support", f(1), json!({"support": {"proposal": "2"}}));
    row(
        w,
        "state",
        f(2),
        json!({"state": {"proposal": "2", "text": "x".repeat(200)}}),
    );
    row(
        w,
        "react",
        f(3),
        json!({"react": {"proposal": "2", "reactions": [[0, "agree"]]}}),
    );
    w.wait(TALK);
    row(w, "advance/opens", f(5), json!({"advance": {"limit": 1}}));
    row(
        w,
        "vote",
        f(0),
        json!({"vote": {"proposal": "2", "ballot": "yes"}}),
    );
    row(
        w,
        "vote/again",
        f(0),
        json!({"vote": {"proposal": "2", "ballot": "no"}}),
    );
    row(w, "unvote", f(0), json!({"unvote": {"proposal": "2"}}));
    for n in 0..40 {
        w.vote(f(n), 2, json!("yes"));
    }
    row(
        w,
        "delegate",
        f(41),
        json!({"delegate": {"scope": {"unit": "all"}, "to": "1"}}),
    );
    row(
        w,
        "undelegate",
        f(41),
        json!({"undelegate": {"scope": {"unit": "all"}}}),
    );
    w.wait(VOTE);
    row(w, "advance/closes", f(5), json!({"advance": {"limit": 1}}));
    row(
        w,
        "advance/tally/60",
        f(5),
        json!({"advance": {"limit": 50}}),
    );
    w.release(2);
    row(w, "execute/10", f(5), json!({"execute": {"proposal": "2"}}));
    let options: Vec<Value> = (0..31).map(|n| json!({"title": format!("o{n}")})).collect();
    let ranked = proposal("ordinary", json!({"ranked": {"options": options}}));
    let number = w.opened(ranked);
    let order: Vec<[u8; 1]> = (0..32).map(|n| [n]).collect();
    row(
        w,
        "vote/ranked/32",
        f(0),
        json!({"vote": {"proposal": number.to_string(), "ballot": {"rank": order}}}),
    );
    row(w, "advance/nothing", f(5), json!({"advance": {"limit": 1}}));
    for (name, question) in [
        ("query/proposal", json!({"proposal": {"proposal": "2"}})),
        ("query/actions/10", json!({"actions": {"proposal": "2"}})),
        ("query/ballots/40", json!({"ballots": {"proposal": "2"}})),
        ("query/result", json!({"result": {"proposal": "2"}})),
        ("query/invariants", json!({"invariants": {}})),
        ("query/export", json!({"export": {"member": address(f(0))}})),
    ] {
        let gas = w.sandbox.query_gas(&w.assembly, &question).expect(name);
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
