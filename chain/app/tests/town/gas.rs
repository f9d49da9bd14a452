//! The allowance: reserved whole, given back in part, lent to others.
use cosmos_sdk_proto::{
    Timestamp,
    cosmos::{
        base::v1beta1::Coin,
        feegrant::v1beta1::{
            BasicAllowance, MsgGrantAllowance, MsgRevokeAllowance, QueryAllowanceRequest,
            QueryAllowanceResponse,
        },
    },
};
use mycel_types::{AllowanceClass, Params};
use prost::Message as _;

use crate::town::{Draft, GAS, Person, START, Town, any, attribute, people, send};

/// Ten million gas, one thousand a second.
fn slow() -> Params {
    let mut params = Params::development();
    let class = AllowanceClass {
        capacity: 10_000_000,
        rate: 1000,
        may_store_code: true,
    };
    params.classes.insert("developer".into(), class);
    params
}

fn grant(
    from: &Person,
    to: &Person,
    gas: Option<u64>,
    until_s: Option<u64>,
) -> cosmos_sdk_proto::Any {
    let basic = BasicAllowance {
        spend_limit: gas
            .map(|g| Coin {
                denom: "gas".into(),
                amount: g.to_string(),
            })
            .into_iter()
            .collect(),
        expiration: until_s.map(|s| Timestamp {
            seconds: s as i64,
            nanos: 0,
        }),
    };
    let message = MsgGrantAllowance {
        granter: from.name(),
        grantee: to.name(),
        allowance: Some(any("/cosmos.feegrant.v1beta1.BasicAllowance", &basic)),
    };
    any("/cosmos.feegrant.v1beta1.MsgGrantAllowance", &message)
}

fn revoke(from: &Person, to: &Person) -> cosmos_sdk_proto::Any {
    let message = MsgRevokeAllowance {
        granter: from.name(),
        grantee: to.name(),
    };
    any("/cosmos.feegrant.v1beta1.MsgRevokeAllowance", &message)
}

fn left(town: &Town, from: &Person, to: &Person) -> Option<u64> {
    let request = QueryAllowanceRequest {
        granter: from.name(),
        grantee: to.name(),
    };
    let answer: QueryAllowanceResponse =
        town.ask("/cosmos.feegrant.v1beta1.Query/Allowance", &request);
    let any = answer.allowance.unwrap().allowance.unwrap();
    let basic = BasicAllowance::decode(&any.value[..]).unwrap();
    basic.spend_limit.first().map(|c| c.amount.parse().unwrap())
}

#[test]
fn unused_gas_goes_back_and_used_gas_refills_with_time() {
    let mut town = Town::with(slow());
    let [ada, ben, _] = people();
    assert_eq!(town.allowance(&ada.address), 10_000_000);
    let result = town.done(&ada, vec![send(&ada, &ben.address, 5)]);
    assert_eq!(result.gas_wanted, GAS);
    assert!(result.gas_used < 100_000, "{}", result.gas_used);
    let after = town.allowance(&ada.address);
    assert_eq!(after, 10_000_000 - result.gas_used);
    town.chain.produce().unwrap();
    assert_eq!(town.allowance(&ada.address), after + 1000);
    for _ in 0..200 {
        town.chain.produce().unwrap();
    }
    assert_eq!(town.allowance(&ada.address), 10_000_000);
}

#[test]
fn a_failed_transaction_costs_its_used_gas_and_its_sequence() {
    let mut town = Town::with(slow());
    let [ada, ben, _] = people();
    let result = town.run(&ada, vec![send(&ada, &ben.address, 5_000_000)]);
    assert_eq!((result.codespace.as_str(), result.code), ("sdk", 5));
    assert_eq!(
        result.log,
        "failed to execute message; message index: 0: spendable balance 1000000ucredit is smaller than \
         5000000ucredit: insufficient funds"
    );
    assert_eq!(town.sequence(&ada.address), 1);
    assert_eq!(town.allowance(&ada.address), 10_000_000 - result.gas_used);
    let kinds: Vec<_> = result.events.iter().map(|e| e.kind.as_str()).collect();
    assert_eq!(kinds, ["tx", "tx", "tx"], "only what admission emits");
}

#[test]
fn an_empty_bucket_says_when_it_will_do() {
    let mut town = Town::with(slow());
    let [ada, ben, _] = people();
    let mut results = 0;
    // 5 x 2,000,000 reserved in one block, the sixth is too much
    let draft = Draft::new(vec![send(&ada, &ben.address, 1)]);
    let txs: Vec<_> = (0..6).map(|n| draft.sign(&[(&ada, n)])).collect();
    let time = town.chain.time();
    let block = town.chain.decide(time, txs).unwrap();
    for (i, result) in block.outcome.results.iter().enumerate() {
        if i < 5 {
            assert!(result.ok(), "{}", result.log);
            results += result.gas_used;
        } else {
            assert_eq!((result.codespace.as_str(), result.code), ("mycel", 3));
            assert!(result.log.contains("have=0 want=2000000"), "{}", result.log);
            assert!(
                result.log.contains("available in 2000000 ms"),
                "{}",
                result.log
            );
            assert_eq!(result.gas_used, 0);
        }
    }
    assert_eq!(town.allowance(&ada.address), 10_000_000 - results);
    let huge = Draft::new(vec![send(&ada, &ben.address, 1)])
        .gas(15_000_000)
        .sign(&[(&ada, 5)]);
    let outcome = town.check(&huge);
    assert_eq!((outcome.codespace.as_str(), outcome.code), ("mycel", 3));
    assert!(outcome.log.contains("never available"), "{}", outcome.log);
}

#[test]
fn naming_a_stranger_as_granter_drains_nobody() {
    let mut town = Town::with(slow());
    let [ada, ben, _] = people();
    let tx = Draft::new(vec![send(&ada, &ben.address, 5)])
        .granter(&ben)
        .sign(&[(&ada, 0)]);
    let outcome = town.check(&tx);
    assert_eq!(
        (outcome.codespace.as_str(), outcome.code),
        ("sdk", 4),
        "{}",
        outcome.log
    );
    let time = town.chain.time();
    town.chain.decide(time, vec![tx]).unwrap();
    assert_eq!(town.allowance(&ben.address), 10_000_000);
}

#[test]
fn a_grant_lets_a_newcomer_act_until_it_is_used_up_expired_or_revoked() {
    let mut town = Town::with(slow());
    let [ada, ben, _] = people();
    let cy = Person::new(9);
    town.done(&ada, vec![send(&ada, &cy.address, 50)]);
    assert_eq!(
        town.allowance(&cy.address),
        0,
        "a new account brings no gas"
    );
    let now_s = START.seconds() + town.chain.height();
    town.done(
        &ada,
        vec![grant(&ada, &cy, Some(3_000_000), Some(now_s + 10))],
    );
    let twice = town.run(&ada, vec![grant(&ada, &cy, None, None)]);
    assert!(
        twice.log.contains("fee allowance already exists"),
        "{}",
        twice.log
    );
    let ada_before = town.allowance(&ada.address);
    let draft = Draft::new(vec![send(&cy, &ben.address, 5)]).granter(&ada);
    let result = town.submit(draft.sign(&[(&cy, 0)]));
    assert!(result.ok(), "{}", result.log);
    assert_eq!(attribute(&result, "tx", "fee_payer"), Some(ada.name()));
    assert_eq!(left(&town, &ada, &cy), Some(3_000_000 - result.gas_used));
    assert_eq!(
        town.allowance(&ada.address),
        ada_before + 1000 - result.gas_used
    );
    // more than is left
    let outcome = town.check(&draft.clone().gas(3_000_000).sign(&[(&cy, 1)]));
    assert_eq!(
        (outcome.codespace.as_str(), outcome.code),
        ("mycel", 3),
        "{}",
        outcome.log
    );
    // expired
    for _ in 0..10 {
        town.chain.produce().unwrap();
    }
    let outcome = town.check(&draft.sign(&[(&cy, 1)]));
    assert!(outcome.log.contains("expired"), "{}", outcome.log);
    // an expired one may be replaced, and revoked
    town.done(&ada, vec![grant(&ada, &cy, None, None)]);
    assert_eq!(left(&town, &ada, &cy), None);
    assert!(town.check(&draft.sign(&[(&cy, 1)])).ok());
    town.done(&ada, vec![revoke(&ada, &cy)]);
    assert_eq!(town.check(&draft.sign(&[(&cy, 1)])).code, 4);
    let again = town.run(&ada, vec![revoke(&ada, &cy)]);
    assert_eq!(again.code, 22);
}

#[test]
fn a_grant_revoked_while_it_pays_gets_no_refund() {
    let mut town = Town::with(slow());
    let [ada, ben, _] = people();
    town.done(&ada, vec![grant(&ada, &ben, Some(5_000_000), None)]);
    let paid = Draft::new(vec![send(&ben, &ada.address, 1)])
        .granter(&ada)
        .sign(&[(&ben, 0)]);
    let change =
        Draft::new(vec![revoke(&ada, &ben), grant(&ada, &ben, Some(7), None)]).sign(&[(&ada, 1)]);
    let time = town.chain.time();
    let block = town.chain.decide(time, vec![paid, change]).unwrap();
    assert!(block.outcome.results.iter().all(|r| r.ok()));
    assert_eq!(left(&town, &ada, &ben), Some(7));
}

#[test]
fn a_grantee_gets_an_account_and_odd_grants_are_refused() {
    let mut town = Town::with(slow());
    let [ada, ..] = people();
    let cy = Person::new(9);
    town.done(&ada, vec![grant(&ada, &cy, Some(1), None)]);
    assert!(town.account(&cy.address).is_some());
    for odd in [
        grant(&ada, &ada, None, None),
        grant(&ada, &cy, Some(0), None),
        any(
            "/cosmos.feegrant.v1beta1.MsgGrantAllowance",
            &MsgGrantAllowance {
                granter: ada.name(),
                grantee: cy.name(),
                allowance: None,
            },
        ),
    ] {
        assert!(!town.check(&town.sign(&ada, vec![odd])).ok());
    }
    let late = town.run(&ada, vec![grant(&ada, &Person::new(8), None, Some(5))]);
    assert!(late.log.contains("expiration is before"), "{}", late.log);
}
