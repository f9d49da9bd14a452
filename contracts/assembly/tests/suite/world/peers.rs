//! Small peers: one contract that answers what it was told to answer, keeps
//! what it was sent, and refuses on demand. It is credit, sortition, commons
//! and every contract that decisions are about.

use cosmwasm_std::{
    Binary, Deps, DepsMut, Env, MessageInfo, Response, StdError, Storage, from_json,
    to_json_binary, to_json_vec,
};
use mycel_sandbox::Native;
use serde_json::{Value, json};

const LOG: &[u8] = b"log";
const BROKEN: &[u8] = b"broken";
const COMMONS: &[u8] = b"commons";

fn get(storage: &dyn Storage, key: &[u8]) -> Option<Value> {
    storage.get(key).and_then(|raw| from_json(raw).ok())
}

fn put(storage: &mut dyn Storage, key: &[u8], value: &Value) {
    storage.set(key, &to_json_vec(value).expect("JSON"));
}

/// What it was sent: sender and message.
pub fn log(storage: &dyn Storage) -> Vec<(String, Value)> {
    get(storage, LOG)
        .and_then(|log| serde_json::from_value(log).ok())
        .unwrap_or_default()
}

fn begin(deps: DepsMut<'_>, _: Env, _: MessageInfo, msg: Value) -> Result<Response, StdError> {
    put(deps.storage, COMMONS, &msg["commons"]);
    Ok(Response::new())
}

fn execute(deps: DepsMut<'_>, _: Env, info: MessageInfo, msg: Value) -> Result<Response, StdError> {
    if let Some(script) = msg.get("script") {
        let key = script["question"].as_str().unwrap_or_default().to_owned();
        put(deps.storage, key.as_bytes(), &script["answer"]);
        return Ok(Response::new());
    }
    if let Some(broken) = msg.get("break") {
        put(deps.storage, BROKEN, broken);
        return Ok(Response::new());
    }
    if let Some(commons) = msg.get("commons") {
        put(deps.storage, COMMONS, commons);
        return Ok(Response::new());
    }
    if let Some(word) = get(deps.storage, BROKEN).and_then(|word| word.as_str().map(String::from))
        && msg.to_string().contains(&word)
    {
        return Err(StdError::msg(format!("does not like {word}")));
    }
    let mut response = Response::new();
    if let Some(back) = msg.pointer("/decided/action/call_back") {
        response = response.add_message(cosmwasm_std::WasmMsg::Execute {
            contract_addr: info.sender.to_string(),
            msg: to_json_binary(back)?,
            funds: vec![],
        });
    }
    if let Some(spend) = msg.pointer("/decided/action/spend_commons") {
        let amount: i128 = spend["amount"]
            .as_str()
            .and_then(|a| a.parse().ok())
            .unwrap_or(0);
        let held: i128 = get(deps.storage, COMMONS)
            .and_then(|held| held.as_str().and_then(|text| text.parse().ok()))
            .unwrap_or(0);
        put(deps.storage, COMMONS, &json!((held - amount).to_string()));
    }
    let mut log = log(deps.storage);
    log.push((info.sender.to_string(), msg));
    put(deps.storage, LOG, &json!(log));
    Ok(response)
}

fn query(deps: Deps<'_>, _: Env, msg: Value) -> Result<Binary, StdError> {
    let (name, of) = msg
        .as_object()
        .and_then(|fields| fields.iter().next())
        .ok_or_else(|| StdError::msg("no question"))?;
    if name == "commons" {
        return to_json_binary(&json!({"commons": get(deps.storage, COMMONS)}));
    }
    if name == "about" {
        // some standard that can be paused
        return to_json_binary(&json!({"standard": "mycel-clearing"}));
    }
    let key = match (of.get("address"), of.get("ref")) {
        (Some(address), _) => format!("{name}/{}", address.as_str().unwrap_or_default()),
        (_, Some(reference)) => format!("{name}/{}", reference.as_str().unwrap_or_default()),
        _ => name.clone(),
    };
    match get(deps.storage, key.as_bytes()) {
        Some(answer) if !answer.is_null() => to_json_binary(&answer),
        _ => Err(StdError::msg(format!("nothing to say: {key}"))),
    }
}

pub fn double() -> Native {
    Native::new(begin, execute, query).with_migrate(
        |deps: DepsMut<'_>, _: Env, msg: Value| -> Result<Response, StdError> {
            let mut log = log(deps.storage);
            log.push(("migrate".to_owned(), msg));
            put(deps.storage, LOG, &json!(log));
            Ok(Response::new())
        },
    )
}
