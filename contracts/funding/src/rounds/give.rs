//! Contributions: each is a hold of credit, and the sums of its project change
//! in O(1), also when somebody adds to what it gave.

use mycel_kit::Amount;
use mycel_kit::amount::CREDIT;

use super::error::RoundError;
use super::record::{Course, Gift, Held, Round, Stage, Status, Tally};
use super::{control, course, course_of, identity, project, round, state};
use crate::call::Call;
use crate::error::ContractError;
use crate::rules::Unit;

/// A contribution is at least this, in pico-credits: so that no hold is dust.
pub const LEAST: u64 = CREDIT / 10;
/// What is added to what one gave to a project is at least the fiftieth part of
/// it: so that nobody makes thousands of holds of what is its own in the end.
pub const ADDED: u64 = 50;
/// Pairs of giver and project where a rule meets pairs: all of them are in
/// memory when it does.
pub const MAX_GIFTS: u32 = 100_000;

/// A hold that was placed.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// Its number at credit.
    pub hold: u64,
    /// Whose money.
    pub owner: &'a str,
    /// How much now.
    pub amount: Amount,
}

/// Until when a hold lives: it must outlive the round by the time to settle it.
///
/// # Errors
/// Credit names none such for this contract, or it expires too early.
pub fn expiry(call: &Call<'_>, hold: u64, ends: u64) -> Result<u64, ContractError> {
    let found = call.hold(hold)?.ok_or(RoundError::UnknownHold { hold })?;
    if found.holder != call.env.contract.address.as_str() {
        return Err(RoundError::UnknownHold { hold }.into());
    }
    let needs = ends.saturating_add(call.parameters.numbers.settle_seconds.into());
    if found.expires.0 < needs {
        return Err(RoundError::Expires {
            expires: found.expires.0,
            needs,
        }
        .into());
    }
    Ok(found.expires.0)
}

/// Where a round stands as its time says: what is due when contributions begin
/// is done first.
///
/// # Errors
/// No such round; no credit.
pub fn up_to_now(call: &mut Call<'_>, number: u64, begins: u64) -> Result<Course, ContractError> {
    let course = course_of(call.storage, number)?;
    if course.stage == Stage::Open && call.now >= begins {
        return course::begin(call, number, course);
    }
    Ok(course)
}

/// Gives to a project.
///
/// # Errors
/// Another stage, no such project or none that is admitted, no member, proof
/// and address at once, too little, a hold that expires too early.
pub fn contribute(
    call: &mut Call<'_>,
    given: &Given<'_>,
    number: u64,
    to: u64,
    showing: Option<&str>,
) -> Result<(), ContractError> {
    let found = round(call.storage, number)?;
    let mut course = up_to_now(call, number, found.begins)?;
    if course.stage != Stage::Giving || call.now >= found.ends {
        return Err(RoundError::Stage {
            round: number,
            stage: course.stage.name(),
            needs: "giving, before its end",
        }
        .into());
    }
    let amount = given.amount.pico();
    if amount < LEAST {
        return Err(RoundError::TooSmall {
            what: "contribution",
            amount,
            least: LEAST,
        }
        .into());
    }
    let mut receiver = project(call.storage, number, to)?;
    if receiver.status != Status::Admitted {
        return Err(RoundError::Project {
            why: "it is not admitted; support it, or give to another",
        }
        .into());
    }
    let place = u16::try_from(to).map_err(|_| ContractError::Overflow { what: "project" })?;
    let standing = call.dealer(given.owner)?;
    let person = standing.person.0;
    let (giver, one) = identity::giver(call, number, &found, &standing, showing)?;
    let expires = expiry(call, given.hold, found.ends)?;
    let mut tally = state::tally(number, place)
        .may_load(call.storage)?
        .unwrap_or_default();
    if control::note(call, number, place, &mut receiver, &mut tally)? {
        state::project(number, place).save(call.storage, &receiver);
    }
    let matched = one && !state::barred(number, place, person).exists(call.storage);

    let gift = state::gift(number, giver, place);
    let before = gift.may_load(call.storage)?;
    let new = before.is_none();
    let mut kept = before.unwrap_or(Gift { amount: 0, matched });
    let least = kept.amount.div_ceil(ADDED);
    if amount < least {
        return Err(RoundError::TooSmall {
            what: "contribution",
            amount,
            least,
        }
        .into());
    }
    if new {
        let rule = call.policies.rule(&found.rule, 1);
        place_left(rule.pairwise().is_some(), course.gifts)?;
        course.gifts += 1;
        tally.givers += 1;
    }
    let after = kept
        .amount
        .checked_add(amount)
        .filter(|sum| *sum <= Amount::MAX.pico())
        .ok_or(ContractError::Overflow { what: "gift" })?;
    if kept.matched {
        let group = group(call, number, &found, person)?;
        replace(call, number, place, group, kept.amount, after, &mut tally)?;
        tally.matched += u128::from(amount);
    } else {
        tally.unmatched += u128::from(amount);
    }
    kept.amount = after;
    gift.save(call.storage, &kept);
    state::tally(number, place).save(call.storage, &tally);
    if new {
        state::part(person, number).save(call.storage, &giver);
    }
    let held = Held {
        hold: given.hold,
        person,
        project: place,
        amount,
    };
    state::held(number, course.holds).save(call.storage, &held);
    course.holds += 1;
    course.open_holds += 1;
    course.first_expiry = course.first_expiry.min(expires);
    course.given.came += u128::from(amount);
    course.given.open += u128::from(amount);
    state::course(number).save(call.storage, &course);
    let mut totals = state::totals().load(call.storage)?;
    totals.given.came += u128::from(amount);
    totals.given.open += u128::from(amount);
    totals.holds += 1;
    state::totals().save(call.storage, &totals);
    staked(call, person, 1)?;
    call.event(
        "contribute",
        &[
            ("round", &number),
            ("project", &place),
            ("hold", &given.hold),
            ("amount", &amount),
            ("matched", &kept.matched),
        ],
    );
    Ok(())
}

/// A rule that meets pairs has them all in memory.
fn place_left(pairs: bool, gifts: u32) -> Result<(), RoundError> {
    if pairs && gifts >= MAX_GIFTS {
        return Err(RoundError::Gifts {
            gifts,
            most: MAX_GIFTS,
        });
    }
    Ok(())
}

/// With whom a person counts as one giver, where groups were declared: as the
/// rule says.
///
/// # Errors
/// Only for unreadable state.
pub fn group(
    call: &Call<'_>,
    number: u64,
    found: &Round,
    person: u64,
) -> Result<Option<u32>, ContractError> {
    if !found.clustered() {
        return Ok(None);
    }
    let declared = state::group_of(number, person).may_load(call.storage)?;
    let rule = call.policies.rule(&found.rule, 1);
    Ok(match rule.unit(person, declared) {
        Unit::Group(group) => Some(group),
        Unit::Person(_) => None,
    })
}

/// What one gave in all to a project becomes `after` instead of `before`; in a
/// group, what the group gave.
///
/// # Errors
/// Only for unreadable state.
pub fn replace(
    call: &mut Call<'_>,
    round: u64,
    project: u16,
    group: Option<u32>,
    before: u64,
    after: u64,
    tally: &mut Tally,
) -> Result<(), ContractError> {
    let Some(group) = group else {
        tally.sums.replace(before.into(), after.into());
        return Ok(());
    };
    let key = state::group_gift(round, project, group);
    let all = key.may_load(call.storage)?.unwrap_or(0);
    let next = (all + u128::from(after)).saturating_sub(before.into());
    tally.sums.replace(all, next);
    key.save(call.storage, &next);
    Ok(())
}

/// A person has so many holds more, or fewer, that are not settled.
///
/// # Errors
/// Only for unreadable state.
pub fn staked(call: &mut Call<'_>, person: u64, more: i32) -> Result<(), ContractError> {
    let key = state::stake(person);
    let mut stake = key.may_load(call.storage)?.unwrap_or_default();
    stake.holds = stake.holds.saturating_add_signed(more);
    key.save(call.storage, &stake);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_that_meets_pairs_takes_a_hundred_thousand_gifts() {
        assert_eq!(place_left(true, MAX_GIFTS - 1), Ok(()));
        let refused = place_left(true, MAX_GIFTS).expect_err("full");
        let text = refused.to_string();
        assert!(
            text.starts_with("round full: contributions=100000 most=100000"),
            "{text}"
        );
        assert_eq!(place_left(false, u32::MAX - 1), Ok(()));
    }
}
