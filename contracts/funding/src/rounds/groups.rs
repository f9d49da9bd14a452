//! Declared groups, for the rule that counts each as one giver: whoever opened
//! the round says before its contributions begin who belongs together; a member
//! only as long as nobody else sponsors its own round, so that none divides
//! others' money by groups that they did not see. A person is in one group at
//! most; who is in none counts alone.

use mycel_kit::roles::Unauthorized;

use super::error::RoundError;
use super::record::{Round, Stage};
use super::{course_of, round, state};
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::msg::MAX_ITEMS;
use crate::rules::Rule;

/// The opener declares a group of its own round.
///
/// # Errors
/// Another's round, others' sponsors, another rule, too late, a person that is in a group.
pub fn by_opener(
    call: &mut Call<'_>,
    number: u64,
    group: u32,
    persons: &[u64],
) -> Result<(), ContractError> {
    let found = round(call.storage, number)?;
    let sender = call.sender.clone();
    let person = call.dealer(&sender)?.person.0;
    if found.opener == 0 || found.opener != person {
        return Err(Unauthorized::new(&sender, "the member who opened the round").into());
    }
    let sponsors = state::sponsors(number).may_load(call.storage)?;
    if sponsors.is_some_and(|all| all.iter().any(|one| one.person != person)) {
        return Err(RoundError::Group {
            why: "others sponsor the round as it was; cancel it and open another, groups first, or a decision of all declares groups now",
        }
        .into());
    }
    declare(call, number, &found, group, persons)
}

/// A decision declares a group.
///
/// # Errors
/// As [`by_opener`].
pub fn by_decision(
    call: &mut Call<'_>,
    number: u64,
    group: u32,
    persons: &[u64],
) -> Result<(), ContractError> {
    let found = round(call.storage, number)?;
    declare(call, number, &found, group, persons)
}

fn declare(
    call: &mut Call<'_>,
    number: u64,
    found: &Round,
    group: u32,
    persons: &[u64],
) -> Result<(), ContractError> {
    bounds::count("persons", persons.len(), MAX_ITEMS)?;
    if found.rule != (Rule::Clustered {}) {
        return Err(RoundError::Group {
            why: "the round's rule is not clustered",
        }
        .into());
    }
    let course = course_of(call.storage, number)?;
    if course.stage != Stage::Open || call.now >= found.begins {
        return Err(RoundError::Stage {
            round: number,
            stage: course.stage.name(),
            needs: "open, before its contributions begin",
        }
        .into());
    }
    for &person in persons {
        let key = state::group_of(number, person);
        if key.exists(call.storage) {
            return Err(RoundError::Group {
                why: "a person is in a group already",
            }
            .into());
        }
        key.save(call.storage, &group);
        super::mention(call.storage, person, number);
    }
    call.event(
        "declare_group",
        &[
            ("round", &number),
            ("group", &group),
            ("persons", &persons.len()),
        ],
    );
    Ok(())
}
