//! Blocks, headers and commits.
use mycel_types::Cancel;
use serde_json::{Value, json};

use super::{
    Answer,
    node::{bounded, ordered},
    page,
};
use crate::{
    backend::Scope,
    door::Door,
    error::RpcError,
    params::Params,
    query::Query,
    search,
    shape::{block as shape, result},
};

/// Most entries of `blockchain`, as in CometBFT.
const METAS: u64 = 20;

pub fn block(door: &Door, params: &Params) -> Answer {
    let height = door.height(params.int("height")?, 0)?;
    Ok(shape::block(&*door.block(height)?))
}

pub fn block_by_hash(door: &Door, params: &Params) -> Answer {
    match door.backend.height_of(&params.hash("hash")?)? {
        Some(height) => Ok(shape::block(&*door.block(height)?)),
        None => Ok(json!({
            "block_id": shape::id(&tendermint::block::Id::default()),
            "block": null,
        })),
    }
}

pub fn header(door: &Door, params: &Params) -> Answer {
    let height = door.height(params.int("height")?, 0)?;
    let header = shape::header(&door.block(height)?.block.header);
    Ok(json!({"header": header}))
}

pub fn header_by_hash(door: &Door, params: &Params) -> Answer {
    let header = match door.backend.height_of(&params.hash("hash")?)? {
        Some(height) => shape::header(&door.block(height)?.block.header),
        None => Value::Null,
    };
    Ok(json!({"header": header}))
}

pub fn block_results(door: &Door, params: &Params) -> Answer {
    let height = door.height(params.int("height")?, 0)?;
    let outcome = door
        .backend
        .outcome(height)?
        .ok_or_else(|| RpcError::internal(format!("results of height {height} are not here")))?;
    Ok(result::block_results(
        height,
        &outcome,
        &door.genesis_params(),
    ))
}

pub fn commit(door: &Door, params: &Params) -> Answer {
    let height = door.height(params.int("height")?, 0)?;
    let block = door.block(height)?;
    let next = door.backend.block(height + 1)?;
    let canonical = next.as_ref().and_then(|b| b.block.last_commit.clone());
    let is_canonical = canonical.is_some();
    let commit = match canonical {
        Some(commit) => Some(commit),
        None => door.backend.seen_commit(height)?,
    };
    let Some(commit) = commit else {
        return Err(RpcError::internal(format!(
            "commit of height {height} is not here"
        )));
    };
    Ok(json!({
        "signed_header": {
            "header": shape::header(&block.block.header),
            "commit": shape::commit(Some(&commit)),
        },
        "canonical": is_canonical,
    }))
}

pub fn blockchain(door: &Door, params: &Params) -> Answer {
    let status = door.backend.status()?;
    let bound = |name| match params.int(name)? {
        Some(n) if n < 0 => Err(RpcError::internal("heights must be non-negative")),
        n => Ok(n.unwrap_or(0).unsigned_abs()),
    };
    let (min, max) = (bound("minHeight")?, bound("maxHeight")?);
    let max = if max == 0 {
        status.latest
    } else {
        max.min(status.latest)
    };
    let min = min
        .max(1)
        .max(status.earliest)
        .max((max + 1).saturating_sub(METAS));
    if min > max && status.latest > 0 {
        return Err(RpcError::internal(format!(
            "min height {min} can't be greater than max height {max}"
        )));
    }
    let mut metas = vec![];
    for height in (min..=max).rev() {
        metas.push(shape::meta(&*door.block(height)?));
    }
    Ok(json!({"last_height": status.latest.to_string(), "block_metas": metas}))
}

pub fn block_search(door: &Door, params: &Params, stop: &Cancel) -> Answer {
    let query = Query::parse(&params.text("query")?.unwrap_or_default())?;
    let found = search::run(&*door.backend, Scope::Block, &query, stop)?;
    let found = ordered(found, params, "desc")?;
    let mut blocks = vec![];
    let mut bytes = 0;
    for position in &found[page(door, params, found.len())?] {
        let block = door.block(position.height)?;
        bytes += block.block.data.iter().map(Vec::len).sum::<usize>();
        bounded(bytes)?;
        blocks.push(shape::block(&block));
    }
    Ok(json!({"blocks": blocks, "total_count": found.len().to_string()}))
}
