//! The sequential view: own writes over a snapshot.
use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use mycel_types::{Cancel, StoreId};

use crate::{
    Cursor, CursorId, Delta, Direction, Effects, KeyRange, Mark, RangeRead, Read, Snapshot,
    StateFault, View,
    delta::{PerStore, validate},
    write_set::{Epoch, WriteSet},
};

/// A [`View`] over a snapshot that nobody else writes to.
pub struct LayeredView {
    below: Snapshot,
    stop: Cancel,
    writes: WriteSet,
    /// What was read from below: the record, and a cache at once.
    reads: PerStore<BTreeMap<Bytes, Option<Bytes>>>,
    ranges: Vec<RangeRead>,
    cursors: BTreeMap<u32, Open>,
    last_cursor: u32,
}

/// An open cursor: the merge of the own writes as of `epoch` with what lies below.
struct Open {
    below: Cursor,
    below_next: Option<(Bytes, Bytes)>,
    own_left: KeyRange,
    own_next: Option<(Bytes, Option<Bytes>)>,
    epoch: Epoch,
    /// Where in `ranges` it is recorded.
    record: usize,
}

impl LayeredView {
    /// A view over `below`.
    pub fn new(below: Snapshot) -> Self {
        Self::stoppable(below, Cancel::new())
    }

    /// A view whose every step fails with [`StateFault::Cancelled`] once `stop` is set.
    pub fn stoppable(below: Snapshot, stop: Cancel) -> Self {
        Self {
            below,
            stop,
            writes: WriteSet::default(),
            reads: PerStore::default(),
            ranges: Vec::new(),
            cursors: BTreeMap::new(),
            last_cursor: 0,
        }
    }

    fn go_on(&self) -> Result<(), StateFault> {
        if self.stop.is_cancelled() {
            Err(StateFault::Cancelled)
        } else {
            Ok(())
        }
    }
}

impl View for LayeredView {
    fn get(&mut self, store: StoreId, key: &[u8]) -> Result<Option<Bytes>, StateFault> {
        self.go_on()?;
        if let Some(value) = self.writes.get(store, key) {
            return Ok(value.clone());
        }
        let reads = self.reads.of_mut(store);
        if let Some(value) = reads.get(key) {
            return Ok(value.clone());
        }
        let value = self.below.get(store, key)?;
        reads.insert(Bytes::copy_from_slice(key), value.clone());
        Ok(value)
    }

    fn scan(
        &mut self,
        store: StoreId,
        range: KeyRange,
        dir: Direction,
    ) -> Result<CursorId, StateFault> {
        self.go_on()?;
        let id = self
            .last_cursor
            .checked_add(1)
            .ok_or_else(|| StateFault::Invalid("too many cursors".into()))?;
        let epoch = self.writes.freeze();
        let mut below = self.below.scan(store, range.clone(), dir);
        let below_next = below.next().transpose()?;
        let own_next = self.writes.first(store, &range, dir, epoch);
        self.last_cursor = id;
        self.cursors.insert(
            id,
            Open {
                below,
                below_next,
                own_left: range.clone(),
                own_next,
                epoch,
                record: self.ranges.len(),
            },
        );
        self.ranges.push(RangeRead {
            store,
            range,
            direction: dir,
            last: None,
            ended: false,
        });
        Ok(CursorId(id))
    }

    fn next(&mut self, cursor: CursorId) -> Result<Option<(Bytes, Bytes)>, StateFault> {
        self.go_on()?;
        let open = self
            .cursors
            .get_mut(&cursor.0)
            .ok_or_else(|| StateFault::Invalid(format!("unknown cursor={}", cursor.0)))?;
        let record = &mut self.ranges[open.record];
        let (store, dir) = (record.store, record.direction);
        loop {
            let own_first = match (&open.own_next, &open.below_next) {
                (None, None) => {
                    record.ended = true;
                    return Ok(None);
                }
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (Some((own, _)), Some((below, _))) => !dir.before(below, own),
            };
            let entry = if own_first {
                let Some((key, value)) = open.own_next.take() else {
                    continue;
                };
                if open
                    .below_next
                    .as_ref()
                    .is_some_and(|(below, _)| *below == key)
                {
                    open.below_next = open.below.next().transpose()?;
                }
                open.own_left.after(&key, dir);
                open.own_next = self.writes.first(store, &open.own_left, dir, open.epoch);
                value.map(|value| (key, value))
            } else {
                let entry = open.below_next.take();
                open.below_next = open.below.next().transpose()?;
                entry
            };
            if let Some((key, value)) = entry {
                record.last = Some(key.clone());
                return Ok(Some((key, value)));
            }
        }
    }

    fn close(&mut self, cursor: CursorId) {
        self.cursors.remove(&cursor.0);
    }

    fn set(&mut self, store: StoreId, key: Bytes, value: Option<Bytes>) -> Result<(), StateFault> {
        self.go_on()?;
        validate(&key, value.as_ref())?;
        self.writes.set(store, key, value);
        Ok(())
    }

    fn mark(&mut self) -> Mark {
        self.writes.freeze();
        Mark {
            journal: self.writes.journal(),
            cursor: self.last_cursor,
        }
    }

    fn revert(&mut self, to: Mark) {
        self.writes.revert(to.journal);
        self.cursors.retain(|id, _| *id <= to.cursor);
    }

    fn finish(self: Box<Self>) -> Effects {
        let mut reads = Vec::new();
        for store in StoreId::ALL {
            let of_store = self.reads.of(store).iter();
            reads.extend(of_store.map(|(key, value)| Read {
                store,
                key: key.clone(),
                value: value.clone(),
            }));
        }
        Effects {
            reads,
            ranges: self.ranges,
            writes: self.writes.into_delta(),
        }
    }
}

/// The writes of a block while its transactions run one after the other.
///
/// Each transaction gets a [`Self::view`] that sees the block so far; what it leaves is added with [`Self::apply`].
#[derive(Clone)]
pub struct BlockWrites {
    base: Snapshot,
    writes: Arc<Delta>,
}

impl BlockWrites {
    /// A block on `base`, without a write yet.
    pub fn new(base: Snapshot) -> Self {
        Self {
            base,
            writes: Arc::default(),
        }
    }

    /// The state as it is now: base and writes so far.
    pub fn snapshot(&self) -> Snapshot {
        if self.writes.is_empty() {
            self.base.clone()
        } else {
            self.base.child(self.writes.clone())
        }
    }

    /// A view on the state as it is now. It does not see what is applied later.
    pub fn view(&self, stop: &Cancel) -> LayeredView {
        LayeredView::stoppable(self.snapshot(), stop.clone())
    }

    /// Adds what a transaction wrote. Cheap as long as no view or snapshot of this block is alive; else the writes so
    /// far are copied, so that those do not see the change.
    pub fn apply(&mut self, writes: Delta) {
        if !writes.is_empty() {
            Arc::make_mut(&mut self.writes).merge(writes);
        }
    }

    /// All writes of the block, for [`crate::Store::root`].
    pub fn into_delta(self) -> Arc<Delta> {
        self.writes
    }
}
