//! Every block in order, whatever happens to the node that tells: a broken websocket is opened again at the next
//! node, and blocks that were missed meanwhile are fetched.
use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::STANDARD};
use mycel_client::{Client, ClientError, Http, Socket, socket::Happened};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

/// What a block did with one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TxOutcome {
    /// SHA-256 of its bytes.
    pub hash: [u8; 32],
    /// 0 is success.
    pub code: u32,
    /// Whose code.
    pub codespace: String,
    /// The story of a failure.
    pub log: String,
    /// SDK gas used.
    pub gas_used: u64,
}

/// A committed block.
#[derive(Clone, Debug)]
pub struct BlockSeen {
    /// Its height.
    pub height: u64,
    /// When this client heard of it.
    pub at: Instant,
    /// Its transactions, in order.
    pub txs: Vec<TxOutcome>,
}

/// Follows the chain from the height after `from`; ends when the receiver is dropped.
pub fn follow(urls: Vec<String>, from: u64) -> mpsc::Receiver<BlockSeen> {
    let (sender, receiver) = mpsc::channel(64);
    tokio::spawn(async move {
        let mut next = from + 1;
        for url in urls.iter().cycle() {
            if let Err(error) = listen(url, &mut next, &sender).await {
                tracing::debug!(%url, %error, "event stream ended");
            }
            if sender.is_closed() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    receiver
}

async fn listen(
    url: &str,
    next: &mut u64,
    sender: &mpsc::Sender<BlockSeen>,
) -> Result<(), ClientError> {
    let mut socket = Socket::connect(url).await?;
    socket.subscribe("tm.event='NewBlock'").await?;
    let client = Client::http(url)?;
    let tip = client.status().await?.latest_height;
    catch_up(&client, next, tip, sender).await?;
    loop {
        let Happened::Other(data) = socket.next().await? else {
            continue;
        };
        let height = number(data.pointer("/value/block/header/height"));
        if height < *next {
            continue;
        }
        catch_up(&client, next, height - 1, sender).await?;
        let block = seen(
            height,
            data.pointer("/value/block/data/txs"),
            data.pointer("/value/result_finalize_block/tx_results"),
        )?;
        *next = height + 1;
        if sender.send(block).await.is_err() {
            return Ok(());
        }
    }
}

/// Fetches the blocks up to `tip` that no event told of.
async fn catch_up(
    client: &Client<Http>,
    next: &mut u64,
    tip: u64,
    sender: &mpsc::Sender<BlockSeen>,
) -> Result<(), ClientError> {
    while *next <= tip {
        let at = json!({"height": next.to_string()});
        let block: Value = client.call("block", at.clone()).await?;
        let results: Value = client.call("block_results", at).await?;
        let block = seen(
            *next,
            block.pointer("/block/data/txs"),
            results.pointer("/txs_results"),
        )?;
        *next += 1;
        if sender.send(block).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

fn seen(
    height: u64,
    txs: Option<&Value>,
    results: Option<&Value>,
) -> Result<BlockSeen, ClientError> {
    let list = |v: Option<&Value>| v.and_then(Value::as_array).cloned().unwrap_or_default();
    let (txs, results) = (list(txs), list(results));
    if txs.len() != results.len() {
        return Err(ClientError::Answer(format!(
            "block={height} has transactions={} results={}",
            txs.len(),
            results.len()
        )));
    }
    let text = |v: &Value, key: &str| {
        v.get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let outcome = |(tx, result): (&Value, &Value)| {
        let bytes = STANDARD
            .decode(tx.as_str().unwrap_or_default())
            .map_err(|e| ClientError::Answer(format!("block={height}: {e}")))?;
        Ok(TxOutcome {
            hash: Sha256::digest(bytes).into(),
            code: u32::try_from(number(result.get("code"))).unwrap_or(u32::MAX),
            codespace: text(result, "codespace"),
            log: text(result, "log"),
            gas_used: number(result.get("gas_used")),
        })
    };
    Ok(BlockSeen {
        height,
        at: Instant::now(),
        txs: txs
            .iter()
            .zip(&results)
            .map(outcome)
            .collect::<Result<_, ClientError>>()?,
    })
}

fn number(value: Option<&Value>) -> u64 {
    match value {
        Some(Value::String(text)) => text.parse().unwrap_or(0),
        Some(other) => other.as_u64().unwrap_or(0),
        None => 0,
    }
}
