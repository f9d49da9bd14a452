//! Rows that fall out of the window.
//!
//! A block lists what it makes superfluous: its own undo rows (they tell of the state before it) and the tree nodes it
//! replaced. Once no readable height lies below that block, the rows go, a bounded number at each commit. The list is
//! cut into parts so that a large block can be swept over several small ones.
use redb::{ReadableTable, Table, WriteTransaction};

use super::{
    fault::Faulty,
    tables::{GARBAGE, KEYS, LATEST, NODES, ROOTS, UNDO},
};
use crate::{StateFault, tree::sha256};

/// Rows swept at each commit, at least; more if the commit itself writes more, so that sweeping keeps up.
pub(super) const BUDGET: usize = 4096;

/// Entries in one part of a list.
const PART: usize = 512;

/// Kinds of entries. An entry is its kind, the length of its row key as u32 little-endian, and that key.
const NODE: u8 = 0;
const UNDONE: u8 = 1;
/// An undo row of a block that removed the key: its hash may be forgotten too.
const REMOVED: u8 = 2;

/// Collects what one block makes superfluous.
pub(super) struct Bin<'t> {
    table: Table<'t, (u64, u32), &'static [u8]>,
    height: u64,
    part: u32,
    entries: usize,
    open: Vec<u8>,
}

impl<'t> Bin<'t> {
    pub(super) fn new(txn: &'t WriteTransaction, height: u64) -> Result<Self, StateFault> {
        let table = txn.open_table(GARBAGE).or_fault()?;
        Ok(Self {
            table,
            height,
            part: 0,
            entries: 0,
            open: Vec::new(),
        })
    }

    pub(super) fn node(&mut self, row: &[u8]) -> Result<(), StateFault> {
        self.add(NODE, row)
    }

    pub(super) fn undo(&mut self, flat: &[u8], removed: bool) -> Result<(), StateFault> {
        self.add(if removed { REMOVED } else { UNDONE }, flat)
    }

    fn add(&mut self, kind: u8, row: &[u8]) -> Result<(), StateFault> {
        let len =
            u32::try_from(row.len()).map_err(|_| StateFault::Invalid("key too long".into()))?;
        self.open.push(kind);
        self.open.extend_from_slice(&len.to_le_bytes());
        self.open.extend_from_slice(row);
        self.entries = self.entries.saturating_add(1);
        if self.entries == PART {
            self.flush()
        } else {
            Ok(())
        }
    }

    fn flush(&mut self) -> Result<(), StateFault> {
        self.table
            .insert((self.height, self.part), &self.open[..])
            .or_fault()?;
        self.part = self.part.saturating_add(1);
        self.entries = 0;
        self.open.clear();
        Ok(())
    }

    pub(super) fn close(mut self) -> Result<(), StateFault> {
        if self.entries > 0 {
            self.flush()
        } else {
            Ok(())
        }
    }
}

/// Removes about `budget` rows that only heights below `oldest` need.
pub(super) fn sweep(txn: &WriteTransaction, oldest: u64, budget: usize) -> Result<(), StateFault> {
    let mut garbage = txn.open_table(GARBAGE).or_fault()?;
    let mut nodes = txn.open_table(NODES).or_fault()?;
    let mut undo = txn.open_table(UNDO).or_fault()?;
    let mut keys = txn.open_table(KEYS).or_fault()?;
    let latest = txn.open_table(LATEST).or_fault()?;
    let mut left = budget;
    while left > 0 {
        let first = garbage
            .range(..=(oldest, u32::MAX))
            .or_fault()?
            .next()
            .transpose()
            .or_fault()?;
        let Some((id, part)) = first.map(|(id, part)| (id.value(), part.value().to_vec())) else {
            break;
        };
        let mut rest = &part[..];
        while !rest.is_empty() {
            let (kind, row, after) = entry(rest)
                .ok_or_else(|| StateFault::damaged(format_args!("garbage row {id:?}")))?;
            rest = after;
            left = left.saturating_sub(1);
            if kind == NODE {
                nodes.remove(row).or_fault()?;
                continue;
            }
            undo.remove((row, id.0)).or_fault()?;
            let gone = kind == REMOVED
                && latest.get(row).or_fault()?.is_none()
                && undo
                    .range((row, 0)..=(row, u64::MAX))
                    .or_fault()?
                    .next()
                    .is_none();
            if gone && let Some((store, key)) = row.split_first() {
                keys.remove(&[&[*store][..], &sha256(key)].concat()[..])
                    .or_fault()?;
            }
        }
        garbage.remove(id).or_fault()?;
    }
    // a height's root row is small; blocks' outcomes are kept for history
    let mut roots = txn.open_table(ROOTS).or_fault()?;
    let below: Vec<u64> = roots
        .range(..oldest)
        .or_fault()?
        .take(budget)
        .map(|row| row.map(|(height, _)| height.value()))
        .collect::<Result<_, _>>()
        .or_fault()?;
    for height in below {
        roots.remove(height).or_fault()?;
    }
    Ok(())
}

fn entry(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (kind, rest) = bytes.split_first()?;
    let (len, rest) = rest.split_first_chunk()?;
    let (row, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*len)).ok()?)?;
    Some((*kind, row, rest))
}
