//! Carrying out what was decided. What runs is read again from the bytes whose
//! hash was voted on; threshold and timelock are judged again before anything
//! leaves. One submessage an action: one that is refused is kept with the
//! reason, undoes nothing else and may be tried again by anyone until the
//! proposal's time is over. Each has its own part of a transaction's gas: one
//! that uses it up has failed, and a sender with less gas than that makes none
//! fail, its whole message does. An atomic proposal runs in one message to this
//! contract itself, so that a refusal undoes all of it; it shares one gas.

use cosmwasm_std::{
    CosmosMsg, DepsMut, Env, Reply, Response, SubMsg, SubMsgResult, WasmMsg, to_hex,
};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::roles::{self, Class};

use crate::call::Call;
use crate::content::{self, Content};
use crate::error::ContractError;
use crate::machine;
use crate::msg::{Action, ExecuteMsg, ProposalRef};
use crate::pauses;
use crate::phases;
use crate::spending;
use crate::state::{self, Phase, Proposal, Run, RunState};
use crate::verdict;

/// The place in a reply's id that stands for all actions of an atomic proposal.
const ALL: u64 = 0xff;
/// Most bytes of a reason that are kept.
const MAX_WHY: usize = 256;

/// The timelock is over: what is to be run is laid out. Nothing to run is all done.
///
/// # Errors
/// Unreadable state.
pub fn release(
    call: &mut Call<'_>,
    number: u64,
    proposal: &mut Proposal,
) -> Result<(), ContractError> {
    let content = content::load(call.storage, number, proposal)?;
    let chosen = proposal
        .outcome
        .as_ref()
        .map(|outcome| outcome.chosen.clone())
        .unwrap_or_default();
    let mut runs = vec![];
    for option in chosen {
        let actions = content
            .options
            .get(usize::from(option))
            .map_or(0, |option| option.actions.len());
        for action in 0..u8::try_from(actions).unwrap_or(u8::MAX) {
            runs.push(Run {
                option,
                action,
                state: RunState::Pending,
                at: call.now,
                why: String::new(),
            });
        }
    }
    let nothing = runs.is_empty();
    state::runs(number).save(call.storage, &runs);
    if nothing {
        begin(call, number, proposal)?;
        let now = call.now;
        return phases::enter(call, number, proposal, Phase::Executed, now);
    }
    let numbers = &call.parameters.numbers;
    let until = match pauses::window(numbers.urgent_execution_seconds, &content) {
        Some(seconds) => proposal.executable.saturating_add(seconds),
        None => call.now.saturating_add(numbers.execution_seconds.into()),
    };
    phases::enter(call, number, proposal, Phase::Execution, until)
}

/// The first time that anything of a proposal is carried out.
fn begin(call: &mut Call<'_>, number: u64, proposal: &mut Proposal) -> Result<(), ContractError> {
    let met = verdict::met(proposal) && lawful(call, proposal);
    if !met {
        return Err(ContractError::NotMet { proposal: number });
    }
    if proposal.begun.is_none() {
        proposal.begun = Some(call.moment());
        call.totals.begun = call.totals.begun.saturating_add(1);
        call.totals.begun_met = call.totals.begun_met.saturating_add(u64::from(met));
    }
    Ok(())
}

/// Whether vote and timelock had their whole length.
fn lawful(call: &Call<'_>, proposal: &Proposal) -> bool {
    let (Some(opening), Some(counted)) = (&proposal.opening, &proposal.counted) else {
        return false;
    };
    let voted = opening
        .at
        .time
        .saturating_add(opening.terms.vote_seconds.into());
    let waited = counted
        .time
        .saturating_add(opening.terms.timelock_seconds.into());
    counted.time >= voted && call.now >= waited
}

/// Carries out a proposal, or tries again what failed.
///
/// # Errors
/// Not in its time, nothing to run, not what was voted.
pub fn execute(call: &mut Call<'_>, number: u64, action: Option<u8>) -> Result<(), ContractError> {
    let mut proposal = call.proposal(number)?;
    if proposal.phase == Phase::Timelock && call.now >= proposal.until {
        release(call, number, &mut proposal)?;
        if proposal.phase == Phase::Executed {
            return Ok(());
        }
    }
    if proposal.phase != Phase::Execution || call.now >= proposal.until {
        return Err(ContractError::WrongPhase {
            proposal: number,
            phase: proposal.phase.name(),
            until: proposal.until,
            needs: "execution",
        });
    }
    begin(call, number, &mut proposal)?;
    let content = content::load(call.storage, number, &proposal)?;
    let mut runs = state::runs(number).load(call.storage)?;
    let selected = select(number, &proposal, &runs, action)?;
    let now = call.now;
    for place in &selected {
        runs[*place].state = RunState::Running;
        runs[*place].at = now;
        runs[*place].why.clear();
    }
    call.event(
        "execute",
        &[("proposal", &number), ("hash", &to_hex(proposal.hash))],
    );
    if proposal.atomic {
        let message = ExecuteMsg::RunAll(ProposalRef {
            proposal: mycel_kit::Id(number),
        });
        let message = CosmosMsg::Wasm(WasmMsg::Execute {
            contract_addr: call.own().to_owned(),
            msg: machine::json(&message)?,
            funds: vec![],
        });
        call.must(Some(SubMsg::reply_always(message, reply_id(number, ALL))));
    } else {
        let mut purse = Purse::default();
        let gas = machine::gas(call.querier);
        for place in selected {
            let action = action_of(&content, &runs[place])?;
            match pauses::may(call, &proposal, action)
                .and_then(|()| purse.reserve(call, &mut proposal, action))
                .and_then(|()| machine::message(call.now, &call.peers, number, &proposal, action))
            {
                Ok(message) => {
                    let mut message = SubMsg::reply_always(message, reply_id(number, place as u64));
                    message.gas_limit = gas;
                    call.must(Some(message));
                }
                Err(why @ ContractError::State(_)) => return Err(why),
                Err(why) => failed(call, number, &mut runs, place, &why.to_string()),
            }
        }
    }
    state::runs(number).save(call.storage, &runs);
    state::proposal(number).save(call.storage, &proposal);
    Ok(())
}

/// What one message spends: what the commons held when it began, and what it sent.
#[derive(Default)]
struct Purse {
    held: Option<i128>,
    sent: u64,
}

impl Purse {
    fn reserve(
        &mut self,
        call: &mut Call<'_>,
        proposal: &mut Proposal,
        action: &Action,
    ) -> Result<(), ContractError> {
        let Action::Spend { amount, .. } = action else {
            return Ok(());
        };
        let held = match self.held {
            Some(held) => held,
            None => spending::commons(call.querier, &call.peers)?,
        };
        self.held = Some(held);
        spending::reserve(call, proposal, amount.pico(), held, self.sent)?;
        self.sent = self.sent.saturating_add(amount.pico());
        Ok(())
    }
}

fn select(
    number: u64,
    proposal: &Proposal,
    runs: &[Run],
    action: Option<u8>,
) -> Result<Vec<usize>, ContractError> {
    let nothing = ContractError::NothingToRun { proposal: number };
    // what runs now may call back: what comes after it waits until it has run
    if runs.iter().any(|run| run.state == RunState::Running) {
        return Err(nothing);
    }
    let in_state = |state: RunState| -> Vec<usize> {
        (0..runs.len())
            .filter(|place| runs[*place].state == state)
            .collect()
    };
    if let Some(action) = action {
        let place = usize::from(action);
        if proposal.atomic {
            return Err(ContractError::ActionRefused {
                action: "execute".to_owned(),
                why: "an atomic proposal runs as a whole",
            });
        }
        let first = runs.iter().position(|run| run.state == RunState::Pending);
        return match (runs.get(place).map(|run| run.state), first) {
            (Some(RunState::Failed), _) => Ok(vec![place]),
            (Some(RunState::Pending), Some(next)) if next == place => Ok(vec![place]),
            (Some(RunState::Pending), Some(next)) => Err(ContractError::OutOfOrder {
                proposal: number,
                action,
                next,
            }),
            _ => Err(nothing),
        };
    }
    let pending = in_state(RunState::Pending);
    let selected = if pending.is_empty() {
        in_state(RunState::Failed)
    } else {
        pending
    };
    if selected.is_empty() {
        return Err(nothing);
    }
    Ok(selected)
}

fn reply_id(number: u64, place: u64) -> u64 {
    number << 8 | place
}

fn action_of<'c>(content: &'c Content, run: &Run) -> Result<&'c Action, ContractError> {
    content
        .options
        .get(usize::from(run.option))
        .and_then(|option| option.actions.get(usize::from(run.action)))
        .ok_or_else(|| ContractError::Answer("an action of the content".to_owned()))
}

/// All actions of an atomic proposal; this contract calls itself.
///
/// # Errors
/// Anyone else; whatever refuses undoes all.
pub fn run_all(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    roles::only(&call.sender, call.own())?;
    let mut proposal = call.proposal(number)?;
    let content = content::load(call.storage, number, &proposal)?;
    let runs = state::runs(number).load(call.storage)?;
    let mut purse = Purse::default();
    for run in runs.iter().filter(|run| run.state == RunState::Running) {
        let action = action_of(&content, run)?;
        pauses::may(call, &proposal, action)?;
        purse.reserve(call, &mut proposal, action)?;
        let message = machine::message(call.now, &call.peers, number, &proposal, action)?;
        call.must(Some(SubMsg::new(message)));
    }
    state::proposal(number).save(call.storage, &proposal);
    Ok(())
}

fn failed(call: &mut Call<'_>, number: u64, runs: &mut [Run], place: usize, why: &str) {
    let mut end = why.len().min(MAX_WHY);
    while !why.is_char_boundary(end) {
        end -= 1;
    }
    runs[place].state = RunState::Failed;
    runs[place].at = call.now;
    runs[place].why = why[..end].to_owned();
    call.event(
        "action_failed",
        &[
            ("proposal", &number),
            ("action", &place),
            ("why", &&why[..end]),
        ],
    );
}

/// What became of an action.
///
/// # Errors
/// Unreadable state.
pub fn ran(
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
    reply: Reply,
) -> Result<Response<MycelMsg>, ContractError> {
    let mut call = Call::begin(deps, env, "")?;
    let (number, place) = (reply.id >> 8, reply.id & ALL);
    let mut proposal = call.proposal(number)?;
    let mut runs = state::runs(number).load(call.storage)?;
    let places: Vec<usize> = if place == ALL {
        (0..runs.len())
            .filter(|place| runs[*place].state == RunState::Running)
            .collect()
    } else {
        usize::try_from(place)
            .ok()
            .filter(|place| {
                runs.get(*place)
                    .is_some_and(|run| run.state == RunState::Running)
            })
            .into_iter()
            .collect()
    };
    match reply.result {
        SubMsgResult::Ok(_) => {
            if proposal.class == Class::Urgent {
                let content = content::load(call.storage, number, &proposal)?;
                for place in &places {
                    pauses::ran(&mut call, &proposal, action_of(&content, &runs[*place])?)?;
                }
            }
            for place in places {
                runs[place].state = RunState::Done;
                runs[place].at = call.now;
                call.event(
                    "action_ran",
                    &[
                        ("proposal", &number),
                        ("action", &place),
                        ("hash", &to_hex(proposal.hash)),
                    ],
                );
            }
        }
        SubMsgResult::Err(why) => {
            let content = content::load(call.storage, number, &proposal)?;
            for place in places {
                // an atomic run undid its own counting
                if let Action::Spend { amount, .. } = action_of(&content, &runs[place])?
                    && !proposal.atomic
                {
                    spending::give_back(&mut call, &mut proposal, amount.pico())?;
                }
                failed(&mut call, number, &mut runs, place, &why);
            }
        }
    }
    let done = runs.iter().all(|run| run.state == RunState::Done);
    state::runs(number).save(call.storage, &runs);
    if done {
        let now = call.now;
        phases::enter(&mut call, number, &mut proposal, Phase::Executed, now)?;
    } else {
        state::proposal(number).save(call.storage, &proposal);
    }
    Ok(call.finish())
}
