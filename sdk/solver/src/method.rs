//! Which method solves an instance, and its parts.
use crate::{
    components::weak,
    cut,
    error::Error,
    parts::{on_threads, split},
    problem::Problem,
    progress::Watch,
    scaling::CostScaling,
    simplex::NetworkSimplex,
    solution::Solution,
};

/// How a minimum-cost flow is found. All find the same optimum; flows and potentials may differ where several are
/// optimal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// By the instance's shape.
    #[default]
    Auto,
    /// Network simplex.
    Simplex,
    /// Cost scaling, where its sums stay within 64 bits; else the network simplex.
    Scaling,
}

impl Method {
    /// What is done for an instance.
    pub fn of(self, problem: &Problem) -> Self {
        match self {
            Self::Auto if CostScaling::suits(problem) => Self::Scaling,
            Self::Scaling if CostScaling::fits(problem) => Self::Scaling,
            _ => Self::Simplex,
        }
    }
}

/// How an instance is solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The method.
    pub method: Method,
    /// Threads for parts of the graph that do not depend on each other. The result is the same for any number.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            method: Method::Auto,
            threads: 1,
        }
    }
}

/// Solves an instance from nothing. The same instance and method give the same bytes everywhere.
///
/// # Errors
/// [`Error::Infeasible`] with a cut that no flow passes.
pub fn solve(problem: &Problem, options: &Options, watch: &Watch) -> Result<Solution, Error> {
    let components = weak(problem.nodes(), problem.edges());
    if components.count < 2 {
        return run(problem, options.method, watch);
    }
    let parts = split(&components, problem.edges());
    let solved = on_threads(options.threads, &parts, |part| {
        let supplies = part.nodes.iter().map(|&n| problem.supplies()[n as usize]);
        Problem::new(supplies.collect(), part.inner.clone())
            .and_then(|problem| run(&problem, options.method, watch))
    });
    let mut flow = vec![0; problem.edges().len()];
    let mut potentials = vec![0; problem.nodes()];
    // a lone node, a part whose supplies do not cancel, or one without a flow: the cut is sought in the whole
    let mut feasible = true;
    let mut joined = vec![false; problem.nodes()];
    for (part, solution) in parts.iter().zip(solved) {
        for &node in &part.nodes {
            joined[node as usize] = true;
        }
        let Ok(solution) = solution else {
            feasible = false;
            continue;
        };
        for (&edge, carried) in part.edges.iter().zip(solution.flow) {
            flow[edge as usize] = carried;
        }
        for (&node, potential) in part.nodes.iter().zip(solution.potentials) {
            potentials[node as usize] = potential;
        }
    }
    feasible &= joined
        .iter()
        .zip(problem.supplies())
        .all(|(&joined, &supply)| joined || supply == 0);
    if feasible {
        Ok(Solution { flow, potentials })
    } else {
        run(problem, Method::Simplex, watch)
    }
}

/// Solves an instance as one.
pub(crate) fn run(problem: &Problem, method: Method, watch: &Watch) -> Result<Solution, Error> {
    if method.of(problem) == Method::Scaling {
        let mut scaling = CostScaling::new(problem);
        if scaling.solve(watch) {
            return Ok(Solution {
                flow: scaling.flow(),
                potentials: scaling.potentials(),
            });
        }
        // infeasible: the simplex method ends with a flow of greatest value, which shows the cut
    }
    let mut simplex = NetworkSimplex::new(problem);
    if simplex.solve(watch) {
        Ok(Solution {
            flow: simplex.flow(),
            potentials: simplex.potentials(),
        })
    } else {
        Err(Error::Infeasible(cut::explain(problem, &simplex.flow())))
    }
}
