//! Cost scaling: push-relabel on a flow that is optimal up to ε, with ε falling to less than a unit of cost over n.
//!
//! A flow is ε-optimal if no residual arc has a reduced cost below −ε. Refining to a smaller ε saturates the arcs
//! with negative reduced cost and leads the excess that arises to the deficits along such arcs: each excess walks a
//! few arcs ahead before anything is pushed (partial augmentation), nodes that cannot send are relabelled, and now
//! and then all potentials are set at once from the distances to the deficits ([`update`]). Costs are multiplied by
//! n + 1, so that ε = 1 is exact. The true potentials are the scaled ones divided, then corrected by label-correcting
//! steps, of which rounding leaves few.
//!
//! A residual network in which some excess reaches no deficit proves the instance infeasible.
mod refine;
mod residual;
mod update;

use residual::Residual;

use crate::{problem::Problem, progress::Watch};

/// What ε is divided by from phase to phase.
const FACTOR: i64 = 16;
/// Edges of a very large graph.
const LARGE: usize = 1 << 22;

/// A flow on its way to the optimum.
pub struct CostScaling {
    residual: Residual,
    /// What came into each node and has not left it yet.
    excess: Vec<i64>,
    /// Scaled.
    potentials: Vec<i64>,
    /// The arc at which each node goes on looking.
    current: Vec<u32>,
    scale: i64,
    /// Relabels between two updates of all potentials.
    update_every: u64,
    relabels: u64,
}

impl CostScaling {
    /// Nothing flows yet, and all supplies are excess.
    pub fn new(problem: &Problem) -> Self {
        let scale = problem.nodes() as i64 + 1;
        // many excesses spoil each other's potentials sooner
        let updates = if problem.sparse() { 4 } else { 1 };
        Self {
            residual: Residual::new(problem, scale),
            excess: problem.supplies().to_vec(),
            potentials: vec![0; problem.nodes()],
            current: vec![0; problem.nodes()],
            scale,
            update_every: updates * problem.nodes() as u64 + 1,
            relabels: 0,
        }
    }

    /// Whether scaled potentials and the sums at every node stay within 64 bits.
    pub fn fits(problem: &Problem) -> bool {
        let nodes = problem.nodes() as i128 + 2;
        let potential = 16 * nodes * nodes * (i128::from(problem.greatest_cost()) + 1);
        let mut sums = vec![0i128; problem.nodes()];
        for (sum, &supply) in sums.iter_mut().zip(problem.supplies()) {
            *sum = i128::from(supply).abs();
        }
        for edge in problem.edges() {
            sums[edge.tail as usize] += i128::from(edge.capacity);
            sums[edge.head as usize] += i128::from(edge.capacity);
        }
        potential < 1 << 62 && sums.iter().all(|&sum| sum < 1 << 62)
    }

    /// Whether it is the better method: for very large graphs with supplies at few nodes. The simplex method's steps
    /// grow with the graph, those of cost scaling do not.
    pub fn suits(problem: &Problem) -> bool {
        problem.edges().len() >= LARGE && problem.sparse() && Self::fits(problem)
    }

    /// Refines until the flow is optimal. False if there is no feasible flow.
    pub fn solve(&mut self, watch: &Watch) -> bool {
        let greatest = self.residual.arcs.iter().map(|arc| arc.cost).max();
        let mut epsilon = greatest.unwrap_or(0).max(1);
        loop {
            if !self.refine(epsilon, watch) {
                return false;
            }
            if epsilon == 1 {
                return true;
            }
            epsilon = (epsilon / FACTOR).max(1);
        }
    }

    /// How often a node was relabelled.
    pub fn relabels(&self) -> u64 {
        self.relabels
    }

    /// The flow of every edge.
    pub fn flow(&self) -> Vec<i64> {
        self.residual.flow()
    }

    /// The potential of every node, exact. Only once the flow is optimal: before, there are none, and looking for them
    /// does not end.
    pub(crate) fn potentials(&self) -> Vec<i64> {
        let mut potentials: Vec<i64> = self
            .potentials
            .iter()
            .map(|potential| potential.div_euclid(self.scale))
            .collect();
        let mut queue: std::collections::VecDeque<usize> = (0..potentials.len()).collect();
        let mut waiting = vec![true; potentials.len()];
        while let Some(node) = queue.pop_front() {
            waiting[node] = false;
            for arc in &self.residual.arcs[self.residual.out(node)] {
                let reach = potentials[node] + arc.cost / self.scale;
                let to = arc.to as usize;
                if arc.residual > 0 && reach < potentials[to] {
                    potentials[to] = reach;
                    if !std::mem::replace(&mut waiting[to], true) {
                        queue.push_back(to);
                    }
                }
            }
        }
        potentials
    }
}
