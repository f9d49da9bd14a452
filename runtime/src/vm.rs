//! The door: one `Vm` for each set of settings, shared by all threads.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use wasmtime::{Engine, Linker};

use crate::cache::Cache;
use crate::call::{Call, CallOutcome, CallReport, CodeId, TrapCode};
use crate::cancel::Cancel;
use crate::check::{Analysis, Checked, Limits, check};
use crate::compile;
use crate::environment::{Environment, StateFault};
use crate::error::{CheckError, LoadError, VmError};
use crate::gate::{Closed, Gate};
use crate::host::{self, HostState};
use crate::instance::{self, Loaded, Setting};
use crate::prepare::prepare;
use crate::schedule::Schedule;
use crate::watchdog::Watchdog;

/// wasmtime makes no image of a memory with gaps beyond this.
const MOST_IMAGE_BYTES: usize = 16 << 20;

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
    /// Bytes of machine code and initial memory kept. Beyond it the least recently used code is dropped and has to be loaded again.
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

    fn validate(&self) -> Result<(), VmError> {
        let within = |field, value: u64, range: std::ops::RangeInclusive<u64>, expected| {
            if range.contains(&value) {
                return Ok(());
            }
            Err(VmError::Config {
                field,
                value,
                expected,
            })
        };
        within("call_depth", self.call_depth.into(), 1..=64, "1 to 64")?;
        let calls = self.concurrent_calls.into();
        within("concurrent_calls", calls, 1..=1_024, "1 to 1024")?;
        within("limits.pages", self.limits.pages, 1..=65_536, "1 to 65536")?;
        within(
            "limits.locals",
            self.limits.locals.max(self.limits.params),
            0..=1_000,
            "at most 1000, and limits.params too",
        )?;
        within(
            "limits.operators",
            self.limits.operators,
            1..=100_000,
            "1 to 100000, or the logical stack does not bound the native one",
        )
    }
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
///
/// A call needs about 3 MiB of stack: on a thread with less left it runs on a stack of its own, at some microseconds
/// more. Threads that execute blocks should have 8 MiB.
#[derive(Clone)]
pub struct Vm(Arc<Inner>);

struct Inner {
    config: VmConfig,
    schedule: Arc<Schedule>,
    engine: Engine,
    linker: Linker<HostState>,
    codes: Cache<Loaded>,
    gate: Gate,
    watchdog: Watchdog,
}

impl Vm {
    /// Sets up the engine and its pool.
    ///
    /// # Errors
    /// If wasmtime refuses the settings or the machine has not the address space.
    pub fn new(config: VmConfig) -> Result<Self, VmError> {
        config.validate()?;
        let engine = compile::engine(&config, compile::BASELINE)?;
        let linker = host::linker(&engine).map_err(|e| VmError::Engine(format!("{e:#}")))?;
        Ok(Self(Arc::new(Inner {
            schedule: Arc::new(config.schedule.clone()),
            linker,
            codes: Cache::new(config.code_bytes),
            gate: Gate::new(config.concurrent_calls, config.call_depth),
            watchdog: Watchdog::start(engine.clone())?,
            engine,
            config,
        })))
    }

    /// The settings that this `Vm` was made with.
    pub fn config(&self) -> &VmConfig {
        &self.0.config
    }

    /// Decides whether a Wasm is a contract that this chain runs. Pure and deterministic.
    ///
    /// # Errors
    /// What is wrong with it, where, and which limit it breaks.
    pub fn check(&self, wasm: &[u8]) -> Result<Analysis, CheckError> {
        self.checked(wasm).map(|checked| checked.analysis)
    }

    fn checked(&self, wasm: &[u8]) -> Result<Checked, CheckError> {
        check(wasm, &self.0.config.limits, &self.0.config.capabilities)
    }

    /// Checks, prepares and compiles a Wasm, unless that is done already, and keeps it for [`Vm::call`].
    ///
    /// # Errors
    /// As [`Vm::check`], or `Machine` if this node could not compile it.
    pub fn load(&self, wasm: &[u8]) -> Result<CodeId, LoadError> {
        let id = CodeId::of(wasm);
        if self.0.codes.has(&id) {
            return Ok(id);
        }
        let checked = self.checked(wasm)?;
        let prepared = prepare(wasm, &checked, &self.0.schedule)
            .map_err(|e| LoadError::Machine(e.to_string()))?;
        let module = compile::compile(&self.0.engine, &prepared).map_err(LoadError::Machine)?;
        let loaded = Loaded::new(&self.0.linker, &module).map_err(LoadError::Machine)?;
        let range = module.image_range();
        // The image of the initial memory, of which copy-on-write instances are made: at most as large as that memory.
        let image = (checked.analysis.initial_pages as usize * 65_536).min(MOST_IMAGE_BYTES);
        let bytes = range.end.addr().saturating_sub(range.start.addr()) + image;
        self.0.codes.insert(id, Arc::new(loaded), bytes);
        Ok(id)
    }

    /// Whether a code is loaded now.
    pub fn has(&self, code: &CodeId) -> bool {
        self.0.codes.has(code)
    }

    /// Runs one call on a fresh instance. A gas limit above `i64::MAX` counts as `i64::MAX`.
    ///
    /// Nested calls (a query that an [`Environment`] answers by another call) must be made on the same thread.
    pub fn call(
        &self,
        code: &CodeId,
        call: Call<'_>,
        gas: u64,
        env: Box<dyn Environment>,
        stop: &Cancel,
    ) -> CallReport {
        let without_running = |outcome, env| CallReport {
            outcome,
            gas_used: 0,
            env,
        };
        if stop.is_cancelled() {
            return without_running(CallOutcome::State(StateFault::Cancelled), env);
        }
        let Some(loaded) = self.0.codes.get(code) else {
            return without_running(CallOutcome::NotLoaded, env);
        };
        let _pass = match self.0.gate.enter(stop) {
            Ok(pass) => pass,
            Err(Closed::Cancelled) => {
                return without_running(CallOutcome::State(StateFault::Cancelled), env);
            }
            Err(Closed::TooDeep) => {
                return without_running(CallOutcome::Trap(TrapCode::CallDepth), env);
            }
        };
        let _watch = self.0.watchdog.watch();
        let setting = Setting {
            engine: &self.0.engine,
            config: &self.0.config,
            schedule: &self.0.schedule,
            stop,
        };
        instance::run(&setting, &loaded, &call, gas, env)
    }
}

impl fmt::Debug for Vm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Vm").field(&self.0.config).finish()
    }
}
