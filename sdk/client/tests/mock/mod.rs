//! A node over a mock chain: answers the calls that verified reads make.
#![allow(dead_code, reason = "each test binary uses a part of it")]

#[path = "../../../../chain/light/tests/chain/mod.rs"]
pub mod chain;

use std::{collections::BTreeMap, sync::Mutex};

use base64::{Engine, engine::general_purpose::STANDARD};
use chain::MockChain;
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    QuerySmartContractStateRequest, QuerySmartContractStateResponse,
};
use mycel_client::{ClientError, Transport};
use mycel_types::StoreId;
use prost::Message;
use serde_json::{Value, json};

/// Serves a mock chain as a node would, and counts the calls.
pub struct Node {
    /// What it knows.
    pub chain: MockChain,
    /// Contracts' answers to smart queries, by the question's first name.
    pub smart: BTreeMap<String, Value>,
    /// Answers this value for each key, whatever the proof says.
    pub lie: Option<Vec<u8>>,
    /// How often each method was called.
    pub calls: Mutex<BTreeMap<String, usize>>,
}

impl Node {
    pub fn new(chain: MockChain) -> Self {
        Self {
            chain,
            smart: BTreeMap::new(),
            lie: None,
            calls: Mutex::default(),
        }
    }

    /// One method's result.
    pub fn answer(&self, method: &str, params: &Value) -> Result<Value, ClientError> {
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
                if params["path"] == json!("/cosmwasm.wasm.v1.Query/SmartContractState") {
                    return Ok(self.ask(params));
                }
                let height = number("height").unwrap();
                let store = StoreId::ALL
                    .into_iter()
                    .find(|s| params["path"] == json!(format!("/store/{}/key", s.name())))
                    .unwrap();
                let asked = hex::decode(params["data"].as_str().unwrap()).unwrap();
                let state = match height {
                    0 => self.chain.states.last().unwrap(),
                    height => &self.chain.states[height as usize],
                };
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
            "tx_search" => json!({"txs": [], "total_count": "0"}),
            _ => {
                return Err(ClientError::Rpc {
                    code: -32601,
                    message: "Method not found".into(),
                });
            }
        })
    }

    /// A smart query: the canned answer, or a contract's refusal.
    fn ask(&self, params: &Value) -> Value {
        let data = hex::decode(params["data"].as_str().unwrap()).unwrap();
        let request = QuerySmartContractStateRequest::decode(data.as_slice()).unwrap();
        let question: Value = serde_json::from_slice(&request.query_data).unwrap();
        let name = question.as_object().and_then(|o| o.keys().next().cloned());
        match name.and_then(|name| self.smart.get(&name)) {
            Some(answer) => {
                let response = QuerySmartContractStateResponse {
                    data: answer.to_string().into_bytes(),
                };
                json!({"response": {"code": 0, "height": "1",
                    "value": STANDARD.encode(response.encode_to_vec())}})
            }
            None => json!({"response": {"code": 9, "codespace": "wasm", "height": "1",
                "log": "unknown variant: query wasm contract failed"}}),
        }
    }
}

impl Transport for Node {
    async fn call(&self, method: &str, params: Value) -> Result<Value, ClientError> {
        self.answer(method, &params)
    }
    async fn sleep(&self, _: u64) {}
}
