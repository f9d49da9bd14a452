//! Assignment: every row gets a column of its own such that the sum of costs is least, with prices that prove it.
//!
//! Rows are taken in one by one over a shortest augmenting path (Jonker and Volgenant's method on sparse rows): with
//! prices u for rows and v for columns, `cost − u − v` is never negative and 0 on matched edges, so that Dijkstra's
//! method finds the path. There may be more columns than rows; a column that is left over has v = 0, others v ≤ 0.
//! Then Σ u + Σ v is the cost of the matching, and no other costs less: summed over the edges of any other, the
//! inequality says so.
use std::{cmp::Reverse, collections::BinaryHeap};

use crate::problem::cost_bound;

const NONE: u32 = u32::MAX;

/// A pair that may be matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Who chooses, from 0.
    pub row: u32,
    /// What is chosen, from 0.
    pub column: u32,
    /// What it costs.
    pub cost: i64,
}

/// A matching with its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The column of every row.
    pub columns: Vec<u32>,
    /// u: one price a row.
    pub row_prices: Vec<i64>,
    /// v: one price a column, 0 for those that are left over and ≤ 0 for all.
    pub column_prices: Vec<i64>,
    /// Σ cost.
    pub cost: i128,
}

/// Why there is no assignment, or why one is not optimal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssignmentError {
    /// A pair names what is not there.
    #[error(
        "pair={pair} names row={row} column={column} of rows={rows} columns={columns}; both are numbered from 0"
    )]
    #[allow(missing_docs, reason = "the message says what its fields are")]
    Unknown {
        pair: usize,
        row: u32,
        column: u32,
        rows: usize,
        columns: usize,
    },
    /// A cost out of bounds.
    #[error(
        "pair={pair} has cost={cost} beyond the bound={bound}; divide all costs by a common factor"
    )]
    #[allow(missing_docs, reason = "the message says what its fields are")]
    Cost { pair: usize, cost: i64, bound: i64 },
    /// Some rows have too few columns between them (Hall's condition).
    #[error("infeasible: {} rows with first={} have only {columns} columns between them; allow more pairs", rows.len(), rows[0])]
    #[allow(missing_docs, reason = "the message says what its fields are")]
    Infeasible { rows: Vec<u32>, columns: usize },
    /// A graph that is no market of one unit a side.
    #[error("no market of one unit a side: {0}")]
    Form(String),
    /// Not a matching of the instance, or not an optimal one.
    #[error("not proven: {0}")]
    Unproven(String),
}

/// The pairs by row.
struct Rows {
    first: Vec<u32>,
    pairs: Vec<(u32, i64)>,
}

impl Rows {
    fn new(rows: usize, columns: usize, pairs: &[Pair]) -> Result<Self, AssignmentError> {
        let bound = cost_bound(rows + columns);
        let mut first = vec![0u32; rows + 1];
        for (index, pair) in pairs.iter().enumerate() {
            if pair.row as usize >= rows || pair.column as usize >= columns {
                return Err(AssignmentError::Unknown {
                    pair: index,
                    row: pair.row,
                    column: pair.column,
                    rows,
                    columns,
                });
            }
            if pair.cost.unsigned_abs() > bound.unsigned_abs() {
                return Err(AssignmentError::Cost {
                    pair: index,
                    cost: pair.cost,
                    bound,
                });
            }
            first[pair.row as usize] += 1;
        }
        let mut sum = 0;
        for first in &mut first {
            sum += *first;
            *first = sum;
        }
        let mut list = vec![(0, 0); pairs.len()];
        for pair in pairs.iter().rev() {
            first[pair.row as usize] -= 1;
            list[first[pair.row as usize] as usize] = (pair.column, pair.cost);
        }
        Ok(Self { first, pairs: list })
    }

    fn of(&self, row: u32) -> &[(u32, i64)] {
        &self.pairs[self.first[row as usize] as usize..self.first[row as usize + 1] as usize]
    }
}

/// What a search from one row knows of the columns.
struct Search {
    distance: Vec<i64>,
    /// The row from which each column was reached.
    from: Vec<u32>,
    reached: Vec<u32>,
    settled: Vec<u32>,
    heap: BinaryHeap<Reverse<(i64, u32)>>,
}

/// Matches every row at the least cost.
///
/// # Errors
/// A pair out of bounds, or rows that have too few columns between them.
pub fn assign(rows: usize, columns: usize, pairs: &[Pair]) -> Result<Assignment, AssignmentError> {
    let graph = Rows::new(rows, columns, pairs)?;
    let (mut u, mut v) = (vec![0i64; rows], vec![0i64; columns]);
    let (mut column_of, mut row_of) = (vec![NONE; rows], vec![NONE; columns]);
    let mut search = Search {
        distance: vec![i64::MAX; columns],
        from: vec![NONE; columns],
        reached: Vec::new(),
        settled: Vec::new(),
        heap: BinaryHeap::new(),
    };
    for row in 0..rows as u32 {
        let least = graph
            .of(row)
            .iter()
            .map(|&(column, cost)| cost - v[column as usize]);
        u[row as usize] = least.min().unwrap_or(0);
        let Some((end, length)) = search.shortest(&graph, row, &u, &v, &row_of) else {
            let mut stuck: Vec<u32> = search.settled.iter().map(|&c| row_of[c as usize]).collect();
            stuck.push(row);
            stuck.sort_unstable();
            return Err(AssignmentError::Infeasible {
                columns: search.settled.len(),
                rows: stuck,
            });
        };
        u[row as usize] += length;
        for &column in &search.settled {
            let c = column as usize;
            let short = length - search.distance[c];
            v[c] -= short;
            u[row_of[c] as usize] += short;
        }
        let mut column = end;
        while column != NONE {
            let taker = search.from[column as usize];
            row_of[column as usize] = taker;
            std::mem::swap(&mut column_of[taker as usize], &mut column);
        }
    }
    let cost = u.iter().chain(&v).map(|&price| i128::from(price)).sum();
    Ok(Assignment {
        columns: column_of,
        row_prices: u,
        column_prices: v,
        cost,
    })
}

impl Search {
    /// The nearest free column from a row and how far it is; None if there is none within reach. `settled` are then
    /// the matched columns that are nearer.
    fn shortest(
        &mut self,
        graph: &Rows,
        row: u32,
        u: &[i64],
        v: &[i64],
        row_of: &[u32],
    ) -> Option<(u32, i64)> {
        for column in self.reached.drain(..) {
            self.distance[column as usize] = i64::MAX;
        }
        self.settled.clear();
        self.heap.clear();
        let (mut row, mut length) = (row, 0);
        loop {
            for &(column, cost) in graph.of(row) {
                let c = column as usize;
                let reach = length + cost - u[row as usize] - v[c];
                if reach < self.distance[c] {
                    if self.distance[c] == i64::MAX {
                        self.reached.push(column);
                    }
                    self.distance[c] = reach;
                    self.from[c] = row;
                    self.heap.push(Reverse((reach, column)));
                }
            }
            let column = loop {
                let Reverse((reach, column)) = self.heap.pop()?;
                if reach == self.distance[column as usize] {
                    length = reach;
                    break column;
                }
            };
            if row_of[column as usize] == NONE {
                return Some((column, length));
            }
            // only once: an entry is pushed for a shorter way alone, and a settled column has none
            self.settled.push(column);
            row = row_of[column as usize];
        }
    }
}

impl Assignment {
    /// Checks a matching and its prices against the instance: every row once, no column twice, no pair below the
    /// prices, matched pairs at them, columns left over at 0 and none above.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn verify(
        &self,
        rows: usize,
        columns: usize,
        pairs: &[Pair],
    ) -> Result<(), AssignmentError> {
        let unproven = |story: String| Err(AssignmentError::Unproven(story));
        if (
            self.columns.len(),
            self.row_prices.len(),
            self.column_prices.len(),
        ) != (rows, rows, columns)
        {
            return unproven("wrong counts".into());
        }
        let mut taken = vec![false; columns];
        for (row, &column) in self.columns.iter().enumerate() {
            match taken.get_mut(column as usize) {
                Some(taken) if !*taken => *taken = true,
                _ => return unproven(format!("row={row} column={column} is unknown or taken")),
            }
        }
        for (column, (&price, taken)) in self.column_prices.iter().zip(taken).enumerate() {
            if price > 0 || (price < 0 && !taken) {
                return unproven(format!("column={column} price={price} taken={taken}"));
            }
        }
        let mut met = vec![false; rows];
        for (index, pair) in pairs.iter().enumerate() {
            let prices = (
                self.row_prices.get(pair.row as usize),
                self.column_prices.get(pair.column as usize),
            );
            let (Some(&row), Some(&column)) = prices else {
                return unproven(format!("pair={index} names what is not there"));
            };
            let slack = i128::from(pair.cost) - i128::from(row) - i128::from(column);
            if slack < 0 {
                return unproven(format!(
                    "pair={index} costs less than its prices by {}",
                    -slack
                ));
            }
            met[pair.row as usize] |= slack == 0 && self.columns[pair.row as usize] == pair.column;
        }
        if let Some(row) = met.iter().position(|met| !met) {
            return unproven(format!("row={row} is not matched at its prices"));
        }
        let prices = self.row_prices.iter().chain(&self.column_prices);
        let sum: i128 = prices.map(|&price| i128::from(price)).sum();
        if sum != self.cost {
            return unproven(format!("cost={} prices={sum}", self.cost));
        }
        Ok(())
    }
}
