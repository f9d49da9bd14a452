//! The engine: gossip, Malachite's actors and the host's thread, started and stopped together.
use std::{sync::Arc, time::Duration};

use futures::future::BoxFuture;
use mycel_engine::{
    CrashPoints, Engine, EngineError, Mempool, Stopped,
    blocks::Blocks,
    host::{Finished, Host, HostConfig, HostParts},
    sign::SharedSigner,
};
use mycel_types::{Application, Cancel, Genesis};
use tokio::sync::{oneshot, watch};
use tracing::{error, info};

use crate::{
    Error,
    adapter::{Adapter, Bell, Gather, Observer},
    context::Chain,
    gossip::Gossip,
    inlet::{FromPeers, Inlet},
    launch::{Actors, launch},
    settings::Config,
    status::Status,
};

/// How often it is looked whether to stop.
const POLL: Duration = Duration::from_millis(20);

/// What the engine works with. Doors hold the same store and pool.
pub struct Parts {
    /// Where the chain begins.
    pub genesis: Genesis,
    /// The block store.
    pub blocks: Arc<Blocks>,
    /// The pool.
    pub pool: Arc<Mempool>,
    /// The consensus key; `None` for a node that only follows.
    pub signer: Option<SharedSigner>,
    /// The host's free choices.
    pub host: HostConfig,
    /// Where a test may kill the process.
    pub crash: CrashPoints,
}

/// The embedded engine of one node. Several may run in one process.
pub struct Malachite {
    config: Config,
    parts: Parts,
    inlet: Inlet,
    bell: Bell,
    status: Arc<Status>,
    height: watch::Sender<u64>,
    observer: Observer,
}

impl Malachite {
    /// An engine that does nothing yet.
    pub fn new(config: Config, parts: Parts) -> Self {
        let bell = Bell::default();
        let ring = bell.clone();
        parts.pool.on_first(move || ring.ring());
        Self {
            inlet: Inlet::new(parts.pool.clone()),
            config,
            parts,
            bell,
            status: Arc::default(),
            height: watch::channel(0).0,
            observer: Box::new(|_| {}),
        }
    }

    /// Calls `observer` with every durable block, in order, on the host's thread: it must be quick.
    #[must_use]
    pub fn observe(mut self, observer: impl FnMut(Arc<Finished>) + Send + 'static) -> Self {
        self.observer = Box::new(observer);
        self
    }

    /// Where doors put transactions.
    pub fn inlet(&self) -> Inlet {
        self.inlet.clone()
    }

    /// The last durable height, as it changes; 0 before the engine runs.
    pub fn height(&self) -> watch::Receiver<u64> {
        self.height.subscribe()
    }

    /// Counters and peers.
    pub fn status(&self) -> Arc<Status> {
        self.status.clone()
    }

    async fn start(self, app: Arc<dyn Application>) -> Result<Running, EngineError> {
        let Self {
            config,
            parts,
            inlet,
            bell,
            status,
            height,
            observer,
        } = self;
        let chain = Chain::new(parts.genesis.chain_id.as_str());
        let validators = parts.genesis.validators.len();
        let (blocks, pool, crash) = (
            parts.blocks.clone(),
            parts.pool.clone(),
            parts.crash.clone(),
        );
        let signer = parts.signer.clone();
        // recovery executes blocks
        let host = tokio::task::spawn_blocking(move || {
            let host = HostParts {
                config: parts.host,
                app,
                blocks: parts.blocks,
                pool: parts.pool,
                signer: parts.signer,
                crash: parts.crash,
            };
            Host::new(host, &parts.genesis)
        })
        .await
        .map_err(|e| EngineError::Machinery(e.to_string()))??;
        height.send_replace(host.base().height - 1);
        let gossip = Gossip::start_with(
            config.gossip.clone(),
            Arc::new(FromPeers(pool)),
            status.gossip.clone(),
        )
        .await?;
        inlet.connect(gossip.submitter());
        let (channels, actors) = match launch(&config, chain, signer, crash).await {
            Ok(started) => started,
            Err(e) => {
                gossip.stop().await;
                return Err(e.into());
            }
        };
        info!(
            moniker = config.moniker,
            listen = %config.listen,
            gossip = %gossip.listening(),
            height = host.base().height,
            "engine is up"
        );
        let (stop, stopped) = watch::channel(false);
        let (done, ended) = oneshot::channel();
        let current = height.subscribe();
        let adapter = Adapter {
            host,
            blocks,
            channels,
            bell,
            stop: stopped,
            timeouts: config.timeouts,
            gather: Gather {
                limit: config.gather,
                others: (validators * 2 / 3).min(config.peers.len()),
                all: config.peers.len(),
            },
            observer,
            status,
            height,
        };
        let runtime = tokio::runtime::Handle::current();
        std::thread::Builder::new()
            .name(format!("host-{}", config.moniker))
            .spawn(move || {
                let _ = done.send(runtime.block_on(adapter.run()));
            })
            .map_err(|e| EngineError::Machinery(format!("host thread: {e}")))?;
        Ok(Running {
            gossip,
            actors,
            stop,
            ended,
            height: current,
        })
    }
}

struct Running {
    gossip: Gossip,
    actors: Actors,
    stop: watch::Sender<bool>,
    ended: oneshot::Receiver<Result<(), EngineError>>,
    height: watch::Receiver<u64>,
}

impl Running {
    async fn until(mut self, cancel: &Cancel) -> Result<Stopped, EngineError> {
        let mut poll = tokio::time::interval(POLL);
        let early = loop {
            tokio::select! {
                result = &mut self.ended => break Some(result),
                _ = poll.tick() => {
                    if cancel.is_cancelled() {
                        break None;
                    }
                    if self.actors.are_gone() {
                        error!("consensus stopped by itself");
                        break None;
                    }
                }
            }
        };
        let gone = self.actors.are_gone();
        let _ = self.stop.send(true);
        let result = match early {
            Some(result) => result,
            None => self.ended.await,
        };
        self.actors.stop().await;
        self.gossip.stop().await;
        match result {
            Ok(result) => result?,
            Err(_) => return Err(EngineError::Machinery("the host's thread panicked".into())),
        }
        if gone && !cancel.is_cancelled() {
            return Err(EngineError::Machinery(
                "consensus stopped by itself; the log says why".into(),
            ));
        }
        Ok(Stopped {
            height: *self.height.borrow(),
        })
    }
}

impl Engine for Malachite {
    fn run(
        self: Box<Self>,
        app: Arc<dyn Application>,
        stop: Cancel,
    ) -> BoxFuture<'static, Result<Stopped, EngineError>> {
        Box::pin(async move { self.start(app).await?.until(&stop).await })
    }
}

impl From<Error> for EngineError {
    fn from(error: Error) -> Self {
        match error {
            Error::Engine(_) => Self::Machinery(error.to_string()),
            other => Self::Network(other.to_string()),
        }
    }
}
