//! Answers. Nothing is written.

use cosmwasm_std::{Binary, Deps, Env, Storage, to_json_binary};
use mycel_bindings::MycelQuery;
use mycel_kit::peers::items::OpenItems;
use mycel_kit::peers::members::{MembersQuery, Standing};
use mycel_kit::peers::pull;
use mycel_kit::standard::{About, Invariants, Variant};
use serde::Serialize;

use crate::ask::QueryMsg;
use crate::contract::{STANDARD, VERSION};
use crate::error::ContractError;
use crate::{dividend, export, invariants, parameters, state};

/// Most open items that are told in words.
const ITEMS: usize = 10;

/// Answers one query.
///
/// # Errors
/// Nothing of that number or name.
pub fn query(
    deps: Deps<'_, MycelQuery>,
    env: Env,
    msg: QueryMsg,
) -> Result<Binary, ContractError> {
    let storage = deps.storage;
    match msg {
        // ---- rounds

        // ---- rules

        // ---- dividend
        QueryMsg::Dividend(_) => json(&dividend::ask::dividend(storage)?),
        QueryMsg::Deposit { deposit } => json(&dividend::ask::deposit(storage, deposit.0)?),
        QueryMsg::Claimable { member } => {
            let now = env.block.time.seconds();
            json(&dividend::ask::claimable(deps, now, &member)?)
        }

        // ---- register

        // ---- the standard interface
        QueryMsg::OpenItems { member } => json(&open_items(deps, &member)?),
        QueryMsg::Export { member, after } => json(&export::page(deps, &member, after.as_deref())?),
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
///
/// # Errors
/// No members, or no member's address.
pub fn person(deps: Deps<'_, MycelQuery>, member: &str) -> Result<u64, ContractError> {
    let members = state::parameters().load(deps.storage)?.members;
    let question = MembersQuery::Standing {
        address: member.to_owned(),
    };
    let standing: Standing = pull(deps.querier, "members", &members, &question)?;
    Ok(standing.person.0)
}

/// What keeps an address from leaving: each part tells how much and what.
fn open_items(deps: Deps<'_, MycelQuery>, member: &str) -> Result<OpenItems, ContractError> {
    let person = person(deps, member)?;
    let _ = person;
    let mut items: Vec<String> = vec![];
    // ---- rounds

    // ---- dividend

    // ---- register
    let open = u32::try_from(items.len()).unwrap_or(u32::MAX);
    items.truncate(ITEMS);
    Ok(OpenItems { open, items })
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
