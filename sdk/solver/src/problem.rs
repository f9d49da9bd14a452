//! The minimum-cost flow problem: supplies at nodes, capacities and costs on edges.
pub use mycel_kit::flow::Edge;

use crate::error::Error;

/// The most nodes an instance may have. On chain the bound is 2^20.
pub const MAX_NODES: usize = 1 << 28;
/// The most edges an instance may have. On chain the bound is 2^20.
pub const MAX_EDGES: usize = 1 << 29;
/// The bound of the sum of all absolute supplies, so that what a basis carries over its slack arcs stays in 64 bits.
pub const MAX_SUPPLY: i64 = 1 << 61;
/// The bound of (nodes + 2) · (greatest cost + 1): a potential is a sum of costs along a path and a slack arc.
const MAX_POTENTIAL: i64 = 1 << 60;

/// Minimise Σ cost·flow such that every node sends out its supply more than it receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    supplies: Vec<i64>,
    edges: Vec<Edge>,
}

impl Problem {
    /// Checks an instance whole; the error names the first offending node or edge.
    ///
    /// # Errors
    /// The first offence.
    pub fn new(supplies: Vec<i64>, edges: Vec<Edge>) -> Result<Self, Error> {
        Self::check(&supplies, &edges)?;
        Ok(Self { supplies, edges })
    }

    /// What [`Problem::new`] checks.
    pub(crate) fn check(supplies: &[i64], edges: &[Edge]) -> Result<(), Error> {
        if supplies.len() > MAX_NODES {
            return Err(Error::Nodes {
                nodes: supplies.len(),
                bound: MAX_NODES,
            });
        }
        if edges.len() > MAX_EDGES {
            return Err(Error::Edges {
                edges: edges.len(),
                bound: MAX_EDGES,
            });
        }
        check_supplies(supplies)?;
        check_edges(supplies.len(), edges)
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.supplies.len()
    }

    /// What each node sends out more than it receives.
    pub fn supplies(&self) -> &[i64] {
        &self.supplies
    }

    /// The edges, in the order in which flows are given.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Whether few nodes have a supply: less than every eighth.
    pub fn sparse(&self) -> bool {
        let supplied = self.supplies.iter().filter(|&&s| s != 0).count();
        8 * supplied < self.nodes()
    }

    /// The greatest absolute cost.
    pub fn greatest_cost(&self) -> i64 {
        self.edges.iter().map(|e| e.cost.abs()).max().unwrap_or(0)
    }
}

/// The greatest absolute cost that an edge may have among so many nodes.
pub fn cost_bound(nodes: usize) -> i64 {
    MAX_POTENTIAL / (nodes as i64 + 2) - 1
}

fn check_supplies(supplies: &[i64]) -> Result<(), Error> {
    let (mut sum, mut size) = (0i128, 0i128);
    for (node, &supply) in supplies.iter().enumerate() {
        sum += i128::from(supply);
        size += i128::from(supply).abs();
        if size > i128::from(MAX_SUPPLY) {
            return Err(Error::Supply {
                node,
                bound: MAX_SUPPLY,
            });
        }
    }
    if sum != 0 {
        return Err(Error::Unbalanced { sum });
    }
    Ok(())
}

fn check_edges(nodes: usize, edges: &[Edge]) -> Result<(), Error> {
    let bound = cost_bound(nodes);
    for (index, edge) in edges.iter().enumerate() {
        for node in [edge.tail, edge.head] {
            if node as usize >= nodes {
                return Err(Error::Endpoint {
                    edge: index,
                    node,
                    nodes,
                });
            }
        }
        if edge.capacity < 0 {
            return Err(Error::Capacity {
                edge: index,
                capacity: edge.capacity,
            });
        }
        if edge.cost.unsigned_abs() > bound.unsigned_abs() {
            return Err(Error::Cost {
                edge: index,
                cost: edge.cost,
                bound,
            });
        }
    }
    Ok(())
}
