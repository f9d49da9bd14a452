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

use crate::ask::QueryMsg;
use crate::beacon::show;
use crate::contract::{STANDARD, VERSION};
use crate::error::ContractError;
use crate::{draws, invariants, juries, parameters, state};

/// Answers one query.
///
/// # Errors
/// Nothing of that number or name.
pub fn query(deps: Deps<'_, MycelQuery>, env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    let storage = deps.storage;
    match msg {
        QueryMsg::Case { id } => json(&juries::case(storage, env.block.time.seconds(), id.0)?),
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

/// What keeps an address from leaving; members refuses one that it does not know.
fn open_items(deps: Deps<'_, MycelQuery>, member: &str) -> Result<OpenItems, ContractError> {
    let members = state::parameters().load(deps.storage)?.members;
    let question = MembersQuery::Standing {
        address: member.to_owned(),
    };
    let standing: Standing = pull(deps.querier, "members", &members, &question)?;
    let mut items = juries::open_items(deps.storage, standing.person.0)?;
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
