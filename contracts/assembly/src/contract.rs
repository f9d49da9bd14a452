//! From a message to the rule that handles it.

use cosmwasm_std::{DepsMut, Env, MessageInfo, QueryRequest, Reply, Response};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::roles::{self, Class, Needs};
use mycel_kit::standard::write_contract_info;

use crate::call::{self, Call};
use crate::error::ContractError;
use crate::msg::{ExecuteMsg, InstantiateMsg, OwnAction, ProposalRef};
use crate::state::{self, Peers, Totals};
use crate::{agenda, delegations, execute as carry, panel, parameters, propose, statements, vote};

/// The standard's name.
pub const STANDARD: &str = "mycel-assembly";
/// The standard's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Begins the contract: parameters and peers, nothing proposed. Nobody is called.
///
/// # Errors
/// Coins sent along, parameters out of bounds, no members, or a development
/// contract on a chain that is none.
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
        .add_attribute("members", peers.members))
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
    Ok(call.finish())
}

fn dispatch(call: &mut Call<'_>, msg: ExecuteMsg) -> Result<(), ContractError> {
    match msg {
        ExecuteMsg::Propose(input) => propose::propose(call, *input),
        ExecuteMsg::Support(ProposalRef { proposal }) => propose::support(call, proposal.0),
        ExecuteMsg::Withdraw(ProposalRef { proposal }) => propose::withdraw(call, proposal.0),
        ExecuteMsg::Vote { proposal, ballot } => vote::vote(call, proposal.0, &ballot),
        ExecuteMsg::Unvote(ProposalRef { proposal }) => vote::unvote(call, proposal.0),
        ExecuteMsg::Delegate { scope, to } => delegations::delegate(call, &scope, to.0),
        ExecuteMsg::Undelegate { scope } => delegations::undelegate(call, &scope),
        ExecuteMsg::State { proposal, text } => statements::state(call, proposal.0, &text),
        ExecuteMsg::React {
            proposal,
            reactions,
        } => statements::react(call, proposal.0, &reactions),
        ExecuteMsg::AttachClusters {
            proposal,
            hash,
            source,
        } => statements::attach(call, proposal.0, &hash, &source),
        ExecuteMsg::Advise {
            proposal,
            option,
            text,
        } => panel::advise(call, proposal.0, option, &text),
        ExecuteMsg::Advance {
            limit,
            proposal: None,
        } => agenda::advance(call, limit),
        ExecuteMsg::Advance {
            limit,
            proposal: Some(proposal),
        } => agenda::advance_one(call, proposal.0, limit),
        ExecuteMsg::Execute { proposal, action } => carry::execute(call, proposal.0, action),
        ExecuteMsg::RunAll(ProposalRef { proposal }) => carry::run_all(call, proposal.0),
        ExecuteMsg::Decided {
            proposal,
            electorate,
            class,
            action,
        } => {
            roles::decided(
                &call.sender,
                call.own(),
                &electorate,
                class,
                &Needs::all(Class::Constitutional),
            )?;
            call.event("decided", &[("proposal", &proposal)]);
            match action {
                OwnAction::SetParameters(changes) => parameters::change(call, &changes),
                OwnAction::SetPeers(changes) => parameters::set_peers(call, &changes),
            }
        }
    }
}

/// End-block work, also possible by `advance`: a few pieces of what is due.
///
/// # Errors
/// Unreadable state.
pub fn end_block(
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
) -> Result<Response<MycelMsg>, ContractError> {
    let mut call = Call::begin(deps, env, "")?;
    agenda::advance(&mut call, agenda::END_OF_BLOCK)?;
    Ok(call.finish())
}

/// What became of an action, or of asking for a panel.
///
/// # Errors
/// As [`carry::ran`] and [`panel::refused`].
pub fn reply(
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
    reply: Reply,
) -> Result<Response<MycelMsg>, ContractError> {
    if reply.id & 0xff == panel::REPLY {
        return panel::refused(deps, env, reply);
    }
    carry::ran(deps, env, reply)
}

/// Coins sent here would be lost.
fn no_coins(info: &MessageInfo) -> Result<(), ContractError> {
    if info.funds.is_empty() {
        Ok(())
    } else {
        Err(ContractError::CoinsRefused)
    }
}
