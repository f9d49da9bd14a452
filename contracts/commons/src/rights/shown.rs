//! Answers about rights.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Order, Storage};
use mycel_kit::{Amount, Id, Key, Seconds};

use super::ask::{
    AccountView, Before, Cause, DebtView, EntitlementResponse, EntitlementsResponse, ExcessView,
    HoldingView, Kept, LeaseView, Preview, YieldsResponse,
};
use super::entitlement;
use super::error::RightsError;
use super::ledger::{Entry, Ledger};
use super::record::{Account, Debt, Lease};
use super::season::{self, Season};
use super::{baskets, deemed, state, warning};
use crate::cap;
use crate::error::ContractError;
use crate::market;
use crate::quantity::{ALL_SHARES, Quantity, Shares};
use crate::registry;
use crate::state::last_number;

/// Most accounts of a page.
pub const PAGE: u32 = 50;

/// What a member has of a commons.
#[cw_serde]
#[derive(Default)]
pub struct Benefit {
    /// Own shares.
    pub shares: Shares,
    /// Of these, leased to others.
    pub leased_out: Shares,
    /// Leased from others.
    pub leased_in: Shares,
    /// What they yield in the open epoch.
    pub entitlement: Quantity,
    /// What of it is left.
    pub balance: Quantity,
    /// What was harvested in the open epoch, beyond the entitlement too.
    pub harvested: Quantity,
}

fn shares(count: u64) -> Shares {
    Shares(u32::try_from(count).unwrap_or(ALL_SHARES))
}

fn units(count: u128) -> Quantity {
    Quantity::at_most(count)
}

fn money(pico: u128) -> Amount {
    u64::try_from(pico)
        .ok()
        .and_then(Amount::new)
        .unwrap_or(Amount::MAX)
}

/// What a member has, as part of what it has and gives.
///
/// # Errors
/// Unreadable state.
pub fn benefit(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
    now: u64,
) -> Result<Benefit, ContractError> {
    let ledger = Ledger::open(storage, commons, now)?;
    let Entry {
        holding, account, ..
    } = ledger.peek(storage, person)?;
    Ok(Benefit {
        shares: shares(holding.shares),
        leased_out: shares(holding.lent),
        leased_in: shares(holding.hired),
        entitlement: units(account.granted),
        balance: units(account.balance),
        harvested: units(account.harvested + account.overage),
    })
}

/// Answer to `holding`.
///
/// # Errors
/// No such commons.
pub fn holding(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
    now: u64,
) -> Result<HoldingView, ContractError> {
    let rules = registry::rules(storage, commons)?.rights;
    let ledger = Ledger::open(storage, commons, now)?;
    let holding = ledger.peek(storage, person)?.holding;
    let excess = state::excess(commons, person).may_load(storage)?;
    Ok(HoldingView {
        shares: shares(holding.shares),
        free: shares(holding.free()),
        escrow: shares(holding.escrow),
        reserved: shares(holding.reserved),
        leased_out: shares(holding.lent),
        leased_out_now: shares(holding.lent_now),
        leased_in: shares(holding.hired),
        leased_in_now: shares(holding.hired_now),
        yields: shares(holding.yields()),
        excess: excess.map(|excess| ExcessView {
            since: Seconds(excess.since),
            shares: shares(excess.shares),
            sold_from: Seconds(excess.since.saturating_add(rules.excess_seconds.into())),
            sold: shares(excess.sold),
        }),
    })
}

fn account_view(person: u64, account: &Account) -> AccountView {
    AccountView {
        person: Id(person),
        shares: shares(account.basis),
        granted: units(account.granted),
        carried: units(account.carried),
        minted: units(account.minted),
        borrowed: units(account.borrowed),
        received: units(account.received),
        balance: units(account.balance),
        escrow: units(account.escrow),
        waiting: units(account.waiting),
        banked: units(account.banked),
        harvested: units(account.harvested),
        retired: units(account.retired),
        cancelled: units(account.cancelled),
        given: units(account.given),
        repaid: units(account.repaid),
        returned: units(account.returned),
        withheld: units(account.withheld),
        cut: units(account.cut),
        overage: units(account.overage),
        billed: money(account.billed.into()),
        owed: money(account.owed.into()),
        warning: warning::level(account.used(), account.usable()),
    }
}

fn debt_view(debt: &Debt) -> DebtView {
    DebtView {
        owed: money(debt.owed),
        kind: units(debt.kind),
        borrowed: units(debt.borrowed),
    }
}

/// Answer to `entitlement`.
///
/// # Errors
/// No such commons.
pub fn entitlement(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
    now: u64,
) -> Result<EntitlementResponse, ContractError> {
    let terms = registry::rules(storage, commons)?.rights.deemed();
    let ledger = Ledger::open(storage, commons, now)?;
    let entry = ledger.peek(storage, person)?;
    let middle = market::median_price(storage, commons)?.map(Amount::pico);
    let account = &entry.account;
    let price = deemed::price(
        &terms,
        deemed::base(&terms, middle),
        account.overage + 1,
        account.usable(),
    );
    let preview = match &ledger.season {
        Some(season) => Some(preview(storage, commons, person, season, &entry)?),
        None => None,
    };
    Ok(EntitlementResponse {
        epoch: ledger.season.as_ref().map(|season| Id(season.number)),
        open: ledger.season.as_ref().is_some_and(|season| season.open),
        account: account_view(person, account),
        debt: debt_view(&entry.debt),
        overage_price: money(price.into()),
        preview,
    })
}

fn preview(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
    season: &Season,
    entry: &Entry,
) -> Result<Preview, ContractError> {
    let account = &entry.account;
    let before = match season.number.checked_sub(1) {
        Some(last) => season::numbered(storage, commons, last)?,
        None => None,
    };
    let mut because = vec![];
    let mut cause = |what: &str, from: u128, to: u128| {
        if from != to {
            because.push(Cause {
                what: what.to_owned(),
                from: units(from),
                to: units(to),
            });
        }
    };
    let mut shown = None;
    let mut then = Account::default();
    if let Some(before) = &before {
        let kept = state::account(commons, before.number, person).may_load(storage)?;
        // who did not ask had what its shares of now had yielded
        let held = kept.map_or(account.basis, |kept| kept.basis);
        then = kept.unwrap_or_default();
        let yields = entitlement::of(held, before.tac).units;
        shown = Some(Before {
            epoch: Id(before.number),
            shares: shares(held),
            tac: units(before.tac),
            yields: units(yields),
            after_cuts: units(before.left(yields, 0)),
        });
        let epochs = [before.number, season.number];
        let [old, new] = epochs.map(|number| cap::state::epoch(commons, number).may_load(storage));
        if let (Some(old), Some(new)) = (old?, new?) {
            cause("stock", old.stock.units(), new.stock.units());
            cause("cap", old.opened.units(), new.opened.units());
        }
        cause("tac", before.tac, season.tac);
        cause("shares", held.into(), account.basis.into());
    }
    cause("cut", account.granted, season.left(account.granted, 0));
    cause("carried", then.carried, account.carried);
    cause("sanction", then.withheld, account.withheld);
    cause("repaid", then.repaid, account.repaid);
    cause("returned", then.returned, account.returned);
    cause("waits", then.waiting, account.waiting);
    Ok(Preview {
        shares: shares(account.basis),
        tac: units(season.tac),
        yields: units(account.granted),
        after_cuts: units(season.left(account.granted, 0)),
        before: shown,
        because,
    })
}

/// Answer to `entitlements`.
///
/// # Errors
/// No such commons.
pub fn entitlements(
    storage: &dyn Storage,
    commons: u64,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<EntitlementsResponse, ContractError> {
    registry::commons(storage, commons)?;
    let limit = limit.unwrap_or(PAGE).clamp(1, PAGE) as usize;
    let Some(season) = season::current(storage, commons)? else {
        return Ok(EntitlementsResponse {
            epoch: None,
            accounts: vec![],
            next: None,
        });
    };
    let first = after.map_or(0, |Id(after)| after.saturating_add(1));
    let start = state::account(commons, season.number, first);
    // baskets' contents have numbers that are nobody's
    let end = state::account(commons, season.number, baskets::NOBODY);
    let mut accounts = vec![];
    let mut next = None;
    for (raw, value) in storage.range(Some(start.bytes()), Some(end.bytes()), Order::Ascending) {
        if accounts.len() == limit {
            next = accounts.last().map(|last: &AccountView| last.person);
            break;
        }
        let account = Key::<Account>::new(raw[0], &raw[1..]).decode(&value)?;
        accounts.push(account_view(last_number(&raw), &account));
    }
    Ok(EntitlementsResponse {
        epoch: Some(Id(season.number)),
        accounts,
        next,
    })
}

/// Answer to `yields`; of the latest epoch, if none is named.
///
/// # Errors
/// No such epoch.
pub fn yields(
    storage: &dyn Storage,
    commons: u64,
    epoch: Option<Id>,
    now: u64,
) -> Result<YieldsResponse, ContractError> {
    registry::commons(storage, commons)?;
    let ledger = match epoch {
        Some(Id(epoch)) => Ledger::at(storage, commons, now, epoch)?,
        None => Ledger::open(storage, commons, now)?,
    };
    let Some(season) = &ledger.season else {
        return Err(RightsError::NoEpoch { commons }.into());
    };
    let sums = &ledger.sums;
    Ok(YieldsResponse {
        epoch: Id(season.number),
        tac: units(sums.tac),
        unasked: shares(sums.unasked),
        granted: units(sums.granted),
        dust: sums.dust.to_string(),
        carried: units(sums.carried),
        minted: units(sums.minted),
        balance: units(sums.balance),
        escrow: units(sums.escrow),
        waiting: units(sums.waiting),
        banked: units(sums.banked),
        reserve: units(sums.reserve),
        harvested: units(sums.harvested),
        retired: units(sums.retired),
        cancelled: units(sums.cancelled),
        repaid: units(sums.repaid),
        cut: units(sums.cut),
        withheld: units(sums.withheld),
        returned: units(sums.returned),
        forfeited: units(sums.forfeited),
        fees: units(sums.fees),
        overage: units(sums.overage),
        outstanding: units(sums.pool),
    })
}

fn lease_view(lease: &Lease) -> LeaseView {
    LeaseView {
        from: Id(lease.from),
        to: Id(lease.to),
        shares: shares(lease.shares),
        first: Id(lease.first),
        end: Id(lease.end),
    }
}

/// Answer to `lease`.
///
/// # Errors
/// No such lease.
pub fn lease(storage: &dyn Storage, commons: u64, lease: u64) -> Result<LeaseView, ContractError> {
    let unknown = RightsError::UnknownLease { commons, lease };
    let kept = state::lease(commons, lease).may_load(storage)?;
    Ok(lease_view(&kept.ok_or(unknown)?))
}

/// What keeps a person from leaving a commons, a sentence each.
///
/// # Errors
/// Unreadable state.
pub fn open_items(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
) -> Result<Vec<String>, ContractError> {
    let holding = state::holding(commons, person)
        .may_load(storage)?
        .unwrap_or_default();
    let debt = state::debt(commons, person)
        .may_load(storage)?
        .unwrap_or_default();
    let mut items = vec![];
    let mut item = |is: bool, text: String| {
        if is {
            items.push(format!("commons {commons}: {text}"));
        }
    };
    item(
        holding.shares > 0,
        format!(
            "{} shares; transfer them, or give them to person 0, the commons itself",
            holding.shares
        ),
    );
    item(
        holding.hired > 0,
        format!("{} shares leased from others; return them", holding.hired),
    );
    for (basket, parts) in baskets::of(storage, commons, person)? {
        item(
            true,
            format!("{parts} parts of basket {basket}; redeem them or hand them on"),
        );
    }
    item(
        debt.owed > 0,
        format!("{} pico-credits owed for overage; pay them", debt.owed),
    );
    item(
        debt.units() > 0,
        format!("{} units owed in kind; repay them", debt.units()),
    );
    Ok(items)
}

/// What of overage a member repaid in kind, in all epochs.
///
/// # Errors
/// Unreadable state.
pub fn repaid(storage: &dyn Storage, commons: u64, person: u64) -> Result<Quantity, ContractError> {
    let debt = state::debt(commons, person).may_load(storage)?;
    Ok(units(debt.map_or(0, |debt| debt.repaid)))
}

/// Records that a page of an export looks at.
const LOOKS: u64 = 50;
/// Where leases begin in the order of an export.
const LEASES: u64 = 1 << 32;

/// A page of what is kept about a person: shares and debts first, then epoch by
/// epoch, then leases.
///
/// # Errors
/// Unreadable state.
pub fn export(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
    after: Option<u64>,
) -> Result<(Vec<Kept>, Option<u64>), ContractError> {
    let Some(book) = state::book(commons).may_load(storage)? else {
        return Ok((vec![], None));
    };
    let mut kept = vec![];
    if after.is_none() {
        if state::holding(commons, person).exists(storage) {
            kept.push(Kept::Holding(holding(storage, commons, person, 0)?));
        }
        if let Some(debt) = state::debt(commons, person).may_load(storage)? {
            kept.push(Kept::Debt(debt_view(&debt)));
        }
    }
    let from = after.unwrap_or(0);
    if after.is_none() {
        for (basket, parts) in baskets::of(storage, commons, person)? {
            kept.push(Kept::Basket {
                basket: Id(basket),
                parts: units(parts),
            });
        }
    }
    if from < LEASES {
        let end = book.epoch.min(from.saturating_add(LOOKS));
        for epoch in from + 1..=end {
            let account = state::account(commons, epoch, person).may_load(storage)?;
            if let Some(account) = account {
                kept.push(Kept::Account {
                    epoch: Id(epoch),
                    account: account_view(person, &account),
                });
            }
        }
        let next = match (end < book.epoch, book.leases > 0) {
            (true, _) => Some(end),
            (false, true) => Some(LEASES),
            (false, false) => None,
        };
        return Ok((kept, next));
    }
    let from = from - LEASES;
    let end = book.leases.min(from.saturating_add(LOOKS));
    for number in from + 1..=end {
        let lease = state::lease(commons, number).load(storage)?;
        if lease.from == person || lease.to == person {
            kept.push(Kept::Lease {
                lease: Id(number),
                terms: lease_view(&lease),
            });
        }
    }
    Ok((kept, (end < book.leases).then_some(LEASES + end)))
}
