//! What checks and executions say.
use mycel_types::{CheckOutcome, Event, Outcome, Params, TxResult, ValidatorUpdate};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{base64, base64_or_null, list_or_null};
use crate::backend::{Position, TxHash};

fn event(event: &Event) -> Value {
    let attributes: Vec<Value> = event
        .attributes
        .iter()
        .map(|a| json!({"key": a.key, "value": a.value, "index": true}))
        .collect();
    json!({"type": event.kind, "attributes": attributes})
}

fn events(list: &[Event]) -> Vec<Value> {
    list.iter().map(event).collect()
}

/// A transaction's result, all fields said.
pub fn tx_result(r: &TxResult) -> Value {
    json!({
        "code": r.code,
        "data": base64_or_null(&r.data),
        "log": r.log,
        "info": "",
        "gas_wanted": r.gas_wanted.to_string(),
        "gas_used": r.gas_used.to_string(),
        "events": events(&r.events),
        "codespace": r.codespace,
    })
}

/// A transaction's result as events carry it: what is zero or empty is left out.
pub fn tx_result_sparse(r: &TxResult) -> Value {
    let mut fields = Map::new();
    let mut put = |name: &str, empty: bool, value: Value| {
        if !empty {
            fields.insert(name.into(), value);
        }
    };
    put("code", r.code == 0, r.code.into());
    put("data", r.data.is_empty(), base64(&r.data).into());
    put("log", r.log.is_empty(), r.log.as_str().into());
    put(
        "gas_wanted",
        r.gas_wanted == 0,
        r.gas_wanted.to_string().into(),
    );
    put("gas_used", r.gas_used == 0, r.gas_used.to_string().into());
    put("events", r.events.is_empty(), events(&r.events).into());
    put(
        "codespace",
        r.codespace.is_empty(),
        r.codespace.as_str().into(),
    );
    fields.into()
}

/// A transaction that was never executed: Go's zero result.
pub fn no_tx_result() -> Value {
    tx_result(&TxResult {
        code: 0,
        codespace: String::new(),
        data: Default::default(),
        log: String::new(),
        gas_wanted: 0,
        gas_used: 0,
        events: vec![],
    })
}

/// A check as `broadcast_tx_*` answer it.
pub fn submitted(check: &CheckOutcome, hash: &TxHash) -> Value {
    json!({
        "code": check.code,
        "data": "",
        "log": check.log,
        "codespace": check.codespace,
        "hash": hex::encode_upper(hash),
    })
}

/// A check as `check_tx` answers it.
pub fn check(check: &CheckOutcome) -> Value {
    json!({
        "code": check.code,
        "data": "",
        "log": check.log,
        "info": "",
        "gas_wanted": check.gas_wanted.to_string(),
        "gas_used": check.gas_used.to_string(),
        "events": [],
        "codespace": check.codespace,
    })
}

/// A transaction in its block.
pub fn tx(hash: &TxHash, at: Position, bytes: &[u8], result: &TxResult) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("hash".into(), hex::encode_upper(hash).into());
    fields.insert("height".into(), at.height.to_string().into());
    fields.insert("index".into(), at.index.into());
    fields.insert("tx_result".into(), tx_result(result));
    fields.insert("tx".into(), base64(bytes).into());
    fields
}

/// That transaction `index` is under the header's `data_hash`: RFC 6962 over the hashes of the transactions.
pub fn tx_proof(txs: &[Vec<u8>], index: usize) -> Value {
    let leaves: Vec<[u8; 32]> = txs.iter().map(|tx| leaf(&Sha256::digest(tx))).collect();
    let mut aunts = vec![];
    let root = path(&leaves, index, &mut aunts);
    json!({
        "root_hash": hex::encode_upper(root),
        "data": txs.get(index).map(|tx| base64(tx)),
        "proof": {
            "total": txs.len().to_string(),
            "index": index.to_string(),
            "leaf_hash": leaves.get(index).map(|l| base64(l)),
            "aunts": aunts.iter().map(|a| base64(a)).collect::<Vec<_>>(),
        },
    })
}

fn leaf(bytes: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update([0])
        .chain_update(bytes)
        .finalize()
        .into()
}

/// The root of `leaves`; pushes the siblings of leaf `index` from the bottom up (none if it is not among them).
fn path(leaves: &[[u8; 32]], index: usize, aunts: &mut Vec<[u8; 32]>) -> [u8; 32] {
    match leaves {
        [] => Sha256::digest([]).into(),
        [only] => *only,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            let l = path(left, index, aunts);
            let (r, sibling) = match index.checked_sub(left.len()) {
                Some(index) => {
                    aunts.clear(); // of the left side, where the leaf is not
                    (path(right, index, aunts), l)
                }
                None => {
                    let r = path(right, usize::MAX, &mut vec![]);
                    (r, r)
                }
            };
            aunts.push(sibling);
            Sha256::new()
                .chain_update([1])
                .chain_update(l)
                .chain_update(r)
                .finalize()
                .into()
        }
    }
}

fn validator_update(update: &ValidatorUpdate) -> Value {
    json!({
        "pub_key": {"Sum": {
            "type": "tendermint.crypto.PublicKey_Ed25519",
            "value": {"ed25519": base64(&update.key)},
        }},
        "power": update.power.to_string(),
    })
}

/// Parameters as a block's results carry them.
fn param_updates(params: &Params, genesis: &tendermint::consensus::Params) -> Value {
    let mut all = super::node::consensus_params(params, genesis);
    all["version"] = json!({});
    all["abci"] = json!({});
    all
}

/// `block_results`.
pub fn block_results(
    height: u64,
    outcome: &Outcome,
    genesis: &tendermint::consensus::Params,
) -> Value {
    json!({
        "height": height.to_string(),
        "txs_results": list_or_null(outcome.results.iter().map(tx_result).collect()),
        "finalize_block_events": list_or_null(events(&outcome.events)),
        "validator_updates": list_or_null(outcome.validators.iter().map(validator_update).collect()),
        "consensus_param_updates": outcome.params.as_ref().map(|p| param_updates(p, genesis)),
        "app_hash": base64(&outcome.app_hash.0),
    })
}

/// `result_finalize_block` of a NewBlock event.
pub fn finalized(outcome: &Outcome, genesis: &tendermint::consensus::Params) -> Value {
    let mut fields = Map::new();
    if !outcome.events.is_empty() {
        fields.insert("events".into(), events(&outcome.events).into());
    }
    if !outcome.results.is_empty() {
        let results: Vec<Value> = outcome.results.iter().map(tx_result).collect();
        fields.insert("tx_results".into(), results.into());
    }
    let updates: Vec<Value> = outcome.validators.iter().map(validator_update).collect();
    fields.insert("validator_updates".into(), updates.into());
    if let Some(params) = &outcome.params {
        fields.insert(
            "consensus_param_updates".into(),
            param_updates(params, genesis),
        );
    }
    fields.insert("app_hash".into(), base64(&outcome.app_hash.0).into());
    fields.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tendermint::{crypto::default::Sha256 as Hasher, merkle::simple_hash_from_byte_vectors};

    #[test]
    fn a_transactions_path_leads_to_the_data_hash() {
        for n in 1..20usize {
            let txs: Vec<Vec<u8>> = (0..n).map(|i| vec![i as u8; i + 1]).collect();
            let hashes: Vec<[u8; 32]> = txs.iter().map(|t| Sha256::digest(t).into()).collect();
            let root = simple_hash_from_byte_vectors::<Hasher>(&hashes);
            for index in 0..n {
                let leaves: Vec<[u8; 32]> = hashes.iter().map(|h| leaf(h)).collect();
                let mut aunts = vec![];
                assert_eq!(path(&leaves, index, &mut aunts), root, "n={n}");
                let proof: tendermint::merkle::Proof =
                    serde_json::from_value(tx_proof(&txs, index)["proof"].clone()).unwrap();
                assert_eq!(proof.aunts.len(), aunts.len());
                assert_eq!(climb(leaves[index], index, n, &aunts), root, "{index}/{n}");
            }
        }
    }

    /// CometBFT's `computeHashFromAunts`.
    fn climb(leaf: [u8; 32], index: usize, total: usize, aunts: &[[u8; 32]]) -> [u8; 32] {
        let Some((last, rest)) = aunts.split_last() else {
            assert_eq!(total, 1);
            return leaf;
        };
        let split = total.next_power_of_two() / 2;
        let (l, r) = if index < split {
            (climb(leaf, index, split, rest), *last)
        } else {
            (*last, climb(leaf, index - split, total - split, rest))
        };
        Sha256::new()
            .chain_update([1])
            .chain_update(l)
            .chain_update(r)
            .finalize()
            .into()
    }
}
