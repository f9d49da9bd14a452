//! Host, mempool, block store and signer: what every consensus engine shares.
#![forbid(unsafe_code)]

pub mod blocks;
pub mod crash;
pub mod development;
pub mod engine;
pub mod host;
pub mod mempool;
#[cfg(any(test, feature = "mock"))]
pub mod mock;
pub mod scripted;
pub mod sign;

pub use crash::{CrashPoint, CrashPoints};
pub use engine::{Engine, EngineError, Stopped};
pub use host::{HostEffect, HostInput};
pub use mempool::{Mempool, MempoolConfig, Submission};
pub use scripted::Scripted;
