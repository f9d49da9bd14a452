//! The order in which nodes and arcs lie in memory.
//!
//! Nodes are numbered breadth first, so that a walk through the tree stays near in memory. Arcs lie together by tail,
//! but their tails are spread: entering arcs then come from all over the graph, and subtrees stay small while they
//! can. On graphs of places, arcs in the order of their tails take five times longer.
use mycel_kit::flow::Edge;

/// A multiplier without pattern (2^32 over the golden ratio), odd and hence a permutation of the numbers.
const SPREAD: u32 = 0x9E37_79B1;
const NONE: u32 = u32::MAX;

/// The order, both ways as far as it is needed.
pub struct Layout {
    /// Where each node of the problem lies.
    pub node: Vec<u32>,
    /// Which edge of the problem each arc is.
    pub edge: Vec<u32>,
}

impl Layout {
    pub fn new(nodes: usize, edges: &[Edge]) -> Self {
        let node = breadth_first(nodes, edges);
        let mut tails: Vec<u32> = (0..nodes as u32).collect();
        tails.sort_unstable_by_key(|tail| tail.wrapping_mul(SPREAD));
        let mut count = vec![0u32; nodes];
        for edge in edges {
            count[node[edge.tail as usize] as usize] += 1;
        }
        let mut sum = 0;
        for tail in tails {
            let count = &mut count[tail as usize];
            (sum, *count) = (sum + *count, sum);
        }
        let mut order = vec![0u32; edges.len()];
        for (index, edge) in (0u32..).zip(edges) {
            let place = &mut count[node[edge.tail as usize] as usize];
            order[*place as usize] = index;
            *place += 1;
        }
        Self { node, edge: order }
    }
}

/// Numbers nodes by their distance, along edges either way, from the first node of their part of the graph.
fn breadth_first(nodes: usize, edges: &[Edge]) -> Vec<u32> {
    let mut end = vec![0u32; nodes];
    for edge in edges {
        end[edge.tail as usize] += 1;
        end[edge.head as usize] += 1;
    }
    let mut start = Vec::with_capacity(nodes);
    let mut sum = 0;
    for end in &mut end {
        start.push(sum);
        (sum, *end) = (sum + *end, sum);
    }
    let mut neighbours = vec![0u32; 2 * edges.len()];
    for edge in edges {
        for (node, other) in [(edge.tail, edge.head), (edge.head, edge.tail)] {
            let place = &mut end[node as usize];
            neighbours[*place as usize] = other;
            *place += 1;
        }
    }
    let mut number = vec![NONE; nodes];
    let mut queue = Vec::with_capacity(nodes);
    let mut next = 0;
    for first in 0..nodes as u32 {
        if number[first as usize] != NONE {
            continue;
        }
        number[first as usize] = queue.len() as u32;
        queue.push(first);
        while let Some(&node) = queue.get(next) {
            next += 1;
            let list = start[node as usize] as usize..end[node as usize] as usize;
            for &other in &neighbours[list] {
                if number[other as usize] == NONE {
                    number[other as usize] = queue.len() as u32;
                    queue.push(other);
                }
            }
        }
    }
    number
}
