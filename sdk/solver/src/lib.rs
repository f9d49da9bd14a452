//! Solves what the contracts verify: clearing, allocation, assignment.
#![forbid(unsafe_code)]

pub mod allocation;
pub mod assignment;
mod canonical;
pub mod clearing;
pub mod components;
mod cut;
pub mod error;
pub mod file;
pub mod generate;
pub mod method;
mod parts;
pub mod problem;
pub mod progress;
pub mod scaling;
pub mod simplex;
pub mod solution;
pub mod stable;

pub use allocation::Allocation;
pub use assignment::assign;
pub use clearing::clear;
pub use error::{Cut, Error};
pub use method::{Method, Options, solve};
pub use problem::{Edge, Problem};
pub use progress::{Watch, unwatched};
pub use scaling::CostScaling;
pub use simplex::NetworkSimplex;
pub use solution::Solution;
