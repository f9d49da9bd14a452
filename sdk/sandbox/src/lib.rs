//! A town of contracts in memory, native or compiled, in virtual time.
//!
//! # The model
//! A [`Sandbox`] is a chain reduced to what contracts see of it: other
//! contracts, a clock, allowance classes, the end of a block. A message runs
//! with all its submessages, replies and queries, wholly or not at all, by the
//! rules of the node (`wasmd`'s). The same contract can be registered twice:
//!
//! * [`Code::native`]: ordinary functions, a few microseconds a message, no
//!   gas. For property tests over millions of messages and for simulations.
//! * [`Code::compiled`]: Wasm in the node's own virtual machine, with gas as
//!   the chain charges it, without a transaction's own bytes and signatures.
//!
//! Both work on the same ordered entries, so that two runs can be compared
//! byte for byte ([`Sandbox::state`], [`Sandbox::state_hash`]).
//!
//! # Invariants
//! 1. What a refused message or submessage wrote is gone: contracts' entries,
//!    contracts made, classes, subscriptions, events.
//! 2. Nothing depends on this machine: no clock, no randomness but from seeds.
//! 3. A query writes nothing and sees what its asker has written so far.
//!
//! # What it has not
//! Transactions with several messages, signatures, allowances that are used up,
//! coins (bank messages are refused, balances are 0), storage quotas,
//! permissions of codes, validators and chain parameters (`not yet`).
//!
//! # Failures on purpose
//! [`Sandbox::fail_next`] makes one step of the next message fail, or
//! [`Sandbox::fail_randomly`] any step now and then, as if the callee had
//! refused: for tests that nothing is left behind.
//!
//! # Map
//! `sandbox` the door · `native` functions as contracts · `code` ·
//! `message` messages, submessages, replies · `events` · `call` one call of one
//! contract · `query` questions · `chain` messages and questions to the chain ·
//! `environment` what a compiled contract reaches · `storage`, `api` what a
//! native one reaches · `proofs` verifying keys, proofs, Poseidon · `world` state and its journal · `faults` · `gas` ·
//! `address` · `error`.
//!
//! # Example
//! ```
//! use cosmwasm_std::{Binary, Deps, DepsMut, Empty, Env, MessageInfo, Response, StdError, to_json_binary};
//! use mycel_sandbox::{Code, Native, Sandbox, address};
//!
//! // a contract: whoever calls it is counted, but never more than twice
//! fn instantiate(deps: DepsMut, _: Env, _: MessageInfo, _: Empty) -> Result<Response, StdError> {
//!     deps.storage.set(b"n", &[1]);
//!     Ok(Response::new())
//! }
//! fn execute(deps: DepsMut, _: Env, info: MessageInfo, _: Empty) -> Result<Response, StdError> {
//!     let n = deps.storage.get(b"n").map_or(0, |n| n[0]);
//!     deps.storage.set(b"n", &[n + 1]);
//!     if n == 3 {
//!         return Err(StdError::msg("that is enough"));
//!     }
//!     Ok(Response::new().add_attribute("by", info.sender))
//! }
//! fn query(deps: Deps, _: Env, _: Empty) -> Result<Binary, StdError> {
//!     to_json_binary(&deps.storage.get(b"n"))
//! }
//!
//! let mut sandbox = Sandbox::new(1_700_000_000);
//! let ana = address("ana");
//! let code = sandbox.store(Code::native(Native::new(instantiate, execute, query)));
//! let counter = sandbox.instantiate2(&ana, code, "counter", &Empty {})?;
//! assert_eq!(counter, sandbox.predict(&ana, code, "counter")?);
//!
//! let receipt = sandbox.execute(&ana, &counter, &Empty {})?;
//! assert_eq!(receipt.attribute("by"), Some(ana.as_str()));
//! sandbox.advance_time(86_400);
//! sandbox.execute(&ana, &counter, &Empty {})?;
//!
//! let before = sandbox.state_hash();
//! let refusal = sandbox.execute(&ana, &counter, &Empty {}).unwrap_err();
//! assert!(refusal.text.contains("that is enough"));
//! assert_eq!(sandbox.state_hash(), before);
//! assert_eq!(sandbox.query::<Vec<u8>>(&counter, &Empty {})?, [3]);
//! # Ok::<(), mycel_sandbox::Refusal>(())
//! ```
#![forbid(unsafe_code)]

mod address;
mod api;
mod call;
mod chain;
mod code;
mod environment;
mod error;
mod events;
mod faults;
mod gas;
mod message;
mod native;
mod proofs;
mod query;
mod sandbox;
mod storage;
mod world;

pub use address::address;
pub use code::{Code, CodeError};
pub use error::Refusal;
pub use faults::Fault;
pub use native::Native;
pub use proofs::{Verifier, mock_proof};
pub use sandbox::{GAS_LIMIT, Receipt, Sandbox};
