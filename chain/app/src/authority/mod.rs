//! What the chain's authorities decide: messages that contracts send to the chain itself.
//!
//! The parameters name two addresses. `members` gives accounts their allowance classes, `assembly` decides all else;
//! from anybody else a message is `unauthorized`. Only what a contract shows to other chains is any contract's own. An authority can slow the chain or make it dear, never stop it: what
//! it sets lies within bounds, validators change by a third a day at most, and nothing turns a network into a
//! development network.
//!
//! What is decided in block H: classes, new subscriptions and parameters hold from block H + 1 on, validators from H + 2
//! on, an upgrade from the height that it names; quotas and ends of subscriptions hold at once.
mod changes;
mod classes;
mod keys;
mod publish;
mod quotas;
mod subscriptions;
mod upgrade;
mod validators;

pub(crate) use quotas::MOST as MOST_QUOTA;
pub(crate) use subscriptions::MOST as MOST_SUBSCRIPTIONS;
pub(crate) use upgrade::begin as begin_upgrade;

use mycel_bindings::MycelMsg;
use mycel_types::{AccountAddress, codes};

use crate::{
    error::{Failure, Run},
    execute::Answer,
    proofs::Candidate,
    session::Session,
};

/// Runs a message to the chain.
pub(crate) fn run(session: &mut Session, sender: &AccountAddress, msg: &MycelMsg) -> Run<Answer> {
    use MycelMsg as M;
    authorize(session, sender, msg)?;
    match msg {
        M::SetAllowanceClass { address, class } => classes::set(session, address, class.as_deref()),
        M::UpdateValidators { updates } => validators::update(session, updates),
        M::SetParams { changes } => changes::apply(session, changes),
        M::SetContractQuota { contract, bytes } => {
            quotas::set(session, contract, bytes.map(|b| b.u64()))
        }
        M::ScheduleUpgrade { height, name } => upgrade::schedule(session, height.u64(), name),
        M::CancelUpgrade {} => upgrade::cancel(session),
        M::RegisterVk {
            id,
            vk,
            ceremony,
            development,
        } => {
            let candidate = Candidate {
                id,
                vk,
                ceremony: ceremony.as_deref(),
                development: *development,
            };
            keys::register(session, sender, &candidate)
        }
        M::Publish { key, value } => publish::publish(session, sender, key, value),
        M::SubscribeEndBlock { contract } => subscriptions::subscribe(session, contract),
        M::UnsubscribeEndBlock { contract } => subscriptions::unsubscribe(session, contract),
        M::ResumeEndBlock { contract } => subscriptions::resume(session, contract),
    }?;
    Ok(Answer::new(names(msg).1, &()))
}

fn authorize(session: &Session, sender: &AccountAddress, msg: &MycelMsg) -> Result<(), Failure> {
    let scene = session.scene();
    let authorities = &scene.params.authorities;
    let (role, named) = match msg {
        MycelMsg::Publish { .. } => return Ok(()),
        MycelMsg::SetAllowanceClass { .. } => ("members", &authorities.members),
        _ => ("assembly", &authorities.assembly),
    };
    let what = names(msg).0;
    match named {
        Some(authority) if authority == sender => Ok(()),
        Some(authority) => Err(Failure::new(
            codes::UNAUTHORIZED,
            format_args!("{what}: sender={sender} authorities.{role}={authority}"),
        )),
        None => Err(Failure::new(
            codes::UNAUTHORIZED,
            format_args!("{what}: sender={sender}, authorities.{role} is not set on this chain"),
        )),
    }
}

/// A message's name, and the type of its answer.
fn names(msg: &MycelMsg) -> (&'static str, &'static str) {
    use MycelMsg as M;
    macro_rules! named {
        ($($variant:ident $name:literal,)+) => {
            match msg { $(M::$variant { .. } => (
                $name,
                concat!("/mycel.v1.Msg", stringify!($variant), "Response"),
            ),)+ }
        };
    }
    named! {
        SetAllowanceClass "set_allowance_class",
        UpdateValidators "update_validators",
        SetParams "set_params",
        SetContractQuota "set_contract_quota",
        ScheduleUpgrade "schedule_upgrade",
        CancelUpgrade "cancel_upgrade",
        RegisterVk "register_vk",
        Publish "publish",
        SubscribeEndBlock "subscribe_end_block",
        UnsubscribeEndBlock "unsubscribe_end_block",
        ResumeEndBlock "resume_end_block",
    }
}

/// A message that asks for what cannot be.
fn invalid(what: impl std::fmt::Display) -> Failure {
    Failure::new(codes::INVALID_REQUEST, what)
}
