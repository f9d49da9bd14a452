//! One call of a contract: code found and loaded, world handed in, gas charged, answer read.
use bytes::Bytes;
use mycel_runtime::{
    Call, CallOutcome, CodeId, EntryPoint, LoadError, RESULT_JSON_LIMIT, StateFault as VmFault, Vm,
};
use mycel_store::StateFault;
use mycel_types::{
    AccountAddress,
    codes::{mycel, wasm},
    key,
    record::{Code, Contract},
};

use super::{environment::ContractEnv, response::ContractResult};
use crate::{
    error::{Failure, Fault, Run},
    gas::{from_vm, to_vm},
    session::{Session, World},
    state::Records,
};

/// SDK gas for each byte of JSON that the chain reads from a contract or writes for one: wasmd's price.
pub(super) const JSON_BYTE: u64 = 1;

/// What is called.
pub(super) struct Target<'a> {
    pub contract: &'a AccountAddress,
    pub checksum: [u8; 32],
}

/// What a contract is handed.
pub(super) struct Arguments<'a> {
    pub entry: EntryPoint,
    pub info: Option<&'a [u8]>,
    pub msg: &'a [u8],
}

/// How a call ended in the virtual machine, on every node alike.
pub(super) enum Ended {
    /// The contract's JSON.
    Returned(Bytes),
    /// It trapped, panicked or broke the ABI.
    Broke(String),
    /// As `Broke`, by writing more than its quota.
    OverQuota(String),
    OutOfGas,
}

/// Runs a call in a world; `gas` is VM gas. Gives back the world, whatever happened, and the VM gas used.
pub(super) fn run(
    world: World,
    target: &Target<'_>,
    arguments: &Arguments<'_>,
    query_depth: u32,
    gas: u64,
) -> (World, u64, Result<Ended, Fault>) {
    let scene = world.scene.clone();
    let stop = mycel_runtime::Cancel::from(scene.stop.flag());
    let env_json = env_json(&world, target.contract);
    let code = CodeId(target.checksum);
    let call = Call {
        entry: arguments.entry,
        env: env_json.as_bytes(),
        info: arguments.info,
        msg: arguments.msg,
    };
    let mut world = world;
    // loading may be undone at once by other codes that are loaded; it is not undone forever
    for _ in 0..4 {
        let env = ContractEnv::new(world, target.contract.clone(), query_depth);
        let report = scene.vm.call(&code, call, gas, Box::new(env), &stop);
        let (back, over_quota) = ContractEnv::finish(report.env);
        world = back;
        if let Some(why) = world.machine.take() {
            return (world, report.gas_used, Err(Fault::Machine(why)));
        }
        let ended = match report.outcome {
            CallOutcome::Ok(json) => {
                let (used, ended) = returned(json, report.gas_used, gas);
                return (world, used, Ok(ended));
            }
            CallOutcome::Refused(why) if over_quota => Ok(Ended::OverQuota(why)),
            CallOutcome::Refused(why) => Ok(Ended::Broke(why)),
            CallOutcome::Trap(code) => Ok(Ended::Broke(format!("trap: {code}"))),
            CallOutcome::OutOfGas => Ok(Ended::OutOfGas),
            CallOutcome::State(fault) => Err(Fault::State(match fault {
                VmFault::Retry => StateFault::Retry,
                VmFault::Cancelled => StateFault::Cancelled,
                VmFault::Corrupt(why) => StateFault::Corrupt(why),
            })),
            CallOutcome::Machine(why) => Err(Fault::Machine(why)),
            CallOutcome::NotLoaded => {
                if let Err(fault) = load(&scene.vm, &mut world, &target.checksum) {
                    return (world, 0, Err(fault));
                }
                continue;
            }
        };
        return (world, report.gas_used, ended);
    }
    let why = format!("code {code} is dropped as soon as it is loaded: raise code_bytes");
    (world, 0, Err(Fault::Machine(why)))
}

/// An answer at the price of reading it, with all VM gas used; one that is too long is not read.
fn returned(json: Bytes, used: u64, limit: u64) -> (u64, Ended) {
    if json.len() > RESULT_JSON_LIMIT {
        let bytes = json.len();
        let why = format!("the contract's answer: bytes={bytes} limit={RESULT_JSON_LIMIT}");
        return (used, Ended::Broke(why));
    }
    let price = to_vm(JSON_BYTE.saturating_mul(json.len() as u64));
    match used.saturating_add(price) {
        all if all > limit => (limit, Ended::OutOfGas),
        all => (all, Ended::Returned(json)),
    }
}

/// Brings a code from the state into the virtual machine.
fn load(vm: &Vm, world: &mut World, checksum: &[u8; 32]) -> Result<(), Fault> {
    let wasm = world.view.raw(&key::wasm(checksum))?;
    let missing = || StateFault::Corrupt(format!("wasm {} is missing", hex::encode(checksum)));
    load_wasm(vm, &wasm.ok_or_else(missing)?)
}

/// Loads a stored code, which `check` has accepted before.
pub(crate) fn load_wasm(vm: &Vm, wasm: &[u8]) -> Result<(), Fault> {
    match vm.load(wasm) {
        Ok(_) => Ok(()),
        Err(LoadError::Machine(why)) => Err(Fault::Machine(why)),
        Err(LoadError::Check(why)) => Err(Fault::State(StateFault::Corrupt(format!(
            "a stored code is not accepted any more: {why}"
        )))),
    }
}

/// `Env` as JSON: every part is plain text but the chain id, which genesis names.
fn env_json(world: &World, contract: &AccountAddress) -> String {
    let scene = &world.scene;
    let chain_id = serde_json::to_string(&scene.chain.id).expect("text is JSON");
    let transaction = match world.tx {
        Some(tx) => {
            use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
            format!(
                r#"{{"index":{},"hash":"{}"}}"#,
                tx.index,
                BASE64.encode(tx.hash)
            )
        }
        None => "null".into(),
    };
    format!(
        r#"{{"block":{{"height":{},"time":"{}","chain_id":{chain_id}}},"transaction":{transaction},"contract":{{"address":"{contract}"}}}}"#,
        scene.height,
        scene.contract_nanos(),
    )
}

/// `MessageInfo` as JSON.
pub(super) fn info_json(sender: &AccountAddress, funds: &crate::bank::coins::Coins) -> String {
    let coins: Vec<_> = funds
        .iter()
        .map(|(denom, amount)| format!(r#"{{"denom":"{denom}","amount":"{amount}"}}"#))
        .collect();
    format!(r#"{{"sender":"{sender}","funds":[{}]}}"#, coins.join(","))
}

/// A contract's record with that of its code.
pub(super) fn instance(session: &mut Session, contract: &AccountAddress) -> Run<(Contract, Code)> {
    let record: Contract = session
        .record(&key::contract(contract))?
        .ok_or_else(|| no_contract(contract))?;
    let code = session
        .record(&key::code(record.code_id))?
        .ok_or_else(|| no_code(record.code_id))?;
    Ok((record, code))
}

pub(super) fn no_contract(contract: &AccountAddress) -> Failure {
    Failure::new(wasm::NO_SUCH_CONTRACT, format_args!("address {contract}"))
}

pub(super) fn no_code(id: u64) -> Failure {
    Failure::new(wasm::NO_SUCH_CODE, format_args!("code id {id}"))
}

/// Calls a contract within a session and reads its answer. `failed` is the code of a contract's own error.
pub(super) fn call(
    session: &mut Session,
    target: &Target<'_>,
    arguments: &Arguments<'_>,
    failed: mycel_types::Code,
) -> Run<super::response::Response> {
    let instance = session.scene().params.gas.instance;
    session.meter.charge(instance, "Loading CosmWasm module")?;
    let world = session.take_world();
    let gas = to_vm(session.meter.left());
    let (world, used, ended) = run(world, target, arguments, 0, gas);
    session.put_world(world);
    let ended = ended?;
    session.meter.charge(from_vm(used), "wasm contract")?;
    let json = match ended {
        Ended::Returned(json) => json,
        Ended::Broke(why) => return Err(Failure::new(wasm::VM_ERROR, why).into()),
        Ended::OverQuota(why) => return Err(Failure::new(mycel::QUOTA, why).into()),
        Ended::OutOfGas => {
            let rest = session.meter.left();
            session
                .meter
                .charge(rest.saturating_add(1), "wasm contract")?;
            return Err(Failure::new(wasm::VM_ERROR, "out of gas").into());
        }
    };
    match serde_json::from_slice(&json) {
        Ok(ContractResult::Ok(response)) => Ok(response),
        Ok(ContractResult::Err(why)) => Err(Failure::told(failed, why).into()),
        Err(why) => Err(Failure::new(
            wasm::VM_ERROR,
            format_args!("the contract's answer cannot be read: {why}"),
        )
        .into()),
    }
}
