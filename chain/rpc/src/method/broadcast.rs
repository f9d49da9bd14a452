//! Handing transactions in.
use std::sync::Arc;

use bytes::Bytes;
use mycel_types::{CheckOutcome, Reservations, codes};
use serde_json::{Value, json};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{Answer, Waiting};
use crate::{
    backend::{BlockEvent, TxHash, tx_hash},
    door::Door,
    error::RpcError,
    params::Params,
    shape::result,
};

fn bytes(params: &Params) -> Result<Bytes, RpcError> {
    Ok(params.bytes("tx")?.unwrap_or_default().into())
}

fn submit(door: &Door, tx: Bytes) -> Result<CheckOutcome, RpcError> {
    let check = door.backend.submit(tx)?;
    let known = codes::TX_IN_MEMPOOL_CACHE;
    if check.code == known.code && check.codespace == known.codespace {
        return Err(RpcError::internal("tx already exists in cache"));
    }
    Ok(check)
}

pub fn check_tx(door: &Door, params: &Params) -> Answer {
    let tx = bytes(params)?;
    let check = door.backend.app().check(&tx, &Reservations::default());
    Ok(result::check(&check))
}

pub fn sync(door: &Door, params: &Params) -> Answer {
    let tx = bytes(params)?;
    let hash = tx_hash(&tx);
    Ok(result::submitted(&submit(door, tx)?, &hash))
}

/// Answers before the check, whatever it will say.
pub fn asynchronous(door: Arc<Door>, params: Params) -> Waiting {
    Box::pin(async move {
        let tx = bytes(&params)?;
        let hash = tx_hash(&tx);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = submit(&door, tx) {
                tracing::debug!(%error, "broadcast_tx_async");
            }
        });
        Ok(result::submitted(&CheckOutcome::default(), &hash))
    })
}

/// Answers once the transaction stands in a block.
pub fn commit(door: Arc<Door>, params: Params) -> Waiting {
    Box::pin(async move {
        let tx = bytes(&params)?;
        let hash = tx_hash(&tx);
        // before the transaction is handed in, so that its block cannot pass unseen
        let mut blocks = door.backend.subscribe();
        let check = door.run(false, move |door, _| submit(door, tx)).await?;
        if !check.ok() {
            return Ok(committed(&check, None, &hash));
        }
        let delivered = delivered(&door, &mut blocks, hash);
        match tokio::time::timeout(door.config.commit_time, delivered).await {
            Ok(delivered) => Ok(committed(&check, Some(delivered?), &hash)),
            Err(_) => Err(RpcError::internal(
                "timed out waiting for tx to be included in a block",
            )),
        }
    })
}

fn committed(check: &CheckOutcome, delivered: Option<(u64, Value)>, hash: &TxHash) -> Value {
    let mut checked = result::check(check);
    if !check.ok() {
        checked["data"] = Value::Null;
    }
    let (height, tx_result) = delivered.unwrap_or_else(|| (0, result::no_tx_result()));
    json!({
        "check_tx": checked,
        "tx_result": tx_result,
        "hash": hex::encode_upper(hash),
        "height": height.to_string(),
    })
}

/// Waits for the block with the transaction: (height, result).
async fn delivered(
    door: &Arc<Door>,
    blocks: &mut Receiver<Arc<BlockEvent>>,
    hash: TxHash,
) -> Result<(u64, Value), RpcError> {
    loop {
        match blocks.recv().await {
            Ok(event) => {
                let index = event.hashes.iter().position(|h| *h == hash);
                if let Some(r) = index.and_then(|i| event.outcome.results.get(i)) {
                    return Ok((event.height(), result::tx_result(r)));
                }
            }
            Err(RecvError::Lagged(_)) => {
                // its block may be among those that were missed
                let found = door.run(false, move |door, _| {
                    let Some(at) = door.backend.tx(&hash)? else {
                        return Ok(None);
                    };
                    let outcome = door.backend.outcome(at.height)?;
                    let result = outcome.and_then(|o| o.results.get(at.index as usize).cloned());
                    Ok(result.map(|r| (at.height, result::tx_result(&r))))
                });
                if let Some(found) = found.await? {
                    return Ok(found);
                }
            }
            Err(RecvError::Closed) => return Err(RpcError::internal("the node is stopping")),
        }
    }
}
