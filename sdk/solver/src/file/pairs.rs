//! A stable matching's instance, in the manner of the DIMACS forms.
//!
//! ```text
//! c a comment
//! p stable NODES PAIRS
//! a LEFT RIGHT LEFT_RANK RIGHT_RANK       two who accept each other; ranks from 1, the dearest
//! ```
//! Nodes are numbered from 1. The matching that is best for the right side is looked for.
use std::{collections::BTreeSet, fmt::Write as _};

use mycel_kit::flow::{Edge, MAX_EDGES, MAX_NODES, matching::Pair};

use super::{
    FileError, bad,
    dimacs::{lines, node, number},
};

/// The greatest rank that the contract's form of a pair can hold.
const MAX_RANK: u16 = 63;

/// Nodes, and the pairs between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairsFile {
    /// How many nodes.
    pub nodes: u32,
    /// [`Pair::edge`] of each pair, in the file's order.
    pub edges: Vec<Edge>,
}

/// Reads an instance.
///
/// # Errors
/// The first line that is wrong.
pub fn read(text: &str) -> Result<PairsFile, FileError> {
    let mut lines = lines(text);
    let first = lines.next();
    let Some((line, ["p", "stable", nodes, count])) =
        first.as_ref().map(|(line, words)| (*line, &words[..]))
    else {
        return bad(1, "expected `p stable NODES PAIRS` before anything else");
    };
    let (nodes, count): (u32, u32) = (number(line, nodes)?, number(line, count)?);
    if nodes > MAX_NODES || count > MAX_EDGES {
        return bad(
            line,
            format!("nodes={nodes} pairs={count} is above {MAX_NODES} and {MAX_EDGES}"),
        );
    }
    let (mut edges, mut given) = (Vec::new(), BTreeSet::new());
    for (line, words) in lines {
        let ["a", left, right, left_rank, right_rank] = words[..] else {
            return bad(line, "expected `a LEFT RIGHT LEFT_RANK RIGHT_RANK`");
        };
        let pair = Pair {
            left: node(line, left, nodes as usize)?,
            right: node(line, right, nodes as usize)?,
            left_rank: number(line, left_rank)?,
            right_rank: number(line, right_rank)?,
        };
        for (side, who, rank) in [
            (0, pair.left, pair.left_rank),
            (1, pair.right, pair.right_rank),
        ] {
            if !(1..=MAX_RANK).contains(&rank) {
                return bad(line, format!("rank={rank} is not between 1 and {MAX_RANK}"));
            }
            if !given.insert((side, who, rank)) {
                return bad(line, format!("node={} gives rank={rank} twice", who + 1));
            }
            if given.contains(&(1 - side, who, 0)) || pair.left == pair.right {
                return bad(line, format!("node={} stands on both sides", who + 1));
            }
            given.insert((side, who, 0));
        }
        edges.push(pair.edge());
    }
    if edges.len() != count as usize {
        return Err(FileError::Whole(format!(
            "pairs={} where the problem line says {count}",
            edges.len()
        )));
    }
    Ok(PairsFile { nodes, edges })
}

/// Writes an instance.
#[must_use]
pub fn write(nodes: usize, edges: &[Edge]) -> String {
    let mut text = format!("p stable {nodes} {}\n", edges.len());
    for edge in edges {
        let Pair {
            left,
            right,
            left_rank,
            right_rank,
        } = Pair::from_edge(*edge);
        // writing to a string cannot fail
        let _ = writeln!(
            text,
            "a {} {} {left_rank} {right_rank}",
            left + 1,
            right + 1
        );
    }
    text
}
