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

/// What the keys of a range that changed after a height were at that height. Seeks from key to key.
pub(super) struct UndoSource {
    reader: Arc<Reader>,
    height: u64,
    /// Of flat keys.
    left: KeyRange,
    dir: Direction,
}

impl UndoSource {
    pub(super) fn new(reader: Arc<Reader>, height: u64, left: KeyRange, dir: Direction) -> Self {
        Self {
            reader,
            height,
            left,
            dir,
        }
    }

    /// The next key of the range that has undo rows.
    fn seek(&self) -> Result<Option<Bytes>, StateFault> {
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
        Ok(row.map(|(key, _)| Bytes::copy_from_slice(key.value().0)))
    }
}

impl Source for UndoSource {
    fn next(&mut self) -> Result<Option<(Bytes, Option<Bytes>)>, StateFault> {
        while let Some(key) = self.seek()? {
            self.left.after(&key, self.dir);
            if let Some(value) = before(&self.reader, &key, self.height)? {
                return Ok(Some((raw(&key), value)));
            }
        }
        Ok(None)
    }
}
