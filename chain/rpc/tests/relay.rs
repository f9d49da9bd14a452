//! The relay's door: bounds before anything is read, and answers that programs and people can act on.
mod canned;
mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use mycel_rpc::{Errand, Refusal, Relay, RpcConfig, Sent, Terms};
use mycel_types::Limits;
use serde_json::{Value, json};

use support::{Reply, Served, serve};

/// Sends nothing, but answers; `wait` waits and then sends.
#[derive(Default)]
struct Canned {
    asked: AtomicU32,
    sent: AtomicU32,
}

impl Relay for Canned {
    fn terms(&self) -> Terms {
        Terms {
            account: "mycel1relay".into(),
            contracts: vec!["mycel1trust".into()],
            kinds: vec!["show".into()],
            body_bytes: 1000,
            per_minute: 3,
            per_address: 20,
        }
    }

    fn relay(&self, errand: &Errand, limits: &Limits) -> Result<Sent, Refusal> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        match errand.msg.as_str() {
            Some("bad") => return Err(Refusal::Refused("the proof".into())),
            Some("wait") => {
                while !limits.stop.is_cancelled() {
                    std::thread::sleep(Duration::from_millis(5));
                }
            }
            _ => {}
        }
        self.sent.fetch_add(1, Ordering::SeqCst);
        Ok(Sent {
            hash: "AB".repeat(32),
            height: 5,
        })
    }
}

async fn relaying(config: RpcConfig) -> (Served, Arc<Canned>) {
    let (served, relay) = (serve(config).await, Arc::new(Canned::default()));
    *served.chain.relay.lock().unwrap() = Some(relay.clone());
    (served, relay)
}

async fn post(served: &Served, body: &str) -> Reply {
    served
        .http("POST /mycel/relay", "host: localhost\r\n", body)
        .await
}

fn errand(msg: &str) -> String {
    json!({"contract": "mycel1trust", "msg": msg}).to_string()
}

fn code(reply: &Reply) -> Value {
    reply.json()["error"]["code"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_relays_nothing_says_so() {
    let served = serve(RpcConfig::default()).await;
    let reply = post(&served, &errand("good")).await;
    assert_eq!((reply.status, code(&reply)), (404, json!("closed")));
    let reply = served.get("/mycel/relay").await;
    assert_eq!(reply.status, 404);
    assert!(reply.body.contains("ask another node"), "{}", reply.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_tells_its_terms_and_answers_with_the_hash() {
    let (served, relay) = relaying(RpcConfig::default()).await;
    let terms = served.get("/mycel/relay").await;
    assert_eq!(terms.status, 200);
    assert_eq!(terms.json()["contracts"], json!(["mycel1trust"]));
    assert_eq!(terms.json()["per_minute"], json!(3));
    let reply = post(&served, &errand("good")).await;
    let sent = json!({"hash": "AB".repeat(32), "height": 5});
    assert_eq!((reply.status, reply.json()), (200, sent));
    assert_eq!(relay.sent.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_bounded_before_they_are_read() {
    let (served, relay) = relaying(RpcConfig::default()).await;
    // a length that is said
    let head = "POST /mycel/relay HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n";
    let said = served
        .raw(format!("{head}content-length: 1000000000\r\n\r\n").as_bytes())
        .await;
    assert!(said.starts_with("HTTP/1.1 413"), "{said}");
    // one that is not
    let chunk = format!("3e8\r\n{}\r\n", "x".repeat(1000));
    let unsaid = format!(
        "{head}transfer-encoding: chunked\r\n\r\n{}",
        chunk.repeat(4)
    );
    let unsaid = served.raw(unsaid.as_bytes()).await;
    assert!(unsaid.starts_with("HTTP/1.1 413"), "{unsaid}");
    assert!(unsaid.contains("limit=1000"), "{unsaid}");
    for body in [
        String::new(),
        "{\"contract\":".into(),
        format!("{}{}", "[".repeat(200), "]".repeat(200)),
        json!({"contract": "a", "msg": {}, "more": 1}).to_string(),
        json!({"contract": 1, "msg": {}}).to_string(),
    ] {
        let reply = post(&served, &body).await;
        assert_eq!((reply.status, code(&reply)), (400, json!("request")));
    }
    assert_eq!(relay.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_nested_deeper_than_a_request_may_be_reaches_no_relay() {
    let config = RpcConfig {
        json_depth: 5,
        ..RpcConfig::default()
    };
    let (served, relay) = relaying(config).await;
    // the errand itself is the first level
    let nested = |depth: usize| {
        let msg = format!("{}{}", "[".repeat(depth - 1), "]".repeat(depth - 1));
        format!("{{\"contract\":\"mycel1trust\",\"msg\":{msg}}}")
    };
    assert_eq!(post(&served, &nested(5)).await.status, 200);
    let reply = post(&served, &nested(6)).await;
    assert_eq!((reply.status, code(&reply)), (400, json!("request")));
    assert_eq!(relay.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let config = RpcConfig {
        header_time: Duration::from_millis(200),
        ..RpcConfig::default()
    };
    let (served, _) = relaying(config).await;
    let request = "POST /mycel/relay HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n{";
    // far more than it waits, far less than a client would
    let answer = tokio::time::timeout(Duration::from_secs(10), served.raw(request.as_bytes()));
    let answer = answer.await.expect("the body is waited for");
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(answer.contains("in time"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_its_share_and_all_together_theirs() {
    let (served, relay) = relaying(RpcConfig::default()).await;
    for _ in 0..5 {
        let reply = post(&served, &errand("bad")).await;
        assert_eq!((reply.status, code(&reply)), (422, json!("refused")));
    }
    for _ in 0..3 {
        assert_eq!(post(&served, &errand("good")).await.status, 200);
    }
    for n in 0..20 {
        let reply = post(&served, &errand("good")).await;
        assert_eq!((reply.status, code(&reply)), (429, json!("too_many")));
        let whose = ["of all callers", "of your address"][usize::from(n >= 12)];
        assert!(reply.body.contains(whose), "{n}: {}", reply.body);
        assert!(reply.head.to_lowercase().contains("retry-after: "));
    }
    assert_eq!(relay.asked.load(Ordering::SeqCst), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_after_its_caller_left_counts() {
    let config = RpcConfig {
        query_time: Duration::from_millis(100),
        ..RpcConfig::default()
    };
    let (served, relay) = relaying(config).await;
    for _ in 0..3 {
        let reply = post(&served, &errand("wait")).await;
        assert_eq!((reply.status, code(&reply)), (503, json!("unable")));
    }
    while relay.sent.load(Ordering::SeqCst) < 3 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(post(&served, &errand("good")).await.status, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_names_do_not_reach_the_relay_of_this_machine() {
    let (served, relay) = relaying(RpcConfig::default()).await;
    let reply = served
        .http(
            "POST /mycel/relay",
            "host: evil.example\r\n",
            &errand("good"),
        )
        .await;
    assert_eq!(reply.status, 403);
    assert_eq!(relay.asked.load(Ordering::SeqCst), 0);
}
