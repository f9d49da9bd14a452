//! Phase A: who may send what, with which codes.
use cosmos_sdk_proto::{Any, cosmos::base::v1beta1::Coin};
use mycel_types::{
    Application, BlockInput, Cancel, Held, Params, Parent, RejectReason, Reservations, Time,
    Verdict,
};
use prost::Message as _;

use crate::town::{CHAIN, Draft, GAS, Person, START, Town, any, people, send};

fn code(town: &Town, tx: &[u8]) -> (String, u32, String) {
    let outcome = town.check(tx);
    (outcome.codespace, outcome.code, outcome.log)
}

#[track_caller]
fn refused(town: &Town, tx: &[u8], codespace: &str, expected: u32) -> String {
    let (space, code, log) = code(town, tx);
    assert_eq!((space.as_str(), code), (codespace, expected), "{log}");
    log
}

#[test]
fn a_payment_is_admitted_and_tells_who_pays() {
    let town = Town::new();
    let [ada, ben, _] = people();
    let tx = town.sign(&ada, vec![send(&ada, &ben.address, 5)]);
    let outcome = town.check(&tx);
    assert!(outcome.ok(), "{}", outcome.log);
    assert_eq!(outcome.gas_wanted, GAS);
    assert_eq!(outcome.gas_used, 10 * tx.len() as u64 + 1000);
    assert_eq!(outcome.sender, Some(ada.address.clone()));
    assert_eq!(outcome.payer, Some(ada.address.clone()));
    assert_eq!(outcome.signers, vec![(ada.address, 0)]);
}

#[test]
fn what_is_no_transaction_gets_the_codes_that_clients_know() {
    let town = Town::new();
    let [ada, ben, _] = people();
    refused(&town, &[0xde, 0xad, 0xbe, 0xef], "sdk", 2);
    let log = refused(&town, &[], "sdk", 18);
    assert_eq!(log, "must contain at least one message: invalid request");
    refused(&town, &vec![0; (1 << 20) + 1], "sdk", 21);

    let good = Draft::new(vec![send(&ada, &ben.address, 5)]);
    let mut memo = good.clone();
    memo.body.memo = "m".repeat(300);
    let log = refused(&town, &memo.sign(&[(&ada, 0)]), "sdk", 12);
    assert_eq!(
        log,
        "maximum number of characters is 256 but received 300 characters: memo too large"
    );

    let unknown = Draft::new(vec![Any {
        type_url: "/nope.v1.Msg".into(),
        value: vec![8, 1],
    }]);
    let log = refused(&town, &unknown.sign(&[(&ada, 0)]), "sdk", 6);
    assert!(
        log.starts_with("unable to resolve type URL /nope.v1.Msg"),
        "{log}"
    );

    let mut extended = good.clone();
    extended.body.extension_options = vec![Any::default()];
    refused(&town, &extended.sign(&[(&ada, 0)]), "sdk", 31);

    let many = Draft::new(vec![send(&ada, &ben.address, 5); 65]);
    refused(&town, &many.sign(&[(&ada, 0)]), "sdk", 18);

    let mut gas = good.clone();
    gas.fee.gas_limit = 20_000_001;
    refused(&town, &gas.sign(&[(&ada, 0)]), "sdk", 41);
    gas.fee.gas_limit = 1000;
    let log = refused(&town, &gas.sign(&[(&ada, 0)]), "sdk", 11);
    assert!(
        log.starts_with("out of gas in location: txSize; gasWanted: 1000, gasUsed: "),
        "{log}"
    );

    let mut fee = good.clone();
    fee.fee.amount = vec![Coin {
        denom: "ucredit".into(),
        amount: "5".into(),
    }];
    refused(&town, &fee.sign(&[(&ada, 0)]), "sdk", 13);
    fee.fee.amount[0].amount = "0".into();
    assert!(town.check(&fee.sign(&[(&ada, 0)])).ok());

    let bad = Draft::new(vec![send(&ada, &ben.address, 0)]);
    refused(&town, &bad.sign(&[(&ada, 0)]), "sdk", 10);
    let foreign = any(
        "/cosmos.bank.v1beta1.MsgSend",
        &cosmos_sdk_proto::cosmos::bank::v1beta1::MsgSend {
            from_address: ada.name(),
            to_address: "cosmos19lmy02328gnqmlyvk5tkf9dyl8nhx74a90x3k7".into(),
            amount: crate::town::coins(5),
        },
    );
    refused(
        &town,
        &Draft::new(vec![foreign]).sign(&[(&ada, 0)]),
        "sdk",
        7,
    );
}

#[test]
fn what_is_not_built_says_so_before_any_gas() {
    let town = Town::new();
    let [ada, ben, _] = people();
    let good = Draft::new(vec![send(&ada, &ben.address, 5)]);
    let mut amino = good.clone();
    amino.mode = 127;
    let log = refused(&town, &amino.sign(&[(&ada, 0)]), "mycel", 2);
    assert_eq!(log, "not yet: SIGN_MODE_LEGACY_AMINO_JSON");

    let body = [good.body.encode_to_vec(), vec![0x20, 1]].concat();
    let auth = good.auth(&[(&ada, 0)]).encode_to_vec();
    let unordered = good.sign_bytes(body, auth, &[(&ada, 0)]);
    let log = refused(&town, &unordered, "mycel", 2);
    assert_eq!(log, "not yet: unordered transactions");

    let mut auth = good.auth(&[(&ada, 0)]);
    auth.signer_infos[0].public_key = Some(Any {
        type_url: "/cosmos.crypto.multisig.LegacyAminoPubKey".into(),
        value: vec![],
    });
    let tx = good.sign_bytes(
        good.body.encode_to_vec(),
        auth.encode_to_vec(),
        &[(&ada, 0)],
    );
    assert_eq!(refused(&town, &tx, "mycel", 2), "not yet: multisig keys");

    let pin = Draft::new(vec![Any {
        type_url: "/cosmwasm.wasm.v1.MsgPinCodes".into(),
        value: vec![],
    }]);
    let log = refused(&town, &pin.sign(&[(&ada, 0)]), "mycel", 2);
    assert_eq!(log, "not yet: MsgPinCodes");
}

#[test]
fn wrong_signatures_are_refused_as_clients_expect() {
    let town = Town::new();
    let [ada, ben, _] = people();
    let good = Draft::new(vec![send(&ada, &ben.address, 5)]);
    let expected = format!(
        "signature verification failed; please verify account number ({}) and chain-id ({CHAIN}): \
         (unable to verify single signer signature): unauthorized",
        ada.address.account_number()
    );
    let mut flipped = good.sign(&[(&ada, 0)]).to_vec();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    assert_eq!(refused(&town, &flipped, "sdk", 4), expected);

    let mut elsewhere = good.clone();
    elsewhere.chain_id = "other-1".into();
    assert_eq!(
        refused(&town, &elsewhere.sign(&[(&ada, 0)]), "sdk", 4),
        expected
    );

    let mut raw =
        cosmos_sdk_proto::cosmos::tx::v1beta1::TxRaw::decode(&good.sign(&[(&ada, 0)])[..]).unwrap();
    raw.signatures.clear();
    assert_eq!(
        refused(&town, &raw.encode_to_vec(), "sdk", 15),
        "no signatures supplied"
    );
    raw.signatures = vec![vec![0; 64]; 2];
    refused(&town, &raw.encode_to_vec(), "sdk", 4);
    raw.signatures = vec![vec![0; 3]];
    refused(&town, &raw.encode_to_vec(), "sdk", 4);

    // somebody else's key
    let tx = good.sign(&[(&ben, 0)]);
    refused(&town, &tx, "sdk", 8);
}

#[test]
fn a_replay_gets_the_expected_sequence() {
    let mut town = Town::new();
    let [ada, ben, _] = people();
    let tx = town.sign(&ada, vec![send(&ada, &ben.address, 5)]);
    assert!(town.submit(tx.clone()).ok());
    let outcome = town.check(&tx);
    assert_eq!(outcome.code, 32);
    assert_eq!(
        outcome.log,
        "account sequence mismatch, expected 1, got 0: incorrect account sequence"
    );
    assert_eq!(outcome.expected_sequence, Some(1));
    let ahead = Draft::new(vec![send(&ada, &ben.address, 5)]).sign(&[(&ada, 99)]);
    assert_eq!(town.check(&ahead).expected_sequence, Some(1));
    // in a decided block it costs nothing and changes nothing
    let before = town.allowance(&ada.address);
    let time = town.chain.time();
    let block = town.chain.decide(time, vec![tx]).unwrap();
    let result = &block.outcome.results[0];
    assert_eq!(
        (result.code, result.gas_wanted, result.gas_used),
        (32, 0, 0)
    );
    assert_eq!(town.balance(&ben.address), 1_000_005);
    assert!(town.allowance(&ada.address) >= before);
}

#[test]
fn a_key_may_be_left_out_once_it_is_known() {
    let mut town = Town::new();
    let [ada, ben, _] = people();
    let mut draft = Draft::new(vec![send(&ada, &ben.address, 5)]);
    draft.with_key = false;
    refused(&town, &draft.sign(&[(&ada, 0)]), "sdk", 8);
    town.done(&ada, vec![send(&ada, &ben.address, 5)]);
    assert!(town.submit(draft.sign(&[(&ada, 1)])).ok());
    let account = town.account(&ada.address).unwrap();
    assert_eq!(account.sequence, 2);
    assert_eq!(account.account_number, ada.address.account_number());
    assert_eq!(account.pub_key.unwrap(), crate::town::public_any(&ada));
}

#[test]
fn a_timeout_height_voids() {
    let mut town = Town::new();
    let [ada, ben, _] = people();
    town.done(&ada, vec![send(&ada, &ben.address, 5)]);
    let mut draft = Draft::new(vec![send(&ada, &ben.address, 5)]);
    draft.body.timeout_height = 1;
    let log = refused(&town, &draft.sign(&[(&ada, 1)]), "sdk", 30);
    assert_eq!(log, "block height: 2, timeout height: 1: tx timeout height");
    draft.body.timeout_height = 2;
    assert!(town.submit(draft.sign(&[(&ada, 1)])).ok());
}

#[test]
fn an_account_must_exist_unless_somebody_else_pays() {
    let mut town = Town::new();
    let [ada, ben, _] = people();
    let cy = Person::new(9);
    let tx = Draft::new(vec![send(&cy, &ben.address, 5)]);
    refused(&town, &tx.sign(&[(&cy, 0)]), "sdk", 9);
    // ada signs as the payer; the transaction fails for want of coins, but the account is there
    let paid = tx.payer(&ada).sign(&[(&cy, 0), (&ada, 0)]);
    let result = town.submit(paid);
    assert_eq!(
        (result.codespace.as_str(), result.code),
        ("sdk", 5),
        "{}",
        result.log
    );
    assert_eq!(town.sequence(&cy.address), 1);
    assert_eq!(town.sequence(&ada.address), 1);
    assert_eq!(
        crate::town::attribute(&result, "tx", "fee_payer"),
        Some(ada.name())
    );
}

#[test]
fn the_payer_must_sign() {
    let town = Town::new();
    let [ada, ben, _] = people();
    let draft = Draft::new(vec![send(&ada, &ben.address, 5)]).payer(&ben);
    refused(&town, &draft.sign(&[(&ada, 0)]), "sdk", 4);
    assert!(town.check(&draft.sign(&[(&ada, 0), (&ben, 0)])).ok());
}

#[test]
fn the_pool_counts_what_it_holds() {
    let town = Town::new();
    let [ada, ben, _] = people();
    let draft = Draft::new(vec![send(&ada, &ben.address, 5)]);
    let hold = |transactions, gas| {
        Reservations([(ada.address.clone(), Held { transactions, gas })].into())
    };
    let second = draft.sign(&[(&ada, 1)]);
    assert!(town.app.check(&second, &hold(1, GAS)).ok());
    assert_eq!(
        town.app.check(&second, &hold(2, GAS)).expected_sequence,
        Some(2)
    );
    let whole = town.allowance(&ada.address);
    let outcome = town.app.check(&second, &hold(1, whole));
    assert_eq!(
        (outcome.codespace.as_str(), outcome.code),
        ("mycel", 3),
        "{}",
        outcome.log
    );
}

#[test]
fn a_proposal_is_judged_by_admission_alone() {
    let town = Town::new();
    let [ada, ben, _] = people();
    let parent = Parent::Committed(0);
    let input = |txs: Vec<_>| BlockInput {
        height: 1,
        time: START.plus_millis(5),
        proposer: Default::default(),
        last_commit: Default::default(),
        misbehavior: vec![],
        next_validators_hash: [0; 32],
        txs: txs.into(),
    };
    let draft = Draft::new(vec![send(&ada, &ben.address, 5)]);
    let txs: Vec<_> = (0..6).map(|n| draft.sign(&[(&ada, n)])).collect();
    assert_eq!(
        town.app.validate(&parent, &input(txs.clone())),
        Verdict::Accept
    );
    let mut swapped = txs.clone();
    swapped.swap(2, 3);
    assert!(matches!(
        town.app.validate(&parent, &input(swapped)),
        Verdict::Reject(RejectReason::Inadmissible {
            index: 2,
            code: 32,
            ..
        })
    ));
    let heavy: Vec<_> = (0..6)
        .map(|n| draft.clone().gas(20_000_000).sign(&[(&ada, n)]))
        .collect();
    assert!(matches!(
        town.app.validate(&parent, &input(heavy.clone())),
        Verdict::Reject(RejectReason::Inadmissible {
            index: 5,
            code: 41,
            ..
        })
    ));
    // executed all the same, the last one is turned away
    let done = town
        .app
        .execute(&parent, &input(heavy), &Cancel::new())
        .unwrap();
    let codes: Vec<_> = done.outcome.results.iter().map(|r| r.code).collect();
    assert_eq!(codes, [0, 0, 0, 0, 0, 41]);
    let mut stale = input(txs);
    stale.time = Time(START.0);
    assert!(matches!(
        town.app.validate(&parent, &stale),
        Verdict::Reject(RejectReason::Parent(_))
    ));
}

#[test]
fn a_choice_skips_what_does_not_fit_and_keeps_the_order_of_a_sender() {
    let town = Town::new();
    let [ada, ben, cy] = people();
    let of = |who: &Person, to: &Person, gas, n| {
        Draft::new(vec![send(who, &to.address, 1)])
            .gas(gas)
            .sign(&[(who, n)])
    };
    let pool = vec![
        of(&ada, &ben, 20_000_000, 0),
        of(&ada, &ben, 20_000_000, 1),
        of(&ben, &ada, 20_000_000, 0),
        of(&cy, &ada, 20_000_000, 7), // wrong sequence
        of(&ben, &ada, 20_000_000, 1),
        of(&ada, &ben, 19_000_000, 2),
        of(&ada, &ben, 20_000_000, 3), // no room
        of(&ada, &ben, 500_000, 4),    // its sender's turn is over
        of(&cy, &ada, 1_000_000, 0),
    ];
    let draft = mycel_types::Draft {
        height: 1,
        time: START.plus_millis(5),
        max_bytes: 1 << 20,
        ..Default::default()
    };
    let chosen = town.app.prepare(
        &Parent::Committed(0),
        draft.clone(),
        &mut pool.clone().into_iter(),
    );
    let expected: Vec<_> = [0, 1, 2, 4, 5, 8].map(|i| pool[i].clone()).into();
    assert_eq!(chosen, expected);
    let small = mycel_types::Draft {
        max_bytes: pool[0].len() as u64 + 3,
        ..draft
    };
    let chosen = town
        .app
        .prepare(&Parent::Committed(0), small, &mut pool.clone().into_iter());
    assert_eq!(chosen, pool[..1]);
}

#[test]
fn codes_are_stored_by_whose_class_allows_it() {
    let mut params = Params::development();
    params.classes.get_mut("developer").unwrap().may_store_code = false;
    let town = Town::with(params);
    let [ada, ..] = people();
    let tx = town.sign(&ada, vec![crate::town::store_code(&ada, b"\0asm")]);
    refused(&town, &tx, "sdk", 4);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 24, ..Default::default() })]

    #[test]
    fn bytes_of_any_kind_never_panic_and_change_nothing_unless_signed(
        edits in proptest::collection::vec((proptest::prelude::any::<proptest::sample::Index>(), 0u8..), 1..4),
        random in proptest::collection::vec(0u8.., 0..200),
    ) {
        let mut town = Town::new();
        let [ada, ben, _] = people();
        let good = town.sign(&ada, vec![send(&ada, &ben.address, 5)]);
        let mut bad = good.to_vec();
        for (at, with) in edits {
            let at = at.index(bad.len());
            bad[at] ^= with;
        }
        let changed = bad != good.to_vec();
        let _ = town.check(&random);
        let admitted = town.check(&bad).ok();
        proptest::prop_assert_eq!(admitted, !changed, "a signed byte was changed");
        let _ = town.simulate(&bad);
        let time = town.chain.time();
        town.chain.decide(time, vec![bad.into(), random.into()]).unwrap();
        let expected = if changed { 1_000_000 } else { 1_000_005 };
        proptest::prop_assert_eq!(town.balance(&ben.address), expected);
    }
}
