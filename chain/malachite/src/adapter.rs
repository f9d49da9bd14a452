//! Between Malachite's application channel and the [`Host`].
//!
//! One thread owns the host and does nothing but step it: it takes a message, steps, and carries out the effects in
//! order. Malachite's connector handles one message at a time and awaits most answers, so nothing here waits inside
//! a message for anything but the host itself. A block that will probably be decided is executed ahead in a step of
//! its own ([`HostInput::Work`]), after everything that arrived in the meantime was answered. Committing happens in
//! the step of `Decided`; the connector does not wait for that answer, nor for that of `Finalized`.
//!
//! # Pacing
//! After `Finalized` Malachite rests until it is told to start the next height. The host decides when: at once, or
//! at a time it names ([`HostEffect::WakeAt`]), or when the pool gets its first transaction, or when a part of the
//! next height shows that another validator has begun. The adapter turns the last three into steps without polling.
mod convert;
mod gather;

use std::{
    collections::VecDeque,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use arc_malachitebft_app_channel::{
    AppMsg, Channels, NetworkMsg, Reply,
    app::{
        consensus::{ProposedValue, VoteExtensionError},
        engine::host::{Next, SyncedValueOutcome},
        streaming::{StreamContent, StreamId, StreamMessage},
        types::{LocallyProposedValue, MisbehaviorEvidence, PeerId},
    },
};
use arc_malachitebft_core_types::{HeightParams, Round};
use arc_malachitebft_sync::RawDecidedValue;
use bytes::Bytes;
use mycel_engine::{
    EngineError,
    blocks::Blocks,
    host::{Finished, Host, HostEffect, HostInput, SyncOutcome},
};
use mycel_types::{Time, header};
use tokio::sync::{Notify, mpsc, watch};
use tracing::{debug, error, warn};

use self::convert::{certificate_of, decided_value, proposed};
pub(crate) use self::gather::Gather;
use self::gather::gather_peers;
use crate::{
    codec::Part,
    context::{Chain, Height, ValidatorSet, Value},
    evidence,
    refusals::Refusals,
    settings::Timeouts,
    status::Status,
};

/// How many messages are answered between two steps of work.
const BETWEEN_WORK: usize = 64;

/// What tells the adapter to look up.
#[derive(Clone, Debug, Default)]
pub struct Bell(Arc<Notify>);

impl Bell {
    /// A transaction entered the empty pool.
    pub fn ring(&self) {
        self.0.notify_one();
    }
}

/// The wall clock, in the chain's unit.
#[allow(
    clippy::disallowed_methods,
    reason = "the host has no clock; this is where it is told the time"
)]
pub(crate) fn now() -> Time {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Time(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Answers that are still owed.
#[derive(Default)]
struct Owed {
    ready: Option<Reply<(Height, HeightParams<Chain>)>>,
    undecided: VecDeque<Reply<Vec<ProposedValue<Chain>>>>,
    propose: Option<(u64, u32, Reply<LocallyProposedValue<Chain>>)>,
    received: VecDeque<Reply<Option<ProposedValue<Chain>>>>,
    decided: VecDeque<Reply<()>>,
    finalized: Option<Reply<Next<Chain>>>,
    decided_values: VecDeque<Reply<Vec<RawDecidedValue<Chain>>>>,
    history_min: VecDeque<Reply<Height>>,
    synced: VecDeque<Reply<SyncedValueOutcome<Chain>>>,
}

/// Told of every durable block, in order.
pub(crate) type Observer = Box<dyn FnMut(Arc<Finished>) + Send>;

pub(crate) struct Adapter {
    pub(crate) host: Host,
    /// For evidence only.
    pub(crate) blocks: Arc<Blocks>,
    pub(crate) channels: Channels<Chain>,
    pub(crate) bell: Bell,
    pub(crate) stop: watch::Receiver<bool>,
    pub(crate) timeouts: Timeouts,
    pub(crate) gather: Gather,
    pub(crate) observer: Observer,
    pub(crate) status: Arc<Status>,
    /// The height that was last durable.
    pub(crate) height: watch::Sender<u64>,
}

struct Loop {
    host: Host,
    blocks: Arc<Blocks>,
    parts: mpsc::Sender<NetworkMsg<Chain>>,
    timeouts: Timeouts,
    observer: Observer,
    status: Arc<Status>,
    height: watch::Sender<u64>,
    /// The set of the height that is being decided.
    set: Arc<header::ValidatorSet>,
    refusals: Refusals,
    owed: Owed,
    wake_at: Option<Time>,
    work: bool,
    streams: u64,
}

impl Adapter {
    /// Runs until told to stop, until the host halts, or until Malachite is gone.
    pub(crate) async fn run(self) -> Result<(), EngineError> {
        let Self {
            host,
            blocks,
            mut channels,
            bell,
            mut stop,
            timeouts,
            gather,
            observer,
            status,
            height,
        } = self;
        let mut this = Loop {
            host,
            blocks,
            parts: channels.network.clone(),
            timeouts,
            observer,
            status,
            height,
            set: Arc::default(),
            refusals: Refusals::default(),
            owed: Owed::default(),
            wake_at: None,
            work: false,
            streams: 0,
        };
        loop {
            if this.work {
                // answer what is there before the long step
                for _ in 0..BETWEEN_WORK {
                    match channels.consensus.try_recv() {
                        Ok(message) => this.on_message(message).await?,
                        Err(_) => break,
                    }
                }
                this.work = false;
                this.step(HostInput::Work).await?;
                continue;
            }
            let sleep = this.until_wake();
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return Ok(()),
                message = channels.consensus.recv() => match message {
                    Some(message) => {
                        if matches!(message, AppMsg::ConsensusReady { .. }) {
                            gather_peers(&channels.net_requests, gather).await;
                        }
                        this.on_message(message).await?;
                    }
                    None => return Err(EngineError::Machinery("consensus stopped by itself; the log says why".into())),
                },
                () = bell.0.notified() => this.step(HostInput::Wake).await?,
                () = tokio::time::sleep(sleep), if this.wake_at.is_some() => {
                    this.wake_at = None;
                    this.step(HostInput::Wake).await?;
                }
            }
        }
    }
}

impl Loop {
    fn until_wake(&self) -> Duration {
        let wait = self.wake_at.map_or(0, |at| at.0.saturating_sub(now().0));
        Duration::from_millis(wait)
    }

    async fn on_message(&mut self, message: AppMsg<Chain>) -> Result<(), EngineError> {
        let input = match message {
            AppMsg::ConsensusReady { reply } => {
                self.owed.ready = Some(reply);
                HostInput::Ready
            }
            AppMsg::StartedRound {
                height,
                round,
                reply_value,
                ..
            } => {
                self.owed.undecided.push_back(reply_value);
                HostInput::StartedRound {
                    height: height.0,
                    round: round.as_u32().unwrap_or(0),
                }
            }
            AppMsg::GetValue {
                height,
                round,
                reply,
                ..
            } => {
                let round = round.as_u32().unwrap_or(0);
                // a newer request makes an older one void: its round is over
                self.owed.propose = Some((height.0, round, reply));
                HostInput::GetValue {
                    height: height.0,
                    round,
                }
            }
            AppMsg::ReceivedProposalPart {
                from,
                published_by,
                part,
                reply,
            } => match part.content {
                StreamContent::Data(part) => {
                    let author = published_by.unwrap_or(from);
                    return self.on_part(author, part, reply).await;
                }
                StreamContent::Fin => {
                    // parts say themselves how many there are
                    let _ = reply.send(None);
                    return Ok(());
                }
            },
            AppMsg::RestreamProposal {
                height,
                round,
                valid_round,
                address,
                value_id,
            } => HostInput::Restream {
                height: height.0,
                round: round.as_u32().unwrap_or(0),
                pol_round: valid_round.as_u32(),
                proposer: address.0,
                value: value_id,
            },
            AppMsg::Decided {
                certificate, reply, ..
            } => {
                self.owed.decided.push_back(reply);
                HostInput::Decided(certificate_of(&certificate))
            }
            AppMsg::Finalized {
                certificate,
                evidence,
                reply,
                ..
            } => {
                self.keep(&evidence, certificate.value_id.time)?;
                self.owed.finalized = Some(reply);
                HostInput::Finalized {
                    height: certificate.height.0,
                }
            }
            AppMsg::GetDecidedValues { range, reply } => {
                self.owed.decided_values.push_back(reply);
                HostInput::GetDecided {
                    from: range.start().0,
                    to: range.end().0,
                }
            }
            AppMsg::GetHistoryMinHeight { reply } => {
                self.owed.history_min.push_back(reply);
                HostInput::HistoryMin
            }
            AppMsg::ProcessSyncedValue {
                height,
                round,
                proposer,
                value_bytes,
                reply,
            } => {
                self.owed.synced.push_back(reply);
                HostInput::Synced {
                    height: height.0,
                    round: round.as_u32().unwrap_or(0),
                    proposer: proposer.0,
                    bytes: value_bytes,
                }
            }
            AppMsg::ExtendVote { reply, .. } => {
                // extensions are disabled in every height's parameters
                let _ = reply.send(None);
                return Ok(());
            }
            AppMsg::VerifyVoteExtensions {
                extensions, reply, ..
            } => {
                let refused = extensions
                    .into_iter()
                    .map(|(who, _)| (who, Err(VoteExtensionError::InvalidVoteExtension)))
                    .collect();
                let _ = reply.send(refused);
                return Ok(());
            }
        };
        self.step(input).await
    }

    async fn on_part(
        &mut self,
        author: PeerId,
        part: Part,
        reply: Reply<Option<ProposedValue<Chain>>>,
    ) -> Result<(), EngineError> {
        let at = tokio::time::Instant::now();
        self.status.parts.fetch_add(1, Ordering::Relaxed);
        if self.refusals.is_spent(&author, at) {
            self.status.parts_ignored.fetch_add(1, Ordering::Relaxed);
            let _ = reply.send(None);
            return Ok(());
        }
        self.owed.received.push_back(reply);
        let effects = self.host.step(now(), HostInput::Part(part.0));
        self.status.buffered(self.host.buffered());
        for effect in effects {
            if let HostEffect::Refused(reason) = &effect {
                self.refusals.count(author, *reason, at);
            }
            self.carry_out(effect).await?;
        }
        Ok(())
    }

    async fn step(&mut self, input: HostInput) -> Result<(), EngineError> {
        for effect in self.host.step(now(), input) {
            self.carry_out(effect).await?;
        }
        Ok(())
    }

    /// A dropped receiver means that Malachite is stopping; there is nobody to tell.
    async fn carry_out(&mut self, effect: HostEffect) -> Result<(), EngineError> {
        match effect {
            HostEffect::Start { height, validators } => self.start(height, validators)?,
            HostEffect::Undecided(values) => {
                if let Some(reply) = self.owed.undecided.pop_front() {
                    let _ = reply.send(values.into_iter().map(proposed).collect());
                }
            }
            HostEffect::Propose {
                height,
                round,
                value,
            } => match self.owed.propose.take() {
                Some((h, r, reply)) if (h, r) == (height, round) => {
                    let _ = reply.send(LocallyProposedValue::new(
                        Height(height),
                        Round::new(round),
                        Value(value),
                    ));
                }
                other => self.owed.propose = other,
            },
            HostEffect::Publish(part) => self.publish(Part(part)).await,
            HostEffect::Received(value) => {
                if let Some(reply) = self.owed.received.pop_front() {
                    let _ = reply.send(value.map(proposed));
                }
            }
            HostEffect::Refused(reason) => {
                debug!(?reason, "part refused");
                self.status.parts_refused.fetch_add(1, Ordering::Relaxed);
            }
            HostEffect::Committed(finished) => {
                if let Some(reply) = self.owed.decided.pop_front() {
                    let _ = reply.send(());
                }
                let height = finished.block.header.height.value();
                (self.observer)(finished);
                self.height.send_replace(height);
            }
            HostEffect::DecidedValues(values) => {
                if let Some(reply) = self.owed.decided_values.pop_front() {
                    let _ = reply.send(values.into_iter().map(decided_value).collect());
                }
            }
            HostEffect::HistoryMin(height) => {
                if let Some(reply) = self.owed.history_min.pop_front() {
                    let _ = reply.send(Height(height));
                }
            }
            HostEffect::Synced(outcome) => {
                if let Some(reply) = self.owed.synced.pop_front() {
                    let _ = reply.send(match outcome {
                        SyncOutcome::Value(value) => SyncedValueOutcome::Verdict(proposed(value)),
                        SyncOutcome::PeerFault => SyncedValueOutcome::PeerFault,
                        SyncOutcome::NotNow => SyncedValueOutcome::LocalTransientError,
                    });
                }
            }
            HostEffect::WakeAt(at) => self.wake_at = Some(at),
            HostEffect::Work => self.work = true,
            HostEffect::Halt(halt) => {
                error!(%halt, "the node must stop");
                return Err(halt.into());
            }
        }
        Ok(())
    }

    fn start(&mut self, height: u64, set: Arc<header::ValidatorSet>) -> Result<(), EngineError> {
        let validators = ValidatorSet::new(set.clone()).ok_or_else(|| {
            EngineError::Machinery(format!("the validator set of height={height} is unusable"))
        })?;
        let params = HeightParams::new(validators, self.timeouts.linear(), None);
        self.set = set;
        self.wake_at = None;
        if let Some(reply) = self.owed.ready.take() {
            let _ = reply.send((Height(height), params));
        } else if let Some(reply) = self.owed.finalized.take() {
            let _ = reply.send(Next::Start(Height(height), params));
        } else {
            warn!(height, "the host starts a height that nobody asked for");
        }
        Ok(())
    }

    /// Stores equivocation that Malachite saw during the height.
    fn keep(&self, seen: &MisbehaviorEvidence<Chain>, time: Time) -> Result<(), EngineError> {
        if seen.is_empty() {
            return Ok(());
        }
        for evidence in evidence::evidence(seen, &self.set, time) {
            warn!(validator = %evidence.validator, height = evidence.height, round = evidence.round, "a validator contradicted itself");
            self.blocks.store_evidence(&evidence)?;
            self.status.equivocations.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    async fn publish(&mut self, part: Part) {
        self.streams = self.streams.wrapping_add(1);
        // each part stands for itself; the stream is only Malachite's envelope
        let stream = StreamId::new(Bytes::copy_from_slice(&self.streams.to_be_bytes()));
        let message = StreamMessage::new(stream, 0, StreamContent::Data(part));
        // the other end takes messages off at once
        let _ = self
            .parts
            .send(NetworkMsg::PublishProposalPart(message))
            .await;
    }
}
