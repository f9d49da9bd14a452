//! How the contract begins, and what of it can change.

use std::collections::BTreeSet;
use std::marker::PhantomData;

use cosmwasm_std::testing::{MockApi, MockQuerier, MockStorage, message_info, mock_env};
use cosmwasm_std::{HexBinary, OwnedDeps};
use mycel_bindings::MycelQuery;
use mycel_mailbox::tag;
use mycel_sandbox::{Code, Sandbox, Verifier, address};
use mycel_trust::contract;
use mycel_trust::error::ContractError;
use mycel_trust::parameters::ParametersResponse;
use mycel_trust::proofs::Circuit;
use mycel_trust::times::Times;
use serde_json::{Value, json};

use crate::world::{BEGIN, TIMES, World, bytes, native, told};

/// What refuses a contract that is begun so.
fn refused(development: bool, change: impl FnOnce(&mut Value)) -> Result<(), String> {
    let mut sandbox = Sandbox::new(BEGIN);
    sandbox.set_development(true);
    sandbox.set_verifier(Verifier::Mock);
    let digests = Circuit::ALL.map(|circuit| {
        sandbox
            .register_mock_key(circuit.name(), circuit.inputs())
            .expect("a key")
    });
    sandbox.register_mock_key("other", 6).expect("a key");
    sandbox.set_development(development);
    let assembly = address("assembly");
    let mut msg = told(&sandbox, &assembly, &address("members"), &digests);
    change(&mut msg);
    let code = sandbox.store(Code::native(native()));
    sandbox
        .instantiate2(&assembly, code, "trust", &msg)
        .map(|_| ())
        .map_err(|why| why.text)
}

#[test]
fn verifying_keys_are_those_that_the_chain_keeps() {
    assert_eq!(refused(true, |_| ()), Ok(()));
    let why = refused(true, |msg| {
        msg["keys"]["fold"]["digest"] = json!(HexBinary::from([7; 32]));
    });
    let why = why.expect_err("refused");
    assert!(why.contains("verifying key refused: circuit=fold"), "{why}");
    let why = refused(true, |msg| {
        let member = msg["keys"]["member"].clone();
        msg["keys"]["show"] = member;
    });
    let why = why.expect_err("refused");
    assert!(
        why.contains("circuit=show it has another number of inputs"),
        "{why}"
    );
    let why = refused(true, |msg| msg["keys"]["attest"]["id"] = json!("nobody"));
    let why = why.expect_err("refused");
    assert!(why.contains("chain did not answer"), "{why}");
}

#[test]
fn outside_development_times_and_keys_are_the_real_ones() {
    let why = refused(false, |_| ()).expect_err("refused");
    assert!(why.contains("development only: development: true"), "{why}");
    let why = refused(false, |msg| msg["development"] = json!(false));
    let why = why.expect_err("refused");
    assert!(why.contains("development only: times"), "{why}");
    let why = refused(false, |msg| {
        msg["development"] = json!(false);
        msg["times"] = Value::Null;
    });
    let why = why.expect_err("refused");
    assert!(why.contains("it is one for development"), "{why}");
}

#[test]
fn a_chain_that_does_not_say_what_it_is_is_no_development_network() {
    let sandbox = Sandbox::new(BEGIN);
    let assembly = address("assembly");
    let msg = told(&sandbox, &assembly, &address("members"), &[[0; 32]; 4]);
    let msg = serde_json::from_value(msg).expect("a message");
    let info = message_info(&assembly, &[]);
    // its querier answers no question of ours
    let mut deps = OwnedDeps {
        storage: MockStorage::default(),
        api: MockApi::default().with_prefix("mycel"),
        querier: MockQuerier::<MycelQuery>::new(&[]),
        custom_query_type: PhantomData,
    };
    let why = contract::instantiate(deps.as_mut(), mock_env(), info, msg).expect_err("refused");
    let ContractError::DevelopmentOnly { what } = why else {
        panic!("{why}");
    };
    assert_eq!(what, "development: true");
}

#[test]
fn what_is_fixed_is_told_and_cannot_be_changed() {
    let mut world = World::new();
    let told: ParametersResponse = world.query(&json!({"parameters": {}}));
    assert_eq!((told.times, told.begun.0), (TIMES, BEGIN));
    let instance = tag::instance(world.sandbox_chain(), world.trust.as_str());
    assert_eq!(bytes(&told.instance), instance);
    assert_eq!(told.keys.show.id, "show");
    for bad in [
        json!({"times": Times::default()}),
        json!({"keys": told.keys}),
        json!({"development": false}),
    ] {
        let why = world.decided("constitutional", &json!({"set_parameters": bad}));
        assert!(why.expect_err("refused").text.contains("unknown field"));
    }
    let numbers = json!({"set_parameters": {"numbers": {"reset_seconds": 5}}});
    assert!(world.decided("ordinary", &numbers).is_err());
    world.decided("constitutional", &numbers).expect("changed");
    let told: ParametersResponse = world.query(&json!({"parameters": {}}));
    assert_eq!(told.numbers.reset_seconds, 5);
    let far = json!({"set_parameters": {"numbers": {"reset_seconds": 365 * 86_400 + 1}}});
    let why = world.decided("constitutional", &far).expect_err("refused");
    assert!(why.text.contains("out of bounds: reset_seconds"));
}

#[test]
fn every_refusal_has_a_number_and_a_phrase_of_its_own() {
    let (mut codes, mut phrases) = (BTreeSet::new(), BTreeSet::new());
    for kind in mycel_trust::error::kinds().into_iter().flatten() {
        assert!(codes.insert(kind.code), "{kind:?}");
        assert!(phrases.insert(kind.phrase), "{kind:?}");
    }
    let refused = mycel_trust::error::ContractError::Proof { circuit: "fold" };
    assert_eq!(refused.code(), 19);
}

#[test]
fn no_message_has_a_field_for_a_public_input_that_the_contract_knows() {
    let schema = mycel_trust::schema::schema().expect("a schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    // what provers would like to say: all of it is the contract's
    for variant in schema["execute"]["oneOf"].as_array().expect("messages") {
        let text = variant["properties"].to_string();
        for input in [
            "root",
            "period",
            "cutoff",
            "subject",
            "scope",
            "signal",
            "head",
            "folded_head",
            "state",
            "weight",
        ] {
            assert!(
                !text.contains(&format!("\"{input}\":{{")),
                "{input}: {text}"
            );
        }
    }
}
