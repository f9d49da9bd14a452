//! The boundary between consensus engines, doors and the state machine.
use std::{
    any::Any,
    collections::BTreeMap,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use tendermint_proto::crypto::ProofOps;

use crate::{AccountAddress, Address, AppHash, BlockInput, Genesis, InputId, Outcome, Time};

/// The state machine, with the verbs of ABCI 2.0 in this crate's types.
///
/// All methods take `&self`: checks, queries and snapshots run beside blocks. `execute` has no side effect; only
/// `commit` changes what is durable, in height order.
pub trait Application: Send + Sync + 'static {
    /// What is durable.
    fn info(&self) -> Info;

    /// Writes genesis (version = initial height − 1). Idempotent until block 1; refuses another genesis.
    fn init_chain(&self, genesis: &Genesis) -> Result<Outcome, Halt>;

    /// Admission of one transaction against committed state plus what the pool holds of its sender already.
    fn check(&self, tx: &[u8], held: &Reservations) -> CheckOutcome;

    /// Chooses transactions for a block on `parent`, in order, within the limits of bytes and gas.
    fn prepare(
        &self,
        parent: &Parent,
        draft: Draft,
        pool: &mut dyn Iterator<Item = Bytes>,
    ) -> Vec<Bytes>;

    /// Admission only: whether every transaction of the block may stand in it. Execution is not needed.
    fn validate(&self, parent: &Parent, input: &BlockInput) -> Verdict;

    /// This validator's extension of its precommit; empty while nothing needs one.
    fn extend_vote(&self, parent: &Parent, input: &BlockInput) -> Bytes;

    /// Whether another validator's extension is acceptable.
    fn verify_extension(&self, height: u64, validator: &Address, extension: &[u8]) -> Verdict;

    /// Runs the block on `parent` without side effect. A decided block is run to its end even if `validate`
    /// never saw it: an inadmissible transaction then gets its code, gas 0 and no writes.
    fn execute(
        &self,
        parent: &Parent,
        input: &BlockInput,
        stop: &Cancel,
    ) -> Result<Arc<Executed>, Halt>;

    /// Makes an execution durable: state, results and tree in one transaction.
    fn commit(&self, done: &Arc<Executed>) -> Result<Committed, Halt>;

    /// The one query router: path → function(request, height, prove).
    fn query(&self, path: &str, request: &[u8], at: QueryAt, limits: &Limits) -> QueryOutcome;

    /// The outcome of a committed height, kept with the state.
    fn outcome(&self, height: u64) -> Option<Outcome>;

    /// State snapshots for nodes that join.
    fn snapshots(&self) -> &dyn Snapshots;
}

/// What is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// The chain's name, once genesis is written.
    pub chain_id: Option<String>,
    /// SHA-256 of the genesis document, once written.
    pub genesis_hash: Option<[u8; 32]>,
    /// The last committed height; initial height − 1 right after genesis; `None` before.
    pub height: Option<u64>,
    /// The state's root there.
    pub app_hash: AppHash,
}

/// What a block is executed on.
#[derive(Clone)]
pub enum Parent {
    /// The durable state of this height.
    Committed(u64),
    /// An execution that is not durable yet, so that H + 1 may start before H is on disk.
    Executed(Arc<Executed>),
}

/// An execution: its outcome, and a handle that only the application opens.
pub struct Executed {
    /// Which input it ran.
    pub input: InputId,
    /// At which height.
    pub height: u64,
    /// What came out.
    pub outcome: Outcome,
    handle: Arc<dyn Any + Send + Sync>,
}

impl Executed {
    /// Seals what the application needs to commit.
    pub fn new(
        input: InputId,
        height: u64,
        outcome: Outcome,
        handle: Arc<dyn Any + Send + Sync>,
    ) -> Self {
        Self {
            input,
            height,
            outcome,
            handle,
        }
    }

    /// Opens the handle; `None` if it belongs to another application.
    pub fn handle<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        Arc::downcast(self.handle.clone()).ok()
    }
}

impl fmt::Debug for Executed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executed")
            .field("height", &self.height)
            .field("app_hash", &self.outcome.app_hash)
            .finish_non_exhaustive()
    }
}

/// A commit's receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The height that is durable now.
    pub height: u64,
    /// Its root.
    pub app_hash: AppHash,
    /// Blocks below this height are needed by nobody and may be pruned.
    pub retain_height: u64,
}

/// The node must stop: going on would answer wrongly or lose something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Halt {
    /// The database failed or its content contradicts itself.
    #[error("state store: {0}")]
    Store(String),
    /// The machine could not run a decided block (native stack, memory, an unknown trap).
    #[error("machine fault while executing a decided block: {0}")]
    Machine(String),
    /// Our own result contradicts what two thirds certified.
    #[error("diverged from the chain: {0}")]
    Diverged(String),
    /// The data belongs to another chain or another genesis.
    #[error("{0}")]
    Genesis(String),
    /// This height needs another binary (exit code 10).
    #[error(
        "upgrade needed: name={name} height={height}; install the binary that knows it and start again"
    )]
    Upgrade {
        /// The upgrade's name.
        name: String,
        /// The first height of the new version.
        height: u64,
    },
    /// The caller cancelled; nothing happened.
    #[error("cancelled")]
    Cancelled,
}

/// A flag that asks a running execution to stop.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A flag that is not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether somebody asked.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// The shared flag itself, for parts that know no chain types.
    pub fn flag(&self) -> Arc<AtomicBool> {
        self.0.clone()
    }
}

/// What the mempool holds already: per account the next sequence and the gas it has reserved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reservations(pub BTreeMap<AccountAddress, Held>);

/// One account's share of the pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// How many of the account's own transactions wait: the next sequence is the committed one plus this.
    pub transactions: u64,
    /// SDK gas that waiting transactions have reserved from this account's allowance.
    pub gas: u64,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckOutcome {
    /// 0 admits.
    pub code: u32,
    /// Whose code.
    pub codespace: String,
    /// For people, with the next step.
    pub log: String,
    /// The gas limit.
    pub gas_wanted: u64,
    /// What admission itself costs.
    pub gas_used: u64,
    /// First signer, once known.
    pub sender: Option<AccountAddress>,
    /// The sequence of the first signer's signature, once known.
    pub sequence: u64,
    /// All signers with their sequences.
    pub signers: Vec<(AccountAddress, u64)>,
    /// Whose allowance pays.
    pub payer: Option<AccountAddress>,
    /// The transaction is void above this height; 0 is never.
    pub timeout_height: u64,
    /// With code 32: the sequence that was expected, so that a pool can park a small gap.
    pub expected_sequence: Option<u64>,
}

impl CheckOutcome {
    /// Whether the transaction is admitted.
    pub fn ok(&self) -> bool {
        self.code == 0
    }
}

/// A block about to be proposed.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Its height.
    pub height: u64,
    /// Its time.
    pub time: Time,
    /// Who proposes.
    pub proposer: Address,
    /// Bytes left for transactions (encoded with their protobuf overhead).
    pub max_bytes: u64,
    /// The last commit with its extensions.
    pub last_extended_commit: Vec<ExtendedVote>,
}

/// A precommit with its extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtendedVote {
    /// By whom.
    pub validator: Address,
    /// With which power.
    pub power: u64,
    /// What it added.
    pub extension: Bytes,
}

/// Whether a proposal or an extension is acceptable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Vote for it.
    Accept,
    /// Vote nil.
    Reject(RejectReason),
}

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RejectReason {
    /// A transaction that admission refuses.
    #[error("inadmissible transaction: index={index} code={code} codespace={codespace}: {log}")]
    Inadmissible {
        /// Its place in the block.
        index: usize,
        /// Its code.
        code: u32,
        /// Whose code.
        codespace: String,
        /// The story.
        log: String,
    },
    /// Gas limits together above the block's.
    #[error("too much gas: wanted={wanted} limit={limit}")]
    Gas {
        /// Sum of the limits.
        wanted: u64,
        /// The block's limit.
        limit: u64,
    },
    /// Bytes above the block's limit.
    #[error("too large: bytes={bytes} limit={limit}")]
    Bytes {
        /// The block's bytes.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The parent is not the state that the block builds on.
    #[error("unknown parent: {0}")]
    Parent(String),
    /// An extension that no honest validator makes.
    #[error("unexpected vote extension: {0}")]
    Extension(String),
    /// The state could not be read; this node abstains.
    #[error("state unavailable: {0}")]
    State(String),
}

/// At which state a query is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueryAt {
    /// A committed height; `None` is the last one (with a proof: the last one whose next header exists).
    pub height: Option<u64>,
    /// Whether a proof is wanted.
    pub prove: bool,
}

/// What one query may use.
#[derive(Clone, Debug)]
pub struct Limits {
    /// SDK gas.
    pub gas: u64,
    /// Set from outside when the time is up.
    pub stop: Cancel,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            gas: 3_000_000,
            stop: Cancel::new(),
        }
    }
}

/// A query's answer, in ABCI's shape.
#[derive(Clone, Debug, Default)]
pub struct QueryOutcome {
    /// 0 is success.
    pub code: u32,
    /// Whose code.
    pub codespace: String,
    /// For people.
    pub log: String,
    /// The raw key that was asked for, with a proof.
    pub key: Bytes,
    /// The answer: protobuf, or the raw value.
    pub value: Bytes,
    /// The path from the value to the app hash of header `height + 1`.
    pub proof: Option<ProofOps>,
    /// The height that was answered.
    pub height: u64,
}

/// State snapshots, offered and served.
pub trait Snapshots: Send + Sync {
    /// Which are there, newest first.
    fn list(&self) -> Vec<SnapshotMeta>;
    /// One chunk.
    fn chunk(&self, height: u64, index: u32) -> Option<Bytes>;
}

/// A snapshot's description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotMeta {
    /// Whose state.
    pub height: u64,
    /// How many chunks.
    pub chunks: u32,
    /// SHA-256 of the chunks' hashes.
    pub hash: [u8; 32],
}
