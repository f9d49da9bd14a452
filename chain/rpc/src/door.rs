//! What all connections share: the node, the bounds, and the gate in front of expensive questions.
use std::sync::{Arc, OnceLock};

use mycel_types::{Cancel, Limits};
use serde_json::Value;
use tokio::sync::{Semaphore, broadcast};

use crate::{
    backend::{Backend, StoredBlock},
    config::RpcConfig,
    error::RpcError,
    published::Published,
    relay::Rate,
};

/// Shared by all connections.
pub struct Door {
    /// The node.
    pub backend: Arc<dyn Backend>,
    /// The bounds.
    pub config: RpcConfig,
    /// Blocks on their way to subscribers; `None` says that some were missed.
    pub events: broadcast::Sender<Option<Arc<Published>>>,
    /// How often callers of the relay came in this minute.
    pub rate: Arc<Rate>,
    /// Expensive questions that may run now.
    heavy: Arc<Semaphore>,
    /// The genesis document in pieces, rendered once.
    genesis: OnceLock<Result<Vec<String>, String>>,
}

/// Stops the work of a caller who has gone.
struct StopOnDrop(Cancel);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Door {
    /// A door to `backend`.
    pub fn new(backend: Arc<dyn Backend>, config: RpcConfig) -> Arc<Self> {
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        let heavy = match config.heavy_queries {
            0 => (cores / 2).max(1),
            n => n,
        };
        Arc::new(Self {
            backend,
            config,
            events: broadcast::channel(64).0,
            rate: Arc::default(),
            heavy: Arc::new(Semaphore::new(heavy)),
            genesis: OnceLock::new(),
        })
    }

    /// Runs `work` on a blocking thread for at most the query time; expensive work waits for its turn first,
    /// within the same time. Work that outlives its caller is asked to stop, and keeps its turn until it does.
    pub async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        heavy: bool,
        work: impl FnOnce(&Self, &Limits) -> Result<T, RpcError> + Send + 'static,
    ) -> Result<T, RpcError> {
        let limits = Limits {
            gas: self.config.query_gas,
            stop: Cancel::new(),
        };
        let stop = StopOnDrop(limits.stop.clone());
        let door = self.clone();
        let answer = async move {
            let turn = match heavy {
                true => Some(door.heavy.clone().acquire_owned().await),
                false => None,
            };
            tokio::task::spawn_blocking(move || {
                let answer = work(&door, &limits);
                drop(turn);
                answer
            })
            .await
        };
        let answer = tokio::time::timeout(self.config.query_time, answer).await;
        drop(stop);
        match answer {
            Ok(Ok(answer)) => answer,
            Ok(Err(e)) => Err(RpcError::internal(format!("query failed: {e}"))),
            Err(_) => Err(RpcError::internal(format!(
                "query took longer than {} ms; ask for less, or try again when the node is less busy",
                self.config.query_time.as_millis()
            ))),
        }
    }

    /// The genesis document as JSON, cut into pieces of at most `size` bytes.
    pub fn genesis_pieces(&self, size: usize) -> Result<&[String], RpcError> {
        let pieces = self.genesis.get_or_init(|| {
            let json = serde_json::to_vec(&*self.backend.genesis())
                .map_err(|e| format!("genesis: {e}"))?;
            Ok(json.chunks(size).map(crate::shape::base64).collect())
        });
        match pieces {
            Ok(pieces) => Ok(pieces),
            Err(e) => Err(RpcError::internal(e.clone())),
        }
    }

    /// The height that a caller means: what it says, or `default`; between the first and the last that exist.
    pub fn height(&self, wanted: Option<i64>, ahead: u64) -> Result<u64, RpcError> {
        let status = self.backend.status()?;
        if status.latest == 0 && ahead == 0 {
            return Err(RpcError::internal("there is no block yet"));
        }
        let Some(height) = wanted else {
            return Ok(status.latest + ahead);
        };
        let Some(height) = u64::try_from(height).ok().filter(|h| *h > 0) else {
            return Err(RpcError::internal(format!(
                "height must be greater than 0, but got {height}"
            )));
        };
        if height > status.latest + ahead {
            return Err(RpcError::internal(format!(
                "height {height} must be less than or equal to the current blockchain height {}",
                status.latest + ahead
            )));
        }
        if height < status.earliest {
            return Err(RpcError::internal(format!(
                "height {height} is not available, lowest height is {}",
                status.earliest
            )));
        }
        Ok(height)
    }

    /// The block at a height that [`Door::height`] gave.
    pub fn block(&self, height: u64) -> Result<Arc<StoredBlock>, RpcError> {
        self.backend
            .block(height)?
            .ok_or_else(|| RpcError::internal(format!("block of height {height} is not here")))
    }

    /// Parameters of genesis, as CometBFT knows them.
    pub fn genesis_params(&self) -> tendermint::consensus::Params {
        self.backend.genesis().consensus_params.clone()
    }
}

/// The envelope of an answer.
pub fn envelope(id: Option<&Value>, answer: Result<Value, RpcError>) -> Value {
    let mut fields = serde_json::Map::new();
    fields.insert("jsonrpc".into(), "2.0".into());
    if let Some(id) = id {
        fields.insert("id".into(), id.clone());
    }
    match answer {
        Ok(result) => fields.insert("result".into(), result),
        Err(error) => fields.insert("error".into(), error.to_json()),
    };
    fields.into()
}
