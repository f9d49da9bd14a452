//! Drafts: what may be proposed, by whom, and who supports it.

use mycel_kit::Amount;
use mycel_kit::peers::PeerError;
use mycel_kit::roles::{Class, Electorate};

use crate::agenda;
use crate::bounds;
use crate::call::Call;
use crate::content::Content;
use crate::electorate;
use crate::error::ContractError;
use crate::msg::{Action, BallotInput, MAX_ITEMS, OptionInput, OwnAction, ProposalInput};
use crate::panel;
use crate::pauses;
use crate::pending;
use crate::phases;
use crate::spending;
use crate::state::{self, Kind, Phase, Proposal};
use crate::table;

/// Most bytes of a title.
pub const MAX_TITLE: usize = 128;
/// Most bytes of a text.
pub const MAX_TEXT: usize = 8 << 10;
/// Most bytes of a content as it is kept.
pub const MAX_CONTENT: usize = 96 << 10;
/// Most options of an approval or a ranking, "no change" included.
pub const MAX_OPTIONS: usize = 32;
/// Most actions of all options together.
pub const MAX_ACTIONS: usize = 200;

/// Makes a draft.
///
/// # Errors
/// No elector, an open draft, or what is proposed cannot be.
pub fn propose(call: &mut Call<'_>, input: ProposalInput) -> Result<(), ContractError> {
    let proposer = electorate::now(call, &input.electorate)?;
    pending::room(call, proposer)?;
    words(call, &input)?;
    lists(&input.ballot)?;
    let (mut content, kind) = Content::of(input);
    for option in &mut content.options {
        for action in &mut option.actions {
            table::allow(action, &content.electorate, content.class)?;
            normalise(call, action)?;
        }
        pauses::once(&option.actions)?;
    }
    if content.class == Class::Urgent
        && (kind != Kind::YesNo
            || content
                .options
                .iter()
                .all(|option| option.actions.is_empty()))
    {
        return Err(ContractError::UrgentOnlyPauses {
            action: "none, or several options".to_owned(),
        });
    }
    spending(call, &content, kind)?;
    let (bytes, hash) = content.bytes()?;
    bounds::count("content bytes", bytes.len(), MAX_CONTENT)?;

    let height = call.env.block.height;
    let (members, _) = electorate::snapshot(call, &content.electorate, height)?;
    if let Some(asked) = &content.panel {
        panel::large_enough(asked.size, members)?;
    }
    let number = call.totals.proposals.saturating_add(1);
    call.totals.proposals = number;
    let until = call
        .now
        .saturating_add(call.parameters.numbers.draft_seconds.into());
    let mut proposal = Proposal {
        proposer,
        electorate: content.electorate.clone(),
        class: content.class,
        kind,
        area: content.area.clone(),
        title: content.title.clone(),
        options: u8::try_from(content.options.len()).unwrap_or(u8::MAX),
        atomic: content.atomic,
        hash,
        phase: Phase::Draft,
        until,
        made: call.moment(),
        supporters: 1,
        supporters_needed: needed(call, &content.electorate, members),
        panel: content.panel.as_ref().map_or(0, |panel| panel.size),
        ballots: 0,
        statements: 0,
        opening: None,
        closed: None,
        outcome: None,
        counted: None,
        executable: 0,
        begun: None,
        spent: 0,
    };
    state::content(number).save(call.storage, &bytes);
    if let Kind::Budget { .. } = kind {
        state::costs(number).save(call.storage, &costs(&content));
    }
    state::draft_of(proposer).save(call.storage, &number);
    pending::begins(call, proposer, number)?;
    state::support(number, proposer).save(call.storage, &1);
    call.totals.drafts = call.totals.drafts.saturating_add(1);
    call.totals.supports = call.totals.supports.saturating_add(1);
    let drafts = &mut call.totals.phases[Phase::Draft.index()];
    *drafts = drafts.saturating_add(1);
    call.event(
        "propose",
        &[
            ("proposal", &number),
            ("person", &proposer),
            ("electorate", &content.electorate),
            ("class", &content.class.name()),
            ("kind", &content.kind),
            ("hash", &cosmwasm_std::to_hex(hash)),
        ],
    );
    phases::enter_first(call, number, &proposal);
    if proposal.supporters >= proposal.supporters_needed {
        phases::deliberate(call, number, &mut proposal)?;
    }
    Ok(())
}

/// How many supporters a draft needs: never more than there are to ask.
fn needed(call: &Call<'_>, electorate: &Electorate, members: u32) -> u32 {
    let numbers = &call.parameters.numbers;
    let share = (u64::from(members) * u64::from(numbers.supporters_bps)).div_ceil(10_000);
    let share = u32::try_from(share).unwrap_or(u32::MAX);
    let needed = numbers.supporters.max(share);
    match electorate {
        // a large commons does not tell how many it has
        Electorate::Commons(_) if members == 0 => needed,
        _ => needed.min(members).max(1),
    }
}

fn words(call: &Call<'_>, input: &ProposalInput) -> Result<(), ContractError> {
    bounds::named("title", &input.title, MAX_TITLE)?;
    match (&input.text, &input.text_hash) {
        (Some(text), None) => bounds::text("text", text, MAX_TEXT)?,
        (None, Some(hash)) => bounds::hash("text_hash", hash).map(|_| ())?,
        _ => {
            return Err(ContractError::Missing {
                what: "exactly one of text and text_hash",
            });
        }
    }
    if let Some(area) = &input.area
        && !call.parameters.areas.contains(area)
    {
        return Err(ContractError::UnknownArea {
            area: area.chars().take(64).collect(),
        });
    }
    if let Some(asked) = &input.panel {
        bounds::within("panel size", asked.size, 2u16, panel::MAX_SEATS)?;
        bounds::count("panel features", asked.features.len(), MAX_ITEMS)?;
        bounds::count("panel quotas", asked.quotas.len(), 64)?;
        if input.electorate != Electorate::All || input.class == Class::Urgent {
            return Err(ContractError::ActionRefused {
                action: "panel".to_owned(),
                why: "panels are drawn among all members, and an urgent matter cannot wait for one",
            });
        }
        if call.peers.sortition.is_empty() {
            return Err(PeerError::Absent { name: "sortition" }.into());
        }
    }
    Ok(())
}

fn lists(ballot: &BallotInput) -> Result<(), ContractError> {
    let (options, least, most): (Vec<(&str, usize)>, usize, usize) = match ballot {
        BallotInput::YesNo { actions } => (vec![("change", actions.len())], 1, 1),
        BallotInput::Approval { options } | BallotInput::Ranked { options } => {
            (options.iter().map(described).collect(), 1, MAX_OPTIONS - 1)
        }
        BallotInput::Budget { projects, .. } => (
            projects
                .iter()
                .map(|project| (project.title.as_str(), 1))
                .collect(),
            1,
            MAX_ITEMS,
        ),
    };
    bounds::within("options", options.len() as u64, least as u64, most as u64)?;
    let mut all = 0;
    for (place, (title, actions)) in options.iter().enumerate() {
        bounds::named("option title", title, MAX_TITLE)?;
        bounds::count("actions", *actions, MAX_ITEMS)?;
        all += actions;
        if options[..place].iter().any(|(before, _)| before == title) {
            return Err(ContractError::Twice {
                what: "option",
                id: (*title).to_owned(),
            });
        }
    }
    bounds::count("actions", all, MAX_ACTIONS)
}

fn described(option: &OptionInput) -> (&str, usize) {
    (option.title.as_str(), option.actions.len())
}

/// Addresses in their normal form; what can be seen to fail is refused now.
fn normalise(call: &Call<'_>, action: &mut Action) -> Result<(), ContractError> {
    let refuse = |action: &Action, why| ContractError::ActionRefused {
        action: table::name(action),
        why,
    };
    match action {
        Action::Decided {
            contract,
            action: json,
        } => {
            *contract = call.valid(contract)?;
            if bounds::message_name("action", json)? == "pause" {
                pauses::can(call, contract)?;
            }
            if contract == call.own() {
                cosmwasm_std::from_json::<OwnAction>(&*json).map_err(|why| {
                    ContractError::NotAMessage {
                        what: "action",
                        why: why.to_string(),
                    }
                })?;
            }
        }
        Action::Execute { contract, .. } => {
            *contract = call.valid(contract)?;
            if contract == call.own() {
                return Err(refuse(
                    action,
                    "the assembly does not call itself but by `decided`",
                ));
            }
        }
        Action::Migrate {
            contract,
            msg,
            report,
            ..
        } => {
            *contract = call.valid(contract)?;
            bounds::hash("report", report)?;
            // one whole value of JSON, whatever it is
            std::str::from_utf8(msg)
                .map_err(|why| why.to_string())
                .and_then(|_| {
                    cosmwasm_std::from_json::<cosmwasm_schema::serde::de::IgnoredAny>(&*msg)
                        .map_err(|why| why.to_string())
                })
                .map_err(|why| ContractError::NotAMessage { what: "msg", why })?;
        }
        Action::Spend {
            to,
            hold_for,
            msg,
            amount,
        } => {
            if call.peers.credit.is_empty() {
                return Err(PeerError::Absent { name: "credit" }.into());
            }
            for address in [to.as_mut(), hold_for.as_mut()].into_iter().flatten() {
                *address = call.valid(address)?;
            }
            if to.is_some() == hold_for.is_some() || (msg.is_some() && hold_for.is_none()) {
                return Err(refuse(
                    action,
                    "exactly one of `to` and `hold_for`; `msg` goes with `hold_for`",
                ));
            }
            if amount.is_zero() {
                return Err(refuse(action, "nothing to spend"));
            }
        }
        Action::Pause { contract, seconds } => {
            *contract = call.valid(contract)?;
            bounds::within("seconds", *seconds, 1u32, crate::parameters::MAX_PAUSE)?;
            pauses::can(call, contract)?;
        }
        Action::Chain(_) => {}
    }
    Ok(())
}

/// What a content would spend is within the cap of one proposal now.
fn spending(call: &Call<'_>, content: &Content, kind: Kind) -> Result<(), ContractError> {
    let total = |option: &OptionInput| -> u128 {
        option
            .actions
            .iter()
            .map(|action| match action {
                Action::Spend { amount, .. } => u128::from(amount.pico()),
                _ => 0,
            })
            .sum()
    };
    let most = match kind {
        Kind::Budget { total, .. } => {
            if content.class < Class::Spending {
                return Err(ContractError::ClassInsufficient {
                    action: "budget".to_owned(),
                    class: content.class.name(),
                    needs: Class::Spending.name(),
                });
            }
            if total == 0 {
                return Err(ContractError::Missing {
                    what: "a budget's total",
                });
            }
            let dear = costs(content).into_iter().max().unwrap_or(0);
            bounds::within("cost", dear, 1u32, total)?;
            total.into()
        }
        _ => content.options.iter().map(total).max().unwrap_or(0),
    };
    if most == 0 {
        return Ok(());
    }
    spending::may_propose(call, most)
}

fn costs(content: &Content) -> Vec<u64> {
    content
        .options
        .iter()
        .map(|option| match option.actions.first() {
            Some(Action::Spend { amount, .. }) => amount.pico(),
            _ => Amount::ZERO.pico(),
        })
        .collect()
}

/// Supports a draft. The last one needed starts the deliberation.
///
/// # Errors
/// No elector, no draft, twice, or sortition refuses the panel.
pub fn support(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let mut proposal = call.proposal(number)?;
    draft(call, number, &proposal, "draft")?;
    let person = electorate::now(call, &proposal.electorate)?;
    let key = state::support(number, person);
    if key.exists(call.storage) {
        return Err(ContractError::Already { what: "supported" });
    }
    key.save(call.storage, &1);
    call.totals.supports = call.totals.supports.saturating_add(1);
    proposal.supporters = proposal.supporters.saturating_add(1);
    state::proposal(number).save(call.storage, &proposal);
    call.event("support", &[("proposal", &number), ("person", &person)]);
    if proposal.supporters >= proposal.supporters_needed {
        phases::deliberate(call, number, &mut proposal)?;
    }
    Ok(())
}

fn draft(
    call: &Call<'_>,
    number: u64,
    proposal: &Proposal,
    needs: &'static str,
) -> Result<(), ContractError> {
    if proposal.phase == Phase::Draft && call.now < proposal.until {
        return Ok(());
    }
    Err(ContractError::WrongPhase {
        proposal: number,
        phase: proposal.phase.name(),
        until: proposal.until,
        needs,
    })
}

/// Takes one's own proposal back, as long as it is not voted on.
///
/// # Errors
/// Not one's own, or later than its deliberation.
pub fn withdraw(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let mut proposal = call.proposal(number)?;
    let talked = proposal.phase == Phase::Deliberation;
    if !talked {
        draft(call, number, &proposal, "draft or deliberation")?;
    }
    let person = electorate::member(call)?;
    if person != proposal.proposer {
        return Err(ContractError::NoElector {
            why: "its proposer alone takes a proposal back",
        });
    }
    let now = call.now;
    if talked && now < proposal.until {
        agenda::forget(call, proposal.until, number, &proposal)?;
    }
    phases::enter(call, number, &mut proposal, Phase::Withdrawn, now)
}
