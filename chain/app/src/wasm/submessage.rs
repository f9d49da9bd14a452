//! Submessages: each runs in a sandbox of its own, within its gas limit; its sender may be told what became of it.
use cosmwasm_std::Binary;
use mycel_runtime::EntryPoint;
use mycel_types::{AccountAddress, codes, codes::wasm};

use super::{
    call::{self, Arguments, JSON_BYTE, Target},
    events,
    response::{
        BankMsg, JsonCoin, MsgResponse, Reply, ReplyOn, Response, SubMsg, SubMsgResponse,
        SubMsgResult, WasmMsg,
    },
};
use crate::{
    bank::coins::Coins,
    error::{Abort, Failure, Run},
    execute::{self, Answer},
    msg::{self, Execute, Instantiate, Migrate, Msg, Salt},
    session::Session,
};

/// How deep messages and replies may be nested in each other.
pub(crate) const MAX_DEPTH: u32 = 500;

/// Handles a contract's response: events, then submessages. Gives the data of the whole call.
pub(super) fn handle(
    session: &mut Session,
    contract: &AccountAddress,
    response: Response,
) -> Run<Option<Vec<u8>>> {
    events::emit(session, contract, response.attributes, response.events)?;
    let mut data = response.data.map(Vec::from);
    for message in response.messages {
        if let Some(replied) = dispatch(session, contract, message)? {
            data = Some(replied);
        }
    }
    Ok(data)
}

/// Runs one submessage; gives the data of its reply, if there was one and it set data.
fn dispatch(
    session: &mut Session,
    contract: &AccountAddress,
    message: SubMsg,
) -> Run<Option<Vec<u8>>> {
    let is_wasm = message.msg.get("wasm").is_some();
    let checkpoint = session.checkpoint();
    let first_event = session.events.len();
    let before = session.meter.used();
    let narrowed = message
        .gas_limit
        .and_then(|limit| session.meter.narrow(limit));
    let limited = narrowed.is_some();
    let ran = read(contract, message.msg)
        .map_err(Abort::from)
        .and_then(|msg| execute::message(session, &msg));
    if let Some(outer) = narrowed {
        session.meter.widen(outer);
    }
    let gas_used = session.meter.used().saturating_sub(before);
    let ran = match ran {
        Ok(answer) => Ok(answer),
        Err(Abort::Fail(failure)) => Err(failure),
        // its own limit was reached, not the transaction's
        Err(Abort::OutOfGas(_)) if limited => {
            Err(Failure::new(codes::OUT_OF_GAS, "SubMsg hit gas limit"))
        }
        Err(other) => return Err(other),
    };
    let result = match ran {
        Ok(answer) => {
            drop_message_events(session, first_event);
            if matches!(message.reply_on, ReplyOn::Never | ReplyOn::Error) {
                return Ok(None);
            }
            let events = match is_wasm {
                true => events::for_reply(&session.events[first_event..]),
                false => vec![],
            };
            SubMsgResult::Ok(told(answer, events))
        }
        Err(failure) => {
            session.revert(checkpoint);
            if matches!(message.reply_on, ReplyOn::Never | ReplyOn::Success) {
                return Err(failure.within("submessages").into());
            }
            SubMsgResult::Err(failure.for_contract())
        }
    };
    let reply = Reply {
        id: message.id,
        payload: &message.payload,
        gas_used,
        result,
    };
    session.depth = session.depth.saturating_add(1);
    let replied = match session.depth > MAX_DEPTH {
        true => Err(Failure::bare(wasm::CALL_DEPTH).into()),
        false => reply_to(session, contract, &reply),
    };
    session.depth = session.depth.saturating_sub(1);
    replied.map_err(|abort| at("submessages: reply", abort))
}

/// Puts a place in front of a failure.
pub(super) fn at(place: &str, abort: Abort) -> Abort {
    match abort {
        Abort::Fail(failure) => failure.within(place).into(),
        other => other,
    }
}

/// `message` events are for whole messages of a transaction only.
fn drop_message_events(session: &mut Session, first: usize) {
    let tail: Vec<_> = session.events.drain(first..).collect();
    session
        .events
        .extend(tail.into_iter().filter(|e| e.kind != "message"));
}

fn told(answer: Answer, events: Vec<super::response::Event>) -> SubMsgResponse {
    SubMsgResponse {
        events,
        data: (!answer.value.is_empty()).then(|| Binary::from(answer.value.clone())),
        msg_responses: vec![MsgResponse {
            type_url: answer.type_url.into(),
            value: answer.value.into(),
        }],
    }
}

fn reply_to(
    session: &mut Session,
    contract: &AccountAddress,
    reply: &Reply<'_>,
) -> Run<Option<Vec<u8>>> {
    let msg = serde_json::to_vec(reply).expect("a reply is plain data");
    let price = JSON_BYTE.saturating_mul(msg.len() as u64);
    session.meter.charge(price, "Reply")?;
    let (_, code) = call::instance(session, contract)?;
    let target = Target {
        contract,
        checksum: code.checksum,
    };
    let arguments = Arguments {
        entry: EntryPoint::Reply,
        info: None,
        msg: &msg,
    };
    let response = call::call(session, &target, &arguments, wasm::EXECUTE_FAILED)?;
    session.emit(events::about("reply", contract, []))?;
    handle(session, contract, response).map_err(|abort| at("dispatch", abort))
}

/// Reads a contract's message as one of ours, sent by the contract.
fn read(contract: &AccountAddress, message: serde_json::Value) -> Result<Msg, Failure> {
    let unreadable =
        |why: serde_json::Error| Failure::new(wasm::INVALID_MSG, format_args!("{why}"));
    let serde_json::Value::Object(fields) = message else {
        return Err(Failure::new(wasm::INVALID_MSG, "not an object"));
    };
    let mut fields = fields.into_iter();
    let (Some((kind, content)), None) = (fields.next(), fields.next()) else {
        return Err(Failure::new(
            wasm::INVALID_MSG,
            "one kind of message expected",
        ));
    };
    match kind.as_str() {
        "bank" if content.get("burn").is_some() => Err(Failure::new(
            wasm::UNKNOWN_MSG,
            "bank burn: nothing on this chain burns coins",
        )),
        "bank" => {
            let BankMsg::Send { to_address, amount } =
                serde_json::from_value(content).map_err(unreadable)?;
            let coins = funds(amount)?;
            if coins.is_empty() {
                return Err(Failure::bare(codes::INVALID_COINS));
            }
            Ok(Msg::Send {
                from: contract.clone(),
                to: msg::address("to", &to_address)?,
                coins,
            })
        }
        "wasm" => read_wasm(
            contract,
            serde_json::from_value(content).map_err(unreadable)?,
        ),
        "custom" => Ok(Msg::Mycel {
            sender: contract.clone(),
            msg: serde_json::from_value(content).map_err(unreadable)?,
        }),
        other => {
            let shown: String = other.chars().take(40).collect();
            Err(Failure::new(wasm::UNKNOWN_MSG, shown))
        }
    }
}

fn read_wasm(contract: &AccountAddress, message: WasmMsg) -> Result<Msg, Failure> {
    let sender = contract.clone();
    match message {
        WasmMsg::Execute {
            contract_addr,
            msg,
            funds: coins,
        } => {
            msg::json(&msg)?;
            Ok(Msg::Execute(Execute {
                sender,
                contract: msg::address("contract", &contract_addr)?,
                msg: msg.into(),
                funds: funds(coins)?,
            }))
        }
        WasmMsg::Instantiate {
            admin,
            code_id,
            msg,
            funds: coins,
            label,
        } => instantiate(sender, admin, code_id, label, (msg, coins), None),
        WasmMsg::Instantiate2 {
            admin,
            code_id,
            label,
            msg,
            funds: coins,
            salt,
        } => {
            let salt = Salt {
                salt: salt.into(),
                fix_msg: false,
            };
            instantiate(sender, admin, code_id, label, (msg, coins), Some(salt))
        }
        WasmMsg::Migrate {
            contract_addr,
            new_code_id,
            msg,
        } => {
            msg::code_id(new_code_id)?;
            msg::json(&msg)?;
            Ok(Msg::Migrate(Migrate {
                sender,
                contract: msg::address("contract", &contract_addr)?,
                code_id: new_code_id,
                msg: msg.into(),
            }))
        }
        WasmMsg::UpdateAdmin {
            contract_addr,
            admin,
        } => Ok(Msg::UpdateAdmin {
            sender,
            contract: msg::address("contract", &contract_addr)?,
            admin: Some(msg::address("new admin", &admin)?),
        }),
        WasmMsg::ClearAdmin { contract_addr } => Ok(Msg::UpdateAdmin {
            sender,
            contract: msg::address("contract", &contract_addr)?,
            admin: None,
        }),
    }
}

fn instantiate(
    sender: AccountAddress,
    admin: Option<String>,
    code_id: u64,
    label: String,
    (msg, coins): (Binary, Vec<JsonCoin>),
    salt: Option<Salt>,
) -> Result<Msg, Failure> {
    let admin = match admin.as_deref() {
        None | Some("") => None,
        Some(text) => Some(msg::address("admin", text)?),
    };
    let message = Instantiate {
        sender,
        admin,
        code_id,
        label,
        msg: msg.into(),
        funds: funds(coins)?,
        salt,
    };
    message.validate()?;
    Ok(Msg::Instantiate(message))
}

fn funds(coins: Vec<JsonCoin>) -> Result<Coins, Failure> {
    Coins::normalize(coins.into_iter().map(Into::into).collect())
}
