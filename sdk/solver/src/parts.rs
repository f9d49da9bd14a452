//! An instance taken apart along its components, each part solved by itself, on several threads where there are
//! several. Parts are numbered by the graph, so that results do not depend on the number of threads.
use mycel_kit::flow::Edge;

use crate::components::Components;

/// Threads at most, whatever is asked for.
#[cfg(not(target_family = "wasm"))]
const MAX_THREADS: usize = 256;

/// The edges inside one component, with its nodes numbered anew.
pub struct Part {
    /// The nodes of the whole.
    pub nodes: Vec<u32>,
    /// The edges of the whole.
    pub edges: Vec<u32>,
    /// The same edges between the new numbers.
    pub inner: Vec<Edge>,
}

/// The components that have edges inside, in order.
pub fn split(components: &Components, edges: &[Edge]) -> Vec<Part> {
    let of = &components.of;
    let mut part_of: Vec<Option<usize>> = vec![None; components.count as usize];
    let mut parts: Vec<Part> = Vec::new();
    let inside = |edge: &Edge| of[edge.tail as usize] == of[edge.head as usize];
    for edge in edges.iter().filter(|edge| inside(edge)) {
        let component = of[edge.tail as usize];
        part_of[component as usize].get_or_insert_with(|| {
            parts.push(Part {
                nodes: Vec::new(),
                edges: Vec::new(),
                inner: Vec::new(),
            });
            parts.len() - 1
        });
    }
    let mut number = vec![0u32; of.len()];
    for (node, &component) in (0u32..).zip(of) {
        if let Some(part) = part_of[component as usize] {
            number[node as usize] = parts[part].nodes.len() as u32;
            parts[part].nodes.push(node);
        }
    }
    for (index, edge) in (0u32..).zip(edges) {
        if inside(edge)
            && let Some(part) = part_of[of[edge.tail as usize] as usize]
        {
            parts[part].edges.push(index);
            parts[part].inner.push(Edge {
                tail: number[edge.tail as usize],
                head: number[edge.head as usize],
                ..*edge
            });
        }
    }
    parts
}

/// Works on every item, on as many threads as asked for; results in the order of the items.
#[cfg(not(target_family = "wasm"))]
pub fn on_threads<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    use std::sync::atomic::{AtomicUsize, Ordering};

    let threads = threads.min(items.len()).min(MAX_THREADS);
    if threads < 2 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut mine = Vec::new();
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(item) = items.get(index) else {
                            return mine;
                        };
                        mine.push((index, work(item)));
                    }
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| match worker.join() {
                Ok(mine) => mine,
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Where there are no threads, one after the other.
#[cfg(target_family = "wasm")]
pub fn on_threads<T: Sync, R: Send>(
    _threads: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    items.iter().map(work).collect()
}
