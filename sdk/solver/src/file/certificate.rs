//! Certificates as JSON.
use mycel_kit::flow::{Edge, matching::Verdict};
use serde::{Serialize, Serializer};

use super::{debts, dimacs::AssignmentFile, number::Number};
use crate::{Problem, Solution, assignment::Assignment};

/// A certificate of clearing.
#[derive(Serialize)]
pub struct Clearing<'a> {
    kind: &'static str,
    scale: i64,
    flow: Numbers<'a>,
    potential: Named,
    /// What is set off.
    pub cleared: Number,
    /// What is owed.
    pub total: Number,
    /// 0: no circulation weighs more.
    pub gap: Number,
}

impl<'a> Clearing<'a> {
    /// Of a solution of the debts.
    pub fn new(names: &'a [String], edges: &[Edge], solution: &'a Solution, gap: i128) -> Self {
        let sum = |amounts: &mut dyn Iterator<Item = i64>| Number(amounts.map(i128::from).sum());
        Self {
            kind: "clearing",
            scale: debts::SCALE,
            flow: Numbers(&solution.flow),
            potential: Named::new(names, &solution.potentials),
            cleared: sum(&mut solution.flow.iter().copied()),
            total: sum(&mut edges.iter().map(|edge| edge.capacity)),
            gap: Number(gap),
        }
    }
}

/// A certificate of a minimum-cost flow.
#[derive(Serialize)]
pub struct Flow<'a> {
    kind: &'static str,
    flow: Numbers<'a>,
    potential: Named,
    /// Σ cost·flow.
    pub cost: Number,
    /// 0: no flow costs less.
    pub gap: Number,
}

impl<'a> Flow<'a> {
    /// Of a solution of the problem, whose first node is called `first`: 1 in DIMACS, 0 elsewhere.
    pub fn new(problem: &Problem, first: usize, solution: &'a Solution) -> Self {
        Self {
            kind: "flow",
            flow: Numbers(&solution.flow),
            potential: Named::new(first..first + problem.nodes(), &solution.potentials),
            cost: Number(solution.cost(problem)),
            gap: Number(solution.gap(problem)),
        }
    }
}

/// A certificate of an assignment.
#[derive(Serialize)]
pub struct Matching {
    kind: &'static str,
    #[serde(rename = "match")]
    matched: Named,
    price: Named,
    /// Σ cost.
    pub cost: Number,
    /// 0: no assignment costs less.
    pub gap: Number,
}

impl Matching {
    /// Of an assignment of the file.
    pub fn new(file: &AssignmentFile, assignment: &Assignment) -> Self {
        let columns: Vec<i64> = assignment
            .columns
            .iter()
            .map(|&column| file.columns[column as usize].into())
            .collect();
        let prices = [&assignment.row_prices[..], &assignment.column_prices[..]].concat();
        Self {
            kind: "assignment",
            matched: Named::new(&file.rows, &columns),
            price: Named::new(file.rows.iter().chain(&file.columns), &prices),
            cost: Number(assignment.cost),
            gap: Number(0),
        }
    }
}

/// A stable matching: 1 in `flow` for each pair of the instance that is together.
#[derive(Serialize)]
pub struct Stable {
    kind: &'static str,
    #[serde(rename = "match")]
    matched: Named,
    /// Σ of the ranks that right nodes give whom they are with.
    pub ranks: Number,
    /// 0: no stable matching is better for anybody on the right.
    pub gap: Number,
}

impl Stable {
    /// The certificate of a matching that has been checked.
    pub fn new(edges: &[Edge], flow: &[i64], verdict: &Verdict) -> Self {
        let together = edges.iter().zip(flow).filter(|(_, flow)| **flow > 0);
        let pairs =
            together.map(|(edge, _)| ((edge.head + 1).to_string(), i64::from(edge.tail) + 1));
        Self {
            kind: "stable",
            matched: Named(pairs.collect()),
            ranks: Number(verdict.ranks.into()),
            gap: Number(verdict.gap.into()),
        }
    }
}

struct Numbers<'a>(&'a [i64]);

impl Serialize for Numbers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|&value| Number(value.into())))
    }
}

/// Values by name, in the order of the names.
struct Named(Vec<(String, i64)>);

impl Named {
    fn new<N: ToString>(names: impl IntoIterator<Item = N>, values: &[i64]) -> Self {
        let names = names.into_iter().map(|name| name.to_string());
        Self(names.zip(values.iter().copied()).collect())
    }
}

impl Serialize for Named {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries = self.0.iter();
        serializer.collect_map(entries.map(|(name, value)| (name, Number((*value).into()))))
    }
}
