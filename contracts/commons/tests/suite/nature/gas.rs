//! What messages about nature cost, and a function of how many seats there are.
//! The contract is compiled, its peers are not: their answers cost nothing here.

use std::fmt::Write as _;

use mycel_sandbox::{Code, Receipt};
use serde_json::{Value, json};

use super::ground::*;
use crate::world::wasm;

/// The lay monitor: stands behind no organisation.
const LAY: u64 = 27;

pub fn compiled() -> Code {
    Code::compiled(&wasm("mycel_commons.wasm")).expect("a contract that the chain would store")
}

/// Compares with a file that is reviewed like code. Another compiler may shift
/// it a little; more than 5 % is a change that somebody should have looked at.
#[allow(
    clippy::disallowed_methods,
    reason = "one variable rewrites golden files"
)]
pub fn reviewed(file: &str, table: &str) {
    let path = format!("{}/tests/{file}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("MYCEL_UPDATE").is_some() {
        std::fs::write(&path, table).expect("writes the golden file");
    }
    let known = std::fs::read_to_string(&path).expect(file);
    let rows = |table: &str| -> Vec<(String, u64)> {
        let rows = table.lines().filter(|line| !line.starts_with('#'));
        rows.filter_map(|row| {
            let (name, gas) = row.split_once(' ')?;
            Some((name.to_owned(), gas.parse().ok()?))
        })
        .collect()
    };
    let (now, known) = (rows(table), rows(&known));
    assert_eq!(now.len(), known.len(), "{file}: MYCEL_UPDATE=1 writes it");
    for ((name, gas), (other, before)) in now.iter().zip(&known) {
        assert_eq!(name, other);
        assert!(*gas < 20_000_000, "{name}: {gas} is no transaction");
        assert!(
            gas.abs_diff(*before) <= before / 20,
            "{name}: {gas} gas, reviewed {before}; MYCEL_UPDATE=1 writes it"
        );
    }
}

/// Organisations 101 and so on, so many, with their seats.
fn seats(organisations: u8) -> World {
    let mut rules = rules();
    rules.monitors.organisations = organisations;
    rules.rights.concentration_bps = 10_000;
    let mut world = World::with(compiled(), rules);
    for organisation in 101..101 + u64::from(organisations) {
        if organisation > 107 {
            world.person(organisation, "org", "none");
            world.control(organisation, &[(organisation - 90, 10_000)]);
            world.decide(json!({"accredit": {"organisation": organisation.to_string()}}));
        }
    }
    world
}

fn monitors(organisations: u8) -> Vec<u64> {
    (101..101 + u64::from(organisations)).collect()
}

fn say(world: &mut World, who: u64, msg: Value) -> Receipt {
    world.ok(&name(who), msg)
}

/// What so many seats of organisations, and a lay one, cost.
fn with(table: &mut String, organisations: u8) {
    let mut row = |name: &str, receipt: &Receipt| {
        let _ = writeln!(table, "{name}/{organisations} {}", receipt.gas);
    };
    let mut world = seats(organisations);
    let monitors = monitors(organisations);
    let last = monitors[monitors.len() - 1];
    for monitor in &monitors {
        let receipt = world
            .bond_for(*monitor, BOND, 10_000 * DAY)
            .unwrap_or_else(|refusal| panic!("{}", refusal.text));
        if *monitor == last {
            row("bond", &receipt);
        }
    }
    world.advance();
    let own = world.lot_case().expect("a lot");
    world.draw(own, &[LAY, 28, 29]);
    world.days(1);
    row(
        "accept_seat",
        &say(&mut world, LAY, json!({"accept_seat": {"commons": "1"}})),
    );
    for monitor in &monitors {
        let msg = world.read_msg(10_000);
        let receipt = say(&mut world, *monitor, msg);
        if *monitor == last {
            row("read", &receipt);
        }
    }
    let msg = world.read_msg(10_000);
    row("read/opens", &say(&mut world, LAY, msg));
    row(
        "advance/opens",
        &world.ok("anyone", json!({"advance": {"limit": 40}})),
    );
    let check = json!({"check_seat": {"commons": "1", "seat": "1"}});
    row("check_seat", &say(&mut world, 1, check));
    // a claim, seen alike; then one that is disputed
    let mut all = monitors.clone();
    all.push(LAY);
    for (cells, low) in [
        ((1..=50).collect::<Vec<u64>>(), 1_000),
        ((51..=100).collect(), 90),
    ] {
        let from = world.now() - 300 * DAY;
        let msg = claim_msg(&mut world, &cells, from, from + 200 * DAY, 1_000);
        let receipt = say(&mut world, 1, msg);
        let made: u64 = attribute(&receipt, "wasm-claim", "claim")
            .and_then(|text| text.parse().ok())
            .expect("a number");
        let alike = low == 1_000;
        if alike {
            row("claim/50_cells", &receipt);
        }
        for monitor in &all {
            let quantity = if *monitor == LAY { low } else { 1_000 };
            let receipt = say(&mut world, *monitor, attest_msg(made, quantity));
            if alike && *monitor == 101 {
                row("attest/first", &receipt);
            }
            if *monitor == LAY {
                row(
                    if alike {
                        "attest/last"
                    } else {
                        "attest/disputed"
                    },
                    &receipt,
                );
            }
        }
    }
    let evidence = world.evidence();
    let msg = json!({"reverse": {"claim": "1", "quantity": "100", "evidence": evidence}});
    row("reverse", &say(&mut world, 2, msg));
    let case = seen(&world, 2).case.expect("a jury").0;
    let dismissed = judged(&mut world, case, "dismiss");
    row("advance/claim_dismissed", &dismissed);
    row(
        "withdraw_claim",
        &say(&mut world, 1, json!({"withdraw_claim": {"claim": "2"}})),
    );
    row("challenge", &{
        let msg = world.challenge_msg(1);
        say(&mut world, 1, msg)
    });
    // one reads less: all others are accused
    let msg = world.read_msg(5_000);
    row("read/disputed_and_cut", &say(&mut world, LAY, msg));
    let dispute: u64 = 2;
    let case = world.case_of(dispute);
    let refuted = judged(&mut world, case, "uphold");
    row("advance/all_refuted", &refuted);
    row(
        "leave_seat",
        &say(&mut world, LAY, json!({"leave_seat": {"commons": "1"}})),
    );
}

/// A jury says something; what acting on it costs.
fn judged(world: &mut World, case: u64, outcome: &str) -> Receipt {
    world.say(case, outcome);
    world.ok("anyone", json!({"advance": {"case": case.to_string()}}))
}

/// The end of an epoch in which nobody read: all lose their seats.
fn absent(table: &mut String, organisations: u8) {
    let mut world = seats(organisations);
    for monitor in monitors(organisations) {
        world
            .bond_for(monitor, BOND, 10_000 * DAY)
            .unwrap_or_else(|refusal| panic!("{}", refusal.text));
    }
    for monitor in monitors(organisations) {
        let msg = world.read_msg(10_000);
        say(&mut world, monitor, msg);
    }
    world.advance();
    assert_eq!(latest(&world, 1).number, 1);
    // seats are looked at daily
    world.days((EPOCH + GRACE) / DAY - 1);
    world.wait(DAY - 7_200);
    world.advance();
    world.wait(7_200);
    let mut dearest = 0;
    while latest(&world, 1).number < 2 {
        let receipt = world.ok("anyone", json!({"advance": {"limit": 40}}));
        dearest = dearest.max(receipt.gas);
    }
    assert_eq!(world.monitors().seats.len(), 0);
    let _ = writeln!(table, "advance/stale_all_absent/{organisations} {dearest}");
    world.advance();
}

#[test]
fn gas_of_messages_about_nature_is_what_was_reviewed() {
    let mut table = String::from(
        "# SDK gas of each message / seats of organisations, beside a lay one; peers cost nothing\n",
    );
    for organisations in [3, 7, 14] {
        with(&mut table, organisations);
        absent(&mut table, organisations);
    }
    let mut world = seats(14);
    for monitor in monitors(14) {
        world
            .bond_for(monitor, BOND, 10_000 * DAY)
            .unwrap_or_else(|refusal| panic!("{}", refusal.text));
        let msg = world.read_msg(10_000);
        say(&mut world, monitor, msg);
    }
    world.advance();
    let made = claim(&mut world, 1, &[1], 100);
    for (query, question) in [
        ("query/reading/14", json!({"reading": {"commons": "1"}})),
        ("query/monitors/14", json!({"monitors": {"commons": "1"}})),
        ("query/seats/14", json!({"seats": {"commons": "1"}})),
        ("query/readings/14", json!({"readings": {"commons": "1"}})),
        ("query/cap", json!({"cap": {"commons": "1"}})),
        ("query/epochs/1", json!({"epochs": {"commons": "1"}})),
        ("query/claim", json!({"claim": {"id": made.to_string()}})),
        (
            "query/regeneration",
            json!({"regeneration": {"commons": "1"}}),
        ),
    ] {
        let gas = world
            .sandbox
            .query_gas(&world.commons, &question)
            .expect(query);
        let _ = writeln!(table, "{query} {gas}");
    }
    reviewed("gas-nature.txt", &table);
}

/// Restorers who wait: what handing out to each of them costs.
#[test]
fn handing_out_to_restorers_costs_each_the_same_and_fits_a_block() {
    let mut world = forest_of(compiled(), {
        let mut rules = rules();
        rules.rights.concentration_bps = 10_000;
        rules
    });
    readings(&mut world, 1, 1_000_000);
    world.advance();
    let members: Vec<Value> = (500..530)
        .map(|person| {
            world.person(person, "person", "none");
            json!({"person": person.to_string(), "shares": 1_000})
        })
        .collect();
    let enrol = json!({"enrol": {"commons": "1", "members": members}});
    world.decide_by(json!({"commons": "1"}), "ordinary", enrol);
    for person in 500..530 {
        let from = world.now() - 300 * DAY;
        let msg = claim_msg(&mut world, &[person], from, from + 200 * DAY, 100);
        let receipt = say(&mut world, person, msg);
        let made = attribute(&receipt, "wasm-claim", "claim").expect("a claim");
        for monitor in MONITORS {
            world.ok(
                &name(monitor),
                json!({"attest": {"claim": made, "quantity": "100"}}),
            );
        }
    }
    over(&mut world);
    for monitor in MONITORS {
        let msg = world.read_msg(1_000_000);
        say(&mut world, monitor, msg);
    }
    while latest(&world, 1).number < 2 {
        world.ok("anyone", json!({"advance": {"limit": 18}}));
    }
    let mut blocks = vec![];
    while !restored(&world).waiting.is_zero() {
        blocks.push(world.ok("anyone", json!({"advance": {"limit": 40}})).gas);
    }
    eprintln!("30 restorers at ends of blocks: {blocks:?}");
    assert!(blocks.len() <= 8, "five a block: {blocks:?}");
    assert!(blocks.iter().all(|gas| *gas < 2_000_000), "{blocks:?}");
    check(&world, true);
}
