//! Live bytes of contracts: quotas, and who has used how much of them.
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_types::AccountAddress;
use serde_json::json;

use crate::{
    puppet,
    stage::Stage,
    town::{execute, people},
};

fn quota(contract: &AccountAddress, bytes: Option<u64>) -> MycelMsg {
    MycelMsg::SetContractQuota {
        contract: contract.to_string(),
        bytes: bytes.map(Into::into),
    }
}

fn padded(n: usize) -> String {
    format!("{}{}", puppet::NOTHING, " ".repeat(n))
}

#[test]
fn a_quota_of_its_own_goes_before_the_parameters() {
    let mut stage = Stage::new();
    let [ada, ..] = people();
    let (puppet, bytes) = (
        stage.stranger.clone(),
        MycelQuery::ContractBytes {
            contract: stage.stranger.to_string(),
        },
    );
    stage
        .town
        .done(&ada, vec![execute(&ada, &puppet, &padded(100))]);
    let used = 6 + puppet::NOTHING.len() + 4 + puppet::NOTHING.len() + 100;
    let answer = stage.asked(&bytes).unwrap();
    assert_eq!(
        answer,
        json!({"used": used.to_string(), "quota": (256u64 << 20).to_string()})
    );

    stage.decide(quota(&puppet, Some(used as u64 - 50)));
    let result = stage
        .town
        .run(&ada, vec![execute(&ada, &puppet, &padded(101))]);
    assert_eq!(
        (result.codespace.as_str(), result.code),
        ("mycel", 4),
        "{}",
        result.log
    );
    // what is above the quota shrinks
    stage
        .town
        .done(&ada, vec![execute(&ada, &puppet, &padded(80))]);
    stage
        .town
        .done(&ada, vec![execute(&ada, &puppet, &padded(40))]);
    let result = stage
        .town
        .run(&ada, vec![execute(&ada, &puppet, &padded(60))]);
    assert_eq!(result.code, 4);
    // others are not concerned
    let other = stage.members.clone();
    stage
        .town
        .done(&ada, vec![execute(&ada, &other, &padded(5000))]);
    stage.decide(quota(&puppet, None));
    stage
        .town
        .done(&ada, vec![execute(&ada, &puppet, &padded(5000))]);

    let nobody = AccountAddress::instantiate(9, 9);
    let result = stage.refused(quota(&nobody, Some(1)));
    assert!(result.log.contains("is no contract"), "{}", result.log);
    let result = stage.refused(quota(&puppet, Some(u64::MAX)));
    assert!(result.log.contains("above limit"), "{}", result.log);
    stage.replay();
}

#[test]
fn a_transaction_sees_what_those_before_it_in_the_block_have_added() {
    let mut stage = Stage::new();
    let [ada, ben, _] = people();
    let puppet = stage.stranger.clone();
    stage.decide(quota(&puppet, Some(500)));
    // the message stands under `last`, so the second does not fit beside what the first has grown to
    let two = |a: usize, b: usize| (padded(a), padded(b));
    let fill = 500 - (6 + puppet::NOTHING.len() + 4 + puppet::NOTHING.len());
    let (first, second) = two(fill, fill + 1);
    let txs = vec![
        stage.town.sign(&ada, vec![execute(&ada, &puppet, &first)]),
        stage.town.sign(&ben, vec![execute(&ben, &puppet, &second)]),
    ];
    let time = stage.town.chain.time().plus_millis(1000);
    let block = stage.town.chain.decide(time, txs).unwrap();
    let codes: Vec<_> = block.outcome.results.iter().map(|r| r.code).collect();
    assert_eq!(codes, [0, 4]);
    let bytes = MycelQuery::ContractBytes {
        contract: puppet.to_string(),
    };
    assert_eq!(stage.asked(&bytes).unwrap()["used"], "500");
    // room that one makes, the next one has
    let txs = vec![
        stage
            .town
            .sign(&ada, vec![execute(&ada, &puppet, &padded(0))]),
        stage
            .town
            .sign(&ben, vec![execute(&ben, &puppet, &padded(fill))]),
    ];
    let time = stage.town.chain.time().plus_millis(1000);
    let block = stage.town.chain.decide(time, txs).unwrap();
    assert!(block.outcome.results.iter().all(|r| r.ok()));
    assert_eq!(stage.asked(&bytes).unwrap()["used"], "500");
    stage.replay();
}
