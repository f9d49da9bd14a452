//! A panel drawn by lot deliberates and recommends. Its word is shown to
//! voters and decides nothing.

use mycel_bindings::MycelMsg;
use mycel_kit::peers::sortition::{DrawInput, Drawn, SortitionMsg, SortitionQuery};
use mycel_kit::peers::{PeerError, must, pull};
use mycel_kit::{Id, Seconds};

use crate::bounds;
use crate::call::Call;
use crate::content;
use crate::electorate;
use crate::error::ContractError;
use crate::state::{self, Advice, Phase};

/// Most bytes of a recommendation.
pub const MAX_ADVICE: usize = 1 << 10;

/// How a proposal's panel is named at sortition.
#[must_use]
pub fn reference(proposal: u64) -> String {
    format!("assembly/{proposal}")
}

/// Asks sortition for a panel. Volunteers may come for half of the time.
///
/// # Errors
/// There is no sortition.
pub fn ask_for(call: &mut Call<'_>, number: u64, seconds: u32) -> Result<(), ContractError> {
    let proposal = call.proposal(number)?;
    let Some(panel) = content::load(call.storage, number, &proposal)?.panel else {
        return Ok(());
    };
    let message = must::<MycelMsg>(
        &call.peers.sortition,
        &SortitionMsg::OpenDraw(DrawInput {
            r#ref: reference(number),
            size: panel.size,
            features: panel.features,
            quotas: panel.quotas,
            until: Seconds(call.now.saturating_add(u64::from(seconds / 2))),
        }),
    )
    .ok_or(PeerError::Absent { name: "sortition" })?;
    call.must(Some(message));
    call.event("ask_for_panel", &[("proposal", &number)]);
    Ok(())
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
