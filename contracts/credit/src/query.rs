//! Answers. A view is computed at the time asked for; nothing is written.

use cosmwasm_std::{Binary, Deps, Env, Int128, Storage, to_json_binary};
use mycel_kit::standard::{About, Invariants};
use mycel_kit::{Id, Seconds, amount};
use serde::Serialize;

use crate::accounts::number;
use crate::contract::{STANDARD, VERSION};
use crate::decay::view;
use crate::error::ContractError;
use crate::msg::{
    AccountCountResponse, AccountView, AccountsResponse, BalanceResponse, CommonsResponse,
    MAX_PAGE, MarketingInfoResponse, MinterResponse, PositionResponse, QueryMsg, TokenInfoResponse,
};
use crate::policies::{LimitPolicy, Policies};
use crate::raise;
use crate::{cw20_query, economy, export, invariants, items, money, parameters, state, statements};

/// Answers one query.
///
/// # Errors
/// An unknown member, a time before the account's last change, or `not yet`.
pub fn query<P: Policies>(deps: Deps, env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    let storage = deps.storage;
    let now = env.block.time.seconds();
    match msg {
        QueryMsg::About {} => json(&about::<P>(storage)?),
        QueryMsg::Parameters {} => json(&parameters::show(storage)?),
        QueryMsg::Floors {} => json(&parameters::floors(storage)?),
        QueryMsg::Invariants {} => json(&Invariants {
            invariants: invariants::judge(
                &invariants::read(storage)?,
                &state::parameters().load(storage)?,
                &state::terms().load(storage)?,
            ),
        }),
        QueryMsg::Position { member, at } => json(&position::<P>(
            storage,
            &member,
            at.map_or(now, |Seconds(at)| at),
        )?),
        QueryMsg::Commons {} => {
            let books = invariants::read(storage)?;
            json(&CommonsResponse {
                commons: Int128::new(books.totals.commons),
                genesis: Int128::new(books.genesis),
            })
        }
        QueryMsg::Accounts { after, limit } => json(&page::<P>(storage, after, limit, now)?),
        QueryMsg::AccountCount {} => json(&AccountCountResponse {
            count: state::account_count().load(storage)?,
        }),
        QueryMsg::Export { member, after } => json(&export::export::<P>(
            storage,
            number(storage, &member)?,
            after,
            now,
        )?),
        QueryMsg::Balance { address } => {
            let balance = match state::number_of(&address).may_load(storage)? {
                Some(_) => position::<P>(storage, &address, now)?
                    .position
                    .i128()
                    .max(0),
                None => 0,
            };
            json(&BalanceResponse {
                balance: balance.unsigned_abs().into(),
            })
        }
        QueryMsg::TokenInfo {} => {
            let parameters = state::parameters().load(storage)?;
            let positive = invariants::read(storage)?.totals.positive;
            json(&TokenInfoResponse {
                name: parameters.name,
                symbol: parameters.symbol,
                decimals: amount::DECIMALS,
                total_supply: positive.max(0).unsigned_abs().into(),
            })
        }
        QueryMsg::Hold { id: Id(id) } => json(&money::hold::<P>(storage, id, now)?),
        QueryMsg::OpenItems { member } => {
            json(&items::open(storage, number(storage, &member)?, now)?)
        }
        QueryMsg::Settled { r#ref, a, b } => json(&money::settled(storage, &r#ref, &a, &b)?),
        QueryMsg::Requests { member, after } => {
            json(&money::requests(storage, number(storage, &member)?, after)?)
        }
        QueryMsg::Pool { id: Id(id) } => json(&money::pool(storage, id)?),
        QueryMsg::Statement { member, from, to } => {
            let number = number(storage, &member)?;
            json(&statements::statement::<P>(storage, number, from, to, now)?)
        }
        QueryMsg::Waterfall {} => json(&money::waterfall(storage)?),
        QueryMsg::Plan { member } => json(&money::plan(storage, number(storage, &member)?, now)?),
        QueryMsg::Controller {} => json(&economy::show_controller(storage, now)?),
        QueryMsg::Capacity { member } => json(&economy::show_capacity::<P>(storage, &member, now)?),
        QueryMsg::Starter { member } => json(&economy::show_starter(storage, &member)?),
        QueryMsg::Allowance { owner, spender } => json(&cw20_query::allowance(
            storage, &env.block, &owner, &spender,
        )?),
        QueryMsg::AllAllowances {
            owner,
            start_after,
            limit,
        } => json(&cw20_query::by_owner(
            storage,
            &env.block,
            &owner,
            start_after,
            limit,
        )?),
        QueryMsg::AllSpenderAllowances {
            spender,
            start_after,
            limit,
        } => json(&cw20_query::by_spender(
            storage,
            &env.block,
            &spender,
            start_after,
            limit,
        )?),
        QueryMsg::AllAccounts { start_after, limit } => {
            json(&cw20_query::accounts(storage, start_after, limit))
        }
        QueryMsg::Minter {} => json(&None::<MinterResponse>),
        QueryMsg::MarketingInfo {} => json(&MarketingInfoResponse::default()),
        QueryMsg::DownloadLogo {} => Err(ContractError::UnknownItem {
            what: "logo",
            id: 0,
        }),
    }
}

fn json<T: Serialize>(answer: &T) -> Result<Binary, ContractError> {
    to_json_binary(answer).map_err(|error| ContractError::Answer(error.to_string()))
}

fn about<P: Policies>(storage: &dyn Storage) -> Result<About, ContractError> {
    Ok(About {
        standard: STANDARD.to_owned(),
        version: VERSION.to_owned(),
        variant: P::variant(),
        authority: state::parameters().load(storage)?.authority,
        source: option_env!("MYCEL_SOURCE").map(str::to_owned),
    })
}

fn position<P: Policies>(
    storage: &dyn Storage,
    member: &str,
    at: u64,
) -> Result<PositionResponse, ContractError> {
    let number = number(storage, member)?;
    let account = state::account(number).load(storage)?;
    let terms = state::terms().load(storage)?;
    let lambda = terms.clock.at(at)?;
    let position = view::<P>(&account, lambda, &terms)?;
    let limit = P::Limit::limit(&account, &terms, at);
    Ok(PositionResponse {
        position: Int128::new(position),
        pending_decay: (account.position - position).unsigned_abs().into(),
        limit,
        headroom: (position + limit.signed()).max(0).unsigned_abs().into(),
        held: money::held::<P>(storage, number, lambda)?.into(),
        frozen: account.frozen,
        raised: raise::view(&account, at),
        at: Seconds(at),
    })
}

/// An account as shown.
///
/// # Errors
/// Only for unreadable state.
pub fn account_view<P: Policies>(
    storage: &dyn Storage,
    number: u32,
    now: u64,
) -> Result<AccountView, ContractError> {
    let account = state::account(number).load(storage)?;
    let identity = state::identity(number).load(storage)?;
    let terms = state::terms().load(storage)?;
    Ok(AccountView {
        number,
        owner: identity.address,
        kind: account.kind,
        person: identity.person.map(Id),
        sponsor: identity.sponsor,
        opened: Seconds(identity.opened),
        position: Int128::new(view::<P>(&account, terms.clock.at(now)?, &terms)?),
        limit: P::Limit::limit(&account, &terms, now),
        own_limit: account.limit,
        raised: raise::view(&account, now),
        scale_bps: account.scale_bps,
        frozen: account.frozen,
        status: account.status,
        returned: account.returned,
    })
}

fn page<P: Policies>(
    storage: &dyn Storage,
    after: Option<u32>,
    limit: Option<u32>,
    now: u64,
) -> Result<AccountsResponse, ContractError> {
    let count = state::account_count().load(storage)?;
    let limit = limit.unwrap_or(MAX_PAGE).clamp(1, MAX_PAGE);
    let first = after.map_or(0, |after| after.saturating_add(1)).min(count);
    let end = first.saturating_add(limit).min(count);
    let accounts = (first..end)
        .map(|number| account_view::<P>(storage, number, now))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(AccountsResponse {
        accounts,
        next: (end < count).then(|| end - 1),
    })
}
