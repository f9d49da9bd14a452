//! From a message to the rule that handles it.

use cosmwasm_std::{DepsMut, Env, MessageInfo, QueryRequest, Response};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::roles::{self, Class, Electorate, Needs};
use mycel_kit::standard::write_contract_info;
use mycel_mailbox::tag;

use crate::call::Call;
use crate::error::ContractError;
use crate::gates::record::GateCircuit;
use crate::keys::rekey::Old;
use crate::msg::{Action, ExecuteMsg, InstantiateMsg};
use crate::state::Fixed;
use crate::times::Clock;
use crate::{agenda, bounds, deals, gates, keys, mailbox, parameters, state, tree};

/// The standard's name.
pub const STANDARD: &str = "mycel-trust";
/// The standard's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Begins the contract: an empty roll. No peer is called.
///
/// # Errors
/// Coins sent along, parameters out of bounds, verifying keys that the chain
/// does not keep so, or a development contract on a chain that is none.
pub fn instantiate(
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
    info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response<MycelMsg>, ContractError> {
    no_coins(&info)?;
    if msg.development && !may_be_development(&deps) {
        return Err(ContractError::DevelopmentOnly {
            what: "development: true",
        });
    }
    let times = msg.times.unwrap_or_default();
    times.check(msg.development)?;
    let kept = msg.keys.kept()?;
    kept.check(deps.querier, msg.development)?;
    let pair_cap = msg.pair_cap.unwrap_or(deals::weight::PAIR_CAP);
    bounds::within("pair_cap", pair_cap, 1u32, deals::weight::MOST_PAIR_CAP)?;
    let parameters = parameters::begin(deps.api, &msg.authority, msg.development, &msg.parameters)?;
    write_contract_info(deps.storage, STANDARD, VERSION);
    let fixed = Fixed {
        clock: Clock {
            begun: env.block.time.seconds(),
            times,
        },
        keys: kept,
        instance: tag::instance(&env.block.chain_id, env.contract.address.as_str()),
        development: msg.development,
        pair_cap,
    };
    state::parameters().save(deps.storage, &parameters);
    state::fixed().save(deps.storage, &fixed);
    tree::begin(deps.storage);
    Ok(Response::new()
        .add_attribute("action", "instantiate")
        .add_attribute("authority", parameters.authority))
}

/// True only where the chain says that it is a development network: with keys
/// for development anybody can prove anything.
fn may_be_development(deps: &DepsMut<'_, MycelQuery>) -> bool {
    let question = QueryRequest::Custom(MycelQuery::Params {});
    let chain = deps.querier.query::<Chain>(&question);
    chain.is_ok_and(|chain| chain.development)
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
        // ---- members
        ExecuteMsg::Enrol { person, idc } => mailbox::enrol::enrol(call, person.0, &idc),
        ExecuteMsg::Retire { person } => mailbox::enrol::retire(call, person.0),
        ExecuteMsg::SetLeaf {
            person,
            live,
            vouch,
        } => mailbox::enrol::set_leaf(call, person.0, live, vouch),
        ExecuteMsg::ApproveReset { person } => {
            roles::peer(&call.sender, &call.parameters.members, "members")?;
            keys::reset::approve(call, person.0)
        }
        // ---- mailbox
        ExecuteMsg::Fold {
            entries,
            commitment,
            proof,
            backup,
        } => mailbox::fold::fold(call, entries, &commitment, &proof, &backup),
        // ---- keys
        ExecuteMsg::Rekey {
            idc,
            slot,
            nf,
            proof,
        } => {
            let old = match (slot, &nf, &proof) {
                (Some(slot), Some(nf), Some(proof)) => Some(Old { slot, nf, proof }),
                _ => None,
            };
            keys::rekey::rekey(call, &idc, old.as_ref())
        }
        ExecuteMsg::Reset { idc } => keys::reset::reset(call, &idc),
        ExecuteMsg::PublishViewingKey { key } => keys::viewing::publish(call, &key),
        // ---- deals
        ExecuteMsg::OpenDeal(input) => deals::offer::open(call, &input),
        ExecuteMsg::AcceptDeal { deal } => deals::offer::accept(call, deal.0),
        ExecuteMsg::CancelDeal { deal } => deals::offer::cancel(call, deal.0),
        ExecuteMsg::CommitRating { deal, hash } => deals::rate::commit(call, deal.0, &hash),
        ExecuteMsg::OpenRating(told) => deals::rate::open(call, &told),
        ExecuteMsg::DisputeRating(told) => deals::dispute::dispute(call, &told),
        ExecuteMsg::AdvanceDispute { deal, dir } => deals::dispute::advance(call, deal.0, dir),
        // ---- gates
        ExecuteMsg::Show(told) => gates::shown::show(call, &told, GateCircuit::Show),
        ExecuteMsg::ShowMember(told) => gates::shown::show(call, &told, GateCircuit::Member),
        // ---- anyone
        ExecuteMsg::Advance { limit } => {
            agenda::advance(call, limit.unwrap_or(agenda::MAX_WORK)).map(|_| ())
        }
        ExecuteMsg::Decided {
            proposal,
            electorate,
            class,
            action,
        } => decided(call, proposal.0, &electorate, class, action),
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
        Action::ApproveReset { .. } => Needs::all(Class::Ordinary),
        // ---- gates
        Action::OpenGate(_) | Action::CloseGate { .. } => Needs::all(Class::Ordinary),
    };
    call.decided(electorate, class, &needs)?;
    call.event("decided", &[("proposal", &proposal)]);
    match action {
        Action::SetParameters(changes) => parameters::change(call, &changes),
        Action::ApproveReset { person } => keys::reset::approve(call, person.0),
        // ---- gates
        Action::OpenGate(asked) => gates::control::open(call, &asked),
        Action::CloseGate { gate } => gates::control::close(call, gate.0),
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
