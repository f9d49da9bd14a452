//! What contracts may ask: each other, smart and raw, at most 10 deep; the
//! chain about itself. Nobody has coins here, so every balance is 0.

use std::ops::Bound;

use cosmwasm_std::{Binary, ContractResult, SystemError, SystemResult};
use mycel_runtime::Call;
use mycel_types::codes::wasm;
use serde::{Deserialize, Serialize};

use crate::call::{self, Ended};
use crate::chain;
use crate::code::Body;
use crate::error::Failure;
use crate::faults::Point;
use crate::gas::{OutOfGas, to_vm};
use crate::world::{Stage, World};

/// Queries inside one another.
pub(crate) const MAX_DEPTH: u32 = 10;
/// What a query says that fails on purpose.
pub(crate) const INJECTED: &str = "injected failure";

/// The answer, or no gas; and the VM gas that it cost.
type Answered = (Result<SystemResult<ContractResult<Binary>>, OutOfGas>, u64);

/// Why there is no plain answer.
pub(crate) enum Miss {
    /// The callee's error.
    Error(String),
    /// The chain's error.
    System(SystemError),
    OutOfGas,
}

impl From<OutOfGas> for Miss {
    fn from(_: OutOfGas) -> Self {
        Miss::OutOfGas
    }
}

/// VM gas of one query against what the asker has left.
pub(crate) struct Budget {
    used: u64,
    limit: u64,
}

impl Budget {
    pub(crate) fn charge_sdk(&mut self, gas: u64) -> Result<(), OutOfGas> {
        self.charge(to_vm(gas))
    }

    fn charge(&mut self, gas: u64) -> Result<(), OutOfGas> {
        self.used = self.used.saturating_add(gas);
        if self.used > self.limit {
            return Err(OutOfGas);
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Request {
    Bank(BankQuery),
    Wasm(WasmQuery),
    Custom(serde_json::Value),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum BankQuery {
    Supply {
        denom: String,
    },
    Balance {
        #[serde(rename = "address")]
        _address: String,
        denom: String,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum WasmQuery {
    Smart {
        contract_addr: String,
        msg: Binary,
    },
    Raw {
        contract_addr: String,
        key: Binary,
    },
    ContractInfo {
        contract_addr: String,
    },
    CodeInfo {
        code_id: u64,
    },
    RawRange {
        contract_addr: String,
        start: Option<Binary>,
        end: Option<Binary>,
        limit: u16,
        order: RawOrder,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawOrder {
    Ascending,
    Descending,
}

#[derive(Serialize)]
struct ContractInfo<'a> {
    code_id: u64,
    creator: &'a str,
    admin: Option<&'a str>,
    pinned: bool,
    ibc_port: Option<&'a str>,
    ibc2_port: Option<&'a str>,
}

#[derive(Serialize)]
struct CodeInfo {
    code_id: u64,
    creator: String,
    checksum: String,
}

#[derive(Serialize)]
struct RawRange {
    data: Vec<(Binary, Binary)>,
    next_key: Option<Binary>,
}

/// Answers a contract that is itself `depth` queries deep.
pub(crate) fn answer(stage: &Stage, depth: u32, request: &[u8], gas_left: u64) -> Answered {
    let mut budget = Budget {
        used: 0,
        limit: gas_left,
    };
    let answered = match serde_json::from_slice(request) {
        Ok(request) => route(stage, depth, request, &mut budget),
        Err(why) => Err(unreadable(request, &why)),
    };
    let result = match answered {
        Ok(bytes) => SystemResult::Ok(ContractResult::Ok(bytes.into())),
        Err(Miss::Error(why)) => SystemResult::Ok(ContractResult::Err(why)),
        Err(Miss::System(error)) => SystemResult::Err(error),
        Err(Miss::OutOfGas) => return (Err(OutOfGas), budget.used),
    };
    (Ok(result), budget.used)
}

fn unreadable(request: &[u8], why: &serde_json::Error) -> Miss {
    let kind = match serde_json::from_slice::<serde_json::Value>(request) {
        Ok(serde_json::Value::Object(fields)) if fields.len() == 1 => fields.into_iter().next(),
        _ => None,
    };
    Miss::System(match kind {
        Some((kind, _)) => SystemError::UnsupportedRequest {
            kind: kind.chars().take(64).collect(),
        },
        None => SystemError::InvalidRequest {
            error: format!("cannot be read: {why}"),
            request: request.into(),
        },
    })
}

fn route(
    stage: &Stage,
    depth: u32,
    request: Request,
    budget: &mut Budget,
) -> Result<Vec<u8>, Miss> {
    let read = stage.with(|world| world.prices.read);
    match request {
        Request::Bank(BankQuery::Supply { denom } | BankQuery::Balance { denom, .. }) => {
            budget.charge(to_vm(read))?;
            let denom = serde_json::Value::String(denom);
            Ok(format!(r#"{{"amount":{{"denom":{denom},"amount":"0"}}}}"#).into_bytes())
        }
        Request::Custom(question) => {
            budget.charge(to_vm(read))?;
            stage.with(|world| chain::answer(world, question, budget))
        }
        Request::Wasm(query) => wasm_query(stage, depth, query, budget),
    }
}

fn find(world: &World, address: &str) -> Result<usize, Miss> {
    world.by_address.get(address).copied().ok_or_else(|| {
        Miss::System(SystemError::NoSuchContract {
            addr: address.chars().take(256).collect(),
        })
    })
}

fn wasm_query(
    stage: &Stage,
    depth: u32,
    query: WasmQuery,
    budget: &mut Budget,
) -> Result<Vec<u8>, Miss> {
    match query {
        WasmQuery::Smart { contract_addr, msg } => {
            let (contract, lookup) = stage.with(|world| {
                let contract = find(world, &contract_addr)?;
                Ok::<_, Miss>((contract, world.contracts[contract].lookup))
            })?;
            budget.charge(to_vm(lookup))?;
            let strike = stage.with(|world| world.faults.strike(Point::Query, &contract_addr));
            if strike.is_some() {
                return Err(Miss::Error(INJECTED.into()));
            }
            smart(stage, depth + 1, contract, &msg, budget)
        }
        WasmQuery::Raw { contract_addr, key } => stage.with(|world| {
            let contract = find(world, &contract_addr)?;
            let value = world.get(contract, &key).cloned().unwrap_or_default();
            let bytes = (key.len() + value.len()) as u64;
            let gas = world.prices.read + world.prices.read_byte.saturating_mul(bytes);
            budget.charge(to_vm(gas))?;
            Ok(value)
        }),
        WasmQuery::ContractInfo { contract_addr } => stage.with(|world| {
            let instance = &world.contracts[find(world, &contract_addr)?];
            budget.charge(to_vm(instance.lookup))?;
            Ok(call::json(&ContractInfo {
                code_id: instance.code,
                creator: &instance.creator,
                admin: instance.admin.as_deref(),
                pinned: false,
                ibc_port: None,
                ibc2_port: None,
            }))
        }),
        WasmQuery::CodeInfo { code_id } => stage.with(|world| {
            budget.charge(to_vm(world.prices.read))?;
            let place = usize::try_from(code_id)
                .ok()
                .and_then(|id| id.checked_sub(1));
            let code = place.and_then(|place| world.codes.get(place));
            let code = code.ok_or(Miss::System(SystemError::NoSuchCode { code_id }))?;
            Ok(call::json(&CodeInfo {
                code_id,
                creator: crate::address::address("store").into_string(),
                checksum: hex::encode(code.checksum),
            }))
        }),
        WasmQuery::RawRange {
            contract_addr,
            start,
            end,
            limit,
            order,
        } => stage.with(|world| {
            let contract = find(world, &contract_addr)?;
            let range = (start, end, matches!(order, RawOrder::Descending));
            raw_range(world, contract, range, limit, budget)
        }),
    }
}

fn raw_range(
    world: &World,
    contract: usize,
    (start, end, descending): (Option<Binary>, Option<Binary>, bool),
    limit: u16,
    budget: &mut Budget,
) -> Result<Vec<u8>, Miss> {
    let prices = world.prices;
    budget.charge(to_vm(prices.read))?;
    let mut from = start.map_or(Bound::Unbounded, |key| Bound::Included(key.to_vec()));
    let mut to = end.map_or(Bound::Unbounded, |key| Bound::Excluded(key.to_vec()));
    let (mut data, mut next_key) = (vec![], None);
    loop {
        budget.charge(to_vm(prices.next))?;
        let (lower, upper) = (
            crate::storage::as_slice(&from),
            crate::storage::as_slice(&to),
        );
        let Some((key, value)) = world.next(contract, lower, upper, descending) else {
            break;
        };
        let bytes = (key.len() + value.len()) as u64;
        budget.charge(to_vm(prices.read_byte.saturating_mul(bytes)))?;
        if data.len() >= usize::from(limit) {
            next_key = Some(key.as_slice().into());
            break;
        }
        data.push((key.as_slice().into(), value.as_slice().into()));
        *if descending { &mut to } else { &mut from } = Bound::Excluded(key.clone());
    }
    Ok(call::json(&RawRange { data, next_key }))
}

/// A smart query at a depth.
fn smart(
    stage: &Stage,
    depth: u32,
    contract: usize,
    msg: &[u8],
    budget: &mut Budget,
) -> Result<Vec<u8>, Miss> {
    if depth > MAX_DEPTH {
        return Err(Miss::Error(Failure::bare(wasm::QUERY_DEPTH).for_contract()));
    }
    let failed = |why: String| Miss::Error(Failure::told(wasm::QUERY_FAILED, why).for_contract());
    let broke = |why: String| Miss::Error(Failure::new(wasm::VM_ERROR, why).for_contract());
    let code = stage.with(|world| world.codes[world.contracts[contract].code as usize - 1].clone());
    let compiled = match &code.body {
        Body::Native(native) => {
            let answer = call::query_native(stage, contract, native, depth, msg);
            return answer.map(Vec::from).map_err(failed);
        }
        Body::Compiled(compiled) => compiled,
    };
    budget.charge(to_vm(stage.with(|world| world.prices.instance)))?;
    let env = call::json(&stage.with(|world| call::env(world, contract)));
    let left = budget.limit.saturating_sub(budget.used);
    let call = Call::query(&env, msg);
    let (used, ended) = call::run(stage, contract, compiled, call, depth, left);
    budget.charge(used)?;
    match ended {
        Ended::OutOfGas => Err(Miss::OutOfGas),
        Ended::Broke(why) | Ended::Machine(why) => Err(broke(why)),
        Ended::Returned(json) => match serde_json::from_slice::<ContractResult<Binary>>(&json) {
            Ok(ContractResult::Ok(data)) => Ok(data.into()),
            Ok(ContractResult::Err(why)) => Err(failed(why)),
            Err(why) => Err(broke(why.to_string())),
        },
    }
}

/// A question from outside; gives SDK gas too.
pub(crate) fn outside(
    stage: &Stage,
    contract: usize,
    msg: &[u8],
) -> (Result<Vec<u8>, Failure>, u64) {
    let mut budget = Budget {
        used: 0,
        limit: u64::MAX,
    };
    let answer = smart(stage, 1, contract, msg, &mut budget);
    let answer = answer.map_err(|miss| match miss {
        Miss::Error(why) => Failure {
            log: why,
            ..Failure::bare(wasm::QUERY_FAILED)
        },
        Miss::System(error) => Failure::new(wasm::QUERY_FAILED, error),
        Miss::OutOfGas => Failure::bare(mycel_types::codes::OUT_OF_GAS),
    });
    (answer, crate::gas::from_vm(budget.used))
}
