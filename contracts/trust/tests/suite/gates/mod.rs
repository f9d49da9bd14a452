//! Gates: what they may ask, what a proof counts for, and for whom.

mod anonymity;
mod control;
pub mod ground;
mod showing;
mod terms;
mod tying;
