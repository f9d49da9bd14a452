//! A view's own writes, in versions.
//!
//! Time is counted in epochs; opening a cursor or setting a mark begins a new one. A key keeps one version for each
//! epoch in which it was written, so a cursor of epoch *e* sees the last version ≤ *e* without copying anything, and a
//! revert pops the versions that the journal names. A key written again within an epoch is replaced in place.
use std::{collections::BTreeMap, ops::Bound};

use bytes::Bytes;
use mycel_types::StoreId;

use crate::{Delta, Direction, KeyRange, delta::PerStore};

/// When something was written.
pub(crate) type Epoch = u64;

/// A key's versions, oldest first; never empty.
type Versions = Vec<(Epoch, Option<Bytes>)>;

#[derive(Debug, Default)]
pub(crate) struct WriteSet {
    epoch: Epoch,
    keys: PerStore<BTreeMap<Bytes, Versions>>,
    /// Each version that was added, in order.
    journal: Vec<(StoreId, Bytes)>,
}

impl WriteSet {
    /// Ends the current epoch and names it: what is written later is not seen from it.
    pub(crate) fn freeze(&mut self) -> Epoch {
        let now = self.epoch;
        self.epoch = now.saturating_add(1);
        now
    }

    pub(crate) fn journal(&self) -> usize {
        self.journal.len()
    }

    pub(crate) fn get(&self, store: StoreId, key: &[u8]) -> Option<&Option<Bytes>> {
        self.keys
            .of(store)
            .get(key)
            .and_then(|versions| versions.last())
            .map(|(_, value)| value)
    }

    pub(crate) fn set(&mut self, store: StoreId, key: Bytes, value: Option<Bytes>) {
        let epoch = self.epoch;
        let versions = self.keys.of_mut(store).entry(key.clone()).or_default();
        match versions.last_mut() {
            Some((at, last)) if *at == epoch => *last = value,
            _ => {
                versions.push((epoch, value));
                self.journal.push((store, key));
            }
        }
    }

    /// Undoes everything after the journal had `len` entries.
    pub(crate) fn revert(&mut self, len: usize) {
        while self.journal.len() > len {
            let Some((store, key)) = self.journal.pop() else {
                return;
            };
            let keys = self.keys.of_mut(store);
            if let Some(versions) = keys.get_mut(&key) {
                versions.pop();
                if versions.is_empty() {
                    keys.remove(&key);
                }
            }
        }
    }

    /// The first key of `range` in direction `dir` that was written in `epoch` or before.
    pub(crate) fn first(
        &self,
        store: StoreId,
        range: &KeyRange,
        dir: Direction,
        epoch: Epoch,
    ) -> Option<(Bytes, Option<Bytes>)> {
        if range.is_empty() {
            return None;
        }
        let mut entries = self
            .keys
            .of(store)
            .range::<[u8], (Bound<&[u8]>, Bound<&[u8]>)>(range.bounds());
        loop {
            let (key, versions) = match dir {
                Direction::Forward => entries.next(),
                Direction::Backward => entries.next_back(),
            }?;
            if let Some((_, value)) = versions.iter().rev().find(|(at, _)| *at <= epoch) {
                return Some((key.clone(), value.clone()));
            }
        }
    }

    /// The last versions.
    pub(crate) fn into_delta(mut self) -> Delta {
        let mut delta = Delta::new();
        for store in StoreId::ALL {
            for (key, mut versions) in std::mem::take(self.keys.of_mut(store)) {
                if let Some((_, value)) = versions.pop() {
                    delta.set(store, key, value);
                }
            }
        }
        delta
    }
}
