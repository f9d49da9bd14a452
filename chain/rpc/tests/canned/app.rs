//! The toy state machine: what the doors ask of one, and a state of a single proven key.
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use cosmos_sdk_proto::{
    Any,
    cosmos::{
        auth::v1beta1::{BaseAccount, QueryAccountRequest, QueryAccountResponse},
        bank::v1beta1::{QueryBalanceRequest, QueryBalanceResponse},
        base::{
            abci::v1beta1::{GasInfo, Result as SimResult},
            v1beta1::Coin,
        },
        tx::v1beta1::{SimulateRequest, SimulateResponse},
    },
    cosmwasm::wasm::v1::{QuerySmartContractStateRequest, QuerySmartContractStateResponse},
};
use ics23::{CommitmentProof, ExistenceProof, HashOp, LeafOp, LengthOp, commitment_proof::Proof};
use mycel_types::{
    AccountAddress, Address, AppHash, Application, BlockInput, Cancel, CheckOutcome, Committed,
    Draft, Executed, Genesis, Halt, Info, Limits, Outcome, Parent, QueryAt, QueryOutcome,
    Reservations, SnapshotMeta, Snapshots, TxResult, Verdict, codes, key,
};
use prost::Message;
use sha2::{Digest, Sha256};
use tendermint_proto::crypto::{ProofOp, ProofOps};

use super::ledger::{Ledger, contract};

/// Asked `{"slow": …}`, only the flag ends it.
const SMART: &str = "/cosmwasm.wasm.v1.Query/SmartContractState";

/// Per height what came of it, and the proven key's value.
type Done = BTreeMap<u64, (Arc<Outcome>, Vec<u8>)>;

#[derive(Default)]
pub struct App {
    ledger: Mutex<Ledger>,
    done: Mutex<Done>,
}

/// The one key of the state: account 0 of the contract.
fn proven_key() -> Vec<u8> {
    key::contract_data(&contract(), b"a\0\0\0\0")
}

fn sha(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|p| hasher.update(p));
    hasher.finalize().into()
}

const LEAF: &[u8] = b"JMT::LeafNode";

impl App {
    pub fn deliver(&self, tx: &[u8]) -> TxResult {
        self.ledger.lock().unwrap().deliver(tx)
    }

    /// Account 0 as the credit contract stores it, as far as its position.
    fn value(&self) -> Vec<u8> {
        let ledger = self.ledger.lock().unwrap();
        let position = ledger.members.first().map_or(0, |m| m.1);
        position.to_le_bytes().to_vec()
    }

    fn store_root(value: &[u8]) -> [u8; 32] {
        sha(&[LEAF, &sha(&[&proven_key()]), &sha(&[value])])
    }

    pub fn root(&self) -> AppHash {
        let root = Self::store_root(&self.value());
        AppHash(sha(&[&[0, 5], b"mycel", &[32], &sha(&[&root])]))
    }

    pub fn committed(&self, height: u64, outcome: Arc<Outcome>) {
        let value = self.value();
        self.done.lock().unwrap().insert(height, (outcome, value));
    }

    /// The proven key's value at the last height whose next header exists.
    fn prove(&self, at: QueryAt) -> QueryOutcome {
        let done = self.done.lock().unwrap();
        let last = done.keys().next_back().copied().unwrap_or(0);
        let height = at.height.unwrap_or(last.saturating_sub(1));
        let Some((_, value)) = done.get(&height) else {
            return refuse(
                26,
                "cannot query with height in the future; please provide a valid height: invalid height",
            );
        };
        let exist =
            |key: &[u8], value: &[u8], prefix: &[u8], prehash_key: HashOp, length: LengthOp| {
                let leaf = LeafOp {
                    hash: HashOp::Sha256.into(),
                    prehash_key: prehash_key.into(),
                    prehash_value: HashOp::Sha256.into(),
                    length: length.into(),
                    prefix: prefix.to_vec(),
                };
                let proof = ExistenceProof {
                    key: key.to_vec(),
                    value: value.to_vec(),
                    leaf: Some(leaf),
                    path: vec![],
                };
                CommitmentProof {
                    proof: Some(Proof::Exist(proof)),
                }
                .encode_to_vec()
            };
        let key = proven_key();
        let inner = exist(&key, value, LEAF, HashOp::Sha256, LengthOp::NoPrefix);
        let root = Self::store_root(value);
        let outer = exist(b"mycel", &root, &[0], HashOp::NoHash, LengthOp::VarProto);
        let op = |kind: &str, key: &[u8], data: Vec<u8>| ProofOp {
            r#type: kind.into(),
            key: key.to_vec(),
            data,
        };
        QueryOutcome {
            key: key.clone().into(),
            value: value.clone().into(),
            proof: Some(ProofOps {
                ops: vec![
                    op("ics23:jmt", &key, inner),
                    op("ics23:simple", b"mycel", outer),
                ],
            }),
            height,
            ..QueryOutcome::default()
        }
    }
}

fn refuse(code: u32, log: &str) -> QueryOutcome {
    QueryOutcome {
        code,
        codespace: "sdk".into(),
        log: log.into(),
        ..QueryOutcome::default()
    }
}

impl Application for App {
    fn info(&self) -> Info {
        let height = self.done.lock().unwrap().keys().next_back().copied();
        Info {
            chain_id: Some(super::CHAIN.into()),
            genesis_hash: None,
            height,
            app_hash: self.root(),
        }
    }
    fn init_chain(&self, _: &Genesis) -> Result<Outcome, Halt> {
        Err(Halt::Cancelled)
    }
    fn check(&self, tx: &[u8], _: &Reservations) -> CheckOutcome {
        self.ledger.lock().unwrap().check(tx)
    }
    fn prepare(&self, _: &Parent, _: Draft, pool: &mut dyn Iterator<Item = Bytes>) -> Vec<Bytes> {
        pool.collect()
    }
    fn validate(&self, _: &Parent, _: &BlockInput) -> Verdict {
        Verdict::Accept
    }
    fn extend_vote(&self, _: &Parent, _: &BlockInput) -> Bytes {
        Bytes::new()
    }
    fn verify_extension(&self, _: u64, _: &Address, _: &[u8]) -> Verdict {
        Verdict::Accept
    }
    fn execute(&self, _: &Parent, _: &BlockInput, _: &Cancel) -> Result<Arc<Executed>, Halt> {
        Err(Halt::Cancelled)
    }
    fn commit(&self, _: &Arc<Executed>) -> Result<Committed, Halt> {
        Err(Halt::Cancelled)
    }
    fn outcome(&self, height: u64) -> Option<Outcome> {
        let done = self.done.lock().unwrap();
        done.get(&height).map(|(o, _)| Outcome::clone(o))
    }
    fn snapshots(&self) -> &dyn Snapshots {
        self
    }
    fn query(&self, path: &str, request: &[u8], at: QueryAt, limits: &Limits) -> QueryOutcome {
        if at.prove {
            return self.prove(at);
        }
        let height = self.info().height.unwrap_or(0);
        let found = match path {
            "/cosmos.auth.v1beta1.Query/Account" => self.account(request),
            "/cosmos.bank.v1beta1.Query/Balance" => balance(request),
            "/cosmos.tx.v1beta1.Service/Simulate" => self.simulate(request),
            SMART => self.smart(request, limits),
            _ => {
                return refuse(
                    codes::UNKNOWN_REQUEST.code,
                    "unknown query path: unknown request",
                );
            }
        };
        match found {
            Ok(value) => QueryOutcome {
                value: value.into(),
                height,
                ..QueryOutcome::default()
            },
            Err((code, log)) => QueryOutcome {
                height,
                ..refuse(code, &log)
            },
        }
    }
}

type Found = Result<Vec<u8>, (u32, String)>;

fn read<T: Message + Default>(request: &[u8]) -> Result<T, (u32, String)> {
    T::decode(request).map_err(|e| (codes::INVALID_REQUEST.code, e.to_string()))
}

fn balance(request: &[u8]) -> Found {
    let denom = read::<QueryBalanceRequest>(request)?.denom;
    let balance = Some(Coin {
        denom,
        amount: "0".into(),
    });
    Ok(QueryBalanceResponse { balance }.encode_to_vec())
}

impl App {
    fn account(&self, request: &[u8]) -> Found {
        let address = read::<QueryAccountRequest>(request)?.address;
        let parsed: Result<AccountAddress, _> = address.parse();
        let Ok(parsed) = parsed else {
            let log = format!(
                "rpc error: code = NotFound desc = account {address} not found: key not found"
            );
            return Err((codes::KEY_NOT_FOUND.code, log));
        };
        let sequence = self.ledger.lock().unwrap().sequences.get(&parsed).copied();
        let account = BaseAccount {
            address,
            pub_key: None,
            account_number: parsed.account_number(),
            sequence: sequence.unwrap_or(0),
        };
        let account = Some(Any {
            type_url: "/cosmos.auth.v1beta1.BaseAccount".into(),
            value: account.encode_to_vec(),
        });
        Ok(QueryAccountResponse { account }.encode_to_vec())
    }

    fn simulate(&self, request: &[u8]) -> Found {
        let request: SimulateRequest = read(request)?;
        let check = self.ledger.lock().unwrap().check(&request.tx_bytes);
        let fail = |log: &str| {
            let log = format!("rpc error: code = Unknown desc = {log}: unknown request");
            Err((codes::UNKNOWN_REQUEST.code, log))
        };
        if !check.ok() {
            return fail(&check.log);
        }
        let result = self
            .ledger
            .lock()
            .unwrap()
            .clone()
            .deliver(&request.tx_bytes);
        if result.code != 0 {
            return fail(&result.log);
        }
        let answer = SimulateResponse {
            gas_info: Some(GasInfo {
                gas_wanted: u64::MAX,
                gas_used: result.gas_used,
            }),
            result: Some(SimResult::default()),
        };
        Ok(answer.encode_to_vec())
    }

    fn smart(&self, request: &[u8], limits: &Limits) -> Found {
        let request: QuerySmartContractStateRequest = read(request)?;
        let msg: serde_json::Value = serde_json::from_slice(&request.query_data)
            .map_err(|e| (codes::INVALID_REQUEST.code, e.to_string()))?;
        if msg.get("slow").is_some() {
            while !limits.stop.is_cancelled() {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
        }
        let member = msg["position"]["member"].as_str().unwrap_or("");
        let position = self.ledger.lock().unwrap().position(member);
        let position = position.map_err(|log| (codes::UNKNOWN_REQUEST.code, log))?;
        let limit = 1_000_000_000_000_000i128;
        let answer = serde_json::json!({
            "position": position.to_string(), "pending_decay": "0", "limit": limit.to_string(),
            "headroom": (position + limit).to_string(), "held": "0", "frozen": false, "at": "1700000000",
        });
        Ok(QuerySmartContractStateResponse {
            data: answer.to_string().into_bytes(),
        }
        .encode_to_vec())
    }
}

impl Snapshots for App {
    fn list(&self) -> Vec<SnapshotMeta> {
        vec![]
    }
    fn chunk(&self, _: u64, _: u32) -> Option<Bytes> {
        None
    }
}
