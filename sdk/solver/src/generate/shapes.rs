//! All families but the places.
use mycel_kit::flow::Edge;

use super::{Random, geometric};

pub(super) type Instance = (Vec<i64>, Vec<Edge>);

pub(super) fn grid(nodes: usize, random: &mut Random) -> Instance {
    let width = nodes.isqrt().max(2);
    let height = nodes / width;
    let at = |x: usize, y: usize| (y * width + x) as u32;
    let mut edges = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let mut street = |tail, head, capacity| {
                edges.push(Edge {
                    tail,
                    head,
                    capacity,
                    cost: random.between(1, 100),
                });
            };
            // right and down there is always room, so that the first row can serve the last
            if x + 1 < width {
                street(at(x, y), at(x + 1, y), 1 << 20);
                street(at(x + 1, y), at(x, y), 7);
            }
            if y + 1 < height {
                street(at(x, y), at(x, y + 1), if x == 0 { 1 << 20 } else { 40 });
                street(at(x, y + 1), at(x, y), 5);
            }
            if y + 1 == height && x > 0 {
                street(at(x, y), at(0, y), 1 << 20);
            }
            if y == 0 && x > 0 {
                street(at(x, y), at(0, y), 1 << 20);
            }
        }
    }
    let mut supplies = vec![0; width * height];
    if height > 1 {
        for x in 0..width {
            let amount = random.between(0, 60);
            supplies[at(x, 0) as usize] += amount;
            supplies[at(random.node(width) as usize, height - 1) as usize] -= amount;
        }
    }
    (supplies, edges)
}

pub(super) fn netgen(nodes: usize, random: &mut Random) -> Instance {
    let sources = nodes.isqrt().max(1);
    let total = 1000 * sources as i64;
    let order = random.permutation(nodes);
    let mut edges: Vec<Edge> = (0..nodes)
        .map(|k| Edge {
            tail: order[k],
            head: order[(k + nodes - 1) % nodes],
            capacity: total,
            cost: random.between(1, 10_000),
        })
        .collect();
    for _ in nodes..10 * nodes {
        let tail = random.node(nodes);
        let head = random.node(nodes);
        edges.push(Edge {
            tail,
            head: if head == tail {
                (head + 1) % nodes as u32
            } else {
                head
            },
            capacity: random.between(1, 1000),
            cost: random.between(1, 10_000),
        });
    }
    let mut supplies = vec![0; nodes];
    let order = random.permutation(nodes);
    let (sources, sinks) = order.split_at(sources);
    let sinks = &sinks[..sources.len()];
    for &source in sources {
        supplies[source as usize] = 1000;
    }
    for _ in 0..total {
        supplies[sinks[random.below(sinks.len() as u64) as usize] as usize] -= 1;
    }
    (supplies, edges)
}

pub(super) fn circulation(nodes: usize, random: &mut Random) -> Instance {
    // the product of two random numbers makes low numbers hubs
    let hub = |random: &mut Random| {
        let first = random.below(nodes as u64) + 1;
        random.below(first) as u32
    };
    let edges = (0..3 * nodes).map(|_| {
        let (tail, mut head) = (hub(random), hub(random));
        if head == tail {
            head = (head + 1) % nodes as u32;
        }
        Edge {
            tail,
            head,
            capacity: 1 << random.below(24),
            cost: -random.between(1, 3),
        }
    });
    let edges = edges.collect();
    (vec![0; nodes], edges)
}

pub(super) fn degenerate(nodes: usize, random: &mut Random) -> Instance {
    let mut edges = Vec::new();
    let mut supplies = vec![0; nodes];
    for node in 0..nodes as u32 {
        // a cycle with room for all
        edges.push(Edge {
            tail: node,
            head: (node + 1) % nodes as u32,
            capacity: nodes as i64,
            cost: 1,
        });
        for _ in 0..3 {
            edges.push(Edge {
                tail: node,
                head: random.node(nodes),
                capacity: random.between(0, 2),
                cost: random.between(-1, 1),
            });
        }
    }
    for _ in 0..nodes / 4 {
        supplies[random.node(nodes) as usize] += 1;
        supplies[random.node(nodes) as usize] -= 1;
    }
    (supplies, edges)
}

pub(super) fn disconnected(nodes: usize, random: &mut Random) -> Instance {
    let mut supplies = Vec::new();
    let mut edges = Vec::new();
    while supplies.len() < nodes {
        let size = 4 + random.below(nodes as u64 / 3 + 1) as usize;
        let (part_supplies, part) = match random.below(4) {
            0 => grid(size, random),
            1 => netgen(size, random),
            2 => degenerate(size, random),
            _ => (vec![0], Vec::new()),
        };
        let shift = supplies.len() as u32;
        supplies.extend(part_supplies);
        edges.extend(part.iter().map(|edge| Edge {
            tail: edge.tail + shift,
            head: edge.head + shift,
            ..*edge
        }));
    }
    (supplies, edges)
}

pub(super) fn infeasible(nodes: usize, random: &mut Random) -> Instance {
    let (mut supplies, mut edges) = geometric::places(nodes, random);
    // a node that must send out one unit more than its edges carry, to its antipode in number
    let node = random.below(nodes as u64) as usize;
    let out: i64 = edges
        .iter_mut()
        .filter(|edge| edge.tail as usize == node && edge.head as usize != node)
        .map(|edge| {
            edge.capacity = edge.capacity.min(100);
            edge.capacity
        })
        .sum();
    let more = out + 1 - supplies[node];
    supplies[node] += more;
    supplies[(node + nodes / 2) % nodes] -= more;
    (supplies, edges)
}
