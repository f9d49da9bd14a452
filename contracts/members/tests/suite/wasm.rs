//! The compiled contract in the chain's engine: the same events, refusals and
//! state as native code, and the gas of each message.
//!
//! Needs `mycel_members.wasm`, built by `cargo xtask contracts`; looked for in
//! `$MYCEL_CONTRACTS`, else in the target folder's `contracts`.
//! `MYCEL_WASM_CASES` sets how many sequences (default 40).

use std::fmt::Write as _;

use crate::world::town::{NAMES, Town};
use crate::world::{ALL, DAY, World, accept, idc, native, told, wasm};
use mycel_kit::{Id, Seconds};
use mycel_members::ask::QueryMsg;
use mycel_members::msg::{AddressRef, Nothing, Page, PersonRef};
use mycel_sandbox::{Code, Receipt, Refusal, address};
use serde_json::{Value, json};

fn compiled() -> Code {
    Code::compiled(&wasm("mycel_members.wasm")).expect("a contract that the chain would store")
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

fn questions(town: &Town) -> Vec<QueryMsg> {
    let at = Id(town.world.sandbox.height());
    let mut questions = vec![
        QueryMsg::About(Nothing {}),
        QueryMsg::Parameters(Nothing {}),
        QueryMsg::Invariants(Nothing {}),
        QueryMsg::Count { at },
        QueryMsg::Electors {
            at: Id(at.0 / 2),
            residency: Seconds(DAY),
            still_at: Some(at),
            after: None,
            limit: None,
        },
        QueryMsg::Queue(Page::default()),
        QueryMsg::Members(Page::default()),
        QueryMsg::Barred(Page::default()),
        QueryMsg::Related { a: Id(1), b: Id(2) },
    ];
    for number in 1..8 {
        let person = Id(number);
        questions.extend([
            QueryMsg::Keys(PersonRef { person }),
            QueryMsg::Guardians(PersonRef { person }),
            QueryMsg::Listings(PersonRef { person }),
            QueryMsg::Sanction(PersonRef { person }),
            QueryMsg::Record(PersonRef { person }),
            QueryMsg::Records {
                person,
                after: None,
            },
            QueryMsg::Person(PersonRef { person }),
            QueryMsg::Org { org: person },
            QueryMsg::Measure { measure: person },
            QueryMsg::Credentials { subject: person },
            QueryMsg::StatusList { issuer: person },
        ]);
    }
    for name in NAMES {
        let address = address(name).to_string();
        questions.extend([
            QueryMsg::Standing(AddressRef {
                address: address.clone(),
            }),
            QueryMsg::Eligible {
                address: address.clone(),
                at,
                residency: Seconds(30 * DAY),
            },
            QueryMsg::Handle {
                handle: name.into(),
            },
            QueryMsg::Did {
                did: format!("did:mycel:mycel-sandbox:{address}"),
            },
            QueryMsg::Controllers {
                org: address.clone(),
            },
            QueryMsg::OpenItems {
                member: address.clone(),
            },
            QueryMsg::Export {
                member: address,
                after: None,
            },
        ]);
    }
    questions
}

#[test]
fn native_and_wasm_give_the_same_events_refusals_answers_and_state() {
    let (cases, first) = (told("MYCEL_WASM_CASES", 40), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_WASM_CASES={cases} MYCEL_SEED={first}");
    let code = compiled();
    let mut messages = 0u64;
    for seed in first..first + cases {
        let mut ours = Town::new(Code::native(native()), seed);
        let mut theirs = Town::new(code.clone(), seed);
        for step in 0..60 {
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
        for question in questions(&ours) {
            let ask = |town: &Town| {
                let msg = serde_json::to_vec(&question).expect("JSON");
                town.world
                    .sandbox
                    .query_raw(&town.world.members, &msg)
                    .map_err(|refusal| refusal.text)
            };
            assert_eq!(ask(&ours), ask(&theirs), "MYCEL_SEED={seed} {question:?}");
        }
        theirs.world.check();
    }
    eprintln!("{messages} messages");
}

#[test]
fn what_cannot_be_read_is_refused_in_wasm_and_traps_nothing() {
    let mut world = World::begin(compiled(), ALL, json!({}));
    world.found(&["ana"]);
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for bad in [
        "",
        "{",
        "null",
        "[]",
        "{}",
        r#"{"invite":{}}"#,
        r#"{"invite":{"address":1}}"#,
        r#"{"vouch":{"person":1,"weight":1}}"#,
        r#"{"vouch":{"person":"1","weight":-1}}"#,
        r#"{"vouch":{"person":"1","weight":1,"extra":1}}"#,
        r#"{"advance":{}}"#,
        r#"{"advance":{"limit":1,"case":"1"}}"#,
        r#"{"leave":{"now":true}}"#,
        r#"{"unknown":{}}"#,
        "\u{0}",
        deep.as_str(),
    ] {
        let members = world.members.clone();
        let refusal = world
            .sandbox
            .execute_raw(&address("ana"), &members, bad.as_bytes())
            .expect_err(bad);
        assert!(!refusal.text.contains("trap"), "{bad}: {}", refusal.text);
    }
}

/// SDK gas of one call of each message (members' own share and its messages to
/// native peers), in the order of the file.
fn gas_table() -> String {
    let mut world = World::begin(
        compiled(),
        ALL,
        json!({"growth_least": 100, "invites_per_epoch": 50, "flags_for_notice": 3, "recheck_bps": 10_000}),
    );
    let mut table =
        String::from("# SDK gas of each message, without the transaction's bytes and signatures\n");
    let names: Vec<String> = (0..50)
        .map(|n| {
            let letter = |n: usize| char::from(b"abcdefgh"[n % 8]);
            format!("founder-{}{}", letter(n / 8), letter(n))
        })
        .collect();
    let seeds: Vec<Value> = names
        .iter()
        .map(|name| json!({"address": address(name), "handle": name, "idc": idc(name)}))
        .collect();
    let (key, double) = (world.key.clone(), world.double.clone());
    let seed = json!({"seed": {"members": seeds}}).to_string();
    let forward = json!({"forward": {"contract": world.members,
        "msg": cosmwasm_std::Binary::from(seed.into_bytes())}});
    let receipt = world
        .sandbox
        .execute(&key, &double, &forward)
        .expect("seeds");
    let _ = writeln!(table, "seed/50 {}", receipt.gas);
    world.block();
    let f = |n: usize| names[n].as_str();
    let mut row = |world: &mut World, name: &str, who: &str, msg: Value| -> Receipt {
        let receipt = world.ok(who, msg);
        let _ = writeln!(table, "{name} {}", receipt.gas);
        world.block();
        receipt
    };
    let reasons = "cd".repeat(32);
    let w = &mut world;
    row(
        w,
        "invite",
        f(0),
        json!({"invite": {"address": address("eve")}}),
    );
    row(w, "accept/enrols", "eve", accept(Some(1), "eve"));
    row(
        w,
        "set_handle",
        f(0),
        json!({"set_handle": {"handle": "annika"}}),
    );
    row(
        w,
        "add_key",
        f(0),
        json!({"add_key": {"address": address("phone"), "roles": ["vote"]}}),
    );
    row(
        w,
        "accept_key",
        "phone",
        json!({"accept_key": {"person": "1"}}),
    );
    row(
        w,
        "rotate",
        f(0),
        json!({"rotate": {"to": address("phone")}}),
    );
    row(
        w,
        "set_guardians",
        f(1),
        json!({"set_guardians": {"persons": ["3", "4", "5"], "threshold": 2}}),
    );
    row(
        w,
        "recover",
        f(2),
        json!({"recover": {"person": "2", "to": address("new")}}),
    );
    row(
        w,
        "recover/last",
        f(3),
        json!({"recover": {"person": "2", "to": address("new")}}),
    );
    w.wait(7 * DAY);
    row(
        w,
        "complete_recovery",
        "new",
        json!({"complete_recovery": {"person": "2"}}),
    );
    row(
        w,
        "set_listing",
        f(2),
        json!({"set_listing": {"slot": 0, "listing": {"kind": "need", "name": "seed potatoes", "detail": "x".repeat(200)}}}),
    );
    row(
        w,
        "vouch",
        f(2),
        json!({"vouch": {"person": "5", "weight": 2}}),
    );
    row(w, "unvouch", f(2), json!({"unvouch": {"person": "5"}}));
    row(
        w,
        "issue_credential",
        f(2),
        json!({"issue_credential": {"subject": "5", "hash": reasons}}),
    );
    row(w, "attest", f(2), json!({"attest": {}}));
    row(
        w,
        "flag",
        f(2),
        json!({"flag": {"person": "9", "reasons": reasons}}),
    );
    row(
        w,
        "flag",
        f(3),
        json!({"flag": {"person": "9", "reasons": reasons}}),
    );
    row(
        w,
        "flag/notice",
        f(4),
        json!({"flag": {"person": "9", "reasons": reasons}}),
    );
    let opened = row(
        w,
        "accuse",
        f(5),
        json!({"accuse": {"person": "9", "step": "reduced", "reasons": reasons}}),
    );
    let case = crate::world::case_of(&opened);
    w.verdict(case, "uphold");
    row(
        w,
        "advance/case",
        f(5),
        json!({"advance": {"case": case.to_string()}}),
    );
    row(w, "appeal", f(8), json!({"appeal": {"reasons": reasons}}));
    row(w, "advance/nothing", f(5), json!({"advance": {"limit": 1}}));
    let org = json!({"purpose": "bread", "threshold_bps": 6000, "controllers": [
        {"person": "6", "bps": 5000}, {"person": "7", "bps": 5000}]});
    row(
        w,
        "found",
        f(5),
        json!({"found": {"address": address("bakery"), "handle": "bakery", "org": org}}),
    );
    row(
        w,
        "approve_founding",
        f(6),
        json!({"approve_founding": {"address": address("bakery")}}),
    );
    row(
        w,
        "approve_founding/enrols",
        "bakery",
        json!({"approve_founding": {"address": address("bakery")}}),
    );
    row(w, "leave", f(9), json!({"leave": {}}));
    row(
        w,
        "advance/person",
        f(5),
        json!({"advance": {"person": "10"}}),
    );
    row(
        w,
        "backfill/50/nothing",
        f(5),
        json!({"backfill": {"after": "0", "limit": 50}}),
    );
    w.wait(400 * DAY);
    row(w, "advance/50", f(5), json!({"advance": {"limit": 50}}));
    for (name, question) in [
        (
            "query/standing",
            QueryMsg::Standing(AddressRef {
                address: address(f(2)).to_string(),
            }),
        ),
        (
            "query/eligible",
            QueryMsg::Eligible {
                address: address(f(2)).to_string(),
                at: Id(9),
                residency: Seconds(DAY),
            },
        ),
        (
            "query/electors/50",
            QueryMsg::Electors {
                at: Id(9),
                residency: Seconds(DAY),
                still_at: Some(Id(12)),
                after: None,
                limit: Some(50),
            },
        ),
        ("query/count", QueryMsg::Count { at: Id(9) }),
        ("query/barred", QueryMsg::Barred(Page::default())),
        ("query/related", QueryMsg::Related { a: Id(1), b: Id(2) }),
        ("query/invariants", QueryMsg::Invariants(Nothing {})),
        (
            "query/export",
            QueryMsg::Export {
                member: address(f(2)).to_string(),
                after: None,
            },
        ),
    ] {
        let gas = w.sandbox.query_gas(&w.members, &question).expect(name);
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
        "MYCEL_UPDATE=1 rewrites {path}"
    );
    for ((name, gas), (reviewed_name, reviewed_gas)) in now_rows.iter().zip(&reviewed_rows) {
        assert_eq!(name, reviewed_name, "MYCEL_UPDATE=1 rewrites {path}");
        let ratio = gas / reviewed_gas;
        assert!(
            (0.95..=1.05).contains(&ratio),
            "{name}: {gas} now, {reviewed_gas} reviewed; MYCEL_UPDATE=1 rewrites {path}"
        );
    }
}

#[test]
fn the_wasm_stays_small() {
    let bytes = wasm("mycel_members.wasm").len();
    assert!(bytes <= 880 * 1024, "{bytes} bytes");
}
