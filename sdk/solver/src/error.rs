//! What can be wrong with an instance.

/// Why an instance is refused, or has no solution.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Too many nodes.
    #[error("too many nodes: nodes={nodes} bound={bound}; split the instance into its components")]
    Nodes {
        /// How many there are.
        nodes: usize,
        /// How many there may be.
        bound: usize,
    },
    /// Too many edges.
    #[error("too many edges: edges={edges} bound={bound}; split the instance into its components")]
    Edges {
        /// How many there are.
        edges: usize,
        /// How many there may be.
        bound: usize,
    },
    /// An edge ends nowhere.
    #[error("edge={edge} names node={node} of nodes={nodes}; nodes are numbered from 0")]
    Endpoint {
        /// Which edge, from 0.
        edge: usize,
        /// What it names.
        node: u32,
        /// How many nodes there are.
        nodes: usize,
    },
    /// A capacity below zero.
    #[error("edge={edge} has a negative capacity={capacity}")]
    Capacity {
        /// Which edge, from 0.
        edge: usize,
        /// Its capacity.
        capacity: i64,
    },
    /// A cost so large that potentials could leave 64 bits.
    #[error(
        "edge={edge} has cost={cost} beyond the bound={bound}; divide all costs by a common factor"
    )]
    Cost {
        /// Which edge, from 0.
        edge: usize,
        /// Its cost.
        cost: i64,
        /// The greatest absolute cost for this number of nodes.
        bound: i64,
    },
    /// A weight that is not positive.
    #[error("edge={edge} has weight={weight}; weights lie between 1 and {bound}")]
    Weight {
        /// Which edge, from 0.
        edge: usize,
        /// Its weight.
        weight: i64,
        /// The greatest weight.
        bound: i64,
    },
    /// The supplies do not cancel.
    #[error(
        "supplies add up to sum={sum}, not to 0; add a node that takes or gives the difference"
    )]
    Unbalanced {
        /// Their sum.
        sum: i128,
    },
    /// The supplies are too large to add up in 64 bits.
    #[error(
        "supplies of node={node} and before add up beyond the bound={bound}; use a larger unit"
    )]
    Supply {
        /// At which node the bound is passed.
        node: usize,
        /// The bound of the sum of absolute supplies.
        bound: i64,
    },
    /// A change that does not fit the instance it changes.
    #[error("{what}={given} where the instance has {expected}; a warm start keeps nodes and edges")]
    Shape {
        /// What was counted.
        what: &'static str,
        /// How many were given.
        given: usize,
        /// How many there must be.
        expected: usize,
    },
    /// An edge that joins other nodes than before.
    #[error(
        "edge={edge} joins other nodes than before; a warm start keeps nodes and edges, so solve anew"
    )]
    Moved {
        /// Which edge, from 0.
        edge: usize,
    },
    /// No flow meets all supplies.
    #[error("{0}")]
    Infeasible(Cut),
}

/// Why there is no feasible flow: a set of nodes that must send out more than its outgoing edges carry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "infeasible: nodes={} with first={} must send out supply={supply}, but their outgoing edges carry capacity={capacity}; \
     raise a capacity across the cut or add slack edges", nodes.len(), nodes.first().copied().unwrap_or_default()
)]
pub struct Cut {
    /// The nodes of the set, ascending.
    pub nodes: Vec<u32>,
    /// Their supplies together.
    pub supply: i128,
    /// The capacities of the edges that leave the set.
    pub capacity: i128,
}
