//! Codes and contracts: stored, made, called, moved, asked.
use cosmos_sdk_proto::cosmwasm::wasm::v1 as wasm;
use flate2::{Compression, write::GzEncoder};
use mycel_types::{AccountAddress, Params};
use serde_json::json;
use std::io::Write as _;

use crate::{
    puppet,
    town::{
        Draft, Town, answer, any, attribute, execute, execute_with, instantiate, people, send,
        store_code, upstream,
    },
};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A hackatom whose verifier is ada and whose beneficiary is ben.
fn hackatom(town: &mut Town) -> AccountAddress {
    let [ada, ben, _] = people();
    let code = town.store(&ada, &gzip(&upstream("hackatom.wasm")));
    let msg = json!({"verifier": ada.name(), "beneficiary": ben.name()});
    town.instantiate(&ada, code, &msg.to_string())
}

#[test]
fn a_published_contract_is_stored_made_called_and_asked() {
    let mut town = Town::new();
    let [ada, ben, _] = people();
    let contract = hackatom(&mut town);
    assert_eq!(
        town.smart_json(&contract, r#"{"verifier":{}}"#),
        json!({"verifier": ada.name()})
    );
    town.done(&ada, vec![send(&ada, &contract, 70)]);
    let denied = town.run(
        &ben,
        vec![execute(
            &ben,
            &contract,
            r#"{"release":{"denom":"ucredit"}}"#,
        )],
    );
    assert_eq!((denied.codespace.as_str(), denied.code), ("wasm", 5));
    assert_eq!(
        denied.log,
        "failed to execute message; message index: 0: Unauthorized: execute wasm contract failed"
    );
    let result = town.done(
        &ada,
        vec![execute(
            &ada,
            &contract,
            r#"{"release":{"denom":"ucredit"}}"#,
        )],
    );
    assert_eq!(town.balance(&ben.address), 1_000_070);
    assert_eq!(
        attribute(&result, "wasm", "action").as_deref(),
        Some("release")
    );
    assert_eq!(
        attribute(&result, "wasm", "_contract_address"),
        Some(contract.to_string())
    );
    let kinds: Vec<_> = result.events[3..].iter().map(|e| e.kind.as_str()).collect();
    let expected = [
        "message",
        "execute",
        "wasm",
        "wasm-hackatom",
        "coin_spent",
        "coin_received",
        "transfer",
    ];
    assert_eq!(
        kinds, expected,
        "events of submessages follow, without their `message`"
    );
    assert!(result.events[3..].iter().all(|e| {
        let last = e.attributes.last().unwrap();
        (last.key.as_str(), last.value.as_str()) == ("msg_index", "0")
    }));
    let executed: wasm::MsgExecuteContractResponse = answer(&result, 0);
    assert_eq!(executed.data, vec![0xf0, 0x0b, 0xaa]);
}

#[test]
fn storing_and_making_emit_what_a_wasmd_emits() {
    let mut town = Town::new();
    let [ada, ..] = people();
    let code = puppet::puppet();
    let result = town.done(&ada, vec![store_code(&ada, &code)]);
    let stored: wasm::MsgStoreCodeResponse = answer(&result, 0);
    assert_eq!(stored.code_id, 1);
    assert_eq!(
        attribute(&result, "store_code", "code_checksum"),
        Some(hex::encode(&stored.checksum))
    );
    assert_eq!(
        attribute(&result, "store_code", "code_id").as_deref(),
        Some("1")
    );
    let result = town.done(&ada, vec![instantiate(&ada, 1, puppet::NOTHING)]);
    let made: wasm::MsgInstantiateContractResponse = answer(&result, 0);
    assert_eq!(
        attribute(&result, "instantiate", "_contract_address"),
        Some(made.address.clone())
    );
    assert_eq!(
        attribute(&result, "instantiate", "code_id").as_deref(),
        Some("1")
    );
    // the address that a wasmd gives code 1, instance 1
    let address: AccountAddress = made.address.parse().unwrap();
    let (_, theirs) =
        bech32::decode("wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d").unwrap();
    assert_eq!(address.as_bytes(), theirs);
    // the same code again is another number with the same checksum
    assert_eq!(town.store(&ada, &gzip(&code)), 2);
}

#[test]
fn codes_that_are_none_cost_gas_and_leave_nothing() {
    let mut town = Town::new();
    let [ada, ..] = people();
    let staking = wat::parse_str(
        r#"(module (memory (export "memory") 1) (func (export "interface_version_8")) (func (export "requires_staking"))
        (func (export "allocate") (param i32) (result i32) (i32.const 0)) (func (export "deallocate") (param i32)))"#,
    )
    .unwrap();
    for (bad, says) in [
        (b"\0asm\x01\0\0\0".to_vec(), ""),
        (b"no wasm at all".to_vec(), ""),
        (upstream("floaty_0.16.wasm")[..100].to_vec(), ""),
        (staking, "staking"),
        ([gzip(&puppet::puppet()), vec![0]].concat(), "after its end"),
    ] {
        let result = town.run(&ada, vec![store_code(&ada, &bad)]);
        assert_eq!(
            (result.codespace.as_str(), result.code),
            ("wasm", 2),
            "{}",
            result.log
        );
        assert!(result.log.contains(says), "{}", result.log);
        assert!(
            result.log.ends_with("create wasm contract failed"),
            "{}",
            result.log
        );
        assert!(result.gas_used > 0);
    }
    let mut params = Params::development();
    params.wasm_max_bytes = 100;
    let mut small = Town::with(params);
    let result = small.run(&ada, vec![store_code(&ada, &gzip(&puppet::puppet()))]);
    assert!(result.log.contains("exceeds limit=100"), "{}", result.log);
}

#[test]
fn predictable_addresses_are_predictable() {
    let mut town = Town::new();
    let [ada, ..] = people();
    let code = town.store(&ada, &puppet::puppet());
    let make = |salt: &[u8], fix_msg: bool| {
        let message = wasm::MsgInstantiateContract2 {
            sender: ada.name(),
            admin: String::new(),
            code_id: code,
            label: "two".into(),
            msg: puppet::NOTHING.into(),
            funds: vec![],
            salt: salt.to_vec(),
            fix_msg,
        };
        any("/cosmwasm.wasm.v1.MsgInstantiateContract2", &message)
    };
    let result = town.done(&ada, vec![make(b"mycel/credit", false)]);
    let made: wasm::MsgInstantiateContract2Response = answer(&result, 0);
    let info: wasm::QueryCodeResponse = town.ask(
        "/cosmwasm.wasm.v1.Query/Code",
        &wasm::QueryCodeRequest { code_id: code },
    );
    let checksum = info.code_info.unwrap().data_hash;
    let expected = cosmwasm_std::instantiate2_address(
        &checksum,
        &ada.address.as_bytes().to_vec().into(),
        b"mycel/credit",
    )
    .unwrap();
    let address: AccountAddress = made.address.parse().unwrap();
    assert_eq!(address.as_bytes(), expected.as_slice());
    let built: wasm::QueryBuildAddressResponse = town.ask(
        "/cosmwasm.wasm.v1.Query/BuildAddress",
        &wasm::QueryBuildAddressRequest {
            code_hash: hex::encode(&checksum),
            creator_address: ada.name(),
            salt: hex::encode("mycel/credit"),
            init_args: vec![],
        },
    );
    assert_eq!(built.address, made.address);
    let twice = town.run(&ada, vec![make(b"mycel/credit", false)]);
    assert_eq!((twice.codespace.as_str(), twice.code), ("wasm", 15));
    town.done(&ada, vec![make(b"mycel/credit", true)]);
    assert_eq!(
        town.check(&town.sign(&ada, vec![make(b"", false)])).code,
        12
    );
    assert_eq!(
        town.check(&town.sign(&ada, vec![make(&[1; 65], false)]))
            .code,
        13
    );
    // they do not count for classic addresses
    let classic = town.instantiate(&ada, code, puppet::NOTHING);
    let (_, theirs) =
        bech32::decode("wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d").unwrap();
    assert_eq!(classic.as_bytes(), theirs);
}

#[test]
fn messages_to_contracts_are_checked_before_they_are_pooled() {
    let mut town = Town::new();
    let [ada, ..] = people();
    let code = town.store(&ada, &puppet::puppet());
    let contract = town.instantiate(&ada, code, puppet::NOTHING);
    let outcome = town.check(&town.sign(&ada, vec![execute(&ada, &contract, "{not json")]));
    assert_eq!((outcome.codespace.as_str(), outcome.code), ("wasm", 14));
    assert_eq!(outcome.log, "payload msg: invalid");
    assert_eq!(
        town.check(&town.sign(&ada, vec![instantiate(&ada, 0, "{}")]))
            .code,
        12
    );
    let nowhere = AccountAddress::new(vec![5; 32]).unwrap();
    let result = town.run(&ada, vec![execute(&ada, &nowhere, "{}")]);
    assert_eq!((result.codespace.as_str(), result.code), ("wasm", 22));
    assert_eq!(
        result.log,
        format!("failed to execute message; message index: 0: address {nowhere}: no such contract")
    );
    let result = town.run(&ada, vec![instantiate(&ada, 99, "{}")]);
    assert_eq!((result.codespace.as_str(), result.code), ("wasm", 28));
}

#[test]
fn only_those_permitted_may_instantiate() {
    let mut town = Town::new();
    let [ada, ben, _] = people();
    let message = wasm::MsgStoreCode {
        sender: ada.name(),
        wasm_byte_code: puppet::puppet(),
        instantiate_permission: Some(wasm::AccessConfig {
            permission: wasm::AccessType::AnyOfAddresses.into(),
            addresses: vec![ada.name()],
        }),
    };
    town.done(&ada, vec![any("/cosmwasm.wasm.v1.MsgStoreCode", &message)]);
    town.done(&ada, vec![instantiate(&ada, 1, puppet::NOTHING)]);
    let result = town.run(&ben, vec![instantiate(&ben, 1, puppet::NOTHING)]);
    assert_eq!((result.codespace.as_str(), result.code), ("sdk", 4));
}

#[test]
fn the_admin_moves_a_contract_to_another_code_and_gives_it_away() {
    let mut town = Town::new();
    let [ada, ben, _] = people();
    let first = town.store(&ada, &puppet::asker());
    let second = town.store(&ada, &puppet::puppet());
    let contract = town.instantiate(&ada, first, "{}");
    let migrate = |who: &crate::town::Person, code_id| {
        let message = wasm::MsgMigrateContract {
            sender: who.name(),
            contract: contract.to_string(),
            code_id,
            msg: br#"{"to":"puppet"}"#.to_vec(),
        };
        any("/cosmwasm.wasm.v1.MsgMigrateContract", &message)
    };
    let result = town.run(&ben, vec![migrate(&ben, second)]);
    assert_eq!((result.codespace.as_str(), result.code), ("sdk", 4));
    let result = town.done(&ada, vec![migrate(&ada, second)]);
    assert_eq!(
        attribute(&result, "migrate", "code_id").as_deref(),
        Some("2")
    );
    assert_eq!(town.raw_text(&contract, "last"), r#"{"to":"puppet"}"#);
    let history: wasm::QueryContractHistoryResponse = town.ask(
        "/cosmwasm.wasm.v1.Query/ContractHistory",
        &wasm::QueryContractHistoryRequest {
            address: contract.to_string(),
            pagination: None,
        },
    );
    let steps: Vec<_> = history
        .entries
        .iter()
        .map(|e| (e.operation, e.code_id))
        .collect();
    assert_eq!(steps, [(1, 1), (2, 2)]);
    for (code_id, expected) in [(first, vec![]), (second, vec![contract.to_string()])] {
        let by_code: wasm::QueryContractsByCodeResponse = town.ask(
            "/cosmwasm.wasm.v1.Query/ContractsByCode",
            &wasm::QueryContractsByCodeRequest {
                code_id,
                pagination: None,
            },
        );
        assert_eq!(by_code.contracts, expected);
    }
    let update = wasm::MsgUpdateAdmin {
        sender: ada.name(),
        new_admin: ben.name(),
        contract: contract.to_string(),
    };
    let result = town.done(&ada, vec![any("/cosmwasm.wasm.v1.MsgUpdateAdmin", &update)]);
    assert_eq!(
        attribute(&result, "update_contract_admin", "new_admin_address"),
        Some(ben.name())
    );
    let clear = |who: &crate::town::Person| {
        let message = wasm::MsgClearAdmin {
            sender: who.name(),
            contract: contract.to_string(),
        };
        any("/cosmwasm.wasm.v1.MsgClearAdmin", &message)
    };
    let result = town.run(&ada, vec![clear(&ada)]);
    assert!(
        result.log.contains("can not modify contract: unauthorized"),
        "{}",
        result.log
    );
    town.done(&ben, vec![clear(&ben)]);
    assert_eq!(town.run(&ben, vec![migrate(&ben, first)]).code, 4);
}

#[test]
fn a_contract_sees_height_scaled_time_chain_and_its_place() {
    let mut params = Params::development();
    params.time_scale = 86_400;
    let mut town = Town::with(params);
    let [ada, ben, _] = people();
    let code = town.store(&ada, &puppet::asker());
    let contract = town.instantiate(&ada, code, "{}");
    let ask = execute(
        &ada,
        &contract,
        r#"{"bank":{"supply":{"denom":"ucredit"}}}"#,
    );
    let other = Draft::new(vec![send(&ben, &ada.address, 1)]).sign(&[(&ben, 0)]);
    let sequence = town.sequence(&ada.address);
    let tx = Draft::new(vec![ask]).sign(&[(&ada, sequence)]);
    let time = town.chain.time().plus_millis(1000);
    town.chain.decide(time, vec![other, tx.clone()]).unwrap();
    let env: serde_json::Value = serde_json::from_slice(&town.raw(&contract, "last")).unwrap();
    assert_eq!(env["block"]["height"], 3);
    // three seconds are three days
    let nanos = (crate::town::START.millis() + 3 * 86_400_000) * 1_000_000;
    assert_eq!(env["block"]["time"], nanos.to_string());
    assert_eq!(env["block"]["chain_id"], "town-1");
    assert_eq!(env["transaction"]["index"], 1);
    let hash = cosmwasm_std::Binary::new(mycel_types::tx::hash(&tx).to_vec());
    assert_eq!(env["transaction"]["hash"], hash.to_base64());
    assert_eq!(env["contract"]["address"], contract.to_string());
    let parsed: cosmwasm_std::Env = serde_json::from_value(env).unwrap();
    assert_eq!(parsed.block.height, 3);
}

#[test]
fn a_contract_may_ask_the_chain_what_it_serves_and_nothing_else() {
    let mut town = Town::new();
    let [ada, ..] = people();
    let hackatom = hackatom(&mut town);
    let code = town.store(&ada, &puppet::asker());
    let contract = town.instantiate(&ada, code, "{}");
    let mut ask = |request: serde_json::Value| -> serde_json::Value {
        town.done(
            &ada,
            vec![execute_with(&ada, &contract, &request.to_string(), 0)],
        );
        serde_json::from_slice(&town.raw(&contract, "answer")).unwrap()
    };
    let inner = |answer: serde_json::Value| -> serde_json::Value {
        let data: cosmwasm_std::Binary = serde_json::from_value(answer["ok"]["ok"].clone())
            .unwrap_or_else(|_| panic!("{answer}"));
        serde_json::from_slice(&data).unwrap()
    };
    let b64 = |text: &str| cosmwasm_std::Binary::new(text.into()).to_base64();

    let balance = inner(ask(
        json!({"bank": {"balance": {"address": ada.name(), "denom": "ucredit"}}}),
    ));
    assert_eq!(
        balance,
        json!({"amount": {"denom": "ucredit", "amount": "1000000"}})
    );
    let supply = inner(ask(json!({"bank": {"supply": {"denom": "ucredit"}}})));
    assert_eq!(supply["amount"]["amount"], "3000000");
    let smart = inner(ask(
        json!({"wasm": {"smart": {"contract_addr": hackatom.to_string(), "msg": b64(r#"{"verifier":{}}"#)}}}),
    ));
    assert_eq!(smart, json!({"verifier": ada.name()}));
    let raw = inner(ask(
        json!({"wasm": {"raw": {"contract_addr": hackatom.to_string(), "key": b64("config")}}}),
    ));
    assert_eq!(raw["verifier"], ada.name());
    let info = inner(ask(
        json!({"wasm": {"contract_info": {"contract_addr": hackatom.to_string()}}}),
    ));
    assert_eq!(info["code_id"], 1);
    assert_eq!(info["creator"], ada.name());
    assert_eq!(info["pinned"], false);
    let info = inner(ask(json!({"wasm": {"code_info": {"code_id": 1}}})));
    assert_eq!(info["checksum"].as_str().unwrap().len(), 64);
    let range = inner(ask(
        json!({"wasm": {"raw_range": {"contract_addr": hackatom.to_string(), "start": null,
        "end": null, "limit": 1, "order": "ascending"}}}),
    ));
    assert_eq!(range["data"][0][0], b64("config"));

    assert_eq!(
        ask(json!({"custom": {"x": 1}})),
        json!({"error": {"unsupported_request": {"kind": "custom"}}})
    );
    for kind in ["stargate", "grpc", "staking", "ibc", "distribution"] {
        let mut request = serde_json::Map::new();
        request.insert(kind.into(), json!({"x": 1}));
        let answer = ask(request.into());
        assert_eq!(answer["error"]["unsupported_request"]["kind"], kind);
    }
    let nowhere = AccountAddress::new(vec![5; 32]).unwrap().to_string();
    assert_eq!(
        ask(json!({"wasm": {"smart": {"contract_addr": nowhere, "msg": b64("{}")}}})),
        json!({"error": {"no_such_contract": {"addr": nowhere}}})
    );
    assert_eq!(
        ask(json!({"wasm": {"code_info": {"code_id": 77}}})),
        json!({"error": {"no_such_code": {"code_id": 77}}})
    );
    let answer = ask(
        json!({"wasm": {"smart": {"contract_addr": hackatom.to_string(), "msg": b64(r#"{"nope":{}}"#)}}}),
    );
    let error = answer["ok"]["error"].as_str().unwrap();
    assert!(
        error.contains("unknown variant") && error.ends_with("query wasm contract failed"),
        "{error}"
    );
    assert!(ask(json!([1]))["error"]["invalid_request"].is_object());
}

#[test]
fn reserved_and_odd_events_are_refused() {
    let mut town = Town::new();
    let [ada, ..] = people();
    let code = town.store(&ada, &puppet::puppet());
    let contract = town.instantiate(&ada, code, puppet::NOTHING);
    let response = |attributes: serde_json::Value, events: serde_json::Value| {
        json!({"ok": {"messages": [], "attributes": attributes, "events": events, "data": null}})
            .to_string()
    };
    let attribute_of = |key: &str, value: &str| json!([{"key": key, "value": value}]);
    for (attributes, events, codespace, code) in [
        (
            attribute_of("_contract_address", "x"),
            json!([]),
            "wasm",
            21,
        ),
        (attribute_of(" ", "x"), json!([]), "wasm", 21),
        (
            json!([]),
            json!([{"type": "ab", "attributes": []}]),
            "wasm",
            21,
        ),
        (
            attribute_of("a", &"x".repeat(17_000)),
            json!([]),
            "wasm",
            13,
        ),
    ] {
        let result = town.run(
            &ada,
            vec![execute(&ada, &contract, &response(attributes, events))],
        );
        assert_eq!(
            (result.codespace.as_str(), result.code),
            (codespace, code),
            "{}",
            result.log
        );
    }
    let fine = response(
        attribute_of(" a ", ""),
        json!([{"type": "abc", "attributes": [{"key": "k", "value": " v "}]}]),
    );
    let result = town.done(&ada, vec![execute(&ada, &contract, &fine)]);
    assert_eq!(attribute(&result, "wasm", "a").as_deref(), Some(""));
    assert_eq!(attribute(&result, "wasm-abc", "k").as_deref(), Some("v"));
    let many: Vec<_> = (0..7)
        .map(|i| json!({"key": format!("k{i}"), "value": "x".repeat(15_000)}))
        .collect();
    let message = execute(&ada, &contract, &response(many.into(), json!([])));
    let two = town.sign_with(&ada, vec![message.clone(); 2], 20_000_000);
    assert!(town.submit(two).ok());
    let tx = town.sign_with(&ada, vec![message; 3], 20_000_000);
    let result = town.submit(tx);
    assert_eq!(
        (result.codespace.as_str(), result.code),
        ("wasm", 13),
        "{}",
        result.log
    );
}

#[test]
fn a_contract_that_needs_this_chains_own_messages_is_stored() {
    let mut town = Town::new();
    let [ada, ..] = people();
    let body = puppet::with_body("(i32.const 512)", r#"(func (export "requires_mycel"))"#);
    let tx = town.sign_with(&ada, vec![store_code(&ada, &body)], 20_000_000);
    let result = town.submit(tx);
    assert!(result.ok(), "{}", result.log);
    assert_eq!(
        attribute(&result, "store_code", "required_capability").as_deref(),
        Some(mycel_bindings::CAPABILITY)
    );
}
