//! The compiled contract in the chain's engine: the same events, refusals and
//! state as native code, and the gas of each message.
//!
//! Needs `mycel_trust.wasm`, built by `cargo xtask contracts`; looked for in
//! `$MYCEL_CONTRACTS`, else in the target folder's `contracts`.
//! `MYCEL_WASM_CASES` sets how many plays (default 3).

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use cosmwasm_std::HexBinary;
use mycel_mailbox::tag;
use mycel_sandbox::{Code, GAS_LIMIT, Native, Receipt, Refusal};
use mycel_trust::{contract, query};
use serde_json::{Value, json};

use crate::dealing::{offer, open, promise};
use crate::deals::ground::Town;
use crate::gates::ground::Gated;
use crate::keys;
use crate::walk::{Play, told};
use crate::world::{TIMES, World, member};

#[allow(
    clippy::disallowed_methods,
    reason = "where a test finds what was built"
)]
pub fn wasm() -> Code {
    let folder = std::env::var_os("MYCEL_CONTRACTS")
        .map(PathBuf::from)
        .unwrap_or_else(|| {
            // <target>/<profile>/deps/<this test>
            let test = std::env::current_exe().expect("this test's path");
            let target = test.ancestors().nth(3).expect("a target folder");
            target.join("contracts")
        });
    let file = folder.join("mycel_trust.wasm");
    let bytes = fs::read(&file)
        .unwrap_or_else(|why| panic!("{}: {why}; run cargo xtask contracts", file.display()));
    Code::compiled(&bytes).expect("a contract")
}

/// Native without what these tests add to it.
fn plain() -> Code {
    let native = Native::new(contract::instantiate, contract::execute, query::query).with_sudo(
        |deps: cosmwasm_std::DepsMut<'_, mycel_bindings::MycelQuery>,
         env: cosmwasm_std::Env,
         _: mycel_bindings::SudoMsg| contract::end_block(deps, env),
    );
    Code::native(native.with_reply(mycel_trust::deals::dispute::opened))
}

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
        json!({"status": {}}),
        json!({"leaves": {}}),
        json!({"leaves": {"after": 1, "limit": 2}}),
        json!({"root": {}}),
        json!({"checkpoints": {}}),
        json!({"path": {"index": 2}}),
        json!({"path": {"index": 200}}),
        json!({"colour": {}}),
    ];
    for person in 1..5 {
        let person = json!({"person": person.to_string()});
        for name in ["mailbox", "entries", "identity", "viewing_key", "status"] {
            questions.push(json!({name: person}));
        }
    }
    for person in 1..4 {
        let member = crate::world::member(person);
        questions.push(json!({"export": {"member": member}}));
        questions.push(json!({"open_items": {"member": member}}));
    }
    questions
}

#[test]
fn native_and_wasm_give_the_same_events_refusals_answers_and_state() {
    let (cases, first) = (told("MYCEL_WASM_CASES", 3), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_WASM_CASES={cases} MYCEL_SEED={first}");
    let code = wasm();
    for seed in first..first + cases {
        let mut ours = Play::new(World::with(plain()), seed);
        let mut theirs = Play::new(World::with(code.clone()), seed);
        // the same address, or identities differ
        for step in 0..150 {
            let act = ours.next(true);
            assert_eq!(act, theirs.next(true), "MYCEL_SEED={seed} step={step}");
            let context = format!("MYCEL_SEED={seed} MYCEL_WASM_CASES=1 step={step} {act:?}");
            let (mine, other) = (ours.act(&act), theirs.act(&act));
            assert_eq!(shown(&mine), shown(&other), "{context}");
            let hashes = [&ours, &theirs].map(|play| play.world.sandbox.state_hash());
            assert_eq!(hashes[0], hashes[1], "{context}");
        }
        for question in questions() {
            let ask = |play: &Play| {
                let msg = serde_json::to_vec(&question).expect("JSON");
                let world = &play.world;
                world
                    .sandbox
                    .query_raw(&world.trust, &msg)
                    .map_err(|refusal| refusal.text)
            };
            assert_eq!(ask(&ours), ask(&theirs), "MYCEL_SEED={seed} {question}");
        }
        theirs.world.check();
    }
}

#[test]
fn what_cannot_be_read_is_refused_in_wasm_and_traps_nothing() {
    let mut world = World::with(wasm());
    world.enrol(1);
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let trust = world.trust.clone();
    for bad in [
        "",
        "{",
        "null",
        "{}",
        r#"{"fold":{}}"#,
        r#"{"fold":{"entries":256,"commitment":"","proof":""}}"#,
        r#"{"fold":{"entries":1,"commitment":"0","proof":""}}"#,
        r#"{"fold":{"entries":1,"commitment":"00","proof":"AA","idc":"00"}}"#,
        r#"{"rekey":{"idc":""}}"#,
        r#"{"rekey":{"idc":"zz"}}"#,
        r#"{"enrol":{"person":1,"idc":""}}"#,
        r#"{"advance":{"limit":-1}}"#,
        r#"{"unknown":{}}"#,
        "\u{0}",
        deep.as_str(),
    ] {
        let before = world.sandbox.state_hash();
        let refused = world
            .sandbox
            .execute_raw(&crate::world::member(1), &trust, bad.as_bytes())
            .expect_err("refused");
        assert!(!refused.text.contains("trap"), "{bad}: {}", refused.text);
        assert_eq!(world.sandbox.state_hash(), before);
    }
}

/// A deal between two persons up to both ratings opened.
fn deal(world: &mut World, a: u64, b: u64, nonce: u64) {
    let deal = offer(world, (a, b), nonce);
    promise(world, &deal, (a, b), nonce);
    for dir in 0..2 {
        open(world, &deal, dir, nonce);
    }
}

/// The gas of each message in a town of some hundred; the cheap verifier costs
/// what the real one does.
fn measured() -> Vec<(String, u64)> {
    let mut world = World::with(wasm());
    let mut gas: Vec<(String, u64)> = vec![];
    let mut note = |name: &str, used: u64| gas.push((name.to_owned(), used));
    note("enrol/first", world.enrol(1).gas);
    for person in 2..=300 {
        world.enrol(person);
    }
    note("enrol", world.enrol(301).gas);
    let set = mycel_kit::peers::trust::TrustMsg::SetLeaf {
        person: mycel_kit::Id(7),
        live: true,
        vouch: 9,
    };
    note("set_leaf", world.members(set.clone()).expect("set").gas);
    note("set_leaf/same", world.members(set).expect("set").gas);
    let key = |person: u64| {
        let key = HexBinary::from(tag::hash("key", &[&person.to_be_bytes()]));
        json!({"publish_viewing_key": {"key": key}})
    };
    note("publish_viewing_key", world.ok(1, &key(1)).gas);
    for person in 2..=64 {
        world.ok(person, &key(person));
    }
    for pair in 0..32 {
        deal(&mut world, 1 + 2 * pair, 2 + 2 * pair, pair + 1);
    }
    // 64 mailboxes far apart would be dearer than any real block
    world.sandbox.advance_time(u64::from(TIMES.appeal) + 1);
    for block in 1..=3 {
        let trust = world.trust.clone();
        let done = world.sandbox.end_block();
        let (_, receipt) = done
            .into_iter()
            .find(|(contract, _)| *contract == trust)
            .expect("subscribed");
        let used = receipt.expect("the end of a block").gas;
        note(&format!("end_block/{block}"), used);
        world.sandbox.advance_time(2);
    }
    let advance = json!({"advance": {}});
    note("advance/rest", world.ok(9, &advance).gas);
    while world.status().waiting.0 > 0 {
        world.ok(9, &advance);
    }
    note("advance/nothing", world.ok(9, &advance).gas);
    let told = world.fold(1, 1, 5);
    note("fold", world.ok(1, &told).gas);
    note(
        "fold/refused",
        world.act(1, &told).expect_err("nothing waits").gas,
    );
    world.wait(2 * u64::from(TIMES.slot));
    let approve = json!({"approve_reset": {"person": "2"}});
    note(
        "approve_reset",
        world.decided("ordinary", &approve).expect("approved").gas,
    );
    let idc = HexBinary::from(world.idc(2, 1));
    note("reset", world.ok(2, &json!({"reset": {"idc": idc}})).gas);
    for (name, question) in [
        ("query/status", json!({"status": {"person": "1"}})),
        ("query/entries", json!({"entries": {"person": "1"}})),
        ("query/path", json!({"path": {"index": 200}})),
        ("query/leaves", json!({"leaves": {}})),
        ("query/root", json!({"root": {}})),
        (
            "query/export",
            json!({"export": {"member": crate::world::member(1)}}),
        ),
        ("query/invariants", json!({"invariants": {}})),
    ] {
        let used = world.sandbox.query_gas(&world.trust, &question);
        note(name, used.expect("an answer"));
    }
    let idc = world.idc(3, 1);
    let inputs = keys::inputs(&world, 3, &idc);
    let told = keys::rekey(&idc, world.status().slot.0, &inputs, &inputs);
    note("rekey", world.ok(3, &told).gas);
    world.check();
    gas.extend(of_deals());
    gas.extend(of_gates());
    gas
}

/// Of what two persons say of a deal that nothing was paid for, and of a dispute.
fn of_deals() -> Vec<(String, u64)> {
    let mut town = Town::of(World::with(wasm()), 2);
    let mut gas = vec![];
    let mut note = |name: &str, used: u64| gas.push((name.to_owned(), used));
    let offer = town.offer_msg(1, 2, 1, None);
    note("open_deal", town.ok(1, &offer).gas);
    note("accept_deal", town.accept(2, 1).gas);
    let sealed = [0, 1].map(|dir| town.sealed(1, dir, 1, dir == 1));
    for (one, (who, name)) in sealed
        .iter()
        .zip([(1, "commit_rating/first"), (2, "commit_rating/second")])
    {
        note(name, town.ok(who, &one.commit()).gas);
    }
    for (one, name) in sealed
        .iter()
        .zip(["open_rating/first", "open_rating/second"])
    {
        note(name, town.ok(1, &one.open()).gas);
    }
    note("dispute_rating", town.ok(2, &sealed[0].dispute()).gas);
    town.judge(1, "uphold");
    note("advance_dispute", town.ok(1, &sealed[0].advance()).gas);
    town.check();
    gas
}

/// Of showing at gates, with what a native consumer does, which costs nothing.
fn of_gates() -> Vec<(String, u64)> {
    let mut town = Gated::of(World::with(wasm()), 3);
    let mut gas = vec![];
    for (name, gate) in [("show", 3), ("show/named", 4), ("show_member", 7)] {
        let action = match gate {
            4 => json!({"raise_line": {"member": member(1)}}),
            _ => json!({"x": {}}),
        };
        let mut shown = town.showing(gate, 7, &action);
        if gate == 4 {
            shown.inputs[Gated::place("show", "subject")] = town.idc(1, 0);
        }
        let told = town
            .show(&shown)
            .unwrap_or_else(|why| panic!("{name}: {}", why.text));
        gas.push((name.to_owned(), told.gas));
    }
    town.check();
    gas
}

#[test]
fn gas_of_each_message_is_what_was_recorded() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gas.txt");
    let mut text =
        "# SDK gas of each message, trust compiled, without the transaction's bytes and signatures\n"
            .to_owned();
    for (name, gas) in measured() {
        assert!(gas < GAS_LIMIT / 2, "{name} {gas}");
        assert!(
            !name.starts_with("end_block") || gas < 2_000_000,
            "{name} {gas}"
        );
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
