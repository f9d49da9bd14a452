//! Every answer has the keys and JSON types that a recorded CometBFT 0.38 (under a wasmd) gave.
mod canned;
mod support;

use base64::{Engine, engine::general_purpose::STANDARD};
use mycel_rpc::{RpcConfig, tx_hash};
use mycel_types::{AccountAddress, key};
use serde_json::{Value, json};

use support::{Served, serve};

/// The recorded entries of a file.
fn golden(text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap()
}

fn node() -> Vec<Value> {
    golden(include_str!("golden/node.json"))
}
fn blocks() -> Vec<Value> {
    golden(include_str!("golden/blocks.json"))
}
fn queries() -> Vec<Value> {
    golden(include_str!("golden/queries.json"))
}
fn broadcasts() -> Vec<Value> {
    golden(include_str!("golden/broadcast.json"))
}

fn named<'a>(list: &'a [Value], name: &str) -> &'a Value {
    let found = list.iter().find(|e| e["name"] == name);
    &found.unwrap_or_else(|| panic!("no recording {name:?}"))["answer"]
}

/// What a scalar is: its JSON type, and for strings whether they are digits, upper-case hex or else.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(s)
            if s.len() >= 40
                && s.bytes()
                    .all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b)) =>
        {
            "HEX"
        }
        Value::String(s) if s.parse::<i128>().is_ok() => "digits",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// Compares keys and kinds; of lists the first entries.
fn same(at: &str, ours: &Value, theirs: &Value) {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = |m: &serde_json::Map<String, Value>| m.keys().cloned().collect::<Vec<_>>();
            let (mut ka, mut kb) = (keys(a), keys(b));
            ka.sort();
            kb.sort();
            assert_eq!(ka, kb, "{at}: keys (ours, theirs)");
            a.iter()
                .for_each(|(k, v)| same(&format!("{at}.{k}"), v, &b[k]));
        }
        (Value::Array(a), Value::Array(b)) => {
            if let (Some(a), Some(b)) = (a.first(), b.first()) {
                same(&format!("{at}[0]"), a, b);
            }
        }
        // texts whose content differs by chain
        (Value::String(_), Value::String(_))
            if ["value", "log", "data", "channels"]
                .iter()
                .any(|k| at.ends_with(k)) => {}
        _ => assert_eq!(kind(ours), kind(theirs), "{at}: {ours} against {theirs}"),
    }
}

async fn served() -> Served {
    let served = serve(RpcConfig::default()).await;
    tokio::spawn(served.chain.clone().run());
    served
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_node_says_of_itself() {
    let served = served().await;
    let golden = node();
    for name in [
        "health",
        "status",
        "abci_info",
        "net_info",
        "consensus_params",
        "num_unconfirmed_txs",
        "unconfirmed_txs",
    ] {
        same(
            name,
            &served.call(name, json!({})).await,
            named(&golden, name),
        );
    }
    let status = served.result("status", json!({})).await;
    assert!(
        status["node_info"]["version"]
            .as_str()
            .unwrap()
            .starts_with("0.38.")
    );
    assert_eq!(status["node_info"]["network"], canned::CHAIN);
    assert_eq!(status["sync_info"]["latest_block_height"], "5");
    assert_eq!(
        served.result("consensus_params", json!({})).await["block_height"],
        "6"
    );
    let pieces = served.call("genesis_chunked", json!({"chunk": "0"})).await;
    same(
        "genesis_chunked",
        &pieces,
        named(&blocks(), "genesis_chunked (trimmed)"),
    );
    let piece = STANDARD
        .decode(pieces["result"]["data"].as_str().unwrap())
        .unwrap();
    let whole = served.result("genesis", json!({})).await;
    assert_eq!(
        serde_json::from_slice::<Value>(&piece).unwrap(),
        whole["genesis"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_headers_commits_and_validators() {
    let served = served().await;
    let golden = blocks();
    let hash = served.result("block", json!({"height": "2"})).await["block_id"]["hash"].clone();
    let hash64 = STANDARD.encode(hex::decode(hash.as_str().unwrap()).unwrap());
    for (name, method, params) in [
        ("block", "block", json!({"height": "2"})),
        ("block latest", "block", json!({})),
        ("block too high", "block", json!({"height": "99999999"})),
        ("block 0", "block", json!({"height": "0"})),
        ("block_by_hash", "block_by_hash", json!({"hash": hash64})),
        ("header", "header", json!({"height": 2})),
        ("header without height", "header", json!({})),
        ("header_by_hash", "header_by_hash", json!({"hash": hash})),
        ("commit", "commit", json!({"height": "2"})),
        ("commit latest", "commit", json!({})),
        ("validators", "validators", json!({"height": "2"})),
        (
            "validators page 2",
            "validators",
            json!({"height": "2", "page": "2", "per_page": "1"}),
        ),
        (
            "blockchain",
            "blockchain",
            json!({"minHeight": "1", "maxHeight": "2"}),
        ),
        (
            "block_search",
            "block_search",
            json!({"query": "block.height=2"}),
        ),
        ("block_results", "block_results", json!({"height": "2"})),
        (
            "consensus_params at height",
            "consensus_params",
            json!({"height": "2"}),
        ),
    ] {
        same(
            name,
            &served.call(method, params).await,
            named(&golden, name),
        );
    }
    assert_eq!(
        served.result("commit", json!({"height": "4"})).await["canonical"],
        true
    );
    assert_eq!(
        served.result("commit", json!({"height": "5"})).await["canonical"],
        false
    );
    let empty = served.result("block_results", json!({"height": "1"})).await;
    assert_eq!(
        (&empty["txs_results"], &empty["consensus_param_updates"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(empty["validator_updates"], Value::Null);
    let first = served.result("header", json!({"height": "1"})).await;
    let no_id = json!({"hash": "", "parts": {"total": 0, "hash": ""}});
    assert_eq!(first["header"]["last_block_id"], no_id);
    let metas = served.result("blockchain", json!({})).await;
    let heights: Vec<&Value> = metas["block_metas"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| &m["header"]["height"])
        .collect();
    assert_eq!(heights, ["5", "4", "3", "2", "1"]);
    let missing = served
        .result("block_by_hash", json!({"hash": "00".repeat(32)}))
        .await;
    assert_eq!(missing["block"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_are_found_by_hash_by_height_and_by_event() {
    let served = served().await;
    let golden = blocks();
    let hash = tx_hash(b"first");
    let (hex, hash64) = (hex::encode_upper(hash), STANDARD.encode(hash));
    let no_hash = STANDARD.encode([0; 32]);
    let search = |query: &str| json!({"query": query});
    for (name, method, params) in [
        (
            "tx by base64 hash",
            "tx",
            json!({"hash": hash64, "prove": false}),
        ),
        ("tx prove", "tx", json!({"hash": hash64, "prove": true})),
        ("tx not found", "tx", json!({"hash": no_hash})),
        (
            "tx_search hash",
            "tx_search",
            search(&format!("tx.hash='{hex}'")),
        ),
        (
            "tx_search hash none",
            "tx_search",
            search(&format!("tx.hash='{}'", "00".repeat(32))),
        ),
        ("tx_search height", "tx_search", search("tx.height=2")),
        (
            "tx_search bad query",
            "tx_search",
            search("this is not a query"),
        ),
        ("tx_search empty", "tx_search", search("")),
        (
            "tx_search page out of range",
            "tx_search",
            json!({"query": "tx.fee_payer='somebody'", "page": "9", "per_page": "1"}),
        ),
    ] {
        same(
            name,
            &served.call(method, params).await,
            named(&golden, name),
        );
    }
    same(
        "GET tx",
        &served.get(&format!("/tx?hash=0x{hex}")).await.json(),
        named(&golden, "GET tx"),
    );
    for (query, total) in [
        ("tx.fee_payer='somebody'", 2),
        ("tx.fee_payer='somebody' AND transfer.amount='5credit'", 1),
        ("tx.fee_payer='somebody' AND transfer.amount>5", 1),
        ("tm.event='Tx' AND transfer.amount EXISTS", 2),
        ("tx.fee_payer='somebody' AND tx.height>2", 0),
        ("tx.height>=2 AND tx.height<=4", 3),
        ("tx.height='2'", 2),
        ("tx.fee_payer='nobody'", 0),
        ("tm.event='NewBlock'", 0),
    ] {
        let found = served.result("tx_search", search(query)).await;
        assert_eq!(found["total_count"], total.to_string(), "{query}");
    }
    let found = served
        .result(
            "tx_search",
            json!({"query": "tx.height>1", "order_by": "desc", "per_page": "1", "page": "3"}),
        )
        .await;
    assert_eq!(
        (&found["total_count"], &found["txs"][0]["hash"]),
        (&json!("3"), &json!(hex))
    );
    let failed = served
        .result("tx", json!({"hash": hex::encode(tx_hash(b"fail third"))}))
        .await;
    assert_eq!(
        (&failed["tx_result"]["code"], &failed["tx_result"]["data"]),
        (&json!(11), &Value::Null)
    );
    let found = served
        .result("block_search", search("beat.height='4'"))
        .await;
    assert_eq!(found["blocks"][0]["block"]["header"]["height"], "4");
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_are_handed_in() {
    let served = served().await;
    let golden = broadcasts();
    let tx = |text: &str| json!({"tx": STANDARD.encode(text)});
    for (name, method, params) in [
        ("success", "broadcast_tx_sync", tx("any a")),
        (
            "same tx again (already committed, in cache)",
            "broadcast_tx_sync",
            tx("any a"),
        ),
        ("wrong sequence", "broadcast_tx_sync", tx("garbage")),
        ("async success", "broadcast_tx_async", tx("any b")),
        (
            "broadcast_tx_commit success",
            "broadcast_tx_commit",
            tx("any c"),
        ),
        (
            "broadcast_tx_commit check failure",
            "broadcast_tx_commit",
            tx("garbage"),
        ),
        ("check_tx", "check_tx", tx("any d")),
    ] {
        let answer = served.call(method, params).await;
        same(name, &answer, named(&golden, name));
    }
    let refused = served.result("broadcast_tx_sync", tx("garbage")).await;
    assert_eq!(
        (&refused["code"], &refused["codespace"]),
        (&json!(2), &json!("sdk"))
    );
    let committed = served.result("broadcast_tx_commit", tx("any e")).await;
    let hash = committed["hash"].as_str().unwrap().to_owned();
    assert_eq!(hash, hex::encode_upper(tx_hash(b"any e")));
    assert_eq!(
        served.result("tx", json!({"hash": hash})).await["height"],
        committed["height"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_reach_the_router() {
    let served = served().await;
    let golden = queries();
    let address = AccountAddress::new([9; 20]).unwrap().to_string();
    let account = format!("0a{:02x}{}", address.len(), hex::encode(&address));
    let query = |path: &str, data: &str| json!({"path": path, "data": data, "prove": false});
    let path = "/cosmos.auth.v1beta1.Query/Account";
    let proven = hex::encode(key::contract_data(
        &AccountAddress::new([7; 32]).unwrap(),
        b"a\0\0\0\0",
    ));
    for (name, params) in [
        ("Account", query(path, &account)),
        ("Account never seen", query(path, "0a0178")),
        ("unknown path", query("/nope", "")),
        ("data not hex", query(path, "zz")),
        (
            "store key with proof (wasm params)",
            json!({"path": "/store/mycel/key", "data": proven, "prove": true}),
        ),
        (
            "height in the future",
            json!({"path": "/store/mycel/key", "data": proven, "prove": true, "height": "99999999"}),
        ),
    ] {
        same(
            name,
            &served.call("abci_query", params).await,
            named(&golden, name),
        );
    }
    let uri = format!("/abci_query?path=%22{path}%22&data=0x{account}");
    same(
        "GET abci_query",
        &served.get(&uri).await.json(),
        named(&golden, "GET abci_query"),
    );
    let answer = served.result("abci_query", query(path, &account)).await;
    assert_eq!(answer["response"]["height"], "5");
}

#[tokio::test(flavor = "multi_thread")]
async fn tendermint_rs_reads_the_answers() {
    use tendermint_rpc::endpoint;
    let served = served().await;
    let read = |method: &'static str, params: Value| {
        let served = &served;
        async move { served.result(method, params).await }
    };
    fn parse<T: serde::de::DeserializeOwned>(value: Value) -> T {
        serde_json::from_value(value.clone()).unwrap_or_else(|e| panic!("{e}: {value}"))
    }
    let at = json!({"height": "2"});
    let status: endpoint::status::Response = parse(read("status", json!({})).await);
    assert_eq!(status.sync_info.latest_block_height.value(), 5);
    let commit: endpoint::commit::Response = parse(read("commit", at.clone()).await);
    let block: endpoint::block::v0_38::DialectResponse = parse(read("block", at.clone()).await);
    assert_eq!(
        commit.signed_header.header.hash(),
        block.block_id.hash,
        "the header survives"
    );
    let _: endpoint::validators::Response = parse(read("validators", at.clone()).await);
    let _: endpoint::blockchain::Response = parse(read("blockchain", json!({})).await);
    let _: endpoint::consensus_params::Response = parse(read("consensus_params", at.clone()).await);
    let _: endpoint::genesis::Response<Value> = parse(read("genesis", json!({})).await);
    let _: endpoint::net_info::Response = parse(read("net_info", json!({})).await);
    let _: endpoint::abci_info::Response = parse(read("abci_info", json!({})).await);
    for height in ["2", "3"] {
        let _: endpoint::block_results::Response =
            parse(read("block_results", json!({"height": height})).await);
    }
    let hash = json!({"hash": STANDARD.encode(tx_hash(b"second")), "prove": true});
    let tx: endpoint::tx::Response = parse(read("tx", hash).await);
    assert_eq!(tx.index, 1);
}
