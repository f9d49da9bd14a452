//! Certificates of flows: whoever solves a minimum-cost flow proves it with
//! numbers that anyone can check in one pass.
//!
//! # The model
//! Edges `{tail, head, capacity, cost}` over dense nodes, a supply for each
//! node (all 0 for a circulation), a flow `f` and potentials `π`. A flow is
//! *feasible* iff `0 ≤ f ≤ capacity` and what leaves a node minus what enters
//! it is its supply. With `reduced = cost + π(tail) − π(head)` a feasible flow
//! is *optimal* iff for each edge `f < capacity ⇒ reduced ≥ 0` and `f > 0 ⇒
//! reduced ≤ 0`. For any potentials at all, by weak duality,
//!
//! `gap = primal − dual = Σ f·max(reduced, 0) + (capacity − f)·max(−reduced, 0) ≥ 0`
//!
//! bounds how far a feasible flow is from the optimum; it is 0 exactly when
//! each edge keeps its condition. Clearing maximises `Σ w·f`: the same with
//! `cost = −w`.
//!
//! # Bounds
//! Nodes and edges ≤ 2^20, |cost| ≤ 2^20, |π| ≤ 2^40, capacities ≤ 2^63 − 1:
//! every sum fits i128 (the gap stays below 2^125).
//!
//! # Map
//! [`check`](mod@check) the verifier, streaming and resumable · [`body`] the
//! compact form in which certificates travel · [`varint`] its numbers ·
//! [`matching`] stable matching, where preference stands in for cost.
//!
//! # Example
//! ```
//! use mycel_kit::flow::{Edge, verify};
//! // Three who owe each other 5, 7 and 9 in a circle: 5 is set off.
//! let edge = |tail, head, capacity| Edge { tail, head, capacity, cost: -1 };
//! let edges = [edge(0, 1, 5), edge(1, 2, 7), edge(2, 0, 9)];
//! let verdict = verify(&[0; 3], &edges, &[5, 5, 5], &[0, 2, 1])?;
//! assert_eq!((verdict.primal, verdict.gap), (-15, 0));
//! # Ok::<(), mycel_kit::flow::FlowError>(())
//! ```

pub mod body;
pub mod check;
pub mod matching;
pub mod varint;

pub use body::{Body, Flows, encode};
pub use check::{Progress, Verdict, verify};

/// Most nodes of an instance.
pub const MAX_NODES: u32 = 1 << 20;
/// Most edges of an instance.
pub const MAX_EDGES: u32 = 1 << 20;
/// Greatest magnitude of a cost.
pub const MAX_COST: i64 = 1 << 20;
/// Greatest magnitude of a potential.
pub const MAX_POTENTIAL: i64 = 1 << 40;

/// One edge of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Where flow leaves: the debtor, the supplier.
    pub tail: u32,
    /// Where it arrives: the creditor, the one in need.
    pub head: u32,
    /// Most flow, ≥ 0.
    pub capacity: i64,
    /// Of a unit of flow.
    pub cost: i64,
}

/// What is wrong with a certificate, and where: the first offence counts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum FlowError {
    #[error("too many: {what}={count} most={most}")]
    TooMany {
        what: &'static str,
        count: u64,
        most: u64,
    },
    #[error("wrong count: {what}={count} expected={expected}")]
    WrongCount {
        what: &'static str,
        count: u64,
        expected: u64,
    },
    #[error("unknown node: edge={edge} node={node} nodes={nodes}")]
    UnknownNode { edge: u32, node: u32, nodes: u32 },
    #[error("capacity negative: edge={edge} capacity={capacity}")]
    Capacity { edge: u32, capacity: i64 },
    #[error("cost out of range: edge={edge} cost={cost} most={MAX_COST}")]
    Cost { edge: u32, cost: i64 },
    #[error("flow out of bounds: edge={edge} flow={flow} capacity={capacity}")]
    Flow { edge: u32, flow: i64, capacity: i64 },
    #[error("potential out of range: node={node} most={MAX_POTENTIAL}")]
    Potential { node: u32 },
    #[error("not conserved: node={node} excess={excess}")]
    NotConserved { node: u32, excess: i128 },
    #[error("not optimal: edge={edge} gap={gap}")]
    NotOptimal { edge: u32, gap: i128 },
    #[error("body short: at={at}")]
    Short { at: usize },
    #[error("body long: bytes={bytes} expected={expected}")]
    Long { bytes: usize, expected: usize },
    #[error("body malformed: at={at} {why}")]
    Malformed { at: usize, why: &'static str },
}
