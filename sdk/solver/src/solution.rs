//! A flow with the potentials that prove it optimal.
use mycel_kit::flow::{FlowError, Verdict, verify};

use crate::problem::Problem;

/// An optimal flow and its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solution {
    /// One number an edge.
    pub flow: Vec<i64>,
    /// One number a node: with `reduced = cost + π(tail) − π(head)`, an edge that is not full has `reduced ≥ 0`, one
    /// that is not empty has `reduced ≤ 0`.
    pub potentials: Vec<i64>,
}

impl Solution {
    /// Σ cost·flow.
    pub fn cost(&self, problem: &Problem) -> i128 {
        problem
            .edges()
            .iter()
            .zip(&self.flow)
            .map(|(edge, &flow)| i128::from(edge.cost) * i128::from(flow))
            .sum()
    }

    /// How far the potentials leave the flow from the optimum at most: 0 proves it optimal. For a feasible flow only.
    pub fn gap(&self, problem: &Problem) -> i128 {
        let ends = problem.edges().iter().zip(&self.flow);
        ends.map(|(edge, &flow)| {
            let [tail, head] =
                [edge.tail, edge.head].map(|n| i128::from(self.potentials[n as usize]));
            let reduced = i128::from(edge.cost) + tail - head;
            let short = if reduced < 0 {
                edge.capacity - flow
            } else {
                flow
            };
            reduced.abs() * i128::from(short)
        })
        .sum()
    }

    /// Asks the verifier that contracts use. It takes no more than 2^20 nodes and edges.
    ///
    /// # Errors
    /// What the verifier finds first.
    pub fn verify(&self, problem: &Problem) -> Result<Verdict, FlowError> {
        verify(
            problem.supplies(),
            problem.edges(),
            &self.flow,
            &self.potentials,
        )
    }
}
