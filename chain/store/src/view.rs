//! What one transaction sees, and what it leaves behind.
use bytes::Bytes;
use mycel_types::StoreId;

use crate::{Delta, Direction, KeyRange, StateFault};

/// The state as one transaction sees it. Owned, because it travels into the virtual machine and back.
///
/// Reads see the view's own writes; an open cursor sees them as of its creation.
pub trait View: Send + 'static {
    /// The value of a key.
    fn get(&mut self, store: StoreId, key: &[u8]) -> Result<Option<Bytes>, StateFault>;

    /// Opens a cursor over a range. It sees the writes as of now, whatever is written later.
    fn scan(
        &mut self,
        store: StoreId,
        range: KeyRange,
        dir: Direction,
    ) -> Result<CursorId, StateFault>;

    /// The next entry of a cursor; `None` at its end. An unknown cursor is [`StateFault::Invalid`].
    fn next(&mut self, cursor: CursorId) -> Result<Option<(Bytes, Bytes)>, StateFault>;

    /// Frees a cursor; one that is unknown is ignored.
    fn close(&mut self, cursor: CursorId);

    /// Writes a value, or removes the key. Empty keys and values are [`StateFault::Invalid`] and change nothing.
    fn set(&mut self, store: StoreId, key: Bytes, value: Option<Bytes>) -> Result<(), StateFault>;

    /// A submessage begins.
    fn mark(&mut self) -> Mark;

    /// It failed: its writes are undone and its cursors closed, its reads stay recorded. Later marks become void.
    fn revert(&mut self, to: Mark);

    /// Ends the transaction.
    fn finish(self: Box<Self>) -> Effects;
}

/// Names an open cursor of a [`View`]; counted from 1 in the order of creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CursorId(pub u32);

/// A point to which a [`View`] can return. Only valid in the view that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// How many journal entries there were.
    pub(crate) journal: usize,
    /// The last cursor there was.
    pub(crate) cursor: u32,
}

/// What a transaction read and wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Keys read from below the view, each once, in key order.
    pub reads: Vec<Read>,
    /// Ranges walked, in the order of their cursors.
    pub ranges: Vec<RangeRead>,
    /// What it changes.
    pub writes: Delta,
}

/// A key as it was read from below a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// Where.
    pub store: StoreId,
    /// Which key.
    pub key: Bytes,
    /// What stood there.
    pub value: Option<Bytes>,
}

/// A range as far as a cursor walked it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeRead {
    /// Where.
    pub store: StoreId,
    /// What was asked for.
    pub range: KeyRange,
    /// In which order.
    pub direction: Direction,
    /// The last key that was given.
    pub last: Option<Bytes>,
    /// Whether the end was seen: then the whole range counts as read, else the part up to `last`.
    pub ended: bool,
}
