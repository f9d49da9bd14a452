//! The embedded BFT engine and transaction gossip.
#![forbid(unsafe_code)]

mod error;
pub mod gossip;

pub use error::Error;
