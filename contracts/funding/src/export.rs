//! All that this contract holds about a member, part by part: the page's mark
//! says in which part and after which record it goes on.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::Deps;
use mycel_bindings::MycelQuery;
use mycel_kit::Id;

use crate::error::ContractError;
use crate::query;

/// Answer to `export`.
#[cw_serde]
#[derive(Default)]
pub struct ExportResponse {
    /// The person's number.
    pub person: Id,
    // ---- rounds

    // ---- dividend

    // ---- register
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
    let _ = after;
    Ok(ExportResponse {
        person: Id(person),
        ..ExportResponse::default()
    })
}
