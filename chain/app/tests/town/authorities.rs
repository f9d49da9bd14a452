//! Who may say what to the chain, and when it holds.
use mycel_bindings::{
    AllowanceClass, ClassChange, GasPriceChanges, MycelMsg, MycelQuery, ParamChanges,
};
use mycel_types::{AccountAddress, Params};
use serde_json::json;

use crate::{
    stage::{Stage, earnest, saying},
    town::{Person, Town, attribute, execute, people, send},
};

fn set_params(changes: ParamChanges) -> MycelMsg {
    MycelMsg::SetParams {
        changes: Box::new(changes),
    }
}

fn changes() -> ParamChanges {
    ParamChanges::default()
}

/// One message of each kind that the assembly may send.
fn of_assembly(contract: &AccountAddress) -> Vec<MycelMsg> {
    let contract = contract.to_string();
    vec![
        MycelMsg::UpdateValidators { updates: vec![] },
        set_params(changes()),
        MycelMsg::SetContractQuota {
            contract: contract.clone(),
            bytes: Some(5u64.into()),
        },
        MycelMsg::ScheduleUpgrade {
            height: 1000u64.into(),
            name: "v2".into(),
        },
        MycelMsg::CancelUpgrade {},
        MycelMsg::RegisterVk {
            id: "a".into(),
            vk: vec![1].into(),
            ceremony: None,
            development: true,
        },
        MycelMsg::SubscribeEndBlock {
            contract: contract.clone(),
        },
        MycelMsg::UnsubscribeEndBlock {
            contract: contract.clone(),
        },
        MycelMsg::ResumeEndBlock { contract },
    ]
}

fn of_members(whose: &Person) -> MycelMsg {
    MycelMsg::SetAllowanceClass {
        address: whose.name(),
        class: Some("developer".into()),
    }
}

#[test]
fn each_message_is_refused_from_anybody_but_its_authority() {
    let mut stage = Stage::new();
    let [_, ben, _] = people();
    let (members, assembly, stranger) = (
        stage.members.clone(),
        stage.assembly.clone(),
        stage.stranger.clone(),
    );
    for (who, message) in [(&stranger, of_members(&ben)), (&assembly, of_members(&ben))] {
        let result = stage.tell(who, vec![message]);
        assert_eq!((result.codespace.as_str(), result.code), ("sdk", 4));
        assert!(result.log.contains("set_allowance_class"), "{}", result.log);
        assert!(
            result
                .log
                .contains(&format!("authorities.members={members}"))
        );
    }
    for message in of_assembly(&stranger) {
        for who in [&stranger, &members] {
            let result = stage.tell(who, vec![message.clone()]);
            assert_eq!(
                (result.codespace.as_str(), result.code),
                ("sdk", 4),
                "{message:?}"
            );
        }
    }
    // a person with a key is no authority either, and the chain knows no such transaction
    stage.replay();
}

#[test]
fn without_an_authority_nobody_decides() {
    let mut town = Town::new();
    let [ada, ..] = people();
    let code = town.store(&ada, &crate::puppet::puppet());
    let puppet = town.instantiate(&ada, code, crate::puppet::NOTHING);
    let mut all = of_assembly(&puppet);
    all.push(of_members(&ada));
    for message in all {
        let result = town.run(&ada, vec![execute(&ada, &puppet, &saying(vec![message]))]);
        assert_eq!((result.codespace.as_str(), result.code), ("sdk", 4));
        assert!(result.log.contains("is not set"), "{}", result.log);
    }
}

/// Development parameters with two more classes: `small` holds little, `slow` regenerates slowly.
fn classes() -> Params {
    let mut params = Params::development();
    for (name, capacity, rate) in [("small", 300_000, 1000), ("slow", 10_000_000, 1000)] {
        let class = mycel_types::AllowanceClass {
            capacity,
            rate,
            may_store_code: false,
        };
        params.classes.insert(name.into(), class);
    }
    params
}

#[test]
fn a_class_holds_from_the_next_block_on() {
    let mut stage = Stage::with(classes());
    let [ada, ben, _] = people();
    let class = MycelMsg::SetAllowanceClass {
        address: ben.name(),
        class: Some("small".into()),
    };
    let decided = stage.town.sign(
        &ada,
        vec![execute(&ada, &stage.members, &saying(vec![class]))],
    );
    let same = stage
        .town
        .sign_with(&ben, vec![send(&ben, &ada.address, 1)], 2_000_000);
    let time = stage.town.chain.time().plus_millis(1000);
    let block = stage.town.chain.decide(time, vec![decided, same]).unwrap();
    let results = &block.outcome.results;
    assert!(results[0].ok(), "{}", results[0].log);
    assert!(results[1].ok(), "{}", results[1].log);
    assert_eq!(
        attribute(&results[0], "set_allowance_class", "class"),
        Some("small".into())
    );
    // what was left of the large bucket is cut to the small one
    assert_eq!(stage.town.allowance(&ben.address), 300_000);
    let large = stage
        .town
        .sign_with(&ben, vec![send(&ben, &ada.address, 1)], 300_001);
    let checked = stage.town.check(&large);
    assert_eq!((checked.codespace.as_str(), checked.code), ("mycel", 3));
    assert!(checked.log.contains("never available"), "{}", checked.log);
    let fits = stage
        .town
        .sign_with(&ben, vec![send(&ben, &ada.address, 1)], 200_000);
    assert!(stage.town.submit(fits).ok());
    let store = stage.town.sign_with(
        &ben,
        vec![crate::town::store_code(&ben, &crate::puppet::puppet())],
        100_000,
    );
    assert_eq!(
        stage.town.check(&store).code,
        4,
        "the class may not store code"
    );
    stage.replay();
}

#[test]
fn what_has_regenerated_is_counted_at_the_old_rate() {
    let mut stage = Stage::with(classes());
    let newcomer = Person::new(77);
    assert!(stage.class(&newcomer.address, Some("slow")).ok());
    // an account that comes into being so has nothing yet
    assert_eq!(stage.town.allowance(&newcomer.address), 0);
    let since = stage.town.chain.time();
    let later = since.plus_millis(60_000);
    stage.town.chain.produce_at(later).unwrap();
    // the developer's class would have filled the bucket in a moment
    assert!(stage.class(&newcomer.address, Some("developer")).ok());
    let passed = stage.town.chain.time().since(since);
    assert_eq!(stage.town.allowance(&newcomer.address), passed);
    assert_eq!(passed, 61_000);
    stage.town.chain.produce().unwrap();
    assert!(stage.town.allowance(&newcomer.address) > 10_000_000);
}

#[test]
fn no_gas_is_gained_by_a_class_to_and_fro() {
    let mut stage = Stage::with(classes());
    let [ada, ben, _] = people();
    // within a block in which an unused reservation comes back, and over blocks
    let there_and_back = ["small", "slow"].map(|class| MycelMsg::SetAllowanceClass {
        address: ben.name(),
        class: Some(class.into()),
    });
    let said = execute(&ada, &stage.members, &saying(there_and_back.to_vec()));
    let decided = stage.town.sign(&ada, vec![said]);
    let sent = stage
        .town
        .sign_with(&ben, vec![send(&ben, &ada.address, 1)], 2_000_000);
    let time = stage.town.chain.time().plus_millis(1000);
    let block = stage.town.chain.decide(time, vec![decided, sent]).unwrap();
    let used = block.outcome.results[1].gas_used;
    let back = 300_000 + 2_000_000 - used;
    assert_eq!(stage.town.allowance(&ben.address), back);
    assert!(stage.class(&ben.address, Some("small")).ok());
    assert!(stage.class(&ben.address, Some("slow")).ok());
    // a second at 1000 each
    assert_eq!(stage.town.allowance(&ben.address), 300_000);
    stage.town.chain.produce().unwrap();
    let later = MycelQuery::Allowance {
        address: ben.name(),
    };
    let level = stage.asked(&later).unwrap()["level"].clone();
    let level: u64 = level.as_str().unwrap().parse().unwrap();
    assert!((300_000..310_000).contains(&level), "{level}");
    // what was cut does not come back when the small class grows either
    assert!(stage.class(&people()[2].address, Some("small")).ok());
    stage.decide(set_params(ParamChanges {
        classes: vec![ClassChange {
            name: "small".into(),
            class: Some(AllowanceClass {
                capacity: 1_000_000_000u64.into(),
                rate: 1u64.into(),
                may_store_code: false,
            }),
        }],
        ..changes()
    }));
    let left = stage.town.allowance(&people()[2].address);
    assert!((300_000..310_000).contains(&left), "{left}");
    stage.replay();
}

#[test]
fn no_class_is_the_default_one_and_nothing_where_there_is_none() {
    let mut stage = Stage::with(classes());
    let [_, ben, _] = people();
    assert!(stage.class(&ben.address, Some("small")).ok());
    assert!(stage.class(&ben.address, None).ok());
    let asked = MycelQuery::Allowance {
        address: ben.name(),
    };
    let answer = stage.asked(&asked).unwrap();
    assert_eq!(answer["class"], json!(null));
    assert_eq!(answer["capacity"], "2000000000", "the default class");

    let mut stage = Stage::with(earnest());
    assert!(stage.class(&ben.address, None).ok());
    let tx = stage
        .town
        .sign_with(&ben, vec![send(&ben, &stage.ada.address, 1)], 100_000);
    assert_eq!(stage.town.check(&tx).code, 3);
    let answer = stage.asked(&asked).unwrap();
    assert_eq!(
        (&answer["level"], &answer["capacity"]),
        (&json!("0"), &json!("0"))
    );
    assert!(stage.class(&ben.address, Some("member")).ok());
    stage.town.chain.produce().unwrap();
    let tx = stage
        .town
        .sign_with(&ben, vec![send(&ben, &stage.ada.address, 1)], 100_000);
    assert!(stage.town.submit(tx).ok());
}

#[test]
fn unknown_classes_and_contracts_get_no_class() {
    let mut stage = Stage::new();
    let [_, ben, _] = people();
    for class in ["gold", ""] {
        let result = stage.class(&ben.address, Some(class));
        assert_eq!((result.codespace.as_str(), result.code), ("sdk", 18));
        assert!(
            result.log.contains("the parameters have: developer"),
            "{}",
            result.log
        );
    }
    let contract = stage.stranger.clone();
    let result = stage.class(&contract, Some("developer"));
    assert_eq!((result.codespace.as_str(), result.code), ("sdk", 7));
    let message = MycelMsg::SetAllowanceClass {
        address: "cosmos1x".into(),
        class: None,
    };
    let result = stage.tell(&stage.members.clone(), vec![message]);
    assert_eq!((result.codespace.as_str(), result.code), ("sdk", 7));
}

#[test]
fn parameters_change_from_the_next_block_on_and_stand_in_its_header() {
    let mut stage = Stage::new();
    let before = stage.town.chain.base().params.clone();
    let result = stage.decide(set_params(ParamChanges {
        block_max_gas: Some(60_000_000u64.into()),
        memo_max_bytes: Some(1000u64.into()),
        gas: Some(GasPriceChanges {
            read: Some(1100u64.into()),
            ..Default::default()
        }),
        classes: vec![ClassChange {
            name: "member".into(),
            class: Some(AllowanceClass {
                capacity: 5u64.into(),
                rate: 1u64.into(),
                may_store_code: false,
            }),
        }],
        ..changes()
    }));
    assert!(
        attribute(&result, "set_params", "changes")
            .unwrap()
            .contains("60000000")
    );
    let height = stage.town.chain.height();
    let outcome = stage.town.chain.outcome(height).unwrap();
    let told = outcome.params.clone().expect("the engine is told");
    assert_eq!(told.block_max_gas, 60_000_000);
    assert_eq!(told.gas.read, 1100);
    assert_eq!(told.gas.write, before.gas.write, "the rest stays");
    assert_eq!(told.classes.len(), 2);
    stage.town.chain.produce().unwrap();
    let hash = |height| {
        let header = &stage.town.chain.block_at(height).unwrap().header;
        header.consensus_hash.as_bytes().to_vec()
    };
    assert_eq!(hash(height), before.consensus_hash());
    assert_eq!(hash(height + 1), told.consensus_hash());
    assert_ne!(hash(height), hash(height + 1));
    assert_eq!(stage.town.chain.outcome(height + 1).unwrap().params, None);
    let answer = stage.asked(&MycelQuery::Params {}).unwrap();
    assert_eq!(answer["block_max_gas"], "60000000");
    assert_eq!(answer["gas"]["read"], "1100");
    assert_eq!(answer["classes"]["member"]["capacity"], "5");
    assert_eq!(answer["assembly_authority"], json!(stage.assembly));
    stage.decide(set_params(ParamChanges {
        classes: vec![ClassChange {
            name: "member".into(),
            class: None,
        }],
        ..changes()
    }));
    assert_eq!(stage.town.chain.base().params.classes.len(), 1);
    stage.replay();
}

#[test]
fn a_transaction_that_was_checked_at_other_prices_pays_those_of_its_block() {
    let mut stage = Stage::new();
    let [ada, ben, _] = people();
    let used = |stage: &Stage| {
        let height = stage.town.chain.height();
        stage.town.chain.outcome(height).unwrap().results[0].gas_used
    };
    stage.town.done(&ben, vec![send(&ben, &ada.address, 1)]);
    let cheap = used(&stage);
    // it waits in the pool, read and verified, while the price of its bytes changes
    let waiting = stage.town.sign(&ben, vec![send(&ben, &ada.address, 1)]);
    assert!(stage.town.check(&waiting).ok());
    stage.decide(set_params(ParamChanges {
        gas: Some(GasPriceChanges {
            tx_byte: Some(20u64.into()),
            ..Default::default()
        }),
        ..changes()
    }));
    let bytes = waiting.len() as u64;
    let result = stage.town.submit(waiting);
    assert!(result.ok(), "{}", result.log);
    let more = used(&stage) - cheap;
    assert!(more.abs_diff(10 * bytes) < 200, "more={more} bytes={bytes}");
    stage.replay();
}

#[test]
fn two_changes_in_one_block_add_up() {
    let mut stage = Stage::new();
    let memo = set_params(ParamChanges {
        memo_max_bytes: Some(500u64.into()),
        ..changes()
    });
    let signatures = set_params(ParamChanges {
        tx_max_signatures: Some(3u64.into()),
        ..changes()
    });
    let result = stage.tell(&stage.assembly.clone(), vec![memo, signatures]);
    assert!(result.ok(), "{}", result.log);
    let params = &stage.town.chain.base().params;
    assert_eq!((params.memo_max_bytes, params.tx_max_signatures), (500, 3));
}

#[test]
fn parameters_never_leave_their_bounds() {
    let mut stage = Stage::with(earnest());
    let change = |f: &dyn Fn(&mut ParamChanges)| {
        let mut c = changes();
        f(&mut c);
        set_params(c)
    };
    for (message, word) in [
        (
            change(&|c| c.block_max_gas = Some(21_000_000u64.into())),
            "block_max_gas",
        ),
        (change(&|c| c.tx_max_gas = Some(1u64.into())), "tx_max_gas"),
        (
            change(&|c| c.tx_max_bytes = Some(1u64.into())),
            "tx_max_bytes",
        ),
        (
            change(&|c| c.default_class = Some("member".into())),
            "development network",
        ),
        (
            change(&|c| c.members_authority = Some(people()[0].name())),
            "no contract",
        ),
        (
            change(&|c| c.assembly_authority = Some(AccountAddress::instantiate(9, 9).to_string())),
            "no contract",
        ),
    ] {
        let result = stage.refused(message);
        assert_eq!((result.codespace.as_str(), result.code), ("sdk", 18));
        assert!(result.log.contains(word), "{word}: {}", result.log);
    }
    // there are no words for these
    for field in ["development", "time_scale"] {
        let text = json!({"ok": {"messages": [{"id": 0, "reply_on": "never", "gas_limit": null,
            "msg": {"custom": {"set_params": {"changes": {field: true}}}}}]}});
        let message = execute(&stage.ada, &stage.assembly, &text.to_string());
        let result = stage.town.run(&stage.ada.clone(), vec![message]);
        assert_eq!((result.codespace.as_str(), result.code), ("wasm", 10));
        assert!(result.log.contains("unknown field"), "{}", result.log);
    }
    assert_eq!(
        stage.town.chain.base().params,
        stage.genesis.app_state.params
    );
}

#[test]
fn an_authority_can_be_given_away() {
    let mut stage = Stage::new();
    let stranger = stage.stranger.clone();
    stage.decide(set_params(ParamChanges {
        assembly_authority: Some(stranger.to_string()),
        ..changes()
    }));
    let memo = set_params(ParamChanges {
        memo_max_bytes: Some(500u64.into()),
        ..changes()
    });
    assert_eq!(stage.refused(memo.clone()).code, 4);
    assert!(stage.tell(&stranger, vec![memo]).ok());
}

#[test]
fn a_message_to_the_chain_is_undone_with_its_sender() {
    let mut stage = Stage::new();
    let [_, ben, _] = people();
    let bad = MycelMsg::SetAllowanceClass {
        address: ben.name(),
        class: Some("gold".into()),
    };
    let good = MycelMsg::SetAllowanceClass {
        address: Person::new(99).name(),
        class: Some("developer".into()),
    };
    let before = stage.town.account(&Person::new(99).address);
    let result = stage.tell(&stage.members.clone(), vec![good, bad]);
    assert!(!result.ok());
    assert_eq!(stage.town.account(&Person::new(99).address), before);
}

#[test]
fn what_is_not_built_says_so() {
    let mut stage = Stage::new();
    let query = MycelQuery::Beacon { round: 7u64.into() };
    assert_eq!(stage.asked(&query), Err("not yet: beacon".into()));
}

#[test]
fn contracts_ask_for_allowances_at_the_time_of_the_block() {
    let mut stage = Stage::with(classes());
    let [_, ben, _] = people();
    assert!(stage.class(&ben.address, Some("small")).ok());
    let asked = MycelQuery::Allowance {
        address: ben.name(),
    };
    let answer = stage.asked(&asked).unwrap();
    assert_eq!(
        answer,
        json!({"class": "small", "level": "300000", "capacity": "300000", "rate": "1000", "may_store_code": false})
    );
    let nobody = MycelQuery::Allowance {
        address: Person::new(123).name(),
    };
    assert_eq!(stage.asked(&nobody).unwrap()["capacity"], "0");
    let garbage = MycelQuery::Allowance {
        address: "x".into(),
    };
    assert!(
        stage
            .asked(&garbage)
            .unwrap_err()
            .contains("invalid address")
    );
}
