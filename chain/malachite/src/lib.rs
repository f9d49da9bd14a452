//! The embedded BFT engine and transaction gossip.
#![forbid(unsafe_code)]

mod adapter;
pub mod codec;
pub mod context;
mod error;
pub mod gossip;
mod launch;
mod settings;
mod signing;
#[cfg(test)]
mod mini;

pub use adapter::Bell;
pub use error::Error;
pub use settings::{Config, Relay, Timeouts};
pub use signing::{ChainSigner, ChainVerifier};
