//! Statements with agree, disagree, pass. They are kept and summed up; groups
//! of opinion are computed off chain and attached by hash.

use crate::bounds;
use crate::call::Call;
use crate::electorate;
use crate::error::ContractError;
use crate::msg::{MAX_ITEMS, Reaction};
use crate::panel;
use crate::state::{self, Clusters, Phase, Proposal, Statement};

/// Most statements on a proposal.
pub const MAX_STATEMENTS: u8 = 200;
/// Most statements of a person on a proposal.
pub const MAX_OWN: usize = 5;
/// Most bytes of a statement.
pub const MAX_STATEMENT: usize = 280;
/// Most bytes of where a result may be found.
pub const MAX_SOURCE: usize = 256;

fn open(call: &Call<'_>, number: u64) -> Result<Proposal, ContractError> {
    let proposal = call.proposal(number)?;
    match proposal.phase {
        Phase::Deliberation => Ok(proposal),
        Phase::Vote if call.now < proposal.until => Ok(proposal),
        _ => Err(ContractError::WrongPhase {
            proposal: number,
            phase: proposal.phase.name(),
            until: proposal.until,
            needs: "deliberation or vote",
        }),
    }
}

/// Makes a statement; its author agrees with it.
///
/// # Errors
/// Another phase, no elector, too many.
pub fn state(call: &mut Call<'_>, number: u64, text: &str) -> Result<(), ContractError> {
    let mut proposal = open(call, number)?;
    bounds::named("statement", text, MAX_STATEMENT)?;
    let person = electorate::now(call, &proposal.electorate)?;
    bounds::count(
        "statements",
        usize::from(proposal.statements) + 1,
        MAX_STATEMENTS.into(),
    )?;
    let own = state::stated(number, person);
    let stated = own.may_load(call.storage)?.unwrap_or(0);
    bounds::count("statements of a person", usize::from(stated) + 1, MAX_OWN)?;
    own.save(call.storage, &(stated + 1));
    let place = proposal.statements;
    state::statement(number, place).save(
        call.storage,
        &Statement {
            person,
            text: text.to_owned(),
            agree: 0,
            disagree: 0,
            pass: 0,
        },
    );
    proposal.statements += 1;
    call.totals.statements = call.totals.statements.saturating_add(1);
    state::proposal(number).save(call.storage, &proposal);
    call.event(
        "state",
        &[
            ("proposal", &number),
            ("statement", &place),
            ("person", &person),
        ],
    );
    note(call, number, &proposal, person, &[(place, Reaction::Agree)])
}

/// Says something to statements; one word of a person on each, the last counts.
///
/// # Errors
/// Another phase, no elector, no such statement.
pub fn react(
    call: &mut Call<'_>,
    number: u64,
    reactions: &[(u8, Reaction)],
) -> Result<(), ContractError> {
    let proposal = open(call, number)?;
    bounds::count("reactions", reactions.len(), MAX_ITEMS)?;
    let person = electorate::now(call, &proposal.electorate)?;
    note(call, number, &proposal, person, reactions)?;
    call.event("react", &[("proposal", &number), ("person", &person)]);
    Ok(())
}

fn note(
    call: &mut Call<'_>,
    number: u64,
    proposal: &Proposal,
    person: u64,
    reactions: &[(u8, Reaction)],
) -> Result<(), ContractError> {
    let key = state::reactions(number, person);
    let mut words = key.may_load(call.storage)?.unwrap_or_default();
    words.resize(proposal.statements.into(), 0);
    for (place, reaction) in reactions {
        let Some(word) = words.get_mut(usize::from(*place)) else {
            return Err(ContractError::UnknownStatement {
                statement: *place,
                statements: proposal.statements,
            });
        };
        let mut statement = state::statement(number, *place).load(call.storage)?;
        if let Some(before) = sum(&mut statement, *word) {
            *before = before.saturating_sub(1);
        }
        *word = match reaction {
            Reaction::Agree => 1,
            Reaction::Disagree => 2,
            Reaction::Pass => 3,
        };
        if let Some(now) = sum(&mut statement, *word) {
            *now = now.saturating_add(1);
        }
        state::statement(number, *place).save(call.storage, &statement);
    }
    key.save(call.storage, &words);
    Ok(())
}

fn sum(statement: &mut Statement, word: u8) -> Option<&mut u32> {
    match word {
        1 => Some(&mut statement.agree),
        2 => Some(&mut statement.disagree),
        3 => Some(&mut statement.pass),
        _ => None,
    }
}

/// Attaches groups of opinion by hash; one of a person, the last counts.
///
/// # Errors
/// Neither proposer nor seated on its panel; too late.
pub fn attach(
    call: &mut Call<'_>,
    number: u64,
    hash: &str,
    source: &str,
) -> Result<(), ContractError> {
    let proposal = open(call, number)?;
    let hash = bounds::hash("hash", hash)?;
    bounds::text("source", source, MAX_SOURCE)?;
    let person = electorate::member(call)?;
    if person != proposal.proposer {
        if proposal.panel == 0 {
            return Err(ContractError::NotSeated {
                why: "the proposer attaches results, and who sits on its panel",
            });
        }
        panel::seated(call, number, person)?;
    }
    let clusters = Clusters {
        hash,
        source: source.to_owned(),
        at: call.now,
    };
    state::clusters(number, person).save(call.storage, &clusters);
    call.event(
        "attach_clusters",
        &[
            ("proposal", &number),
            ("person", &person),
            ("hash", &cosmwasm_std::to_hex(hash)),
        ],
    );
    Ok(())
}
