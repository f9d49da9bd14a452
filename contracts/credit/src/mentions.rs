//! What others' records say of a member, for the export: trade with each other
//! account, payments that wait to be counted, who was brought in or assessed,
//! debts that may be taken over, pools.

use cosmwasm_std::{Int128, Order, Storage};
use mycel_kit::Seconds;

use crate::assessment::assessment;
use crate::error::ContractError;
use crate::export::{beginning, next_prefix, raw, waiting};
use crate::fold::period_of_snap;
use crate::ledger::ledger;
use crate::money;
use crate::msg::{ExportItem, NetMonth};
use crate::state;
use crate::volume::{aside, pair};

/// What another account and the member have with each other; `rest` is the
/// other's number.
///
/// # Errors
/// Only for unreadable state.
pub fn by_account(
    storage: &dyn Storage,
    member: u32,
    rest: &[u8],
) -> Result<Vec<ExportItem>, ContractError> {
    let mut found = Vec::new();
    let other = match rest.try_into().map(u32::from_be_bytes) {
        Ok(other) if other != member => other,
        _ => return Ok(found),
    };
    let identity = state::identity(other).load(storage)?;
    if identity.sponsor == Some(member) {
        found.push(ExportItem::Invited {
            member: identity.address.clone(),
            opened: Seconds(identity.opened),
        });
    }
    let (first, last) = (state::stay(other, 0), state::stay(other, u16::MAX));
    for (_, value) in storage.range(Some(first.bytes()), Some(last.bytes()), Order::Ascending) {
        let stay = first.decode(&value)?;
        // an account that is closed still has the identity of its last stay
        if stay.sponsor == Some(member) && stay.opened != identity.opened {
            found.push(ExportItem::Invited {
                member: identity.address.clone(),
                opened: Seconds(stay.opened),
            });
        }
    }
    found.extend(raw(storage, state::requests_between(member, other).bytes()));
    trade(storage, member, other, &identity.address, &mut found)?;
    paid(storage, member, other, &mut found)?;
    let entry = ledger(other).may_load(storage)?;
    if let Some(entry) = entry
        && entry.assessors.contains(&member)
    {
        found.push(ExportItem::Assessed {
            member: identity.address.clone(),
            until: Seconds(entry.assessed_until),
        });
    }
    if let Some(open) = assessment(other).may_load(storage)? {
        let said = open.given.iter().find(|(assessor, _)| *assessor == member);
        if let Some((_, factors)) = said {
            found.push(ExportItem::Said {
                member: identity.address.clone(),
                factors: factors.parts().to_vec(),
                expires: Seconds(open.expires),
            });
        }
    }
    let offered = state::assumable(other, member);
    if let Some(amount) = offered.may_load(storage)? {
        found.extend(raw(storage, offered.bytes()));
        found.push(ExportItem::Assumable {
            from: identity.address,
            by: state::identity(member).load(storage)?.address,
            amount,
        });
    }
    Ok(found)
}

/// What both have paid each other, as far as volume has counted it.
fn trade(
    storage: &dyn Storage,
    member: u32,
    other: u32,
    address: &str,
    found: &mut Vec<ExportItem>,
) -> Result<(), ContractError> {
    let key = pair(member, other);
    let Some(pair) = key.may_load(storage)? else {
        return Ok(());
    };
    let own = |net: i64| Int128::from(if member < other { net } else { -net });
    let months = [pair.net.before, pair.net.latest].into_iter();
    let months = months.filter(|(window, _)| *window > 0);
    found.extend(raw(storage, key.bytes()));
    found.push(ExportItem::Trade {
        with: address.to_owned(),
        net: own(pair.total),
        months: months
            .map(|(window, net)| NetMonth {
                from: beginning(window),
                net: own(net),
            })
            .collect(),
    });
    Ok(())
}

/// What the other has paid the member and volume has not counted.
fn paid(
    storage: &dyn Storage,
    member: u32,
    other: u32,
    found: &mut Vec<ExportItem>,
) -> Result<(), ContractError> {
    let account = state::account(other).load(storage)?;
    let flows = account.pending.flows.iter();
    for flow in flows.filter(|flow| flow.to == member) {
        let terms = state::terms().load(storage)?;
        let period = period_of_snap(storage, &terms, account.snap)?;
        let amount = flow.amount.unsigned_abs();
        found.push(waiting(storage, other, member, amount, period)?);
    }
    let prefix = [&b"f"[..], &other.to_be_bytes()].concat();
    let end = next_prefix(&prefix);
    for (key, value) in storage.range(Some(&prefix), end.as_deref(), Order::Ascending) {
        let Ok(period) = key[prefix.len()..].try_into().map(u16::from_be_bytes) else {
            continue;
        };
        let flows = aside(other, period).decode(&value)?.into_iter();
        for (_, amount) in flows.filter(|(to, _)| *to == member) {
            found.push(waiting(storage, other, member, amount.into(), period)?);
        }
    }
    Ok(())
}

/// A pool that the member opened or is paid by; `rest` is its number.
///
/// # Errors
/// Only for unreadable state.
pub fn by_pool(
    storage: &dyn Storage,
    member: u32,
    rest: &[u8],
) -> Result<Vec<ExportItem>, ContractError> {
    let Ok(id) = rest.try_into().map(u64::from_be_bytes) else {
        return Ok(Vec::new());
    };
    let key = state::pool(id);
    let pool = key.load(storage)?;
    if pool.opener != member && pool.to != member {
        return Ok(Vec::new());
    }
    let told = ExportItem::Pool(money::pool(storage, id)?);
    Ok(raw(storage, key.bytes())
        .into_iter()
        .chain([told])
        .collect())
}
