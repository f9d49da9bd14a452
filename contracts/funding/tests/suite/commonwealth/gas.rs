//! What the dividend and the register cost in Wasm: within a transaction's 20
//! million gas, and at the end of blocks within the 2 million that forty units
//! of work have, 50,000 a unit.

use mycel_sandbox::Receipt;
use serde_json::json;

use super::Commonwealth;
use crate::world::{CREDIT, Codes, DAY, names};

/// What a unit of work may cost at the end of a block.
const UNIT: u64 = 50_000;

fn town() -> (Commonwealth, Vec<String>) {
    let numbers = json!({"case_seconds": 60, "register_cases": 10});
    (Commonwealth::with(Codes::compiled(), 8, &numbers), names(8))
}

/// Gas of what is due, a unit.
fn per_unit(receipt: &Receipt) -> u64 {
    let done: u64 = receipt
        .events
        .iter()
        .filter(|event| event.ty == "wasm-advance")
        .flat_map(|event| &event.attributes)
        .find(|attribute| attribute.key == "work")
        .and_then(|attribute| attribute.value.parse().ok())
        .expect("work");
    eprintln!("{} gas for {done} units", receipt.gas);
    assert!(done > 0);
    receipt.gas / done
}

#[test]
fn fifty_deposits_are_claimed_in_one_transaction_and_ended_within_a_block() {
    let (mut town, list) = town();
    for _ in 0..50 {
        town.dividend(1_000_003);
    }
    let receipt = town.ok(&list[0], json!({"claim_dividend": {}}));
    eprintln!("claim of 50 deposits: {} gas", receipt.gas);
    assert!(receipt.gas < 20_000_000, "{}", receipt.gas);
    town.sandbox.advance_time(180 * DAY);
    let receipt = town.ok("anyone", json!({"advance": {"limit": 40}}));
    assert!(per_unit(&receipt) <= UNIT);
    town.check_all();
}

#[test]
fn payments_and_cases_are_done_within_a_block() {
    let (mut town, list) = town();
    let register = json!({"register": {"kind": "proprietary", "title": "a mill",
        "licence": "MIT", "evidence": "ab".repeat(32)}});
    town.ok(&list[0], register);
    let report = json!({"report_revenue": {"entry": "1", "revenue": (4_000 * CREDIT).to_string(),
        "evidence": "cd".repeat(32)}});
    let receipt = town.ok(&list[0], report);
    eprintln!("report: {} gas", receipt.gas);
    for _ in 0..10 {
        town.held(&list[1], 7 * CREDIT, &json!({"dues": {"entry": "1"}}));
    }
    let receipt = town.ok("anyone", json!({"advance": {"limit": 40}}));
    assert!(per_unit(&receipt) <= UNIT);
    for n in 0..10u8 {
        let msg = json!({"review_technology": {"technology": format!("word-{n}"),
            "evidence": format!("{n:064x}")}});
        let receipt = town.ok(&list[n as usize % 8], msg);
        assert!(receipt.gas < 2_000_000);
    }
    town.sandbox.advance_time(61);
    let receipt = town.ok("anyone", json!({"advance": {"limit": 40}}));
    assert!(per_unit(&receipt) <= UNIT);
    town.check_all();
}

#[test]
fn the_dearest_deeds_of_the_register_fit_into_a_transaction() {
    let (mut town, list) = town();
    for _ in 0..19 {
        town.spend(CREDIT, &json!({"rewards": {}}));
    }
    town.spend(100 * CREDIT, &json!({"rewards": {}}));
    let register = json!({"register": {"kind": "essential", "title": "a mill",
        "licence": "MIT", "evidence": "ab".repeat(32)}});
    town.ok(&list[0], register);
    for (n, name) in list[1..5].iter().enumerate() {
        let msg = json!({"report_built": {"entry": "1", "evidence": format!("{n:064x}")}});
        let receipt = town.ok(name, msg);
        assert!(receipt.gas < 2_000_000, "{}", receipt.gas);
    }
    // from all twenty holds
    let before = town.position(&list[0]);
    let receipt = town.ok(&list[0], json!({"collect_reward": {"entry": "1"}}));
    eprintln!("collect from 20 holds: {} gas", receipt.gas);
    assert!(receipt.gas < 20_000_000);
    assert_eq!(town.position(&list[0]) - before, 40 * i128::from(CREDIT));
    town.check_all();
}
