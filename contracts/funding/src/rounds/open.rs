//! Opening and cancelling.

use mycel_kit::roles::Unauthorized;
use mycel_kit::{Amount, Id, amount::CREDIT};

use super::error::RoundError;
use super::msg::{IdentityInput, RoundInput, RoundOpened};
use super::record::{Course, Identity, Round, Stage};
use super::state;
use super::{course_of, round};
use crate::call::Call;
use crate::error::ContractError;
use crate::state::Task;
use crate::{agenda, bounds};

/// Most that one project gets of the pool where the round does not say, in 1/10,000.
pub const CAP_BPS: u16 = 2_000;
/// Longest title, in bytes.
pub const MAX_TITLE: usize = 128;

/// A member opens its own round, whose pool sponsors must fill; one at a time.
///
/// # Errors
/// No member, a round of its own that is open, or terms out of bounds; a gate
/// at which nothing could be shown for it.
pub fn by_member(call: &mut Call<'_>, input: &RoundInput) -> Result<(), ContractError> {
    let sender = call.sender.clone();
    let person = call.dealer(&sender)?.person.0;
    if let Some(round) = state::own_round(person).may_load(call.storage)? {
        return Err(RoundError::OwnRound { round }.into());
    }
    let least = sponsor_least(call);
    if input.min_pool.pico() < least {
        return Err(RoundError::TooSmall {
            what: "min_pool",
            amount: input.min_pool.pico(),
            least,
        }
        .into());
    }
    let number = open(call, input, person)?;
    state::own_round(person).save(call.storage, &number);
    super::mention(call.storage, person, number);
    Ok(())
}

/// A decision opens a round.
///
/// # Errors
/// Terms out of bounds; a gate at which nothing could be shown for it.
pub fn by_decision(call: &mut Call<'_>, input: &RoundInput) -> Result<(), ContractError> {
    open(call, input, 0).map(|_| ())
}

/// What a sponsor gives at least, in pico-credits.
#[must_use]
pub fn sponsor_least(call: &Call<'_>) -> u64 {
    u64::from(call.parameters.numbers.sponsor_least_credits) * CREDIT
}

fn open(call: &mut Call<'_>, input: &RoundInput, opener: u64) -> Result<u64, ContractError> {
    let numbers = call.parameters.numbers;
    bounds::named("title", &input.title, MAX_TITLE)?;
    let identity = match input.identity {
        IdentityInput::Addresses {} => Identity::Addresses,
        IdentityInput::Proofs { .. } if call.parameters.trust.is_empty() => {
            return Err(ContractError::NotYet {
                what: "trust gates",
            });
        }
        IdentityInput::Proofs { gate } => {
            super::identity::gate(call, gate)?;
            Identity::Proofs(gate.0)
        }
    };
    let cap_bps = input.cap_bps.unwrap_or(CAP_BPS);
    bounds::within("cap_bps", cap_bps, 1u16, 10_000u16)?;
    let most = u16::try_from(numbers.projects_most).unwrap_or(u16::MAX);
    let max_projects = input.max_projects.unwrap_or(most);
    bounds::within("max_projects", max_projects, 1u16, most)?;
    let (begins, ends) = (input.begins.0, input.ends.0);
    let ahead = call.now.saturating_add(numbers.round_ahead_seconds.into());
    times("begins", begins, call.now.saturating_add(1), ahead)?;
    times(
        "ends",
        ends,
        begins.saturating_add(numbers.round_seconds_least.into()),
        begins.saturating_add(numbers.round_seconds_most.into()),
    )?;
    let mut totals = state::totals().may_load(call.storage)?.unwrap_or_default();
    totals.rounds += 1;
    let number = totals.rounds;
    state::totals().save(call.storage, &totals);
    let round = Round {
        opener,
        title: input.title.clone(),
        identity,
        rule: input.rule,
        saturation: input.saturation,
        cap_bps,
        admission: input.admission,
        opened: call.now,
        begins,
        ends,
        min_pool: input.min_pool.pico(),
        max_projects,
    };
    state::round(number).save(call.storage, &round);
    state::course(number).save(call.storage, &Course::begin());
    agenda::set(call, Task::Round(number), Some(begins))?;
    call.event(
        "open_round",
        &[("round", &number), ("begins", &begins), ("ends", &ends)],
    );
    call.answer(&RoundOpened { round: Id(number) })?;
    Ok(number)
}

fn times(what: &'static str, value: u64, least: u64, most: u64) -> Result<(), RoundError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(RoundError::Times {
        what,
        value,
        least,
        most,
    })
}

/// Who opened it cancels its own round, before contributions begin.
///
/// # Errors
/// Another's round, or too late.
pub fn cancel_own(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let found = round(call.storage, number)?;
    let sender = call.sender.clone();
    let person = call.standing(&sender)?.person.0;
    if found.opener == 0 || found.opener != person {
        return Err(Unauthorized::new(&sender, "the member who opened the round").into());
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
    cancel(call, number, course, "its opener")
}

/// A decision cancels a round that is not being paid out.
///
/// # Errors
/// Too late.
pub fn cancel_decided(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let course = course_of(call.storage, number)?;
    if course.stage.paying() || course.stage.cancelled() {
        return Err(RoundError::Stage {
            round: number,
            stage: course.stage.name(),
            needs: "not paid out yet",
        }
        .into());
    }
    cancel(call, number, course, "a decision")
}

/// From now on everything goes back.
///
/// # Errors
/// Only for unreadable state.
pub fn cancel(
    call: &mut Call<'_>,
    number: u64,
    mut course: Course,
    why: &'static str,
) -> Result<(), ContractError> {
    course.stage = Stage::Releasing(0);
    state::course(number).save(call.storage, &course);
    agenda::set(call, Task::Round(number), Some(call.now))?;
    call.event("cancel_round", &[("round", &number), ("why", &why)]);
    Ok(())
}

/// An amount for sums that add up to less than 2^63.
///
/// # Errors
/// [`ContractError::Overflow`].
pub fn amount(pico: u128) -> Result<Amount, ContractError> {
    u64::try_from(pico)
        .ok()
        .and_then(Amount::new)
        .ok_or(ContractError::Overflow { what: "amount" })
}
