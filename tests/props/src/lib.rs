//! Props of tests in several crates: [`door`] speaks JSON-RPC over HTTP on loopback as a node does, [`module`] frames a
//! contract that a test writes as text. Never shipped.
#![forbid(unsafe_code)]

pub mod door;
pub mod module;
