//! From a message to the rule that handles it.

use cosmwasm_std::{DepsMut, Env, MessageInfo, QueryRequest, Response};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::roles::Class;
use mycel_kit::standard::write_contract_info;

use crate::call::Call;
use crate::error::ContractError;
use crate::msg::{Action, ExecuteMsg, InstantiateMsg};
use crate::state::Task;
use crate::{agenda, beacon, draws, juries, parameters, state};

/// The standard's name.
pub const STANDARD: &str = "mycel-sortition";
/// The standard's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Begins the contract: parameters, nothing drawn.
///
/// # Errors
/// Coins sent along, parameters out of bounds, or a development contract on a
/// chain that is none.
pub fn instantiate(
    deps: DepsMut<'_, MycelQuery>,
    _env: Env,
    info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response<MycelMsg>, ContractError> {
    no_coins(&info)?;
    if msg.development && !may_be_development(&deps) {
        return Err(ContractError::DevelopmentOnly {
            what: "development: true",
        });
    }
    write_contract_info(deps.storage, STANDARD, VERSION);
    let parameters = parameters::begin(deps.api, &msg.authority, msg.development, &msg.parameters)?;
    state::parameters().save(deps.storage, &parameters);
    Ok(Response::new()
        .add_attribute("action", "instantiate")
        .add_attribute("authority", parameters.authority))
}

/// False only where the chain says that it is no development network.
fn may_be_development(deps: &DepsMut<'_, MycelQuery>) -> bool {
    let question = QueryRequest::Custom(MycelQuery::Params {});
    deps.querier
        .query::<Chain>(&question)
        .map_or(true, |chain| chain.development)
}

/// What is read of the chain's parameters.
#[derive(serde::Deserialize)]
struct Chain {
    development: bool,
}

/// Executes one message, wholly or not at all.
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
    let mut call = Call::begin(deps, env, info.sender.as_str())?;
    dispatch(&mut call, msg)?;
    Ok(call.response)
}

fn dispatch(call: &mut Call<'_>, msg: ExecuteMsg) -> Result<(), ContractError> {
    match msg {
        ExecuteMsg::OpenCase(asked) => juries::open(call, asked),
        ExecuteMsg::OpenDraw(asked) => draws::open::by_client(call, &asked),
        ExecuteMsg::Volunteer { draw, attributes } => {
            draws::pool::volunteer(call, draw, &attributes)
        }
        ExecuteMsg::Shown(shown) => draws::identity::shown(call, &shown),
        ExecuteMsg::Withdraw { draw } => draws::pool::withdraw(call, draw),
        ExecuteMsg::Decline { draw } => draws::seats::decline(call, draw),
        ExecuteMsg::CommitLottery { draw, hash, pages } => {
            draws::posts::commit(call, draw, &hash, pages)
        }
        ExecuteMsg::PostLottery {
            draw,
            post,
            page,
            data,
        } => draws::posts::bring(call, draw, post, page, &data),
        ExecuteMsg::Strike { case, persons } => juries::strike(call, case.0, &persons),
        ExecuteMsg::CommitVote { case, commitment } => juries::commit(call, case.0, &commitment),
        ExecuteMsg::RevealVote {
            case,
            outcome,
            reasons,
            salt,
        } => juries::reveal(call, case.0, &outcome, &reasons, &salt),
        ExecuteMsg::Recuse { case } => juries::recuse(call, case.0),
        ExecuteMsg::Appeal { case } => juries::appeal(call, case.0),
        ExecuteMsg::Beacon(told) => beacon::handle(call, told),
        ExecuteMsg::Advance { limit, draw, case } => {
            let limit = limit.unwrap_or(agenda::MAX_WORK);
            match (draw, case) {
                (None, None) => agenda::advance(call, limit).map(|_| ()),
                (Some(draw), None) => agenda::only(call, Task::Draw(draw.0), limit),
                (None, Some(case)) => agenda::only(call, Task::Case(case.0), limit),
                (Some(_), Some(_)) => Err(ContractError::TooMany {
                    what: "draw and case",
                    count: 2,
                    most: 1,
                }),
            }
        }
        ExecuteMsg::Decided {
            proposal,
            electorate,
            class,
            action,
        } => {
            let needs = match action {
                Action::OpenDraw(_) | Action::OpenCase(_) => Class::Ordinary,
                Action::SetParameters(_) => Class::Constitutional,
            };
            call.decided(&electorate, class, needs)?;
            call.event("decided", &[("proposal", &proposal)]);
            match action {
                Action::SetParameters(changes) => parameters::change(call, &changes),
                Action::OpenCase(asked) => juries::decided(call, asked),
                Action::OpenDraw(asked) => draws::open::by_decision(call, &asked),
            }
        }
    }
}

/// End-block work, also possible by `advance`: a few pieces of what is due.
///
/// # Errors
/// Only for unreadable state.
pub fn end_block(
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
) -> Result<Response<MycelMsg>, ContractError> {
    let mut call = Call::begin(deps, env, "")?;
    agenda::advance(&mut call, agenda::BLOCK_WORK)?;
    Ok(call.response)
}

/// Coins sent here would be lost.
fn no_coins(info: &MessageInfo) -> Result<(), ContractError> {
    if info.funds.is_empty() {
        Ok(())
    } else {
        Err(ContractError::CoinsRefused)
    }
}
