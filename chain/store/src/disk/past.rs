//! Flat reads: the tip's values, and what they were before.
//!
//! The value of a key at height *h* is what its first undo row above *h* says, or else the tip's.
use std::sync::Arc;

use bytes::Bytes;
use redb::Range;

use super::{fault::Faulty, reader::Reader};
use crate::{Direction, KeyRange, StateFault, cursor::Source};

/// The value of a flat key at `height`, if a later block changed it.
pub(super) fn before(
    reader: &Reader,
    key: &[u8],
    height: u64,
) -> Result<Option<Option<Bytes>>, StateFault> {
    let mut later = reader
        .undo
        .range((key, height.saturating_add(1))..=(key, u64::MAX))
        .or_fault()?;
    let first = later.next().transpose().or_fault()?;
    Ok(first.map(|(_, value)| value.value().map(Bytes::copy_from_slice)))
}

/// The raw key of a flat one.
fn raw(flat: &[u8]) -> Bytes {
    Bytes::copy_from_slice(flat.get(1..).unwrap_or_default())
}

/// The tip's entries of a range of flat keys.
pub(super) struct LatestSource {
    rows: Range<'static, &'static [u8], &'static [u8]>,
    dir: Direction,
}

impl LatestSource {
    pub(super) fn new(
        reader: &Reader,
        range: &KeyRange,
        dir: Direction,
    ) -> Result<Self, StateFault> {
        Ok(Self {
            rows: reader.latest.range::<&[u8]>(range.bounds()).or_fault()?,
            dir,
        })
    }
}

impl Source for LatestSource {
    fn next(&mut self) -> Result<Option<(Bytes, Option<Bytes>)>, StateFault> {
        let row = match self.dir {
            Direction::Forward => self.rows.next(),
            Direction::Backward => self.rows.next_back(),
        };
        let row = row.transpose().or_fault()?;
        Ok(row.map(|(key, value)| {
            (
                raw(key.value()),
                Some(Bytes::copy_from_slice(value.value())),
            )
        }))
    }
}

/// The entries of a range of flat keys as they were at a height below the tip: the tip's entries and the keys that have
/// undo rows, side by side, so that a walk costs what it yields however much else changed since.
pub(super) struct PastSource {
    reader: Arc<Reader>,
    height: u64,
    dir: Direction,
    latest: LatestSource,
    latest_next: Option<(Bytes, Option<Bytes>)>,
    /// The flat keys whose undo rows were not looked at yet.
    left: KeyRange,
    /// The nearest flat key with undo rows.
    changed_next: Option<Bytes>,
}

impl PastSource {
    pub(super) fn new(
        reader: Arc<Reader>,
        height: u64,
        range: KeyRange,
        dir: Direction,
    ) -> Result<Self, StateFault> {
        let mut latest = LatestSource::new(&reader, &range, dir)?;
        let latest_next = latest.next()?;
        let mut source = Self {
            reader,
            height,
            dir,
            latest,
            latest_next,
            left: range,
            changed_next: None,
        };
        source.changed_next = source.seek()?;
        Ok(source)
    }

    /// The next flat key that has undo rows.
    fn seek(&mut self) -> Result<Option<Bytes>, StateFault> {
        if self.left.is_empty() {
            return Ok(None);
        }
        let start = (&self.left.start[..], 0);
        let mut rows = match &self.left.end {
            Some(end) => self.reader.undo.range(start..(&end[..], 0)),
            None => self.reader.undo.range(start..),
        }
        .or_fault()?;
        let row = match self.dir {
            Direction::Forward => rows.next(),
            Direction::Backward => rows.next_back(),
        };
        let row = row.transpose().or_fault()?;
        let key = row.map(|(key, _)| Bytes::copy_from_slice(key.value().0));
        if let Some(key) = &key {
            self.left.after(key, self.dir);
        }
        Ok(key)
    }
}

impl Source for PastSource {
    fn next(&mut self) -> Result<Option<(Bytes, Option<Bytes>)>, StateFault> {
        loop {
            let (changed, same) = match (&self.changed_next, &self.latest_next) {
                (None, _) => (None, false),
                (Some(flat), None) => (Some(flat.clone()), false),
                (Some(flat), Some((latest, _))) => {
                    let same = raw(flat) == *latest;
                    let nearer = same || self.dir.before(&raw(flat), latest);
                    (nearer.then(|| flat.clone()), same)
                }
            };
            let Some(flat) = changed else {
                let next = self.latest.next()?;
                return Ok(std::mem::replace(&mut self.latest_next, next));
            };
            let value = before(&self.reader, &flat, self.height)?;
            self.changed_next = self.seek()?;
            let latest = if same {
                let next = self.latest.next()?;
                std::mem::replace(&mut self.latest_next, next)
            } else {
                None
            };
            match value {
                Some(value) => return Ok(Some((raw(&flat), value))),
                // its last change was at this height or below
                None if latest.is_some() => return Ok(latest),
                None => {}
            }
        }
    }
}
