//! The large instances that methods and peers are compared on.
use mycel_kit::flow::Edge;

use super::Family;
use crate::{Problem, file::debts::Debts};

/// A large instance by name, if it needs no data: `ng100k` (as NETGEN makes them: 100,000 nodes, a million edges) and
/// `geo100k` (places: as many, every one with a surplus or a need).
pub fn large(name: &str) -> Option<Problem> {
    match name {
        "ng100k" => Some(Family::Netgen.instance(100_000, 1)),
        "geo100k" => Some(Family::Geometric.instance(100_000, 1)),
        _ => None,
    }
}

/// Clearing as solvers of minimum-cost flows like it best: the debts that must remain, with net positions as supplies.
pub fn leftover(debts: &Debts) -> Result<Problem, crate::Error> {
    let mut positions = vec![0i64; debts.names.len()];
    for edge in &debts.edges {
        positions[edge.tail as usize] += edge.capacity;
        positions[edge.head as usize] -= edge.capacity;
    }
    let edges = debts.edges.iter().map(|edge| Edge {
        cost: -edge.cost,
        ..*edge
    });
    Problem::new(positions, edges.collect())
}

/// FNV-1a of an instance's DIMACS text: tells whether two machines speak of the same instance.
pub fn fingerprint(dimacs: &str) -> String {
    let hash = dimacs
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{hash:016x}")
}
