//! Starting and stopping Malachite's actors.
use std::{net::SocketAddr, time::Duration};

use arc_malachitebft_app_channel::{
    Channels, ConsensusContext, EngineHandle, NetworkContext, NetworkIdentity, RequestContext,
    SyncContext, WalContext,
    app::types::{Keypair, codec::Codec as _},
    start_engine,
};
use libp2p::{Multiaddr, multiaddr::Protocol};
use mycel_engine::{
    CrashPoints,
    sign::{SharedSigner, Signer as _},
};
use tracing::warn;

use crate::{
    Error,
    codec::BorshCodec,
    context::{Address, Chain},
    settings::{Config, Settings},
    signing::{ChainSigner, ChainVerifier},
};

/// How long an actor may take to stop.
const PATIENCE: Duration = Duration::from_secs(5);

/// Malachite's actors, running.
pub(crate) struct Actors {
    handle: EngineHandle,
    wal: std::path::PathBuf,
}

/// Starts the actors. They begin when they get the answer to `ConsensusReady`.
pub(crate) async fn launch(
    config: &Config,
    chain: Chain,
    signer: Option<SharedSigner>,
    crash: CrashPoints,
) -> Result<(Channels<Chain>, Actors), Error> {
    // Malachite only logs that it cannot listen, and then waits for ever.
    check_free(&config.listen)?;
    let settings = Settings::new(config, chain.id())?;
    let keypair = Keypair::ed25519_from_bytes(config.node_key).map_err(|e| Error::Key {
        name: "node_key",
        reason: e.to_string(),
    })?;
    let codec = BorshCodec::leaving(crash);
    let verifier = Box::new(ChainVerifier::new(chain.clone()));
    let (identity, consensus) = match signer {
        Some(signer) => {
            let address = Address(signer.address());
            let signer = ChainSigner::new(chain.clone(), signer);
            let proof = signer.prove_peer(keypair.public().to_peer_id().to_bytes());
            let proof = codec
                .encode(&proof)
                .map_err(|e| Error::Engine(e.to_string()))?;
            (
                NetworkIdentity::new_validator(
                    config.moniker.clone(),
                    keypair,
                    address.to_string(),
                    proof,
                ),
                ConsensusContext::new_validator(address, verifier, Box::new(signer)),
            )
        }
        None => (
            NetworkIdentity::new(config.moniker.clone(), keypair, None),
            // nobody's address: the hash of no key
            ConsensusContext::new_full_node(Address(mycel_types::Address([0; 20])), verifier),
        ),
    };
    let wal = config.wal();
    let (channels, handle) = start_engine(
        chain,
        settings,
        WalContext::new(wal.clone(), BorshCodec::default()),
        NetworkContext::new(identity, codec),
        consensus,
        SyncContext::new(BorshCodec::default()),
        RequestContext::new(64),
    )
    .await
    .map_err(|e| Error::Engine(format!("{e:#}")))?;
    Ok((channels, Actors { handle, wal }))
}

fn socket(address: &Multiaddr) -> Option<SocketAddr> {
    let mut ip = None;
    for part in address {
        match part {
            Protocol::Ip4(v4) => ip = Some(v4.into()),
            Protocol::Ip6(v6) => ip = Some(v6.into()),
            Protocol::Tcp(port) => return ip.map(|ip| SocketAddr::new(ip, port)),
            _ => {}
        }
    }
    None
}

fn check_free(address: &Multiaddr) -> Result<(), Error> {
    let socket = socket(address).ok_or_else(|| Error::Address {
        address: address.to_string(),
    })?;
    match std::net::TcpListener::bind(socket) {
        Ok(_) => Ok(()),
        Err(e) => Err(Error::Listen {
            address: address.to_string(),
            reason: e.to_string(),
        }),
    }
}

impl Actors {
    /// Stops every actor and waits until the port and the log are released.
    pub(crate) async fn stop(self) {
        let node = self.handle.actor.get_cell();
        // The supervisor kills the rest as soon as one child is gone; a killed network actor would leave its socket
        // open. Unlinked, each stops in its own time.
        let mut children = node.get_children();
        // Last started, first stopped: consensus takes a log that is gone for a fault of safety, and hangs.
        children.sort_by_key(|child| std::cmp::Reverse(child.get_id()));
        for child in &children {
            child.unlink(node.clone());
        }
        for child in children {
            if let Err(e) = child.stop_and_wait(None, Some(PATIENCE)).await {
                warn!(error = %e, "an actor did not stop in time");
                child.kill();
            }
        }
        self.handle.actor.stop(None);
        let _ = tokio::time::timeout(PATIENCE, self.handle.handle).await;
        // the log's thread ends a moment after its actor
        for _ in 0..100 {
            match std::fs::File::open(&self.wal) {
                Ok(file) if file.try_lock().is_err() => {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                _ => break,
            }
        }
    }

    /// Whether the actors went by themselves.
    pub(crate) fn are_gone(&self) -> bool {
        self.handle.handle.is_finished()
    }
}
