//! Actions that use all the gas there is: each fails alone.

use crate::world::{World, told_to, yes_no};
use cosmwasm_std::Addr;
use mycel_assembly::ask::PhaseName;
use mycel_props::module;
use mycel_sandbox::{Code, address};
use serde_json::{Value, json};

/// What one action may use: a quarter of a transaction's twenty million.
const LIMIT: u64 = 5_000_000;

/// Answers when it begins, and never again.
const ENDLESS: &str = r#"
  (func (export "instantiate") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (i32.const 512))
  (func (export "execute") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (loop (br 0)) unreachable)"#;

fn endless(world: &mut World) -> Addr {
    let wasm = module::contract("", 1, r#"{"ok":{}}"#, ENDLESS);
    let code = Code::compiled(&wasm).expect("a contract");
    let code = world.sandbox.store(code);
    world
        .sandbox
        .instantiate(&address("eve"), code, "endless", &json!({}))
        .expect("it begins")
}

/// `bad` actions that never end and then one that the probe hears.
fn decided(world: &mut World, bad: usize) -> u64 {
    let endless = endless(world);
    let mut actions = vec![told_to(&endless, &json!({"go": {}})); bad];
    actions.push(told_to(&world.probe, &json!({"two": {}})));
    world.released(yes_no("ordinary", &actions), 3)
}

fn states(world: &World, number: u64) -> Vec<String> {
    let runs = world.runs(number).runs;
    runs.into_iter().map(|run| run.state).collect()
}

fn one(number: u64, action: usize) -> Value {
    json!({"execute": {"proposal": number.to_string(), "action": action}})
}

#[test]
fn an_action_that_uses_all_gas_fails_alone_and_the_next_runs() {
    let mut world = World::new(4);
    let number = decided(&mut world, 1);
    let receipt = world.execute(number);
    assert_eq!(states(&world, number), ["failed", "done"]);
    assert!(
        (LIMIT..LIMIT + 100_000).contains(&receipt.gas),
        "{}",
        receipt.gas
    );
    let why = world.runs(number).runs[0].why.clone();
    assert!(why.contains("code: 11"), "{why}");
    assert_eq!(world.phase(number), PhaseName::Execution);
    assert_eq!(world.log(&world.probe).len(), 1);
    world.check();
}

#[test]
fn who_sends_too_little_gas_makes_no_action_fail() {
    let mut world = World::new(4);
    let number = decided(&mut world, 1);
    for gas in [1_000, LIMIT / 2, LIMIT] {
        world.sandbox.set_gas_limit(gas);
        world.no("eve", one(number, 0), "out of gas");
        assert_eq!(states(&world, number), ["pending", "pending"]);
    }
    world.sandbox.set_gas_limit(LIMIT + 100_000);
    world.ok("eve", one(number, 0));
    assert_eq!(states(&world, number), ["failed", "pending"]);
    world.check();
}

#[test]
fn however_many_use_all_gas_one_after_the_other_lets_the_last_one_run() {
    let mut world = World::new(4);
    let number = decided(&mut world, 5);
    // together they are more than a transaction has
    world.no(
        "anyone",
        json!({"execute": {"proposal": number.to_string()}}),
        "out of gas",
    );
    for action in 0..6 {
        world.ok("anyone", one(number, action));
    }
    assert_eq!(states(&world, number)[4..], ["failed", "done"]);
    assert_eq!(world.log(&world.probe).len(), 1);
    world.check();
}
