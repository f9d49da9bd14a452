//! From a message to the rule that handles it.

use cosmwasm_std::{Binary, DepsMut, Env, MessageInfo, QueryRequest, Reply, Response, from_json};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::roles::{self, Class, Electorate, Needs};
use mycel_kit::standard::write_contract_info;
use mycel_kit::{Amount, Id};

use crate::call::Call;
use crate::error::ContractError;
use crate::msg::{Action, ExecuteMsg, HoldMsg, InstantiateMsg};
use crate::policies::{Policies, Standard};
use crate::register::record::Debt;
use crate::state::Task;
use crate::{agenda, dividend, parameters, register, rounds, state};

/// The standard's name.
pub const STANDARD: &str = "mycel-funding";
/// The standard's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Begins the contract: parameters, nothing opened. Nobody is called.
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
    execute_by(&Standard, deps, env, info, msg)
}

/// As [`execute`], by the rules of a variant.
///
/// # Errors
/// As [`execute`].
pub fn execute_by(
    policies: &'static dyn Policies,
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
    info: MessageInfo,
    msg: ExecuteMsg,
) -> Result<Response<MycelMsg>, ContractError> {
    no_coins(&info)?;
    let mut call = Call::by(policies, deps, env, info.sender.as_str())?;
    dispatch(&mut call, msg)?;
    Ok(call.response)
}

fn dispatch(call: &mut Call<'_>, msg: ExecuteMsg) -> Result<(), ContractError> {
    match msg {
        ExecuteMsg::ReceiveHold {
            hold,
            owner,
            amount,
            msg,
        } => receive(call, hold.0, &owner, amount, &msg),
        // ---- rounds
        ExecuteMsg::OpenRound(input) => rounds::open::by_member(call, &input),
        ExecuteMsg::Submit(input) => rounds::projects::submit(call, &input),
        ExecuteMsg::Support { round, project } => {
            rounds::projects::support(call, round.0, project.0)
        }
        ExecuteMsg::WithdrawProject { round, project } => {
            rounds::projects::withdraw(call, round.0, project.0)
        }
        ExecuteMsg::CancelRound { round } => rounds::open::cancel_own(call, round.0),
        ExecuteMsg::Recheck { round, project } => {
            rounds::projects::recheck(call, round.0, project.0)
        }
        ExecuteMsg::DeclareGroup {
            round,
            group,
            persons,
        } => rounds::groups::by_opener(call, round.0, group, &numbers(&persons)),
        ExecuteMsg::Shown(shown) => rounds::identity::shown(call, &shown),
        // ---- rules

        // ---- dividend
        ExecuteMsg::ClaimDividend { limit } => {
            dividend::claim::claim(call, limit.unwrap_or(dividend::claim::MAX_CLAIM))
        }

        // ---- register
        ExecuteMsg::Register(input) => register::entries::register(call, &input),
        ExecuteMsg::ReleaseEntry { entry } => register::entries::release(call, entry.0),
        ExecuteMsg::ReportRevenue {
            entry,
            revenue,
            evidence,
        } => register::dues::report(call, entry.0, revenue, &evidence),
        ExecuteMsg::ReportBuilt { entry, evidence } => {
            register::rewards::built(call, entry.0, &evidence)
        }
        ExecuteMsg::CollectReward { entry } => register::rewards::collect(call, entry.0),
        ExecuteMsg::AccuseHarm(input) => register::restoration::accuse(call, &input),
        ExecuteMsg::ReviewTechnology(input) => register::reviews::ask(call, &input),
        ExecuteMsg::AdvanceMatter { matter } => {
            agenda::only(call, Task::Register(matter.0), agenda::MAX_WORK)
        }

        // ---- anyone
        ExecuteMsg::Advance { limit, round } => {
            let limit = limit.unwrap_or(agenda::MAX_WORK);
            match round {
                None => agenda::advance(call, limit).map(|_| ()),
                Some(round) => agenda::only(call, Task::Round(round.0), limit),
            }
        }
        ExecuteMsg::Decided {
            proposal,
            electorate,
            class,
            action,
        } => decided(call, proposal.0, &electorate, class, action),
    }
}

/// A hold was placed for this contract: credit alone says so. Refusing it
/// undoes it.
fn receive(
    call: &mut Call<'_>,
    hold: u64,
    owner: &str,
    amount: Amount,
    msg: &Binary,
) -> Result<(), ContractError> {
    roles::peer(&call.sender, &call.parameters.credit, "credit")?;
    let told: HoldMsg = from_json(msg).map_err(|why| ContractError::HoldMsg {
        why: why.to_string().chars().take(128).collect(),
    })?;
    match told {
        HoldMsg::Contribute {
            round,
            project,
            showing,
        } => rounds::give::contribute(
            call,
            &rounds::give::Given {
                hold,
                owner,
                amount,
            },
            round.0,
            project.0,
            showing.as_deref(),
        ),
        HoldMsg::Sponsor { round } => rounds::sponsors::sponsor(
            call,
            &rounds::give::Given {
                hold,
                owner,
                amount,
            },
            round.0,
        ),
        HoldMsg::Dividend { epoch } => dividend::receive(call, hold, owner, amount, epoch.0),
        HoldMsg::Dues { entry } => register::payments::receive(call, hold, Debt::Dues(entry.0)),
        HoldMsg::Restoration { matter } => {
            register::payments::receive(call, hold, Debt::Restoration(matter.0))
        }
        HoldMsg::Rewards {} => register::rewards::fund(call, hold, owner, amount),
    }
}

fn decided(
    call: &mut Call<'_>,
    proposal: u64,
    electorate: &Electorate,
    class: Class,
    action: Action,
) -> Result<(), ContractError> {
    let needs = match &action {
        Action::SetParameters(_) => Needs::all(Class::Constitutional),
        // ---- rounds
        Action::OpenRound(_)
        | Action::AdmitProject { .. }
        | Action::CancelRound { .. }
        | Action::DeclareGroup { .. } => Needs::all(Class::Ordinary),
        // ---- rules

        // ---- dividend

        // ---- register
        // whose boundary it is decides
        Action::RefuseTechnology { .. } | Action::AllowTechnology { .. } => Needs {
            class: Class::Ordinary,
            electorate: electorate.clone(),
        },
    };
    call.decided(electorate, class, &needs)?;
    call.event("decided", &[("proposal", &proposal)]);
    match action {
        Action::SetParameters(changes) => parameters::change(call, &changes),
        // ---- rounds
        Action::OpenRound(input) => rounds::open::by_decision(call, &input),
        Action::AdmitProject { round, project } => {
            rounds::projects::admit_decided(call, round.0, project.0)
        }
        Action::CancelRound { round } => rounds::open::cancel_decided(call, round.0),
        Action::DeclareGroup {
            round,
            group,
            persons,
        } => rounds::groups::by_decision(call, round.0, group, &numbers(&persons)),
        // ---- rules

        // ---- dividend

        // ---- register
        Action::RefuseTechnology { technology, until } => {
            register::boundary::refuse(call, proposal, electorate, &technology, until)
        }
        Action::AllowTechnology { technology } => {
            register::boundary::allow(call, electorate, &technology)
        }
    }
}

fn numbers(ids: &[Id]) -> Vec<u64> {
    ids.iter().map(|id| id.0).collect()
}

/// End-block work, also possible by `advance`: a few pieces of what is due.
///
/// # Errors
/// Only for unreadable state.
pub fn end_block(
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
) -> Result<Response<MycelMsg>, ContractError> {
    end_block_by(&Standard, deps, env)
}

/// As [`end_block`], by the rules of a variant.
///
/// # Errors
/// As [`end_block`].
pub fn end_block_by(
    policies: &'static dyn Policies,
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
) -> Result<Response<MycelMsg>, ContractError> {
    let mut call = Call::by(policies, deps, env, "")?;
    agenda::advance(&mut call, agenda::BLOCK_WORK)?;
    Ok(call.response)
}

/// Sortition's answer to a case that the register opened.
///
/// # Errors
/// As [`register::cases::opened`].
pub fn reply(
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
    reply: Reply,
) -> Result<Response<MycelMsg>, ContractError> {
    register::cases::opened(deps, env, reply)
}

/// Coins sent here would be lost.
fn no_coins(info: &MessageInfo) -> Result<(), ContractError> {
    if info.funds.is_empty() {
        Ok(())
    } else {
        Err(ContractError::CoinsRefused)
    }
}
