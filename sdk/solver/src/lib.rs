//! Solves what the contracts verify: clearing, allocation, assignment, lotteries. The off-chain half of each certificate.
//!
//! # The model
//! A [`Problem`] has nodes with supplies that cancel, and edges that carry from 0 to their capacity at a cost a unit,
//! all in 64-bit integers whose sums are taken in 128. A [`Solution`] is a flow of least cost with one potential π a
//! node: with `reduced = cost + π(tail) − π(head)`, every edge that is not full has `reduced ≥ 0` and every edge that
//! is not empty has `reduced ≤ 0`. That is all a checker needs; `mycel_kit::flow` is the one that contracts use. Where
//! no flow is feasible, the error is a [`Cut`] that proves it.
//!
//! # The methods
//! * Network simplex ([`simplex`]): walks from spanning tree to spanning tree. Slack arcs make any numbers feasible,
//!   so that a changed instance goes on from the last tree ([`NetworkSimplex::change`]); a strongly feasible tree
//!   cannot cycle; potentials lie on an Euler tour in segments, so that moving a subtree of n nodes takes O(√n).
//! * Cost scaling ([`scaling`]): push and relabel with ε falling, for very large graphs with few supplies.
//! * Both find the same optimum, with exact potentials. [`Method::Auto`] chooses by shape; parts of the graph that
//!   nothing joins are solved by themselves, on threads where there are threads, and the same bytes come out for any
//!   number of them.
//! * Clearing ([`clearing`]): edges outside strongly connected components carry nothing; inside, the debts that must
//!   remain are a flow with the net positions as supplies. Potentials are made canonical ([`clear`]).
//! * Allocation ([`allocation`]): convex costs as parallel edges, shares at the last hop, slack by priority, prices.
//! * One unit a side: [`assign`] with prices as proof, [`stable`] matching with its check for blocking pairs; [`units`] is how a market
//!   freezes them.
//! * Lotteries with equal chances within quotas: [`lottery`], by linear programs.
//!
//! Invariants: no recursion, no floats but in `lottery`, no clock, no order of a hash; the first offending node or edge is named.
//!
//! # Map
//! [`problem`] · [`solution`] · [`error`] · [`method`] chooses and takes apart (`parts`, [`components`]) · `cut`
//! explains infeasibility · `canonical` potentials · [`file`] the forms of instances and certificates · [`generate`]
//! instances from a seed · [`progress`].
//!
//! # Example
//! ```
//! use mycel_solver::{Edge, Options, Problem, solve, unwatched};
//! // Five units from 0 to 2: two take the cheap way over 1.
//! let edge = |tail, head, capacity, cost| Edge { tail, head, capacity, cost };
//! let edges = vec![edge(0, 1, 2, 1), edge(1, 2, 9, 1), edge(0, 2, 9, 5)];
//! let problem = Problem::new(vec![5, 0, -5], edges)?;
//! let solution = solve(&problem, &Options::default(), &unwatched)?;
//! assert_eq!(solution.flow, [2, 2, 3]);
//! assert_eq!((solution.cost(&problem), solution.gap(&problem)), (19, 0));
//! # Ok::<(), mycel_solver::Error>(())
//! ```
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
pub mod lottery;
pub mod method;
mod parts;
pub mod problem;
pub mod progress;
pub mod scaling;
pub mod simplex;
pub mod solution;
pub mod stable;
pub mod units;

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
