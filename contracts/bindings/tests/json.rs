//! The JSON by which contracts and chain understand each other, pinned: a deployed contract cannot be recompiled.
#![forbid(unsafe_code)]
use cosmwasm_std::{Binary, CosmosMsg, QueryRequest, Uint64, to_json_string};
use mycel_bindings::*;

fn says(msg: MycelMsg, json: &str) {
    let sent = to_json_string(&CosmosMsg::Custom(msg.clone())).unwrap();
    assert_eq!(sent, format!(r#"{{"custom":{json}}}"#));
    assert_eq!(serde_json::from_str::<MycelMsg>(json).unwrap(), msg);
}

fn asks(query: MycelQuery, json: &str) {
    let sent = to_json_string(&QueryRequest::from(query.clone())).unwrap();
    assert_eq!(sent, format!(r#"{{"custom":{json}}}"#));
    assert_eq!(serde_json::from_str::<MycelQuery>(json).unwrap(), query);
}

#[test]
fn messages_have_the_json_that_deployed_contracts_send() {
    says(
        MycelMsg::SetAllowanceClass {
            address: "mycel1a".into(),
            class: Some("member".into()),
        },
        r#"{"set_allowance_class":{"address":"mycel1a","class":"member"}}"#,
    );
    says(
        MycelMsg::SetAllowanceClass {
            address: "mycel1a".into(),
            class: None,
        },
        r#"{"set_allowance_class":{"address":"mycel1a","class":null}}"#,
    );
    says(
        MycelMsg::UpdateValidators {
            updates: vec![ValidatorUpdate {
                pub_key: Binary::from([1, 2, 3]),
                power: Uint64::new(5),
            }],
        },
        r#"{"update_validators":{"updates":[{"pub_key":"AQID","power":"5"}]}}"#,
    );
    says(
        MycelMsg::SetParams {
            changes: Box::new(ParamChanges {
                block_max_gas: Some(Uint64::new(7)),
                classes: vec![ClassChange {
                    name: "member".into(),
                    class: None,
                }],
                ..Default::default()
            }),
        },
        r#"{"set_params":{"changes":{"block_max_gas":"7","classes":[{"name":"member","class":null}]}}}"#,
    );
    says(
        MycelMsg::SetContractQuota {
            contract: "mycel1c".into(),
            bytes: Some(Uint64::new(9)),
        },
        r#"{"set_contract_quota":{"contract":"mycel1c","bytes":"9"}}"#,
    );
    says(
        MycelMsg::ScheduleUpgrade {
            height: Uint64::new(100),
            name: "v2".into(),
        },
        r#"{"schedule_upgrade":{"height":"100","name":"v2"}}"#,
    );
    says(MycelMsg::CancelUpgrade {}, r#"{"cancel_upgrade":{}}"#);
    says(
        MycelMsg::RegisterVk {
            id: "trust".into(),
            vk: Binary::from([0]),
            ceremony: Some(Binary::from([1])),
            development: true,
        },
        r#"{"register_vk":{"id":"trust","vk":"AA==","ceremony":"AQ==","development":true}}"#,
    );
    let short = r#"{"register_vk":{"id":"trust","vk":"AA=="}}"#;
    assert!(serde_json::from_str::<MycelMsg>(short).is_ok());
    says(
        MycelMsg::Publish {
            key: Binary::from([7]),
            value: Binary::from([1, 2, 3]),
        },
        r#"{"publish":{"key":"Bw==","value":"AQID"}}"#,
    );
    for (msg, name) in [
        (
            MycelMsg::SubscribeEndBlock {
                contract: "c".into(),
            },
            "subscribe_end_block",
        ),
        (
            MycelMsg::UnsubscribeEndBlock {
                contract: "c".into(),
            },
            "unsubscribe_end_block",
        ),
        (
            MycelMsg::ResumeEndBlock {
                contract: "c".into(),
            },
            "resume_end_block",
        ),
    ] {
        says(msg, &format!(r#"{{"{name}":{{"contract":"c"}}}}"#));
    }
    assert_eq!(
        to_json_string(&SudoMsg::EndBlock {}).unwrap(),
        r#"{"end_block":{}}"#
    );
}

#[test]
fn questions_have_the_json_that_deployed_contracts_send() {
    asks(
        MycelQuery::Allowance {
            address: "mycel1a".into(),
        },
        r#"{"allowance":{"address":"mycel1a"}}"#,
    );
    asks(MycelQuery::Validators {}, r#"{"validators":{}}"#);
    asks(MycelQuery::Params {}, r#"{"params":{}}"#);
    asks(MycelQuery::Upgrade {}, r#"{"upgrade":{}}"#);
    asks(
        MycelQuery::Beacon {
            round: Uint64::new(991),
        },
        r#"{"beacon":{"round":"991"}}"#,
    );
    asks(
        MycelQuery::Groth16Verify {
            vk: "trust".into(),
            proof: Binary::from([1]),
            public_inputs: vec![Binary::from([2])],
        },
        r#"{"groth16_verify":{"vk":"trust","proof":"AQ==","public_inputs":["Ag=="]}}"#,
    );
    asks(
        MycelQuery::VerifyingKey { id: "fold".into() },
        r#"{"verifying_key":{"id":"fold"}}"#,
    );
    asks(
        MycelQuery::Poseidon {
            batches: vec![vec![Binary::from([2])]],
        },
        r#"{"poseidon":{"batches":[["Ag=="]]}}"#,
    );
}

#[test]
fn messages_refuse_what_they_do_not_know_and_answers_ignore_it() {
    let typo = r#"{"set_params":{"changes":{"block_max_gass":"7"}}}"#;
    assert!(serde_json::from_str::<MycelMsg>(typo).is_err());
    let newer =
        r#"{"subscribed":true,"failures":0,"suspended":false,"a_field_of_a_later_version":1}"#;
    assert!(serde_json::from_str::<EndBlockResponse>(newer).is_ok());
}
