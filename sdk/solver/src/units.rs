//! Markets in which everybody has one unit, as the clearing contract freezes them and takes certificates for them.
//!
//! An **assignment** comes as a flow: node 0 is nobody, 0 → who offers (capacity 1, the price asked), 0 → who needs
//! (capacity 1, what it costs to leave the need unmet), pairs from who offers to who needs (capacity 1). [`assign`]
//! matches every need, with somebody or with its own slack; its prices become the potentials that prove the flow.
//!
//! A **stable** matching comes as its pairs alone ([`Pair::edge`]); those who need apply, so that what is found is
//! the best for them.
use std::collections::BTreeMap;

use mycel_kit::flow::matching::{MatchingError, Pair, Progress, Verdict};

use crate::{
    Edge, Problem, Solution,
    assignment::{self, AssignmentError, assign},
    stable::{Place, stable},
};

fn form(story: String) -> AssignmentError {
    AssignmentError::Form(story)
}

/// The least-cost assignment of a graph of that form.
///
/// # Errors
/// The graph has another form.
pub fn assignment(problem: &Problem) -> Result<Solution, AssignmentError> {
    let (supplies, edges) = (problem.supplies(), problem.edges());
    // who needs are rows; columns are who offers, then a slack of every row
    let (mut rows, mut columns) = (BTreeMap::new(), BTreeMap::new());
    for (node, supply) in (0u32..).zip(supplies).skip(1) {
        match supply {
            -1 => rows.insert(node, rows.len() as u32),
            0 => columns.insert(node, columns.len() as u32),
            _ => return Err(form(format!("node={node} supply={supply}"))),
        };
    }
    let (mut asked, mut pairs, mut edge_of) = (BTreeMap::new(), vec![], BTreeMap::new());
    for (number, edge) in edges.iter().enumerate() {
        if edge.tail == 0 && columns.contains_key(&edge.head) {
            asked.insert(edge.head, (number, edge.cost));
        }
    }
    for (number, edge) in edges.iter().enumerate() {
        let wrong = || {
            let Edge { tail, head, .. } = *edge;
            form(format!("edge={number} tail={tail} head={head}"))
        };
        if edge.capacity != 1 {
            return Err(form(format!("edge={number} capacity={}", edge.capacity)));
        }
        let Some(&row) = rows.get(&edge.head) else {
            match asked.get(&edge.head) {
                Some((known, _)) if edge.tail == 0 && *known == number => continue,
                _ => return Err(wrong()),
            }
        };
        let (column, cost) = if edge.tail == 0 {
            (columns.len() as u32 + row, edge.cost)
        } else {
            let column = columns.get(&edge.tail).ok_or_else(wrong)?;
            let (_, price) = asked.get(&edge.tail).ok_or_else(wrong)?;
            (*column, edge.cost + price)
        };
        if edge_of.insert((row, column), number).is_some() {
            return Err(wrong());
        }
        pairs.push(assignment::Pair { row, column, cost });
    }
    let found = assign(rows.len(), columns.len() + rows.len(), &pairs)?;
    let mut flow = vec![0; edges.len()];
    let nodes_of_columns: Vec<u32> = columns.keys().copied().collect();
    for (row, &column) in (0u32..).zip(&found.columns) {
        flow[edge_of[&(row, column)]] = 1;
        if let Some(node) = nodes_of_columns.get(column as usize) {
            flow[asked[node].0] = 1;
        }
    }
    let mut potentials = vec![0; supplies.len()];
    for (&node, &row) in &rows {
        potentials[node as usize] = found.row_prices[row as usize];
    }
    for (&node, &column) in &columns {
        let price = asked.get(&node).map_or(0, |(_, price)| *price);
        potentials[node as usize] = price - found.column_prices[column as usize];
    }
    Ok(Solution { flow, potentials })
}

/// The stable matching that is best for those who need: 1 for each pair that is together.
pub fn stable_flow(nodes: usize, edges: &[Edge]) -> Vec<i64> {
    let pairs: Vec<Pair> = edges.iter().copied().map(Pair::from_edge).collect();
    let list = |of: fn(&Pair) -> (u32, u32, u16)| {
        let mut lists = vec![vec![]; nodes];
        for (who, other, rank) in pairs.iter().map(of) {
            if let Some(list) = lists.get_mut(who as usize) {
                list.push((rank, other));
            }
        }
        lists.into_iter().map(|mut list: Vec<(u16, u32)>| {
            list.sort_unstable();
            list.into_iter().map(|(_, other)| other).collect::<Vec<_>>()
        })
    };
    let applicants: Vec<_> = list(|pair| (pair.right, pair.left, pair.right_rank)).collect();
    let places = list(|pair| (pair.left, pair.right, pair.left_rank));
    let places: Vec<_> = places.map(|prefers| Place { room: 1, prefers }).collect();
    let matched = stable(&applicants, &places);
    let together = |pair: &Pair| matched.get(pair.right as usize) == Some(&Some(pair.left));
    pairs.iter().map(|pair| i64::from(together(pair))).collect()
}

/// Asks the verifier that contracts use.
///
/// # Errors
/// What it finds first.
pub fn verify_stable(nodes: u32, edges: &[Edge], flow: &[i64]) -> Result<Verdict, MatchingError> {
    let mut progress = Progress::begin(nodes, edges.len() as u32)?;
    for _ in 0..2 {
        for (edge, flow) in edges.iter().zip(flow) {
            progress.pair(Pair::from_edge(*edge), *flow > 0)?;
        }
    }
    progress.finish()
}
