//! Pauses: of which contracts, how soon one begins, and how long its contract
//! then rests. What pauses is carried out soon after its result or never, and
//! pauses a contract once: a decision is no store of pauses that somebody runs
//! one after the other when it suits. Few decide an urgent pause in a short
//! time; so another urgent one of the same contract has to wait, the longer the
//! longer the contract stood: urgent pauses are no permanent stop, and one of a
//! second takes the brake from nobody. (That one never shortens a pause is the
//! paused contract's rule, see `kit::pause`.)

use mycel_kit::peers::pull;
use mycel_kit::roles::Class;
use serde::Deserialize;

use crate::bounds;
use crate::call::Call;
use crate::content::Content;
use crate::error::ContractError;
use crate::msg::{Action, Nothing};
use crate::parameters::MAX_PAUSE;
use crate::state::{self, Proposal};

/// The standards whose contracts can be paused. Others go on: a decision stops
/// no jury, no lot, and not those who decide.
pub const PAUSABLE: &[&str] = &["mycel-members", "mycel-credit", "mycel-clearing"];

/// What is read of a contract's word on itself.
#[derive(Deserialize)]
struct Standard {
    standard: String,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "snake_case")]
enum Question {
    About(Nothing),
}

/// Refuses the pause of a contract that has none.
///
/// # Errors
/// [`ContractError::NoPause`] with the reason.
pub fn can(call: &Call<'_>, contract: &str) -> Result<(), ContractError> {
    let refuse = |why| {
        Err(ContractError::NoPause {
            contract: contract.to_owned(),
            why,
        })
    };
    if contract == call.own() {
        return refuse("this is the assembly: while it is paused nobody could decide");
    }
    if contract == call.peers.sortition {
        return refuse("juries and lots are stopped by no decision");
    }
    let about: Result<Standard, _> = pull(
        call.querier,
        "contract",
        contract,
        &Question::About(Nothing {}),
    );
    match about {
        Ok(about) if PAUSABLE.contains(&about.standard.as_str()) => Ok(()),
        Ok(about) if about.standard == "mycel-sortition" => {
            refuse("juries and lots are stopped by no decision")
        }
        Ok(_) => refuse("contracts of its standard know no pause"),
        Err(_) => refuse("it does not say what it is"),
    }
}

/// Refuses actions that pause a contract twice when they are carried out together.
///
/// # Errors
/// [`ContractError::Twice`] names the contract.
pub fn once(actions: &[Action]) -> Result<(), ContractError> {
    let paused: Vec<&str> = actions.iter().filter_map(pauses).collect();
    for (place, contract) in paused.iter().enumerate() {
        if paused[..place].contains(contract) {
            return Err(ContractError::Twice {
                what: "pause of contract",
                id: (*contract).to_owned(),
            });
        }
    }
    Ok(())
}

/// The contract that an action pauses, for so long or until a time.
fn pauses(action: &Action) -> Option<&str> {
    match action {
        Action::Pause { contract, .. } => Some(contract),
        Action::Decided { contract, action } => {
            let name = bounds::message_name("action", action).ok()?;
            (name == "pause").then_some(contract)
        }
        _ => None,
    }
}

/// Seconds in which a decision that pauses may be carried out, from the end of
/// its timelock on: never more than the shortest of its pauses lasts. None if
/// it pauses nothing. (A pause until a fixed time ends then, whenever it begins.)
#[must_use]
pub fn window(most: u32, content: &Content) -> Option<u64> {
    let actions = content.options.iter().flat_map(|option| &option.actions);
    let seconds = actions.filter_map(|action| match action {
        Action::Pause { seconds, .. } => Some(*seconds),
        _ => None,
    });
    seconds.min().map(|shortest| shortest.min(most).into())
}

/// What an urgent decision would pause, and for how long.
fn urgent<'a>(proposal: &Proposal, action: &'a Action) -> Option<(&'a str, u32)> {
    match action {
        Action::Pause { contract, seconds } if proposal.class == Class::Urgent => {
            Some((contract, *seconds))
        }
        _ => None,
    }
}

/// Refuses an urgent pause of a contract that rests.
///
/// # Errors
/// [`ContractError::Rests`] says until when.
pub fn may(call: &Call<'_>, proposal: &Proposal, action: &Action) -> Result<(), ContractError> {
    let Some((contract, _)) = urgent(proposal, action) else {
        return Ok(());
    };
    let until = rests(call, contract)?;
    if call.now < until {
        return Err(ContractError::Rests {
            contract: contract.to_owned(),
            until,
        });
    }
    Ok(())
}

/// An action ran: after an urgent pause its contract rests, in proportion to
/// how long it is paused.
///
/// # Errors
/// Unreadable state.
pub fn ran(call: &mut Call<'_>, proposal: &Proposal, action: &Action) -> Result<(), ContractError> {
    let Some((contract, seconds)) = urgent(proposal, action) else {
        return Ok(());
    };
    let whole = u64::from(call.parameters.numbers.pause_rest_seconds);
    let rest = (whole * u64::from(seconds)).div_ceil(MAX_PAUSE.into());
    let until = call.now.saturating_add(seconds.into()).saturating_add(rest);
    // an earlier rest that lasts longer stays
    let until = until.max(rests(call, contract)?);
    state::rests(contract).save(call.storage, &until);
    Ok(())
}

/// Until when a contract rests; 0: it never had to.
fn rests(call: &Call<'_>, contract: &str) -> Result<u64, ContractError> {
    Ok(state::rests(contract)
        .may_load(call.storage)?
        .unwrap_or_default())
}
