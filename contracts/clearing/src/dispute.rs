//! Disputes: a side says that an obligation is not right, and it enters no
//! round. The one who said so may take it back; where there is sortition, a
//! jury judges, and its final outcome is acted on once.

use cosmwasm_std::{DepsMut, Reply, Response, SubMsg, SubMsgResult, from_json};
use mycel_kit::peers::sortition::{Case, CaseOpened, CaseStatus, SortitionMsg, SortitionQuery};
use mycel_kit::peers::{must, pull};
use mycel_kit::{Id, Seconds};

use crate::book::{Found, flag};
use crate::error::ContractError;
use crate::obligations::{self, Side};
use crate::people;
use crate::state;

/// Jurors.
const JURORS: u16 = 5;
/// Votes needed in 1/10,000 of them.
const THRESHOLD_BPS: u16 = 5_001;
/// How long they have.
const TERM: u64 = 30 * 86_400;

/// How an obligation is named at sortition.
#[must_use]
pub fn reference(obligation: u32) -> String {
    format!("clearing/{obligation}")
}

/// A side disputes an obligation.
///
/// # Errors
/// Not a party, frozen, disputed already.
pub fn dispute(
    deps: DepsMut,
    now: u64,
    sender: &str,
    obligation: Id,
) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let person = people::person(deps.querier, &parameters, sender)?;
    let mut found = obligations::open(deps.storage, obligation)?;
    let mut entry = found.entry();
    if entry.has(flag::DISPUTED) {
        return Err(ContractError::Disputed {
            obligation: obligation.0,
        });
    }
    entry.flags |= match obligations::side(entry, person)? {
        Side::Debtor => flag::DISPUTED,
        Side::Creditor => flag::DISPUTED | flag::DISPUTED_BY_CREDITOR,
    };
    found.set_entry(deps.storage, entry);
    let message = SortitionMsg::OpenCase {
        r#ref: reference(found.number),
        kind: "obligation".to_owned(),
        size: JURORS,
        threshold_bps: THRESHOLD_BPS,
        parties: vec![Id(entry.debtor.into()), Id(entry.creditor.into())],
        deadline: Seconds(now.saturating_add(TERM)),
    };
    let mut response = Response::new()
        .add_attribute("action", "dispute")
        .add_attribute("obligation", obligation.to_string())
        .add_attribute("person", person.to_string());
    if let Some(asked) = must(&parameters.sortition, &message) {
        let asked = SubMsg::reply_on_success(asked.msg, u64::from(found.number));
        response = response.add_submessage(asked);
    }
    Ok(response)
}

/// Sortition has opened the case: its number is remembered.
///
/// # Errors
/// An answer of another shape.
pub fn opened(deps: DepsMut, reply: Reply) -> Result<Response, ContractError> {
    let SubMsgResult::Ok(answer) = reply.result else {
        return Err(ContractError::Reply("the case was refused".to_owned()));
    };
    #[allow(
        deprecated,
        reason = "chains before wasmd 0.52 answer in `data` only; ours fills both"
    )]
    let data = answer
        .msg_responses
        .first()
        .and_then(|first| field_one(first.value.as_slice()))
        .or_else(|| {
            answer
                .data
                .as_ref()
                .and_then(|data| field_one(data.as_slice()))
        })
        .ok_or_else(|| ContractError::Reply("no data".to_owned()))?;
    let CaseOpened { case: Id(case) } =
        from_json(data).map_err(|error| ContractError::Reply(error.to_string()))?;
    let obligation = u32::try_from(reply.id)
        .map_err(|_| ContractError::Reply("no obligation of that number".to_owned()))?;
    state::case(obligation).save(deps.storage, &case);
    Ok(Response::new()
        .add_attribute("action", "case_opened")
        .add_attribute("obligation", obligation.to_string())
        .add_attribute("case", case.to_string()))
}

/// The bytes in field 1 of a protobuf message, where the whole message is
/// that field: MsgExecuteContractResponse {data}.
fn field_one(message: &[u8]) -> Option<&[u8]> {
    let (tag, rest) = message.split_first()?;
    if *tag != 0x0a {
        return None;
    }
    let mut at = 0;
    let length = mycel_kit::flow::varint::take(rest, &mut at).ok()?;
    rest.get(at..).filter(|data| data.len() as u64 == length)
}

/// The one who disputes takes it back, while no jury sits on it.
///
/// # Errors
/// Not disputed, not by this side, a case is open.
pub fn withdraw(deps: DepsMut, sender: &str, obligation: Id) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let person = people::person(deps.querier, &parameters, sender)?;
    let mut found = disputed(deps.storage, obligation)?;
    let entry = found.entry();
    let by_creditor = entry.has(flag::DISPUTED_BY_CREDITOR);
    if (obligations::side(entry, person)? == Side::Creditor) != by_creditor {
        return Err(ContractError::NotAParty {
            person,
            needs: "the side that disputes",
        });
    }
    if let Some(case) = state::case(found.number).may_load(deps.storage)? {
        return Err(ContractError::CaseOpen {
            obligation: obligation.0,
            case,
        });
    }
    lift(deps.storage, &mut found);
    Ok(Response::new()
        .add_attribute("action", "withdraw_dispute")
        .add_attribute("obligation", obligation.to_string()))
}

/// Reads the jury's final outcome: `uphold` ends the obligation, all else
/// lifts the dispute. Anyone may; it works once.
///
/// # Errors
/// No case, not final, another case than the one that was opened.
pub fn judged(deps: DepsMut, obligation: Id) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let mut found = disputed(deps.storage, obligation)?;
    let key = state::case(found.number);
    let number = key
        .may_load(deps.storage)?
        .ok_or(ContractError::NotDisputed {
            obligation: obligation.0,
        })?;
    let case: Case = pull(
        deps.querier,
        "sortition",
        &parameters.sortition,
        &SortitionQuery::Case { id: Id(number) },
    )?;
    let lapsed = case.status == CaseStatus::Lapsed;
    if !(case.r#final || lapsed) || case.r#ref != reference(found.number) {
        return Err(ContractError::CaseOpen {
            obligation: obligation.0,
            case: number,
        });
    }
    deps.storage.remove(key.bytes());
    lift(deps.storage, &mut found);
    let upheld = !lapsed && case.outcome == "uphold";
    if upheld {
        obligations::end(deps.storage, &mut found)?;
    }
    Ok(Response::new()
        .add_attribute("action", "judged")
        .add_attribute("obligation", obligation.to_string())
        .add_attribute("case", number.to_string())
        .add_attribute("upheld", upheld.to_string()))
}

fn disputed(storage: &dyn cosmwasm_std::Storage, obligation: Id) -> Result<Found, ContractError> {
    let found = obligations::open(storage, obligation)?;
    if found.entry().has(flag::DISPUTED) {
        return Ok(found);
    }
    Err(ContractError::NotDisputed {
        obligation: obligation.0,
    })
}

fn lift(storage: &mut dyn cosmwasm_std::Storage, found: &mut Found) {
    let mut entry = found.entry();
    entry.flags &= !(flag::DISPUTED | flag::DISPUTED_BY_CREDITOR);
    found.set_entry(storage, entry);
}
