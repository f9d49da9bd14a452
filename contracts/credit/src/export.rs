//! All that the contract holds about a member, page by page: the right to
//! leave with one's records.
//!
//! Every record that is stored under the member's number, address or person,
//! and every record of the member and one other, is given byte by byte
//! (`record`), so that it can be read with the public layout ([`crate::state`])
//! and by nothing else; what people read is given beside it by value. What
//! others' records say of the member is found by walking the accounts and the
//! pools in turn ([`mentions`](crate::mentions)): nothing is written for it
//! when it happens, and a page walks a bounded number.
//!
//! Not told again are sums over all members and the contract's own records
//! (parameters, terms, controller, census and its pages, waterfall, counters).

use cosmwasm_std::{Binary, Int128, Order, Storage};
use mycel_kit::{Id, Seconds};

use crate::assessment::assessment;
use crate::economy;
use crate::error::ContractError;
use crate::fold::period_of_snap;
use crate::items;
use crate::ledger::ledger;
use crate::mentions;
use crate::money;
use crate::msg::{AllowanceInfo, ExportItem, ExportResponse, RequestView, SpenderAllowanceInfo};
use crate::policies::Policies;
use crate::query;
use crate::starter::promise;
use crate::state::{self, Item, PERIOD, Statement};
use crate::statements;
use crate::volume::{activity, aside};

/// Items of a page.
const PAGE: usize = 50;
/// Accounts or pools that a page walks for what they say of the member.
const WALK: usize = 64;
/// Records that a member may have many of, in the order of the export: open
/// items, allowances given, earlier stays, payments made and received under a reference,
/// statements, debts offered, payments set aside, allowances received; then
/// what other accounts and pools say.
const SECTIONS: [u8; 11] = *b"YEPDNSUfFaZ";

/// One page; `after` is the last page's `next`.
///
/// # Errors
/// Only for unreadable state.
pub fn export<P: Policies>(
    storage: &dyn Storage,
    number: u32,
    after: Option<String>,
    now: u64,
) -> Result<ExportResponse, ContractError> {
    // the cursor is the last record's own key
    let after = after.map(|text| unhex(&text));
    let mut items = match after {
        None => single::<P>(storage, number, now)?,
        Some(_) => Vec::new(),
    };
    let address = state::identity(number).load(storage)?.address;
    let begun = after.as_ref().and_then(|key| key.first());
    let begun = begun.and_then(|tag| SECTIONS.iter().position(|section| section == tag));
    let (mut last, mut walked) = (None, 0);
    for tag in &SECTIONS[begun.unwrap_or(0)..] {
        let walk = matches!(tag, b'a' | b'Z');
        let prefix = match tag {
            b'F' => [b"F", address.as_bytes()].concat(),
            _ if walk => vec![*tag],
            _ => [&[*tag][..], &number.to_be_bytes()].concat(),
        };
        let start = match &after {
            Some(key) if key.first() == Some(tag) => [key, &[0][..]].concat(),
            _ => prefix.clone(),
        };
        let end = next_prefix(&prefix);
        let range = storage.range(Some(&start), end.as_deref(), Order::Ascending);
        for (key, value) in range {
            let rest = &key[prefix.len().min(key.len())..];
            let found = match tag {
                b'a' => mentions::by_account(storage, number, rest)?,
                b'Z' => mentions::by_pool(storage, number, rest)?,
                _ => record::<P>(storage, number, *tag, rest, &key, &value, now)?,
            };
            let full = !items.is_empty() && items.len() + found.len() > PAGE;
            if (full || walked >= WALK)
                && let Some(last) = last
            {
                let next = Some(cosmwasm_std::to_hex::<Vec<u8>>(last));
                return Ok(ExportResponse { items, next });
            }
            walked += usize::from(walk);
            items.extend(found);
            last = Some(key);
        }
    }
    Ok(ExportResponse { items, next: None })
}

/// What there is one of.
fn single<P: Policies>(
    storage: &dyn Storage,
    number: u32,
    now: u64,
) -> Result<Vec<ExportItem>, ContractError> {
    let account = state::account(number).load(storage)?;
    let identity = state::identity(number).load(storage)?;
    let address = &identity.address;
    let mut items = vec![
        ExportItem::Account(query::account_view::<P>(storage, number, now)?),
        ExportItem::Stored {
            position: Int128::new(account.position),
            snap: account.snap.into(),
            due: account.pending.due.unsigned_abs().into(),
        },
        ExportItem::Capacity(economy::show_capacity::<P>(storage, address, now)?),
        ExportItem::Starter(economy::show_starter(storage, address)?),
    ];
    if let Some(plan) = state::plan(number).may_load(storage)? {
        items.push(ExportItem::Plan(money::plan_view(&plan, now)));
    }
    if let Some(recent) = activity(number).may_load(storage)? {
        for (window, done) in [recent.before, recent.latest] {
            if window > 0 {
                items.push(ExportItem::Month {
                    from: beginning(window),
                    spent: done.spent.into(),
                    earned: done.earned.into(),
                    partners: done.partners,
                });
            }
        }
    }
    let terms = state::terms().load(storage)?;
    let period = period_of_snap(storage, &terms, account.snap)?;
    for flow in &account.pending.flows {
        let amount = flow.amount.unsigned_abs();
        items.push(waiting(storage, number, flow.to, amount, period)?);
    }
    let person = identity.person.map(state::number_of_person);
    for key in [
        state::account(number).bytes(),
        state::identity(number).bytes(),
        state::number_of(address).bytes(),
        person.as_ref().map_or(&[], |key| key.bytes()),
        state::pot(address).bytes(),
        state::plan(number).bytes(),
        activity(number).bytes(),
        ledger(number).bytes(),
        promise(number).bytes(),
        assessment(number).bytes(),
        state::borne(number).bytes(),
    ] {
        items.extend(raw(storage, key));
    }
    Ok(items)
}

/// A record byte by byte, if there is one.
#[must_use]
pub fn raw(storage: &dyn Storage, key: &[u8]) -> Option<ExportItem> {
    if key.is_empty() {
        return None;
    }
    storage.get(key).map(|value| ExportItem::Record {
        key: Binary::from(key),
        value: Binary::from(value),
    })
}

/// The first second of a period.
#[must_use]
pub fn beginning(period: u16) -> Seconds {
    Seconds(u64::from(period) * PERIOD)
}

/// A payment that volume has not counted.
///
/// # Errors
/// Only for unreadable state.
pub fn waiting(
    storage: &dyn Storage,
    from: u32,
    to: u32,
    amount: u128,
    period: u16,
) -> Result<ExportItem, ContractError> {
    Ok(ExportItem::Waiting {
        from: state::identity(from).load(storage)?.address,
        to: state::identity(to).load(storage)?.address,
        amount: amount.into(),
        period: beginning(period),
    })
}

/// One record: its bytes, and as people read it.
fn record<P: Policies>(
    storage: &dyn Storage,
    number: u32,
    tag: u8,
    rest: &[u8],
    key: &[u8],
    value: &[u8],
    now: u64,
) -> Result<Vec<ExportItem>, ContractError> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let two = rest.split_first_chunk::<4>();
    let two = two.map(|(other, rest)| (u32::from_be_bytes(*other), rest));
    let mut found: Vec<ExportItem> = raw(storage, key).into_iter().collect();
    match (tag, two) {
        (b'Y', _) => match items::parse(rest) {
            Some(Item::Hold(id)) => {
                found.extend(raw(storage, state::hold(id).bytes()));
                found.push(ExportItem::Hold(money::hold::<P>(storage, id, now)?));
                if let Some(pool) = state::hold(id).load(storage)?.pool {
                    let (pool, hold) = (Id(pool), Id(id));
                    found.push(ExportItem::Pledge { pool, hold });
                }
            }
            Some(Item::Request(id)) => {
                found.extend(raw(storage, state::request(id).bytes()));
                found.push(ExportItem::Request(request_view(storage, id)?));
            }
            None => {}
        },
        (b'E', _) => {
            let spender = text(rest);
            let allowed = state::allowance(number, &spender).decode(value)?;
            found.extend(raw(storage, state::allowance_for(&spender, number).bytes()));
            found.push(ExportItem::Allowance(AllowanceInfo {
                spender,
                allowance: allowed.amount.pico().into(),
                expires: allowed.expires,
            }));
        }
        (b'F', two) => {
            // a longer address begins with this one
            let Some((owner, [])) = two else {
                return Ok(Vec::new());
            };
            let address = state::identity(number).load(storage)?.address;
            let given = state::allowance(owner, &address);
            found.extend(raw(storage, given.bytes()));
            if let Some(allowed) = given.may_load(storage)? {
                found.push(ExportItem::Spends(SpenderAllowanceInfo {
                    owner: state::identity(owner).load(storage)?.address,
                    allowance: allowed.amount.pico().into(),
                    expires: allowed.expires,
                }));
            }
        }
        (b'D' | b'N', Some((other, reference))) => {
            let reference = text(reference);
            let paid = state::settled(number, other, &reference).may_load(storage)?;
            let back = state::settled(other, number, &reference);
            if tag == b'N' {
                found.extend(raw(storage, back.bytes()));
                if paid.is_some() {
                    return Ok(found); // told with the payments made
                }
            }
            if tag == b'D' {
                let mark = state::settled_with(other, number, &reference);
                found.extend(raw(storage, mark.bytes()));
            }
            found.push(ExportItem::Settled {
                with: state::identity(other).load(storage)?.address,
                r#ref: reference,
                paid: paid.unwrap_or(0).into(),
                received: back.may_load(storage)?.unwrap_or(0).into(),
            });
        }
        (b'P', _) => {
            let stay = state::stay(number, 0).decode(value)?;
            let sponsor = match stay.sponsor {
                Some(sponsor) => Some(state::identity(sponsor).load(storage)?.address),
                None => None,
            };
            found.push(ExportItem::Stay {
                sponsor,
                opened: Seconds(stay.opened),
                closed: Seconds(stay.closed),
                status: stay.status,
            });
        }
        (b'U', Some((by, _))) => {
            let key = state::assumable(number, by);
            found.push(ExportItem::Assumable {
                from: state::identity(number).load(storage)?.address,
                by: state::identity(by).load(storage)?.address,
                amount: key.decode(value)?,
            });
        }
        (b'f', _) => {
            if let Ok(period) = rest.try_into().map(u16::from_be_bytes) {
                for (to, amount) in aside(number, period).decode(value)? {
                    found.push(waiting(storage, number, to, amount.into(), period)?);
                }
            }
        }
        _ => {
            if let Ok(period) = rest.try_into().map(u16::from_be_bytes) {
                let _: Statement = state::statement(number, period).decode(value)?;
                let at = beginning(period);
                let told = statements::statement::<P>(storage, number, at, at, now)?;
                found.extend(told.lines.into_iter().map(ExportItem::Statement));
            }
        }
    }
    Ok(found)
}

/// A request as shown.
///
/// # Errors
/// Only for unreadable state.
pub fn request_view(storage: &dyn Storage, id: u64) -> Result<RequestView, ContractError> {
    let request = state::request(id).load(storage)?;
    Ok(RequestView {
        id: Id(id),
        payer: state::identity(request.payer).load(storage)?.address,
        payee: state::identity(request.payee).load(storage)?.address,
        amount: request.amount,
        r#ref: request.reference,
        refund: request.refund,
        expires: Seconds(request.expires),
    })
}

/// The first key after all that begin so; `None` if there is none.
#[must_use]
pub fn next_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut next = prefix.to_vec();
    while let Some(last) = next.pop() {
        if last < u8::MAX {
            next.push(last + 1);
            return Some(next);
        }
    }
    None
}

/// The bytes of a cursor; a cursor that is none begins at its end.
fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .chars()
        .filter_map(|c| c.to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    digits
        .chunks_exact(2)
        .map(|two| two[0] << 4 | two[1])
        .collect()
}
