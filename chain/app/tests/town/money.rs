//! Coins: they move, they never appear or vanish.
use cosmos_sdk_proto::cosmos::bank::v1beta1::{
    Input, MsgMultiSend, Output, QueryTotalSupplyRequest, QueryTotalSupplyResponse,
};
use proptest::prelude::*;

use crate::{
    puppet,
    town::{Draft, Person, Town, any, attribute, coins, execute_with, people, send},
};

#[test]
fn a_payment_emits_what_an_sdk_chain_emits() {
    let mut town = Town::new();
    let [ada, ben, _] = people();
    let result = town.done(&ada, vec![send(&ada, &ben.address, 12)]);
    assert_eq!(town.balance(&ada.address), 999_988);
    assert_eq!(town.balance(&ben.address), 1_000_012);
    let kinds: Vec<_> = result.events.iter().map(|e| e.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "tx",
            "tx",
            "tx",
            "message",
            "coin_spent",
            "coin_received",
            "transfer",
            "message"
        ]
    );
    let keys: Vec<_> = result.events[3]
        .attributes
        .iter()
        .map(|a| (a.key.as_str(), a.value.as_str()))
        .collect();
    let sender = ada.name();
    assert_eq!(
        keys,
        [
            ("action", "/cosmos.bank.v1beta1.MsgSend"),
            ("sender", sender.as_str()),
            ("module", "bank"),
            ("msg_index", "0")
        ]
    );
    assert_eq!(
        attribute(&result, "transfer", "amount").unwrap(),
        "12ucredit"
    );
    // TxMsgData as a wasmd gives it
    assert_eq!(
        hex::encode(&result.data),
        "12260a242f636f736d6f732e62616e6b2e763162657461312e4d736753656e64526573706f6e7365"
    );
}

#[test]
fn messages_happen_together_or_not_at_all() {
    let mut town = Town::new();
    let [ada, ben, _] = people();
    let result = town.run(
        &ada,
        vec![
            send(&ada, &ben.address, 5),
            send(&ada, &ben.address, 5_000_000),
        ],
    );
    assert!(
        result
            .log
            .starts_with("failed to execute message; message index: 1: "),
        "{}",
        result.log
    );
    assert_eq!(town.balance(&ben.address), 1_000_000);
}

#[test]
fn many_are_paid_at_once() {
    let mut town = Town::new();
    let [ada, ben, cy] = people();
    let new = Person::new(7);
    let multi = |input: u128, parts: &[(&Person, u128)]| {
        let outputs = parts.iter().map(|(to, amount)| Output {
            address: to.name(),
            coins: coins(*amount),
        });
        any(
            "/cosmos.bank.v1beta1.MsgMultiSend",
            &MsgMultiSend {
                inputs: vec![Input {
                    address: ada.name(),
                    coins: coins(input),
                }],
                outputs: outputs.collect(),
            },
        )
    };
    town.done(&ada, vec![multi(10, &[(&ben, 3), (&cy, 3), (&new, 4)])]);
    assert_eq!(town.balance(&ada.address), 999_990);
    assert_eq!(town.balance(&new.address), 4);
    assert!(town.account(&new.address).is_some());
    let unequal = town.sign(&ada, vec![multi(10, &[(&ben, 3)])]);
    assert_eq!(town.check(&unequal).code, 18);
}

#[test]
fn funds_reach_a_contract_and_return_by_its_own_message() {
    let mut town = Town::new();
    let [ada, ben, _] = people();
    let code = town.store(&ada, &puppet::puppet());
    let contract = town.instantiate(&ada, code, puppet::NOTHING);
    town.done(
        &ada,
        vec![execute_with(&ada, &contract, puppet::NOTHING, 100)],
    );
    assert_eq!(town.balance(&contract), 100);
    let pay = format!(
        r#"{{"ok":{{"messages":[{{"id":1,"msg":{{"bank":{{"send":{{"to_address":"{}","amount":[{{"denom":"ucredit","amount":"40"}}]}}}}}},"gas_limit":null,"reply_on":"never"}}],"attributes":[],"events":[],"data":null}}}}"#,
        ben.name()
    );
    town.done(&ada, vec![execute_with(&ada, &contract, &pay, 0)]);
    assert_eq!(town.balance(&contract), 60);
    assert_eq!(town.balance(&ben.address), 1_000_040);
    let result = town.run(&ada, vec![execute_with(&ada, &contract, &pay, 2_000_000)]);
    assert_eq!((result.codespace.as_str(), result.code), ("sdk", 5));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn the_sum_of_balances_never_changes(
        moves in proptest::collection::vec((0usize..3, 0u8..6, 1u128..600_000, 1usize..4), 1..12),
    ) {
        let mut town = Town::new();
        let people = people();
        let mut known: Vec<_> = people.iter().map(|p| p.address.clone()).collect();
        known.extend((20..23).map(|n| Person::new(n).address));
        let mut next = [0u64; 3];
        for chunk in moves.chunks(3) {
            let txs = chunk.iter().map(|(from, to, amount, n)| {
                let who = &people[*from];
                let messages = vec![send(who, &known[usize::from(*to)], *amount); *n];
                let tx = Draft::new(messages).sign(&[(who, next[*from])]);
                next[*from] += 1;
                tx
            });
            let txs = txs.collect();
            let time = town.chain.time();
            town.chain.decide(time, txs).unwrap();
            let sum: u128 = known.iter().map(|a| town.balance(a)).sum();
            prop_assert_eq!(sum, 3_000_000);
            let supply: QueryTotalSupplyResponse = town.ask(
                "/cosmos.bank.v1beta1.Query/TotalSupply",
                &QueryTotalSupplyRequest::default(),
            );
            prop_assert_eq!(&supply.supply[0].amount, "3000000");
        }
    }
}
