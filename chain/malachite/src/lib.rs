//! The embedded BFT engine: Malachite's consensus under CometBFT's formats, and the gossip of transactions.
//!
//! # Model
//! Malachite decides values; a value here is CometBFT's BlockID together with the header's time, and votes and
//! proposals sign CometBFT's canonical bytes. So a Malachite certificate *is* a CometBFT commit, and a tendermint
//! light client accepts it. The block itself travels in signed parts beside the proposal.
//!
//! Everything that can be decided without I/O is decided by the [`Host`](mycel_engine::host::Host), which the
//! simulator drives, too. This crate adds what the host must not have: a network, a clock, threads.
//!
//! ```text
//!   doors ── Inlet ──► pool ◄── gossip ◄──► peers' gossip        (a swarm of its own)
//!                        │ first transaction rings the bell
//!                        ▼
//!   application ◄── host's thread (adapter) ◄──► Malachite's actors ◄──► peers' actors
//!                        │                              │
//!                     chain.redb                    wal, sign
//! ```
//!
//! # Invariants
//! * What peers send is bounded before it is allocated for and never makes a decoder panic.
//! * Nothing is signed twice: signatures come from the node's durable signer, and its refusal costs one vote, not
//!   the node.
//! * A vote leaves only after Malachite's log and the `sign` file are on disk.
//! * A transaction is forwarded only if this node's pool admitted it.
//! * Protocol and topic names carry the chain id: chains do not hear each other.
//!
//! # Map
//! * [`context`]: heights, votes, proposals, validator sets as Malachite's types.
//! * [`codec`]: borsh on the wire and in the log · `signing`: over the durable signer · `evidence`: equivocation.
//! * `adapter`: Malachite's questions as the host's inputs, and the pacing between heights · `refusals`: forgers.
//! * [`gossip`], [`Inlet`]: transactions · `settings`: what an operator chooses, and the tuning.
//! * `launch`: starting and stopping Malachite's actors · [`Malachite`]: all of it as an
//!   [`Engine`](mycel_engine::Engine).
#![forbid(unsafe_code)]

/// Log directives (`tracing-subscriber`'s `EnvFilter`) that leave what an operator should see. Malachite reports every
/// dial of a peer that is down and every undecodable message as an error, and every step of every round: without
/// these a hostile peer fills the disk with log lines.
pub const LOG_DIRECTIVES: &str = "arc_malachitebft_app_channel=warn,arc_malachitebft_core_consensus=warn,\
    arc_malachitebft_core_driver=warn,arc_malachitebft_discovery=off,arc_malachitebft_engine=warn,\
    arc_malachitebft_engine::network=off,\
    arc_malachitebft_network=off,arc_malachitebft_sync=warn,libp2p=warn";

mod adapter;
pub mod codec;
pub mod context;
mod engine;
mod error;
mod evidence;
pub mod gossip;
mod inlet;
mod launch;
mod refusals;
mod settings;
mod signing;
mod status;

pub use engine::{Malachite, Parts};
pub use error::Error;
pub use inlet::Inlet;
pub use settings::{Config, Relay, Timeouts};
pub use signing::{ChainSigner, ChainVerifier};
pub use status::Status;
