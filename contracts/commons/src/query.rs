//! Answers. Nothing is written.

use cosmwasm_std::{Binary, Deps, Env, Storage, to_json_binary};
use mycel_bindings::MycelQuery;
use mycel_kit::Id;
use mycel_kit::peers::items::OpenItems;
use mycel_kit::peers::members::{MembersQuery, Standing};
use mycel_kit::peers::pull;
use mycel_kit::standard::{About, Invariants};
use serde::Serialize;

use crate::ask::QueryMsg;
use crate::contract::{STANDARD, VERSION};
use crate::error::ContractError;
use crate::policies::{Policies, Standard};
use crate::{
    cap, export, invariants, market, monitors, order, parameters, regeneration, registry, rights,
    state,
};

/// Most items in an answer to `open_items`.
const MAX_ITEMS: usize = 10;

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
        // ---- registry
        QueryMsg::Commons { id } => json(&registry::show::commons(storage, id.0)?),
        QueryMsg::CommonsList(page) => {
            json(&registry::show::list(storage, page.after, page.limit)?)
        }
        QueryMsg::Enrolled(page) => json(&registry::show::enrolled(
            storage,
            page.commons.0,
            page.after,
            page.limit,
        )?),
        QueryMsg::Accredited(page) => json(&registry::show::accredited(
            storage, page.after, page.limit,
        )?),
        QueryMsg::Account(of) => json(&registry::show::account(
            deps,
            now,
            of.commons.0,
            &of.member,
        )?),
        QueryMsg::Elector {
            commons,
            address,
            at,
        } => json(&registry::electors::elector(deps, commons.0, &address, at)?),
        QueryMsg::Electors {
            commons,
            at,
            still_at,
            after,
            limit,
        } => json(&registry::electors::electors(
            storage, commons.0, at, still_at, after, limit,
        )?),

        // ---- order
        QueryMsg::Ladder(of) => json(&order::show::ladder(deps, now, of.commons.0, &of.member)?),
        QueryMsg::Measure { id } => json(&order::show::measure_view(storage, id.0)?),
        QueryMsg::Accusation { id } => json(&order::show::accusation_view(storage, id.0)?),

        // ---- monitors
        QueryMsg::Monitors { commons } => json(&monitors::show::monitors(storage, commons.0, now)?),
        QueryMsg::Reading { commons } => json(&monitors::show::feed(storage, commons.0, now)?),
        QueryMsg::Seats(page) => json(&monitors::show::seats(
            storage,
            page.commons.0,
            page.after,
            page.limit,
        )?),
        QueryMsg::Readings(page) => json(&monitors::show::list(
            storage,
            page.commons.0,
            page.after,
            page.limit,
        )?),
        QueryMsg::Disputes(page) => {
            json(&monitors::show::disputes(storage, page.after, page.limit)?)
        }
        QueryMsg::Dispute { id } => json(&monitors::show::dispute(storage, id.0)?),

        // ---- cap
        QueryMsg::Epochs(page) => json(&cap::shown::epochs(
            storage,
            page.commons.0,
            page.after,
            page.limit,
        )?),
        QueryMsg::Epoch { commons, number } => {
            json(&cap::shown::epoch(storage, commons.0, number.0)?)
        }
        QueryMsg::Cap { commons } => json(&cap::shown::cap(policies, storage, commons.0, now)?),

        // ---- regeneration
        QueryMsg::Claim { id } => json(&regeneration::show::claim(storage, id.0)?),
        QueryMsg::Claims {
            commons,
            member,
            after,
            limit,
        } => json(&regeneration::show::claims(
            storage,
            commons.0,
            person(deps, &member)?,
            after.map(|Id(after)| after),
            limit,
        )?),
        QueryMsg::Regeneration { commons } => json(&regeneration::show::sums(storage, commons.0)?),

        // ---- rights
        QueryMsg::Holding(of) => json(&rights::shown::holding(
            storage,
            of.commons.0,
            of.person.0,
            now,
        )?),
        QueryMsg::Entitlement(of) => json(&rights::shown::entitlement(
            storage,
            of.commons.0,
            of.person.0,
            now,
        )?),
        QueryMsg::Entitlements(page) => json(&rights::shown::entitlements(
            storage,
            page.commons.0,
            page.after,
            page.limit,
        )?),
        QueryMsg::Yields { commons, epoch } => {
            json(&rights::shown::yields(storage, commons.0, epoch, now)?)
        }
        QueryMsg::Basket {
            commons,
            basket,
            person,
        } => json(&rights::baskets::shown(
            storage,
            commons.0,
            basket.0,
            person.map(|person| person.0),
            now,
        )?),
        QueryMsg::Lease { commons, lease } => {
            json(&rights::shown::lease(storage, commons.0, lease.0)?)
        }

        // ---- market
        QueryMsg::Auction { id } => json(&market::show::auction(storage, now, id.0)?),
        QueryMsg::Auctions(page) => json(&market::show::auctions(storage, now, &page)?),
        QueryMsg::Orders(of) => json(&market::show::orders(storage, &of)?),
        QueryMsg::OrdersBy(by) => json(&market::show::orders_by(deps, &by)?),
        QueryMsg::Prices(of) => json(&market::show::prices(storage, &of)?),
        QueryMsg::ForcedSales(page) => json(&market::show::forced_sales(storage, &page)?),

        // ---- what every contract answers
        QueryMsg::OpenItems { member } => json(&open_items(deps, &member)?),
        QueryMsg::Export { member, after } => json(&export::page(deps, &member, after.as_deref())?),
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
/// A stranger; members do not answer.
pub fn person(deps: Deps<'_, MycelQuery>, member: &str) -> Result<u64, ContractError> {
    let members = state::peers().load(deps.storage)?.members;
    let question = MembersQuery::Standing {
        address: member.to_owned(),
    };
    let standing: Standing = pull(deps.querier, "members", &members, &question)?;
    Ok(standing.person.0)
}

/// What keeps an address from leaving.
fn open_items(deps: Deps<'_, MycelQuery>, member: &str) -> Result<OpenItems, ContractError> {
    let person = person(deps, member)?;
    let mut items = registry::show::open_items(deps.storage, person)?;
    let open = u32::try_from(items.len()).unwrap_or(u32::MAX);
    items.truncate(MAX_ITEMS);
    Ok(OpenItems { open, items })
}

fn about(policies: &dyn Policies, storage: &dyn Storage) -> Result<About, ContractError> {
    Ok(About {
        standard: STANDARD.to_owned(),
        version: VERSION.to_owned(),
        variant: policies.variant(),
        authority: state::peers().load(storage)?.assembly,
        source: None,
    })
}
