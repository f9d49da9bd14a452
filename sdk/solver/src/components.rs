//! The parts of a graph, without recursion.
use mycel_kit::flow::Edge;

const NONE: u32 = u32::MAX;

/// Which part each node belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Components {
    /// The part of each node.
    pub of: Vec<u32>,
    /// How many parts there are.
    pub count: u32,
}

/// Edges by their tails.
struct Outgoing {
    first: Vec<u32>,
    heads: Vec<u32>,
}

impl Outgoing {
    fn new(nodes: usize, edges: &[Edge]) -> Self {
        let mut end = vec![0u32; nodes + 1];
        for edge in edges {
            end[edge.tail as usize] += 1;
        }
        let (mut first, mut sum) = (Vec::with_capacity(nodes + 1), 0);
        for end in &mut end {
            first.push(sum);
            (sum, *end) = (sum + *end, sum);
        }
        let mut heads = vec![0; edges.len()];
        for edge in edges {
            let place = &mut end[edge.tail as usize];
            heads[*place as usize] = edge.head;
            *place += 1;
        }
        Self { first, heads }
    }
}

/// Strongly connected components (Tarjan). Edges between components lead from higher numbers to lower ones.
pub fn strong(nodes: usize, edges: &[Edge]) -> Components {
    let graph = Outgoing::new(nodes, edges);
    let mut next: Vec<u32> = graph.first[..nodes].to_vec();
    let (mut of, mut count) = (vec![NONE; nodes], 0);
    // the order of discovery, and the earliest node on the stack that is known to be within reach
    let (mut found, mut low) = (vec![NONE; nodes], vec![0u32; nodes]);
    let (mut discovered, mut open, mut path) = (0, Vec::new(), Vec::new());
    for start in 0..nodes as u32 {
        if found[start as usize] != NONE {
            continue;
        }
        path.push(start);
        while let Some(&node) = path.last() {
            let n = node as usize;
            if found[n] == NONE {
                (found[n], low[n]) = (discovered, discovered);
                discovered += 1;
                open.push(node);
            }
            if next[n] < graph.first[n + 1] {
                let head = graph.heads[next[n] as usize];
                next[n] += 1;
                if found[head as usize] == NONE {
                    path.push(head);
                } else if of[head as usize] == NONE {
                    low[n] = low[n].min(found[head as usize]);
                }
                continue;
            }
            path.pop();
            if let Some(&parent) = path.last() {
                low[parent as usize] = low[parent as usize].min(low[n]);
            }
            if low[n] == found[n] {
                while let Some(member) = open.pop() {
                    of[member as usize] = count;
                    if member == node {
                        break;
                    }
                }
                count += 1;
            }
        }
    }
    Components { of, count }
}

/// Parts that no edge joins, whichever way it points; numbered by their first node.
pub fn weak(nodes: usize, edges: &[Edge]) -> Components {
    let mut leader: Vec<u32> = (0..nodes as u32).collect();
    let find = |leader: &mut Vec<u32>, mut node: u32| {
        while leader[node as usize] != node {
            leader[node as usize] = leader[leader[node as usize] as usize];
            node = leader[node as usize];
        }
        node
    };
    for edge in edges {
        let (a, b) = (find(&mut leader, edge.tail), find(&mut leader, edge.head));
        // the first node leads, so that it is met before all others
        leader[a.max(b) as usize] = a.min(b);
    }
    let (mut of, mut count) = (vec![NONE; nodes], 0);
    for node in 0..nodes as u32 {
        let lead = find(&mut leader, node) as usize;
        if lead == node as usize {
            of[lead] = count;
            count += 1;
        }
        of[node as usize] = of[lead];
    }
    Components { of, count }
}
