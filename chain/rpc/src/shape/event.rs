//! What subscribers receive.
use serde_json::{Map, Value, json};

use super::{base64, block, result};
use crate::{
    backend::{BlockEvent, StoredBlock},
    tags::Tags,
};

/// The `data` of a NewBlock event.
pub fn new_block(event: &BlockEvent, genesis: &tendermint::consensus::Params) -> Value {
    json!({
        "type": "tendermint/event/NewBlock",
        "value": {
            "block": block::body(&event.block),
            "block_id": block::id(&event.block.id),
            "result_finalize_block": result::finalized(&event.outcome, genesis),
        },
    })
}

/// The `data` of a NewBlockHeader event.
pub fn new_header(stored: &StoredBlock) -> Value {
    json!({
        "type": "tendermint/event/NewBlockHeader",
        "value": {"header": block::header(&stored.block.header)},
    })
}

/// The `data` of a Tx event; the index is left out when 0.
pub fn tx(event: &BlockEvent, index: usize) -> Value {
    let mut fields = Map::new();
    fields.insert("height".into(), event.height().to_string().into());
    if index != 0 {
        fields.insert("index".into(), index.into());
    }
    if let Some(tx) = event.block.block.data.get(index) {
        fields.insert("tx".into(), base64(tx).into());
    }
    if let Some(r) = event.outcome.results.get(index) {
        fields.insert("result".into(), result::tx_result_sparse(r));
    }
    json!({"type": "tendermint/event/Tx", "value": {"TxResult": fields}})
}

/// The `events` map.
pub fn tags(tags: &Tags) -> Value {
    let map: Map<String, Value> = tags.iter().map(|(k, v)| (k.into(), v.into())).collect();
    map.into()
}
