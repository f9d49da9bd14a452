//! What every part of the chain agrees on, and nothing that runs.
//!
//! A block travels bytes → decoded → admitted → executed → finished → committed → proven. This crate holds the
//! types that pass between those stages and the one trait, [`Application`], that all engines drive. It has no
//! I/O, no clock and no state, and it also compiles for `wasm32-unknown-unknown`, so a wallet and an auditor use
//! the very types that validators use.
//!
//! # Invariants
//! * [`BlockInput`] is all that execution may see of a block: two inputs with one [`InputId`] execute alike.
//! * Everything stored or signed has one canonical encoding (borsh here, protobuf where Cosmos fixed it) and a
//!   pinned vector in the tests.
//! * [`key`] is the only place that knows how state keys are laid out; it is public API for proofs and audits.
//!
//! # Map
//! * [`address`], [`time`]: who and when.
//! * [`application`]: the trait between engines, doors and the state machine, with what it takes and gives.
//! * [`block`], [`outcome`]: what goes into a block's execution and what comes out.
//! * [`codes`]: result codes that Cosmos clients know, and Mycel's own.
//! * [`genesis`], [`params`]: where a chain begins and what governs it.
//! * [`key`], [`record`]: the state's key layout and the records of the chain's own tables.
//! * [`tx`]: transactions, decoded strictly in one walk.
//! * [`header`]: CometBFT headers, parts, commits and their hashes.
#![forbid(unsafe_code)]

pub mod address;
pub mod application;
pub mod block;
pub mod codes;
pub mod genesis;
pub mod header;
pub mod key;
pub mod outcome;
pub mod params;
pub mod record;
pub mod time;
pub mod tx;

pub use address::{AccountAddress, Address, AddressError};
pub use application::{
    Application, Cancel, CheckOutcome, Committed, Draft, Executed, ExtendedVote, Halt, Held, Info,
    Limits, Parent, QueryAt, QueryOutcome, RejectReason, Reservations, SnapshotMeta, Snapshots,
    Verdict,
};
pub use block::{BlockInput, CommitInfo, CommitVote, InputId, Misbehavior, MisbehaviorKind};
pub use codes::Code;
pub use genesis::{
    AppGenesis, Base64, Genesis, GenesisAccount, GenesisCode, GenesisContract, GenesisEntry,
    GenesisVerifyingKey, GenesisWasm,
};
pub use key::StoreId;
pub use outcome::{AppHash, Attribute, Event, Outcome, TxResult, ValidatorUpdate};
pub use params::{AllowanceClass, Authorities, GasPrices, Params};
pub use time::Time;
