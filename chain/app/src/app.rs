//! The application: the verbs of ABCI over state, admission, execution and queries.
use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use bytes::Bytes;
use mycel_runtime::{Vm, VmConfig};
use mycel_store::{Snapshot, StateFault, Store};
use mycel_types::{
    Address, Application, BlockInput, Cancel, CheckOutcome, Committed, Draft, Executed, Genesis,
    Halt, Info, Limits, Outcome, Parent, QueryAt, QueryOutcome, RejectReason, Reservations,
    SnapshotMeta, Snapshots, StoreId, Verdict, key,
};

use crate::{
    admit::{Judge, Ledger, Refusal, Stage},
    block::{self, Handle, Machine, admit_all},
    error::{Failure, Fault},
    genesis,
    proofs::Ahead,
    query,
    schedule::{Scheduler, Sequential},
    tip::State,
    wasm,
};

/// How an application runs on this machine. Nothing in it changes a result.
#[derive(Clone, Debug)]
pub struct AppConfig {
    /// Contract calls that run at once, queries included.
    pub concurrent_calls: u32,
    /// Bytes of machine code kept in memory.
    pub code_bytes: usize,
    /// Whether all stored codes are compiled at start; else each on its first use.
    pub preload: bool,
    /// Names of the upgrades that this binary has; at the height of any other one it stops.
    pub upgrades: Vec<String>,
    /// Whether a block's proofs are verified together before its transactions run. It saves time only.
    pub verify_ahead: bool,
}

impl Default for AppConfig {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let cores = u32::try_from(cores.min(60)).unwrap_or(1);
        Self {
            // blocks, and beside them as many queries as the machine has cores
            concurrent_calls: cores.saturating_add(4),
            code_bytes: 512 << 20,
            preload: true,
            upgrades: UPGRADES.iter().map(|name| name.to_string()).collect(),
            verify_ahead: true,
        }
    }
}

/// The upgrades that this version has. An upgrade's name comes here together with what it changes.
const UPGRADES: &[&str] = &[];

/// Transactions that are remembered after they were checked: some blocks full.
const REMEMBERED_BYTES: usize = 32 << 20;

/// A call that runs so long hangs in a way that gas does not see, and stops the node. It must lie far above what gas can
/// buy: one SDK gas of dependent square roots takes 8 µs on a small machine, and where a transaction of a decided block
/// outlives the watchdog, the whole chain stands still.
const WATCHDOG: Duration = Duration::from_secs(6 * 3600);

/// The state machine.
pub struct App {
    store: Arc<dyn Store>,
    vm: Vm,
    judge: Judge,
    scheduler: Box<dyn Scheduler>,
    upgrades: Vec<String>,
    preload: bool,
    proofs_ahead: Option<Ahead>,
    tip: RwLock<Option<State>>,
}

impl App {
    /// Opens the application on a store, which may be empty.
    ///
    /// # Errors
    /// If the store contradicts itself, or the machine cannot run contracts.
    pub fn new(store: Arc<dyn Store>, config: AppConfig) -> Result<Self, Halt> {
        let vm = Vm::new(VmConfig {
            concurrent_calls: config.concurrent_calls,
            code_bytes: config.code_bytes,
            // one call of a transaction, and the queries nested in it
            call_depth: 12,
            watchdog: WATCHDOG,
            ..VmConfig::default()
        })
        .map_err(|e| Halt::Machine(e.to_string()))?;
        let app = Self {
            store,
            vm,
            judge: Judge::new(REMEMBERED_BYTES),
            scheduler: Box::new(Sequential),
            upgrades: config.upgrades,
            preload: config.preload,
            proofs_ahead: config.verify_ahead.then(Ahead::default),
            tip: RwLock::new(None),
        };
        if let Some(height) = app.store.durable() {
            let state = State::read(app.store.at(height)?)?;
            app.may_go_on(&state)?;
            app.preload(&state.snapshot)?;
            app.set_tip(state);
        }
        Ok(app)
    }

    /// Runs blocks with another scheduler, which must give the same bytes.
    #[must_use]
    pub fn with_scheduler(mut self, scheduler: Box<dyn Scheduler>) -> Self {
        self.scheduler = scheduler;
        self
    }

    /// How many proofs were verified in batches, before their transactions ran.
    pub fn proofs_verified_ahead(&self) -> u64 {
        self.proofs_ahead.as_ref().map_or(0, Ahead::proofs)
    }

    /// SDK gas that transactions used when they ran ahead, so that their proofs were found: work that nobody pays.
    pub fn gas_used_ahead(&self) -> u64 {
        self.proofs_ahead.as_ref().map_or(0, Ahead::gas)
    }

    /// Whether the block after this state is one that this binary can execute.
    fn may_go_on(&self, state: &State) -> Result<(), Halt> {
        let next = state.height.saturating_add(1);
        match &state.upgrade {
            Some(plan) if plan.height == next => block::knows(&self.upgrades, plan),
            _ => Ok(()),
        }
    }

    fn preload(&self, snapshot: &Snapshot) -> Result<(), Halt> {
        if !self.preload {
            return Ok(());
        }
        let codes = mycel_store::KeyRange::prefix(&[key::tag::WASM]);
        let cursor = snapshot.scan(StoreId::Mycel, codes, mycel_store::Direction::Forward);
        for entry in cursor {
            let (_, wasm) = entry?;
            wasm::load_wasm(&self.vm, &wasm).map_err(Halt::from)?;
        }
        Ok(())
    }

    /// The last durable state; `None` before genesis.
    pub(crate) fn tip(&self) -> Option<State> {
        self.tip
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set_tip(&self, state: State) {
        *self.tip.write().unwrap_or_else(PoisonError::into_inner) = Some(state);
    }

    pub(crate) fn vm(&self) -> &Vm {
        &self.vm
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The state that a block is built on.
    fn parent(&self, parent: &Parent) -> Result<State, Halt> {
        match parent {
            Parent::Committed(height) => match self.tip() {
                Some(state) if state.height == *height => Ok(state),
                _ => Ok(State::read(self.store.at(*height)?)?),
            },
            Parent::Executed(done) => Ok(opened(done)?.state.clone()),
        }
    }

    fn machine(&self) -> Machine<'_> {
        Machine {
            store: &*self.store,
            vm: &self.vm,
            judge: &self.judge,
            scheduler: &*self.scheduler,
            upgrades: &self.upgrades,
            proofs_ahead: self.proofs_ahead.as_ref(),
        }
    }

    fn judge(&self, parent: &Parent, input: &BlockInput) -> Result<(), RejectReason> {
        let state = self
            .parent(parent)
            .map_err(|e| RejectReason::Parent(e.to_string()))?;
        if input.height != state.height.saturating_add(1) || input.time <= state.time {
            return Err(RejectReason::Parent(format!(
                "height={} time={} on height={} time={}",
                input.height,
                input.time.millis(),
                state.height,
                state.time.millis()
            )));
        }
        let limit = state.params.block_max_bytes;
        let bytes = input
            .txs
            .iter()
            .fold(0u64, |sum, tx| sum.saturating_add(block::data_bytes(tx)));
        if bytes > limit {
            return Err(RejectReason::Bytes { bytes, limit });
        }
        let mut ledger = Ledger::new(&state, input.height, input.time);
        let verdicts = admit_all(&self.judge, &state, &mut ledger, &input.txs)
            .map_err(|e| RejectReason::State(e.to_string()))?;
        for (index, verdict) in verdicts.into_iter().enumerate() {
            if let Err(Refusal { failure, .. }) = verdict {
                return Err(RejectReason::Inadmissible {
                    index,
                    code: failure.code.code,
                    codespace: failure.code.codespace.into(),
                    log: failure.story(),
                });
            }
        }
        Ok(())
    }
}

/// The execution behind a handle.
fn opened(done: &Executed) -> Result<Handle, Halt> {
    done.handle::<block::Done>()
        .ok_or_else(|| Halt::Store("the parent was executed by another application".into()))
}

impl Application for App {
    fn info(&self) -> Info {
        // height and hash of one state: a newer one may be durable already that is not the tip yet
        let tip = self.tip();
        let app_hash = tip.as_ref().map(|t| t.snapshot.app_hash());
        Info {
            chain_id: tip.as_ref().map(|t| t.chain.id.clone()),
            genesis_hash: tip.as_ref().map(|t| t.chain.genesis_hash),
            height: tip.as_ref().map(|t| t.height),
            app_hash: app_hash.and_then(Result::ok).unwrap_or_default(),
        }
    }

    fn init_chain(&self, genesis: &Genesis) -> Result<Outcome, Halt> {
        let first = genesis::read(genesis, &self.vm)?;
        let before = first.initial_height.saturating_sub(1);
        if let Some(tip) = self.tip() {
            let ours = tip.chain.genesis_hash;
            let theirs = mycel_types::genesis::hash(genesis);
            if ours != theirs {
                return Err(Halt::Genesis(format!(
                    "this data directory belongs to chain={} with genesis={}, the genesis file has {}: \
                     use that chain's genesis file or another data directory",
                    tip.chain.id,
                    hex::encode(ours),
                    hex::encode(theirs)
                )));
            }
            if tip.height > before {
                return Err(Halt::Genesis(format!(
                    "the chain stands at height={} already, genesis is over",
                    tip.height
                )));
            }
        }
        let parent = self.store.genesis(first.initial_height);
        let staged = self.store.root(&parent, Arc::new(first.delta.clone()))?;
        let outcome = first.outcome(staged.app_hash());
        self.store.persist(&staged, &outcome)?;
        let state = State::read(self.store.at(before)?)?;
        self.preload(&state.snapshot)?;
        self.set_tip(state);
        Ok(outcome)
    }

    fn check(&self, tx: &[u8], held: &Reservations) -> CheckOutcome {
        let Some(state) = self.tip() else {
            let failure = Failure::new(
                mycel_types::codes::INVALID_HEIGHT,
                "no genesis yet: try again when the node has started",
            );
            return refused(&failure, None);
        };
        let judged = match self.judge.read(tx, &state) {
            Ok(judged) => judged,
            Err(failure) => return refused(&failure, None),
        };
        let request = judged.request;
        // the next block is at least a millisecond later
        let (height, now) = (state.height.saturating_add(1), state.time.plus_millis(1));
        let mut ledger = Ledger::new(&state, height, now).holding(held);
        let admitted = ledger.admit(&request, |known| match judged.good {
            Some(verdict) => verdict,
            None => self.judge.keys.verify(&request, &state.chain.id, known),
        });
        let mut outcome = match admitted {
            Ok(()) => {
                self.judge.remember(&request, &state, tx.len());
                CheckOutcome::default()
            }
            Err(Stage::Refused(refusal)) => refused(&refusal.failure, refusal.expected_sequence),
            Err(Stage::Fault(fault)) => refused(&unavailable(&fault), None),
        };
        outcome.gas_wanted = request.gas_limit;
        outcome.gas_used = request.base_gas;
        outcome.timeout_height = request.timeout_height;
        outcome.payer = Some(request.paying().clone());
        outcome.signers = request
            .signers
            .iter()
            .map(|s| (s.address.clone(), s.sequence))
            .collect();
        if let Some((sender, sequence)) = outcome.signers.first() {
            outcome.sender = Some(sender.clone());
            outcome.sequence = *sequence;
        }
        outcome
    }

    fn prepare(
        &self,
        parent: &Parent,
        draft: Draft,
        pool: &mut dyn Iterator<Item = Bytes>,
    ) -> Vec<Bytes> {
        let chosen = self
            .parent(parent)
            .map_err(|e| e.to_string())
            .and_then(|state| {
                block::choose(&self.judge, &state, &draft, pool).map_err(|e| e.to_string())
            });
        chosen.unwrap_or_else(|why| {
            // an empty block keeps the chain going; the fault shows again where it matters
            tracing::error!(height = draft.height, why, "no transactions chosen");
            vec![]
        })
    }

    fn validate(&self, parent: &Parent, input: &BlockInput) -> Verdict {
        match self.judge(parent, input) {
            Ok(()) => Verdict::Accept,
            Err(reason) => Verdict::Reject(reason),
        }
    }

    fn extend_vote(&self, _: &Parent, _: &BlockInput) -> Bytes {
        Bytes::new()
    }

    fn verify_extension(&self, _: u64, validator: &Address, extension: &[u8]) -> Verdict {
        if extension.is_empty() {
            return Verdict::Accept;
        }
        Verdict::Reject(RejectReason::Extension(format!(
            "{} bytes from {validator}, none are in use",
            extension.len()
        )))
    }

    fn execute(
        &self,
        parent: &Parent,
        input: &BlockInput,
        stop: &Cancel,
    ) -> Result<Arc<Executed>, Halt> {
        let state = self.parent(parent)?;
        let done = self.machine().run(&state, input, stop)?;
        let outcome = done.outcome.clone();
        Ok(Arc::new(Executed::new(
            input.id(),
            input.height,
            outcome,
            Arc::new(done),
        )))
    }

    fn commit(&self, done: &Arc<Executed>) -> Result<Committed, Halt> {
        let handle = opened(done)?;
        self.store.persist(&handle.staged, &handle.outcome)?;
        let snapshot = self.store.at(done.height)?;
        let state = State {
            snapshot,
            ..handle.state.clone()
        };
        self.set_tip(state.clone());
        self.may_go_on(&state)?;
        Ok(Committed {
            height: done.height,
            app_hash: handle.outcome.app_hash,
            retain_height: 0,
        })
    }

    fn query(&self, path: &str, request: &[u8], at: QueryAt, limits: &Limits) -> QueryOutcome {
        query::answer(self, path, request, at, limits)
    }

    fn outcome(&self, height: u64) -> Option<Outcome> {
        self.store.outcome(height).unwrap_or_else(|why| {
            tracing::error!(height, %why, "outcome cannot be read");
            None
        })
    }

    fn snapshots(&self) -> &dyn Snapshots {
        &NoSnapshots
    }
}

fn refused(failure: &Failure, expected_sequence: Option<u64>) -> CheckOutcome {
    CheckOutcome {
        code: failure.code.code,
        codespace: failure.code.codespace.into(),
        log: failure.story(),
        expected_sequence,
        ..Default::default()
    }
}

/// This node cannot tell now.
fn unavailable(fault: &Fault) -> Failure {
    let Fault::State(StateFault::Corrupt(_) | StateFault::Invalid(_)) = fault else {
        return Failure::new(mycel_types::codes::PANIC, fault);
    };
    tracing::error!(%fault, "state cannot be read");
    Failure::new(mycel_types::codes::PANIC, "state unavailable")
}

/// State snapshots for nodes that join are not offered yet.
struct NoSnapshots;

impl Snapshots for NoSnapshots {
    fn list(&self) -> Vec<SnapshotMeta> {
        vec![]
    }

    fn chunk(&self, _: u64, _: u32) -> Option<Bytes> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mycel_types::Params;

    #[test]
    fn no_gas_limit_outlives_the_watchdog() {
        // a cache miss at each step, and a machine ten times slower
        const SLOWEST: Duration = Duration::from_micros(1000);
        let gas = u32::try_from(Params::default().tx_max_gas).unwrap();
        assert!(SLOWEST * gas < WATCHDOG, "{:?}", SLOWEST * gas);
    }
}
