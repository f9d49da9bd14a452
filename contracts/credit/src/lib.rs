//! Mutual credit with demurrage, exactly zero-sum.
//!
//! # The model
//! Members pay each other by letting their position fall below zero, down to
//! a limit; what one owes another owns, so all positions add up to exactly 0.
//! A positive position decays (0.001 a day by default): `floor(position ·
//! e^-(Λ−snap))` is left, the rest goes to the commons fund to the last unit.
//! Debts do not decay. Newcomers receive a starter: a grant against the
//! `genesis` account, or a line. Money put aside for a contract is a hold,
//! which decays as well; the commons flow back once an epoch.
//!
//! Λ = λ0 + lam · (t − t0) in 2^-96 is a function of the block's time alone
//! and is rewritten only when the rate changes ([`decay`]). So it does not
//! matter how often an account is touched, no period can be missed, and a new
//! rate never reaches back.
//!
//! A payment writes its two accounts and nothing else. What sums, statements
//! and the economy learn of it waits there until the account is folded
//! ([`fold`]): by the sweep at the end of blocks, or by whatever else touches
//! it. So it costs at most 1.3 times a cw20 transfer, but for two cases: the
//! ninth new payee between two sweeps counts the earliest (2.4 times), and the
//! first after a month that no sweep has seen books that month (3.8 times).
//!
//! # Invariants
//! 1. The sum of all stored positions is 0 after every message.
//! 2. A view never grows without an inflow.
//! 3. Settling n times or once differs by at most n units, never upward.
//! 4. A change of the rate moves no view at that instant.
//! 5. No payment leaves a position below −limit.
//! 6. `exp_neg` ≤ e^-x, and monotone.
//! 7. Splitting a balance gains at most a unit a split.
//! 8. The rate stays in bounds, and the controller moves it by at most 2 % a
//!    day. What is decided is no step of the controller: any rate in bounds, at
//!    once, for the time to come; the controller goes on from there.
//! 9. The commons fund is not negative.
//! 10. Native and Wasm give the same bytes.
//! 11. Each holder's pot equals its open holds.
//! 12. The genesis account is not positive.
//!
//! # Map
//! Frame: [`msg`] · [`state`] records and keys · [`error`] · [`contract`] from
//! message to rule · [`parameters`] · [`peers`] other contracts, who may what ·
//! [`invariants`] · [`policies`] what a variant may replace · [`schema`].
//!
//! Money: [`decay`] · [`pay`] · [`fold`] · [`settle`] and the sweep ·
//! [`accounts`] · [`holds`] · [`requests`] · [`pledges`] · [`exits`] ·
//! [`reopen`] · [`write_off`] · [`waterfall`] · [`cw20`]. Answers: [`query`] · [`money`] ·
//! [`cw20_query`] · [`items`] · [`statements`] · [`export`] · [`mentions`].
//!
//! Economy: [`limit`] · [`factors`] · [`assessment`] · [`ledger`] ·
//! [`starter`] · [`sponsor`] · [`volume`] · [`census`] · [`controller`] ·
//! [`rules`] · [`economy`].
//!
//! # Example
//! ```
//! use mycel_credit::decay::{lam, remaining};
//! // Half of a balance is left after 693 days.
//! let elapsed = lam(1_000_000) * 86_400 * 693;
//! let left = remaining(1_000_000, elapsed);
//! assert_eq!(left, 500_073);
//! ```
#![forbid(unsafe_code)]

pub mod accounts;
pub mod assessment;
pub mod census;
pub mod contract;
pub mod controller;
pub mod cw20;
pub mod cw20_query;
pub mod decay;
pub mod economy;
pub mod error;
pub mod exits;
pub mod export;
pub mod factors;
pub mod fold;
pub mod holds;
pub mod invariants;
pub mod items;
pub mod ledger;
pub mod limit;
pub mod mentions;
pub mod money;
pub mod msg;
pub mod parameters;
pub mod pay;
pub mod peers;
pub mod pledges;
pub mod policies;
pub mod query;
pub mod raise;
pub mod reopen;
pub mod requests;
pub mod rules;
#[cfg(not(target_arch = "wasm32"))]
pub mod schema;
pub mod settle;
pub mod sponsor;
pub mod starter;
pub mod state;
pub mod statements;
pub mod volume;
pub mod waterfall;
pub mod write_off;

// `entry_points!` names this crate from inside and from variants alike.
extern crate self as mycel_credit;
#[doc(hidden)]
pub use cosmwasm_std;

#[cfg(not(feature = "library"))]
entry_points!(policies::Standard);
