//! Answers. Nothing is written.

mod export;
mod market;
mod records;
mod rounds;

use cosmwasm_std::{Binary, Deps, Env, Int128, Order, Storage, to_json_binary};
use mycel_kit::peers::items::OpenItems;
use mycel_kit::standard::{About, Invariants, Variant};
use mycel_kit::{Amount, Id, Seconds};
use serde::Serialize;

use crate::allocation::trades;
use crate::book::{Found, flag};
use crate::contract::{STANDARD, VERSION};
use crate::error::ContractError;
use crate::msg::{
    ObligationView, ObligationsResponse, PromisesResponse, ProposalView, ProposalsResponse,
    QueryMsg, TotalsResponse,
};
use crate::{invariants, parameters, people, seed, state};

/// Most proposals or promises in one answer.
const MAX_PAGE: usize = 50;
/// What a list of open items names.
const MAX_ITEMS: usize = 10;

/// Answers one query.
///
/// # Errors
/// What was asked for does not exist.
pub fn query(deps: Deps, _env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    let storage = deps.storage;
    match msg {
        QueryMsg::About {} => json(&About {
            standard: STANDARD.to_owned(),
            version: VERSION.to_owned(),
            variant: Variant::default(),
            authority: state::parameters().load(storage)?.authority,
            source: option_env!("MYCEL_SOURCE").map(str::to_owned),
        }),
        QueryMsg::Parameters {} => json(&parameters::show(storage)?),
        QueryMsg::Invariants {} => json(&Invariants {
            invariants: invariants::judge(&invariants::read(storage)?),
        }),
        QueryMsg::Totals {} => json(&totals(storage)?),
        QueryMsg::Obligation { id: Id(number) } => {
            let unknown = ContractError::UnknownObligation { obligation: number };
            let found = Found::load(storage, u32::try_from(number).map_err(|_| unknown)?)?;
            json(&view(storage, &found)?)
        }
        QueryMsg::Obligations { person, page } => {
            json(&obligations(storage, people::number(person)?, page)?)
        }
        QueryMsg::Proposals { person, after } => {
            json(&proposals(storage, people::number(person)?, after)?)
        }
        QueryMsg::Round { round } => json(&rounds::view(storage, round)?),
        QueryMsg::Graph { round, page } => json(&rounds::graph(storage, round, page)?),
        QueryMsg::Post { round, post } => json(&rounds::post(storage, round, post)?),
        QueryMsg::Body { round, page } => json(&rounds::body(storage, round, page)?),
        QueryMsg::Duals { round, node } => json(&rounds::duals(storage, round, node)?),
        QueryMsg::Settled { round, page } => json(&rounds::settled(storage, round, page)?),
        QueryMsg::Helped { round, person } => {
            json(&rounds::helped(storage, round, people::number(person)?)?)
        }
        QueryMsg::Market { market } => json(&market::view(storage, market)?),
        QueryMsg::Postings {
            market,
            needs,
            after,
        } => json(&market::postings(storage, market, needs, after)?),
        QueryMsg::Posted { market, person } => {
            json(&market::posted(storage, market, people::number(person)?)?)
        }
        QueryMsg::Promises { person, after } => {
            json(&promises(storage, people::number(person)?, after)?)
        }
        QueryMsg::OpenItems { member } => {
            let parameters = state::parameters().load(storage)?;
            let person = people::person(deps.querier, &parameters, &member)?;
            json(&open_items(storage, person)?)
        }
        QueryMsg::Export { member, after } => {
            let parameters = state::parameters().load(storage)?;
            let person = people::person(deps.querier, &parameters, &member)?;
            json(&export::export(storage, person, after)?)
        }
        QueryMsg::Records { member, after } => {
            let parameters = state::parameters().load(storage)?;
            let person = people::person(deps.querier, &parameters, &member)?;
            json(&records::records(storage, person, &member, after)?)
        }
    }
}

fn json<T: Serialize>(answer: &T) -> Result<Binary, ContractError> {
    to_json_binary(answer).map_err(|error| ContractError::Answer(error.to_string()))
}

fn totals(storage: &dyn Storage) -> Result<TotalsResponse, ContractError> {
    let totals = state::totals().load(storage)?;
    Ok(TotalsResponse {
        outstanding: Int128::new(totals.outstanding),
        confirmed: Int128::new(totals.confirmed),
        cleared: Int128::new(totals.cleared),
        paid: Int128::new(totals.paid),
        cancelled: Int128::new(totals.cancelled),
        obligations: state::counters().load(storage)?.obligation,
    })
}

fn view(storage: &dyn Storage, found: &Found) -> Result<ObligationView, ContractError> {
    let entry = found.entry();
    Ok(ObligationView {
        obligation: Id(found.number.into()),
        debtor: Id(entry.debtor.into()),
        creditor: Id(entry.creditor.into()),
        amount: Amount::new(found.amount()).unwrap_or(Amount::MAX),
        due: Seconds(entry.due.into()),
        priority: entry.priority() as u8,
        tendered_by_debtor: entry.has(flag::TENDER_DEBTOR),
        tendered_by_creditor: entry.has(flag::TENDER_CREDITOR),
        disputed: entry.has(flag::DISPUTED),
        case: state::case(found.number).may_load(storage)?.map(Id),
        extension: state::extension(found.number)
            .may_load(storage)?
            .map(|extension| Seconds(extension.due.into())),
    })
}

fn obligations(
    storage: &dyn Storage,
    person: u32,
    page: Option<u32>,
) -> Result<ObligationsResponse, ContractError> {
    let full = people::full_pages(storage, person)?;
    let page = page.unwrap_or(full).min(full);
    let mut found = Vec::new();
    for number in people::page(storage, person, page)? {
        if let Some(obligation) = Found::may_load(storage, number)? {
            found.push(view(storage, &obligation)?);
        }
    }
    Ok(ObligationsResponse {
        obligations: found,
        consent: people::consents(storage, person),
        next: page.checked_sub(1),
    })
}

/// Numbers under a tag and a person, above `after`, and whether there are more.
fn numbers_of(
    storage: &dyn Storage,
    tag: u8,
    person: u32,
    after: Option<Id>,
) -> Result<(Vec<u64>, Option<Id>), ContractError> {
    let key = |number: u64| {
        let mut key = vec![tag];
        key.extend_from_slice(&person.to_be_bytes());
        key.extend_from_slice(&number.to_be_bytes());
        key
    };
    let first = after.map_or(0, |Id(after)| after.saturating_add(1));
    let mut numbers: Vec<u64> = storage
        .range_keys(Some(&key(first)), Some(&key(u64::MAX)), Order::Ascending)
        .take(MAX_PAGE + 1)
        .filter_map(|key| Some(u64::from_be_bytes(key.get(5..)?.try_into().ok()?)))
        .collect();
    let more = numbers.len() > MAX_PAGE;
    numbers.truncate(MAX_PAGE);
    let next = numbers.last().copied().filter(|_| more).map(Id);
    Ok((numbers, next))
}

fn proposals(
    storage: &dyn Storage,
    person: u32,
    after: Option<Id>,
) -> Result<ProposalsResponse, ContractError> {
    let (numbers, next) = numbers_of(storage, b'h', person, after)?;
    let mut proposals = Vec::with_capacity(numbers.len());
    for number in numbers {
        let proposal = state::proposal(number).load(storage)?;
        proposals.push(ProposalView {
            proposal: Id(number),
            debtor: Id(proposal.debtor.into()),
            creditor: Id(proposal.creditor.into()),
            amount: proposal.amount,
            due: Seconds(proposal.due.into()),
            priority: proposal.priority,
            by_debtor: proposal.by_debtor,
            expires: Seconds(proposal.expires),
            r#ref: proposal.reference,
        });
    }
    Ok(ProposalsResponse { proposals, next })
}

fn promises(
    storage: &dyn Storage,
    person: u32,
    after: Option<Id>,
) -> Result<PromisesResponse, ContractError> {
    let (numbers, next) = numbers_of(storage, b'R', person, after)?;
    let mut promises = Vec::with_capacity(numbers.len());
    for number in numbers {
        let promise = trades::key(number).load(storage)?;
        promises.push(market::promise(number, &promise));
    }
    Ok(PromisesResponse { promises, next })
}

/// Obligations that are owed, and promises: what a leaving member must have
/// settled. Counts up to what it names; 0 means none.
fn open_items(storage: &dyn Storage, person: u32) -> Result<OpenItems, ContractError> {
    let mut items = Vec::new();
    for page in (0..=people::full_pages(storage, person)?).rev() {
        for number in people::page(storage, person, page)? {
            let found = Found::may_load(storage, number)?;
            if let Some(found) = found.filter(|found| found.amount() > 0) {
                items.push(seed::describe(&found));
            }
            if items.len() >= MAX_ITEMS {
                return Ok(open(items));
            }
        }
    }
    for promise in promises(storage, person, None)?.promises {
        if items.len() >= MAX_ITEMS {
            break;
        }
        items.push(format!(
            "promise {}: {} delivers {} to {}",
            promise.promise, promise.from, promise.quantity, promise.to
        ));
    }
    Ok(open(items))
}

fn open(items: Vec<String>) -> OpenItems {
    OpenItems {
        open: items.len() as u32,
        items,
    }
}
