use super::*;

fn contract(more: &str) -> Vec<u8> {
    let text = format!(
        r#"(module {more} (memory (export "memory") 17) (func (export "interface_version_8"))
        (func (export "allocate") (param i32) (result i32) (i32.const 0)) (func (export "deallocate") (param i32)))"#
    );
    wat::parse_str(text).expect("wat")
}

fn check_with(wasm: &[u8], limits: &Limits) -> Result<Checked, CheckError> {
    check(
        wasm,
        limits,
        &["iterator", "mycel"].map(str::to_owned).into(),
    )
}

#[test]
fn the_analysis_says_what_the_contract_is() {
    let wasm = contract(
        r#"(import "env" "db_read" (func (param i32) (result i32)))
        (import "env" "abort" (func (param i32)))
        (func (export "requires_iterator")) (func (export "requires_"))
        (func (export "instantiate")) (func (export "query")) (func (export "helper"))
        (global (export "sudo") i32 (i32.const 1))
        (@custom "cw_migrate_version" "42")"#,
    );
    let analysis = check_with(&wasm, &Limits::default())
        .expect("a contract")
        .analysis;
    assert_eq!(
        analysis,
        Analysis {
            entry_points: [EntryPoint::Instantiate, EntryPoint::Query].into(),
            capabilities: ["iterator".to_owned()].into(),
            imports: ["abort", "db_read"].map(str::to_owned).into(),
            functions: 8,
            size: wasm.len(),
            initial_pages: 17,
            migrate_version: Some(42),
        }
    );
    assert!(!analysis.speaks_ibc());
}

#[test]
fn ibc_takes_all_six_entry_points() {
    let export = |name: &str| format!("(func (export \"{name}\"))");
    let mut all: String = [
        "channel_open",
        "channel_connect",
        "channel_close",
        "packet_receive",
        "packet_ack",
    ]
    .map(|name| export(&format!("ibc_{name}")))
    .concat();
    let five = check_with(&contract(&all), &Limits::default()).expect("a contract");
    assert!(!five.analysis.speaks_ibc());
    all += &export("ibc_packet_timeout");
    let six = check_with(&contract(&all), &Limits::default()).expect("a contract");
    assert!(six.analysis.speaks_ibc());
}

#[test]
fn the_shape_of_a_function_counts_what_its_frame_holds() {
    let wasm = contract(
        r#"(func $f (param i32 i64) (result f64) (local i32 i32 f32)
            (drop (i32.add (local.get 0) (i32.mul (local.get 0) (i32.const 2))))
            (call $f (local.get 0) (local.get 1)))
        (func (param i32) (memory.fill (local.get 0) (i32.const 1) (i32.const 2)))
        (func $start) (start $start)"#,
    );
    let checked = check_with(&wasm, &Limits::default()).expect("a contract");
    assert_eq!(
        checked.shapes[0],
        FunctionShape {
            params: 2,
            locals: 3,
            operands: 3,
            result: Some(wasmparser::ValType::F64),
            calls: true,
            bulk: false,
        }
    );
    assert!(checked.shapes[1].bulk && !checked.shapes[1].calls);
    assert_eq!(checked.start, Some(2));
}

#[test]
fn every_limit_holds_at_its_value_and_breaks_one_above() {
    let wasm = contract(
        r#"(import "env" "abort" (func (param i32)))
        (func (param i32 i32 i32) (local i64 i64) (drop (i32.const 1)) (nop))
        (table 3 3 funcref)"#,
    );
    let exact = Limits {
        size: wasm.len() as u64,
        pages: 17,
        table_elements: 3,
        imports: 1,
        functions: 4,
        declarations: 5,
        params: 3,
        total_params: 5,
        locals: 2,
        total_locals: 2,
        operators: 4,
    };
    check_with(&wasm, &exact).expect("within the limits");
    type Tighten = fn(&mut Limits);
    let one_less: [(&str, Tighten); 11] = [
        ("wasm bytes", |l| l.size -= 1),
        ("initial pages", |l| l.pages -= 1),
        ("table elements", |l| l.table_elements -= 1),
        ("imports", |l| l.imports -= 1),
        ("functions", |l| l.functions -= 1),
        ("types", |l| l.declarations = 3),
        ("parameters", |l| l.params -= 1),
        ("parameters of all functions", |l| l.total_params -= 1),
        ("locals", |l| l.locals -= 1),
        ("locals of all functions", |l| l.total_locals -= 1),
        ("operators", |l| l.operators -= 1),
    ];
    for (expected, tighten) in one_less {
        let mut limits = exact.clone();
        tighten(&mut limits);
        match check_with(&wasm, &limits) {
            Err(CheckError::Limit {
                what, value, limit, ..
            }) => {
                assert_eq!(what, expected);
                assert!(value > limit, "{what}: {value} {limit}");
            }
            other => panic!("{expected}: {other:?}"),
        }
    }
}

#[test]
fn capabilities_that_are_missing_are_all_named_in_order() {
    let wasm = contract(
        r#"(func (export "requires_stargate")) (func (export "requires_ibc2")) (func (export "requires_mycel"))"#,
    );
    assert_eq!(
        check_with(&wasm, &Limits::default()).err(),
        Some(CheckError::Capabilities {
            missing: vec!["ibc2".to_owned(), "stargate".to_owned()]
        })
    );
}

#[test]
fn a_migrate_version_that_is_no_number_is_refused() {
    for text in ["", "-1", "1.0", "\\ff", "99999999999999999999"] {
        let wasm = contract(&format!("(@custom \"cw_migrate_version\" \"{text}\")"));
        let error = check_with(&wasm, &Limits::default()).expect_err(text);
        assert!(matches!(error, CheckError::Shape { .. }), "{error}");
    }
}
