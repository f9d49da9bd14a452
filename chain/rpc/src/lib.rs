//! JSON-RPC in CometBFT 0.38's shapes over HTTP POST, URIs and websocket, in front of one router of queries.
//!
//! A request's way: connection (a seat of so many) → Host header → body (bounded) → nesting (bounded) → JSON →
//! method table → arguments → the node, on a blocking thread, within a time → a shape → JSON. A door keeps no state
//! of the chain; all it knows comes from [`Backend`], which the node implements, and what concerns state itself from
//! the one router [`mycel_types::Application::query`].
//!
//! # Invariants
//! * Everything external is bounded before anything is allocated for it: connections, body, nesting, batch, page,
//!   bytes of an answer, length of a query, time and gas of a question ([`RpcConfig`]).
//! * Questions that run contracts or walk the index pass one gate, so that they cannot starve consensus; a caller
//!   who leaves stops the work.
//! * A subscriber gets every event that its query matches, in order, or its connection ends: a slow reader is
//!   dropped, not buffered, and a gap is never passed over.
//! * Shapes are those of a recorded CometBFT (`tests/golden`): same keys, same JSON types. Errors come with HTTP 200,
//!   except for a body that is no JSON (500), too large (413) or too slow (408).
//! * What is not built answers -32001 `not yet: ...`; what does not exist -32601.
//!
//! # Map
//! * [`backend`], [`RpcConfig`]: what a node gives, what a door allows.
//! * `server`, `http`, `websocket`: connections; `request`, `params`, `dispatch`: reading what they carry.
//! * `method`: the table and what answers; `door`: what all share, and the gate; `search`: the event index.
//! * `shape`: JSON as CometBFT writes it.
//! * [`relay`]: a stranger's message in a transaction of the node's own.
//! * [`query`], [`tags`]: the event query language and what it asks about; `published`: blocks on their way to
//!   subscribers, rendered once.
#![forbid(unsafe_code)]

pub mod backend;
mod config;
mod dispatch;
mod door;
mod error;
mod http;
mod method;
mod params;
mod published;
pub mod query;
pub mod relay;
mod request;
mod search;
mod server;
mod shape;
pub mod tags;
mod websocket;

pub use backend::{
    Backend, BlockEvent, Fault, NodeStatus, Peer, Pool, Position, Scope, StoredBlock, TxHash,
    tx_hash,
};
pub use config::RpcConfig;
pub use error::RpcError;
pub use relay::{Errand, Refusal, Relay, Sent, Terms};
pub use server::serve;
