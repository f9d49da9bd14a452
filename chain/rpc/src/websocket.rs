//! The websocket: requests as over HTTP, and subscriptions.
//!
//! A connection has three tasks: one reads and answers, one watches blocks, one writes. What waits to be written is
//! bounded in messages and bytes; a reader that lets it fill up is dropped.
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use futures::{SinkExt, Stream, StreamExt};
use serde_json::{Value, json};
use tokio::sync::{broadcast, mpsc};

use crate::{
    door::{Door, envelope},
    error::RpcError,
    method,
    params::Params,
    published::Published,
    query::Query,
    request::{Body, Request},
};

/// Most bytes that wait for a reader, unless one message alone is larger.
const OUTBOX: usize = 16 << 20;
/// How often a silent peer is asked whether it lives.
const PING: Duration = Duration::from_secs(27);
/// How long one message may take to leave.
const SEND: Duration = Duration::from_secs(10);

/// A subscription of this connection.
struct Subscription {
    id: Value,
    text: String,
    query: Query,
}

/// What waits to be written.
#[derive(Clone)]
struct Outbox {
    sender: mpsc::Sender<Message>,
    bytes: Arc<AtomicUsize>,
}

/// The reader is too slow, or gone.
#[derive(Debug)]
struct Gone;

impl Outbox {
    fn put(&self, message: Message) -> Result<(), Gone> {
        let size = size(&message);
        let waiting = self.bytes.fetch_add(size, Ordering::AcqRel);
        if waiting > 0 && waiting.saturating_add(size) > OUTBOX {
            return Err(Gone);
        }
        self.sender.try_send(message).map_err(|_| Gone)
    }

    fn text(&self, text: String) -> Result<(), Gone> {
        self.put(Message::Text(Utf8Bytes::from(text)))
    }
}

fn size(message: &Message) -> usize {
    match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.len(),
        Message::Close(_) => 0,
    }
}

type Subscriptions = Arc<Mutex<Vec<Subscription>>>;

/// Serves one connection until it ends.
pub async fn serve(socket: WebSocket, door: Arc<Door>) {
    let (mut sink, stream) = socket.split();
    let (sender, mut waiting) = mpsc::channel(door.config.backlog);
    let bytes = Arc::new(AtomicUsize::new(0));
    let outbox = Outbox {
        sender,
        bytes: bytes.clone(),
    };
    let subscriptions = Subscriptions::default();
    let write = async {
        while let Some(message) = waiting.recv().await {
            let size = size(&message);
            match tokio::time::timeout(SEND, sink.send(message)).await {
                Ok(Ok(())) => bytes.fetch_sub(size, Ordering::AcqRel),
                _ => return,
            };
        }
    };
    let watch = watch(&door, &outbox, &subscriptions, door.events.subscribe());
    // whichever ends first ends the connection; dropping the halves closes it
    tokio::select! {
        () = write => {}
        _ = watch => {}
        _ = read(&door, stream, &outbox, &subscriptions) => {}
    }
}

async fn read(
    door: &Arc<Door>,
    mut stream: impl Stream<Item = Result<Message, axum::Error>> + Unpin,
    outbox: &Outbox,
    subscriptions: &Subscriptions,
) -> Result<(), Gone> {
    let mut asked = false;
    loop {
        let message = match tokio::time::timeout(PING, stream.next()).await {
            Ok(Some(Ok(message))) => message,
            Ok(_) => return Err(Gone),
            Err(_) if asked => return Err(Gone),
            Err(_) => {
                asked = true;
                outbox.put(Message::Ping(Default::default()))?;
                continue;
            }
        };
        asked = false;
        let answer = match message {
            Message::Text(text) => answer(door, text.as_bytes(), subscriptions).await,
            Message::Binary(bytes) => answer(door, &bytes, subscriptions).await,
            Message::Close(_) => return Ok(()),
            Message::Ping(_) | Message::Pong(_) => None,
        };
        if let Some(answer) = answer {
            outbox.text(answer.to_string())?;
        }
    }
}

async fn answer(door: &Arc<Door>, bytes: &[u8], subscriptions: &Subscriptions) -> Option<Value> {
    let request = match Body::parse(bytes, &door.config) {
        Ok(Body::One(Ok(request))) => request,
        Ok(Body::One(Err(error))) | Err(error) => return Some(envelope(None, Err(error))),
        Ok(Body::Batch(_)) => {
            let error = RpcError::Request("batches are for HTTP".into());
            return Some(envelope(None, Err(error)));
        }
    };
    let id = request.id.clone()?;
    let answer = match request.method.as_str() {
        "subscribe" => subscribe(door, request, subscriptions),
        "unsubscribe" => unsubscribe(request, subscriptions),
        "unsubscribe_all" => {
            lock(subscriptions).clear();
            Ok(json!({}))
        }
        name => method::call(door, name, request.params).await,
    };
    Some(envelope(Some(&id), answer))
}

fn lock(subscriptions: &Subscriptions) -> std::sync::MutexGuard<'_, Vec<Subscription>> {
    // a list of subscriptions is whole after any panic
    subscriptions.lock().unwrap_or_else(PoisonError::into_inner)
}

fn query_text(request: &Request) -> Result<String, RpcError> {
    let params = Params::json(request.params.clone(), &["query"])?;
    Ok(params.text("query")?.unwrap_or_default())
}

fn subscribe(
    door: &Door,
    request: Request,
    subscriptions: &Subscriptions,
) -> Result<Value, RpcError> {
    let text = query_text(&request)?;
    let query = Query::parse(&text)
        .map_err(|e| RpcError::internal(format!("failed to parse query: {e}")))?;
    let mut list = lock(subscriptions);
    if list.iter().any(|s| s.text == text) {
        return Err(RpcError::internal("already subscribed"));
    }
    if list.len() >= door.config.subscriptions {
        return Err(RpcError::internal(format!(
            "max_subscriptions_per_client {} reached",
            door.config.subscriptions
        )));
    }
    list.push(Subscription {
        id: request.id.unwrap_or_default(),
        text,
        query,
    });
    Ok(json!({}))
}

fn unsubscribe(request: Request, subscriptions: &Subscriptions) -> Result<Value, RpcError> {
    let text = query_text(&request)?;
    let mut list = lock(subscriptions);
    let before = list.len();
    list.retain(|s| s.text != text);
    match list.len() < before {
        true => Ok(json!({})),
        false => Err(RpcError::internal("subscription not found")),
    }
}

/// Sends what the subscriptions want of each block. An event is sent after the answer to its `subscribe`: both pass
/// through one queue, and a block is looked at only after the subscription was noted.
async fn watch(
    door: &Arc<Door>,
    outbox: &Outbox,
    subscriptions: &Subscriptions,
    mut blocks: broadcast::Receiver<Option<Arc<Published>>>,
) -> Result<(), Gone> {
    loop {
        // a gap, for this connection or for the node, ends the connection: no subscriber misses an event unawares
        let Ok(Some(block)) = blocks.recv().await else {
            return Err(Gone);
        };
        let list = lock(subscriptions);
        for s in list.iter() {
            for event in block.wanted(&s.query, door) {
                let (id, query) = (&s.id, Value::from(s.text.as_str()));
                outbox.text(format!(
                    r#"{{"jsonrpc":"2.0","id":{id},"result":{{"query":{query},{event}}}}}"#
                ))?;
            }
        }
    }
}
