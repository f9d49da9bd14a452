//! Solves what the contracts verify: clearing, allocation, assignment.
#![forbid(unsafe_code)]

mod cut;
pub mod error;
pub mod method;
pub mod problem;
pub mod progress;
pub mod scaling;
pub mod simplex;
pub mod solution;

pub use error::{Cut, Error};
pub use method::{Method, solve};
pub use problem::{Edge, Problem};
pub use progress::Watch;
pub use scaling::CostScaling;
pub use simplex::NetworkSimplex;
pub use solution::Solution;
