//! Monitors: seats, bonds, lots, readings, disputes. [`world`] is the contract
//! among small peers that a test moves; [`real`] has the real ones.

mod closing;
mod disputes;
mod exploits;
mod layout;
mod lots;
mod peers;
mod property;
mod reading;
mod real;
mod seats;
pub mod world;
