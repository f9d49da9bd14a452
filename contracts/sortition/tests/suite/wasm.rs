//! The compiled contract in the chain's engine: the same events, refusals,
//! answers and state as native code (SORTITION's fifth invariant).
//!
//! Needs `mycel_sortition.wasm`, built by `cargo xtask contracts`.
//! `MYCEL_WASM_CASES` sets how many sequences (default 8).

use crate::world::town::Town;
use crate::world::{compiled, native, person, told};
use mycel_kit::Id;
use mycel_sandbox::{Receipt, Refusal, address};
use mycel_sortition::ask::{Nothing, Page, QueryMsg};

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

fn questions() -> Vec<QueryMsg> {
    let mut questions = vec![
        QueryMsg::About(Nothing {}),
        QueryMsg::Parameters(Nothing {}),
        QueryMsg::Invariants(Nothing {}),
        QueryMsg::Beacon(Nothing {}),
        QueryMsg::Rounds(Page::default()),
        QueryMsg::Draws(Page::default()),
        QueryMsg::Drawn {
            r#ref: "assembly/1".into(),
        },
        QueryMsg::Drawn {
            r#ref: "nobody/1".into(),
        },
    ];
    for number in 1..4 {
        let draw = Id(number);
        questions.extend([
            QueryMsg::Draw { id: draw },
            QueryMsg::Pool { draw },
            QueryMsg::Volunteers {
                draw,
                after: None,
                limit: Some(3),
            },
            QueryMsg::Volunteer {
                draw,
                person: Id(number),
            },
            QueryMsg::Posts { draw, after: None },
            QueryMsg::Lottery {
                draw,
                post: None,
                page: 0,
            },
            QueryMsg::Seats { draw },
            QueryMsg::Passed { draw, after: None },
            QueryMsg::Export {
                member: person(number).to_string(),
                after: None,
            },
            QueryMsg::OpenItems {
                member: person(number).to_string(),
            },
        ]);
    }
    questions
}

#[test]
fn native_and_wasm_give_the_same_events_refusals_answers_and_state() {
    let (cases, first) = (told("MYCEL_WASM_CASES", 8), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_WASM_CASES={cases} MYCEL_SEED={first}");
    let code = compiled();
    let mut messages = 0u64;
    for seed in first..first + cases {
        let mut ours = Town::new(native(), seed);
        let mut theirs = Town::new(code.clone(), seed);
        for step in 0..150 {
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
        for question in questions() {
            let ask = |town: &Town| {
                let msg = serde_json::to_vec(&question).expect("JSON");
                town.world
                    .sandbox
                    .query_raw(&town.world.sortition, &msg)
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
    let mut world = crate::world::World::with(compiled(), 1, serde_json::json!({}));
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for bad in [
        "",
        "{",
        "null",
        "[]",
        "{}",
        r#"{"open_draw":{}}"#,
        r#"{"open_draw":{"ref":"assembly/1","size":-1,"features":[],"quotas":[],"until":"1"}}"#,
        r#"{"open_draw":{"ref":"assembly/1","size":1,"features":[],"quotas":[],"until":1}}"#,
        r#"{"open_draw":{"ref":"assembly/1","size":70000,"features":[],"quotas":[],"until":"1"}}"#,
        r#"{"volunteer":{"draw":"1"}}"#,
        r#"{"volunteer":{"draw":"1","attributes":[{"feature":"a"}]}}"#,
        r#"{"volunteer":{"draw":"1","attributes":[],"more":1}}"#,
        r#"{"commit_lottery":{"draw":"1","hash":"zz","pages":1}}"#,
        r#"{"post_lottery":{"draw":"1","post":0,"page":0,"data":"?!"}}"#,
        r#"{"advance":{"limit":-1}}"#,
        r#"{"advance":{"limit":4294967296}}"#,
        r#"{"advance":{"draw":"1","case":"1"}}"#,
        r#"{"decline":{"draw":"18446744073709551616"}}"#,
        r#"{"unknown":{}}"#,
        "\u{0}",
        deep.as_str(),
    ] {
        let sortition = world.sortition.clone();
        let refusal = world
            .sandbox
            .execute_raw(&address("assembly"), &sortition, bad.as_bytes())
            .expect_err(bad);
        assert!(!refusal.text.contains("trap"), "{bad}: {}", refusal.text);
    }
}
