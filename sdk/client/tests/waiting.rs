//! Waiting for a transaction that never comes, because another one of the same account took its place.
use std::{
    sync::atomic::{AtomicU64, Ordering},
    task::{Context, Poll, Waker},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use cosmos_sdk_proto::cosmos::auth::v1beta1::{BaseAccount, QueryAccountResponse};
use mycel_client::{Client, ClientError, SecretKey, Transport, Unsigned, submit::WAIT_MS};
use prost::Message;
use serde_json::{Value, json};

/// A node that finds nothing, with an account of this sequence; a block is made with each pause.
struct Node {
    sequence: u64,
    height: AtomicU64,
}

impl Transport for Node {
    async fn call(&self, method: &str, _: Value) -> Result<Value, ClientError> {
        let height = self.height.load(Ordering::Relaxed).to_string();
        match method {
            "status" => Ok(json!({"node_info": {"network": "mock"},
                "sync_info": {"latest_block_height": height}})),
            "abci_query" => {
                let account = BaseAccount {
                    sequence: self.sequence,
                    ..BaseAccount::default()
                };
                let account = Some(cosmos_sdk_proto::Any {
                    type_url: "/cosmos.auth.v1beta1.BaseAccount".into(),
                    value: account.encode_to_vec(),
                });
                let value = QueryAccountResponse { account }.encode_to_vec();
                Ok(json!({"response": {"code": 0, "height": height,
                    "value": STANDARD.encode(value)}}))
            }
            _ => Err(ClientError::Rpc {
                code: -32603,
                message: "tx not found".into(),
            }),
        }
    }

    async fn sleep(&self, _: u64) {
        self.height.fetch_add(1, Ordering::Relaxed);
    }
}

fn waited(sequence: u64) -> (ClientError, u64) {
    let key = SecretKey::from_bytes(&[7; 32]).unwrap();
    let tx = Unsigned::new(vec![]).sign(&key, "mock", 5);
    assert_eq!(tx.signer(), Some((key.address(), 5)));
    let client = Client::new(Node {
        sequence,
        height: AtomicU64::new(1),
    });
    let error = {
        let mut waiting = Box::pin(client.wait(&tx, WAIT_MS));
        match waiting
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(result) => result.unwrap_err(),
            Poll::Pending => panic!("the mock answers at once"),
        }
    };
    (error, client.transport().height.load(Ordering::Relaxed))
}

#[test]
fn who_waits_for_a_transaction_whose_place_was_taken_hears_it_two_blocks_later() {
    let (error, blocks) = waited(6);
    assert!(matches!(error, ClientError::Displaced { .. }), "{error}");
    assert!(error.to_string().ends_with("send it again"), "{error}");
    let (pending, all) = waited(5);
    assert!(matches!(pending, ClientError::Pending { .. }), "{pending}");
    assert!(blocks < all / 3, "{blocks} {all}");
}
