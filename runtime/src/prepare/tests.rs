use std::collections::BTreeMap;

use super::*;
use crate::check::{Limits, check};

fn contract(more: &str) -> Vec<u8> {
    let text = format!(
        r#"(module {more} (memory (export "memory") 1) (func (export "interface_version_8"))
        (func (export "allocate") (param i32) (result i32) (i32.const 0)) (func (export "deallocate") (param i32)))"#
    );
    wat::parse_str(text).expect("wat")
}

fn prepared(wasm: &[u8]) -> Vec<u8> {
    let checked = check(wasm, &Limits::default(), &Default::default()).expect("a contract");
    let prepared = prepare(wasm, &checked, &Schedule::ONE).expect("checked");
    wasmparser::Validator::new()
        .validate_all(&prepared)
        .expect("valid");
    prepared
}

/// The sections of a module by id, custom ones left out.
fn sections(wasm: &[u8]) -> BTreeMap<u8, Vec<u8>> {
    Parser::new(0)
        .parse_all(wasm)
        .filter_map(|payload| payload.expect("valid").as_section())
        .filter(|(id, _)| *id != 0)
        .map(|(id, range)| (id, wasm[range].to_vec()))
        .collect()
}

fn exports(wasm: &[u8]) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::ExportSection(section) = payload.expect("valid") {
            for export in section {
                let export = export.expect("valid");
                found.push((export.name.to_owned(), export.index));
            }
        }
    }
    found
}

#[test]
fn a_module_without_globals_gets_its_meters() {
    let exports = exports(&prepared(&contract("")));
    assert!(exports.contains(&(GAS_EXPORT.to_owned(), 0)));
    assert!(exports.contains(&(STACK_EXPORT.to_owned(), 1)));
}

#[test]
fn meters_come_after_the_globals_of_the_module() {
    let globals = "(global i32 (i32.const 1)) (global (mut i64) (i64.const 2))";
    let exports = exports(&prepared(&contract(globals)));
    assert!(exports.contains(&(GAS_EXPORT.to_owned(), 2)));
    assert!(exports.contains(&(STACK_EXPORT.to_owned(), 3)));
}

#[test]
fn a_start_function_becomes_an_export() {
    let with_start = prepared(&contract(
        r#"(import "env" "abort" (func (param i32))) (func) (func $start) (start $start)"#,
    ));
    assert!(exports(&with_start).contains(&(START_EXPORT.to_owned(), 2)));
    assert!(!sections(&with_start).contains_key(&8));
}

#[test]
fn what_needs_no_change_is_copied_byte_for_byte() {
    let wasm = contract(
        r#"(import "env" "abort" (func (param i32))) (table 2 2 funcref) (func $f) (elem (i32.const 0) $f)
        (data (i32.const 8) "bytes") (@custom "name of mine" "secret")"#,
    );
    let prepared = prepared(&wasm);
    let (before, after) = (sections(&wasm), sections(&prepared));
    for id in [1, 2, 3, 4, 9, 11] {
        assert_eq!(before.get(&id), after.get(&id), "section {id}");
        assert!(before.contains_key(&id));
    }
    let secret = b"secret";
    assert!(!prepared.windows(secret.len()).any(|w| w == secret));
}

#[test]
fn a_module_that_was_not_the_one_checked_is_refused() {
    let checked = check(&contract(""), &Limits::default(), &Default::default()).expect("checked");
    let other = contract("(func)");
    assert!(prepare(&other, &checked, &Schedule::ONE).is_err());
}

#[test]
fn what_is_emitted_is_pinned() {
    // The hash changes with what `prepare` emits: raise `VERSION` then.
    let wasm = contract(
        r#"(func $f (param i64) (result i64) (local i32)
            (block (br_if 0 (local.get 1)) (loop (br_if 0 (local.get 1))))
            (memory.fill (i32.const 0) (i32.const 0) (local.get 1))
            (if (local.get 1) (then (return (call $f (i64.const 1)))))
            (local.get 0))"#,
    );
    let hash = blake3::hash(&prepared(&wasm)).to_hex();
    assert_eq!((VERSION, &hash[..16]), (1, "5f1bb9bedae2e52a"));
}
