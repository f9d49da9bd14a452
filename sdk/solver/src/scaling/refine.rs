//! From ε-optimal to optimal up to a smaller ε.
use std::collections::VecDeque;

use super::CostScaling;
use crate::progress::Watch;

/// Arcs that an excess looks ahead before it moves.
const PATH: usize = 4;

impl CostScaling {
    /// False if some excess has nowhere to go.
    pub(super) fn refine(&mut self, epsilon: i64, watch: &Watch) -> bool {
        self.saturate();
        if !self.update(epsilon) {
            return false;
        }
        let between = self.update_every;
        let mut next_update = self.relabels + between;
        let mut queue: VecDeque<usize> = (0..self.excess.len())
            .filter(|&node| self.excess[node] > 0)
            .collect();
        let mut path = Vec::with_capacity(PATH);
        while let Some(node) = queue.pop_front() {
            if self.excess[node] <= 0 {
                continue;
            }
            if self.relabels >= next_update {
                if !self.update(epsilon) {
                    return false;
                }
                watch(between);
                next_update = self.relabels + between;
            }
            if !self.advance(node, epsilon, next_update, &mut path) {
                // no residual arc at all: the next update says so
                next_update = self.relabels;
            }
            self.augment(node, &path, &mut queue);
            if self.excess[node] > 0 {
                queue.push_back(node);
            }
        }
        true
    }

    /// Fills every arc with negative reduced cost, so that the flow is 0-optimal and only conservation is amiss.
    fn saturate(&mut self) {
        for node in 0..self.excess.len() {
            for index in self.residual.out(node) {
                let arc = self.residual.arcs[index];
                let to = arc.to as usize;
                let reduced = arc.cost + self.potentials[node] - self.potentials[to];
                if arc.residual > 0 && reduced < 0 {
                    self.excess[node] -= arc.residual;
                    self.excess[to] += arc.residual;
                    self.residual.push(index, arc.residual);
                }
            }
        }
    }

    /// Finds a path of admissible arcs from a node, up to [`PATH`] long or to a deficit, relabelling where it ends
    /// too soon, until the next update is due. False if excess stands where no residual arc leaves.
    fn advance(&mut self, start: usize, epsilon: i64, until: u64, path: &mut Vec<usize>) -> bool {
        path.clear();
        let mut node = start;
        while path.len() < PATH && self.excess[node] >= 0 && self.relabels < until {
            if let Some(arc) = self.admissible(node) {
                path.push(arc);
                node = self.residual.arcs[arc].to as usize;
            } else if !self.relabel(node, epsilon) {
                return false;
            } else if let Some(arc) = path.pop() {
                let back = self.residual.arcs[arc].back as usize;
                node = self.residual.arcs[back].to as usize;
            }
        }
        true
    }

    /// The next arc with room and a negative reduced cost.
    fn admissible(&mut self, node: usize) -> Option<usize> {
        let potential = self.potentials[node];
        let range = self.current[node] as usize..self.residual.out(node).end;
        let found = self.residual.arcs[range.clone()].iter().position(|arc| {
            arc.residual > 0 && arc.cost + potential < self.potentials[arc.to as usize]
        })?;
        self.current[node] = (range.start + found) as u32;
        Some(range.start + found)
    }

    /// Lowers a node's potential until an arc becomes admissible, by ε at least. False if excess stands where no
    /// residual arc leaves.
    fn relabel(&mut self, node: usize, epsilon: i64) -> bool {
        self.relabels += 1;
        let range = self.residual.out(node);
        self.current[node] = range.start as u32;
        let best = self.residual.arcs[range]
            .iter()
            .filter(|arc| arc.residual > 0)
            .map(|arc| self.potentials[arc.to as usize] - arc.cost)
            .max();
        let dead_end = best.is_none() && self.excess[node] <= 0;
        match best {
            Some(best) => self.potentials[node] = best - epsilon,
            // nothing leaves it, so that nothing should come: further down than any way out
            None => self.potentials[node] -= 8 * self.excess.len() as i64 * epsilon,
        }
        best.is_some() || dead_end
    }

    /// Pushes along the path as much as each arc takes of what is there.
    fn augment(&mut self, start: usize, path: &[usize], queue: &mut VecDeque<usize>) {
        let mut node = start;
        for &index in path {
            let arc = self.residual.arcs[index];
            let to = arc.to as usize;
            let amount = self.excess[node].min(arc.residual);
            if amount > 0 {
                self.residual.push(index, amount);
                self.excess[node] -= amount;
                let before = self.excess[to];
                self.excess[to] += amount;
                if before <= 0 && self.excess[to] > 0 && to != start {
                    queue.push_back(to);
                }
            }
            node = to;
        }
    }
}
