//! Public goods that the many choose: rounds of matched contributions, the
//! commons dividend, the innovation register.
//!
//! # The model
//! A **round** divides a matching pool among projects by what many members give
//! to them, not by what a few do: with contributions c of each person to a
//! project, the match grows with (Σ √c)² − Σ c ([`rules`]). Money never lies
//! here: contributions, sponsors' pools and dividends are **holds** in credit,
//! which decay like a position until they are used, and this contract only says
//! what becomes of each.
//!
//! ```text
//! open ─begins→ contributions ─ends→ gather → weigh → allocate
//!   | pool below its minimum             → pay matching → pay contributions → done
//!   └────────── cancelled: every hold is released ──────────────────────────┘
//! ```
//!
//! Nobody tells this contract a result: anyone's `advance` computes it in
//! bounded pieces from what was stored, and what becomes due is also done at
//! the end of blocks ([`agenda`]).
//!
//! # Invariants
//! 1. The holds known here are the contributions and pools not yet settled.
//! 2. What projects are paid is at most the pool and what was given to them.
//! 3. Paid, given back and decayed: together what came in, to the unit.
//! 4. Each payout and each refund happens once.
//! 5. Native and Wasm give the same bytes.
//!
//! # Map
//! [`msg`], [`ask`]: what it is told and asked · [`state`] what it stores and
//! where · [`error`] how it refuses · [`bounds`] · [`parameters`] · [`policies`] what a
//! variant may replace · [`contract`] from message to rule · [`call`] one message's world, [`holds`] · [`agenda`] what becomes
//! due, [`staged`](mycel_kit::staged) so that failures leave nothing · [`rounds`] · [`rules`] ·
//! [`dividend`] · [`register`] · [`invariants`] · [`export`] · [`query`] ·
//! [`schema`].
#![forbid(unsafe_code)]

pub mod agenda;
pub mod ask;
pub mod bounds;
pub mod call;
pub mod contract;
pub mod dividend;
pub mod error;
pub mod export;
pub mod holds;
pub mod invariants;
pub mod msg;
pub mod parameters;
pub mod policies;
pub mod query;
pub mod register;
pub mod rounds;
pub mod rules;
#[cfg(not(target_arch = "wasm32"))]
pub mod schema;
pub mod state;

// `entry_points!` names this crate from inside and from variants alike.
extern crate self as mycel_funding;
#[doc(hidden)]
pub use cosmwasm_std;
#[doc(hidden)]
pub use mycel_bindings::{MycelMsg, MycelQuery, SudoMsg};

#[cfg(not(feature = "library"))]
entry_points!(policies::Standard);
