//! What jurors do: commit, reveal, or give the seat back.

use mycel_kit::Id;
use mycel_kit::peers::members::{MembersQuery, Standing};
use mycel_kit::peers::sortition::outcomes;

use super::ballot;
use super::course;
use super::error::JuryError;
use super::matter::Matter;
use super::record::{self, Ballot, Place, Step};
use crate::call::Call;
use crate::error::ContractError;

/// 32 bytes in lower-case hexadecimal.
///
/// # Errors
/// [`JuryError::Hash`].
pub fn hash(what: &'static str, text: &str) -> Result<[u8; 32], ContractError> {
    let digits = text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
    let bytes = cosmwasm_std::from_hex(text).ok();
    bytes
        .filter(|_| digits)
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| JuryError::Hash { what }.into())
}

/// The jury is at this step, and its time is not up.
///
/// # Errors
/// [`JuryError::AnotherStep`].
pub fn at_step(call: &Call<'_>, matter: &Matter, needs: Step) -> Result<(), ContractError> {
    let jury = &matter.jury;
    if jury.step == needs && call.now < jury.until && call.now <= matter.case.deadline {
        return Ok(());
    }
    Err(JuryError::AnotherStep {
        case: matter.number,
        step: jury.step.name(),
        until: jury.until,
        needs: needs.name(),
    }
    .into())
}

/// The place of a juror, if it is one of these.
fn seat(matter: &Matter, person: u64, places: &[Place]) -> Result<usize, ContractError> {
    let refused = |why| JuryError::NoJuror {
        case: matter.number,
        person,
        why,
    };
    let mine = |seat: &record::Seat| seat.person == person;
    let at = matter
        .jury
        .seats
        .iter()
        .position(mine)
        .ok_or_else(|| refused("was not drawn"))?;
    let place = matter.jury.seats[at].place;
    if places.contains(&place) {
        return Ok(at);
    }
    Err(refused(place.name()).into())
}

/// A juror commits to a vote, or to another one while the step lasts. When
/// everybody has, revealing begins.
///
/// # Errors
/// No juror, no say, another step.
pub fn commit(call: &mut Call<'_>, number: u64, commitment: &str) -> Result<(), ContractError> {
    let commitment = hash("commitment", commitment)?;
    let mut matter = Matter::load(call, number)?;
    let person = call.person()?;
    at_step(call, &matter, Step::Committing)?;
    let at = seat(&matter, person, &[Place::Seated, Place::Committed])?;
    matter.jury.seats[at].place = Place::Committed;
    record::ballot(number, matter.which, person).save(
        call.storage,
        &Ballot {
            commitment,
            vote: None,
        },
    );
    call.event("commit_vote", &[("case", &number), ("person", &person)]);
    if matter.jury.count(|place| place == Place::Seated) == 0 {
        course::commit_ends(call, &mut matter)?;
    }
    matter.settle(call)
}

/// A juror shows its vote. As soon as nothing can change the outcome, the case
/// is decided.
///
/// # Errors
/// No juror, no say, another step, or not what was committed to.
pub fn reveal(
    call: &mut Call<'_>,
    number: u64,
    outcome: &str,
    reasons: &str,
    salt: &str,
) -> Result<(), ContractError> {
    let (reasons, salt) = (hash("reasons", reasons)?, hash("salt", salt)?);
    let mut matter = Matter::load(call, number)?;
    let known = outcomes(&matter.case.kind);
    let person = call.person()?;
    at_step(call, &matter, Step::Revealing)?;
    let at = seat(&matter, person, &[Place::Committed])?;
    let index = known
        .iter()
        .position(|name| *name == outcome)
        .ok_or_else(|| JuryError::UnknownOutcome {
            case: number,
            outcome: outcome.chars().take(32).collect(),
            kind: matter.case.kind.clone(),
            known: known.join("|"),
        })?;
    let key = record::ballot(number, matter.which, person);
    let mut kept = key.load(call.storage)?;
    let now = ballot::commitment(number, matter.which, person, outcome, &reasons, &salt);
    if now != kept.commitment {
        return Err(JuryError::VoteDiffers {
            case: number,
            person,
        }
        .into());
    }
    kept.vote = Some((u8::try_from(index).unwrap_or(u8::MAX), reasons));
    key.save(call.storage, &kept);
    matter.jury.seats[at].place = Place::Voted;
    matter.jury.votes[index] = matter.jury.votes[index].saturating_add(1);
    matter.totals.votes = matter.totals.votes.saturating_add(1);
    call.event(
        "reveal_vote",
        &[
            ("case", &number),
            ("person", &person),
            ("outcome", &outcome),
            ("reasons", &cosmwasm_std::to_hex(reasons)),
        ],
    );
    let decided = course::judge(call, &mut matter)?;
    if !decided && matter.jury.count(|place| place == Place::Committed) == 0 {
        course::reveal_ends(call, &mut matter)?;
    }
    matter.settle(call)
}

/// A juror gives the seat back before voting, whatever its standing: who is
/// partial, or leaves. The seat is filled as an absent juror's.
///
/// # Errors
/// No juror, voted already, or the jury is over.
pub fn recuse(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let mut matter = Matter::load(call, number)?;
    let standing: Standing = call.members(&MembersQuery::Standing {
        address: call.sender.clone(),
    })?;
    let Id(person) = standing.person;
    let refused = |why| JuryError::NoJuror {
        case: number,
        person,
        why,
    };
    if matter.jury.step == Step::Ended {
        return Err(refused("the jury is over").into());
    }
    seat(&matter, person, &[Place::Seated, Place::Committed])?;
    if !standing.roles.iter().any(|role| role == "vote") {
        return Err(refused("signs with a key without the role vote").into());
    }
    matter.release_one(call, person, Place::Recused)?;
    call.event("recuse", &[("case", &number), ("person", &person)]);
    let waits = |place: Place| matter.jury.count(|at| at == place);
    match matter.jury.step {
        Step::Committing if waits(Place::Seated) == 0 => course::commit_ends(call, &mut matter)?,
        Step::Revealing if waits(Place::Committed) == 0 => course::reveal_ends(call, &mut matter)?,
        _ => {}
    }
    matter.settle(call)
}
