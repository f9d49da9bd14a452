//! Transactions in their blocks.
use mycel_types::Cancel;
use serde_json::{Value, json};

use super::{
    Answer,
    node::{bounded, ordered},
    page,
};
use crate::{
    backend::{Position, Scope, tx_hash},
    door::Door,
    error::RpcError,
    params::Params,
    query::Query,
    search,
    shape::result,
};

pub fn tx(door: &Door, params: &Params) -> Answer {
    let hash = params.hash("hash")?;
    match door.backend.tx(&hash)? {
        Some(position) => Ok(one(door, position, params.flag("prove")?)?.0),
        None => Err(RpcError::internal(format!(
            "tx ({}) not found",
            hex::encode_upper(hash)
        ))),
    }
}

pub fn tx_search(door: &Door, params: &Params, stop: &Cancel) -> Answer {
    let query = Query::parse(&params.text("query")?.unwrap_or_default())?;
    let prove = params.flag("prove")?;
    let found = search::run(&*door.backend, Scope::Tx, &query, stop)?;
    let found = ordered(found, params, "asc")?;
    let mut txs = vec![];
    let mut bytes = 0;
    for position in &found[page(door, params, found.len())?] {
        let (tx, size) = one(door, *position, prove)?;
        bytes += size;
        bounded(bytes)?;
        txs.push(tx);
    }
    Ok(json!({"txs": txs, "total_count": found.len().to_string()}))
}

/// A transaction with its result, and about how many bytes that is.
fn one(door: &Door, at: Position, prove: bool) -> Result<(Value, usize), RpcError> {
    let missing = || {
        RpcError::internal(format!(
            "transaction at height={} index={} is not here",
            at.height, at.index
        ))
    };
    let index = usize::try_from(at.index).map_err(|_| missing())?;
    let block = door.block(at.height)?;
    let outcome = door.backend.outcome(at.height)?.ok_or_else(missing)?;
    let bytes = block.block.data.get(index).ok_or_else(missing)?;
    let tx_result = outcome.results.get(index).ok_or_else(missing)?;
    let mut fields = result::tx(&tx_hash(bytes), at, bytes, tx_result);
    let mut size = bytes.len() + tx_result.data.len();
    if prove {
        size += bytes.len();
        fields.insert("proof".into(), result::tx_proof(&block.block.data, index));
    }
    Ok((fields.into(), size))
}
