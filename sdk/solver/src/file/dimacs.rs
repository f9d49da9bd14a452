//! The forms of the DIMACS challenges: `p min` for minimum-cost flows, `p asn` for assignments.
//!
//! ```text
//! c a comment
//! p min NODES EDGES                       p asn NODES EDGES
//! n NODE SUPPLY                           n NODE             the rows; all other nodes are columns
//! a TAIL HEAD LOW CAPACITY COST           a ROW COLUMN COST
//! ```
//! Nodes are numbered from 1. The lower bound of an edge is 0.
use std::fmt::Write as _;

use mycel_kit::flow::Edge;

use super::{FileError, bad};
use crate::{
    Problem,
    assignment::Pair,
    problem::{MAX_EDGES, MAX_NODES},
};

/// The lines of a file that say something, with their numbers and words.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    (1..)
        .zip(text.lines())
        .map(|(number, line)| (number, line.split_whitespace().collect::<Vec<_>>()))
        .filter(|(_, words)| words.first().is_some_and(|word| *word != "c"))
}

pub(super) fn number<T: std::str::FromStr>(line: usize, word: &str) -> Result<T, FileError> {
    word.parse()
        .or_else(|_| bad(line, format!("{word:?} is not a number in range")))
}

/// A node, numbered from 0 here.
pub(super) fn node(line: usize, word: &str, nodes: usize) -> Result<u32, FileError> {
    match number::<u32>(line, word)? {
        node if node >= 1 && node as usize <= nodes => Ok(node - 1),
        node => bad(line, format!("node={node} is not between 1 and {nodes}")),
    }
}

/// The problem line: how many nodes and edges there are.
fn sizes(
    line: usize,
    words: &[&str],
    kind: &str,
    bytes: usize,
) -> Result<(usize, usize), FileError> {
    match words {
        ["p", given, nodes, edges] if *given == kind => {
            let (nodes, edges) = (number(line, nodes)?, number(line, edges)?);
            // what a short file claims is not allocated
            let most = MAX_NODES.min(bytes.max(1 << 20));
            if nodes > most || edges > MAX_EDGES {
                return bad(
                    line,
                    format!("nodes={nodes} edges={edges} is above {most} and {MAX_EDGES}"),
                );
            }
            Ok((nodes, edges))
        }
        _ => bad(
            line,
            format!("expected `p {kind} NODES EDGES` before anything else"),
        ),
    }
}

fn counted(found: usize, edges: usize) -> Result<(), FileError> {
    if found == edges {
        return Ok(());
    }
    Err(FileError::Whole(format!(
        "edges={found} where the problem line says {edges}"
    )))
}

/// Reads a minimum-cost flow.
///
/// # Errors
/// The first line that is wrong, or what is wrong with the instance.
pub fn read(text: &str) -> Result<Problem, FileError> {
    let mut lines = lines(text);
    let (line, words) = lines.next().ok_or_else(empty)?;
    let (nodes, count) = sizes(line, &words, "min", text.len())?;
    let mut supplies = vec![0i64; nodes];
    let mut edges = Vec::new();
    for (line, words) in lines {
        match words[..] {
            ["n", id, supply] => {
                supplies[node(line, id, nodes)? as usize] = number(line, supply)?;
            }
            ["a", tail, head, "0", capacity, cost] => edges.push(Edge {
                tail: node(line, tail, nodes)?,
                head: node(line, head, nodes)?,
                capacity: number(line, capacity)?,
                cost: number(line, cost)?,
            }),
            ["a", _, _, low, ..] if low != "0" => {
                return bad(line, format!("lower bound={low}; only 0 is taken"));
            }
            _ => {
                return bad(
                    line,
                    "expected `n NODE SUPPLY` or `a TAIL HEAD 0 CAPACITY COST`",
                );
            }
        }
    }
    counted(edges.len(), count)?;
    Ok(Problem::new(supplies, edges)?)
}

/// Writes a minimum-cost flow.
pub fn write(problem: &Problem) -> String {
    let mut text = format!("p min {} {}\n", problem.nodes(), problem.edges().len());
    // writing to a string cannot fail
    for (node, supply) in (1..).zip(problem.supplies()).filter(|(_, s)| **s != 0) {
        let _ = writeln!(text, "n {node} {supply}");
    }
    for Edge {
        tail,
        head,
        capacity,
        cost,
    } in problem.edges()
    {
        let _ = writeln!(text, "a {} {} 0 {capacity} {cost}", tail + 1, head + 1);
    }
    text
}

/// An assignment and the file's names of rows and columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentFile {
    /// The nodes that are rows.
    pub rows: Vec<u32>,
    /// The nodes that are columns.
    pub columns: Vec<u32>,
    /// The pairs.
    pub pairs: Vec<Pair>,
}

/// Reads an assignment.
///
/// # Errors
/// The first line that is wrong.
pub fn read_assignment(text: &str) -> Result<AssignmentFile, FileError> {
    let mut lines = lines(text);
    let (line, words) = lines.next().ok_or_else(empty)?;
    let (nodes, count) = sizes(line, &words, "asn", text.len())?;
    let (mut is_row, mut arcs) = (vec![false; nodes], Vec::new());
    for (line, words) in lines {
        match words[..] {
            ["n", id] => is_row[node(line, id, nodes)? as usize] = true,
            ["a", row, column, cost] => arcs.push((
                line,
                node(line, row, nodes)?,
                node(line, column, nodes)?,
                number(line, cost)?,
            )),
            _ => return bad(line, "expected `n ROW` or `a ROW COLUMN COST`"),
        }
    }
    counted(arcs.len(), count)?;
    let (mut rows, mut columns) = (Vec::new(), Vec::new());
    let numbers: Vec<u32> = (1..)
        .zip(&is_row)
        .map(|(id, &row)| {
            let side = if row { &mut rows } else { &mut columns };
            side.push(id);
            side.len() as u32 - 1
        })
        .collect();
    let mut pairs = Vec::with_capacity(arcs.len());
    for (line, row, column, cost) in arcs {
        if !is_row[row as usize] || is_row[column as usize] {
            return bad(line, "an edge leads from a row (`n` line) to a column");
        }
        pairs.push(Pair {
            row: numbers[row as usize],
            column: numbers[column as usize],
            cost,
        });
    }
    Ok(AssignmentFile {
        rows,
        columns,
        pairs,
    })
}

fn empty() -> FileError {
    FileError::Whole("the file is empty".into())
}
