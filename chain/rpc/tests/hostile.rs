//! What a client must not be able to do.
mod canned;
mod support;

use std::time::{Duration, Instant};

use mycel_rpc::RpcConfig;
use serde_json::{Value, json};
use tokio::{io::AsyncReadExt, net::TcpStream};

use support::serve;

#[tokio::test(flavor = "multi_thread")]
async fn errors_come_as_a_real_node_gives_them() {
    let served = serve(RpcConfig::default()).await;
    let recorded: Vec<Value> = serde_json::from_str(include_str!("golden/node.json")).unwrap();
    let recorded = |name: &str| recorded.iter().find(|e| e["name"] == name).unwrap();
    let health = json!({"jsonrpc": "2.0", "id": 1, "method": "health", "params": {}});
    let nope = json!({"jsonrpc": "2.0", "id": 2, "method": "nope", "params": {}});
    for (name, body) in [
        ("malformed json", "{not json".to_string()),
        ("batch", json!([health, nope]).to_string()),
        (
            "batch of 11 (limit 10)",
            json!(vec![&health; 11]).to_string(),
        ),
        (
            "string id, positional params",
            json!({"jsonrpc": "2.0", "id": "str-id", "method": "health", "params": []}).to_string(),
        ),
    ] {
        let (reply, theirs) = (served.post(&body).await, recorded(name));
        assert_eq!(reply.status, theirs["status"], "{name}");
        let mut ours = reply.json();
        let mut theirs = theirs["answer"].clone();
        for answer in [&mut ours, &mut theirs] {
            if name == "malformed json" {
                answer["error"]["data"].take();
            }
        }
        assert_eq!(ours, theirs, "{name}");
        assert!(
            reply
                .head
                .to_lowercase()
                .contains("content-type: application/json")
        );
    }
    let notification = r#"{"jsonrpc":"2.0","method":"health","params":{}}"#;
    assert_eq!(served.post(notification).await.body, "");
    assert_eq!(served.error("nope", json!({})).await.0, -32601);
    assert_eq!(
        served.error("block", json!({"height": "abc"})).await.0,
        -32602
    );
    assert_eq!(
        served
            .error("subscribe", json!({"query": "tm.event='Tx'"}))
            .await
            .0,
        -32601
    );
    let (code, story) = served.error("broadcast_evidence", json!({})).await;
    assert_eq!(
        (code, story.as_str()),
        (-32001, "not yet: evidence from clients")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_bounded_in_size_and_nesting() {
    let served = serve(RpcConfig::default()).await;
    let deep = format!(
        r#"{{"id":1,"method":"health","params":{}{}}}"#,
        "[".repeat(40),
        "]".repeat(40)
    );
    assert_eq!(served.post(&deep).await.json()["error"]["code"], -32600);
    let large = format!(
        r#"{{"id":1,"method":"health","x":"{}"}}"#,
        "x".repeat(2 << 20)
    );
    assert_eq!(served.post(&large).await.status, 413);
    // said, never sent: refused without waiting for it
    let said = served.raw(b"POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 9999999999\r\n\r\n{").await;
    assert!(said.starts_with("HTTP/1.1 413"), "{said}");
    for junk in [
        "[]",
        "5",
        "null",
        "{}",
        r#"{"id":{},"method":"health"}"#,
        r#"{"id":1,"method":5}"#,
        "[[]]",
        "\u{0}",
    ] {
        let reply = served.post(junk).await;
        assert!(reply.body.contains("error"), "{junk}: {}", reply.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_this_machine_is_served_on_loopback() {
    let served = serve(RpcConfig::default()).await;
    let status = |host: &'static str| {
        let served = &served;
        async move { served.http("GET /health", host, "").await.status }
    };
    assert_eq!(status("host: localhost:26657\r\n").await, 200);
    assert_eq!(status("host: [::1]:26657\r\n").await, 200);
    assert_eq!(status("host: rebound.example:26657\r\n").await, 403);
    assert_eq!(status("").await, 403);
    let preflight = "host: localhost\r\norigin: https://wallet.example\r\naccess-control-request-method: POST\r\naccess-control-request-headers: content-type\r\n";
    let reply = served.http("OPTIONS /", preflight, "").await;
    let head = reply.head.to_lowercase();
    assert!(head.contains("access-control-allow-origin: *"), "{head}");
    assert!(!head.contains("allow-credentials"));
}

#[tokio::test(flavor = "multi_thread")]
async fn uris_and_unknown_paths() {
    let served = serve(RpcConfig::default()).await;
    assert_eq!(
        served.get("/health").await.json(),
        json!({"jsonrpc": "2.0", "id": -1, "result": {}})
    );
    assert_eq!(
        served.get("/block?height=2").await.json()["result"]["block"]["header"]["height"],
        "2"
    );
    assert_eq!(
        served.get("/block?height=%222%22").await.json()["result"]["block"]["header"]["height"],
        "2"
    );
    assert_eq!(
        served.get("/block?height=x").await.json()["error"]["code"],
        -32602
    );
    let found = served
        .get("/tx_search?query=%22tx.height=2%22&per_page=1")
        .await
        .json();
    assert_eq!(found["result"]["total_count"], "2");
    let sent = served
        .get("/broadcast_tx_sync?tx=%22any%20words%22")
        .await
        .json();
    assert_eq!(
        sent["result"]["hash"],
        hex::encode_upper(mycel_rpc::tx_hash(b"any words"))
    );
    assert_eq!(served.get("/nope").await.status, 404);
    assert_eq!(served.get("/nope/nope").await.status, 404);
    assert_eq!(
        served
            .http("DELETE /health", "host: localhost\r\n", "")
            .await
            .status,
        405
    );
    assert!(
        served
            .get("/")
            .await
            .body
            .contains("/abci_query?path=_&data=_&height=_&prove=_")
    );
}

/// `SmartContractState` whose query runs until it is told to stop.
fn slow() -> Value {
    let query = br#"{"slow":1}"#;
    let data = format!("12{:02x}{}", query.len(), hex::encode(query));
    json!({"path": "/cosmwasm.wasm.v1.Query/SmartContractState", "data": data})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_query_ends_in_time_and_others_wait_no_longer_than_that() {
    let config = RpcConfig {
        heavy_queries: 1,
        query_time: Duration::from_millis(300),
        ..RpcConfig::default()
    };
    let served = serve(config).await;
    #[allow(clippy::disallowed_methods, reason = "the test measures real time")]
    let start = Instant::now();
    let (a, b, health) = tokio::join!(
        served.error("abci_query", slow()),
        served.error("abci_query", slow()),
        served.result("health", json!({})),
    );
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(health, json!({}));
    for (code, story) in [a, b] {
        assert_eq!(code, -32603);
        assert!(
            story.starts_with("query took longer than 300 ms"),
            "{story}"
        );
    }
    // the gate is open again
    let search = json!({"query": "tx.height=2"});
    assert_eq!(served.result("tx_search", search).await["total_count"], "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_leaves_gives_the_gate_back() {
    use tokio::io::AsyncWriteExt;
    let config = RpcConfig {
        heavy_queries: 1,
        query_time: Duration::from_secs(60),
        ..RpcConfig::default()
    };
    let served = serve(config).await;
    let body = json!({"id": 1, "method": "abci_query", "params": slow()}).to_string();
    let request = format!(
        "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(stream);
    let search = served.result("tx_search", json!({"query": "tx.height=2"}));
    let found = tokio::time::timeout(Duration::from_secs(10), search)
        .await
        .expect("an open gate");
    assert_eq!(found["total_count"], "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_counted_and_idle_ones_end() {
    let config = RpcConfig {
        connections: 2,
        header_time: Duration::from_millis(500),
        ..RpcConfig::default()
    };
    let served = serve(config).await;
    // two that say nothing take both seats
    let mut idle = vec![];
    for _ in 0..2 {
        idle.push(TcpStream::connect(served.address).await.unwrap());
    }
    // a third is served once they have been sent away
    let health = tokio::time::timeout(Duration::from_secs(10), served.result("health", json!({})));
    assert_eq!(health.await.expect("a seat"), json!({}));
    for mut stream in idle {
        let mut rest = vec![];
        let end = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut rest));
        end.await.expect("the end of an idle connection").unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_would_read_the_chain_is_refused() {
    let served = serve(RpcConfig::default()).await;
    for _ in 0..1100 {
        served.chain.commit(vec![]);
    }
    let (_, story) = served
        .error("tx_search", json!({"query": "wasm.memo EXISTS"}))
        .await;
    assert!(
        story.contains("would read more than 1000 blocks"),
        "{story}"
    );
    let narrow = json!({"query": "transfer.amount EXISTS AND tx.height<900"});
    assert_eq!(served.result("tx_search", narrow).await["total_count"], "2");
    let page = json!({"query": "beat.height EXISTS AND block.height>500 AND block.height<=900", "per_page": "1000"});
    let found = served.result("block_search", page).await;
    assert_eq!(found["total_count"], "400");
    assert_eq!(
        found["blocks"].as_array().unwrap().len(),
        100,
        "a page has at most 100"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_door_closes_when_it_is_told_to() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let chain = canned::Chain::with_blocks();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let door = tokio::spawn(mycel_rpc::serve(
        listener,
        chain,
        RpcConfig::default(),
        async {
            let _ = stopped.await;
        },
    ));
    let _idle = TcpStream::connect(address).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    stop.send(()).unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(5), door).await;
    ended.expect("an end in time").unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}
