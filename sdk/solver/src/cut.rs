//! Why an instance has no feasible flow.
use crate::{error::Cut, problem::Problem};

/// The nodes that what is left over can still reach, given a flow of greatest value: no edge out of them has room,
/// none into them carries anything, so that they cannot get rid of their supply.
pub(crate) fn explain(problem: &Problem, flow: &[i64]) -> Cut {
    let mut excess: Vec<i128> = problem.supplies().iter().map(|&s| i128::from(s)).collect();
    for (edge, &flow) in problem.edges().iter().zip(flow) {
        excess[edge.tail as usize] -= i128::from(flow);
        excess[edge.head as usize] += i128::from(flow);
    }
    let reached = reach(problem, flow, &excess);
    let inside = |node: u32| reached[node as usize];
    Cut {
        supply: (0u32..)
            .zip(problem.supplies())
            .filter(|&(node, _)| inside(node))
            .map(|(_, &supply)| i128::from(supply))
            .sum(),
        capacity: problem
            .edges()
            .iter()
            .filter(|edge| inside(edge.tail) && !inside(edge.head))
            .map(|edge| i128::from(edge.capacity))
            .sum(),
        nodes: (0..problem.nodes() as u32).filter(|&n| inside(n)).collect(),
    }
}

/// All nodes within reach of a node with excess, over edges that have room and, backwards, edges that carry.
fn reach(problem: &Problem, flow: &[i64], excess: &[i128]) -> Vec<bool> {
    let arcs = || {
        let both = problem.edges().iter().zip(flow);
        both.flat_map(|(edge, &flow)| {
            [
                (edge.tail, edge.head, flow < edge.capacity),
                (edge.head, edge.tail, flow > 0),
            ]
        })
        .filter(|&(_, _, open)| open)
    };
    let mut end = vec![0usize; problem.nodes()];
    for (from, _, _) in arcs() {
        end[from as usize] += 1;
    }
    let mut start = Vec::with_capacity(end.len());
    let mut sum = 0;
    for end in &mut end {
        start.push(sum);
        (sum, *end) = (sum + *end, sum);
    }
    let mut targets = vec![0u32; sum];
    for (from, to, _) in arcs() {
        targets[end[from as usize]] = to;
        end[from as usize] += 1;
    }
    let mut reached: Vec<bool> = excess.iter().map(|&e| e > 0).collect();
    let mut stack: Vec<usize> = (0..reached.len()).filter(|&n| reached[n]).collect();
    while let Some(node) = stack.pop() {
        for &to in &targets[start[node]..end[node]] {
            if !std::mem::replace(&mut reached[to as usize], true) {
                stack.push(to as usize);
            }
        }
    }
    reached
}
