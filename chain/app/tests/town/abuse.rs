//! What an authority, a subscriber or a stranger could say to stop a chain or to slip through, and why it does not.
use cosmos_sdk_proto::cosmwasm::wasm::v1 as wasm;
use mycel_bindings::{
    AllowanceClass, ClassChange, GasPriceChanges, MycelMsg, MycelQuery, ParamChanges,
    ValidatorUpdate,
};
use mycel_types::{Params, TxResult};
use serde_json::json;

use crate::{
    puppet,
    stage::{Stage, earnest, saying},
    town::{any, execute},
};

fn set_params(changes: ParamChanges) -> MycelMsg {
    MycelMsg::SetParams {
        changes: Box::new(changes),
    }
}

fn class(name: &str, capacity: u64, rate: u64) -> ClassChange {
    ClassChange {
        name: name.into(),
        class: Some(AllowanceClass {
            capacity: capacity.into(),
            rate: rate.into(),
            may_store_code: false,
        }),
    }
}

/// All prices at so many times their usual height.
fn times(n: u64) -> GasPriceChanges {
    let usual = Params::default().gas;
    macro_rules! all {
        ($($name:ident)+) => { GasPriceChanges { $($name: Some((usual.$name * n).into()),)+ } };
    }
    all!(read read_byte write write_byte delete next tx_byte signature store_code_byte store_code_function instance
        groth16 groth16_input poseidon poseidon_cell)
}

impl Stage {
    /// Says something to the chain with as much gas as a transaction may have.
    fn tell_with_all_gas(&mut self, message: MycelMsg) -> TxResult {
        let gas = self.town.chain.base().params.tx_max_gas;
        let said = execute(&self.ada, &self.assembly, &saying(vec![message]));
        let tx = self.town.sign_with(&self.ada, vec![said], gas);
        self.town.submit(tx)
    }
}

#[test]
fn at_any_price_the_parameters_can_be_set_back() {
    let mut stage = Stage::new();
    let many = (0..63).map(|n| class(&format!("{n:032}"), 1, 1)).collect();
    stage.decide(set_params(ParamChanges {
        classes: many,
        ..Default::default()
    }));
    let dear = |tx_max_gas: u64| {
        set_params(ParamChanges {
            gas: Some(times(10)),
            tx_max_gas: Some(tx_max_gas.into()),
            ..Default::default()
        })
    };
    let back = || {
        set_params(ParamChanges {
            gas: Some(times(1)),
            ..Default::default()
        })
    };
    // the least gas of a transaction grows with the dearest price
    let mut one = times(1);
    one.delete = Some(10_000u64.into());
    let one = set_params(ParamChanges {
        gas: Some(one),
        tx_max_gas: Some(1_000_000u64.into()),
        ..Default::default()
    });
    for message in [dear(1_000_000), dear(9_999_999), one] {
        let result = stage.tell(&stage.assembly.clone(), vec![message]);
        if result.ok() {
            let result = stage.tell_with_all_gas(back());
            panic!("accepted, and set back: {} {}", result.ok(), result.log);
        }
        assert!(result.log.contains("tx_max_gas"), "{}", result.log);
    }
    stage.decide(dear(10_000_000));
    let result = stage.tell_with_all_gas(back());
    assert!(result.ok(), "{}", result.log);
    stage.replay();
}

#[test]
fn a_class_that_can_act_is_left() {
    for params in [earnest(), Params::development()] {
        let name = params.classes.keys().next().unwrap().clone();
        let mut stage = Stage::with(params);
        let gone = || ClassChange {
            name: name.clone(),
            class: None,
        };
        let change = |classes: Vec<ClassChange>| {
            set_params(ParamChanges {
                classes,
                default_class: Some(String::new()),
                ..Default::default()
            })
        };
        let rich = 50_000_000;
        for classes in [
            vec![gone()],
            vec![class(&name, 0, 1000)],
            vec![class(&name, 999_999, 1000)],
            vec![class(&name, rich, 0)],
            // nobody is in a class that is new
            vec![gone(), class("gold", rich, 1000)],
        ] {
            let result = stage.refused(change(classes));
            assert_eq!((result.codespace.as_str(), result.code), ("sdk", 18));
            assert!(result.log.contains("class"), "{}", result.log);
        }
        // nor in two steps of one block
        let steps = vec![
            change(vec![class("gold", rich, 1000)]),
            change(vec![gone()]),
        ];
        assert!(!stage.tell(&stage.assembly.clone(), steps).ok());
        stage.decide(change(vec![class("gold", rich, 1000)]));
        stage.replay();
    }
}

#[test]
fn the_assembly_is_not_shut_in_by_a_quota() {
    let mut stage = Stage::new();
    let quota = |bytes: Option<u64>| MycelMsg::SetContractQuota {
        contract: stage.assembly.to_string(),
        bytes: bytes.map(Into::into),
    };
    let (none, own) = (quota(Some(0)), quota(None));
    stage.decide(none);
    // what it keeps of this message is longer than of the last one
    let change = set_params(ParamChanges {
        memo_max_bytes: Some(1000u64.into()),
        contract_quota_bytes: Some((1u64 << 20).into()),
        gas: Some(times(1)),
        ..Default::default()
    });
    stage.decide(change);
    stage.decide(own);
    // who is no assembly any more has a quota as anybody else
    let (old, new) = (stage.assembly.clone(), stage.stranger.clone());
    stage.decide(MycelMsg::SetContractQuota {
        contract: old.to_string(),
        bytes: Some(0u64.into()),
    });
    stage.decide(set_params(ParamChanges {
        assembly_authority: Some(new.to_string()),
        ..Default::default()
    }));
    let long = format!("{}{}", puppet::NOTHING, " ".repeat(2000));
    let result = stage
        .town
        .run(&stage.ada.clone(), vec![execute(&stage.ada, &old, &long)]);
    assert_eq!((result.codespace.as_str(), result.code), ("mycel", 4));
    stage.replay();
}

#[test]
fn blocks_stay_of_a_size_that_travels() {
    let mut stage = Stage::new();
    let sized = |bytes: u64| {
        set_params(ParamChanges {
            block_max_bytes: Some(bytes.into()),
            tx_max_bytes: Some((100u64 << 10).into()),
            ..Default::default()
        })
    };
    // value sync carries 8 MiB; CometBFT wants room for 1 MiB of evidence
    for bytes in [(8 << 20) + 1, (1 << 20) - 1] {
        let result = stage.refused(sized(bytes));
        assert!(result.log.contains("block_max_bytes"), "{}", result.log);
    }
    stage.decide(sized(8 << 20));
    stage.decide(sized(1 << 20));
}

#[test]
fn a_key_with_which_everybody_can_sign_is_no_validators() {
    let mut stage = Stage::new();
    let with = |pub_key: [u8; 32]| MycelMsg::UpdateValidators {
        updates: vec![ValidatorUpdate {
            pub_key: pub_key.to_vec().into(),
            power: 1u64.into(),
        }],
    };
    // points of small order: the neutral element, zeros as a careless hand leaves them, and one of order 2
    let mut one = [0; 32];
    one[0] = 1;
    let mut minus_one = [0xff; 32];
    (minus_one[0], minus_one[31]) = (0xec, 0x7f);
    for key in [one, [0; 32], minus_one] {
        let forged = ed25519_consensus::Signature::from({
            let mut bytes = [0; 64];
            bytes[0] = 1;
            bytes
        });
        let known = ed25519_consensus::VerificationKey::try_from(key).unwrap();
        assert!(known.verify(&forged, b"anything").is_ok());
        let result = stage.refused(with(key));
        assert_eq!((result.codespace.as_str(), result.code), ("sdk", 8));
    }
}

/// One decision of each kind that leaves something.
fn decisions(stage: &Stage) -> Vec<MycelMsg> {
    let key = mycel_engine::development::keys(1)[0].verification_key();
    vec![
        MycelMsg::UpdateValidators {
            updates: vec![ValidatorUpdate {
                pub_key: key.to_bytes().to_vec().into(),
                power: 11u64.into(),
            }],
        },
        set_params(ParamChanges {
            memo_max_bytes: Some(777u64.into()),
            ..Default::default()
        }),
        MycelMsg::SetContractQuota {
            contract: stage.stranger.to_string(),
            bytes: Some(5u64.into()),
        },
        MycelMsg::ScheduleUpgrade {
            height: 1000u64.into(),
            name: "v2".into(),
        },
    ]
}

#[test]
fn decisions_of_a_submessage_that_fails_leave_nothing() {
    let mut stage = Stage::new();
    let ada = stage.ada.clone();
    let id = stage.town.store(&ada, &puppet::ticker(1));
    let ticker = stage.town.instantiate(&ada, id, puppet::NOTHING);
    let mut inner = decisions(&stage);
    inner.push(MycelMsg::SubscribeEndBlock {
        contract: ticker.to_string(),
    });
    // the last one fails, and the assembly hears of it and goes on
    let outer = |inner: Vec<MycelMsg>| {
        let msg = cosmwasm_std::Binary::from(saying(inner).into_bytes());
        let again = json!({"wasm": {"execute":
            {"contract_addr": stage.assembly.to_string(), "msg": msg, "funds": []}}});
        json!({"ok": {"messages": [{"id": 1, "msg": again, "gas_limit": null, "reply_on": "error"}]}})
            .to_string()
    };
    let mut bad = inner.clone();
    bad.push(MycelMsg::CancelUpgrade {});
    bad.push(MycelMsg::CancelUpgrade {});
    let (bad, good) = (outer(bad), outer(inner));
    let assembly = stage.assembly.clone();
    let result = stage.town.done(&ada, vec![execute(&ada, &assembly, &bad)]);
    let kinds: Vec<_> = result.events.iter().map(|e| e.kind.as_str()).collect();
    assert!(kinds.contains(&"reply"), "{kinds:?}");
    let told = [
        "update_validator",
        "set_params",
        "set_contract_quota",
        "schedule_upgrade",
        "cancel_upgrade",
        "subscribe_end_block",
    ];
    assert!(kinds.iter().all(|k| !told.contains(k)), "{kinds:?}");
    let height = stage.town.chain.height();
    let outcome = stage.town.chain.outcome(height).unwrap();
    assert!(outcome.validators.is_empty());
    assert_eq!(outcome.params, None);
    let stranger = stage.stranger.to_string();
    let ask = MycelQuery::ContractBytes { contract: stranger };
    assert_eq!(
        stage.asked(&ask).unwrap()["quota"],
        (256u64 << 20).to_string()
    );
    assert!(stage.asked(&MycelQuery::Upgrade {}).unwrap()["height"].is_null());
    let ask = MycelQuery::EndBlock {
        contract: ticker.to_string(),
    };
    assert_eq!(stage.asked(&ask).unwrap()["subscribed"], false);
    // not even the day's measure of changed power: all of it can be changed again
    let result = stage.town.done(&ada, vec![execute(&ada, &assembly, &good)]);
    let kinds: Vec<_> = result.events.iter().map(|e| e.kind.as_str()).collect();
    assert!(told.iter().filter(|k| kinds.contains(k)).count() == told.len() - 1);
    stage.replay();
}

#[test]
fn nobody_reaches_sudo_or_the_chain_from_outside() {
    let mut stage = Stage::new();
    let ada = stage.ada.clone();
    let id = stage.town.store(&ada, &puppet::ticker(1));
    let ticker = stage.town.instantiate(&ada, id, puppet::NOTHING);
    let sudo = any(
        "/cosmwasm.wasm.v1.MsgSudoContract",
        &wasm::MsgSudoContract {
            authority: ada.name(),
            contract: ticker.to_string(),
            msg: br#"{"end_block":{}}"#.to_vec(),
        },
    );
    let checked = stage.town.check(&stage.town.sign(&ada, vec![sudo.clone()]));
    assert_eq!((checked.codespace.as_str(), checked.code), ("mycel", 2));
    for url in ["/mycel.v1.Msg", "/mycel.v1.MsgSetParams"] {
        let mut message = sudo.clone();
        message.type_url = url.into();
        let checked = stage.town.check(&stage.town.sign(&ada, vec![message]));
        assert_eq!((checked.codespace.as_str(), checked.code), ("sdk", 6));
    }
    // nor through a contract, be it the assembly
    let inner = json!({"contract_addr": ticker.to_string(), "msg": "eyJlbmRfYmxvY2siOnt9fQ=="});
    let script = json!({"ok": {"messages": [
        {"id": 0, "msg": {"wasm": {"sudo": inner}}, "gas_limit": null, "reply_on": "never"}]}});
    let said = execute(&ada, &stage.assembly, &script.to_string());
    let result = stage.town.run(&ada, vec![said]);
    assert_eq!((result.codespace.as_str(), result.code), ("wasm", 10));
    assert!(stage.town.raw(&ticker, "last").is_empty());
}

#[test]
fn odd_messages_are_their_senders_fault() {
    let mut stage = Stage::new();
    let (ada, assembly) = (stage.ada.clone(), stage.assembly.clone());
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for custom in [
        "null",
        "[]",
        "\"cancel_upgrade\"",
        "{}",
        r#"{"cancel_upgrade":null}"#,
        r#"{"cancel_upgrade":{"now":true}}"#,
        r#"{"cancel_upgrade":{},"set_params":{"changes":{}}}"#,
        r#"{"schedule_upgrade":{"height":1000,"name":"v2"}}"#,
        r#"{"schedule_upgrade":{"height":"-1","name":"v2"}}"#,
        r#"{"schedule_upgrade":{"height":"18446744073709551616","name":"v2"}}"#,
        r#"{"set_params":{"changes":{"tx_max_gas":"1e7"}}}"#,
        r#"{"set_params":{"changes":{"gas":{"reads":"1"}}}}"#,
        r#"{"update_validators":{"updates":[{"pub_key":"not base64","power":"1"}]}}"#,
        &deep,
    ] {
        let script = format!(
            r#"{{"ok":{{"messages":[{{"id":0,"msg":{{"custom":{custom}}},"gas_limit":null,"reply_on":"never"}}]}}}}"#
        );
        let result = stage
            .town
            .run(&ada, vec![execute(&ada, &assembly, &script)]);
        assert!(!result.ok(), "{custom}");
        assert_eq!(result.codespace, "wasm", "{custom}: {}", result.log);
    }
    stage.replay();
}
