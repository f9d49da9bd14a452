//! From numbers to a basis: what the arcs outside the tree carry decides what the tree carries.
//!
//! A tree arc that would carry less than nothing, more than its capacity, or could send nothing more towards the root,
//! leaves at the bound it hits, and its subtree hangs from the root by a slack arc that takes the difference. So every
//! set of numbers has a feasible, strongly feasible basis: the first one, where all hangs from the root, as well as
//! the one that is left after a change, where little does.
use super::{
    NetworkSimplex,
    pricing::State,
    tour::Tour,
    tree::{self, UNBOUNDED},
};
use crate::problem::{MAX_SUPPLY, Problem};

impl NetworkSimplex {
    /// Reads capacities, costs and supplies anew and keeps the tree where it can. False if what does not fit adds up
    /// to more than slack arcs take.
    pub(super) fn rebase(&mut self, problem: &Problem) -> bool {
        let edges = problem.edges();
        for (index, &edge) in self.layout.edge.iter().enumerate() {
            self.arcs[index].cost = edges[edge as usize].cost;
            self.capacities[index] = edges[edge as usize].capacity;
        }
        self.slack_cost = (problem.greatest_cost() + 1) * problem.nodes() as i64;
        let order = tree::preorder(&self.nodes, self.root());
        if !self.refit(problem, &order) {
            return false;
        }
        self.resize(&order);
        let potentials = self.price(&order);
        let tour = tree::tour(&self.nodes, self.root());
        self.tour = Tour::new(self.nodes.len(), &tour, &potentials);
        true
    }

    /// Gives every tree arc the flow that its subtree needs, from the leaves to the root.
    fn refit(&mut self, problem: &Problem, order: &[u32]) -> bool {
        let mut needs = vec![0i128; self.nodes.len()];
        for (&node, &supply) in self.layout.node.iter().zip(problem.supplies()) {
            needs[node as usize] = i128::from(supply);
        }
        for ((arc, state), &capacity) in self.arcs.iter().zip(&self.states).zip(&self.capacities) {
            if *state == State::Full {
                needs[arc.tail as usize] -= i128::from(capacity);
                needs[arc.head as usize] += i128::from(capacity);
            }
        }
        let mut taken = 0i128;
        for &index in order[1..].iter().rev() {
            let node = self.nodes[index as usize];
            let capacity = self
                .capacities
                .get(node.arc())
                .copied()
                .unwrap_or(UNBOUNDED);
            let need = needs[index as usize];
            let wanted = if node.upward() { need } else { -need };
            let flow = wanted.clamp(0, i128::from(capacity)) as i64;
            let (up, down) = if node.upward() {
                (capacity - flow, flow)
            } else {
                (flow, capacity - flow)
            };
            let mut sent = i128::from(flow);
            if !node.upward() {
                sent = -sent;
            }
            let record = &mut self.nodes[index as usize];
            (record.up, record.down) = (up, down);
            if sent == need && up > 0 {
                needs[node.parent as usize] += need;
                continue;
            }
            if let Some(state) = self.states.get_mut(node.arc()) {
                *state = if flow == 0 { State::Empty } else { State::Full };
                needs[node.parent as usize] += sent;
            } else {
                // the same slack arc, turned around
                sent = 0;
            }
            let rest = need - sent;
            taken += rest.abs();
            if taken > i128::from(MAX_SUPPLY) {
                return false;
            }
            self.hang_from_root(index, rest as i64);
        }
        true
    }

    /// Hangs a subtree from the root by its slack arc, which takes what the subtree has too much or too little.
    fn hang_from_root(&mut self, node: u32, rest: i64) {
        let upward = rest >= 0;
        let (flow, left) = (rest.abs(), UNBOUNDED - rest.abs());
        let root = self.root();
        let arc = ((self.arcs.len() + node as usize) as u32) << 1 | u32::from(upward);
        let record = &mut self.nodes[node as usize];
        record.parent = root;
        record.arc = arc;
        (record.up, record.down) = if upward { (left, flow) } else { (flow, left) };
    }

    fn resize(&mut self, order: &[u32]) {
        for node in &mut self.nodes {
            node.size = 1;
        }
        for &index in order[1..].iter().rev() {
            let node = self.nodes[index as usize];
            self.nodes[node.parent as usize].size += node.size;
        }
    }

    /// The potentials at which every tree arc's reduced cost is 0.
    fn price(&self, order: &[u32]) -> Vec<i64> {
        let mut potentials = vec![0i64; self.nodes.len()];
        for &index in &order[1..] {
            let node = &self.nodes[index as usize];
            let cost = match self.arcs.get(node.arc()) {
                Some(arc) => arc.cost,
                // whatever passes through the root pays once
                None if node.upward() => 0,
                None => self.slack_cost,
            };
            let parent = potentials[node.parent as usize];
            potentials[index as usize] = if node.upward() {
                parent - cost
            } else {
                parent + cost
            };
        }
        potentials
    }
}
