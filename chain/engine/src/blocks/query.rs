//! Searching the index.
use std::ops::RangeInclusive;

use redb::{ReadOnlyTable, ReadableDatabase};

use super::{
    Blocks, BlocksError, index,
    tables::{TAGS, TXS},
};

/// Where a transaction stands. For a block the index is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The block.
    pub height: u64,
    /// The place in it.
    pub index: u32,
}

/// Whose events are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Scope {
    /// Of transactions.
    Tx = 0,
    /// Of blocks themselves.
    Block = 1,
}

/// `key='value'`. The key is `type.attribute`, or `tx.hash` or `tx.height`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The key.
    pub key: String,
    /// The exact value.
    pub value: String,
}

impl Condition {
    /// A condition.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            value: value.into(),
        }
    }
}

type Tags = ReadOnlyTable<([u8; 16], u64, u32), ()>;

/// The first position at or after `from` that carries `tag`.
fn next(tags: &Tags, tag: [u8; 16], from: Position) -> Result<Option<Position>, BlocksError> {
    let first = tags
        .range((tag, from.height, from.index)..=(tag, u64::MAX, u32::MAX))?
        .next()
        .transpose()?;
    Ok(first.map(|(key, _)| {
        let (_, height, index) = key.value();
        Position { height, index }
    }))
}

fn after(p: Position) -> Position {
    match p.index.checked_add(1) {
        Some(index) => Position { index, ..p },
        None => Position {
            height: p.height.saturating_add(1),
            index: 0,
        },
    }
}

impl Blocks {
    /// Where a transaction stands.
    pub fn tx(&self, hash: &[u8; 32]) -> Result<Option<Position>, BlocksError> {
        let read = self.db.begin_read()?;
        Ok(read.open_table(TXS)?.get(hash)?.map(|v| {
            let (height, index) = v.value();
            Position { height, index }
        }))
    }

    /// The first `limit` positions in `heights`, ascending, that carry the attribute `key` with exactly `value`.
    pub fn tagged(
        &self,
        scope: Scope,
        key: &str,
        value: &str,
        heights: RangeInclusive<u64>,
        limit: usize,
    ) -> Result<Vec<Position>, BlocksError> {
        let read = self.db.begin_read()?;
        let tags = read.open_table(TAGS)?;
        let tag = index::tag(scope, key, value);
        let (from, to) = heights.into_inner();
        let mut found = vec![];
        if from > to {
            return Ok(found);
        }
        for entry in tags
            .range((tag, from, 0)..=(tag, to, u32::MAX))?
            .take(limit)
        {
            let (_, height, index) = entry?.0.value();
            found.push(Position { height, index });
        }
        Ok(found)
    }

    /// Transactions that meet all conditions, ascending, from `from` on and at most `limit`: a page. The next page
    /// begins after the last one's position. Without a condition nothing is found.
    pub fn search(
        &self,
        conditions: &[Condition],
        from: Position,
        limit: usize,
    ) -> Result<Vec<Position>, BlocksError> {
        let mut at = from;
        let mut end = Position {
            height: u64::MAX,
            index: u32::MAX,
        };
        let mut wanted = vec![];
        for condition in conditions {
            let (low, high) = match condition.key.as_str() {
                "tx.hash" => {
                    let hash = hex::decode(&condition.value).ok();
                    let hash = hash.and_then(|h| <[u8; 32]>::try_from(h).ok());
                    match hash.map(|h| self.tx(&h)).transpose()?.flatten() {
                        Some(p) => (p, p),
                        None => return Ok(vec![]),
                    }
                }
                "tx.height" => match condition.value.parse() {
                    Ok(height) => (
                        Position { height, index: 0 },
                        Position {
                            height,
                            index: u32::MAX,
                        },
                    ),
                    Err(_) => return Ok(vec![]),
                },
                key => {
                    wanted.push(index::tag(Scope::Tx, key, &condition.value));
                    continue;
                }
            };
            at = at.max(low);
            end = end.min(high);
        }
        let bounded = wanted.len() < conditions.len();
        if wanted.is_empty() {
            return if bounded {
                self.all_between(at, end, limit)
            } else {
                Ok(vec![])
            };
        }
        let read = self.db.begin_read()?;
        let tags = read.open_table(TAGS)?;
        let mut found = vec![];
        // leapfrog: whichever tag is behind jumps to the one ahead
        'search: while found.len() < limit && at <= end {
            for tag in &wanted {
                match next(&tags, *tag, at)? {
                    None => break 'search,
                    Some(p) if p > at => {
                        at = p;
                        continue 'search;
                    }
                    Some(_) => {}
                }
            }
            found.push(at);
            at = after(at);
        }
        Ok(found)
    }

    /// All transactions of one block (or the one transaction) between two positions.
    fn all_between(
        &self,
        from: Position,
        to: Position,
        limit: usize,
    ) -> Result<Vec<Position>, BlocksError> {
        if from > to || from.height != to.height {
            return Ok(vec![]);
        }
        let Some(block) = self.block(from.height)? else {
            return Ok(vec![]);
        };
        let count = block.data.len() as u64;
        Ok((u64::from(from.index)..count.min(u64::from(to.index) + 1))
            .take(limit)
            .map(|index| Position {
                height: from.height,
                index: index as u32,
            })
            .collect())
    }
}
