//! The rated disputes a rating before it lies in the mailbox: it reveals what
//! it says, everyone can check that this is what was sealed, and a jury drops
//! or confirms it. Nobody tells this contract an outcome: it reads it at
//! sortition once it is final, by anyone's `advance_dispute` and by itself.

use cosmwasm_std::{Binary, DepsMut, Env, Reply, ReplyOn, Response, SubMsgResult, from_json};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::peers::sortition::{Case, CaseOpened, CaseStatus, SortitionMsg, SortitionQuery};
use mycel_kit::peers::{PeerError, must, pull};
use mycel_kit::{Id, Seconds};

use super::msg::DisputeRating;
use super::record::{Asked, Deal, Dispute, Rating, Sealed};
use super::{DealError, caps, deal, direction, end, rate, state};
use crate::agenda::{self, Worked};
use crate::call::Call;
use crate::element::canonical;
use crate::error::ContractError;
use crate::mailbox;
use crate::state::Task;

/// What sortition calls such cases: `uphold` drops the rating.
pub const KIND: &str = "rating";
/// Votes needed, in 1/10,000.
const THRESHOLD_BPS: u16 = 6_667;

/// How a case is named at sortition.
#[must_use]
pub fn reference(number: u64) -> String {
    format!("trust/{number}")
}

/// The rated reveals a rating of it and asks a jury, within the appeal time.
///
/// # Errors
/// Somebody else; not opened, or due already; other numbers than were sealed; as
/// many disputes open as one may have; sortition refuses the case.
pub fn dispute(call: &mut Call<'_>, told: &DisputeRating) -> Result<(), ContractError> {
    let number = told.deal.0;
    let dir = direction(told.dir)?;
    let (packed, rho) = (
        canonical("packed", &told.packed)?,
        canonical("rho", &told.rho)?,
    );
    let mut one = deal(call.storage, number)?;
    let person = rate::rated(&one, dir);
    if call.person()? != person {
        return Err(DealError::NotAboutYou {
            deal: number,
            dir,
            person,
        }
        .into());
    }
    let side = &mut one.sides[usize::from(dir)];
    let Rating::Opened(sealed) = side.rating else {
        return Err(DealError::Settled {
            deal: number,
            dir,
            rating: side.rating.name(),
        }
        .into());
    };
    if call.now >= sealed.ticket.due {
        return Err(DealError::TooLate {
            deal: number,
            what: "was disputed",
            until: sealed.ticket.due,
            now: call.now,
        }
        .into());
    }
    if call.poseidon(&[vec![packed, rho]])? != [sealed.c] {
        return Err(DealError::OtherOpening { deal: number, dir }.into());
    }
    let seconds = u64::from(call.parameters.numbers.case_seconds);
    let deadline = call.now.saturating_add(seconds);
    let own = call.next_number(&state::cases())?;
    let other = if person == one.a { one.b } else { one.a };
    let message = SortitionMsg::OpenCase {
        r#ref: reference(own),
        kind: KIND.to_owned(),
        size: call.parameters.numbers.rating_jurors as u16,
        threshold_bps: THRESHOLD_BPS,
        // who disputes comes first: for whom the case counts
        parties: vec![Id(person), Id(other)],
        deadline: Seconds(deadline),
    };
    let mut message = must::<MycelMsg>(&call.parameters.sortition, &message)
        .ok_or(PeerError::Absent { name: "sortition" })?;
    message.id = own;
    message.reply_on = ReplyOn::Success;
    caps::take_dispute(call, person)?;
    mailbox::withdraw(call, sealed.ticket)?;
    one.sides[usize::from(dir)].rating = Rating::Disputed(
        sealed,
        Dispute {
            case: own,
            packed,
            rho,
        },
    );
    state::deal(number).save(call.storage, &one);
    let asked = Asked {
        deal: number,
        dir,
        deadline,
        gives_up: deadline.saturating_add(seconds.saturating_mul(2)),
        case: None,
    };
    state::asked(own).save(call.storage, &asked);
    let mut totals = state::totals().load(call.storage)?;
    totals.disputed = totals.disputed.saturating_add(1);
    state::totals().save(call.storage, &totals);
    agenda::set(call, Task::Dispute(own), Some(deadline))?;
    call.response.messages.push(message);
    call.event(
        "dispute_rating",
        &[("deal", &number), ("dir", &dir), ("person", &person)],
    );
    Ok(())
}

/// Sortition's answer: `reply.id` is the own number of the case.
///
/// # Errors
/// No such case, an unreadable answer.
pub fn opened(
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
    reply: Reply,
) -> Result<Response<MycelMsg>, ContractError> {
    let mut call = Call::begin(deps, env, "")?;
    let number = reply.id;
    let key = state::asked(number);
    let mut asked = key
        .may_load(call.storage)?
        .ok_or(DealError::UnknownCase { number })?;
    let answer = match reply.result {
        SubMsgResult::Ok(answer) => answer,
        SubMsgResult::Err(why) => return Err(ContractError::Answer(why)),
    };
    #[allow(deprecated, reason = "chains fill the one field or the other")]
    let data = match answer.data {
        Some(data) => Some(data),
        None => answer
            .msg_responses
            .into_iter()
            .next()
            .map(|response| response.value),
    };
    let CaseOpened { case: Id(case) } = data
        .as_ref()
        .and_then(payload)
        .and_then(|json| from_json(json).ok())
        .ok_or_else(|| ContractError::Answer("data of open_case".to_owned()))?;
    asked.case = Some(case);
    key.save(call.storage, &asked);
    call.event(
        "case_opened",
        &[("deal", &asked.deal), ("dir", &asked.dir), ("case", &case)],
    );
    Ok(call.response)
}

/// The contract's own data in what a chain replies: the field `data` (1) of
/// `MsgExecuteContractResponse`, or the bare JSON of a test bed.
fn payload(data: &Binary) -> Option<&[u8]> {
    let bytes = data.as_slice();
    if bytes.first() == Some(&b'{') {
        return Some(bytes);
    }
    let rest = bytes.strip_prefix(&[0x0a])?;
    let (mut length, mut shift, mut at) = (0usize, 0, 0);
    loop {
        let byte = *rest.get(at)?;
        at += 1;
        length |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            break;
        }
        if shift > 21 {
            return None;
        }
    }
    rest.get(at..at.checked_add(length)?)
}

/// What a jury said, acted on once: dropped, or due in the mailbox.
///
/// # Errors
/// Sortition does not answer.
pub fn work(call: &mut Call<'_>, own: u64) -> Result<Worked, ContractError> {
    let done = |units, next| Ok(Worked::Done { units, next });
    let Some(asked) = state::asked(own).may_load(call.storage)? else {
        return done(0, None);
    };
    let mut one = deal(call.storage, asked.deal)?;
    let Rating::Disputed(sealed, dispute) = one.sides[usize::from(asked.dir)].rating else {
        return done(0, None);
    };
    if dispute.case != own {
        return done(0, None);
    }
    let dropped = match verdict(call, own, &asked)? {
        Some(dropped) => dropped,
        None => {
            let again = call.now.saturating_add(agenda::FAILED_SECONDS);
            return done(
                0,
                Some(
                    asked
                        .deadline
                        .max(again)
                        .min(asked.gives_up.max(call.now + 1)),
                ),
            );
        }
    };
    let mut totals = state::totals().load(call.storage)?;
    totals.disputed = totals.disputed.saturating_sub(1);
    if dropped {
        totals.waiting = totals.waiting.saturating_sub(1);
        totals.dropped = totals.dropped.saturating_add(1);
    }
    state::totals().save(call.storage, &totals);
    caps::free_dispute(call.storage, rate::rated(&one, asked.dir))?;
    one.sides[usize::from(asked.dir)].rating = if dropped {
        Rating::Dropped
    } else {
        confirmed(call, &one, asked.dir, &sealed)?
    };
    call.storage.remove(state::asked(own).bytes());
    call.event(
        "dispute_decided",
        &[
            ("deal", &asked.deal),
            ("dir", &asked.dir),
            ("dropped", &dropped),
        ],
    );
    end::settle(call, asked.deal, one)?;
    done(5, None)
}

fn confirmed(
    call: &mut Call<'_>,
    one: &Deal,
    dir: u8,
    sealed: &Sealed,
) -> Result<Rating, ContractError> {
    let due = call.now;
    let sealed = end::wait(call, one, dir, sealed.c, sealed.ct, due)?;
    Ok(Rating::Opened(sealed))
}

/// Whether the jury dropped it; `None`: nothing final yet. Where nobody decides
/// in time the dispute ends, and the rating stands; what a first jury said counts
/// then, also where it might still be appealed.
fn verdict(call: &Call<'_>, own: u64, asked: &Asked) -> Result<Option<bool>, ContractError> {
    let Some(case) = asked.case else {
        return Ok(Some(false));
    };
    let late = call.now >= asked.gives_up;
    let question = SortitionQuery::Case { id: Id(case) };
    let answer = pull(
        call.querier,
        "sortition",
        &call.parameters.sortition,
        &question,
    );
    let case: Case = match answer {
        Ok(case) => case,
        Err(_) if late => return Ok(Some(false)),
        Err(why) => return Err(why.into()),
    };
    if case.r#ref != reference(own) {
        return match late {
            true => Ok(Some(false)),
            false => Err(ContractError::Answer(format!("ref={}", case.r#ref))),
        };
    }
    Ok(match (case.status, case.r#final) {
        (CaseStatus::Lapsed, _) => Some(false),
        (CaseStatus::Decided, true) => Some(case.outcome == "uphold"),
        _ if late => Some(case.outcome == "uphold"),
        _ => None,
    })
}

/// Carries out what a jury said about a rating: anyone's.
///
/// # Errors
/// Not disputed; no final verdict yet.
pub fn advance(call: &mut Call<'_>, number: u64, dir: u8) -> Result<(), ContractError> {
    let dir = direction(dir)?;
    let one = deal(call.storage, number)?;
    let rating = &one.sides[usize::from(dir)].rating;
    let Rating::Disputed(_, dispute) = rating else {
        return Err(DealError::Settled {
            deal: number,
            dir,
            rating: rating.name(),
        }
        .into());
    };
    agenda::only(call, Task::Dispute(dispute.case), agenda::MAX_WORK)
}
