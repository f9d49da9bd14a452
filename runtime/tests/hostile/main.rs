//! Contracts that loop, recurse, allocate without end, trap, lie about regions or start what they must not: each costs
//! gas or ends in a trap, and nothing else.

mod limits;
mod nodes;
mod regions;
mod traps;

use std::sync::OnceLock;

use mycel_props::module;
use mycel_runtime::testing::MockEnvironment;
use mycel_runtime::{Call, CallOutcome, CallReport, Cancel, EntryPoint, Vm, VmConfig};

/// Half a millisecond of the reference machine.
const GAS: u64 = 500_000_000;

fn vm() -> &'static Vm {
    static VM: OnceLock<Vm> = OnceLock::new();
    VM.get_or_init(|| Vm::new(VmConfig::default()).expect("an engine"))
}

/// A contract whose `execute` and `query` are `body`; `(i32.const 512)` is a good result. `before` comes in front of
/// everything (types, imports), `after` behind it.
fn contract_with(before: &str, body: &str, after: &str) -> Vec<u8> {
    let own = format!(
        r#"(func (export "execute") (param $env i32) (param $info i32) (param $msg i32) (result i32)
          (local $i i32) (local $j i32)
          {body})
        {after}"#
    );
    module::contract(before, 1, "{}", &own)
}

fn contract(body: &str) -> Vec<u8> {
    contract_with("", body, "")
}

fn call_on(vm: &Vm, wasm: &[u8], gas: u64) -> CallReport {
    let code = vm.load(wasm).unwrap_or_else(|e| panic!("{e}"));
    vm.call(
        &code,
        Call::execute(b"{}", b"{}", b"{}"),
        gas,
        Box::new(MockEnvironment::new(&[])),
        &Cancel::new(),
    )
}

fn call(wasm: &[u8], gas: u64) -> CallReport {
    call_on(vm(), wasm, gas)
}

/// Runs it twice, because whatever a hostile contract does the next call must find a fresh instance.
fn outcome(wasm: &[u8]) -> CallOutcome {
    let (first, second) = (call(wasm, GAS), call(wasm, GAS));
    assert_eq!(first.outcome, second.outcome);
    assert_eq!(first.gas_used, second.gas_used);
    assert!(first.gas_used <= GAS);
    assert!(
        first.outcome.is_deterministic(),
        "not a result of the contract: {:?}",
        first.outcome
    );
    first.outcome
}

fn query(vm: &Vm, wasm: &[u8], gas: u64) -> CallReport {
    let code = vm.load(wasm).unwrap_or_else(|e| panic!("{e}"));
    vm.call(
        &code,
        Call::plain(EntryPoint::Query, b"{}", b"{}"),
        gas,
        Box::new(MockEnvironment::new(&[])),
        &Cancel::new(),
    )
}

#[test]
fn a_contract_that_does_nothing_wrong_returns_its_result() {
    assert_eq!(
        outcome(&contract("(i32.const 512)")),
        CallOutcome::Ok("{}".into())
    );
}
