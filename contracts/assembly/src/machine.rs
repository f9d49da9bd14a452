//! Actions in machine form: exactly what is sent when they run.

use cosmwasm_std::{Binary, CosmosMsg, QuerierWrapper, QueryRequest, Uint64, WasmMsg, to_json_vec};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::Seconds;
use mycel_kit::peers::PeerError;
use serde::{Deserialize, Serialize};

use crate::error::ContractError;
use crate::msg::Action;
use crate::state::{Peers, Proposal};

/// Which part of a transaction's gas one action may use at most. A quarter is
/// more than any honest action needs, and leaves room for this contract's own
/// work and for the reply: whatever an action does, there is a transaction in
/// which it ends, and what was decided after it may run.
const PARTS: u64 = 4;

/// What is read of the chain's parameters.
#[derive(Deserialize)]
struct Chain {
    tx_max_gas: Uint64,
}

/// The gas that one action may use; no limit only where the chain says nothing.
#[must_use]
pub fn gas(querier: QuerierWrapper<'_, MycelQuery>) -> Option<u64> {
    let question = QueryRequest::Custom(MycelQuery::Params {});
    let chain: Chain = querier.query(&question).ok()?;
    Some(chain.tx_max_gas.u64() / PARTS)
}

/// JSON of plain data.
///
/// # Errors
/// What the JSON library says; none for these types.
pub fn json(value: &impl Serialize) -> Result<Binary, ContractError> {
    to_json_vec(value)
        .map(Binary::from)
        .map_err(|why| ContractError::Answer(why.to_string()))
}

/// credit's action for `spend`.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum CreditAction<'a> {
    SpendCommons {
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<&'a str>,
        amount: mycel_kit::Amount,
        #[serde(skip_serializing_if = "Option::is_none")]
        hold_for: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        msg: Option<&'a Binary>,
    },
}

/// Every contract's action for `pause`.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum PauseAction {
    Pause { until: Seconds },
}

/// What an action sends at a time.
///
/// # Errors
/// No credit to spend from.
pub fn message(
    now: u64,
    peers: &Peers,
    number: u64,
    proposal: &Proposal,
    action: &Action,
) -> Result<CosmosMsg<MycelMsg>, ContractError> {
    let execute = |contract: &str, msg: Binary| {
        CosmosMsg::Wasm(WasmMsg::Execute {
            contract_addr: contract.to_owned(),
            msg,
            funds: vec![],
        })
    };
    Ok(match action {
        Action::Decided { contract, action } => {
            execute(contract, decided(number, proposal, action)?)
        }
        Action::Execute { contract, msg } => execute(contract, msg.clone()),
        Action::Chain(msg) => CosmosMsg::Custom(msg.clone()),
        Action::Migrate {
            contract,
            code_id,
            msg,
            ..
        } => CosmosMsg::Wasm(WasmMsg::Migrate {
            contract_addr: contract.clone(),
            new_code_id: code_id.0,
            msg: msg.clone(),
        }),
        Action::Spend {
            to,
            amount,
            hold_for,
            msg,
        } => {
            if peers.credit.is_empty() {
                return Err(PeerError::Absent { name: "credit" }.into());
            }
            let said = json(&CreditAction::SpendCommons {
                to: to.as_deref(),
                amount: *amount,
                hold_for: hold_for.as_deref(),
                msg: msg.as_ref(),
            })?;
            execute(&peers.credit, decided(number, proposal, &said)?)
        }
        Action::Pause { contract, seconds } => {
            let said = json(&PauseAction::Pause {
                until: Seconds(now.saturating_add((*seconds).into())),
            })?;
            execute(contract, decided(number, proposal, &said)?)
        }
    })
}

/// The one shape of a decision. The action is set in as it is: it was judged to
/// be one whole value when it was proposed, and its receiver reads it.
fn decided(number: u64, proposal: &Proposal, action: &Binary) -> Result<Binary, ContractError> {
    let mut msg = format!(r#"{{"decided":{{"proposal":"{number}","electorate":"#).into_bytes();
    msg.extend_from_slice(&json(&proposal.electorate)?);
    msg.extend_from_slice(br#","class":"#);
    msg.extend_from_slice(&json(&proposal.class)?);
    msg.extend_from_slice(br#","action":"#);
    msg.extend_from_slice(action);
    msg.extend_from_slice(b"}}");
    Ok(msg.into())
}
