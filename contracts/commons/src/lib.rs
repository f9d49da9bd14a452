//! Harvest rights that follow nature.
//!
//! # The model
//! A **commons** (forest, fishery, aquifer, carbon budget) has a boundary, a
//! unit, members, monitors, epochs and rules of its own. 100,000,000 **shares**
//! are permanent; each epoch they yield **entitlements** of the **cap**, and
//! the cap is computed from what monitors read: never from what anyone wants.
//! Harvest burns entitlement; what is harvested beyond it is recorded as
//! overage, has a price and is repaid. Entitlements and shares change hands by
//! transfer, lease and a sealed call auction.
//!
//! ```text
//! readings ─→ value ─→ cap ─→ entitlements ─→ harvest, retire, bank
//!    ↑  disputes: a jury        ↓      ↑ auctions
//! monitors (bonded, lay)   children's budgets   restored land
//! ```
//!
//! Person 0 is the commons itself: shares not given to anyone and what they
//! yield are its reserve, and so is what rounding leaves. Money is only ever in
//! holds at credit.
//!
//! # Invariants
//! 1. Shares of a commons add up to 10^8 exactly.
//! 2. What is issued in an epoch adds up, to the unit, with what was harvested,
//!    retired, banked, cut and kept.
//! 3. Budgets of children never exceed their parent's cap.
//! 4. Nothing stale or disputed loosens a cap.
//! 5. Nobody tells an outcome: it is computed, or a jury's.
//!
//! # Map
//! [`msg`], [`ask`]: what it is told and asked · [`state`] what it stores and
//! where · [`error`] how it refuses · [`bounds`] · [`quantity`] what is counted ·
//! [`parameters`] · [`policies`] what a variant may replace · [`contract`] from message to rule · [`call`] one message's
//! world · [`agenda`] what becomes due · [`cases`] juries and lots ·
//! [`registry`] commons, members, rules, budgets · [`monitors`] seats and
//! readings · [`cap`] epochs · [`regeneration`] what was restored · [`rights`]
//! shares and entitlements · [`market`] auctions · [`order`] sanctions and
//! appeals · [`invariants`] · [`query`] · [`export`] · [`schema`].
#![forbid(unsafe_code)]

pub mod agenda;
pub mod ask;
pub mod bounds;
pub mod call;
pub mod cap;
pub mod cases;
pub mod contract;
pub mod error;
pub mod export;
pub mod invariants;
pub mod market;
pub mod monitors;
pub mod msg;
pub mod order;
pub mod parameters;
pub mod policies;
pub mod quantity;
pub mod query;
pub mod regeneration;
pub mod registry;
pub mod rights;
#[cfg(not(target_arch = "wasm32"))]
pub mod schema;
pub mod state;

pub use quantity::{ALL_SHARES, Quantity, Shares};

#[doc(hidden)]
pub use cosmwasm_std;
#[doc(hidden)]
pub use mycel_bindings::{MycelMsg, MycelQuery, SudoMsg};

// `entry_points!` names this crate from inside and from variants alike.
extern crate self as mycel_commons;

#[cfg(not(feature = "library"))]
entry_points!(policies::Standard);
