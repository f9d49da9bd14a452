//! The trust contract, alone and among others.

mod begin;
mod constants;
mod dealing;
mod deals;
mod dearest;
mod gates;
mod inputs;
mod keys;
mod mailbox;
mod real;
mod tree;
mod walk;
mod wasm;
mod world;
