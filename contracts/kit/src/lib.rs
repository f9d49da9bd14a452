//! Exact mathematics and the habits every Mycel contract shares.
//!
//! # The model
//! A contract is a set of small exact rules over integers. Nothing here is a
//! float, nothing iterates to convergence, and every function that rounds says
//! which way and why. What rounding takes away goes to the commons, never to a
//! party.
//!
//! # Map
//! | module | subject |
//! |---|---|
//! | [`exp`] | `e^-x` in fixed point, a monotone lower bound |
//! | [`pow`] | `x^e`, logarithms and exponentials in Q64.64, never above the exact value |
//! | [`sqrt`] | integer square roots, exact |
//! | [`mod@apportion`] | parts that add up to the whole: by weight, or up to a common level |
//! | [`mod@median`] | medians and their spread |
//! | [`wide`] | products of 128-bit numbers, divided by 2^127 |
//! | [`amount`] | money on the wire ([`Amount`]) and in sentences ([`Credits`]) |
//! | [`id`] | identifiers and times on the wire ([`Id`], [`Seconds`]: strings of u64) |
//! | [`key`] | borsh records under typed keys ([`Key`]) |
//! | [`flow`] | certificates of flows: optimal, or within a certified gap; their compact form |
//! | [`lottery`] | lotteries among volunteers: panels within quotas, chances proven as equal as they can be |
//! | [`lot`] | how a beacon's randomness becomes an index, an order, a seating |
//! | [`pages`] | cursors for work in pieces; arrays of records on pages |
//! | [`clock`] | periods of time |
//! | [`ladder`] | graduated sanctions: notice, reduced, suspended, expelled, and the way back |
//! | [`mod@pause`] | a week at most in which members are not heard |
//! | [`peers`] | what contracts say to each other, once for both sides |
//! | [`staged`] | what one task writes, kept apart until it has succeeded |
//! | [`standard`] | the interface every contract has beside its own: about, parameters, invariants, export |
//! | [`manifest`] | what a contract's Wasm says about its standard and variant |
//! | [`roles`] | who may call what |
//! | [`error`] | how contracts word and number their errors |
//!
//! # Example
//! ```
//! use mycel_kit::exp::{exp_neg, ONE, UNIT};
//! // One year at 0.001 a day: 69.4 % are left.
//! let x = UNIT / 1_000 * 365;
//! let left = exp_neg(x);
//! assert_eq!(left / (ONE / 1_000_000), 694_196);
//! ```
#![forbid(unsafe_code)]

pub mod amount;
pub mod apportion;
pub mod clock;
pub mod error;
pub mod exp;
pub mod flow;
pub mod id;
pub mod key;
pub mod ladder;
pub mod lot;
pub mod lottery;
#[cfg(not(target_arch = "wasm32"))]
pub mod manifest;
pub mod median;
pub mod pages;
pub mod pause;
pub mod peers;
pub mod pow;
pub mod roles;
pub mod sqrt;
pub mod staged;
pub mod standard;
pub mod wide;

pub use amount::{Amount, Credits};
pub use id::{Id, Seconds};
pub use key::Key;
