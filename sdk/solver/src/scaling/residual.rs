//! The residual graph: each edge twice, once for what it can still carry and once for what it can give back.
use crate::problem::Problem;

/// One direction of an edge.
#[derive(Clone, Copy, Default)]
pub struct Arc {
    pub to: u32,
    /// The other direction.
    pub back: u32,
    pub residual: i64,
    pub cost: i64,
}

/// Arcs by the node they leave.
pub struct Residual {
    pub arcs: Vec<Arc>,
    /// Where each node's arcs begin, and where the last node's end.
    first: Vec<u32>,
    /// The arc of each edge.
    forward: Vec<u32>,
}

impl Residual {
    /// All edges empty, costs times `scale`.
    pub fn new(problem: &Problem, scale: i64) -> Self {
        let mut first = vec![0u32; problem.nodes() + 1];
        for edge in problem.edges() {
            first[edge.tail as usize] += 1;
            first[edge.head as usize] += 1;
        }
        let mut sum = 0;
        for first in &mut first {
            (sum, *first) = (sum + *first, sum);
        }
        let mut arcs = vec![Arc::default(); sum as usize];
        let mut free = first.clone();
        let mut place = |node: u32| {
            free[node as usize] += 1;
            free[node as usize] - 1
        };
        let mut forward = Vec::with_capacity(problem.edges().len());
        for edge in problem.edges() {
            let (there, back) = (place(edge.tail), place(edge.head));
            forward.push(there);
            arcs[there as usize] = Arc {
                to: edge.head,
                back,
                residual: edge.capacity,
                cost: edge.cost * scale,
            };
            arcs[back as usize] = Arc {
                to: edge.tail,
                back: there,
                residual: 0,
                cost: -edge.cost * scale,
            };
        }
        Self {
            arcs,
            first,
            forward,
        }
    }

    /// The arcs that leave a node.
    #[inline(always)]
    pub fn out(&self, node: usize) -> std::ops::Range<usize> {
        self.first[node] as usize..self.first[node + 1] as usize
    }

    #[inline(always)]
    pub fn push(&mut self, arc: usize, amount: i64) {
        let Arc { back, residual, .. } = &mut self.arcs[arc];
        *residual -= amount;
        let back = *back as usize;
        self.arcs[back].residual += amount;
    }

    /// What each edge carries: what its other direction can give back.
    pub fn flow(&self) -> Vec<i64> {
        self.forward
            .iter()
            .map(|&arc| self.arcs[self.arcs[arc as usize].back as usize].residual)
            .collect()
    }
}
