//! The contract's tests, in one binary: a module for each subject, so that
//! `cargo test -p mycel-credit holds::` runs one. [`world`] is the contract and
//! its peers in memory, [`agents`] a simulated community.

mod agents;
mod assessment;
mod authority;
mod controller;
mod cw20;
mod cw20_gas;
mod decay;
mod economy;
mod exits;
mod export;
mod holds;
mod layout;
mod pledges;
mod property;
mod raising;
mod replay;
mod requests;
mod returning;
mod scenarios;
mod shapes;
mod simulation;
mod statements;
mod variant;
mod wasm;
mod waterfall;
mod world;
