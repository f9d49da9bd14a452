//! All that the contract holds about a member, page by page: the right to
//! leave with one's records.

use cosmwasm_std::{Int128, Order, Storage};
use mycel_kit::{Id, Seconds};

use crate::error::ContractError;
use crate::items;
use crate::money;
use crate::msg::{AllowanceInfo, ExportItem, ExportResponse, RequestView};
use crate::policies::Policies;
use crate::query;
use crate::state::{self, Item, PERIOD, Statement};
use crate::statements;

/// Records of a page.
const PAGE: usize = 50;
/// Records that a member may have many of, in the order of the export: open
/// items, allowances given, payments made and received under a reference,
/// statements.
const SECTIONS: [u8; 5] = *b"YEDNS";

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
    let mut items = Vec::new();
    // the cursor is the last record's own key
    let after = after.map(|text| unhex(&text));
    if after.is_none() {
        items.push(ExportItem::Account(query::account_view::<P>(
            storage, number, now,
        )?));
        let account = state::account(number).load(storage)?;
        items.push(ExportItem::Stored {
            position: Int128::new(account.position),
            snap: account.snap.into(),
            due: account.pending.due.unsigned_abs().into(),
        });
        if let Some(plan) = state::plan(number).may_load(storage)? {
            items.push(ExportItem::Plan(money::plan_view(&plan, now)));
        }
    }
    let begun = after.as_ref().and_then(|key| key.first());
    let skipped = begun.and_then(|tag| SECTIONS.iter().position(|section| section == tag));
    let mut last = None;
    for tag in &SECTIONS[skipped.unwrap_or(0)..] {
        let prefix = [&[*tag][..], &number.to_be_bytes()].concat();
        let start = match &after {
            Some(key) if key.first() == Some(tag) => [key, &[0][..]].concat(),
            _ => prefix.clone(),
        };
        let end = next_prefix(&prefix);
        let range = storage.range(Some(&start), end.as_deref(), Order::Ascending);
        for (key, value) in range {
            if items.len() >= PAGE {
                let next = last.map(|key: Vec<u8>| cosmwasm_std::to_hex(&key));
                return Ok(ExportResponse { items, next });
            }
            if let Some(item) = record::<P>(storage, number, *tag, &key[5..], &value, now)? {
                items.push(item);
            }
            last = Some(key);
        }
    }
    Ok(ExportResponse { items, next: None })
}

/// One record as shown.
fn record<P: Policies>(
    storage: &dyn Storage,
    number: u32,
    tag: u8,
    rest: &[u8],
    value: &[u8],
    now: u64,
) -> Result<Option<ExportItem>, ContractError> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Some(match tag {
        b'Y' => match items::parse(rest) {
            Some(Item::Hold(id)) => ExportItem::Hold(money::hold::<P>(storage, id, now)?),
            Some(Item::Request(id)) => ExportItem::Request(request_view(storage, id)?),
            None => return Ok(None),
        },
        b'E' => {
            let spender = text(rest);
            let allowed = state::allowance(number, &spender).decode(value)?;
            ExportItem::Allowance(AllowanceInfo {
                spender,
                allowance: allowed.amount.pico().into(),
                expires: allowed.expires,
            })
        }
        b'D' | b'N' => {
            let Some((other, reference)) = rest.split_first_chunk::<4>() else {
                return Ok(None);
            };
            let (other, reference) = (u32::from_be_bytes(*other), text(reference));
            let paid = state::settled(number, other, &reference).may_load(storage)?;
            if tag == b'N' && paid.is_some() {
                return Ok(None); // told with the payments made
            }
            let received = state::settled(other, number, &reference).may_load(storage)?;
            ExportItem::Settled {
                with: state::identity(other).load(storage)?.address,
                r#ref: reference,
                paid: paid.unwrap_or(0).into(),
                received: received.unwrap_or(0).into(),
            }
        }
        _ => {
            let Ok(period) = rest.try_into().map(u16::from_be_bytes) else {
                return Ok(None);
            };
            let _: Statement = state::statement(number, period).decode(value)?;
            let at = Seconds(u64::from(period) * PERIOD);
            match statements::statement::<P>(storage, number, at, at, now)?
                .lines
                .pop()
            {
                Some(line) => ExportItem::Statement(line),
                None => return Ok(None),
            }
        }
    }))
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
fn next_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
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
