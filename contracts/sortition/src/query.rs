//! Answers. Nothing is written.

use cosmwasm_std::{Binary, Deps, Env, Storage, to_json_binary};
use mycel_bindings::MycelQuery;
use mycel_kit::Id;
use mycel_kit::peers::items::OpenItems;
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
        QueryMsg::Case { id } => json(&juries::case(storage, id.0)?),
        QueryMsg::Drawn { r#ref } => json(&drawn(storage, &r#ref)?),
        QueryMsg::Beacon(_) => {
            let source = state::parameters().load(storage)?.beacon;
            json(&show::source(storage, &env, &source)?)
        }
        QueryMsg::Round { round } => json(&show::round(deps, &env, round.0)?),
        QueryMsg::Rounds(page) => {
            let after = page.after.map(|Id(after)| after);
            json(&show::rounds(deps, &env, after, page.limit)?)
        }
        QueryMsg::OpenItems { .. } => json(&OpenItems {
            open: 0,
            items: Vec::new(),
        }),
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
