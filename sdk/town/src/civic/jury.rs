//! A case, from the drawing of its jury to its verdict.
use std::time::Duration;

use mycel_kit::Id;
use mycel_sortition::{
    ask::QueryMsg,
    juries::{
        ask::{JuriesResponse, JuryView, VerdictView},
        ballot::commitment,
    },
    msg::ExecuteMsg,
};
use sha2::{Digest, Sha256};

use super::{
    CivicError,
    decision::wait_for_time,
    voices::{Patience, Voices},
};
use crate::contracts::SORTITION;

/// How long a case may take.
const PATIENCE: Duration = Duration::from_secs(240);

/// All about a case.
pub async fn look(voices: &Voices<'_>, case: Id) -> Result<JuriesResponse, CivicError> {
    let question = QueryMsg::Juries { case };
    let sortition = voices.address(SORTITION);
    Ok(voices.client().smart(sortition, &question).await?)
}

fn at(jury: &JuryView, place: &str) -> Vec<Id> {
    let there = jury.seats.iter().filter(|seat| seat.place == place);
    there.map(|seat| seat.person).collect()
}

/// Has the jury at work say one thing: whoever is called sits, nobody is absent, the parties strike whom they were
/// offered first. Gives the verdict of this jury, which may still be appealed.
pub async fn judge(
    voices: &mut Voices<'_>,
    case: Id,
    outcome: &str,
    reasons: &str,
) -> Result<VerdictView, CivicError> {
    let patience = Patience::new(format!("case {case}"), PATIENCE);
    let reasons: [u8; 32] = Sha256::digest(reasons).into();
    let which = look(voices, case).await?.juries.len().saturating_sub(1);
    loop {
        let told = look(voices, case).await?;
        if let Some(why) = &told.lapsed {
            return Err(CivicError::Ended {
                what: patience.what().to_owned(),
                how: format!("lapsed: {why}"),
            });
        }
        let Some(jury) = told.juries.get(which) else {
            continue;
        };
        if let Some(verdict) = &jury.verdict {
            return Ok(verdict.clone());
        }
        patience.check(|| jury.step.clone())?;
        match jury.step.as_str() {
            "striking" => strike(voices, case, &told, jury).await?,
            "committing" => {
                let mut words = vec![];
                for person in at(jury, "seated") {
                    let salt = salt(case, which, person);
                    let number = u8::try_from(which).unwrap_or(u8::MAX);
                    let hash = commitment(case.0, number, person.0, outcome, &reasons, &salt);
                    let commitment = hex::encode(hash);
                    let account = voices.account(person).unwrap_or_default();
                    words.push((account, ExecuteMsg::CommitVote { case, commitment }));
                }
                voices.say_all(SORTITION, &words).await?;
            }
            "revealing" => {
                // one after the other: the last ones are not needed
                for person in at(jury, "committed") {
                    let reveal = ExecuteMsg::RevealVote {
                        case,
                        outcome: outcome.to_owned(),
                        reasons: hex::encode(reasons),
                        salt: hex::encode(salt(case, which, person)),
                    };
                    let account = voices.account(person).unwrap_or_default();
                    voices.say(account, SORTITION, &reveal).await?;
                    let now = look(voices, case).await?;
                    if now
                        .juries
                        .get(which)
                        .is_none_or(|jury| jury.verdict.is_some())
                    {
                        break;
                    }
                }
            }
            _ => {
                let advance = ExecuteMsg::Advance {
                    limit: None,
                    draw: None,
                    case: Some(case),
                };
                voices.work(SORTITION, &advance).await?;
                wait_for_time(voices).await?;
            }
        }
    }
}

/// Each side strikes as many as it may: those called last, and last but one.
async fn strike(
    voices: &mut Voices<'_>,
    case: Id,
    told: &JuriesResponse,
    jury: &JuryView,
) -> Result<(), CivicError> {
    let mut called = at(jury, "called");
    let mut sides = vec![("struck_by_first", told.case.parties.first())];
    sides.push(("struck_by_others", told.case.parties.get(1)));
    for (place, party) in sides {
        let left = usize::from(jury.strikes).saturating_sub(at(jury, place).len());
        let Some(account) = party.and_then(|party| voices.account(*party)) else {
            continue;
        };
        let persons = called.split_off(called.len().saturating_sub(left));
        if !persons.is_empty() {
            let strike = ExecuteMsg::Strike { case, persons };
            voices.say(account, SORTITION, &strike).await?;
        }
    }
    Ok(())
}

/// Anybody can compute it, as everything of a development town's members.
fn salt(case: Id, which: usize, person: Id) -> [u8; 32] {
    Sha256::digest(format!("salt of {person} in jury {which} of case {case}")).into()
}
