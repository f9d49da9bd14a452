//! Loaded codes, bounded by bytes; the least recently used goes first.
//!
//! Which codes are loaded differs from node to node and shows in no result: a call of one that is not loaded answers
//! `NotLoaded`. The lock guards a map and nothing slow.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::call::CodeId;

pub(crate) struct Cache<T> {
    most_bytes: usize,
    entries: Mutex<Entries<T>>,
}

struct Entries<T> {
    map: BTreeMap<CodeId, Entry<T>>,
    bytes: usize,
    /// Counts uses: the age of an entry without a clock.
    uses: u64,
}

struct Entry<T> {
    value: Arc<T>,
    bytes: usize,
    used: u64,
}

impl<T> Cache<T> {
    pub(crate) fn new(most_bytes: usize) -> Self {
        Self {
            most_bytes,
            entries: Mutex::new(Entries {
                map: BTreeMap::new(),
                bytes: 0,
                uses: 0,
            }),
        }
    }

    pub(crate) fn has(&self, id: &CodeId) -> bool {
        self.lock().map.contains_key(id)
    }

    pub(crate) fn get(&self, id: &CodeId) -> Option<Arc<T>> {
        let mut entries = self.lock();
        entries.uses += 1;
        let now = entries.uses;
        let entry = entries.map.get_mut(id)?;
        entry.used = now;
        Some(entry.value.clone())
    }

    /// Keeps a value, and drops the oldest others beyond the bound. The new one stays even if it is larger than that.
    pub(crate) fn insert(&self, id: CodeId, value: Arc<T>, bytes: usize) {
        let mut dropped = Vec::new();
        let mut entries = self.lock();
        entries.uses += 1;
        let used = entries.uses;
        if let Some(old) = entries.map.insert(id, Entry { value, bytes, used }) {
            entries.bytes -= old.bytes;
            dropped.push(old.value);
        }
        entries.bytes += bytes;
        while entries.bytes > self.most_bytes && entries.map.len() > 1 {
            let oldest = entries.map.iter().min_by_key(|(_, e)| e.used);
            let Some(oldest) = oldest.map(|(id, _)| *id) else {
                break;
            };
            if let Some(entry) = entries.map.remove(&oldest) {
                entries.bytes -= entry.bytes;
                dropped.push(entry.value);
            }
        }
        // Unmapping code takes its time: not under the lock.
        drop(entries);
        drop(dropped);
    }

    fn lock(&self) -> MutexGuard<'_, Entries<T>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> CodeId {
        CodeId([n; 32])
    }

    #[test]
    fn the_least_recently_used_code_goes_first() {
        let cache = Cache::new(100);
        cache.insert(id(1), Arc::new(1), 40);
        cache.insert(id(2), Arc::new(2), 40);
        assert!(cache.get(&id(1)).is_some());
        cache.insert(id(3), Arc::new(3), 40);
        assert!(cache.has(&id(1)) && !cache.has(&id(2)) && cache.has(&id(3)));
    }

    #[test]
    fn a_code_larger_than_the_bound_is_kept_alone() {
        let cache = Cache::new(100);
        cache.insert(id(1), Arc::new(1), 40);
        cache.insert(id(2), Arc::new(2), 1_000);
        assert!(!cache.has(&id(1)) && cache.has(&id(2)));
    }

    #[test]
    fn loading_the_same_code_twice_counts_its_bytes_once() {
        let cache = Cache::new(100);
        for _ in 0..5 {
            cache.insert(id(1), Arc::new(1), 60);
        }
        cache.insert(id(2), Arc::new(2), 40);
        assert!(cache.has(&id(1)) && cache.has(&id(2)));
    }
}
