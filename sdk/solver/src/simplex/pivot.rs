//! One step of the simplex: an arc enters the tree, flow is sent around the cycle that it closes, an arc leaves.
//!
//! The tree is strongly feasible: from every node some flow can be sent to the root. Taking, of the arcs that block,
//! the last one along the cycle seen from its apex keeps it so, and then no sequence of steps without flow repeats.
use super::{
    NetworkSimplex,
    pricing::State,
    tree::{Hook, hang},
};

/// What blocks a cycle first on one of its two sides.
#[derive(Clone, Copy)]
struct Block {
    residual: i64,
    node: u32,
}

const ENTERING: u32 = u32::MAX;

impl NetworkSimplex {
    /// Lets `arc` enter, whose reduced cost is `reduced`.
    pub(super) fn pivot(&mut self, arc: usize, reduced: i64) {
        let ends = self.arcs[arc];
        let empty = self.states[arc] == State::Empty;
        let (from, to) = if empty {
            (ends.tail, ends.head)
        } else {
            (ends.head, ends.tail)
        };
        let capacity = self.capacities[arc];
        // flow goes apex → from → arc → to → apex
        let (apex, before, after) = self.blocks(from, to, capacity);
        let amount = before.residual.min(after.residual);
        let leaves_after = after.residual <= before.residual;
        let top = if leaves_after {
            after.node
        } else {
            before.node
        };
        if top == ENTERING {
            self.send(from, to, apex, amount);
            self.states[arc] = if empty { State::Full } else { State::Empty };
            return;
        }
        self.states[arc] = State::Tree;
        let leaving = self.nodes[top as usize];
        if let Some(state) = self.states.get_mut(leaving.arc()) {
            // slack arcs have no state: one that leaves is gone
            let drained = leaves_after != leaving.upward();
            *state = if drained { State::Empty } else { State::Full };
        }
        let size = leaving.size;
        let (root, parent) = if leaves_after { (to, from) } else { (from, to) };
        self.send_and_resize(from, to, apex, amount, top, leaves_after);
        let flow = if empty { amount } else { capacity - amount };
        let upward = ends.tail == root;
        let hook = Hook {
            arc: (arc as u32) << 1 | u32::from(upward),
            edge: leaving.edge,
            up: if upward { capacity - flow } else { flow },
            down: if upward { flow } else { capacity - flow },
        };
        hang(&mut self.nodes, top, root, parent, hook);
        let count = self.nodes.len() as u32;
        self.tour.hang(
            count + leaving.edge,
            count + (leaving.edge ^ 1),
            root,
            parent,
            if upward { -reduced } else { reduced },
            size as usize,
        );
    }

    /// The apex of the cycle that an arc closes, and what blocks it first before and after the arc. Of equals it is
    /// the last along the cycle.
    fn blocks(&self, from: u32, to: u32, capacity: i64) -> (u32, Block, Block) {
        let mut before = Block {
            residual: capacity,
            node: ENTERING,
        };
        let mut after = Block {
            residual: i64::MAX,
            node: ENTERING,
        };
        let (mut u, mut v) = (from, to);
        let (mut a, mut b) = (&self.nodes[u as usize], &self.nodes[v as usize]);
        while u != v {
            // the smaller subtree cannot contain the other node
            if a.size <= b.size {
                if a.down < before.residual {
                    before = Block {
                        residual: a.down,
                        node: u,
                    };
                }
                u = a.parent;
                a = &self.nodes[u as usize];
            } else {
                if b.up <= after.residual {
                    after = Block {
                        residual: b.up,
                        node: v,
                    };
                }
                v = b.parent;
                b = &self.nodes[v as usize];
            }
        }
        (u, before, after)
    }

    fn send(&mut self, from: u32, to: u32, apex: u32, amount: i64) {
        let mut node = from;
        while node != apex {
            let record = &mut self.nodes[node as usize];
            record.down -= amount;
            record.up += amount;
            node = record.parent;
        }
        let mut node = to;
        while node != apex {
            let record = &mut self.nodes[node as usize];
            record.up -= amount;
            record.down += amount;
            node = record.parent;
        }
    }

    /// Sends flow around the cycle and counts the subtree of `top` with its new ancestors.
    fn send_and_resize(
        &mut self,
        from: u32,
        to: u32,
        apex: u32,
        amount: i64,
        top: u32,
        leaves_after: bool,
    ) {
        let size = self.nodes[top as usize].size;
        let (moved, amount) = if leaves_after {
            (to, -amount)
        } else {
            (from, amount)
        };
        let stays = if leaves_after { from } else { to };
        let (mut node, mut above) = (moved, false);
        while node != apex {
            let record = &mut self.nodes[node as usize];
            record.down -= amount;
            record.up += amount;
            if above {
                record.size -= size;
            }
            above |= node == top;
            node = record.parent;
        }
        let mut node = stays;
        while node != apex {
            let record = &mut self.nodes[node as usize];
            record.down += amount;
            record.up -= amount;
            record.size += size;
            node = record.parent;
        }
    }
}
