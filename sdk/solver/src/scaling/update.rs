//! All potentials at once: every node's distance to the nearest deficit, in steps of ε, taken off its potential.
use super::CostScaling;

const FAR: u32 = u32::MAX;

impl CostScaling {
    /// False if some excess reaches no deficit.
    pub(super) fn update(&mut self, epsilon: i64) -> bool {
        let nodes = self.excess.len();
        // beyond this no shortest path of an ε-optimal flow goes; what is further goes there as well
        let most = 8 * nodes.min(1 << 27);
        let mut distance = vec![FAR; nodes];
        let mut done = vec![false; nodes];
        let mut buckets: Vec<Vec<u32>> = vec![Vec::new()];
        let mut waiting = 0usize;
        for (node, &excess) in self.excess.iter().enumerate() {
            if excess < 0 {
                distance[node] = 0;
                buckets[0].push(node as u32);
            } else if excess > 0 {
                waiting += 1;
            }
        }
        let (mut step, mut last) = (0, 0);
        while waiting > 0 && step < buckets.len() {
            while let Some(node) = buckets[step].pop() {
                let node = node as usize;
                if std::mem::replace(&mut done[node], true) {
                    continue;
                }
                last = step;
                waiting -= usize::from(self.excess[node] > 0);
                if waiting == 0 {
                    break;
                }
                for index in self.residual.out(node) {
                    let arc = self.residual.arcs[self.residual.arcs[index].back as usize];
                    let from = self.residual.arcs[index].to as usize;
                    if arc.residual == 0 || done[from] {
                        continue;
                    }
                    let reduced = arc.cost + self.potentials[from] - self.potentials[node];
                    let length = if reduced < 0 {
                        0
                    } else {
                        reduced / epsilon + 1
                    };
                    let reach = (step as i64).saturating_add(length).min(most as i64) as usize;
                    if (reach as u32) < distance[from] {
                        distance[from] = reach as u32;
                        if buckets.len() <= reach {
                            buckets.resize(reach + 1, Vec::new());
                        }
                        buckets[reach].push(from as u32);
                    }
                }
            }
            step += 1;
        }
        for node in 0..nodes {
            let steps = if done[node] {
                distance[node] as i64
            } else {
                last as i64 + 1
            };
            self.potentials[node] -= steps * epsilon;
            self.current[node] = self.residual.out(node).start as u32;
        }
        waiting == 0
    }
}
