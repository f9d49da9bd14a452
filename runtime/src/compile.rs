//! Machine code: the engine's settings and one module's compilation.
//!
//! Winch compiles in one pass at a bounded cost. It supports every setting that determinism asks for (canonical NaNs,
//! epochs, no fuel). Where Winch has no back end (other than x86-64) Cranelift stands in: results and gas are the same,
//! because both are in the Wasm.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};

use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, Module, PoolingAllocationConfig, Strategy,
    WasmFeatures,
};

use crate::check::FEATURES;
use crate::error::VmError;
use crate::vm::VmConfig;

/// Native stack that Wasm may use in one call: twice the logical stack, so that the logical limit trips first.
pub(crate) const NATIVE_STACK_BYTES: usize = 2 << 20;

const PAGE_BYTES: usize = 65_536;
/// All that a 32-bit address can reach: no bounds checks in the code, guard pages do the work.
const RESERVATION_BYTES: u64 = 4 << 30;
const GUARD_BYTES: u64 = 32 << 20;
/// Bytes of an instance's own record: function references, globals. `check` bounds all of them far below.
const INSTANCE_RECORD_BYTES: usize = 4 << 20;

/// The compiler for a code's first calls: Winch where it has a back end.
pub(crate) const BASELINE: Strategy = if cfg!(target_arch = "x86_64") {
    Strategy::Winch
} else {
    Strategy::Cranelift
};

/// The engine of a [`Vm`](crate::Vm).
pub(crate) fn engine(config: &VmConfig, compiler: Strategy) -> Result<Engine, VmError> {
    let slots = config.concurrent_calls.saturating_mul(config.call_depth);
    let mut pool = PoolingAllocationConfig::default();
    pool.total_core_instances(slots)
        .total_memories(slots)
        .total_tables(slots)
        .max_memory_size(config.limits.pages as usize * PAGE_BYTES)
        .table_elements(config.limits.table_elements as usize)
        .max_core_instance_size(INSTANCE_RECORD_BYTES)
        .max_unused_warm_slots(slots);

    let mut engine = Config::new();
    engine
        .strategy(compiler)
        .wasm_features(WasmFeatures::all(), false)
        .wasm_features(FEATURES, true)
        .cranelift_nan_canonicalization(true)
        .consume_fuel(false)
        .epoch_interruption(true)
        .max_wasm_stack(NATIVE_STACK_BYTES)
        .memory_reservation(RESERVATION_BYTES)
        .memory_guard_size(GUARD_BYTES)
        .memory_reservation_for_growth(0)
        .memory_may_move(false)
        .guard_before_linear_memory(false)
        .memory_init_cow(true)
        .wasm_backtrace_max_frames(None::<NonZeroUsize>)
        .native_unwind_info(false)
        .generate_address_map(false)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    Engine::new(&engine).map_err(|e| VmError::Engine(format!("{e:#}")))
}

/// Compiles a prepared module. A panic of the compiler is an error of this machine like any other.
pub(crate) fn compile(engine: &Engine, prepared: &[u8]) -> Result<Module, String> {
    // A half-made module is dropped with everything that refers to it.
    let attempt = AssertUnwindSafe(|| Module::from_binary(engine, prepared));
    match catch_unwind(attempt) {
        Ok(compiled) => compiled.map_err(|e| format!("compile: {e:#}")),
        Err(_) => Err("compile: the compiler panicked".to_owned()),
    }
}
