//! The door: one `Vm` for each set of settings, shared by all threads.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::call::{Call, CallOutcome, CallReport, CodeId};
use crate::cancel::Cancel;
use crate::check::{Analysis, Limits};
use crate::environment::Environment;
use crate::error::{CheckError, LoadError, VmError};
use crate::schedule::Schedule;

/// Receives what contracts print through `env.debug`. Never part of a result.
pub type DebugHook = Arc<dyn Fn(&str) + Send + Sync>;

/// Settings of a [`Vm`]. `capabilities`, `limits`, `schedule` and `call_depth` are consensus: the same on every node.
/// The rest is each machine's own.
#[derive(Clone)]
pub struct VmConfig {
    /// Capabilities offered to contracts.
    pub capabilities: BTreeSet<String>,
    /// Static limits.
    pub limits: Limits,
    /// Prices.
    pub schedule: Schedule,
    /// How deep contracts may call each other through queries: calls on one thread inside one another.
    pub call_depth: u32,
    /// Calls that run at once, not counting those inside another; more wait. The pool has `concurrent_calls *
    /// call_depth` instances with 4 GiB of address space each (reserved, not used).
    pub concurrent_calls: u32,
    /// Bytes of machine code kept. Beyond it the least recently used code is dropped and has to be loaded again.
    pub code_bytes: usize,
    /// A call that runs longer than this is stopped as a failure of the machine.
    pub watchdog: Duration,
    /// Who hears `env.debug`.
    pub debug: Option<DebugHook>,
}

impl VmConfig {
    /// The capabilities of CosmWasm that a chain without staking, Stargate queries and IBC v2 offers.
    pub const CAPABILITIES: &'static [&'static str] = &[
        "iterator",
        "cosmwasm_1_1",
        "cosmwasm_1_2",
        "cosmwasm_1_3",
        "cosmwasm_1_4",
        "cosmwasm_2_0",
        "cosmwasm_2_1",
        "cosmwasm_2_2",
        "cosmwasm_3_0",
        "mycel",
    ];
}

impl Default for VmConfig {
    fn default() -> Self {
        Self {
            capabilities: Self::CAPABILITIES.iter().map(|c| c.to_string()).collect(),
            limits: Limits::default(),
            schedule: Schedule::ONE,
            call_depth: 10,
            concurrent_calls: 8,
            code_bytes: 512 << 20,
            watchdog: Duration::from_secs(60),
            debug: None,
        }
    }
}

impl fmt::Debug for VmConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VmConfig")
            .field("capabilities", &self.capabilities)
            .field("limits", &self.limits)
            .field("schedule", &self.schedule.version)
            .field("call_depth", &self.call_depth)
            .field("concurrent_calls", &self.concurrent_calls)
            .field("code_bytes", &self.code_bytes)
            .field("watchdog", &self.watchdog)
            .field("debug", &self.debug.is_some())
            .finish()
    }
}

/// Runs contracts. Cheap to clone: clones share engine, pool and loaded code. No method takes `&mut`, none holds a
/// lock while it compiles or runs.
#[derive(Clone)]
pub struct Vm(Arc<VmConfig>);

impl Vm {
    /// Sets up the engine and its pool.
    ///
    /// # Errors
    /// If wasmtime refuses the settings or the machine has not the address space.
    pub fn new(config: VmConfig) -> Result<Self, VmError> {
        Ok(Self(Arc::new(config)))
    }

    /// Decides whether a Wasm is a contract that this chain runs. Pure and deterministic.
    ///
    /// # Errors
    /// What is wrong with it, where, and which limit it breaks.
    pub fn check(&self, _wasm: &[u8]) -> Result<Analysis, CheckError> {
        Err(CheckError::Shape {
            what: "check",
            problem: "not yet: check".into(),
        })
    }

    /// Checks, prepares and compiles a Wasm, unless that is done already, and keeps it for [`Vm::call`].
    ///
    /// # Errors
    /// As [`Vm::check`], or `Machine` if this node could not compile it.
    pub fn load(&self, wasm: &[u8]) -> Result<CodeId, LoadError> {
        self.check(wasm)?;
        Ok(CodeId::of(wasm))
    }

    /// Whether a code is loaded now.
    pub fn has(&self, _code: &CodeId) -> bool {
        false
    }

    /// Runs one call on a fresh instance. A gas limit above `i64::MAX` counts as `i64::MAX`.
    ///
    /// Nested calls (a query that an [`Environment`] answers by another call) must be made on the same thread.
    pub fn call(
        &self,
        _code: &CodeId,
        _call: Call<'_>,
        _gas: u64,
        env: Box<dyn Environment>,
        _stop: &Cancel,
    ) -> CallReport {
        CallReport {
            outcome: CallOutcome::NotLoaded,
            gas_used: 0,
            env,
        }
    }
}

impl fmt::Debug for Vm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Vm").field(&self.0).finish()
    }
}
