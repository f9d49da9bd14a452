//! Host, mempool, block store and signer: what every consensus engine shares.
//!
//! A consensus engine agrees on values; it knows nothing of blocks, transactions or state. The [`host`] stands
//! between the engine and the application: it makes and judges blocks, streams them in signed parts, and turns a
//! decision into a durable block and then a durable state. It is a pure state machine, so the embedded engine, a
//! simulator and the tests drive the very same one.
//!
//! # What is durable when
//! undecided block → engine told → the engine's log → `sign` file → vote leaves → decided block and commit → state
//! and results → acknowledged → indexed. The state may lag the blocks by any number and is brought up at the next
//! start; it never leads. [`crash::CrashPoints`] names the moments between these steps so that tests can kill there.
//!
//! # Invariants
//! * Nothing is signed twice for one place ([`sign`]); what was signed is on disk before it leaves.
//! * Nothing of a proposal is kept before it is found signed by its proposer; memory is bounded whatever peers send.
//! * Headers and commits have CometBFT's shape; `tendermint-light-client-verifier` accepts them.
//! * A node that finds its own state contradicted by what two thirds certified halts with a report.
//!
//! # Map
//! * [`engine`]: the trait of everything that makes blocks.
//! * [`host`]: events in, effects out; recovery.
//! * [`blocks`]: `chain.redb`, the index, and the lock of the data directory.
//! * [`sign`]: the signer that refuses to contradict itself, and the key file.
//! * [`mempool`]: admitted transactions, in order for each sender, fair between senders.
//! * [`scripted`]: an engine in one thread that makes a block when told, for tests and demos.
//! * [`development`]: genesis documents and keys of development networks.
//! * [`crash`]: where tests kill the process. `mock`, by feature: a tiny application.
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
pub use host::{Host, HostConfig, HostEffect, HostInput, HostParts};
pub use mempool::{Mempool, MempoolConfig, Submission};
pub use scripted::Scripted;
