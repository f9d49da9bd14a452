//! One call of one contract: native or compiled, its answer read.

use cosmwasm_std::{
    Addr, Attribute, Binary, ContractInfo, ContractResult, Env, Event, MessageInfo, Querier,
    QuerierResult, Reply, ReplyOn, SystemError, SystemResult, TransactionInfo, WasmMsg,
    to_json_vec,
};
use mycel_runtime::{Call, CallOutcome, Cancel, EntryPoint, RESULT_JSON_LIMIT};
use mycel_types::codes::wasm;
use serde::Deserialize;

use crate::code::{Body, Compiled};
use crate::environment::ContractEnv;
use crate::error::{Abort, Failure, Run};
use crate::gas::{from_vm, to_vm};
use crate::native::{Access, Answer, Message, Native, Outgoing};
use crate::query;
use crate::storage::ContractStorage;
use crate::world::Stage;

/// SDK gas for each byte of JSON that the chain reads or writes: wasmd's price.
pub(crate) const JSON_BYTE: u64 = 1;
/// What a contract without an entry point says.
const NO_ENTRY: &str = "the contract has no such entry point";

/// An entry point with its arguments.
#[derive(Clone, Copy)]
pub(crate) enum Entry<'a> {
    Instantiate(&'a MessageInfo, &'a [u8]),
    Execute(&'a MessageInfo, &'a [u8]),
    Migrate(&'a str, &'a [u8]),
    Sudo(&'a [u8]),
    Reply(&'a Reply),
}

/// Calls a contract. `failed` is the code of its own error.
pub(crate) fn call(
    stage: &Stage,
    contract: usize,
    entry: Entry<'_>,
    failed: mycel_types::Code,
) -> Run<Answer> {
    let (code, env) = stage.with(|world| {
        let code = world.codes[world.contracts[contract].code as usize - 1].clone();
        (code, env(world, contract))
    });
    match &code.body {
        Body::Native(native) => {
            let ran = deep(|| call_native(stage, contract, native, env, entry));
            if stage.with(|world| world.exhausted) {
                return Err(Abort::OutOfGas);
            }
            ran.map_err(|why| Failure::told(failed, why).into())
        }
        Body::Compiled(code) => call_compiled(stage, contract, code, &env, entry, failed),
    }
}

/// Native code on a stack with room: messages may nest 500 deep.
fn deep<T>(run: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(256 << 10, 8 << 20, run)
}

pub(crate) fn env(world: &crate::world::World, contract: usize) -> Env {
    let transaction = world.tx.map(|index| {
        // unique as a hash is, and cheaper
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&world.block.height.to_be_bytes());
        hash[8..12].copy_from_slice(&index.to_be_bytes());
        TransactionInfo::new(index, hash.to_vec().into())
    });
    Env {
        block: world.block.clone(),
        transaction,
        contract: ContractInfo {
            address: Addr::unchecked(&world.contracts[contract].address),
        },
    }
}

fn call_native(
    stage: &Stage,
    contract: usize,
    native: &Native,
    env: Env,
    entry: Entry<'_>,
) -> Result<Answer, String> {
    let mut storage = ContractStorage {
        stage,
        contract,
        writable: true,
    };
    let querier = NativeQuerier { stage, depth: 0 };
    let mut access = Access {
        storage: &mut storage,
        api: &stage.api,
        querier: &querier,
    };
    let missing = || NO_ENTRY.to_owned();
    match entry {
        Entry::Instantiate(info, msg) => (native.instantiate)(&mut access, env, info.clone(), msg),
        Entry::Execute(info, msg) => (native.execute)(&mut access, env, info.clone(), msg),
        Entry::Migrate(_, msg) => {
            let migrate = native.migrate.as_ref().ok_or_else(missing)?;
            migrate(&mut access, env, msg)
        }
        Entry::Sudo(msg) => {
            let sudo = native.sudo.as_ref().ok_or_else(missing)?;
            sudo(&mut access, env, msg)
        }
        Entry::Reply(told) => {
            let reply = native.reply.as_ref().ok_or_else(missing)?;
            reply(&mut access, env, told.clone())
        }
    }
}

/// Asks a native contract in the world of the asker.
pub(crate) fn query_native(
    stage: &Stage,
    contract: usize,
    native: &Native,
    depth: u32,
    msg: &[u8],
) -> Result<Binary, String> {
    let mut storage = ContractStorage {
        stage,
        contract,
        writable: false,
    };
    let querier = NativeQuerier { stage, depth };
    let mut access = Access {
        storage: &mut storage,
        api: &stage.api,
        querier: &querier,
    };
    let env = stage.with(|world| env(world, contract));
    deep(|| (native.query)(&mut access, env, msg))
}

/// How a native contract asks.
struct NativeQuerier<'a> {
    stage: &'a Stage,
    depth: u32,
}

impl Querier for NativeQuerier<'_> {
    fn raw_query(&self, request: &[u8]) -> QuerierResult {
        let left = self.stage.with(|world| to_vm(world.meter.left()));
        let (answer, used) = query::answer(self.stage, self.depth, request, left);
        self.stage.with(|world| {
            let charged = world.meter.charge(from_vm(used));
            match answer {
                Ok(answer) if charged.is_ok() => answer,
                _ => {
                    world.exhausted = true;
                    SystemResult::Err(SystemError::Unknown {})
                }
            }
        })
    }
}

/// How a compiled call ended, on every machine alike.
pub(crate) enum Ended {
    Returned(bytes::Bytes),
    /// It trapped, panicked or broke the ABI.
    Broke(String),
    OutOfGas,
    /// Only here.
    Machine(String),
}

/// Runs compiled code; `gas` is VM gas. Gives the VM gas used.
pub(crate) fn run(
    stage: &Stage,
    contract: usize,
    code: &Compiled,
    call: Call<'_>,
    depth: u32,
    gas: u64,
) -> (u64, Ended) {
    let mut world = stage.take();
    let mut loaded = true;
    let (used, ended) = loop {
        let env = ContractEnv::new(world, contract, depth);
        let report = code
            .vm
            .call(&code.id, call, gas, Box::new(env), &Cancel::new());
        world = ContractEnv::finish(report.env);
        let ended = match report.outcome {
            CallOutcome::Ok(json) => break returned(json, report.gas_used, gas),
            CallOutcome::Refused(why) => Ended::Broke(why),
            CallOutcome::Trap(trap) => Ended::Broke(format!("trap: {trap}")),
            CallOutcome::OutOfGas => Ended::OutOfGas,
            CallOutcome::NotLoaded if loaded => {
                loaded = false;
                match code.vm.load(&code.wasm) {
                    Ok(_) => continue,
                    Err(why) => Ended::Machine(why.to_string()),
                }
            }
            other => Ended::Machine(other.to_string()),
        };
        break (report.gas_used, ended);
    };
    stage.put(world);
    (used, ended)
}

/// An answer at the price of reading it; one that is too long is not read.
fn returned(json: bytes::Bytes, used: u64, limit: u64) -> (u64, Ended) {
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

/// Plain data is JSON.
pub(crate) fn json(value: &impl serde::Serialize) -> Vec<u8> {
    to_json_vec(value).expect("plain data is JSON")
}

fn call_compiled(
    stage: &Stage,
    contract: usize,
    code: &Compiled,
    env: &Env,
    entry: Entry<'_>,
    failed: mycel_types::Code,
) -> Run<Answer> {
    let gas = stage.with(|world| {
        let instance = world.prices.instance;
        world.meter.charge(instance)?;
        Ok::<_, Abort>(to_vm(world.meter.left()))
    })?;
    let env = json(env);
    let (kind, info, msg) = match entry {
        Entry::Instantiate(info, msg) => (EntryPoint::Instantiate, Some(json(info)), msg.to_vec()),
        Entry::Execute(info, msg) => (EntryPoint::Execute, Some(json(info)), msg.to_vec()),
        Entry::Migrate(sender, msg) => {
            let info = format!(r#"{{"sender":"{sender}","old_migrate_version":null}}"#);
            (EntryPoint::Migrate, Some(info.into_bytes()), msg.to_vec())
        }
        Entry::Sudo(msg) => (EntryPoint::Sudo, None, msg.to_vec()),
        Entry::Reply(reply) => {
            let msg = json(reply);
            let price = JSON_BYTE.saturating_mul(msg.len() as u64);
            stage.with(|world| world.meter.charge(price))?;
            (EntryPoint::Reply, None, msg)
        }
    };
    let call = Call {
        entry: kind,
        env: &env,
        info: info.as_deref(),
        msg: &msg,
    };
    let (used, ended) = run(stage, contract, code, call, 0, gas);
    stage.with(|world| world.meter.charge(from_vm(used)))?;
    let answer = match ended {
        Ended::Returned(answer) => answer,
        Ended::Broke(why) => return Err(Failure::new(wasm::VM_ERROR, why).into()),
        Ended::Machine(why) => return Err(Abort::Machine(why)),
        Ended::OutOfGas => {
            stage.with(|world| world.meter.exhaust());
            return Err(Abort::OutOfGas);
        }
    };
    match serde_json::from_slice::<ContractResult<JsonResponse>>(&answer) {
        Ok(ContractResult::Ok(response)) => Ok(response.into()),
        Ok(ContractResult::Err(why)) => Err(Failure::told(failed, why).into()),
        Err(why) => Err(Failure::new(
            wasm::VM_ERROR,
            format_args!("the contract's answer cannot be read: {why}"),
        )
        .into()),
    }
}

/// A response as JSON, read leniently where later versions add to it.
#[derive(Deserialize)]
struct JsonResponse {
    #[serde(default)]
    messages: Vec<JsonSubMsg>,
    #[serde(default)]
    attributes: Vec<Attribute>,
    #[serde(default)]
    events: Vec<Event>,
    #[serde(default)]
    data: Option<Binary>,
}

#[derive(Deserialize)]
struct JsonSubMsg {
    #[serde(default)]
    id: u64,
    #[serde(default)]
    payload: Binary,
    msg: serde_json::Value,
    #[serde(default)]
    gas_limit: Option<u64>,
    reply_on: ReplyOn,
}

impl From<JsonResponse> for Answer {
    fn from(response: JsonResponse) -> Answer {
        let outgoing = |sub: JsonSubMsg| Outgoing {
            id: sub.id,
            payload: sub.payload,
            gas_limit: sub.gas_limit,
            reply_on: sub.reply_on,
            message: message(sub.msg),
        };
        Answer {
            messages: response.messages.into_iter().map(outgoing).collect(),
            attributes: response.attributes,
            events: response.events,
            data: response.data,
        }
    }
}

fn message(value: serde_json::Value) -> Message {
    let serde_json::Value::Object(fields) = value else {
        return Message::Other("not an object".into());
    };
    let mut fields = fields.into_iter();
    match (fields.next(), fields.next()) {
        (Some((kind, content)), None) => match kind.as_str() {
            "wasm" => match serde_json::from_value::<WasmMsg>(content) {
                Ok(message) => Message::Wasm(message),
                Err(why) => Message::Other(format!("wasm: {why}")),
            },
            "bank" => Message::Bank,
            "custom" => Message::Custom(json(&content)),
            other => Message::Other(other.chars().take(40).collect()),
        },
        _ => Message::Other("one kind of message expected".into()),
    }
}
