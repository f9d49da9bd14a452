//! From a message to the rule that handles it.

use cosmwasm_std::{
    Binary, Deps, DepsMut, Env, MessageInfo, QueryRequest, Response, to_json_binary,
};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::peers::items::OpenItems;
use mycel_kit::peers::sortition::Drawn;
use mycel_kit::standard::{About, Invariant, Invariants, Number, Variant, write_contract_info};
use mycel_kit::{Id, Seconds, roles};
use serde::Serialize;

use crate::authority;
use crate::cases::{self, Opening};
use crate::error::ContractError;
use crate::msg::{ExecuteMsg, InstantiateMsg, ParametersResponse, QueryMsg};
use crate::state::{self, Parameters, Totals};

/// The standard's name.
pub const STANDARD: &str = "mycel-double";
/// The standard's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Begins the contract, on development networks only.
///
/// # Errors
/// No development network, coins, an invalid address.
pub fn instantiate(
    deps: DepsMut<'_, MycelQuery>,
    info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response<MycelMsg>, ContractError> {
    no_coins(&info)?;
    let question = QueryRequest::Custom(MycelQuery::Params {});
    let chain_allows = deps
        .querier
        .query::<Chain>(&question)
        .map_or(true, |chain| chain.development);
    if !msg.development || !chain_allows {
        return Err(ContractError::DevelopmentOnly);
    }
    write_contract_info(deps.storage, STANDARD, VERSION);
    let members = match msg.members.as_deref() {
        None | Some("") => String::new(),
        Some(address) => authority::valid(&deps, address)?,
    };
    let parameters = Parameters {
        key: authority::valid(&deps, &msg.key)?,
        members,
        appeal_seconds: cases::appeal_seconds(msg.appeal_seconds)?,
    };
    state::parameters().save(deps.storage, &parameters);
    state::totals().save(deps.storage, &Totals::default());
    Ok(Response::new()
        .add_attribute("action", "instantiate")
        .add_attribute("key", parameters.key))
}

/// What is read of the chain's parameters.
#[derive(serde::Deserialize)]
struct Chain {
    development: bool,
}

/// Executes one message.
///
/// # Errors
/// [`ContractError`] says which rule refused it.
pub fn execute(
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
    info: MessageInfo,
    msg: ExecuteMsg,
) -> Result<Response<MycelMsg>, ContractError> {
    no_coins(&info)?;
    let now = env.block.time.seconds();
    let sender = info.sender.as_str();
    match msg {
        ExecuteMsg::OpenCase {
            r#ref,
            kind,
            size,
            threshold_bps,
            parties,
            deadline: Seconds(deadline),
        } => cases::open(
            deps,
            now,
            sender,
            Opening {
                reference: r#ref,
                kind,
                size,
                threshold_bps,
                parties,
                deadline,
            },
        ),
        ExecuteMsg::Appeal { case } => cases::appeal(deps, now, sender, case.0),
        ExecuteMsg::Decide {
            case,
            outcome,
            reasons,
        } => cases::decide(deps, now, sender, case.0, &outcome, &reasons),
        ExecuteMsg::Draw { r#ref, persons } => cases::draw(deps, sender, &r#ref, &persons),
        ExecuteMsg::DecideFor {
            contract,
            electorate,
            class,
            action,
        } => authority::decide_for(deps, sender, &contract, &electorate, class, &action),
        ExecuteMsg::Forward { contract, msg } => authority::forward(deps, sender, &contract, msg),
        ExecuteMsg::Chain { msg } => authority::chain(deps, sender, msg),
        ExecuteMsg::SetMembers { members } => {
            let mut parameters = state::parameters().load(deps.storage)?;
            roles::only(sender, &parameters.key)?;
            parameters.members = authority::valid(&deps, &members)?;
            state::parameters().save(deps.storage, &parameters);
            Ok(Response::new()
                .add_attribute("action", "set_members")
                .add_attribute("members", parameters.members))
        }
    }
}

/// Answers one query.
///
/// # Errors
/// An unknown case.
pub fn query(deps: Deps<'_, MycelQuery>, env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    let storage = deps.storage;
    match msg {
        QueryMsg::Case { id } => json(&cases::show(storage, env.block.time.seconds(), id.0)?),
        QueryMsg::Drawn { r#ref } => {
            let drawn = state::draw(&r#ref).may_load(storage)?;
            json(&Drawn {
                done: drawn.is_some(),
                persons: drawn.unwrap_or_default().into_iter().map(Id).collect(),
            })
        }
        QueryMsg::OpenItems { .. } => json(&OpenItems {
            open: 0,
            items: vec![],
        }),
        QueryMsg::About {} => json(&About {
            standard: STANDARD.to_owned(),
            version: VERSION.to_owned(),
            variant: Variant::default(),
            authority: state::parameters().load(storage)?.key,
            source: option_env!("MYCEL_SOURCE").map(str::to_owned),
        }),
        QueryMsg::Parameters {} => {
            let parameters = state::parameters().load(storage)?;
            json(&ParametersResponse {
                key: parameters.key,
                members: parameters.members,
                appeal_seconds: Seconds(parameters.appeal_seconds),
                cases: Id(state::totals().load(storage)?.cases),
            })
        }
        QueryMsg::Invariants {} => {
            let totals = state::totals().load(storage)?;
            json(&Invariants {
                invariants: vec![Invariant {
                    id: "DOUBLE-1".to_owned(),
                    sentence: "a case is decided at most once, and once more after an appeal"
                        .to_owned(),
                    holds: totals.verdicts <= totals.cases.saturating_add(totals.appeals)
                        && totals.appeals <= totals.cases,
                    numbers: vec![
                        Number::new("cases", totals.cases),
                        Number::new("verdicts", totals.verdicts),
                        Number::new("appeals", totals.appeals),
                    ],
                }],
            })
        }
    }
}

fn json<T: Serialize>(answer: &T) -> Result<Binary, ContractError> {
    to_json_binary(answer).map_err(|error| ContractError::Answer(error.to_string()))
}

/// Coins sent here would be lost.
fn no_coins(info: &MessageInfo) -> Result<(), ContractError> {
    if info.funds.is_empty() {
        Ok(())
    } else {
        Err(ContractError::CoinsRefused)
    }
}
