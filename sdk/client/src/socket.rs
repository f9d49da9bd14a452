//! Events as they happen, over a websocket.
use std::{collections::VecDeque, time::Duration};

use futures::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Message, protocol::WebSocketConfig},
};

use crate::{
    ClientError,
    answer::{Delivered, number},
    transport::{MAX_ANSWER_BYTES, result},
};

/// How long the handshake and an answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Events kept while an answer is awaited.
const MAX_WAITING: usize = 100_000;

/// A websocket to one node. Events arrive in order; a reader that is too slow is dropped by the node.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    url: String,
    next_id: u64,
    waiting: VecDeque<Value>,
}

/// A transaction that was just committed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Committed {
    /// The block.
    #[serde(deserialize_with = "number")]
    pub height: u64,
    /// Its place there.
    #[serde(default)]
    pub index: u32,
    /// Its bytes, base64.
    pub tx: String,
    /// What became of it.
    pub result: Delivered,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Happened {
    /// A transaction was committed; its hash.
    Tx {
        /// SHA-256 of its bytes.
        hash: [u8; 32],
        /// What became of it.
        committed: Box<Committed>,
    },
    /// Another event, as the node said it: `data` of the result.
    Other(Value),
}

impl Socket {
    /// Connects to `http://host:port` (or `ws://`, `tcp://`), path `/websocket`.
    pub async fn connect(url: &str) -> Result<Self, ClientError> {
        let address = url.split_once("://").map_or(url, |(_, address)| address);
        let address = address.trim_end_matches('/').trim_end_matches("/websocket");
        let unreachable = |reason: String| ClientError::Unreachable {
            url: url.into(),
            reason,
        };
        let config = WebSocketConfig::default()
            .max_message_size(Some(MAX_ANSWER_BYTES))
            .max_frame_size(Some(MAX_ANSWER_BYTES));
        let connecting = tokio_tungstenite::connect_async_with_config(
            format!("ws://{address}/websocket"),
            Some(config),
            true,
        );
        let (stream, _) = tokio::time::timeout(TIMEOUT, connecting)
            .await
            .map_err(|_| unreachable("no handshake in time".into()))?
            .map_err(|e| unreachable(e.to_string()))?;
        Ok(Self {
            stream,
            url: url.into(),
            next_id: 1,
            waiting: VecDeque::new(),
        })
    }

    /// Subscribes to an event query, as `tm.event='Tx'`. Events come from [`Socket::next`].
    pub async fn subscribe(&mut self, query: &str) -> Result<(), ClientError> {
        self.call("subscribe", json!({"query": query})).await?;
        Ok(())
    }

    /// Any method over the websocket.
    pub async fn call(&mut self, method: &str, params: Value) -> Result<Value, ClientError> {
        let id = self.next_id;
        self.next_id = id.saturating_add(1);
        let frame = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.stream
            .send(Message::text(frame.to_string()))
            .await
            .map_err(|e| self.unreachable(e.to_string()))?;
        let deadline = tokio::time::Instant::now() + TIMEOUT;
        loop {
            let frame = tokio::time::timeout_at(deadline, self.frame())
                .await
                .map_err(|_| self.unreachable("no answer in time".into()))??;
            if is_event(&frame) {
                if self.waiting.len() >= MAX_WAITING {
                    return Err(self.unreachable("too many events while waiting".into()));
                }
                self.waiting.push_back(frame);
            } else if frame.get("id").and_then(Value::as_u64) == Some(id) {
                return result(frame);
            }
        }
    }

    /// The next event; waits for it.
    pub async fn next(&mut self) -> Result<Happened, ClientError> {
        loop {
            let frame = match self.waiting.pop_front() {
                Some(frame) => frame,
                None => self.frame().await?,
            };
            if is_event(&frame) {
                return happened(result(frame)?);
            }
        }
    }

    async fn frame(&mut self) -> Result<Value, ClientError> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => {
                    return serde_json::from_str(&text).map_err(ClientError::answer);
                }
                Some(Ok(Message::Binary(bytes))) => {
                    return serde_json::from_slice(&bytes).map_err(ClientError::answer);
                }
                Some(Ok(Message::Close(_))) | None => {
                    return Err(self.unreachable("node closed the websocket".into()));
                }
                Some(Ok(_)) => {}
                Some(Err(e)) => return Err(self.unreachable(e.to_string())),
            }
        }
    }

    fn unreachable(&self, reason: String) -> ClientError {
        ClientError::Unreachable {
            url: self.url.clone(),
            reason,
        }
    }
}

/// Events reuse the subscription's id; only `result.query` tells them from answers.
fn is_event(frame: &Value) -> bool {
    frame.pointer("/result/query").is_some_and(Value::is_string)
}

fn happened(mut result: Value) -> Result<Happened, ClientError> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use sha2::{Digest, Sha256};

    let data = result.get_mut("data").map(Value::take).unwrap_or_default();
    let Some(tx) = data.pointer("/value/TxResult") else {
        return Ok(Happened::Other(data));
    };
    let committed = Committed::deserialize(tx).map_err(ClientError::answer)?;
    let bytes = STANDARD
        .decode(&committed.tx)
        .map_err(ClientError::answer)?;
    Ok(Happened::Tx {
        hash: Sha256::digest(bytes).into(),
        committed: Box::new(committed),
    })
}
