//! The peers an operator named: dialled until connected, with backoff.
use std::{collections::BTreeMap, time::Duration};

use libp2p::{Multiaddr, PeerId, multiaddr::Protocol, swarm::ConnectionId};
use tokio::time::Instant;

const FIRST_RETRY: Duration = Duration::from_millis(100);
const LAST_RETRY: Duration = Duration::from_secs(5);

struct StaticPeer {
    address: Multiaddr,
    id: Option<PeerId>,
    connected: bool,
    dialing: Option<ConnectionId>,
    retry: Duration,
    due: Instant,
}

/// The named peers and where each stands.
pub(super) struct StaticPeers {
    peers: Vec<StaticPeer>,
    local: PeerId,
}

impl StaticPeers {
    pub(super) fn new(addresses: Vec<Multiaddr>, local: PeerId, now: Instant) -> Self {
        let peers = addresses
            .into_iter()
            .map(|address| StaticPeer {
                id: address.iter().find_map(|p| match p {
                    Protocol::P2p(id) => Some(id),
                    _ => None,
                }),
                address,
                connected: false,
                dialing: None,
                retry: FIRST_RETRY,
                due: now,
            })
            .collect();
        Self { peers, local }
    }

    /// What to dial now.
    pub(super) fn due(&mut self, now: Instant) -> Vec<(usize, Multiaddr)> {
        self.peers
            .iter()
            .enumerate()
            .filter(|(_, p)| {
                !p.connected && p.dialing.is_none() && p.due <= now && p.id != Some(self.local)
            })
            .map(|(i, p)| (i, p.address.clone()))
            .collect()
    }

    pub(super) fn dialing(&mut self, index: usize, connection: ConnectionId) {
        if let Some(peer) = self.peers.get_mut(index) {
            peer.dialing = Some(connection);
        }
    }

    /// A dial went wrong.
    pub(super) fn failed(&mut self, connection: ConnectionId, now: Instant) {
        for peer in &mut self.peers {
            if peer.dialing == Some(connection) {
                peer.dialing = None;
                peer.due = now + peer.retry;
                peer.retry = peer.retry.saturating_mul(2).min(LAST_RETRY);
            }
        }
    }

    /// A dial went through, or a peer whose id is known connected by itself.
    pub(super) fn connected(&mut self, connection: ConnectionId, id: PeerId) {
        for peer in &mut self.peers {
            if peer.dialing == Some(connection) {
                peer.id = Some(id);
                peer.dialing = None;
            }
            if peer.id == Some(id) {
                peer.connected = true;
                peer.retry = FIRST_RETRY;
            }
        }
    }

    pub(super) fn disconnected(&mut self, id: PeerId, now: Instant) {
        for peer in &mut self.peers {
            if peer.id == Some(id) {
                peer.connected = false;
                peer.due = now + peer.retry;
            }
        }
    }

    pub(super) fn is_named(&self, id: &PeerId) -> bool {
        self.peers.iter().any(|p| p.id.as_ref() == Some(id))
    }
}

/// Misbehaviour of each connected peer, and until when a peer is not welcome.
#[derive(Default)]
pub(super) struct Strikes {
    counts: BTreeMap<PeerId, u32>,
    banned: BTreeMap<PeerId, Instant>,
}

/// So many undecodable or inadmissible messages are an accident; more are an attack.
const MAX_STRIKES: u32 = 16;
const BAN: Duration = Duration::from_secs(60);
const MAX_BANNED: usize = 1024;

impl Strikes {
    /// Counts one; true if the peer must go.
    pub(super) fn strike(&mut self, id: PeerId, now: Instant) -> bool {
        let count = self.counts.entry(id).or_default();
        *count = count.saturating_add(1);
        if *count < MAX_STRIKES {
            return false;
        }
        self.counts.remove(&id);
        if self.banned.len() >= MAX_BANNED {
            self.banned.retain(|_, until| *until > now);
        }
        if self.banned.len() < MAX_BANNED {
            self.banned.insert(id, now + BAN);
        }
        true
    }

    pub(super) fn is_banned(&mut self, id: &PeerId, now: Instant) -> bool {
        match self.banned.get(id) {
            Some(until) if *until > now => true,
            Some(_) => {
                self.banned.remove(id);
                false
            }
            None => false,
        }
    }

    pub(super) fn forget(&mut self, id: &PeerId) {
        self.counts.remove(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_that_does_not_answer_is_dialled_ever_more_rarely() {
        let start = Instant::now();
        let local = PeerId::random();
        let address: Multiaddr = "/ip4/127.0.0.1/tcp/1".parse().unwrap();
        let mut peers = StaticPeers::new(vec![address], local, start);
        let mut dials = 0;
        for ms in (0..20_000u64).step_by(50) {
            let now = start + Duration::from_millis(ms);
            for (index, _) in peers.due(now) {
                let connection = ConnectionId::new_unchecked(dials);
                dials += 1;
                peers.dialing(index, connection);
                peers.failed(connection, now);
            }
        }
        assert!((8..=12).contains(&dials), "dials={dials}");
    }

    #[test]
    fn a_peer_is_struck_out_for_a_minute() {
        let start = Instant::now();
        let id = PeerId::random();
        let mut strikes = Strikes::default();
        let out = (0..MAX_STRIKES)
            .filter(|_| strikes.strike(id, start))
            .count();
        assert_eq!(out, 1);
        assert!(strikes.is_banned(&id, start));
        assert!(!strikes.is_banned(&id, start + BAN));
    }
}
