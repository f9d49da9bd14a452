//! What can go wrong while the engine starts or runs.

/// Why the engine or the gossip could not start, or had to stop.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A listen address or a peer's address is not a TCP multiaddress.
    #[error("address={address} is not a TCP multiaddress; write it as /ip4/127.0.0.1/tcp/26656")]
    Address {
        /// What was given.
        address: String,
    },
    /// The listen address is taken or not ours.
    #[error("cannot listen on address={address}: {reason}; choose a free port")]
    Listen {
        /// Where.
        address: String,
        /// What the system said.
        reason: String,
    },
    /// A key does not have the right shape.
    #[error("key={name} is not usable: {reason}")]
    Key {
        /// Which key.
        name: &'static str,
        /// Why.
        reason: String,
    },
    /// Malachite could not start or stopped by itself.
    #[error("consensus engine: {0}")]
    Engine(String),
    /// The swarm could not be built.
    #[error("transaction gossip: {0}")]
    Gossip(String),
}
