//! Who sends parts that no honest node sends, and how many more of them are looked at.
//!
//! Checking a forged part costs a signature check on the host's thread. Each author has a small allowance of forged
//! parts a second; once it is spent, its parts are dropped unread until the allowance has grown again. The author is
//! the one that the transport proved, so a neighbour that passes parts on answers for nobody else's.
use std::collections::BTreeMap;

use arc_malachitebft_app_channel::app::types::PeerId;
use mycel_engine::host::PartRefusal;
use tokio::time::Instant;

use crate::gossip::Bucket;

/// Forged parts a second, and at once.
const RATE: u64 = 16;
/// How many authors are remembered. Identities cost nothing, so the memory of them must not grow.
const MAX_AUTHORS: usize = 256;

/// Allowances by author.
#[derive(Default)]
pub(crate) struct Refusals(BTreeMap<PeerId, Bucket>);

impl Refusals {
    /// A part of this author was refused.
    pub(crate) fn count(&mut self, author: PeerId, reason: PartRefusal, now: Instant) {
        match reason {
            // what is late, early or repeated happens among honest nodes
            PartRefusal::Height | PartRefusal::Round | PartRefusal::Duplicate => {}
            PartRefusal::Proposer
            | PartRefusal::Signature
            | PartRefusal::Size
            | PartRefusal::Proof
            | PartRefusal::Conflict
            | PartRefusal::Block => {
                if self.0.len() >= MAX_AUTHORS && !self.0.contains_key(&author) {
                    self.0.clear();
                }
                let bucket = self
                    .0
                    .entry(author)
                    .or_insert_with(|| Bucket::new(RATE, now));
                bucket.take(1, now);
            }
        }
    }

    /// Whether this author's parts are not looked at now.
    pub(crate) fn is_spent(&mut self, author: &PeerId, now: Instant) -> bool {
        self.0.get_mut(author).is_some_and(|b| b.is_empty(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn peer(n: u8) -> PeerId {
        let key = libp2p_identity::Keypair::ed25519_from_bytes([n; 32]).unwrap();
        PeerId::from_bytes(&key.public().to_peer_id().to_bytes()).unwrap()
    }

    #[test]
    fn a_forger_is_ignored_for_a_while_and_a_slow_peer_never() {
        let start = Instant::now();
        let mut refusals = Refusals::default();
        for _ in 0..100 {
            refusals.count(peer(1), PartRefusal::Signature, start);
            refusals.count(peer(2), PartRefusal::Height, start);
            refusals.count(peer(2), PartRefusal::Duplicate, start);
        }
        assert!(refusals.is_spent(&peer(1), start));
        assert!(!refusals.is_spent(&peer(2), start));
        assert!(!refusals.is_spent(&peer(1), start + Duration::from_millis(200)));
    }

    #[test]
    fn new_identities_do_not_grow_the_memory() {
        let start = Instant::now();
        let mut refusals = Refusals::default();
        for n in 0..=255u8 {
            refusals.count(peer(n), PartRefusal::Signature, start);
        }
        let again = libp2p_identity::Keypair::generate_ed25519();
        let again = PeerId::from_bytes(&again.public().to_peer_id().to_bytes()).unwrap();
        refusals.count(again, PartRefusal::Signature, start);
        assert!(refusals.0.len() <= MAX_AUTHORS);
    }
}
