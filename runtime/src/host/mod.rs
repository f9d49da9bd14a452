//! What a contract can call: the 24 functions of `env`.
//!
//! Each function charges `host_call` first, then its regions as it reads them, then its own price, then what the
//! environment reports, in the order of cosmwasm-vm: where a call runs out of gas decides nothing, but where it fails
//! otherwise decides what was charged.

mod address;
mod chain;
mod crypto;
mod gas;
mod region;
mod storage;

use std::sync::Arc;

use thiserror::Error;
use wasmtime::{Caller, Engine, Global, Linker, Memory, ResourceLimiter, TypedFunc};

use crate::cancel::Cancel;
use crate::environment::{Environment, HostFault, StateFault};
use crate::schedule::Schedule;
use crate::vm::DebugHook;

pub(crate) use region::{put, read};

/// Entry point, and `allocate` called by the host inside it. What the contract does in `allocate` must not make the
/// host allocate again.
const MOST_NESTED_CALLS: u32 = 2;

/// How the host ends a call. Travels through Wasm frames as a `wasmtime::Error`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum Stop {
    #[error("out of gas")]
    OutOfGas,
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    State(StateFault),
    #[error("{0}")]
    Machine(String),
}

impl Stop {
    pub(crate) fn refused(why: impl Into<String>) -> Self {
        Stop::Refused(why.into())
    }
}

impl From<HostFault> for Stop {
    fn from(fault: HostFault) -> Self {
        match fault {
            HostFault::Contract(why) => Stop::Refused(why),
            HostFault::State(fault) => Stop::State(fault),
        }
    }
}

/// What belongs to one call.
pub(crate) struct HostState {
    pub env: Box<dyn Environment>,
    /// Known once the instance exists; no host function runs before.
    pub parts: Option<Parts>,
    pub schedule: Arc<Schedule>,
    pub read_only: bool,
    /// Calls into the instance that are under way.
    pub nested: u32,
    pub stop: Cancel,
    pub debug: Option<DebugHook>,
    pub growth: Growth,
}

/// The parts of an instance that the host works with.
#[derive(Clone)]
pub(crate) struct Parts {
    pub memory: Memory,
    pub gas: Global,
    pub allocate: TypedFunc<u32, u32>,
    pub deallocate: TypedFunc<u32, ()>,
}

impl HostState {
    pub(crate) fn parts(&self) -> Result<&Parts, Stop> {
        self.parts
            .as_ref()
            .ok_or_else(|| Stop::Machine("host function before the instance exists".into()))
    }
}

/// Lets memory grow to its maximum. A growth that the machine refuses below it is the machine's failure: the contract
/// must not see it.
pub(crate) struct Growth;

impl ResourceLimiter for Growth {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(maximum.is_some_and(|most| desired <= most))
    }

    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        // wasmtime reports growth beyond 4 GiB here without having asked; that one every node has.
        if error.to_string() == "memory growth exceeds memory type's limits" {
            return Ok(());
        }
        Err(Stop::Machine(format!("memory cannot grow: {error:#}")).into())
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(maximum.is_some_and(|most| desired <= most))
    }
}

type Host<'a> = Caller<'a, HostState>;

/// The start of every host function.
fn begin(host: &mut Host<'_>) -> Result<(), Stop> {
    if host.data().stop.is_cancelled() {
        return Err(Stop::State(StateFault::Cancelled));
    }
    let price = host.data().schedule.host_call;
    gas::charge(host, price)
}

/// Defines `env` for an engine.
pub(crate) fn linker(engine: &Engine) -> wasmtime::Result<Linker<HostState>> {
    let mut l = Linker::new(engine);
    macro_rules! define {
        ($($name:literal => $function:path, ($($arg:ident),+);)+) => {
            $(l.func_wrap("env", $name, |mut host: Host<'_>, $($arg: u32),+| {
                begin(&mut host)?;
                $function(&mut host, $($arg),+)
            })?;)+
        };
    }
    define! {
        "db_read" => storage::read, (key);
        "db_write" => storage::write, (key, value);
        "db_remove" => storage::remove, (key);
        "db_scan" => storage::scan, (start, end, order);
        "db_next" => storage::next, (cursor);
        "db_next_key" => storage::next_key, (cursor);
        "db_next_value" => storage::next_value, (cursor);
        "addr_validate" => address::validate, (source);
        "addr_canonicalize" => address::canonicalize, (source, destination);
        "addr_humanize" => address::humanize, (source, destination);
        "secp256k1_verify" => crypto::secp256k1_verify, (hash, signature, key);
        "secp256k1_recover_pubkey" => crypto::secp256k1_recover, (hash, signature, param);
        "secp256r1_verify" => crypto::secp256r1_verify, (hash, signature, key);
        "secp256r1_recover_pubkey" => crypto::secp256r1_recover, (hash, signature, param);
        "ed25519_verify" => crypto::ed25519_verify, (message, signature, key);
        "ed25519_batch_verify" => crypto::ed25519_batch_verify, (messages, signatures, keys);
        "bls12_381_aggregate_g1" => crypto::bls_aggregate_g1, (points, out);
        "bls12_381_aggregate_g2" => crypto::bls_aggregate_g2, (points, out);
        "bls12_381_pairing_equality" => crypto::bls_pairing_equality, (ps, qs, r, s);
        "bls12_381_hash_to_g1" => crypto::bls_hash_to_g1, (function, message, domain, out);
        "bls12_381_hash_to_g2" => crypto::bls_hash_to_g2, (function, message, domain, out);
        "query_chain" => chain::query, (request);
        "debug" => chain::debug, (message);
        "abort" => chain::abort, (message);
    }
    Ok(l)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::abi::IMPORTS;

    #[test]
    fn the_linker_defines_exactly_the_imports_that_check_allows() -> wasmtime::Result<()> {
        let engine = Engine::default();
        let linker = linker(&engine)?;
        let mut store = wasmtime::Store::new(&engine, {
            HostState {
                env: Box::new(crate::testing::MockEnvironment::default()),
                parts: None,
                schedule: Arc::new(Schedule::ONE),
                read_only: false,
                nested: 0,
                stop: Cancel::new(),
                debug: None,
                growth: Growth,
            }
        });
        let defined: std::collections::BTreeSet<String> = linker
            .iter(&mut store)
            .map(|(module, name, _)| format!("{module}.{name}"))
            .collect();
        let allowed = IMPORTS.iter().map(|(name, ..)| format!("env.{name}"));
        assert_eq!(defined, allowed.collect());
        assert_eq!(defined.len(), 24);
        Ok(())
    }
}
