//! cosmwasm-vm behind the terms of a recording.

use cosmwasm_std::{Checksum, Order};
use cosmwasm_vm::testing::{MOCK_CONTRACT_ADDR, MockApi, MockQuerier, MockStorage};
use cosmwasm_vm::{
    Backend, Cache, CacheOptions, InstanceOptions, Size, Storage, VmError, VmResult,
    call_execute_raw, call_ibc_channel_open_raw, call_instantiate_raw, call_migrate_with_info_raw,
    call_query_raw, call_reply_raw, call_sudo_raw, capabilities_from_csv,
};
use mycel_runtime::EntryPoint;
use mycel_runtime::testing::recording::{
    Class, Ended, Script, Step, arguments, show, state_sha256,
};

type Instance = cosmwasm_vm::Instance<MockApi, MockStorage, MockQuerier>;

/// One contract in cosmwasm-vm's cache.
pub struct Upstream {
    cache: Cache<MockApi, MockStorage, MockQuerier>,
    checksum: Checksum,
    _folder: tempfile::TempDir,
}

const CAPABILITIES: &str = "iterator,staking,stargate,ibc2,cosmwasm_1_1,cosmwasm_1_2,cosmwasm_1_3,cosmwasm_1_4,\
                            cosmwasm_2_0,cosmwasm_2_1,cosmwasm_2_2,cosmwasm_3_0";

impl Upstream {
    pub fn new(wasm: &[u8]) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
        let options = CacheOptions::new(
            folder.path(),
            capabilities_from_csv(CAPABILITIES),
            Size::mebi(200),
            Size::mebi(32),
        );
        // SAFETY: the folder is new and nobody else's, so the artifacts in it are those that this process compiled.
        let cache = unsafe { Cache::new(options) }.map_err(|e| e.to_string())?;
        let checksum = cache
            .store_code(wasm, true, true)
            .map_err(|e| e.to_string())?;
        cache.pin(&checksum).map_err(|e| e.to_string())?;
        Ok(Self {
            cache,
            checksum,
            _folder: folder,
        })
    }

    pub fn replay(&self, script: &Script) -> Vec<Ended> {
        let mut storage = MockStorage::default();
        let mut ended = Vec::new();
        for step in &script.steps {
            let (end, after) = self.play(script, step, storage);
            storage = after;
            ended.push(end);
        }
        ended
    }

    fn play(&self, script: &Script, step: &Step, storage: MockStorage) -> (Ended, MockStorage) {
        let backend = Backend {
            api: MockApi::default(),
            storage,
            querier: MockQuerier::new(&[(MOCK_CONTRACT_ADDR, &script.balance)]),
        };
        let options = InstanceOptions {
            gas_limit: step.gas_limit,
        };
        let mut instance = self
            .cache
            .get_instance(&self.checksum, backend, options)
            .expect("an instance of a stored contract");
        let result = call(&mut instance, step);
        let gas_used = step.gas_limit - instance.get_gas_left();
        let mut storage = instance.recycle().expect("the backend comes back").storage;
        let state_sha256 = hash(&mut storage);
        let (class, result, detail) = match result {
            Ok(data) => (Class::Ok, show(&data), String::new()),
            Err(error) => (class(&error), String::new(), error.to_string()),
        };
        let ended = Ended {
            class,
            result,
            detail,
            gas_used,
            state_sha256,
        };
        (ended, storage)
    }
}

fn call(instance: &mut Instance, step: &Step) -> VmResult<Vec<u8>> {
    let (entry, env, info, msg) = arguments(step);
    let info = info.unwrap_or_default();
    match entry {
        EntryPoint::Instantiate => call_instantiate_raw(instance, &env, &info, &msg),
        EntryPoint::Execute => call_execute_raw(instance, &env, &info, &msg),
        EntryPoint::Query => call_query_raw(instance, &env, &msg),
        EntryPoint::Migrate => call_migrate_with_info_raw(instance, &env, &msg, &info),
        EntryPoint::Sudo => call_sudo_raw(instance, &env, &msg),
        EntryPoint::Reply => call_reply_raw(instance, &env, &msg),
        EntryPoint::IbcChannelOpen => call_ibc_channel_open_raw(instance, &env, &msg),
        other => panic!("not yet: {other} on cosmwasm-vm"),
    }
}

/// Errors of host functions pass through Wasm frames as text, so the text has to tell them from traps.
fn class(error: &VmError) -> Class {
    const TRAPS: &[&str] = &[
        "unreachable",
        "out of bounds memory access",
        "out of bounds table access",
        "undefined element",
        "uninitialized element",
        "indirect call type mismatch",
        "integer overflow",
        "integer divide by zero",
        "invalid conversion to integer",
        "call stack exhausted",
    ];
    match error {
        VmError::GasDepletion { .. } => Class::OutOfGas,
        VmError::RuntimeErr { msg, .. } => {
            let text = msg
                .strip_prefix("Wasmer runtime error: RuntimeError: ")
                .unwrap_or(msg);
            if text.starts_with("Ran out of gas") {
                Class::OutOfGas
            } else if TRAPS.iter().any(|trap| text.starts_with(trap)) {
                Class::Trap
            } else {
                Class::Refused
            }
        }
        VmError::Aborted { .. }
        | VmError::BackendErr { .. }
        | VmError::CommunicationErr { .. }
        | VmError::ResolveErr { .. }
        | VmError::WriteAccessDenied { .. }
        | VmError::FunctionArityMismatch { .. }
        | VmError::MaxCallDepthExceeded { .. } => Class::Refused,
        _ => Class::Other,
    }
}

fn hash(storage: &mut MockStorage) -> String {
    let cursor = storage
        .scan(None, None, Order::Ascending)
        .0
        .expect("a cursor");
    let entries = storage.all(cursor).0.expect("all entries");
    state_sha256(entries.iter().map(|(k, v)| (k.as_slice(), v.as_slice())))
}
