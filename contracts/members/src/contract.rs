//! From a message to the rule that handles it.

use cosmwasm_std::{DepsMut, Env, MessageInfo, QueryRequest, Reply, Response};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::pause;
use mycel_kit::roles::Class;
use mycel_kit::standard::write_contract_info;

use crate::call::{self, Call};
use crate::error::ContractError;
use crate::msg::{Action, AddressRef, ExecuteMsg, InstantiateMsg, KeyRef, PersonRef};
use crate::state::{self, Peers, Totals};
use crate::{
    admit, agenda, cases, credentials, enrol, export, flags, guardians, handles, import, join,
    keys, ladder, leave, listings, orgs, parameters, snapshot, tell, vouch,
};

/// The standard's name.
pub const STANDARD: &str = "mycel-members";
/// The standard's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Begins the contract: parameters and peers, nobody in it.
///
/// # Errors
/// Coins sent along, parameters out of bounds, or a development contract on a
/// chain that is none.
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
    let now = env.block.time.seconds();
    write_contract_info(deps.storage, STANDARD, VERSION);
    let authority = call::valid(deps.api, &msg.authority)?;
    let parameters = parameters::begin(
        authority,
        msg.community,
        msg.development,
        now,
        &msg.parameters,
    )?;
    let peers = parameters::replaced(&Peers::default(), &msg.peers, |text| {
        call::valid(deps.api, text)
    })?;
    state::parameters().save(deps.storage, &parameters);
    state::peers().save(deps.storage, &peers);
    let mut totals = Totals::default();
    snapshot::mark(deps.storage, &mut totals, env.block.height, now);
    state::totals().save(deps.storage, &totals);
    Ok(Response::new()
        .add_attribute("action", "instantiate")
        .add_attribute("community", parameters.community)
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
    if !through_a_pause(&msg) {
        pause::refuse(call.storage, call.now)?;
    }
    dispatch(&mut call, msg)?;
    Ok(call.finish())
}

/// What a pause does not stop: decisions, work that is due, leaving, and what
/// defends a person against others.
fn through_a_pause(msg: &ExecuteMsg) -> bool {
    matches!(
        msg,
        ExecuteMsg::Decided { .. }
            | ExecuteMsg::Seed { .. }
            | ExecuteMsg::Advance { .. }
            | ExecuteMsg::Backfill { .. }
            | ExecuteMsg::Settle(_)
            | ExecuteMsg::Leave(_)
            | ExecuteMsg::StepDown { .. }
            | ExecuteMsg::Withdraw(_)
            | ExecuteMsg::Attest(_)
            | ExecuteMsg::Appeal { .. }
            | ExecuteMsg::CancelRecovery(_)
    )
}

fn dispatch(call: &mut Call<'_>, msg: ExecuteMsg) -> Result<(), ContractError> {
    match msg {
        ExecuteMsg::Invite(AddressRef { address }) => join::invite(call, &address),
        ExecuteMsg::Accept {
            sponsor,
            handle,
            idc,
            passkeys,
        } => join::accept(call, sponsor, &handle, &idc, &passkeys),
        ExecuteMsg::JoinWithExport {
            export,
            handle,
            idc,
            passkeys,
        } => import::join_with_export(call, &export, &handle, &idc, &passkeys),
        ExecuteMsg::Withdraw(_) => join::withdraw(call),
        ExecuteMsg::SetIdentity { idc } => enrol::set_identity(call, &idc),
        ExecuteMsg::SetHandle { handle } => handles::change(call, &handle),
        ExecuteMsg::AddKey(KeyRef { address, roles }) => keys::add(call, &address, &roles),
        ExecuteMsg::AcceptKey(PersonRef { person }) => keys::accept(call, person.0),
        ExecuteMsg::RemoveKey(AddressRef { address }) => keys::remove(call, &address),
        ExecuteMsg::SetRoles(KeyRef { address, roles }) => keys::set_roles(call, &address, &roles),
        ExecuteMsg::SetPasskeys { passkeys } => keys::set_passkeys(call, &passkeys),
        ExecuteMsg::Rotate { to } => keys::rotate(call, &to),
        ExecuteMsg::SetGuardians { persons, threshold } => {
            guardians::set(call, &persons, threshold)
        }
        ExecuteMsg::Recover { person, to } => guardians::approve(call, person.0, &to),
        ExecuteMsg::CancelRecovery(_) => guardians::cancel(call),
        ExecuteMsg::CompleteRecovery(PersonRef { person }) => guardians::complete(call, person.0),
        ExecuteMsg::SetListing { slot, listing } => listings::set(call, slot, &listing),
        ExecuteMsg::RemoveListing { slot } => listings::remove(call, slot),
        ExecuteMsg::Vouch {
            person,
            weight,
            until,
        } => vouch::vouch(call, person.0, weight, until),
        ExecuteMsg::Unvouch(PersonRef { person }) => vouch::revoke(call, person.0),
        ExecuteMsg::IssueCredential {
            subject,
            hash,
            expires,
        } => credentials::issue(call, subject.0, &hash, expires),
        ExecuteMsg::RevokeCredential { index } => credentials::revoke(call, index),
        ExecuteMsg::DisownCredential { issuer, index } => credentials::disown(call, issuer, index),
        ExecuteMsg::Attest(_) => export::attest(call),
        ExecuteMsg::Leave(_) => leave::leave(call),
        ExecuteMsg::Found {
            address,
            handle,
            org,
        } => orgs::found(call, &address, &handle, &org),
        ExecuteMsg::ApproveFounding(AddressRef { address }) => {
            orgs::approve_founding(call, &address)
        }
        ExecuteMsg::ProposeChange { org, change, close } => {
            orgs::propose(call, org.0, &change, close)
        }
        ExecuteMsg::ApproveChange { org, serial } => orgs::approve(call, org.0, serial),
        ExecuteMsg::StepDown { org } => orgs::step_down(call, org.0),
        ExecuteMsg::Flag { person, reasons } => flags::flag(call, person.0, &reasons),
        ExecuteMsg::Unflag(PersonRef { person }) => flags::unflag(call, person.0),
        ExecuteMsg::Accuse {
            person,
            step,
            reasons,
        } => ladder::accuse(call, person.0, step, &reasons),
        ExecuteMsg::Appeal { reasons } => ladder::appeal(call, &reasons),
        ExecuteMsg::Settle(PersonRef { person }) => ladder::settle(call, person.0),
        ExecuteMsg::Advance {
            limit,
            person,
            case,
            place,
        } => match (limit, person, case, place) {
            (Some(limit), None, None, None) => agenda::advance(call, limit),
            (None, Some(person), None, None) => leave::advance(call, person.0),
            (None, None, Some(case), None) => cases::advance(call, case.0),
            (None, None, None, Some(place)) => admit::advance(call, place.0),
            _ => Err(ContractError::NotFound {
                what: "exactly one of limit, person, case, place in",
                id: "advance".to_owned(),
            }),
        },
        ExecuteMsg::Backfill { after, limit } => tell::backfill(call, after.0, limit),
        ExecuteMsg::Decided {
            proposal,
            electorate,
            class,
            action,
        } => {
            let needs = match action {
                Action::Pause(_) => Class::Urgent,
                Action::Admit(_) | Action::DropEntry { .. } => Class::Ordinary,
                Action::SetParameters(_) | Action::SetPeers(_) | Action::RecordHeader { .. } => {
                    Class::Constitutional
                }
            };
            call.decided(&electorate, class, needs)?;
            call.event("decided", &[("proposal", &proposal)]);
            decided(call, class, action)
        }
        ExecuteMsg::Seed { members } => enrol::seed(call, &members),
    }
}

fn decided(call: &mut Call<'_>, class: Class, action: Action) -> Result<(), ContractError> {
    match action {
        Action::SetParameters(changes) => parameters::change(call, &changes),
        Action::SetPeers(changes) => parameters::set_peers(call, &changes),
        Action::Pause(pause) => Ok(pause::set(call.storage, call.now, class, pause)?),
        Action::Admit(AddressRef { address }) => join::admit_by_decision(call, &address),
        Action::DropEntry { place } => join::drop_entry(call, place.0),
        Action::RecordHeader {
            chain_id,
            height,
            app_hash,
            members,
        } => import::record_header(call, &chain_id, height, &app_hash, &members),
    }
}

/// End-block work, also possible by `advance`: a few pieces of what is due.
///
/// # Errors
/// What a peer refuses.
pub fn end_block(
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
) -> Result<Response<MycelMsg>, ContractError> {
    let mut call = Call::begin(deps, env, "")?;
    agenda::advance(&mut call, 5)?;
    Ok(call.finish())
}

/// What came of a message to another contract, or to this one itself.
///
/// # Errors
/// As [`cases::opened`].
pub fn reply(
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
    reply: Reply,
) -> Result<Response<MycelMsg>, ContractError> {
    match admit::place_of(reply.id) {
        Some(place) => admit::refused(deps, env, place, reply.result),
        None => cases::opened(deps, env, reply),
    }
}

/// Coins sent here would be lost.
fn no_coins(info: &MessageInfo) -> Result<(), ContractError> {
    if info.funds.is_empty() {
        Ok(())
    } else {
        Err(ContractError::CoinsRefused)
    }
}
