//! Questions to juries. Nobody tells this contract an outcome: it opens the
//! case, and reads it at sortition when it is final. Each case is used once.

use cosmwasm_std::{Binary, DepsMut, Env, Reply, Response, SubMsgResult, from_json};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::Id;
use mycel_kit::Seconds;
use mycel_kit::ladder::Step;
use mycel_kit::peers::sortition::{Case, CaseOpened, CaseStatus, SortitionMsg, SortitionQuery};
use mycel_kit::peers::{PeerError, must, pull};

use crate::agenda;
use crate::call::Call;
use crate::error::ContractError;
use crate::ladder;
use crate::recheck;
use crate::state::{self, APPEAL, Measure, Progress, Question, Task};

/// Jurors, and the votes needed in 1/10,000.
#[must_use]
pub fn jury(question: &Question) -> (u16, u16) {
    match question {
        Question::Sanction {
            step: Step::None | Step::Notice,
            ..
        } => (5, 5_001),
        Question::Sanction {
            step: Step::Expelled,
            ..
        }
        | Question::Appeal { .. } => (23, 6_667),
        Question::Sanction { .. } | Question::Entry => (11, 6_667),
    }
}

/// The kind of case.
#[must_use]
pub fn kind(question: &Question) -> &'static str {
    match question {
        Question::Sanction { .. } => "sanction",
        Question::Appeal { .. } => "appeal",
        Question::Entry => "entry",
    }
}

/// How a measure is named at sortition.
#[must_use]
pub fn reference(measure: u64) -> String {
    format!("members/{measure}")
}

/// Asks a jury. The number of the case comes back in this transaction.
///
/// # Errors
/// There is no sortition.
pub fn open(
    call: &mut Call<'_>,
    person: u64,
    question: Question,
    parties: Vec<u64>,
    reasons: [u8; 32],
) -> Result<u64, ContractError> {
    let deadline = call
        .now
        .saturating_add(call.parameters.numbers.case_seconds.into());
    let number = call.totals.measures.saturating_add(1);
    let (size, threshold_bps) = jury(&question);
    let message = SortitionMsg::OpenCase {
        r#ref: reference(number),
        kind: kind(&question).to_owned(),
        size,
        threshold_bps,
        parties: parties.iter().copied().map(Id).collect(),
        deadline: Seconds(deadline),
    };
    let mut message = must::<MycelMsg>(&call.peers.sortition, &message)
        .ok_or(PeerError::Absent { name: "sortition" })?;
    message.id = number;
    message.reply_on = match question {
        // tried again later: a sortition that has no panel must not stop all other work
        Question::Entry => cosmwasm_std::ReplyOn::Always,
        _ => cosmwasm_std::ReplyOn::Success,
    };
    call.totals.measures = number;
    call.totals.measures_open = call.totals.measures_open.saturating_add(1);
    state::measure(number).save(
        call.storage,
        &Measure {
            person,
            question,
            parties,
            reasons,
            opened: call.now,
            deadline,
            case: None,
            progress: Progress::Asked,
        },
    );
    agenda::at(call, deadline, Task::Measure(number));
    call.response.messages.push(message);
    Ok(number)
}

/// Sortition's answer to [`open`]: `reply.id` is the measure.
///
/// # Errors
/// No measure asked, an unreadable answer, or a case that was used before.
pub fn opened(
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
    reply: Reply,
) -> Result<Response<MycelMsg>, ContractError> {
    let mut call = Call::begin(deps, env, "")?;
    let mut measure = load(&call, reply.id)?;
    if measure.progress != Progress::Asked {
        return Err(ContractError::Already {
            what: "case opened",
        });
    }
    let answer = match reply.result {
        SubMsgResult::Ok(answer) => answer,
        SubMsgResult::Err(why) => {
            end(&mut call, reply.id, &mut measure, Progress::Lapsed);
            let due = call.now.saturating_add(mycel_kit::clock::DAY);
            agenda::at(&mut call, due, Task::Recheck(measure.person));
            call.event("case_refused", &[("measure", &reply.id), ("why", &why)]);
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
    let known = state::measure_of(case);
    if known.exists(call.storage) {
        return Err(ContractError::CaseUsed { case });
    }
    known.save(call.storage, &reply.id);
    call.totals.cases = call.totals.cases.saturating_add(1);
    measure.case = Some(case);
    measure.progress = Progress::Open;
    state::measure(reply.id).save(call.storage, &measure);
    call.event(
        "case_opened",
        &[
            ("measure", &reply.id),
            ("case", &case),
            ("kind", &kind(&measure.question)),
            ("person", &measure.person),
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

fn load(call: &Call<'_>, number: u64) -> Result<Measure, ContractError> {
    state::measure(number)
        .may_load(call.storage)?
        .ok_or_else(|| ContractError::NotFound {
            what: "measure",
            id: number.to_string(),
        })
}

fn end(call: &mut Call<'_>, number: u64, measure: &mut Measure, progress: Progress) {
    measure.progress = progress;
    state::measure(number).save(call.storage, measure);
    call.totals.measures_open = call.totals.measures_open.saturating_sub(1);
    call.totals.measures_closed = call.totals.measures_closed.saturating_add(1);
    if let Question::Sanction { accuser, .. } = measure.question
        && let Ok(Some(mut usage)) = state::usage(accuser).may_load(call.storage)
        && usage.accusation == Some(number)
    {
        usage.accusation = None;
        state::usage(accuser).save(call.storage, &usage);
    }
}

/// What sortition says of a case, if it is about our question.
fn ask(call: &Call<'_>, case: u64, number: u64, measure: &Measure) -> Result<Case, ContractError> {
    let answer: Case = pull(
        call.querier,
        "sortition",
        &call.peers.sortition,
        &SortitionQuery::Case { id: Id(case) },
    )?;
    let mismatch = |what| ContractError::CaseMismatch { case, what };
    if answer.r#ref != reference(number) {
        return Err(mismatch("ref is not the measure's"));
    }
    if answer.kind != kind(&measure.question) {
        return Err(mismatch("kind is not the measure's"));
    }
    if answer.parties.first() != Some(&Id(measure.person))
        || answer
            .parties
            .iter()
            .map(|party| party.0)
            .ne(measure.parties.iter().copied())
    {
        return Err(mismatch("parties are not the measure's"));
    }
    Ok(answer)
}

/// Acts once on a final outcome; anyone may call it.
///
/// # Errors
/// Unknown or used, not final, sortition's case is another, or a step that
/// waits for an appeal.
pub fn advance(call: &mut Call<'_>, case: u64) -> Result<(), ContractError> {
    let number = state::measure_of(case)
        .may_load(call.storage)?
        .ok_or_else(|| ContractError::NotFound {
            what: "case",
            id: case.to_string(),
        })?;
    let mut measure = load(call, number)?;
    if measure.progress != Progress::Open {
        return Err(ContractError::CaseUsed { case });
    }
    let answer = ask(call, case, number, &measure)?;
    if let Some(appeal) = waits_for(call, &measure, &answer)? {
        return Err(ContractError::CaseWaits {
            case,
            measure: appeal,
        });
    }
    act(call, number, &mut measure, case, &answer)
}

/// The appeal that an upheld step waits for: nobody goes a step up from one
/// that may fall.
fn waits_for(
    call: &Call<'_>,
    measure: &Measure,
    answer: &Case,
) -> Result<Option<u64>, ContractError> {
    let upheld = answer.status == CaseStatus::Decided && answer.outcome == "uphold";
    match measure.question {
        Question::Sanction { .. } if upheld => ladder::open(call.storage, measure.person, APPEAL),
        _ => Ok(None),
    }
}

/// The agenda's look at a case whose deadline has passed: acts, or comes again in a day.
///
/// # Errors
/// Only for unreadable state.
pub fn look(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let mut measure = load(call, number)?;
    let (Progress::Open, Some(case)) = (measure.progress, measure.case) else {
        return Ok(());
    };
    let answer = ask(call, case, number, &measure);
    let waits = match &answer {
        Ok(answer) => waits_for(call, &measure, answer)?.is_some(),
        Err(_) => true,
    };
    match answer {
        Ok(answer) if !waits && (answer.status == CaseStatus::Lapsed || answer.r#final) => {
            act(call, number, &mut measure, case, &answer)
        }
        _ => {
            let due = call.now.saturating_add(mycel_kit::clock::DAY);
            agenda::at(call, due, Task::Measure(number));
            Ok(())
        }
    }
}

fn act(
    call: &mut Call<'_>,
    number: u64,
    measure: &mut Measure,
    case: u64,
    answer: &Case,
) -> Result<(), ContractError> {
    let lapsed = answer.status == CaseStatus::Lapsed;
    let decided = answer.status == CaseStatus::Decided && answer.r#final;
    if !lapsed && !decided {
        return Err(ContractError::CaseUnfinished { case });
    }
    let progress = if lapsed {
        Progress::Lapsed
    } else {
        Progress::Used
    };
    end(call, number, measure, progress);
    let outcome = if lapsed { "lapsed" } else { &answer.outcome };
    call.event(
        "case_used",
        &[
            ("case", &case),
            ("measure", &number),
            ("person", &measure.person),
            ("outcome", &outcome),
        ],
    );
    match (measure.question, outcome) {
        (Question::Sanction { step, accuser }, "uphold") => {
            ladder::escalate(call, measure.person, step, case, accuser)
        }
        (Question::Sanction { accuser, .. }, "malicious") => {
            ladder::penalise(call, &[accuser], case)
        }
        (Question::Appeal { serial }, "dismiss") => ladder::lift(call, measure.person, serial),
        (Question::Appeal { serial }, "lapsed") => ladder::unheard(call, measure.person, serial),
        (Question::Appeal { serial }, "malicious") => {
            let basis = ladder::basis(call, measure.person, serial)?;
            ladder::lift(call, measure.person, serial)?;
            ladder::penalise(call, &basis, case)
        }
        (Question::Entry, "uphold") => {
            ladder::escalate(call, measure.person, Step::Notice, case, 0)?;
            recheck::upheld(call, measure.person)
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_case_number_is_found_in_the_chains_wrapping_or_bare() {
        let json = br#"{"case":"5"}"#;
        let bare = Binary::from(&json[..]);
        assert_eq!(payload(&bare), Some(&json[..]));
        let mut wrapped = vec![0x0a, json.len() as u8];
        wrapped.extend_from_slice(json);
        assert_eq!(payload(&Binary::from(wrapped.clone())), Some(&json[..]));
        wrapped.pop();
        assert_eq!(payload(&Binary::from(wrapped)), None);
        for bad in [&[][..], &[0x0a], &[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff]] {
            assert_eq!(payload(&Binary::from(bad)), None);
        }
    }
}
