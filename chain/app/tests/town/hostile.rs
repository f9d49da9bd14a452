//! Contracts that trap, loop, recurse, allocate without end or lie: each costs its sender gas and nothing else.
use mycel_types::{Params, TxResult};

use crate::{
    puppet,
    town::{Town, execute, people, send, upstream},
};

/// Calls a contract with this body and shows that the chain goes on as before.
fn suffer(body: &str, more: &str) -> TxResult {
    let mut town = Town::new();
    let [ada, ben, _] = people();
    let code = town.store(&ada, &puppet::with_body(body, more));
    let contract = town.instantiate(&ada, code, "{}");
    let before = town.balance(&ada.address);
    let result = town.run(
        &ada,
        vec![send(&ada, &ben.address, 5), execute(&ada, &contract, "{}")],
    );
    assert!(!result.ok());
    assert!(result.data.is_empty());
    assert!(result.gas_used > 0 && result.gas_used <= result.gas_wanted);
    assert_eq!(town.balance(&ada.address), before, "undone");
    assert!(town.raw(&contract, "last").is_empty());
    let query = town.smart(&contract, "{}");
    assert_ne!(query.code, 0);
    town.done(&ada, vec![send(&ada, &ben.address, 5)]);
    result
}

#[test]
fn a_trap_costs_what_was_used() {
    for body in [
        "unreachable",
        "(i32.div_s (i32.const 1) (local.get $i))",
        "(i32.load (i32.const -4))",
    ] {
        let result = suffer(body, "");
        assert_eq!(
            (result.codespace.as_str(), result.code),
            ("wasm", 29),
            "{}",
            result.log
        );
        assert!(result.gas_used < 100_000, "{}", result.gas_used);
    }
}

#[test]
fn a_loop_uses_up_its_gas() {
    let result = suffer("(loop $l (br $l)) unreachable", "");
    assert_eq!(
        (result.codespace.as_str(), result.code),
        ("sdk", 11),
        "{}",
        result.log
    );
    assert_eq!(result.gas_used, result.gas_wanted);
    assert!(
        result
            .log
            .starts_with("out of gas in location: wasm contract; gasWanted: 2000000"),
        "{}",
        result.log
    );
}

#[test]
fn recursion_ends_at_the_logical_limit() {
    let result = suffer("(call $deep) (i32.const 512)", "(func $deep (call $deep))");
    assert_eq!(
        (result.codespace.as_str(), result.code),
        ("wasm", 29),
        "{}",
        result.log
    );
}

#[test]
fn memory_without_end_is_not_given() {
    let body = "(loop $l (drop (memory.grow (i32.const 1))) (br_if $l (i32.lt_u (memory.size) (i32.const 60000)))) \
                (i32.const 512)";
    let result = suffer(body, "");
    assert_eq!(
        (result.codespace.as_str(), result.code),
        ("sdk", 11),
        "{}",
        result.log
    );
}

#[test]
fn answers_that_are_none_are_the_contracts_fault() {
    // a region out of memory, a pointer to nothing, text that is no response
    for body in ["(i32.const -16)", "(i32.const 0)", "(local.get $env)"] {
        let result = suffer(body, "");
        assert_eq!(
            (result.codespace.as_str(), result.code),
            ("wasm", 29),
            "{}",
            result.log
        );
    }
}

/// A body that answers with `{"ok":{}}` and blanks, `bytes` in all.
fn long_answer(bytes: u32) -> String {
    format!(
        r#"(memory.copy (i32.const 16384) (i32.const 524) (i32.const 9))
        (memory.fill (i32.const 16393) (i32.const 32) (i32.const {}))
        (i32.store (i32.const 12288) (i32.const 16384))
        (i32.store (i32.const 12292) (i32.const {bytes}))
        (i32.store (i32.const 12296) (i32.const {bytes}))
        (i32.const 12288)"#,
        bytes - 9
    )
}

#[test]
fn an_answer_is_parsed_up_to_a_limit_and_at_a_price() {
    let result = suffer(&long_answer((256 << 10) + 1), "");
    assert_eq!(
        (result.codespace.as_str(), result.code),
        ("wasm", 29),
        "{}",
        result.log
    );
    assert!(result.log.contains("limit=262144"), "{}", result.log);

    let mut town = Town::new();
    let [ada, ..] = people();
    let mut used = vec![];
    for bytes in [9, 256 << 10] {
        let code = town.store(&ada, &puppet::with_body(&long_answer(bytes), ""));
        let contract = town.instantiate(&ada, code, "{}");
        let result = town.done(&ada, vec![execute(&ada, &contract, "{}")]);
        used.push(result.gas_used);
    }
    assert!(used[1] - used[0] >= (256 << 10) - 9, "{used:?}");
}

#[test]
fn iterators_are_bounded() {
    let body = "(loop $l (drop (call $scan (i32.const 0) (i32.const 0) (i32.const 1))) (br $l)) unreachable";
    let mut town = Town::new();
    let [ada, ..] = people();
    let code = town.store(&ada, &puppet::with_body(body, ""));
    let contract = town.instantiate(&ada, code, "{}");
    let tx = town.sign_with(&ada, vec![execute(&ada, &contract, "{}")], 20_000_000);
    let result = town.submit(tx);
    assert_eq!(
        (result.codespace.as_str(), result.code),
        ("wasm", 29),
        "{}",
        result.log
    );
    assert!(
        result.log.contains("more than 1024 iterators"),
        "{}",
        result.log
    );
}

#[test]
fn a_published_torture_contract_ends_in_gas_or_traps() {
    let mut town = Town::new();
    let [ada, ben, _] = people();
    let code = town.store(&ada, &upstream("cyberpunk.wasm"));
    let contract = town.instantiate(&ada, code, "{}");
    for (msg, codespace, code) in [
        (r#"{"cpu_loop":{}}"#, "sdk", 11),
        (r#"{"storage_loop":{}}"#, "sdk", 11),
        // its allocator gives up at the memory limit
        (r#"{"memory_loop":{}}"#, "wasm", 29),
        (r#"{"message_loop":{}}"#, "sdk", 11),
        (r#"{"panic":{}}"#, "wasm", 29),
        (r#"{"unreachable":{}}"#, "wasm", 29),
        (r#"{"allocate_large_memory":{"pages":60000}}"#, "wasm", 5),
    ] {
        let result = town.run(&ada, vec![execute(&ada, &contract, msg)]);
        assert_eq!(
            (result.codespace.as_str(), result.code),
            (codespace, code),
            "{msg}: {}",
            result.log
        );
        assert!(result.gas_used <= result.gas_wanted);
        town.done(&ada, vec![send(&ada, &ben.address, 1)]);
    }
    town.done(&ada, vec![execute(&ada, &contract, r#"{"noop":{}}"#)]);
}

#[test]
fn queries_inside_queries_end_at_ten() {
    // its query asks itself
    let mut town = Town::new();
    let [ada, ..] = people();
    let code = town.store(&ada, &upstream("hackatom.wasm"));
    let msg = serde_json::json!({"verifier": ada.name(), "beneficiary": ada.name()});
    let contract = town.instantiate(&ada, code, &msg.to_string());
    let hash = town.smart_json(&contract, r#"{"recurse":{"depth":5,"work":3}}"#);
    assert!(hash["hashed"].is_string());
    let deep = town.smart(&contract, r#"{"recurse":{"depth":50,"work":0}}"#);
    assert_eq!(deep.code, 6);
    assert!(
        deep.log.contains("codespace: wasm, code: 27"),
        "{}",
        deep.log
    );
    town.smart_json(&contract, r#"{"recurse":{"depth":9,"work":0}}"#);
}

#[test]
fn a_full_quota_lets_only_shrinking_writes_through() {
    let mut params = Params::development();
    params.contract_quota_bytes = 200;
    let mut town = Town::with(params);
    let [ada, ..] = people();
    let code = town.store(&ada, &puppet::puppet());
    let contract = town.instantiate(&ada, code, puppet::NOTHING);
    let padded = |n: usize| format!("{}{}", puppet::NOTHING, " ".repeat(n));
    town.done(&ada, vec![execute(&ada, &contract, &padded(50))]);
    let result = town.run(&ada, vec![execute(&ada, &contract, &padded(100))]);
    assert_eq!(
        (result.codespace.as_str(), result.code),
        ("mycel", 4),
        "{}",
        result.log
    );
    town.done(&ada, vec![execute(&ada, &contract, &padded(20))]);
    town.done(&ada, vec![execute(&ada, &contract, &padded(50))]);
    assert_eq!(
        town.raw(&contract, "last").len(),
        puppet::NOTHING.len() + 50
    );
}

#[test]
fn a_query_that_never_ends_ends_with_its_gas_or_its_time() {
    let mut town = Town::new();
    let [ada, ..] = people();
    let code = town.store(
        &ada,
        &puppet::with_body("(loop $l (br $l)) unreachable", ""),
    );
    let contract = town.instantiate(&ada, code, "{}");
    let query = town.smart(&contract, "{}");
    assert_eq!(
        (query.codespace.as_str(), query.code),
        ("sdk", 11),
        "{}",
        query.log
    );
    use cosmos_sdk_proto::cosmwasm::wasm::v1::QuerySmartContractStateRequest;
    use mycel_types::{Application, Limits, QueryAt};
    use prost::Message as _;
    let limits = Limits {
        gas: u64::MAX,
        ..Default::default()
    };
    let stop = limits.stop.clone();
    let request = QuerySmartContractStateRequest {
        address: contract.to_string(),
        query_data: b"{}".to_vec(),
    }
    .encode_to_vec();
    let timer = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(200));
        stop.cancel();
    });
    let path = "/cosmwasm.wasm.v1.Query/SmartContractState";
    let outcome = town.app.query(path, &request, QueryAt::default(), &limits);
    timer.join().unwrap();
    assert_eq!(outcome.code, 6, "{}", outcome.log);
    assert!(outcome.log.contains("time is up"), "{}", outcome.log);
}

/// `cargo test -p mycel-app -- --ignored --nocapture how_slow_gas_can_be`
#[test]
#[ignore = "a measurement"]
fn how_slow_gas_can_be() {
    const GAS: u64 = 1_000_000;
    // each waits for the one before, at the price of any other operator
    let roots = "f64.sqrt ".repeat(4000);
    let burn = format!(
        "(func $burn (local $f f64) (local.set $f (f64.const 3))
           (loop $l local.get $f {roots} local.set $f br $l))"
    );
    let mut town = Town::new();
    let [ada, ..] = people();
    let code = town.store(&ada, &puppet::with_body("(call $burn) unreachable", &burn));
    let contract = town.instantiate(&ada, code, "{}");
    let at = std::time::Instant::now();
    let tx = town.sign_with(&ada, vec![execute(&ada, &contract, "{}")], GAS);
    assert_eq!(town.submit(tx).code, 11);
    println!(
        "{} ns for one SDK gas",
        at.elapsed().as_nanos() / u128::from(GAS)
    );
}

/// Whatever passes the check must end in a result on every node: a failure of the machine would stop them all.
#[test]
fn odd_modules_stop_no_node() {
    const PLAIN: &str = r#"(memory (export "memory") 1)
        (func (export "interface_version_8"))
        (func (export "allocate") (param i32) (result i32) (i32.const 1024))
        (func (export "deallocate") (param i32))"#;
    let entries = [
        r#"(func (export "instantiate") (param i32 i32 i32) (result i32) (i32.const 0))"#,
        r#"(func (export "instantiate") (param i32 i32 i32))"#,
        r#"(func (export "instantiate") (param i32 i32 i64) (result i32) (i32.const 0))"#,
        r#"(func (export "instantiate") (param i32 i32 i32) (result f64) (f64.const 0))"#,
        r#"(func (export "instantiate") (param i32 i32 i32 i32 i32) (result i32) (i32.const 0))"#,
        r#"(global (export "instantiate") i32 (i32.const 0))"#,
        r#"(export "instantiate" (memory 0))"#,
    ];
    let extras = [
        String::new(),
        r#"(data (i32.const 65530) "0123456789")"#.into(),
        r#"(data (i32.const -1) "x")"#.into(),
        r#"(table 1 funcref) (func $f) (elem (i32.const 5) $f)"#.into(),
        r#"(func $s (loop $l (br $l))) (start $s)"#.into(),
        r#"(func $s unreachable) (start $s)"#.into(),
        r#"(func $s (call $s)) (start $s)"#.into(),
        r#"(table 0 funcref) (func (export "x") (call_indirect (i32.const 0)))"#.into(),
        "(global i64 (i64.const 0))".repeat(5000),
        "(func (result i32) (i32.const 0))".repeat(5000),
        format!(
            "(table 2500 funcref) (func $f) (elem (i32.const 0) {})",
            "$f ".repeat(2500)
        ),
        format!(
            "(func (param i32) {} (br_table {} 0 (local.get 0)) {})",
            "(block ".repeat(100),
            "0 ".repeat(4000),
            ")".repeat(100)
        ),
        format!("(func {} {})", "(block ".repeat(900), ")".repeat(900)),
        format!(
            "(func (result i32) {} {})",
            "i32.const 1 ".repeat(9000),
            "i32.add ".repeat(8999)
        ),
    ];
    let mut town = Town::new();
    let [ada, ben, _] = people();
    let (mut stored, mut tried) = (0, 0);
    for entry in entries {
        for extra in &extras {
            let module = format!("(module {PLAIN} {entry} {extra})");
            let wasm = wat::parse_str(&module).unwrap_or_else(|e| panic!("{e}: {module:.400}"));
            tried += 1;
            let message = crate::town::store_code(&ada, &wasm);
            let tx = town.sign_with(&ada, vec![message], 20_000_000);
            let result = town.submit(tx);
            if !result.ok() {
                assert_eq!(result.code, 2, "{}", result.log);
                continue;
            }
            stored += 1;
            let message = crate::town::instantiate(&ada, stored, "{}");
            let result = town.run(&ada, vec![message]);
            assert!(!result.ok(), "{module:.400}");
        }
    }
    assert!(stored > 40, "stored={stored} tried={tried}");
    town.done(&ada, vec![send(&ada, &ben.address, 5)]);
}
