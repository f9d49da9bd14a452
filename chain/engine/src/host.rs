//! The host: what stands between any consensus engine and the application.
//!
//! A pure state machine: [`Host::step`] takes the time and an event and gives effects to carry out in order. It has
//! no clock, no thread and no network of its own; the embedded engine and a simulator drive the same one. It calls
//! the application, the block store, the pool and the signer directly, because each of them is itself
//! deterministic in its inputs and because what is durable must be ordered against what is answered: a proposal is
//! on disk before its answer is among the effects, a decided block before it is executed, the state before
//! `Committed`.
//!
//! # Invariants
//! * Nothing of a proposal is buffered before its Init is found signed by the proposer of its round. There is one
//!   assembly for each (height, round), only for the next two heights and a window of rounds: memory is bounded by
//!   two dozen blocks (`assembly::MAX_SLOTS`).
//! * A value is judged once and the judgement is stored with it. Time is held against the clock only for a live
//!   proposal that rests on no polka, and only when it arrives.
//! * What two thirds certified is never called invalid: if it contradicts our own state, the host halts and says
//!   what differs.
//! * The state never leads the blocks.
//!
//! # Map
//! `message`: events and effects · `part`, `assembly`: proposals on the wire and in memory · `judge`: whether
//! to vote for a block · `propose`: making and streaming one · `decide`: storing, executing, committing · `pace`: when
//! the next height starts · `serve`: value sync · `recover`: what a restart finds.
mod assembly;
mod decide;
mod judge;
mod message;
mod pace;
mod part;
mod propose;
mod recover;
mod serve;

use std::{collections::VecDeque, sync::Arc};

use mycel_types::{
    Address, Application, BlockInput, Cancel, Executed, Genesis, Halt, Parent, Time,
    header::{Base, ValidatorSet},
};
use tracing::debug;

pub use message::{
    Certificate, DecidedValue, Finished, HostEffect, HostInput, Init, PartRefusal, ProposalPart,
    Proposed, SyncOutcome,
};
pub use recover::{genesis_base, recover};

use self::assembly::Assemblies;
use crate::{
    blocks::Blocks,
    crash::CrashPoints,
    mempool::Mempool,
    sign::{SharedSigner, Signer},
};

/// How a host behaves where the protocol leaves it free.
#[derive(Clone, Debug)]
pub struct HostConfig {
    /// With nothing to do, the next height starts so long after the time of the last block.
    pub idle_millis: u64,
    /// Whether a block with transactions is followed at once by one more, whose header proves it.
    pub proof_block: bool,
    /// Most decided values in one answer to a peer.
    pub sync_values: usize,
    /// Most bytes of blocks in one answer to a peer; the first value is always sent.
    pub sync_bytes: usize,
}

impl Default for HostConfig {
    fn default() -> Self {
        Self {
            idle_millis: 5000,
            proof_block: true,
            sync_values: 64,
            sync_bytes: 8 << 20,
        }
    }
}

/// What a host works with.
pub struct HostParts {
    /// Free choices.
    pub config: HostConfig,
    /// The state machine.
    pub app: Arc<dyn Application>,
    /// The block store.
    pub blocks: Arc<Blocks>,
    /// The pool; it is told of every committed block.
    pub pool: Arc<Mempool>,
    /// The consensus key; `None` for a node that only follows.
    pub signer: Option<SharedSigner>,
    /// Where a test may kill the process.
    pub crash: CrashPoints,
}

/// The state machine.
pub struct Host {
    config: HostConfig,
    app: Arc<dyn Application>,
    blocks: Arc<Blocks>,
    pool: Arc<Mempool>,
    signer: Option<SharedSigner>,
    me: Option<Address>,
    crash: CrashPoints,
    /// What is settled; its height is the one that is being decided.
    base: Base,
    /// The current round of that height.
    round: u32,
    /// Whether the block before had transactions.
    last_had_txs: bool,
    /// Whether the engine waits for [`HostEffect::Start`].
    resting: bool,
    assemblies: Assemblies,
    speculation: Speculation,
    halted: Option<Halt>,
}

/// Executions of blocks that are not decided yet, by what they ran.
#[derive(Default)]
struct Speculation {
    queued: Option<BlockInput>,
    finished: VecDeque<Arc<Executed>>,
}

impl Speculation {
    /// How many finished ones are kept.
    const KEPT: usize = 2;
}

impl Host {
    /// Recovers what is on disk and stands before the next height.
    pub fn new(parts: HostParts, genesis: &Genesis) -> Result<Self, Halt> {
        let base = recover(&*parts.app, &parts.blocks, genesis)?;
        let mut host = Self {
            config: parts.config,
            app: parts.app,
            blocks: parts.blocks,
            pool: parts.pool,
            me: parts.signer.as_ref().map(Signer::address),
            signer: parts.signer,
            crash: parts.crash,
            round: 0,
            last_had_txs: false,
            resting: false,
            assemblies: Assemblies::default(),
            speculation: Speculation::default(),
            halted: None,
            base,
        };
        let last = host.base.height - 1;
        host.last_had_txs = host.blocks.block(last)?.is_some_and(|b| !b.data.is_empty());
        for height in [host.base.height, host.base.height + 1] {
            for seen in host.blocks.undecided_at(height)? {
                if !seen.is_synced() {
                    host.assemblies
                        .done(height, seen.init.round, seen.init.value);
                }
            }
        }
        host.pool.committed(last, &[]);
        Ok(host)
    }

    /// What is settled: its height is the next one.
    pub fn base(&self) -> &Base {
        &self.base
    }

    /// Bytes of parts that wait for the rest of their block.
    pub fn buffered(&self) -> usize {
        self.assemblies.buffered()
    }

    /// One step. After a [`HostEffect::Halt`] every step says it again and does nothing else.
    pub fn step(&mut self, now: Time, input: HostInput) -> Vec<HostEffect> {
        if let Some(halt) = &self.halted {
            return vec![HostEffect::Halt(halt.clone())];
        }
        match self.dispatch(now, input) {
            Ok(effects) => effects,
            Err(halt) => {
                self.halted = Some(halt.clone());
                vec![HostEffect::Halt(halt)]
            }
        }
    }

    fn dispatch(&mut self, now: Time, input: HostInput) -> Result<Vec<HostEffect>, Halt> {
        match input {
            HostInput::Ready => {
                self.resting = true;
                Ok(self.rest(now))
            }
            HostInput::StartedRound { height, round } => self.started_round(height, round),
            HostInput::GetValue { height, round } => self.get_value(now, height, round),
            HostInput::Part(part) => self.part(now, *part),
            HostInput::Restream {
                height,
                round,
                pol_round,
                proposer,
                value,
            } => self.restream(height, round, pol_round, proposer, value),
            HostInput::Decided(certificate) => self.decided(&certificate),
            HostInput::Finalized { height } => {
                debug!(height, next = self.base.height, "finalized");
                self.resting = true;
                Ok(self.rest(now))
            }
            HostInput::GetDecided { from, to } => self.serve(from, to),
            HostInput::HistoryMin => {
                let base = self.blocks.range()?.map(|(base, _)| base);
                let min = base.unwrap_or(self.base.height);
                Ok(vec![HostEffect::HistoryMin(min)])
            }
            HostInput::Synced {
                height,
                round,
                proposer,
                bytes,
            } => self.synced(height, round, proposer, bytes),
            HostInput::Wake => Ok(self.rest(now)),
            HostInput::Work => {
                self.work();
                Ok(vec![])
            }
        }
    }

    /// The set of the next height or the one after.
    fn set_of(&self, height: u64) -> Option<&ValidatorSet> {
        if height == self.base.height {
            Some(&self.base.validators)
        } else if height == self.base.height + 1 {
            Some(&self.base.next_validators)
        } else {
            None
        }
    }

    fn parent(&self) -> Parent {
        Parent::Committed(self.base.height - 1)
    }

    /// Executes a block that is likely to be decided, while its votes travel.
    fn work(&mut self) {
        let Some(input) = self.speculation.queued.take() else {
            return;
        };
        let id = input.id();
        if input.height != self.base.height
            || self.speculation.finished.iter().any(|e| e.input == id)
        {
            return;
        }
        // a fault here ends the speculation only; the same fault after the decision halts
        match self.app.execute(&self.parent(), &input, &Cancel::new()) {
            Ok(done) => {
                self.speculation.finished.push_back(done);
                if self.speculation.finished.len() > Speculation::KEPT {
                    self.speculation.finished.pop_front();
                }
            }
            Err(halt) => debug!(%halt, height = input.height, "speculative execution failed"),
        }
    }
}

#[cfg(test)]
mod tests;
