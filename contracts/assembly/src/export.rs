//! All that this contract holds about a member, proposal by proposal.

use cosmwasm_std::{Deps, Env};
use mycel_bindings::MycelQuery;
use mycel_kit::Id;
use mycel_kit::peers::members::{MembersQuery, Standing};
use mycel_kit::peers::pull;

use crate::ask::{ExportItem, ExportResponse};
use crate::call::proposal;
use crate::delegations;
use crate::error::ContractError;
use crate::shown;
use crate::state;

/// Most proposals that one page looks at.
const PAGE: u64 = 50;

/// A page.
///
/// # Errors
/// No member's address.
pub fn page(
    deps: Deps<'_, MycelQuery>,
    _env: &Env,
    member: &str,
    after: Option<Id>,
) -> Result<ExportResponse, ContractError> {
    let storage = deps.storage;
    let peers = state::peers().load(storage)?;
    let standing: Standing = pull(
        deps.querier,
        "members",
        &peers.members,
        &MembersQuery::Standing {
            address: member.to_owned(),
        },
    )?;
    let person = standing.person.0;
    let last = state::totals().load(storage)?.proposals;
    let from = after.map_or(0, |Id(after)| after).min(last);
    let end = from.saturating_add(PAGE).min(last);
    let mut proposals = vec![];
    for number in from + 1..=end {
        let item = item(deps, number, person)?;
        let empty = ExportItem {
            proposal: Id(number),
            proposer: false,
            supports: false,
            ballot: None,
            statements: vec![],
            reactions: vec![],
            advice: None,
            clusters: None,
        };
        if item != empty {
            proposals.push(item);
        }
    }
    Ok(ExportResponse {
        person: Id(person),
        proposals,
        delegations: match after {
            None => delegations::export(storage, person)?,
            Some(_) => vec![],
        },
        next: (end < last).then_some(Id(end)),
    })
}

fn item(deps: Deps<'_, MycelQuery>, number: u64, person: u64) -> Result<ExportItem, ContractError> {
    let storage = deps.storage;
    let found = proposal(storage, number)?;
    let mut statements = vec![];
    if state::stated(number, person).exists(storage) {
        for place in 0..found.statements {
            let view = shown::statement_view(storage, number, place)?;
            if view.person == Id(person) {
                statements.push(view);
            }
        }
    }
    Ok(ExportItem {
        proposal: Id(number),
        proposer: found.proposer == person,
        supports: state::support(number, person).exists(storage),
        ballot: state::ballot(number, person)
            .may_load(storage)?
            .map(|kept| shown::ballot_view(&found, person, &kept)),
        statements,
        reactions: state::reactions(number, person)
            .may_load(storage)?
            .map(|words| shown::reactions(&words))
            .unwrap_or_default(),
        advice: state::advice(number, person)
            .may_load(storage)?
            .map(|kept| shown::advice_view(person, &kept)),
        clusters: state::clusters(number, person)
            .may_load(storage)?
            .map(|kept| shown::clusters_view(person, &kept)),
    })
}
