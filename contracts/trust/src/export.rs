//! All that this contract holds about a member, part by part: the page's mark
//! says in which part and after which record it goes on.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Deps, HexBinary};
use mycel_bindings::MycelQuery;
use mycel_kit::Id;

use crate::deals::ask::DealView;
use crate::element::{Element, ZERO};
use crate::error::ContractError;
use crate::keys::ask::ViewingKey;
use crate::mailbox::export::MailboxExport;
use crate::{deals, keys, mailbox, query};

/// Answer to `export`.
#[cw_serde]
#[derive(Default)]
pub struct ExportResponse {
    /// The person's number.
    pub person: Id,
    // ---- mailbox
    /// Its mailbox, with entries.
    pub mailbox: Option<MailboxExport>,
    // ---- keys
    /// The viewing keys that it published, oldest first.
    pub viewing_keys: Vec<ViewingKey>,
    /// The identities that it ever used, by value; one of them is the mailbox's.
    pub identities: Vec<HexBinary>,
    // ---- deals
    /// Its deals that are kept.
    pub deals: Vec<DealView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<String>,
}

/// A page.
///
/// # Errors
/// No member's address; `after` that no page ended with.
pub fn page(
    deps: Deps<'_, MycelQuery>,
    member: &str,
    after: Option<&str>,
) -> Result<ExportResponse, ContractError> {
    let person = query::person(deps, member)?;
    let mut answer = ExportResponse {
        person: Id(person),
        ..ExportResponse::default()
    };
    let unreadable = || ContractError::Answer("after is not where a page ended".to_owned());
    let (part, mark) = after
        .unwrap_or("mailbox/0")
        .split_once('/')
        .ok_or_else(unreadable)?;
    match part {
        // ---- mailbox
        "mailbox" => {
            let from = mark.parse().map_err(|_| unreadable())?;
            let (mailbox, next) = mailbox::export::page(deps.storage, person, from)?;
            answer.mailbox = mailbox;
            answer.next = Some(match next {
                Some(number) => format!("mailbox/{number}"),
                None => "keys/1".to_owned(),
            });
        }
        // ---- keys
        "keys" => {
            let from = mark.parse().map_err(|_| unreadable())?;
            let (keys, next) = keys::export::viewing_keys(deps.storage, person, from)?;
            answer.viewing_keys = keys;
            answer.next = Some(match next {
                Some(version) => format!("keys/{version}"),
                None => format!("identities/{}", cosmwasm_std::to_hex(ZERO)),
            });
        }
        "identities" => {
            let from = HexBinary::from_hex(mark).map_err(|_| unreadable())?;
            let from = Element::try_from(from.as_slice()).map_err(|_| unreadable())?;
            let (identities, next) = keys::export::identities(deps.storage, person, &from)?;
            answer.identities = identities;
            answer.next = Some(match next {
                Some(idc) => format!("identities/{}", cosmwasm_std::to_hex(idc)),
                None => "deals/0".to_owned(),
            });
        }
        // ---- deals
        "deals" => {
            let mark = mark.parse().map_err(|_| unreadable())?;
            let page = deals::show::of(deps.storage, person, Some(Id(mark)), None)?;
            answer.deals = page.deals;
            answer.next = page.next.map(|deal| format!("deals/{deal}"));
        }
        _ => return Err(unreadable()),
    }
    Ok(answer)
}
