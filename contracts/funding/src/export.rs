//! All that this contract holds about a member, part by part: the page's mark
//! says in which part and after which record it goes on.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::Deps;
use mycel_bindings::MycelQuery;
use mycel_kit::Id;

use crate::error::ContractError;
use crate::query;
use crate::register;
use crate::register::export::RegisterExport;
use crate::rounds;
use crate::rounds::ask::RoundExport;

/// Answer to `export`.
#[cw_serde]
#[derive(Default)]
pub struct ExportResponse {
    /// The person's number.
    pub person: Id,
    // ---- rounds
    /// What it has or had in rounds.
    pub rounds: Vec<RoundExport>,

    // ---- dividend, register
    /// What it has in the register, and its dividends.
    pub register: Option<RegisterExport>,
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
    now: u64,
) -> Result<ExportResponse, ContractError> {
    let person = query::person(deps, member)?;
    let mut answer = ExportResponse {
        person: Id(person),
        ..ExportResponse::default()
    };
    let unreadable = || ContractError::Answer("after is not where a page ended".to_owned());
    let (part, mark) = after
        .unwrap_or("rounds/0")
        .split_once('/')
        .ok_or_else(unreadable)?;
    let mark: u64 = mark.parse().map_err(|_| unreadable())?;
    match part {
        // ---- rounds
        "rounds" => {
            let (rounds, next) = rounds::export::page(deps, person, mark)?;
            answer.rounds = rounds;
            answer.next = Some(match next {
                Some(round) => format!("rounds/{round}"),
                None => "register/0".to_owned(),
            });
        }
        // ---- dividend, register
        "register" => {
            let (register, next) = register::export::page(deps.storage, person, mark, now)?;
            answer.register = Some(register);
            answer.next = next.map(|entry| format!("register/{entry}"));
        }
        _ => return Err(unreadable()),
    }
    Ok(answer)
}
