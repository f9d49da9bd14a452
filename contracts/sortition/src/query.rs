//! Answers. Nothing is written.

use cosmwasm_std::{Binary, Deps, Env, Storage, to_json_binary};
use mycel_bindings::MycelQuery;
use mycel_kit::Id;
use mycel_kit::peers::items::OpenItems;
use mycel_kit::peers::members::{MembersQuery, Standing};
use mycel_kit::peers::pull;
use mycel_kit::peers::sortition::Drawn;
use mycel_kit::standard::{About, Invariants, Variant};
use serde::Serialize;

use crate::ask::{ExportResponse, QueryMsg};
use crate::beacon::show;
use crate::contract::{STANDARD, VERSION};
use crate::error::ContractError;
use crate::{draws, invariants, juries, parameters, state};

/// Juries on a page of an export.
const EXPORT: usize = 50;

/// Answers one query.
///
/// # Errors
/// Nothing of that number or name.
pub fn query(deps: Deps<'_, MycelQuery>, env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    let storage = deps.storage;
    match msg {
        QueryMsg::Case { id } => json(&juries::case(storage, env.block.time.seconds(), id.0)?),
        QueryMsg::GateTerm { gate, term } => json(&draws::identity::term(storage, gate.0, &term)?),
        QueryMsg::Drawn { r#ref } => json(&drawn(storage, &r#ref)?),
        QueryMsg::Cases(page) => {
            let now = env.block.time.seconds();
            json(&juries::cases(storage, now, page.after, page.limit)?)
        }
        QueryMsg::Juries { case } => {
            json(&juries::juries(storage, env.block.time.seconds(), case.0)?)
        }
        QueryMsg::Juror { person } => {
            json(&juries::juror(storage, env.block.time.seconds(), person.0)?)
        }
        QueryMsg::Draw { id } => json(&draws::show::draw(storage, id.0)?),
        QueryMsg::Draws(page) => json(&draws::show::draws(storage, page.after, page.limit)?),
        QueryMsg::Pool { draw } => json(&draws::show::pool(storage, draw.0)?),
        QueryMsg::Volunteers { draw, after, limit } => {
            json(&draws::show::volunteers(storage, draw.0, after, limit)?)
        }
        QueryMsg::Volunteer { draw, person } => {
            let numbers = state::parameters().load(storage)?.numbers;
            let now = env.block.time.seconds();
            json(&draws::show::volunteer(
                storage, &numbers, now, draw.0, person.0,
            )?)
        }
        QueryMsg::Posts { draw, after } => json(&draws::show::posts(storage, draw.0, after)?),
        QueryMsg::Lottery { draw, post, page } => {
            json(&draws::show::lottery(storage, draw.0, post, page)?)
        }
        QueryMsg::Seats { draw } => json(&draws::show::seats(storage, draw.0)?),
        QueryMsg::Passed { draw, after } => json(&draws::show::passed(storage, draw.0, after)?),
        QueryMsg::Beacon(_) => {
            let source = state::parameters().load(storage)?.beacon;
            json(&show::source(storage, &env, &source)?)
        }
        QueryMsg::Round { round } => json(&show::round(deps, &env, round.0)?),
        QueryMsg::Rounds(page) => {
            let after = page.after.map(|Id(after)| after);
            json(&show::rounds(deps, &env, after, page.limit)?)
        }
        QueryMsg::OpenItems { member } => json(&open_items(deps, &member)?),
        QueryMsg::Export { member, after } => json(&export(deps, &member, after.as_deref())?),
        QueryMsg::About(_) => json(&about(storage)?),
        QueryMsg::Parameters(_) => json(&parameters::show(storage)?),
        QueryMsg::Invariants(_) => json(&Invariants {
            invariants: invariants::judge(storage)?,
        }),
    }
}

fn json<T: Serialize>(answer: &T) -> Result<Binary, ContractError> {
    to_json_binary(answer).map_err(|error| ContractError::Answer(error.to_string()))
}

/// The person of an address; members refuses one that it does not know.
fn person(deps: Deps<'_, MycelQuery>, member: &str) -> Result<u64, ContractError> {
    let members = state::parameters().load(deps.storage)?.members;
    let question = MembersQuery::Standing {
        address: member.to_owned(),
    };
    let standing: Standing = pull(deps.querier, "members", &members, &question)?;
    Ok(standing.person.0)
}

/// Draws until there are no more, then juries.
fn export(
    deps: Deps<'_, MycelQuery>,
    member: &str,
    after: Option<&str>,
) -> Result<ExportResponse, ContractError> {
    let person = person(deps, member)?;
    let unreadable = || ContractError::Answer("after is not where a page ended".to_owned());
    let mut answer = ExportResponse {
        person: Id(person),
        draws: Vec::new(),
        juries: Vec::new(),
        next: None,
    };
    let mut parts = after.unwrap_or("draw").split('/');
    let kind = parts.next();
    let mut numbers = parts.map(|part| part.parse::<u64>().map_err(|_| unreadable()));
    let (first, second) = (numbers.next().transpose()?, numbers.next().transpose()?);
    match kind {
        Some("draw") => {
            let (records, next) = draws::show::records(deps.storage, person, first.map(Id))?;
            answer.draws = records;
            answer.next = Some(next.map_or("jury".to_owned(), |Id(n)| format!("draw/{n}")));
        }
        Some("jury") => {
            let after = match (first, second) {
                (Some(case), Some(jury)) => {
                    Some((case, u8::try_from(jury).map_err(|_| unreadable())?))
                }
                _ => None,
            };
            let (services, next) = juries::export(deps.storage, person, after, EXPORT)?;
            answer.juries = services;
            answer.next = next.map(|(case, jury)| format!("jury/{case}/{jury}"));
        }
        _ => return Err(unreadable()),
    }
    Ok(answer)
}

/// What keeps an address from leaving.
fn open_items(deps: Deps<'_, MycelQuery>, member: &str) -> Result<OpenItems, ContractError> {
    let person = person(deps, member)?;
    let mut items = juries::open_items(deps.storage, person)?;
    let open = u32::try_from(items.len()).unwrap_or(u32::MAX);
    items.truncate(10);
    Ok(OpenItems { open, items })
}

fn drawn(storage: &dyn Storage, reference: &str) -> Result<Drawn, ContractError> {
    if let Some(drawn) = draws::drawn(storage, reference)? {
        return Ok(drawn);
    }
    juries::drawn(storage, reference)?.ok_or_else(|| ContractError::Reference {
        why: "unknown",
        reference: reference.chars().take(128).collect(),
    })
}

fn about(storage: &dyn Storage) -> Result<About, ContractError> {
    Ok(About {
        standard: STANDARD.to_owned(),
        version: VERSION.to_owned(),
        variant: Variant::default(),
        authority: state::parameters().load(storage)?.authority,
        source: None,
    })
}
