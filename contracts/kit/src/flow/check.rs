//! The verifier: one pass over the edges, one over the nodes, integers only.

use borsh::{BorshDeserialize, BorshSerialize};

use super::{Edge, FlowError, MAX_COST, MAX_EDGES, MAX_NODES, MAX_POTENTIAL};

/// How far a check is. With the running divergence (one i128 a node, kept by
/// the caller) this is all the state, so a check may stop after any edge and
/// go on in another transaction. Nothing is allocated for an edge.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Progress {
    nodes: u32,
    edges: u32,
    next: u32,
    primal: i128,
    gap: i128,
    slack: Option<u32>,
}

/// What a feasible flow is worth and how far it can be from the optimum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Verdict {
    /// Σ cost·f.
    pub primal: i128,
    /// primal − dual ≥ 0: no feasible flow costs less than `primal − gap`.
    pub gap: i128,
    /// The first edge whose condition of optimality fails; none iff gap is 0.
    pub slack: Option<u32>,
}

impl Verdict {
    /// The bound that the potentials prove: no feasible flow costs less.
    #[must_use]
    pub fn dual(&self) -> i128 {
        self.primal - self.gap
    }

    /// Accepts the optimum only.
    ///
    /// # Errors
    /// [`FlowError::NotOptimal`] with the first offending edge.
    pub fn optimal(&self) -> Result<(), FlowError> {
        match self.slack {
            None => Ok(()),
            Some(edge) => Err(FlowError::NotOptimal {
                edge,
                gap: self.gap,
            }),
        }
    }
}

impl Progress {
    /// Begins a check of an instance of that size.
    ///
    /// # Errors
    /// [`FlowError::TooMany`].
    pub fn begin(nodes: u32, edges: u32) -> Result<Progress, FlowError> {
        at_most("nodes", nodes, MAX_NODES)?;
        at_most("edges", edges, MAX_EDGES)?;
        Ok(Progress {
            nodes,
            edges,
            next: 0,
            primal: 0,
            gap: 0,
            slack: None,
        })
    }

    /// The next edge's number: how many have been taken.
    #[must_use]
    pub fn next(&self) -> u32 {
        self.next
    }

    /// Takes the next edge with its flow. `potentials` and `divergence` have
    /// one entry a node; potentials lie within ±2^40 ([`in_range`]).
    ///
    /// # Errors
    /// The edge's first offence. The divergence is then of no more use.
    pub fn edge(
        &mut self,
        edge: Edge,
        flow: i64,
        potentials: &[i64],
        divergence: &mut [i128],
    ) -> Result<(), FlowError> {
        let number = self.next;
        if number >= self.edges {
            return Err(wrong_count("edges", u64::from(number) + 1, self.edges));
        }
        let Edge {
            tail,
            head,
            capacity,
            cost,
        } = edge;
        let unknown = |node: u32| FlowError::UnknownNode {
            edge: number,
            node,
            nodes: self.nodes,
        };
        let (Some(&from), Some(&to)) =
            (potentials.get(tail as usize), potentials.get(head as usize))
        else {
            let outside = tail as usize >= potentials.len();
            return Err(unknown(if outside { tail } else { head }));
        };
        if capacity < 0 {
            return Err(FlowError::Capacity {
                edge: number,
                capacity,
            });
        }
        if !(-MAX_COST..=MAX_COST).contains(&cost) {
            return Err(FlowError::Cost { edge: number, cost });
        }
        if !(0..=capacity).contains(&flow) {
            return Err(FlowError::Flow {
                edge: number,
                flow,
                capacity,
            });
        }
        // |reduced| ≤ 2^20 + 2^41
        let reduced = cost + from - to;
        let short = if reduced < 0 { capacity - flow } else { flow };
        if reduced != 0 && short != 0 {
            self.gap += i128::from(reduced.abs()) * i128::from(short);
            self.slack = self.slack.or(Some(number));
        }
        if flow != 0 {
            self.primal += i128::from(cost) * i128::from(flow);
            *divergence
                .get_mut(tail as usize)
                .ok_or_else(|| unknown(tail))? += i128::from(flow);
            *divergence
                .get_mut(head as usize)
                .ok_or_else(|| unknown(head))? -= i128::from(flow);
        }
        self.next += 1;
        Ok(())
    }

    /// Ends the check: every edge taken, every node's divergence its supply.
    ///
    /// # Errors
    /// [`FlowError::WrongCount`], or the first node that does not conserve.
    pub fn finish(
        &self,
        divergence: &[i128],
        mut supply: impl FnMut(u32) -> i64,
    ) -> Result<Verdict, FlowError> {
        if self.next != self.edges {
            return Err(wrong_count("edges", u64::from(self.next), self.edges));
        }
        if divergence.len() != self.nodes as usize {
            return Err(wrong_count("nodes", divergence.len() as u64, self.nodes));
        }
        for (node, sum) in (0u32..).zip(divergence) {
            let excess = sum - i128::from(supply(node));
            if excess != 0 {
                return Err(FlowError::NotConserved { node, excess });
            }
        }
        Ok(Verdict {
            primal: self.primal,
            gap: self.gap,
            slack: self.slack,
        })
    }
}

/// Every potential lies within ±2^40.
///
/// # Errors
/// The first node whose potential does not.
pub fn in_range(potentials: &[i64]) -> Result<(), FlowError> {
    let outside = |potential: &i64| !(-MAX_POTENTIAL..=MAX_POTENTIAL).contains(potential);
    match potentials.iter().position(outside) {
        Some(node) => Err(FlowError::Potential { node: node as u32 }),
        None => Ok(()),
    }
}

/// Checks a whole certificate that lies in memory. `supply` has one entry a
/// node: what leaves it minus what enters it.
///
/// # Errors
/// The first offence.
pub fn verify(
    supply: &[i64],
    edges: &[Edge],
    flow: &[i64],
    potentials: &[i64],
) -> Result<Verdict, FlowError> {
    let count = |what, items: usize, most: u32| {
        u32::try_from(items).map_err(|_| FlowError::TooMany {
            what,
            count: items as u64,
            most: u64::from(most),
        })
    };
    let nodes = count("nodes", supply.len(), MAX_NODES)?;
    let mut progress = Progress::begin(nodes, count("edges", edges.len(), MAX_EDGES)?)?;
    if flow.len() != edges.len() {
        return Err(wrong_count("flows", flow.len() as u64, progress.edges));
    }
    if potentials.len() != supply.len() {
        return Err(wrong_count("potentials", potentials.len() as u64, nodes));
    }
    in_range(potentials)?;
    let mut divergence = vec![0i128; supply.len()];
    for (edge, flow) in edges.iter().zip(flow) {
        progress.edge(*edge, *flow, potentials, &mut divergence)?;
    }
    progress.finish(&divergence, |node| supply[node as usize])
}

pub(super) fn at_most(what: &'static str, count: u32, most: u32) -> Result<(), FlowError> {
    if count <= most {
        return Ok(());
    }
    Err(FlowError::TooMany {
        what,
        count: u64::from(count),
        most: u64::from(most),
    })
}

pub(super) fn wrong_count(what: &'static str, count: u64, expected: u32) -> FlowError {
    FlowError::WrongCount {
        what,
        count,
        expected: u64::from(expected),
    }
}
