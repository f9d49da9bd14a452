//! Calling one contract over and over, as its tests do.

use std::any::Any;
use std::sync::OnceLock;

use cosmwasm_std::{
    Coin, ContractResult, Env, MessageInfo, MigrateInfo, QueryResponse, Reply, Response,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::environment::{MOCK_CONTRACT_ADDR, MockEnvironment};
use crate::call::{Call, CallOutcome, CodeId, EntryPoint, RESULT_JSON_LIMIT};
use crate::cancel::Cancel;
use crate::vm::{Vm, VmConfig};

/// One second of the reference machine for each call.
const GAS_LIMIT: u64 = 1_000_000_000_000;

/// A call that did not end in a `ContractResult`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{entry}: {outcome}")]
pub struct CallFailed {
    /// What was called.
    pub entry: EntryPoint,
    /// What became of it. An unreadable result is `Refused`.
    pub outcome: CallOutcome,
}

/// A contract with its world.
pub struct MockInstance {
    vm: Vm,
    code: CodeId,
    env: Option<MockEnvironment>,
    gas_limit: u64,
    gas_used: u64,
}

/// How to set up a [`MockInstance`].
pub struct MockInstanceOptions<'a> {
    /// Bank balances of others.
    pub balances: &'a [(&'a str, &'a [Coin])],
    /// Bank balance of the contract.
    pub contract_balance: Option<&'a [Coin]>,
    /// Gas of each call.
    pub gas_limit: u64,
    /// The engine; one with default settings, shared by the whole process, if not given.
    pub vm: Option<Vm>,
}

impl Default for MockInstanceOptions<'_> {
    fn default() -> Self {
        Self {
            balances: &[],
            contract_balance: None,
            gas_limit: GAS_LIMIT,
            vm: None,
        }
    }
}

/// A contract that owns `contract_balance`.
///
/// # Panics
/// If the Wasm is no contract that runs here.
pub fn mock_instance(wasm: &[u8], contract_balance: &[Coin]) -> MockInstance {
    mock_instance_with_options(
        wasm,
        MockInstanceOptions {
            contract_balance: Some(contract_balance),
            ..Default::default()
        },
    )
}

/// A contract whose calls have that much gas each.
///
/// # Panics
/// If the Wasm is no contract that runs here.
pub fn mock_instance_with_gas_limit(wasm: &[u8], gas_limit: u64) -> MockInstance {
    mock_instance_with_options(
        wasm,
        MockInstanceOptions {
            gas_limit,
            ..Default::default()
        },
    )
}

/// A contract in a world of one's own making.
///
/// # Panics
/// If the Wasm is no contract that runs here, or the machine cannot run any.
pub fn mock_instance_with_options(wasm: &[u8], options: MockInstanceOptions<'_>) -> MockInstance {
    let vm = options.vm.unwrap_or_else(shared_vm);
    let code = match vm.load(wasm) {
        Ok(code) => code,
        Err(error) => panic!("contract cannot be loaded: {error}"),
    };
    let mut env = MockEnvironment::default();
    for (address, coins) in options.balances {
        env.update_balance(*address, coins.to_vec());
    }
    if let Some(coins) = options.contract_balance {
        env.update_balance(MOCK_CONTRACT_ADDR, coins.to_vec());
    }
    MockInstance {
        vm,
        code,
        env: Some(env),
        gas_limit: options.gas_limit,
        gas_used: 0,
    }
}

/// Tests run in many threads of one process: one pool for all of them.
fn shared_vm() -> Vm {
    static VM: OnceLock<Vm> = OnceLock::new();
    VM.get_or_init(|| match Vm::new(VmConfig::default()) {
        Ok(vm) => vm,
        Err(error) => panic!("{error}"),
    })
    .clone()
}

impl MockInstance {
    /// The contract's world between two calls.
    ///
    /// # Panics
    /// If a call inside a call panicked and took it away.
    pub fn env(&mut self) -> &mut MockEnvironment {
        self.env
            .as_mut()
            .expect("the environment comes back from every call")
    }

    /// Gas used by the last call.
    pub fn gas_used(&self) -> u64 {
        self.gas_used
    }

    /// Gas of each call from now on.
    pub fn set_gas_limit(&mut self, gas_limit: u64) {
        self.gas_limit = gas_limit;
    }

    /// One call with raw arguments.
    pub fn call(&mut self, call: Call<'_>) -> CallOutcome {
        let mut env = std::mem::take(self.env());
        env.close_cursors();
        let report = self.vm.call(
            &self.code,
            call,
            self.gas_limit,
            Box::new(env),
            &Cancel::new(),
        );
        self.gas_used = report.gas_used;
        let env: Box<dyn Any> = report.env;
        self.env = env.downcast::<MockEnvironment>().ok().map(|env| *env);
        report.outcome
    }

    fn call_json<T: DeserializeOwned>(&mut self, call: Call<'_>) -> Result<T, CallFailed> {
        let entry = call.entry;
        let failed = |outcome| CallFailed { entry, outcome };
        let data = match self.call(call) {
            CallOutcome::Ok(data) => data,
            other => return Err(failed(other)),
        };
        if data.len() > RESULT_JSON_LIMIT {
            let why = format!(
                "result length={} exceeds limit={RESULT_JSON_LIMIT}",
                data.len()
            );
            return Err(failed(CallOutcome::Refused(why)));
        }
        serde_json::from_slice(&data).map_err(|e| {
            let why = format!("result is not what the entry point returns: {e}");
            failed(CallOutcome::Refused(why))
        })
    }

    /// Calls `instantiate`.
    ///
    /// # Errors
    /// If the call ended in anything but a `ContractResult`.
    pub fn call_instantiate<U: DeserializeOwned>(
        &mut self,
        env: &Env,
        info: &MessageInfo,
        msg: &[u8],
    ) -> Result<ContractResult<Response<U>>, CallFailed> {
        self.call_json(Call::instantiate(&json(env), &json(info), msg))
    }

    /// Calls `execute`.
    ///
    /// # Errors
    /// If the call ended in anything but a `ContractResult`.
    pub fn call_execute<U: DeserializeOwned>(
        &mut self,
        env: &Env,
        info: &MessageInfo,
        msg: &[u8],
    ) -> Result<ContractResult<Response<U>>, CallFailed> {
        self.call_json(Call::execute(&json(env), &json(info), msg))
    }

    /// Calls `query`.
    ///
    /// # Errors
    /// If the call ended in anything but a `ContractResult`.
    pub fn call_query(
        &mut self,
        env: &Env,
        msg: &[u8],
    ) -> Result<ContractResult<QueryResponse>, CallFailed> {
        self.call_json(Call::query(&json(env), msg))
    }

    /// Calls `migrate`.
    ///
    /// # Errors
    /// If the call ended in anything but a `ContractResult`.
    pub fn call_migrate<U: DeserializeOwned>(
        &mut self,
        env: &Env,
        msg: &[u8],
        info: Option<&MigrateInfo>,
    ) -> Result<ContractResult<Response<U>>, CallFailed> {
        let info = info.map(json);
        self.call_json(Call::migrate(&json(env), msg, info.as_deref()))
    }

    /// Calls `sudo`.
    ///
    /// # Errors
    /// If the call ended in anything but a `ContractResult`.
    pub fn call_sudo<U: DeserializeOwned>(
        &mut self,
        env: &Env,
        msg: &[u8],
    ) -> Result<ContractResult<Response<U>>, CallFailed> {
        self.call_json(Call::plain(EntryPoint::Sudo, &json(env), msg))
    }

    /// Calls `reply`.
    ///
    /// # Errors
    /// If the call ended in anything but a `ContractResult`.
    pub fn call_reply<U: DeserializeOwned>(
        &mut self,
        env: &Env,
        msg: &Reply,
    ) -> Result<ContractResult<Response<U>>, CallFailed> {
        self.call_json(Call::plain(EntryPoint::Reply, &json(env), &json(msg)))
    }
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("messages of tests are JSON")
}

fn must<T>(result: Result<T, CallFailed>) -> T {
    match result {
        Ok(value) => value,
        Err(failed) => panic!("VM error: {failed}"),
    }
}

/// `instantiate` with a typed message.
///
/// # Panics
/// If the call ended in anything but a `ContractResult`.
pub fn instantiate<U: DeserializeOwned>(
    instance: &mut MockInstance,
    env: Env,
    info: MessageInfo,
    msg: impl Serialize,
) -> ContractResult<Response<U>> {
    must(instance.call_instantiate(&env, &info, &json(&msg)))
}

/// `execute` with a typed message.
///
/// # Panics
/// If the call ended in anything but a `ContractResult`.
pub fn execute<U: DeserializeOwned>(
    instance: &mut MockInstance,
    env: Env,
    info: MessageInfo,
    msg: impl Serialize,
) -> ContractResult<Response<U>> {
    must(instance.call_execute(&env, &info, &json(&msg)))
}

/// `query` with a typed message.
///
/// # Panics
/// If the call ended in anything but a `ContractResult`.
pub fn query(
    instance: &mut MockInstance,
    env: Env,
    msg: impl Serialize,
) -> ContractResult<QueryResponse> {
    must(instance.call_query(&env, &json(&msg)))
}

/// `migrate` with a typed message.
///
/// # Panics
/// If the call ended in anything but a `ContractResult`.
pub fn migrate<U: DeserializeOwned>(
    instance: &mut MockInstance,
    env: Env,
    msg: impl Serialize,
) -> ContractResult<Response<U>> {
    must(instance.call_migrate(&env, &json(&msg), None))
}

/// `sudo` with a typed message.
///
/// # Panics
/// If the call ended in anything but a `ContractResult`.
pub fn sudo<U: DeserializeOwned>(
    instance: &mut MockInstance,
    env: Env,
    msg: impl Serialize,
) -> ContractResult<Response<U>> {
    must(instance.call_sudo(&env, &json(&msg)))
}

/// `reply`.
///
/// # Panics
/// If the call ended in anything but a `ContractResult`.
pub fn reply<U: DeserializeOwned>(
    instance: &mut MockInstance,
    env: Env,
    msg: Reply,
) -> ContractResult<Response<U>> {
    must(instance.call_reply(&env, &msg))
}
