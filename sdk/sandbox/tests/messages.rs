//! Submessages, replies and queries: each mode, with the state that is left.
//! Every rule holds natively and in Wasm.

mod support;

use serde_json::json;
use support::*;

fn each(test: impl Fn(Way)) {
    test(Way::Native);
    test(Way::Compiled);
}

#[test]
fn never_runs_and_does_not_reply_and_its_failure_fails_all() {
    each(|way| {
        let mut t = theatre(way, &[response(vec![], Some("replied")), nothing()]);
        let inner = nothing();
        let message = call(&t.puppets[1], &inner);
        let receipt = t
            .tell(&response(vec![sub(message, "never", None)], Some("own")))
            .unwrap();
        assert_eq!(receipt.data.unwrap().as_slice(), b"own");
        assert_eq!(
            (t.kept(0, "reply"), t.kept(1, "last")),
            (None, Some(inner.clone()))
        );
        let before = t.sandbox.state();
        let message = call(&t.puppets[1], &failing());
        let refusal = t
            .tell(&response(vec![sub(message, "never", None)], None))
            .unwrap_err();
        assert_eq!(
            refusal,
            "submessages: on purpose: execute wasm contract failed"
        );
        assert_eq!(t.sandbox.state(), before, "{way:?}");
    });
}

#[test]
fn always_replies_to_success_with_events_and_data() {
    each(|way| {
        let mut t = theatre(way, &[response(vec![], Some("replied")), nothing()]);
        let attributes = json!([{"key": "z", "value": "1"}, {"key": "a", "value": "2"}]);
        let inner = json!({"ok": {"messages": [], "attributes": attributes, "events": [], "data": b64("inner")}});
        let message = call(&t.puppets[1], &inner);
        let receipt = t
            .tell(&response(vec![sub(message, "always", None)], Some("own")))
            .unwrap();
        // the reply's data goes before one's own
        assert_eq!(receipt.data.unwrap().as_slice(), b"replied");
        let reply = t.kept(0, "reply").unwrap();
        assert_eq!(
            (&reply["id"], &reply["payload"]),
            (&json!(7), &json!(b64("note")))
        );
        let ok = &reply["result"]["ok"];
        assert_eq!(
            ok["msg_responses"][0]["type_url"],
            "/cosmwasm.wasm.v1.MsgExecuteContractResponse"
        );
        assert_eq!(ok["msg_responses"][0]["value"], b64("\u{a}\u{5}inner"));
        assert_eq!(ok["data"], b64("\u{a}\u{5}inner"));
        assert_eq!(
            (&ok["events"][0]["type"], &ok["events"][1]["type"]),
            (&json!("execute"), &json!("wasm"))
        );
        let keys: Vec<_> = ok["events"][1]["attributes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|a| a["key"].clone())
            .collect();
        assert_eq!(keys, ["_contract_address", "a", "z"]);
        let kinds: Vec<_> = receipt.events.iter().map(|e| e.ty.as_str()).collect();
        assert_eq!(kinds, ["execute", "execute", "wasm", "reply"]);
        assert_eq!(
            reply["gas_used"].as_u64().unwrap() > 0,
            way == Way::Compiled
        );
        assert_eq!(receipt.gas > 0, way == Way::Compiled);
    });
}

#[test]
fn a_reply_to_a_failure_undoes_the_submessage_only() {
    each(|way| {
        let mut t = theatre(way, &[nothing(), nothing(), nothing()]);
        // the callee calls another, which succeeds, before it fails itself
        let third = call(&t.puppets[2], &nothing());
        let deep = response(
            vec![
                sub(third, "never", None),
                sub(call(&t.puppets[2], &failing()), "never", None),
            ],
            None,
        );
        let message = call(&t.puppets[1], &deep);
        let told = response(vec![sub(message, "error", None)], Some("own"));
        let receipt = t.tell(&told).unwrap();
        assert_eq!(receipt.data.unwrap().as_slice(), b"own");
        // told of a direct callee's error only: this one came from further below
        assert_eq!(
            t.kept(0, "reply").unwrap()["result"]["error"],
            "codespace: wasm, code: 5"
        );
        assert_eq!(
            (t.kept(1, "last"), t.kept(2, "last")),
            (None, None),
            "undone"
        );
        assert_eq!(t.kept(0, "last"), Some(told), "kept");
        let kinds: Vec<_> = receipt.events.iter().map(|e| e.ty.as_str()).collect();
        assert_eq!(kinds, ["execute", "reply"]);
    });
}

#[test]
fn error_and_success_reply_to_their_side_only() {
    each(|way| {
        for (inner, reply_on, replies, runs) in [
            (nothing(), "error", false, true),
            (nothing(), "success", true, true),
            (failing(), "error", true, true),
            (failing(), "success", false, false),
        ] {
            let mut t = theatre(way, &[nothing(), nothing()]);
            let message = call(&t.puppets[1], &inner);
            let told = t.tell(&response(vec![sub(message, reply_on, None)], None));
            assert_eq!(told.is_ok(), runs, "{way:?} {reply_on} {inner}");
            assert_eq!(
                t.kept(0, "reply").is_some(),
                replies,
                "{way:?} {reply_on} {inner}"
            );
        }
    });
}

#[test]
fn a_failing_reply_fails_the_message_and_leaves_nothing() {
    each(|way| {
        let mut t = theatre(way, &[failing(), nothing()]);
        let before = t.sandbox.state();
        let message = call(&t.puppets[1], &nothing());
        let refusal = t
            .tell(&response(vec![sub(message, "always", None)], None))
            .unwrap_err();
        assert_eq!(
            refusal,
            "submessages: reply: on purpose: execute wasm contract failed"
        );
        assert_eq!(t.sandbox.state(), before);
    });
}

#[test]
fn a_submessage_stops_at_its_own_gas_limit() {
    let mut t = theatre(Way::Compiled, &[nothing(), nothing()]);
    let message = call(&t.puppets[1], &nothing());
    let told = response(vec![sub(message.clone(), "error", Some(3_000))], None);
    t.tell(&told).unwrap();
    assert_eq!(
        t.kept(0, "reply").unwrap()["result"]["error"],
        "codespace: sdk, code: 11"
    );
    assert_eq!(t.kept(1, "last"), None);
    // the message's own limit ends it all
    t.sandbox.set_gas_limit(12_000);
    let refusal = t
        .tell(&response(vec![sub(message, "error", None)], None))
        .unwrap_err();
    assert_eq!(refusal, "out of gas");
}

#[test]
fn contracts_make_contracts_and_a_failure_unmakes_them() {
    each(|way| {
        let mut t = theatre(way, &[response(vec![], Some("replied")), nothing()]);
        let code = t.puppet_code;
        let made = t.sandbox.predict(&t.puppets[0], code, "child").unwrap();
        let make = json!({"wasm": {"instantiate2": {"admin": null, "code_id": code, "label": "child",
            "msg": b64(&nothing().to_string()), "funds": [], "salt": b64("mycel/child")}}});
        let message = call(&made, &nothing());
        t.tell(&response(
            vec![
                sub(make.clone(), "always", None),
                sub(message, "never", None),
            ],
            None,
        ))
        .unwrap();
        assert!(t.sandbox.contracts().contains(&made));
        let ok = t.kept(0, "reply").unwrap()["result"]["ok"].clone();
        assert_eq!(
            ok["msg_responses"][0]["type_url"],
            "/cosmwasm.wasm.v1.MsgInstantiateContract2Response"
        );
        // the same address cannot be taken twice
        let again = t
            .tell(&response(vec![sub(make, "never", None)], None))
            .unwrap_err();
        assert!(again.contains("already exists"), "{again}");
        let before = t.sandbox.contracts();
        let classic = json!({"wasm": {"instantiate": {"admin": null, "code_id": code, "label": "x",
            "msg": b64(&nothing().to_string()), "funds": []}}});
        let failed = vec![
            sub(classic, "never", None),
            sub(call(&made, &failing()), "never", None),
        ];
        t.tell(&response(failed, None)).unwrap_err();
        assert_eq!(t.sandbox.contracts(), before);
    });
}

#[test]
fn coins_and_messages_that_the_chain_does_not_run_are_refused() {
    each(|way| {
        let mut t = theatre(way, &[nothing(), nothing()]);
        let bank = json!({"bank": {"send": {"to_address": t.ana, "amount": [{"denom": "x", "amount": "1"}]}}});
        let paid = json!({"wasm": {"execute": {"contract_addr": t.puppets[1], "msg": b64("{}"),
            "funds": [{"denom": "x", "amount": "1"}]}}});
        for (message, why) in [(bank, "bank: "), (paid, "nobody has coins")] {
            let refusal = t
                .tell(&response(vec![sub(message, "never", None)], None))
                .unwrap_err();
            assert!(refusal.contains(why), "{refusal}");
        }
        let nobody = call(&mycel_sandbox::address("nobody"), &nothing());
        let refusal = t
            .tell(&response(vec![sub(nobody, "never", None)], None))
            .unwrap_err();
        assert!(refusal.contains("no such contract"), "{refusal}");
    });
}

#[test]
fn messages_nest_500_deep_and_no_deeper() {
    each(|way| {
        let mut t = theatre(way, &[response(vec![], None)]);
        // a puppet whose reply calls itself with its own script for ever
        let me = t.puppets[0].clone();
        let endless = response(vec![sub(call(&me, &nothing()), "always", None)], None);
        let mut sandbox = t.sandbox.clone();
        let loops = sandbox
            .instantiate2(&t.ana, t.puppet_code, "loops", &endless)
            .unwrap();
        sandbox.set_gas_limit(u64::MAX);
        let refusal = sandbox.execute(&t.ana, &loops, &endless).unwrap_err();
        assert!(
            refusal.text.contains("max call depth exceeded"),
            "{}",
            &refusal.text[..200.min(refusal.text.len())]
        );
        t.tell(&nothing()).unwrap();
    });
}

#[test]
fn queries_reach_other_contracts_their_raw_state_and_the_chain() {
    each(|way| {
        let mut t = theatre(way, &[nothing(), nothing()]);
        let ask = |t: &mut Theatre, question: serde_json::Value| -> serde_json::Value {
            t.sandbox
                .execute(&t.ana.clone(), &t.asker.clone(), &question)
                .unwrap();
            let raw = t.sandbox.raw(&t.asker, b"answer").unwrap();
            serde_json::from_slice(&raw).unwrap()
        };
        let puppet = t.puppets[0].clone();
        let smart = |msg: serde_json::Value| json!({"wasm": {"smart": {"contract_addr": puppet, "msg": b64(&msg.to_string())}}});
        let answer = ask(&mut t, smart(json!({"ok": b64("\"hi\"")})));
        assert_eq!(answer, json!({"ok": {"ok": b64("\"hi\"")}}));
        let answer = ask(&mut t, smart(json!({"error": "no"})));
        assert_eq!(
            answer,
            json!({"ok": {"error": "no: query wasm contract failed"}})
        );
        let raw = ask(
            &mut t,
            json!({"wasm": {"raw": {"contract_addr": puppet, "key": b64("script")}}}),
        );
        assert_eq!(raw, json!({"ok": {"ok": b64(&nothing().to_string())}}));
        let none = ask(
            &mut t,
            json!({"wasm": {"raw": {"contract_addr": puppet, "key": b64("x")}}}),
        );
        assert_eq!(none, json!({"ok": {"ok": ""}}));
        let nobody = ask(
            &mut t,
            json!({"wasm": {"smart": {"contract_addr": "x", "msg": b64("{}")}}}),
        );
        assert_eq!(
            nobody,
            json!({"error": {"no_such_contract": {"addr": "x"}}})
        );
        let unknown = ask(&mut t, json!({"staking": {"bonded_denom": {}}}));
        assert_eq!(
            unknown,
            json!({"error": {"unsupported_request": {"kind": "staking"}}})
        );
        let asker = t.asker.clone();
        let range = ask(
            &mut t,
            json!({"wasm": {"raw_range": {"contract_addr": asker, "start": null, "end": null,
            "limit": 1, "order": "ascending"}}}),
        );
        assert!(range["ok"]["ok"].is_string(), "{range}");
        let ana = t.ana.clone();
        let class = ask(&mut t, json!({"custom": {"allowance": {"address": ana}}}));
        assert!(class["ok"]["ok"].is_string(), "{class}");
        let beacon = ask(&mut t, json!({"custom": {"beacon": {"round": "1"}}}));
        assert!(
            beacon["ok"]["error"]
                .as_str()
                .unwrap()
                .starts_with("not yet"),
            "{beacon}"
        );
        let odd = ask(&mut t, json!([1]));
        assert!(odd["error"]["invalid_request"].is_object(), "{odd}");
    });
}

#[test]
fn queries_nest_ten_deep_and_no_deeper() {
    // only native: the asker in Wasm answers no queries
    let t = theatre(Way::Native, &[nothing()]);
    let mut question =
        json!({"wasm": {"smart": {"contract_addr": t.puppets[0], "msg": b64("{\"ok\":\"\"}")}}});
    let mut deepest = 0;
    for depth in 1..15 {
        let answer = t
            .sandbox
            .query_raw(&t.asker, question.to_string().as_bytes())
            .unwrap();
        if !unwrapped(&answer).contains("code: 27") {
            deepest = depth;
        }
        question = json!({"wasm": {"smart": {"contract_addr": t.asker, "msg": b64(&question.to_string())}}});
    }
    // the question from outside is the first of ten
    assert_eq!(deepest, 9);
}

/// Peels the answers inside answers.
fn unwrapped(answer: &[u8]) -> String {
    let text = String::from_utf8(answer.to_vec()).unwrap();
    let inner = serde_json::from_slice::<serde_json::Value>(answer).ok();
    let inner = inner.and_then(|v| v["ok"]["ok"].as_str().map(str::to_owned));
    match inner.and_then(|b| cosmwasm_std::Binary::from_base64(&b).ok()) {
        Some(inner) if !inner.is_empty() => unwrapped(&inner),
        _ => text,
    }
}

#[test]
fn only_the_admin_migrates() {
    each(|way| {
        let mut t = theatre(way, &[nothing()]);
        let (ana, puppet, code) = (t.ana.clone(), t.puppets[0].clone(), t.puppet_code);
        t.sandbox
            .migrate(&ana, &puppet, code, &json!({"new": 1}))
            .unwrap();
        assert_eq!(t.kept(0, "last"), Some(json!({"new": 1})));
        let ben = mycel_sandbox::address("ben");
        let refusal = t
            .sandbox
            .migrate(&ben, &puppet, code, &json!({}))
            .unwrap_err();
        assert_eq!(refusal.text, "can not migrate: unauthorized");
        assert!(t.sandbox.migrate(&ana, &puppet, 99, &json!({})).is_err());
    });
}
