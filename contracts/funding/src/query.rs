//! Answers. Nothing is written.

use cosmwasm_std::{Binary, Deps, Env, Storage, to_json_binary};
use mycel_bindings::MycelQuery;
use mycel_kit::peers::items::OpenItems;
use mycel_kit::peers::members::{MembersQuery, Standing};
use mycel_kit::peers::pull;
use mycel_kit::standard::{About, Invariants};
use serde::Serialize;

use crate::ask::QueryMsg;
use crate::contract::{STANDARD, VERSION};
use crate::error::ContractError;
use crate::policies::{Policies, Standard};
use crate::{dividend, export, invariants, parameters, register, rounds, state};

/// Most open items that are told in words.
const ITEMS: usize = 10;

/// Answers one query.
///
/// # Errors
/// Nothing of that number or name.
pub fn query(deps: Deps<'_, MycelQuery>, env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    query_by(&Standard, deps, env, msg)
}

/// As [`query`], by the rules of a variant.
///
/// # Errors
/// As [`query`].
pub fn query_by(
    policies: &'static dyn Policies,
    deps: Deps<'_, MycelQuery>,
    env: Env,
    msg: QueryMsg,
) -> Result<Binary, ContractError> {
    let storage = deps.storage;
    let now = env.block.time.seconds();
    match msg {
        // ---- rounds
        QueryMsg::GateTerm { gate, term } => {
            json(&rounds::identity::term(storage, gate.0, &term, now)?)
        }
        QueryMsg::Rounds(page) => json(&rounds::show::rounds(storage, page.after, page.limit)?),
        QueryMsg::Round { round } => json(&rounds::show::one(policies, deps, round.0)?),
        QueryMsg::Projects {
            round,
            after,
            limit,
        } => json(&rounds::show::projects(storage, round.0, after, limit)?),
        QueryMsg::Contributions {
            round,
            member,
            after,
            limit,
        } => {
            let person = person(deps, &member)?;
            json(&rounds::show::contributions(
                storage, round.0, person, after, limit,
            )?)
        }
        QueryMsg::Results {
            round,
            after,
            limit,
        } => json(&rounds::show::results(storage, round.0, after, limit)?),

        // ---- rules

        // ---- dividend
        QueryMsg::Dividend(_) => json(&dividend::ask::dividend(storage)?),
        QueryMsg::Deposit { deposit } => json(&dividend::ask::deposit(storage, deposit.0)?),
        QueryMsg::Claimable { member } => json(&dividend::ask::claimable(deps, now, &member)?),

        // ---- register
        QueryMsg::Register(_) => json(&register::ask::register(storage)?),
        QueryMsg::Entry { entry } => json(&register::ask::one(storage, entry.0, now)?),
        QueryMsg::Entries(page) => json(&register::ask::entries(storage, page, now)?),
        QueryMsg::Reports { entry, page } => json(&register::ask::reports(storage, entry.0, page)?),
        QueryMsg::Overdue { after, limit } => json(&register::ask::overdue(
            storage,
            after.as_deref(),
            limit,
            now,
        )?),
        QueryMsg::Refused {
            technology,
            boundary,
        } => json(&register::ask::refused(
            storage,
            &technology,
            &boundary,
            now,
        )?),
        QueryMsg::Matter { matter } => json(&register::ask::matter(storage, matter.0)?),

        // ---- the standard interface
        QueryMsg::OpenItems { member } => json(&open_items(deps, &member)?),
        QueryMsg::Export { member, after } => {
            json(&export::page(deps, &member, after.as_deref(), now)?)
        }
        QueryMsg::About(_) => json(&about(policies, storage)?),
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
    let mut open = 0u32;
    let mut items: Vec<String> = vec![];
    let mut add = |count: u32, what: &str| {
        if count > 0 {
            open = open.saturating_add(count);
            items.push(format!("{count} {what}"));
        }
    };
    // ---- rounds
    let stake = rounds::state::stake(person)
        .may_load(deps.storage)?
        .unwrap_or_default();
    add(stake.holds, "holds in rounds that are not settled");
    add(
        stake.projects,
        "projects in rounds that are not paid; withdraw them, or wait",
    );

    // ---- dividend

    // ---- register
    let known = register::state::person(person)
        .may_load(deps.storage)?
        .unwrap_or_default();
    add(
        known.owing,
        "entries of the register that owe dues; pay them",
    );
    add(
        known.restorations,
        "restorations that are not paid; pay them",
    );
    add(known.cases, "questions to juries that wait; advance them");
    items.truncate(ITEMS);
    Ok(OpenItems { open, items })
}

fn about(policies: &dyn Policies, storage: &dyn Storage) -> Result<About, ContractError> {
    Ok(About {
        standard: STANDARD.to_owned(),
        version: VERSION.to_owned(),
        variant: policies.variant(),
        authority: state::parameters().load(storage)?.authority,
        source: None,
    })
}
