//! Members, credit and sortition as small contracts that a test moves: who is
//! there and controls whom, what is left of a hold, what a jury said.

use cosmwasm_std::{
    Binary, Deps, DepsMut, Env, MessageInfo, Response, StdError, Storage, WasmMsg, from_json,
    to_json_binary, to_json_vec,
};
use mycel_sandbox::Native;
use serde_json::{Value, json};

fn get(storage: &dyn Storage, key: &str) -> Option<Value> {
    storage
        .get(key.as_bytes())
        .and_then(|raw| from_json(raw).ok())
        .filter(|value: &Value| !value.is_null())
}

fn put(storage: &mut dyn Storage, key: &str, value: &Value) {
    storage.set(key.as_bytes(), &to_json_vec(value).expect("JSON"));
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn number(value: &Value) -> u64 {
    value
        .as_u64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
        .unwrap_or(0)
}

fn next(storage: &mut dyn Storage, counter: &str) -> u64 {
    let number = get(storage, counter).map_or(0, |value| number(&value)) + 1;
    put(storage, counter, &json!(number));
    number
}

fn fail(why: &str) -> StdError {
    StdError::msg(why)
}

fn begin(_: DepsMut<'_>, _: Env, _: MessageInfo, _: Value) -> Result<Response, StdError> {
    Ok(Response::new())
}

/// Sets `{"set": {"key": …, "value": …}}`; `silent` stops all answers.
fn set(deps: DepsMut<'_>, msg: &Value) -> Option<Response> {
    let set = msg.get("set")?;
    put(deps.storage, &text(&set["key"]), &set["value"]);
    Some(Response::new())
}

fn answers(deps: Deps<'_>) -> Result<(), StdError> {
    match get(deps.storage, "silent") {
        Some(Value::Bool(true)) => Err(fail("silent")),
        _ => Ok(()),
    }
}

// ---- members

fn people_execute(
    deps: DepsMut<'_>,
    _: Env,
    _: MessageInfo,
    msg: Value,
) -> Result<Response, StdError> {
    set(deps, &msg).ok_or_else(|| fail("members is only set"))
}

fn people_query(deps: Deps<'_>, _: Env, msg: Value) -> Result<Binary, StdError> {
    answers(deps)?;
    let key = if let Some(asked) = msg.get("standing") {
        format!("standing/{}", text(&asked["address"]))
    } else if let Some(asked) = msg.get("person") {
        format!("person/{}", text(&asked["person"]))
    } else if let Some(asked) = msg.get("controllers") {
        format!("controllers/{}", text(&asked["org"]))
    } else if msg.get("count").is_some() {
        return to_json_binary(&json!({"count": 30, "numbers": "108"}));
    } else {
        return Err(fail("not asked here"));
    };
    let answer = get(deps.storage, &key).ok_or_else(|| fail("nobody"))?;
    to_json_binary(&answer)
}

/// Members.
pub fn people() -> Native {
    Native::new(begin, people_execute, people_query)
}

// ---- credit

fn bank_execute(
    deps: DepsMut<'_>,
    env: Env,
    _: MessageInfo,
    msg: Value,
) -> Result<Response, StdError> {
    if let Some(hold) = msg.get("hold") {
        let id = next(deps.storage, "holds");
        let record = json!({
            "id": id.to_string(), "owner": hold["owner"], "holder": hold["for"],
            "amount": hold["amount"], "expires": hold["expires"],
        });
        put(deps.storage, &format!("hold/{id}"), &record);
        let told = json!({"receive_hold": {
            "hold": id.to_string(), "owner": hold["owner"], "amount": hold["amount"],
            "msg": to_json_binary(&hold["msg"])?,
        }});
        return Ok(Response::new()
            .add_attribute("hold", id.to_string())
            .add_message(WasmMsg::Execute {
                contract_addr: text(&hold["for"]),
                msg: to_json_binary(&told)?,
                funds: vec![],
            }));
    }
    // what decay or expiry leaves; "0": gone
    if let Some(left) = msg.get("leave") {
        let key = format!("hold/{}", text(&left["hold"]));
        let mut hold = get(deps.storage, &key).ok_or_else(|| fail("unknown hold"))?;
        hold["amount"] = left["amount"].clone();
        let gone = text(&left["amount"]) == "0";
        put(deps.storage, &key, if gone { &Value::Null } else { &hold });
        return Ok(Response::new());
    }
    if let Some(resolve) = msg.get("resolve") {
        for item in resolve["items"].as_array().cloned().unwrap_or_default() {
            let (what, of) = match (item.get("capture"), item.get("release")) {
                (Some(of), _) => ("captured", of.clone()),
                (_, Some(of)) => ("released", of.clone()),
                _ => return Err(fail("neither")),
            };
            if what == "captured" && text(&of["to"]) != env.contract.address.as_str() {
                return Err(fail("not to the commons fund"));
            }
            let key = format!("hold/{}", text(&of["hold"]));
            let hold = get(deps.storage, &key).ok_or_else(|| fail("unknown hold"))?;
            let sum = get(deps.storage, what).map_or(0, |value| number(&value));
            put(
                deps.storage,
                what,
                &json!((sum + number(&hold["amount"])).to_string()),
            );
            put(deps.storage, &key, &Value::Null);
        }
        return Ok(Response::new());
    }
    set(deps, &msg).ok_or_else(|| fail("unknown message"))
}

fn bank_query(deps: Deps<'_>, _: Env, msg: Value) -> Result<Binary, StdError> {
    answers(deps)?;
    if let Some(asked) = msg.get("hold") {
        let key = format!("hold/{}", text(&asked["id"]));
        let hold = get(deps.storage, &key).ok_or_else(|| fail("unknown hold"))?;
        return to_json_binary(&hold);
    }
    if let Some(asked) = msg.get("sum") {
        let sum = get(deps.storage, &text(asked)).map_or(0, |value| number(&value));
        return to_json_binary(&sum);
    }
    to_json_binary(&json!({"commons": "0"}))
}

/// Credit.
pub fn bank() -> Native {
    Native::new(begin, bank_execute, bank_query)
}

// ---- sortition

fn court_execute(
    deps: DepsMut<'_>,
    _: Env,
    _: MessageInfo,
    msg: Value,
) -> Result<Response, StdError> {
    if let Some(asked) = msg.get("open_case") {
        if get(deps.storage, "refuse") == Some(json!(true)) {
            return Err(fail("no jurors"));
        }
        let id = next(deps.storage, "cases");
        let case = json!({
            "status": "open", "outcome": "", "reasons": "", "final": false,
            "ref": asked["ref"], "kind": asked["kind"], "parties": asked["parties"],
        });
        put(deps.storage, &format!("case/{id}"), &case);
        put(
            deps.storage,
            &format!("named/{}", text(&asked["ref"])),
            &json!({"case": id, "size": asked["size"]}),
        );
        return Ok(Response::new().set_data(to_json_binary(&json!({"case": id.to_string()}))?));
    }
    if let Some(said) = msg.get("say") {
        let key = format!("case/{}", text(&said["case"]));
        let mut case = get(deps.storage, &key).ok_or_else(|| fail("unknown case"))?;
        case["status"] = said["status"].clone();
        case["outcome"] = said["outcome"].clone();
        case["final"] = said["final"].clone();
        put(deps.storage, &key, &case);
        return Ok(Response::new());
    }
    if let Some(drawn) = msg.get("draw") {
        put(
            deps.storage,
            &format!("drawn/{}", text(&drawn["ref"])),
            &drawn["persons"],
        );
        return Ok(Response::new());
    }
    set(deps, &msg).ok_or_else(|| fail("unknown message"))
}

fn court_query(deps: Deps<'_>, _: Env, msg: Value) -> Result<Binary, StdError> {
    if msg.get("cases").is_some() {
        // the test itself asks
        let count = get(deps.storage, "cases").map_or(0, |value| number(&value));
        return to_json_binary(&count);
    }
    answers(deps)?;
    if let Some(asked) = msg.get("case") {
        let key = format!("case/{}", text(&asked["id"]));
        return to_json_binary(&get(deps.storage, &key).ok_or_else(|| fail("unknown case"))?);
    }
    if let Some(asked) = msg.get("drawn") {
        let persons = get(deps.storage, &format!("drawn/{}", text(&asked["ref"])));
        return to_json_binary(&json!({
            "persons": persons.clone().unwrap_or(json!([])), "done": persons.is_some(),
        }));
    }
    Err(fail("not asked here"))
}

/// Sortition.
pub fn court() -> Native {
    Native::new(begin, court_execute, court_query)
}
