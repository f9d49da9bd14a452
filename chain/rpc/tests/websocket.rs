//! Subscriptions: the answer first, then events under the same id, in CometBFT's shapes.
mod canned;
mod support;

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use futures::{SinkExt, StreamExt};
use mycel_rpc::RpcConfig;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

use support::{Served, serve};

type Socket = WebSocketStream<TcpStream>;

async fn connect(served: &Served) -> Socket {
    let stream = TcpStream::connect(served.address).await.unwrap();
    let url = format!("ws://{}/websocket", served.address);
    client_async(url, stream).await.unwrap().0
}

async fn send(socket: &mut Socket, id: u64, method: &str, params: Value) {
    let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
    socket
        .send(Message::text(request.to_string()))
        .await
        .unwrap();
}

/// The next message; `None` once the connection has ended.
async fn next(socket: &mut Socket) -> Option<Value> {
    loop {
        let message = tokio::time::timeout(Duration::from_secs(10), socket.next());
        match message.await.expect("a message in time")? {
            Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
            Ok(_) => {}
            Err(_) => return None,
        }
    }
}

async fn ask(socket: &mut Socket, id: u64, method: &str, params: Value) -> Value {
    send(socket, id, method, params).await;
    next(socket).await.unwrap()
}

/// The keys of an object, with those of objects in it.
fn keys(at: &str, value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                into.push(format!("{at}.{key}"));
                // what stands in these differs from chain to chain
                if !["events", "header", "last_commit"].contains(&key.as_str()) {
                    keys(&format!("{at}.{key}"), value, into);
                }
            }
        }
        Value::Array(list) => list.iter().take(1).for_each(|v| keys(at, v, into)),
        _ => {}
    }
}

fn same_keys(ours: &Value, theirs: &Value) {
    let (mut a, mut b) = (vec![], vec![]);
    keys("", ours, &mut a);
    keys("", theirs, &mut b);
    a.sort();
    b.sort();
    assert_eq!(a, b);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_follow_the_answer_under_the_same_id() {
    let served = serve(RpcConfig::default()).await;
    let golden: Vec<Value> = serde_json::from_str(include_str!("golden/websocket.json")).unwrap();
    let recorded = |name: &str| &golden.iter().find(|e| e["name"] == name).unwrap()["body"];
    let mut socket = connect(&served).await;
    for (id, query) in [
        (1, "tm.event='Tx'"),
        (3, "tm.event='Tx' AND transfer.amount='7credit'"),
        (4, "tm.event='NewBlock'"),
        (5, "tm.event='NewBlockHeader'"),
    ] {
        let answer = ask(&mut socket, id, "subscribe", json!({"query": query})).await;
        assert_eq!(answer, json!({"jsonrpc": "2.0", "id": id, "result": {}}));
    }
    let again = ask(
        &mut socket,
        2,
        "subscribe",
        json!({"query": "tm.event='Tx'"}),
    )
    .await;
    assert_eq!(again["error"]["data"], "already subscribed");
    let bad = ask(&mut socket, 6, "subscribe", json!({"query": "nope nope"})).await;
    assert!(
        bad["error"]["data"]
            .as_str()
            .unwrap()
            .starts_with("failed to parse query: offset 5")
    );

    // the second block of transactions has no events of its own kind to differ in
    served.chain.commit(vec![
        b"any one".to_vec().into(),
        b"any two!".to_vec().into(),
    ]);
    let mut events = vec![];
    for _ in 0..5 {
        events.push(next(&mut socket).await.unwrap());
    }
    let got: Vec<(u64, &str)> = events
        .iter()
        .map(|e| {
            (
                e["id"].as_u64().unwrap(),
                e["result"]["data"]["type"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        got,
        [
            (1, "tendermint/event/Tx"),
            (1, "tendermint/event/Tx"),
            (3, "tendermint/event/Tx"),
            (4, "tendermint/event/NewBlock"),
            (5, "tendermint/event/NewBlockHeader"),
        ]
    );
    let tx = &events[0]["result"];
    assert_eq!(tx["query"], "tm.event='Tx'");
    let value = &tx["data"]["value"]["TxResult"];
    assert!(value.get("index").is_none(), "index 0 is left out");
    assert!(value["result"].get("code").is_none(), "code 0 is left out");
    assert_eq!(value["tx"], STANDARD.encode("any one"));
    assert_eq!(tx["events"]["tx.height"], json!(["6"]));
    assert_eq!(events[1]["result"]["data"]["value"]["TxResult"]["index"], 1);
    same_keys(&events[0], recorded("tendermint/event/Tx"));
    same_keys(&events[4], recorded("tendermint/event/NewBlockHeader"));

    // an empty block, as the one that was recorded, but for parameters that this chain does not repeat
    served.chain.commit(vec![]);
    let mut block = next(&mut socket).await.unwrap();
    assert_eq!(block["id"], 4);
    let finalized = &mut block["result"]["data"]["value"]["result_finalize_block"];
    let theirs = recorded("tendermint/event/NewBlock");
    finalized["consensus_param_updates"] =
        theirs["result"]["data"]["value"]["result_finalize_block"]["consensus_param_updates"]
            .clone();
    same_keys(&block, theirs);
    assert_eq!(next(&mut socket).await.unwrap()["id"], 5);

    let other = ask(
        &mut socket,
        10,
        "unsubscribe",
        json!({"query": "tm.event='Vote'"}),
    )
    .await;
    assert_eq!(other["error"]["data"], "subscription not found");
    let gone = ask(
        &mut socket,
        9,
        "unsubscribe",
        json!({"query": "tm.event='NewBlock'"}),
    )
    .await;
    assert_eq!(gone["result"], json!({}));
    let all = ask(&mut socket, 11, "unsubscribe_all", json!({})).await;
    assert_eq!(all["result"], json!({}));
    served.chain.commit(vec![]);
    // requests go on over the same connection, and no event comes between
    let status = ask(&mut socket, 12, "status", json!({})).await;
    assert_eq!(
        (
            &status["id"],
            &status["result"]["sync_info"]["latest_block_height"]
        ),
        (&json!(12), &json!("8"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_are_counted() {
    let served = serve(RpcConfig::default()).await;
    let mut socket = connect(&served).await;
    for id in 0..5 {
        let query = json!({"query": format!("tm.event='Tx' AND a.b='{id}'")});
        assert!(
            ask(&mut socket, id, "subscribe", query)
                .await
                .get("result")
                .is_some()
        );
    }
    let sixth = ask(
        &mut socket,
        6,
        "subscribe",
        json!({"query": "tm.event='Tx'"}),
    )
    .await;
    assert_eq!(
        sixth["error"]["data"],
        "max_subscriptions_per_client 5 reached"
    );
    let unknown = ask(&mut socket, 7, "nope", json!({})).await;
    assert_eq!(unknown["error"]["code"], -32601);
    socket.send(Message::text("[{}]")).await.unwrap();
    assert_eq!(next(&mut socket).await.unwrap()["error"]["code"], -32600);
    socket.send(Message::text("{")).await.unwrap();
    assert_eq!(next(&mut socket).await.unwrap()["error"]["code"], -32700);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_does_not_read_is_dropped() {
    let served = serve(RpcConfig {
        backlog: 4,
        ..RpcConfig::default()
    })
    .await;
    let mut socket = connect(&served).await;
    ask(
        &mut socket,
        1,
        "subscribe",
        json!({"query": "tm.event='NewBlock'"}),
    )
    .await;
    // far more than the kernel's buffers and the backlog hold
    let tx = bytes::Bytes::from(vec![b'x'; 1 << 20]);
    for _ in 0..40 {
        served.chain.commit(vec![tx.clone()]);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut received = 0;
    while next(&mut socket).await.is_some() {
        received += 1;
    }
    assert!(
        received < 40,
        "the connection ended, and {received} events had left before"
    );
}
