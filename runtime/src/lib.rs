//! Runs CosmWasm contracts on wasmtime with gas and stack metered in the Wasm itself.
//!
//! # The model
//! A contract is a Wasm module written for the CosmWasm ABI (`interface_version_8`). It goes through
//!
//! ```text
//! check ──► prepare ──► compile ──► cache ──► instance ──► host
//! ```
//!
//! | step | does |
//! |---|---|
//! | [`check`](mod@check) | parses once, enforces every static limit, lists entry points and required capabilities |
//! | [`prepare`] | rewrites the module: gas meter, stack limiter, memory maximum, start function made an export |
//! | `compile` | machine code by Winch: one pass, bounded cost |
//! | `cache` | the loaded codes, least recently used out first; no lock is held while compiling |
//! | `instance` | a fresh store and instance for each call, from a pool with copy-on-write memory |
//! | `host` | the 24 functions of `env`, regions, and the gas of each |
//!
//! # Invariants
//! 1. *Deterministic.* `Ok`, `Refused`, `OutOfGas` and `Trap`, and the gas used, depend on code, arguments and state
//!    alone. The meter is part of the Wasm, so the compiler, its version and the processor have no say in it. NaNs are
//!    canonical. The logical stack limit trips before the native one.
//! 2. *What only this machine suffers is no result.* Native stack overflow, lack of memory, the watchdog and unknown
//!    traps end in [`CallOutcome::Machine`].
//! 3. *Gas is complete.* Whatever a contract can make the host do is priced by a [`Schedule`]; the largest unpriced
//!    stretch is one basic block.
//! 4. *Nothing stays.* An instance serves one call and is dropped.
//!
//! # How gas is counted
//! At every operator that starts or ends a basic block the pass inserts `gas -= cost of the operators since the last
//! one, this one included`. `gas < 0` is looked at only on entry of a function, at loop headers, in host functions and
//! at the end: between two looks runs at most one straight stretch of code, whose effects nobody sees once the call is
//! out of gas. A call that traps with `gas < 0` was out of gas first.
//!
//! # Where it differs from cosmwasm-vm 3.0
//! Gas, results, classes of errors and state are equal to the unit for every contract that both run (`tests/oracle`
//! compares them live, `tests/oracle_recording.rs` replays what it wrote). Known differences:
//! - `memory.copy` and `memory.fill`, which stock `rustc` emits, are accepted and metered by the byte.
//! - Functions have at most 64 parameters and 50,000 operators; types of imports and of `allocate` are checked when
//!   code is stored, not when it first runs.
//! - Recursion ends at a logical stack of 1 MiB, the same on every machine; there at the native one.
//! - `f32.demote_f64` and `f64.promote_f32` of a NaN give the canonical NaN; there its payload survives.
//! - A start function is run, with gas; there it has none and fails.
//!
//! ```
//! use mycel_runtime::{CodeId, Vm, VmConfig};
//!
//! let vm = Vm::new(VmConfig::default())?;
//! assert!(vm.check(b"no wasm").is_err());
//! assert!(!vm.has(&CodeId::of(b"no wasm")));
//! # Ok::<(), mycel_runtime::VmError>(())
//! ```
#![forbid(unsafe_code)]

mod cache;
mod call;
mod cancel;
pub mod check;
mod compile;
#[cfg(test)]
mod differential;
mod environment;
mod error;
mod gate;
mod host;
mod instance;
pub mod prepare;
mod schedule;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod vm;
mod watchdog;

pub use call::{Call, CallOutcome, CallReport, CodeId, EntryPoint, RESULT_JSON_LIMIT, TrapCode};
pub use cancel::Cancel;
pub use check::{Analysis, Limits};
pub use environment::{
    AddressOp, CursorId, Direction, Environment, HostFault, Hosted, KeyRange, StateFault,
};
pub use error::{CheckError, LoadError, VmError};
pub use schedule::{Linear, Schedule};
pub use vm::{DebugHook, Vm, VmConfig};
