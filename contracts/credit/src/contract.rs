//! From a message to the rule that handles it.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};
use mycel_kit::pause;
use mycel_kit::roles::{Class, Electorate};
use mycel_kit::standard::write_contract_info;
use mycel_kit::{Amount, Id};

use crate::error::ContractError;
use crate::msg::{Action, ExecuteMsg, InstantiateMsg, SudoMsg};
use crate::pay::{Payment, pay};
use crate::policies::Policies;
use crate::raise;
use crate::requests::{self, Asked};
use crate::{
    accounts, assessment, cw20, economy, exits, holds, parameters, peers, pledges, settle, state,
    waterfall, write_off,
};

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
    let waterfall = state::Waterfall {
        since: env.block.time.seconds(),
        ..Default::default()
    };
    state::waterfall().save(deps.storage, &waterfall);
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
    if stops_in_a_pause(&msg) {
        pause::refuse(deps.storage, now)?;
    }
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
        ExecuteMsg::Request {
            from,
            amount,
            reference,
            memo,
        } => {
            let asked = Asked {
                from: &from,
                amount,
                reference: reference.as_deref(),
                memo: memo.as_deref(),
                refund: false,
            };
            requests::ask(deps, now, sender, asked)
        }
        ExecuteMsg::AcceptRequest { request } => requests::accept::<P>(deps, now, sender, request),
        ExecuteMsg::Decline { request } => requests::end(deps, now, sender, request, "decline"),
        ExecuteMsg::Cancel { request } => requests::end(deps, now, sender, request, "cancel"),
        ExecuteMsg::AskRefund {
            r#ref,
            from,
            amount,
            memo,
        } => {
            let asked = Asked {
                from: &from,
                amount: Amount::ZERO,
                reference: Some(&r#ref),
                memo: memo.as_deref(),
                refund: true,
            };
            requests::ask_refund(deps, now, sender, asked, amount)
        }
        ExecuteMsg::Hold { r#for, amount, msg } => {
            holds::place::<P>(deps, now, sender, &r#for, amount, msg)
        }
        ExecuteMsg::OpenPool {
            to,
            target,
            deadline,
            reference,
        } => pledges::open_pool(deps, now, sender, &to, target, deadline, reference),
        ExecuteMsg::Pledge { pool, amount } => {
            pledges::pledge::<P>(deps, &env, sender, pool, amount)
        }
        ExecuteMsg::AskAssume { by, amount } => exits::ask_assume(deps, sender, &by, amount),
        ExecuteMsg::AssumeDebt { from, amount } => {
            exits::assume::<P>(deps, now, sender, &from, amount)
        }
        ExecuteMsg::CloseTo { to } => exits::close_to::<P>(deps, now, sender, to.as_deref()),
        ExecuteMsg::PlanRepayment { months } => exits::plan(deps, sender, months),

        // ---- a holder's
        ExecuteMsg::Resolve { items } => holds::resolve::<P>(deps, &env, sender, &items),

        // ---- anyone's
        ExecuteMsg::Settle { accounts } => settle::settle::<P>(deps, now, &accounts),
        ExecuteMsg::ExpireHold { hold } => holds::expire::<P>(deps, now, hold.0),
        ExecuteMsg::AdvancePool { pool, limit } => pledges::advance::<P>(deps, now, pool, limit),
        ExecuteMsg::Distribute {} => waterfall::distribute(deps, now),
        ExecuteMsg::AdvanceExit { member } => exits::advance::<P>(deps, now, &member),

        // ---- members'
        ExecuteMsg::OpenAccount(account) => accounts::open::<P>(deps, now, sender, vec![account]),
        ExecuteMsg::OpenAccounts { accounts } => accounts::open::<P>(deps, now, sender, accounts),
        ExecuteMsg::SetStanding {
            owner,
            scale_bps,
            frozen,
        } => accounts::set_standing(deps, sender, &owner, scale_bps, frozen),
        ExecuteMsg::SetLeaving { owner } => exits::set_leaving::<P>(deps, now, sender, &owner),
        ExecuteMsg::CloseAccount { owner } => exits::close::<P>(deps, now, sender, &owner),
        ExecuteMsg::Rotate { from, to } => exits::rotate(deps, sender, &from, &to),

        // ---- the authority's
        ExecuteMsg::SetLimit { owner, limit } => {
            parameters::directly(deps.storage, sender, "set_limit")?;
            accounts::set_limit(deps, now, sender, &owner, limit)
        }
        ExecuteMsg::SetParameters(changes) => {
            let current = parameters::directly(deps.storage, sender, "set_parameters")?;
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
        ExecuteMsg::Shown(shown) => {
            raise::shown(deps, env.contract.address.as_str(), now, sender, &shown)
        }
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
        ExecuteMsg::Send {
            contract,
            amount,
            msg,
        } => {
            let payment = Payment::plain("send", sender, &contract, amount);
            cw20::send::<P>(deps, now, payment, msg)
        }
        ExecuteMsg::IncreaseAllowance {
            spender,
            amount,
            expires,
        } => cw20::increase(deps, &env, sender, &spender, amount, expires),
        ExecuteMsg::DecreaseAllowance {
            spender,
            amount,
            expires,
        } => cw20::decrease(deps, &env, sender, &spender, amount, expires),
        ExecuteMsg::TransferFrom {
            owner,
            recipient,
            amount,
        } => {
            cw20::draw(deps.storage, &env.block, &owner, sender, amount)?;
            let payment = Payment {
                by: Some(sender),
                ..Payment::plain("transfer_from", &owner, &recipient, amount)
            };
            pay::<P>(deps.storage, now, payment)
        }
        ExecuteMsg::SendFrom {
            owner,
            contract,
            amount,
            msg,
        } => {
            cw20::draw(deps.storage, &env.block, &owner, sender, amount)?;
            let payment = Payment {
                by: Some(sender),
                ..Payment::plain("send_from", &owner, &contract, amount)
            };
            cw20::send::<P>(deps, now, payment, msg)
        }
        ExecuteMsg::Burn { amount } => cw20::burn::<P>(deps.storage, now, sender, None, amount),
        ExecuteMsg::BurnFrom { owner, amount } => {
            cw20::draw(deps.storage, &env.block, &owner, sender, amount)?;
            cw20::burn::<P>(deps.storage, now, &owner, Some(sender), amount)
        }
        ExecuteMsg::Mint { .. } | ExecuteMsg::UpdateMinter { .. } => cw20::nobody(
            sender,
            "the minter, and there is none: positions add up to zero; pay, and what you owe is new money",
        ),
        ExecuteMsg::UpdateMarketing { .. } | ExecuteMsg::UploadLogo(_) => {
            cw20::nobody(sender, "the marketing account, and there is none")
        }
    }
}

/// What members say, but for what winds an account up. Decisions, members and
/// holders, and what anyone may advance, are always heard.
const fn stops_in_a_pause(msg: &ExecuteMsg) -> bool {
    matches!(
        msg,
        ExecuteMsg::Pay { .. }
            | ExecuteMsg::Request { .. }
            | ExecuteMsg::AcceptRequest { .. }
            | ExecuteMsg::AskRefund { .. }
            | ExecuteMsg::Hold { .. }
            | ExecuteMsg::OpenPool { .. }
            | ExecuteMsg::Pledge { .. }
            | ExecuteMsg::SetFactors(_)
            | ExecuteMsg::AskAssessment {}
            | ExecuteMsg::Transfer { .. }
            | ExecuteMsg::Send { .. }
            | ExecuteMsg::IncreaseAllowance { .. }
            | ExecuteMsg::DecreaseAllowance { .. }
            | ExecuteMsg::TransferFrom { .. }
            | ExecuteMsg::SendFrom { .. }
            | ExecuteMsg::Burn { .. }
            | ExecuteMsg::BurnFrom { .. }
    )
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
            let counted = economy::advance::<P>(deps.storage, now, economy::END_OF_BLOCK)?;
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
        Action::Pause(pause) => {
            pause::set(deps.storage, now, class, pause)?;
            Response::new()
                .add_attribute("action", "pause")
                .add_attribute("until", pause.until.to_string())
        }
        Action::SetLimit { owner, limit } => accounts::set_limit(deps, now, sender, &owner, limit)?,
        Action::SpendCommons {
            to,
            amount,
            hold_for,
            msg,
        } => waterfall::spend::<P>(deps, now, to.as_deref(), amount, hold_for.as_deref(), msg)?,
        Action::WriteOff { member, case } => write_off::write_off::<P>(deps, now, &member, case)?,
        Action::OpenMirror { owner, limit } => accounts::open_mirror(deps, now, &owner, limit)?,
    };
    Ok(response.add_attribute("proposal", proposal.to_string()))
}

/// Coins sent here would be lost.
fn no_coins(info: &MessageInfo) -> Result<(), ContractError> {
    if info.funds.is_empty() {
        Ok(())
    } else {
        Err(ContractError::CoinsRefused)
    }
}
