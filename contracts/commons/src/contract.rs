//! From a message to the rule that handles it.

use cosmwasm_std::{DepsMut, Env, MessageInfo, QueryRequest, Reply, Response, from_json};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::roles::{self, Class, Electorate, Needs};
use mycel_kit::standard::write_contract_info;

use crate::call::{self, Call, Held};
use crate::error::ContractError;
use crate::msg::{Action, ExecuteMsg, HoldMsg, InstantiateMsg};
use crate::policies::{Policies, Standard};
use crate::rights::ledger::Use;
use crate::state::{self, Peers, Totals};
use crate::{agenda, cases, market, monitors, order, parameters, regeneration, registry, rights};

/// The standard's name.
pub const STANDARD: &str = "mycel-commons";
/// The standard's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Begins the contract: parameters and peers, nothing founded. Nobody is called.
///
/// # Errors
/// Coins sent along, parameters out of bounds, no assembly or members, or a
/// development contract on a chain that is none.
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
    let parameters = parameters::begin(msg.development, &msg.parameters)?;
    let peers = parameters::replaced(&Peers::default(), &msg.peers, |text| {
        call::valid(deps.api, text)
    })?;
    state::parameters().save(deps.storage, &parameters);
    state::peers().save(deps.storage, &peers);
    state::totals().save(deps.storage, &Totals::default());
    Ok(Response::new()
        .add_attribute("action", "instantiate")
        .add_attribute("authority", peers.assembly))
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
    Ok(call.finish())
}

fn dispatch(call: &mut Call<'_>, msg: ExecuteMsg) -> Result<(), ContractError> {
    match msg {
        // ---- registry
        ExecuteMsg::Apply(asked) => registry::apply(call, asked.commons.0),
        ExecuteMsg::Welcome(asked) => registry::welcome(call, asked.commons.0, asked.person.0),
        ExecuteMsg::Withdraw(asked) => registry::withdraw(call, asked.commons.0),
        ExecuteMsg::Recheck(asked) => registry::recheck(call, &asked),

        // ---- order
        ExecuteMsg::Accuse(accusation) => order::accuse(call, accusation),
        ExecuteMsg::Appeal(asked) => order::appeal(call, asked.measure.0),

        // ---- monitors
        ExecuteMsg::Read(asked) => monitors::read(call, &asked),
        ExecuteMsg::Challenge(asked) => monitors::challenge(call, &asked),
        ExecuteMsg::LeaveSeat(asked) => monitors::leave(call, asked.commons.0),
        ExecuteMsg::AcceptSeat(asked) => monitors::accept(call, asked.commons.0),
        ExecuteMsg::DeclineSeat(asked) => monitors::decline(call, asked.commons.0),
        ExecuteMsg::CheckSeat(asked) => monitors::check(call, asked.commons.0, asked.seat.0),

        // ---- regeneration
        ExecuteMsg::Claim(asked) => regeneration::claim(call, &asked),
        ExecuteMsg::Attest(asked) => regeneration::attest(call, &asked),
        ExecuteMsg::Reverse(asked) => regeneration::reverse(call, &asked),
        ExecuteMsg::WithdrawClaim(asked) => regeneration::withdraw(call, asked.claim.0),
        ExecuteMsg::ResumeClaim(asked) => regeneration::resume(call, asked.claim.0),

        // ---- rights
        ExecuteMsg::TransferShares(asked) => {
            rights::shares::transfer(call, asked.commons.0, asked.to.0, asked.shares)
        }
        ExecuteMsg::Transfer(asked) => {
            rights::bank::transfer(call, asked.commons.0, asked.to.0, asked.quantity)
        }
        ExecuteMsg::Lease(asked) => rights::lease::lease(
            call,
            asked.commons.0,
            asked.to.0,
            asked.shares,
            asked.epochs,
        ),
        ExecuteMsg::ReturnLease(asked) => {
            rights::lease::give_back(call, asked.commons.0, asked.lease.0)
        }
        ExecuteMsg::Bank(asked) => rights::bank::bank(call, asked.commons.0, asked.quantity),
        ExecuteMsg::Borrow(asked) => rights::bank::borrow(call, asked.commons.0, asked.quantity),
        ExecuteMsg::Harvest(asked) => rights::uses::harvest(
            call,
            asked.commons.0,
            asked.quantity,
            asked.evidence.as_ref(),
        ),
        ExecuteMsg::Retire(asked) => {
            rights::uses::use_up(call, asked.commons.0, asked.quantity, Use::Retire)
        }
        ExecuteMsg::Cancel(asked) => {
            rights::uses::use_up(call, asked.commons.0, asked.quantity, Use::Cancel)
        }
        ExecuteMsg::Repay(asked) => rights::uses::repay(call, asked.commons.0, asked.quantity),
        ExecuteMsg::Deposit(asked) => rights::baskets::deposit(call, &asked),
        ExecuteMsg::Redeem(asked) => rights::baskets::redeem(call, &asked),
        ExecuteMsg::PassParts(asked) => rights::baskets::pass(call, &asked),
        ExecuteMsg::BringUp(asked) => rights::bring_up(call, asked.commons.0, &asked.persons),
        ExecuteMsg::CheckConcentration(asked) => {
            rights::concentration::check(call, asked.commons.0, asked.person.0)
        }

        // ---- market
        ExecuteMsg::CommitSell(asked) => {
            market::commit_sell(call, asked.auction.0, &asked.hash, asked.escrow)
        }
        ExecuteMsg::Reveal(asked) => market::reveal(call, &asked),

        // ---- credit
        ExecuteMsg::ReceiveHold {
            hold,
            owner,
            amount,
            msg,
        } => {
            roles::peer(&call.sender, &call.peers.credit, "credit")?;
            let msg: HoldMsg = from_json(&msg).map_err(|error| ContractError::HoldMessage {
                why: error.to_string(),
            })?;
            let held = Held {
                hold: hold.0,
                owner,
                amount,
            };
            match msg {
                HoldMsg::Bond { commons } => monitors::bond(call, &held, commons.0),
                HoldMsg::Commit { auction, hash } => {
                    market::commit_buy(call, &held, auction.0, &hash)
                }
                HoldMsg::PayOverage { commons, epoch } => {
                    rights::pay_overage(call, &held, commons.0, epoch.0)
                }
            }
        }

        // ---- anyone
        ExecuteMsg::Advance { limit, case } => {
            let limit = limit.unwrap_or(agenda::MAX_WORK);
            match case {
                None => agenda::advance(call, limit),
                Some(case) => cases::advance(call, case.0, limit),
            }
        }

        // ---- assembly
        ExecuteMsg::Decided {
            proposal,
            electorate,
            class,
            action,
        } => {
            let needs = needs(&action);
            let authority = call.peers.assembly.clone();
            roles::decided(&call.sender, &authority, &electorate, class, &needs)?;
            call.event("decided", &[("proposal", &proposal)]);
            carry_out(call, action)
        }
    }
}

/// Who must have decided an action, and with which class.
fn needs(action: &Action) -> Needs {
    let own = |class, commons: mycel_kit::Id| Needs {
        class,
        electorate: Electorate::Commons(commons),
    };
    match action {
        Action::SetParameters(_) | Action::SetPeers(_) => Needs::all(Class::Constitutional),
        // ---- registry
        Action::Found(_) | Action::Accredit(_) | Action::WithdrawAccreditation(_) => {
            Needs::all(Class::Ordinary)
        }
        Action::SetRules(asked) => own(Class::Constitutional, asked.commons),
        Action::Enrol(asked) | Action::GrantShares(asked) => own(Class::Ordinary, asked.commons),
        Action::AllotBudget(asked) => own(Class::Ordinary, asked.commons),
        Action::Close(asked) => own(Class::Constitutional, asked.commons),
        // ---- order
        Action::Lower(asked) => own(Class::Ordinary, asked.commons),
        // ---- monitors

        // ---- regeneration

        // ---- rights
        Action::OpenBasket(asked) => own(Class::Ordinary, asked.commons),
        // ---- market
    }
}

fn carry_out(call: &mut Call<'_>, action: Action) -> Result<(), ContractError> {
    match action {
        Action::SetParameters(changes) => parameters::change(call, &changes),
        Action::SetPeers(changes) => parameters::set_peers(call, &changes),
        // ---- registry
        Action::Found(asked) => registry::found(call, *asked),
        Action::Accredit(asked) => registry::accredit(call, asked.organisation.0),
        Action::WithdrawAccreditation(asked) => {
            registry::withdraw_accreditation(call, asked.organisation.0)
        }
        Action::SetRules(asked) => registry::set_rules(call, *asked),
        Action::Enrol(asked) => registry::enrol(call, &asked),
        Action::GrantShares(asked) => registry::grant_shares(call, &asked),
        Action::AllotBudget(asked) => registry::allot_budget(call, &asked),
        Action::Close(asked) => registry::close(call, asked.commons.0),
        // ---- order
        Action::Lower(asked) => order::lower(call, asked.commons.0, asked.measure.0),
        // ---- monitors

        // ---- regeneration

        // ---- rights
        Action::OpenBasket(asked) => rights::baskets::open(call, &asked),
        // ---- market
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
    agenda::advance(&mut call, agenda::END_OF_BLOCK)?;
    Ok(call.finish())
}

/// What sortition answered to a case asked for.
///
/// # Errors
/// As [`cases::opened`].
pub fn reply(
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
    reply: Reply,
) -> Result<Response<MycelMsg>, ContractError> {
    cases::opened(deps, env, reply)
}

/// Coins sent here would be lost.
fn no_coins(info: &MessageInfo) -> Result<(), ContractError> {
    if info.funds.is_empty() {
        Ok(())
    } else {
        Err(ContractError::CoinsRefused)
    }
}
