//! The node, its peers, its pool, validators and parameters.
use mycel_types::{Address, Params, QueryOutcome};
use serde_json::{Value, json};
use tendermint::{public_key::Algorithm, validator};

use super::{base64, base64_or_null, block};
use crate::{
    backend::{NodeStatus, Peer, Pool, StoredBlock},
    shape::list_or_null,
};

/// CometBFT's wire versions that this node's blocks follow.
const P2P_PROTOCOL: &str = "8";
const BLOCK_PROTOCOL: &str = "11";
/// Clients choose their dialect by what this begins with.
const VERSION: &str = concat!("0.38.0-mycel.", env!("CARGO_PKG_VERSION"));
/// The time of a chain that has no block yet.
const EPOCH: &str = "1970-01-01T00:00:00Z";

/// `status`; `earliest` and `latest` are `None` before the first block.
pub fn status(
    status: &NodeStatus,
    announce: &str,
    earliest: Option<&StoredBlock>,
    latest: Option<&StoredBlock>,
) -> Value {
    let tip = |b: Option<&StoredBlock>| match b {
        None => (String::new(), String::new(), "0".into(), EPOCH.into()),
        Some(b) => (
            hex::encode_upper(b.id.hash.as_bytes()),
            hex::encode_upper(b.block.header.app_hash.as_bytes()),
            b.block.header.height.value().to_string(),
            block::time(b.block.header.time),
        ),
    };
    let (latest_hash, latest_app, latest_height, latest_time) = tip(latest);
    let (earliest_hash, earliest_app, earliest_height, earliest_time) = tip(earliest);
    json!({
        "node_info": {
            "protocol_version": {"p2p": P2P_PROTOCOL, "block": BLOCK_PROTOCOL, "app": "0"},
            "id": status.node_id,
            "listen_addr": status.p2p_address,
            "network": status.chain_id,
            "version": VERSION,
            "channels": "",
            "moniker": status.moniker,
            "other": {"tx_index": "on", "rpc_address": announce},
        },
        "sync_info": {
            "latest_block_hash": latest_hash,
            "latest_app_hash": latest_app,
            "latest_block_height": latest_height,
            "latest_block_time": latest_time,
            "earliest_block_hash": earliest_hash,
            "earliest_app_hash": earliest_app,
            "earliest_block_height": earliest_height,
            "earliest_block_time": earliest_time,
            "catching_up": status.catching_up,
        },
        "validator_info": {
            "address": Address::of_ed25519(&status.validator_key).to_string(),
            "pub_key": {"type": "tendermint/PubKeyEd25519", "value": base64(&status.validator_key)},
            "voting_power": status.voting_power.to_string(),
        },
    })
}

/// `net_info`. What a connection's counters would say is left out: this node's network keeps none.
pub fn net_info(status: &NodeStatus, peers: &[Peer]) -> Value {
    let list: Vec<Value> = peers
        .iter()
        .map(|p| {
            json!({
                "node_info": {
                    "protocol_version": {"p2p": P2P_PROTOCOL, "block": BLOCK_PROTOCOL, "app": "0"},
                    "id": p.id,
                    "listen_addr": p.listen_address,
                    "network": status.chain_id,
                    "version": VERSION,
                    "channels": "",
                    "moniker": p.moniker,
                    "other": {"tx_index": "", "rpc_address": ""},
                },
                "is_outbound": p.outbound,
                "remote_ip": p.ip,
            })
        })
        .collect();
    json!({
        "listening": true,
        "listeners": [format!("Listener({})", status.p2p_address)],
        "n_peers": peers.len().to_string(),
        "peers": list,
    })
}

/// Parameters of a height: block limits from the chain, the rest from genesis.
pub fn consensus_params(params: &Params, genesis: &tendermint::consensus::Params) -> Value {
    let keys: Vec<&str> = genesis
        .validator
        .pub_key_types
        .iter()
        .map(|k| match k {
            Algorithm::Secp256k1 => "secp256k1",
            _ => "ed25519",
        })
        .collect();
    let app = genesis.version.as_ref().map_or(0, |v| v.app);
    let extensions = genesis
        .abci
        .vote_extensions_enable_height
        .map_or(0, |h| h.value());
    json!({
        "block": {
            "max_bytes": params.block_max_bytes.to_string(),
            "max_gas": params.block_max_gas.to_string(),
        },
        "evidence": {
            "max_age_num_blocks": genesis.evidence.max_age_num_blocks.to_string(),
            "max_age_duration": genesis.evidence.max_age_duration.0.as_nanos().to_string(),
            "max_bytes": genesis.evidence.max_bytes.to_string(),
        },
        "validator": {"pub_key_types": keys},
        "version": {"app": app.to_string()},
        "abci": {"vote_extensions_enable_height": extensions.to_string()},
    })
}

/// A member of a validator set.
pub fn validator(info: &validator::Info) -> Value {
    json!({
        "address": hex::encode_upper(info.address.as_bytes()),
        "pub_key": {"type": "tendermint/PubKeyEd25519", "value": base64(&info.pub_key.to_bytes())},
        "voting_power": info.power.value().to_string(),
        "proposer_priority": info.proposer_priority.value().to_string(),
    })
}

/// `unconfirmed_txs`, or with `None` for the transactions `num_unconfirmed_txs`.
pub fn pool(pool: &Pool, with_txs: bool) -> Value {
    let txs: Vec<Value> = pool.txs.iter().map(|tx| base64(tx).into()).collect();
    let shown = if with_txs {
        txs.len() as u64
    } else {
        pool.total
    };
    json!({
        "n_txs": shown.to_string(),
        "total": pool.total.to_string(),
        "total_bytes": pool.bytes.to_string(),
        "txs": if with_txs { Value::from(txs) } else { Value::Null },
    })
}

/// `abci_query`.
pub fn abci_query(q: &QueryOutcome) -> Value {
    let proof = q.proof.as_ref().map(|proof| {
        let ops = proof
            .ops
            .iter()
            .map(|op| json!({"type": op.r#type, "key": base64(&op.key), "data": base64(&op.data)}));
        json!({"ops": list_or_null(ops.collect())})
    });
    // Go says "" for an answer of no bytes and null where there is none; a proof of absence has none.
    let value = if q.code == 0 && q.proof.is_none() {
        base64(&q.value).into()
    } else {
        base64_or_null(&q.value)
    };
    json!({"response": {
        "code": q.code,
        "log": q.log,
        "info": "",
        "index": "0",
        "key": base64_or_null(&q.key),
        "value": value,
        "proofOps": proof,
        "height": q.height.to_string(),
        "codespace": q.codespace,
    }})
}
