//! Questions to juries and lots, for every part that needs one. Nobody tells
//! this contract an outcome: it opens the case, and reads it at sortition once
//! it is final.
//!
//! Whoever asks names a [`Task`]: it is put down for the case's deadline, and
//! anyone's `advance {case}` carries it out before; the part then reads
//! [`verdict`] or [`drawn`] and acts once. Keys: `j` ‖ 1 ‖ own number →
//! [`Asked`]; `j` ‖ 2 ‖ sortition's number → own number.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::{
    Binary, DepsMut, Env, Reply, ReplyOn, Response, Storage, SubMsgResult, from_json,
};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::peers::sortition::{
    Case, CaseOpened, CaseStatus, Drawn, SortitionMsg, SortitionQuery,
};
use mycel_kit::peers::{PeerError, must, pull};
use mycel_kit::{Id, Key, Seconds};

use crate::agenda::{self, Task};
use crate::call::Call;
use crate::error::ContractError;
use crate::state;

/// A case asked for, by own number.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Asked {
    /// What is judged.
    pub kind: String,
    /// What to do about it.
    pub then: Task,
    /// Who is judged or concerned: person numbers.
    pub parties: Vec<u64>,
    /// When it was asked.
    pub opened: u64,
    /// Until when the jury must have decided.
    pub deadline: u64,
    /// Sortition's number.
    pub case: Option<u64>,
    /// Sortition did not open it.
    pub refused: bool,
}

impl Asked {
    /// From when on a sortition that does not answer has lapsed: longer than a
    /// case and its appeal take. No slot waits for a peer that is gone.
    #[must_use]
    pub fn gives_up(&self) -> u64 {
        let term = self.deadline.saturating_sub(self.opened);
        self.deadline.saturating_add(term.saturating_mul(2))
    }
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// `sanction`, `appeal`, `reading`, `assess` …
    pub kind: &'static str,
    /// Jurors, or persons to be drawn.
    pub size: u16,
    /// Votes needed in 1/10,000 of the jurors.
    pub threshold_bps: u16,
    /// Person numbers; they and their related are no jurors. One at least.
    pub parties: Vec<u64>,
    /// What to do about it.
    pub then: Task,
    /// Whether sortition's refusal refuses the whole message. False for work
    /// of the agenda: then [`Verdict::Lapsed`] follows.
    pub strict: bool,
}

/// How a case stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Look again then.
    Pending(u64),
    /// Nobody decided in time, or no case could be opened: the measure ends.
    Lapsed,
    /// A final outcome.
    Said(String),
}

fn asked_key(number: u64) -> Key<Asked> {
    state::key(b'j', 1, &[number])
}

fn own_number(case: u64) -> Key<u64> {
    state::key(b'j', 2, &[case])
}

/// How a case is named at sortition.
#[must_use]
pub fn reference(number: u64) -> String {
    format!("commons/{number}")
}

/// A case that must exist, by own number.
///
/// # Errors
/// [`ContractError::UnknownCase`].
pub fn asked(storage: &dyn Storage, number: u64) -> Result<Asked, ContractError> {
    asked_key(number)
        .may_load(storage)?
        .ok_or(ContractError::UnknownCase { case: number })
}

/// Asks a jury; gives the own number of the case.
///
/// # Errors
/// There is no sortition.
pub fn open(call: &mut Call<'_>, question: Question) -> Result<u64, ContractError> {
    let deadline = call
        .now
        .saturating_add(call.parameters.numbers.case_seconds.into());
    let number = call.totals.cases.saturating_add(1);
    let message = SortitionMsg::OpenCase {
        r#ref: reference(number),
        kind: question.kind.to_owned(),
        size: question.size,
        threshold_bps: question.threshold_bps,
        parties: question.parties.iter().copied().map(Id).collect(),
        deadline: Seconds(deadline),
    };
    let mut message = must::<MycelMsg>(&call.peers.sortition, &message)
        .ok_or(PeerError::Absent { name: "sortition" })?;
    message.id = number;
    message.reply_on = if question.strict {
        ReplyOn::Success
    } else {
        ReplyOn::Always
    };
    call.totals.cases = number;
    let asked = Asked {
        kind: question.kind.to_owned(),
        then: question.then,
        parties: question.parties,
        opened: call.now,
        deadline,
        case: None,
        refused: false,
    };
    asked_key(number).save(call.storage, &asked);
    agenda::at(call, deadline, question.then);
    call.response.messages.push(message);
    Ok(number)
}

/// Sortition's answer to [`open`]: `reply.id` is the own number.
///
/// # Errors
/// No such case, an unreadable answer.
pub fn opened(
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
    reply: Reply,
) -> Result<Response<MycelMsg>, ContractError> {
    let mut call = Call::begin(deps, env, "")?;
    let mut asked = asked(call.storage, reply.id)?;
    let answer = match reply.result {
        SubMsgResult::Ok(answer) => answer,
        SubMsgResult::Err(why) => {
            asked.refused = true;
            asked_key(reply.id).save(call.storage, &asked);
            agenda::at(&mut call, 0, asked.then);
            call.event("case_refused", &[("number", &reply.id), ("why", &why)]);
            return Ok(call.finish());
        }
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
    asked_key(reply.id).save(call.storage, &asked);
    own_number(case).save(call.storage, &reply.id);
    call.event(
        "case_opened",
        &[
            ("number", &reply.id),
            ("case", &case),
            ("kind", &asked.kind),
            ("commons", &asked.then.commons),
        ],
    );
    Ok(call.finish())
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

/// How a case stands, asked at sortition now.
///
/// # Errors
/// No such case; sortition does not answer.
pub fn verdict(call: &Call<'_>, number: u64) -> Result<Verdict, ContractError> {
    let asked = asked(call.storage, number)?;
    let Some(case) = asked.case else {
        return Ok(Verdict::Lapsed);
    };
    let question = SortitionQuery::Case { id: Id(case) };
    let answer = pull(call.querier, "sortition", &call.peers.sortition, &question);
    let case: Case = match answer {
        Ok(case) => case,
        Err(_) if call.now >= asked.gives_up() => return Ok(Verdict::Lapsed),
        Err(why) => return Err(why.into()),
    };
    if case.r#ref != reference(number) {
        return Err(ContractError::Answer(format!("ref={}", case.r#ref)));
    }
    Ok(match (case.status, case.r#final) {
        (CaseStatus::Lapsed, _) => Verdict::Lapsed,
        (CaseStatus::Decided, true) => Verdict::Said(case.outcome),
        _ => {
            let again = call.now.saturating_add(agenda::FAILED_SECONDS);
            Verdict::Pending(asked.deadline.max(again))
        }
    })
}

/// Who was drawn by lot, in the order drawn; `None` until the draw is done.
///
/// # Errors
/// No such case; sortition does not answer.
pub fn drawn(call: &Call<'_>, number: u64) -> Result<Option<Vec<u64>>, ContractError> {
    let asked = asked(call.storage, number)?;
    if asked.refused {
        return Ok(Some(vec![]));
    }
    let question = SortitionQuery::Drawn {
        r#ref: reference(number),
    };
    let answer = pull(call.querier, "sortition", &call.peers.sortition, &question);
    let drawn: Drawn = match answer {
        Ok(drawn) => drawn,
        Err(_) if call.now >= asked.gives_up() => return Ok(Some(vec![])),
        Err(why) => return Err(why.into()),
    };
    Ok(drawn
        .done
        .then(|| drawn.persons.into_iter().map(|Id(person)| person).collect()))
}

/// Carries out what follows from a case, by sortition's number: anyone's `advance {case}`.
///
/// # Errors
/// No such case; what the part says.
pub fn advance(call: &mut Call<'_>, case: u64, limit: u32) -> Result<(), ContractError> {
    let number = own_number(case)
        .may_load(call.storage)?
        .ok_or(ContractError::UnknownCase { case })?;
    let then = asked(call.storage, number)?.then;
    agenda::only(call, then, limit)
}
