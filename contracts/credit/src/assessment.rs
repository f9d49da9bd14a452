//! Assessments: how a member comes to factors other than 1.
//!
//! A member asks; sortition draws assessors by lot under the name
//! `credit/assess/<person>/<n>`; each who was drawn, and is not related to the
//! member, says four factors once before the time is up. When all have
//! answered, or when the time is up and more than half have, the median of
//! each factor holds for two years. Else the assessment lapses. Nobody names a
//! result, and a member cannot ask again at once to be drawn better assessors.
//!
//! The assessors of factors in force bear a part of a later loss
//! ([`crate::sponsor`]).

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::{DepsMut, Response, Storage};
use mycel_kit::peers::members::{MembersQuery, Related, Standing};
use mycel_kit::peers::sortition::{Drawn, SortitionMsg, SortitionQuery};
use mycel_kit::peers::{PeerError, must, pull};
use mycel_kit::{Id, Key, Seconds};

use crate::accounts::number;
use crate::error::ContractError;
use crate::factors::{Factors, median};
use crate::ledger;
use crate::limit::CAP;
use crate::msg::SetFactors;
use crate::peers;
use crate::policies::{LimitPolicy, Policies};
use crate::rules::{self, Rules};
use crate::state;

/// Seconds of a day.
const DAY: u64 = 86_400;
/// What the draw is told it is for.
const KIND: &str = "assess";

/// An assessment that is open.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Assessment {
    /// The person assessed, as members numbers it.
    pub person: u64,
    /// Which of the person's assessments.
    pub nth: u32,
    /// Until when assessors may answer.
    pub expires: u64,
    /// How many were to be drawn.
    pub assessors: u16,
    /// What was answered: the assessor's account and the factors.
    pub given: Vec<(u32, Factors)>,
}

/// A member's open assessment.
#[must_use]
pub fn assessment(number: u32) -> Key<Assessment> {
    Key::new(b'j', &number.to_be_bytes())
}

impl Assessment {
    /// The draw's name.
    #[must_use]
    pub fn draw(&self) -> String {
        format!("credit/assess/{}/{}", self.person, self.nth)
    }

    /// Whether nothing more is awaited at `now`.
    #[must_use]
    pub fn over(&self, now: u64) -> bool {
        now > self.expires || self.given.len() >= usize::from(self.assessors)
    }

    /// The result once it is over: needs more than half of the assessors.
    #[must_use]
    pub fn result(&self) -> Option<Factors> {
        if self.given.len() * 2 <= usize::from(self.assessors) {
            return None;
        }
        let factors: Vec<Factors> = self.given.iter().map(|(_, factors)| *factors).collect();
        median(&factors)
    }
}

/// `ask_assessment`: a member's.
///
/// # Errors
/// No account, one open already, too soon after the last, no sortition or
/// members yet, or a member that may not deal.
pub fn ask(deps: DepsMut, now: u64, sender: &str) -> Result<Response, ContractError> {
    let own = number(deps.storage, sender)?;
    let rules = rules::load(deps.storage)?;
    let peers = peers::load(deps.storage)?;
    if peers.sortition.is_empty() {
        return Err(PeerError::Absent { name: "sortition" }.into());
    }
    let key = assessment(own);
    if key.exists(deps.storage) {
        return Err(ContractError::AssessmentOpen {
            address: sender.to_owned(),
        });
    }
    let standing: Standing = pull(
        deps.querier,
        "members",
        &peers.members,
        &MembersQuery::Standing {
            address: sender.to_owned(),
        },
    )?;
    if !standing.may_deal() {
        return Err(ContractError::Frozen {
            address: sender.to_owned(),
        });
    }
    let account = state::account(own).load(deps.storage)?;
    let mut entry = ledger::load(deps.storage, own, &account)?;
    if entry.asked > 0 && now < entry.again {
        return Err(ContractError::TooSoon {
            what: "assessment",
            from: entry.again,
        });
    }
    entry.asked = entry.asked.saturating_add(1);
    entry.again = now.saturating_add(u64::from(rules.assessing.again_days) * DAY);
    let opened = Assessment {
        person: standing.person.0,
        nth: entry.asked,
        expires: now.saturating_add(u64::from(rules.assessing.days) * DAY),
        assessors: rules.assessing.assessors,
        given: Vec::new(),
    };
    key.save(deps.storage, &opened);
    ledger::ledger(own).save(deps.storage, &entry);
    let asked = SortitionMsg::OpenCase {
        r#ref: opened.draw(),
        kind: KIND.to_owned(),
        size: opened.assessors,
        threshold_bps: 10_000,
        parties: vec![Id(opened.person)],
        deadline: Seconds(opened.expires),
    };
    let mut response = Response::new()
        .add_attribute("action", "ask_assessment")
        .add_attribute("member", sender)
        .add_attribute("draw", opened.draw());
    response.messages.extend(must(&peers.sortition, &asked));
    Ok(response)
}

/// `set_factors`: an assessor's, once.
///
/// # Errors
/// Not drawn, related, answered already, too late, or a factor out of bounds.
pub fn set_factors<P: Policies>(
    deps: DepsMut,
    now: u64,
    sender: &str,
    said: &SetFactors,
) -> Result<Response, ContractError> {
    let subject = number(deps.storage, &said.member)?;
    let assessor = number(deps.storage, sender)?;
    let key = assessment(subject);
    let mut open = key
        .may_load(deps.storage)?
        .ok_or_else(|| ContractError::NoAssessment {
            address: said.member.clone(),
        })?;
    if open.over(now) {
        return Err(ContractError::Expired {
            what: "assessment",
            id: u64::from(open.nth),
            expires: open.expires,
        });
    }
    let factors = Factors {
        skills: said.skills,
        time: said.time,
        tools: said.tools,
        resources: said.resources,
    };
    let bounds = P::Limit::factor_bounds();
    if let Some((what, value)) = factors.outside(bounds) {
        return Err(ContractError::OutOfBounds {
            what,
            value: value.to_string(),
            least: bounds.0.to_string(),
            most: bounds.1.to_string(),
        });
    }
    let not_drawn = || ContractError::NotDrawn {
        address: sender.to_owned(),
        draw: open.draw(),
    };
    if open.given.iter().any(|(account, _)| *account == assessor) {
        return Err(not_drawn());
    }
    drawn(&deps, sender, &open)?
        .then_some(())
        .ok_or_else(not_drawn)?;
    open.given.push((assessor, factors));
    key.save(deps.storage, &open);
    let response = Response::new()
        .add_attribute("action", "set_factors")
        .add_attribute("member", &said.member)
        .add_attribute("assessor", sender);
    if open.over(now) {
        let rules = rules::load(deps.storage)?;
        apply::<P>(deps.storage, &rules, now, subject, &open)?;
        return Ok(response.add_attribute("assessed", "true"));
    }
    Ok(response)
}

/// Whether the sender was drawn for this assessment, may deal and is related
/// in no way to the person assessed.
fn drawn(deps: &DepsMut, sender: &str, open: &Assessment) -> Result<bool, ContractError> {
    let peers = peers::load(deps.storage)?;
    let standing: Standing = pull(
        deps.querier,
        "members",
        &peers.members,
        &MembersQuery::Standing {
            address: sender.to_owned(),
        },
    )?;
    let question = SortitionQuery::Drawn { r#ref: open.draw() };
    let drawn: Drawn = pull(deps.querier, "sortition", &peers.sortition, &question)?;
    let among = drawn.persons.iter().take(usize::from(open.assessors));
    if !drawn.done || !standing.may_deal() || !among.into_iter().any(|who| *who == standing.person)
    {
        return Ok(false);
    }
    let related: Related = pull(
        deps.querier,
        "members",
        &peers.members,
        &MembersQuery::Related {
            a: Id(open.person),
            b: standing.person,
        },
    )?;
    Ok(!related.any() && standing.person.0 != open.person)
}

/// `close_assessment`: anyone's, when the time is up.
///
/// # Errors
/// None open, or the time is not up.
pub fn close<P: Policies>(
    deps: DepsMut,
    now: u64,
    member: &str,
) -> Result<Response, ContractError> {
    let subject = number(deps.storage, member)?;
    let open =
        assessment(subject)
            .may_load(deps.storage)?
            .ok_or_else(|| ContractError::NoAssessment {
                address: member.to_owned(),
            })?;
    if !open.over(now) {
        return Err(ContractError::NotExpired {
            what: "assessment",
            id: u64::from(open.nth),
            expires: open.expires,
        });
    }
    let rules = rules::load(deps.storage)?;
    let assessed = apply::<P>(deps.storage, &rules, now, subject, &open)?;
    Ok(Response::new()
        .add_attribute("action", "close_assessment")
        .add_attribute("member", member)
        .add_attribute("assessed", assessed.to_string()))
}

/// Ends an assessment: the median, if enough have answered, holds from now
/// on. A limit above the new capacity falls at once; it rises with the months.
fn apply<P: Policies>(
    storage: &mut dyn Storage,
    rules: &Rules,
    now: u64,
    subject: u32,
    open: &Assessment,
) -> Result<bool, ContractError> {
    storage.remove(assessment(subject).bytes());
    let Some(factors) = open.result() else {
        return Ok(false);
    };
    let key = state::account(subject);
    let mut account = key.load(storage)?;
    let mut entry = ledger::load(storage, subject, &account)?;
    entry.factors = factors;
    entry.assessed_until = now.saturating_add(u64::from(rules.assessing.valid_days) * DAY);
    entry.assessors = open.given.iter().map(|(account, _)| *account).collect();
    if !entry.fixed {
        entry.granted = entry.granted.min(entry.capacity::<P>()).min(CAP);
    }
    account.limit = entry.limit(rules, now);
    ledger::ledger(subject).save(storage, &entry);
    key.save(storage, &account);
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(given: usize) -> Assessment {
        let one = |n: usize| {
            let value = 10_000 + 1_000 * n as u16;
            let factors = Factors {
                skills: value,
                ..Factors::UNASSESSED
            };
            (n as u32, factors)
        };
        Assessment {
            person: 42,
            nth: 3,
            expires: 100,
            assessors: 3,
            given: (0..given).map(one).collect(),
        }
    }

    #[test]
    fn an_assessment_needs_more_than_half_of_the_assessors() {
        assert_eq!(open(1).result(), None);
        assert_eq!(open(2).result().map(|factors| factors.skills), Some(10_000));
        assert_eq!(open(3).result().map(|factors| factors.skills), Some(11_000));
    }

    #[test]
    fn it_is_over_when_all_have_answered_or_the_time_is_up() {
        assert!(!open(2).over(100) && open(2).over(101) && open(3).over(1));
        assert_eq!(open(0).draw(), "credit/assess/42/3");
    }
}
