//! The cap and what was restored: epochs, cuts, budgets, claims; in the world
//! of the monitors' tests, whose readings are what moves them.

pub mod agenda;
mod claims;
mod contested;
mod epochs;
mod gas;
mod greatest;
mod ground;
mod hostile;
mod large;
pub mod layout;
mod liars;
mod losses;
mod nested;
mod property;
mod rules;
mod schaefer;
mod stable;
