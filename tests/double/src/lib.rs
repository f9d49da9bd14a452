//! What sortition and assembly would say, scripted by one key: a test double
//! for the suites of contracts that need them.
//!
//! # The model
//! It has sortition's messages and queries for cases and draws, and sends
//! decisions in assembly's shape; where juries and voters would be, there is
//! one key, so that a suite can say what a jury decided without drawing one.
//! It refuses to exist outside development networks, and nothing shipped uses
//! it: towns have the contracts sortition and assembly.
//!
//! # Rules
//! 1. Only the key decides, draws and forwards.
//! 2. A case is decided once; a party may appeal once while `appeal_seconds`
//!    last; then it is decided once more. A decision is final when no appeal
//!    can follow.
//! 3. What is not decided by its deadline has lapsed and stays so.
//!
//! # Map
//! [`msg`] · [`state`] · [`error`] · [`contract`]: from message to rule ·
//! [`cases`]: as sortition · [`authority`]: as assembly · [`trust`]: a second
//! contract, as trust.
#![forbid(unsafe_code)]

pub mod authority;
pub mod cases;
pub mod contract;
pub mod error;
pub mod msg;
pub mod state;
pub mod trust;
