//! Answers. Nothing is written.

use borsh::BorshDeserialize;
use cosmwasm_std::{
    Binary, CosmosMsg, Deps, Env, Order, Storage, Uint128, WasmMsg, to_hex, to_json_binary,
};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::peers::items::OpenItems;
use mycel_kit::standard::{About, Invariants, Variant};
use mycel_kit::{Id, Key, Seconds};
use serde::Serialize;

use crate::ask::*;
use crate::call::proposal;
use crate::contract::{STANDARD, VERSION};
use crate::delegations::asked;
use crate::electorate::Ask;
use crate::error::ContractError;
use crate::msg::{Action, MAX_ITEMS, ProposalRef};
use crate::shown::{
    advice_view, ballot_view, clusters_view, outcome_view, phase_name, reactions, statement_view,
    view,
};
use crate::state::{self, Advice, Ballot, Clusters, RunState};
use crate::{content, export, invariants, machine, parameters, spending, table, tally};

/// Answers one query.
///
/// # Errors
/// An unknown proposal.
pub fn query(deps: Deps<'_, MycelQuery>, env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    let storage = deps.storage;
    match msg {
        QueryMsg::Proposal(ProposalRef { proposal }) => json(&view(storage, proposal.0)?),
        QueryMsg::Proposals {
            before,
            limit,
            phase,
        } => json(&proposals(storage, before, limit, phase)?),
        QueryMsg::Content(ProposalRef { proposal: Id(n) }) => {
            let found = proposal(storage, n)?;
            let bytes = state::content(n).load(storage)?;
            json(&ContentResponse {
                content: content::load(storage, n, &found)?,
                json: String::from_utf8_lossy(&bytes).into_owned(),
                hash: to_hex(found.hash),
            })
        }
        QueryMsg::Actions(ProposalRef { proposal }) => json(&actions(deps, &env, proposal.0)?),
        QueryMsg::Runs(ProposalRef { proposal: Id(n) }) => {
            proposal(storage, n)?;
            let runs = state::runs(n).may_load(storage)?.unwrap_or_default();
            let runs = runs
                .into_iter()
                .map(|run| RunView {
                    option: run.option,
                    action: run.action,
                    state: match run.state {
                        RunState::Pending => "pending",
                        RunState::Running => "running",
                        RunState::Done => "done",
                        RunState::Failed => "failed",
                    }
                    .to_owned(),
                    at: Seconds(run.at),
                    why: run.why,
                })
                .collect();
            json(&RunsResponse { runs })
        }
        QueryMsg::Ballot {
            proposal: Id(n),
            person,
        } => {
            let found = proposal(storage, n)?;
            let kept = state::ballot(n, person.0).may_load(storage)?;
            json(&BallotResponse {
                ballot: kept.map(|kept| ballot_view(&found, person.0, &kept)),
            })
        }
        QueryMsg::Ballots {
            proposal: Id(n),
            after,
            limit,
        } => {
            let found = proposal(storage, n)?;
            let (kept, next) = page::<Ballot>(storage, b'b', n, after, limit)?;
            json(&BallotsResponse {
                ballots: kept
                    .iter()
                    .map(|(person, ballot)| ballot_view(&found, *person, ballot))
                    .collect(),
                next,
            })
        }
        QueryMsg::Elector {
            proposal: Id(n),
            address,
        } => json(&elector(deps, &env, n, &address)?),
        QueryMsg::Result(ProposalRef { proposal: Id(n) }) => {
            let found = proposal(storage, n)?;
            json(&ResultResponse {
                outcome: outcome_view(&found),
                tally: tally::show(storage, n, &found)?,
            })
        }
        QueryMsg::Delegations {
            person,
            after,
            limit,
        } => json(&asked::of(
            storage,
            env.block.time.seconds(),
            person.0,
            after.as_ref(),
            limit,
        )?),
        QueryMsg::Delegators {
            person,
            after,
            limit,
        } => json(&asked::to(
            storage,
            env.block.time.seconds(),
            person.0,
            after.as_ref(),
            limit,
        )?),
        QueryMsg::Route { proposal, person } => {
            json(&asked::route(deps, &env, proposal.0, person.0)?)
        }
        QueryMsg::Statements {
            proposal: Id(n),
            from,
            limit,
        } => {
            let all = proposal(storage, n)?.statements;
            let end = u64::from(from).saturating_add(page_size(limit) as u64);
            let end = u8::try_from(end).unwrap_or(u8::MAX).min(all);
            let statements = (from..end)
                .map(|place| statement_view(storage, n, place))
                .collect::<Result<_, _>>()?;
            json(&StatementsResponse { statements, all })
        }
        QueryMsg::Reactions {
            proposal: Id(n),
            after,
            limit,
        } => {
            proposal(storage, n)?;
            let (kept, next) = page::<Vec<u8>>(storage, b'R', n, after, limit)?;
            json(&ReactionsResponse {
                persons: kept
                    .iter()
                    .map(|(person, words)| PersonReactions {
                        person: Id(*person),
                        reactions: reactions(words),
                    })
                    .collect(),
                next,
            })
        }
        QueryMsg::Clusters(ProposalRef { proposal: Id(n) }) => {
            proposal(storage, n)?;
            let (kept, _) = page::<Clusters>(storage, b'k', n, None, None)?;
            json(&ClustersResponse {
                clusters: kept
                    .iter()
                    .map(|(person, one)| clusters_view(*person, one))
                    .collect(),
            })
        }
        QueryMsg::Advice {
            proposal: Id(n),
            after,
            limit,
        } => {
            proposal(storage, n)?;
            let (kept, next) = page::<Advice>(storage, b'a', n, after, limit)?;
            json(&AdviceResponse {
                options: state::advised(n).may_load(storage)?.unwrap_or_default(),
                advice: kept
                    .iter()
                    .map(|(person, one)| advice_view(*person, one))
                    .collect(),
                next,
            })
        }
        QueryMsg::Draft { person } => json(&DraftResponse {
            proposal: state::draft_of(person.0).may_load(storage)?.map(Id),
        }),
        QueryMsg::Spending(_) => json(&spending_view(deps, &env)?),
        QueryMsg::OpenItems { .. } => json(&OpenItems {
            open: 0,
            items: vec![],
        }),
        QueryMsg::Export { member, after } => json(&export::page(deps, &env, &member, after)?),
        QueryMsg::About(_) => json(&About {
            standard: STANDARD.to_owned(),
            version: VERSION.to_owned(),
            variant: Variant::default(),
            authority: env.contract.address.into_string(),
            source: option_env!("MYCEL_SOURCE").map(str::to_owned),
        }),
        QueryMsg::Parameters(_) => json(&parameters::show(storage, env.contract.address.as_str())?),
        QueryMsg::Invariants(_) => json(&Invariants {
            invariants: invariants::judge(storage)?,
        }),
    }
}

fn json<T: Serialize>(answer: &T) -> Result<Binary, ContractError> {
    to_json_binary(answer).map_err(|error| ContractError::Answer(error.to_string()))
}

fn page_size(limit: Option<u32>) -> usize {
    limit.unwrap_or(MAX_ITEMS as u32).clamp(1, MAX_ITEMS as u32) as usize
}

/// Records by person, and after whom the next page begins.
type Paged<T> = (Vec<(u64, T)>, Option<Id>);

/// A page of a proposal's records.
fn page<T: BorshDeserialize>(
    storage: &dyn Storage,
    tag: u8,
    number: u64,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<Paged<T>, ContractError> {
    let head = [&[tag][..], &number.to_be_bytes()].concat();
    let start = match after {
        None => head.clone(),
        Some(Id(after)) => [&head[..], &after.saturating_add(1).to_be_bytes()].concat(),
    };
    let end = match number.checked_add(1) {
        Some(next) => [&[tag][..], &next.to_be_bytes()].concat(),
        None => vec![tag + 1],
    };
    if after == Some(Id(u64::MAX)) {
        return Ok((vec![], None));
    }
    let mut range = storage.range(Some(&start), Some(&end), Order::Ascending);
    let mut kept = vec![];
    for (raw, value) in range.by_ref().take(page_size(limit)) {
        let mut person = [0; 8];
        person.copy_from_slice(&raw[9..17]);
        kept.push((
            u64::from_be_bytes(person),
            Key::<T>::new(tag, &raw[1..]).decode(&value)?,
        ));
    }
    let next = range.next().and(kept.last()).map(|(person, _)| Id(*person));
    Ok((kept, next))
}

/// Looks at 200 proposals at most.
fn proposals(
    storage: &dyn Storage,
    before: Option<Id>,
    limit: Option<u32>,
    phase: Option<PhaseName>,
) -> Result<ProposalsResponse, ContractError> {
    let last = state::totals().load(storage)?.proposals;
    let from = before.map_or(last, |Id(before)| before.saturating_sub(1).min(last));
    let mut proposals = vec![];
    let mut number = from;
    while number > 0 && proposals.len() < page_size(limit) && from - number < 200 {
        let fits = match phase {
            None => true,
            Some(phase) => phase_name(proposal(storage, number)?.phase) == phase,
        };
        if fits {
            proposals.push(view(storage, number)?);
        }
        number -= 1;
    }
    Ok(ProposalsResponse {
        proposals,
        next: (number > 0).then_some(Id(number + 1)),
    })
}

fn actions(
    deps: Deps<'_, MycelQuery>,
    env: &Env,
    number: u64,
) -> Result<ActionsResponse, ContractError> {
    let found = proposal(deps.storage, number)?;
    let peers = state::peers().load(deps.storage)?;
    let content = content::load(deps.storage, number, &found)?;
    let now = env.block.time.seconds();
    let options = (0u8..)
        .zip(&content.options)
        .map(|(option, input)| {
            let messages = input
                .actions
                .iter()
                .map(|action| {
                    let message = machine::message(now, &peers, number, &found, action)?;
                    message_view(action, message)
                })
                .collect::<Result<_, ContractError>>()?;
            Ok(OptionView {
                option,
                title: input.title.clone(),
                messages,
            })
        })
        .collect::<Result<_, ContractError>>()?;
    Ok(ActionsResponse {
        hash: to_hex(found.hash),
        options,
    })
}

fn message_view(
    action: &Action,
    message: CosmosMsg<MycelMsg>,
) -> Result<MessageView, ContractError> {
    let text = |bytes: &Binary| String::from_utf8_lossy(bytes).into_owned();
    let mut view = MessageView {
        name: table::name(action),
        class: table::least(action)?,
        kind: String::new(),
        contract: None,
        code_id: None,
        report: match action {
            Action::Migrate { report, .. } => Some(report.clone()),
            _ => None,
        },
        msg: String::new(),
    };
    match message {
        CosmosMsg::Wasm(WasmMsg::Execute {
            contract_addr, msg, ..
        }) => {
            view.kind = "execute".to_owned();
            view.contract = Some(contract_addr);
            view.msg = text(&msg);
        }
        CosmosMsg::Wasm(WasmMsg::Migrate {
            contract_addr,
            new_code_id,
            msg,
        }) => {
            view.kind = "migrate".to_owned();
            view.contract = Some(contract_addr);
            view.code_id = Some(Id(new_code_id));
            view.msg = text(&msg);
        }
        CosmosMsg::Custom(msg) => {
            view.kind = "chain".to_owned();
            view.msg = text(&machine::json(&msg)?);
        }
        _ => {
            return Err(ContractError::Answer(
                "a message of another kind".to_owned(),
            ));
        }
    }
    Ok(view)
}

fn elector(
    deps: Deps<'_, MycelQuery>,
    env: &Env,
    number: u64,
    address: &str,
) -> Result<ElectorResponse, ContractError> {
    let found = proposal(deps.storage, number)?;
    let peers = state::peers().load(deps.storage)?;
    let ask = Ask {
        querier: deps.querier,
        peers: &peers,
    };
    let person = match &found.opening {
        Some(opening) => ask.eligible(
            &found.electorate,
            address,
            opening.at.height,
            opening.residency,
            &opening.controllers,
        )?,
        None => {
            let height = env.block.height;
            let residency = state::parameters()
                .load(deps.storage)?
                .numbers
                .residency_seconds;
            let (_, controllers) = ask.size(&found.electorate, height)?;
            ask.eligible(&found.electorate, address, height, residency, &controllers)?
        }
    };
    Ok(ElectorResponse {
        person: person.map(Id),
    })
}

fn spending_view(deps: Deps<'_, MycelQuery>, env: &Env) -> Result<SpendingResponse, ContractError> {
    let numbers = state::parameters().load(deps.storage)?.numbers;
    let peers = state::peers().load(deps.storage)?;
    let kept = state::spending()
        .may_load(deps.storage)?
        .unwrap_or_default();
    let now = env.block.time.seconds();
    let spent = spending::in_window(&kept, now, numbers.spend_window_seconds);
    let held = spending::commons(deps.querier, &peers).ok();
    let most = spending::most(held.unwrap_or(0), spent, numbers.spend_window_bps);
    Ok(SpendingResponse {
        commons: held.map(|held| held.to_string()),
        spent: Uint128::new(spent),
        one: Uint128::new(spending::most(held.unwrap_or(0), 0, numbers.spend_bps)),
        left: Uint128::new(most.saturating_sub(spent)),
    })
}
