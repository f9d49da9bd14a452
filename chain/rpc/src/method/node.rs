//! The node itself: state, peers, pool, parameters, and the router of queries.
use std::sync::Arc;

use mycel_types::{Limits, QueryAt};
use serde_json::{Value, json};

use super::{Answer, Waiting, page};
use crate::{
    backend::Position,
    door::Door,
    error::RpcError,
    params::Params,
    shape::{base64, node},
};

/// Bytes of a piece of `genesis_chunked`, as in CometBFT.
const CHUNK: usize = 16 << 20;
/// Runs a transaction without committing it.
const SIMULATE: &str = "/cosmos.tx.v1beta1.Service/Simulate";
/// Queries that run contracts.
const HEAVY: [&str; 2] = [SIMULATE, "/cosmwasm.wasm.v1.Query/SmartContractState"];

pub fn health(_: &Door, _: &Params) -> Answer {
    Ok(json!({}))
}

pub fn status(door: &Door, _: &Params) -> Answer {
    let status = door.backend.status()?;
    let at = |height: u64| match height {
        0 => Ok(None),
        h => door.backend.block(h),
    };
    let (earliest, latest) = (at(status.earliest)?, at(status.latest)?);
    Ok(node::status(
        &status,
        &door.config.announce,
        earliest.as_deref(),
        latest.as_deref(),
    ))
}

pub fn net_info(door: &Door, _: &Params) -> Answer {
    Ok(node::net_info(
        &door.backend.status()?,
        &door.backend.peers()?,
    ))
}

pub fn genesis(door: &Door, _: &Params) -> Answer {
    if door.genesis_pieces(CHUNK)?.len() > 1 {
        return Err(RpcError::internal(
            "genesis response is large, please use the genesis_chunked API instead",
        ));
    }
    let genesis = serde_json::to_value(&*door.backend.genesis());
    let genesis = genesis.map_err(|e| RpcError::internal(format!("genesis: {e}")))?;
    Ok(json!({"genesis": genesis}))
}

pub fn genesis_chunked(door: &Door, params: &Params) -> Answer {
    let pieces = door.genesis_pieces(CHUNK)?;
    let chunk = params.int("chunk")?.unwrap_or(0);
    let piece = usize::try_from(chunk).ok().and_then(|i| pieces.get(i));
    let Some(data) = piece else {
        return Err(RpcError::internal(format!(
            "there are {} chunks, {chunk} is invalid",
            pieces.len()
        )));
    };
    Ok(json!({"chunk": chunk.to_string(), "total": pieces.len().to_string(), "data": data}))
}

pub fn abci_info(door: &Door, _: &Params) -> Answer {
    let info = door.backend.app().info();
    Ok(json!({"response": {
        "data": "mycel",
        "version": env!("CARGO_PKG_VERSION"),
        "last_block_height": info.height.unwrap_or(0).to_string(),
        "last_block_app_hash": base64(&info.app_hash.0),
    }}))
}

pub fn abci_query(door: Arc<Door>, params: Params) -> Waiting {
    Box::pin(async move {
        let path = params.text("path")?.unwrap_or_default();
        let data = params.hex("data")?.unwrap_or_default();
        let height = match params.int("height")?.unwrap_or(0) {
            0 => None,
            n => Some(u64::try_from(n).map_err(|_| {
                RpcError::internal(format!("cannot query at a negative height: {n}"))
            })?),
        };
        let prove = params.flag("prove")?;
        let heavy = HEAVY.contains(&path.as_str());
        let work = move |door: &Door, limits: &Limits| {
            let at = QueryAt { height, prove };
            let mut limits = limits.clone();
            if path == SIMULATE {
                limits.gas = door.config.simulate_gas;
            }
            let answer = door.backend.app().query(&path, &data, at, &limits);
            Ok(node::abci_query(&answer))
        };
        door.run(heavy, work).await
    })
}

pub fn consensus_params(door: &Door, params: &Params) -> Answer {
    let height = door.height(params.int("height")?, 1)?;
    let Some(found) = door.backend.params(height)? else {
        return Err(RpcError::internal(format!(
            "parameters of height {height} are not here"
        )));
    };
    Ok(json!({
        "block_height": height.to_string(),
        "consensus_params": node::consensus_params(&found, &door.genesis_params()),
    }))
}

pub fn validators(door: &Door, params: &Params) -> Answer {
    let height = door.height(params.int("height")?, 1)?;
    let Some(set) = door.backend.validators(height)? else {
        return Err(RpcError::internal(format!(
            "validators of height {height} are not here"
        )));
    };
    let range = page(door, params, set.len())?;
    let shown: Vec<Value> = set[range].iter().map(node::validator).collect();
    Ok(json!({
        "block_height": height.to_string(),
        "count": shown.len().to_string(),
        "total": set.len().to_string(),
        "validators": shown,
    }))
}

pub fn unconfirmed_txs(door: &Door, params: &Params) -> Answer {
    let limit = match params.int("limit")? {
        Some(n) if n > 0 => usize::try_from(n).unwrap_or(usize::MAX),
        _ => 30,
    };
    let pool = door.backend.unconfirmed(limit.min(door.config.page))?;
    let bytes: usize = pool.txs.iter().map(|tx| tx.len()).sum();
    bounded(bytes)?;
    Ok(node::pool(&pool, true))
}

pub fn num_unconfirmed_txs(door: &Door, _: &Params) -> Answer {
    Ok(node::pool(&door.backend.unconfirmed(0)?, false))
}

/// Most bytes of blocks or transactions that one answer carries before their encoding.
pub(super) const ANSWER: usize = 8 << 20;

/// Refuses an answer that grew too large.
pub(super) fn bounded(bytes: usize) -> Result<(), RpcError> {
    if bytes > ANSWER {
        return Err(RpcError::internal(format!(
            "the answer is larger than {ANSWER} bytes; ask for a smaller per_page or limit"
        )));
    }
    Ok(())
}

/// The order of a search: ascending unless it says otherwise.
pub(super) fn ordered(
    mut found: Vec<Position>,
    params: &Params,
    default: &str,
) -> Result<Vec<Position>, RpcError> {
    match params.text("order_by")?.as_deref().unwrap_or("") {
        "" if default == "desc" => found.reverse(),
        "desc" => found.reverse(),
        "" | "asc" => {}
        _ => {
            return Err(RpcError::internal(
                "expected order_by to be either `asc` or `desc` or empty",
            ));
        }
    }
    Ok(found)
}
