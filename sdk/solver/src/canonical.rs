//! The potentials that depend on the flow alone.
//!
//! Among all potentials that prove a flow optimal, the greatest ones that are nowhere above 0 are the distances from
//! an imagined root that reaches every node at no cost, over the arcs of the residual graph. They are small (at least
//! −(n−1) times the greatest cost), the same whatever method found the flow, and short when encoded.
use std::{cmp::Reverse, collections::BinaryHeap};

use mycel_kit::flow::Edge;

/// From any potentials that prove the flow optimal. Edges without capacity count as absent.
pub fn canonical(edges: &[Edge], flow: &[i64], potentials: &[i64]) -> Vec<i64> {
    let (first, arcs) = residual(potentials.len(), edges, flow);
    // with reduced costs no arc is negative, and distances are measured from the potentials
    let mut distance: Vec<i64> = potentials.iter().map(|p| -p).collect();
    let mut heap: BinaryHeap<Reverse<(i64, u32)>> =
        distance.iter().copied().zip(0u32..).map(Reverse).collect();
    while let Some(Reverse((reach, node))) = heap.pop() {
        let n = node as usize;
        if reach > distance[n] {
            continue;
        }
        for &(to, cost) in &arcs[first[n] as usize..first[n + 1] as usize] {
            let t = to as usize;
            let next = reach + cost + potentials[n] - potentials[t];
            if next < distance[t] {
                distance[t] = next;
                heap.push(Reverse((next, to)));
            }
        }
    }
    distance
        .iter()
        .zip(potentials)
        .map(|(distance, potential)| distance + potential)
        .collect()
}

type Arcs = Vec<(u32, i64)>;

fn residual(nodes: usize, edges: &[Edge], flow: &[i64]) -> (Vec<u32>, Arcs) {
    let arcs = || {
        let both = edges.iter().zip(flow);
        both.flat_map(|(edge, &flow)| {
            [
                (edge.tail, edge.head, edge.cost, flow < edge.capacity),
                (edge.head, edge.tail, -edge.cost, flow > 0),
            ]
        })
        .filter(|arc| arc.3)
    };
    let mut first = vec![0u32; nodes + 1];
    for (from, ..) in arcs() {
        first[from as usize] += 1;
    }
    let mut sum = 0;
    for first in &mut first {
        sum += *first;
        *first = sum;
    }
    let mut list = vec![(0, 0); sum as usize];
    for (from, to, cost, _) in arcs() {
        first[from as usize] -= 1;
        list[first[from as usize] as usize] = (to, cost);
    }
    (first, list)
}
