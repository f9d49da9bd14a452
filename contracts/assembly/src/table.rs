//! What each action needs: the assembly's own table, action → least class.
//! A proposal whose class is below is refused when it is proposed. What a
//! contract is told as a decision it judges again by its own table.
//!
//! | what people propose | how it is said |
//! |---|---|
//! | a text, or to refuse a technology | no actions |
//! | parameters, peers of a contract | `decided` with `set_parameters`, `set_peers` |
//! | a contract's other decisions, admission of a member | `decided`, e.g. with `admit` |
//! | spending from the commons | `spend` |
//! | any message to a contract | `execute` |
//! | new code for a contract | `migrate` |
//! | validators, upgrades, the chain's parameters, allowance classes | `chain` |
//! | a pause | `pause` |

use mycel_bindings::{MycelMsg, ParamChanges};
use mycel_kit::roles::{Class, Electorate};

use crate::bounds;
use crate::error::ContractError;
use crate::msg::Action;

/// What is said to a contract as a decision needs this class, whatever the contract.
const NAMES: &[(&str, Class)] = &[
    ("set_parameters", Class::Constitutional),
    ("set_peers", Class::Constitutional),
    ("open_mirror", Class::Constitutional),
    ("record_header", Class::Constitutional),
    // a commons', by its own members
    ("set_rules", Class::Constitutional),
    ("close", Class::Constitutional),
    ("pause", Class::Urgent),
];

/// The name of an action, for people.
#[must_use]
pub fn name(action: &Action) -> String {
    match action {
        Action::Decided { action, .. } => {
            bounds::message_name("action", action).unwrap_or_else(|_| "decided".to_owned())
        }
        Action::Execute { .. } => "execute".to_owned(),
        Action::Chain(msg) => chain_name(msg).to_owned(),
        Action::Migrate { .. } => "migrate".to_owned(),
        Action::Spend { .. } => "spend".to_owned(),
        Action::Pause { .. } => "pause".to_owned(),
    }
}

const fn chain_name(msg: &MycelMsg) -> &'static str {
    match msg {
        MycelMsg::SetAllowanceClass { .. } => "set_allowance_class",
        MycelMsg::UpdateValidators { .. } => "update_validators",
        MycelMsg::SetParams { .. } => "set_params",
        MycelMsg::SetContractQuota { .. } => "set_contract_quota",
        MycelMsg::ScheduleUpgrade { .. } => "schedule_upgrade",
        MycelMsg::CancelUpgrade {} => "cancel_upgrade",
        MycelMsg::RegisterVk { .. } => "register_vk",
        MycelMsg::Publish { .. } => "publish",
        MycelMsg::SubscribeEndBlock { .. } => "subscribe_end_block",
        MycelMsg::UnsubscribeEndBlock { .. } => "unsubscribe_end_block",
        MycelMsg::ResumeEndBlock { .. } => "resume_end_block",
    }
}

/// The least class of an action.
///
/// # Errors
/// What no class can do.
pub fn least(action: &Action) -> Result<Class, ContractError> {
    let refuse = |why| ContractError::ActionRefused {
        action: name(action),
        why,
    };
    match action {
        Action::Decided { action: json, .. } => {
            let said = bounds::message_name("action", json)?;
            if said == "spend_commons" {
                return Err(refuse("`spend` pays from the commons, within its caps"));
            }
            Ok(NAMES
                .iter()
                .find(|(name, _)| *name == said)
                .map_or(Class::Ordinary, |(_, class)| *class))
        }
        Action::Execute { msg, .. } => match bounds::message_name("msg", msg)?.as_str() {
            "decided" => Err(refuse(
                "`decided` says what was decided, by whom and how; nobody else does",
            )),
            _ => Ok(Class::Constitutional),
        },
        Action::Chain(MycelMsg::SetAllowanceClass { .. }) => {
            Err(refuse("members sets the classes of its members"))
        }
        Action::Chain(MycelMsg::SetParams { changes }) => Ok(if only_classes(changes) {
            Class::Ordinary
        } else {
            Class::Constitutional
        }),
        Action::Chain(_) | Action::Migrate { .. } => Ok(Class::Constitutional),
        Action::Spend { .. } => Ok(Class::Spending),
        Action::Pause { .. } => Ok(Class::Urgent),
    }
}

fn only_classes(changes: &ParamChanges) -> bool {
    *changes
        == ParamChanges {
            classes: changes.classes.clone(),
            ..ParamChanges::default()
        }
}

/// Whether a class of an electorate may do an action.
///
/// # Errors
/// Says which class or electorate it needs.
pub fn allow(action: &Action, electorate: &Electorate, class: Class) -> Result<(), ContractError> {
    let needs = least(action)?;
    if class == Class::Urgent && !matches!(action, Action::Pause { .. }) {
        return Err(ContractError::UrgentOnlyPauses {
            action: name(action),
        });
    }
    if class < needs {
        return Err(ContractError::ClassInsufficient {
            action: name(action),
            class: class.name(),
            needs: needs.name(),
        });
    }
    // A commons or an organisation tells contracts what it decided, and nothing else:
    // the contract judges whether that is its matter.
    if *electorate != Electorate::All && !matches!(action, Action::Decided { .. }) {
        return Err(ContractError::ElectorateCannot {
            electorate: electorate.to_string(),
            action: name(action),
        });
    }
    Ok(())
}
