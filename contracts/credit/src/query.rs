//! Answers. A view is computed at the time asked for; nothing is written.

use cosmwasm_std::{Binary, Deps, Env, Int128, Storage, Uint128, to_json_binary};
use mycel_kit::standard::{About, Invariants};
use mycel_kit::{Id, Seconds, amount};
use serde::Serialize;

use crate::accounts::number;
use crate::contract::{STANDARD, VERSION};
use crate::decay::view;
use crate::economy;
use crate::error::ContractError;
use crate::invariants;
use crate::msg::{
    AccountCountResponse, AccountView, AccountsResponse, BalanceResponse, CommonsResponse,
    ExportItem, ExportResponse, MAX_PAGE, PositionResponse, QueryMsg, TokenInfoResponse,
};
use crate::parameters;
use crate::policies::{LimitPolicy, Policies};
use crate::state;

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
        QueryMsg::Export { member, after } => json(&export::<P>(storage, &member, after, now)?),
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
        QueryMsg::Hold { .. } => not_yet("hold"),
        QueryMsg::OpenItems { .. } => not_yet("open_items"),
        QueryMsg::Settled { .. } => not_yet("settled"),
        QueryMsg::Requests { .. } => not_yet("requests"),
        QueryMsg::Pool { .. } => not_yet("pool"),
        QueryMsg::Statement { .. } => not_yet("statement"),
        QueryMsg::Waterfall {} => not_yet("waterfall"),
        QueryMsg::Plan { .. } => not_yet("plan"),
        QueryMsg::Controller {} => json(&economy::show_controller(storage, now)?),
        QueryMsg::Capacity { member } => json(&economy::show_capacity::<P>(storage, &member, now)?),
        QueryMsg::Starter { member } => json(&economy::show_starter(storage, &member)?),
        QueryMsg::Allowance { .. } => not_yet("allowance"),
        QueryMsg::AllAllowances { .. } => not_yet("all_allowances"),
        QueryMsg::AllSpenderAllowances { .. } => not_yet("all_spender_allowances"),
        QueryMsg::AllAccounts { .. } => not_yet("all_accounts"),
        QueryMsg::Minter {} => not_yet("minter"),
        QueryMsg::MarketingInfo {} => not_yet("marketing_info"),
        QueryMsg::DownloadLogo {} => not_yet("download_logo"),
    }
}

fn not_yet<T>(what: &'static str) -> Result<T, ContractError> {
    Err(ContractError::NotYet { what })
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
    let account = state::account(number(storage, member)?).load(storage)?;
    let terms = state::terms().load(storage)?;
    let position = view::<P>(&account, terms.clock.at(at)?, terms.exempt)?;
    let limit = P::Limit::limit(&account, &terms);
    Ok(PositionResponse {
        position: Int128::new(position),
        pending_decay: (account.position - position).unsigned_abs().into(),
        limit,
        headroom: (position + limit.signed()).max(0).unsigned_abs().into(),
        held: Uint128::zero(),
        frozen: account.frozen,
        at: Seconds(at),
    })
}

fn account_view<P: Policies>(
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
        position: Int128::new(view::<P>(&account, terms.clock.at(now)?, terms.exempt)?),
        limit: P::Limit::limit(&account, &terms),
        own_limit: account.limit,
        scale_bps: account.scale_bps,
        frozen: account.frozen,
        status: account.status,
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

/// A member's records all fit one page; a later version with more of them
/// continues with `after`.
fn export<P: Policies>(
    storage: &dyn Storage,
    member: &str,
    after: Option<String>,
    now: u64,
) -> Result<ExportResponse, ContractError> {
    let number = number(storage, member)?;
    if after.is_some() {
        return Ok(ExportResponse {
            items: Vec::new(),
            next: None,
        });
    }
    let account = state::account(number).load(storage)?;
    Ok(ExportResponse {
        items: vec![
            ExportItem::Account(account_view::<P>(storage, number, now)?),
            ExportItem::Stored {
                position: Int128::new(account.position),
                snap: account.snap.into(),
                due: account.pending.due.unsigned_abs().into(),
            },
        ],
        next: None,
    })
}
