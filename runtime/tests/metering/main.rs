//! Gas metered in the Wasm against a count by an interpreter that knows nothing of how it is inserted: every executed
//! operator costs its price, those since the last end of a basic block are lost at a trap, and gas that does not
//! suffice ends the call.

mod count;
mod program;

use std::sync::OnceLock;

use mycel_runtime::check::check;
use mycel_runtime::prepare::prepare;
use mycel_runtime::testing::MockEnvironment;
use mycel_runtime::{Call, CallOutcome, CallReport, Cancel, Schedule, TrapCode, Vm, VmConfig};
use proptest::prelude::*;

use count::{Count, Flow};
use program::{program, wasm};

const PLAIN: u64 = 115;
const CONTROL: u64 = 1_610;
const AMPLE: u64 = 1 << 40;

fn vm() -> &'static Vm {
    static VM: OnceLock<Vm> = OnceLock::new();
    VM.get_or_init(|| {
        let config = VmConfig {
            code_bytes: 1 << 20,
            ..VmConfig::default()
        };
        Vm::new(config).expect("an engine")
    })
}

fn run(wasm: &[u8], gas: u64) -> CallReport {
    let code = vm().load(wasm).unwrap_or_else(|e| panic!("{e}"));
    vm().call(
        &code,
        Call::execute(b"{}", b"{}", b"{}"),
        gas,
        Box::new(MockEnvironment::default()),
        &Cancel::new(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn metered_gas_equals_an_independent_count(seed: u64, x: u32) {
        let functions = program(seed);
        let mut count = Count { program: &functions, gas: 0, due: 0, steps_left: 100_000 };
        let ended = count.function(0, x);
        prop_assume!(!matches!(ended, Err(Flow::TooLong)));

        let with = wasm(&functions, &format!("i32.const {} call $f0 drop i32.const 512", x as i32));
        let (gas, outcome) = match ended {
            Ok(_) => {
                let without = run(&wasm(&functions, "i32.const 512"), AMPLE);
                let around = 2 * PLAIN + CONTROL;
                // What is due at the return of the call is charged with the rest of `execute`.
                (without.gas_used + around + count.gas + count.due, CallOutcome::Ok("{}".into()))
            }
            Err(_) => {
                let without = run(&wasm(&functions, "unreachable"), AMPLE);
                let before = PLAIN + CONTROL;
                (without.gas_used + before + count.gas, CallOutcome::Trap(TrapCode::Unreachable))
            }
        };
        let ample = run(&with, AMPLE);
        prop_assert_eq!(&ample.outcome, &outcome);
        prop_assert_eq!(ample.gas_used, gas);

        let just = run(&with, gas);
        prop_assert_eq!(&just.outcome, &outcome);
        prop_assert_eq!(just.gas_used, gas);
        let short = run(&with, gas - 1);
        prop_assert_eq!(short.outcome, CallOutcome::OutOfGas);
        prop_assert_eq!(short.gas_used, gas - 1);
    }

    #[test]
    fn what_is_prepared_is_valid_and_has_a_memory_maximum(seed: u64) {
        let wasm = wasm(&program(seed), "i32.const 512");
        let config = VmConfig::default();
        let checked = check(&wasm, &config.limits, &config.capabilities).expect("a contract");
        let prepared = prepare(&wasm, &checked, &Schedule::ONE).expect("checked");
        let types = wasmparser::Validator::new().validate_all(&prepared).expect("valid");
        let types = types.as_ref();
        prop_assert_eq!(types.memory_at(0).maximum, Some(512));
        prop_assert_eq!(types.global_count(), 2);
        // The same every time.
        prop_assert_eq!(prepare(&wasm, &checked, &Schedule::ONE).expect("checked"), prepared);
    }
}
