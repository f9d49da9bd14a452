//! Props of tests in several crates: [`door`] speaks JSON-RPC over HTTP on loopback as a node does, [`module`] frames a
//! contract that a test writes as text, [`proofs`] keeps what tests prove for a judge from outside. Never shipped.
#![forbid(unsafe_code)]

pub mod door;
pub mod module;
pub mod proofs;
