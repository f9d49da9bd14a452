//! Wires a node together: configuration, start and stop.
//!
//! A node is five parts that know each other only through traits: the state store under the state machine
//! ([`mycel_app`]), the block store with the mempool and the host ([`mycel_engine`]), the engine with its networks
//! ([`mycel_malachite`]), and the doors ([`mycel_rpc`]). [`Running::start`] opens them in the order in which they
//! recover: the data directory is locked, the state is checked, blocks that the state lacks are executed again, the
//! index catches up; then the doors open and the engine begins.
//!
//! # Invariants
//! * One process has one data directory for itself.
//! * A block is announced at the doors after its outcome is durable and its transactions can be found.
//! * A transaction is gossiped only after the own pool admitted it.
//!
//! # Map
//! [`home`]: what lies where · [`config`]: `node.toml` · [`testnet`]: folders for a local network · [`start`]: the
//! wiring · [`backend`]: what the doors may ask · [`process`]: nodes in processes of their own · [`relay`]: strangers'
//! shows in transactions of the node's own · [`error`].
#![forbid(unsafe_code)]

pub mod backend;
pub mod config;
pub mod error;
pub mod home;
pub mod process;
pub mod relay;
pub mod start;
pub mod testnet;

pub use config::NodeConfig;
pub use error::NodeError;
pub use home::Home;
pub use process::Process;
pub use relay::{NodeRelay, RelayKey};
pub use start::{Ended, Running};
pub use testnet::{Testnet, existing};
