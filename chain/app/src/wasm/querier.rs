//! What contracts may ask: balances, other contracts, and what only this chain knows. Everything else is an unsupported request, which
//! the asking contract sees as such.
use bytes::Bytes;
use cosmwasm_std::Binary;
use mycel_runtime::{Direction, HostFault, Hosted, KeyRange};
use mycel_types::{
    AccountAddress, StoreId,
    codes::wasm,
    key,
    record::{Code, Contract},
};
use serde_json::Value;

use super::{
    call::{Arguments, Ended, Target},
    custom,
    environment::{ContractEnv, fault, order, own_range, read_price},
    question::{
        Amount, Answered, BankQuery, CodeInfo, ContractInfo, JsonCoin, Order, RawRange,
        SystemError, SystemResult, WasmQuery, to_json,
    },
    response::ContractResult,
    smart,
};
use crate::{error::Failure, error::Fault, gas::to_vm, session::World, state::decode};

/// Queries inside one another.
pub(super) const MAX_DEPTH: u32 = 10;

/// Why a query gives no plain answer.
pub(super) enum Miss {
    /// For the asking contract to see as its callee's error.
    Error(String),
    /// For the asking contract to see as the chain's error.
    System(SystemError),
    /// Ends the call.
    Host(HostFault),
    /// More than the gas that is left.
    OutOfGas,
}

impl From<mycel_store::StateFault> for Miss {
    fn from(why: mycel_store::StateFault) -> Self {
        Self::Host(fault(why))
    }
}

/// Gas of one query, in VM gas, against what the call has left.
pub(super) struct Budget {
    used: u64,
    limit: u64,
}

impl Budget {
    pub(super) fn charge_sdk(&mut self, gas: u64) -> Result<(), Miss> {
        self.charge(to_vm(gas))
    }

    pub(super) fn charge(&mut self, gas: u64) -> Result<(), Miss> {
        self.used = self.used.saturating_add(gas);
        if self.used > self.limit {
            return Err(Miss::OutOfGas);
        }
        Ok(())
    }
}

/// Answers a contract's query.
pub(super) fn answer(env: &mut ContractEnv, request: &[u8], gas_left: u64) -> Hosted<Bytes> {
    let mut budget = Budget {
        used: 0,
        limit: gas_left,
    };
    let answered = route(env, request, &mut budget);
    let result = match answered {
        Ok(bytes) => SystemResult::Ok(Answered::Ok(bytes.into())),
        Err(Miss::Error(why)) => SystemResult::Ok(Answered::Err(why)),
        Err(Miss::System(error)) => SystemResult::Err(error),
        Err(Miss::Host(fault)) => {
            return Hosted {
                value: Err(fault),
                gas: budget.used,
            };
        }
        Err(Miss::OutOfGas) => {
            return Hosted::refused("out of gas", gas_left.saturating_add(1));
        }
    };
    Hosted::ok(to_json(&result).into(), budget.used)
}

fn route(env: &mut ContractEnv, request: &[u8], budget: &mut Budget) -> Result<Vec<u8>, Miss> {
    let parsed: Value = serde_json::from_slice(request)
        .map_err(|e| invalid_request(&format!("cannot be read: {e}"), request))?;
    let Value::Object(fields) = parsed else {
        return Err(invalid_request("not an object", request));
    };
    let mut fields = fields.into_iter();
    let (Some((kind, content)), None) = (fields.next(), fields.next()) else {
        return Err(invalid_request("one kind of query expected", request));
    };
    match kind.as_str() {
        "bank" => match serde_json::from_value(content) {
            Ok(query) => bank(env, query, budget),
            Err(_) => Err(unsupported("bank")),
        },
        "wasm" => match serde_json::from_value(content) {
            Ok(query) => wasm_query(env, query, budget),
            Err(_) => Err(unsupported("wasm")),
        },
        "custom" => match serde_json::from_value(content) {
            Ok(query) => custom::answer(env.world(), query, budget),
            Err(_) => Err(unsupported("custom")),
        },
        other => Err(unsupported(other)),
    }
}

fn unsupported(kind: &str) -> Miss {
    let kind: String = kind.chars().take(64).collect();
    Miss::System(SystemError::UnsupportedRequest { kind })
}

fn invalid_request(why: &str, request: &[u8]) -> Miss {
    Miss::System(SystemError::InvalidRequest {
        error: why.into(),
        request: request.into(),
    })
}

pub(super) fn address(text: &str) -> Result<AccountAddress, Miss> {
    text.parse()
        .map_err(|e: mycel_types::AddressError| Miss::Error(e.to_string()))
}

fn contract_address(text: &str) -> Result<AccountAddress, Miss> {
    text.parse().map_err(|_| no_such_contract(text))
}

fn no_such_contract(text: &str) -> Miss {
    let shown: String = text.chars().take(256).collect();
    Miss::System(SystemError::NoSuchContract { addr: shown })
}

/// A raw value of the chain's own, at the price of a read.
pub(super) fn read(
    world: &mut World,
    key: &[u8],
    budget: &mut Budget,
) -> Result<Option<Bytes>, Miss> {
    let prices = world.scene.params.gas;
    let value = world.view.get(StoreId::Mycel, key)?;
    budget.charge_sdk(read_price(&prices, key, value.as_ref()))?;
    Ok(value)
}

fn bank(env: &mut ContractEnv, query: BankQuery, budget: &mut Budget) -> Result<Vec<u8>, Miss> {
    let (key, denom) = match query {
        BankQuery::Supply { denom } => (key::supply(&denom), denom),
        BankQuery::Balance {
            address: text,
            denom,
        } => (key::balance(&address(&text)?, &denom), denom),
    };
    let amount: u128 = match read(env.world(), &key, budget)? {
        Some(bytes) => decode(&key, &bytes)?,
        None => 0,
    };
    Ok(to_json(&Amount {
        amount: JsonCoin {
            denom: &denom,
            amount: amount.to_string(),
        },
    }))
}

fn wasm_query(
    env: &mut ContractEnv,
    query: WasmQuery,
    budget: &mut Budget,
) -> Result<Vec<u8>, Miss> {
    match query {
        WasmQuery::Smart { contract_addr, msg } => {
            let contract = contract_address(&contract_addr)?;
            let code = code_of(env.world(), &contract, budget)?.1;
            smart_inside(env, &contract, &code, &msg, budget)
        }
        WasmQuery::Raw { contract_addr, key } => {
            let contract = contract_address(&contract_addr)?;
            let full = key::contract_data(&contract, &key);
            let value = read(env.world(), &full, budget)?;
            Ok(value.map_or_else(Vec::new, Vec::from))
        }
        WasmQuery::ContractInfo { contract_addr } => {
            let contract = contract_address(&contract_addr)?;
            let (record, code) = code_of(env.world(), &contract, budget)?;
            Ok(to_json(&ContractInfo {
                code_id: record.code_id,
                creator: record.creator,
                admin: record.admin,
                pinned: code.pinned,
                ibc_port: None,
                ibc2_port: None,
            }))
        }
        WasmQuery::CodeInfo { code_id } => {
            let code = code(env.world(), code_id, budget)?;
            Ok(to_json(&CodeInfo {
                code_id,
                creator: code.creator,
                checksum: hex::encode(code.checksum),
            }))
        }
        WasmQuery::RawRange {
            contract_addr,
            start,
            end,
            limit,
            order,
        } => {
            let contract = contract_address(&contract_addr)?;
            let range = KeyRange {
                start: start.map(|b| Bytes::from(Vec::from(b))),
                end: end.map(|b| Bytes::from(Vec::from(b))),
            };
            let order = match order {
                Order::Ascending => Direction::Ascending,
                Order::Descending => Direction::Descending,
            };
            raw_range(env.world(), &contract, &range, limit, order, budget)
        }
    }
}

fn code(world: &mut World, id: u64, budget: &mut Budget) -> Result<Code, Miss> {
    let key = key::code(id);
    let missing = || Miss::System(SystemError::NoSuchCode { code_id: id });
    let bytes = read(world, &key, budget)?.ok_or_else(missing)?;
    Ok(decode(&key, &bytes)?)
}

fn code_of(
    world: &mut World,
    contract: &AccountAddress,
    budget: &mut Budget,
) -> Result<(Contract, Code), Miss> {
    let key = key::contract(contract);
    let bytes = read(world, &key, budget)?;
    let bytes = bytes.ok_or_else(|| no_such_contract(&contract.to_string()))?;
    let record: Contract = decode(&key, &bytes)?;
    let code = code(world, record.code_id, budget)?;
    Ok((record, code))
}

fn raw_range(
    world: &mut World,
    contract: &AccountAddress,
    range: &KeyRange,
    limit: u16,
    direction: Direction,
    budget: &mut Budget,
) -> Result<Vec<u8>, Miss> {
    let prices = world.scene.params.gas;
    let prefix = key::contract_prefix(contract);
    budget.charge_sdk(prices.read)?;
    let range = own_range(&prefix, range);
    let cursor = world.view.scan(StoreId::Mycel, range, order(direction))?;
    let mut data = vec![];
    let mut next_key = None;
    loop {
        budget.charge_sdk(prices.next)?;
        let Some((full, value)) = world.view.next(cursor)? else {
            break;
        };
        let own = &full[prefix.len().min(full.len())..];
        let bytes = own.len().saturating_add(value.len()) as u64;
        budget.charge_sdk(prices.read_byte.saturating_mul(bytes))?;
        if data.len() >= usize::from(limit) {
            next_key = Some(own.into());
            break;
        }
        data.push((own.into(), Vec::from(value).into()));
    }
    world.view.close(cursor);
    Ok(to_json(&RawRange { data, next_key }))
}

/// A query of a contract to another, in the same world.
fn smart_inside(
    env: &mut ContractEnv,
    contract: &AccountAddress,
    code: &Code,
    msg: &[u8],
    budget: &mut Budget,
) -> Result<Vec<u8>, Miss> {
    let depth = env.query_depth.saturating_add(1);
    if depth > MAX_DEPTH {
        return Err(Miss::Error(Failure::bare(wasm::QUERY_DEPTH).for_contract()));
    }
    let instance = env.world().scene.params.gas.instance;
    budget.charge_sdk(instance)?;
    let world = env.take_world();
    let target = Target {
        contract,
        checksum: code.checksum,
    };
    let arguments: Arguments<'_> = smart::arguments(msg);
    let left = budget.limit.saturating_sub(budget.used);
    let (world, used, ended) = super::call::run(world, &target, &arguments, depth, left);
    env.put_world(world);
    let ended = match ended {
        Ok(ended) => ended,
        Err(Fault::State(why)) => return Err(Miss::Host(fault(why))),
        Err(Fault::Machine(why)) => {
            env.world().machine = Some(why.clone());
            return Err(Miss::Host(HostFault::State(
                mycel_runtime::StateFault::Corrupt(why),
            )));
        }
    };
    budget.charge(used)?;
    match ended {
        Ended::OutOfGas => Err(Miss::OutOfGas),
        Ended::Broke(why) | Ended::OverQuota(why) => Err(Miss::Error(
            Failure::new(wasm::VM_ERROR, why).for_contract(),
        )),
        Ended::Returned(json) => match serde_json::from_slice::<ContractResult<Binary>>(&json) {
            Ok(ContractResult::Ok(data)) => Ok(Vec::<u8>::from(data)),
            Ok(ContractResult::Err(why)) => Err(Miss::Error(
                Failure::told(wasm::QUERY_FAILED, why).for_contract(),
            )),
            Err(why) => Err(Miss::Error(
                Failure::new(wasm::VM_ERROR, why).for_contract(),
            )),
        },
    }
}
