//! The key's decisions, in the shape that the assembly's will have.

use cosmwasm_std::{Binary, CosmosMsg, DepsMut, Event, Response, SubMsg, WasmMsg, to_json_vec};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::roles::{self, Class, Electorate};

use crate::cases::within;
use crate::error::ContractError;
use crate::state;

/// Most bytes of an action or message.
const MAX_ACTION: u64 = 512 << 10;

/// Sends `{"decided":{…}}` with the next proposal number.
///
/// # Errors
/// Not the key, or an action that is no text.
pub fn decide_for(
    deps: DepsMut<'_, MycelQuery>,
    sender: &str,
    contract: &str,
    electorate: &Electorate,
    class: Class,
    action: &Binary,
) -> Result<Response<MycelMsg>, ContractError> {
    roles::only(sender, &state::parameters().load(deps.storage)?.key)?;
    let contract = valid(&deps, contract)?;
    within("action bytes", action.len() as u64, 2, MAX_ACTION)?;
    let mut totals = state::totals().load(deps.storage)?;
    totals.proposals = totals.proposals.saturating_add(1);
    state::totals().save(deps.storage, &totals);

    let json = |value: Result<Vec<u8>, cosmwasm_std::StdError>| {
        value.map_err(|error| ContractError::Answer(error.to_string()))
    };
    // The action is set in as it is: the receiver reads it, and refuses what it does not know.
    let action = std::str::from_utf8(action).map_err(|_| ContractError::NotJson)?;
    let mut msg = format!(
        r#"{{"decided":{{"proposal":"{}","electorate":"#,
        totals.proposals
    )
    .into_bytes();
    msg.extend(json(to_json_vec(electorate))?);
    msg.extend_from_slice(br#","class":"#);
    msg.extend(json(to_json_vec(&class))?);
    msg.extend_from_slice(br#","action":"#);
    msg.extend_from_slice(action.as_bytes());
    msg.extend_from_slice(b"}}");
    Ok(Response::new()
        .add_event(
            Event::new("decide_for")
                .add_attribute("proposal", totals.proposals.to_string())
                .add_attribute("contract", contract.clone())
                .add_attribute("electorate", electorate.to_string())
                .add_attribute("class", class.name()),
        )
        .add_submessage(call(contract, msg.into())))
}

/// Sends a message as the receiver's authority.
///
/// # Errors
/// Not the key, or too long.
pub fn forward(
    deps: DepsMut<'_, MycelQuery>,
    sender: &str,
    contract: &str,
    msg: Binary,
) -> Result<Response<MycelMsg>, ContractError> {
    roles::only(sender, &state::parameters().load(deps.storage)?.key)?;
    let contract = valid(&deps, contract)?;
    within("msg bytes", msg.len() as u64, 2, MAX_ACTION)?;
    Ok(Response::new()
        .add_event(Event::new("forward").add_attribute("contract", contract.clone()))
        .add_submessage(call(contract, msg)))
}

/// Says something to the chain.
///
/// # Errors
/// Not the key.
pub fn chain(
    deps: DepsMut<'_, MycelQuery>,
    sender: &str,
    msg: MycelMsg,
) -> Result<Response<MycelMsg>, ContractError> {
    roles::only(sender, &state::parameters().load(deps.storage)?.key)?;
    Ok(Response::new()
        .add_event(Event::new("chain").add_attribute("by", sender))
        .add_submessage(SubMsg::new(CosmosMsg::Custom(msg))))
}

fn call(contract_addr: String, msg: Binary) -> SubMsg<MycelMsg> {
    SubMsg::new(CosmosMsg::Wasm(WasmMsg::Execute {
        contract_addr,
        msg,
        funds: vec![],
    }))
}

/// An address in its normal form.
///
/// # Errors
/// [`ContractError::InvalidAddress`].
pub fn valid(deps: &DepsMut<'_, MycelQuery>, address: &str) -> Result<String, ContractError> {
    deps.api
        .addr_validate(address)
        .map(String::from)
        .map_err(|_| ContractError::InvalidAddress {
            address: address.chars().take(128).collect(),
        })
}
