//! Memory, bulk operations, data segments and the static limits.

use mycel_runtime::{CallOutcome, LoadError, TrapCode};

use super::{GAS, call, contract, contract_with, outcome, vm};

#[test]
fn memory_grows_to_512_pages_and_no_further() {
    // Grows page by page until that fails, then by 4 GiB, and returns the number of pages as its result.
    let body = "(loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
        (if (i32.ne (memory.grow (i32.const -1)) (i32.const -1)) (then unreachable))
        (if (i32.ne (memory.grow (i32.const 65535)) (i32.const -1)) (then unreachable))
        (i32.store (i32.const 524) (memory.size))
        (i32.store (i32.const 516) (i32.const 4)) (i32.store (i32.const 520) (i32.const 4))
        (i32.const 512)";
    assert_eq!(
        outcome(&contract(body)),
        CallOutcome::Ok(512u32.to_le_bytes().to_vec().into())
    );
}

#[test]
fn memory_is_fresh_in_every_call() {
    let body = "(drop (memory.grow (i32.const 100)))
        (if (i32.load (i32.const 3000000)) (then unreachable))
        (if (i32.load (i32.const 2000)) (then unreachable))
        (i32.store (i32.const 3000000) (i32.const 7)) (i32.store (i32.const 2000) (i32.const 7))
        (i32.const 512)";
    let wasm = contract(body);
    for _ in 0..200 {
        assert_eq!(call(&wasm, GAS).outcome, CallOutcome::Ok("{}".into()));
    }
}

#[test]
fn bulk_operations_cost_gas_for_each_byte_before_they_run() {
    let fill = |length: &str| {
        contract(&format!(
            "(memory.fill (i32.const 8192) (i32.const 1) {length}) (i32.const 512)"
        ))
    };
    let nothing = call(&fill("(i32.const 0)"), GAS);
    let thousand = call(&fill("(i32.const 1000)"), GAS);
    assert_eq!(thousand.outcome, CallOutcome::Ok("{}".into()));
    assert_eq!(thousand.gas_used - nothing.gas_used, 115_000);
    // 4 GiB cost more than there is: out of gas comes before out of bounds.
    assert_eq!(outcome(&fill("(i32.const -1)")), CallOutcome::OutOfGas);
    let copy = "(memory.copy (i32.const 0) (i32.const 65535) (i32.const 2)) (i32.const 512)";
    assert_eq!(
        outcome(&contract(copy)),
        CallOutcome::Trap(TrapCode::MemoryOutOfBounds)
    );
    let forever =
        "(loop (memory.copy (i32.const 0) (i32.const 4096) (i32.const 60000)) (br 0)) unreachable";
    assert_eq!(outcome(&contract(forever)), CallOutcome::OutOfGas);
}

#[test]
fn segments_that_do_not_fit_trap_at_the_call() {
    for segment in [
        r#"(data (i32.const 65535) "too long")"#,
        r#"(data (i32.const -1) "x")"#,
    ] {
        let wasm = contract_with("", "(i32.const 512)", segment);
        assert_eq!(
            outcome(&wasm),
            CallOutcome::Trap(TrapCode::MemoryOutOfBounds),
            "{segment}"
        );
    }
    let elements = "(table 1 1 funcref) (func $f) (elem (i32.const 1) $f)";
    let wasm = contract_with("", "(i32.const 512)", elements);
    assert_eq!(
        outcome(&wasm),
        CallOutcome::Trap(TrapCode::TableOutOfBounds)
    );
}

#[test]
fn a_contract_with_the_largest_of_everything_runs() {
    let functions: String = (0..5_000)
        .map(|i| format!("(func (param i32) (result i32) (i32.add (local.get 0) (i32.const {i})))"))
        .collect();
    let all: String = (0..2_000).map(|i| format!(" {}", i + 4)).collect();
    let globals = "(global (mut i64) (i64.const 1))".repeat(9_999);
    // the frame's own functions have a few of the 20,000
    let locals = format!("(func (local {}))", "i64 ".repeat(100)).repeat(199);
    let after = format!(
        "(table 2500 2500 funcref) (elem (i32.const 500) func {all}) {functions} {locals} {globals}"
    );
    let wasm = contract_with("", "(i32.const 512)", &after);
    assert_eq!(outcome(&wasm), CallOutcome::Ok("{}".into()));

    let deep = format!(
        "{} {} (i32.const 512)",
        "(block ".repeat(10_000),
        ")".repeat(10_000)
    );
    assert_eq!(outcome(&contract(&deep)), CallOutcome::Ok("{}".into()));
    let branches = format!(
        "(block (br_table {} (local.get $i))) (i32.const 512)",
        "0 ".repeat(40_000)
    );
    assert_eq!(outcome(&contract(&branches)), CallOutcome::Ok("{}".into()));
}

#[test]
fn wasm_beyond_the_accepted_features_or_limits_is_refused_by_name() {
    let one = "(i32.const 512)";
    for (name, wasm, expected) in [
        (
            "simd",
            contract("(drop (v128.const i64x2 1 2)) (i32.const 512)"),
            "SIMD",
        ),
        (
            "threads",
            contract("(i32.atomic.load (i32.const 0))"),
            "threads",
        ),
        (
            "tail call",
            contract("(return_call 1 (i32.const 1))"),
            "tail calls",
        ),
        (
            "reference",
            contract("(drop (ref.null func)) (i32.const 512)"),
            "reference types",
        ),
        (
            "table.size",
            contract_with("", "(table.size)", "(table 1 1 funcref)"),
            "reference types",
        ),
        (
            "memory.init",
            contract_with(
                "",
                "(memory.init 1 (i32.const 0) (i32.const 0) (i32.const 0)) (i32.const 512)",
                r#"(data "x")"#,
            ),
            "bulk memory",
        ),
        (
            "second memory",
            contract_with("", one, "(memory 1)"),
            "multi",
        ),
        (
            "externref local",
            contract("(block (result externref) unreachable) (drop) (i32.const 512)"),
            "reference types",
        ),
        (
            "two results",
            contract_with(
                "",
                one,
                "(func (result i32 i32) (i32.const 1) (i32.const 2))",
            ),
            "results=2 exceeds limit=1",
        ),
        (
            "extended constant",
            contract_with(
                "",
                one,
                "(global i32 (i32.add (i32.const 1) (i32.const 2)))",
            ),
            "constant",
        ),
        (
            "65 parameters",
            contract_with("", one, &format!("(func {})", "(param i32)".repeat(65))),
            "parameters=65 exceeds limit=64",
        ),
        (
            "101 locals",
            contract_with("", one, &format!("(func {})", "(local i32)".repeat(101))),
            "locals=101 exceeds limit=100 function=4",
        ),
        (
            "all locals",
            contract_with(
                "",
                one,
                &format!("(func {})", "(local i64)".repeat(100)).repeat(201),
            ),
            "locals of all functions",
        ),
        (
            "all parameters",
            contract_with(
                "",
                one,
                &format!("(func {})", "(param i64)".repeat(64)).repeat(157),
            ),
            "parameters of all functions",
        ),
        (
            "operators",
            contract(&format!("{} (i32.const 512)", "nop ".repeat(50_000))),
            "operators=50001 exceeds limit=50000 function=3",
        ),
        (
            "branches",
            contract(&format!(
                "(block (br_table {} (i32.const 0))) (i32.const 512)",
                "0 ".repeat(50_000)
            )),
            "operators",
        ),
        (
            "functions",
            contract_with("", one, &"(func)".repeat(20_000)),
            "functions=20004 exceeds limit=20000",
        ),
        (
            "globals",
            contract_with("", one, &"(global i32 (i32.const 1))".repeat(10_000)),
            "globals=10001 exceeds limit=10000",
        ),
        (
            "size",
            contract_with(
                "",
                one,
                &format!("(data (i32.const 0) \"{}\")", "x".repeat(3 << 20)),
            ),
            "wasm bytes=",
        ),
        (
            "reserved export",
            contract_with("", one, r#"(func (export "__mycel_gas"))"#),
            "reserved prefix",
        ),
        (
            "unknown import",
            contract_with(r#"(import "env" "gettimeofday" (func))"#, one, ""),
            "import=env.gettimeofday is not offered",
        ),
        (
            "bindgen",
            contract_with(r#"(import "__wbindgen_placeholder__" "x" (func))"#, one, ""),
            "cargo tree -i wasm-bindgen",
        ),
        (
            "import type",
            contract_with(r#"(import "env" "db_read" (func (param i64)))"#, one, ""),
            "import=env.db_read has type (i64) -> (), must be (i32) -> (i32)",
        ),
        (
            "import memory",
            contract_with(r#"(import "env" "memory" (memory 1))"#, one, ""),
            "import=env.memory",
        ),
        (
            "capability",
            contract_with(
                "",
                one,
                r#"(func (export "requires_staking")) (func (export "requires_iterator"))"#,
            ),
            "required capabilities are not offered: staking",
        ),
        (
            "interface",
            contract_with("", one, r#"(func (export "interface_version_9"))"#),
            "must be the only interface",
        ),
        (
            "table without maximum",
            contract_with("", one, "(table 1 funcref)"),
            "must set a maximum",
        ),
        (
            "table too large",
            contract_with("", one, "(table 1 2501 funcref)"),
            "table elements=2501 exceeds limit=2500",
        ),
        (
            "two tables",
            contract_with("", one, "(table 1 1 funcref) (table 1 1 funcref)"),
            "table",
        ),
        ("empty", Vec::new(), "invalid wasm"),
        (
            "garbage",
            b"\0asm\x01\0\0\0\xff\xff\xff\xff".to_vec(),
            "invalid wasm",
        ),
        ("component", b"\0asm\x0d\0\x01\0".to_vec(), "invalid wasm"),
    ] {
        let error = vm().check(&wasm).expect_err(name);
        assert!(error.to_string().contains(expected), "{name}: {error}");
        assert_eq!(vm().load(&wasm), Err(LoadError::Check(error)), "{name}");
    }
}

#[test]
fn a_contract_must_have_what_the_host_calls() {
    let good = |text: &str| text.to_owned();
    let all = r#"(memory (export "memory") 1) (func (export "interface_version_8"))
        (func (export "allocate") (param i32) (result i32) (i32.const 0)) (func (export "deallocate") (param i32))"#;
    assert!(
        vm().check(&wat::parse_str(format!("(module {all})")).expect("wat"))
            .is_ok()
    );
    for (from, to, expected) in [
        (r#"(export "memory")"#, "", "export=memory"),
        (
            r#"(export "memory") 1"#,
            r#"(export "memory") 513"#,
            "initial pages=513 exceeds limit=512",
        ),
        (
            r#"(export "memory") 1"#,
            r#"(export "memory") 1 9"#,
            "must not set a maximum",
        ),
        (
            r#"(memory (export "memory") 1)"#,
            r#"(global (export "memory") i32 (i32.const 1))"#,
            "exactly one memory",
        ),
        (
            r#"(func (export "interface_version_8"))"#,
            "",
            "not a CosmWasm contract",
        ),
        (
            r#""allocate""#,
            r#""allocat""#,
            "export=allocate is missing",
        ),
        (
            r#"(func (export "deallocate") (param i32))"#,
            r#"(func (export "deallocate"))"#,
            "export=deallocate has type () -> ()",
        ),
    ] {
        let text = format!("(module {})", good(all).replace(from, to));
        let error = vm()
            .check(&wat::parse_str(&text).expect("wat"))
            .expect_err(from);
        assert!(error.to_string().contains(expected), "{from}: {error}");
    }
}

#[test]
fn cutting_a_contract_anywhere_never_panics() {
    let wasm = contract_with("", "(i32.const 512)", "(table 1 1 funcref)");
    for end in 0..wasm.len() {
        // Between two sections the rest may be a contract of its own.
        match vm().load(&wasm[..end]) {
            Ok(_) | Err(LoadError::Check(_)) => {}
            Err(machine) => panic!("end={end}: {machine}"),
        }
    }
    for at in 0..wasm.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut broken = wasm.clone();
            broken[at] ^= flip;
            // Whatever passes the check must be prepared and compiled.
            match vm().load(&broken) {
                Ok(_) | Err(LoadError::Check(_)) => {}
                Err(machine) => panic!("byte={at} flip={flip:#x}: {machine}"),
            }
        }
    }
}
