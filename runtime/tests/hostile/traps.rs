//! What Wasm itself can do wrong.

use mycel_runtime::{CallOutcome, TrapCode};

use super::{GAS, call, contract, contract_with, outcome};

#[test]
fn every_trap_of_wasm_is_told_apart() {
    let table = r#"(table 4 4 funcref) (func $f (param i64)) (elem (i32.const 0) $f)"#;
    for (body, code) in [
        ("unreachable", TrapCode::Unreachable),
        (
            "(i32.div_u (i32.const 1) (local.get $i))",
            TrapCode::IntegerDivisionByZero,
        ),
        (
            "(i32.rem_s (i32.const 1) (local.get $i))",
            TrapCode::IntegerDivisionByZero,
        ),
        (
            "(i32.div_s (i32.const 0x80000000) (i32.const -1))",
            TrapCode::IntegerOverflow,
        ),
        (
            "(i32.trunc_f64_s (f64.const 1e30))",
            TrapCode::IntegerOverflow,
        ),
        (
            "(i32.trunc_f32_u (f32.const nan))",
            TrapCode::BadConversionToInteger,
        ),
        ("(i32.load (i32.const -4))", TrapCode::MemoryOutOfBounds),
        (
            "(i32.load offset=0xffffffff (i32.const -1))",
            TrapCode::MemoryOutOfBounds,
        ),
        (
            "(i64.store (i32.const 65529) (i64.const 1)) (i32.const 512)",
            TrapCode::MemoryOutOfBounds,
        ),
        (
            "(memory.fill (i32.const 65000) (i32.const 1) (i32.const 1000)) (i32.const 512)",
            TrapCode::MemoryOutOfBounds,
        ),
        (
            "(call_indirect (i32.const 9)) (i32.const 512)",
            TrapCode::TableOutOfBounds,
        ),
        (
            "(call_indirect (i32.const 2)) (i32.const 512)",
            TrapCode::IndirectCallToNull,
        ),
        (
            "(call_indirect (i32.const 0)) (i32.const 512)",
            TrapCode::BadSignature,
        ),
    ] {
        let wasm = contract_with("", body, table);
        assert_eq!(outcome(&wasm), CallOutcome::Trap(code), "{body}");
    }
}

#[test]
fn a_trap_costs_what_was_charged_before_it() {
    let early = call(&contract("unreachable"), GAS);
    let late = call(&contract("(block) (block) unreachable"), GAS);
    // Two blocks more, each charged at its end: block 115, end 1,610.
    assert_eq!(late.gas_used, early.gas_used + 2 * 1_725);
}

#[test]
fn an_endless_loop_costs_the_whole_limit() {
    for body in [
        "(loop (br 0)) unreachable",
        "(loop (br_if 0 (i32.const 1))) unreachable",
        "(loop (loop (br 1))) unreachable",
        "(loop (br_table 0 0 (local.get $i))) unreachable",
    ] {
        for gas in [0, 1, 1_000_000, GAS] {
            let report = call(&contract(body), gas);
            assert_eq!(report.outcome, CallOutcome::OutOfGas, "{body}");
            assert_eq!(report.gas_used, gas);
        }
    }
}

#[test]
fn recursion_ends_at_the_logical_stack_whatever_the_frame_looks_like() {
    let wide = "(param i64)".repeat(64);
    let arguments = "(i64.const 1)".repeat(64);
    let locals = "(local i64)".repeat(100);
    let deep = format!(
        "{}(call $f){}",
        "(i64.load (i32.const 0))".repeat(2_000),
        "(drop)".repeat(2_000)
    );
    let floats = format!(
        "{}(call $f){}",
        "(f64.load (i32.const 0))".repeat(300),
        "(f64.add)".repeat(299) + "(drop)"
    );
    for (name, function) in [
        ("plain", "(func $f (call $f))".to_owned()),
        (
            "argument",
            "(func $f (param i32) (result i32) (i32.add (call $f (local.get 0)) (i32.const 1)))"
                .to_owned(),
        ),
        ("wide", format!("(func $f {wide} {arguments} (call $f))")),
        (
            "locals",
            format!(
                "(func $f {locals} (local.set 0 (i64.const 1)) (call $f) (local.set 99 (local.get 0)))"
            ),
        ),
        ("operands", format!("(func $f {deep})")),
        ("floats", format!("(func $f {floats})")),
        (
            "mutual",
            "(func $f (call $g)) (func $g (call $h)) (func $h (call $f))".to_owned(),
        ),
        (
            "indirect",
            "(table 1 1 funcref) (elem (i32.const 0) $f) (func $f (call_indirect (i32.const 0)))"
                .to_owned(),
        ),
        (
            "blocks",
            "(func $f (block (loop (if (i32.const 1) (then (call $f) (return))))))".to_owned(),
        ),
        (
            "grow",
            "(func $f (drop (memory.grow (i32.const 0))) (call $f))".to_owned(),
        ),
        (
            "leaf",
            format!(
                "(func $f (call $leaf) (call $f)) (func $leaf {})",
                "(i64.const 1)".repeat(100) + &"(drop)".repeat(100)
            ),
        ),
    ] {
        let start = match name {
            "argument" => "(drop (call $f (i32.const 1)))".to_owned(),
            "wide" => format!("{arguments} (call $f)"),
            _ => "(call $f)".to_owned(),
        };
        let wasm = contract_with("", &format!("{start} (i32.const 512)"), &function);
        assert_eq!(
            outcome(&wasm),
            CallOutcome::Trap(TrapCode::StackOverflow),
            "{name}"
        );
    }
}

#[test]
fn recursion_on_a_thread_with_a_small_stack_ends_the_same_way() {
    let wasm = contract_with("", "(call $f) (i32.const 512)", "(func $f (call $f))");
    let here = call(&wasm, GAS);
    let there = std::thread::Builder::new()
        .stack_size(64 << 10)
        .spawn({
            let wasm = wasm.clone();
            move || {
                let report = call(&wasm, GAS);
                (report.outcome, report.gas_used)
            }
        })
        .expect("a thread")
        .join()
        .expect("no overflow of the native stack");
    assert_eq!((here.outcome, here.gas_used), there);
}

#[test]
fn the_stack_is_given_back_on_every_way_out_of_a_function() {
    // 100,000 calls that leave by falling through, by return and by a branch: no frame may stay counted.
    for way in [
        "(i32.const 1)",
        "(return (i32.const 1))",
        "(block (return (i32.const 1))) (i32.const 2)",
        "(block (loop (br 2 (i32.const 1)))) (i32.const 2)",
        "(br_table 0 0 (i32.const 1) (i32.const 0))",
        "(if (result i32) (i32.const 1) (then (return (i32.const 1))) (else (i32.const 2)))",
    ] {
        let function = format!("(func $f (result i32) (call $g) {way}) (func $g)");
        let wasm = contract_with(
            "",
            "(loop (drop (call $f)) (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 30000))))
             (i32.const 512)",
            &function,
        );
        assert_eq!(outcome(&wasm), CallOutcome::Ok("{}".into()), "{way}");
    }
}

#[test]
fn a_start_function_is_metered_like_any_other() {
    for (body, expected) in [
        ("(loop (br 0))", CallOutcome::OutOfGas),
        ("unreachable", CallOutcome::Trap(TrapCode::Unreachable)),
        ("(call $start)", CallOutcome::Trap(TrapCode::StackOverflow)),
        (
            "(i32.store8 (i32.const 524) (i32.const 91)) (i32.store8 (i32.const 525) (i32.const 93))",
            CallOutcome::Ok("[]".into()),
        ),
    ] {
        let after = format!("(func $start {body}) (start $start)");
        let wasm = contract_with("", "(i32.const 512)", &after);
        assert_eq!(outcome(&wasm), expected, "{body}");
    }
}

#[test]
fn nans_are_canonical() {
    // Each expression is a NaN whose bits depend on the processor, or carries a payload that must not survive.
    let result = |float: &str| {
        format!(
            "(i32.store (i32.const 524) {float})
             (i32.store (i32.const 516) (i32.const 4)) (i32.store (i32.const 520) (i32.const 4)) (i32.const 512)"
        )
    };
    for float in [
        "(i32.reinterpret_f32 (f32.div (f32.convert_i32_u (local.get $i)) (f32.const 0)))",
        "(i32.reinterpret_f32 (f32.sqrt (f32.const -1)))",
        "(i32.reinterpret_f32 (f32.add (f32.const nan:0x234567) (f32.const 1)))",
        "(i32.reinterpret_f32 (f32.min (f32.const -nan:0x234567) (f32.const nan:0x1)))",
        "(i32.reinterpret_f32 (f32.ceil (f32.const -nan:0x234567)))",
        "(i32.reinterpret_f32 (f32.nearest (f32.const nan:0x234567)))",
        "(i32.reinterpret_f32 (f32.demote_f64 (f64.const -nan:0xabcdef0123456)))",
        "(i32.reinterpret_f32 (f32.demote_f64 (f64.mul (f64.const inf) (f64.const 0))))",
    ] {
        let CallOutcome::Ok(bytes) = outcome(&contract(&result(float))) else {
            panic!("{float}");
        };
        assert_eq!(bytes[..], 0x7fc0_0000u32.to_le_bytes(), "{float}");
    }
    let high = "(i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 (f64.promote_f32 (f32.const -nan:0x234567))) (i64.const 32)))";
    let CallOutcome::Ok(bytes) = outcome(&contract(&result(high))) else {
        panic!("promote");
    };
    assert_eq!(bytes[..], 0x7ff8_0000u32.to_le_bytes());
}
