//! Places in the plane, each joined to its nine nearest and, over a tour through strips, to one more with any room.
use mycel_kit::flow::Edge;

use super::{Random, shapes::Instance};

const SIDE: i64 = 1 << 20;
const NEAREST: usize = 9;

#[derive(Clone, Copy)]
struct Place {
    x: i64,
    y: i64,
}

impl Place {
    fn squared_distance(self, other: Self) -> i64 {
        (self.x - other.x).pow(2) + (self.y - other.y).pow(2)
    }
}

pub(super) fn places(nodes: usize, random: &mut Random) -> Instance {
    let places: Vec<Place> = (0..nodes)
        .map(|_| Place {
            x: random.between(0, SIDE - 1),
            y: random.between(0, SIDE - 1),
        })
        .collect();
    let supplies = balanced(nodes, random);
    let total = supplies.iter().map(|s: &i64| s.abs()).sum();
    let mut pairs = nearest(&places);
    let near = pairs.len();
    pairs.extend(tour(&places));
    let edges = pairs.iter().enumerate().map(|(index, &(tail, head))| {
        let distance = places[tail as usize].squared_distance(places[head as usize]);
        // distance in units of 1/1000 of the mean spacing, times a friction between 1 and 3
        let distance = (distance as u64 * nodes as u64).isqrt() as i64 * 1000 / SIDE;
        Edge {
            tail,
            head,
            capacity: if index < near {
                random.between(500, 5000)
            } else {
                total
            },
            // the bound on chain; only the tour from strip to strip is so long
            cost: (distance * random.between(1000, 2999) / 1000).clamp(1, 1 << 20),
        }
    });
    let edges = edges.collect();
    (supplies, edges)
}

/// Surpluses and needs up to 1000 that cancel.
fn balanced(nodes: usize, random: &mut Random) -> Vec<i64> {
    let mut supplies: Vec<i64> = (0..nodes).map(|_| random.between(-1000, 1000)).collect();
    let sum: i64 = supplies.iter().sum();
    let (each, rest) = (sum / nodes as i64, sum % nodes as i64);
    for (index, supply) in supplies.iter_mut().enumerate() {
        *supply -= each;
        if (index as i64) < rest.abs() {
            *supply -= rest.signum();
        }
    }
    supplies
}

/// Each place with its nearest others, found in rings of cells around it.
fn nearest(places: &[Place]) -> Vec<(u32, u32)> {
    let width = ((places.len() / 2).isqrt() as i64).max(1);
    let cell = |at: i64| at * width / SIDE;
    let mut cells: Vec<Vec<u32>> = vec![Vec::new(); (width * width) as usize];
    for (index, place) in (0u32..).zip(places) {
        cells[(cell(place.y) * width + cell(place.x)) as usize].push(index);
    }
    let mut pairs = Vec::with_capacity(places.len() * NEAREST);
    let mut near: Vec<(i64, u32)> = Vec::new();
    for (index, place) in (0u32..).zip(places) {
        let (x, y) = (cell(place.x), cell(place.y));
        near.clear();
        for ring in 0..=width {
            for row in (y - ring).max(0)..=(y + ring).min(width - 1) {
                let whole_row = (row - y).abs() == ring;
                for column in (x - ring).max(0)..=(x + ring).min(width - 1) {
                    if !whole_row && (column - x).abs() != ring {
                        continue;
                    }
                    for &other in &cells[(row * width + column) as usize] {
                        if other != index {
                            near.push((place.squared_distance(places[other as usize]), other));
                        }
                    }
                }
            }
            near.sort_unstable();
            // nothing outside the rings so far is nearer than this
            let covered = ring * SIDE / width;
            if near
                .get(NEAREST - 1)
                .is_some_and(|&(distance, _)| distance <= covered * covered)
            {
                break;
            }
        }
        pairs.extend(near.iter().take(NEAREST).map(|&(_, other)| (index, other)));
    }
    pairs
}

/// A tour through all places: along strips of the plane, one after the other.
fn tour(places: &[Place]) -> impl Iterator<Item = (u32, u32)> {
    let strips = (places.len().isqrt() as i64 / 2).max(1);
    let mut order: Vec<u32> = (0..places.len() as u32).collect();
    order.sort_unstable_by_key(|&index| {
        let place = places[index as usize];
        (place.y * strips / SIDE, place.x, index)
    });
    let before = order.len() - 1;
    (0..order.len()).map(move |k| (order[k], order[(k + before) % order.len()]))
}
