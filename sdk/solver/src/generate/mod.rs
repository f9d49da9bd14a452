//! Instances from a seed, for tests, comparisons and benchmarks. Integers only: the same seed gives the same instance
//! on every machine, so that a recording needs no more than the seed and the optimum.
mod geometric;
mod named;
mod random;
mod shapes;

pub use named::{fingerprint, large, leftover};
pub use random::Random;

use crate::problem::Problem;

/// A kind of instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Streets: a grid with arcs right, down and back up, supplies at the corners' rows.
    Grid,
    /// As NETGEN makes them: random arcs over a cycle that makes all feasible, √n sources and as many sinks.
    Netgen,
    /// Places in the plane joined to their nearest, every place with a surplus or a need, costs by distance.
    Geometric,
    /// Obligations with hubs: no supplies, each unit earns.
    Circulation,
    /// Equal costs and capacities, parallel arcs, loops, empty arcs: many optima and steps without flow.
    Degenerate,
    /// Several graphs that nothing joins, and lone nodes.
    Disconnected,
    /// What [`Family::Geometric`] makes, with capacities too small for a part of it.
    Infeasible,
}

/// All families.
pub const FAMILIES: [Family; 7] = [
    Family::Grid,
    Family::Netgen,
    Family::Geometric,
    Family::Circulation,
    Family::Degenerate,
    Family::Disconnected,
    Family::Infeasible,
];

impl Family {
    /// Its name in recordings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::Netgen => "netgen",
            Self::Geometric => "geometric",
            Self::Circulation => "circulation",
            Self::Degenerate => "degenerate",
            Self::Disconnected => "disconnected",
            Self::Infeasible => "infeasible",
        }
    }

    /// The family of that name.
    pub fn named(name: &str) -> Option<Self> {
        FAMILIES.into_iter().find(|family| family.name() == name)
    }

    /// An instance of about so many nodes.
    pub fn instance(self, nodes: usize, seed: u64) -> Problem {
        let mut random = Random::new(seed);
        let nodes = nodes.max(4);
        let (supplies, edges) = match self {
            Self::Grid => shapes::grid(nodes, &mut random),
            Self::Netgen => shapes::netgen(nodes, &mut random),
            Self::Geometric => geometric::places(nodes, &mut random),
            Self::Circulation => shapes::circulation(nodes, &mut random),
            Self::Degenerate => shapes::degenerate(nodes, &mut random),
            Self::Disconnected => shapes::disconnected(nodes, &mut random),
            Self::Infeasible => shapes::infeasible(nodes, &mut random),
        };
        Problem::new(supplies, edges).expect("generators keep the bounds of a problem")
    }
}

/// The instance of a number: families take turns, sizes grow up to `most` nodes.
pub fn numbered(seed: u64, most: usize) -> (Family, Problem) {
    let family = FAMILIES[(seed % FAMILIES.len() as u64) as usize];
    let mut random = Random::new(!seed);
    let nodes = 4 + random.below(most as u64 - 3) as usize;
    (family, family.instance(nodes, seed))
}
