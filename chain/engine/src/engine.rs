//! The trait of everything that makes blocks.
use std::sync::Arc;

use futures::future::BoxFuture;
use mycel_types::{Application, Cancel, Halt};

/// A consensus engine with its network: it drives an application until it is asked to stop.
pub trait Engine: Send {
    /// Runs until `stop` is set, or until going on would be wrong.
    fn run(
        self: Box<Self>,
        app: Arc<dyn Application>,
        stop: Cancel,
    ) -> BoxFuture<'static, Result<Stopped, EngineError>>;
}

/// The engine was asked to stop and did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// The last durable height.
    pub height: u64,
}

/// Why an engine stopped by itself.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The state machine or the host asked for it.
    #[error(transparent)]
    Halt(#[from] Halt),
    /// The block store failed.
    #[error(transparent)]
    Blocks(#[from] crate::blocks::BlocksError),
    /// The network could not start or broke.
    #[error("network: {0}")]
    Network(String),
    /// The engine's own machinery failed.
    #[error("engine: {0}")]
    Machinery(String),
}
