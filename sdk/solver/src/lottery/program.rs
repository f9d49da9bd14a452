//! The linear program of one level, solved by Clarabel's interior-point method: it ends inside the optimal face, so
//! that a weight which can be above 0 is, and a type that a level settles is seen to be.
use clarabel::{
    algebra::CscMatrix,
    solver::{
        DefaultSettings, DefaultSolver, IPSolver, SolverStatus,
        SupportedConeT::{self, NonnegativeConeT, ZeroConeT},
    },
};

/// How far a row may be off, of its greatest coefficient.
const KEPT: f64 = 1e-7;

/// A row `Σ coefficient·x`, equal to `right` or at most it.
pub struct Row {
    pub terms: Vec<(usize, f64)>,
    pub right: f64,
}

/// `min Σ cost·x` where some rows hold with equality and the others as ≤.
#[derive(Default)]
pub struct Program {
    pub costs: Vec<f64>,
    pub equal: Vec<Row>,
    pub below: Vec<Row>,
}

/// A point and the prices of the rows, `equal` first; those of `below` are ≥ 0.
pub struct Optimum {
    pub point: Vec<f64>,
    pub prices: Vec<f64>,
    pub below: usize,
}

impl Optimum {
    /// The price of a row of `below`.
    pub fn price(&self, row: usize) -> f64 {
        self.prices[self.below + row]
    }
}

impl Program {
    /// Solves; None where no point keeps the rows.
    pub fn solve(&self) -> Option<Optimum> {
        let (rows, columns) = (self.equal.len() + self.below.len(), self.costs.len());
        let (mut i, mut j, mut v, mut b) = (vec![], vec![], vec![], Vec::with_capacity(rows));
        for (number, row) in self.equal.iter().chain(&self.below).enumerate() {
            for &(column, coefficient) in &row.terms {
                i.push(number);
                j.push(column);
                v.push(coefficient);
            }
            b.push(row.right);
        }
        let a = CscMatrix::new_from_triplets(rows, columns, i, j, v);
        let p = CscMatrix::<f64>::zeros((columns, columns));
        let cones: [SupportedConeT<f64>; 2] = [
            ZeroConeT(self.equal.len()),
            NonnegativeConeT(self.below.len()),
        ];
        let settings = DefaultSettings {
            verbose: false,
            tol_gap_abs: 1e-11,
            tol_gap_rel: 1e-11,
            tol_feas: 1e-11,
            presolve_enable: false,
            max_threads: 1,
            ..DefaultSettings::default()
        };
        let mut solver = DefaultSolver::new(&p, &self.costs, &a, &b, &cones, settings).ok()?;
        solver.solve();
        let solution = &solver.solution;
        let found = matches!(
            solution.status,
            SolverStatus::Solved | SolverStatus::AlmostSolved | SolverStatus::InsufficientProgress
        );
        let finite = |values: &[f64]| values.iter().all(|value| value.is_finite());
        let kept = |row: &Row, equal: bool| {
            let sum: f64 = row
                .terms
                .iter()
                .map(|&(column, c)| c * solution.x[column])
                .sum();
            let size: f64 = row.terms.iter().map(|&(_, c)| c.abs()).fold(1.0, f64::max);
            let off = sum - row.right;
            off <= KEPT * size && (!equal || off >= -KEPT * size)
        };
        let kept = || {
            self.equal.iter().all(|row| kept(row, true))
                && self.below.iter().all(|row| kept(row, false))
        };
        let finite = finite(&solution.x) && finite(&solution.z);
        (found && finite && kept()).then(|| Optimum {
            point: solution.x.clone(),
            prices: solution.z.clone(),
            below: self.equal.len(),
        })
    }
}
