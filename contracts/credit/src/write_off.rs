//! Debts that are left behind: written off after a jury's final word.
//!
//! Guarantors pay first ([`crate::sponsor`]), nobody below its own limit; then
//! the commons, at most what is set aside for losses; the rest stays on the
//! account, which may still receive and repay, and nothing else, for ever.
//!
//! The jury's case is of kind `default`. It is about a person who is among its
//! parties. Organisations and contracts have no person number: a case about
//! one says so in its reference, `credit/default/` and the account's number.

use cosmwasm_std::{Deps, DepsMut, Response, Storage};
use mycel_kit::Id;
use mycel_kit::peers::pull;
use mycel_kit::peers::sortition::{Case, SortitionQuery};

use crate::accounts::number;
use crate::error::ContractError;
use crate::fold::{Batch, Entry};
use crate::pay::may_receive;
use crate::peers;
use crate::policies::{LimitPolicy, Policies};
use crate::sponsor;
use crate::state::{self, Status};
use crate::waterfall;

/// Decided, after a jury's final `default`: guarantors pay, then the commons
/// within the loss budget; the rest stays.
///
/// # Errors
/// No jury yet, no such final outcome about this member, a case used before,
/// or no debt.
pub fn write_off<P: Policies>(
    deps: DepsMut,
    now: u64,
    owner: &str,
    Id(case): Id,
) -> Result<Response, ContractError> {
    let member = number(deps.storage, owner)?;
    check_case(deps.as_ref(), member, case)?;
    let storage = deps.storage;
    state::case(case).save(storage, &1);
    let mut batch = Batch::open(storage, now)?;
    let account = batch.account::<P>(storage, member)?;
    may_receive(account, owner)?;
    let debt = (-account.position).max(0);
    if debt == 0 {
        return Err(ContractError::NothingDue { what: "debt" });
    }
    account.status = Status::Defaulted;
    let (mut left, mut borne) = (debt, Vec::new());
    for (guarantor, claim) in sponsor::guarantors::<P>(storage, member, debt, now)? {
        if guarantor == member {
            continue;
        }
        let paid = claim
            .min(headroom::<P>(storage, &mut batch, guarantor)?)
            .min(left)
            .max(0);
        if paid > 0 {
            batch.shift(guarantor, -paid, Entry::Move)?;
            borne.push((guarantor, paid));
            left -= paid;
        }
    }
    sponsor::note(storage, member, &borne)?;
    let guaranteed = debt - left;
    let covered = waterfall::cover(storage, &mut batch, left)?;
    batch.shift(member, guaranteed + covered, Entry::Move)?;
    batch.close(storage)?;
    Ok(Response::new()
        .add_attribute("action", "write_off")
        .add_attribute("member", owner)
        .add_attribute("case", case.to_string())
        .add_attribute("debt", debt.to_string())
        .add_attribute("guaranteed", guaranteed.to_string())
        .add_attribute("covered", covered.to_string())
        .add_attribute("left", (left - covered).to_string()))
}

/// PULL: the jury's final word is `default`, about this member, not used yet.
fn check_case(deps: Deps, member: u32, case: u64) -> Result<(), ContractError> {
    if state::case(case).exists(deps.storage) {
        return Err(ContractError::UnknownItem {
            what: "unused case",
            id: case,
        });
    }
    let peers = peers::load(deps.storage)?;
    let question = SortitionQuery::Case { id: Id(case) };
    let told: Case = pull(deps.querier, "sortition", &peers.sortition, &question)?;
    if !told.r#final || told.outcome != "default" {
        return Err(ContractError::CaseUndecided {
            case,
            outcome: told.outcome,
            is_final: told.r#final,
        });
    }
    let person = state::identity(member).load(deps.storage)?.person;
    let about = match person {
        Some(person) => told.parties.contains(&Id(person)),
        None => told.r#ref == format!("credit/default/{member}"),
    };
    if told.kind != "default" || !about {
        return Err(ContractError::NotYours {
            what: "case",
            id: case,
        });
    }
    Ok(())
}

/// How much an account can give now.
fn headroom<P: Policies>(
    storage: &mut dyn Storage,
    batch: &mut Batch,
    number: u32,
) -> Result<i128, ContractError> {
    let (terms, now) = (batch.terms.clone(), batch.now);
    let account = batch.account::<P>(storage, number)?;
    if account.status == Status::Closed {
        return Ok(0);
    }
    Ok((account.position + P::Limit::limit(account, &terms, now).signed()).max(0))
}
