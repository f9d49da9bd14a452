//! How transactions enter: from this node's doors, and from its peers.
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use mycel_engine::{Mempool, Submission};
use mycel_types::codes;

use crate::gossip::{Admission, Admit, Submitter};

/// The pool and the gossip behind it. Cheap to clone; works before the engine runs and after it stopped, then
/// without gossip.
#[derive(Clone)]
pub struct Inlet {
    pool: Arc<Mempool>,
    gossip: Arc<OnceLock<Submitter>>,
}

impl Inlet {
    pub(crate) fn new(pool: Arc<Mempool>) -> Self {
        Self {
            pool,
            gossip: Arc::default(),
        }
    }

    pub(crate) fn connect(&self, gossip: Submitter) {
        // an engine runs once
        let _ = self.gossip.set(gossip);
    }

    /// Checks a transaction, pools it, and tells the neighbours what entered the pool by it. Verifies signatures:
    /// call it where waiting is allowed.
    pub fn submit(&self, tx: Bytes) -> Submission {
        let submission = self.pool.submit(tx);
        if let Some(gossip) = self.gossip.get() {
            for tx in &submission.admitted {
                gossip.submit(tx.clone());
            }
        }
        submission
    }

    /// The pool.
    pub fn pool(&self) -> &Arc<Mempool> {
        &self.pool
    }
}

/// The pool, as gossip sees it.
pub(crate) struct FromPeers(pub(crate) Arc<Mempool>);

impl Admit for FromPeers {
    fn admit(&self, tx: &Bytes, released: &mut Vec<Bytes>) -> Admission {
        let Submission { outcome, admitted } = self.0.submit(tx.clone());
        if outcome.ok() {
            let entered = admitted.contains(tx);
            released.extend(admitted.into_iter().filter(|other| other != tx));
            // parked: it waits for one before it, and is news once that came
            return if entered {
                Admission::Admitted
            } else {
                Admission::Later
            };
        }
        let is = |code: mycel_types::Code| {
            outcome.code == code.code && outcome.codespace == code.codespace
        };
        if is(codes::TX_IN_MEMPOOL_CACHE) {
            Admission::Known
        } else if is(codes::TX_DECODE) || is(codes::TX_TOO_LARGE) || is(codes::UNAUTHORIZED) {
            Admission::Invalid
        } else {
            // what depends on state may have been admissible a block ago
            Admission::Later
        }
    }
}
