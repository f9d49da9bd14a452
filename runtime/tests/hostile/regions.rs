//! Lies about regions, and host functions asked for what they must not do.

use mycel_runtime::CallOutcome;

use super::{GAS, call, contract, contract_with, outcome, query, vm};

fn refused(wasm: &[u8]) -> String {
    match outcome(wasm) {
        CallOutcome::Refused(why) => why,
        other => panic!("{other:?}"),
    }
}

/// Stores a region at 1024 and hands it to `db_read`.
fn with_region(offset: u32, capacity: u32, length: u32, pointer: u32) -> Vec<u8> {
    contract_with(
        r#"(import "env" "db_read" (func $db_read (param i32) (result i32)))"#,
        &format!(
            "(i32.store (i32.const 1024) (i32.const {offset}))
             (i32.store (i32.const 1028) (i32.const {capacity}))
             (i32.store (i32.const 1032) (i32.const {length}))
             (drop (call $db_read (i32.const {pointer}))) (i32.const 512)"
        ),
        "",
    )
}

#[test]
fn a_region_that_lies_is_refused() {
    assert_eq!(
        outcome(&with_region(2_000, 10, 10, 1_024)),
        CallOutcome::Ok("{}".into())
    );
    for (offset, capacity, length, pointer, why) in [
        (0, 10, 10, 1_024, "offset=0"),
        (2_000, 10, 11, 1_024, "exceeds capacity"),
        (u32::MAX, 10, 10, 1_024, "address space"),
        (65_530, 10, 10, 1_024, "beyond memory"),
        (2_000, 70_000, 70_000, 1_024, "exceeds limit=65536"),
        (2_000, 10, 10, 65_530, "beyond memory"),
        (2_000, 10, 10, u32::MAX, "beyond memory"),
    ] {
        let said = refused(&with_region(offset, capacity, length, pointer));
        assert!(said.contains(why), "{said}, expected {why}");
    }
    // 4 GB are charged before anything is copied.
    let huge = with_region(1, u32::MAX - 1, u32::MAX - 1, 1_024);
    assert_eq!(outcome(&huge), CallOutcome::OutOfGas);
}

#[test]
fn a_result_that_is_no_region_is_refused() {
    for pointer in ["(i32.const 0)", "(i32.const -1)", "(i32.const 65535)"] {
        assert!(
            matches!(outcome(&contract(pointer)), CallOutcome::Refused(_)),
            "{pointer}"
        );
    }
    let beyond = "(i32.store (i32.const 512) (i32.const 70000)) (i32.const 512)";
    assert!(refused(&contract(beyond)).contains("beyond memory"));
}

/// The same contract with another `allocate`.
fn with_allocate(before: &str, allocate: &str) -> Vec<u8> {
    let text = format!(
        r#"(module {before} (memory (export "memory") 1) (func (export "interface_version_8"))
        (func (export "allocate") (param i32) (result i32) {allocate}) (func (export "deallocate") (param i32))
        (func (export "execute") (param i32 i32 i32) (result i32) unreachable))"#
    );
    wat::parse_str(&text).expect("wat")
}

#[test]
fn an_allocator_that_cheats_is_refused() {
    assert!(refused(&with_allocate("", "(i32.const 0)")).contains("allocate returned 0"));
    assert!(refused(&with_allocate("", "(i32.const 16)")).contains("offset=0"));
    let small = "(i32.store (i32.const 16) (i32.const 64)) (i32.store (i32.const 20) (i32.const 1)) (i32.const 16)";
    assert!(refused(&with_allocate("", small)).contains("too small"));
    let endless = "(loop (br 0)) unreachable";
    assert_eq!(outcome(&with_allocate("", endless)), CallOutcome::OutOfGas);
    let nested = with_allocate(
        r#"(import "env" "db_next" (func $next (param i32) (result i32)))
           (import "env" "db_scan" (func $scan (param i32 i32 i32) (result i32)))"#,
        "(call $next (call $scan (i32.const 0) (i32.const 0) (i32.const 1)))",
    );
    assert!(refused(&nested).contains("allocate makes the host allocate"));
}

#[test]
fn the_host_refuses_what_a_contract_must_not_ask() {
    let import = r#"(import "env" "db_scan" (func $scan (param i32 i32 i32) (result i32)))
        (import "env" "db_next" (func $next (param i32) (result i32)))
        (import "env" "abort" (func $abort (param i32)))"#;
    for (body, why) in [
        (
            "(call $scan (i32.const 0) (i32.const 0) (i32.const 3))",
            "order=3",
        ),
        (
            "(call $scan (i32.const 0) (i32.const 0) (i32.const -1))",
            "order=-1",
        ),
        ("(call $next (i32.const 7))", "does not exist"),
        (
            "(call $abort (i32.const 512)) (i32.const 512)",
            "aborted: {}",
        ),
    ] {
        let said = refused(&contract_with(import, body, ""));
        assert!(said.contains(why), "{said}, expected {why}");
    }
}

#[test]
fn a_query_must_not_write() {
    let import = r#"(import "env" "db_write" (func $write (param i32 i32)))
        (import "env" "db_remove" (func $remove (param i32)))"#;
    for body in [
        "(call $write (i32.const 512) (i32.const 512))",
        "(call $remove (i32.const 512))",
    ] {
        let entry = format!(
            r#"(func (export "query") (param i32 i32) (result i32) {body} (i32.const 512))"#
        );
        let wasm = contract_with(import, &format!("{body} (i32.const 512)"), &entry);
        assert_eq!(call(&wasm, GAS).outcome, CallOutcome::Ok("{}".into()));
        let report = query(vm(), &wasm, GAS);
        let CallOutcome::Refused(why) = &report.outcome else {
            panic!("{report:?}");
        };
        assert!(why.contains("must not write"), "{why}");
    }
}

#[test]
fn an_entry_point_of_another_type_is_refused() {
    for entry in [
        r#"(func (export "query") (param i32) (result i32) (i32.const 512))"#,
        r#"(func (export "query") (param i32 i64) (result i32) (i32.const 512))"#,
        r#"(func (export "query") (param i32 i32))"#,
        r#"(func (export "query") (param i32 i32) (result i64) (i64.const 512))"#,
        r#"(global (export "query") i32 (i32.const 1))"#,
        "",
    ] {
        let report = query(vm(), &contract_with("", "(i32.const 512)", entry), GAS);
        assert!(
            matches!(report.outcome, CallOutcome::Refused(_)),
            "{entry}: {report:?}"
        );
    }
}
