//! Verified reads from a node that may lie.
#[path = "../../../chain/light/tests/chain/mod.rs"]
mod chain;

use std::{
    collections::BTreeMap,
    sync::Mutex,
    task::{Context, Poll, Waker},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use chain::{MockChain, update, write};
use mycel_client::{Client, ClientError, Transport, Trust};
use mycel_light::{VerifyError, verify};
use mycel_store::Delta;
use mycel_types::{StoreId, key};
use serde_json::{Value, json};

/// Serves a mock chain as a node would, and counts the calls.
struct Node {
    chain: MockChain,
    /// Answers this value for each key, whatever the proof says.
    lie: Option<Vec<u8>>,
    calls: Mutex<BTreeMap<String, usize>>,
}

impl Node {
    fn new(chain: MockChain) -> Self {
        Self {
            chain,
            lie: None,
            calls: Mutex::default(),
        }
    }

    fn answer(&self, method: &str, params: &Value) -> Result<Value, ClientError> {
        *self.calls.lock().unwrap().entry(method.into()).or_default() += 1;
        let number = |name: &str| params[name].as_str().map(|n| n.parse::<u64>().unwrap());
        Ok(match method {
            "status" => json!({
                "node_info": {"network": chain::CHAIN, "moniker": "mock", "version": "0.38.0"},
                "sync_info": {"latest_block_height": self.chain.height().to_string()},
            }),
            "commit" => {
                let block = self.chain.block(number("height").unwrap());
                let block = serde_json::to_value(block).unwrap();
                json!({"canonical": true,
                    "signed_header": {"header": block["header"], "commit": block["commit"]}})
            }
            "validators" => {
                let height = number("height").unwrap();
                let set = if height > self.chain.height() {
                    self.chain
                        .block(height - 1)
                        .next_validators
                        .clone()
                        .unwrap()
                } else {
                    self.chain.block(height).validators.clone()
                };
                let (page, all) = (number("page").unwrap() as usize, set.members().len());
                let listed: Vec<Value> = set.members().iter().skip((page - 1) * 3).take(3).map(|v| {
                    let key = STANDARD.encode(v.pub_key.to_bytes());
                    json!({"address": v.address.to_string(), "voting_power": v.power().to_string(),
                        "pub_key": {"type": "tendermint/PubKeyEd25519", "value": key},
                        "proposer_priority": "0"})
                }).collect();
                json!({"block_height": height.to_string(), "validators": listed,
                    "count": listed.len().to_string(), "total": all.to_string()})
            }
            "abci_query" => {
                let height = number("height").unwrap();
                let store = StoreId::ALL
                    .into_iter()
                    .find(|s| params["path"] == json!(format!("/store/{}/key", s.name())))
                    .unwrap();
                let asked = hex::decode(params["data"].as_str().unwrap()).unwrap();
                let state = &self.chain.states[height as usize];
                let value = state
                    .get(store, &asked)
                    .unwrap()
                    .map(Vec::from)
                    .unwrap_or_default();
                let value = self.lie.clone().unwrap_or(value);
                let ops: Vec<Value> = state.prove(store, &asked).unwrap().ops.iter().map(|op| {
                    json!({"type": op.r#type, "key": STANDARD.encode(&op.key), "data": STANDARD.encode(&op.data)})
                }).collect();
                json!({"response": {"code": 0, "key": STANDARD.encode(&asked),
                    "value": STANDARD.encode(value), "height": height.to_string(),
                    "proofOps": {"ops": ops}}})
            }
            other => panic!("unexpected call {other}"),
        })
    }
}

impl Transport for Node {
    async fn call(&self, method: &str, params: Value) -> Result<Value, ClientError> {
        self.answer(method, &params)
    }
    async fn sleep(&self, _: u64) {}
}

/// Runs a future that never waits.
fn now<F: Future>(future: F) -> F::Output {
    let mut future = Box::pin(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a mock node answers at once"),
    }
}

/// Every third block one of four validators is replaced, by the end all of them several times.
fn restless() -> MockChain {
    let mut chain = MockChain::new();
    for next in 0..20u8 {
        chain.grow(
            Delta::new(),
            vec![update(next + 1, 0), update(next + 5, 10)],
        );
        chain.grow(
            write(&[(StoreId::Mycel, &[0x20, next], &[next + 1])]),
            vec![],
        );
        chain.grow(Delta::new(), vec![]);
    }
    chain
}

#[test]
fn a_value_is_read_with_its_proof_at_the_newest_provable_height() {
    let mut chain = MockChain::new();
    chain.grow(write(&[(StoreId::Mycel, b"\x20k", b"v")]), vec![]);
    chain.grow_to(4);
    let trust = chain.trust_validators(1);
    let client = Client::new(Node::new(chain));
    let snapshot = now(client.snapshot(&trust, None)).unwrap();
    assert_eq!(snapshot.height(), 3);
    assert_eq!(
        now(snapshot.get(StoreId::Mycel, b"\x20k"))
            .unwrap()
            .unwrap(),
        b"v"
    );
    assert_eq!(now(snapshot.get(StoreId::Mycel, b"\x20l")).unwrap(), None);
    let bundle = now(snapshot.bundle(StoreId::Ibc, key::IBC_SENTINEL)).unwrap();
    assert_eq!(verify(&bundle.to_json(), &trust).unwrap().height, 3);
    assert!(matches!(
        now(client.snapshot(&trust, Some(4))),
        Err(ClientError::Unverifiable(_))
    ));
}

#[test]
fn the_way_from_a_trusted_block_is_found_over_many_validator_changes() {
    let chain = restless();
    let trust = chain.trust_block(2);
    let set = chain.trust_validators(1);
    let client = Client::new(Node::new(chain));
    let snapshot = now(client.snapshot(&trust, None)).unwrap();
    let bundle = now(snapshot.bundle(StoreId::Mycel, b"\x20\x03")).unwrap();
    assert!(bundle.path.len() > 4, "path={}", bundle.path.len());
    assert_eq!(
        verify(&bundle.to_json(), &trust).unwrap().value.unwrap(),
        [4]
    );
    // few calls: the way is halved, not walked
    let commits = client.transport().calls.lock().unwrap()["commit"];
    assert!(commits < 40, "commits={commits}");
    // that validator set is long gone: nothing is wrong, but nothing can be shown
    assert!(matches!(
        now(client.snapshot(&set, None)),
        Err(ClientError::Unverifiable(_))
    ));
}

#[test]
fn a_lie_is_noticed() {
    let mut chain = MockChain::new();
    chain.grow(write(&[(StoreId::Mycel, b"\x20k", b"v")]), vec![]);
    chain.grow_to(4);
    let trust = chain.trust_validators(1);
    for lie in [b"w".to_vec(), vec![]] {
        let mut node = Node::new(MockChain::new());
        std::mem::swap(&mut node.chain, &mut chain);
        node.lie = Some(lie);
        let client = Client::new(node);
        let snapshot = now(client.snapshot(&trust, None)).unwrap();
        assert!(matches!(
            now(snapshot.get(StoreId::Mycel, b"\x20k")),
            Err(ClientError::Verify(VerifyError::Proof(_)))
        ));
        chain = MockChain::new();
        chain.grow(write(&[(StoreId::Mycel, b"\x20k", b"v")]), vec![]);
        chain.grow_to(4);
    }
    // another chain under the same name
    let mut other = MockChain::with(&[(21, 10)]);
    other.grow_to(3);
    let client = Client::new(Node::new(other));
    assert!(matches!(
        now(client.snapshot(
            &Trust::Block {
                height: 2,
                hash: [1; 32]
            },
            None
        )),
        Err(ClientError::Verify(VerifyError::Untrusted { .. }))
    ));
}
