//! One read transaction, shared by all snapshots that were taken of one tip.
use std::sync::Arc;

use redb::{Database, ReadOnlyTable, ReadableDatabase};

use super::{
    fault::Faulty,
    tables::{KEYS, LATEST, META, NODES, OUTCOMES, ROOTS, Roots, UNDO, meta},
};
use crate::{StateFault, Tip};

pub(super) struct Reader {
    pub(super) tip: Tip,
    pub(super) oldest: u64,
    pub(super) latest: ReadOnlyTable<&'static [u8], &'static [u8]>,
    pub(super) undo: ReadOnlyTable<(&'static [u8], u64), Option<&'static [u8]>>,
    pub(super) nodes: ReadOnlyTable<&'static [u8], &'static [u8]>,
    pub(super) keys: ReadOnlyTable<&'static [u8], &'static [u8]>,
    pub(super) outcomes: ReadOnlyTable<u64, &'static [u8]>,
    roots: ReadOnlyTable<u64, &'static [u8]>,
}

impl Reader {
    /// The state as it is on disk now.
    pub(super) fn new(db: &Database) -> Result<Self, StateFault> {
        Self::find(db)?.ok_or_else(|| StateFault::damaged("no tip"))
    }

    /// The same, if genesis was written.
    pub(super) fn find(db: &Database) -> Result<Option<Self>, StateFault> {
        let txn = db.begin_read().or_fault()?;
        let table = txn.open_table(META).or_fault()?;
        let number = |name: &str| -> Result<Option<u64>, StateFault> {
            let Some(row) = table.get(name).or_fault()? else {
                return Ok(None);
            };
            let bytes = row
                .value()
                .try_into()
                .map_err(|_| StateFault::damaged(format_args!("meta row {name}")))?;
            Ok(Some(u64::from_be_bytes(bytes)))
        };
        let Some(height) = number(meta::TIP)? else {
            return Ok(None);
        };
        let oldest =
            number(meta::OLDEST)?.ok_or_else(|| StateFault::damaged("no oldest height"))?;
        let roots = txn.open_table(ROOTS).or_fault()?;
        let app_hash = roots_at(&roots, height)?.app_hash;
        Ok(Some(Self {
            tip: Tip { height, app_hash },
            oldest,
            latest: txn.open_table(LATEST).or_fault()?,
            undo: txn.open_table(UNDO).or_fault()?,
            nodes: txn.open_table(NODES).or_fault()?,
            keys: txn.open_table(KEYS).or_fault()?,
            outcomes: txn.open_table(OUTCOMES).or_fault()?,
            roots,
        }))
    }

    pub(super) fn roots(self: &Arc<Self>, height: u64) -> Result<Roots, StateFault> {
        roots_at(&self.roots, height)
    }
}

fn roots_at(table: &ReadOnlyTable<u64, &'static [u8]>, height: u64) -> Result<Roots, StateFault> {
    let row = table.get(height).or_fault()?;
    row.and_then(|row| Roots::decode(row.value()))
        .ok_or_else(|| StateFault::damaged(format_args!("no roots height={height}")))
}
