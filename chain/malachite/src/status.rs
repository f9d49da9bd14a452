//! What an engine counts, for status, metrics and tests.
use std::sync::{
    Arc,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

use crate::gossip;

/// Counters of one engine.
#[derive(Debug, Default)]
pub struct Status {
    /// Of transaction gossip; its `peers` are the node's neighbours.
    pub gossip: Arc<gossip::Counters>,
    /// Parts of proposals that came.
    pub parts: AtomicU64,
    /// Parts that were refused: unsigned, foreign, out of turn, duplicate.
    pub parts_refused: AtomicU64,
    /// Parts dropped unread, because their author had sent too many forged ones.
    pub parts_ignored: AtomicU64,
    /// Bytes of parts that wait for the rest of their block.
    pub parts_buffered: AtomicUsize,
    /// The most bytes that ever waited.
    pub parts_buffered_max: AtomicUsize,
    /// Pairs of contradictory votes or proposals that were stored as evidence.
    pub equivocations: AtomicU64,
}

impl Status {
    pub(crate) fn buffered(&self, bytes: usize) {
        self.parts_buffered.store(bytes, Ordering::Relaxed);
        self.parts_buffered_max.fetch_max(bytes, Ordering::Relaxed);
    }
}
