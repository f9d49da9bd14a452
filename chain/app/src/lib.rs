//! The state machine: auth, gas allowance, bank, contracts and authorities behind [`mycel_types::Application`].
//!
//! # The model
//! A block is a pure function of the state before it and its [`mycel_types::BlockInput`]. It runs in four phases:
//!
//! ```text
//! A admit    all transactions in order, each with its full gas limit reserved; signatures in parallel
//! B execute  the admitted, each in a view of its own; a failed one leaves nothing but its used gas
//! C settle   unused gas goes back
//! D end      subscribed contracts are called; the root of the block's events, the block's height and time
//! ```
//!
//! A transaction goes bytes → [`mycel_types::tx::Tx`] (decoded strictly) → `Request` (all that needs no state) →
//! [`Admitted`] (account, sequence, allowance, signature) → [`TxOutput`] (result, reads, writes). A message of a
//! transaction and a message of a contract are the same thing from the handler on. What only contracts can say, to the
//! chain itself, is `authority`'s: allowance classes, quotas, parameters, validators, upgrades, subscriptions.
//!
//! # Invariants
//! 1. Admission depends on the state before the block and on the transactions before this one, not on execution:
//!    a proposal can be judged without running it.
//! 2. Whatever a transaction does, it costs its payer at most its gas limit, and its sequence is used up.
//! 3. A message happens wholly or not at all; a submessage that fails leaves its sender's writes alone.
//! 4. A contract reaches its own prefix of the state, within its quota, and nothing else.
//! 5. The sum of all balances of a denomination is what genesis minted.
//! 6. What only this machine suffers (a damaged database, no memory) is never a transaction's result.
//! 7. Nothing here knows any particular contract: an authority is an address that the parameters name.
//! 8. What a block decides about parameters, validators and subscriptions never changes the block itself, and never
//!    stops the chain; only a planned upgrade stops it, at the height that was told, until its binary is there.
//!
//! # Gas
//! One meter counts SDK gas; a contract counts VM gas, 140,000 to one. Bytes and signatures are charged at
//! admission, storage by the SDK's prices wherever it is touched, code by its size before it is compiled, contracts'
//! answers and replies by the byte of JSON.
//!
//! # Map
//! * `app`: the verbs. `tip`: a state on which blocks are built. `genesis`: the first one, with `contracts` in it.
//! * `admit`: phase A for one transaction: `request` (form), `signature`, `memory` (of both), `ledger` (state),
//!   `allowance`.
//! * [`schedule`], `execute`, `session`: phase B: who runs, one transaction, what it works with.
//! * `block`: the phases together, a proposal's choice, the end of a block and its `subscribers`.
//! * `msg`: the messages. `bank`, `grants`, `wasm`, `authority`: what they do.
//! * `proofs`: the bank of verifying keys, and a block's proofs verified together before its transactions run.
//! * `query`: the one router.
//! * `gas`, `error`, `state`, `stack`: meter, refusals and faults, typed records, room for deep nesting.
#![forbid(unsafe_code)]

mod admit;
mod app;
mod authority;
mod bank;
mod block;
mod error;
mod execute;
mod gas;
mod genesis;
mod grants;
mod msg;
mod proofs;
mod query;
pub mod schedule;
mod session;
mod stack;
mod state;
mod tip;
mod wasm;

pub use admit::Admitted;
pub use app::{App, AppConfig};
pub use block::events_root;
pub use execute::TxOutput;
pub use schedule::{Scheduler, Sequential};
