//! The swarm and its event loop.
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use bytes::Bytes;
use futures::StreamExt;
use libp2p::{
    Multiaddr, PeerId, Swarm, SwarmBuilder,
    connection_limits::{self, ConnectionLimits},
    gossipsub::{
        self, IdentTopic, MessageAcceptance, MessageAuthenticity, MessageId, PublishError,
        ValidationMode, WhitelistSubscriptionFilter,
    },
    identity::Keypair,
    swarm::{NetworkBehaviour, SwarmEvent, dial_opts::DialOpts},
};
use sha2::{Digest, Sha256};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::{Instant, MissedTickBehavior},
};
use tracing::{debug, warn};

use super::{
    Admission, Admit, Bucket, Config, Counters, WAITING, batch,
    peers::{StaticPeers, Strikes},
};
use crate::Error;

type Pubsub = gossipsub::Behaviour<gossipsub::IdentityTransform, WhitelistSubscriptionFilter>;

#[derive(NetworkBehaviour)]
struct Behaviour {
    limits: connection_limits::Behaviour,
    pubsub: Pubsub,
}

/// A message whose transactions wait for admission, and later what came of it.
struct Pending {
    id: MessageId,
    from: PeerId,
    txs: Vec<Bytes>,
}

struct Verdict {
    id: MessageId,
    from: PeerId,
    acceptance: MessageAcceptance,
    strike: bool,
    /// What entered the pool by a message without being forwarded with it.
    republish: Vec<Bytes>,
}

pub(super) struct Task {
    config: Config,
    swarm: Swarm<Behaviour>,
    topic: IdentTopic,
    counters: Arc<Counters>,
    listening: Multiaddr,
    named: StaticPeers,
    strikes: Strikes,
    buckets: BTreeMap<PeerId, Bucket>,
    subscribed: watch::Sender<usize>,
    admission: mpsc::Sender<Pending>,
    verdicts: mpsc::Receiver<Verdict>,
    queue: VecDeque<Bytes>,
    next_publish: Instant,
}

/// How often unreachable named peers are looked at.
const REDIAL: Duration = Duration::from_millis(100);
const HEARTBEAT: Duration = Duration::from_millis(700);

fn pubsub(config: &Config, keypair: Keypair, topic: &IdentTopic) -> Result<Pubsub, String> {
    let max = config
        .max_tx_bytes
        .max(batch::SOFT_BYTES)
        .saturating_add(batch::OVERHEAD)
        .saturating_add(4 * batch::MAX_COUNT)
        .saturating_add(1024); // the signed envelope
    let settings = gossipsub::ConfigBuilder::default()
        .protocol_id_prefix(format!("/mycel/{}/pubsub", config.chain_id))
        .validation_mode(ValidationMode::Strict)
        .validate_messages()
        .max_transmit_size(max)
        // The author reaches all its neighbours directly; the mesh only has to carry a message on to those that
        // are not the author's neighbours, so a small one is enough, and each edge costs a signature check.
        .flood_publish(true)
        .mesh_outbound_min(0)
        .mesh_n_low(1)
        .mesh_n(2)
        .mesh_n_high(4)
        .idontwant_message_size_threshold(128)
        .heartbeat_initial_delay(Duration::from_millis(100))
        .heartbeat_interval(HEARTBEAT)
        .history_length(4)
        .history_gossip(2)
        .gossip_lazy(2)
        .duplicate_cache_time(Duration::from_secs(30))
        .connection_handler_queue_len(512)
        // by content: the same batch from two authors is one message
        .message_id_fn(|m| MessageId::from(Sha256::digest(&m.data)[..20].to_vec()))
        .build()
        .map_err(|e| e.to_string())?;
    let filter = WhitelistSubscriptionFilter([topic.hash()].into_iter().collect());
    let mut behaviour = Pubsub::new_with_subscription_filter(
        MessageAuthenticity::Signed(keypair),
        settings,
        filter,
    )?;
    behaviour.subscribe(topic).map_err(|e| e.to_string())?;
    Ok(behaviour)
}

impl Task {
    pub(super) async fn bind(
        config: Config,
        pool: Arc<dyn Admit>,
        counters: Arc<Counters>,
        subscribed: watch::Sender<usize>,
    ) -> Result<Self, Error> {
        let mut secret = config.node_key;
        let keypair = Keypair::ed25519_from_bytes(&mut secret).map_err(|e| Error::Key {
            name: "node_key",
            reason: e.to_string(),
        })?;
        let local = keypair.public().to_peer_id();
        let topic = IdentTopic::new(config.topic());
        let limits = ConnectionLimits::default()
            .with_max_established_incoming(Some(config.max_inbound))
            .with_max_pending_incoming(Some(config.max_inbound))
            .with_max_established_per_peer(Some(3));
        let behaviour = Behaviour {
            limits: connection_limits::Behaviour::new(limits),
            pubsub: pubsub(&config, keypair.clone(), &topic).map_err(Error::Gossip)?,
        };
        let mut swarm = SwarmBuilder::with_existing_identity(keypair)
            .with_tokio()
            .with_tcp(
                libp2p::tcp::Config::new().nodelay(true),
                libp2p::noise::Config::new,
                libp2p::yamux::Config::default,
            )
            .map_err(|e| Error::Gossip(e.to_string()))?
            .with_behaviour(|_| behaviour)
            .map_err(|e| Error::Gossip(e.to_string()))?
            .with_swarm_config(|c| c.with_idle_connection_timeout(Duration::from_secs(3600)))
            .build();
        let listening = listen(&mut swarm, &config.listen).await?;
        let (admission, pending) = mpsc::channel(WAITING);
        let (verdict_tx, verdicts) = mpsc::channel(WAITING);
        let worker_counters = counters.clone();
        // Ends when the task drops `admission`. A thread, because a check verifies signatures and takes locks.
        tokio::task::spawn_blocking(move || {
            admit_all(pending, &verdict_tx, &*pool, &worker_counters);
        });
        let now = Instant::now();
        Ok(Self {
            named: StaticPeers::new(config.peers.clone(), local, now),
            config,
            swarm,
            topic,
            counters,
            listening,
            strikes: Strikes::default(),
            buckets: BTreeMap::new(),
            subscribed,
            admission,
            verdicts,
            queue: VecDeque::new(),
            next_publish: now,
        })
    }

    pub(super) fn listening(&self) -> &Multiaddr {
        &self.listening
    }

    pub(super) async fn run(
        mut self,
        mut outgoing: mpsc::Receiver<Bytes>,
        mut stop: oneshot::Receiver<()>,
    ) {
        let mut redial = tokio::time::interval(REDIAL);
        redial.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            let room = self.queue.len() < super::OUTGOING;
            let wait_to_publish = !self.queue.is_empty();
            let publish_at = self.next_publish;
            tokio::select! {
                _ = &mut stop => return,
                event = self.swarm.select_next_some() => self.on_event(event),
                Some(verdict) = self.verdicts.recv() => self.on_verdict(verdict),
                tx = outgoing.recv(), if room => match tx {
                    Some(tx) => {
                        self.queue.push_back(tx);
                        while let Ok(tx) = outgoing.try_recv() {
                            self.queue.push_back(tx);
                        }
                        self.publish_if_due();
                    }
                    None => return,
                },
                () = tokio::time::sleep_until(publish_at), if wait_to_publish => {
                    self.publish_if_due();
                }
                _ = redial.tick() => self.redial(),
            }
        }
    }

    fn redial(&mut self) {
        let now = Instant::now();
        for (index, address) in self.named.due(now) {
            let opts = DialOpts::from(address);
            let connection = opts.connection_id();
            self.named.dialing(index, connection);
            if let Err(e) = self.swarm.dial(opts) {
                debug!(error = %e, "dial refused");
                self.named.failed(connection, now);
            }
        }
    }

    fn publish_if_due(&mut self) {
        let now = Instant::now();
        if now < self.next_publish {
            return;
        }
        let batch = batch::next_batch(&mut self.queue);
        if batch.is_empty() {
            return;
        }
        let data = batch::encode(&batch);
        match self
            .swarm
            .behaviour_mut()
            .pubsub
            .publish(self.topic.clone(), data)
        {
            Ok(_) => {
                self.counters.published.fetch_add(1, Ordering::Relaxed);
                self.next_publish = now + self.config.linger;
            }
            Err(PublishError::NoPeersSubscribedToTopic | PublishError::AllQueuesFull(_)) => {
                // keep them until somebody listens
                for tx in batch.into_iter().rev() {
                    self.queue.push_front(tx);
                }
                self.next_publish = now + HEARTBEAT;
            }
            Err(e) => debug!(error = %e, "batch not published"),
        }
    }

    fn on_event(&mut self, event: SwarmEvent<BehaviourEvent>) {
        let now = Instant::now();
        match event {
            SwarmEvent::Behaviour(BehaviourEvent::Pubsub(event)) => self.on_pubsub(event, now),
            SwarmEvent::ConnectionEstablished {
                peer_id,
                connection_id,
                ..
            } => {
                self.named.connected(connection_id, peer_id);
                if self.strikes.is_banned(&peer_id, now) {
                    let _ = self.swarm.disconnect_peer_id(peer_id);
                    return;
                }
                let rate = self.rate_of(&peer_id);
                self.buckets
                    .entry(peer_id)
                    .or_insert_with(|| Bucket::new(rate, now))
                    .set_rate(rate);
                self.count_peers();
            }
            SwarmEvent::ConnectionClosed {
                peer_id,
                num_established: 0,
                ..
            } => {
                self.named.disconnected(peer_id, now);
                self.strikes.forget(&peer_id);
                self.buckets.remove(&peer_id);
                self.count_peers();
            }
            SwarmEvent::OutgoingConnectionError {
                connection_id,
                error,
                ..
            } => {
                debug!(%error, "dial failed");
                self.named.failed(connection_id, now);
            }
            _ => {}
        }
    }

    fn rate_of(&self, peer: &PeerId) -> u64 {
        if self.named.is_named(peer) {
            self.config.named_rate
        } else {
            self.config.rate
        }
    }

    fn count_peers(&mut self) {
        let connected = self.swarm.connected_peers().count();
        self.counters.peers.store(connected, Ordering::Relaxed);
        let hash = self.topic.hash();
        let listening = self
            .swarm
            .behaviour()
            .pubsub
            .all_peers()
            .filter(|(_, topics)| topics.iter().any(|t| **t == hash))
            .count();
        self.subscribed.send_if_modified(|n| {
            let changed = *n != listening;
            *n = listening;
            changed
        });
    }

    fn on_pubsub(&mut self, event: gossipsub::Event, now: Instant) {
        match event {
            gossipsub::Event::Message {
                propagation_source,
                message_id,
                message,
            } => self.on_message(propagation_source, message_id, message.data, now),
            gossipsub::Event::Subscribed { .. } | gossipsub::Event::Unsubscribed { .. } => {
                self.count_peers();
                // somebody listens now: what waited for that may go
                self.next_publish = self.next_publish.min(now);
            }
            _ => {}
        }
    }

    fn on_message(&mut self, from: PeerId, id: MessageId, data: Vec<u8>, now: Instant) {
        let txs = match batch::decode(data.into(), self.config.max_tx_bytes) {
            Ok(txs) => txs,
            Err(error) => {
                debug!(%from, %error, "undecodable transactions");
                self.counters.undecodable.fetch_add(1, Ordering::Relaxed);
                self.report(&id, &from, MessageAcceptance::Reject);
                self.strike(from, now);
                return;
            }
        };
        let count = u64::try_from(txs.len()).unwrap_or(u64::MAX);
        let rate = self.rate_of(&from);
        let bucket = self
            .buckets
            .entry(from)
            .or_insert_with(|| Bucket::new(rate, now));
        bucket.set_rate(rate);
        if !bucket.take(count, now) {
            self.counters.over_rate.fetch_add(1, Ordering::Relaxed);
            self.report(&id, &from, MessageAcceptance::Ignore);
            return;
        }
        match self.admission.try_send(Pending { id, from, txs }) {
            Ok(()) => {
                self.counters.waiting.fetch_add(1, Ordering::Relaxed);
            }
            Err(refused) => {
                let pending = refused.into_inner();
                self.counters.over_capacity.fetch_add(1, Ordering::Relaxed);
                self.report(&pending.id, &pending.from, MessageAcceptance::Ignore);
            }
        }
    }

    fn on_verdict(&mut self, verdict: Verdict) {
        self.report(&verdict.id, &verdict.from, verdict.acceptance);
        if verdict.strike {
            self.strike(verdict.from, Instant::now());
        }
        for tx in verdict.republish {
            if self.queue.len() < super::OUTGOING {
                self.queue.push_back(tx);
            }
        }
        self.publish_if_due();
    }

    fn report(&mut self, id: &MessageId, from: &PeerId, acceptance: MessageAcceptance) {
        self.swarm
            .behaviour_mut()
            .pubsub
            .report_message_validation_result(id, from, acceptance);
    }

    fn strike(&mut self, peer: PeerId, now: Instant) {
        if self.strikes.strike(peer, now) {
            warn!(%peer, "peer sends what no honest node would; disconnected for a minute");
            self.counters.banned.fetch_add(1, Ordering::Relaxed);
            let _ = self.swarm.disconnect_peer_id(peer);
        }
    }
}

async fn listen(swarm: &mut Swarm<Behaviour>, address: &Multiaddr) -> Result<Multiaddr, Error> {
    let refused = |reason: String| Error::Listen {
        address: address.to_string(),
        reason,
    };
    let wanted = swarm
        .listen_on(address.clone())
        .map_err(|e| refused(e.to_string()))?;
    loop {
        match swarm.select_next_some().await {
            SwarmEvent::NewListenAddr {
                listener_id,
                address,
            } if listener_id == wanted => return Ok(address),
            SwarmEvent::ListenerClosed {
                listener_id,
                reason,
                ..
            } if listener_id == wanted => {
                return Err(refused(match reason {
                    Ok(()) => "closed".into(),
                    Err(e) => e.to_string(),
                }));
            }
            SwarmEvent::ListenerError { listener_id, error } if listener_id == wanted => {
                return Err(refused(error.to_string()));
            }
            _ => {}
        }
    }
}

/// Offers every transaction to the pool, one message after the other: transactions of one sender must be seen in
/// the order of their sequences.
fn admit_all(
    mut pending: mpsc::Receiver<Pending>,
    verdicts: &mpsc::Sender<Verdict>,
    pool: &dyn Admit,
    counters: &Counters,
) {
    while let Some(Pending { id, from, txs }) = pending.blocking_recv() {
        counters.waiting.fetch_sub(1, Ordering::Relaxed);
        let count = txs.len();
        let mut fresh = Vec::new();
        let mut released = Vec::new();
        let (mut known, mut later, mut invalid) = (0usize, 0usize, 0usize);
        for tx in txs {
            match pool.admit(&tx, &mut released) {
                Admission::Admitted => fresh.push(tx),
                Admission::Known => known += 1,
                Admission::Later => later += 1,
                Admission::Invalid => invalid += 1,
            }
        }
        let add = |counter: &std::sync::atomic::AtomicU64, n: usize| {
            counter.fetch_add(u64::try_from(n).unwrap_or(0), Ordering::Relaxed);
        };
        add(&counters.admitted, fresh.len());
        add(&counters.known, known);
        add(&counters.refused, later + invalid);
        let whole = fresh.len() + known == count;
        let verdict = Verdict {
            id,
            from,
            acceptance: match (whole, fresh.is_empty()) {
                (true, false) => MessageAcceptance::Accept,
                // nothing new in it: neighbours heard it when it was new
                (true, true) => MessageAcceptance::Ignore,
                (false, _) if invalid == count => MessageAcceptance::Reject,
                (false, _) => MessageAcceptance::Ignore,
            },
            // A race with a block makes an honest peer's transaction inadmissible now and then, a whole message of
            // them is something else.
            strike: invalid == count,
            republish: if whole {
                released
            } else {
                [fresh, released].concat()
            },
        };
        if verdicts.blocking_send(verdict).is_err() {
            return;
        }
    }
}
