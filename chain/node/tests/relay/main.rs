//! The relay of a node, over real sockets: what it refuses, what it spends, and what it never sends twice.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests are no consensus code"
)]

mod nosy;
mod silence;
mod stage;
mod trust;

use std::{collections::BTreeSet, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use mycel_rpc::Refusal;
use mycel_types::{AccountAddress, Params};
use serde_json::{Value, json};

use stage::{Stage, account, proof, show};

fn code(reply: &stage::Reply) -> &str {
    reply.body["error"]["code"].as_str().unwrap_or("none")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_show_is_sent_and_its_nullifier_is_spent_once() {
    let stage = Stage::new(|_| {}).await;
    let sent = stage.post(&show(1, |_| {})).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    assert_eq!(stage.waiting(), 1);
    let block = stage.chain.lock().unwrap().produce().unwrap();
    assert!(block.outcome.results[0].ok(), "{:?}", block.outcome.results);
    let tx = &block.block.data[0];
    let hash = hex::encode_upper(mycel_rpc::tx_hash(tx));
    assert_eq!(sent.body["hash"], json!(hash));
    let tx = mycel_types::tx::Tx::decode(tx, 1 << 20).unwrap();
    assert_eq!(tx.body.memo, "");
    assert_eq!(tx.auth_info.signer_infos.len(), 1, "the relay signs alone");

    let again = stage.post(&show(1, |f| f["proof"] = json!(proof(8)))).await;
    assert_eq!((again.status, code(&again)), (422, "refused"));
    let story = again.body["error"]["message"].as_str().unwrap();
    assert!(story.contains("nullifier is spent"), "{story}");
    assert!(story.contains("the relay has spent nothing"), "{story}");
    assert_eq!((stage.waiting(), stage.sequence()), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_simulation_refuses_before_anything_is_spent() {
    let stage = Stage::new(|_| {}).await;
    for (msg, why) in [
        (
            show(1, |f| f["proof"] = json!(proof(0))),
            "proof does not verify",
        ),
        (show(1, |f| f["slot"] = json!(0)), "slot is too old"),
    ] {
        let reply = stage.post(&msg).await;
        assert_eq!((reply.status, code(&reply)), (422, "refused"));
        assert!(reply.body.to_string().contains(why), "{}", reply.body);
    }
    assert_eq!(stage.waiting(), 0);
    stage.produce();
    assert_eq!(stage.sequence(), 0);
    // what was refused claims nothing: the owner's good proof passes
    assert_eq!(stage.post(&show(1, |_| {})).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_messages_and_other_contracts_are_not_sent() {
    let stage = Stage::new(|_| {}).await;
    let fields = show(1, |_| {})["show"].clone();
    for msg in [
        json!({"fold": fields}),
        json!({"open_deal": {"b": 2}}),
        json!({"show": fields, "fold": fields}),
        show(1, |f| f["memo"] = json!("carry this for me")),
        show(1, |f| f["proof"] = json!(STANDARD.encode([9; 300]))),
    ] {
        let reply = stage.post(&msg).await;
        assert_eq!((reply.status, code(&reply)), (400, "message"), "{msg}");
    }
    let stranger = AccountAddress::new(vec![3; 32]).unwrap().to_string();
    for contract in [stranger.as_str(), "nonsense", ""] {
        let errand = json!({"contract": contract, "msg": show(1, |_| {})});
        let reply = stage.send(&errand.to_string()).await;
        assert_eq!((reply.status, code(&reply)), (403, "contract"));
    }
    let trust = stage.trust.to_string();
    for body in [
        "".into(),
        "{".into(),
        json!([]).to_string(),
        json!({"contract": trust}).to_string(),
        json!({"contract": trust, "msg": show(1, |_| {}), "memo": "x"}).to_string(),
        json!({"contract": trust, "msg": show(1, |_| {}), "height": 1_000}).to_string(),
        format!("{}{}", "[".repeat(8000), "]".repeat(8000)),
    ] {
        let reply = stage.send(&body).await;
        assert_eq!((reply.status, code(&reply)), (400, "request"), "{body}");
    }
    let large = json!({"contract": trust, "msg": "x".repeat(20_000)});
    let reply = stage.send(&large.to_string()).await;
    assert_eq!((reply.status, code(&reply)), (413, "too_large"));
    assert_eq!(stage.waiting(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_concurrent_requests_with_one_nullifier_one_is_broadcast() {
    let stage = Arc::new(Stage::new(|_| {}).await);
    // different proofs of one nullifier: one passes, the others are told which
    let mut tasks = vec![];
    for n in 0..12u8 {
        let stage = stage.clone();
        let msg = show(1, |f| f["proof"] = json!(proof(100 + n)));
        tasks.push(tokio::spawn(async move { stage.post(&msg).await }));
    }
    let (mut sent, mut refused) = (vec![], vec![]);
    for task in tasks {
        let reply = task.await.unwrap();
        match reply.status {
            200 => sent.push(reply),
            _ => refused.push(reply),
        }
    }
    assert_eq!((sent.len(), refused.len()), (1, 11));
    let hash = sent[0].body["hash"].as_str().unwrap();
    for reply in &refused {
        assert_eq!((reply.status, code(reply)), (409, "under_way"));
        assert!(reply.body.to_string().contains(hash));
    }
    assert_eq!(stage.waiting(), 1);
    assert_eq!(stage.produce(), [true]);
    // the very same message from several callers: one transaction, whose hash all get
    let mut tasks = vec![];
    for _ in 0..8 {
        let stage = stage.clone();
        tasks.push(tokio::spawn(
            async move { stage.post(&show(2, |_| {})).await },
        ));
    }
    let mut hashes = BTreeSet::new();
    for task in tasks {
        let reply = task.await.unwrap();
        assert_eq!(reply.status, 200, "{}", reply.body);
        hashes.insert(reply.body["hash"].to_string());
    }
    assert_eq!((hashes.len(), stage.waiting()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_in_flight_follow_one_another_without_a_gap() {
    let stage = Arc::new(Stage::new(|_| {}).await);
    let mut tasks = vec![];
    for n in 0..16 {
        let stage = stage.clone();
        tasks.push(tokio::spawn(async move {
            stage.post(&show(n, |_| {})).await.status
        }));
    }
    for task in tasks {
        assert_eq!(task.await.unwrap(), 200);
    }
    assert_eq!(stage.waiting(), 16);
    assert_eq!(stage.produce(), [true; 16]);
    assert_eq!(stage.sequence(), 16);
    assert_eq!(stage.post(&show(99, |_| {})).await.status, 200);
    assert_eq!(stage.produce(), [true]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_else_signs_with_the_relays_key_only_moves_its_sequence() {
    let stage = Stage::new(|_| {}).await;
    // another program with the same key: its transactions are those of a second relay
    let other = Stage::new(|_| {}).await;
    for n in 20..23 {
        other.relay(show(n, |_| {})).unwrap();
    }
    let theirs = other.chain.lock().unwrap().pool().unconfirmed(10);
    for tx in theirs {
        let outcome = stage.chain.lock().unwrap().submit(tx);
        assert_eq!(outcome.code, 0, "{}", outcome.log);
    }
    stage.relay(show(1, |_| {})).unwrap();
    assert_eq!(stage.produce(), [true; 4]);
    assert_eq!(stage.sequence(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_block_spent_after_the_simulation_is_seen() {
    let stage = Stage::new(|_| {}).await;
    stage.relay(show(1, |_| {})).unwrap();
    let chain = stage.chain.clone();
    stage.nosy.after_simulation(move || {
        chain.lock().unwrap().produce().unwrap();
    });
    // simulated before the block that spends its nullifier, sent after it
    let late = stage.relay(show(1, |f| f["proof"] = json!(proof(8))));
    let Err(Refusal::Refused(story)) = late else {
        panic!("{late:?}")
    };
    assert!(story.contains("nullifier is spent"), "{story}");
    assert_eq!((stage.waiting(), stage.sequence()), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_are_counted_and_told_when_to_come_back() {
    let stage = Stage::new(|s| (s.per_address, s.per_minute) = (4, 2)).await;
    // refused ones count for the address, but not for the whole
    let bad = show(0, |f| f["proof"] = json!(proof(0)));
    assert_eq!(stage.post(&bad).await.status, 422);
    for n in 1..=2 {
        assert_eq!(stage.post(&show(n, |_| {})).await.status, 200);
    }
    for of in ["of all callers", "of your address"] {
        let reply = stage.post(&show(3, |_| {})).await;
        assert_eq!((reply.status, code(&reply)), (429, "too_many"));
        assert!(reply.body.to_string().contains(of), "{}", reply.body);
        assert!(reply.head.contains("retry-after: "), "{}", reply.head);
    }
    assert_eq!(stage.waiting(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_cannot_pay_says_so_and_names_another_way() {
    let mut params = Params::development();
    for class in params.classes.values_mut() {
        (class.capacity, class.rate) = (1000, 1);
    }
    let poor = Stage::with(|_| {}, params).await;
    let reply = poor.post(&show(1, |_| {})).await;
    assert_eq!((reply.status, code(&reply)), (503, "unable"));
    assert!(reply.body.to_string().contains("ask another node"));
    assert_eq!(poor.waiting(), 0);
    // nor does it spend more on one message than it is set to
    let thrifty = Stage::new(|section| section.gas = 1).await;
    let reply = thrifty.post(&show(1, |_| {})).await;
    assert!([422, 503].contains(&reply.status), "{}", reply.body);
    assert_eq!(thrifty.waiting(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_tells_for_whom_it_sends() {
    let stage = Stage::new(|_| {}).await;
    let terms: Value = serde_json::to_value(mycel_rpc::Relay::terms(&*stage.relay)).unwrap();
    assert_eq!(terms["account"], json!(account().to_string()));
    assert_eq!(terms["contracts"], json!([stage.trust.to_string()]));
    assert_eq!(terms["kinds"], json!(["show", "show_member"]));
}
