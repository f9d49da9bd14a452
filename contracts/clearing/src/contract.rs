//! From a message to the rule that handles it.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};
use mycel_kit::Id;
use mycel_kit::pause;
use mycel_kit::roles::{self, Class, Electorate, Needs};
use mycel_kit::standard::write_contract_info;

use crate::allocation::{choices, links, market, room, trades};
use crate::error::ContractError;
use crate::msg::{Action, ExecuteMsg, InstantiateMsg};
use crate::proposals::{self, Terms};
use crate::state::{self, Counters, Totals};
use crate::{dispute, obligations, parameters, posts, round, seed, sweep};

/// The standard's name.
pub const STANDARD: &str = "mycel-clearing";
/// The standard's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Begins the contract: parameters, nothing owed.
///
/// # Errors
/// Coins sent along, or parameters out of bounds.
pub fn instantiate(
    deps: DepsMut,
    _env: Env,
    info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response, ContractError> {
    no_coins(&info)?;
    write_contract_info(deps.storage, STANDARD, VERSION);
    state::counters().save(deps.storage, &Counters::default());
    state::totals().save(deps.storage, &Totals::default());
    let authority = msg.authority.clone();
    parameters::begin(deps.storage, deps.api, msg)?;
    Ok(Response::new()
        .add_attribute("action", "instantiate")
        .add_attribute("authority", authority))
}

/// Executes one message, wholly or not at all.
///
/// # Errors
/// [`ContractError`] says which rule refused it.
pub fn execute(
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
        ExecuteMsg::Propose {
            with,
            i_owe,
            amount,
            due,
            priority,
            reference,
        } => {
            let terms = Terms {
                with,
                i_owe,
                amount,
                due,
                priority: priority.unwrap_or(0),
                reference: reference.unwrap_or_default(),
            };
            proposals::propose(deps, now, sender, terms)
        }
        ExecuteMsg::Confirm { proposal } => proposals::confirm(deps, now, sender, proposal),
        ExecuteMsg::DropProposal { proposal } => {
            proposals::drop_proposal(deps, now, sender, proposal)
        }
        ExecuteMsg::Consent { on } => obligations::consent(deps, sender, on),
        ExecuteMsg::Tender { obligations, on } => {
            obligations::tender(deps, sender, &obligations, on)
        }
        ExecuteMsg::RecordPayment { obligation, amount } => {
            obligations::record_payment(deps, sender, obligation, amount)
        }
        ExecuteMsg::Collect { obligation, amount } => {
            obligations::collect(deps, now, sender, obligation, amount)
        }
        ExecuteMsg::Cancel { obligation } => obligations::cancel(deps, sender, obligation),
        ExecuteMsg::WithdrawCancel { obligation } => {
            obligations::withdraw_cancel(deps, sender, obligation)
        }
        ExecuteMsg::Extend { obligation, due } => {
            obligations::extend(deps, now, sender, obligation, due)
        }
        ExecuteMsg::Dispute { obligation } => dispute::dispute(deps, now, sender, obligation),
        ExecuteMsg::WithdrawDispute { obligation } => dispute::withdraw(deps, sender, obligation),
        ExecuteMsg::Judged { obligation } => dispute::judged(deps, obligation),
        ExecuteMsg::OpenRound {} => round::open(deps, now),
        ExecuteMsg::Commit { round, hash, bytes } => {
            posts::commit(deps, now, sender, round, &hash, bytes)
        }
        ExecuteMsg::Post {
            round,
            post,
            page,
            data,
        } => posts::bring(deps, now, sender, round, post, page, &data),
        ExecuteMsg::Advance { round, limit } => round::advance(deps, now, round, limit),
        ExecuteMsg::Sweep { page, limit } => sweep::sweep(deps, page, limit),
        ExecuteMsg::Prune { person, page } => sweep::prune(deps, person, page),
        ExecuteMsg::Offer(terms) => market::offer(deps, now, sender, &terms),
        ExecuteMsg::Need(terms) => market::need(deps, now, sender, &terms),
        ExecuteMsg::Withdraw { market } => market::withdraw(deps, sender, market),
        ExecuteMsg::Link(terms) => links::link(deps, sender, &terms),
        ExecuteMsg::Unlink { market, from, to } => links::unlink(deps, sender, market, from, to),
        ExecuteMsg::PruneMarket { market, persons } => room::prune(deps, now, market, &persons),
        ExecuteMsg::Choose(terms) => choices::choose(deps, sender, &terms),
        ExecuteMsg::OpenAllocation { market } => market::open(deps, now, market),
        ExecuteMsg::Upward { market, persons } => market::upward(deps, now, market, &persons),
        ExecuteMsg::Accept { promise } => trades::accept(deps, now, sender, promise),
        ExecuteMsg::Return { promise } => trades::give_back(deps, now, sender, promise),
        ExecuteMsg::Report { promise, quantity } => {
            trades::report(deps, now, sender, promise, quantity.0)
        }
        ExecuteMsg::ClosePromise { promise } => trades::close(deps, now, promise),
        ExecuteMsg::Seed { obligations } => seed::seed(deps, sender, &obligations),
        ExecuteMsg::SetParameters(changes) => {
            let before = state::parameters().load(deps.storage)?;
            roles::only(sender, &before.authority)?;
            if !before.development {
                // elsewhere it takes a constitutional decision
                return Err(ContractError::DevelopmentOnly {
                    what: "set_parameters without a decision",
                });
            }
            parameters::change(deps.storage, deps.api, changes)
        }
        ExecuteMsg::Decided {
            proposal,
            electorate,
            class,
            action,
        } => decided(deps, now, sender, proposal, &electorate, class, action),
    }
}

/// What members say, but for what winds up. Decisions, solvers, and what
/// anyone may advance, are always heard.
const fn stops_in_a_pause(msg: &ExecuteMsg) -> bool {
    matches!(
        msg,
        ExecuteMsg::Propose { .. }
            | ExecuteMsg::Confirm { .. }
            | ExecuteMsg::Consent { .. }
            | ExecuteMsg::Tender { .. }
            | ExecuteMsg::Collect { .. }
            | ExecuteMsg::Extend { .. }
            | ExecuteMsg::Dispute { .. }
            | ExecuteMsg::Offer(_)
            | ExecuteMsg::Need(_)
            | ExecuteMsg::Link(_)
            | ExecuteMsg::Choose(_)
            | ExecuteMsg::Accept { .. }
            | ExecuteMsg::Report { .. }
    )
}

/// What the assembly decided: sender, then electorate and class, then the act.
fn decided(
    deps: DepsMut,
    now: u64,
    sender: &str,
    Id(proposal): Id,
    electorate: &Electorate,
    class: Class,
    action: Action,
) -> Result<Response, ContractError> {
    let authority = state::parameters().load(deps.storage)?.authority;
    let needs = Needs::all(match action {
        Action::SetParameters(_) => Class::Constitutional,
        Action::Pause(_) => Class::Urgent,
        Action::DefineMarket { .. } | Action::AttestShock(_) => Class::Ordinary,
    });
    roles::decided(sender, &authority, electorate, class, &needs)?;
    let response = match action {
        Action::SetParameters(changes) => parameters::change(deps.storage, deps.api, changes)?,
        Action::Pause(pause) => {
            pause::set(deps.storage, now, class, pause)?;
            Response::new()
                .add_attribute("action", "pause")
                .add_attribute("until", pause.until.to_string())
        }
        Action::DefineMarket {
            market: number,
            terms,
        } => market::define(deps.storage, number, terms)?,
        Action::AttestShock(attested) => market::shock(deps.storage, &attested)?,
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
