//! The compiled contracts in the chain's engine: the same as native, and what
//! juries cost.
//!
//! Needs `mycel_sortition.wasm` and `mycel_members.wasm`, built by `cargo xtask
//! contracts`; looked for in `$MYCEL_CONTRACTS`, else in the target folder's
//! `contracts`.

use std::fmt::Write as _;
use std::path::PathBuf;

use mycel_kit::Id;
use mycel_sandbox::{Code, Receipt, Refusal};
use mycel_sortition::ask::{Nothing, Page, QueryMsg};
use serde_json::{Value, json};

use super::property::Town;
use super::world::{
    DEFAULT, ENTRY, NOTICE, Needs, PERIOD, TERM, World, case_of, members, name, native, told,
};

#[allow(
    clippy::disallowed_methods,
    reason = "where the Wasm lies is told by the environment"
)]
fn compiled(file: &str) -> Code {
    let folder = std::env::var_os("MYCEL_CONTRACTS").map_or_else(
        || {
            let test = std::env::current_exe().expect("this test's path");
            let target = test.ancestors().nth(3).expect("a target folder");
            target.join("contracts")
        },
        PathBuf::from,
    );
    let path = folder.join(file);
    let bytes = std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask contracts`", path.display()));
    Code::compiled(&bytes).expect("a contract that the chain would store")
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

#[test]
fn juries_native_and_in_wasm_give_the_same_events_refusals_answers_and_state() {
    let (cases, first) = (told("MYCEL_WASM_CASES", 6), told("MYCEL_SEED", 1));
    let code = compiled("mycel_sortition.wasm");
    for seed in first..first + cases {
        let mut ours = Town::new(Code::native(native()), Code::native(members()), seed);
        let mut theirs = Town::new(code.clone(), Code::native(members()), seed);
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
        }
        let mut questions = vec![
            QueryMsg::Cases(Page::default()),
            QueryMsg::Invariants(Nothing {}),
        ];
        for number in 1..20 {
            let (id, case, person) = (Id(number), Id(number), Id(number));
            questions.extend([
                QueryMsg::Case { id },
                QueryMsg::Juries { case },
                QueryMsg::Juror { person },
            ]);
        }
        for question in questions {
            let ask = |town: &Town| {
                let msg = serde_json::to_vec(&question).expect("JSON");
                let answer = town.world.sandbox.query_raw(&town.world.sortition, &msg);
                answer.map_err(|refusal| refusal.text)
            };
            assert_eq!(ask(&ours), ask(&theirs), "MYCEL_SEED={seed} {question:?}");
        }
    }
}

struct Table(String);

impl Table {
    fn row(&mut self, what: &str, gas: u64) {
        let _ = writeln!(self.0, "{what} {gas}");
    }
}

/// Draws in calls of `limit` units; gives the gas of each.
fn draw(world: &mut World, case: u64, limit: u64) -> Vec<u64> {
    let mut gas = Vec::new();
    while world.jury(case).step == "drawing" {
        let msg = json!({"advance": {"limit": limit}});
        gas.push(world.ok("anyone", msg).gas);
        assert!(gas.len() < 100);
    }
    gas
}

fn gas_table() -> String {
    let mut table = Table(String::from(
        "# SDK gas of juries over n members, without a transaction's bytes and signatures\n",
    ));
    let both = || {
        (
            compiled("mycel_sortition.wasm"),
            compiled("mycel_members.wasm"),
        )
    };
    for people in [100, 1_000, 10_000] {
        let (sortition, members) = both();
        let mut world = World::begin(sortition, members, people, json!({}));
        for (needs, parties) in [(NOTICE, 2), (ENTRY, 2), (DEFAULT, 2), (DEFAULT, 11)] {
            let parties: Vec<u64> = (1..=parties).collect();
            let what = format!("{}/{} parties/n={people}", needs.kind, parties.len());
            let msg = world.opening("client/1", needs, &parties, TERM);
            let receipt = world.ok("client", msg);
            table.row(&format!("open_case/{what}"), receipt.gas);
            let case = case_of(&receipt);
            world.sandbox.advance_time(3 * PERIOD);
            let gas = draw(&mut world, case, 1_000);
            table.row(&format!("advance/draw all/{what}"), gas.iter().sum());
            assert!(gas.iter().all(|one| *one < 20_000_000), "{gas:?}");
        }
        if people == 10_000 {
            let msg = world.opening("client/2", DEFAULT, &[20, 21], TERM);
            let case = case_of(&world.ok("client", msg));
            world.sandbox.advance_time(3 * PERIOD);
            let gas = draw(&mut world, case, 50);
            table.row(
                "advance/draw/50 units/most",
                gas.iter().copied().max().unwrap_or(0),
            );
            table.row("advance/draw/50 units/calls", gas.len() as u64);
            votes(&mut table, &mut world, case);
        }
    }
    few(&mut table, both());
    busy(&mut table, both());
    table.0
}

/// Strikes, votes and an appeal of a jury of 23.
fn votes(table: &mut Table, world: &mut World, case: u64) {
    let called = world.at(case, &["called"]);
    let strike = |persons: &[u64]| -> Value {
        let persons: Vec<Id> = persons.iter().copied().map(Id).collect();
        json!({"strike": {"case": case.to_string(), "persons": persons}})
    };
    table.row("strike/4", world.ok(&name(20), strike(&called[..4])).gas);
    let gas = world.ok(&name(21), strike(&called[4..8])).gas;
    table.row("strike/4/seats 23", gas);
    let jury = world.sitting(case);
    for (nth, person) in jury.iter().enumerate() {
        let msg = world.commit_msg(case, *person, "default");
        let gas = world.ok(&name(*person), msg).gas;
        match nth {
            0 => table.row("commit_vote", gas),
            22 => table.row("commit_vote/last", gas),
            _ => {}
        }
    }
    for (nth, person) in jury[..16].iter().enumerate() {
        let msg = world.reveal_msg(case, *person, "default");
        let gas = world.ok(&name(*person), msg).gas;
        match nth {
            0 => table.row("reveal_vote", gas),
            15 => table.row("reveal_vote/decides", gas),
            _ => {}
        }
    }
    assert_eq!(world.stands(case).1, "default");
    let appeal = json!({"appeal": {"case": case.to_string()}});
    table.row("appeal", world.ok(&name(20), appeal).gas);
    world.sandbox.advance_time(3 * PERIOD);
    let gas = draw(world, case, 1_000);
    table.row("advance/draw all/second jury", gas.iter().sum());
    let jury = world.jury(case);
    world.sandbox.advance_time(jury.until.0 - world.now());
    let gas = world.ok("anyone", json!({"advance": {}})).gas;
    table.row("advance/seats 23", gas);
    let juror = world.sitting(case)[0];
    let recuse = json!({"recuse": {"case": case.to_string()}});
    table.row("recuse", world.ok(&name(juror), recuse).gas);
    let until = world.jury(case).until.0;
    world.sandbox.advance_time(until - world.now());
    let gas = world.ok("anyone", json!({"advance": {}})).gas;
    table.row("advance/23 absent", gas);
    for (what, question) in [
        ("query/case", QueryMsg::Case { id: Id(case) }),
        ("query/juries", QueryMsg::Juries { case: Id(case) }),
        ("query/juror", QueryMsg::Juror { person: Id(juror) }),
    ] {
        let gas = world.sandbox.query_gas(&world.sortition, &question);
        table.row(what, gas.expect(what));
    }
}

/// The most that a call of 1,000 units takes: the largest jury, and a
/// community of which nearly everybody has left.
fn few(table: &mut Table, (sortition, members): (Code, Code)) {
    let mut world = World::begin(sortition, members, 5_000, json!({}));
    let largest = Needs {
        size: 101,
        ..DEFAULT
    };
    let mut all = |world: &mut World, what: &str| {
        let msg = world.opening("client/1", largest, &[1, 2], TERM);
        let case = case_of(&world.ok("client", msg));
        world.sandbox.advance_time(3 * PERIOD);
        let gas = draw(world, case, 1_000);
        assert!(gas.iter().all(|one| *one < 20_000_000), "{gas:?}");
        let most = gas.iter().copied().max().unwrap_or(0);
        table.row(&format!("advance/draw/1,000 units/{what}/most"), most);
        table.row(
            &format!("advance/draw/1,000 units/{what}/calls"),
            gas.len() as u64,
        );
        case
    };
    all(&mut world, "jury of 101 of 5,000");
    for person in 51..=5_000 {
        world.member_ok(&name(person), json!({"leave": {}}));
    }
    world.wait(TERM + 1);
    world.advance();
    let case = all(&mut world, "jury of 101, 50 of 5,000 are there");
    assert_eq!(world.juries(case).lapsed.as_deref(), Some("too_few"));
}

/// A second pass: everybody called is on as many juries as it may be.
fn busy(table: &mut Table, (sortition, members): (Code, Code)) {
    let mut world = World::begin(sortition, members, 300, json!({}));
    let largest = Needs {
        size: 101,
        ..DEFAULT
    };
    // 900 places are free, and each jury calls 141
    for nth in 0..8 {
        let msg = world.opening("client/1", largest, &[1, 2], TERM);
        let case = case_of(&world.ok("client", msg));
        world.sandbox.advance_time(3 * PERIOD);
        let gas = draw(&mut world, case, 1_000);
        assert!(gas.iter().all(|one| *one < 20_000_000), "{gas:?}");
        if nth == 7 {
            assert_eq!(world.at(case, &["called"]).len(), 141);
            let most = gas.iter().copied().max().unwrap_or(0);
            table.row("advance/draw/1,000 units/jury of 101, all busy/most", most);
            let calls = gas.len() as u64;
            table.row(
                "advance/draw/1,000 units/jury of 101, all busy/calls",
                calls,
            );
        }
    }
}

/// Reviewed like code. Another compiler may shift it a little; more than 5 %
/// is a change that somebody should have looked at.
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "one variable rewrites golden files"
)]
fn gas_of_juries_is_what_was_reviewed_and_below_what_a_transaction_may_use() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gas-juries.txt");
    let now = gas_table();
    if std::env::var_os("MYCEL_UPDATE").is_some() {
        std::fs::write(path, &now).expect("writes the golden file");
    }
    let reviewed = std::fs::read_to_string(path).expect("tests/gas-juries.txt");
    let numbers = |table: &str| -> Vec<(String, f64)> {
        let rows = table.lines().filter(|line| !line.starts_with('#'));
        rows.filter_map(|row| {
            row.rsplit_once(' ')
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
