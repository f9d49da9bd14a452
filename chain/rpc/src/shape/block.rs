//! Blocks, headers and commits.
use serde_json::{Map, Value, json};
use tendermint::{
    Hash, Time,
    block::{Commit, CommitSig, Header, Id},
    evidence,
};

use super::base64;
use crate::{backend::StoredBlock, error::RpcError};

/// Go's zero time, which absent votes carry.
const ZERO_TIME: &str = "0001-01-01T00:00:00Z";

fn hash(hash: Option<Hash>) -> String {
    hash.map_or_else(String::new, |h| hex::encode_upper(h.as_bytes()))
}

/// RFC 3339 in UTC without trailing zeros.
pub fn time(time: Time) -> String {
    time.to_rfc3339()
}

/// `{hash, parts}`.
pub fn id(id: &Id) -> Value {
    json!({
        "hash": hash(Some(id.hash)),
        "parts": {"total": id.part_set_header.total, "hash": hash(Some(id.part_set_header.hash))},
    })
}

/// A header; `version.app` is left out when 0.
pub fn header(h: &Header) -> Value {
    let mut version = Map::new();
    version.insert("block".into(), h.version.block.to_string().into());
    if h.version.app != 0 {
        version.insert("app".into(), h.version.app.to_string().into());
    }
    json!({
        "version": version,
        "chain_id": h.chain_id.as_str(),
        "height": h.height.value().to_string(),
        "time": time(h.time),
        "last_block_id": id(&h.last_block_id.unwrap_or_default()),
        "last_commit_hash": hash(h.last_commit_hash),
        "data_hash": hash(h.data_hash),
        "validators_hash": hash(Some(h.validators_hash)),
        "next_validators_hash": hash(Some(h.next_validators_hash)),
        "consensus_hash": hash(Some(h.consensus_hash)),
        "app_hash": hex::encode_upper(h.app_hash.as_bytes()),
        "last_results_hash": hash(h.last_results_hash),
        "evidence_hash": hash(h.evidence_hash),
        "proposer_address": hex::encode_upper(h.proposer_address.as_bytes()),
    })
}

/// A commit. The first block's, which has none, is Go's empty one.
pub fn commit(commit: Option<&Commit>) -> Value {
    let Some(commit) = commit else {
        return json!({"height": "0", "round": 0, "block_id": id(&Id::default()), "signatures": []});
    };
    json!({
        "height": commit.height.value().to_string(),
        "round": commit.round.value(),
        "block_id": id(&commit.block_id),
        "signatures": commit.signatures.iter().map(signature).collect::<Vec<_>>(),
    })
}

fn signature(sig: &CommitSig) -> Value {
    let (flag, address, at, signature) = match sig {
        CommitSig::BlockIdFlagAbsent => {
            return json!({"block_id_flag": 1, "validator_address": "", "timestamp": ZERO_TIME, "signature": null});
        }
        CommitSig::BlockIdFlagCommit {
            validator_address,
            timestamp,
            signature,
        } => (2, validator_address, timestamp, signature),
        CommitSig::BlockIdFlagNil {
            validator_address,
            timestamp,
            signature,
        } => (3, validator_address, timestamp, signature),
    };
    json!({
        "block_id_flag": flag,
        "validator_address": hex::encode_upper(address.as_bytes()),
        "timestamp": time(*at),
        "signature": signature.as_ref().map(|s| base64(s.as_bytes())),
    })
}

fn evidence(list: &evidence::List) -> Result<Value, RpcError> {
    if list.as_ref().is_empty() {
        return Ok(json!({"evidence": []}));
    }
    let raw = tendermint_proto::v0_38::types::EvidenceList::from(list.clone());
    serde_json::to_value(raw).map_err(|e| RpcError::internal(format!("evidence: {e}")))
}

/// A block without its id.
pub fn body(stored: &StoredBlock) -> Result<Value, RpcError> {
    let block = &stored.block;
    Ok(json!({
        "header": header(&block.header),
        "data": {"txs": block.data.iter().map(|tx| base64(tx)).collect::<Vec<_>>()},
        "evidence": evidence(&block.evidence)?,
        "last_commit": commit(block.last_commit.as_ref()),
    }))
}

/// `{block_id, block}`.
pub fn block(stored: &StoredBlock) -> Result<Value, RpcError> {
    Ok(json!({"block_id": id(&stored.id), "block": body(stored)?}))
}

/// One entry of `blockchain`.
pub fn meta(stored: &StoredBlock) -> Value {
    json!({
        "block_id": id(&stored.id),
        "block_size": stored.bytes.to_string(),
        "header": header(&stored.block.header),
        "num_txs": stored.block.data.len().to_string(),
    })
}
