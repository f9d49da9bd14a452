//! From a message to the rule that handles it.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};
use mycel_kit::Id;
use mycel_kit::roles::{Class, Electorate};
use mycel_kit::standard::write_contract_info;

use crate::error::ContractError;
use crate::msg::{Action, ExecuteMsg, InstantiateMsg};
use crate::pay::Note;
use crate::policies::Policies;
use crate::{accounts, parameters, pay, settle, state};

/// The standard's name.
pub const STANDARD: &str = "mycel-credit";
/// The standard's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Begins the contract: parameters, clock, no accounts.
///
/// # Errors
/// Coins sent along, or parameters out of bounds.
pub fn instantiate<P: Policies>(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response, ContractError> {
    no_coins(&info)?;
    write_contract_info(deps.storage, STANDARD, VERSION);
    state::account_count().save(deps.storage, &0);
    state::genesis().save(deps.storage, &0);
    let authority = msg.authority.clone();
    parameters::begin(deps, env.block.time.seconds(), msg)?;
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
    let sender = &info.sender;
    match msg {
        ExecuteMsg::Pay {
            to,
            amount,
            reference,
            memo,
        } => {
            let note = Note {
                action: "pay",
                reference: reference.as_deref(),
                memo: memo.as_deref(),
            };
            pay::pay::<P>(deps, now, sender, &to, amount, note)
        }
        ExecuteMsg::Transfer { recipient, amount } => {
            let note = Note {
                action: "transfer",
                reference: None,
                memo: None,
            };
            pay::pay::<P>(deps, now, sender, &recipient, amount, note)
        }
        ExecuteMsg::Settle { accounts } => settle::settle::<P>(deps, now, &accounts),
        ExecuteMsg::OpenAccount(account) => {
            accounts::open(deps, now, sender.as_str(), vec![account])
        }
        ExecuteMsg::OpenAccounts { accounts } => {
            accounts::open(deps, now, sender.as_str(), accounts)
        }
        ExecuteMsg::SetLimit { owner, limit } => {
            accounts::set_limit(deps, sender.as_str(), &owner, limit)
        }
        ExecuteMsg::SetStanding {
            owner,
            scale_bps,
            frozen,
        } => accounts::set_standing(deps, sender.as_str(), &owner, scale_bps, frozen),
        ExecuteMsg::SetParameters(changes) => {
            let current = parameters::authorised(deps.storage, sender.as_str())?;
            parameters::change(deps, now, current, changes)
        }
        ExecuteMsg::Decided {
            proposal,
            electorate,
            class,
            action,
        } => decided(
            deps,
            now,
            sender.as_str(),
            proposal,
            &electorate,
            class,
            action,
        ),
        ExecuteMsg::Hold { .. } => not_yet("hold"),
        ExecuteMsg::Resolve { .. } => not_yet("resolve"),
        ExecuteMsg::ExpireHold { .. } => not_yet("expire_hold"),
        ExecuteMsg::AssumeDebt { .. } => not_yet("assume_debt"),
        ExecuteMsg::CloseAccount(_) => not_yet("close_account"),
        ExecuteMsg::Request(_) => not_yet("request"),
        ExecuteMsg::AcceptRequest(_) => not_yet("accept_request"),
        ExecuteMsg::AskRefund(_) => not_yet("ask_refund"),
        ExecuteMsg::SetFactors(_) => not_yet("set_factors"),
        ExecuteMsg::Pledge(_) => not_yet("pledge"),
        ExecuteMsg::Distribute(_) => not_yet("distribute"),
        ExecuteMsg::Shown(_) => not_yet("shown"),
        ExecuteMsg::Send(_) => not_yet("send"),
        ExecuteMsg::IncreaseAllowance(_) => not_yet("increase_allowance"),
        ExecuteMsg::DecreaseAllowance(_) => not_yet("decrease_allowance"),
        ExecuteMsg::TransferFrom(_) => not_yet("transfer_from"),
        ExecuteMsg::SendFrom(_) => not_yet("send_from"),
    }
}

/// What the assembly decided: sender, then class and electorate, then the act.
fn decided(
    deps: DepsMut,
    now: u64,
    sender: &str,
    Id(proposal): Id,
    electorate: &Electorate,
    class: Class,
    action: Action,
) -> Result<Response, ContractError> {
    let current = parameters::authorised(deps.storage, sender)?;
    let needs = match action {
        Action::SetParameters(_) => Class::Constitutional,
        Action::SpendCommons { .. } => Class::Spending,
        Action::WriteOff { .. } => Class::Ordinary,
    };
    if *electorate != Electorate::All {
        return Err(ContractError::DecisionElsewhere);
    }
    if class < needs {
        return Err(ContractError::DecisionInsufficient { class, needs });
    }
    match action {
        Action::SetParameters(changes) => Ok(parameters::change(deps, now, current, changes)?
            .add_attribute("proposal", proposal.to_string())),
        Action::SpendCommons { .. } => not_yet("spend_commons"),
        Action::WriteOff { .. } => not_yet("write_off"),
    }
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
