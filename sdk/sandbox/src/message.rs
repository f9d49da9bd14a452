//! Messages and submessages: each runs wholly or not at all, its sender may be
//! told what became of it. The chain's rules: reply modes, gas limits, nesting
//! at most 500 deep, events by wasmd's names.

use cosmwasm_std::{
    Addr, Binary, Coin, Event, MessageInfo, MsgResponse, Reply, ReplyOn, SubMsgResponse,
    SubMsgResult, WasmMsg,
};
use mycel_types::record::{Contract, HistoryEntry, Operation};
use mycel_types::{AccountAddress, codes, codes::wasm, key};

use crate::call::{self, Entry};
use crate::chain;
use crate::code::Body;
use crate::error::{Abort, Failure, Run};
use crate::events::{about, emit, emit_all, sorted};
use crate::faults::{Point, Strike};
use crate::native::{Answer, Message, Outgoing};
use crate::query::INJECTED;
use crate::world::{Instance, Stage, World};

/// How deep messages and replies may be nested in each other.
const MAX_DEPTH: u32 = 500;

/// What a message gives: raw data, and how a reply is told of it.
#[derive(Default)]
pub(crate) struct Done {
    pub data: Option<Vec<u8>>,
    /// The protobuf response and its type.
    response: Option<(&'static str, Vec<u8>)>,
}

/// Runs what may fail on purpose. What it wrote is undone by whoever asked.
fn guarded<T>(
    stage: &Stage,
    point: Point,
    callee: &str,
    failed: mycel_types::Code,
    run: impl FnOnce() -> Run<T>,
) -> Run<T> {
    match stage.with(|world| world.faults.strike(point, callee)) {
        None => run(),
        Some(Strike::Before) => Err(Failure::told(failed, INJECTED).into()),
        Some(Strike::After) => {
            run()?;
            Err(Failure::told(failed, INJECTED).into())
        }
    }
}

fn nested<T>(stage: &Stage, run: impl FnOnce() -> Run<T>) -> Run<T> {
    let depth = stage.with(|world| {
        world.depth += 1;
        world.depth
    });
    let ran = match depth > MAX_DEPTH {
        true => Err(Failure::bare(wasm::CALL_DEPTH).into()),
        false => run(),
    };
    stage.with(|world| world.depth -= 1);
    ran
}

/// Charges compiled contracts' overhead; native ones have none.
pub(crate) fn charge(world: &mut World, contract: usize, gas: u64) -> Run<()> {
    let code = &world.codes[world.contracts[contract].code as usize - 1];
    match code.body {
        Body::Native(_) => Ok(()),
        Body::Compiled(_) => Ok(world.meter.charge(gas)?),
    }
}

fn find(world: &World, contract: &str) -> Result<usize, Failure> {
    let number = world.by_address.get(contract).copied();
    number.ok_or_else(|| Failure::new(wasm::NO_SUCH_CONTRACT, format_args!("address {contract}")))
}

fn no_funds(funds: &[Coin]) -> Result<(), Failure> {
    match funds.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(
            codes::INSUFFICIENT_FUNDS,
            "nobody has coins in a sandbox: send none",
        )),
    }
}

/// Executes a contract.
pub(crate) fn execute(stage: &Stage, sender: &str, contract: &str, msg: &[u8]) -> Run<Done> {
    let number = stage.with(|world| {
        let number = find(world, contract)?;
        let lookup = world.contracts[number].lookup;
        charge(world, number, lookup)?;
        Ok::<_, Abort>(number)
    })?;
    let info = MessageInfo {
        sender: Addr::unchecked(sender),
        funds: vec![],
    };
    let failed = wasm::EXECUTE_FAILED;
    guarded(stage, Point::Call, contract, failed, || {
        let answer = call::call(stage, number, Entry::Execute(&info, msg), failed)?;
        stage.with(|world| emit(world, about("execute", contract)))?;
        let data = handle(stage, number, answer)?;
        Ok(done(
            "/cosmwasm.wasm.v1.MsgExecuteContractResponse",
            None,
            data,
        ))
    })
}

/// What is needed to make a contract.
pub(crate) struct Making<'a> {
    pub sender: &'a str,
    pub admin: Option<String>,
    pub code: u64,
    pub label: &'a str,
    pub msg: &'a [u8],
    pub salt: Option<&'a [u8]>,
}

fn account(text: &str) -> Result<AccountAddress, Failure> {
    text.parse()
        .map_err(|why| Failure::new(codes::INVALID_ADDRESS, format_args!("{why}")))
}

pub(crate) fn code(world: &World, id: u64) -> Result<std::sync::Arc<crate::code::Code>, Failure> {
    let place = usize::try_from(id).ok().and_then(|id| id.checked_sub(1));
    let code = place.and_then(|place| world.codes.get(place)).cloned();
    code.ok_or_else(|| Failure::new(wasm::NO_SUCH_CODE, format_args!("code id {id}")))
}

/// Makes a contract; gives its address too.
pub(crate) fn instantiate(stage: &Stage, making: &Making<'_>) -> Run<(Addr, Done)> {
    let number = stage.with(|world| create(world, making))?;
    let contract = stage.with(|world| world.contracts[number].address.clone());
    let info = MessageInfo {
        sender: Addr::unchecked(making.sender),
        funds: vec![],
    };
    let failed = wasm::INSTANTIATE_FAILED;
    guarded(stage, Point::Call, &contract, failed, || {
        let entry = Entry::Instantiate(&info, making.msg);
        let answer = call::call(stage, number, entry, failed)?;
        let event =
            about("instantiate", &contract).add_attribute("code_id", making.code.to_string());
        stage.with(|world| emit(world, event))?;
        let data = handle(stage, number, answer).map_err(|abort| abort.within("dispatch"))?;
        let kind = match making.salt {
            Some(_) => "/cosmwasm.wasm.v1.MsgInstantiateContract2Response",
            None => "/cosmwasm.wasm.v1.MsgInstantiateContractResponse",
        };
        let done = done(kind, Some(&contract), data);
        Ok((Addr::unchecked(&contract), done))
    })
}

fn create(world: &mut World, making: &Making<'_>) -> Run<usize> {
    let code = code(world, making.code)?;
    let sender = account(making.sender)?;
    if let Some(admin) = &making.admin {
        account(admin)?;
    }
    let instance = world.contracts.len() as u64 + 1;
    let address = match making.salt {
        Some(salt) => AccountAddress::instantiate2(&code.checksum, &sender, salt, &[]),
        None => AccountAddress::instantiate(making.code, instance),
    };
    let text = address.to_string();
    if world.by_address.contains_key(&text) {
        let why = "contract address already exists, try a different combination of creator, checksum and salt";
        return Err(Failure::new(wasm::DUPLICATE, why).into());
    }
    let admin = making.admin.as_deref().map(account).transpose()?;
    let record = Contract {
        code_id: making.code,
        creator: sender.clone(),
        admin,
        label: making.label.to_owned(),
        created: (world.block.height, u64::from(world.tx.unwrap_or(0))),
        instance,
    };
    let lookup = lookup(world, &address, &record);
    let number = world.create(Instance {
        address: text,
        code: making.code,
        creator: making.sender.to_owned(),
        admin: making.admin.clone(),
        entries: Default::default(),
        bytes: 0,
        lookup,
    });
    let gas = registration(world, &address, &record, making.msg);
    charge(world, number, gas)?;
    Ok(number)
}

fn size(record: &impl borsh::BorshSerialize) -> usize {
    borsh::object_length(record).unwrap_or(0)
}

/// What the chain pays to find a contract: its record and its code's.
fn lookup(world: &World, address: &AccountAddress, record: &Contract) -> u64 {
    // a code's record: checksum, its storer's address, permission, pinned
    const CODE: usize = 32 + 4 + 20 + 1 + 1;
    let prices = &world.prices;
    let bytes =
        key::contract(address).len() + size(record) + key::code(record.code_id).len() + CODE;
    2 * prices.read + prices.read_byte.saturating_mul(bytes as u64)
}

/// What the chain pays to register a contract: two counters at most, the
/// record, its history and two index entries.
fn registration(world: &World, address: &AccountAddress, record: &Contract, msg: &[u8]) -> u64 {
    let prices = &world.prices;
    let entry = HistoryEntry {
        operation: Operation::Init,
        code_id: record.code_id,
        updated: record.created,
        msg: msg.to_vec(),
    };
    let (height, instance) = (record.created.0, record.instance);
    let counter = key::counter("contract").len() + 8;
    let writes = [
        counter,
        key::contract(address).len() + size(record),
        key::contract_history(address, 0).len() + size(&entry),
        key::contract_by_code(record.code_id, height, instance, address).len() + 1,
        key::contract_by_creator(&record.creator, height, instance, address).len() + 1,
    ];
    let written: usize = writes.iter().sum();
    let read = key::contract(address).len() + counter;
    2 * prices.read
        + prices.read_byte.saturating_mul(read as u64)
        + prices.write.saturating_mul(writes.len() as u64)
        + prices.write_byte.saturating_mul(written as u64)
}

/// Moves a contract to another code, by its admin.
pub(crate) fn migrate(
    stage: &Stage,
    sender: &str,
    contract: &str,
    new: u64,
    msg: &[u8],
) -> Run<Done> {
    let number = stage.with(|world| administered(world, sender, contract, "can not migrate"))?;
    stage.with(|world| {
        code(world, new)?;
        let (admin, lookup) = {
            let instance = &world.contracts[number];
            (instance.admin.clone(), instance.lookup)
        };
        world.change(number, new, admin, lookup);
        charge(world, number, lookup)
    })?;
    let failed = wasm::MIGRATE_FAILED;
    guarded(stage, Point::Call, contract, failed, || {
        let answer = call::call(stage, number, Entry::Migrate(sender, msg), failed)?;
        let mut event = about("migrate", contract);
        event
            .attributes
            .insert(0, ("code_id", new.to_string()).into());
        stage.with(|world| emit(world, event))?;
        let data = handle(stage, number, answer).map_err(|abort| abort.within("dispatch"))?;
        Ok(done(
            "/cosmwasm.wasm.v1.MsgMigrateContractResponse",
            None,
            data,
        ))
    })
}

fn administered(world: &World, sender: &str, contract: &str, what: &str) -> Run<usize> {
    let number = find(world, contract)?;
    if world.contracts[number].admin.as_deref() != Some(sender) {
        return Err(Failure::new(codes::UNAUTHORIZED, what).into());
    }
    Ok(number)
}

fn update_admin(
    world: &mut World,
    sender: &str,
    contract: &str,
    admin: Option<String>,
) -> Run<Done> {
    let number = administered(world, sender, contract, "can not modify contract")?;
    if let Some(admin) = &admin {
        account(admin)?;
    }
    let shown = admin.clone().unwrap_or_default();
    let (code, lookup) = {
        let instance = &world.contracts[number];
        (instance.code, instance.lookup)
    };
    let kind = match admin {
        Some(_) => "/cosmwasm.wasm.v1.MsgUpdateAdminResponse",
        None => "/cosmwasm.wasm.v1.MsgClearAdminResponse",
    };
    world.change(number, code, admin, lookup);
    let event = about("update_contract_admin", contract).add_attribute("new_admin_address", shown);
    emit(world, event)?;
    Ok(done(kind, None, None))
}

/// What the chain itself says to a contract.
pub(crate) fn sudo(stage: &Stage, contract: &str, msg: &[u8]) -> Run<Done> {
    let number = stage.with(|world| find(world, contract))?;
    let failed = wasm::EXECUTE_FAILED;
    guarded(stage, Point::Call, contract, failed, || {
        let answer = call::call(stage, number, Entry::Sudo(msg), failed)?;
        stage.with(|world| emit(world, about("sudo", contract)))?;
        let data = handle(stage, number, answer).map_err(|abort| abort.within("dispatch"))?;
        Ok(Done {
            data,
            response: None,
        })
    })
}

/// Handles a contract's answer: events, then submessages. Gives the data of
/// the whole call.
fn handle(stage: &Stage, contract: usize, answer: Answer) -> Run<Option<Vec<u8>>> {
    stage.with(|world| emit_all(world, contract, answer.attributes, answer.events))?;
    let mut data = answer.data.map(Vec::from);
    for message in answer.messages {
        if let Some(replied) = dispatch(stage, contract, message)? {
            data = Some(replied);
        }
    }
    Ok(data)
}

/// Runs one submessage; gives the data of its reply, if that set any.
fn dispatch(stage: &Stage, contract: usize, sub: Outgoing) -> Run<Option<Vec<u8>>> {
    let is_wasm = matches!(sub.message, Message::Wasm(_));
    let (mark, first, before, narrowed, sender) = stage.with(|world| {
        let narrowed = sub.gas_limit.and_then(|limit| world.meter.narrow(limit));
        let sender = world.contracts[contract].address.clone();
        (
            world.mark(),
            world.events.len(),
            world.meter.used(),
            narrowed,
            sender,
        )
    });
    let limited = narrowed.is_some();
    let ran = nested(stage, || run(stage, &sender, sub.message));
    let gas_used = stage.with(|world| {
        if let Some(outer) = narrowed {
            world.meter.widen(outer);
        }
        world.meter.used() - before
    });
    let ran = match ran {
        Ok(done) => Ok(done),
        Err(Abort::Fail(failure)) => Err(failure),
        // its own limit was reached, not the message's
        Err(Abort::OutOfGas) if limited => {
            stage.with(|world| world.exhausted = false);
            Err(Failure::new(codes::OUT_OF_GAS, "SubMsg hit gas limit"))
        }
        Err(other) => return Err(other),
    };
    let result = match ran {
        Ok(done) => {
            if matches!(sub.reply_on, ReplyOn::Never | ReplyOn::Error) {
                return Ok(None);
            }
            let events = match is_wasm {
                true => stage.with(|world| sorted(&world.events[first..])),
                false => vec![],
            };
            SubMsgResult::Ok(told(done, events))
        }
        Err(failure) => {
            stage.with(|world| world.revert(mark));
            if matches!(sub.reply_on, ReplyOn::Never | ReplyOn::Success) {
                return Err(failure.within("submessages").into());
            }
            SubMsgResult::Err(failure.for_contract())
        }
    };
    let reply = Reply {
        id: sub.id,
        payload: sub.payload,
        gas_used,
        result,
    };
    nested(stage, || reply_to(stage, contract, &sender, &reply))
        .map_err(|abort| abort.within("submessages: reply"))
}

fn reply_to(stage: &Stage, contract: usize, address: &str, reply: &Reply) -> Run<Option<Vec<u8>>> {
    let failed = wasm::EXECUTE_FAILED;
    guarded(stage, Point::Call, address, failed, || {
        stage.with(|world| {
            let lookup = world.contracts[contract].lookup;
            charge(world, contract, lookup)
        })?;
        let answer = call::call(stage, contract, Entry::Reply(reply), failed)?;
        stage.with(|world| emit(world, about("reply", address)))?;
        handle(stage, contract, answer).map_err(|abort| abort.within("dispatch"))
    })
}

/// Runs what a contract says.
fn run(stage: &Stage, sender: &str, message: Message) -> Run<Done> {
    match message {
        Message::Wasm(message) => run_wasm(stage, sender, message),
        Message::Bank => {
            let why = "bank: there are no coins in a sandbox; credit is a contract";
            Err(Failure::new(codes::INSUFFICIENT_FUNDS, why).into())
        }
        Message::Custom(json) => {
            let answer = guarded(stage, Point::Chain, "", codes::INVALID_REQUEST, || {
                stage.with(|world| chain::execute(world, sender, &json))
            })?;
            Ok(Done {
                data: None,
                response: Some((answer, vec![])),
            })
        }
        Message::Other(kind) => Err(Failure::new(wasm::UNKNOWN_MSG, kind).into()),
    }
}

fn run_wasm(stage: &Stage, sender: &str, message: WasmMsg) -> Run<Done> {
    let admin = |admin: Option<String>| admin.filter(|admin| !admin.is_empty());
    match message {
        WasmMsg::Execute {
            contract_addr,
            msg,
            funds,
        } => {
            no_funds(&funds)?;
            execute(stage, sender, &contract_addr, &msg)
        }
        WasmMsg::Instantiate {
            admin: by,
            code_id,
            msg,
            funds,
            label,
        } => {
            no_funds(&funds)?;
            let making = Making {
                sender,
                admin: admin(by),
                code: code_id,
                label: &label,
                msg: &msg,
                salt: None,
            };
            Ok(instantiate(stage, &making)?.1)
        }
        WasmMsg::Instantiate2 {
            admin: by,
            code_id,
            label,
            msg,
            funds,
            salt,
        } => {
            no_funds(&funds)?;
            let making = Making {
                sender,
                admin: admin(by),
                code: code_id,
                label: &label,
                msg: &msg,
                salt: Some(&salt),
            };
            Ok(instantiate(stage, &making)?.1)
        }
        WasmMsg::Migrate {
            contract_addr,
            new_code_id,
            msg,
        } => migrate(stage, sender, &contract_addr, new_code_id, &msg),
        WasmMsg::UpdateAdmin {
            contract_addr,
            admin,
        } => stage.with(|world| update_admin(world, sender, &contract_addr, Some(admin))),
        WasmMsg::ClearAdmin { contract_addr } => {
            stage.with(|world| update_admin(world, sender, &contract_addr, None))
        }
        _ => Err(Failure::new(wasm::UNKNOWN_MSG, "wasm").into()),
    }
}

fn done(kind: &'static str, address: Option<&str>, data: Option<Vec<u8>>) -> Done {
    let mut value = vec![];
    let data_field = if let Some(address) = address {
        field(&mut value, 1, address.as_bytes());
        2
    } else {
        1
    };
    field(&mut value, data_field, data.as_deref().unwrap_or_default());
    Done {
        data,
        response: Some((kind, value)),
    }
}

/// A protobuf field of bytes; an empty one is left out.
fn field(out: &mut Vec<u8>, number: u8, bytes: &[u8]) {
    if bytes.is_empty() {
        return;
    }
    out.push(number << 3 | 2);
    let mut length = bytes.len();
    while length >= 0x80 {
        out.push(length as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend_from_slice(bytes);
}

#[allow(
    deprecated,
    reason = "contracts still read `data`, and the chain fills it"
)]
fn told(done: Done, events: Vec<Event>) -> SubMsgResponse {
    let response = done.response;
    SubMsgResponse {
        events,
        data: response
            .as_ref()
            .map(|(_, value)| Binary::from(value.clone()))
            .filter(|value| !value.is_empty()),
        msg_responses: response
            .into_iter()
            .map(|(kind, value)| MsgResponse {
                type_url: kind.into(),
                value: value.into(),
            })
            .collect(),
    }
}
