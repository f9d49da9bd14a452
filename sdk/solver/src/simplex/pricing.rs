//! Which arc enters next: block search.
//!
//! The arcs are read in blocks of some √m, round and round; the arc that violates optimality most in the first block
//! that has any violation enters. A whole round without one proves the basis optimal.
use super::tour::Tour;

/// Where an arc outside the tree stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub enum State {
    /// Carries its capacity.
    Full = -1,
    /// In the tree.
    Tree = 0,
    /// Carries nothing.
    Empty = 1,
}

/// What pricing reads of an arc, side by side.
#[derive(Clone, Copy)]
pub struct Arc {
    pub cost: i64,
    pub tail: u32,
    pub head: u32,
}

/// The block search's place.
pub struct Pricing {
    block: usize,
    next: usize,
}

impl Pricing {
    /// `sparse`: whether few nodes have a supply. Else a good step is near everywhere, and shorter blocks do.
    pub fn new(arcs: usize, sparse: bool) -> Self {
        Self {
            block: (arcs.isqrt() / if sparse { 2 } else { 4 }).max(20),
            next: 0,
        }
    }

    /// An arc whose reduced cost has the wrong sign, with that reduced cost.
    pub fn entering(
        &mut self,
        arcs: &[Arc],
        states: &[State],
        tour: &Tour,
    ) -> Option<(usize, i64)> {
        let mut left = arcs.len();
        while left > 0 {
            let end = arcs.len().min(self.next + self.block.min(left));
            let mut best = (0, 0);
            for (index, (arc, &state)) in
                (self.next..end).zip(arcs[self.next..end].iter().zip(&states[self.next..end]))
            {
                let reduced = arc.cost + tour.potential(arc.tail) - tour.potential(arc.head);
                let violation = i64::from(state as i8) * reduced;
                if violation < best.0 {
                    best = (violation, index);
                }
            }
            left -= end - self.next;
            self.next = if end == arcs.len() { 0 } else { end };
            if best.0 < 0 {
                let (violation, index) = best;
                return Some((index, violation * i64::from(states[index] as i8)));
            }
        }
        None
    }
}
