//! Members, credit and sortition as one small peer that answers what it was told.

use cosmwasm_std::{
    Binary, Deps, DepsMut, Env, MessageInfo, Response, StdError, Storage, from_json,
    to_json_binary, to_json_vec,
};
use serde_json::{Value, json};

fn get(storage: &dyn Storage, key: &str) -> Option<Value> {
    storage
        .get(key.as_bytes())
        .and_then(|raw| from_json(raw).ok())
}

pub fn begin(_: DepsMut<'_>, _: Env, _: MessageInfo, _: Value) -> Result<Response, StdError> {
    Ok(Response::new())
}

pub fn execute(
    deps: DepsMut<'_>,
    _: Env,
    _: MessageInfo,
    msg: Value,
) -> Result<Response, StdError> {
    if let Some(know) = msg.get("know") {
        let number = know["person"].as_str().unwrap_or_default();
        let text = know["address"].as_str().unwrap_or_default();
        let bytes = to_json_vec(know)?;
        deps.storage.set(format!("n{number}").as_bytes(), &bytes);
        deps.storage.set(format!("a{text}").as_bytes(), &bytes);
        return Ok(Response::new());
    }
    let mut log: Vec<Value> = get(deps.storage, "log")
        .and_then(|log| serde_json::from_value(log).ok())
        .unwrap_or_default();
    log.push(msg);
    deps.storage.set(b"log", &to_json_vec(&log)?);
    Ok(Response::new())
}

pub fn answer(deps: Deps<'_>, _: Env, msg: Value) -> Result<Binary, StdError> {
    let stranger = || StdError::msg("unknown member");
    if let Some(of) = msg.get("standing") {
        let text = of["address"].as_str().unwrap_or_default();
        let who = get(deps.storage, &format!("a{text}")).ok_or_else(stranger)?;
        return to_json_binary(&json!({
            "person": who["person"], "status": who["status"], "step": "none", "since": "0",
            "kind": who["kind"], "roles": ["pay", "vote"],
        }));
    }
    if let Some(of) = msg.get("person") {
        let number = of["person"].as_str().unwrap_or_default();
        let who = get(deps.storage, &format!("n{number}")).ok_or_else(stranger)?;
        return to_json_binary(&json!({"address": who["address"], "kind": who["kind"]}));
    }
    if let Some(of) = msg.get("controllers") {
        let text = of["org"].as_str().unwrap_or_default();
        let who = get(deps.storage, &format!("a{text}")).ok_or_else(stranger)?;
        return to_json_binary(&json!({"persons": who["controllers"]}));
    }
    Err(StdError::msg(format!("nothing to say: {msg}")))
}

/// What the peer was sent.
pub fn log(storage: &dyn Storage) -> Vec<Value> {
    get(storage, "log")
        .and_then(|log| serde_json::from_value(log).ok())
        .unwrap_or_default()
}
