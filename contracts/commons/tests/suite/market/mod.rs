//! Auctions, with the real members and credit.

mod exploits;
mod forced;
mod ground;
mod hostile;
mod large;
mod orders;
mod property;
mod settling;
mod views;
