//! Which method solves an instance.
use crate::{
    cut, error::Error, problem::Problem, progress::Watch, scaling::CostScaling,
    simplex::NetworkSimplex, solution::Solution,
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
    /// Cost scaling.
    Scaling,
}

impl Method {
    /// What [`Method::Auto`] means for an instance.
    pub fn of(self, problem: &Problem) -> Self {
        match self {
            Self::Auto if CostScaling::suits(problem) => Self::Scaling,
            Self::Scaling if CostScaling::fits(problem) => Self::Scaling,
            _ => Self::Simplex,
        }
    }
}

/// Solves an instance from nothing. The same instance and method give the same bytes everywhere.
///
/// # Errors
/// [`Error::Infeasible`] with a cut that no flow passes.
pub fn solve(problem: &Problem, method: Method, watch: &mut Watch) -> Result<Solution, Error> {
    let (feasible, flow, potentials) = match method.of(problem) {
        Method::Scaling => {
            let mut scaling = CostScaling::new(problem);
            let feasible = scaling.solve(watch);
            (feasible, scaling.flow(), scaling.potentials())
        }
        _ => {
            let mut simplex = NetworkSimplex::new(problem);
            let feasible = simplex.solve(watch);
            (feasible, simplex.flow(), simplex.potentials())
        }
    };
    if feasible {
        Ok(Solution { flow, potentials })
    } else {
        Err(Error::Infeasible(cut::explain(problem, &flow)))
    }
}
