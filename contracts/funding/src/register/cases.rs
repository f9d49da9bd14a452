//! Questions to juries. Nobody tells this contract an outcome: it opens the
//! case, and reads it at sortition when it is final. Each case is used once;
//! one that nobody decides ends, and so does the place that its asker's
//! question takes.

use cosmwasm_std::{DepsMut, Env, Reply, ReplyOn, Response, SubMsgResult, from_json};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::Eligible;
use mycel_kit::peers::sortition::{
    Case as Answer, CaseOpened, CaseStatus, SortitionMsg, SortitionQuery,
};
use mycel_kit::peers::{PeerError, commons::CommonsQuery, must, pull};
use mycel_kit::roles::Unauthorized;
use mycel_kit::{Id, Seconds};

use super::record::{Case, Matter, Progress, Question};
use super::{RegisterError, matter, restoration, reviews, state, totals};
use crate::agenda::{self, Worked};
use crate::call::Call;
use crate::error::ContractError;
use crate::state::Task;

/// Jurors.
const JURORS: u16 = 11;
/// Votes needed, in 1/10,000.
const THRESHOLD_BPS: u16 = 6_667;
/// Units of work that looking at a case counts.
pub const UNITS: u32 = 4;
/// Seconds until a case is looked at again whose deadline passed without an outcome.
const AGAIN: u64 = 6 * 3_600;
/// Seconds after the deadline from which a case that sortition never answers lapses.
const GIVE_UP: u64 = 180 * 86_400;

/// The kind of case.
#[must_use]
pub const fn kind(question: &Question) -> &'static str {
    match question {
        Question::Harm { .. } => "harm",
        Question::Impact { .. } => "impact",
    }
}

/// How a matter is named at sortition.
#[must_use]
pub fn reference(matter: u64) -> String {
    format!("funding/register/{matter}")
}

/// The sender: a person, for an organisation would be another asker in the hands
/// of the same; who takes part and, where it is about a commons,
/// has a say there, and has not too many questions open.
///
/// # Errors
/// As said; no commons contract.
pub fn asker(call: &Call<'_>, commons: Option<u64>) -> Result<u64, ContractError> {
    let sender = call.sender.clone();
    let standing = call.dealer(&sender)?;
    if standing.kind != Kind::Person {
        return Err(Unauthorized::new(&sender, "a person").into());
    }
    let person = standing.person.0;
    if let Some(commons) = commons {
        let answer: Eligible = pull(
            call.querier,
            "commons",
            &call.parameters.commons,
            &CommonsQuery::Elector {
                commons: Id(commons),
                address: sender,
                at: Id(call.env.block.height),
            },
        )?;
        if !answer.eligible {
            return Err(RegisterError::NoElector { commons }.into());
        }
    }
    let most = call.parameters.numbers.register_cases;
    let known = state::person(person).may_load(call.storage)?;
    let cases = known.unwrap_or_default().cases;
    if cases >= most {
        return Err(RegisterError::OpenQuestions { cases, most }.into());
    }
    Ok(person)
}

/// Asks a jury. The number of the case comes back in this transaction.
///
/// # Errors
/// There is no sortition.
pub fn open(
    call: &mut Call<'_>,
    question: Question,
    by: u64,
    parties: Vec<u64>,
    evidence: [u8; 32],
) -> Result<u64, ContractError> {
    let deadline = call
        .now
        .saturating_add(call.parameters.numbers.case_seconds.into());
    let name = kind(&question);
    let number = matter(
        call,
        &Matter::Case(Case {
            question,
            by,
            parties: parties.clone(),
            evidence,
            at: call.now,
            deadline,
            case: 0,
            progress: Progress::Asked,
        }),
    )?;
    let asked = SortitionMsg::OpenCase {
        r#ref: reference(number),
        kind: name.to_owned(),
        size: JURORS,
        threshold_bps: THRESHOLD_BPS,
        parties: parties.into_iter().map(Id).collect(),
        deadline: Seconds(deadline),
    };
    let mut message = must::<MycelMsg>(&call.parameters.sortition, &asked)
        .ok_or(PeerError::Absent { name: "sortition" })?;
    message.id = number;
    message.reply_on = ReplyOn::Success;
    call.response.messages.push(message);
    let mut totals = totals(call)?;
    totals.open_cases += 1;
    state::totals().save(call.storage, &totals);
    count(call, by, true)?;
    agenda::set(call, Task::Register(number), Some(deadline))?;
    Ok(number)
}

fn count(call: &mut Call<'_>, by: u64, more: bool) -> Result<(), ContractError> {
    let key = state::person(by);
    let mut person = key.may_load(call.storage)?.unwrap_or_default();
    person.cases = match more {
        true => person.cases.saturating_add(1),
        false => person.cases.saturating_sub(1),
    };
    key.save(call.storage, &person);
    Ok(())
}

/// Sortition's answer to [`open`]: `reply.id` is the matter.
///
/// # Errors
/// No matter asked, an unreadable answer, or a case that was used before.
pub fn opened(
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
    reply: Reply,
) -> Result<Response<MycelMsg>, ContractError> {
    let mut call = Call::begin(deps, env, "")?;
    let number = reply.id;
    let mut found = load(&call, number)?;
    let unreadable = || ContractError::Answer("data of open_case".to_owned());
    let SubMsgResult::Ok(answer) = reply.result else {
        return Err(unreadable());
    };
    #[allow(deprecated, reason = "chains fill the one field or the other")]
    let data = answer.data.or_else(|| {
        let mut responses = answer.msg_responses.into_iter();
        responses.next().map(|response| response.value)
    });
    let CaseOpened { case: Id(case) } = data
        .as_ref()
        .and_then(|data| payload(data.as_slice()))
        .and_then(|json| from_json(json).ok())
        .ok_or_else(unreadable)?;
    let known = state::matter_of(case);
    if known.exists(call.storage) || found.progress != Progress::Asked {
        return Err(RegisterError::CaseUsed { case }.into());
    }
    known.save(call.storage, &number);
    found.case = case;
    found.progress = Progress::Open;
    call.event(
        "case_opened",
        &[
            ("matter", &number),
            ("case", &case),
            ("kind", &kind(&found.question)),
        ],
    );
    state::matter(number).save(call.storage, &Matter::Case(found));
    Ok(call.response)
}

/// The contract's own data in what a chain replies: the field `data` (1) of
/// `MsgExecuteContractResponse`, or the bare JSON of a test bed.
fn payload(bytes: &[u8]) -> Option<&[u8]> {
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

fn load(call: &Call<'_>, number: u64) -> Result<Case, ContractError> {
    match state::matter(number).may_load(call.storage)? {
        Some(Matter::Case(case)) => Ok(case),
        _ => Err(RegisterError::UnknownMatter { matter: number }.into()),
    }
}

/// What sortition says of a case, if it is about our question.
fn ask(call: &Call<'_>, number: u64, found: &Case) -> Result<Answer, ContractError> {
    let answer: Answer = pull(
        call.querier,
        "sortition",
        &call.parameters.sortition,
        &SortitionQuery::Case { id: Id(found.case) },
    )?;
    let what = if answer.r#ref != reference(number) {
        "ref is not the matter's"
    } else if answer.kind != kind(&found.question) {
        "kind is not the matter's"
    } else if !answer
        .parties
        .iter()
        .map(|party| party.0)
        .eq(found.parties.iter().copied())
    {
        "parties are not the matter's"
    } else {
        return Ok(answer);
    };
    Err(RegisterError::AnotherCase {
        matter: number,
        case: found.case,
        what,
    }
    .into())
}

/// Looks at a case and acts once on its final outcome; before that it comes
/// again at the deadline, after it every six hours.
///
/// # Errors
/// No answer from sortition, or about another case.
pub fn work(
    call: &mut Call<'_>,
    number: u64,
    mut found: Case,
    left: u32,
) -> Result<Worked, ContractError> {
    if found.progress != Progress::Open {
        return Ok(Worked::Done {
            units: 0,
            next: None,
        });
    }
    if left < UNITS {
        return Ok(Worked::Needs(UNITS));
    }
    let answer = match ask(call, number, &found) {
        Ok(answer) => Some(answer),
        // a sortition that never answers again must not keep places for ever
        Err(_) if call.now >= found.deadline.saturating_add(GIVE_UP) => None,
        Err(why) => return Err(why),
    };
    let (progress, outcome) = match answer {
        None => (Progress::Lapsed, "lapsed"),
        Some(answer) => match (answer.status, answer.r#final, answer.outcome.as_str()) {
            (CaseStatus::Lapsed, _, _) => (Progress::Lapsed, "lapsed"),
            (CaseStatus::Decided, true, "uphold") => (Progress::Upheld, "uphold"),
            (CaseStatus::Decided, true, _) => (Progress::Dismissed, "dismiss"),
            _ => {
                let next = match call.now < found.deadline {
                    true => found.deadline,
                    false => call.now.saturating_add(AGAIN),
                };
                return Ok(Worked::Done {
                    units: 0,
                    next: Some(next),
                });
            }
        },
    };
    found.progress = progress;
    count(call, found.by, false)?;
    let mut totals = totals(call)?;
    totals.open_cases = totals.open_cases.saturating_sub(1);
    state::totals().save(call.storage, &totals);
    if progress == Progress::Lapsed {
        // nobody judged it: it may be shown again
        let key = state::evidence(&found.evidence);
        call.storage.remove(key.bytes());
    }
    state::matter(number).save(call.storage, &Matter::Case(found.clone()));
    call.event(
        "case_used",
        &[
            ("matter", &number),
            ("case", &found.case),
            ("outcome", &outcome),
        ],
    );
    let upheld = progress == Progress::Upheld;
    match found.question {
        Question::Harm {
            commons,
            user,
            amount,
            ..
        } if upheld => restoration::owe(call, number, commons, user, amount)?,
        Question::Harm { .. } => {}
        Question::Impact {
            commons,
            technology,
        } => reviews::end(call, commons, &technology, found.by, progress)?,
    }
    Ok(Worked::Done {
        units: UNITS,
        next: None,
    })
}
