//! Pauses: of which contracts, how soon an urgent one begins, and how long its
//! contract then rests. Few decide an urgent pause in a short time; so it is
//! carried out soon or never, and another one of the same contract has to wait:
//! urgent pauses one after the other are no permanent stop. (That one never
//! shortens a pause is the paused contract's rule, see `kit::pause`.)

use mycel_kit::peers::pull;
use mycel_kit::roles::Class;
use serde::Deserialize;

use crate::call::Call;
use crate::content::Content;
use crate::error::ContractError;
use crate::msg::{Action, Nothing};
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

/// Seconds from the result on in which an urgent decision may be carried out:
/// never more than the shortest of its pauses lasts.
#[must_use]
pub fn window(most: u32, content: &Content) -> u64 {
    let actions = content.options.iter().flat_map(|option| &option.actions);
    let seconds = actions.filter_map(|action| match action {
        Action::Pause { seconds, .. } => Some(*seconds),
        _ => None,
    });
    seconds.min().unwrap_or(most).min(most).into()
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
    let Some(ended) = state::paused(contract).may_load(call.storage)? else {
        return Ok(());
    };
    let rest = call.parameters.numbers.pause_rest_seconds;
    let until = ended.saturating_add(rest.into());
    if call.now < until {
        return Err(ContractError::Rests {
            contract: contract.to_owned(),
            until,
        });
    }
    Ok(())
}

/// An action ran: after an urgent pause its contract rests.
pub fn ran(call: &mut Call<'_>, proposal: &Proposal, action: &Action) {
    if let Some((contract, seconds)) = urgent(proposal, action) {
        let until = call.now.saturating_add(seconds.into());
        state::paused(contract).save(call.storage, &until);
    }
}
