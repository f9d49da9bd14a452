//! All that this contract holds about a member, part by part: the page's mark
//! says in which part and after which record it goes on.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::Deps;
use mycel_bindings::MycelQuery;
use mycel_kit::Id;

use crate::deals::ask::DealView;
use crate::error::ContractError;
use crate::mailbox;
use crate::mailbox::export::MailboxExport;
use crate::{deals, query};

/// Answer to `export`.
#[cw_serde]
#[derive(Default)]
pub struct ExportResponse {
    /// The person's number.
    pub person: Id,
    // ---- mailbox, keys
    /// Its mailbox, with entries and keys.
    pub mailbox: Option<MailboxExport>,
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
    let mark: u64 = mark.parse().map_err(|_| unreadable())?;
    match part {
        // ---- mailbox, keys
        "mailbox" => {
            let from = u32::try_from(mark).map_err(|_| unreadable())?;
            let (mailbox, next) = mailbox::export::page(deps.storage, person, from)?;
            answer.mailbox = mailbox;
            answer.next = Some(match next {
                Some(number) => format!("mailbox/{number}"),
                None => "deals/0".to_owned(),
            });
        }
        // ---- deals
        "deals" => {
            let page = deals::show::of(deps.storage, person, Some(Id(mark)), None)?;
            answer.deals = page.deals;
            answer.next = page.next.map(|deal| format!("deals/{deal}"));
        }
        _ => return Err(unreadable()),
    }
    Ok(answer)
}
