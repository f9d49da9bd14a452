//! Impact reviews: a jury hears what a technology does inside a boundary. Each
//! review that it upholds is one step (notice, limited, refused), never more;
//! each step ends by itself and the one below follows for as long. There is one
//! review at a time, so whoever's was dismissed asks for no other of the same
//! for as long as a step lasts: nobody keeps the place with what juries dismiss.

use super::cases;
use super::msg::ReviewInput;
use super::record::{Progress, Question};
use super::{RegisterError, boundary, entries, entry, state};
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;

/// Member (of the commons, if it is about one): asks for a review.
///
/// # Errors
/// Not enrolled there; a review waits already; evidence that was used; too many
/// open questions; no sortition.
pub fn ask(call: &mut Call<'_>, input: &ReviewInput) -> Result<(), ContractError> {
    let evidence = bounds::hash("evidence", &input.evidence)?;
    let technology = boundary::technology(call.storage, &input.technology)?;
    let commons = input.commons.map(|commons| commons.0);
    if commons == Some(boundary::ALL) {
        return Err(RegisterError::NoBoundary.into());
    }
    let by = cases::asker(call, commons)?;
    let within = commons.unwrap_or(boundary::ALL);
    let from = state::dismissed(by, within, &technology).may_load(call.storage)?;
    if let Some(from) = from.filter(|from| call.now < *from) {
        return Err(RegisterError::Dismissed { technology, from }.into());
    }
    let key = state::restriction(within, &technology);
    let mut found = key.may_load(call.storage)?.unwrap_or_default();
    if let Some(matter) = found.review {
        return Err(RegisterError::UnderReview { technology, matter }.into());
    }
    // whoever wrote the entry is heard
    let mut parties = vec![by];
    if let Some(number) = technology.strip_prefix("entry/") {
        let author = entry(call.storage, number.parse().unwrap_or(0))?.author;
        if author != by {
            parties.push(author);
        }
    }
    let question = Question::Impact {
        commons,
        technology,
    };
    let number = cases::open(call, question, by, parties, evidence)?;
    entries::use_evidence(call, &evidence, number)?;
    found.review = Some(number);
    key.save(call.storage, &found);
    Ok(())
}

/// The jury has answered, or nobody did: one step up where it upheld.
///
/// # Errors
/// Unreadable state.
pub fn end(
    call: &mut Call<'_>,
    commons: Option<u64>,
    technology: &str,
    by: u64,
    progress: Progress,
) -> Result<(), ContractError> {
    let within = commons.unwrap_or(boundary::ALL);
    let key = state::restriction(within, technology);
    let mut found = key.may_load(call.storage)?.unwrap_or_default();
    found.review = None;
    let term = call.parameters.numbers.restriction_seconds;
    if progress == Progress::Dismissed {
        let from = call.now.saturating_add(term.into());
        state::dismissed(by, within, technology).save(call.storage, &from);
    }
    if progress == Progress::Upheld {
        let (step, _) = found.reviewed(call.now);
        found.step = step.up();
        found.term = term;
        found.until = call.now.saturating_add(term.into());
        call.event(
            "restrict_technology",
            &[
                ("technology", &technology),
                ("boundary", &within),
                ("step", &found.step.name()),
                ("until", &found.until),
            ],
        );
    }
    key.save(call.storage, &found);
    Ok(())
}
