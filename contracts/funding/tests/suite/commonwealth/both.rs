//! The dividend and the register native and in Wasm: the same events, refusals,
//! answers and state.
//!
//! `MYCEL_WASM_CASES` sets how many sequences (default 3), `MYCEL_SEED` the
//! first seed.

use mycel_sandbox::{Code, Receipt, Refusal, address};
use serde_json::{Value, json};

use super::{Commonwealth, FOREST, told_by};
use crate::world::{Codes, DAY, Random, World, bytes, names, native, told, wasm};

/// Persons.
const PERSONS: usize = 6;
/// Steps of a sequence.
const STEPS: u64 = 150;

fn town(funding: Code) -> Commonwealth {
    let codes = Codes {
        funding,
        ..Codes::native()
    };
    let numbers = json!({"case_seconds": 20 * DAY, "dividend_seconds": 60 * DAY});
    let mut town = Commonwealth::with(codes, PERSONS, &numbers);
    let list = names(PERSONS);
    town.guild("guild", [&list[0], &list[1]]);
    town
}

/// What is done, and to which contract: `f`unding, `c`redit or the `d`ouble.
struct Deed(char, String, Value);

fn deed(random: &mut Random, town: &Commonwealth, seed: u64, step: u64) -> Option<Deed> {
    let list = names(PERSONS);
    let name = match random.below(9) {
        0 => "guild".to_owned(),
        1 => "stranger".to_owned(),
        _ => list[random.below(PERSONS as u64) as usize].clone(),
    };
    // sometimes one that was used
    let evidence = format!("{seed:032x}{:032x}", step - random.below(8) / 7);
    let entry = (1 + random.below(8)).to_string();
    let matter = (1 + random.below(20)).to_string();
    let bits = 1 + random.below(44);
    let pico = 1 + random.below(1 << bits);
    let technology = match random.below(3) {
        0 => "drones".to_owned(),
        _ => format!("entry/{entry}"),
    };
    let forest = json!({"commons": FOREST});
    let hold = |amount: u64, msg: Value| json!({"hold": {"for": town.funding, "amount": amount.to_string(), "msg": bytes(&msg)}});
    let spend = |msg: Value| {
        let action = json!({"spend_commons": {"amount": pico.to_string(),
            "hold_for": town.funding, "msg": bytes(&msg)}});
        World::decision("spending", &action)
    };
    let outcome = ["uphold", "dismiss"][random.below(2) as usize];
    let kind = ["essential", "proprietary"][random.below(2) as usize];
    Some(match random.below(18) {
        0..=2 => Deed(
            'f',
            name,
            json!({"register": {"kind": kind, "title": "a mill",
            "licence": "MIT", "evidence": evidence}}),
        ),
        3 => Deed(
            'f',
            name,
            json!({"report_revenue": {"entry": entry,
            "revenue": pico.to_string(), "evidence": evidence}}),
        ),
        4 | 5 => Deed(
            'f',
            name,
            json!({"report_built": {"entry": entry, "evidence": evidence}}),
        ),
        6 => Deed('f', name, json!({"collect_reward": {"entry": entry}})),
        7 => Deed(
            'f',
            name,
            json!({"accuse_harm": {"commons": FOREST, "technology": technology,
            "user": (1 + random.below(8)).to_string(), "amount": pico.to_string(),
            "evidence": evidence}}),
        ),
        8 => Deed(
            'f',
            name,
            json!({"review_technology": {"technology": technology,
            "commons": (random.below(2) == 0).then_some(FOREST), "evidence": evidence}}),
        ),
        9 => Deed(
            'd',
            "key".to_owned(),
            json!({"decide": {"case": (1 + random.below(8)).to_string(),
            "outcome": outcome,
            "reasons": "ab".repeat(32)}}),
        ),
        10 => Deed('f', name, json!({"advance_matter": {"matter": matter}})),
        11 => Deed('c', name, hold(pico, json!({"dues": {"entry": entry}}))),
        12 => Deed(
            'c',
            name,
            hold(pico, json!({"restoration": {"matter": matter}})),
        ),
        13 => Deed(
            'c',
            "key".to_owned(),
            spend(match random.below(3) {
                0 => json!({"rewards": {}}),
                _ => json!({"dividend": {"epoch": "1"}}),
            }),
        ),
        14 => Deed(
            'f',
            name,
            json!({"claim_dividend": {"limit": 1 + random.below(3)}}),
        ),
        15 => {
            let action = match random.below(2) {
                0 => json!({"refuse_technology": {"technology": technology, "until": null}}),
                _ => json!({"allow_technology": {"technology": technology}}),
            };
            let electorate = if random.below(2) == 0 {
                json!("all")
            } else {
                forest
            };
            Deed('f', "key".to_owned(), told_by(&electorate, &action))
        }
        16 => Deed('f', name, json!({"release_entry": {"entry": entry}})),
        _ => return None,
    })
}

fn act(town: &mut Commonwealth, deed: &Deed) -> Result<Receipt, Refusal> {
    let contract = match deed.0 {
        'c' => town.credit.clone(),
        'd' => town.double.clone(),
        _ => town.funding.clone(),
    };
    town.sandbox.execute(&address(&deed.1), &contract, &deed.2)
}

/// Everything but the gas.
fn shown(result: &Result<Receipt, Refusal>) -> String {
    match result {
        Ok(receipt) => format!("{:?}", (&receipt.events, &receipt.data)),
        Err(refusal) => refusal.text.clone(),
    }
}

fn questions() -> Vec<Value> {
    let mut all = vec![
        json!({"dividend": {}}),
        json!({"register": {}}),
        json!({"entries": {}}),
        json!({"overdue": {}}),
        json!({"overdue": {"after": "xx"}}),
        json!({"refused": {"technology": "drones", "boundary": {"commons": FOREST}}}),
    ];
    for number in 1..6 {
        let number = number.to_string();
        all.push(json!({"deposit": {"deposit": number}}));
        all.push(json!({"entry": {"entry": number}}));
        all.push(json!({"matter": {"matter": number}}));
        all.push(json!({"reports": {"entry": number, "page": {}}}));
    }
    for name in names(PERSONS) {
        let member = address(&name);
        all.push(json!({"claimable": {"member": member}}));
        all.push(json!({"export": {"member": member, "after": "register/0"}}));
        all.push(json!({"open_items": {"member": member}}));
    }
    all
}

#[test]
fn native_and_wasm_give_the_same_dividends_and_the_same_register() {
    let (cases, first) = (told("MYCEL_WASM_CASES", 3), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_WASM_CASES={cases} MYCEL_SEED={first}");
    let code = wasm("mycel_funding.wasm");
    let (mut done, mut refused) = (0u64, 0u64);
    for seed in first..first + cases {
        let mut random = Random(seed);
        let mut ours = town(Code::native(native()));
        let mut theirs = town(code.clone());
        for step in 1..=STEPS {
            let wait = match deed(&mut random, &ours, seed, step) {
                None => random.below(30 * DAY),
                Some(deed) => {
                    let (mine, other) = (act(&mut ours, &deed), act(&mut theirs, &deed));
                    let context = format!("MYCEL_SEED={seed} step={step} {}", deed.2);
                    assert_eq!(shown(&mine), shown(&other), "{context}");
                    match mine {
                        Ok(_) => done += 1,
                        Err(_) => refused += 1,
                    }
                    1
                }
            };
            ours.wait(wait);
            theirs.wait(wait);
            let hashes = [&ours, &theirs].map(|town| town.sandbox.state_hash());
            assert_eq!(hashes[0], hashes[1], "MYCEL_SEED={seed} step={step}");
        }
        for question in questions() {
            let ask = |town: &Commonwealth| {
                let msg = serde_json::to_vec(&question).expect("JSON");
                town.sandbox
                    .query_raw(&town.funding, &msg)
                    .map_err(|refusal| refusal.text)
            };
            assert_eq!(ask(&ours), ask(&theirs), "MYCEL_SEED={seed} {question}");
        }
        theirs.check_all();
    }
    eprintln!("{done} done, {refused} refused");
    assert!(done * 4 > refused, "{done} of {refused}: mostly nonsense");
}
