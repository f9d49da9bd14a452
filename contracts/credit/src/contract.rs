//! From a message to the rule that handles it.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};
use mycel_kit::Id;
use mycel_kit::roles::{Class, Electorate};
use mycel_kit::standard::write_contract_info;

use crate::error::ContractError;
use crate::msg::{Action, ExecuteMsg, InstantiateMsg, SudoMsg};
use crate::pay::{Payment, pay};
use crate::policies::Policies;
use crate::{accounts, assessment, economy, parameters, peers, settle, state};

/// The standard's name.
pub const STANDARD: &str = "mycel-credit";
/// The standard's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Begins the contract: parameters, clock, no accounts.
///
/// # Errors
/// Coins sent along, or parameters out of bounds.
pub fn instantiate<P: Policies>(
    mut deps: DepsMut,
    env: Env,
    info: MessageInfo,
    mut msg: InstantiateMsg,
) -> Result<Response, ContractError> {
    no_coins(&info)?;
    write_contract_info(deps.storage, STANDARD, VERSION);
    state::account_count().save(deps.storage, &0);
    state::genesis().save(deps.storage, &0);
    let authority = msg.authority.clone();
    let now = env.block.time.seconds();
    let more = msg.parameters.take();
    parameters::begin(deps.branch(), now, msg)?;
    if let Some(changes) = more {
        let current = state::parameters().load(deps.storage)?;
        parameters::change(deps, now, current, *changes)?;
    }
    Ok(Response::new()
        .add_attribute("action", "instantiate")
        .add_attribute("authority", authority))
}

/// Executes one message, wholly or not at all.
///
/// # Errors
/// [`ContractError`] says which rule refused it.
pub fn execute<P: Policies>(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: ExecuteMsg,
) -> Result<Response, ContractError> {
    no_coins(&info)?;
    let now = env.block.time.seconds();
    let sender = info.sender.as_str();
    match msg {
        // ---- a member's
        ExecuteMsg::Pay {
            to,
            amount,
            reference,
            memo,
        } => {
            let payment = Payment {
                reference: reference.as_deref(),
                memo: memo.as_deref(),
                ..Payment::plain("pay", sender, &to, amount)
            };
            pay::<P>(deps.storage, now, payment)
        }
        ExecuteMsg::Request { .. } => not_yet("request"),
        ExecuteMsg::AcceptRequest { .. } => not_yet("accept_request"),
        ExecuteMsg::Decline { .. } => not_yet("decline"),
        ExecuteMsg::Cancel { .. } => not_yet("cancel"),
        ExecuteMsg::AskRefund { .. } => not_yet("ask_refund"),
        ExecuteMsg::Hold { .. } => not_yet("hold"),
        ExecuteMsg::OpenPool { .. } => not_yet("open_pool"),
        ExecuteMsg::Pledge { .. } => not_yet("pledge"),
        ExecuteMsg::AskAssume { .. } => not_yet("ask_assume"),
        ExecuteMsg::AssumeDebt { .. } => not_yet("assume_debt"),
        ExecuteMsg::CloseTo { .. } => not_yet("close_to"),
        ExecuteMsg::PlanRepayment { .. } => not_yet("plan_repayment"),

        // ---- a holder's
        ExecuteMsg::Resolve { .. } => not_yet("resolve"),

        // ---- anyone's
        ExecuteMsg::Settle { accounts } => settle::settle::<P>(deps, now, &accounts),
        ExecuteMsg::ExpireHold { .. } => not_yet("expire_hold"),
        ExecuteMsg::AdvancePool { .. } => not_yet("advance_pool"),
        ExecuteMsg::Distribute {} => not_yet("distribute"),
        ExecuteMsg::AdvanceExit { .. } => not_yet("advance_exit"),

        // ---- members'
        ExecuteMsg::OpenAccount(account) => accounts::open::<P>(deps, now, sender, vec![account]),
        ExecuteMsg::OpenAccounts { accounts } => accounts::open::<P>(deps, now, sender, accounts),
        ExecuteMsg::SetStanding {
            owner,
            scale_bps,
            frozen,
        } => accounts::set_standing(deps, sender, &owner, scale_bps, frozen),
        ExecuteMsg::SetLeaving { .. } => not_yet("set_leaving"),
        ExecuteMsg::CloseAccount { .. } => not_yet("close_account"),
        ExecuteMsg::Rotate { .. } => not_yet("rotate"),

        // ---- the authority's
        ExecuteMsg::SetLimit { owner, limit } => {
            accounts::set_limit(deps, now, sender, &owner, limit)
        }
        ExecuteMsg::SetParameters(changes) => {
            let current = parameters::authorised(deps.storage, sender)?;
            parameters::change(deps, now, current, *changes)
        }
        ExecuteMsg::Decided {
            proposal,
            electorate,
            class,
            action,
        } => decided::<P>(deps, now, sender, proposal, &electorate, class, action),

        // ---- the economy's
        ExecuteMsg::SetFactors(said) => assessment::set_factors::<P>(deps, now, sender, &said),
        ExecuteMsg::Shown(_) => not_yet("shown"),
        ExecuteMsg::AskAssessment {} => assessment::ask(deps, now, sender),
        ExecuteMsg::CloseAssessment { member } => assessment::close::<P>(deps, now, &member),
        ExecuteMsg::ReleaseStarter { member, partners } => {
            economy::release_starter::<P>(deps, now, &member, &partners)
        }
        ExecuteMsg::Advance { limit } => economy::advance_by_anyone::<P>(deps, now, limit),

        // ---- cw20 wallets' and contracts'
        ExecuteMsg::Transfer { recipient, amount } => {
            let payment = Payment::plain("transfer", sender, &recipient, amount);
            pay::<P>(deps.storage, now, payment)
        }
        ExecuteMsg::Send { .. } => not_yet("send"),
        ExecuteMsg::IncreaseAllowance { .. } => not_yet("increase_allowance"),
        ExecuteMsg::DecreaseAllowance { .. } => not_yet("decrease_allowance"),
        ExecuteMsg::TransferFrom { .. } => not_yet("transfer_from"),
        ExecuteMsg::SendFrom { .. } => not_yet("send_from"),
        ExecuteMsg::Burn { .. } => not_yet("burn"),
        ExecuteMsg::BurnFrom { .. } => not_yet("burn_from"),
        ExecuteMsg::Mint { .. } => not_yet("mint"),
        ExecuteMsg::UpdateMinter { .. } => not_yet("update_minter"),
    }
}

/// What the chain says.
///
/// # Errors
/// Only for unreadable state.
pub fn sudo<P: Policies>(deps: DepsMut, env: Env, msg: SudoMsg) -> Result<Response, ContractError> {
    let now = env.block.time.seconds();
    match msg {
        SudoMsg::EndBlock {} => {
            let settled = settle::sweep::<P>(deps.storage, now)?;
            let counted = economy::advance::<P>(deps.storage, now, settle::SWEEP)?;
            Ok(Response::new()
                .add_attribute("action", "end_block")
                .add_attribute("settled", settled.to_string())
                .add_attribute("counted", counted.to_string()))
        }
    }
}

/// What the assembly decided: sender, then electorate and class, then the act.
fn decided<P: Policies>(
    deps: DepsMut,
    now: u64,
    sender: &str,
    Id(proposal): Id,
    electorate: &Electorate,
    class: Class,
    action: Action,
) -> Result<Response, ContractError> {
    let current = state::parameters().load(deps.storage)?;
    peers::decided(sender, &current.authority, electorate, class, &action)?;
    let response = match action {
        Action::SetParameters(changes) => parameters::change(deps, now, current, *changes)?,
        Action::SetLimit { owner, limit } => accounts::set_limit(deps, now, sender, &owner, limit)?,
        Action::SpendCommons { .. } => return not_yet("spend_commons"),
        Action::WriteOff { .. } => return not_yet("write_off"),
        Action::OpenMirror { .. } => return not_yet("open_mirror"),
    };
    Ok(response.add_attribute("proposal", proposal.to_string()))
}

fn not_yet<T>(what: &'static str) -> Result<T, ContractError> {
    Err(ContractError::NotYet { what })
}

/// Coins sent here would be lost.
fn no_coins(info: &MessageInfo) -> Result<(), ContractError> {
    if info.funds.is_empty() {
        Ok(())
    } else {
        Err(ContractError::CoinsRefused)
    }
}
