//! Deals: offers, weights and caps, blind ratings, disputes.

mod disputing;
pub mod ground;
mod offering;
mod playing;
mod rating;
mod weighing;
