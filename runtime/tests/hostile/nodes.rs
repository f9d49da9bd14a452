//! What belongs to one node and must show in no result: pools, threads, the watchdog, faults of the state.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use mycel_runtime::testing::MockEnvironment;
use mycel_runtime::{
    AddressOp, Call, CallOutcome, Cancel, CodeId, CursorId, Direction, Environment, Hosted,
    KeyRange, StateFault, TrapCode, Vm, VmConfig,
};

use super::{GAS, call_on, contract, contract_with, vm};

const LOOP: &str = "(loop (br 0)) unreachable";
const READ: &str = r#"(import "env" "db_read" (func $read (param i32) (result i32)))"#;
const QUERY: &str = r#"(import "env" "query_chain" (func $query (param i32) (result i32)))"#;

fn small() -> VmConfig {
    VmConfig {
        concurrent_calls: 2,
        call_depth: 3,
        ..VmConfig::default()
    }
}

#[test]
fn the_watchdog_ends_a_call_as_a_failure_of_the_machine() {
    let vm = Vm::new(VmConfig {
        watchdog: Duration::from_millis(100),
        ..small()
    })
    .expect("an engine");
    let report = call_on(&vm, &contract(LOOP), u64::MAX);
    assert!(
        matches!(&report.outcome, CallOutcome::Machine(why) if why.contains("watchdog")),
        "{report:?}"
    );
}

#[test]
fn a_call_that_nobody_wants_any_more_ends_soon() {
    let vm = Vm::new(small()).expect("an engine");
    let code = vm.load(&contract(LOOP)).expect("a contract");
    let stop = Cancel::new();
    std::thread::scope(|s| {
        let env = Box::new(MockEnvironment::default());
        let running = s.spawn(|| {
            let call = Call::execute(b"{}", b"{}", b"{}");
            vm.call(&code, call, u64::MAX, env, &stop).outcome
        });
        std::thread::sleep(Duration::from_millis(60));
        stop.cancel();
        assert_eq!(
            running.join().expect("no panic"),
            CallOutcome::State(StateFault::Cancelled)
        );
    });
    let env = Box::new(MockEnvironment::default());
    let late = vm.call(&code, Call::query(b"", b""), GAS, env, &stop);
    assert_eq!(late.outcome, CallOutcome::State(StateFault::Cancelled));
    assert_eq!(late.gas_used, 0);
}

#[test]
fn more_calls_than_the_pool_has_places_wait_and_end_alike() {
    let vm = Vm::new(small()).expect("an engine");
    let wasm = contract(
        "(loop (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 20000))))
         (i32.const 512)",
    );
    let alone = call_on(&vm, &wasm, GAS);
    assert_eq!(alone.outcome, CallOutcome::Ok("{}".into()));
    std::thread::scope(|s| {
        let threads: Vec<_> = (0..16)
            .map(|_| {
                s.spawn(|| {
                    for _ in 0..20 {
                        let report = call_on(&vm, &wasm, GAS);
                        assert_eq!(report.outcome, alone.outcome);
                        assert_eq!(report.gas_used, alone.gas_used);
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().expect("every call alike");
        }
    });
}

#[test]
fn four_validators_in_one_process_have_an_engine_each() {
    let vms: Vec<Vm> = (0..4)
        .map(|_| Vm::new(VmConfig::default()).expect("address space for four"))
        .collect();
    let wasm = contract("(i32.const 512)");
    let gas: Vec<u64> = vms
        .iter()
        .map(|vm| {
            let report = call_on(vm, &wasm, GAS);
            assert_eq!(report.outcome, CallOutcome::Ok("{}".into()));
            report.gas_used
        })
        .collect();
    assert!(gas.iter().all(|g| *g == gas[0]));
}

#[test]
fn code_that_is_not_loaded_is_asked_for() {
    let env = Box::new(MockEnvironment::default());
    let unknown = CodeId::of(b"never seen");
    let report = vm().call(
        &unknown,
        Call::query(b"{}", b"{}"),
        GAS,
        env,
        &Cancel::new(),
    );
    assert_eq!(report.outcome, CallOutcome::NotLoaded);
    assert_eq!(report.gas_used, 0);
}

#[test]
fn little_room_for_code_drops_the_oldest_and_it_can_be_loaded_again() {
    let vm = Vm::new(VmConfig {
        code_bytes: 1,
        ..small()
    })
    .expect("an engine");
    let (one, two) = (
        contract("(i32.const 512)"),
        contract("(nop) (i32.const 512)"),
    );
    let first = vm.load(&one).expect("a contract");
    let second = vm.load(&two).expect("a contract");
    assert!(!vm.has(&first) && vm.has(&second));
    assert_eq!(
        call_on(&vm, &one, GAS).outcome,
        CallOutcome::Ok("{}".into())
    );
}

/// An environment whose `get` and `query` are closures.
struct Scripted<G, Q> {
    get: G,
    query: Q,
}

impl<G, Q> Environment for Scripted<G, Q>
where
    G: FnMut(&[u8]) -> Hosted<Option<Bytes>> + Send + 'static,
    Q: FnMut(&[u8], u64) -> Hosted<Bytes> + Send + 'static,
{
    fn get(&mut self, key: &[u8]) -> Hosted<Option<Bytes>> {
        (self.get)(key)
    }
    fn set(&mut self, _: &[u8], _: Option<&[u8]>) -> Hosted<()> {
        Hosted::refused("no writes", 0)
    }
    fn scan(&mut self, _: KeyRange, _: Direction) -> Hosted<CursorId> {
        Hosted::refused("no scans", 0)
    }
    fn next(&mut self, _: CursorId) -> Hosted<Option<(Bytes, Bytes)>> {
        Hosted::refused("no scans", 0)
    }
    fn query(&mut self, request: &[u8], gas_left: u64) -> Hosted<Bytes> {
        (self.query)(request, gas_left)
    }
    fn address(&mut self, _: AddressOp, _: &[u8]) -> Hosted<Bytes> {
        Hosted::refused("no addresses", 0)
    }
}

fn no_query(_: &[u8], _: u64) -> Hosted<Bytes> {
    Hosted::refused("no queries", 0)
}

#[test]
fn what_the_state_cannot_say_is_no_result_and_the_environment_comes_back() {
    let wasm = contract_with(READ, "(call $read (i32.const 512))", "");
    let code = vm().load(&wasm).expect("a contract");
    for fault in [
        StateFault::Retry,
        StateFault::Cancelled,
        StateFault::Corrupt("bad page".into()),
    ] {
        let answered = Arc::new(Mutex::new(0));
        let (count, said) = (answered.clone(), fault.clone());
        let env = Scripted {
            get: move |_: &[u8]| {
                *count.lock().expect("one thread") += 1;
                // Whatever gas comes with a fault means nothing.
                Hosted::fault(said.clone(), u64::MAX)
            },
            query: no_query,
        };
        let call = Call::execute(b"{}", b"{}", b"{}");
        let report = vm().call(&code, call, GAS, Box::new(env), &Cancel::new());
        assert_eq!(report.outcome, CallOutcome::State(fault));
        drop(report.env);
        assert_eq!(Arc::strong_count(&answered), 1, "the environment is gone");
        assert_eq!(*answered.lock().expect("one thread"), 1);
    }
}

#[test]
fn gas_that_the_environment_asks_beyond_the_limit_ends_the_call() {
    let wasm = contract_with(READ, "(call $read (i32.const 512))", "");
    let code = vm().load(&wasm).expect("a contract");
    for price in [GAS, u64::MAX, i64::MAX as u64 + 1] {
        for value in [
            Ok(None),
            Err(mycel_runtime::HostFault::Contract("no".into())),
        ] {
            let env = Scripted {
                get: move |_: &[u8]| Hosted {
                    value: value.clone(),
                    gas: price,
                },
                query: no_query,
            };
            let call = Call::execute(b"{}", b"{}", b"{}");
            let report = vm().call(&code, call, GAS, Box::new(env), &Cancel::new());
            assert_eq!(report.outcome, CallOutcome::OutOfGas);
            assert_eq!(report.gas_used, GAS);
        }
    }
}

/// Answers every query by calling the same contract again.
fn calling_again(vm: Vm, code: CodeId, ends: Arc<Mutex<Vec<CallOutcome>>>) -> Box<dyn Environment> {
    Box::new(Scripted {
        get: |_: &[u8]| Hosted::ok(None, 0),
        query: move |_: &[u8], gas_left| {
            let env = calling_again(vm.clone(), code, ends.clone());
            let call = Call::execute(b"{}", b"{}", b"{}");
            let report = vm.call(&code, call, gas_left, env, &Cancel::new());
            ends.lock().expect("one thread").push(report.outcome);
            Hosted::ok(Bytes::from_static(b"{}"), report.gas_used)
        },
    })
}

#[test]
fn contracts_that_query_each_other_go_as_deep_as_configured() {
    let vm = Vm::new(small()).expect("an engine");
    let wasm = contract_with(
        QUERY,
        "(drop (call $query (i32.const 512))) (i32.const 512)",
        "",
    );
    let code = vm.load(&wasm).expect("a contract");
    let run = || {
        let ends = Arc::new(Mutex::new(Vec::new()));
        let env = calling_again(vm.clone(), code, ends.clone());
        let call = Call::execute(b"{}", b"{}", b"{}");
        let report = vm.call(&code, call, GAS, env, &Cancel::new());
        let inner = ends.lock().expect("one thread").clone();
        (report.outcome, report.gas_used, inner)
    };
    let (outcome, gas, inner) = run();
    assert_eq!(outcome, CallOutcome::Ok("{}".into()));
    assert_eq!(
        inner,
        [
            CallOutcome::Trap(TrapCode::CallDepth),
            CallOutcome::Ok("{}".into()),
            CallOutcome::Ok("{}".into()),
        ]
    );
    // As many threads as like: each has its own depth, none takes another's place.
    std::thread::scope(|s| {
        let threads: Vec<_> = (0..8).map(|_| s.spawn(run)).collect();
        for thread in threads {
            assert_eq!(
                thread.join().expect("no deadlock"),
                (outcome.clone(), gas, inner.clone())
            );
        }
    });
}

#[test]
fn deep_recursion_inside_nested_queries_never_meets_the_native_stack() {
    let vm = Vm::new(VmConfig {
        concurrent_calls: 1,
        ..VmConfig::default()
    })
    .expect("an engine");
    // Recurses 7,000 frames down and queries at the bottom, ten contracts deep.
    let wasm = contract_with(
        QUERY,
        "(call $f (i32.const 7000)) (i32.const 512)",
        "(func $f (param i32) (if (local.get 0)
            (then (call $f (i32.sub (local.get 0) (i32.const 1))))
            (else (drop (call $query (i32.const 512))))))",
    );
    let code = vm.load(&wasm).expect("a contract");
    let ends = Arc::new(Mutex::new(Vec::new()));
    let env = calling_again(vm.clone(), code, ends.clone());
    let call = Call::execute(b"{}", b"{}", b"{}");
    let report = vm.call(&code, call, 100 * GAS, env, &Cancel::new());
    assert_eq!(report.outcome, CallOutcome::Ok("{}".into()));
    assert_eq!(ends.lock().expect("one thread").len(), 10);
}

#[test]
fn what_contracts_print_reaches_the_hook_and_nothing_else() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let writer = heard.clone();
    let vm = Vm::new(VmConfig {
        debug: Some(Arc::new(move |text| {
            writer.lock().expect("one thread").push(text.to_owned());
        })),
        ..small()
    })
    .expect("an engine");
    let import = r#"(import "env" "debug" (func $debug (param i32)))"#;
    let wasm = contract_with(import, "(call $debug (i32.const 512)) (i32.const 512)", "");
    let loud = call_on(&vm, &wasm, GAS);
    let quiet = call_on(super::vm(), &wasm, GAS);
    assert_eq!(loud.gas_used, quiet.gas_used);
    assert_eq!(*heard.lock().expect("one thread"), ["{}"]);
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    for config in [
        VmConfig {
            call_depth: 0,
            ..VmConfig::default()
        },
        VmConfig {
            concurrent_calls: 0,
            ..VmConfig::default()
        },
    ] {
        assert!(Vm::new(config).is_err());
    }
}
