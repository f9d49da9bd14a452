//! Keys, proofs and ceremonies, alone and before snarkjs.
mod bad;
mod folder;
mod hostile;
mod keys;
mod prove;
mod snarkjs;
mod support;
