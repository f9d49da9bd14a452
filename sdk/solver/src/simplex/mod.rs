//! The primal network simplex.
//!
//! A basis is a spanning tree over the nodes and a root; every other arc is empty or full, and the tree carries what
//! conservation leaves. Slack arcs to and from the root make any numbers feasible at a cost that no path of edges
//! reaches, so that slack carries nothing at an optimum unless nothing is feasible. A step ([`pivot`]) takes in an
//! arc whose reduced cost has the wrong sign ([`pricing`]) and lets another go.
//!
//! The tree stays strongly feasible, hence a slack arc that carries nothing points to the root, where it costs nothing:
//! at a feasible optimum no potential holds the cost of slack, and all stay within (n − 1) times the greatest cost.
//!
//! What a step costs decides large instances: on graphs of places, cycles have hundreds of arcs and the subtrees that
//! change their parent tens of thousands of nodes. Potentials lie on an Euler tour in segments ([`tour`]), so that a
//! subtree moves in O(√n); nodes carry the residuals of the arc to their parent and their subtree's size, so that the
//! cycle is walked twice and nothing below it is touched ([`tree`]). What each of these is worth: the crate's README.
mod basis;
mod layout;
mod pivot;
mod pricing;
#[cfg(test)]
mod tests;
mod tour;
mod tree;

use layout::Layout;
use pricing::{Arc, Pricing, State};
use tour::Tour;
use tree::Node;

use crate::{error::Error, problem::Problem, progress::Watch};

/// Pivots between two reports of progress.
const REPORT: u64 = 4096;

/// A basis of a problem, optimal once [`NetworkSimplex::solve`] returned.
pub struct NetworkSimplex {
    layout: Layout,
    arcs: Vec<Arc>,
    capacities: Vec<i64>,
    states: Vec<State>,
    /// The problem's nodes and, last, the root of the slack arcs.
    nodes: Vec<Node>,
    slack_cost: i64,
    tour: Tour,
    pricing: Pricing,
    pivots: u64,
}

impl NetworkSimplex {
    /// The first basis: every node hangs from the root by a slack arc that carries its supply.
    pub fn new(problem: &Problem) -> Self {
        let count = problem.nodes();
        let layout = Layout::new(count, problem.edges());
        let arcs = layout.edge.iter().map(|&index| {
            let edge = &problem.edges()[index as usize];
            Arc {
                cost: edge.cost,
                tail: layout.node[edge.tail as usize],
                head: layout.node[edge.head as usize],
            }
        });
        let arcs: Vec<Arc> = arcs.collect();
        let root = count as u32;
        let nodes = (0..=root).map(|node| Node {
            parent: root,
            size: 1,
            arc: (arcs.len() as u32 + node) << 1,
            edge: 2 * node,
            up: 0,
            down: 0,
        });
        let mut simplex = Self {
            nodes: nodes.collect(),
            capacities: vec![0; arcs.len()],
            states: vec![State::Empty; arcs.len()],
            slack_cost: 0,
            tour: Tour::default(),
            pricing: Pricing::new(arcs.len(), problem.sparse()),
            pivots: 0,
            arcs,
            layout,
        };
        let fits = simplex.rebase(problem);
        assert!(fits, "a problem's supplies are within what slack arcs take");
        simplex
    }

    /// Takes new supplies, capacities and costs on the same edges, and keeps the basis as far as they allow.
    /// [`NetworkSimplex::solve`] then goes on from there.
    ///
    /// # Errors
    /// [`Error::Shape`] if nodes or the ends of edges are others; the basis is then as before.
    pub fn change(&mut self, problem: &Problem) -> Result<(), Error> {
        let shape = |what, given, expected| Error::Shape {
            what,
            given,
            expected,
        };
        let (nodes, edges) = (self.layout.node.len(), self.arcs.len());
        if problem.nodes() != nodes {
            return Err(shape("nodes", problem.nodes(), nodes));
        }
        if problem.edges().len() != edges {
            return Err(shape("edges", problem.edges().len(), edges));
        }
        for (arc, &index) in self.arcs.iter().zip(&self.layout.edge) {
            let edge = &problem.edges()[index as usize];
            for (node, known) in [(edge.tail, arc.tail), (edge.head, arc.head)] {
                if self.layout.node[node as usize] != known {
                    return Err(Error::Moved {
                        edge: index as usize,
                    });
                }
            }
        }
        if !self.rebase(problem) {
            *self = Self::new(problem);
        }
        Ok(())
    }

    /// Pivots until no arc may enter. True if slack arcs carry nothing: the flow is feasible, and optimal.
    pub fn solve(&mut self, watch: &Watch) -> bool {
        while let Some((arc, reduced)) = self.pricing.entering(&self.arcs, &self.states, &self.tour)
        {
            self.pivot(arc, reduced);
            self.pivots += 1;
            if self.pivots.is_multiple_of(REPORT) {
                watch(REPORT);
            }
        }
        self.tree()
            .all(|node| node.arc() < self.arcs.len() || node.flow() == 0)
    }

    /// How many arcs have entered.
    pub fn pivots(&self) -> u64 {
        self.pivots
    }

    /// The flow of every edge.
    pub fn flow(&self) -> Vec<i64> {
        let mut carried: Vec<i64> = self
            .states
            .iter()
            .zip(&self.capacities)
            .map(
                |(state, &capacity)| {
                    if *state == State::Full { capacity } else { 0 }
                },
            )
            .collect();
        for node in self.tree() {
            if let Some(flow) = carried.get_mut(node.arc()) {
                *flow = node.flow();
            }
        }
        let mut flow = vec![0; carried.len()];
        for (&edge, carried) in self.layout.edge.iter().zip(carried) {
            flow[edge as usize] = carried;
        }
        flow
    }

    /// The potential of every node.
    pub fn potentials(&self) -> Vec<i64> {
        self.layout
            .node
            .iter()
            .map(|&node| self.tour.potential(node))
            .collect()
    }

    fn root(&self) -> u32 {
        self.layout.node.len() as u32
    }

    /// All nodes but the root.
    fn tree(&self) -> impl Iterator<Item = &Node> {
        self.nodes[..self.layout.node.len()].iter()
    }
}
