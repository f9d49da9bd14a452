//! A panel drawn by lot deliberates and recommends. Its word is shown to
//! voters and decides nothing. A panel that sortition refuses, or whose draw
//! lapses, holds up nothing: the proposal goes on without it and says why.

use cosmwasm_std::{DepsMut, Env, Reply, ReplyOn, Response, SubMsgResult};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::lottery::MAX_PANELS;
use mycel_kit::peers::sortition::{DrawInput, Drawn, SortitionMsg, SortitionQuery};
use mycel_kit::peers::{must, pull};
use mycel_kit::{Id, Seconds};

use crate::agenda;
use crate::bounds;
use crate::call::Call;
use crate::content;
use crate::electorate;
use crate::error::ContractError;
use crate::phases;
use crate::state::{self, Advice, Phase, Proposal};

/// Most bytes of a recommendation.
pub const MAX_ADVICE: usize = 1 << 10;

/// Most seats of a panel.
pub const MAX_SEATS: u16 = 1_000;
/// Sortition draws each seat among so many members at most.
pub const PER_SEAT: u32 = MAX_PANELS / 64;
/// In the place of an action in a reply's id: what became of asking for a panel.
pub const REPLY: u64 = 0xfe;
/// Most characters of a reason that are kept.
const MAX_WHY: usize = 256;

/// What can be seen to be refused once supporters are found is refused at once.
///
/// # Errors
/// Too few seats for so many members.
pub fn large_enough(seats: u16, members: u32) -> Result<(), ContractError> {
    let least = u64::from(members.div_ceil(PER_SEAT));
    bounds::within("panel size", seats, least, u64::from(MAX_SEATS))
}

/// How a proposal's panel is named at sortition.
#[must_use]
pub fn reference(proposal: u64) -> String {
    format!("assembly/{proposal}")
}

/// Asks sortition for a panel, and gives the seconds of deliberation. Volunteers
/// may come for half of the time.
///
/// # Errors
/// Unreadable state.
pub fn ask_for(
    call: &mut Call<'_>,
    number: u64,
    proposal: &mut Proposal,
) -> Result<u32, ContractError> {
    let numbers = call.parameters.numbers;
    let Some(panel) = content::load(call.storage, number, proposal)?.panel else {
        return Ok(numbers.deliberation_seconds);
    };
    let seconds = numbers.panel_seconds;
    let message = must::<MycelMsg>(
        &call.peers.sortition,
        &SortitionMsg::OpenDraw(DrawInput {
            r#ref: reference(number),
            size: panel.size,
            features: panel.features,
            quotas: panel.quotas,
            until: Seconds(call.now.saturating_add(u64::from(seconds / 2))),
            gate: None,
        }),
    );
    let Some(mut message) = message else {
        without(call, number, proposal, "there is no sortition");
        return Ok(numbers.deliberation_seconds);
    };
    // the last supporter must not be refused because the panel is
    message.id = number << 8 | REPLY;
    message.reply_on = ReplyOn::Error;
    call.must(Some(message));
    call.event("ask_for_panel", &[("proposal", &number)]);
    Ok(seconds)
}

fn without(call: &mut Call<'_>, number: u64, proposal: &mut Proposal, why: &str) {
    proposal.panel = 0;
    let why: String = why.chars().take(MAX_WHY).collect();
    call.event("no_panel", &[("proposal", &number), ("why", &why)]);
    state::no_panel(number).save(call.storage, &why);
}

/// Sortition refused the panel: the proposal is talked about for as long as one
/// without a panel.
///
/// # Errors
/// Unreadable state.
pub fn refused(
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
    reply: Reply,
) -> Result<Response<MycelMsg>, ContractError> {
    let mut call = Call::begin(deps, env, "")?;
    let number = reply.id >> 8;
    let mut proposal = call.proposal(number)?;
    if let (Phase::Deliberation, SubMsgResult::Err(why)) = (proposal.phase, reply.result) {
        without(&mut call, number, &mut proposal, &why);
        agenda::forget(&mut call, proposal.until, number, &proposal)?;
        let seconds = call.parameters.numbers.deliberation_seconds;
        let until = call.now.saturating_add(seconds.into());
        phases::enter(&mut call, number, &mut proposal, Phase::Deliberation, until)?;
    }
    Ok(call.finish())
}

/// Whether a person sits on a proposal's panel.
///
/// # Errors
/// No panel, not drawn yet, its draw lapsed, or not seated.
pub fn seated(call: &Call<'_>, number: u64, person: u64) -> Result<(), ContractError> {
    let drawn: Drawn = pull(
        call.querier,
        "sortition",
        &call.peers.sortition,
        &SortitionQuery::Drawn {
            r#ref: reference(number),
        },
    )?;
    if !drawn.done {
        return Err(ContractError::NotSeated {
            why: "the panel is not drawn yet",
        });
    }
    if drawn.persons.is_empty() {
        return Err(ContractError::NotSeated {
            why: "the panel's draw ended with nobody seated; the proposal goes on without it",
        });
    }
    if !drawn.persons.contains(&Id(person)) {
        return Err(ContractError::NotSeated {
            why: "the sender was not drawn",
        });
    }
    Ok(())
}

/// Recommends; the last word counts.
///
/// # Errors
/// No panel, not seated, or too late.
pub fn advise(
    call: &mut Call<'_>,
    number: u64,
    option: Option<u8>,
    text: &str,
) -> Result<(), ContractError> {
    let proposal = call.proposal(number)?;
    if proposal.panel == 0 {
        return Err(ContractError::NotSeated {
            why: "this proposal has no panel",
        });
    }
    let open = matches!(proposal.phase, Phase::Deliberation | Phase::Vote);
    if !open || (proposal.phase == Phase::Vote && call.now >= proposal.until) {
        return Err(ContractError::WrongPhase {
            proposal: number,
            phase: proposal.phase.name(),
            until: proposal.until,
            needs: "deliberation or vote",
        });
    }
    bounds::text("text", text, MAX_ADVICE)?;
    if let Some(option) = option
        && option >= proposal.options
    {
        return Err(ContractError::UnknownOption {
            option,
            options: proposal.options,
        });
    }
    let person = electorate::member(call)?;
    seated(call, number, person)?;
    let mut sums = state::advised(number)
        .may_load(call.storage)?
        .unwrap_or_else(|| vec![0; proposal.options.into()]);
    let key = state::advice(number, person);
    if let Some(before) = key.may_load(call.storage)?
        && let Some(option) = before.option
        && let Some(sum) = sums.get_mut(usize::from(option))
    {
        *sum = sum.saturating_sub(1);
    }
    if let Some(option) = option
        && let Some(sum) = sums.get_mut(usize::from(option))
    {
        *sum = sum.saturating_add(1);
    }
    let advice = Advice {
        option,
        text: text.to_owned(),
        at: call.now,
    };
    key.save(call.storage, &advice);
    state::advised(number).save(call.storage, &sums);
    call.event("advise", &[("proposal", &number), ("person", &person)]);
    Ok(())
}
