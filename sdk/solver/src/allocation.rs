//! Allocation: surpluses flow to needs over pathways whose cost rises with use.
//!
//! One resource makes one minimum-cost flow. A pathway of several steps, each dearer than the one before, is as many
//! parallel edges: cheap ones fill first, so that flows spread over several sources. Where no supplier may carry more
//! than a share of a need, the last hop of each pathway into that need is capped, while what passes through is not:
//! the pathway leads to a gate, and from the gate a capped edge leads to the need and a free one onwards. One node
//! more, *elsewhere*, takes what nobody needs at no cost and gives what nobody sends at each need's worth. So every
//! round is feasible, needs of greater worth are met first, and a unit is never carried for more than it is worth.
//!
//! The price of a resource at a node is what one unit more would cost there: π(node) − π(elsewhere), between 0 where
//! some is left over and the worth of a need that is not met.
use mycel_kit::flow::Edge;

use crate::{Error, Problem, Solution};

/// Someone who has more than enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surplus {
    /// Where.
    pub node: u32,
    /// How much.
    pub quantity: i64,
    /// The least that a unit must fetch; 0 for a gift.
    pub price: i64,
}

/// Someone who has too little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// Where.
    pub node: u32,
    /// How much.
    pub quantity: i64,
    /// What a unit is worth: the price of not meeting the need, by priority. See [`worth`].
    pub worth: i64,
}

/// A direct way between two nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pathway {
    /// From where.
    pub from: u32,
    /// To where.
    pub to: u32,
    /// Capacity and cost of a unit: each step is used once the one before is full.
    pub steps: Vec<(i64, i64)>,
}

/// What is to be allocated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allocation {
    /// How many nodes there are.
    pub nodes: u32,
    /// Who has.
    pub surpluses: Vec<Surplus>,
    /// Who needs: one need a node.
    pub needs: Vec<Need>,
    /// The ways between.
    pub pathways: Vec<Pathway>,
    /// The most of a need that may come over one last hop, in parts of a million.
    pub share_ppm: Option<u32>,
}

/// Why an allocation is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum AllocationError {
    #[error("{what}={index} names node={node} of nodes={nodes}; nodes are numbered from 0")]
    Unknown {
        what: &'static str,
        index: usize,
        node: u32,
        nodes: u32,
    },
    #[error("{what}={index} has a negative quantity={quantity}")]
    Quantity {
        what: &'static str,
        index: usize,
        quantity: i64,
    },
    #[error("need={index} is the second of node={node}; add them up")]
    Twice { index: usize, node: u32 },
    #[error(
        "pathway={index} becomes cheaper at step={step}; give steps in the order of their cost"
    )]
    Cheaper { index: usize, step: usize },
    #[error("share_ppm={0} is above 1000000")]
    Share(u32),
    #[error(transparent)]
    Problem(#[from] Error),
}

/// The worth of a need of a priority class (0 the lowest), where no way costs more than `longest`: a unit always goes
/// to the highest class that it can reach, and to none only if there is no way.
pub fn worth(class: u8, longest: i64) -> i64 {
    longest
        .saturating_add(1)
        .saturating_mul(i64::from(class) + 1)
}

/// An allocation as a flow problem that always has a solution.
#[derive(Clone, Debug)]
pub struct Prepared {
    problem: Problem,
    /// The edges of each pathway, one a step.
    pathways: Vec<std::ops::Range<usize>>,
    /// The first edge of the needs' unmet parts, then of the surpluses' unused parts.
    unmet: usize,
    unused: usize,
    elsewhere: u32,
    nodes: u32,
}

/// What flows, what does not, and what a unit more would cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What each pathway carries.
    pub carried: Vec<i64>,
    /// What each need lacks.
    pub unmet: Vec<i64>,
    /// What each surplus keeps.
    pub unused: Vec<i64>,
    /// The price at each node.
    pub prices: Vec<i64>,
}

impl Allocation {
    /// Makes the flow problem.
    ///
    /// # Errors
    /// The first offence.
    pub fn prepare(&self) -> Result<Prepared, AllocationError> {
        self.check()?;
        let mut need_of: Vec<Option<usize>> = vec![None; self.nodes as usize];
        for (index, need) in self.needs.iter().enumerate() {
            if need_of[need.node as usize].replace(index).is_some() {
                return Err(AllocationError::Twice {
                    index,
                    node: need.node,
                });
            }
        }
        // nodes, elsewhere, a point of delivery a need, gates as they come
        let elsewhere = self.nodes;
        let delivery = |need: usize| elsewhere + 1 + need as u32;
        let mut supplies = vec![0i64; elsewhere as usize + 1 + self.needs.len()];
        let mut edges = Vec::new();
        let mut pathways = Vec::with_capacity(self.pathways.len());
        for pathway in &self.pathways {
            let need = need_of[pathway.to as usize];
            let gated = need.zip(self.share_ppm);
            let head = match gated {
                Some(_) => {
                    supplies.push(0);
                    supplies.len() as u32 - 1
                }
                None => pathway.to,
            };
            let first = edges.len();
            edges.extend(pathway.steps.iter().map(|&(capacity, cost)| Edge {
                tail: pathway.from,
                head,
                capacity,
                cost,
            }));
            pathways.push(first..edges.len());
            if let Some((need, share)) = gated {
                let whole: i128 = pathway.steps.iter().map(|s| i128::from(s.0)).sum();
                let free = i64::try_from(whole).unwrap_or(i64::MAX);
                let most = i128::from(self.needs[need].quantity) * i128::from(share) / 1_000_000;
                let mut gate = |to, capacity| {
                    edges.push(Edge {
                        tail: head,
                        head: to,
                        capacity,
                        cost: 0,
                    });
                };
                gate(delivery(need), most as i64);
                gate(pathway.to, free);
            }
        }
        if self.share_ppm.is_none() {
            for (index, need) in self.needs.iter().enumerate() {
                edges.push(Edge {
                    tail: need.node,
                    head: delivery(index),
                    capacity: need.quantity,
                    cost: 0,
                });
            }
        }
        let unmet = edges.len();
        let (mut lacking, mut offered) = (0i128, 0i128);
        for (index, need) in self.needs.iter().enumerate() {
            supplies[delivery(index) as usize] = -need.quantity;
            lacking += i128::from(need.quantity);
            edges.push(Edge {
                tail: elsewhere,
                head: delivery(index),
                capacity: need.quantity,
                cost: need.worth,
            });
        }
        let unused = edges.len();
        for surplus in &self.surpluses {
            // a source of its own, so that its price is paid by what leaves it only
            let source = supplies.len() as u32;
            supplies.push(surplus.quantity);
            offered += i128::from(surplus.quantity);
            let mut way = |head, cost| {
                edges.push(Edge {
                    tail: source,
                    head,
                    capacity: surplus.quantity,
                    cost,
                });
            };
            way(elsewhere, 0);
            way(surplus.node, surplus.price);
        }
        supplies[elsewhere as usize] = i64::try_from(lacking - offered).map_err(|_| {
            AllocationError::Problem(Error::Supply {
                node: elsewhere as usize,
                bound: crate::problem::MAX_SUPPLY,
            })
        })?;
        Ok(Prepared {
            problem: Problem::new(supplies, edges)?,
            pathways,
            unmet,
            unused,
            elsewhere,
            nodes: self.nodes,
        })
    }

    fn check(&self) -> Result<(), AllocationError> {
        if let Some(share) = self.share_ppm.filter(|share| *share > 1_000_000) {
            return Err(AllocationError::Share(share));
        }
        let known = |what, index, node| {
            if node < self.nodes {
                return Ok(());
            }
            Err(AllocationError::Unknown {
                what,
                index,
                node,
                nodes: self.nodes,
            })
        };
        let some = |what, index, quantity| {
            if quantity >= 0 {
                return Ok(());
            }
            Err(AllocationError::Quantity {
                what,
                index,
                quantity,
            })
        };
        for (index, surplus) in self.surpluses.iter().enumerate() {
            known("surplus", index, surplus.node)?;
            some("surplus", index, surplus.quantity)?;
        }
        for (index, need) in self.needs.iter().enumerate() {
            known("need", index, need.node)?;
            some("need", index, need.quantity)?;
        }
        for (index, pathway) in self.pathways.iter().enumerate() {
            known("pathway", index, pathway.from)?;
            known("pathway", index, pathway.to)?;
            for &(capacity, _) in &pathway.steps {
                some("pathway", index, capacity)?;
            }
            if let Some(step) = pathway.steps.windows(2).position(|two| two[1].1 < two[0].1) {
                return Err(AllocationError::Cheaper {
                    index,
                    step: step + 1,
                });
            }
        }
        Ok(())
    }
}

impl Prepared {
    /// The flow problem, for any method, warm or cold.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Reads a solution of the problem.
    pub fn plan(&self, solution: &Solution) -> Plan {
        let flow = &solution.flow;
        let potential = |node: u32| solution.potentials[node as usize];
        Plan {
            carried: self
                .pathways
                .iter()
                .map(|steps| flow[steps.clone()].iter().sum())
                .collect(),
            unmet: flow[self.unmet..self.unused].to_vec(),
            unused: flow[self.unused..].iter().step_by(2).copied().collect(),
            prices: (0..self.nodes)
                .map(|node| potential(node) - potential(self.elsewhere))
                .collect(),
        }
    }
}
