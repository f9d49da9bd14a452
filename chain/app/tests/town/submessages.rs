//! Submessages and replies: each mode, with the state that is left.
use mycel_types::{AccountAddress, TxResult};
use serde_json::{Value, json};

use crate::{
    puppet,
    town::{Person, Town, attribute, execute, people},
};

/// Two puppets; what the first replies is `script`.
struct Stage {
    town: Town,
    ada: Person,
    first: AccountAddress,
    second: AccountAddress,
}

fn stage(script: &Value) -> Stage {
    let mut town = Town::new();
    let [ada, ..] = people();
    let code = town.store(&ada, &puppet::puppet());
    let first = town.instantiate(&ada, code, &script.to_string());
    let second = town.instantiate(&ada, code, puppet::NOTHING);
    Stage {
        town,
        ada,
        first,
        second,
    }
}

fn b64(text: &str) -> String {
    cosmwasm_std::Binary::new(text.into()).to_base64()
}

fn response(messages: Vec<Value>, data: Option<&str>) -> Value {
    json!({"ok": {"messages": messages, "attributes": [], "events": [], "data": data.map(b64)}})
}

fn call(contract: &AccountAddress, msg: &Value) -> Value {
    json!({"wasm": {"execute": {"contract_addr": contract.to_string(), "msg": b64(&msg.to_string()), "funds": []}}})
}

fn sub(msg: Value, reply_on: &str, gas_limit: Option<u64>) -> Value {
    json!({"id": 7, "payload": b64("note"), "msg": msg, "gas_limit": gas_limit, "reply_on": reply_on})
}

/// The second fails on purpose, after it has written.
fn failing() -> Value {
    json!({"error": "on purpose"})
}

impl Stage {
    /// The first sends one submessage.
    fn play(&mut self, msg: Value, reply_on: &str, gas_limit: Option<u64>) -> TxResult {
        let response = response(vec![sub(msg, reply_on, gas_limit)], Some("own"));
        self.tell(&response)
    }

    fn tell(&mut self, response: &Value) -> TxResult {
        let message = execute(&self.ada, &self.first, &response.to_string());
        self.town.run(&self.ada.clone(), vec![message])
    }

    fn reply(&self) -> Option<Value> {
        let raw = self.town.raw(&self.first, "reply");
        (!raw.is_empty()).then(|| serde_json::from_slice(&raw).unwrap())
    }

    fn data(&self, result: &TxResult) -> String {
        use cosmos_sdk_proto::cosmwasm::wasm::v1::MsgExecuteContractResponse;
        let answer: MsgExecuteContractResponse = crate::town::answer(result, 0);
        String::from_utf8(answer.data).unwrap()
    }
}

#[test]
fn never_runs_and_does_not_reply() {
    let mut stage = stage(&response(vec![], Some("replied")));
    let second = stage.second.clone();
    let inner = response(vec![], None);
    let result = stage.play(call(&second, &inner), "never", None);
    assert!(result.ok(), "{}", result.log);
    assert_eq!(stage.reply(), None);
    assert_eq!(stage.data(&result), "own");
    assert_eq!(stage.town.raw_text(&second, "last"), inner.to_string());
    let result = stage.play(call(&second, &failing()), "never", None);
    assert_eq!((result.codespace.as_str(), result.code), ("wasm", 5));
    assert_eq!(
        result.log,
        "failed to execute message; message index: 0: submessages: on purpose: execute wasm contract failed"
    );
    assert_eq!(
        stage.town.raw_text(&second, "last"),
        inner.to_string(),
        "undone"
    );
}

#[test]
fn always_replies_to_success_with_events_and_data() {
    let mut stage = stage(&response(vec![], Some("replied")));
    let second = stage.second.clone();
    let inner = json!({"ok": {"messages": [], "attributes": [{"key": "z", "value": "1"}, {"key": "a", "value": "2"}],
        "events": [], "data": b64("inner")}});
    let result = stage.play(call(&second, &inner), "always", None);
    assert!(result.ok(), "{}", result.log);
    assert_eq!(
        stage.data(&result),
        "replied",
        "the reply's data goes before one's own"
    );
    let reply = stage.reply().unwrap();
    let parsed: cosmwasm_std::Reply = serde_json::from_value(reply.clone()).unwrap();
    assert_eq!(parsed.id, 7);
    assert_eq!(parsed.payload, b"note".as_slice());
    assert!(parsed.gas_used > 10_000);
    let response = parsed.result.unwrap();
    assert_eq!(
        response.msg_responses[0].type_url,
        "/cosmwasm.wasm.v1.MsgExecuteContractResponse"
    );
    // protobuf of `data`
    assert_eq!(response.msg_responses[0].value.as_slice(), b"\x0a\x05inner");
    let kinds: Vec<_> = response.events.iter().map(|e| e.ty.as_str()).collect();
    assert_eq!(kinds, ["execute", "wasm"]);
    let keys: Vec<_> = response.events[1]
        .attributes
        .iter()
        .map(|a| a.key.as_str())
        .collect();
    assert_eq!(keys, ["_contract_address", "a", "z"]);
    let kinds: Vec<_> = result.events[3..].iter().map(|e| e.kind.as_str()).collect();
    assert_eq!(kinds, ["message", "execute", "execute", "wasm", "reply"]);
    assert_eq!(
        attribute(&result, "reply", "_contract_address"),
        Some(stage.first.to_string())
    );
}

#[test]
fn always_replies_to_failure_and_undoes_the_submessage_only() {
    let mut stage = stage(&response(vec![], None));
    let second = stage.second.clone();
    let result = stage.play(call(&second, &failing()), "always", None);
    assert!(result.ok(), "{}", result.log);
    let reply = stage.reply().unwrap();
    assert_eq!(
        reply["result"]["error"],
        "on purpose: execute wasm contract failed"
    );
    assert!(stage.town.raw(&second, "last").is_empty(), "undone");
    assert!(!stage.town.raw(&stage.first, "last").is_empty(), "kept");
    assert_eq!(stage.data(&result), "own");
    let kinds: Vec<_> = result.events[3..].iter().map(|e| e.kind.as_str()).collect();
    assert_eq!(kinds, ["message", "execute", "reply"]);
}

#[test]
fn error_and_success_reply_to_their_side_only() {
    for (reply_on, fails, replied, ok) in [
        ("error", true, true, true),
        ("error", false, false, true),
        ("success", false, true, true),
        ("success", true, false, false),
    ] {
        let mut stage = stage(&response(vec![], None));
        let second = stage.second.clone();
        let inner = if fails {
            failing()
        } else {
            response(vec![], None)
        };
        let result = stage.play(call(&second, &inner), reply_on, None);
        assert_eq!(result.ok(), ok, "{reply_on} {fails}: {}", result.log);
        assert_eq!(stage.reply().is_some(), replied, "{reply_on} {fails}");
    }
}

#[test]
fn errors_of_the_chain_are_told_by_code_only() {
    let mut stage = stage(&response(vec![], None));
    let send = json!({"bank": {"send": {"to_address": stage.ada.name(), "amount": [{"denom": "ucredit", "amount": "5"}]}}});
    let result = stage.play(send, "error", None);
    assert!(result.ok(), "{}", result.log);
    assert_eq!(
        stage.reply().unwrap()["result"]["error"],
        "codespace: sdk, code: 5"
    );
    for message in [
        json!({"gov": {"vote": {"proposal_id": 1, "option": "yes"}}}),
        json!({"any": {"type_url": "/cosmos.bank.v1beta1.MsgSend", "value": ""}}),
        json!({"stargate": {"type_url": "/x", "value": ""}}),
        json!({"staking": {"delegate": {}}}),
        json!({"distribution": {"set_withdraw_address": {"address": "x"}}}),
        json!({"bank": {"burn": {"amount": []}}}),
    ] {
        let result = stage.play(message, "error", None);
        assert!(result.ok(), "{}", result.log);
        assert_eq!(
            stage.reply().unwrap()["result"]["error"],
            "codespace: wasm, code: 20"
        );
    }
    // what is no message to the chain, and one from a stranger
    for (message, code) in [
        (json!({"custom": {}}), "codespace: wasm, code: 10"),
        (json!({"custom": {"mint": {}}}), "codespace: wasm, code: 10"),
        (
            json!({"custom": {"cancel_upgrade": {}}}),
            "codespace: sdk, code: 4",
        ),
    ] {
        let result = stage.play(message, "error", None);
        assert!(result.ok(), "{}", result.log);
        assert_eq!(stage.reply().unwrap()["result"]["error"], code);
    }
}

#[test]
fn a_contract_migrates_what_it_administers_and_gives_it_away() {
    let mut stage = stage(&response(vec![], None));
    let (ada, first) = (stage.ada.clone(), stage.first.clone());
    // a third puppet, whose admin is the first
    let code = stage.town.store(&ada, &puppet::puppet());
    let made = stage.play(
        json!({"wasm": {"instantiate": {"admin": first.to_string(), "code_id": code, "msg": b64(puppet::NOTHING),
            "funds": [], "label": "third"}}}),
        "never",
        None,
    );
    let third = attribute_of_last(&made, "instantiate", "_contract_address");
    let migrate = json!({"wasm": {"migrate": {"contract_addr": third, "new_code_id": code, "msg": b64("{\"moved\":1}")}}});
    let result = stage.play(migrate.clone(), "always", None);
    assert!(result.ok(), "{}", result.log);
    assert_eq!(
        attribute(&result, "migrate", "code_id"),
        Some(code.to_string())
    );
    let told = stage.reply().unwrap();
    let answered = &told["result"]["ok"]["msg_responses"][0]["type_url"];
    assert_eq!(answered, "/cosmwasm.wasm.v1.MsgMigrateContractResponse");
    let address: AccountAddress = third.parse().unwrap();
    assert_eq!(stage.town.raw_text(&address, "last"), r#"{"moved":1}"#);
    assert_eq!(stage.town.history(&address).len(), 2);

    // the second is not its admin
    let second = stage.second.clone();
    let result = stage.play(
        call(
            &second,
            &response(vec![sub(migrate.clone(), "never", None)], None),
        ),
        "error",
        None,
    );
    assert!(result.ok(), "{}", result.log);
    assert_eq!(
        stage.reply().unwrap()["result"]["error"],
        "codespace: sdk, code: 4"
    );

    // until the first gives it away
    let update =
        json!({"wasm": {"update_admin": {"contract_addr": third, "admin": second.to_string()}}});
    let result = stage.play(update, "never", None);
    assert!(result.ok(), "{}", result.log);
    let inner = response(vec![sub(migrate, "never", None)], None);
    let result = stage.play(call(&second, &inner), "never", None);
    assert!(result.ok(), "{}", result.log);
    assert_eq!(stage.town.history(&address).len(), 3);

    // and the second to nobody
    let clear = json!({"wasm": {"clear_admin": {"contract_addr": third}}});
    let result = stage.play(clear.clone(), "error", None);
    assert!(result.ok(), "{}", result.log);
    assert_eq!(
        stage.reply().unwrap()["result"]["error"],
        "codespace: sdk, code: 4"
    );
    let inner = response(vec![sub(clear, "never", None)], None);
    let result = stage.play(call(&second, &inner), "never", None);
    assert!(result.ok(), "{}", result.log);
    assert_eq!(stage.town.admin(&address), "");
}

fn attribute_of_last(result: &TxResult, kind: &str, key: &str) -> String {
    let event = result.events.iter().rfind(|e| e.kind == kind).unwrap();
    let found = event.attributes.iter().find(|a| a.key == key);
    found.unwrap().value.clone()
}

#[test]
fn a_reply_that_fails_undoes_everything() {
    let mut stage = stage(&json!({"error": "no"}));
    let second = stage.second.clone();
    let result = stage.play(call(&second, &response(vec![], None)), "always", None);
    assert_eq!((result.codespace.as_str(), result.code), ("wasm", 5));
    assert_eq!(
        result.log,
        "failed to execute message; message index: 0: submessages: reply: no: execute wasm contract failed"
    );
    assert_eq!(stage.reply(), None);
    assert!(stage.town.raw(&second, "last").is_empty());
    assert!(stage.town.raw(&stage.first, "last").is_empty());
}

#[test]
fn a_gas_limit_stops_the_submessage_and_nothing_else() {
    let mut stage = stage(&response(vec![], None));
    let second = stage.second.clone();
    let result = stage.play(call(&second, &response(vec![], None)), "error", Some(5000));
    assert!(result.ok(), "{}", result.log);
    let reply = stage.reply().unwrap();
    assert_eq!(reply["result"]["error"], "codespace: sdk, code: 11");
    assert_eq!(reply["gas_used"], 5000);
    assert!(stage.town.raw(&second, "last").is_empty());
    let never = stage.play(call(&second, &response(vec![], None)), "never", Some(5000));
    assert_eq!(
        (never.codespace.as_str(), never.code),
        ("sdk", 11),
        "{}",
        never.log
    );
    assert!(never.gas_used < never.gas_wanted, "the rest is not used up");
    // a limit above what is left is no limit: the whole transaction runs out
    let inner = response(
        vec![sub(call(&stage.first, &json!({})), "always", None)],
        None,
    );
    let deep = response(
        vec![sub(call(&second, &inner), "always", Some(u64::MAX))],
        None,
    );
    let message = execute(&stage.ada, &stage.first, &deep.to_string());
    let tx = stage.town.sign_with(&stage.ada, vec![message], 40_000);
    let result = stage.town.submit(tx);
    assert_eq!(
        (result.codespace.as_str(), result.code),
        ("sdk", 11),
        "{}",
        result.log
    );
    assert_eq!(result.gas_used, 40_000);
}

#[test]
fn submessages_run_in_order_and_the_last_data_counts() {
    let mut stage = stage(&response(vec![], Some("replied")));
    let second = stage.second.clone();
    let messages = vec![
        sub(
            call(&second, &json!({"ok": {"data": b64("one")}})),
            "always",
            None,
        ),
        sub(
            call(&second, &json!({"ok": {"data": b64("two")}})),
            "never",
            None,
        ),
    ];
    let result = stage.tell(&response(messages, None));
    assert!(result.ok(), "{}", result.log);
    assert_eq!(stage.data(&result), "replied");
    assert_eq!(
        stage.town.raw_text(&second, "last"),
        json!({"ok": {"data": b64("two")}}).to_string()
    );
}

#[test]
fn a_contract_makes_another_and_calls_it_back() {
    let mut stage = stage(&response(vec![], None));
    let make = json!({"wasm": {"instantiate2": {"admin": null, "code_id": 1, "label": "child", "msg": b64(puppet::NOTHING),
        "funds": [], "salt": b64("x")}}});
    let result = stage.play(make, "always", None);
    assert!(result.ok(), "{}", result.log);
    let reply: cosmwasm_std::Reply = serde_json::from_value(stage.reply().unwrap()).unwrap();
    let response = reply.result.unwrap();
    let child = response.events[0].attributes[0].value.clone();
    assert_eq!(response.events[0].ty, "instantiate");
    let child: AccountAddress = child.parse().unwrap();
    assert!(!stage.town.raw(&child, "script").is_empty());
}

#[test]
fn nesting_is_bounded_before_the_machine_is() {
    // the reply sends a message to itself whose reply sends …
    let mut town = Town::new();
    let [ada, ..] = people();
    let code = town.store(&ada, &puppet::puppet());
    let address = {
        // the script names its own contract: the address of code 1, instance 1
        let (_, raw) =
            bech32::decode("wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d")
                .unwrap();
        AccountAddress::new(raw).unwrap()
    };
    let again = response(
        vec![
            json!({"id": 1, "msg": call(&address, &json!({"ok": {}})), "gas_limit": null, "reply_on": "always"}),
        ],
        None,
    );
    let contract = town.instantiate(&ada, code, &again.to_string());
    assert_eq!(contract, address);
    let tx = town.sign_with(
        &ada,
        vec![execute(&ada, &contract, &again.to_string())],
        20_000_000,
    );
    let result = town.submit(tx);
    assert_eq!(
        (result.codespace.as_str(), result.code),
        ("wasm", 30),
        "{}",
        &result.log[..200]
    );
    assert!(
        result.gas_used < 20_000_000,
        "the depth was the limit, not the gas"
    );
    assert_eq!(town.sequence(&ada.address), 3);
}

#[test]
fn what_a_reply_tells_is_paid_for() {
    let mut town = Town::new();
    let [ada, ..] = people();
    // hears replies and does not look at them
    let deaf = r#"(func (export "reply") (param i32 i32) (result i32) (i32.const 512))"#;
    let code = town.store(&ada, &puppet::with_body("(local.get $msg)", deaf));
    let first = town.instantiate(&ada, code, "{}");
    let code = town.store(&ada, &puppet::puppet());
    let second = town.instantiate(&ada, code, puppet::NOTHING);
    let mut gas = |reply_on, bytes| {
        let value = "x".repeat(bytes);
        let told = json!({"ok": {"attributes": [{"key": "k", "value": value}]}});
        let message = response(vec![sub(call(&second, &told), reply_on, None)], None);
        let message = execute(&ada, &first, &message.to_string());
        town.done(&ada, vec![message]).gas_used
    };
    let silent = gas("never", 10_001) - gas("never", 1);
    let heard = gas("always", 10_001) - gas("always", 1);
    assert!(heard - silent >= 10_000, "heard={heard} silent={silent}");
}
