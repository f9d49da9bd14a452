//! Clearing: how much of a community's debts can be set off in circles, so that nobody's net position changes.
//!
//! An obligation of `capacity` from debtor (tail) to creditor (head) weighs −cost a unit; a circulation of greatest
//! weight is wanted. Only edges inside a strongly connected component can carry any. In each component what is *not*
//! set off is found instead: the least weight of debts that leaves all net positions as they are. The two are the
//! same (set off = owed − left, potentials negated), but the second starts from positions that drive the simplex
//! method, where the first starts from a standstill.
//!
//! Between components every edge is empty, hence π(debtor) ≥ π(creditor) + weight: components are lifted one after
//! the other, from those that only receive to those that only owe. At last all potentials are made canonical.
use crate::{
    Edge, Problem, Solution, canonical,
    components::strong,
    error::Error,
    method::{Options, run},
    parts::{Part, on_threads, split},
    progress::Watch,
};

/// The greatest weight of an obligation.
pub const MAX_WEIGHT: i64 = 1 << 20;

/// Finds a circulation of greatest weight, with potentials that prove it. `edges` cost −weight.
///
/// # Errors
/// What is wrong with the first offending edge.
pub fn clear(
    nodes: usize,
    edges: &[Edge],
    options: &Options,
    watch: &Watch,
) -> Result<Solution, Error> {
    if let Some((edge, found)) = edges
        .iter()
        .enumerate()
        .find(|(_, edge)| !(-MAX_WEIGHT..0).contains(&edge.cost))
    {
        return Err(Error::Weight {
            edge,
            weight: found.cost.saturating_neg(),
            bound: MAX_WEIGHT,
        });
    }
    // the whole is checked before it is taken apart, so that errors name its edges
    Problem::check(&vec![0; nodes], edges)?;
    let components = strong(nodes, edges);
    let parts = split(&components, edges);
    let solved = on_threads(options.threads, &parts, |part| {
        circulate(part, options, watch)
    });
    let mut flow = vec![0; edges.len()];
    let mut potentials = vec![0; nodes];
    for (part, solution) in parts.iter().zip(solved) {
        let solution = solution?;
        for (&edge, carried) in part.edges.iter().zip(solution.flow) {
            flow[edge as usize] = carried;
        }
        for (&node, potential) in part.nodes.iter().zip(solution.potentials) {
            potentials[node as usize] = potential;
        }
    }
    lift(&components.of, components.count, edges, &mut potentials);
    let potentials = canonical::canonical(edges, &flow, &potentials);
    Ok(Solution { flow, potentials })
}

/// Solves one component.
fn circulate(part: &Part, options: &Options, watch: &Watch) -> Result<Solution, Error> {
    let Some(left) = leftover(part) else {
        // positions that do not add up in 64 bits: as it stands
        let problem = Problem::new(vec![0; part.nodes.len()], part.inner.clone())?;
        return run(&problem, options.method, watch);
    };
    let solution = run(&left, options.method, watch)?;
    Ok(Solution {
        flow: part
            .inner
            .iter()
            .zip(solution.flow)
            .map(|(edge, left)| edge.capacity - left)
            .collect(),
        potentials: solution.potentials.iter().map(|p| -p).collect(),
    })
}

/// The debts that must remain: the same edges, each costing its weight, and the net positions as supplies.
fn leftover(part: &Part) -> Option<Problem> {
    let mut positions = vec![0i128; part.nodes.len()];
    for edge in &part.inner {
        positions[edge.tail as usize] += i128::from(edge.capacity);
        positions[edge.head as usize] -= i128::from(edge.capacity);
    }
    let supplies: Option<Vec<i64>> = positions.iter().map(|&p| p.try_into().ok()).collect();
    let edges = part.inner.iter().map(|edge| Edge {
        cost: -edge.cost,
        ..*edge
    });
    Problem::new(supplies?, edges.collect()).ok()
}

/// Raises each component above those it owes to.
fn lift(of: &[u32], count: u32, edges: &[Edge], potentials: &mut [i64]) {
    let between = || {
        edges
            .iter()
            .map(|edge| (of[edge.tail as usize], edge))
            .filter(|(from, edge)| *from != of[edge.head as usize])
    };
    let mut end = vec![0usize; count as usize];
    for (from, _) in between() {
        end[from as usize] += 1;
    }
    let mut sum = 0;
    for end in &mut end {
        (sum, *end) = (sum + *end, sum);
    }
    let mut owed: Vec<Option<&Edge>> = vec![None; sum];
    for (from, edge) in between() {
        owed[end[from as usize]] = Some(edge);
        end[from as usize] += 1;
    }
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); count as usize];
    for (node, &component) in (0u32..).zip(of) {
        members[component as usize].push(node);
    }
    let mut start = 0;
    // creditors' components have the lower numbers, so that they stand already
    for component in 0..count as usize {
        let lift = owed[start..end[component]]
            .iter()
            .flatten()
            .map(|edge| potentials[edge.head as usize] - edge.cost - potentials[edge.tail as usize])
            .max();
        for &node in &members[component] {
            potentials[node as usize] += lift.unwrap_or(0);
        }
        start = end[component];
    }
}
