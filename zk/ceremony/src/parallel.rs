//! The same work on every item, on all cores.
use std::thread;

/// `f` of each item, in order.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], f: impl Fn(&T) -> R + Sync) -> Vec<R> {
    chunks(items, |chunk| chunk.iter().map(&f).collect())
}

/// `f` of a piece of the items for each core, put together in order.
pub(crate) fn chunks<T: Sync, R: Send>(items: &[T], f: impl Fn(&[T]) -> Vec<R> + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    // pieces smaller than a core's share: work is not spread evenly over the items
    let size = items.len().div_ceil(cores * 8).max(16);
    let next = std::sync::Mutex::new(items.chunks(size).enumerate());
    let mut pieces = thread::scope(|scope| {
        let work = || {
            let mut done = Vec::new();
            loop {
                let taken = next
                    .lock()
                    .expect("no worker panics while it takes work")
                    .next();
                match taken {
                    Some((index, chunk)) => done.push((index, f(chunk))),
                    None => return done,
                }
            }
        };
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let joined = workers
            .into_iter()
            .map(|w| w.join().expect("a worker's panic is ours"));
        joined.flatten().collect::<Vec<_>>()
    });
    pieces.sort_by_key(|(index, _)| *index);
    pieces.into_iter().flat_map(|(_, piece)| piece).collect()
}
